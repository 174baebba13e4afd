//! The table of refusals, compiled: TOML → rules in order, with one automaton for all of their phrases.
//!
//! In: `assets/replies.toml`, and the operator's own file. Out: [`Rules`], compiled once; [`Rules::find`] costs some microseconds, and
//! only a refusal is ever looked up. Met by [`super`].

use std::cell::OnceCell;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::fold::{fold, questioned};
use super::wrong::{Faulty, Wrong};
use super::{About, Enhanced, Found, Place, Said};

/// The built-in table.
const BUILT_IN: &str = include_str!("../../assets/replies.toml");
/// Bytes of words that are looked at.
const MAX_WORDS: usize = 4096;
/// Bytes of an operator's file; a table is a few hundred lines.
const MAX_FILE: usize = 1 << 20;

/// A table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    rule: Vec<Written>,
}

/// A rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    class: String,
    about: About,
    #[serde(default)]
    enhanced: Vec<String>,
    #[serde(default)]
    code: Vec<u16>,
    #[serde(default)]
    session_code: Vec<u16>,
    #[serde(default)]
    words: Vec<String>,
    only: Option<Place>,
}

/// An enhanced code with holes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
    /// There is no enhanced code.
    None,
    /// Each number that is given is the same.
    Like(Option<u16>, Option<u16>, Option<u16>),
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        if text == "none" {
            return Some(Self::None);
        }
        let number = |word: &str| match word {
            "x" => Some(None),
            _ if word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit()) => word.parse().ok().map(Some),
            _ => None,
        };
        let mut words = text.split('.').map(number);
        let pattern = Self::Like(words.next()??, words.next()??, words.next()??);
        words.next().is_none().then_some(pattern)
    }

    fn fits(self, enhanced: Option<Enhanced>) -> bool {
        let same = |wanted: Option<u16>, is: u16| wanted.is_none_or(|wanted| wanted == is);
        match (self, enhanced) {
            (Self::None, None) => true,
            (Self::Like(class, subject, detail), Some(e)) => {
                same(class, u16::from(e.class)) && same(subject, e.subject) && same(detail, e.detail)
            }
            _ => false,
        }
    }
}

/// A rule.
#[derive(Debug)]
struct Rule {
    class: String,
    about: About,
    enhanced: Vec<Pattern>,
    code: Vec<u16>,
    session_code: Vec<u16>,
    worded: bool,
    only: Option<Place>,
}

impl Rule {
    /// Whether all but its words fit. `enhanced` is the code as far as it says something.
    fn fits(&self, said: &Said<'_>, enhanced: Option<Enhanced>, vague: bool) -> bool {
        let coded = |codes: &[u16]| codes.is_empty() || said.code.is_some_and(|code| codes.contains(&code));
        self.only.is_none_or(|only| only == said.place)
            && coded(&self.code)
            && (said.place == Place::Report || coded(&self.session_code))
            && match self.enhanced.as_slice() {
                [] => !self.worded || vague,
                patterns => patterns.iter().any(|pattern| pattern.fits(enhanced)),
            }
    }
}

/// A phrase: which rule it belongs to, and as it is written.
#[derive(Debug)]
struct Phrase {
    rule: usize,
    written: String,
}

/// A table, compiled.
#[derive(Debug)]
struct Compiled {
    rules: Vec<Rule>,
    phrases: Vec<Phrase>,
    /// Of each pattern of `search`, its phrase.
    phrase_of: Vec<usize>,
    search: AhoCorasick,
}

/// Compiled when the first refusal comes: most commands never meet one.
static SHIPPED: LazyLock<Compiled> =
    LazyLock::new(|| Compiled::new(BUILT_IN).expect("a test compiles assets/replies.toml"));

/// What refusals are about: the built-in table, behind the operator's.
#[derive(Debug, Default)]
pub struct Rules {
    own: Option<Compiled>,
}

impl Rules {
    /// The built-in table behind the rules of the operator's file; an empty name means no file.
    ///
    /// # Errors
    /// [`Faulty`] says what is wrong with the file, with its name.
    pub fn with_file(name: &str) -> Result<Arc<Self>, Faulty> {
        if name.is_empty() {
            return Ok(Arc::default());
        }
        let of_file = |wrong| Faulty { file: name.to_owned(), wrong };
        let text = std::fs::read_to_string(Path::new(name));
        let text = text.map_err(|error| of_file(Wrong::Unreadable { error: error.to_string() }))?;
        if text.len() > MAX_FILE {
            return Err(of_file(Wrong::TooLarge { bytes: text.len(), most: MAX_FILE }));
        }
        Self::with(&text).map(Arc::new).map_err(of_file)
    }

