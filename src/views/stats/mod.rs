//! Statistics as people and programs are shown them: numbers, their words, and what each of them means.
//!
//! In: [`figures`]. Out: [`StatsView`] and [`DigestView`], which are their own JSON; their plots ([`draw`]), and their tables as files
//! ([`csv`]).

pub mod csv;
pub mod draw;
pub mod plot;

use std::collections::BTreeMap;

use serde::Serialize;

use super::count;
use crate::app::App;
use crate::clock::{MINUTE, rfc3339};
use crate::digests::Digest;
use crate::i18n::{self, Locale, Value};
use crate::ledger::answers::OfProvider;
use crate::newsletters::{self, Newsletter, words};
use crate::stats::change::Change;
use crate::stats::figures::{self, Figures, OfDigest};
use crate::stats::span::{self, Span, Step};

/// What each number means, by the last part of its key in `locales/`.
const MEANINGS: &[&str] =
    &["readers", "joined", "gone", "asked", "accepted", "opened", "confirmed", "left", "shares", "day"];

/// A newsletter over some days.
#[derive(Clone, Debug, Serialize)]
pub struct StatsView {
    /// Its short name.
    pub newsletter: String,
    /// Over which days.
    pub span: Span,
    /// The first day, `2026-06-01`.
    pub from: String,
    /// Today.
    pub until: String,
    /// How many days are one row of `growth`.
    pub step: Step,
    /// Readers now.
    pub readers: i64,
    /// What happened in all.
    pub change: Change,
    /// Day by day, or by week or month.
    pub growth: Vec<DayView>,
    /// The steps of sign-ups by form.
    pub forms: Vec<FormView>,
    /// Readers by language.
    pub languages: Vec<ShareView>,
    /// Readers by where they came from.
    pub origins: Vec<ShareView>,
    /// Readers by rhythm.
    pub schedules: Vec<ShareView>,
    /// The digests that left, the youngest first.
    pub digests: Vec<SentView>,
    /// What each number means, in a sentence.
    pub meanings: BTreeMap<&'static str, String>,
}

/// One row of growth.
#[derive(Clone, Debug, Serialize)]
pub struct DayView {
    /// Its first day, `2026-06-01`.
    pub day: String,
    /// Readers at its end.
    pub readers: i64,
    /// What happened.
    #[serde(flatten)]
    pub change: Change,
}

/// The steps of one form.
#[derive(Clone, Debug, Serialize)]
pub struct FormView {
    /// The host of its page, `imported`, `added`, or empty.
    pub form: String,
    /// The same in words.
    pub name: String,
    /// People who asked.
    pub asked: i64,
    /// People whose letter a mail server took.
    pub accepted: i64,
    /// People whose page with the button was opened.
    pub opened: i64,
    /// People who pressed it.
    pub confirmed: i64,
}

/// A part of the readers.
#[derive(Clone, Debug, Serialize)]
pub struct ShareView {
    /// Which, in words.
    pub name: String,
    /// How many.
    pub readers: i64,
}

/// A digest that left.
#[derive(Clone, Debug, Serialize)]
pub struct SentView {
    /// Its id outside.
    pub id: String,
    /// Its subject.
    pub subject: String,
    /// When it was released.
    pub sent_at: String,
    /// To how many.
    pub recipients: i64,
    /// How many left when it was the last they got.
    pub left: i64,
    /// How many of its mails came back as to no address.
    pub bounced: i64,
    /// How many reported it.
    pub complained: i64,
}

/// Reads it.
///
/// # Errors
/// The database's.
pub async fn newsletter(app: &App, newsletter: &Newsletter, span: Span, locale: &Locale) -> sqlx::Result<StatsView> {
    let figures = figures::of(app, newsletter.id, span).await?;
    let mut rhythms = BTreeMap::new();
    for schedule in newsletters::sql::schedules(&app.db, newsletter.id).await? {
        rhythms.insert(schedule.id.to_string(), words::exact(&schedule, locale));
    }
    let gone = || locale.text("stats-schedule-gone");
    let shares = |kind: &str, name: &dyn Fn(&str) -> String| -> Vec<ShareView> {
        let of_kind = figures.shares.iter().filter(|share| share.kind == kind);
        of_kind.map(|share| ShareView { name: name(&share.name), readers: share.readers }).collect()
    };
    Ok(StatsView {
        newsletter: newsletter.slug.clone(),
        span,
        from: span::date(figures.first).to_string(),
        until: span::date(figures.today).to_string(),
        step: figures.step,
        readers: figures.readers,
        change: figures.change,
        languages: shares("language", &language),
        origins: shares("origin", &|form| form_name(form, locale)),
        schedules: shares("schedule", &|id| rhythms.get(id).cloned().unwrap_or_else(gone)),
        growth: growth(&figures),
        forms: forms(&figures, locale),
        digests: figures.sent.iter().map(SentView::from).collect(),
        meanings: MEANINGS.iter().map(|name| (*name, locale.text(&format!("stats-means-{name}")))).collect(),
    })
}

