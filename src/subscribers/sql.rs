//! Every query on subscribers, consents and suppressions.

use std::collections::HashMap;

use super::add::Addition;
use super::signup::{Asked, MONTH, PAUSE};
use super::{Status, Subscriber};
use crate::clock::{DAY, HOUR, Millis};
use crate::db::{Db, Tx, execute, from_row, in_tx, read};

/// The subscriber of this id.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Subscriber>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM subscriber WHERE id = $1").bind(id).fetch_optional(c))
}

/// The same, inside a transaction that will change it.
pub async fn by_id_in(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Subscriber>> {
    in_tx!(tx, |c| sqlx::query_as("SELECT * FROM subscriber WHERE id = $1").bind(id).fetch_optional(c))
}

/// The subscriber of this address key.
pub async fn by_key(db: &Db, newsletter_id: i64, email_key: &str) -> sqlx::Result<Option<Subscriber>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM subscriber WHERE newsletter_id = $1 AND email_key = $2")
        .bind(newsletter_id)
        .bind(email_key)
        .fetch_optional(c))
}

/// The same, inside a transaction that will change it.
pub async fn by_key_in(tx: &mut Tx, newsletter_id: i64, email_key: &str) -> sqlx::Result<Option<Subscriber>> {
    in_tx!(tx, |c| sqlx::query_as("SELECT * FROM subscriber WHERE newsletter_id = $1 AND email_key = $2")
        .bind(newsletter_id)
        .bind(email_key)
        .fetch_optional(c))
}

/// A newsletter's subscribers after an id, in the order of ids; of one state only, when given.
pub async fn page(
    db: &Db,
    newsletter_id: i64,
    status: Option<Status>,
    after: i64,
    most: i64,
) -> sqlx::Result<Vec<Subscriber>> {
    read!(db, |c| sqlx::query_as(
        "SELECT * FROM subscriber WHERE newsletter_id = $1 AND id > $2 AND (status = $3 OR CAST($3 AS TEXT) IS NULL)
         ORDER BY id LIMIT $4"
    )
    .bind(newsletter_id)
    .bind(after)
    .bind(status)
    .bind(most)
    .fetch_all(c))
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
    read!(db, |c| sqlx::query_as(
        "SELECT kind, created_at, done_at, state, words FROM letter WHERE subscriber_id = $1 ORDER BY id"
    )
    .bind(subscriber_id)
    .fetch_all(c))
}
from_row!(LetterRow { kind, created_at, done_at, state, words });

/// Writes a subscriber that an owner adds, or brings a known one to this state; gives the id.
pub async fn put(
    tx: &mut Tx,
    newsletter_id: i64,
    addition: &Addition<'_>,
    status: Status,
    now: Millis,
) -> sqlx::Result<i64> {
    let confirmed_at = (status == Status::Confirmed).then_some(now);
    in_tx!(tx, |c| {
        sqlx::query_scalar(
        "INSERT INTO subscriber (newsletter_id, email, email_key, name, language, status, schedule_id, created_at, confirmed_at,
                                 origin)
         VALUES ($1, $2, $3, $4, $5, $6, (SELECT MIN(id) FROM schedule WHERE newsletter_id = $1), $7, $8, 'added')
         ON CONFLICT (newsletter_id, email_key) DO UPDATE
         SET status = excluded.status, confirmed_at = COALESCE(excluded.confirmed_at, subscriber.confirmed_at),
             ended_at = NULL, language = excluded.language, name = COALESCE(excluded.name, subscriber.name),
             origin = excluded.origin
         RETURNING id"
    )
    .bind(newsletter_id)
    .bind(addition.email.as_str())
    .bind(addition.email.key())
    .bind(addition.name)
    .bind(addition.language)
    .bind(status)
    .bind(now)
    .bind(confirmed_at)
    .fetch_one(c)
    })
}

/// Takes an address off the suppressions, of this newsletter and of all.
pub async fn lift(tx: &mut Tx, newsletter_id: i64, hash: &str) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query("DELETE FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = $2")
        .bind(newsletter_id)
        .bind(hash)
        .execute(c))?;
    Ok(())
}

/// What is known of one request to subscribe.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Its place in the group.
    pub place: i64,
    /// The subscriber, if there is one.
    pub id: Option<i64>,
    /// Where they stand.
    pub status: Option<Status>,
    /// Their language.
    pub language: Option<String>,
    /// Whether the address must not be written to, for another reason than a bounce: that one their button lifts.
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

