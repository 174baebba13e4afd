//! Every query on questions whether somebody stays, but the one of a contact ([`super::super::contact`]).

use super::State;
use crate::clock::{HOUR, Millis};
use crate::db::{Builder, Db, Tx, from_row, query, query_as, query_scalar};
use crate::ledger;

/// Whether anything of this state is due.
pub async fn any_due(db: &Db, state: State, now: Millis) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM stay_question WHERE state = $1 AND at <= $2)")
        .bind(state)
        .bind(now)
        .fetch_one(db.on())
        .await
}

/// How many of a newsletter's readers were silent since before an instant and have no question.
pub async fn count_silent(db: &Db, newsletter_id: i64, before: Millis) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM subscriber s
         WHERE s.newsletter_id = $1 AND COALESCE(s.contact_at, s.confirmed_at, s.created_at) < $2
           AND s.status IN ('confirmed', 'paused')
           AND NOT EXISTS (SELECT 1 FROM stay_question q WHERE q.subscriber_id = s.id)",
    )
    .bind(newsletter_id)
    .bind(before)
    .fetch_one(db.on())
    .await
}

/// The last instant that is planned for a newsletter, and how many of its questions are.
pub async fn planned(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<(Option<Millis>, i64)> {
    query_as("SELECT MAX(at), COUNT(*) FROM stay_question WHERE newsletter_id = $1 AND state = 'planned'")
        .bind(newsletter_id)
        .fetch_one(tx.on())
        .await
}

/// Plans so many of them, the longest silent first: the first at an instant, each other one a step later. Gives how many.
pub async fn plan(
    tx: &mut Tx,
    newsletter_id: i64,
    before: Millis,
    (first, step): (Millis, Millis),
    most: i64,
) -> sqlx::Result<u64> {
    query(
        "INSERT INTO stay_question (subscriber_id, newsletter_id, state, at)
         SELECT id, newsletter_id, 'planned', $3 + (ROW_NUMBER() OVER (ORDER BY since, id) - 1) * $4
         FROM (SELECT s.id, s.newsletter_id, COALESCE(s.contact_at, s.confirmed_at, s.created_at) AS since
               FROM subscriber s
               WHERE s.newsletter_id = $1 AND COALESCE(s.contact_at, s.confirmed_at, s.created_at) < $2
                 AND s.status IN ('confirmed', 'paused')
                 AND NOT EXISTS (SELECT 1 FROM stay_question q WHERE q.subscriber_id = s.id)
               ORDER BY COALESCE(s.contact_at, s.confirmed_at, s.created_at), s.id LIMIT $5) AS silent
         WHERE TRUE ON CONFLICT (subscriber_id) DO NOTHING",
    )
    .bind(newsletter_id)
    .bind(before)
    .bind(first)
    .bind(step)
    .bind(most)
    .execute(tx.on())
    .await
}

/// Somebody who is to be asked, and by which rules.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// Who.
    pub subscriber_id: i64,
    /// After how many months.
    pub months: i64,
    /// How long they have to answer.
    pub days: i64,
}
from_row!(Due { subscriber_id, months, days });

/// Takes those whose time has come until the end of `tx`, of newsletters that ask now; another process waits, and finds them changed.
pub async fn take_planned(tx: &mut Tx, now: Millis, most: i64) -> sqlx::Result<Vec<Due>> {
    let ids: Vec<i64> = query_scalar(
        "UPDATE stay_question SET at = at
         WHERE state = 'planned' AND at <= $1 AND subscriber_id IN (
             SELECT q.subscriber_id FROM stay_question q
             JOIN staying s ON s.newsletter_id = q.newsletter_id
             JOIN newsletter n ON n.id = q.newsletter_id
             WHERE q.state = 'planned' AND q.at <= $1 AND n.mode = 'live' AND n.deleted_at IS NULL
             ORDER BY q.at, q.subscriber_id LIMIT $2)
         RETURNING subscriber_id",
    )
    .bind(now)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Builder::new(
        "SELECT q.subscriber_id, s.months, s.days FROM stay_question q
             JOIN staying s ON s.newsletter_id = q.newsletter_id WHERE q.subscriber_id IN (",
    );
    query.push_binds(ids.iter().copied());
    query.push(") ORDER BY q.at, q.subscriber_id");
    let mut due: Vec<Due> = query.build_query_as().persistent(false).fetch_all(tx.on()).await?;
    due.sort_by_key(|due| due.subscriber_id);
    Ok(due)
}

/// Those of these people who get digests and were silent since before an instant.
pub async fn silent_among(tx: &mut Tx, ids: &[i64], before: Millis) -> sqlx::Result<Vec<i64>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Builder::new(
        "SELECT id FROM subscriber
             WHERE status IN ('confirmed', 'paused') AND COALESCE(contact_at, confirmed_at, created_at) < ",
    );
    query.push_bind(before).push(" AND id IN (");
    query.push_binds(ids.iter().copied()).push(")");
    query.build_query_scalar().persistent(false).fetch_all(tx.on()).await
}

