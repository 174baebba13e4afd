//! Taking batches and reading them.
//!
//! A batch is made when it is first claimed: the digest's `claimed_upto` moves over the next 1000 rows and the range
//! becomes a row of `delivery_batch`, which stays until no row of the range is open.

use std::collections::HashSet;

use super::{LEASE, LONGEST_WAIT, WARMING, lease};
use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::ledger::DigestState;

/// Recipients in a batch.
pub const BATCH: i64 = 1_000;

/// A digest that may have something to send, or was cancelled and is not swept yet.
#[derive(Clone, Debug)]
pub struct OpenDigest {
    /// The digest.
    pub id: i64,
    /// Sending, paused, cancelled; others do not come here.
    pub state: DigestState,
    /// Not 0: its unknown addresses are taken for dead.
    pub bounces_accepted: i64,
}
from_row!(OpenDigest { id, state, bounces_accepted });

/// The digests that this process must know of.
pub async fn open_digests(db: &Db) -> sqlx::Result<Vec<OpenDigest>> {
    // The whole list of states, because SQLite only takes a partial index whose condition stands in the query.
    query_as(
        "SELECT id, state, bounces_accepted FROM digest
         WHERE state IN ('waiting', 'releasing', 'sending', 'paused') AND state IN ('sending', 'paused')
         UNION ALL
         SELECT id, state, bounces_accepted FROM digest WHERE state = 'cancelled' AND finished_at IS NULL
         ORDER BY 1",
    )
    .fetch_all(db.on())
    .await
}

/// What all mails of a digest share, and how far it is claimed.
#[derive(Clone, Debug)]
pub struct DigestRow {
    /// The digest.
    pub id: i64,
    /// Its newsletter.
    pub newsletter_id: i64,
    /// Envelope sender, unless bounces have a domain of their own.
    pub from_address: String,
    /// Language for those whose own has no variant.
    pub language: String,
    /// When it was released.
    pub released_at: Millis,
    /// Since when its mails are due: its release; of one that leaves in days' slices ([`super::warmup`]) the last of them.
    pub since: Millis,
    /// Whether more slices follow.
    pub warms: bool,
    /// Last id that belongs to a batch.
    pub claimed_upto: i64,
    /// What was frozen at release, JSON: the zone of its dates is in it.
    pub content: String,
}
from_row!(DigestRow { id, newsletter_id, from_address, language, released_at, since, warms, claimed_upto, content });

/// The digest, if it sends.
pub async fn head(db: &Db, digest_id: i64) -> sqlx::Result<Option<DigestRow>> {
    query_as(
        "SELECT d.id, d.newsletter_id, n.from_address, n.language, d.claimed_upto, d.content,
                COALESCE(d.released_at, d.created_at) AS released_at,
                COALESCE(w.opened_at, d.released_at, d.created_at) AS since, COALESCE(w.is_open, FALSE) AS warms
         FROM digest d JOIN newsletter n ON n.id = d.newsletter_id
         LEFT JOIN warmup_digest w ON w.digest_id = d.id
         WHERE d.id = $1 AND d.state = 'sending'",
    )
    .bind(digest_id)
    .fetch_optional(db.on())
    .await
}

/// A slice of a digest that leaves day by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Its hour: the date of its mails.
    pub at: Millis,
    /// Since when the last of it is confirmed; it holds whoever comes before, the newest first, and is in no slice before.
    pub confirmed_at: Millis,
    /// The last of it.
    pub subscriber_id: i64,
}
from_row!(Slice { at, confirmed_at, subscriber_id });

/// The slices of a digest so far, in order.
pub async fn slices(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Slice>> {
    query_as("SELECT at, confirmed_at, subscriber_id FROM warmup_slice WHERE digest_id = $1 ORDER BY day")
        .bind(digest_id)
        .fetch_all(db.on())
        .await
}

/// The mail of a digest in each language.
pub async fn variants(db: &Db, digest_id: i64) -> sqlx::Result<Vec<(String, Vec<u8>)>> {
    query_as("SELECT language, mail FROM digest_variant WHERE digest_id = $1").bind(digest_id).fetch_all(db.on()).await
}

/// Last id of the next range after `after`; `None` when there is none.
pub async fn next_range(db: &Db, digest_id: i64, after: i64) -> sqlx::Result<Option<i64>> {
    query_scalar(
        "SELECT MAX(r.subscriber_id) FROM (
             SELECT subscriber_id FROM delivery WHERE digest_id = $1 AND subscriber_id > $2
             ORDER BY subscriber_id LIMIT $3
         ) r",
    )
    .bind(digest_id)
    .bind(after)
    .bind(BATCH)
    .fetch_one(db.on())
    .await
}

