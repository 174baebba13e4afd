//! Finds the dates of a feed that are days and not instants: a blog that knows only days writes them as midnights.
//!
//! In: a feed whose entries have their dates as written. Out: the same feed, with [`super::Entry::day`] filled where a date means
//! that day in every zone. Hugo, Jekyll, Eleventy and others write midnight, in UTC or in the blog's own zone.

use super::date::{Clock, Stamp};
use super::{Entry, Feed};

/// Fills in the days. A date without a clock is one; a midnight is one where (nearly) all dates are, or where it is that
/// of UTC beside hours of another zone. One midnight among hours of its own zone is an instant.
pub fn told(mut feed: Feed) -> Feed {
    let stamps: Vec<Stamp> = feed.entries.iter().filter_map(|entry| entry.stamp).collect();
    let hours = stamps.iter().filter(|stamp| matches!(stamp.clock, Clock::Told { .. })).count();
    let hours_of_utc = stamps.iter().filter(|stamp| stamp.clock == Clock::Told { utc: true }).count();
    // A quarter of the dates may tell an hour.
    let of_days = hours * 4 <= stamps.len();
    let of_another_zone = hours > 0 && hours_of_utc == 0;
    let is_day = |clock: Clock| match clock {
        Clock::Missing => true,
        Clock::Midnight { utc } => of_days || (utc && of_another_zone),
        Clock::Told { .. } => false,
    };
    let day = |entry: &Entry| entry.stamp.filter(|stamp| is_day(stamp.clock)).map(|stamp| stamp.day);
    for entry in &mut feed.entries {
        entry.day = day(entry);
    }
    feed
}

#[cfg(test)]
mod tests {
    use super::super::{Source, parse};

    /// The days of a feed whose entries have these dates; `-` for an instant.
    fn days(dates: &[&str]) -> String {
        let items: Vec<String> = dates.iter().map(|date| format!("<item><pubDate>{date}</pubDate></item>")).collect();
        let body = format!("<rss><channel>{}</channel></rss>", items.concat());
        let feed = parse(Source { bytes: body.as_bytes(), content_type: "", url: None, limit: 1 << 20 }).unwrap();
        let day = |day: Option<jiff::civil::Date>| day.map_or("-".to_owned(), |day| day.to_string());
        feed.entries.iter().map(|entry| day(entry.day)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_date_without_an_hour_is_a_day() {
        assert_eq!(days(&["2026-11-28", "28 novembre 2026", "2026-11-28T10:00:00Z"]), "2026-11-28 2026-11-28 -");
    }

    #[test]
    fn midnights_everywhere_are_days() {
        assert_eq!(days(&["Sat, 28 Nov 2026 00:00:00 GMT"]), "2026-11-28");
        assert_eq!(days(&["2026-11-28T00:00:00+01:00", "2026-07-14T00:00:00+02:00"]), "2026-11-28 2026-07-14");
        let mut dates = vec!["2026-11-28T00:00:00Z"; 3];
        dates.push("2026-11-27T12:30:00Z");
        assert_eq!(days(&dates), "2026-11-28 2026-11-28 2026-11-28 -");
    }

    #[test]
    fn one_midnight_among_hours_is_an_instant() {
        assert_eq!(days(&["2026-11-28T00:00:00Z", "2026-11-27T08:00:00Z"]), "- -");
        assert_eq!(days(&["2026-11-28T00:00:00+01:00", "2026-11-27T08:00:00+01:00"]), "- -");
        assert_eq!(days(&["2026-11-28T00:00:01Z"]), "-");
    }

    #[test]
    fn a_midnight_of_utc_beside_hours_of_another_zone_is_a_day() {
        let dates = ["2026-11-02T00:00:00+00:00", "2026-11-10T18:00:00+01:00", "2026-10-25T02:30:00+01:00"];
        assert_eq!(days(&dates), "2026-11-02 - -");
    }
}
