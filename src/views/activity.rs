//! What people and programs did, as the owner is shown it.
//!
//! In: rows of the chain; the names of people, programs and newsletters, which a door has read. Out: [`ActivityView`] with ids alone, for
//! programs and files: it is its own JSON; and lines in words.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use crate::clock::rfc3339;
use crate::events::activity::Row;
use crate::i18n::{Locale, Value};

/// A row with all that is chained: from these, anybody can compute the hashes again.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityView {
    /// 1, 2, 3 …
    pub number: i64,
    /// When.
    pub at: String,
    /// The same as it is hashed: milliseconds UTC.
    pub at_ms: i64,
    /// `person`, `token`, `command`, `visitor` or `system`.
    pub actor: String,
    /// Which person or token; 0 of the others.
    pub actor_id: i64,
    /// Its slug, while there is a newsletter of this id.
    pub newsletter: Option<String>,
    /// Its id; 0: the instance.
    pub newsletter_id: i64,
    /// What.
    pub code: String,
    /// About what.
    pub about: String,
    /// Which one.
    pub about_id: i64,
    /// To how many at once.
    pub count: i64,
    /// What else there is to say.
    pub parameters: Json,
    /// Of the row before and this one.
    pub hash: String,
}

/// A row, with the slugs of newsletters.
pub fn view(row: &Row, slugs: &BTreeMap<i64, String>) -> ActivityView {
    ActivityView {
        number: row.id,
        at: rfc3339(row.at),
        at_ms: row.at,
        actor: row.actor.clone(),
        actor_id: row.actor_id,
        newsletter: slugs.get(&row.newsletter_id).cloned(),
        newsletter_id: row.newsletter_id,
        code: row.code.clone(),
        about: row.about.clone(),
        about_id: row.about_id,
        count: row.count,
        // What is no JSON was not written by us: it is shown as it stands.
        parameters: serde_json::from_str(&row.parameters).unwrap_or_else(|_| row.parameters.clone().into()),
        hash: row.hash.clone(),
    }
}

/// The columns of the CSV.
const COLUMNS: [&str; 13] = [
    "number",
    "at",
    "at_ms",
    "actor",
    "actor_id",
    "newsletter",
    "newsletter_id",
    "code",
    "about",
    "about_id",
    "count",
    "parameters",
    "hash",
];

/// Rows as CSV (RFC 4180) with a header line. No cell begins with what a spreadsheet would run: they are numbers, words of ours, JSON
/// and base64url, whose `-` gets an apostrophe.
///
/// # Errors
/// When there is no memory for it.
pub fn csv(rows: &[ActivityView]) -> std::io::Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(COLUMNS)?;
    for row in rows {
        let newsletter = row.newsletter.clone().unwrap_or_default();
        let hash = if row.hash.starts_with('-') { format!("'{}", row.hash) } else { row.hash.clone() };
        csv.write_record([
            row.number.to_string(),
            row.at.clone(),
            row.at_ms.to_string(),
            row.actor.clone(),
            row.actor_id.to_string(),
            newsletter,
            row.newsletter_id.to_string(),
            row.code.clone(),
            row.about.clone(),
            row.about_id.to_string(),
            row.count.to_string(),
            row.parameters.to_string(),
            hash,
        ])?;
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// How people, programs and newsletters are called, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Those with an account.
    pub people: BTreeMap<i64, String>,
    /// Tokens that are there.
    pub tokens: BTreeMap<i64, String>,
    /// Newsletters, also those in the bin.
    pub newsletters: BTreeMap<i64, String>,
}

/// A row in words.
#[derive(Clone, Debug)]
pub struct Line {
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// In which newsletter; empty: in the instance.
    pub place: String,
    /// About which one, where it has a name or a number; empty otherwise.
    pub about: String,
    /// What was changed, from what to what, as code.
    pub details: String,
}

impl Names {
    /// A row in words.
    pub fn line(&self, row: &Row, locale: &Locale) -> Line {
        let place = self.newsletters.get(&row.newsletter_id).cloned();
        let gone = || if row.newsletter_id == 0 { String::new() } else { locale.text("activity-newsletter-gone") };
        Line {
            who: self.who(&row.actor, row.actor_id, locale),
            what: what(&row.code, locale),
            place: place.unwrap_or_else(gone),
            about: self.about(row, locale),
            details: details(row),
        }
    }

