//! A schedule in a reader's words: "every Monday at about 8:00".

use crate::clock;
use crate::i18n::{Locale, Value};
use crate::newsletters::{Every, Schedule};

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The rhythm, to stand inside a sentence.
pub fn words(schedule: &Schedule, locale: &Locale) -> String {
    let (hour, minute) = (schedule.at_minute / 60, schedule.at_minute % 60);
    let (hour, minute) = (hour.to_string(), format!("{minute:02}"));
    let time = locale.format("time-short", &[("hour", Value::Text(&hour)), ("minute", Value::Text(&minute))]);
    match schedule.every {
        Every::Post => locale.text("rhythm-post"),
        Every::Day => locale.format("rhythm-day", &[("time", Value::Text(&time))]),
        Every::Week => {
            let days = list(&days(schedule, locale), locale);
            locale.format("rhythm-week", &[("days", Value::Text(&days)), ("time", Value::Text(&time))])
        }
        Every::Month => locale.text("rhythm-month"),
    }
}

/// When the next digest is planned, `None` when that depends on the next post.
pub fn next(schedule: &Schedule, locale: &Locale) -> Option<String> {
    let due = clock::timestamp(schedule.next_due_at?);
    let zoned = due.in_tz(&schedule.zone).ok()?;
    let (date, time) = (locale.date(&zoned), locale.time(&zoned));
    Some(locale.format("next-digest", &[("date", Value::Text(&date)), ("time", Value::Text(&time))]))
}

fn days(schedule: &Schedule, locale: &Locale) -> Vec<String> {
    let chosen = schedule.days.split(',').map(str::trim);
    let numbers = chosen.filter_map(|day| DAYS.iter().position(|name| *name == day));
    numbers.map(|number| locale.text(&format!("weekday-{}", number + 1))).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;
    use crate::newsletters::settings::usual_rhythm;

    #[test]
    fn a_rhythm_reads_like_a_sentence() {
        let (fr, en) = (i18n::locale("fr"), i18n::locale("en"));
        let weekly = Schedule {
            every: Every::Week,
            days: "monday,thursday,friday".into(),
            at_minute: 485,
            ..usual_rhythm(1, 0)
        };
        assert_eq!(words(&weekly, fr), "chaque lundi, jeudi et vendredi vers 8\u{a0}h\u{a0}05");
        assert_eq!(words(&weekly, en), "every Monday, Thursday and Friday at about 8:05");
        let planned = Schedule { zone: "Europe/Paris".into(), next_due_at: Some(1_780_898_400_000), ..weekly };
        assert_eq!(next(&planned, fr).unwrap(), "Prochain envoi\u{202f}: lundi 8 juin 2026 vers 8\u{a0}h\u{a0}00.");
        let each = Schedule { every: Every::Post, next_due_at: None, ..planned };
        assert_eq!((words(&each, en).as_str(), next(&each, en)), ("with every new post", None));
    }
}
