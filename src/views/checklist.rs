//! What is still open before a newsletter goes live.
//!
//! In: a newsletter. Out: a [`Check`] each for its sender, postal line, feeds, form, rhythm and a test that arrived: done or open,
//! with words. Nothing forbids to go live with an open one; whoever presses the button has seen them.

use serde_json::json;

use crate::app::App;
use crate::db::{Db, query_scalar};
use crate::i18n::{Locale, Value};
use crate::newsletters::{Newsletter, sql, words};

/// One point of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `sender`, `postal`, `feed`, `form`, `rhythm`, `test`.
    pub key: &'static str,
    /// Whether it is done.
    pub is_done: bool,
    /// What it is about: an address, a sentence.
    detail: String,
}

impl Check {
    /// A line for whoever reads it.
    pub fn words(&self, locale: &Locale) -> String {
        let key = format!("live-{}-{}", self.key, if self.is_done { "done" } else { "open" });
        locale.format(&key, &[("detail", Value::Text(&self.detail))])
    }

    /// For programs.
    pub fn json(&self, locale: &Locale) -> serde_json::Value {
        json!({ "check": self.key, "done": self.is_done, "words": self.words(locale) })
    }
}

/// The list, in the order in which an editor would go through it.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, newsletter: &Newsletter) -> sqlx::Result<Vec<Check>> {
    let check = |key, is_done, detail: &str| Check { key, is_done, detail: detail.to_owned() };
    let feeds = sql::feeds(&app.db, newsletter.id).await?;
    let readable = !feeds.is_empty() && feeds.iter().all(|feed| feed.polled_at.is_some() && feed.last_error.is_none());
    let bad = feeds.iter().find(|feed| feed.polled_at.is_none() || feed.last_error.is_some()).or(feeds.first());
    let schedules = sql::schedules(&app.db, newsletter.id).await?;
    let running = schedules.iter().find(|schedule| !schedule.paused);
    let locale = crate::i18n::locale(&newsletter.language);
    let rhythm = running.or(schedules.first()).map(|schedule| words::exact(schedule, locale)).unwrap_or_default();
    let form = format!("{}/n/{}", app.config.base_url, newsletter.slug);
    Ok(vec![
        check("sender", !is_invented(&newsletter.from_address), &newsletter.from_address),
        check("postal", !newsletter.postal.trim().is_empty(), ""),
        check("feed", readable, bad.map_or("", |feed| feed.url.as_str())),
        check("form", form_tried(&app.db, newsletter.id).await?, &form),
        check("rhythm", running.is_some(), &rhythm),
        check("test", test_arrived(&app.db, newsletter.id).await?, newsletter.editor()),
    ])
}

/// An address of a domain that stands for an example (RFC 2606): nobody can answer it.
fn is_invented(address: &str) -> bool {
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    ["example", "invalid", "localhost", "test"].contains(&domain.rsplit('.').next().unwrap_or(domain))
}

/// Whether somebody went through the form.
async fn form_tried(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM subscriber s JOIN consent c ON c.subscriber_id = s.id
                        WHERE s.newsletter_id = $1 AND c.kind = 'asked')",
    )
    .bind(newsletter_id)
    .fetch_one(db.on())
    .await
}

/// Whether a test copy was accepted by the mail server.
async fn test_arrived(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM letter WHERE newsletter_id = $1 AND kind = 'test' AND state = 2)")
        .bind(newsletter_id)
        .fetch_one(db.on())
        .await
}
