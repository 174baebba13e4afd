//! Writing what was not a plain success: a row, and a note that says why. Plain successes and starts are a batch's progress:
//! see [`super::batch`], which also proves that the batch is ours.

use crate::clock::Millis;
use crate::db::{Tx, query, query_scalar};

/// One row to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The digest.
    pub digest_id: i64,
    /// The recipient.
    pub subscriber_id: i64,
    /// The new state.
    pub state: i64,
    /// Attempts now; `None` leaves them.
    pub attempts: Option<i64>,
    /// Not before; 0 when there is nothing to wait for.
    pub next_at: Millis,
    /// Why.
    pub note: Option<Note>,
}

/// What is kept of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Reply code; 0 for none.
    pub code: i64,
    /// One word.
    pub reason: &'static str,
    /// The server's words.
    pub words: String,
}

/// What one line became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// Written now.
    Now,
    /// It stood there already: an earlier try was committed.
    Before,
    /// The row is not open any more.
    Not,
}

/// Writes one line of a batch whose lease is ours. What may have gone out before (its note says `doubt`) and is now
/// cancelled is not called skipped: it stays in doubt.
pub async fn line(tx: &mut Tx, line: &Line) -> sqlx::Result<Took> {
    let written = query(
        "UPDATE delivery SET attempts = COALESCE($4, attempts), next_at = $5,
             state = CASE WHEN $6 AND EXISTS (SELECT 1 FROM delivery_note n WHERE n.digest_id = $1
                                              AND n.subscriber_id = $2 AND n.reason = 'doubt') THEN 6 ELSE $3 END
         WHERE digest_id = $1 AND subscriber_id = $2 AND state IN (0, 4)",
    )
    .bind(line.digest_id)
    .bind(line.subscriber_id)
    .bind(line.state as i16)
    .bind(line.attempts.map(|attempts| attempts as i16))
    .bind(line.next_at)
    .bind(line.note.as_ref().is_some_and(|note| note.reason == "cancelled"))
    .execute(tx.on())
    .await?;
    if written == 1 {
        return Ok(Took::Now);
    }
    let state: Option<i64> =
        query_scalar("SELECT CAST(state AS BIGINT) FROM delivery WHERE digest_id = $1 AND subscriber_id = $2")
            .bind(line.digest_id)
            .bind(line.subscriber_id)
            .fetch_optional(tx.on())
            .await?;
    Ok(if state == Some(line.state) { Took::Before } else { Took::Not })
}

/// Writes the note of this line. "May have arrived" outlives a later "later", and a cancel.
pub async fn note(tx: &mut Tx, line: &Line, note: &Note, now: Millis) -> sqlx::Result<()> {
    query(
        "INSERT INTO delivery_note (digest_id, subscriber_id, at, code, reason, words) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (digest_id, subscriber_id) DO UPDATE SET at = excluded.at, code = excluded.code, words = excluded.words,
             reason = CASE WHEN delivery_note.reason = 'doubt' AND excluded.reason IN ('deferred', 'cancelled') THEN 'doubt'
                           ELSE excluded.reason END"
    )
    .bind(line.digest_id)
    .bind(line.subscriber_id)
    .bind(now)
    .bind(note.code)
    .bind(note.reason)
    .bind(&note.words)
    .execute(tx.on()).await?;
    Ok(())
}
