//! `/demo`: the tour in six steps, the clock, and what became of each slot.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Redirect, Response};

use super::super::mailbox::Kind;
use super::super::sql::{self, Slot};
use super::super::tour::{Tour, when};
use super::super::{Demo, guard};
use crate::i18n::{Locale, Value};
use crate::ledger::DigestState;
use crate::web::error::Error;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "demo/guide.html")]
struct Guide {
    page: Page,
    tour: Tour,
    next_slot: String,
    confirmed: i64,
    waiting: i64,
    slots: Vec<SlotLine>,
    kept: Option<String>,
}

struct SlotLine {
    when: String,
    outcome: String,
    sent: bool,
}

/// `GET /`
pub async fn home() -> Redirect {
    Redirect::to("/demo")
}

/// `GET /demo`
pub async fn show(State(demo): State<Arc<Demo>>, headers: HeaderMap) -> Result<Response, Error> {
    let locale = guard::locale(&headers);
    let db = &demo.app.db;
    let (confirmed, waiting) = sql::waiting(db, demo.newsletter.id).await?;
    let next_slot = sql::next_slot(db, demo.newsletter.id).await?;
    let slots = sql::slots(db, demo.newsletter.id).await?;
    let view = Guide {
        page: Page::new(locale, "/demo"),
        tour: demo.tour(locale).await?,
        next_slot: next_slot.map(|slot| when(locale, slot)).unwrap_or_default(),
        confirmed,
        waiting,
        slots: slots.iter().map(|slot| slot_line(locale, slot)).collect(),
        kept: demo.folder.kept().map(|path| path.display().to_string()),
    };
    super::html(locale, &view)
}

/// `POST /demo/clock`: to the mailbox when a digest came, else to what became of the slot.
pub async fn turn_clock(State(demo): State<Arc<Demo>>) -> Result<Redirect, Error> {
    let newest = || demo.mailbox.newest(Kind::Digest).map(|mail| mail.number);
    let before = newest();
    demo.turn_clock().await?;
    Ok(match newest() {
        Some(number) if Some(number) != before => Redirect::to("/demo/mail"),
        _ => Redirect::to("/demo#slots"),
    })
}

fn slot_line(locale: &Locale, slot: &Slot) -> SlotLine {
    let sent = matches!(slot.state, DigestState::Releasing | DigestState::Sending | DigestState::Finished);
    let outcome = if sent {
        locale.format(
            "demo-slot-sent",
            &[("count", Value::Count(slot.recipients)), ("subject", Value::Text(&slot.subject))],
        )
    } else {
        let reason = slot.reason.as_deref().unwrap_or(slot.state.as_str());
        locale.format("demo-slot-skipped", &[("reason", Value::Text(&locale.text(&reason_key(reason))))])
    };
    SlotLine { when: when(locale, slot.at), outcome, sent }
}

/// Key of the words for a reason such as `no new post`.
fn reason_key(reason: &str) -> String {
    format!("demo-slot-{}", reason.replace(' ', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digests::SkipReason;
    use crate::i18n;

    #[test]
    fn every_reason_has_words_in_every_language() {
        for locale in i18n::tags().map(i18n::locale) {
            for reason in SkipReason::ALL {
                let key = reason_key(reason.as_str());
                assert_ne!(locale.text(&key), key, "{}", locale.tag());
            }
        }
    }
}