    /// The built-in table behind these rules.
    ///
    /// # Errors
    /// [`Wrong`] names the rule and what is expected instead.
    pub fn with(table: &str) -> Result<Self, Wrong> {
        Ok(Self { own: Some(Compiled::new(table)?) })
    }

    /// The first rule that fits.
    pub fn find(&self, said: &Said<'_>) -> Option<Found<'_>> {
        self.own.as_ref().and_then(|own| own.find(said)).or_else(|| SHIPPED.find(said))
    }
}

impl Compiled {
    fn new(table: &str) -> Result<Self, Wrong> {
        let (mut rules, mut phrases) = (Vec::new(), Vec::new());
        let table: Table = toml_edit::de::from_str(table)
            .map_err(|error| Wrong::NoTable { what: error.to_string().trim_end().to_owned() })?;
        for (rule, written) in table.rule.into_iter().enumerate() {
            phrases.extend(written.words.iter().map(|words| Phrase { rule, written: words.clone() }));
            rules.push(compiled(written, rule + 1)?);
        }
        let (mut patterns, mut phrase_of) = (Vec::new(), Vec::new());
        for (at, phrase) in phrases.iter().enumerate() {
            for pattern in std::iter::once(fold(&phrase.written)).chain(questioned(&phrase.written)) {
                patterns.push(pattern);
                phrase_of.push(at);
            }
        }
        let search = AhoCorasick::new(&patterns).map_err(|error| Wrong::TooMany { error: error.to_string() })?;
        Ok(Self { rules, phrases, phrase_of, search })
    }

