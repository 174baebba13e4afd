//! Dates as feeds write them → milliseconds UTC, and the day that was written.
//!
//! In: text. Out: an instant and its [`Clock`] (a date without one is a day, see `day`), or `None` when the date is ambiguous: no
//! date is better than a wrong one. Understood:
//! RFC 3339 and its W3C profile, RFC 822 and 2822, and what people and programs make of them: months in seven
//! languages, am and pm, names of zones, the year at the end. `3/4/2020` is ambiguous unless a weekday decides.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{Offset, TimeZone};

use crate::clock::Millis;

/// Longest text that is read.
const LONGEST: usize = 100;

/// A date as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The instant; midnight where only a day was said, UTC where no zone was.
    pub at: Millis,
    /// The day in the zone that it was written in.
    pub day: Date,
    /// The hour as written.
    pub clock: Clock,
}

/// What a date says about the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Nothing.
    Missing,
    /// 00:00:00 in its own zone: usually not a real hour, but a program's way to write a day.
    Midnight {
        /// Whether that zone is UTC.
        utc: bool,
    },
    /// An hour.
    Told {
        /// Whether its zone is UTC.
        utc: bool,
    },
}

/// The instant that a text names.
pub fn parse(text: &str) -> Option<Millis> {
    stamp(text).map(|stamp| stamp.at)
}

/// The date that a text names.
pub fn stamp(text: &str) -> Option<Stamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    iso(text).or_else(|| words(text))
}

/// ISO 8601: `2003-12-31T10:14:55.12+01:00` and shorter forms of it (W3C note «Date and Time Formats»), with a blank for the
/// `T`, without marks (`20031231T101455Z`), or with the day of the year (`2003-335`).
fn iso(text: &str) -> Option<Stamp> {
    let day_length = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let date = iso_date(&text[..day_length])?;
    let rest = text[day_length..].trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        return on_day(date);
    }
    let time_length = rest.find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ',')).unwrap_or(rest.len());
    let time = Time::parse(&rest[..time_length])?;
    let zone = rest[time_length..].trim();
    at(time.on(date, None)?, &if zone.is_empty() { TimeZone::UTC } else { self::zone(zone)? })
}

fn iso_date(text: &str) -> Option<Date> {
    let of_year = |year: &str, day: &str| {
        let first = Date::new(digits(year)?, 1, 1).ok()?;
        let day: i16 = digits(day)?;
        (1..=first.days_in_year()).contains(&day).then(|| first.with().day_of_year(day).build().ok()).flatten()
    };
    match *text.split('-').collect::<Vec<_>>().as_slice() {
        [packed] if packed.len() == 8 && packed.is_ascii() => {
            Date::new(digits(&packed[..4])?, digits(&packed[4..6])?, digits(&packed[6..])?).ok()
        }
        [year] if year.len() == 4 => Date::new(digits(year)?, 1, 1).ok(),
        [year, day] if year.len() == 4 && day.len() == 3 => of_year(year, day),
        [year, month] if year.len() == 4 => Date::new(digits(year)?, digits(month)?, 1).ok(),
        [year, month, day] if year.len() == 4 => Date::new(digits(year)?, digits(month)?, digits(day)?).ok(),
        _ => None,
    }
}

/// Everything else, word by word.
fn words(text: &str) -> Option<Stamp> {
    let mut found = Found::default();
    let text = text.to_lowercase();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
        found.word(word)?;
    }
    let date = found.date()?;
    match found.time {
        Some(time) => at(time.on(date, found.afternoon)?, &found.zone.unwrap_or(TimeZone::UTC)),
        None => on_day(date),
    }
}

fn on_day(day: Date) -> Option<Stamp> {
    let at = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_millisecond();
    Some(Stamp { at, day, clock: Clock::Missing })
}

fn at(written: DateTime, zone: &TimeZone) -> Option<Stamp> {
    let at = zone.to_timestamp(written).ok()?;
    let utc = zone.to_offset(at) == Offset::UTC;
    let midnight = written.time() == jiff::civil::Time::midnight();
    let clock = if midnight { Clock::Midnight { utc } } else { Clock::Told { utc } };
    Some(Stamp { at: at.as_millisecond(), day: written.date(), clock })
}

/// A number without sign.
fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[derive(Clone, Copy)]
struct Time {
    hour: i8,
    minute: i8,
    second: i8,
}

