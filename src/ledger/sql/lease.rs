//! Renewing leases, giving batches back, ending digests.

use std::collections::HashSet;

use super::hold::NOBODY;
use super::{LEASE, lock};
use crate::clock::Millis;
use crate::db::{Db, query, query_as, query_scalar};
use crate::ledger::{BatchId, Meaning};

/// By how much an epoch rises when `owner` takes something. In a database that has gone back in time two workers may take
/// the same range after the same epoch; as their steps differ, so do their leases.
pub fn step(owner: &str) -> i64 {
    let mixed = owner.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    1 + i64::from(mixed % (1 << 20))
}

/// Renews every lease of `owner` and gives the batches that are still its own, with their epochs. PostgreSQL only.
pub async fn renew(db: &Db, owner: &str) -> sqlx::Result<HashSet<BatchId>> {
    let Db::Postgres(pool) = db else { return Ok(HashSet::new()) };
    let ours: Vec<(i64, i64, i64)> = query_as(
        // Locked in the recorder's order, so that the two never wait for each other in a circle.
        "WITH mine AS MATERIALIZED (
             SELECT digest_id, lo FROM delivery_batch WHERE owner = $1 AND leased_until > 0
             ORDER BY digest_id, lo FOR NO KEY UPDATE)
         UPDATE delivery_batch b SET leased_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $2
         FROM mine m WHERE b.digest_id = m.digest_id AND b.lo = m.lo RETURNING b.digest_id, b.lo, b.epoch",
    )
    .bind(owner)
    .bind(LEASE)
    .fetch_all(pool)
    .await?;
    Ok(ours.into_iter().map(|(digest_id, lo, epoch)| BatchId { digest_id, lo, epoch }).collect())
}

/// A batch that is leased to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leased {
    /// Which, under their lease.
    pub batch: BatchId,
    /// Last id of its range.
    pub hi: i64,
}

/// Every batch that is leased to `owner`.
pub async fn of_owner(db: &Db, owner: &str) -> sqlx::Result<Vec<Leased>> {
    let leased: Vec<(i64, i64, i64, i64)> =
        query_as("SELECT digest_id, lo, epoch, hi FROM delivery_batch WHERE owner = $1 AND leased_until > 0")
            .bind(owner)
            .fetch_all(db.on())
            .await?;
    let leased = leased.into_iter();
    Ok(leased.map(|(digest_id, lo, epoch, hi)| Leased { batch: BatchId { digest_id, lo, epoch }, hi }).collect())
}

/// Gives everything of `owner` back at once, at an orderly stop. With `None`: everything, at the start on SQLite, where
/// whoever had it is dead. What is held stays held.
pub async fn give_all_back(db: &Db, owner: Option<&str>) -> sqlx::Result<u64> {
    let batches = db
        .write_now(
            query(
                "UPDATE delivery_batch SET owner = '', leased_until = 0, due_at = 0
         WHERE leased_until > 0 AND (owner = $1 OR $1 IS NULL)",
            )
            .bind(owner),
        )
        .await?;
    db.write_now(
        query(
            "UPDATE letter SET owner = '', leased_until = 0
         WHERE leased_until > 0 AND state IN (0, 1, 4) AND (owner = $1 OR $1 IS NULL) AND owner <> $2",
        )
        .bind(owner)
        .bind(NOBODY),
    )
    .await?;
    Ok(batches)
}

/// Whether the digest has a batch, or rows that belong to none yet.
pub async fn has_open_ranges(db: &Db, digest_id: i64) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM delivery_batch WHERE digest_id = $1)
             OR EXISTS (SELECT 1 FROM delivery WHERE digest_id = $1
                        AND subscriber_id > (SELECT claimed_upto FROM digest WHERE id = $1))",
    )
    .bind(digest_id)
    .fetch_one(db.on())
    .await
}

/// Ends a digest, when no row of it is open and no batch is left; `false` otherwise. Reads every row of the digest once (50 ms for a million on SQLite).
///
/// The digest's row is taken first ([`lock::lock`]): what queues rows again holds it too, and is seen by the second
/// statement or waits for its end.
pub async fn finish(db: &Db, meaning: Meaning, digest_id: i64, now: Millis) -> sqlx::Result<bool> {
    let mut tx = db.begin().await?;
    if lock::lock(&mut tx, digest_id).await?.is_none() {
        return Ok(false);
    }
    let open: bool = query_scalar(
        "SELECT EXISTS (SELECT 1 FROM delivery_batch WHERE digest_id = $1)
             OR EXISTS (SELECT 1 FROM delivery WHERE digest_id = $1 AND state IN (0, 4))",
    )
    .bind(digest_id)
    .fetch_one(tx.on())
    .await?;
    if open {
        return Ok(false);
    }
    let ended = meaning.mailings.end(&mut tx, digest_id, meaning.act(now)).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Open rows that no batch covers can only come from a fault or from a hand in the database. The digest's claims go back
/// before the first of them, so that they are claimed again; `false` when there is none. Under the digest's lock, like
/// [`finish`].
pub async fn recover_strays(db: &Db, digest_id: i64) -> sqlx::Result<bool> {
    let mut tx = db.begin().await?;
    if lock::lock(&mut tx, digest_id).await?.is_none() {
        return Ok(false);
    }
    let moved = query(
        "UPDATE digest SET claimed_upto = (
             SELECT MIN(subscriber_id) - 1 FROM delivery WHERE digest_id = $1 AND state IN (0, 4))
         WHERE id = $1 AND state IN ('sending', 'cancelled')
           AND NOT EXISTS (SELECT 1 FROM delivery_batch WHERE digest_id = $1)
           AND EXISTS (SELECT 1 FROM delivery WHERE digest_id = $1 AND state IN (0, 4)
                       AND subscriber_id <= (SELECT claimed_upto FROM digest WHERE id = $1))",
    )
    .bind(digest_id)
    .execute(tx.on())
    .await?;
    tx.commit().await?;
    Ok(moved == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_workers_step_differently() {
        let steps: HashSet<i64> = (0..1_000).map(|n| step(&format!("worker {n}"))).collect();
        assert!(steps.len() > 990 && steps.iter().all(|step| (1..=1 << 20).contains(step)), "{}", steps.len());
        assert_eq!(step("worker 1"), step("worker 1"));
    }
}
