//! Counting a digest's rows.

use super::{NOT_THEIRS, WARMING};
use crate::clock::Millis;
use crate::db::{Builder, Db, from_row, query_as};

/// Rows of the ledger by state. Reads every open row of the digest: 0.2 s for a million on SQLite.
pub async fn states(db: &Db, digest_id: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    query_as("SELECT CAST(state AS BIGINT), COUNT(*) FROM delivery WHERE digest_id = $1 GROUP BY state")
        .bind(digest_id)
        .fetch_all(db.on())
        .await
}

/// What the workers have reported of their batches and is not in the rows yet: accepted, started.
pub async fn progress(db: &Db, digest_id: i64) -> sqlx::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    query_as(
        "SELECT accepted, started FROM delivery_batch
         WHERE digest_id = $1 AND (length(accepted) > 0 OR length(started) > 0)",
    )
    .bind(digest_id)
    .fetch_all(db.on())
    .await
}

/// Rows of the archive that are read at a time.
pub const PIECE: i64 = 500;

/// Outcomes of the archive behind a row that begins with the id `after`, a few at a time, each with its own first id (0: persons who
/// were erased). In the order of the index: by `id` a planner may read the archives of all digests.
pub async fn outcomes(db: &Db, digest_id: i64, after: i64) -> sqlx::Result<Vec<(i64, Vec<u8>)>> {
    query_as(
        "SELECT lo, outcomes FROM delivery_archive WHERE digest_id = $1 AND lo > $2 ORDER BY digest_id, lo LIMIT $3",
    )
    .bind(digest_id)
    .bind(after)
    .bind(PIECE)
    .fetch_all(db.on())
    .await
}

/// Rows of the ledger by state and reason of their note; only rows that have one.
pub async fn reasons(db: &Db, digest_id: i64) -> sqlx::Result<Vec<(i64, String, i64)>> {
    query_as(
        "SELECT CAST(d.state AS BIGINT), n.reason, COUNT(*) FROM delivery_note n
         JOIN delivery d ON d.digest_id = n.digest_id AND d.subscriber_id = n.subscriber_id
         WHERE n.digest_id = $1 GROUP BY d.state, n.reason",
    )
    .bind(digest_id)
    .fetch_all(db.on())
    .await
}

/// What the server said to those it refused or put off: hands over reason, code, words, how many, one after the other.
pub async fn words(db: &Db, digest_id: i64, mut visit: impl FnMut(String, i64, &str, i64) + Send) -> sqlx::Result<()> {
    query_as::<(String, i64, String, i64)>(
        "SELECT reason, code, words, COUNT(*) FROM delivery_note WHERE digest_id = $1 AND words <> ''
         GROUP BY reason, code, words",
    )
    .bind(digest_id)
    .for_each(db.on(), |(reason, code, words, count)| visit(reason, code, &words, count))
    .await
}

/// What a digest's progress is reckoned from.
#[derive(Clone, Debug)]
pub struct Times {
    /// Eligible at release.
    pub recipients: i64,
    /// Where it stands.
    pub state: String,
    /// Released.
    pub released_at: Option<Millis>,
    /// Ended.
    pub finished_at: Option<Millis>,
    /// The next attempt for a deferred row that nobody has in hand.
    pub next_attempt_at: Option<Millis>,
    /// Whether some of it waits for a day to come: how long it takes is not told by how fast it leaves.
    pub warms: bool,
}
from_row!(Times { recipients, state, released_at, finished_at, next_attempt_at, warms });

impl Times {
    /// Whether an editor has ended it.
    pub fn is_cancelled(&self) -> bool {
        self.state == "cancelled"
    }
}

/// The digest's times; `None` when there is no such digest.
pub async fn times(db: &Db, digest_id: i64) -> sqlx::Result<Option<Times>> {
    query_as(
        "SELECT recipients, state, released_at, finished_at,
                (SELECT MIN(due_at) FROM delivery_batch WHERE digest_id = $1 AND due_at > 0 AND due_at < $2) AS next_attempt_at,
                EXISTS (SELECT 1 FROM warmup_digest WHERE digest_id = $1 AND is_open AND NOT at_once) AS warms
         FROM digest WHERE id = $1"
    )
    .bind(digest_id)
    .bind(WARMING)
    .fetch_optional(db.on()).await
}

/// A row of a person in the ledger.
#[derive(Clone, Debug)]
pub struct OfSubscriber {
    /// The digest.
    pub digest_id: i64,
    /// The server's words, of what was not a plain success.
    pub words: Option<String>,
    /// State of the row.
    pub state: i64,
    /// Reason of its note.
    pub reason: Option<String>,
    /// What its batch's worker has reported.
    pub accepted: Option<Vec<u8>>,
    /// The same.
    pub started: Option<Vec<u8>>,
    /// The digest's id outside.
    pub public_id: String,
    /// Its subject.
    pub subject: String,
    /// Its slot.
    pub slot_at: Millis,
}
from_row!(OfSubscriber { digest_id, words, state, reason, accepted, started, public_id, subject, slot_at });

