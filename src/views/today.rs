//! How a newsletter stands today: how many read it, what leaves next and to whom, what became of the last slots, what is wrong.
//!
//! In: rows. Out: [`Today`], in the words of whoever reads. Met by the console's first page.

use jiff::tz::TimeZone;

use crate::app::App;
use crate::clock::{DAY, Millis, timestamp};
use crate::coded::Kept;
use crate::digests::posts;
use crate::digests::warmup::show;
use crate::digests::{self, Digest};
use crate::doctor::store;
use crate::feeds;
use crate::feeds::trouble::FeedTrouble;
use crate::i18n::{Locale, Value};
use crate::ledger::DigestState;
use crate::ledger::alarm::{self, Hurdle, Trouble};
use crate::newsletters::{self, Newsletter, Schedule};
use crate::subscribers;

use super::{doctor, warmup};

/// Slots that are shown.
const SLOTS: i64 = 5;
/// The time over which growth is told.
const GROWTH: Millis = 30 * DAY;

/// A newsletter's first page.
#[derive(Clone, Debug)]
pub struct Today {
    /// Confirmed now.
    pub confirmed: i64,
    /// Confirmed 30 days ago, as far as the people of then were not erased.
    pub before: i64,
    /// What each rhythm sends next.
    pub next: Vec<Next>,
    /// What leaves in slices, day by day: where to look closer.
    pub leaving: Vec<Wrong>,
    /// The last slots, the youngest first.
    pub slots: Vec<Slot>,
    /// What needs a person, the most urgent first.
    pub wrong: Vec<Wrong>,
}

/// What a rhythm sends next.
#[derive(Clone, Debug)]
pub struct Next {
    /// `Monday 8 June 2026, 8:00, in 2 days: 3 posts to 412 people`.
    pub words: String,
    /// Titles of the posts, the lead first.
    pub posts: Vec<String>,
    /// How many still rest when it is made and wait for the one after, in words.
    pub later: Option<String>,
    /// That it waits for the doctor, and in which slices it leaves.
    pub before: Vec<String>,
}

/// What became of a slot.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The digest's id outside.
    pub id: String,
    /// When it was planned.
    pub when: String,
    /// Where it stands.
    pub state: String,
    /// Its subject, or why there was none.
    pub what: String,
    /// To how many.
    pub recipients: i64,
}

/// Something that needs a person.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// What, and why.
    pub words: String,
    /// The page below the newsletter where something can be done.
    pub page: String,
    /// What to do there.
    pub action: String,
}

/// Reads it all. `schedules`: the newsletter's rhythms.
pub async fn today(
    app: &App,
    newsletter: &Newsletter,
    schedules: &[Schedule],
    zone: &TimeZone,
    locale: &Locale,
) -> anyhow::Result<Today> {
    let growth = subscribers::growth::growth(app, newsletter.id, app.clock.now() - GROWTH).await?;
    let mut next = Vec::new();
    for schedule in schedules {
        next.push(of_schedule(app, newsletter, schedule, locale).await?);
    }
    let digests = digests::sql::at_hand(&app.db, newsletter.id, SLOTS).await?;
    let open: Vec<Digest> = digests.iter().filter(|digest| is_open(digest)).cloned().collect();
    let slots = digests.iter().rev().take(SLOTS as usize);
    Ok(Today {
        confirmed: growth.now,
        before: growth.before,
        next,
        slots: slots.map(|digest| slot(digest, zone, locale)).collect(),
        wrong: wrong(app, newsletter, &open, zone, locale).await?,
        leaving: leaving(app, newsletter, open, zone, locale).await?,
    })
}

/// Whether a digest is not at its end.
fn is_open(digest: &Digest) -> bool {
    use DigestState::{Paused, Releasing, Sending, Waiting};
    matches!(digest.state, Waiting | Releasing | Sending | Paused)
}

