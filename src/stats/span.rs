//! Over which days numbers are told, and how many days are one step of a plot. Pure.

use jiff::civil::Date;

use crate::db::text_enum;

text_enum! {
    /// The days up to today over which numbers are told.
    pub enum Span {
        /// 30 days.
        Month => "30d",
        /// 90 days.
        Quarter => "90d",
        /// 365 days.
        Year => "365d",
        /// As far back as there is anything.
        All => "all",
    }
}

/// Longest span that is told by the day, and by the week.
const BY_DAY: i64 = 92;
/// See [`BY_DAY`].
const BY_WEEK: i64 = 400;

impl Span {
    /// Its first day.
    pub const fn first(self, today: i64) -> i64 {
        match self {
            Self::Month => today - 29,
            Self::Quarter => today - 89,
            Self::Year => today - 364,
            Self::All => i64::MIN,
        }
    }
}

/// How many days are told as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Each by itself.
    Day,
    /// From Monday on.
    Week,
    /// Those of the calendar.
    Month,
}

impl Step {
    /// For so many days.
    pub const fn of(days: i64) -> Self {
        if days <= BY_DAY {
            Self::Day
        } else if days <= BY_WEEK {
            Self::Week
        } else {
            Self::Month
        }
    }

    /// The first day of the step that this day belongs to.
    pub fn begin(self, day: i64) -> i64 {
        match self {
            Self::Day => day,
            // 1970-01-01 was a Thursday.
            Self::Week => day - (day + 3).rem_euclid(7),
            Self::Month => number(date(day).first_of_month()),
        }
    }
}

/// The first day of all.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The date of a day.
pub fn date(day: i64) -> Date {
    let span = jiff::Span::new().try_days(day).unwrap_or_default();
    EPOCH.saturating_add(span)
}

/// The day of a date.
pub fn number(date: Date) -> i64 {
    EPOCH.until(date).map_or(0, |span| i64::from(span.get_days()))
}

/// Months since 1970 of a day.
pub fn month(day: i64) -> i64 {
    let date = date(day);
    (i64::from(date.year()) - 1970) * 12 + i64::from(date.month()) - 1
}

/// The first day of a month.
pub fn first_of(month: i64) -> i64 {
    let year = i16::try_from(1970 + month.div_euclid(12)).unwrap_or(i16::MAX);
    let month = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    Date::new(year, month, 1).map_or(0, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_weeks_and_months_are_those_of_the_calendar() {
        let day = |text: &str| number(text.parse().unwrap());
        assert_eq!((day("1970-01-01"), day("1970-02-01"), day("2026-06-01")), (0, 31, 20_605));
        assert_eq!(date(20_605).to_string(), "2026-06-01");
        for (text, week) in [("2026-06-01", "2026-06-01"), ("2026-06-07", "2026-06-01"), ("2026-06-08", "2026-06-08")] {
            assert_eq!(Step::Week.begin(day(text)), day(week), "{text}");
        }
        assert_eq!(Step::Month.begin(day("2026-02-28")), day("2026-02-01"));
        assert_eq!(month(day("2026-06-30")), 56 * 12 + 5);
        assert_eq!(first_of(month(day("2026-12-31"))), day("2026-12-01"));
        assert_eq!((Step::of(30), Step::of(365), Step::of(1_096)), (Step::Day, Step::Week, Step::Month));
        assert_eq!(Span::Month.first(100), 71, "thirty days with today");
    }
}
