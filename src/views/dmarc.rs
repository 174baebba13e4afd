//! What DMARC reports say, in words: who sends as a domain, week by week, and how many pass.
//!
//! In: [`Weeks`]. Out: rows for the console, a text for terminals, JSON. `facteur doctor`, its page and the API show them.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use crate::clock::{Millis, timestamp};
use crate::i18n::{Locale, Value};
use crate::receivers::report::Mails;
use crate::receivers::weeks::{Week, Weeks};

/// One week.
#[derive(Clone, Debug)]
pub struct WeekView {
    /// Which, and how many mails passed.
    pub words: String,
    /// Its largest sources.
    pub sources: Vec<SourceView>,
}

/// One source.
#[derive(Clone, Debug)]
pub struct SourceView {
    /// An address, a network, or that these are all others.
    pub name: String,
    /// How many of how many passed.
    pub passed: String,
    /// How many by DKIM, how many by SPF.
    pub proofs: String,
}

/// All weeks, the newest first.
pub fn weeks(heard: &Weeks, locale: &Locale) -> Vec<WeekView> {
    heard.weeks.iter().map(|week| of_week(week, locale)).collect()
}

fn of_week(week: &Week, locale: &Locale) -> WeekView {
    let Mails { all, passed, quarantined, rejected, .. } = week.mails;
    let day = locale.day(day(week.begins_at));
    let words = [
        ("day", Value::Text(&day)),
        ("count", Value::Count(all)),
        ("passed", Value::Count(passed)),
        ("quarantined", Value::Count(quarantined)),
        ("rejected", Value::Count(rejected)),
        ("reporters", Value::Count(week.reporters)),
    ];
    let sources = week.sources.iter().map(|(name, mails)| of_source(name, mails, locale)).collect();
    WeekView { words: locale.format("dmarc-week", &words), sources }
}

fn of_source(name: &str, mails: &Mails, locale: &Locale) -> SourceView {
    let counts = |key: &str, names: [(&str, i64); 2]| {
        locale.format(key, &names.map(|(name, count)| (name, Value::Count(count))))
    };
    SourceView {
        name: if name.is_empty() { locale.text("dmarc-others") } else { name.to_owned() },
        passed: counts("dmarc-passed", [("passed", mails.passed), ("count", mails.all)]),
        proofs: counts("dmarc-proofs", [("dkim", mails.dkim), ("spf", mails.spf)]),
    }
}

/// Reports that were not taken, a sentence for each reason.
pub fn refused(heard: &Weeks, locale: &Locale) -> Vec<String> {
    let sentence =
        |why: &str, count: i64| locale.format(&format!("dmarc-refused-{why}"), &[("count", Value::Count(count))]);
    heard.refused.iter().map(|(why, count)| sentence(why.as_str(), *count)).collect()
}

/// For terminals; nothing when nothing was reported.
pub fn text(domain: &str, heard: &Weeks, locale: &Locale) -> String {
    let (weeks, refused) = (weeks(heard, locale), refused(heard, locale));
    let mut out = String::new();
    if weeks.is_empty() && refused.is_empty() {
        return out;
    }
    let _ = writeln!(out, "{}", locale.format("dmarc-title", &[("domain", Value::Text(domain))]));
    for week in weeks {
        let _ = writeln!(out, "  {}", week.words);
        for SourceView { name, passed, proofs } in week.sources {
            let _ = writeln!(out, "    {name}: {passed} ({proofs})");
        }
    }
    for sentence in refused {
        let _ = writeln!(out, "  {sentence}");
    }
    out
}

/// For programs.
pub fn json(heard: &Weeks) -> Json {
    let counts = |mails: &Mails| {
        json!({
            "mails": mails.all, "passed": mails.passed, "dkim": mails.dkim, "spf": mails.spf,
            "quarantined": mails.quarantined, "rejected": mails.rejected,
        })
    };
    let source = |(name, mails): &(String, Mails)| {
        let mut json = counts(mails);
        json["source"] = if name.is_empty() { Json::Null } else { name.as_str().into() };
        json
    };
    let week = |week: &Week| {
        let mut json = counts(&week.mails);
        json["begins"] = day(week.begins_at).to_string().into();
        json["reporters"] = week.reporters.into();
        json["sources"] = week.sources.iter().map(source).collect();
        json
    };
    let refused = heard.refused.iter().map(|(why, count)| (why.to_string(), Json::from(*count)));
    json!({
        "weeks": heard.weeks.iter().map(week).collect::<Vec<_>>(),
        "refused": refused.collect::<serde_json::Map<_, _>>(),
    })
}

/// The day on which a week begins, everywhere.
fn day(at: Millis) -> jiff::civil::Date {
    timestamp(at).to_zoned(TimeZone::UTC).date()
}