/// An instant on the clock of a zone, and how far it is.
pub fn when(at: Millis, now: Millis, zone: &TimeZone, locale: &Locale) -> String {
    let zoned = timestamp(at).to_zoned(zone.clone());
    let today = timestamp(now).to_zoned(zone.clone()).date();
    let days = i64::from(today.until(zoned.date()).map_or(0, |span| span.get_days()));
    let (date, time) = (locale.date(&zoned), locale.time(&zoned));
    let far = locale.format("in-days", &[("days", Value::Count(days))]);
    let words = [("date", Value::Text(&date)), ("time", Value::Text(&time)), ("far", Value::Text(&far))];
    locale.format(if days >= 0 { "when-far" } else { "when" }, &words)
}

/// Digests that leave in slices, as their sender warms up.
async fn leaving(
    app: &App,
    newsletter: &Newsletter,
    open: Vec<Digest>,
    zone: &TimeZone,
    locale: &Locale,
) -> sqlx::Result<Vec<Wrong>> {
    let plans = show::plans(app, newsletter, open).await?;
    let running = plans.into_iter().filter(|(_, plan)| plan.running.is_some());
    let said = running.map(|(digest, plan)| {
        let slices = warmup::words(&plan, app.clock.now(), zone, locale);
        let words = [("subject", Value::Text(&digest.subject)), ("words", Value::Text(&slices))];
        Wrong {
            words: locale.format("today-slices", &words),
            page: format!("digests/{}", digest.public_id),
            action: locale.text("today-see-digest"),
        }
    });
    Ok(said.collect())
}

async fn of_schedule(app: &App, newsletter: &Newsletter, schedule: &Schedule, locale: &Locale) -> sqlx::Result<Next> {
    let leaves = !schedule.paused && !schedule.skip_next;
    let (all, found) = posts::titles(app, schedule).await?;
    let rest = all.iter().filter(|post| found.iter().all(|other| other.id != post.id)).count() as i64;
    let recipients = digests::sql::audience_shown(app, newsletter, schedule.id).await?;
    let zone = crate::clock::zone(&schedule.zone);
    let posts = locale.format("today-posts", &[("count", Value::Count(found.len() as i64))]);
    let people = locale.format("today-people", &[("count", Value::Count(recipients))]);
    let to = [("posts", Value::Text(&posts)), ("people", Value::Text(&people))];
    let what = match (found.is_empty(), leaves) {
        // Without a post there is nobody to name.
        (true, _) => posts.clone(),
        (false, true) => locale.format("today-to", &to),
        (false, false) => locale.format("today-for", &to),
    };
    let key = match schedule.next_due_at {
        _ if schedule.paused => "today-next-paused",
        Some(_) if schedule.skip_next => "today-next-skipped",
        Some(_) => "today-next",
        None => "today-next-post",
    };
    let before = warmup::before(app, newsletter, schedule.id, &zone, locale).await?;
    let due = schedule.next_due_at.map(|due| when(due, app.clock.now(), &zone, locale)).unwrap_or_default();
    let words = [("when", Value::Text(&due)), ("what", Value::Text(&what))];
    Ok(Next {
        words: capitalised(&locale.format(key, &words)),
        posts: found.into_iter().map(|post| post.title).collect(),
        later: (rest > 0).then(|| locale.format("today-later", &[("count", Value::Count(rest))])),
        before: if leaves { before.lines() } else { Vec::new() },
    })
}

/// As a sentence begins.
fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn slot(digest: &Digest, zone: &TimeZone, locale: &Locale) -> Slot {
    let zoned = timestamp(digest.slot_at).to_zoned(zone.clone());
    let (date, time) = (locale.date(&zoned), locale.time(&zoned));
    let reason = digest.reason.as_ref().map(|why| why.words(locale).into_owned());
    let what = match reason {
        Some(reason) if digest.subject.is_empty() => reason,
        Some(reason) => format!("{} ({reason})", digest.subject),
        None => digest.subject.clone(),
    };
    Slot {
        id: digest.public_id.clone(),
        when: capitalised(&locale.format("when", &[("date", Value::Text(&date)), ("time", Value::Text(&time))])),
        state: locale.text(&format!("digest-state-{}", digest.state)),
        what,
        recipients: digest.recipients,
    }
}

