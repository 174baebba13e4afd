//! What people are shown of a row: data, and the texts that name it.
//!
//! In: rows of every room, read only, and the language of whoever reads. Out: a view that is its own JSON (times in RFC 3339, no
//! inside ids), and its labelled lines. The command line, the API and the demo show them; no stage knows this room.

pub mod archive;
pub mod checklist;
pub mod choices;
pub mod departures;
pub mod digest;
pub mod dmarc;
pub mod doctor;
pub mod feed;
pub mod hook;
pub mod inbox;
pub mod mail;
pub mod newsletter;
pub mod person;
pub mod post;
pub mod subscriber;
pub mod texts;
pub mod today;
pub mod warmup;

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use crate::i18n::{Locale, Value};
use crate::phrase;

/// Narrowest column of labels, in characters.
const LABELS: usize = 12;

/// A line with its label, both in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is; empty for a line that goes on.
    pub label: String,
    /// Never empty.
    pub value: String,
}

/// Collects the facts of one view.
#[derive(Debug)]
struct Facts<'a> {
    locale: &'a Locale,
    zone: &'a TimeZone,
    lines: Vec<Fact>,
}

impl<'a> Facts<'a> {
    fn new(locale: &'a Locale, zone: &'a TimeZone) -> Self {
        Self { locale, zone, lines: Vec::new() }
    }

    /// One more under `label-NAME`, unless it is empty; instants in it are put on the reader's clock.
    fn add(&mut self, name: &str, value: &str) {
        let label = if name.is_empty() { String::new() } else { self.locale.text(&format!("label-{name}")) };
        if !value.is_empty() {
            self.lines.push(Fact { label, value: phrase::retold(value, self.zone) });
        }
    }

    fn add_some(&mut self, name: &str, value: Option<&str>) {
        self.add(name, value.unwrap_or_default());
    }
}

/// Facts for a terminal, a line each, the values in one column.
pub fn in_lines(facts: &[Fact]) -> String {
    let width = facts.iter().map(|fact| fact.label.chars().count()).max().unwrap_or(0).max(LABELS);
    let mut out = String::new();
    for Fact { label, value } in facts {
        let _ = writeln!(out, "{label:<width$} {value}");
    }
    out
}

/// Our word for why a mail was not plainly accepted (`outcome-CODE`), else the code itself.
pub(crate) fn outcome(locale: &Locale, code: &str) -> String {
    let key = format!("outcome-{code}");
    if locale.has(&key) { locale.text(&key) } else { code.to_owned() }
}

/// A count with its word.
fn count(locale: &Locale, key: &str, count: i64) -> String {
    locale.format(key, &[("count", Value::Count(count))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    #[test]
    fn the_values_of_facts_stand_in_one_column() {
        let zone = TimeZone::UTC;
        for (tag, lines) in
            [("en", "state        paused\n             more\n"), ("fr", "état         paused\n             more\n")]
        {
            let mut facts = Facts::new(i18n::locale(tag), &zone);
            facts.add("state", "paused");
            facts.add("slot", "");
            facts.add("", "more");
            assert_eq!(in_lines(&facts.lines), lines);
        }
    }

    #[test]
    fn an_outcome_without_words_is_its_code() {
        assert_eq!(outcome(i18n::locale("en"), "of-a-later-version"), "of-a-later-version");
        assert_ne!(outcome(i18n::locale("fr"), "address"), "address");
    }
}