impl Time {
    /// `7:05`, `07:05:09`, `07:05:09.25`, `070509`.
    fn parse(text: &str) -> Option<Self> {
        if let (6, true) = (text.len(), text.bytes().all(|b| b.is_ascii_digit())) {
            return Self::parse(&format!("{}:{}:{}", &text[..2], &text[2..4], &text[4..]));
        }
        let mut parts = text.split(':');
        let hour = digits(parts.next()?)?;
        let minute = digits(parts.next()?)?;
        let second = match parts.next() {
            None | Some("") => 0,
            Some(second) => digits(second.split(['.', ',']).next()?)?,
        };
        let fits = parts.next().is_none()
            && (0..=24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..=60).contains(&second);
        // A leap second is told as the second before it.
        fits.then_some(Self { hour, minute, second: second.min(59) })
    }

    /// At that day; 24:00 is the next one's midnight.
    fn on(self, date: Date, afternoon: Option<bool>) -> Option<DateTime> {
        let hour = match afternoon {
            Some(_) if self.hour > 12 => self.hour,
            Some(true) => self.hour % 12 + 12,
            Some(false) => self.hour % 12,
            None => self.hour,
        };
        let (date, hour) = if hour == 24 { (date.tomorrow().ok()?, 0) } else { (date, hour) };
        Some(date.at(hour, self.minute, self.second, 0))
    }
}

#[derive(Default)]
struct Found {
    weekday: Option<Weekday>,
    numbers: Vec<(i16, usize)>,
    month: Option<i8>,
    /// The month was read off `mar`, which is also the French Tuesday.
    maybe_tuesday: bool,
    time: Option<Time>,
    afternoon: Option<bool>,
    zone: Option<TimeZone>,
}

impl Found {
    /// Reads one word; `None` when it cannot be part of a date.
    fn word(&mut self, word: &str) -> Option<()> {
        let plain = word.trim_matches(|c: char| matches!(c, '.' | ';' | '(' | ')'));
        match plain {
            "" | "-" | "at" | "à" | "um" | "of" | "de" | "le" | "the" | "den" | "del" | "uhr" => return Some(()),
            "am" | "a.m" | "pm" | "p.m" => {
                self.afternoon = Some(plain.starts_with('p'));
                return Some(());
            }
            _ => {}
        }
        if word.starts_with(['+', '-']) && word.len() > 1 {
            self.zone = Some(zone(word)?);
            return Some(());
        }
        if plain.contains(':') && plain.starts_with(|c: char| c.is_ascii_digit()) {
            return self.clock(plain);
        }
        if plain.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number(plain);
        }
        if let Some(month) = month(plain).filter(|_| self.month.is_none() || self.maybe_tuesday) {
            self.weekday = self.weekday.or(self.maybe_tuesday.then_some(Weekday::Tuesday));
            self.maybe_tuesday = plain == "mar" && self.month.is_none();
            self.month = Some(month);
            return Some(());
        }
        if self.time.is_none() {
            self.weekday = self.weekday.or_else(|| weekday(plain));
            // An unknown word before the time is a weekday in an unknown language; a second one is no date.
            return Some(());
        }
        self.zone = self.zone.take().or_else(|| Some(zone(plain).unwrap_or(TimeZone::UTC)));
        Some(())
    }

    /// `3:09pm`, `10:14:55`, `10:14:55+0100`, `10:14:55z`.
    fn clock(&mut self, word: &str) -> Option<()> {
        let end = word.find(|c: char| !matches!(c, '0'..='9' | ':' | '.')).unwrap_or(word.len());
        self.time = Some(Time::parse(word[..end].trim_end_matches('.'))?);
        match &word[end..] {
            "" => {}
            "am" | "a.m" | "pm" | "p.m" => self.afternoon = Some(word[end..].starts_with('p')),
            rest => self.zone = Some(zone(rest)?),
        }
        Some(())
    }

    /// `5`, `23rd`, `1er`, `2012`, `16-dec-2012`, `26/06/2020`, `26.06.2020`.
    fn number(&mut self, word: &str) -> Option<()> {
        for part in word.split(['-', '/', '.']).filter(|part| !part.is_empty()) {
            let length = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            match (length, &part[length..]) {
                (0, name) => {
                    self.month = Some(month(name).filter(|_| self.month.is_none())?);
                }
                (1..=4, "" | "st" | "nd" | "rd" | "th" | "er" | "e" | "º" | "t" | "z") => {
                    self.numbers.push((digits(&part[..length])?, length));
                }
                _ => return None,
            }
        }
        Some(())
    }

    fn date(&self) -> Option<Date> {
        let candidates: Vec<Date> = match (self.month, self.numbers.as_slice()) {
            (Some(month), &[(day, 1..=2), year]) => vec![make(full_year(year)?, month, day)?],
            (Some(month), &[(year, 4), (day, 1..=2)]) => vec![make(year, month, day)?],
            (None, &[(year, 4), (month, _), (day, _)]) => vec![make(year, i8::try_from(month).ok()?, day)?],
            (None, &[(first, _), (second, _), year]) => {
                let year = full_year(year)?;
                let day_first = make(year, i8::try_from(second).ok()?, first);
                let month_first = make(year, i8::try_from(first).ok()?, second);
                [day_first, month_first].into_iter().flatten().collect()
            }
            _ => return None,
        };
        match candidates.as_slice() {
            [only] => Some(*only),
            [one, other] if one == other => Some(*one),
            several => several.iter().copied().find(|date| Some(date.weekday()) == self.weekday),
        }
    }
}

