//! `/demo`: the tour in six steps, the clock, and what became of each slot.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Redirect, Response};

use super::super::mailbox::Kind;
use super::super::sql::{self, Slot};
use super::super::strip::archive;
use super::super::tour::{Tour, when};
use super::super::{Demo, guard};
use crate::i18n::{Locale, Value};
use crate::ledger::DigestState;
use crate::web::frame::error::Error;
use crate::web::frame::page::Page;

#[derive(Template)]
#[template(path = "demo/guide.html")]
struct Guide {
    page: Page,
    tour: Tour,
    next_slot: String,
    confirmed: i64,
    waiting: i64,
    slots: Vec<SlotLine>,
    archive: String,
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
        archive: archive(),
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
    } else if slot.state == DigestState::Waiting {
        locale.format("demo-slot-waiting", &[("subject", Value::Text(&slot.subject))])
    } else {
        let state = || locale.text(&format!("digest-state-{}", slot.state)).into();
        let reason = slot.reason.as_ref().map_or_else(state, |why| why.words(locale));
        locale.format("demo-slot-skipped", &[("reason", Value::Text(&reason))])
    };
    SlotLine { when: when(locale, slot.at), outcome, sent }
}
