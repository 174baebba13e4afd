//! What a newsletter's letters and pages say: each text as it stands, and ours beside it.
//!
//! In: stored rows and a language. Out: [`TextView`], which is its own JSON; names of letters, pages and their parts in the reader's
//! language. The command line and the console show them.

use serde::Serialize;

use crate::clock::rfc3339;
use crate::i18n::{Locale, Value};
use crate::texts::{self, Hole, Part, Place, Row, Text};

/// A text of one language.
#[derive(Clone, Debug, Serialize)]
pub struct TextView {
    /// Stays as it is: `confirm.subject`.
    pub key: &'static str,
    /// `fr`, `en`, …
    pub language: String,
    /// As it stands, with marks where something is put in.
    pub text: String,
    /// What we say.
    pub ours: String,
    /// Whether the owner has words of their own.
    pub is_own: bool,
    /// When these were changed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
    /// Most characters.
    pub most: usize,
    /// Marks that it must have.
    pub must_have: Vec<&'static str>,
    /// Marks that it may have besides.
    pub may_have: Vec<&'static str>,
}

/// A text as it stands.
pub fn view(rows: &[Row], locale: &Locale, text: Text) -> TextView {
    let own = rows.iter().find(|row| row.locale == locale.tag() && row.key == text.as_str());
    let ours = texts::ours(locale, text);
    let marks = |holes: &[Hole]| holes.iter().map(|hole| hole.mark()).collect();
    TextView {
        key: text.as_str(),
        language: locale.tag().to_owned(),
        text: own.map_or_else(|| ours.clone(), |row| row.text.clone()),
        ours,
        is_own: own.is_some(),
        changed_at: own.map(|row| rfc3339(row.changed_at)),
        most: text.part().most(),
        must_have: marks(text.must()),
        may_have: marks(text.may()),
    }
}

/// What a letter or page is called.
pub fn place(place: Place, locale: &Locale) -> String {
    locale.text(&format!("texts-place-{place}"))
}

/// What a part of it is called.
pub fn part(part: Part, locale: &Locale) -> String {
    locale.text(&format!("texts-part-{part}"))
}

/// What is put into a text, a line each: what it must have first.
pub fn holes(text: Text, locale: &Locale) -> Vec<String> {
    let line = |hole: &Hole, must: bool| {
        let what = locale.text(match hole {
            Hole::Newsletter => "texts-hole-newsletter",
            Hole::Days => "texts-hole-days",
            Hole::Rhythm => "texts-hole-rhythm",
        });
        let values = [("mark", Value::Text(hole.mark())), ("what", Value::Text(&what))];
        locale.format(if must { "texts-hole-must" } else { "texts-hole-may" }, &values)
    };
    let must = text.must().iter().map(|hole| line(hole, true));
    must.chain(text.may().iter().map(|hole| line(hole, false))).collect()
}