/// Looks a group of requests up, in one statement. Of whom nothing is known, nothing is said.
pub async fn look_up(tx: &mut Tx, now: Millis, group: &[&Asked]) -> sqlx::Result<Vec<Known>> {
    in_tx!(tx, |c| async {
        let mut query = sqlx::QueryBuilder::new("WITH asked (place, newsletter_id, email_key, address_hash) AS (");
        query.push_values(group.iter().enumerate(), |mut row, (place, asked)| {
            row.push_bind(place as i64).push_bind(asked.newsletter_id);
            row.push_bind(asked.email.key()).push_bind(&asked.address_hash);
        });
        query.push(
            ") SELECT * FROM (
               SELECT a.place, s.id, s.status, s.language,
                      EXISTS (SELECT 1 FROM suppression x
                              WHERE x.newsletter_id IN (0, a.newsletter_id) AND x.address_hash = a.address_hash
                                AND x.reason <> 'bounced') AS suppressed,
                      EXISTS (SELECT 1 FROM planned_letter p
                              WHERE p.subscriber_id = s.id AND p.asked_at IS NOT NULL) AS planned",
        );
        for (name, span) in [("minutes", PAUSE), ("day", DAY), ("month", MONTH)] {
            query.push(
                ", (SELECT COUNT(*) FROM letter l WHERE l.subscriber_id = s.id AND l.domain <> '' AND l.created_at > ",
            );
            query.push_bind(now - span).push(" AND l.created_at <= ").push_bind(now).push(") AS ").push(name);
        }
        query.push(
            " FROM asked a LEFT JOIN subscriber s
              ON s.newsletter_id = a.newsletter_id AND s.email_key = a.email_key
              ) AS known WHERE id IS NOT NULL OR suppressed",
        );
        query.build_query_as().persistent(false).fetch_all(c).await
    })
}

/// Writes new pending subscribers on their newsletter's first rhythm; gives their ids by newsletter and address key.
/// An address that is there already is left alone and not in the answer.
pub async fn create(tx: &mut Tx, now: Millis, new: &[&Asked]) -> sqlx::Result<HashMap<(i64, String), i64>> {
    if new.is_empty() {
        return Ok(HashMap::new());
    }
    let created: Vec<(i64, i64, String)> = in_tx!(tx, |c| async {
        let mut query =
            sqlx::QueryBuilder::new("WITH asked (newsletter_id, email, email_key, name, language, origin) AS (");
        query.push_values(new, |mut row, asked| {
            row.push_bind(asked.newsletter_id).push_bind(asked.email.as_str()).push_bind(asked.email.key());
            row.push_bind(asked.name.as_deref()).push_bind(&asked.language).push_bind(asked.origin.as_deref());
        });
        query.push(
            ") INSERT INTO subscriber (newsletter_id, email, email_key, name, language, origin, status, schedule_id, created_at)
             SELECT newsletter_id, email, email_key, name, language, origin, 'pending',
                    (SELECT MIN(id) FROM schedule WHERE schedule.newsletter_id = asked.newsletter_id), ",
        );
        query.push_bind(now);
        query.push(" FROM asked WHERE TRUE ON CONFLICT (newsletter_id, email_key) DO NOTHING");
        query.push(" RETURNING newsletter_id, id, email_key");
        query.build_query_as().persistent(false).fetch_all(c).await
    })?;
    Ok(created.into_iter().map(|(newsletter_id, id, key)| ((newsletter_id, key), id)).collect())
}

/// A pending subscriber asks again. The stored address stays: mail never goes to a spelling typed later.
pub async fn renew(tx: &mut Tx, id: i64, asked: &Asked) -> sqlx::Result<()> {
    execute!(tx, |c| {
        sqlx::query(
        "UPDATE subscriber SET language = $1, name = COALESCE($2, name), origin = $3 WHERE id = $4 AND status = 'pending'"
    )
    .bind(&asked.language)
    .bind(asked.name.as_deref())
    .bind(asked.origin.as_deref())
    .bind(id)
    .execute(c)
    })?;
    Ok(())
}

/// Letters that strangers caused within the last hour, by domain.
pub async fn caused_by_domain(db: &Db, now: Millis) -> sqlx::Result<Vec<(String, i64)>> {
    read!(db, |c| {
        sqlx::query_as(
        "SELECT domain, COUNT(*) FROM letter
         WHERE created_at > $1 AND created_at <= $2 AND kind IN ('confirm', 'already') AND domain <> '' GROUP BY domain"
    )
    .bind(now - HOUR)
    .bind(now)
    .fetch_all(c)
    })
}

