//! A schedule in words, the same for visitors, editors and the command line.
//!
//! In: a [`Schedule`] and a language. Out: "every Monday and Thursday", with the time of day to the minute and its zone for editors
//! ([`exact`]), or about it for readers ([`rhythm`]); its next dates, with a word where the clocks change ([`next_dates`]).

use jiff::Zoned;
use jiff::civil::Weekday;

use crate::clock::{self, Millis};
use crate::i18n::{Locale, Value};

use super::recurrence::{Days, next_after};
use super::{Every, Schedule};

/// The rhythm, to stand inside a reader's sentence: "every Monday at about 8:00".
pub fn rhythm(schedule: &Schedule, locale: &Locale) -> String {
    with_time("rhythm-about", schedule, locale)
}

/// The rhythm as an editor set it: "every Monday at 8:00 (Europe/Paris)".
pub fn exact(schedule: &Schedule, locale: &Locale) -> String {
    with_time("rhythm-exact", schedule, locale)
}

fn with_time(key: &str, schedule: &Schedule, locale: &Locale) -> String {
    let Ok(Some(days)) = Days::parse(schedule.every, &schedule.days) else { return locale.text("rhythm-post") };
    let (days, time) = (days_in_words(&days, locale), time_of_day(schedule, locale));
    let variables =
        [("days", Value::Text(&days)), ("time", Value::Text(&time)), ("zone", Value::Text(schedule.zone.as_str()))];
    locale.format(key, &variables)
}

/// "every Monday and Thursday".
fn days_in_words(days: &Days, locale: &Locale) -> String {
    let say = |key: &str, name: &str, value: &str| locale.format(key, &[(name, Value::Text(value))]);
    match days {
        Days::All => locale.text("rhythm-days-all"),
        Days::Week(days) => {
            let names: Vec<String> = days.iter().map(|day| weekday(*day, locale)).collect();
            say("rhythm-days-week", "days", &list(&names, locale))
        }
        Days::Month(1) => locale.text("rhythm-days-first"),
        Days::Month(day @ 29..) => say("rhythm-days-month-end", "day", &day.to_string()),
        Days::Month(day) => say("rhythm-days-month", "day", &day.to_string()),
        Days::MonthLast => locale.text("rhythm-days-last"),
        Days::Nth(nth, day) => {
            let nth = if *nth < 0 { "last".to_owned() } else { nth.to_string() };
            let (nth, day) = (locale.text(&format!("ordinal-{nth}")), weekday(*day, locale));
            locale.format("rhythm-days-nth", &[("nth", Value::Text(&nth)), ("weekday", Value::Text(&day))])
        }
    }
}

/// "Monday".
pub fn weekday(day: Weekday, locale: &Locale) -> String {
    locale.text(&format!("weekday-{}", day.to_monday_one_offset()))
}

fn time_of_day(schedule: &Schedule, locale: &Locale) -> String {
    let (hour, minute) = ((schedule.at_minute / 60).to_string(), format!("{:02}", schedule.at_minute % 60));
    locale.format("time-short", &[("hour", Value::Text(&hour)), ("minute", Value::Text(&minute))])
}

fn list(items: &[String], locale: &Locale) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => {
            let first = first.join(", ");
            locale.format("list-and", &[("first", Value::Text(&first)), ("last", Value::Text(last))])
        }
    }
}

/// When the next digest is planned, in a reader's sentence; `None` when that depends on the next post.
pub fn next(schedule: &Schedule, locale: &Locale) -> Option<String> {
    let due = zoned(schedule, schedule.next_due_at?);
    let (date, time) = (locale.date(&due), locale.time(&due));
    Some(locale.format("next-digest", &[("date", Value::Text(&date)), ("time", Value::Text(&time))]))
}

/// A slot to come, on the schedule's own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextDate {
    /// When.
    pub at: Millis,
    /// "Monday 8 June 2026, 8:00".
    pub words: String,
    /// What happens to the clocks between the date before (or now) and this one, if anything does.
    pub note: Option<String>,
}

/// The next slots after `now`: so many, fewer only for a rhythm without slots.
pub fn next_dates(schedule: &Schedule, now: Millis, count: usize, locale: &Locale) -> Vec<NextDate> {
    let due = schedule.next_due_at.filter(|due| *due > now).or_else(|| next_after(schedule, now));
    let slots = std::iter::successors(due, |last| next_after(schedule, *last)).take(count);
    let mut before = zoned(schedule, now);
    slots
        .map(|at| {
            let here = zoned(schedule, at);
            let (date, time) = (locale.date(&here), locale.time(&here));
            let words = locale.format("date-and-time", &[("date", Value::Text(&date)), ("time", Value::Text(&time))]);
            let note = clocks(&before, &here, locale);
            before = here;
            NextDate { at, words, note }
        })
        .collect()
}

/// What the clocks do between two instants, when they differ at the end.
fn clocks(from: &Zoned, to: &Zoned, locale: &Locale) -> Option<String> {
    let moved = to.offset().seconds() - from.offset().seconds();
    let key = match moved {
        0 => return None,
        1.. => "clocks-forward",
        _ => "clocks-back",
    };
    let (minutes, time) = (i64::from(moved.abs() / 60), locale.time(to));
    Some(locale.format(key, &[("minutes", Value::Count(minutes)), ("time", Value::Text(&time))]))
}

