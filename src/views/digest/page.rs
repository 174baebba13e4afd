//! A digest as the console's page of it shows it: where it stands, to whom it goes, how far it has come, what may be done.
//!
//! In: rows. Out: [`DigestPage`] and [`Line`]s of the list, in the words of whoever reads.

use std::collections::BTreeMap;

use crate::app::App;
use crate::clock::{Millis, SECOND, timestamp, zone};
use crate::digests::warmup::show::{self, Plan};
use crate::digests::{Digest, edit, leave, noted, sql};
use crate::i18n::{Locale, Value};
use crate::ledger::DigestState;
use crate::ledger::progress::{self, Progress};
use crate::newsletters::{Newsletter, Schedule};
use crate::subscribers::departures;
use crate::views::departures as departed;
use crate::views::today::{stands, when};
use crate::views::warmup;

use super::act::{self, Button, Known};
use super::parts::{self, PartView};
use super::state_words;

/// A digest's page.
#[derive(Clone, Debug)]
pub struct DigestPage {
    /// Its id outside.
    pub id: String,
    /// Its subject; what its slot was, when it has none.
    pub title: String,
    /// Where it stands.
    pub state: DigestState,
    /// The same in words.
    pub state_words: String,
    /// Why.
    pub reason: Option<String>,
    /// What an editor should know besides.
    pub note: Option<String>,
    /// The planned instant.
    pub slot: String,
    /// When it was let go (the Date of its mails), and whether anything has left, in a sentence.
    pub left: Option<String>,
    /// To how many it goes, went or would go.
    pub audience: String,
    /// When it leaves by itself.
    pub leaves: Option<Leaves>,
    /// How it leaves day by day, as its sender warms up.
    pub warmup: Option<String>,
    /// How far it has come, once it is released.
    pub standing: Option<Standing>,
    /// What some of its readers get instead of the whole.
    pub parts: Vec<PartView>,
    /// What may be done.
    pub buttons: Vec<Button>,
    /// What its forms carry, see [`act::seen`].
    pub seen: String,
}

impl DigestPage {
    /// Whether it moves, so that the page is worth looking at again.
    pub fn moves(&self) -> bool {
        self.leaves.is_some()
            || matches!(self.state, DigestState::Releasing | DigestState::Sending | DigestState::Paused)
    }
}

/// When a waiting digest leaves.
#[derive(Clone, Debug)]
pub struct Leaves {
    /// In words.
    pub words: String,
    /// Seconds left, when it is a matter of a minute.
    pub seconds: Option<i64>,
}

/// How far a digest has come.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Rows that are done with.
    pub done: i64,
    /// All.
    pub all: i64,
    /// `590 of 1,000`.
    pub of: String,
    /// `590 accepted, 4 later, 50/s, 8 seconds left`.
    pub progress: String,
    /// Rows by state, with reasons.
    pub rows: Vec<Row>,
    /// What the mail server said most often: to how many, code, words.
    pub server: Vec<(i64, String)>,
    /// The next attempt for what is deferred.
    pub next_attempt: Option<String>,
    /// What keeps mail from leaving.
    pub alarm: Option<String>,
    /// How many left by its mails, and why.
    pub departures: Option<String>,
}

/// Rows of one state.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub label: String,
    /// How many.
    pub count: i64,
    /// Why, in plain words, with how many.
    pub why: Vec<String>,
}

/// A digest in the list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id outside.
    pub id: String,
    /// The planned instant.
    pub slot: String,
    /// Where it stands.
    pub state: DigestState,
    /// The same in words.
    pub state_words: String,
    /// Its subject; why there is none.
    pub title: String,
    /// Why it stands there.
    pub reason: Option<String>,
    /// To how many it went.
    pub recipients: i64,
}

