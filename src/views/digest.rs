//! A digest: where it stands, why, what it holds, how its rows stand.
//!
//! In: rows. Out: [`DigestView`], which is its own JSON; [`facts`] and [`line()`], which people read.

pub mod act;
pub mod page;
pub mod parts;
pub mod sending;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::clock::{self, rfc3339};
use crate::digests::{Digest, content, noted};
use crate::i18n::{Locale, Value as Variable};
use crate::ledger::progress::{self, Counts, Progress, Reasons};
use crate::ledger::{DigestState, alarm};
use crate::mails::DigestContent;
use crate::newsletters::{self, Newsletter};
use crate::phrase;
use crate::reason::Why;
use crate::subscribers::departures::{self, Departures};
use parts::PartView;

use super::departures as departed;
use super::warmup::{self, PlanView};
use super::{Fact, Facts, count, outcome};

/// A digest.
#[derive(Clone, Debug, Serialize)]
pub struct DigestView {
    /// Its id outside.
    pub id: String,
    /// Whose: the slug.
    pub newsletter: String,
    /// On which rhythm: its number.
    pub schedule: usize,
    /// The planned instant it belongs to.
    pub slot_at: String,
    /// Where it stands.
    pub state: DigestState,
    /// Why skipped, paused, cancelled, or not rendered, in words.
    pub reason: Option<String>,
    /// The same for programs, see [`crate::reason`]; none for what an earlier version wrote in words alone.
    pub reason_code: Option<&'static str>,
    /// What the words hold besides, such as those of the mail server.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub reason_parameters: Map<String, Value>,
    /// What an editor should know besides.
    pub note: Option<String>,
    /// When it leaves by itself, while it waits for that.
    pub leaves_at: Option<String>,
    /// In the newsletter's own language.
    pub subject: String,
    /// Its posts, the lead first.
    pub posts: Vec<PostLine>,
    /// What some of its readers get instead of the whole; only where one digest is shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartView>,
    /// How many were eligible at its release.
    pub recipients: i64,
    /// Composed.
    pub created_at: String,
    /// Frozen.
    pub released_at: Option<String>,
    /// Its last row was done.
    pub finished_at: Option<String>,
    /// How it leaves day by day, as its sender warms up; only where one digest is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warmup: Option<PlanView>,
    /// How its rows stand; only where one digest is shown.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// How a digest's rows stand.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// Rows by state.
    pub counts: Counts,
    /// Why rows were not plainly accepted.
    pub reasons: Reasons,
    /// Mails a second since its release.
    pub rate: f64,
    /// Seconds until the last queued row is sent at this rate.
    pub seconds_left: Option<i64>,
    /// The next attempt for what is deferred.
    pub next_attempt_at: Option<String>,
    /// What keeps mail from leaving now, while there is some left to send.
    pub alarm: Option<String>,
    /// How many left by its mails, by the reason that they gave.
    pub departures: Vec<Departures>,
}

/// A post of a digest.
#[derive(Clone, Debug, Serialize)]
pub struct PostLine {
    /// Title.
    pub title: String,
    /// Where it stands.
    pub url: Option<String>,
}

/// A digest for a list, its reason in this language; `schedules` are the ids of the newsletter's rhythms in their order.
pub fn show(newsletter: &Newsletter, schedules: &[i64], digest: &Digest, locale: &Locale) -> DigestView {
    let number = schedules.iter().position(|id| *id == digest.schedule_id).map_or(0, |index| index + 1);
    DigestView {
        id: digest.public_id.clone(),
        newsletter: newsletter.slug.clone(),
        schedule: number,
        slot_at: rfc3339(digest.slot_at),
        state: digest.state,
        reason: digest.reason.as_ref().map(|why| why.words(locale).into_owned()),
        reason_code: digest.reason.as_ref().and_then(Why::code),
        reason_parameters: digest.reason.as_ref().map(Why::parameters).unwrap_or_default(),
        note: digest.note.as_deref().map(|note| noted::words(note, locale)),
        leaves_at: digest.leaves_at.filter(|_| digest.state == DigestState::Waiting).map(rfc3339),
        subject: digest.subject.clone(),
        posts: content::stored(digest).map(|content| lines(&content)).unwrap_or_default(),
        parts: Vec::new(),
        recipients: digest.recipients,
        created_at: rfc3339(digest.created_at),
        released_at: digest.released_at.map(rfc3339),
        finished_at: digest.finished_at.map(rfc3339),
        warmup: None,
        standing: None,
    }
}

/// The posts of a digest by title.
pub fn lines(content: &DigestContent) -> Vec<PostLine> {
    content.posts.iter().map(|post| PostLine { title: post.title.clone(), url: post.url.clone() }).collect()
}

