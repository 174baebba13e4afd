//! One subscriber in full: who they are, how they consented, what they were sent.
//!
//! In: a row. Out: [`WholeView`], which is its own JSON; [`in_lines`], which people read. Times are RFC 3339, UTC.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Fact, outcome};
use crate::app::App;
use crate::bounces::matter::Kind;
use crate::bounces::sql::{self as returned, Row};
use crate::clock::{DAY, Millis, rfc3339};
use crate::events::{self, About};
use crate::i18n::{Locale, Value};
use crate::ledger::progress::{self, Received};
use crate::newsletters::{self, words};
use crate::phrase;
use crate::subscribers::Subscriber;
use crate::subscribers::beside::{self, Beside};
use crate::subscribers::choices;
use crate::subscribers::consent::{self, Consent, ConsentKind};
use crate::subscribers::departures::{self, Why};
use crate::subscribers::full;
use crate::subscribers::held::Planned;
use crate::subscribers::import::ASKED_BY_LETTER;
use crate::subscribers::new_address::NEW_ADDRESS;
use crate::subscribers::others::BY_SETTINGS;
use crate::subscribers::pages::SubscriberView;
use crate::subscribers::sql::{self, LetterRow};
use crate::subscribers::staying as stay;
use crate::subscribers::suppression::{self, Kept};

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
    /// The rhythm that they are on, in words.
    pub rhythm: Option<String>,
    /// Names of the topics that they chose; none: everything.
    pub topics: Option<Vec<String>>,
    /// When their pause ends by itself.
    pub paused_until: Option<String>,
    /// Another address, which is to be confirmed.
    pub address_waiting: Option<String>,
    /// When they last did something themselves.
    pub last_contact: Option<String>,
    /// How far the question is whether they stay: `planned`, `asked`, `open`.
    pub stay_question: Option<stay::State>,
    /// When they were asked that last.
    pub asked_to_stay: Option<String>,
    /// Why they left, if they said so.
    pub left_because: Option<Why>,
    /// Days on which their mailbox took no mail.
    pub mailbox_full_on: Vec<String>,
    /// What came back about them.
    pub returned: Vec<ReturnedView>,
    /// What keeps their address out, by its keyed hash.
    pub kept_out: Vec<KeptView>,
    /// What happened.
    #[serde(flatten)]
    pub history: History,
}

