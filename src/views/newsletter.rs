//! A newsletter with its rhythms and feeds.
//!
//! In: rows. Out: [`NewsletterView`], which is its own JSON, and [`rhythm`], the sentence for a schedule.

use serde::Serialize;

use crate::app::App;
use crate::clock::rfc3339;
use crate::coded::Kept;
use crate::feeds::trouble::FeedTrouble;
use crate::i18n::Locale;
use crate::ledger::hold;

use crate::newsletters::recurrence::Days;
use crate::newsletters::{Approval, Every, Listed, Newsletter, Schedule, sql};

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
    /// Confirmed subscribers.
    pub confirmed: i64,
    /// Sign-ups whose letter a limit of `[signup]` holds back.
    pub held: i64,
    /// When the last of those letters is sent, as planned now.
    pub held_until: Option<String>,
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
    let (held, held_until) = sql::held(&app.db, newsletter.id).await?;
    let schedules = schedules.iter().enumerate().map(|(index, found)| schedule(index + 1, found)).collect();
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
    let held_until = held_until.map(rfc3339);
    let why_held = hold::state(app).await?.map(|found| hold::why(&found).words(locale).into_owned());
    Ok(NewsletterView { held, held_until, hold: why_held, ..show(newsletter, confirmed, schedules, feeds.collect()) })
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
        confirmed,
        held: 0,
        held_until: None,
        schedules,
        feeds,
        created_at: rfc3339(newsletter.created_at),
        hold: None,
    }
}

/// A rhythm's view under its number.
pub fn schedule(number: usize, schedule: &Schedule) -> ScheduleView {
    ScheduleView {
        number,
        every: schedule.every,
        on: schedule.days.clone(),
        at: (schedule.every != Every::Post).then(|| time_of_day(schedule)),
        zone: schedule.zone.clone(),
        approval: schedule.approval,
        paused: schedule.paused,
        skip_next: schedule.skip_next,
        next_due_at: schedule.next_due_at.map(rfc3339),
        words: rhythm(schedule),
    }
}

/// The sentence for a schedule, such as `every Monday and Thursday at 08:00 (Europe/Paris)`.
pub fn rhythm(schedule: &Schedule) -> String {
    let days = match Days::parse(schedule.every, &schedule.days) {
        Ok(None) | Err(_) => return "each post, as soon as it has settled".to_owned(),
        Ok(Some(days)) => day_words(&days),
    };
    format!("{days} at {} ({})", time_of_day(schedule), schedule.zone)
}

fn day_words(days: &Days) -> String {
    match days {
        Days::All => "every day".to_owned(),
        Days::Week(days) => {
            let names: Vec<String> = days.iter().map(|day| format!("{day:?}")).collect();
            format!("every {}", and(&names))
        }
        Days::Month(day @ 29..) => format!("every month on day {day} (or its last day)"),
        Days::Month(day) => format!("every month on day {day}"),
        Days::MonthLast => "every month on its last day".to_owned(),
        Days::Nth(-1, day) => format!("every month on its last {day:?}"),
        Days::Nth(nth, day) => {
            let nth = ["first", "second", "third", "fourth"].get((*nth as usize).saturating_sub(1)).unwrap_or(&"");
            format!("every month on its {nth} {day:?}")
        }
    }
}

fn and(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
        [] => String::new(),
    }
}

fn time_of_day(schedule: &Schedule) -> String {
    format!("{:02}:{:02}", schedule.at_minute / 60, schedule.at_minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newsletters::settings::{Rhythm, apply_rhythm, usual_rhythm};

    #[test]
    fn sentences() {
        let cases = [
            (Every::Post, None, "each post, as soon as it has settled"),
            (Every::Day, None, "every day at 08:00 (Europe/Paris)"),
            (Every::Week, Some("thursday,monday"), "every Monday and Thursday at 08:00 (Europe/Paris)"),
            (Every::Month, Some("31"), "every month on day 31 (or its last day) at 08:00 (Europe/Paris)"),
            (Every::Month, Some("last"), "every month on its last day at 08:00 (Europe/Paris)"),
            (Every::Month, Some("2 tuesday"), "every month on its second Tuesday at 08:00 (Europe/Paris)"),
            (Every::Month, Some("last friday"), "every month on its last Friday at 08:00 (Europe/Paris)"),
        ];
        for (every, on, sentence) in cases {
            let zone = Some("Europe/Paris".to_owned());
            let typed = Rhythm { every: Some(every), on: on.map(str::to_owned), zone, ..Rhythm::default() };
            assert_eq!(rhythm(&apply_rhythm(usual_rhythm(1, 0), &typed, 0).unwrap()), sentence);
        }
    }
}