/// A person's rows.
pub async fn of_subscriber(db: &Db, subscriber_id: i64) -> sqlx::Result<Vec<OfSubscriber>> {
    query_as(
        "SELECT d.digest_id, CAST(d.state AS BIGINT) AS state,
                COALESCE(n.reason, CASE WHEN d.state = 5 AND d.next_at = $2 THEN 'topics' END) AS reason,
                n.words, b.accepted, b.started,
                g.public_id, COALESCE(g.subject, '') AS subject, g.slot_at
         FROM subscriber s JOIN digest g ON g.newsletter_id = s.newsletter_id
         JOIN delivery d ON d.digest_id = g.id AND d.subscriber_id = s.id
         LEFT JOIN delivery_note n ON n.digest_id = d.digest_id AND n.subscriber_id = d.subscriber_id
         LEFT JOIN delivery_batch b ON b.digest_id = d.digest_id AND d.subscriber_id BETWEEN b.lo AND b.hi
         WHERE s.id = $1",
    )
    .bind(subscriber_id)
    .bind(NOT_THEIRS)
    .fetch_all(db.on())
    .await
}

/// A packed digest that may hold a person, and the chunk where they are looked for first.
#[derive(Clone, Debug)]
pub struct Packed {
    /// Which digest.
    pub digest_id: i64,
    /// First id of the chunk; `None`: no chunk of the digest begins at or before the person.
    pub lo: Option<i64>,
    /// Last id of the chunk.
    pub hi: Option<i64>,
    /// See [`crate::ledger::packed::Chunk`].
    pub ids: Option<Vec<u8>>,
    /// Likewise.
    pub outcomes: Option<Vec<u8>>,
    /// The mail server's words, if they were kept.
    pub words: Option<String>,
    /// The digest's id outside.
    pub public_id: String,
    /// Its subject.
    pub subject: String,
    /// Its slot.
    pub slot_at: Millis,
}
from_row!(Packed { digest_id, lo, hi, ids, outcomes, words, public_id, subject, slot_at });

/// The digests that ended since a person is known, in one statement: two hundred are usual. A digest is packed in the order of
/// ids, so that the last chunk that begins at or before them holds them; with two hundred digests to a million people this takes
/// 6 ms on SQLite, and asking for every chunk around them 200. What was reopened since is packed apart: see [`chunks_around`].
pub async fn packed_of(db: &Db, subscriber_id: i64) -> sqlx::Result<Vec<Packed>> {
    query_as(
        "SELECT g.id AS digest_id, a.lo, a.hi, a.ids, a.outcomes, n.words, g.public_id,
                COALESCE(g.subject, '') AS subject, g.slot_at
         FROM subscriber s
         JOIN digest g ON g.newsletter_id = s.newsletter_id AND (g.finished_at IS NULL OR g.finished_at >= s.created_at)
         LEFT JOIN delivery_archive a ON a.id = (
             SELECT b.id FROM delivery_archive b WHERE b.digest_id = g.id AND b.lo <= $1 ORDER BY b.lo DESC LIMIT 1)
         LEFT JOIN delivery_note n ON n.digest_id = g.id AND n.subscriber_id = s.id
         WHERE s.id = $1",
    )
    .bind(subscriber_id)
    .fetch_all(db.on())
    .await
}

/// A chunk that may hold a person.
#[derive(Clone, Debug)]
pub struct Around {
    /// Of which digest.
    pub digest_id: i64,
    /// Its first id.
    pub lo: i64,
    /// Its last id.
    pub hi: i64,
    /// See [`crate::ledger::packed::Chunk`].
    pub ids: Vec<u8>,
    /// Likewise.
    pub outcomes: Vec<u8>,
}
from_row!(Around { digest_id, lo, hi, ids, outcomes });

/// Digests in one statement.
const AT_ONCE: usize = 500;

/// Every chunk of these digests that may hold a person.
pub async fn chunks_around(db: &Db, digests: &[i64], subscriber_id: i64) -> sqlx::Result<Vec<Around>> {
    let mut found = Vec::new();
    for digests in digests.chunks(AT_ONCE) {
        let mut query = Builder::new("SELECT digest_id, lo, hi, ids, outcomes FROM delivery_archive WHERE lo <= ");
        query.push_bind(subscriber_id).push(" AND hi >= ").push_bind(subscriber_id).push(" AND digest_id IN (");
        query.push_binds(digests.iter().copied()).push(")");
        found.extend::<Vec<Around>>(query.build_query_as().persistent(false).fetch_all(db.on()).await?);
    }
    Ok(found)
}