/// Reads what belongs to one digest; once it is released, how its rows stand.
pub async fn in_full(
    app: &App,
    newsletter: &Newsletter,
    digest: &Digest,
    locale: &Locale,
) -> anyhow::Result<DigestView> {
    let mut view = show(newsletter, &schedule_ids(app, newsletter).await?, digest, locale);
    view.parts = parts::of(app, digest).await?;
    let schedule = newsletters::sql::schedule(&app.db, digest.schedule_id).await?;
    let zone = schedule.map_or(TimeZone::UTC, |schedule| clock::zone(&schedule.zone));
    view.warmup = warmup::of_digest(app, newsletter, digest, &zone, locale).await?;
    if digest.released_at.is_some()
        && let Some(progress) = progress::progress(app, digest.id, None).await?
    {
        view.standing = Some(Standing {
            counts: progress.counts,
            reasons: progress::reasons(app, digest.id).await?,
            rate: progress.rate,
            seconds_left: progress.seconds_left,
            next_attempt_at: progress.next_attempt_at.map(rfc3339),
            alarm: if progress.counts.open() > 0 { alarm::words(app, locale).await? } else { None },
            departures: departures::of_digest(&app.db, newsletter.id, digest.id).await?,
        });
    }
    Ok(view)
}

/// The ids of a newsletter's rhythms in the order of their numbers.
pub async fn schedule_ids(app: &App, newsletter: &Newsletter) -> sqlx::Result<Vec<i64>> {
    let schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    Ok(schedules.into_iter().map(|schedule| schedule.id).collect())
}

/// A digest in one line: id, slot, state, recipients, what it is or why it is none, and when it left.
pub fn line(shown: &DigestView, zone: &TimeZone, locale: &Locale) -> String {
    let what = match &shown.reason {
        Some(reason) if shown.subject.is_empty() => reason.clone(),
        Some(reason) => format!("{} ({reason})", shown.subject),
        None => shown.subject.clone(),
    };
    let left = shown.released_at.as_deref();
    let left = left.map(|at| format!("  ({})", locale.format("digest-line-left", &[("date", Variable::Text(at))])));
    let what = what + &left.unwrap_or_default();
    let (slot, what) = (phrase::retold(&shown.slot_at, zone), phrase::retold(&what, zone));
    let states = DigestState::ALL.iter().map(|state| state_words(*state, locale).chars().count());
    let (state, width) = (state_words(shown.state, locale), states.max().unwrap_or(0));
    format!("{}  {slot:<20}  {state:<width$}  {:>7}  {what}", shown.id, shown.recipients)
}

fn state_words(state: DigestState, locale: &Locale) -> String {
    locale.text(&format!("digest-state-{state}"))
}

/// The code of [`crate::reason::Reason::AddressesUnknown`]: an editor decides how it goes on.
const UNKNOWN: &str = "addresses-unknown";

/// All there is to know of a digest, instants on this clock.
pub fn facts(shown: &DigestView, zone: &TimeZone, locale: &Locale) -> Vec<Fact> {
    let mut facts = Facts::new(locale, zone);
    let number = shown.schedule.to_string();
    let which = [
        ("id", Variable::Text(&shown.id)),
        ("newsletter", Variable::Text(&shown.newsletter)),
        ("number", Variable::Text(&number)),
    ];
    facts.add("digest", &locale.format("digest-which", &which));
    facts.add("state", &state_words(shown.state, locale));
    facts.add_some("reason", shown.reason.as_deref());
    if shown.reason_code == Some(UNKNOWN) {
        let variables = [("newsletter", Variable::Text(&shown.newsletter)), ("id", Variable::Text(&shown.id))];
        facts.add("", &locale.format("digest-unknown-how", &variables));
    }
    facts.add_some("note", shown.note.as_deref());
    facts.add("slot", &shown.slot_at);
    facts.add_some("leaves", shown.leaves_at.as_deref());
    facts.add("subject", &shown.subject);
    for post in &shown.posts {
        facts.add("post", &format!("{}  {}", post.title, post.url.as_deref().unwrap_or_default()));
    }
    for part in &shown.parts {
        facts.add("part", &format!("{}: {}, {}", part.posts.join(" · "), part.readers, part.words(locale)));
    }
    facts.add_some("released", shown.released_at.as_deref());
    facts.add_some("finished", shown.finished_at.as_deref());
    facts.add_some("warmup", shown.warmup.as_ref().map(|plan| plan.words.as_str()));
    if let Some(standing) = &shown.standing {
        counts(&mut facts, standing);
        why(&mut facts, standing);
        facts.add_some("departures", departed::line(&standing.departures, locale).as_deref());
        if standing.counts.uncertain > 0 {
            doubt(&mut facts, shown);
        }
    }
    facts.lines
}

