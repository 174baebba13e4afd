//! Why an operator's table of refusals cannot be used: codes, whose words stand in `locales/`; English for the log and programs.
//!
//! In: the number of a rule and what stands there. Out: [`Wrong`], and [`Faulty`], which adds the file. Met by [`super::rules`].

use crate::coded::{Told, codes};
use crate::i18n::Locale;

codes! {
    /// What is wrong with a table. Rules are counted from 1.
    pub enum Wrong as "wrong-rules" {
        /// The file cannot be read.
        Unreadable {
            /// Why, English.
            error: String,
        } => "unreadable",
        /// More than any table has.
        TooLarge {
            /// How many bytes it has.
            bytes: usize,
            /// How many are read.
            most: usize,
        } => "too-large",
        /// No TOML, or another key than a rule has.
        NoTable {
            /// What the parser says, English.
            what: String,
        } => "no-table",
        /// A class that is no name.
        Class {
            /// Of which rule.
            rule: usize,
            /// What stands there.
            class: String,
        } => "class",
        /// An enhanced code that is none.
        Enhanced {
            /// Of which rule.
            rule: usize,
            /// What stands there.
            text: String,
        } => "enhanced",
        /// A code that refuses nothing.
        Code {
            /// Of which rule.
            rule: usize,
            /// What stands there.
            code: i64,
        } => "code",
        /// A phrase that would fit almost anything.
        Phrase {
            /// Of which rule.
            rule: usize,
        } => "phrase",
        /// A rule that would fit everything.
        NoCondition {
            /// Which.
            rule: usize,
        } => "no-condition",
        /// Phrases that cannot be searched for all at once.
        TooMany {
            /// Why, English.
            error: String,
        } => "too-many",
    }
}

/// An operator's file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("[bounces] rules_file = \"{file}\": {wrong}")]
pub struct Faulty {
    /// Its name.
    pub file: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

impl Told for Faulty {
    fn words(&self, locale: &Locale) -> String {
        format!("[bounces] rules_file = \"{}\": {}", self.file, self.wrong.words(locale))
    }
}
