//! Writing what became of mails: all that wait in one statement, fenced by the epochs of their batches.
//!
//! Here the dialects fork, because bulk values travel as `json_each` on SQLite and as `unnest` on PostgreSQL. On SQLite
//! `UPDATE .. FROM json_each` would read every row of the digest instead of looking each up (a planner trap: 40,000 rows
//! took minutes). What has one of two outcomes is an `UPDATE .. WHERE id IN (..)`, which finds each row once (5 to 8 µs a
//! message in groups of eight, where an upsert takes 8); the rest an upsert that joins its own row, because a bare one
//! would bring back a row that was erased.
//! The fence is all or nothing for a digest: if one lease is gone nothing is written here, and `record_each` finds out.

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Sqlite};

use crate::clock::Millis;
use crate::db::{Db, Tx};
use crate::delivery::State;

/// One row to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The digest.
    pub digest_id: i64,
    /// First id of the batch it was claimed in.
    pub lo: i64,
    /// Epoch of our lease.
    pub epoch: i64,
    /// The recipient.
    pub subscriber_id: i64,
    /// The new state.
    pub state: i64,
    /// Attempts now; `None` leaves them.
    pub attempts: Option<i64>,
    /// Not before; 0 when there is nothing to wait for.
    pub next_at: Millis,
    /// What a plain success or start has not.
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

/// Each batch once, in one order everywhere so that two writers never wait for each other in a circle.
fn fences(lines: &[Line]) -> Vec<(i64, i64, i64)> {
    let mut fences: Vec<_> = lines.iter().map(|line| (line.digest_id, line.lo, line.epoch)).collect();
    fences.sort_unstable();
    fences.dedup();
    fences
}

const SQLITE_PLAIN: &str = "
    UPDATE delivery
    SET state = CASE WHEN subscriber_id IN (SELECT value FROM json_each($4)) THEN 2 ELSE 1 END,
        attempts = attempts + CASE WHEN subscriber_id IN (SELECT value FROM json_each($4)) THEN 1 ELSE 0 END
    WHERE digest_id = $1 AND subscriber_id IN (SELECT value FROM json_each($2)) AND (state < 2 OR state = 4)
      AND (SELECT COUNT(*) FROM json_each($3) f CROSS JOIN delivery_batch b
           WHERE b.digest_id = $1 AND b.lo = f.value ->> 0 AND b.epoch = f.value ->> 1) = json_array_length($3)";

const POSTGRES_PLAIN: &str = "
    WITH fence AS MATERIALIZED (
        SELECT b.digest_id, b.lo FROM delivery_batch b
        JOIN unnest($1, $2, $3) AS f (digest_id, lo, epoch)
          ON b.digest_id = f.digest_id AND b.lo = f.lo AND b.epoch = f.epoch
        ORDER BY b.digest_id, b.lo FOR SHARE OF b)
    UPDATE delivery d
    SET state = CAST(v.code & 7 AS SMALLINT), attempts = CAST(d.attempts + (v.code >> 3) AS SMALLINT)
    FROM unnest($4, $5, $6, $7) AS v (digest_id, lo, subscriber_id, code)
    JOIN fence f ON f.digest_id = v.digest_id AND f.lo = v.lo
    WHERE d.digest_id = v.digest_id AND d.subscriber_id = v.subscriber_id AND d.state IN (0, 1, 4)";

/// `lines` are of one digest: starts and plain successes.
fn sqlite_plain(lines: &[Line]) -> Query<'static, Sqlite, SqliteArguments> {
    let accepted = lines.iter().filter(|line| line.state == State::Accepted as i64);
    sqlx::query(SQLITE_PLAIN)
        .bind(lines[0].digest_id)
        .bind(id_list(lines.iter()))
        .bind(fence_list(lines))
        .bind(id_list(accepted))
}

/// A JSON array.
fn id_list<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    use std::fmt::Write as _;
    let mut list = String::with_capacity(512);
    for line in lines {
        let _ = write!(list, "{}{}", if list.is_empty() { '[' } else { ',' }, line.subscriber_id);
    }
    list.push_str(if list.is_empty() { "[]" } else { "]" });
    list
}