/// What keeps mail from leaving, for whoever does not know mail servers: what it means, then the words of the alarm; and whether a mail
/// server is what stands in the way.
///
/// # Errors
/// The database's.
pub async fn stands(app: &App, locale: &Locale) -> sqlx::Result<Option<(String, bool)>> {
    let Some((words, why)) = alarm::with_code(app, locale).await? else { return Ok(None) };
    let Some(Kept::Known(Trouble::Connection { why, .. })) = why else { return Ok(Some((words, false))) };
    let is_silent = matches!(why, Hurdle::Closed | Hurdle::Silent { .. } | Hurdle::Failed { .. });
    let key = if is_silent { "alarm-server-silent" } else { "alarm-server" };
    Ok(Some((locale.format(key, &[("words", Value::Text(&words))]), true)))
}

async fn wrong(
    app: &App,
    newsletter: &Newsletter,
    open: &[Digest],
    zone: &TimeZone,
    locale: &Locale,
) -> anyhow::Result<Vec<Wrong>> {
    let mut found = Vec::new();
    let mut say = |words: String, page: String, action: &str| {
        found.push(Wrong { words, page, action: locale.text(action) });
    };
    if newsletter.is_test() {
        say(locale.text("today-wrong-test"), "live".to_owned(), "today-go-live");
    }
    if let Some((words, at_server)) = stands(app, locale).await? {
        let (page, action) = if at_server { ("doctor", "today-see-doctor") } else { ("digests", "today-see-digests") };
        say(words, page.to_owned(), action);
    }
    for digest in open {
        let page = format!("digests/{}", digest.public_id);
        let reason = digest.reason.as_ref().map(|why| why.words(locale).into_owned()).unwrap_or_default();
        let words = [("subject", Value::Text(&digest.subject)), ("reason", Value::Text(&reason))];
        match digest.state {
            DigestState::Paused => say(locale.format("today-wrong-paused", &words), page, "today-see-digest"),
            DigestState::Waiting if digest.leaves_at.is_some() => {
                let at = when(digest.leaves_at.unwrap_or_default(), app.clock.now(), zone, locale);
                let words = [("subject", Value::Text(&digest.subject)), ("when", Value::Text(&at))];
                say(locale.format("today-leaving", &words), page, "today-see-digest");
            }
            DigestState::Waiting => say(locale.format("today-wrong-waiting", &words), page, "today-decide-digest"),
            _ => {}
        }
    }
    for feed in newsletters::sql::feeds(&app.db, newsletter.id).await? {
        if let (Some(_), Some(error)) = (feed.failing_since, &feed.last_error) {
            let error = Kept::<FeedTrouble>::read(error).words(locale).into_owned();
            let words = [("feed", Value::Text(&feed.url)), ("error", Value::Text(&error))];
            say(locale.format("today-wrong-feed", &words), "settings".to_owned(), "today-see-feeds");
        }
    }
    let faults = store::of(app, newsletter.id).await?.faults();
    if !faults.is_empty() {
        let checks = doctor::named(&faults, locale);
        let words = locale.format("today-wrong-doctor", &[("checks", Value::Text(&checks))]);
        say(words, "doctor".to_owned(), "today-see-doctor");
    }
    let held = feeds::sql::count_held(&app.db, newsletter.id, 100).await?;
    if held > 0 {
        let count = [("count", Value::Count(held))];
        say(locale.format("today-wrong-held", &count), "posts".to_owned(), "today-see-posts");
    }
    for words in letters(app, newsletter, zone, locale).await? {
        say(words, "subscribers".to_owned(), "today-see-subscribers");
    }
    Ok(found)
}

/// Letters to people who signed up that wait, by what becomes of them: those that are due, and those that a limit holds back.
async fn letters(app: &App, newsletter: &Newsletter, zone: &TimeZone, locale: &Locale) -> sqlx::Result<Vec<String>> {
    let now = app.clock.now();
    let letters = newsletters::sql::held(&app.db, newsletter.id, now).await?;
    let mut said = Vec::new();
    if letters.due > 0 {
        said.push(locale.format("today-letters-due", &[("count", Value::Count(letters.due))]));
    }
    if letters.count > letters.due {
        let at = when(letters.last_at.unwrap_or_default(), now, zone, locale);
        let words = [("count", Value::Count(letters.count - letters.due)), ("when", Value::Text(&at))];
        said.push(locale.format("today-wrong-letters", &words));
    }
    Ok(said)
}
