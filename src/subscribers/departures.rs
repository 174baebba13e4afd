//! Why people leave: counted for each digest and reason, without their names.
//!
//! In: somebody leaves by the link of a mail or by the mail that their program sends; perhaps, on the page that follows, a reason that
//! nobody has to give. Out: rows of `departure`, the counts; of `departure_of`, where one person is counted, so that a reason given
//! later and an undo move the count and nothing is counted twice. Leaving itself is [`super::leave`]'s, and is done before.

use super::{Status, Subscriber, sql};
use crate::app::App;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar, text_enum};
use crate::keys::Purpose;

text_enum! {
    /// What somebody may say of why they left.
    pub enum Why {
        /// Too many mails.
        TooMany => "too-many",
        /// Not what they look for.
        NotRelevant => "not-relevant",
        /// They say that they never subscribed.
        NeverAsked => "never-asked",
        /// Something else.
        Other => "other",
    }
}

/// How many left with this reason.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Departures {
    /// The word of [`Why`]; empty: they gave none.
    pub reason: String,
    /// How many.
    pub people: i64,
}
from_row!(Departures { reason, people });

/// Where somebody is counted.
struct Place {
    digest_id: i64,
    reason: String,
}
from_row!(Place { digest_id, reason });

/// Counts somebody who has just left, without a reason. `digest_id`: of the mail whose link it was, 0 for none.
///
/// # Errors
/// The database's.
pub async fn count(tx: &mut Tx, person: &Subscriber, digest_id: i64) -> sqlx::Result<()> {
    add(tx, person.newsletter_id, digest_id, "").await?;
    query(
        "INSERT INTO departure_of (subscriber_id, digest_id, reason) VALUES ($1, $2, '')
         ON CONFLICT (subscriber_id) DO UPDATE SET digest_id = excluded.digest_id, reason = excluded.reason",
    )
    .bind(person.id)
    .bind(digest_id)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Takes somebody out of the count who took their leave back.
///
/// # Errors
/// The database's.
pub async fn undone(tx: &mut Tx, person: &Subscriber) -> sqlx::Result<()> {
    if let Some(place) = of_person_in(tx, person.id).await? {
        take(tx, person.newsletter_id, &place).await?;
        query("DELETE FROM departure_of WHERE subscriber_id = $1").bind(person.id).execute(tx.on()).await?;
    }
    Ok(())
}

/// Takes the reason of whoever left by this link; another one replaces it. Gives the person; `None` for a link that is not ours, or
/// when there is nobody any more. Of somebody who has not left, nothing is counted.
///
/// # Errors
/// The database's.
pub async fn say(app: &App, token: &str, why: Why) -> sqlx::Result<Option<Subscriber>> {
    let Some(claim) = app.keys.verify(Purpose::Leave, token) else { return Ok(None) };
    let mut tx = app.db.begin().await?;
    let Some(person) = sql::by_id_in(&mut tx, claim.subject).await? else { return Ok(None) };
    let place = of_person_in(&mut tx, person.id).await?.filter(|_| person.status == Status::Unsubscribed);
    if let Some(place) = place.filter(|place| place.reason != why.as_str()) {
        take(&mut tx, person.newsletter_id, &place).await?;
        add(&mut tx, person.newsletter_id, place.digest_id, why.as_str()).await?;
        query("UPDATE departure_of SET reason = $2 WHERE subscriber_id = $1")
            .bind(person.id)
            .bind(why)
            .execute(tx.on())
            .await?;
        tx.commit().await?;
    }
    Ok(Some(person))
}

/// The reason that somebody gave, if they left and gave one.
///
/// # Errors
/// The database's.
pub async fn of_person(db: &Db, subscriber_id: i64) -> sqlx::Result<Option<Why>> {
    let reason: Option<String> = query_scalar("SELECT reason FROM departure_of WHERE subscriber_id = $1")
        .bind(subscriber_id)
        .fetch_optional(db.on())
        .await?;
    Ok(reason.and_then(|reason| reason.parse().ok()))
}

/// How many left with a digest, by reason, the most frequent first.
///
/// # Errors
/// The database's.
pub async fn of_digest(db: &Db, newsletter_id: i64, digest_id: i64) -> sqlx::Result<Vec<Departures>> {
    query_as(
        "SELECT reason, people FROM departure WHERE newsletter_id = $1 AND digest_id = $2 AND people > 0
         ORDER BY people DESC, reason",
    )
    .bind(newsletter_id)
    .bind(digest_id)
    .fetch_all(db.on())
    .await
}

async fn of_person_in(tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<Option<Place>> {
    query_as("SELECT digest_id, reason FROM departure_of WHERE subscriber_id = $1")
        .bind(subscriber_id)
        .fetch_optional(tx.on())
        .await
}

async fn add(tx: &mut Tx, newsletter_id: i64, digest_id: i64, reason: &str) -> sqlx::Result<()> {
    query(
        "INSERT INTO departure (newsletter_id, digest_id, reason, people) VALUES ($1, $2, $3, 1)
         ON CONFLICT (newsletter_id, digest_id, reason) DO UPDATE SET people = departure.people + 1",
    )
    .bind(newsletter_id)
    .bind(digest_id)
    .bind(reason)
    .execute(tx.on())
    .await?;
    Ok(())
}

async fn take(tx: &mut Tx, newsletter_id: i64, place: &Place) -> sqlx::Result<()> {
    query(
        "UPDATE departure SET people = people - 1
         WHERE newsletter_id = $1 AND digest_id = $2 AND reason = $3 AND people > 0",
    )
    .bind(newsletter_id)
    .bind(place.digest_id)
    .bind(&place.reason)
    .execute(tx.on())
    .await?;
    Ok(())
}