fn growth(figures: &Figures) -> Vec<DayView> {
    let days = figures.days.iter();
    days.map(|day| DayView { day: span::date(day.day).to_string(), readers: day.readers, change: day.change() })
        .collect()
}

fn forms(figures: &Figures, locale: &Locale) -> Vec<FormView> {
    let view = |form: &figures::Form| FormView {
        form: form.form.clone(),
        name: form_name(&form.form, locale),
        asked: form.asked,
        accepted: form.accepted,
        opened: form.opened,
        confirmed: form.confirmed,
    };
    figures.forms.iter().map(view).collect()
}

impl From<&figures::Sent> for SentView {
    fn from(sent: &figures::Sent) -> Self {
        Self {
            id: sent.public_id.clone(),
            subject: sent.subject.clone(),
            sent_at: rfc3339(sent.released_at),
            recipients: sent.recipients,
            left: sent.people_left,
            bounced: sent.bounced,
            complained: sent.complained,
        }
    }
}

/// A form, or where somebody came from, in words.
fn form_name(form: &str, locale: &Locale) -> String {
    match form {
        "imported" | "added" => locale.text(&format!("stats-form-{form}")),
        "" => locale.text("stats-form-unknown"),
        host => host.to_owned(),
    }
}

/// A language by its own name, as far as there are texts in it.
fn language(tag: &str) -> String {
    i18n::known(tag).map_or_else(|| tag.to_owned(), |locale| locale.text("language-name"))
}

/// What became of one digest.
#[derive(Clone, Debug, Serialize)]
pub struct DigestView {
    /// Which, and what followed.
    #[serde(flatten)]
    pub sent: SentView,
    /// Mails that a server took.
    pub accepted: i64,
    /// Refused for good.
    pub refused: i64,
    /// Not sent on purpose.
    pub skipped: i64,
    /// In doubt.
    pub uncertain: i64,
    /// Still to be sent, or tried again.
    pub open: i64,
    /// What servers answered, in order of time: a minute a row, or an hour of a long digest.
    pub timeline: Vec<MinuteView>,
    /// What they answered, by mailbox provider.
    pub providers: Vec<ProviderView>,
    /// Mails of which time and provider are not known: a machine that stopped took that along.
    pub unknown: i64,
    /// The whole in sentences.
    pub words: Vec<String>,
    /// What each number means.
    pub meanings: BTreeMap<&'static str, String>,
}

/// Answers of a minute.
#[derive(Clone, Debug, Serialize)]
pub struct MinuteView {
    /// Its beginning.
    pub at: String,
    /// The same as minutes since 1970.
    #[serde(skip)]
    pub minute: i64,
    /// "Accepted".
    pub accepted: i64,
    /// "No".
    pub refused: i64,
    /// "Later".
    pub deferred: i64,
}

/// Answers of a provider.
#[derive(Clone, Debug, Serialize)]
pub struct ProviderView {
    /// Our word for it.
    pub provider: &'static str,
    /// Its name.
    pub name: String,
    /// "Accepted".
    pub accepted: i64,
    /// "No".
    pub refused: i64,
    /// "Later".
    pub deferred: i64,
    /// In a sentence.
    pub words: String,
}

/// Reads it; `None` for a digest that has not left.
///
/// # Errors
/// The database's.
pub async fn digest(app: &App, digest: &Digest, locale: &Locale) -> anyhow::Result<Option<DigestView>> {
    let found = figures::of_digest(app, digest.newsletter_id, digest.id).await?;
    Ok(found.map(|found| of_digest(&found, locale)))
}

