//! The questions that an import asks before it stores anything, and how it understood the columns.
//!
//! In: a file as it was [`Understood`], and the operator's hints about it. Out: a [`ColumnView`] for each column, and the
//! [`Question`] that only the operator can answer.

use std::fmt::Write as _;

use serde::Serialize;

use super::columns::{Column, Doubt, Why};
use super::file::{List, Understood};
use super::headers::Meaning;
use super::standing::Standing;

/// A column, and what it was taken for.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnView {
    /// Its place, from 1.
    pub number: usize,
    /// Its name, empty where there is no first line.
    pub name: String,
    /// `address`, `name`, `status`, `consent`, …; `not-used`, `ignored`, `not-understood`.
    pub taken_for: &'static str,
    /// Words in the column that are not understood; people with such a word are kept out.
    pub unclear: Vec<String>,
    /// Why the column may say who left, where it is not understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Why>,
}

/// What stops an import until it is answered. Nothing is stored.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Question {
    /// Columns that may say who left, although `--confirmed-elsewhere` declares everybody confirmed.
    #[error("{}", of_columns(.0))]
    Columns(Vec<Doubt>),
    /// A file called like a list of people who left, whose rows say nothing.
    #[error(
        "the name of the file suggests a list of people who must not be written to (`{name}`, {}), and its rows say nothing about \
         it. If it is such a list, add --unsubscribed: its people are remembered and never written to. If these people are \
         subscribers, add --subscribed",
        .called.as_str()
    )]
    Called {
        /// The name of the file.
        name: String,
        /// What the name suggests.
        called: Standing,
    },
    /// `--unsubscribed`, and rows that say that their people are subscribed.
    #[error(
        "--unsubscribed is for lists of people who must not be written to, but rows of this list say that their people are \
         subscribed (column {0}). Export only the people who left, or leave out --unsubscribed: Facteur then reads row by row \
         who left. If the column means something else, add --ignore-column {0}"
    )]
    Subscribed(String),
}

/// The question that must be answered, if any.
pub fn of(understood: &Understood, file_name: &str, list: List, confirmed: bool) -> Option<Question> {
    let columns = || understood.columns.iter().enumerate();
    if list == List::Unsubscribed {
        let mut subscribed = columns().filter(|(_, column)| column.has_subscribed());
        return subscribed.next().map(|(place, column)| Question::Subscribed(shown(place + 1, &column.name)));
    }
    // People who merely never confirmed get a confirmation letter, unless `--confirmed-elsewhere` declares them confirmed.
    let least = if confirmed { Standing::Pending } else { Standing::Bounced };
    if let Some(called) = understood.called.filter(|called| list == List::AsRowsSay && *called >= least) {
        return Some(Question::Called { name: file_name.to_owned(), called });
    }
    let doubt = |(place, column): (usize, &Column)| {
        Some(Doubt { number: place + 1, name: column.name.clone(), why: column.doubt()? })
    };
    let doubts: Vec<Doubt> = columns().filter_map(doubt).collect();
    (confirmed && !doubts.is_empty()).then_some(Question::Columns(doubts))
}

/// Each column, and what it was taken for.
pub fn views(understood: &Understood) -> Vec<ColumnView> {
    let view = |(place, column): (usize, &Column)| {
        let doubt = column.doubt();
        ColumnView {
            number: place + 1,
            name: column.name.clone(),
            taken_for: if doubt.is_some() && !column.meaning.is_state() { "not-understood" } else { taken_for(column) },
            unclear: column.unclear().to_vec(),
            doubt,
        }
    };
    understood.columns.iter().enumerate().map(view).collect()
}

const fn taken_for(column: &Column) -> &'static str {
    match column.meaning {
        Meaning::Email => "address",
        Meaning::First => "first-name",
        Meaning::Last => "last-name",
        Meaning::Name => "name",
        Meaning::Language => "language",
        Meaning::Status => "status",
        Meaning::Asserts(Standing::Pending) => "confirmed",
        Meaning::Asserts(Standing::Bounced) => "reachable",
        Meaning::Asserts(_) => "consent",
        Meaning::Says(Standing::Pending) => "pending",
        Meaning::Says(Standing::Bounced) => "bounced",
        Meaning::Says(Standing::Complained) => "complained",
        Meaning::Says(_) => "unsubscribed",
        Meaning::Ignored => "ignored",
        Meaning::Harmless | Meaning::Unknown => "not-used",
    }
}

fn shown(number: usize, name: &str) -> String {
    if name.is_empty() { number.to_string() } else { format!("\"{name}\"") }
}

/// What a column's values are, in words.
pub fn reason(why: &Why) -> String {
    let list = |values: &[String]| values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    match why {
        Why::Words(values) => format!("words of consent or state: {}", list(values)),
        Why::NotUnderstood(values) => format!("none of its words is understood: {}", list(values)),
        Why::Dates => "dates".to_owned(),
        Why::TwoValues(values) => format!("values like a yes and a no: {}", list(values)),
    }
}

fn of_columns(doubts: &[Doubt]) -> String {
    let mut out = "--confirmed-elsewhere needs to know who left or said no, but Facteur does not understand these columns, which \
                   may say so:\n"
        .to_owned();
    for doubt in doubts {
        let _ = writeln!(out, "  column {} {}: {}", doubt.number, shown(doubt.number, &doubt.name), reason(&doubt.why));
    }
    let ignore: Vec<_> =
        doubts.iter().map(|doubt| format!("--ignore-column {}", shown(doubt.number, &doubt.name))).collect();
    let _ = write!(
        out,
        "Look at each of them. If a column says who may be written to, name it `status` or `consent` in the first line (or \
         `unsubscribed`, if yes means that), and write yes and no as its values; if it does not, add {}. Without \
         --confirmed-elsewhere each person gets a confirmation letter. Nothing was stored.",
        ignore.join(" ")
    );
    out
}