/// Reads all that a digest's page shows. `schedule`: its rhythm.
///
/// # Errors
/// The database's.
pub async fn page(
    app: &App,
    newsletter: &Newsletter,
    schedule: Option<&Schedule>,
    digest: &Digest,
    locale: &Locale,
) -> anyhow::Result<DigestPage> {
    let (known, progress, plan) = gathered(app, newsletter, digest).await?;
    let (now, zone) = (app.clock.now(), zone_of(schedule));
    let standing = match &progress {
        Some(progress) => {
            let left = departures::of_digest(&app.db, digest.newsletter_id, digest.id).await?;
            let shown = standing(app, progress, &known, &zone, locale).await?;
            Some(Standing { departures: departed::line(&left, locale), ..shown })
        }
        None => None,
    };
    let line = line(digest, schedule, now, locale);
    Ok(DigestPage {
        audience: audience(digest, &known, locale),
        left: left(digest, progress.as_ref(), now, &zone, locale),
        leaves: leaves(digest, now, &zone, locale),
        note: digest.note.as_deref().map(|note| noted::words(note, locale)),
        warmup: plan.map(|plan| warmup::words(&plan, now, &zone, locale)),
        standing,
        parts: parts::of(app, digest).await?,
        buttons: act::buttons(digest, &known, locale),
        seen: act::seen(digest, known.revision),
        id: line.id,
        title: line.title,
        state: line.state,
        state_words: line.state_words,
        reason: line.reason,
        slot: line.slot,
    })
}

/// What acts ask of a digest.
///
/// # Errors
/// The database's.
pub async fn known(app: &App, newsletter: &Newsletter, digest: &Digest) -> anyhow::Result<Known> {
    Ok(gathered(app, newsletter, digest).await?.0)
}

/// Counted once: a digest of a million is read from a thousand packed rows.
async fn gathered(
    app: &App,
    newsletter: &Newsletter,
    digest: &Digest,
) -> anyhow::Result<(Known, Option<Progress>, Option<Plan>)> {
    let (mut known, mut progress) = (Known::default(), None);
    let plan = plan(app, newsletter, digest).await?;
    known.later = plan.as_ref().map_or(0, |plan| plan.readers - plan.running.map_or(0, |running| running.given));
    if digest.state == DigestState::Waiting {
        known.audience = sql::audience_shown(app, newsletter, digest.schedule_id).await?;
        known.revision = edit::sql::words(&app.db, digest.id).await?.revision;
    }
    if digest.released_at.is_some()
        && let Some((found, reasons)) = progress::shown(app, digest.id).await?
    {
        (known.counts, known.reasons) = (found.counts, reasons);
        progress = Some(found);
    }
    Ok((known, progress, plan))
}

/// How it leaves day by day; `None`: at once, or it has left.
async fn plan(app: &App, newsletter: &Newsletter, digest: &Digest) -> anyhow::Result<Option<Plan>> {
    if matches!(digest.state, DigestState::Finished | DigestState::Skipped | DigestState::Cancelled) {
        return Ok(None);
    }
    Ok(show::of_digest(app, newsletter, digest).await?)
}

fn zone_of(schedule: Option<&Schedule>) -> jiff::tz::TimeZone {
    schedule.map_or(jiff::tz::TimeZone::UTC, |schedule| zone(&schedule.zone))
}

/// A digest in the list.
pub fn line(digest: &Digest, schedule: Option<&Schedule>, now: Millis, locale: &Locale) -> Line {
    let reason = digest.reason.as_ref().map(|why| why.words(locale).into_owned());
    let (title, reason) = match (digest.subject.is_empty(), reason) {
        (true, Some(reason)) => (locale.format("digest-none", &[("reason", Value::Text(&reason))]), None),
        (true, None) => (locale.text("digest-untitled"), None),
        (false, reason) => (digest.subject.clone(), reason),
    };
    Line {
        id: digest.public_id.clone(),
        slot: when(digest.slot_at, now, &zone_of(schedule), locale),
        state: digest.state,
        state_words: state_words(digest.state, locale),
        title,
        reason,
        recipients: digest.recipients,
    }
}