fn of_digest(found: &OfDigest, locale: &Locale) -> DigestView {
    let counts = &found.progress.counts;
    let minutes = found.minutes.iter().map(|minute| MinuteView {
        at: rfc3339(minute.minute * MINUTE),
        minute: minute.minute,
        accepted: minute.accepted,
        refused: minute.refused,
        deferred: minute.deferred,
    });
    let meanings = ["accepted", "refused", "deferred", "left", "bounced", "complained"];
    DigestView {
        sent: SentView::from(&found.sent),
        accepted: counts.accepted,
        refused: counts.refused,
        skipped: counts.skipped,
        uncertain: counts.uncertain,
        open: counts.queued + counts.started + counts.deferred,
        timeline: minutes.collect(),
        providers: found.providers.iter().map(|of| provider(of, locale)).collect(),
        unknown: found.unknown,
        words: digest_words(found, locale),
        meanings: meanings.iter().map(|name| (*name, locale.text(&format!("stats-digest-means-{name}")))).collect(),
    }
}

fn provider(of: &OfProvider, locale: &Locale) -> ProviderView {
    let name = of.provider.name().map_or_else(|| locale.text("stats-provider-other"), str::to_owned);
    let parts = [("accepted", of.accepted), ("refused", of.refused), ("deferred", of.deferred)];
    let said = parts.iter().filter(|(key, value)| *value > 0 || *key == "accepted");
    let said: Vec<String> = said.map(|(key, value)| count(locale, &format!("stats-answer-{key}"), *value)).collect();
    let variables = [("name", Value::Text(&name)), ("said", Value::Text(&said.join(", ")))];
    ProviderView {
        provider: of.provider.as_str(),
        words: locale.format("stats-provider-words", &variables),
        accepted: of.accepted,
        refused: of.refused,
        deferred: of.deferred,
        name,
    }
}

/// What became of it, a sentence each for what there is to say.
fn digest_words(found: &OfDigest, locale: &Locale) -> Vec<String> {
    let counts = &found.progress.counts;
    let sent = &found.sent;
    let mut words = vec![count(locale, "stats-digest-accepted", counts.accepted)];
    let more = [
        ("stats-digest-open", counts.queued + counts.started + counts.deferred),
        ("stats-digest-skipped", counts.skipped),
        ("stats-digest-uncertain", counts.uncertain),
        ("stats-digest-bounced", sent.bounced),
        ("stats-digest-complained", sent.complained),
        ("stats-digest-unknown", found.unknown),
    ];
    for (reason, people) in &found.reasons.refused {
        let why = super::outcome(locale, reason);
        let variables = [("count", Value::Count(*people)), ("why", Value::Text(&why))];
        words.push(locale.format("stats-digest-refused", &variables));
    }
    words.extend(more.iter().filter(|(_, people)| *people > 0).map(|(key, people)| count(locale, key, *people)));
    words.push(count(locale, "stats-digest-left", sent.people_left));
    words
}

/// A newsletter's numbers for a terminal, a line each.
pub fn in_lines(view: &StatsView, locale: &Locale) -> String {
    let mut lines = vec![
        format!("{} ({} – {})", view.newsletter, view.from, view.until),
        count(locale, "stats-readers", view.readers),
        count(locale, "stats-joined", view.change.joined),
        count(locale, "stats-gone", view.change.gone()),
    ];
    for form in &view.forms {
        let numbers = [form.asked, form.accepted, form.opened, form.confirmed].map(|number| number.to_string());
        let [asked, accepted, opened, confirmed] = &numbers;
        let variables = [
            ("form", Value::Text(&form.name)),
            ("asked", Value::Text(asked)),
            ("accepted", Value::Text(accepted)),
            ("opened", Value::Text(opened)),
            ("confirmed", Value::Text(confirmed)),
        ];
        lines.push(locale.format("stats-form-words", &variables));
    }
    for (key, shares) in [("languages", &view.languages), ("origins", &view.origins), ("schedules", &view.schedules)] {
        let parts: Vec<String> = shares.iter().map(|share| format!("{}: {}", share.name, share.readers)).collect();
        lines.push(format!("{}: {}", locale.text(&format!("stats-{key}")), parts.join("; ")));
    }
    lines.join("\n")
}
