//! Addresses that must not be written to, by their keyed hash: the only writer of `suppression`.
//!
//! In: an erasure, a bounce, an owner's permission that somebody may come back. Out: rows of one newsletter; a row of newsletter 0
//! applies to all. Met by [`super::status`]'s callers inside their transaction; delivery and imports read the table.

use super::AT_ONCE;
use crate::clock::Millis;
use crate::db::{Builder, Db, Tx, from_row, query, query_as, query_scalar};

/// The reason that a bounce leaves: nobody's wish, so that any other takes its place and a confirmation lifts it.
pub const BOUNCED: &str = "bounced";

/// The reason that a complaint leaves: only the person's own confirmation lifts it, or an operator who says why.
pub const COMPLAINED: &str = "complained";

/// The reason that a person's own erasure leaves: no editor and no file brings them back, their own confirmation does.
pub const THEMSELVES: &str = "themselves";

/// Suppresses an address on one newsletter. The first reason stays, unless it is a bounce, which is nobody's decision, or the
/// person's own erasure, which is no word against letters; a complaint takes the place of any.
pub async fn suppress(tx: &mut Tx, newsletter_id: i64, hash: &str, reason: &str, now: Millis) -> sqlx::Result<()> {
    suppress_all(tx, &[(newsletter_id, hash.to_owned())], reason, now).await
}

/// The same for several, no two of them equal: newsletter and hash.
pub async fn suppress_all(tx: &mut Tx, those: &[(i64, String)], reason: &str, now: Millis) -> sqlx::Result<()> {
    for those in those.chunks(AT_ONCE) {
        let mut query = Builder::new("INSERT INTO suppression (newsletter_id, address_hash, reason, created_at) ");
        query.push_values(those, |mut row, (newsletter_id, hash)| {
            row.push_bind(*newsletter_id).push_bind(hash).push_bind(reason).push_bind(now);
        });
        query.push(
            " ON CONFLICT (newsletter_id, address_hash) DO UPDATE
                  SET reason = excluded.reason, created_at = excluded.created_at
                  WHERE (suppression.reason = 'bounced' AND excluded.reason <> 'bounced')
                     OR (suppression.reason = 'themselves' AND excluded.reason NOT IN ('bounced', 'themselves'))
                     OR (suppression.reason <> 'complained' AND excluded.reason = 'complained')",
        );
        // One at a time is the usual case, and worth its place in the connection's memory.
        query.build().persistent(those.len() == 1).execute(tx.on()).await?;
    }
    Ok(())
}

/// Why an address must not be written to on a newsletter, if so.
pub async fn reason(db: &Db, newsletter_id: i64, hash: &str) -> sqlx::Result<Option<String>> {
    query_scalar(
        "SELECT reason FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = $2 ORDER BY newsletter_id LIMIT 1"
    )
    .bind(newsletter_id)
    .bind(hash)
    .fetch_optional(db.on()).await
}

/// Removes an address from the suppressions of this newsletter and of the whole instance.
pub async fn lift(tx: &mut Tx, newsletter_id: i64, hash: &str) -> sqlx::Result<()> {
    query("DELETE FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = $2")
        .bind(newsletter_id)
        .bind(hash)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Forgets what a newsletter kept out, once it is removed itself.
pub async fn forget_newsletter(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<u64> {
    query("DELETE FROM suppression WHERE newsletter_id = $1 AND newsletter_id <> 0")
        .bind(newsletter_id)
        .execute(tx.on())
        .await
}

/// What the person's own button lifts: a bounce, a complaint or their own erasure, on this newsletter and the whole instance; every
/// other reason stays.
pub async fn lift_by_themselves(tx: &mut Tx, newsletter_id: i64, hash: &str) -> sqlx::Result<()> {
    query(
        "DELETE FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = $2 AND reason IN ('bounced', 'complained', 'themselves')"
    )
    .bind(newsletter_id)
    .bind(hash)
    .execute(tx.on()).await?;
    Ok(())
}

/// Whether an address is kept out by something that not even the person's own button lifts.
pub async fn bars(tx: &mut Tx, newsletter_id: i64, hash: &str) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = $2
                          AND reason NOT IN ('bounced', 'complained', 'themselves'))",
    )
    .bind(newsletter_id)
    .bind(hash)
    .fetch_one(tx.on())
    .await
}

