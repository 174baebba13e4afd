//! What somebody's settings show: what stands, what their newsletter offers, other newsletters, another address that waits.
//!
//! In: the id of a person whom a link names ([`super::own_link`]). Out: [`OwnPage`], with the person as they are stored, by two
//! statements: readers ask for the page while digests leave, and each statement more is one more turn behind the mails that are
//! ready. What they save goes by [`super::preferences`].

use super::choices::{Choices, Offer};
use super::new_address::Waiting;
use super::others::Other;
use super::{Status, Subscriber};
use crate::clock::Millis;
use crate::db::{Db, FromRow, Row, from_row, query_as};
use crate::newsletters::topics::{self, Topic};
use crate::newsletters::{Newsletter, Schedule};

/// See the module.
#[derive(Clone, Debug)]
pub struct OwnPage {
    /// Who they are.
    pub person: Subscriber,
    /// Whose reader they are.
    pub newsletter: Newsletter,
    /// What it lets them choose among.
    pub offer: Offer,
    /// What they chose, whatever their state is.
    pub choices: Choices,
    /// The other newsletters that their owners show there, in the order of their names.
    pub others: Vec<Other>,
    /// Another address, which is to be confirmed.
    pub waiting: Option<Waiting>,
    /// What they had chosen on a page whose link had expired; it came with the letter that brought this link.
    pub wish: Option<serde_json::Value>,
}

/// How somebody stands on one newsletter. All empty where they are not known.
struct Own {
    status: Option<Status>,
    rhythm: Option<i64>,
    topics: Option<i64>,
    paused_until: Option<Millis>,
    waiting_email: Option<String>,
    waiting_key: Option<String>,
    waiting_since: Option<Millis>,
    said: Option<String>,
}
from_row!(Own { status, rhythm, topics, paused_until, waiting_email, waiting_key, waiting_since, said });

impl Own {
    fn is_in(&self) -> bool {
        matches!(self.status, Some(Status::Confirmed | Status::Paused))
    }

    fn waiting(&self) -> Option<Waiting> {
        let (email, email_key) = (self.waiting_email.clone()?, self.waiting_key.clone()?);
        Some(Waiting { email, email_key, asked_at: self.waiting_since? })
    }

    fn wish(&self) -> Option<serde_json::Value> {
        let mut said: serde_json::Value = serde_json::from_str(self.said.as_deref()?).ok()?;
        Some(said.get_mut("wish")?.take()).filter(|wish| !wish.is_null())
    }

    fn choices(&self, person: &Subscriber, live: &[Topic]) -> Choices {
        let state = (self.status.unwrap_or(person.status), self.paused_until);
        Choices::stored(self.rhythm.unwrap_or(person.schedule_id), self.topics, state, live)
    }
}

/// A newsletter and how they stand there; beside each, who they are.
struct Found(Newsletter, Own, Subscriber);

impl FromRow for Found {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        Ok(Self(Newsletter::from_row(row)?, Own::from_row(row)?, person(row)?))
    }
}

/// The person, whose columns share their names with a newsletter's.
fn person(row: &Row) -> sqlx::Result<Subscriber> {
    Ok(Subscriber {
        id: row.named("person_id")?,
        newsletter_id: row.named("person_newsletter_id")?,
        email: row.named("person_email")?,
        email_key: row.named("person_email_key")?,
        name: row.named("person_name")?,
        language: row.named("person_language")?,
        status: row.named("person_status")?,
        schedule_id: row.named("person_schedule_id")?,
        token_version: row.named("person_token_version")?,
        created_at: row.named("person_created_at")?,
        confirmed_at: row.named("person_confirmed_at")?,
        ended_at: row.named("person_ended_at")?,
        origin: row.named("person_origin")?,
    })
}

/// Reads it; `None` when nothing is stored about them any more. `link`: when the letter was asked for that brought the link, if a
/// letter did.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, id: i64, link: Option<Millis>) -> sqlx::Result<Option<OwnPage>> {
    let mut found = newsletters(db, id, link).await?;
    let Some(at) = found.iter().position(|Found(newsletter, _, person)| newsletter.id == person.newsletter_id) else {
        return Ok(None);
    };
    let Found(newsletter, own, person) = found.remove(at);
    let (rhythms, topics): (Vec<Schedule>, Vec<Topic>) = topics::with_rhythms(db, newsletter.id).await?;
    let choices = own.choices(&person, &topics);
    let others = found.into_iter().map(|Found(newsletter, own, _)| Other { is_in: own.is_in(), newsletter });
    Ok(Some(OwnPage {
        person,
        newsletter,
        offer: Offer::of(rhythms, topics, choices.rhythm),
        choices,
        others: others.collect(),
        waiting: own.waiting(),
        wish: own.wish(),
    }))
}

/// Their newsletter and the live ones that settings offer, each with how they stand there.
async fn newsletters(db: &Db, id: i64, link: Option<Millis>) -> sqlx::Result<Vec<Found>> {
    query_as(
        "SELECT n.*, s.status, COALESCE(s.next_schedule_id, s.schedule_id) AS rhythm, s.topics, s.paused_until,
                    a.email AS waiting_email, a.email_key AS waiting_key, a.asked_at AS waiting_since,
                    (SELECT l.parameters FROM letter l
                     WHERE l.subscriber_id = s.id AND l.created_at = $2 AND l.kind = 'link' AND l.domain <> ''
                     ORDER BY l.id DESC LIMIT 1) AS said,
                    p.id AS person_id, p.newsletter_id AS person_newsletter_id, p.email AS person_email,
                    p.email_key AS person_email_key, p.name AS person_name, p.language AS person_language,
                    p.status AS person_status, p.schedule_id AS person_schedule_id,
                    p.token_version AS person_token_version, p.created_at AS person_created_at,
                    p.confirmed_at AS person_confirmed_at, p.ended_at AS person_ended_at, p.origin AS person_origin
             FROM subscriber p
             JOIN newsletter n ON n.id = p.newsletter_id OR (n.in_preferences AND n.mode = 'live' AND n.deleted_at IS NULL)
             LEFT JOIN subscriber s ON s.newsletter_id = n.id AND s.email_key = p.email_key
             LEFT JOIN address_change a ON a.subscriber_id = s.id
             WHERE p.id = $1
             ORDER BY LOWER(n.name), n.id",
    )
    .bind(id)
    .bind(link)
    .fetch_all(db.on())
    .await
}
