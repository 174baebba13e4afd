//! A newsletter with its rhythms and feeds.
//!
//! In: rows. Out: [`NewsletterView`], which is its own JSON, and [`facts`], its labelled lines.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::app::App;
use crate::clock::{self, rfc3339};
use crate::coded::Kept;
use crate::feeds::Feed;
use crate::feeds::trouble::FeedTrouble;
use crate::i18n::{Locale, Value};
use crate::ledger::hold;
use crate::newsletters::{Approval, Every, KEPT, Listed, Mode, Newsletter, Schedule, Visibility, sql, words};
use crate::phrase;

use super::{Fact, Facts, count, feed as feed_view};

/// A newsletter with its rhythms and feeds.
#[derive(Clone, Debug, Serialize)]
pub struct NewsletterView {
    /// Name in URLs and commands.
    pub slug: String,
    /// Title.
    pub name: String,
    /// Sender's name.
    pub from_name: String,
    /// Sender's address.
    pub from_address: String,
    /// Address for replies.
    pub reply_to: Option<String>,
    /// Default language.
    pub language: String,
    /// The blog.
    pub site_url: Option<String>,
    /// For the form page.
    pub description: String,
    /// For the footer.
    pub postal: String,
    /// Whether the home page shows it: `yes`, `no`, or `alone` (while no other newsletter may be shown).
    pub listed: Listed,
    /// Whether the settings of other newsletters' readers offer it.
    pub in_preferences: bool,
    /// `live`, or `test`: then its mails go to its editor alone.
    pub mode: Mode,
    /// A picture above each digest.
    pub logo_url: Option<String>,
    /// `#rrggbb` of buttons and links.
    pub colour: Option<String>,
    /// Words at the foot of each digest.
    pub footer: String,
    /// Who may read on the web what was sent: `public`, `link` (whoever has a page's address), `off`.
    pub archive: Visibility,
    /// When it is removed for good, once it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<String>,
    /// Confirmed subscribers.
    pub confirmed: i64,
    /// Sign-ups whose letter a limit of `[signup]` holds back.
    pub held: i64,
    /// When the last of those letters is sent, as planned now.
    pub held_until: Option<String>,
    /// Those of them that leave within a minute: nothing holds them back any more.
    #[serde(skip)]
    pub held_due: i64,
    /// Sign-ups and imported people whose letter waits for the newsletter to go live.
    pub until_live: i64,
    /// Its rhythms, numbered from 1.
    pub schedules: Vec<ScheduleView>,
    /// Its feeds.
    pub feeds: Vec<FeedView>,
    /// Since when.
    pub created_at: String,
    /// Why sending is held, when it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
}

/// A rhythm.
#[derive(Clone, Debug, Serialize)]
pub struct ScheduleView {
    /// How commands and the API name it: 1 is the first.
    pub number: usize,
    /// How often.
    pub every: Every,
    /// Which days.
    pub on: String,
    /// `HH:MM`; `None` for each post.
    pub at: Option<String>,
    /// IANA time zone.
    pub zone: String,
    /// Who lets a digest go.
    pub approval: Approval,
    /// Whether it is paused.
    pub paused: bool,
    /// When it wakes by itself.
    pub paused_until: Option<String>,
    /// Whether the next slot is skipped.
    pub skip_next: bool,
    /// The next slot.
    pub next_due_at: Option<String>,
    /// The sentence for it.
    pub words: String,
}

/// A feed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FeedView {
    /// Address.
    pub url: String,
    /// The feed's own title.
    pub title: String,
    /// Last read.
    pub polled_at: Option<String>,
    /// Why it could not be read the last time.
    pub last_error: Option<String>,
    /// Since when it cannot be read.
    pub failing_since: Option<String>,
    /// Where its server permanently redirects to.
    pub moved_to: Option<String>,
    /// Since when it has done so.
    pub moved_since: Option<String>,
    /// Its address before the last move.
    pub moved_from: Option<String>,
    /// A warning about the last reading.
    pub warning: Option<String>,
}

