//! The meaning of a column, by its name in the first line.
//!
//! In: a header cell. Out: a [`Meaning`]. A name about consent or state is read with the words of [`super::words`], so that
//! `unsubscribed_at`, `Ne pas contacter` and `Newsletter abbestellt` need no list of their own.

use super::header_words as h;
use super::standing::Standing;
use super::words::{self, is_one, plain};

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The address.
    Email,
    /// First name.
    First,
    /// Last name.
    Last,
    /// A whole name.
    Name,
    /// A language tag.
    Language,
    /// A status word.
    Status,
    /// Yes or a date: the person may be written to. No: the person has this standing.
    Asserts(Standing),
    /// Yes, a date or a reason: the person has this standing. No or nothing: they do not.
    Says(Standing),
    /// Something that has nothing to do with consent.
    Harmless,
    /// Ignored at the operator's request.
    Ignored,
    /// Not understood.
    Unknown,
}

impl Meaning {
    /// Whether the column is about consent or state.
    pub const fn is_state(self) -> bool {
        matches!(self, Self::Status | Self::Asserts(_) | Self::Says(_))
    }
}

/// The meaning of a column by its header cell.
pub fn meaning(header: &str) -> Meaning {
    let name = plain(&h::SPELLINGS.iter().fold(header.to_owned(), |name, (odd, usual)| name.replace(odd, usual)));
    let is = |list: &str| is_one(&name, list);
    match () {
        () if name.is_empty() => Meaning::Unknown,
        () if is_address(&name) => Meaning::Email,
        () if is(h::FIRST) => Meaning::First,
        () if is(h::LAST) => Meaning::Last,
        () if is(h::NAME) => Meaning::Name,
        () if is(h::LANGUAGE) => Meaning::Language,
        () if is(h::HARMLESS_NAMES) => Meaning::Harmless,
        () => Words::new(&words::joined(without_choice(&name))).meaning(),
    }
}

/// A word for an address, with at most a word for whose address it is.
fn is_address(name: &str) -> bool {
    let beside = |word: &str| is_one(word, h::EMAIL) || is_one(word, h::BESIDE_EMAIL) || word.parse::<u32>().is_ok();
    is_one(name, h::EMAIL_NAMES) || (name.split(' ').any(|word| is_one(word, h::EMAIL)) && name.split(' ').all(beside))
}

/// `Newsletter (oui/non)` → `newsletter`: the possible answers are not part of the name.
fn without_choice(name: &str) -> &str {
    let choice = h::CHOICE.split('|').find_map(|choice| name.strip_suffix(choice)?.strip_suffix(' '));
    choice.filter(|name| !name.is_empty()).unwrap_or(name)
}

/// The words of a header cell.
struct Words<'a> {
    text: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Words<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, words: text.split(' ').collect() }
    }

    fn has(&self, list: &str) -> bool {
        self.words.iter().any(|word| is_one(word, list))
    }

    fn begins(&self, list: &str) -> bool {
        self.words.iter().any(|word| list.split('|').any(|part| word.starts_with(part)))
    }

    fn ends(&self, list: &str) -> bool {
        self.words.iter().any(|word| list.split('|').any(|part| word.ends_with(part)))
    }

    fn meaning(&self) -> Meaning {
        if self.is_beside_the_point() || self.is_harmless() {
            return Meaning::Harmless;
        }
        self.of_state().unwrap_or(Meaning::Unknown)
    }

    /// Details of an act (its link, its campaign, its number), other channels, counts, tracking.
    fn is_beside_the_point(&self) -> bool {
        let last = self.words.last().copied().unwrap_or_default();
        let other_channel = self.begins(h::OTHER_CHANNEL) && !self.has(h::EMAIL) && !self.has(h::STATUS_OF_ALL);
        is_one(last, h::DETAILS) || self.has(h::DETAILS_ANYWHERE) || other_channel || self.begins(h::TRACKING)
    }

    fn of_state(&self) -> Option<Meaning> {
        if self.words[0] == "clean" {
            return Some(Meaning::Says(Standing::Bounced));
        }
        let hard = words::restrictive(self.text).filter(|_| !self.begins("expir|invit|retire"));
        let denied = words::is_denied(self.text);
        let begins_so = words::denies(self.words[0]);
        let about_confirming = self.begins(h::CONFIRMING);
        match (hard, denied) {
            // "Not unsubscribed": looks like consent, but it is unclear what a yes means.
            (Some(_), true) if !self.begins(super::vocabulary::WRITING) => return Some(Meaning::Unknown),
            // "Opt-in / opt-out", "inscrit ou désinscrit".
            (Some(Standing::Unsubscribed), _) if self.has(h::EITHER) => return Some(Meaning::Unknown),
            (Some(standing), _) => return Some(Meaning::Says(standing)),
            // A negation somewhere in the name: it is unclear whether a yes means yes.
            (None, true) if !begins_so => return Some(Meaning::Unknown),
            (None, true) if about_confirming => return Some(Meaning::Says(Standing::Pending)),
            (None, true) if self.is_of_consent() => return Some(Meaning::Says(Standing::Unsubscribed)),
            (None, _) => {}
        }
        let of_something_else = self.begins(h::OTHER_STATES)
            || (self.begins(h::SUBSCRIPTION) && self.has(h::PLAN))
            || (self.has("state|estado|stato") && self.has(h::OF_ADDRESS));
        match () {
            () if of_something_else => Some(Meaning::Harmless),
            () if self.has(h::STATUS) || self.ends("status|statut") => Some(Meaning::Status),
            () if about_confirming => Some(Meaning::Asserts(Standing::Pending)),
            () if self.begins(h::REACHABLE) => Some(Meaning::Asserts(Standing::Bounced)),
            () if self.is_dated() && self.is_of_sign_up() => Some(Meaning::Harmless),
            () if self.is_of_consent() => Some(Meaning::Asserts(Standing::Unsubscribed)),
            () => None,
        }
    }

    fn is_of_consent(&self) -> bool {
        let within = |word: &&str| h::CONSENT_WITHIN.split('|').any(|part| word.contains(part));
        self.begins(h::CONSENT) || self.has(super::vocabulary::CONSENT) || self.words.iter().any(within)
    }

    /// `Date d'inscription`, `subscribed_at`, `OPTIN_TIME`.
    fn is_dated(&self) -> bool {
        self.has(h::DATED) || self.words.iter().any(|word| word.ends_with("datum"))
    }

    fn is_of_sign_up(&self) -> bool {
        let part = |word: &&str| {
            h::SIGN_UP.split('|').any(|part| word.starts_with(part))
                || is_one(word, h::DATED)
                || is_one(word, h::BESIDE)
        };
        self.words.iter().all(part)
    }

    /// Each word is known to have nothing to do with consent.
    fn is_harmless(&self) -> bool {
        let decisive =
            |word: &str| is_one(word, h::HARMLESS) || h::HARMLESS_BEGINNINGS.split('|').any(|b| word.starts_with(b));
        let beside = |word: &str| is_one(word, h::BESIDE) || is_one(word, h::DATED) || word.parse::<f64>().is_ok();
        self.words.iter().all(|word| decisive(word) || beside(word)) && self.words.iter().any(|word| decisive(word))
    }
}

#[cfg(test)]
#[path = "headers_tests.rs"]
mod tests;
