//! What somebody's settings show: what stands, what their newsletter offers, other newsletters, another address that waits.
//!
//! In: a person whom a link led to ([`super::own_link`]). Out: [`OwnPage`], by two statements: readers ask for the page while digests
//! leave, and each statement more is one more turn behind the mails that are ready. What they save goes by [`super::preferences`].

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

/// The same beside its newsletter.
struct Found(Newsletter, Own);

impl FromRow for Found {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        Ok(Self(Newsletter::from_row(row)?, Own::from_row(row)?))
    }
}

/// Reads it; `None` when their newsletter is gone. `link`: when the letter was asked for that brought the link, if a letter did.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, person: &Subscriber, link: Option<Millis>) -> sqlx::Result<Option<OwnPage>> {
    let mut found = newsletters(db, person, link).await?;
    let Some(at) = found.iter().position(|Found(newsletter, _)| newsletter.id == person.newsletter_id) else {
        return Ok(None);
    };
    let Found(newsletter, own) = found.remove(at);
    let (rhythms, topics): (Vec<Schedule>, Vec<Topic>) = topics::with_rhythms(db, newsletter.id).await?;
    let choices = own.choices(person, &topics);
    let others = found.into_iter().map(|Found(newsletter, own)| Other { is_in: own.is_in(), newsletter });
    Ok(Some(OwnPage {
        newsletter,
        offer: Offer::of(rhythms, topics, choices.rhythm),
        choices,
        others: others.collect(),
        waiting: own.waiting(),
        wish: own.wish(),
    }))
}

/// Their newsletter and the live ones that settings offer, each with how they stand there.
async fn newsletters(db: &Db, person: &Subscriber, link: Option<Millis>) -> sqlx::Result<Vec<Found>> {
    query_as(
        "SELECT n.*, s.status, COALESCE(s.next_schedule_id, s.schedule_id) AS rhythm, s.topics, s.paused_until,
                    a.email AS waiting_email, a.email_key AS waiting_key, a.asked_at AS waiting_since,
                    (SELECT l.parameters FROM letter l
                     WHERE l.subscriber_id = s.id AND l.created_at = $3 AND l.kind = 'link' AND l.domain <> ''
                     ORDER BY l.id DESC LIMIT 1) AS said
             FROM newsletter n
             LEFT JOIN subscriber s ON s.newsletter_id = n.id AND s.email_key = $2
             LEFT JOIN address_change a ON a.subscriber_id = s.id
             WHERE n.id = $1 OR (n.in_preferences AND n.mode = 'live' AND n.deleted_at IS NULL)
             ORDER BY LOWER(n.name), n.id",
    )
    .bind(person.newsletter_id)
    .bind(&person.email_key)
    .bind(link)
    .fetch_all(db.on())
    .await
}
