//! Every query on `returned`: this room is its only writer.

use super::act::Outcome;
use super::intake::Piece;
use super::matter::{Kind, State};
use crate::clock::Millis;
use crate::db::{Db, Tx, execute, from_row, in_tx, read};

/// Whether this was stored before.
pub async fn is_known(tx: &mut Tx, fingerprint: &str) -> sqlx::Result<bool> {
    in_tx!(tx, |c| sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM returned WHERE fingerprint = $1)")
        .bind(fingerprint)
        .fetch_one(c))
}

/// Stores it; `false` when another process stored the same a moment ago.
pub async fn insert(
    tx: &mut Tx,
    piece: &Piece,
    outcome: Outcome,
    mail: Option<&[u8]>,
    now: Millis,
) -> sqlx::Result<bool> {
    let inserted = execute!(tx, |c| {
        sqlx::query(
        "INSERT INTO returned (fingerprint, source, kind, state, newsletter_id, subscriber_id, digest_id, status, words,
                               received_at, mail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (fingerprint) DO NOTHING"
    )
    .bind(&piece.fingerprint)
    .bind(piece.source)
    .bind(piece.matter.kind)
    .bind(outcome.state)
    .bind(outcome.newsletter_id)
    .bind(outcome.subscriber_id)
    .bind(outcome.digest_id)
    .bind(&piece.matter.status)
    .bind(&piece.matter.words)
    .bind(now)
    .bind(mail)
    .execute(c)
    })?;
    Ok(inserted == 1)
}

/// A row as an editor sees it.
#[derive(Clone, Debug)]
pub struct Row {
    /// In the order of arrival.
    pub id: i64,
    /// By which way.
    pub source: String,
    /// What it is.
    pub kind: Kind,
    /// What became of it.
    pub state: State,
    /// Whose newsletter, when it is known.
    pub newsletter_id: Option<i64>,
    /// Whom it is about, when it is known.
    pub subscriber_id: Option<i64>,
    /// Which digest, when it is known.
    pub digest_id: Option<i64>,
    /// Enhanced status code.
    pub status: String,
    /// The server's words.
    pub words: String,
    /// When it came.
    pub received_at: Millis,
}
from_row!(Row { id, source, kind, state, newsletter_id, subscriber_id, digest_id, status, words, received_at });

const COLUMNS: &str = "id, source, kind, state, newsletter_id, subscriber_id, digest_id, status, words, received_at";

/// Whose rows somebody may see.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Of this newsletter; 0: of all.
    pub newsletter_id: i64,
    /// And those that are nobody's: for owners of the instance.
    pub nobodys: bool,
}

impl Seen {
    /// Whether this row is among them.
    pub fn has(self, row: &Row) -> bool {
        row.newsletter_id.map_or(self.nobodys, |of| self.newsletter_id == 0 || of == self.newsletter_id)
    }
}

/// Rows in this state before an id, the newest first.
pub async fn page(db: &Db, seen: Seen, state: State, before: i64, most: i64) -> sqlx::Result<Vec<Row>> {
    let text = format!(
        "SELECT {COLUMNS} FROM returned WHERE state = $1 AND id < $2
         AND ($3 = 0 OR newsletter_id = $3 OR newsletter_id IS NULL) AND ($4 OR newsletter_id IS NOT NULL)
         ORDER BY id DESC LIMIT $5"
    );
    read!(db, |c| sqlx::query_as(sqlx::AssertSqlSafe(text.as_str()))
        .bind(state)
        .bind(before)
        .bind(seen.newsletter_id)
        .bind(seen.nobodys)
        .bind(most)
        .fetch_all(c))
}

/// How many rows are in this state.
pub async fn count(db: &Db, seen: Seen, state: State) -> sqlx::Result<i64> {
    read!(db, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM returned WHERE state = $1
         AND ($2 = 0 OR newsletter_id = $2 OR newsletter_id IS NULL) AND ($3 OR newsletter_id IS NOT NULL)"
    )
    .bind(state)
    .bind(seen.newsletter_id)
    .bind(seen.nobodys)
    .fetch_one(c))
}

