//! Whether a cell holds a date, in whatever form a tool or a spreadsheet writes it.
//!
//! In: a cell. Out: yes or no, and whether it is the date that databases write where there is none.

use super::words::is_one;

/// Words that a date may hold beside digits and names.
const PARTS: &str = "t|z|am|pm|h|utc|gmt|cet|cest|est|edt|pst|pdt|de|of|the|del|le|um|uhr|at|a|il";

/// How the names of months and week days begin in English, French, German, Spanish and Italian.
const NAMES: &str = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|fev|avr|mai|juin|juil|aou|okt|dez|ene|abr|ago|dic|\
    gen|mag|giu|lug|set|ott|mon|tue|wed|thu|fri|sat|sun|lun|mer|jeu|ven|sam|dim|die|mit|don|fre|son|mie|jue|vie|sab|dom|gio";

/// The time in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// A date, perhaps with a time.
    Date,
    /// Only zeros: no date (`0000-00-00 00:00:00`).
    Nought,
    /// The first second of 1970: what some tools make of a zero.
    Epoch,
}

/// Reads a cell that [`super::words::plain`] has normalised; `None` when it holds no date.
pub fn read(text: &str) -> Option<Dated> {
    let mut numbers: Vec<&str> = Vec::new();
    let mut named = false;
    for part in text.split(' ') {
        if part.bytes().any(|b| b.is_ascii_digit()) {
            numbers.extend(digits(part)?);
        } else if is_name(part) {
            named = true;
        } else if !is_one(part, PARTS) {
            return None;
        }
    }
    let nought = numbers.iter().all(|number| number.bytes().all(|b| b == b'0'));
    match numbers.as_slice() {
        [_, _, _, ..] if nought => Some(Dated::Nought),
        ["1970", "01", "01", ..] | ["01", "01", "1970", ..] => Some(Dated::Epoch),
        [one] if !named => is_compact(one).then_some(Dated::Date),
        [one, two, ..] if named => (is_year(one) || is_year(two) || numbers.len() == 2).then_some(Dated::Date),
        [one, two, three, rest @ ..] => is_day([one, two, three], rest.is_empty()).then_some(Dated::Date),
        _ => None,
    }
}

/// Year, month, day, or day, month, year, or month, day, year; a year of two digits only without a time behind it.
fn is_day([one, two, three]: [&str; 3], alone: bool) -> bool {
    let within =
        |text: &str, most: u32| text.len() <= 2 && text.parse().is_ok_and(|number| (1..=most).contains(&number));
    let first = is_year(one) && within(two, 12) && within(three, 31);
    let last = is_year(three) || (alone && three.len() == 2);
    first || (last && ((within(one, 31) && within(two, 12)) || (within(one, 12) && within(two, 31))))
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && (part.starts_with("19") || part.starts_with("20"))
}

fn is_name(part: &str) -> bool {
    part.len() >= 3 && NAMES.split('|').any(|name| part.starts_with(name)) && part.len() <= 10
}

/// The numbers of `13`, `13t10`, `000z`, `1st`, `10h30`; `None` when other letters are between them.
fn digits(part: &str) -> Option<impl Iterator<Item = &str>> {
    let letters = |c: char| !c.is_ascii_digit();
    let known = |word: &str| word.is_empty() || is_one(word, "t|z|tz|h|st|nd|rd|th|er|am|pm");
    part.split(|c: char| c.is_ascii_digit()).all(known).then(|| part.split(letters).filter(|digits| !digits.is_empty()))
}

/// `20240313`, and seconds or milliseconds since 1970 within this century.
fn is_compact(text: &str) -> bool {
    let Ok(number) = text.parse::<u64>() else { return false };
    match text.len() {
        8 => (1..=12).contains(&(number / 100 % 100)) && (1..=31).contains(&(number % 100)) && is_year(&text[..4]),
        10 => (900_000_000..4_000_000_000).contains(&number),
        13 => (900_000_000..4_000_000_000).contains(&(number / 1000)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscribers::import::words::plain;

    #[test]
    fn dates_of_tools_and_spreadsheets() {
        for text in [
            "2024-03-13",
            "2024-03-13 10:00:00",
            "2024-03-13T10:00:00.000Z",
            "2024-03-13T10:00:00+01:00",
            "13/03/2024",
            "13.03.24",
            "3/13/2024 9:05 PM",
            "2024/09/01 6:12:00 PM UTC+2",
            "Mar 13, 2024",
            "13 mars 2024",
            "13. März 2024",
            "1er janv. 2024",
            "Wed, 13 Mar 2024 10:00:00 GMT",
            "13 de marzo de 2024",
            "20240313",
            "1710324000",
        ] {
            assert_eq!(read(&plain(text)), Some(Dated::Date), "{text}");
        }
        assert_eq!(read(&plain("0000-00-00 00:00:00")), Some(Dated::Nought));
        assert_eq!(read(&plain("00/00/0000")), Some(Dated::Nought));
        assert_eq!(read(&plain("1970-01-01 00:00:00")), Some(Dated::Epoch));
        for text in [
            "",
            "0",
            "1",
            "12",
            "subscribed",
            "mars",
            "2024",
            "12345678",
            "Ohio",
            "mars 2",
            "192.0.2.1",
            "06 12 34 56 78",
            "10.0.0.1",
            "1, 2, 3, 4",
        ] {
            assert_eq!(read(&plain(text)), None, "{text}");
        }
    }
}