/// What happened to one subscriber.
#[derive(Clone, Debug, Serialize)]
pub struct History {
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
        let mut parameters: serde_json::Value = serde_json::from_str(&row.parameters).unwrap_or_default();
        // An inside id.
        if let Some(said) = parameters.as_object_mut() {
            said.remove("digest");
        }
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

/// What keeps an address out.
#[derive(Clone, Debug, Serialize)]
pub struct KeptView {
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: String,
    /// From every newsletter, not from this one alone.
    pub everywhere: bool,
}

impl From<Kept> for KeptView {
    fn from(row: Kept) -> Self {
        Self { reason: row.reason, since: rfc3339(row.created_at), everywhere: row.newsletter_id == 0 }
    }
}

/// Something that came back about them: a bounce, a complaint, an answer.
#[derive(Clone, Debug, Serialize)]
pub struct ReturnedView {
    /// When it came.
    pub at: String,
    /// What it is.
    pub kind: Kind,
    /// Enhanced status code.
    pub status: String,
    /// The mail server's words, without addresses.
    pub words: String,
}

impl From<Row> for ReturnedView {
    fn from(row: Row) -> Self {
        Self { at: rfc3339(row.received_at), kind: row.kind, status: row.status, words: row.words }
    }
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
    /// One that waits: for the newsletter to go live, for the next tick, or for room within a limit.
    fn planned(letter: &Planned, now: Millis, locale: &Locale) -> Self {
        let words = match letter {
            Planned { is_held: true, .. } => locale.text("letter-planned-test"),
            Planned { at, .. } if *at <= now => locale.text("letter-planned-due"),
            Planned { at, .. } => locale.format("letter-planned-limit", &[("date", Value::Text(&rfc3339(*at)))]),
        };
        let (kind, asked_at) = (letter.kind.to_string(), rfc3339(letter.asked_at));
        Self { kind, asked_at, done_at: None, state: "planned", words: Some(words) }
    }
}

/// What happened to one subscriber; what a letter waits for in this language.
///
/// # Errors
/// The database's.
pub async fn history(app: &App, beside: &Beside, locale: &Locale) -> anyhow::Result<History> {
    let subscriber = &beside.person;
    let steps = consent::of(&app.db, subscriber.id).await?;
    let letters = sql::letters_of(&app.db, subscriber.id).await?.into_iter().map(LetterView::from);
    let happened = events::of(&app.db, About::Subscriber(subscriber.id)).await?;
    let planned = beside.planned.as_ref().map(|letter| LetterView::planned(letter, app.clock.now(), locale));
    Ok(History {
        consents: steps.into_iter().map(|step| ConsentView { at: rfc3339(step.at), step }).collect(),
        letters: letters.chain(planned).collect(),
        digests: progress::of_subscriber(app, subscriber.id).await?,
        events: happened.into_iter().map(EventView::from).collect(),
    })
}

/// One subscriber in full; what a letter waits for in this language.
pub async fn whole(app: &App, newsletter: &str, subscriber: &Subscriber, locale: &Locale) -> anyhow::Result<WholeView> {
    let chosen = choices::of(&app.db, subscriber.id).await?;
    let schedule_id = chosen.as_ref().map_or(subscriber.schedule_id, |chosen| chosen.rhythm);
    let schedule = newsletters::sql::schedule(&app.db, schedule_id).await?;
    let topics = newsletters::topics::of(&app.db, subscriber.newsletter_id).await?;
    let name = |id: &i64| topics.iter().find(|topic| topic.id == *id).map(|topic| topic.name.clone());
    let mut kept_out = suppression::of(&app.db, &app.keys.address_hash(&subscriber.email_key)).await?;
    kept_out.retain(|kept| [0, subscriber.newsletter_id].contains(&kept.newsletter_id));
    // Who is gone meanwhile is told of as they were: what hung on their row is gone with it.
    let beside = beside::of(&app.db, subscriber.id).await?.unwrap_or_else(|| Beside::bare(subscriber));
    let question = beside.question;
    let until = chosen.as_ref().and_then(|chosen| chosen.paused_until).filter(|until| *until < Millis::MAX);
    Ok(WholeView {
        newsletter: newsletter.to_owned(),
        subscriber: subscriber.into(),
        origin: subscriber.origin.clone(),
        rhythm: schedule.map(|schedule| words::exact(&schedule, locale)),
        topics: chosen.and_then(|chosen| chosen.topics).map(|ids| ids.iter().filter_map(name).collect()),
        paused_until: until.map(rfc3339),
        address_waiting: beside.waiting.clone(),
        last_contact: Some(rfc3339(beside.contact_at)),
        stay_question: question.map(|question| question.state),
        asked_to_stay: question.and_then(|question| question.asked_at).map(rfc3339),
        left_because: departures::of_person(&app.db, subscriber.id).await?,
        mailbox_full_on: full::days(&app.db, subscriber.id).await?.into_iter().map(day).collect(),
        kept_out: kept_out.into_iter().map(KeptView::from).collect(),
        returned: returned::of_person(&app.db, subscriber.id).await?.into_iter().map(ReturnedView::from).collect(),
        history: history(app, &beside, locale).await?,
    })
}

/// A day since 1970, such as `2026-06-01`.
fn day(number: i64) -> String {
    crate::clock::timestamp(number * DAY).to_zoned(TimeZone::UTC).date().to_string()
}

/// All of it, a line each, instants on this clock.
pub fn in_lines(whole: &WholeView, zone: &TimeZone, locale: &Locale) -> Vec<String> {
    let mut lines = vec![person(whole, locale)];
    lines.extend(facts(whole, zone, locale));
    lines.push(locale.text("heading-consent"));
    for consent in &whole.history.consents {
        let step = &consent.step;
        let details = [step.page.clone(), step.ip.clone(), proof(step, locale)].into_iter().flatten();
        let details: Vec<String> = details.filter(|detail| !detail.is_empty()).collect();
        let kind = locale.text(&format!("consent-kind-{}", step.kind));
        lines.push(format!("  {}  {kind:<9} {}", phrase::retold(&consent.at, zone), details.join("  ")));
        if !step.text.is_empty() {
            let names = [
                ("text", Value::Text(&step.text)),
                ("language", Value::Text(&step.language)),
                ("version", Value::Text(&step.text_version)),
            ];
            lines.push(format!("    {}", locale.format("consent-text", &names)));
        }
    }
    if !whole.history.letters.is_empty() {
        lines.push(locale.text("heading-letters"));
    }
    for letter in &whole.history.letters {
        let words = phrase::retold(letter.words.as_deref().unwrap_or_default(), zone);
        let asked = phrase::retold(&letter.asked_at, zone);
        let kind = locale.text(&format!("letter-kind-{}", letter.kind));
        lines
            .push(format!("  {asked}  {kind:<9} {:<9} {words}", row_state(locale, letter.state)).trim_end().to_owned());
    }
    if !whole.history.digests.is_empty() {
        lines.push(locale.text("heading-digests"));
    }
    for digest in &whole.history.digests {
        let reason = if digest.reason.is_empty() { String::new() } else { outcome(locale, &digest.reason) };
        let why = [reason.as_str(), digest.words.as_str()].join(" ");
        let (slot, state) = (phrase::retold(&digest.slot, zone), row_state(locale, digest.state));
        lines.push(format!("  {slot}  {state:<9} {}  {}", digest.subject, why.trim()).trim_end().to_owned());
    }
    lines
}

/// The proof of a step: somebody's own words as they stand, ours in the language of whoever reads.
pub(super) fn proof(step: &Consent, locale: &Locale) -> Option<String> {
    let proof = step.proof.as_deref()?;
    let (by, from) = proof.split_once(' ').unwrap_or((proof, ""));
    Some(match (step.kind, by) {
        (ConsentKind::Left, "link" | "owner") => {
            let from = locale.text(&format!("subscriber-status-{from}"));
            locale.format(&format!("proof-{by}"), &[("from", Value::Text(&from))])
        }
        (ConsentKind::Confirmed, _) if proof == BY_SETTINGS => locale.text("proof-settings"),
        (ConsentKind::Moved, _) if proof == NEW_ADDRESS => locale.text("proof-new-address"),
        (ConsentKind::Imported, _) if proof == ASKED_BY_LETTER => locale.text("proof-asked-by-letter"),
        _ => proof.to_owned(),
    })
}

fn person(whole: &WholeView, locale: &Locale) -> String {
    let status = locale.text(&format!("subscriber-status-{}", whole.subscriber.status));
    format!("{}  {status}", whole.subscriber.email)
}

/// Who they are and what they chose, each with its label, instants on this clock.
pub fn labelled(whole: &WholeView, zone: &TimeZone, locale: &Locale) -> Vec<Fact> {
    let person = &whole.subscriber;
    let none = || "–".to_owned();
    let when = |at: Option<&str>| at.map_or_else(none, |at| phrase::retold(at, zone));
    let facts = [
        ("newsletter", whole.newsletter.clone()),
        ("name", person.name.clone().unwrap_or_else(none)),
        ("language", person.language.clone()),
        ("rhythm", whole.rhythm.clone().unwrap_or_else(none)),
        ("topics", whole.topics.as_ref().map_or_else(none, |topics| topics.join(", "))),
        ("paused-until", when(whole.paused_until.as_deref())),
        ("asked", when(Some(&person.created_at))),
        ("confirmed", when(person.confirmed_at.as_deref())),
        ("ended", when(person.ended_at.as_deref())),
        ("contact", when(whole.last_contact.as_deref())),
        ("asked-to-stay", when(whole.asked_to_stay.as_deref())),
    ];
    facts.map(|(name, value)| Fact { label: locale.text(&format!("label-{name}")), value }).into()
}

fn facts(whole: &WholeView, zone: &TimeZone, locale: &Locale) -> Vec<String> {
    let facts = labelled(whole, zone, locale);
    let width = facts.iter().map(|fact| fact.label.chars().count()).max().unwrap_or(0).max(LABELS);
    facts.iter().map(|Fact { label, value }| format!("  {label:<width$} {value}")).collect()
}

/// Narrowest column of labels, in characters.
const LABELS: usize = 11;

/// How a mail to one person stands; the word itself when there is no other.
pub(super) fn row_state(locale: &Locale, state: &str) -> String {
    let key = format!("row-state-{state}");
    if locale.has(&key) { locale.text(&key) } else { state.to_owned() }
}
