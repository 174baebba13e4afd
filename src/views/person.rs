//! What happened to one subscriber, in order: how they consented and with which words, what they were sent and what became of it, what
//! editors did.
//!
//! In: a [`History`]. Out: [`Entry`]s, the oldest first, in the words of whoever reads. A step of consent and the event of the same
//! instant are one entry.

use jiff::tz::TimeZone;

use super::subscriber::{ConsentView, EventView, History, LetterView};
use super::{outcome, subscriber};
use crate::i18n::Locale;
use crate::ledger::progress::Received;
use crate::phrase;

/// Something that happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// When, on the reader's clock.
    pub when: String,
    /// When, RFC 3339, UTC.
    pub at: String,
    /// What.
    pub what: String,
    /// By whom; empty when that says itself.
    pub by: String,
    /// How, where, why.
    pub details: Vec<String>,
    /// The words that were shown, and their language.
    pub shown: Option<(String, String)>,
}

/// Entries that are shown; what is older is counted, and stands in the person's file.
const MOST: usize = 150;

/// What happened, as far as it is shown.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Older entries that are not shown.
    pub older: usize,
    /// The others, the oldest first.
    pub entries: Vec<Entry>,
}

/// The last of it, in order.
pub fn timeline(history: &History, zone: &TimeZone, locale: &Locale) -> Timeline {
    let mut entries: Vec<Entry> = history.consents.iter().map(|consent| of_consent(consent, history, locale)).collect();
    let told = |event: &&EventView| !history.consents.iter().any(|consent| is_of(event, consent));
    entries.extend(history.events.iter().filter(told).map(|event| of_event(event, locale)));
    entries.extend(history.letters.iter().map(|letter| of_letter(letter, locale)));
    entries.extend(history.digests.iter().map(|digest| of_digest(digest, locale)));
    for entry in &mut entries {
        entry.when = phrase::retold(&entry.at, zone);
        for detail in &mut entry.details {
            *detail = phrase::retold(detail, zone);
        }
        entry.details.retain(|detail| !detail.is_empty());
    }
    entries.sort_by(|a, b| a.at.cmp(&b.at));
    let older = entries.len().saturating_sub(MOST);
    Timeline { older, entries: entries.split_off(older) }
}

/// Whether an event tells of the same step.
fn is_of(event: &EventView, consent: &ConsentView) -> bool {
    let code = match consent.step.kind.as_str() {
        "asked" => "subscriber.asked",
        "confirmed" => "subscriber.confirmed",
        "imported" => "subscriber.imported",
        "added" => "subscriber.added",
        "left" => "subscriber.left",
        "undone" => "subscriber.returned",
        "moved" => "subscriber.address_changed",
        "stayed" => "subscriber.stayed",
        _ => return false,
    };
    event.event == code && event.at == consent.at
}

fn of_consent(consent: &ConsentView, history: &History, locale: &Locale) -> Entry {
    let step = &consent.step;
    let event = history.events.iter().find(|event| is_of(event, consent));
    let details = [step.page.clone(), step.ip.clone(), subscriber::proof(step, locale)];
    let details = details.into_iter().flatten().collect();
    Entry {
        at: consent.at.clone(),
        what: locale.text(&format!("happened-{}", step.kind)),
        by: event.map(|event| by(&event.by, locale)).unwrap_or_default(),
        details,
        shown: (!step.text.is_empty()).then(|| (step.text.clone(), step.language.clone())),
        ..Entry::default()
    }
}

/// `by-editor`, …; nothing for the person themselves.
fn by(actor: &str, locale: &Locale) -> String {
    let key = format!("by-{actor}");
    if locale.has(&key) { locale.text(&key) } else { String::new() }
}

fn of_event(event: &EventView, locale: &Locale) -> Entry {
    let key = format!("event-{}", event.event.replace(['.', '_'], "-"));
    let what = if locale.has(&key) { locale.text(&key) } else { event.event.clone() };
    Entry { at: event.at.clone(), what, by: by(&event.by, locale), ..Entry::default() }
}

fn of_letter(letter: &LetterView, locale: &Locale) -> Entry {
    let kind = locale.text(&format!("happened-letter-{}", letter.kind));
    let state = subscriber::row_state(locale, letter.state);
    Entry {
        at: letter.asked_at.clone(),
        what: kind,
        details: vec![state, letter.words.clone().unwrap_or_default()],
        ..Entry::default()
    }
}

fn of_digest(digest: &Received, locale: &Locale) -> Entry {
    let reason = if digest.reason.is_empty() { String::new() } else { outcome(locale, &digest.reason) };
    let state = subscriber::row_state(locale, digest.state);
    Entry {
        at: digest.slot.clone(),
        what: locale.text("happened-digest"),
        details: vec![digest.subject.clone(), state, reason, digest.words.clone()],
        ..Entry::default()
    }
}