/// Removes the questions of these people.
pub async fn forget(tx: &mut Tx, ids: &[i64]) -> sqlx::Result<u64> {
    changed(tx, "DELETE FROM stay_question", None, ids).await
}

/// Plans these people's questions for an instant: they are asked then.
pub async fn put_off(tx: &mut Tx, ids: &[i64], at: Millis) -> sqlx::Result<u64> {
    changed(tx, "UPDATE stay_question SET state = 'planned', at = ", Some(at), ids).await
}

/// Marks these people asked.
pub async fn mark_asked(tx: &mut Tx, ids: &[i64], now: Millis) -> sqlx::Result<u64> {
    changed(tx, "UPDATE stay_question SET state = 'asked', asked_at = ", Some(now), ids).await?;
    changed(tx, "UPDATE stay_question SET at = ", Some(now), ids).await
}

/// One statement for all of them, whose beginning an instant may follow.
async fn changed(tx: &mut Tx, what: &'static str, at: Option<Millis>, ids: &[i64]) -> sqlx::Result<u64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut query = Builder::new(what);
    if let Some(at) = at {
        query.push_bind(at);
    }
    query.push(" WHERE subscriber_id IN (");
    query.push_binds(ids.iter().copied()).push(")");
    query.build().persistent(false).execute(tx.on()).await
}

/// Letters of this kind that were asked for within the last hour, by the domain that they go to.
pub async fn asked_by_domain(db: &Db, now: Millis) -> sqlx::Result<Vec<(String, i64)>> {
    query_as(
        "SELECT domain, COUNT(*) FROM letter
         WHERE created_at > $1 AND created_at <= $2 AND kind = 'stay' AND domain <> '' GROUP BY domain",
    )
    .bind(now - HOUR)
    .bind(now)
    .fetch_all(db.on())
    .await
}

/// A question whose letter has ended, and how: a number of [`ledger::State`]; `None` when the letter is not kept any more.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// Who was asked.
    pub subscriber_id: i64,
    /// When.
    pub at: Millis,
    /// Days to answer.
    pub days: i64,
    /// Whether they get digests still.
    pub is_reader: bool,
    /// How the letter ended.
    pub letter: Option<i64>,
    /// When.
    pub done_at: Option<Millis>,
}
from_row!(Ended { subscriber_id, at, days, is_reader, letter, done_at });

/// Questions whose letter has ended, of newsletters that ask now; one in doubt waits for an editor. `most` at most.
pub async fn ended(db: &Db, most: i64) -> sqlx::Result<Vec<Ended>> {
    let (accepted, refused, skipped) =
        (ledger::State::Accepted as i64, ledger::State::Refused as i64, ledger::State::Skipped as i64);
    query_as(
        "SELECT q.subscriber_id, q.at, s.days, p.status IN ('confirmed', 'paused') AS is_reader, l.state AS letter, l.done_at
         FROM stay_question q JOIN staying s ON s.newsletter_id = q.newsletter_id
         JOIN subscriber p ON p.id = q.subscriber_id
         LEFT JOIN letter l ON l.subscriber_id = q.subscriber_id AND l.kind = 'stay' AND l.created_at >= q.at
         WHERE q.state = 'asked' AND (l.id IS NULL OR l.state IN ($1, $2, $3)) ORDER BY q.at LIMIT $4"
    )
    .bind(accepted)
    .bind(refused)
    .bind(skipped)
    .bind(most)
    .fetch_all(db.on()).await
}

/// Moves a question whose letter has ended on, if it still stands as it was seen.
pub async fn settle(tx: &mut Tx, ended: &Ended, to: State, at: Millis) -> sqlx::Result<u64> {
    query("UPDATE stay_question SET state = $3, at = $4 WHERE subscriber_id = $1 AND state = 'asked' AND at = $2")
        .bind(ended.subscriber_id)
        .bind(ended.at)
        .bind(to)
        .bind(at)
        .execute(tx.on())
        .await
}