fn fence_list(lines: &[Line]) -> String {
    let pairs: Vec<_> = fences(lines).into_iter().map(|(_, lo, epoch)| [lo, epoch]).collect();
    serde_json::json!(pairs).to_string()
}

fn column<T>(lines: &[Line], value: impl Fn(&Line) -> T) -> Vec<T> {
    lines.iter().map(value).collect()
}

fn postgres_fence(text: &'static str, lines: &[Line]) -> Query<'static, Postgres, PgArguments> {
    let fences = fences(lines);
    sqlx::query(text)
        .bind(fences.iter().map(|fence| fence.0).collect::<Vec<_>>())
        .bind(fences.iter().map(|fence| fence.1).collect::<Vec<_>>())
        .bind(fences.iter().map(|fence| fence.2).collect::<Vec<_>>())
        .bind(column(lines, |line| line.digest_id))
        .bind(column(lines, |line| line.lo))
        .bind(column(lines, |line| line.subscriber_id))
}

fn postgres_plain(lines: &[Line]) -> Query<'static, Postgres, PgArguments> {
    postgres_fence(POSTGRES_PLAIN, lines)
        .bind(column(lines, |line| i64::from(line.attempts.is_some()) << 3 | line.state))
}

/// Writes starts and plain successes in one statement that is its own transaction. On SQLite they are of one digest.
/// Gives how many rows took it.
pub async fn plain_now(db: &Db, lines: &[Line]) -> sqlx::Result<u64> {
    match db {
        Db::Sqlite { write, .. } => Ok(sqlite_plain(lines).execute(write).await?.rows_affected()),
        Db::Postgres(pool) => Ok(postgres_plain(lines).execute(pool).await?.rows_affected()),
    }
}

/// The same inside a transaction, for any number of digests.
pub async fn plain(tx: &mut Tx, lines: &[Line]) -> sqlx::Result<u64> {
    match tx {
        Tx::Sqlite(tx) => {
            let mut written = 0;
            for lines in lines.chunk_by(|a, b| a.digest_id == b.digest_id) {
                written += sqlite_plain(lines).execute(&mut **tx).await?.rows_affected();
            }
            Ok(written)
        }
        Tx::Postgres(_) if lines.is_empty() => Ok(0),
        Tx::Postgres(tx) => Ok(postgres_plain(lines).execute(&mut **tx).await?.rows_affected()),
    }
}

const SQLITE_NOTED: &str = "
    INSERT INTO delivery (digest_id, subscriber_id, state, attempts, next_at)
    SELECT d.digest_id, d.subscriber_id, j.value ->> 1, COALESCE(j.value ->> 2, d.attempts), j.value ->> 3
    FROM json_each($2) j CROSS JOIN delivery d
    WHERE d.digest_id = $1 AND d.subscriber_id = j.value ->> 0 AND d.state IN (0, 1, 4)
      AND (SELECT COUNT(*) FROM json_each($3) f CROSS JOIN delivery_batch b
           WHERE b.digest_id = $1 AND b.lo = f.value ->> 0 AND b.epoch = f.value ->> 1) = json_array_length($3)
    ON CONFLICT (digest_id, subscriber_id) DO UPDATE
    SET state = excluded.state, attempts = excluded.attempts, next_at = excluded.next_at";

const POSTGRES_NOTED: &str = "
    WITH fence AS MATERIALIZED (
        SELECT b.digest_id, b.lo FROM delivery_batch b
        JOIN unnest($1, $2, $3) AS f (digest_id, lo, epoch)
          ON b.digest_id = f.digest_id AND b.lo = f.lo AND b.epoch = f.epoch
        ORDER BY b.digest_id, b.lo FOR SHARE OF b)
    UPDATE delivery d
    SET state = CAST(v.state AS SMALLINT), attempts = CAST(COALESCE(v.attempts, d.attempts) AS SMALLINT),
        next_at = v.next_at
    FROM unnest($4, $5, $6, $7, $8, $9) AS v (digest_id, lo, subscriber_id, state, attempts, next_at)
    JOIN fence f ON f.digest_id = v.digest_id AND f.lo = v.lo
    WHERE d.digest_id = v.digest_id AND d.subscriber_id = v.subscriber_id AND d.state IN (0, 1, 4)";

