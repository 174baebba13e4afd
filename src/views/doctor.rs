//! A look of the doctor in words: what was found, and the record to paste.
//!
//! In: a [`Look`]. Out: [`LineView`]s, which are their own JSON; a text for terminals. The console and `facteur doctor` show them.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::clock::rfc3339;
use crate::coded::{Coded as _, Told as _};
use crate::doctor::{Check, Line, Look, Verdict};
use crate::i18n::{Locale, Value};
use crate::phrase;

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    /// `spf`, `dkim`, …
    pub check: &'static str,
    /// The same in words.
    #[serde(skip)]
    pub title: String,
    /// `ok`, `unknown`, `warning`, `fault`.
    pub verdict: &'static str,
    /// The same in words.
    #[serde(skip)]
    pub state: String,
    /// What was found, for programs.
    pub code: &'static str,
    /// The name, host or address that it is about.
    pub about: String,
    /// What was found.
    pub words: String,
    /// The records that stand there.
    pub found: Vec<String>,
    /// The record that should.
    pub wanted: Option<Record>,
    /// Which server said so.
    pub by: String,
}

/// A record to paste.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Its whole name.
    pub name: String,
    /// `TXT`, `MX`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says.
    pub value: String,
}

/// All lines, those that want something mended first in each check.
pub fn lines(look: &Look, locale: &Locale) -> Vec<LineView> {
    look.lines.iter().map(|line| view(line, locale)).collect()
}

fn view(line: &Line, locale: &Locale) -> LineView {
    let wanted = line.wanted.as_ref();
    LineView {
        check: line.check.as_str(),
        title: locale.text(&format!("doctor-check-{}", line.check)),
        verdict: line.verdict.as_str(),
        state: locale.text(&format!("doctor-verdict-{}", line.verdict)),
        code: line.finding.code(),
        about: line.about.clone(),
        words: line.finding.words(locale),
        found: line.found.clone(),
        wanted: wanted.map(|record| Record {
            name: record.name.clone(),
            kind: record.kind.clone(),
            value: record.value.clone(),
        }),
        by: line.by.clone(),
    }
}

/// How many lines are how, in one sentence.
pub fn in_short(look: &Look, locale: &Locale) -> String {
    let count = |verdict| Value::Count(look.lines.iter().filter(|line| line.verdict == verdict).count() as i64);
    let counts = [
        ("ok", count(Verdict::Ok)),
        ("unknown", count(Verdict::Unknown)),
        ("warnings", count(Verdict::Warning)),
        ("faults", count(Verdict::Fault)),
    ];
    locale.format("doctor-in-short", &counts)
}

/// Checks in words, one after the other.
pub fn named(checks: &[Check], locale: &Locale) -> String {
    checks.iter().map(|check| locale.text(&format!("doctor-check-{check}"))).collect::<Vec<_>>().join(", ")
}

/// For programs.
pub fn json(look: &Look, locale: &Locale) -> Json {
    json!({
        "domain": look.domain,
        "looked_at": rfc3339(look.at),
        "worst": look.worst().as_str(),
        "lines": lines(look, locale),
    })
}

/// For terminals: a line each, what stands there and what should below it.
pub fn text(look: &Look, locale: &Locale) -> String {
    let mut out = format!("{} ({})\n", look.domain, phrase::when(look.at, &TimeZone::system()));
    for line in lines(look, locale) {
        let LineView { title, state, words, about, .. } = &line;
        let about = if about.is_empty() { String::new() } else { format!(" {about}") };
        let _ = writeln!(out, "{state}: {title}{about}: {words}");
        let by = if line.by.is_empty() { String::new() } else { format!("  [{}]", line.by) };
        for found in &line.found {
            let _ = writeln!(out, "    {} {found}{by}", locale.text("doctor-found"));
        }
        if let Some(record) = &line.wanted {
            let label = locale.text("doctor-wanted");
            let _ = writeln!(out, "    {label} {} {} {}", record.name, record.kind, record.value);
        }
    }
    let _ = writeln!(out, "{}", in_short(look, locale));
    out
}