/// The letter that a confirmation link came in: its language and parameters. `None` when it is forgotten.
pub async fn letter_behind(tx: &mut Tx, id: i64, issued_at: Millis) -> sqlx::Result<Option<(String, String)>> {
    in_tx!(tx, |c| sqlx::query_as(
        "SELECT language, parameters FROM letter
         WHERE subscriber_id = $1 AND created_at = $2 AND kind = 'confirm' AND domain <> '' ORDER BY id DESC LIMIT 1"
    )
    .bind(id)
    .bind(issued_at)
    .fetch_optional(c))
}

/// Pending, or ended before the link was issued, → confirmed; 0 when they are neither.
pub async fn confirm(tx: &mut Tx, id: i64, issued_at: Millis, now: Millis) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, ended_at = NULL
         WHERE id = $2 AND (status = 'pending' OR (status IN ('unsubscribed', 'bounced') AND ended_at < $3))"
    )
    .bind(now)
    .bind(id)
    .bind(issued_at)
    .execute(c))
}

/// What somebody who came back said when they asked to.
pub async fn renew_confirmed(
    tx: &mut Tx,
    id: i64,
    language: &str,
    name: Option<&str>,
    origin: Option<&str>,
) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "UPDATE subscriber SET language = $1, name = COALESCE($2, name), origin = COALESCE($3, origin) WHERE id = $4"
    )
    .bind(language)
    .bind(name)
    .bind(origin)
    .bind(id)
    .execute(c))?;
    Ok(())
}

/// Lifts what a bounce suppressed, on this newsletter and on all; every other reason stays.
pub async fn lift_bounce(tx: &mut Tx, newsletter_id: i64, hash: &str) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "DELETE FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = $2 AND reason = 'bounced'"
    )
    .bind(newsletter_id)
    .bind(hash)
    .execute(c))?;
    Ok(())
}

/// → unsubscribed; 0 when it had ended already.
pub async fn leave(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "UPDATE subscriber SET status = 'unsubscribed', ended_at = $1
         WHERE id = $2 AND status IN ('pending', 'confirmed', 'paused')"
    )
    .bind(now)
    .bind(id)
    .execute(c))
}

/// Unsubscribed → what it was before; 0 when it was not unsubscribed.
pub async fn come_back(tx: &mut Tx, id: i64, status: Status) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "UPDATE subscriber SET status = $1, ended_at = NULL WHERE id = $2 AND status = 'unsubscribed'"
    )
    .bind(status)
    .bind(id)
    .execute(c))
}

/// Suppresses an address on one newsletter; the first reason stays, but for a bounce, which is no wish of anybody's.
pub async fn suppress(tx: &mut Tx, newsletter_id: i64, hash: &str, reason: &str, now: Millis) -> sqlx::Result<()> {
    execute!(tx, |c| {
        sqlx::query(
        "INSERT INTO suppression (newsletter_id, address_hash, reason, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (newsletter_id, address_hash) DO UPDATE SET reason = excluded.reason, created_at = excluded.created_at
         WHERE suppression.reason = 'bounced'"
    )
    .bind(newsletter_id)
    .bind(hash)
    .bind(reason)
    .bind(now)
    .execute(c)
    })?;
    Ok(())
}

/// Why an address must not be written to on a newsletter, if so.
pub async fn suppressed(db: &Db, newsletter_id: i64, hash: &str) -> sqlx::Result<Option<String>> {
    read!(db, |c| {
        sqlx::query_scalar(
        "SELECT reason FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = $2 ORDER BY newsletter_id LIMIT 1"
    )
    .bind(newsletter_id)
    .bind(hash)
    .fetch_optional(c)
    })
}

/// Drops letters that name the address itself, such as test copies; letters to the subscriber go with the row.
pub async fn forget_letters_to(tx: &mut Tx, subscriber: &Subscriber) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "DELETE FROM letter WHERE subscriber_id IS NULL AND newsletter_id = $1 AND lower(address) = $2"
    )
    .bind(subscriber.newsletter_id)
    .bind(&subscriber.email_key)
    .execute(c))?;
    Ok(())
}

/// Takes an address out of what the newsletter's digests say about why they stand still; earlier versions kept it there.
pub async fn forget_in_reasons(tx: &mut Tx, subscriber: &Subscriber) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "UPDATE digest SET reason = REPLACE(REPLACE(reason, $2, '…'), $3, '…')
         WHERE newsletter_id = $1 AND reason <> REPLACE(REPLACE(reason, $2, ''), $3, '')"
    )
    .bind(subscriber.newsletter_id)
    .bind(&subscriber.email)
    .bind(&subscriber.email_key)
    .execute(c))?;
    Ok(())
}

/// Deletes the row; consents and letters go with it.
pub async fn delete(tx: &mut Tx, id: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query("DELETE FROM subscriber WHERE id = $1").bind(id).execute(c))?;
    Ok(())
}
