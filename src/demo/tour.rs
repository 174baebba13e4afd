//! The six steps of the guide. Which are done is asked of the database and the mailbox, never remembered.
//!
//! In: the demo's state. Out: a [`Tour`] for the strip and the guide: steps, the one to do next, and how.

use super::mailbox::Kind;
use super::{Demo, SLUG, sql};
use crate::clock::{Millis, timestamp};
use crate::i18n::{Locale, Value};

/// Where the newsletter lives; its schedule reckons there, and so do the demo's pages.
pub const ZONE: &str = "Europe/Paris";

/// Lets the visitor into the console (POST).
pub const CONSOLE: &str = "/demo/console";

/// Steps of the tour.
pub const STEPS: usize = 6;

/// How far the visitor has come.
#[derive(Clone, Debug)]
pub struct Tour {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// 1 to 6; `None` when all are done.
    pub current: Option<usize>,
    /// `1` to `6`, `undo` (left, and may still come back) or `all`.
    pub key: String,
    /// What to do now, in one or two sentences.
    pub hint: String,
    /// The way there.
    pub action: Action,
    /// The demo's time, in words.
    pub now: String,
    /// Mails that were not opened.
    pub unread: usize,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// 1 to 6.
    pub number: usize,
    /// A word or two.
    pub name: String,
    /// A sentence.
    pub text: String,
    /// Whether it has happened.
    pub done: bool,
    /// Whether it is the next.
    pub current: bool,
    /// Where it is done.
    pub href: String,
}

/// How the next step is done.
#[derive(Clone, Debug)]
pub struct Action {
    /// Words on the button.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it acts (POST) rather than leads (GET).
    pub acts: bool,
}

impl Demo {
    /// How far the visitor has come, in a language.
    pub async fn tour(&self, locale: &Locale) -> anyhow::Result<Tour> {
        let facts = sql::facts(&self.app.db, self.newsletter.id).await?;
        let read = self.mailbox.opened(Kind::Digest);
        let done = [facts.asked, facts.confirmed, facts.published, facts.sent, read, facts.left];
        let current = done.iter().position(|done| !done);
        let hrefs = self.hrefs(locale);
        let steps = (0..STEPS).map(|at| Step {
            number: at + 1,
            name: locale.text(&format!("demo-step-{}", at + 1)),
            text: locale.text(&format!("demo-step-{}-text", at + 1)),
            done: done[at],
            current: current == Some(at),
            href: hrefs[at].clone(),
        });
        let key = match current {
            Some(at) => (at + 1).to_string(),
            None if facts.returned => "all".to_owned(),
            None => "undo".to_owned(),
        };
        // The clock moves nothing that an editor has to approve.
        let awaits = facts.awaits && current == Some(3);
        let word = if awaits { "wait" } else { key.as_str() };
        let way = hrefs[current.unwrap_or(if facts.returned { 2 } else { 5 })].clone();
        let slot = sql::next_slot(&self.app.db, self.newsletter.id).await?;
        let slot = slot.map(|slot| when(locale, slot)).unwrap_or_default();
        Ok(Tour {
            hint: locale.format(&format!("demo-hint-{word}"), &[("slot", Value::Text(&slot))]),
            action: Action {
                label: locale.text(&format!("demo-action-{word}")),
                href: if awaits { CONSOLE.to_owned() } else { way },
                acts: current == Some(3),
            },
            key,
            steps: steps.collect(),
            current: current.map(|at| at + 1),
            now: when(locale, self.app.clock.now()),
            unread: self.mailbox.unread(),
        })
    }

    /// Where each step is done.
    fn hrefs(&self, locale: &Locale) -> [String; STEPS] {
        let mail =
            |kind| self.mailbox.newest(kind).map_or("/demo/mail".to_owned(), |m| format!("/demo/mail/{}", m.number));
        [
            format!("/n/{SLUG}?lang={}", locale.tag()),
            mail(Kind::Letter),
            "/demo/blog#publish".to_owned(),
            "/demo/clock".to_owned(),
            mail(Kind::Digest),
            mail(Kind::Digest),
        ]
    }
}

/// A time in words, in the newsletter's zone: `lundi 8 juin 2026, 8 h 00`.
pub fn when(locale: &Locale, at: Millis) -> String {
    let zoned = timestamp(at).in_tz(ZONE).unwrap_or_else(|_| timestamp(at).to_zoned(jiff::tz::TimeZone::UTC));
    locale.format(
        "demo-when",
        &[("date", Value::Text(&locale.date(&zoned))), ("time", Value::Text(&locale.time(&zoned)))],
    )
}