fn zoned(schedule: &Schedule, at: Millis) -> Zoned {
    clock::timestamp(at).to_zoned(clock::zone(&schedule.zone))
}

/// How often, as a choice in a form: "week".
pub fn every(every: Every, locale: &Locale) -> String {
    locale.text(&format!("every-{every}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;
    use crate::newsletters::settings::{Rhythm, apply_rhythm, usual_rhythm};

    fn schedule(every: Every, on: Option<&str>, at: Option<&str>) -> Schedule {
        let zone = Some("Europe/Paris".to_owned());
        let (on, at) = (on.map(str::to_owned), at.map(str::to_owned));
        apply_rhythm(usual_rhythm(1, 0), &Rhythm { every: Some(every), on, at, zone, ..Rhythm::default() }, 0).unwrap()
    }

    #[test]
    fn sentences_of_an_editor() {
        let cases = [
            (Every::Post, None, "with every new post", "à chaque nouveau billet"),
            (Every::Day, None, "every day at 8:00 (Europe/Paris)", "chaque jour à 8 h 00 (Europe/Paris)"),
            (
                Every::Week,
                Some("thursday,monday"),
                "every Monday and Thursday at 8:00 (Europe/Paris)",
                "chaque lundi et jeudi à 8 h 00 (Europe/Paris)",
            ),
            (
                Every::Month,
                Some("31"),
                "every month on day 31 (or its last day) at 8:00 (Europe/Paris)",
                "chaque mois le 31 (ou le dernier jour) à 8 h 00 (Europe/Paris)",
            ),
            (
                Every::Month,
                Some("1"),
                "every month on its first day at 8:00 (Europe/Paris)",
                "chaque mois le 1er à 8 h 00 (Europe/Paris)",
            ),
            (
                Every::Month,
                Some("last"),
                "every month on its last day at 8:00 (Europe/Paris)",
                "chaque mois le dernier jour à 8 h 00 (Europe/Paris)",
            ),
            (
                Every::Month,
                Some("2 tuesday"),
                "every month on its second Tuesday at 8:00 (Europe/Paris)",
                "chaque mois le deuxième mardi à 8 h 00 (Europe/Paris)",
            ),
            (
                Every::Month,
                Some("last friday"),
                "every month on its last Friday at 8:00 (Europe/Paris)",
                "chaque mois le dernier vendredi à 8 h 00 (Europe/Paris)",
            ),
        ];
        for (every, on, en, fr) in cases {
            let schedule = schedule(every, on, None);
            assert_eq!(exact(&schedule, i18n::locale("en")), en);
            assert_eq!(exact(&schedule, i18n::locale("fr")).replace('\u{a0}', " "), fr);
        }
    }

    #[test]
    fn a_rhythm_reads_like_a_sentence() {
        let (fr, en) = (i18n::locale("fr"), i18n::locale("en"));
        let weekly = schedule(Every::Week, Some("monday,thursday,friday"), Some("8:05"));
        assert_eq!(rhythm(&weekly, fr), "chaque lundi, jeudi et vendredi vers 8\u{a0}h\u{a0}05");
        assert_eq!(rhythm(&weekly, en), "every Monday, Thursday and Friday at about 8:05");
        let planned = Schedule { next_due_at: Some(1_780_898_400_000), ..weekly };
        assert_eq!(next(&planned, fr).unwrap(), "Prochain envoi\u{202f}: lundi 8 juin 2026 vers 8\u{a0}h\u{a0}00.");
        let each = Schedule { every: Every::Post, next_due_at: None, ..planned };
        assert_eq!((rhythm(&each, en).as_str(), next(&each, en)), ("with every new post", None));
        assert_eq!(next_dates(&each, 0, 3, en), []);
    }

    #[test]
    fn the_next_dates_say_when_the_clocks_change_between() {
        let en = i18n::locale("en");
        let weekly = schedule(Every::Week, Some("monday"), None);
        // Tuesday 2026-10-20: Paris goes back on Sunday the 25th.
        let dates = next_dates(&Schedule { next_due_at: None, ..weekly }, 1_792_454_400_000, 3, en);
        let words: Vec<&str> = dates.iter().map(|date| date.words.as_str()).collect();
        assert_eq!(
            words,
            ["Monday 26 October 2026, 8:00", "Monday 2 November 2026, 8:00", "Monday 9 November 2026, 8:00"]
        );
        assert!(dates[0].note.as_ref().unwrap().contains("60 minutes"), "{:?}", dates[0].note);
        assert_eq!((&dates[1].note, &dates[2].note), (&None, &None));
        // The hour that is missing: 2:30 is 3:00 on that day.
        let daily = schedule(Every::Day, None, Some("2:30"));
        let dates = next_dates(&Schedule { next_due_at: None, ..daily }, 1_774_700_000_000, 2, en);
        assert!(dates[0].words.ends_with("3:00") && dates[0].note.is_some(), "{dates:?}");
        assert!(dates[1].words.ends_with("2:30") && dates[1].note.is_none(), "{dates:?}");
    }
}
