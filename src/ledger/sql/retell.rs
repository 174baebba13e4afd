//! What is told again to a database that has gone back in time.

use super::letter::Line;
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_scalar};
use crate::ledger::RELEASED;

/// Whether this digest is there with all its rows: released at this instant, to its end.
pub async fn is_there(db: &Db, digest_id: i64, released_at: Millis) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM digest WHERE id = $1 AND COALESCE(released_at, created_at) = $2 AND released_upto = $3)"
    )
    .bind(digest_id)
    .bind(released_at)
    .bind(RELEASED)
    .fetch_one(db.on()).await
}

/// What became of the letter that was asked for at this instant; 0 when that is known, or it is another under its id. It
/// is nobody's afterwards.
pub async fn letter(tx: &mut Tx, created_at: Millis, line: &Line, now: Millis) -> sqlx::Result<u64> {
    let (code, reason, words) = match &line.note {
        Some((code, reason, words)) => (Some(*code), Some(*reason), Some(words.as_str())),
        None => (None, None, None),
    };
    query(
        "UPDATE letter SET state = $3, attempts = COALESCE($4, attempts), next_at = $5, done_at = $6,
             code = COALESCE($7, code), reason = COALESCE($8, reason), words = COALESCE($9, words),
             leased_until = 0, owner = '', epoch = epoch + 1
         WHERE id = $1 AND created_at = $2 AND state IN (0, 1, 4)
           AND (state <> $3 OR next_at <> $5)",
    )
    .bind(line.id)
    .bind(created_at)
    .bind(line.state)
    .bind(line.attempts)
    .bind(line.next_at)
    .bind((!matches!(line.state, 0 | 1 | 4)).then_some(now))
    .bind(code)
    .bind(reason)
    .bind(words)
    .execute(tx.on())
    .await
}