/// RFC 2822 section 4.3: two digits below 50 are of this century.
fn full_year((year, length): (i16, usize)) -> Option<i16> {
    match length {
        4 => Some(year),
        2 => Some(if year < 50 { 2000 + year } else { 1900 + year }),
        3 => Some(1900 + year),
        _ => None,
    }
}

fn make(year: i16, month: i8, day: i16) -> Option<Date> {
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

/// Names of the months in English, French, German, Spanish, Italian, Portuguese and Dutch, with and without accents.
const MONTHS: [&str; 12] = [
    "january janvier januar jänner enero gennaio janeiro januari",
    "february février fevrier februar febrero febbraio fevereiro februari",
    "march mars märz mrz marzo março marco maart mrt",
    "april avril abril aprile",
    "may mai mayo maggio maio mei",
    "june juin juni junio giugno junho",
    "july juillet juli julio luglio julho",
    "august août aout agosto augustus",
    "september septembre septiembre settembre setembro",
    "october octobre oktober octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december décembre decembre dezember diciembre dicembre dezembro",
];

/// A month by its name or the first three letters or more of it. (`mardi` is none, though `mar` is one.)
fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.');
    if word.chars().count() < 3 {
        return None;
    }
    let names = |names: &&str| names.split(' ').any(|name| name.starts_with(word));
    MONTHS.iter().position(names).and_then(|at| i8::try_from(at + 1).ok())
}