    fn find(&self, said: &Said<'_>) -> Option<Found<'_>> {
        let report = said.place == Place::Report;
        let enhanced = said.enhanced.filter(|enhanced| !report || !enhanced.says_nothing());
        // "Other or undefined" of its subject (RFC 3463): sendmail writes 5.3.0 for no such user. Of policy it says enough.
        let vague = enhanced.is_none_or(|enhanced| report && enhanced.detail == 0 && enhanced.subject != 7);
        let heard = OnceCell::new();
        self.rules.iter().enumerate().find_map(|(number, rule)| {
            if !rule.fits(said, enhanced, vague) {
                return None;
            }
            let mut phrase = None;
            if rule.worded {
                let heard = heard.get_or_init(|| self.hear(said.words));
                phrase = Some(heard.iter().find(|(of, _)| *of == number)?.1);
            }
            Some(Found { class: &rule.class, about: rule.about, phrase })
        })
    }

    /// The phrases that stand in these words, each with its rule.
    fn hear(&self, words: &str) -> Vec<(usize, &str)> {
        let end = (0..=words.len().min(MAX_WORDS)).rev().find(|at| words.is_char_boundary(*at)).unwrap_or_default();
        let words = fold(&words[..end]);
        let found = self.search.find_overlapping_iter(&words);
        let mut heard: Vec<(usize, &str)> = Vec::new();
        for phrase in found.map(|found| &self.phrases[self.phrase_of[found.pattern().as_usize()]]) {
            if heard.iter().all(|(rule, _)| *rule != phrase.rule) {
                heard.push((phrase.rule, &phrase.written));
            }
        }
        heard
    }
}

/// A rule; `rule`: its number for people.
fn compiled(written: Written, rule: usize) -> Result<Rule, Wrong> {
    let name = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    if written.class.is_empty() || !written.class.chars().all(name) {
        return Err(Wrong::Class { rule, class: written.class });
    }
    let pattern = |text: &String| Pattern::parse(text).ok_or_else(|| Wrong::Enhanced { rule, text: text.clone() });
    let enhanced = written.enhanced.iter().map(pattern).collect::<Result<Vec<_>, _>>()?;
    if let Some(code) = written.code.iter().chain(&written.session_code).find(|code| !(400..600).contains(*code)) {
        return Err(Wrong::Code { rule, code: i64::from(*code) });
    }
    if written.words.iter().any(|words| words.trim().len() < 3) {
        return Err(Wrong::Phrase { rule });
    }
    if enhanced.is_empty() && written.code.is_empty() && written.words.is_empty() {
        return Err(Wrong::NoCondition { rule });
    }
    let (code, session_code, worded) = (written.code, written.session_code, !written.words.is_empty());
    Ok(Rule { class: written.class, about: written.about, enhanced, code, session_code, worded, only: written.only })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(rules: &'a Rules, place: Place, reply: &str) -> Option<(&'a str, About)> {
        let (code, words) = reply.split_at(3);
        let said =
            Said { place, code: code.parse().ok(), enhanced: Enhanced::parse(words.trim()), words: words.trim() };
        rules.find(&said).map(|found| (found.class, found.about))
    }

    #[test]
    fn the_shipped_table_compiles() {
        let shipped = Compiled::new(BUILT_IN).unwrap();
        assert!(shipped.rules.len() > 30 && shipped.phrases.len() > 300);
        let rules = Rules::default();
        let shared = found(&rules, Place::Session, "550 User Unknown");
        assert_eq!(shared, Some(("no-such-user", About::Address)));
        assert_eq!(found(&rules, Place::Report, "550 User Unknown"), shared);
    }

    #[test]
    fn in_a_report_a_code_that_says_nothing_leaves_it_to_the_words_and_in_session_it_does_not() {
        let rules = Rules::default();
        for reply in ["550 5.0.0 no such user here", "553 5.3.0 no such user here", "554 5.0.0 user unknown"] {
            assert_eq!(found(&rules, Place::Report, reply), Some(("no-such-user", About::Address)), "{reply}");
            assert_ne!(found(&rules, Place::Session, reply).map(|(_, about)| about), Some(About::Address), "{reply}");
        }
        assert_eq!(found(&rules, Place::Report, "550 5.7.0 no such user"), Some(("policy", About::Policy)));
        assert_eq!(found(&rules, Place::Report, "554 5.7.1 spam content"), Some(("spam", About::Text)));
        assert_eq!(found(&rules, Place::Report, "552 5.2.2 over quota"), Some(("full", About::Mailbox)));
    }

    #[test]
    fn words_are_known_with_and_without_their_accents() {
        let rules = Rules::default();
        for words in ["boîte aux lettres pleine", "BOITE AUX LETTRES PLEINE", "bo?te aux lettres pleine"] {
            let found = found(&rules, Place::Report, &format!("550 {words}"));
            assert_eq!(found, Some(("full", About::Mailbox)), "{words}");
        }
    }

    #[test]
    fn the_operators_rules_come_first() {
        let own = "[[rule]]\nclass = \"ours\"\nabout = \"policy\"\nenhanced = [\"5.1.1\"]\nwords = [\"tuesday\"]";
        let rules = Rules::with(own).unwrap();
        assert_eq!(found(&rules, Place::Session, "550 5.1.1 not on a Tuesday"), Some(("ours", About::Policy)));
        assert_eq!(found(&rules, Place::Session, "550 5.1.1 no"), Some(("no-such-user", About::Address)));
    }

    #[test]
    fn a_table_that_cannot_be_used_says_why() {
        for (table, why) in [
            ("[[rule]]\nclass = \"a\"\nabout = \"us\"", "no condition"),
            ("[[rule]]\nclass = \"A b\"\nabout = \"us\"\ncode = [550]", "lower-case"),
            ("[[rule]]\nclass = \"a\"\nabout = \"us\"\ncode = [250]", "400 to 599"),
            ("[[rule]]\nclass = \"a\"\nabout = \"us\"\nenhanced = [\"5.1\"]", "must be like"),
            ("[[rule]]\nclass = \"a\"\nabout = \"us\"\nwords = [\"no\"]", "fewer than 3"),
            ("[[rule]]\nclass = \"a\"\nabout = \"nobody\"\ncode = [550]", "nobody"),
            ("[[rule]]\nclass = \"a\"\nabout = \"us\"\ncodes = [550]", "codes"),
        ] {
            let said = Rules::with(table).unwrap_err().to_string();
            assert!(said.contains(why), "{said}");
        }
        assert!(Rules::with_file("/nowhere/rules.toml").unwrap_err().to_string().contains("rules_file"));
    }
}
