//! Every query on `returned` and `returned_count`: this room is their only writer.

use std::collections::HashSet;

use super::burst::{Counts, Stored};
use super::matter::{Kind, Matter, Outcome, State};
use crate::clock::Millis;
use crate::db::{Builder, Db, Tx, from_row, query, query_as, query_scalar};

/// Rows or names in one statement: of each row there are eleven values, and PostgreSQL takes 65,535.
const AT_ONCE: usize = 1_000;

/// Which of these were stored before.
pub async fn known(tx: &mut Tx, fingerprints: &[&str]) -> sqlx::Result<HashSet<String>> {
    let mut found = HashSet::new();
    for fingerprints in fingerprints.chunks(AT_ONCE) {
        let mut query = Builder::new("SELECT fingerprint FROM returned WHERE fingerprint IN (");
        query.push_binds(fingerprints.iter().copied()).push(")");
        found.extend::<Vec<String>>(query.build_query_scalar().persistent(false).fetch_all(tx.on()).await?);
    }
    Ok(found)
}

/// A row to be written.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// Same fingerprint, same thing.
    pub fingerprint: String,
    /// By which way.
    pub source: &'static str,
    /// What it is.
    pub matter: &'a Matter,
    /// What became of it.
    pub outcome: Outcome,
    /// As it came, where somebody may want to read it.
    pub mail: Option<&'a [u8]>,
}

/// Stores them; gives the fingerprints of those that no other process stored a moment ago.
pub async fn insert(tx: &mut Tx, rows: &[New<'_>], now: Millis) -> sqlx::Result<HashSet<String>> {
    let mut stored = HashSet::new();
    for rows in rows.chunks(AT_ONCE) {
        let mut query = Builder::new(
                "INSERT INTO returned (fingerprint, source, kind, state, newsletter_id, subscriber_id, digest_id, status, words,
                                       received_at, mail) ",
            );
        query.push_values(rows, |mut row, new| {
            let (matter, outcome) = (new.matter, new.outcome);
            row.push_bind(&new.fingerprint).push_bind(new.source).push_bind(matter.kind).push_bind(outcome.state);
            row.push_bind(outcome.newsletter_id).push_bind(outcome.subscriber_id).push_bind(outcome.digest_id);
            row.push_bind(&matter.status).push_bind(&matter.words).push_bind(now).push_bind(new.mail);
        });
        query.push(" ON CONFLICT (fingerprint) DO NOTHING RETURNING fingerprint");
        stored.extend::<Vec<String>>(query.build_query_scalar().persistent(false).fetch_all(tx.on()).await?);
    }
    Ok(stored)
}

/// What is counted of these digests, of those that are there.
pub async fn counts(tx: &mut Tx, digests: &[i64]) -> sqlx::Result<Vec<Stored>> {
    let mut found = Vec::with_capacity(digests.len());
    for digests in digests.chunks(AT_ONCE) {
        let mut query = Builder::new(
                "SELECT d.id AS digest_id, d.newsletter_id,
                        COALESCE((SELECT w.given FROM warmup_digest w WHERE w.digest_id = d.id AND w.is_open AND w.given > 0),
                                 d.recipients) AS recipients, COALESCE(n.hard, 0) AS hard,
                        COALESCE(n.waiting, 0) AS waiting, COALESCE(n.complaints, 0) AS complaints,
                        COALESCE(n.settled, 0) AS settled
                 FROM digest d LEFT JOIN returned_count n ON n.digest_id = d.id WHERE d.id IN (",
            );
        query.push_binds(digests.iter().copied()).push(")");
        found.extend::<Vec<Stored>>(query.build_query_as().persistent(false).fetch_all(tx.on()).await?);
    }
    Ok(found)
}

/// Whether this person's address waits for an editor, with others of the digest.
pub async fn waits(tx: &mut Tx, subscriber_id: i64, digest_id: i64) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM returned
                        WHERE subscriber_id = $1 AND digest_id = $2 AND kind = $3 AND state = $4)",
    )
    .bind(subscriber_id)
    .bind(digest_id)
    .bind(Kind::Hard)
    .bind(State::Waiting)
    .fetch_one(tx.on())
    .await
}