fn audience(digest: &Digest, known: &Known, locale: &Locale) -> String {
    let counted = |key: &str, count: i64| locale.format(key, &[("count", Value::Count(count))]);
    match digest.state {
        DigestState::Waiting => counted("digest-would-go", known.audience),
        _ if digest.released_at.is_some() => counted("digest-goes", digest.recipients),
        _ => String::new(),
    }
}

/// A digest has left once a mail of it was accepted, or may have been.
fn left(
    digest: &Digest,
    progress: Option<&Progress>,
    now: Millis,
    zone: &jiff::tz::TimeZone,
    locale: &Locale,
) -> Option<String> {
    let at = when(digest.released_at?, now, zone, locale);
    let none = progress.is_some_and(|progress| progress.counts.accepted + progress.counts.uncertain == 0);
    let key = match digest.state {
        _ if !none => "digest-let-go",
        DigestState::Releasing | DigestState::Sending => "digest-being-sent",
        _ => "digest-none-left",
    };
    Some(locale.format(key, &[("at", Value::Text(&at))]))
}

fn leaves(digest: &Digest, now: Millis, zone: &jiff::tz::TimeZone, locale: &Locale) -> Option<Leaves> {
    let at = digest.leaves_at.filter(|_| digest.state == DigestState::Waiting)?;
    let time = locale.time(&timestamp(at).to_zoned(zone.clone()));
    // An hour that an editor has chosen may be days away.
    let soon = leave::is_on_its_way(digest) && at - now <= 2 * leave::WINDOW;
    let (key, seconds) =
        if soon { ("digest-leaves-soon", Some((at - now).max(0) / SECOND)) } else { ("digest-leaves", None) };
    let told = when(at, now, zone, locale);
    let words = [("time", Value::Text(&time)), ("when", Value::Text(&told))];
    Some(Leaves { words: locale.format(key, &words), seconds })
}

async fn standing(
    app: &App,
    progress: &Progress,
    known: &Known,
    zone: &jiff::tz::TimeZone,
    locale: &Locale,
) -> anyhow::Result<Standing> {
    let counts = &progress.counts;
    let (done, all) = (counts.done().to_string(), counts.recipients.to_string());
    let (refused, skipped) = (plain(&known.reasons.refused, locale), plain(&known.reasons.skipped, locale));
    let rows = [
        ("accepted", counts.accepted, Vec::new()),
        ("queued", counts.queued + counts.started, Vec::new()),
        ("deferred", counts.deferred, Vec::new()),
        ("refused", counts.refused, refused),
        ("skipped", counts.skipped, skipped),
        ("doubt", counts.uncertain, Vec::new()),
        ("twice", known.reasons.maybe_twice, Vec::new()),
    ];
    let shown = rows.into_iter().filter(|(name, count, _)| *name == "accepted" || *count > 0);
    Ok(Standing {
        done: counts.done(),
        all: counts.recipients,
        of: locale.format("progress-of", &[("done", Value::Text(&done)), ("all", Value::Text(&all))]),
        progress: super::progress(progress, locale),
        rows: shown
            .map(|(name, count, why)| Row { label: locale.text(&format!("digest-row-{name}")), count, why })
            .collect(),
        server: known.reasons.words.iter().map(|said| (said.count, format!("{} {}", said.code, said.words))).collect(),
        next_attempt: progress.next_attempt_at.map(|at| when(at, app.clock.now(), zone, locale)),
        alarm: if counts.open() > 0 { stands(app, locale).await?.map(|(words, _)| words) } else { None },
        departures: None,
    })
}

/// Reasons in plain words, each with how many.
fn plain(reasons: &BTreeMap<String, i64>, locale: &Locale) -> Vec<String> {
    let words = |code: &str| {
        let key = format!("digest-why-{code}");
        if locale.has(&key) { locale.text(&key) } else { code.to_owned() }
    };
    let said = |(code, count): (&String, &i64)| {
        locale.format("digest-why", &[("why", Value::Text(&words(code))), ("count", Value::Count(*count))])
    };
    reasons.iter().map(said).collect()
}
