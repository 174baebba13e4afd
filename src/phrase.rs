//! Counts and times as operators read them: in the words of commands, of the log, of errors (English).
//!
//! In: a number, a stored instant, a zone. Out: `1 post` and `8 posts`; `2026-11-29 15:55 CET`, to the minute. What programs
//! read keeps [`crate::clock::rfc3339`].

use std::fmt::Display;

use jiff::tz::TimeZone;

use crate::clock::{DAY, Millis, timestamp};

/// `1 post`, `8 posts`.
pub fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    format!("{number} {}", if number == N::from(1) { one } else { many })
}

/// An instant to the minute on the clock of a zone, such as `2026-11-29 15:55 CET`.
pub fn when(at: Millis, zone: &TimeZone) -> String {
    timestamp(at).to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// The day of an instant in a zone. Midnight UTC to the millisecond is a day of which no hour is known: it is that day
/// everywhere.
pub fn day(at: Millis, zone: &TimeZone) -> String {
    let zone = if at.rem_euclid(DAY) == 0 { TimeZone::UTC } else { zone.clone() };
    timestamp(at).to_zoned(zone).date().to_string()
}

/// As [`when`], but a day without an hour stays one, see [`day`].
pub fn dated(at: Millis, zone: &TimeZone) -> String {
    if at.rem_euclid(DAY) == 0 { day(at, zone) } else { when(at, zone) }
}

/// A text with each instant in it that is written as programs read it put as in [`when`].
pub fn retold(text: &str, zone: &TimeZone) -> String {
    let word = |word: &str| {
        let bare = word.trim_end_matches([',', ';', ':', '.', ')']);
        match bare.parse::<jiff::Timestamp>() {
            Ok(at) if bare.ends_with('Z') => when(at.as_millisecond(), zone) + &word[bare.len()..],
            _ => word.to_owned(),
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::zone;

    fn at(text: &str) -> Millis {
        text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn one_is_one_and_all_else_is_many() {
        let posts = |number: i64| count(number, "post", "posts");
        assert_eq!([-1, 0, 1, 2, 21].map(posts), ["-1 posts", "0 posts", "1 post", "2 posts", "21 posts"]);
        assert_eq!(count(1_usize, "person", "people"), "1 person");
    }

    #[test]
    fn times_are_told_to_the_minute_on_the_clock_of_the_zone() {
        let winter = at("2026-11-29T14:55:59.522Z");
        let summer = at("2026-06-08T06:00:00Z");
        assert_eq!(when(winter, &zone("Europe/Paris")), "2026-11-29 15:55 CET");
        assert_eq!(when(summer, &zone("Europe/Paris")), "2026-06-08 08:00 CEST");
        assert_eq!(when(winter, &zone("America/Sao_Paulo")), "2026-11-29 11:55 -03");
        assert_eq!(when(winter, &zone("UTC")), "2026-11-29 14:55 UTC");
    }

    #[test]
    fn a_day_without_an_hour_is_that_day_everywhere() {
        for name in ["America/Montreal", "Europe/Paris", "Pacific/Auckland"] {
            assert_eq!(day(at("2026-11-28T00:00:00Z"), &zone(name)), "2026-11-28", "{name}");
            assert_eq!(dated(at("2026-11-28T00:00:00Z"), &zone(name)), "2026-11-28", "{name}");
        }
        assert_eq!(day(at("2026-11-28T01:00:00Z"), &zone("America/Montreal")), "2026-11-27");
        assert_eq!(dated(at("2026-11-28T01:00:00Z"), &zone("America/Montreal")), "2026-11-27 20:00 EST");
        assert_eq!(day(at("1969-12-31T00:00:00Z"), &zone("America/Montreal")), "1969-12-31");
    }

    #[test]
    fn instants_within_a_text_are_told_alike() {
        let told = |text: &str| retold(text, &zone("Europe/Paris"));
        assert_eq!(told("not before 2026-11-29T14:55:00.522Z: held"), "not before 2026-11-29 15:55 CET: held");
        assert_eq!(told("(until 2026-11-29T14:55:00Z)"), "(until 2026-11-29 15:55 CET)");
        for plain in ["", "  two  blanks ", "T Z", "2026-11-29", "451 4.3.2 later"] {
            assert_eq!(told(plain), plain);
        }
    }
}
