//! An owner's own words in place of ours, in each language: in the letters that a newsletter sends to readers and on its public pages.
//!
//! In: rows of `newsletter_text` ([`Row`]). Out: [`Texts`], which a letter or a page asks for each text of the [`catalogue`]: the
//! owner's where there are some, else ours of `locales/`, with what belongs into its holes. [`judge`] says whether words can stand.
//! Plain text: whoever shows it escapes it. Met by `newsletters` (which stores them), `mails`, `delivery` and `web`.

pub mod catalogue;
pub mod judge;

use std::sync::Arc;

use crate::clock::Millis;
use crate::db::from_row;
use crate::i18n::{Locale, Value};

pub use catalogue::{Hole, Part, Place, Text};

/// A stored text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `fr`, `en`, …
    pub locale: String,
    /// See [`Text`]; perhaps one that only another version knows.
    pub key: String,
    /// The owner's words, with marks where something is put in.
    pub text: String,
    /// When they were changed last.
    pub changed_at: Millis,
    /// By which person; 0 at the command line and for a program.
    pub changed_by: i64,
}
from_row!(Row { locale, key, text, changed_at, changed_by });

/// The texts of one newsletter, in every language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(Arc<Vec<(String, Text, String)>>);

impl Texts {
    /// Of stored rows; a key that this version does not know is passed over.
    pub fn of_rows(rows: Vec<Row>) -> Self {
        let known = |row: Row| Some((row.locale, row.key.parse().ok()?, row.text));
        Self(Arc::new(rows.into_iter().filter_map(known).collect()))
    }

    /// The same with other words of one language: a preview of what is not stored.
    #[must_use]
    pub fn with(&self, locale: &Locale, words: impl IntoIterator<Item = (Text, String)>) -> Self {
        let mut texts = self.0.as_ref().clone();
        for (text, words) in words {
            texts.retain(|(tag, found, _)| !(tag == locale.tag() && *found == text));
            if words != ours(locale, text) {
                texts.push((locale.tag().to_owned(), text, words));
            }
        }
        Self(Arc::new(texts))
    }

    /// The owner's words for a text, if there are some.
    pub fn own(&self, locale: &Locale, text: Text) -> Option<&str> {
        let found = self.0.iter().find(|(tag, found, _)| tag == locale.tag() && *found == text);
        found.map(|(_, _, words)| words.as_str())
    }

    /// A text as it is shown: the owner's words, else ours.
    pub fn say(&self, locale: &Locale, text: Text, values: &[(Hole, Value<'_>)]) -> String {
        match self.own(locale, text) {
            Some(own) => filled(own, values),
            None if text.message().is_empty() => String::new(),
            None => {
                let variables =
                    values.iter().flat_map(|(hole, value)| hole.variables().iter().map(|name| (*name, *value)));
                locale.format(text.message(), &variables.collect::<Vec<_>>())
            }
        }
    }
}

/// Our words for a text as an owner would type them, its holes as marks.
pub fn ours(locale: &Locale, text: Text) -> String {
    let marks = Hole::ALL.map(|hole| (hole, Value::Text(hole.mark())));
    Texts::default().say(locale, text, &marks)
}

/// A text's lines; none when it is empty.
pub fn lines(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split('\n').map(str::to_owned).collect() }
}

/// Puts values into the holes. What a value holds is put in as it is, also where it looks like a hole.
fn filled(words: &str, values: &[(Hole, Value<'_>)]) -> String {
    let (mut out, mut rest) = (String::with_capacity(words.len() + 40), words);
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let found = values.iter().find(|(hole, _)| tail.starts_with(hole.mark()));
        let Some((hole, value)) = found else {
            out.push('{');
            rest = &tail[1..];
            continue;
        };
        match value {
            Value::Text(text) => out.push_str(text),
            Value::Count(count) => out.push_str(&count.to_string()),
        }
        rest = &tail[hole.mark().len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::i18n;

    fn of(locale: &str, text: Text, words: &str) -> Texts {
        Texts::of_rows(vec![Row {
            locale: locale.to_owned(),
            key: text.to_string(),
            text: words.to_owned(),
            changed_at: 0,
            changed_by: 0,
        }])
    }

    #[test]
    fn an_owners_words_stand_in_their_language_alone() {
        let texts = of("fr", Text::ConfirmSubject, "Bienvenue à {newsletter} ({days}, {x}, {)");
        let values = [(Hole::Newsletter, Value::Text("L’{days} & <b>")), (Hole::Days, Value::Count(7))];
        let say = |tag: &str, text| texts.say(i18n::locale(tag), text, &values);
        assert_eq!(say("fr", Text::ConfirmSubject), "Bienvenue à L’{days} & <b> (7, {x}, {)");
        assert_eq!(say("en", Text::ConfirmSubject), "Confirm your subscription to L’{days} & <b>");
        assert_eq!(say("fr", Text::ConfirmOpening), "");
        assert_eq!(Texts::of_rows(vec![Row { key: "no.such".to_owned(), ..row() }]), Texts::default());
    }

    fn row() -> Row {
        Row { locale: "fr".to_owned(), key: String::new(), text: "x".to_owned(), changed_at: 0, changed_by: 0 }
    }

    #[test]
    fn what_is_typed_as_ours_is_ours() {
        let (fr, stored) = (i18n::locale("fr"), of("fr", Text::FormButton, "Oui"));
        assert_eq!(stored.with(fr, [(Text::FormButton, ours(fr, Text::FormButton))]), Texts::default());
        let typed = stored.with(fr, [(Text::FormButton, "Je viens".to_owned())]);
        assert_eq!(
            (typed.own(fr, Text::FormButton), stored.own(fr, Text::FormButton)),
            (Some("Je viens"), Some("Oui"))
        );
    }

    #[test]
    fn every_text_has_a_place_a_name_of_it_and_words_that_could_be_typed() {
        let mut keys = BTreeSet::new();
        for text in Text::ALL {
            assert_eq!(text.as_str(), format!("{}.{}", text.place(), text.part()));
            assert!(keys.insert(text.as_str()));
            assert_eq!(Text::at(text.place(), text.part()), Some(*text));
            for tag in i18n::tags() {
                let locale = i18n::locale(tag);
                assert!(
                    text.message().is_empty() == text.part().may_be_empty()
                        && (text.message().is_empty() || locale.has(text.message())),
                    "{text}"
                );
                let ours = ours(locale, *text);
                assert_eq!(judge::judge(*text, &ours), Ok(ours.clone()), "{tag}, {text}: {ours}");
            }
        }
        for place in Place::ALL {
            assert!(Text::of(*place).count() > 1, "{place}");
        }
    }

    #[test]
    fn a_number_chooses_our_words_and_stands_in_theirs() {
        let en = i18n::locale("en");
        let said = |texts: &Texts, days| texts.say(en, Text::ConfirmFirstLine, &[(Hole::Days, Value::Count(days))]);
        assert!(said(&Texts::default(), 1).ends_with("for 1 day.") && said(&Texts::default(), 7).ends_with("7 days."));
        assert!(ours(en, Text::ConfirmFirstLine).ends_with("{days} days."));
        assert_eq!(said(&of("en", Text::ConfirmFirstLine, "{days} to go"), 7), "7 to go");
    }
}