/// The newsletter, when there is but one.
pub async fn only_newsletter(tx: &mut Tx) -> sqlx::Result<Option<i64>> {
    let ids: Vec<i64> =
        in_tx!(tx, |c| sqlx::query_scalar("SELECT id FROM newsletter ORDER BY id LIMIT 2").fetch_all(c))?;
    Ok(match ids.as_slice() {
        [id] => Some(*id),
        _ => None,
    })
}

/// One row.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Row>> {
    let text = format!("SELECT {COLUMNS} FROM returned WHERE id = $1");
    read!(db, |c| sqlx::query_as(sqlx::AssertSqlSafe(text.as_str())).bind(id).fetch_optional(c))
}

/// The mail of a row, where it was kept.
pub async fn mail(db: &Db, id: i64) -> sqlx::Result<Option<Vec<u8>>> {
    let found: Option<Option<Vec<u8>>> =
        read!(db, |c| sqlx::query_scalar("SELECT mail FROM returned WHERE id = $1").bind(id).fetch_optional(c))?;
    Ok(found.flatten())
}

/// Moves a row from one state to another; `false` when it was not there any more.
pub async fn turn(tx: &mut Tx, id: i64, from: State, to: State) -> sqlx::Result<bool> {
    let turned = execute!(tx, |c| sqlx::query("UPDATE returned SET state = $3 WHERE id = $1 AND state = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .execute(c))?;
    Ok(turned == 1)
}

/// Says whom a row is about, and what it is, by an editor's word.
pub async fn file(tx: &mut Tx, id: i64, kind: Kind, newsletter_id: i64, subscriber_id: i64) -> sqlx::Result<bool> {
    let filed = execute!(tx, |c| sqlx::query(
        "UPDATE returned SET kind = $2, newsletter_id = $3, subscriber_id = $4, state = $5, mail = NULL
         WHERE id = $1 AND state = $6"
    )
    .bind(id)
    .bind(kind)
    .bind(newsletter_id)
    .bind(subscriber_id)
    .bind(State::Filed)
    .bind(State::Open)
    .execute(c))?;
    Ok(filed == 1)
}

/// People of a newsletter whose hard reports wait, with the rows' ids, in order.
pub async fn waiting(tx: &mut Tx, newsletter_id: i64, after: i64, most: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    in_tx!(tx, |c| sqlx::query_as(
        "SELECT id, subscriber_id FROM returned
         WHERE state = $1 AND newsletter_id = $2 AND id > $3 AND subscriber_id IS NOT NULL ORDER BY id LIMIT $4"
    )
    .bind(State::Waiting)
    .bind(newsletter_id)
    .bind(after)
    .bind(most)
    .fetch_all(c))
}

/// What came back about one person, the oldest first.
pub async fn of_person(db: &Db, subscriber_id: i64) -> sqlx::Result<Vec<Row>> {
    let text = format!("SELECT {COLUMNS} FROM returned WHERE subscriber_id = $1 ORDER BY id");
    read!(db, |c| sqlx::query_as(sqlx::AssertSqlSafe(text.as_str())).bind(subscriber_id).fetch_all(c))
}

/// When something last came by each way.
pub async fn last_seen(db: &Db) -> sqlx::Result<Vec<(String, Millis)>> {
    read!(db, |c| sqlx::query_as("SELECT source, MAX(received_at) FROM returned GROUP BY source ORDER BY source")
        .fetch_all(c))
}

/// Forgets what was done with before `until`, some rows at a time; gives how many.
pub async fn forget(tx: &mut Tx, until: Millis, most: i64) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "DELETE FROM returned WHERE id IN (
             SELECT id FROM returned WHERE received_at < $1 AND state NOT IN ($2, $3) ORDER BY received_at LIMIT $4)"
    )
    .bind(until)
    .bind(State::Open)
    .bind(State::Waiting)
    .bind(most)
    .execute(c))
}