/// Reads what belongs to a newsletter; why everything is held, in this language.
pub async fn newsletter(app: &App, newsletter: &Newsletter, locale: &Locale) -> sqlx::Result<NewsletterView> {
    let schedules = sql::schedules(&app.db, newsletter.id).await?;
    let feeds = sql::feeds(&app.db, newsletter.id).await?;
    let confirmed = sql::confirmed(&app.db, newsletter.id).await?;
    let letters = sql::held(&app.db, newsletter.id, app.clock.now()).await?;
    let schedules = schedules.iter().enumerate().map(|(index, found)| schedule(index + 1, found, locale)).collect();
    let trouble = |stored: &str| Kept::<FeedTrouble>::read(stored).words(locale).into_owned();
    let feeds = feeds.into_iter().map(|feed| FeedView {
        url: feed.url,
        title: feed.title,
        polled_at: feed.polled_at.map(rfc3339),
        last_error: feed.last_error.as_deref().map(trouble),
        failing_since: feed.failing_since.map(rfc3339),
        moved_to: feed.moved_to,
        moved_since: feed.moved_since.map(rfc3339),
        moved_from: feed.moved_from,
        warning: feed.warning.as_deref().map(trouble),
    });
    let until_live = sql::until_live(&app.db, newsletter.id).await?;
    let why_held = hold::state(app).await?.map(|found| hold::why(&found).words(locale).into_owned());
    Ok(NewsletterView {
        held: letters.count,
        held_until: letters.last_at.map(rfc3339),
        held_due: letters.due,
        until_live,
        hold: why_held,
        ..show(newsletter, confirmed, schedules, feeds.collect())
    })
}

/// Puts a newsletter's view together.
pub fn show(
    newsletter: &Newsletter,
    confirmed: i64,
    schedules: Vec<ScheduleView>,
    feeds: Vec<FeedView>,
) -> NewsletterView {
    let newsletter = newsletter.clone();
    NewsletterView {
        slug: newsletter.slug,
        name: newsletter.name,
        from_name: newsletter.from_name,
        from_address: newsletter.from_address,
        reply_to: newsletter.reply_to,
        language: newsletter.language,
        site_url: newsletter.site_url,
        description: newsletter.description,
        postal: newsletter.postal,
        listed: newsletter.listed,
        in_preferences: newsletter.in_preferences,
        mode: newsletter.mode,
        logo_url: newsletter.logo_url,
        colour: newsletter.colour,
        footer: newsletter.footer,
        archive: newsletter.archive,
        removed_at: newsletter.deleted_at.map(|at| rfc3339(at + KEPT)),
        confirmed,
        held: 0,
        held_until: None,
        held_due: 0,
        until_live: 0,
        schedules,
        feeds,
        created_at: rfc3339(newsletter.created_at),
        hold: None,
    }
}

/// A rhythm's view under its number, its sentence in this language.
pub fn schedule(number: usize, schedule: &Schedule, locale: &Locale) -> ScheduleView {
    ScheduleView {
        number,
        every: schedule.every,
        on: schedule.days.clone(),
        at: (schedule.every != Every::Post).then(|| time_of_day(schedule)),
        zone: schedule.zone.clone(),
        approval: schedule.approval,
        paused: schedule.paused,
        paused_until: schedule.paused_until.map(rfc3339),
        skip_next: schedule.skip_next,
        next_due_at: schedule.next_due_at.map(rfc3339),
        words: words::exact(schedule, locale),
    }
}

fn time_of_day(schedule: &Schedule) -> String {
    format!("{:02}:{:02}", schedule.at_minute / 60, schedule.at_minute % 60)
}

