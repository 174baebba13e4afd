//! Somebody with what stands beside their row: the last contact, a question that is open, an address or a letter that waits.
//!
//! In: an id. Out: [`Beside`], by one statement, for pages that show one person: each statement more is one more turn behind the mails
//! that are ready. Each of these tables has its writer elsewhere: [`super::contact`], [`super::staying`], [`super::new_address`],
//! [`super::held`].

use super::Subscriber;
use super::held::Planned;
use super::staying::State;
use super::staying::sql::Question;
use crate::clock::Millis;
use crate::db::{Db, FromRow, Row, from_row, query_as};
use crate::letter::LetterKind;

/// See the module.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The row.
    pub person: Subscriber,
    /// When they were last in contact: see [`super::contact`].
    pub contact_at: Millis,
    /// The question whether they stay, while it is open.
    pub question: Option<Question>,
    /// Another address, which is to be confirmed.
    pub waiting: Option<String>,
    /// A letter that they asked for and that waits.
    pub planned: Option<Planned>,
}

impl Beside {
    /// With nothing beside it.
    pub fn bare(person: &Subscriber) -> Self {
        let contact_at = person.confirmed_at.unwrap_or(person.created_at);
        Self { person: person.clone(), contact_at, question: None, waiting: None, planned: None }
    }
}

/// What the other tables have.
struct More {
    last_contact: Millis,
    question: Option<State>,
    question_at: Option<Millis>,
    question_asked_at: Option<Millis>,
    waiting: Option<String>,
    planned: Option<LetterKind>,
    planned_asked_at: Option<Millis>,
    planned_at: Option<Millis>,
    planned_is_held: Option<bool>,
}
from_row!(More {
    last_contact,
    question,
    question_at,
    question_asked_at,
    waiting,
    planned,
    planned_asked_at,
    planned_at,
    planned_is_held
});

impl More {
    fn question(&self) -> Option<Question> {
        Some(Question { state: self.question?, at: self.question_at?, asked_at: self.question_asked_at })
    }

    fn planned(&self) -> Option<Planned> {
        let (asked_at, at, is_held) = (self.planned_asked_at?, self.planned_at?, self.planned_is_held?);
        Some(Planned { kind: self.planned?, asked_at, at, is_held })
    }
}

impl FromRow for Beside {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        let (person, more) = (Subscriber::from_row(row)?, More::from_row(row)?);
        let (question, planned) = (more.question(), more.planned());
        Ok(Self { person, contact_at: more.last_contact, question, waiting: more.waiting, planned })
    }
}

/// Reads it; `None` when nobody has this id.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, subscriber_id: i64) -> sqlx::Result<Option<Beside>> {
    query_as(
        "SELECT s.*, COALESCE(s.contact_at, s.confirmed_at, s.created_at) AS last_contact,
                    q.state AS question, q.at AS question_at, q.asked_at AS question_asked_at, a.email AS waiting,
                    p.kind AS planned, p.asked_at AS planned_asked_at, p.at AS planned_at, p.is_held AS planned_is_held
             FROM subscriber s
             LEFT JOIN stay_question q ON q.subscriber_id = s.id
             LEFT JOIN address_change a ON a.subscriber_id = s.id
             LEFT JOIN planned_letter p ON p.subscriber_id = s.id AND p.asked_at IS NOT NULL
             WHERE s.id = $1",
    )
    .bind(subscriber_id)
    .fetch_optional(db.on())
    .await
}
