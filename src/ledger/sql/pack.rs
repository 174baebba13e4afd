//! Packing finished digests, and finding a person in them again.

use super::NOT_THEIRS;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::ledger::packed::Chunk;

/// The smallest digest after this one that has rows in the ledger. Asked again and again it visits each once, without
/// reading the rows between.
pub async fn next_digest(db: &Db, after: i64) -> sqlx::Result<Option<i64>> {
    query_scalar("SELECT MIN(digest_id) FROM delivery WHERE digest_id > $1").bind(after).fetch_one(db.on()).await
}

/// When a digest came to its end; `None` while it has not.
pub async fn finished_at(db: &Db, digest_id: i64) -> sqlx::Result<Option<i64>> {
    let found: Option<Option<i64>> =
        query_scalar("SELECT finished_at FROM digest WHERE id = $1 AND state IN ('finished', 'cancelled')")
            .bind(digest_id)
            .fetch_optional(db.on())
            .await?;
    Ok(found.flatten())
}

/// The first rows of a digest, with the reason of their note.
pub async fn first_rows(tx: &mut Tx, digest_id: i64, limit: i64) -> sqlx::Result<Vec<(i64, i64, Option<String>)>> {
    query_as(
        "SELECT d.subscriber_id, CAST(d.state AS BIGINT),
                COALESCE(n.reason, CASE WHEN d.state = 5 AND d.next_at = $3 THEN 'topics' END)
         FROM delivery d
         LEFT JOIN delivery_note n ON n.digest_id = d.digest_id AND n.subscriber_id = d.subscriber_id
         WHERE d.digest_id = $1 ORDER BY d.subscriber_id LIMIT $2",
    )
    .bind(digest_id)
    .bind(limit)
    .bind(NOT_THEIRS)
    .fetch_all(tx.on())
    .await
}

