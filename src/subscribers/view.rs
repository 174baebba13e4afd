//! Subscribers as owners and programs see them: one in full, or all of a newsletter in pages.
//!
//! In: a newsletter, perhaps a state. Out: serialisable views. Times are RFC 3339, UTC.

use serde::Serialize;

use super::consent::{self, Consent};
use super::sql::{self, LetterRow};
use super::{Status, Subscriber, held};
use crate::app::App;
use crate::clock::{Millis, rfc3339};
use crate::db::Db;
use crate::events::{self, About};
use crate::ledger::count::{self, Received};
use crate::letter::LetterKind;

/// Subscribers read at a time: memory stays flat however long the list is.
pub const PAGE: i64 = 1000;

/// A line of a list or an export.
#[derive(Clone, Debug, Serialize)]
pub struct SubscriberView {
    /// Address, as stored.
    pub email: String,
    /// Name, when given.
    pub name: Option<String>,
    /// Their state.
    pub status: Status,
    /// Their language.
    pub language: String,
    /// First asked.
    pub created_at: String,
    /// Last confirmed.
    pub confirmed_at: Option<String>,
    /// Left, bounced or complained.
    pub ended_at: Option<String>,
}

impl From<&Subscriber> for SubscriberView {
    fn from(subscriber: &Subscriber) -> Self {
        Self {
            email: subscriber.email.clone(),
            name: subscriber.name.clone(),
            status: subscriber.status,
            language: subscriber.language.clone(),
            created_at: rfc3339(subscriber.created_at),
            confirmed_at: subscriber.confirmed_at.map(rfc3339),
            ended_at: subscriber.ended_at.map(rfc3339),
        }
    }
}

/// All that is stored about one subscriber.
#[derive(Clone, Debug, Serialize)]
pub struct WholeView {
    /// The newsletter's slug.
    pub newsletter: String,
    /// The row.
    #[serde(flatten)]
    pub subscriber: SubscriberView,
    /// Where they signed up, as mails show it.
    pub origin: Option<String>,
    /// How they consented, step by step.
    pub consents: Vec<ConsentView>,
    /// Letters of their own.
    pub letters: Vec<LetterView>,
    /// Digests, newest first: accepted, or why not, in the mail server's words.
    pub digests: Vec<Received>,
    /// What happened to them, as far as it is remembered.
    pub events: Vec<EventView>,
}

/// Something that happened to somebody.
#[derive(Clone, Debug, Serialize)]
pub struct EventView {
    /// When.
    pub at: String,
    /// What.
    pub event: String,
    /// By whom: `visitor`, `command`, `system`, `token`.
    pub by: String,
    /// What else there is to say, JSON.
    pub parameters: serde_json::Value,
}

impl From<events::Row> for EventView {
    fn from(row: events::Row) -> Self {
        let parameters = serde_json::from_str(&row.parameters).unwrap_or_default();
        Self { at: rfc3339(row.at), event: row.code, by: row.actor, parameters }
    }
}

/// A step of consent.
#[derive(Clone, Debug, Serialize)]
pub struct ConsentView {
    /// When.
    pub at: String,
    /// What, in which words, where.
    #[serde(flatten)]
    pub step: Consent,
}

/// A letter of their own.
#[derive(Clone, Debug, Serialize)]
pub struct LetterView {
    /// `confirm`, `already`, …
    pub kind: String,
    /// Asked for.
    pub asked_at: String,
    /// Over.
    pub done_at: Option<String>,
    /// Its state.
    pub state: &'static str,
    /// The mail server's words, or why it was held back.
    pub words: Option<String>,
}

impl From<LetterRow> for LetterView {
    fn from(row: LetterRow) -> Self {
        const STATES: [&str; 7] = ["queued", "started", "accepted", "refused", "deferred", "skipped", "uncertain"];
        let state = usize::try_from(row.state).ok().and_then(|state| STATES.get(state)).unwrap_or(&"unknown");
        let (asked_at, done_at) = (rfc3339(row.created_at), row.done_at.map(rfc3339));
        Self { kind: row.kind, asked_at, done_at, state, words: row.words }
    }
}

impl LetterView {
    /// One that a limit holds back.
    fn planned((kind, asked_at, at): (LetterKind, Millis, Millis)) -> Self {
        let words = Some(format!("not before {}: the limits of [signup] hold it back", rfc3339(at)));
        Self { kind: kind.to_string(), asked_at: rfc3339(asked_at), done_at: None, state: "planned", words }
    }
}

/// One subscriber in full.
pub async fn whole(app: &App, newsletter: &str, subscriber: &Subscriber) -> anyhow::Result<WholeView> {
    let steps = consent::of(&app.db, subscriber.id).await?;
    let letters = sql::letters_of(&app.db, subscriber.id).await?.into_iter().map(LetterView::from);
    let happened = events::of(&app.db, About::Subscriber(subscriber.id)).await?;
    let planned = held::of(&app.db, subscriber.id).await?.map(LetterView::planned);
    Ok(WholeView {
        newsletter: newsletter.to_owned(),
        subscriber: subscriber.into(),
        origin: subscriber.origin.clone(),
        consents: steps.into_iter().map(|step| ConsentView { at: rfc3339(step.at), step }).collect(),
        letters: letters.chain(planned).collect(),
        digests: count::of_subscriber(app, subscriber.id).await?,
        events: happened.into_iter().map(EventView::from).collect(),
    })
}

/// A newsletter's subscribers page by page, in the order of their arrival.
#[derive(Debug)]
pub struct Pages<'a> {
    db: &'a Db,
    newsletter_id: i64,
    status: Option<Status>,
    after: i64,
}

impl<'a> Pages<'a> {
    /// From the first; `status` leaves only those.
    pub fn new(db: &'a Db, newsletter_id: i64, status: Option<Status>) -> Self {
        Self { db, newsletter_id, status, after: 0 }
    }

    /// The next page, empty after the last.
    pub async fn next(&mut self) -> sqlx::Result<Vec<Subscriber>> {
        let page = sql::page(self.db, self.newsletter_id, self.status, self.after, PAGE).await?;
        if let Some(last) = page.last() {
            self.after = last.id;
        }
        Ok(page)
    }
}