/// Its lines; times that are not a schedule's own in this zone. `feeds`: its rows, for what is to be said of them.
pub fn facts(shown: &NewsletterView, feeds: &[Feed], zone: &TimeZone, locale: &Locale) -> Vec<Fact> {
    let mut facts = Facts::new(locale, zone);
    facts.add("newsletter", &format!("{} ({})", shown.name, shown.slug));
    if let Some(at) = &shown.removed_at {
        facts.add("deleted", &say(locale, "newsletter-removed-at", "date", at));
    }
    facts.add("from", &format!("{} <{}>", shown.from_name, shown.from_address));
    facts.add_some("reply-to", shown.reply_to.as_deref());
    facts.add("language", &shown.language);
    facts.add_some("site", shown.site_url.as_deref());
    facts.add("description", &shown.description);
    facts.add("postal", &shown.postal);
    facts.add("listed", &locale.text(&format!("listed-{}", shown.listed)));
    if shown.in_preferences {
        facts.add("in-preferences", &locale.text("in-preferences-yes"));
    }
    facts.add_some("logo", shown.logo_url.as_deref());
    facts.add_some("colour", shown.colour.as_deref());
    facts.add("footer", &shown.footer);
    facts.add("archive", &locale.text(&format!("archive-{}", shown.archive)));
    facts.add("mode", &locale.text(&format!("mode-{}", shown.mode)));
    facts.add("subscribers", &count(locale, "count-confirmed", shown.confirmed));
    if shown.held_due > 0 {
        facts.add("sign-ups", &count(locale, "newsletter-held-due", shown.held_due));
    }
    let later = shown.held - shown.held_due;
    if let Some(until) = shown.held_until.as_deref().filter(|_| later > 0) {
        let variables = [("count", Value::Count(later)), ("date", Value::Text(until))];
        facts.add("sign-ups", &locale.format("newsletter-held", &variables));
    }
    if shown.until_live > 0 {
        facts.add("sign-ups", &count(locale, "newsletter-until-live", shown.until_live));
    }
    if let Some(why) = &shown.hold {
        facts.add("held", &say(locale, "newsletter-on-hold", "why", why));
    }
    for schedule in &shown.schedules {
        facts.add("schedule", &in_words(schedule, locale));
    }
    for feed in &shown.feeds {
        let unread =
            if feed.polled_at.is_none() { format!("  ({})", locale.text("feed-not-read")) } else { String::new() };
        facts.add("feed", &format!("{}{unread}", feed.url));
        let row = feeds.iter().find(|row| row.url == feed.url);
        for remark in row.map(|row| feed_view::remarks(row, zone, locale)).unwrap_or_default() {
            facts.add("", &remark);
        }
    }
    facts.lines
}

fn say(locale: &Locale, key: &str, name: &str, value: &str) -> String {
    locale.format(key, &[(name, Value::Text(value))])
}

/// A schedule on one line, its times on its own clock.
fn in_words(schedule: &ScheduleView, locale: &Locale) -> String {
    let zone = clock::zone(&schedule.zone);
    let approval = locale.text(&format!("approval-{}", schedule.approval));
    let mut words = vec![format!("{}. {}", schedule.number, schedule.words), approval];
    match (schedule.paused, &schedule.paused_until) {
        (true, Some(until)) => words.push(say(locale, "schedule-paused-until", "date", &phrase::retold(until, &zone))),
        (true, None) => words.push(locale.text("schedule-paused")),
        (false, _) => {}
    }
    if schedule.skip_next {
        words.push(locale.text("schedule-skips"));
    }
    if let Some(next) = schedule.next_due_at.as_deref().and_then(|at| on_clock(at, &zone, locale)) {
        words.push(say(locale, "schedule-next", "date", &next));
    }
    words.join(", ")
}

/// A stored instant on the clock of a zone, in words.
pub fn on_clock(instant: &str, zone: &TimeZone, locale: &Locale) -> Option<String> {
    let at = instant.parse::<jiff::Timestamp>().ok()?.to_zoned(zone.clone());
    let (date, time) = (locale.date(&at), locale.time(&at));
    Some(locale.format("date-and-time", &[("date", Value::Text(&date)), ("time", Value::Text(&time))]))
}