/// Lifts the bounces of these addresses on this newsletter alone.
pub async fn lift_bounces(tx: &mut Tx, newsletter_id: i64, hashes: &[String]) -> sqlx::Result<()> {
    for hashes in hashes.chunks(AT_ONCE) {
        let mut query = Builder::new("DELETE FROM suppression WHERE reason = 'bounced'");
        query.push(" AND newsletter_id = ").push_bind(newsletter_id).push(" AND address_hash IN (");
        query.push_binds(hashes).push(")");
        query.build().persistent(false).execute(tx.on()).await?;
    }
    Ok(())
}

/// Of these addresses those that must not be written to for another reason than a bounce here.
pub async fn kept_out(tx: &mut Tx, newsletter_id: i64, hashes: &[String]) -> sqlx::Result<Vec<String>> {
    let mut found = Vec::new();
    for hashes in hashes.chunks(AT_ONCE) {
        let mut query = Builder::new("SELECT address_hash FROM suppression WHERE (newsletter_id = 0");
        query.push(" OR (reason <> 'bounced' AND newsletter_id = ").push_bind(newsletter_id);
        query.push(")) AND address_hash IN (");
        query.push_binds(hashes).push(")");
        found.extend::<Vec<String>>(query.build_query_scalar().persistent(false).fetch_all(tx.on()).await?);
    }
    Ok(found)
}

/// A row, as an operator sees it: nobody can read an address from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// On which newsletter; 0: on all.
    pub newsletter_id: i64,
    /// Keyed hash of the address.
    pub address_hash: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: Millis,
}
from_row!(Kept { newsletter_id, address_hash, reason, created_at });

/// Up to `most` rows after this one, in the order of newsletter and hash.
pub async fn page(db: &Db, after: (i64, &str), reason: Option<&str>, most: i64) -> sqlx::Result<Vec<Kept>> {
    query_as(
        "SELECT newsletter_id, address_hash, reason, created_at FROM suppression
         WHERE (newsletter_id > $1 OR (newsletter_id = $1 AND address_hash > $2)) AND ($3 = '' OR reason = $3)
         ORDER BY newsletter_id, address_hash LIMIT $4",
    )
    .bind(after.0)
    .bind(after.1)
    .bind(reason.unwrap_or_default())
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// Every row of one address.
pub async fn of(db: &Db, hash: &str) -> sqlx::Result<Vec<Kept>> {
    query_as(
        "SELECT newsletter_id, address_hash, reason, created_at FROM suppression WHERE address_hash = $1 ORDER BY newsletter_id"
    )
    .bind(hash)
    .fetch_all(db.on()).await
}

/// Lifts the suppression of an address on one newsletter (0: the one that applies to all) and keeps why; gives the reason that it
/// had been for, `None` when there was none.
pub async fn remove(
    tx: &mut Tx,
    newsletter_id: i64,
    hash: &str,
    why: &str,
    now: Millis,
) -> sqlx::Result<Option<String>> {
    let reason: Option<String> =
        query_scalar("DELETE FROM suppression WHERE newsletter_id = $1 AND address_hash = $2 RETURNING reason")
            .bind(newsletter_id)
            .bind(hash)
            .fetch_optional(tx.on())
            .await?;
    if let Some(reason) = &reason {
        query(
            "INSERT INTO suppression_lifted (newsletter_id, address_hash, reason, why, lifted_at) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(newsletter_id)
        .bind(hash)
        .bind(reason)
        .bind(why)
        .bind(now)
        .execute(tx.on()).await?;
    }
    Ok(reason)
}

/// A suppression that was lifted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifted {
    /// On which newsletter.
    pub newsletter_id: i64,
    /// What it had been for.
    pub reason: String,
    /// Why it was lifted.
    pub why: String,
    /// When.
    pub lifted_at: Millis,
}
from_row!(Lifted { newsletter_id, reason, why, lifted_at });

/// Suppressions of an address that an operator lifted, the oldest first.
pub async fn lifted(db: &Db, hash: &str) -> sqlx::Result<Vec<Lifted>> {
    query_as(
        "SELECT newsletter_id, reason, why, lifted_at FROM suppression_lifted WHERE address_hash = $1 ORDER BY lifted_at"
    )
    .bind(hash)
    .fetch_all(db.on()).await
}