/// Makes the range after `after` up to `hi` a batch of ours; `false` when another worker was quicker or the digest
/// does not send any more. Its epoch is the owner's first. On SQLite a lease lasts until the next start.
pub async fn take_range(tx: &mut Tx, digest_id: i64, after: i64, hi: i64, owner: &str) -> sqlx::Result<bool> {
    let moved = query("UPDATE digest SET claimed_upto = $3 WHERE id = $1 AND claimed_upto = $2 AND state = 'sending'")
        .bind(digest_id)
        .bind(after)
        .bind(hi)
        .execute(tx.on())
        .await?;
    if moved == 0 {
        return Ok(false);
    }
    let sqlite = "INSERT INTO delivery_batch (digest_id, lo, hi, epoch, owner, leased_until)
                  VALUES ($1, $2, $3, $6, $4, $5)";
    let postgres = "INSERT INTO delivery_batch (digest_id, lo, hi, epoch, owner, leased_until)
                    VALUES ($1, $2, $3, $6, $4, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $5)";
    let (text, term) = if matches!(tx, Tx::Sqlite(_)) { (sqlite, i64::MAX) } else { (postgres, LEASE) };
    query(text)
        .bind(digest_id)
        .bind(after + 1)
        .bind(hi)
        .bind(owner)
        .bind(term)
        .bind(lease::step(owner))
        .execute(tx.on())
        .await?;
    Ok(true)
}

/// A batch that nobody has, or whose holder's lease ran out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free {
    /// First id of its range.
    pub lo: i64,
    /// Last id.
    pub hi: i64,
    /// Epoch of the last lease.
    pub epoch: i64,
    /// Who had it; empty when it was given back.
    pub owner: String,
}
from_row!(Free { lo, hi, epoch, owner });

/// The batch that has waited longest.
pub async fn free_batch(db: &Db, digest_id: i64, now: Millis) -> sqlx::Result<Option<Free>> {
    free_batch_between(db, digest_id, now, (now + LONGEST_WAIT, WARMING)).await
}

/// A free batch that is due at `upto` or before, or between these two, ends left out.
pub async fn free_batch_between(
    db: &Db,
    digest_id: i64,
    upto: Millis,
    (after, before): (Millis, Millis),
) -> sqlx::Result<Option<Free>> {
    let sqlite = "SELECT lo, hi, epoch, owner FROM delivery_batch
                  WHERE digest_id = $1 AND leased_until = 0 AND (due_at <= $2 OR due_at > $3 AND due_at < $4)
                  ORDER BY due_at, lo LIMIT 1";
    let postgres = "SELECT lo, hi, epoch, owner FROM delivery_batch
                    WHERE digest_id = $1 AND (due_at <= $2 OR due_at > $3 AND due_at < $4)
                      AND leased_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
                    ORDER BY due_at, lo LIMIT 1";
    let text = if db.is_sqlite() { sqlite } else { postgres };
    query_as(text).bind(digest_id).bind(upto).bind(after).bind(before).fetch_optional(db.on()).await
}

/// Makes `free` ours under a later epoch ([`lease::step`]), which fences whoever had it; `false` when another worker was quicker or the
/// digest is not in `state` any more.
pub async fn take_batch(
    tx: &mut Tx,
    digest_id: i64,
    free: &Free,
    owner: &str,
    state: DigestState,
) -> sqlx::Result<bool> {
    let sqlite = "UPDATE delivery_batch
                  SET epoch = epoch + $7, owner = $4, due_at = 0, leased_until = $5
                  WHERE digest_id = $1 AND lo = $2 AND epoch = $3 AND leased_until = 0
                    AND EXISTS (SELECT 1 FROM digest WHERE id = $1 AND state = $6)";
    let postgres = "UPDATE delivery_batch
                    SET epoch = epoch + $7, owner = $4, due_at = 0,
                        leased_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $5
                    WHERE digest_id = $1 AND lo = $2 AND epoch = $3
                      AND leased_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
                      AND EXISTS (SELECT 1 FROM digest WHERE id = $1 AND state = $6)";
    let (text, term) = if matches!(tx, Tx::Sqlite(_)) { (sqlite, i64::MAX) } else { (postgres, LEASE) };
    let taken = query(text)
        .bind(digest_id)
        .bind(free.lo)
        .bind(free.epoch)
        .bind(owner)
        .bind(term)
        .bind(state)
        .bind(lease::step(owner))
        .execute(tx.on())
        .await?;
    Ok(taken == 1)
}

/// One row of a batch with its person; without one (`email` empty) the person was erased meanwhile. The fields stand in the
/// order of the queries' columns.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Recipient {
    /// The person.
    pub subscriber_id: i64,
    /// Attempts before.
    pub attempts: i64,
    /// Address as stored.
    pub email: Option<String>,
    /// What suppressions are looked up by.
    pub email_key: Option<String>,
    /// Language of the person.
    pub language: Option<String>,
    /// For the leave token.
    pub token_version: Option<i64>,
    /// Since when the person is confirmed, 0 when that is not known; [`PAUSED`] while they pause; `None` when they are not any more.
    pub confirmed_at: Option<Millis>,
    /// Where they signed up; see [`crate::origin`].
    pub origin: Option<String>,
}
from_row!(Recipient { subscriber_id, attempts, email, email_key, language, token_version, confirmed_at, origin });