/// Writes all other lines: the rows, then the notes. Gives how many rows took it; the notes are written for all, so a
/// caller that counts fewer rolls back.
pub async fn noted(tx: &mut Tx, lines: &[Line], now: Millis) -> sqlx::Result<u64> {
    if lines.is_empty() {
        return Ok(0);
    }
    let written = match tx {
        Tx::Sqlite(tx) => {
            let mut written = 0;
            for lines in lines.chunk_by(|a, b| a.digest_id == b.digest_id) {
                let values = column(lines, |l| (l.subscriber_id, l.state, l.attempts, l.next_at));
                let query = sqlx::query(SQLITE_NOTED)
                    .bind(lines[0].digest_id)
                    .bind(serde_json::json!(values).to_string())
                    .bind(fence_list(lines));
                written += query.execute(&mut **tx).await?.rows_affected();
            }
            written
        }
        Tx::Postgres(tx) => {
            let query = postgres_fence(POSTGRES_NOTED, lines)
                .bind(column(lines, |line| line.state))
                .bind(column(lines, |line| line.attempts))
                .bind(column(lines, |line| line.next_at));
            query.execute(&mut **tx).await?.rows_affected()
        }
    };
    notes(tx, lines, now).await?;
    Ok(written)
}

const SQLITE_NOTES: &str = "
    INSERT INTO delivery_note (digest_id, subscriber_id, at, code, reason, words)
    SELECT j.value ->> 0, j.value ->> 1, $2, j.value ->> 2, j.value ->> 3, j.value ->> 4 FROM json_each($1) j WHERE TRUE
    ON CONFLICT (digest_id, subscriber_id) DO UPDATE SET at = excluded.at, code = excluded.code, words = excluded.words,
        reason = CASE WHEN delivery_note.reason = 'doubt' AND excluded.reason = 'deferred' THEN 'doubt' ELSE excluded.reason END";

const POSTGRES_NOTES: &str = "
    INSERT INTO delivery_note (digest_id, subscriber_id, at, code, reason, words)
    SELECT v.digest_id, v.subscriber_id, $2, v.code, v.reason, v.words
    FROM unnest($1, $3, $4, $5, $6) AS v (digest_id, subscriber_id, code, reason, words)
    ON CONFLICT (digest_id, subscriber_id) DO UPDATE SET at = excluded.at, code = excluded.code, words = excluded.words,
        reason = CASE WHEN delivery_note.reason = 'doubt' AND excluded.reason = 'deferred' THEN 'doubt' ELSE excluded.reason END";

/// Writes the notes of these lines. "May have arrived twice" outlives a later "later".
pub async fn notes(tx: &mut Tx, lines: &[Line], now: Millis) -> sqlx::Result<()> {
    let noted: Vec<(&Line, &Note)> = lines.iter().filter_map(|line| Some((line, line.note.as_ref()?))).collect();
    if noted.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let values: Vec<_> =
                noted.iter().map(|(l, n)| (l.digest_id, l.subscriber_id, n.code, n.reason, &n.words)).collect();
            sqlx::query(SQLITE_NOTES).bind(serde_json::json!(values).to_string()).bind(now).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(POSTGRES_NOTES)
                .bind(noted.iter().map(|(line, _)| line.digest_id).collect::<Vec<_>>())
                .bind(now)
                .bind(noted.iter().map(|(line, _)| line.subscriber_id).collect::<Vec<_>>())
                .bind(noted.iter().map(|(_, note)| note.code).collect::<Vec<_>>())
                .bind(noted.iter().map(|(_, note)| note.reason).collect::<Vec<_>>())
                .bind(noted.iter().map(|(_, note)| note.words.clone()).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}
