//! Computes when a schedule is next due: a pure function on `jiff` zones. No cron strings, no clock.
//!
//! In: a [`Schedule`] (or the words an owner typed) and an instant. Out: the first slot after it. Slots are reckoned in
//! the schedule's own zone, so 8:00 stays 8:00 over a change of the clocks. An hour that the clocks skip becomes the first
//! valid instant after it; an hour that comes twice counts once, at its first pass. Met by `digests::schedule`.

use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

use crate::clock::{Millis, timestamp};

use super::wrong::Wrong;
use super::{Every, Schedule};

/// Days looked at before giving up: the longest way between two slots is a month of 31 days, and a day that a zone lacks.
const HORIZON_DAYS: usize = 70;

/// The days of a rhythm; [`Every::Post`] has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Days {
    /// Every day.
    All,
    /// These days of each week, Monday first, each once.
    Week(Vec<Weekday>),
    /// This day of each month, 1 to 31; in a shorter month its last day.
    Month(i8),
    /// The last day of each month.
    MonthLast,
    /// The n-th such weekday of each month, 1 to 4, or -1 for the last.
    Nth(i8, Weekday),
}

impl Days {
    /// Reads `schedule.days`, or the words that an owner typed after `--on`. `None` for [`Every::Post`].
    ///
    /// # Errors
    /// When the words do not fit the rhythm.
    pub fn parse(every: Every, on: &str) -> Result<Option<Self>, Wrong> {
        let on = on.trim().to_ascii_lowercase();
        match every {
            Every::Post | Every::Day if !on.is_empty() => Err(Wrong::NoDays { every }),
            Every::Post => Ok(None),
            Every::Day => Ok(Some(Self::All)),
            Every::Week => Self::week(&on).map(Some),
            Every::Month => Self::month(&on).map(Some),
        }
    }

    fn week(on: &str) -> Result<Self, Wrong> {
        if on.is_empty() {
            return Err(Wrong::NoWeekday);
        }
        let mut days = on.split(',').map(|word| weekday(word.trim())).collect::<Result<Vec<_>, _>>()?;
        days.sort_by_key(|day| day.to_monday_zero_offset());
        days.dedup();
        Ok(Self::Week(days))
    }

    fn month(on: &str) -> Result<Self, Wrong> {
        let wrong = || Wrong::MonthDay { typed: on.to_owned() };
        let mut words = on.split_whitespace();
        let (first, second) = (words.next().ok_or_else(wrong)?, words.next());
        if words.next().is_some() {
            return Err(wrong());
        }
        match (first, second) {
            ("last", None) => Ok(Self::MonthLast),
            ("last", Some(day)) => Ok(Self::Nth(-1, weekday(day)?)),
            (number, None) => match number.parse() {
                Ok(day @ 1..=31) => Ok(Self::Month(day)),
                _ => Err(wrong()),
            },
            (number, Some(day)) => match number.parse() {
                Ok(nth @ 1..=4) => Ok(Self::Nth(nth, weekday(day)?)),
                _ => Err(wrong()),
            },
        }
    }

    /// Whether this civil day is one of them.
    fn contains(&self, date: Date) -> bool {
        match self {
            Self::All => true,
            Self::Week(days) => days.contains(&date.weekday()),
            Self::Month(day) => date.day() == (*day).min(date.days_in_month()),
            Self::MonthLast => date.day() == date.days_in_month(),
            Self::Nth(nth, weekday) => date.nth_weekday_of_month(*nth, *weekday).is_ok_and(|found| found == date),
        }
    }
}

impl fmt::Display for Days {
    /// As stored: `monday,thursday`, `31`, `last`, `2 tuesday`, `last friday`; empty for every day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Week(days) => f.write_str(&days.iter().map(|day| name(*day)).collect::<Vec<_>>().join(",")),
            Self::Month(day) => write!(f, "{day}"),
            Self::MonthLast => f.write_str("last"),
            Self::Nth(-1, weekday) => write!(f, "last {}", name(*weekday)),
            Self::Nth(nth, weekday) => write!(f, "{nth} {}", name(*weekday)),
        }
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

fn weekday(word: &str) -> Result<Weekday, Wrong> {
    let found = WEEKDAYS.iter().find(|(name, _)| *name == word);
    found.map(|(_, day)| *day).ok_or_else(|| Wrong::Weekday { typed: word.to_owned() })
}

fn name(day: Weekday) -> &'static str {
    WEEKDAYS[day.to_monday_zero_offset() as usize].0
}