/// [`Recipient::confirmed_at`] of somebody who pauses.
pub const PAUSED: Millis = -1;

/// Rows of a batch that SQLite reads at once: some 0.2 ms, so that on two cores no commit waits long for a core.
const PIECE: i64 = 250;

/// The rows of a batch that are due: a read by key, no write. On SQLite a piece of them travels as one value, because each
/// row and each column that sqlx hands from SQLite's thread to ours costs more than the reading (in SQLite alone 0.6 against
/// 1.5 µs a row).
pub async fn recipients(db: &Db, digest_id: i64, range: (i64, i64), now: Millis) -> sqlx::Result<Vec<Recipient>> {
    const SQLITE: &str = "
        SELECT json_group_array(json_array(d.subscriber_id, d.attempts, s.email, s.email_key, s.language, s.token_version,
                                           CASE s.status WHEN 'confirmed' THEN COALESCE(s.confirmed_at, 0)
                                                         WHEN 'paused' THEN -1 END, s.origin))
        FROM (SELECT subscriber_id, attempts FROM delivery
              WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3
                AND (state = 0 AND next_at < $7 OR (state = 4 AND (next_at <= $4 OR next_at > $5)))
              ORDER BY subscriber_id LIMIT $6) d
        LEFT JOIN subscriber s ON s.id = d.subscriber_id";
    const POSTGRES: &str = "
        SELECT d.subscriber_id, CAST(d.attempts AS BIGINT) AS attempts, s.email, s.email_key, s.language, s.token_version,
               CASE s.status WHEN 'confirmed' THEN COALESCE(s.confirmed_at, 0) WHEN 'paused' THEN -1 END AS confirmed_at,
               s.origin
        FROM delivery d LEFT JOIN subscriber s ON s.id = d.subscriber_id AND s.id BETWEEN $2 AND $3
        WHERE d.digest_id = $1 AND d.subscriber_id BETWEEN $2 AND $3
          AND (d.state = 0 AND d.next_at < $6 OR (d.state = 4 AND (d.next_at <= $4 OR d.next_at > $5)))
        ORDER BY d.subscriber_id";
    let ((lo, hi), beyond) = (range, now + LONGEST_WAIT);
    match db {
        Db::Sqlite { read, .. } => {
            let (mut rows, mut from) = (Vec::new(), Some(lo));
            while let Some(lo) = from {
                let query = query_scalar(SQLITE).bind(digest_id).bind(lo).bind(hi).bind(now).bind(beyond);
                let piece: String = query.bind(PIECE).bind(WARMING).fetch_one(read).await?;
                // On another thread, because that of the connections has its hands full.
                let piece = tokio::task::spawn_blocking(move || serde_json::from_str::<Vec<Recipient>>(&piece)).await;
                let piece = piece.map_err(|_| sqlx::Error::WorkerCrashed)?;
                let piece = piece.map_err(|error| sqlx::Error::Decode(error.into()))?;
                let last = piece.iter().map(|row| row.subscriber_id).max();
                from = last.filter(|last| *last < hi && piece.len() as i64 == PIECE).map(|last| last + 1);
                rows.extend(piece);
            }
            Ok(rows)
        }
        Db::Postgres(pool) => {
            let query = query_as(POSTGRES).bind(digest_id).bind(lo).bind(hi).bind(now).bind(beyond);
            query.bind(WARMING).fetch_all(pool).await
        }
    }
}

/// Whether any address is suppressed for this newsletter; saves the hashing of a whole batch where there is none.
pub async fn has_suppressions(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM suppression WHERE newsletter_id IN (0, $1))")
        .bind(newsletter_id)
        .fetch_one(db.on())
        .await
}

/// Which of these hashes are suppressed for this newsletter or for all.
pub async fn suppressed(db: &Db, newsletter_id: i64, hashes: &[&str]) -> sqlx::Result<HashSet<String>> {
    // One list as one value; binding a thousand would compile a new statement for each length.
    let found: Vec<String> = match db {
        Db::Sqlite { read, .. } => {
            query_scalar(
                "SELECT DISTINCT address_hash FROM suppression
                 WHERE newsletter_id IN (0, $1) AND address_hash IN (SELECT value FROM json_each($2))",
            )
            .bind(newsletter_id)
            .bind(serde_json::json!(hashes).to_string())
            .fetch_all(read)
            .await?
        }
        Db::Postgres(pool) => {
            query_scalar(
                "SELECT DISTINCT address_hash FROM suppression
                 WHERE newsletter_id IN (0, $1) AND address_hash = ANY($2)",
            )
            .bind(newsletter_id)
            .bind(hashes)
            .fetch_all(pool)
            .await?
        }
    };
    Ok(found.into_iter().collect())
}