/// Stores a chunk.
pub async fn insert(tx: &mut Tx, digest_id: i64, chunk: &Chunk) -> sqlx::Result<()> {
    query("INSERT INTO delivery_archive (digest_id, lo, hi, ids, outcomes) VALUES ($1, $2, $3, $4, $5)")
        .bind(digest_id)
        .bind(chunk.lo)
        .bind(chunk.hi)
        .bind(&chunk.ids)
        .bind(&chunk.outcomes)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Deletes a digest's rows up to this id.
pub async fn delete_rows(tx: &mut Tx, digest_id: i64, upto: i64) -> sqlx::Result<u64> {
    query("DELETE FROM delivery WHERE digest_id = $1 AND subscriber_id <= $2")
        .bind(digest_id)
        .bind(upto)
        .execute(tx.on())
        .await
}

/// A stored chunk.
#[derive(Clone, Debug)]
pub struct Stored {
    /// `delivery_archive.id`
    pub id: i64,
    /// Its digest.
    pub digest_id: i64,
    /// First id; 0 for outcomes of persons who were erased.
    pub lo: i64,
    /// Last id.
    pub hi: i64,
    /// See [`Chunk`].
    pub ids: Vec<u8>,
    /// See [`Chunk`].
    pub outcomes: Vec<u8>,
}
from_row!(Stored { id, digest_id, lo, hi, ids, outcomes });

impl Stored {
    /// Its number, and what it holds.
    pub fn into_chunk(self) -> (i64, Chunk) {
        (self.id, Chunk { lo: self.lo, hi: self.hi, ids: self.ids, outcomes: self.outcomes })
    }
}

/// Chunks of a digest after this number, a few at a time.
pub async fn chunks(db: &Db, digest_id: i64, after: i64) -> sqlx::Result<Vec<Stored>> {
    query_as(
        "SELECT id, digest_id, lo, hi, ids, outcomes FROM delivery_archive
         WHERE digest_id = $1 AND id > $2 ORDER BY id LIMIT 200",
    )
    .bind(digest_id)
    .bind(after)
    .fetch_all(db.on())
    .await
}

/// The same, inside a transaction.
pub async fn chunks_in(tx: &mut Tx, digest_id: i64, after: i64) -> sqlx::Result<Vec<Stored>> {
    query_as(
        "SELECT id, digest_id, lo, hi, ids, outcomes FROM delivery_archive
         WHERE digest_id = $1 AND id > $2 ORDER BY id LIMIT 20",
    )
    .bind(digest_id)
    .bind(after)
    .fetch_all(tx.on())
    .await
}

/// Chunks in whose range this person's id falls, in the digests of their newsletter.
pub async fn around(tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<Vec<Stored>> {
    query_as(
        "SELECT a.id, a.digest_id, a.lo, a.hi, a.ids, a.outcomes FROM delivery_archive a
         WHERE a.digest_id IN (SELECT d.id FROM digest d JOIN subscriber s ON s.newsletter_id = d.newsletter_id
                               WHERE s.id = $1)
           AND a.lo <= $1 AND a.hi >= $1",
    )
    .bind(subscriber_id)
    .fetch_all(tx.on())
    .await
}

/// Writes a chunk anew; deletes it when nothing is left in it.
pub async fn replace(tx: &mut Tx, id: i64, chunk: &Chunk) -> sqlx::Result<()> {
    if chunk.outcomes.is_empty() {
        query("DELETE FROM delivery_archive WHERE id = $1").bind(id).execute(tx.on()).await?;
        return Ok(());
    }
    query("UPDATE delivery_archive SET lo = $2, hi = $3, ids = $4, outcomes = $5 WHERE id = $1")
        .bind(id)
        .bind(chunk.lo)
        .bind(chunk.hi)
        .bind(&chunk.ids)
        .bind(&chunk.outcomes)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The outcomes of erased persons of a digest, if there are any: number and bytes.
pub async fn nameless(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Option<(i64, Vec<u8>)>> {
    query_as("SELECT id, outcomes FROM delivery_archive WHERE digest_id = $1 AND lo = 0 AND hi = 0 LIMIT 1")
        .bind(digest_id)
        .fetch_optional(tx.on())
        .await
}

/// Takes the digests of a person's newsletter, as whoever packs or opens rows again does: a chunk is read, changed and
/// written back, and must not be changed by another meanwhile. On SQLite a transaction is alone anyway.
pub async fn lock_digests_of(tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<()> {
    if let Tx::Postgres(pg) = tx {
        query(
            "SELECT 1 FROM digest WHERE newsletter_id = (SELECT newsletter_id FROM subscriber WHERE id = $1)
               AND released_at IS NOT NULL ORDER BY id FOR NO KEY UPDATE",
        )
        .bind(subscriber_id)
        .execute(&mut **pg)
        .await?;
    }
    Ok(())
}

/// Takes a person's rows out of the ledger and gives them: digest, state, reason of the note.
pub async fn take_rows(tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<Vec<(i64, i64, Option<String>)>> {
    let rows: Vec<(i64, i64, Option<String>)> = query_as(
        "SELECT d.digest_id, CAST(d.state AS BIGINT), n.reason FROM delivery d
         LEFT JOIN delivery_note n ON n.digest_id = d.digest_id AND n.subscriber_id = d.subscriber_id
         WHERE d.subscriber_id = $1 AND d.digest_id IN (
             SELECT g.id FROM digest g JOIN subscriber s ON s.newsletter_id = g.newsletter_id WHERE s.id = $1)",
    )
    .bind(subscriber_id)
    .fetch_all(tx.on())
    .await?;
    query(
        "DELETE FROM delivery WHERE subscriber_id = $1 AND digest_id IN (
             SELECT g.id FROM digest g JOIN subscriber s ON s.newsletter_id = g.newsletter_id WHERE s.id = $1)",
    )
    .bind(subscriber_id)
    .execute(tx.on())
    .await?;
    query(
        "DELETE FROM delivery_note WHERE subscriber_id = $1 AND digest_id IN (
             SELECT g.id FROM digest g JOIN subscriber s ON s.newsletter_id = g.newsletter_id WHERE s.id = $1)",
    )
    .bind(subscriber_id)
    .execute(tx.on())
    .await?;
    Ok(rows)
}