/// Counts on; does nothing where nothing came.
pub async fn add_counts(tx: &mut Tx, digest_id: i64, added: Counts) -> sqlx::Result<()> {
    if added == Counts::default() {
        return Ok(());
    }
    query(
        "INSERT INTO returned_count (digest_id, hard, waiting, complaints) VALUES ($1, $2, $3, $4)
         ON CONFLICT (digest_id) DO UPDATE
         SET hard = returned_count.hard + excluded.hard, waiting = returned_count.waiting + excluded.waiting,
             complaints = returned_count.complaints + excluded.complaints",
    )
    .bind(digest_id)
    .bind(added.hard)
    .bind(added.waiting)
    .bind(added.complaints)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Nothing of a newsletter's digests waits any more; `true`: because an editor said that the bounces are true.
pub async fn settle_counts(tx: &mut Tx, newsletter_id: i64, is_true: bool) -> sqlx::Result<()> {
    query(
        "UPDATE returned_count SET waiting = 0, settled = CASE WHEN $2 = 1 THEN 1 ELSE settled END
         WHERE waiting > 0 AND digest_id IN (SELECT id FROM digest WHERE newsletter_id = $1)",
    )
    .bind(newsletter_id)
    .bind(i64::from(is_true))
    .execute(tx.on())
    .await?;
    Ok(())
}

/// The last digest of a newsletter that was released since then.
pub async fn last_digest(tx: &mut Tx, newsletter_id: i64, since: Millis) -> sqlx::Result<Option<i64>> {
    query_scalar("SELECT id FROM digest WHERE newsletter_id = $1 AND released_at >= $2 ORDER BY id DESC LIMIT 1")
        .bind(newsletter_id)
        .bind(since)
        .fetch_optional(tx.on())
        .await
}

/// The newsletters whose sender is of this domain (in lower case).
pub async fn of_sender_domain(tx: &mut Tx, domain: &str) -> sqlx::Result<Vec<i64>> {
    let senders: Vec<(i64, String)> =
        query_as("SELECT id, from_address FROM newsletter ORDER BY id").fetch_all(tx.on()).await?;
    let is_of = |address: &str| address.rsplit('@').next().is_some_and(|of| of.eq_ignore_ascii_case(domain));
    Ok(senders.into_iter().filter(|(_, address)| is_of(address)).map(|(id, _)| id).collect())
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
    query_as(sqlx::AssertSqlSafe(text.as_str()))
        .bind(state)
        .bind(before)
        .bind(seen.newsletter_id)
        .bind(seen.nobodys)
        .bind(most)
        .fetch_all(db.on())
        .await
}

/// How many rows are in this state.
pub async fn count(db: &Db, seen: Seen, state: State) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM returned WHERE state = $1
         AND ($2 = 0 OR newsletter_id = $2 OR newsletter_id IS NULL) AND ($3 OR newsletter_id IS NOT NULL)",
    )
    .bind(state)
    .bind(seen.newsletter_id)
    .bind(seen.nobodys)
    .fetch_one(db.on())
    .await
}

/// The newsletter, when there is but one.
pub async fn only_newsletter(tx: &mut Tx) -> sqlx::Result<Option<i64>> {
    let ids: Vec<i64> = query_scalar("SELECT id FROM newsletter ORDER BY id LIMIT 2").fetch_all(tx.on()).await?;
    Ok(match ids.as_slice() {
        [id] => Some(*id),
        _ => None,
    })
}

/// One row.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Row>> {
    let text = format!("SELECT {COLUMNS} FROM returned WHERE id = $1");
    query_as(sqlx::AssertSqlSafe(text.as_str())).bind(id).fetch_optional(db.on()).await
}

/// The mail of a row, where it was kept.
pub async fn mail(db: &Db, id: i64) -> sqlx::Result<Option<Vec<u8>>> {
    let found: Option<Option<Vec<u8>>> =
        query_scalar("SELECT mail FROM returned WHERE id = $1").bind(id).fetch_optional(db.on()).await?;
    Ok(found.flatten())
}

/// Moves a row from one state to another; `false` when it was not there any more.
pub async fn turn(tx: &mut Tx, id: i64, from: State, to: State) -> sqlx::Result<bool> {
    let turned = query("UPDATE returned SET state = $3 WHERE id = $1 AND state = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .execute(tx.on())
        .await?;
    Ok(turned == 1)
}

/// Says whom a row is about, and what it is, by an editor's word.
pub async fn file(tx: &mut Tx, id: i64, kind: Kind, newsletter_id: i64, subscriber_id: i64) -> sqlx::Result<bool> {
    let filed = query(
        "UPDATE returned SET kind = $2, newsletter_id = $3, subscriber_id = $4, state = $5, mail = NULL
         WHERE id = $1 AND state = $6",
    )
    .bind(id)
    .bind(kind)
    .bind(newsletter_id)
    .bind(subscriber_id)
    .bind(State::Filed)
    .bind(State::Open)
    .execute(tx.on())
    .await?;
    Ok(filed == 1)
}

/// People of a newsletter whose hard reports wait, with the rows' ids, in order.
pub async fn waiting(tx: &mut Tx, newsletter_id: i64, after: i64, most: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    query_as(
        "SELECT id, subscriber_id FROM returned
         WHERE state = $1 AND newsletter_id = $2 AND id > $3 AND subscriber_id IS NOT NULL ORDER BY id LIMIT $4",
    )
    .bind(State::Waiting)
    .bind(newsletter_id)
    .bind(after)
    .bind(most)
    .fetch_all(tx.on())
    .await
}

/// What came back about one person, the oldest first.
pub async fn of_person(db: &Db, subscriber_id: i64) -> sqlx::Result<Vec<Row>> {
    let text = format!("SELECT {COLUMNS} FROM returned WHERE subscriber_id = $1 ORDER BY id");
    query_as(sqlx::AssertSqlSafe(text.as_str())).bind(subscriber_id).fetch_all(db.on()).await
}

/// When something last came by each way.
pub async fn last_seen(db: &Db) -> sqlx::Result<Vec<(String, Millis)>> {
    query_as("SELECT source, MAX(received_at) FROM returned GROUP BY source ORDER BY source").fetch_all(db.on()).await
}

/// Forgets what was done with before `until`, some rows at a time; gives how many.
pub async fn forget(tx: &mut Tx, until: Millis, most: i64) -> sqlx::Result<u64> {
    query(
        "DELETE FROM returned WHERE id IN (
             SELECT id FROM returned WHERE received_at < $1 AND state NOT IN ($2, $3) ORDER BY received_at LIMIT $4)",
    )
    .bind(until)
    .bind(State::Open)
    .bind(State::Waiting)
    .bind(most)
    .execute(tx.on())
    .await
}