/// Rows by state, each with what is known of them.
fn counts(facts: &mut Facts<'_>, standing: &Standing) {
    let (counts, reasons, locale) = (&standing.counts, &standing.reasons, facts.locale);
    let grouped = |reasons: &BTreeMap<String, i64>| {
        let parts: Vec<String> =
            reasons.iter().map(|(reason, count)| format!("{} {count}", outcome(locale, reason))).collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    };
    facts.add("recipients", &counts.recipients.to_string());
    facts.add("accepted", &counts.accepted.to_string());
    for (name, count, more) in [
        ("queued", counts.queued, String::new()),
        ("started", counts.started, String::new()),
        ("later", counts.deferred, String::new()),
        ("refused", counts.refused, grouped(&reasons.refused)),
        ("skipped", counts.skipped, grouped(&reasons.skipped)),
        ("doubt", counts.uncertain, format!(" ({})", locale.text("digest-doubt"))),
        ("maybe-twice", reasons.maybe_twice, String::new()),
    ] {
        if count > 0 {
            facts.add(name, &format!("{count}{more}"));
        }
    }
}

/// What the mail server said, what keeps mails from leaving, how long it takes.
fn why(facts: &mut Facts<'_>, standing: &Standing) {
    for said in &standing.reasons.words {
        facts.add("server", &format!("{} × {} {}", said.count, said.code, said.words));
    }
    facts.add_some("next-attempt", standing.next_attempt_at.as_deref());
    facts.add_some("stands", standing.alarm.as_deref());
    if let Some(left) = standing.seconds_left {
        let rate = format!("{:.0}", standing.rate);
        let words = [("seconds", Variable::Count(left)), ("rate", Variable::Text(&rate))];
        facts.add("left", &facts.locale.format("digest-left", &words));
    }
}

/// What an editor can do about mails in doubt.
fn doubt(facts: &mut Facts<'_>, shown: &DigestView) {
    let names = [("newsletter", Variable::Text(&shown.newsletter)), ("id", Variable::Text(&shown.id))];
    if shown.state != DigestState::Cancelled {
        facts.add("", &facts.locale.format("digest-doubt-again", &names));
    }
    facts.add("", &facts.locale.format("digest-doubt-settle", &names));
}

/// How far a digest has come, in a few words.
pub fn progress(progress: &Progress, locale: &Locale) -> String {
    let counts = &progress.counts;
    let mut parts = vec![count(locale, "progress-accepted", counts.accepted)];
    let others = [
        ("progress-later", counts.deferred),
        ("progress-refused", counts.refused),
        ("progress-skipped", counts.skipped),
        ("progress-doubt", counts.uncertain),
    ];
    parts.extend(others.into_iter().filter(|(_, rows)| *rows > 0).map(|(key, rows)| count(locale, key, rows)));
    if progress.rate >= 0.1 {
        parts.push(format!("{:.0}/s", progress.rate));
    }
    if let Some(left) = progress.seconds_left {
        let left = span(Duration::from_secs(left.max(0) as u64), locale);
        parts.push(locale.format("progress-left", &[("span", Variable::Text(&left))]));
    }
    parts.join(", ")
}

/// About how long, in the largest unit of which it is two at least.
fn span(length: Duration, locale: &Locale) -> String {
    let seconds = length.as_secs() as i64;
    let units = [("span-days", 86_400), ("span-hours", 3_600), ("span-minutes", 60)];
    let (key, unit) = units.into_iter().find(|(_, unit)| seconds >= 2 * unit).unwrap_or(("span-seconds", 1));
    count(locale, key, (seconds + unit / 2) / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    #[test]
    fn progress_in_words() {
        let counts =
            Counts { recipients: 1000, accepted: 590, refused: 10, queued: 396, deferred: 4, ..Counts::default() };
        let mut now = Progress {
            state: "sending".to_owned(),
            counts,
            rate: 50.0,
            seconds_left: Some(8),
            next_attempt_at: None,
            at: 0,
        };
        let [english, french] = ["en", "fr"].map(i18n::locale);
        assert_eq!(progress(&now, english), "590 accepted, 4 later, 10 refused, 50/s, 8 seconds left");
        assert_eq!(progress(&now, french), "590 acceptés, 4 reportés, 10 refusés, 50/s, encore 8 secondes");
        (now.rate, now.seconds_left) = (0.0, None);
        assert_eq!(progress(&now, english), "590 accepted, 4 later, 10 refused");
    }

    #[test]
    fn spans_are_told_in_the_largest_unit_that_fits_twice() {
        let told = |seconds| span(Duration::from_secs(seconds), i18n::locale("en"));
        assert_eq!([0, 1, 119, 120, 150].map(told), ["0 seconds", "1 second", "119 seconds", "2 minutes", "3 minutes"]);
        assert_eq!([7_199, 7_200, 172_799, 172_800].map(told), ["120 minutes", "2 hours", "48 hours", "2 days"]);
    }
}
