//! Every query on subscribers, except those that change a subscriber's state ([`super::status`]).

use super::asked::{Asked, MONTH, PAUSE};
use super::{AT_ONCE, Status, Subscriber, fold};
use crate::clock::{DAY, HOUR, Millis};
use crate::db::given::{self, Given, Words};
use crate::db::{Builder, Db, Tx, from_row, query, query_as};

/// The subscriber of this id.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Subscriber>> {
    query_as("SELECT * FROM subscriber WHERE id = $1").bind(id).fetch_optional(db.on()).await
}

/// The same, inside a transaction that will change it.
pub async fn by_id_in(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Subscriber>> {
    query_as("SELECT * FROM subscriber WHERE id = $1").bind(id).fetch_optional(tx.on()).await
}

/// The subscribers of these ids, as far as they are there, inside a transaction that will change them.
pub async fn by_ids_in(tx: &mut Tx, ids: &[i64]) -> sqlx::Result<Vec<Subscriber>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let mut query = Builder::new("SELECT * FROM subscriber WHERE id IN (");
        query.push_binds(ids.iter().copied()).push(")");
        found.extend::<Vec<Subscriber>>(query.build_query_as().persistent(false).fetch_all(tx.on()).await?);
    }
    Ok(found)
}

/// The subscriber of this address key.
pub async fn by_key(db: &Db, newsletter_id: i64, email_key: &str) -> sqlx::Result<Option<Subscriber>> {
    query_as("SELECT * FROM subscriber WHERE newsletter_id = $1 AND email_key = $2")
        .bind(newsletter_id)
        .bind(email_key)
        .fetch_optional(db.on())
        .await
}

/// The same, inside a transaction that will change it.
pub async fn by_key_in(tx: &mut Tx, newsletter_id: i64, email_key: &str) -> sqlx::Result<Option<Subscriber>> {
    query_as("SELECT * FROM subscriber WHERE newsletter_id = $1 AND email_key = $2")
        .bind(newsletter_id)
        .bind(email_key)
        .fetch_optional(tx.on())
        .await
}

/// People of this address key, on every newsletter.
pub async fn by_key_everywhere(tx: &mut Tx, email_key: &str) -> sqlx::Result<Vec<Subscriber>> {
    query_as(
        "SELECT s.* FROM newsletter n JOIN subscriber s ON s.newsletter_id = n.id AND s.email_key = $1 ORDER BY s.id",
    )
    .bind(email_key)
    .fetch_all(tx.on())
    .await
}

/// Stores what somebody is called and which language they read.
pub async fn set_name(tx: &mut Tx, id: i64, name: Option<&str>, language: &str) -> sqlx::Result<u64> {
    query("UPDATE subscriber SET name = $2, name_key = $3, language = $4 WHERE id = $1")
        .bind(id)
        .bind(name)
        .bind(name.and_then(fold::key))
        .bind(language)
        .execute(tx.on())
        .await
}

/// A newsletter's subscribers after an id, in the order of ids; of one state only, when given.
pub async fn page(
    db: &Db,
    newsletter_id: i64,
    status: Option<Status>,
    after: i64,
    most: i64,
) -> sqlx::Result<Vec<Subscriber>> {
    query_as(
        "SELECT * FROM subscriber WHERE newsletter_id = $1 AND id > $2 AND (status = $3 OR CAST($3 AS TEXT) IS NULL)
         ORDER BY id LIMIT $4",
    )
    .bind(newsletter_id)
    .bind(after)
    .bind(status)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// A row of `letter`, as shown.
#[derive(Clone, Debug)]
pub struct LetterRow {
    /// `confirm`, `already`, …
    pub kind: String,
    /// Asked for.
    pub created_at: Millis,
    /// Over.
    pub done_at: Option<Millis>,
    /// As the ledger's.
    pub state: i64,
    /// The mail server's.
    pub words: Option<String>,
}

/// The letters of somebody's own, the oldest first.
pub async fn letters_of(db: &Db, subscriber_id: i64) -> sqlx::Result<Vec<LetterRow>> {
    query_as("SELECT kind, created_at, done_at, state, words FROM letter WHERE subscriber_id = $1 ORDER BY id")
        .bind(subscriber_id)
        .fetch_all(db.on())
        .await
}
from_row!(LetterRow { kind, created_at, done_at, state, words });

/// What the database knows about one request to subscribe.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Its place in the group.
    pub place: i64,
    /// The subscriber, if there is one.
    pub id: Option<i64>,
    /// Their state.
    pub status: Option<Status>,
    /// Their language.
    pub language: Option<String>,
    /// Whether the address is suppressed for good: not by a bounce, by the person's own erasure or, while their row is there, by their
    /// complaint, which end when they press their button.
    pub suppressed: bool,
    /// Whether a letter that they asked for is planned.
    pub planned: bool,
    /// Letters within [`PAUSE`].
    pub minutes: i64,
    /// Letters within a day.
    pub day: i64,
    /// Letters within [`MONTH`].
    pub month: i64,
}
from_row!(Known { place, id, status, language, suppressed, planned, minutes, day, month });

