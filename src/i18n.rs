//! Texts in the reader's language: `locales/<tag>.ftl` (Fluent), one file a language; a third language is one more file.
//!
//! In: a key and its variables. Out: text. French and English are complete; a test compares their keys, and each key's
//! variables. Numbers and dates come as text made here: Fluent does not localise them.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Files;

/// The language of last resort.
pub const FALLBACK: &str = "en";

/// All texts of one language. They are read from its file when the first is asked for: 2 ms and 2 MB that a command in another language,
/// or an instance without its readers, never needs.
pub struct Locale {
    tag: String,
    file: String,
    texts: OnceLock<FluentBundle<FluentResource>>,
}

impl std::fmt::Debug for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Locale({})", self.tag)
    }
}

static LOCALES: LazyLock<BTreeMap<String, Locale>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|name| {
            let tag = name.strip_suffix(".ftl")?.to_owned();
            Some((tag.clone(), Locale { tag, file: name.into_owned(), texts: OnceLock::new() }))
        })
        .collect()
});

/// The tags that have texts, in alphabetical order.
pub fn tags() -> impl Iterator<Item = &'static str> {
    LOCALES.keys().map(String::as_str)
}

/// The language for a tag such as `fr`, `fr-CA` or `FR`: itself, else its base language, else [`FALLBACK`].
pub fn locale(tag: &str) -> &'static Locale {
    known(tag).unwrap_or_else(|| LOCALES.get(FALLBACK).expect("locales/en.ftl is embedded"))
}

/// Like [`locale`], but `None` for a language without texts.
pub fn known(tag: &str) -> Option<&'static Locale> {
    let base = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    LOCALES.get(&base)
}

/// The first language of an `Accept-Language` header (RFC 9110 section 12.5.4) that has texts.
pub fn accept_language(header: &str) -> Option<&'static Locale> {
    let mut wanted: Vec<(f32, &str)> = header
        .split(',')
        .filter_map(|part| {
            let mut parts = part.split(';');
            let tag = parts.next()?.trim();
            let weight = parts.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            (weight > 0.0).then_some((weight, tag))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted.into_iter().find_map(|(_, tag)| known(tag))
}

impl Locale {
    fn texts(&self) -> &FluentBundle<FluentResource> {
        self.texts.get_or_init(|| {
            let id: LanguageIdentifier = self.tag.parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            bundle.set_use_isolating(false);
            let source = Files::get(&self.file).map(|file| file.data.into_owned()).unwrap_or_default();
            let source = String::from_utf8(source).unwrap_or_default();
            let resource = FluentResource::try_new(source).unwrap_or_else(|(partial, _)| partial);
            bundle.add_resource_overriding(resource);
            bundle
        })
    }

    /// `fr`, `en`, …
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether there is a text of this key.
    pub fn has(&self, key: &str) -> bool {
        self.texts().has_message(key)
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> String {
        self.text("direction")
    }

    /// The text of a key without variables. A missing key shows itself (a test makes sure there is none).
    pub fn text(&self, key: &str) -> String {
        self.format(key, &[])
    }

    /// The text of a key with its variables.
    pub fn format(&self, key: &str, variables: &[(&str, Value<'_>)]) -> String {
        let texts = self.texts();
        let Some(pattern) = texts.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, value) in variables {
            match value {
                Value::Text(text) => args.set(*name, FluentValue::from(*text)),
                Value::Count(count) => args.set(*name, FluentValue::from(*count)),
            }
        }
        texts.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// The day of an instant in words, see [`Locale::weekday_and_day`].
    pub fn date(&self, at: &jiff::Zoned) -> String {
        self.weekday_and_day(at.date())
    }

    /// A day in words, such as `lundi 8 juin 2026` or `Monday 8 June 2026`.
    pub fn weekday_and_day(&self, at: jiff::civil::Date) -> String {
        let weekday = self.text(&format!("weekday-{}", at.weekday().to_monday_one_offset()));
        let month = self.text(&format!("month-{}", at.month()));
        self.format(
            "date-long",
            &[
                ("weekday", Value::Text(&weekday)),
                ("day", Value::Text(&at.day().to_string())),
                ("day_number", Value::Count(i64::from(at.day()))),
                ("month", Value::Text(&month)),
                ("year", Value::Text(&at.year().to_string())),
            ],
        )
    }

    /// A day without its weekday, such as `3 février 2026` or `3 February 2026`.
    pub fn day(&self, day: jiff::civil::Date) -> String {
        let month = self.text(&format!("month-{}", day.month()));
        self.format(
            "date-day",
            &[
                ("day", Value::Text(&day.day().to_string())),
                ("day_number", Value::Count(i64::from(day.day()))),
                ("month", Value::Text(&month)),
                ("year", Value::Text(&day.year().to_string())),
            ],
        )
    }

    /// A day where there is little room, such as `12 oct.` or `Oct 12`; with its year where that is not plain.
    pub fn short_day(&self, day: jiff::civil::Date, with_year: bool) -> String {
        let month = self.text(&format!("month-short-{}", day.month()));
        self.format(
            if with_year { "date-short-year" } else { "date-short" },
            &[
                ("day", Value::Text(&day.day().to_string())),
                ("day_number", Value::Count(i64::from(day.day()))),
                ("month", Value::Text(&month)),
                ("year", Value::Text(&day.year().to_string())),
            ],
        )
    }

    /// An hour of the day in words, such as `8 h 00` or `8:00`.
    pub fn time(&self, at: &jiff::Zoned) -> String {
        let minute = format!("{:02}", at.minute());
        self.format("time-short", &[("hour", Value::Text(&at.hour().to_string())), ("minute", Value::Text(&minute))])
    }
}

/// A variable of a text.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Shown as it is.
    Text(&'a str),
    /// Chooses the plural form.
    Count(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Fluent does not understand it leaves out without a word.
    #[test]
    fn every_file_is_understood_from_its_first_line_to_its_last() {
        for name in Files::iter() {
            let source = String::from_utf8(Files::get(&name).unwrap().data.into_owned()).unwrap();
            if let Err((_, faults)) = FluentResource::try_new(source) {
                panic!("{name}: {faults:?}");
            }
        }
    }

    #[test]
    fn a_short_day_is_as_each_language_writes_it() {
        let said = |tag: &str, day: jiff::civil::Date, year| locale(tag).short_day(day, year);
        let (first, twelfth) = (jiff::civil::date(2026, 12, 1), jiff::civil::date(2026, 10, 12));
        assert_eq!((said("fr", twelfth, false), said("en", twelfth, false)), ("12 oct.".into(), "Oct 12".into()));
        assert_eq!((said("fr", first, true), said("en", first, true)), ("1er déc. 2026".into(), "Dec 1, 2026".into()));
    }
}