/// The first slot of a schedule strictly after `after`; `None` for [`Every::Post`], which has none.
pub fn next_after(schedule: &Schedule, after: Millis) -> Option<Millis> {
    let days = Days::parse(schedule.every, &schedule.days).ok().flatten()?;
    let zone = TimeZone::get(&schedule.zone).unwrap_or_else(|_| {
        tracing::error!(schedule.id, zone = schedule.zone, "unknown time zone, reckoned in UTC");
        TimeZone::UTC
    });
    first_slot(&days, &zone, schedule.at_minute, after)
}

/// The slots in `(from, upto]`, at most `most` of them, the latest ones.
pub fn slots_between(schedule: &Schedule, from: Millis, upto: Millis, most: usize) -> Vec<Millis> {
    let mut slots = std::collections::VecDeque::new();
    let mut next = next_after(schedule, from);
    while let Some(slot) = next.filter(|slot| *slot <= upto) {
        if slots.len() == most {
            slots.pop_front();
        }
        slots.push_back(slot);
        next = next_after(schedule, slot);
    }
    slots.into()
}

/// Searches from the day before, because a zone may put `after` and its slot on different civil days.
fn first_slot(days: &Days, zone: &TimeZone, at_minute: i64, after: Millis) -> Option<Millis> {
    let mut date = timestamp(after).to_zoned(zone.clone()).date().yesterday().ok()?;
    for _ in 0..HORIZON_DAYS {
        if days.contains(date)
            && let Some(slot) = instant(zone, date, at_minute).filter(|slot| *slot > after)
        {
            return Some(slot);
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// The instant of a civil day and minute: in a gap the first valid instant, in a fold the first pass.
fn instant(zone: &TimeZone, date: Date, at_minute: i64) -> Option<Millis> {
    let civil = date.at(0, 0, 0, 0).checked_add(at_minute.minutes()).ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    let gap = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    let earlier = ambiguous.earlier().ok()?;
    let found = if gap { end_of_gap(zone, earlier)? } else { earlier };
    Some(found.as_millisecond())
}

/// In a gap, `earlier` is an instant before the clocks change; the gap ends when they do.
fn end_of_gap(zone: &TimeZone, earlier: Timestamp) -> Option<Timestamp> {
    zone.following(earlier).next().map(|change| change.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slot(every: Every, on: &str, at: &str, zone: &str, after: &str) -> String {
        let days = Days::parse(every, on).unwrap().unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let (hour, minute) = at.split_once(':').unwrap();
        let minutes = hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap();
        let after: Timestamp = after.parse().unwrap();
        let found = first_slot(&days, &zone, minutes, after.as_millisecond()).unwrap();
        timestamp(found).to_zoned(zone).strftime("%a %F %H:%M%:z").to_string()
    }

    #[test]
    fn table() {
        use Every::{Day, Month, Week};
        let paris = "Europe/Paris";
        let cases = [
            (Week, "monday", "08:00", paris, "2026-06-05T10:00:00Z", "Mon 2026-06-08 08:00+02:00"),
            (Week, "monday", "08:00", paris, "2026-06-08T05:59:59.999Z", "Mon 2026-06-08 08:00+02:00"),
            (Week, "monday", "08:00", paris, "2026-06-08T06:00:00Z", "Mon 2026-06-15 08:00+02:00"),
            (Week, "thursday, monday", "08:00", paris, "2026-06-08T06:00:00Z", "Thu 2026-06-11 08:00+02:00"),
            // 8:00 stays 8:00 over the change of the clocks.
            (Week, "monday", "08:00", paris, "2026-10-20T00:00:00Z", "Mon 2026-10-26 08:00+01:00"),
            // The hour that is missing: the first valid instant, which is 3:00.
            (Day, "", "02:30", paris, "2026-03-28T12:00:00Z", "Sun 2026-03-29 03:00+02:00"),
            (Day, "", "02:30", paris, "2026-03-29T01:00:00Z", "Mon 2026-03-30 02:30+02:00"),
            // The hour that comes twice: once, at its first pass.
            (Day, "", "02:30", paris, "2026-10-24T12:00:00Z", "Sun 2026-10-25 02:30+02:00"),
            (Day, "", "02:30", paris, "2026-10-25T00:30:00Z", "Mon 2026-10-26 02:30+01:00"),
            (Day, "", "02:30", paris, "2026-10-25T01:00:00Z", "Mon 2026-10-26 02:30+01:00"),
            // Lord Howe moves its clocks by half an hour.
            (Day, "", "02:15", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "Sun 2026-10-04 02:30+11:00"),
            (Day, "", "01:45", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "Sun 2026-04-05 01:45+11:00"),
            (Day, "", "01:45", "Australia/Lord_Howe", "2026-04-04T15:00:00Z", "Mon 2026-04-06 01:45+10:30"),
            // Samoa skipped a whole day.
            (Day, "", "08:00", "Pacific/Apia", "2011-12-29T18:00:00Z", "Sat 2011-12-31 00:00+14:00"),
            (Month, "31", "08:00", paris, "2026-01-31T07:00:00Z", "Sat 2026-02-28 08:00+01:00"),
            (Month, "31", "08:00", paris, "2028-02-01T00:00:00Z", "Tue 2028-02-29 08:00+01:00"),
            (Month, "29", "08:00", paris, "2027-02-01T00:00:00Z", "Sun 2027-02-28 08:00+01:00"),
            (Month, "31", "08:00", paris, "2026-04-15T00:00:00Z", "Thu 2026-04-30 08:00+02:00"),
            (Month, "last", "08:00", paris, "2028-02-01T00:00:00Z", "Tue 2028-02-29 08:00+01:00"),
            (Month, "1", "08:00", paris, "2026-12-15T00:00:00Z", "Fri 2027-01-01 08:00+01:00"),
            (Month, "2 tuesday", "08:00", paris, "2026-06-01T00:00:00Z", "Tue 2026-06-09 08:00+02:00"),
            (Month, "2 Tuesday", "08:00", paris, "2026-06-09T06:00:00Z", "Tue 2026-07-14 08:00+02:00"),
            (Month, "last friday", "08:00", paris, "2026-07-31T06:00:00Z", "Fri 2026-08-28 08:00+02:00"),
        ];
        for (every, on, at, zone, after, expected) in cases {
            assert_eq!(slot(every, on, at, zone, after), expected, "{every} {on} {at} {zone} after {after}");
        }
    }

    #[test]
    fn words_are_read_and_kept() {
        let kept = [
            (Every::Week, "Thursday, monday,thursday", "monday,thursday"),
            (Every::Month, " 31 ", "31"),
            (Every::Month, "LAST", "last"),
            (Every::Month, "2  tuesday", "2 tuesday"),
            (Every::Month, "last friday", "last friday"),
            (Every::Day, "", ""),
        ];
        for (every, typed, stored) in kept {
            let days = Days::parse(every, typed).unwrap().unwrap();
            assert_eq!(days.to_string(), stored);
            assert_eq!(Days::parse(every, stored).unwrap().unwrap(), days);
        }
        let refused = [
            (Every::Week, ""),
            (Every::Week, "lunes"),
            (Every::Week, "monday,"),
            (Every::Month, ""),
            (Every::Month, "0"),
            (Every::Month, "32"),
            (Every::Month, "5 friday"),
            (Every::Month, "2 tuesday at noon"),
            (Every::Day, "monday"),
            (Every::Post, "monday"),
        ];
        for (every, typed) in refused {
            assert!(Days::parse(every, typed).is_err(), "{every} `{typed}` must be refused");
        }
        assert_eq!(Days::parse(Every::Post, "").unwrap(), None);
    }

    fn any_days() -> impl Strategy<Value = Days> {
        let weekday = (0..7_i8).prop_map(|n| Weekday::from_monday_zero_offset(n).unwrap());
        prop_oneof![
            Just(Days::All),
            prop::collection::btree_set(0..7_i8, 1..4).prop_map(|set| {
                Days::Week(set.into_iter().map(|n| Weekday::from_monday_zero_offset(n).unwrap()).collect())
            }),
            (1..=31_i8).prop_map(Days::Month),
            Just(Days::MonthLast),
            (prop_oneof![1..=4_i8, Just(-1_i8)], weekday).prop_map(|(nth, day)| Days::Nth(nth, day)),
        ]
    }

    fn any_zone() -> impl Strategy<Value = String> {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        assert!(names.len() > 300, "the time zone database is there");
        prop::sample::select(names)
    }

    proptest! {
        /// Over any zone and rhythm: slots grow, and each day of the rhythm has its one slot.
        #[test]
        fn one_slot_a_period(days in any_days(), name in any_zone(), at in 0..1440_i64, year in 2000..2040_i64) {
            let Ok(zone) = TimeZone::get(&name) else { return Ok(()) };
            let start = (year - 1970) * 31_556_952_000;
            let mut last = start;
            let mut expected = timestamp(start).to_zoned(zone.clone()).date().yesterday().unwrap();
            for _ in 0..80 {
                let slot = first_slot(&days, &zone, at, last).unwrap();
                prop_assert!(slot > last);
                // Each day of the rhythm between the last slot and this one: this one, or a day that the zone lacks.
                let date = timestamp(slot).to_zoned(zone.clone()).date();
                while expected < date {
                    let instant = instant(&zone, expected, at).unwrap();
                    prop_assert!(!days.contains(expected) || instant <= last || instant == slot, "{expected} left out");
                    expected = expected.tomorrow().unwrap();
                }
                expected = date.tomorrow().unwrap();
                last = slot;
            }
        }
    }
}