fn weekday(word: &str) -> Option<Weekday> {
    const STARTS: &[(&str, Weekday)] = &[
        ("mon", Weekday::Monday),
        ("lun", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("mar", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("mer", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("jeu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("ven", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sam", Weekday::Saturday),
        ("sun", Weekday::Sunday),
        ("dim", Weekday::Sunday),
    ];
    STARTS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, day)| *day)
}

/// `z`, `+01:00`, `-0330`, `gmt-7`, `est`, `europe/paris`.
fn zone(text: &str) -> Option<TimeZone> {
    let text = text.trim_matches(|c: char| matches!(c, '(' | ')')).to_lowercase();
    let text = text.strip_prefix("etc/").unwrap_or(&text);
    let hours = |hours: i8| Some(TimeZone::fixed(Offset::from_hours(hours).ok()?));
    match text {
        "z" | "ut" | "utc" | "gmt" | "wet" => return Some(TimeZone::UTC),
        "est" | "cdt" | "et" => return hours(-5),
        "edt" | "ast" => return hours(-4),
        "cst" | "mdt" | "ct" => return hours(-6),
        "mst" | "pdt" | "mt" => return hours(-7),
        "pst" | "pt" => return hours(-8),
        "bst" | "cet" | "west" | "met" => return hours(1),
        "cest" | "eet" | "mest" | "sast" => return hours(2),
        "eest" | "msk" => return hours(3),
        "jst" | "kst" => return hours(9),
        "aest" => return hours(10),
        "aedt" => return hours(11),
        _ => {}
    }
    let offset = text.strip_prefix("gmt").or_else(|| text.strip_prefix("utc")).unwrap_or(text);
    if let Some(sign) = offset.chars().next().filter(|c| matches!(c, '+' | '-')) {
        let numbers = Some(&offset[sign.len_utf8()..]).filter(|numbers| numbers.is_ascii())?;
        let (hour, minute) = match (numbers.split_once(':'), numbers.len()) {
            (Some((hour, minute)), _) => (hour, minute),
            (None, 3..=4) => numbers.split_at(numbers.len() - 2),
            (None, 1..=2) => (numbers, "0"),
            _ => return None,
        };
        let minutes = digits::<i32>(hour)?.checked_mul(60)?.checked_add(digits::<i32>(minute)?)?;
        let seconds = minutes.checked_mul(if sign == '-' { -60 } else { 60 })?;
        return Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?));
    }
    text.contains('/').then(|| TimeZone::get(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        parse(text).map_or_else(|| "none".into(), |at| crate::clock::timestamp(at).to_string())
    }

    #[test]
    fn dates_in_the_wild() {
        for (text, utc) in [
            ("2017-12-22T22:09:49+00:00", "2017-12-22T22:09:49Z"),
            ("2003-12-31T10:14:55-08:00", "2003-12-31T18:14:55Z"),
            ("2007-04-23T23:25:47.538+10:00", "2007-04-23T13:25:47Z"),
            ("2018-12-12T12:12", "2018-12-12T12:12:00Z"),
            ("2018-10-23 04:07:42 +00:00", "2018-10-23T04:07:42Z"),
            ("20031231T101455Z", "2003-12-31T10:14:55Z"),
            ("2003-335", "2003-12-01T00:00:00Z"),
            ("2003-12", "2003-12-01T00:00:00Z"),
            ("2003", "2003-01-01T00:00:00Z"),
            ("2003-12-31T24:00:00Z", "2004-01-01T00:00:00Z"),
            ("Fri, 31 Mar 2023 20:19:00 America/Los_Angeles", "2023-04-01T03:19:00Z"),
            ("Tue, 03 Jun 2003 09:39:21 GMT", "2003-06-03T09:39:21Z"),
            ("Friday, December 22, 2017 - 3:09pm", "2017-12-22T15:09:00Z"),
            ("Tue, Feb 16 2016 23:16:00 EDT", "2016-02-17T03:16:00Z"),
            ("March 30 2020 07:02:38 PM", "2020-03-30T19:02:38Z"),
            ("Mon, 03/30/2020 - 19:19", "2020-03-30T19:19:00Z"),
            ("Fri, 26/06/2020", "2020-06-26T00:00:00Z"),
            ("Sat, 11 04 2020 08:51:49 +0100", "2020-04-11T07:51:49Z"),
            ("ven., 03 juil. 2020 15:09:58 +0000", "2020-07-03T15:09:58Z"),
            ("mar., 01 déc. 2020 16:11:02 +0000", "2020-12-01T16:11:02Z"),
            ("mar. 3 mars 2020 10:00:00 +0100", "2020-03-03T09:00:00Z"),
            ("lundi 1er février 2021 08:00", "2021-02-01T08:00:00Z"),
            ("mardi 1 décembre 2020 à 16:11", "2020-12-01T16:11:00Z"),
            ("Dienstag, 3. März 2020 10:00", "2020-03-03T10:00:00Z"),
            ("2 sept. 2020", "2020-09-02T00:00:00Z"),
            ("12 juil. 2020", "2020-07-12T00:00:00Z"),
            ("Jan. 4, 2016, 12:37 p.m.", "2016-01-04T12:37:00Z"),
            ("5 August, 2019", "2019-08-05T00:00:00Z"),
            ("Fri, 23rd Jun 2023 09:32:20 GMT", "2023-06-23T09:32:20Z"),
            ("10/30/23 21:55:58", "2023-10-30T21:55:58Z"),
            ("Thu, 29 Oct 2020 07:36:03 GMT-07:00", "2020-10-29T14:36:03Z"),
            ("Wed, 19 Feb 2012 22:40:00 -01:01", "2012-02-19T23:41:00Z"),
            ("Sun Jul 15 01:16:00 +0000 2012", "2012-07-15T01:16:00Z"),
            ("Seg, 24 Set 2018 19:42:40 -0300", "2018-09-24T22:42:40Z"),
            ("16-Dec-2012 10:00", "2012-12-16T10:00:00Z"),
        ] {
            assert_eq!(read(text), utc, "{text}");
        }
    }

    #[test]
    fn no_date_is_better_than_a_wrong_one() {
        for text in [
            "",
            "demain",
            "22013",
            "2003-366",
            "20031331",
            "2013-01-27-01",
            "2003-12-31T25:14:55Z",
            "2013-01-28T09:xx:00Z",
            "31/02/2020",
            "Sun, 16 zzz 2012 11:47:32 GMT",
            "Sun, Dec x 2012 11:47:32 GMT",
            "Sun, 16 Dec zz 11:47:32 GMT",
            "Sun, 16 Dec 2012 1:2:3:4 GMT",
            "03/04/2020",
            "Mon, 32 Dec 2012 10:00:00 GMT",
            "0000-00-00 00:00:00",
        ] {
            assert_eq!(read(text), "none", "{text}");
        }
    }
}