/// Whose time to answer is over, of newsletters that ask now.
pub async fn unanswered(db: &Db, now: Millis, most: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT q.subscriber_id FROM stay_question q
         JOIN staying s ON s.newsletter_id = q.newsletter_id
         JOIN newsletter n ON n.id = q.newsletter_id
         WHERE q.state = 'open' AND q.at <= $1 AND n.mode = 'live' AND n.deleted_at IS NULL
         ORDER BY q.at, q.subscriber_id LIMIT $2",
    )
    .bind(now)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// Takes somebody's row until the end of `tx`, before their question; `false` when they get no digests any more.
pub async fn hold_reader(tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<bool> {
    let held =
        query("UPDATE subscriber SET contact_at = contact_at WHERE id = $1 AND status IN ('confirmed', 'paused')")
            .bind(subscriber_id)
            .execute(tx.on())
            .await?;
    Ok(held == 1)
}

/// Takes a question whose time to answer is over: when it was asked, and whether the person did nothing since. `None` when it is
/// gone, or not over.
pub async fn take_open(tx: &mut Tx, subscriber_id: i64, now: Millis) -> sqlx::Result<Option<(Millis, bool)>> {
    let asked_at: Option<Option<Millis>> = query_scalar(
        "DELETE FROM stay_question WHERE subscriber_id = $1 AND state = 'open' AND at <= $2 RETURNING asked_at",
    )
    .bind(subscriber_id)
    .bind(now)
    .fetch_optional(tx.on())
    .await?;
    let Some(asked_at) = asked_at.flatten() else { return Ok(None) };
    let is_silent: bool = query_scalar(
        "SELECT EXISTS (SELECT 1 FROM subscriber WHERE id = $1 AND COALESCE(contact_at, confirmed_at, created_at) < $2)"
    )
    .bind(subscriber_id)
    .bind(asked_at)
    .fetch_one(tx.on()).await?;
    Ok(Some((asked_at, is_silent)))
}

/// Whether this database went back in time, or was a copy, and sends again since an instant: answers of then may be lost.
pub async fn resumed_since(tx: &mut Tx, newsletter_id: i64, at: Millis) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM event WHERE newsletter_id = $1 AND code = 'sending.resumed' AND at >= $2)",
    )
    .bind(newsletter_id)
    .bind(at)
    .fetch_one(tx.on())
    .await
}

/// Plans a question anew that answers may have been lost to.
pub async fn plan_again(tx: &mut Tx, subscriber_id: i64, newsletter_id: i64, at: Millis) -> sqlx::Result<u64> {
    query(
        "INSERT INTO stay_question (subscriber_id, newsletter_id, state, at) VALUES ($1, $2, 'planned', $3)
         ON CONFLICT (subscriber_id) DO NOTHING",
    )
    .bind(subscriber_id)
    .bind(newsletter_id)
    .bind(at)
    .execute(tx.on())
    .await
}

/// How many questions of a newsletter stand how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// To be asked.
    pub planned: i64,
    /// Asked, and their letter is on its way.
    pub asked: i64,
    /// Their time to answer runs.
    pub open: i64,
}
from_row!(Counts { planned, asked, open });

/// See [`Counts`].
pub async fn counts(db: &Db, newsletter_id: i64) -> sqlx::Result<Counts> {
    query_as(
        "SELECT COUNT(CASE WHEN state = 'planned' THEN 1 END) AS planned,
                COUNT(CASE WHEN state = 'asked' THEN 1 END) AS asked,
                COUNT(CASE WHEN state = 'open' THEN 1 END) AS open
         FROM stay_question WHERE newsletter_id = $1",
    )
    .bind(newsletter_id)
    .fetch_one(db.on())
    .await
}

/// The question to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// How far it is.
    pub state: State,
    /// See [`State`].
    pub at: Millis,
    /// When they were asked last.
    pub asked_at: Option<Millis>,
}
from_row!(Question { state, at, asked_at });

/// See [`Question`].
pub async fn of_person(db: &Db, subscriber_id: i64) -> sqlx::Result<Option<Question>> {
    query_as("SELECT state, at, asked_at FROM stay_question WHERE subscriber_id = $1")
        .bind(subscriber_id)
        .fetch_optional(db.on())
        .await
}
