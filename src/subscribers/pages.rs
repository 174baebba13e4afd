//! A newsletter's subscribers, a page at a time, and a line of a list or an export for each.
//!
//! In: a newsletter, perhaps a state. Out: rows in the order of their arrival; serialisable lines, times in RFC 3339, UTC.

use serde::Serialize;

use super::{Status, Subscriber, sql};
use crate::clock::rfc3339;
use crate::db::Db;

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

    /// From behind a subscriber of this id.
    pub fn behind(db: &'a Db, newsletter_id: i64, status: Option<Status>, after: i64) -> Self {
        Self { after, ..Self::new(db, newsletter_id, status) }
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