    fn who(&self, actor: &str, id: i64, locale: &Locale) -> String {
        let named = match actor {
            "person" => self.people.get(&id).cloned(),
            "token" => self.tokens.get(&id).map(|name| locale.format("activity-token", &[("name", Value::Text(name))])),
            _ => None,
        };
        named.unwrap_or_else(|| locale.text(&format!("activity-actor-{actor}")))
    }

    fn about(&self, row: &Row, locale: &Locale) -> String {
        match row.about.as_str() {
            "person" if (row.actor.as_str(), row.actor_id) == ("person", row.about_id) => String::new(),
            "person" => self.who("person", row.about_id, locale),
            "token" => self.tokens.get(&row.about_id).cloned().unwrap_or_else(|| locale.text("activity-actor-token")),
            "newsletter" | "instance" => String::new(),
            _ if row.about_id == 0 => String::new(),
            about => format!("{about} {}", row.about_id),
        }
    }
}

/// What a code means: `activity-CODE`, or what a timeline says of the event; else the code itself, of a later version.
pub fn what(code: &str, locale: &Locale) -> String {
    let word = code.replace(['.', '_'], "-");
    let keys = [format!("activity-{word}"), format!("event-{word}")];
    keys.iter().find(|key| locale.has(key)).map_or_else(|| code.to_owned(), |key| locale.text(key))
}

/// Parameters, and fields that were changed, in one line: `role: editor; fields: name, language fr → en`.
fn details(row: &Row) -> String {
    let said: Json = serde_json::from_str(&row.parameters).unwrap_or_default();
    let Some(said) = said.as_object() else { return row.parameters.clone() };
    let mut parts: Vec<String> = said
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| match value.as_object() {
            Some(fields) => fields.iter().map(|(name, values)| field(name, values)).collect::<Vec<_>>().join(", "),
            None => format!("{name}: {}", word(value)),
        })
        .collect();
    if row.count != 1 {
        parts.push(format!("× {}", row.count));
    }
    parts.join("; ")
}

fn field(name: &str, values: &Json) -> String {
    match values.as_array().map(Vec::as_slice) {
        Some([before, after]) => format!("{name} {} → {}", word(before), word(after)),
        _ => name.to_owned(),
    }
}

fn word(value: &Json) -> String {
    match value {
        Json::String(text) if text.is_empty() => "∅".to_owned(),
        Json::String(text) => text.clone(),
        Json::Null => "∅".to_owned(),
        Json::Array(values) => values.iter().map(word).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::activity::Deed;
    use crate::i18n;

    fn row(code: &str, parameters: &str) -> Row {
        Row {
            id: 3,
            at: 0,
            actor: "person".to_owned(),
            actor_id: 7,
            newsletter_id: 0,
            code: code.to_owned(),
            about: "instance".to_owned(),
            about_id: 0,
            count: 1,
            parameters: parameters.to_owned(),
            hash: "-a".to_owned(),
        }
    }

    #[test]
    fn every_deed_has_words() {
        for tag in i18n::tags() {
            let locale = i18n::locale(tag);
            for deed in Deed::ALL {
                assert_ne!(what(deed.as_str(), locale), deed.as_str(), "{tag}");
            }
            assert_eq!(what("of-a.later-version", locale), "of-a.later-version");
        }
    }

    #[test]
    fn details_say_what_was_changed() {
        let said = r#"{"fields":{"language":["fr","en"],"name":null},"role":["none","editor"],"status":null}"#;
        let mut row = row("newsletter.changed", said);
        assert_eq!(details(&row), "language fr → en, name; role: none, editor");
        row.count = 12;
        row.parameters = "{}".to_owned();
        assert_eq!(details(&row), "× 12");
    }

    #[test]
    fn who_is_gone_is_told_as_such_and_a_hash_is_no_formula() {
        let locale = i18n::locale("en");
        let mut names = Names::default();
        let row = row("session.begun", "{}");
        assert_eq!(names.line(&row, locale).who, locale.text("activity-actor-person"));
        names.people.insert(7, "Ana".to_owned());
        assert_eq!(names.line(&row, locale).who, "Ana");
        let text = String::from_utf8(csv(&[view(&row, &BTreeMap::new())]).unwrap()).unwrap();
        assert_eq!(text.lines().nth(1), Some("3,1970-01-01T00:00:00Z,0,person,7,,0,session.begun,instance,0,1,{},'-a"));
    }
}
