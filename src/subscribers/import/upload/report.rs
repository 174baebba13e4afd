//! What an editor says about a file, and what is found in it, as they are stored beside it. No address.
//!
//! In: fields of a form; [`Counts`] and errors of the import. Out: plain values, JSON both ways.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Millis;
use crate::subscribers::import::columns::Why;
use crate::subscribers::import::file::{FileError, Hints, List};
use crate::subscribers::import::questions::{ColumnView, Question};
use crate::subscribers::import::{Counts, ImportError, consented_on};

/// What the editor says about the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// How these people consented elsewhere; empty: each is asked by letter.
    pub confirmed: String,
    /// The day on which they did, such as `2023-09-01`; empty: not said.
    pub consented_on: String,
    /// `subscribed`, `unsubscribed`; else as each row says.
    pub list: String,
    /// The column with the addresses; empty: recognised.
    pub address: String,
    /// Columns that have nothing to do with consent.
    pub ignored: Vec<String>,
    /// Language of people for whom the file gives none; empty: the newsletter's.
    pub language: String,
}

impl Said {
    /// When they consented elsewhere; `None` when nothing is said, or no day that has been.
    pub fn consented_at(&self, now: Millis) -> Option<Millis> {
        consented_on(self.consented_on.parse().ok()?, now)
    }

    /// The same in the form that the import reads.
    pub(super) fn hints(&self) -> Hints {
        let list = match self.list.as_str() {
            "unsubscribed" => List::Unsubscribed,
            "subscribed" => List::Subscribed,
            _ => List::AsRowsSay,
        };
        let address = Some(self.address.clone()).filter(|address| !address.is_empty());
        Hints { ignored: self.ignored.clone(), address, list }
    }
}

/// What stops an import, as a code of the texts (`import-problem-CODE`) and the words in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The code.
    pub code: String,
    /// Names of columns, or of the file.
    pub names: Vec<String>,
}

impl Problem {
    /// With these names in it.
    pub(super) fn new(code: &str, names: &[String]) -> Self {
        Self { code: code.to_owned(), names: names.to_vec() }
    }

    /// Of what stopped an import.
    pub(super) fn of(error: &ImportError) -> Self {
        match error {
            ImportError::File(error) => Self::of_file(error),
            ImportError::Question(question) => Self::of_question(question),
            ImportError::Temporary(_) | ImportError::Database(_) | ImportError::Interrupted => Self::new("cut", &[]),
        }
    }

    fn of_file(error: &FileError) -> Self {
        match error {
            FileError::Empty => Self::new("empty", &[]),
            FileError::NotAList("an archive or a spreadsheet" | "a spreadsheet") => Self::new("spreadsheet", &[]),
            FileError::NotAList(_) => Self::new("no-list", &[]),
            FileError::NoAddresses => Self::new("no-addresses", &[]),
            FileError::FirstLine(names) => Self::new("first-line", names),
            FileError::NoSuchColumn { name, .. } => Self::new("no-such-column", std::slice::from_ref(name)),
            FileError::Read(_) | FileError::Csv(_) => Self::new("unreadable", &[]),
        }
    }

    /// Of a question that a dry run leaves open.
    pub(super) fn of_question(question: &Question) -> Self {
        match question {
            Question::Columns(doubts) => {
                let names: Vec<String> = doubts.iter().map(|doubt| shown(doubt.number, &doubt.name)).collect();
                Self::new("columns", &names)
            }
            Question::Called { name, .. } => Self::new("called", std::slice::from_ref(name)),
            Question::Subscribed(column) => Self::new("subscribed", std::slice::from_ref(column)),
        }
    }
}

fn shown(number: usize, name: &str) -> String {
    if name.is_empty() { number.to_string() } else { name.to_owned() }
}

/// A column, and what it was taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its place, from 1.
    pub number: usize,
    /// Its name; empty where there is no first line.
    pub name: String,
    /// See [`ColumnView::taken_for`].
    pub taken_for: String,
    /// Words in it that are not understood.
    pub unclear: Vec<String>,
    /// Why it may say who left: `words`, `not-understood`, `dates`, `two-values`; empty when it does not.
    pub doubt: String,
}

impl From<&ColumnView> for Column {
    fn from(view: &ColumnView) -> Self {
        let (doubt, words): (&str, &[String]) = match &view.doubt {
            None => ("", &view.unclear),
            Some(Why::Words(words)) => ("words", words),
            Some(Why::NotUnderstood(words)) => ("not-understood", words),
            Some(Why::Dates) => ("dates", &[]),
            Some(Why::TwoValues(words)) => ("two-values", words),
        };
        Self {
            number: view.number,
            name: view.name.clone(),
            taken_for: view.taken_for.to_owned(),
            unclear: words.to_vec(),
            doubt: doubt.to_owned(),
        }
    }
}

/// What a dry run found, or an import did. No address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// What stands in the way.
    pub problem: Option<Problem>,
    /// Rows with an address.
    pub rows: u64,
    /// Addresses.
    pub people: u64,
    /// Rows that name an address once more.
    pub repeated: u64,
    /// New ones, by state.
    pub added: BTreeMap<String, u64>,
    /// Pending before, confirmed now.
    pub raised: u64,
    /// There before.
    pub already: u64,
    /// Unsubscribed by a list of people who must not be written to.
    pub ended: u64,
    /// Not added, by reason.
    pub kept_out: BTreeMap<String, u64>,
    /// Lines without an address.
    pub invalid: u64,
    /// The first of them: line, and a code of [`crate::subscribers::address::AddressError`].
    pub invalid_lines: Vec<(u64, String)>,
    /// The columns.
    pub columns: Vec<Column>,
}

/// Lines without an address that a report names.
const NAMED: usize = 20;

impl From<&Counts> for Report {
    fn from(counts: &Counts) -> Self {
        let owned = |map: &BTreeMap<&'static str, u64>| map.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect();
        let lines = counts.invalid_lines.iter().take(NAMED);
        Self {
            problem: None,
            rows: counts.rows,
            people: counts.people,
            repeated: counts.repeated,
            added: owned(&counts.added),
            raised: counts.raised,
            already: counts.already,
            ended: counts.ended,
            kept_out: owned(&counts.kept_out),
            invalid: counts.invalid,
            invalid_lines: lines.map(|line| (line.line, line.code.to_owned())).collect(),
            columns: counts.columns.iter().map(Column::from).collect(),
        }
    }
}