const LOOK_UP: &str = "SELECT * FROM (
     SELECT given.place, s.id, s.status, s.language,
            EXISTS (SELECT 1 FROM suppression x
                    WHERE x.newsletter_id IN (0, given.newsletter_id) AND x.address_hash = given.address_hash
                      AND x.reason NOT IN ('bounced', 'themselves')
                      AND (x.reason <> 'complained' OR s.id IS NULL)) AS suppressed,
            EXISTS (SELECT 1 FROM planned_letter p WHERE p.subscriber_id = s.id AND p.asked_at IS NOT NULL) AS planned,
            (SELECT COUNT(*) FROM letter l WHERE l.subscriber_id = s.id AND l.domain <> ''
                    AND l.created_at > $1 AND l.created_at <= $2) AS minutes,
            (SELECT COUNT(*) FROM letter l WHERE l.subscriber_id = s.id AND l.domain <> ''
                    AND l.created_at > $3 AND l.created_at <= $4) AS day,
            (SELECT COUNT(*) FROM letter l WHERE l.subscriber_id = s.id AND l.domain <> ''
                    AND l.created_at > $5 AND l.created_at <= $6) AS month
     FROM ";

/// How the people are found: by their index, whatever the statistics of the tables are when the statement is first planned. SQLite
/// takes the tables in this order; it has no `LATERAL`, with which PostgreSQL does too.
const FOUND: [&str; 2] = [
    " LEFT JOIN subscriber s ON s.newsletter_id = given.newsletter_id AND s.email_key = given.email_key
     ) AS known WHERE id IS NOT NULL OR suppressed",
    " LEFT JOIN LATERAL (SELECT id, status, language FROM subscriber
                         WHERE newsletter_id = given.newsletter_id AND email_key = given.email_key LIMIT 1) s ON TRUE
     ) AS known WHERE id IS NOT NULL OR suppressed",
];

/// Looks up a group of requests, in one statement for [`given::MOST`] of them. People without any record are not in the result.
pub async fn look_up(tx: &mut Tx, now: Millis, group: &[&Asked]) -> sqlx::Result<Vec<Known>> {
    let after = if matches!(tx, Tx::Sqlite(_)) { FOUND[0] } else { FOUND[1] };
    let words = Words { before: LOOK_UP, after };
    let placed: Vec<(i64, &Asked)> = (0..).zip(group.iter().copied()).collect();
    let mut found = Vec::new();
    for some in placed.chunks(given::MOST) {
        let given = Given::of(some).numbers("place", |(place, _)| *place);
        let given = given.numbers("newsletter_id", |(_, asked)| asked.newsletter_id);
        let given = given.texts("email_key", |(_, asked)| asked.email.key());
        let given = given.texts("address_hash", |(_, asked)| asked.address_hash.as_str());
        let times = [now - PAUSE, now, now - DAY, now, now - MONTH, now];
        found.extend(given.fetch::<Known>(tx, words, &times).await?);
    }
    Ok(found)
}

/// A pending subscriber asks again. The stored address stays: mail never goes to a spelling typed later.
pub async fn renew(tx: &mut Tx, id: i64, asked: &Asked) -> sqlx::Result<()> {
    query(
        "UPDATE subscriber SET language = $1, name = COALESCE($2, name), name_key = COALESCE($5, name_key), origin = $3
         WHERE id = $4 AND status = 'pending'",
    )
    .bind(&asked.language)
    .bind(asked.name.as_deref())
    .bind(asked.origin.as_deref())
    .bind(id)
    .bind(asked.name.as_deref().and_then(fold::key))
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Letters that strangers caused within the last hour, by domain.
pub async fn caused_by_domain(db: &Db, now: Millis) -> sqlx::Result<Vec<(String, i64)>> {
    query_as(
        "SELECT domain, COUNT(*) FROM letter
         WHERE created_at > $1 AND created_at <= $2 AND kind IN ('confirm', 'already', 'link') AND domain <> '' GROUP BY domain"
    )
    .bind(now - HOUR)
    .bind(now)
    .fetch_all(db.on()).await
}

/// Lets PostgreSQL count what sign-ups add to ([`crate::db::Growth`]); when somebody counts already, that is enough.
pub async fn count(db: &Db) -> sqlx::Result<()> {
    if let Db::Postgres(pool) = db {
        query("ANALYZE (SKIP_LOCKED) subscriber, consent, letter, event").execute(pool).await?;
    }
    Ok(())
}

/// The letter that contained a confirmation link: its language and parameters. `None` when it was deleted.
pub async fn letter_behind(tx: &mut Tx, id: i64, issued_at: Millis) -> sqlx::Result<Option<(String, String)>> {
    query_as(
        "SELECT language, parameters FROM letter
         WHERE subscriber_id = $1 AND created_at = $2 AND kind = 'confirm' AND domain <> '' ORDER BY id DESC LIMIT 1",
    )
    .bind(id)
    .bind(issued_at)
    .fetch_optional(tx.on())
    .await
}

/// Stores what a returning subscriber typed when they signed up again.
pub async fn renew_confirmed(
    tx: &mut Tx,
    id: i64,
    language: &str,
    name: Option<&str>,
    origin: Option<&str>,
) -> sqlx::Result<()> {
    query(
        "UPDATE subscriber SET language = $1, name = COALESCE($2, name), name_key = COALESCE($5, name_key),
                               origin = COALESCE($3, origin) WHERE id = $4",
    )
    .bind(language)
    .bind(name)
    .bind(origin)
    .bind(id)
    .bind(name.and_then(fold::key))
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Drops letters that name the address itself, such as test copies; letters to the subscriber go with the row.
pub async fn forget_letters_to(tx: &mut Tx, subscriber: &Subscriber) -> sqlx::Result<()> {
    query("DELETE FROM letter WHERE subscriber_id IS NULL AND newsletter_id = $1 AND lower(address) = $2")
        .bind(subscriber.newsletter_id)
        .bind(&subscriber.email_key)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Removes an address from the reasons of the newsletter's paused digests, where earlier versions stored it.
pub async fn forget_in_reasons(tx: &mut Tx, subscriber: &Subscriber) -> sqlx::Result<()> {
    query(
        "UPDATE digest SET reason = REPLACE(REPLACE(reason, $2, '…'), $3, '…')
         WHERE newsletter_id = $1 AND reason <> REPLACE(REPLACE(reason, $2, ''), $3, '')",
    )
    .bind(subscriber.newsletter_id)
    .bind(&subscriber.email)
    .bind(&subscriber.email_key)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// People of a newsletter who bounced, or who get digests: id, address key, and whether they bounced.
pub async fn bounced_or_in(tx: &mut Tx, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<Vec<(i64, String, bool)>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let mut query = Builder::new(
            "SELECT id, email_key, status = 'bounced' FROM subscriber
                 WHERE status IN ('bounced', 'confirmed') AND newsletter_id = ",
        );
        query.push_bind(newsletter_id).push(" AND id IN (");
        query.push_binds(ids.iter().copied());
        query.push(") ORDER BY id");
        found.extend::<Vec<(i64, String, bool)>>(query.build_query_as().persistent(false).fetch_all(tx.on()).await?);
    }
    Ok(found)
}
