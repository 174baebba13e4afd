//! The columns of a table: the meaning of each, what its cells say about a person, and which values are not understood.
//!
//! In: cells, row by row. Out: a [`Standing`] for each, and at the end a [`Doubt`] of each column that may say who left.
//! The same words appear in row after row: each is interpreted once and remembered, so a million rows cost some ten words.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::headers::Meaning;
use super::standing::Standing;
use super::text::decode;
use super::words::{self, Reading};

/// Different values of a column that are remembered; names and towns have more, words of consent fewer.
const REMEMBERED: usize = 12;

/// Longest value that can be a word of consent, bytes.
const LONGEST_WORD: usize = 60;

/// Parts of words that say "left" in any column: a note, a tag, the name of a list.
static LEFT: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [
        r"unsub|opt(ed)?[ _-]?out|(black|block)[ _-]?list|do[ _-]?not[ _-]?(e-?mail|mail|contact|send|disturb)|complain|withdr[ae]w",
        r"sinscri|sabonn|liste noire|ne (pas|plus) (contact|.{0,2}cri|envoy|relanc|sollicit)|ne (souhaite|veut) (pas|plus)",
        r"abgemeldet|ausgetragen|abbestellt|widerruf|nicht (mehr )?(anschreib|kontakt|schreib)|keine? (e-?mail|newsletter|werbung)",
        r"desuscri|de baja|lista negra|no (contact|enviar|escrib)",
        r"disiscri|lista nera|non (contatt|scriver|inviare)",
    ];
    Regex::new(&format!("(?i-u){}", parts.join("|"))).expect("written here")
});

/// Why a column prevents treating people as confirmed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "why", content = "values", rename_all = "kebab-case")]
pub enum Why {
    /// Its words speak of consent or state.
    Words(Vec<String>),
    /// None of its words is understood.
    NotUnderstood(Vec<String>),
    /// Dates of something.
    Dates,
    /// Two values, like yes and no.
    TwoValues(Vec<String>),
}

/// A column that is not understood and may say who left.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Doubt {
    /// Its place, from 1.
    pub number: usize,
    /// Its name, empty where there is no first line.
    pub name: String,
    /// Why.
    #[serde(flatten)]
    pub why: Why,
}

/// A value of a column, and its meaning.
#[derive(Clone, Debug)]
struct Met {
    value: Box<[u8]>,
    says: Option<Standing>,
    reading: Reading,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name as the file has it; empty where there is no first line.
    pub name: String,
    /// What it holds.
    pub meaning: Meaning,
    met: Vec<Met>,
    many: bool,
    blank: bool,
    understood: bool,
    left: Option<String>,
    unclear: Vec<String>,
}

impl Column {
    /// A column before its first row.
    pub fn new(name: String, meaning: Meaning) -> Self {
        Self {
            name,
            meaning,
            met: Vec::new(),
            many: false,
            blank: false,
            understood: false,
            left: None,
            unclear: Vec::new(),
        }
    }

    /// What a cell says about its person; `None` where it says nothing.
    pub fn says(&mut self, cell: &[u8]) -> Option<Standing> {
        let cell = cell.trim_ascii();
        match self.meaning {
            meaning if meaning.is_state() => self.state(cell),
            Meaning::Unknown | Meaning::Harmless => self.watch(cell),
            _ => None,
        }
    }

    fn state(&mut self, cell: &[u8]) -> Option<Standing> {
        if let Some(met) = self.met.iter().find(|met| *met.value == *cell) {
            return met.says;
        }
        let value = decode(cell);
        let reading = words::read(&value);
        let says = standing(self.meaning, &value, reading);
        match says {
            Some(Standing::Unclear) => note(&mut self.unclear, &value),
            _ if reading != Reading::Blank => self.understood = true,
            _ => {}
        }
        if self.met.len() < REMEMBERED {
            self.met.push(Met { value: cell.into(), says, reading });
        }
        says
    }

    /// A column without a known meaning: a cell may still say that somebody left.
    fn watch(&mut self, cell: &[u8]) -> Option<Standing> {
        if cell.is_empty() {
            self.blank = true;
            return None;
        }
        if let Some(met) = self.met.iter().find(|met| *met.value == *cell) {
            return met.says;
        }
        let left = LEFT.is_match(cell) && memchr::memmem::find(cell, b"://").is_none();
        let says = left.then_some(Standing::Unclear);
        if left && self.left.is_none() {
            self.left = Some(shortened(&decode(cell)));
        }
        if self.met.len() < REMEMBERED && self.meaning == Meaning::Unknown {
            let reading = if cell.len() > LONGEST_WORD { Reading::Unclear } else { words::read(&decode(cell)) };
            self.blank |= reading == Reading::Blank;
            self.met.push(Met { value: cell.into(), says, reading });
        } else {
            self.many = true;
        }
        says
    }

    /// Whether a cell of this column said who left or stayed; a record that somebody once confirmed does not count.
    pub fn has_said_who_left(&self) -> bool {
        let tells = match self.meaning {
            Meaning::Status | Meaning::Asserts(Standing::Unsubscribed) => true,
            Meaning::Says(standing) => standing >= Standing::Bounced,
            _ => false,
        };
        tells && (self.understood || !self.unclear.is_empty())
    }

    /// Whether this is a status column in which some row says "subscribed".
    pub fn has_subscribed(&self) -> bool {
        self.meaning == Meaning::Status && self.met.iter().any(|met| met.says == Some(Standing::Active))
    }

    /// Words of this column that kept people out because they are not understood.
    pub fn unclear(&self) -> &[String] {
        &self.unclear
    }

    /// Why this column prevents treating people as confirmed, if it does.
    pub fn doubt(&self) -> Option<Why> {
        if let Some(left) = &self.left {
            return Some(Why::Words(vec![left.clone()]));
        }
        match self.meaning {
            meaning if meaning.is_state() => {
                let nothing = !self.understood && !self.unclear.is_empty();
                nothing.then(|| Why::NotUnderstood(self.unclear.clone())).or_else(|| self.crosses())
            }
            Meaning::Unknown => self.unexplained(),
            _ => None,
        }
    }

    /// A cross means yes where it is the only sign, and may mean no where there are ticks too.
    fn crosses(&self) -> Option<Why> {
        let is_cross = |met: &&Met| met.value.eq_ignore_ascii_case(b"x");
        let tick = self.met.iter().find(|met| met.reading == Reading::Yes && !is_cross(met))?;
        let cross = self.met.iter().find(is_cross)?;
        Some(Why::Words([cross, tick].map(|met| shortened(&decode(&met.value))).into()))
    }

    /// What an unknown column may be, by its values.
    fn unexplained(&self) -> Option<Why> {
        let values: Vec<&Met> = self.met.iter().filter(|met| met.reading != Reading::Blank).collect();
        let shown = |of: &[&Met]| of.iter().map(|met| shortened(&decode(&met.value))).collect();
        let dates = values.iter().filter(|met| met.reading == Reading::Date).count();
        let states: Vec<&Met> = values.iter().copied().filter(|met| matches!(met.reading, Reading::Is(_))).collect();
        match values.as_slice() {
            [] => None,
            _ if dates * 2 > values.len() => Some(Why::Dates),
            _ if !states.is_empty() => Some(Why::Words(shown(&states))),
            [one] => (self.blank && is_tick(one)).then(|| Why::TwoValues(shown(&[one]))),
            [one, two] if !self.many && is_flag(one) && is_flag(two) && !is_plan(one, two) => {
                Some(Why::TwoValues(shown(&[one, two])))
            }
            // Yes, no, and perhaps a third value.
            _ if !self.many && values.len() <= 4 && values.iter().filter(|met| is_tick(met)).count() >= 2 => {
                Some(Why::TwoValues(shown(&values)))
            }
            _ => None,
        }
    }

    /// Whether its values are as those of a name: neither words of a state nor ticks, numbers or dates.
    pub fn holds_names(&self) -> bool {
        self.met.iter().filter(|met| met.reading != Reading::Blank).all(|met| met.reading == Reading::Unclear)
    }

    /// Whether its values in the beginning of the list are words of a state.
    pub fn holds_states(&self) -> bool {
        let values = self.met.iter().filter(|met| met.reading != Reading::Blank);
        let (mut all, mut states) = (0, 0);
        for met in values {
            all += 1;
            states += usize::from(matches!(met.reading, Reading::Is(_)));
        }
        !self.many && states > 0 && states * 2 >= all
    }
}

/// Yes or no, a tick or a cross.
fn is_tick(met: &Met) -> bool {
    matches!(met.reading, Reading::Yes | Reading::No)
}

/// Short enough for a flag, and not a number.
fn is_flag(met: &Met) -> bool {
    let value = &met.value;
    let number = value.len() > 1 && **value != *b"-1" && value.iter().any(u8::is_ascii_digit);
    value.len() <= LONGEST_WORD && !number && !value.iter().any(|b| b"@{[".contains(b))
}

/// What somebody pays does not say whether they want mail.
fn is_plan(one: &Met, two: &Met) -> bool {
    [one, two].iter().all(|met| {
        words::is_one(
            &words::plain(&decode(&met.value)),
            "free|paid|comp|gift|premium|gratuit|payant|kostenlos|trial|basic|pro",
        )
    })
}

fn note(list: &mut Vec<String>, value: &str) {
    let value = shortened(value);
    if list.len() < REMEMBERED && !list.contains(&value) {
        list.push(value);
    }
}

/// A value as a report shows it: short, and without addresses.
fn shortened(value: &str) -> String {
    let value = value.trim();
    if value.contains('@') {
        return "…@…".to_owned();
    }
    let short: String = value.chars().filter(|c| !c.is_control()).take(30).collect();
    if short.len() < value.len() { short + "…" } else { short }
}

/// What a cell says about somebody in a column of this meaning.
fn standing(meaning: Meaning, value: &str, reading: Reading) -> Option<Standing> {
    match meaning {
        Meaning::Status => Some(status(value, reading)),
        Meaning::Asserts(otherwise) => asserted(otherwise, reading),
        Meaning::Says(standing) => said(standing, value, reading),
        _ => None,
    }
}

/// A column where yes means consent.
fn asserted(otherwise: Standing, reading: Reading) -> Option<Standing> {
    Some(match reading {
        Reading::Blank if otherwise == Standing::Bounced => return None,
        Reading::Blank => Standing::Pending,
        Reading::Yes | Reading::Date => Standing::Active,
        Reading::No => otherwise,
        Reading::Is(standing) => standing,
        Reading::Number | Reading::Unclear => Standing::Unclear,
    })
}

/// A column where a yes, a date or a reason means that the subscription has ended; numbers, addresses and "no" do not.
fn said(standing: Standing, value: &str, reading: Reading) -> Option<Standing> {
    let denied = || reading == Reading::Unclear && words::is_denied_state(value);
    match reading {
        Reading::Blank | Reading::No | Reading::Is(Standing::Active) => None,
        Reading::Is(other) => Some(other),
        _ if reading == Reading::Number || value.contains('@') || denied() => Some(Standing::Unclear),
        _ => Some(standing),
    }
}

/// A status word. Single letters are those of The Newsletter Plugin, -1 is XYZ Newsletter Manager's "not confirmed".
fn status(value: &str, reading: Reading) -> Standing {
    match value.trim() {
        "C" | "c" => return Standing::Active,
        "S" | "s" | "-1" => return Standing::Pending,
        "U" | "u" => return Standing::Unsubscribed,
        "B" | "b" => return Standing::Bounced,
        "P" | "p" => return Standing::Complained,
        _ => {}
    }
    match reading {
        Reading::Blank => Standing::Unsaid,
        Reading::Yes => Standing::Active,
        Reading::No => Standing::Unsubscribed,
        Reading::Is(standing) => standing,
        Reading::Number | Reading::Date | Reading::Unclear => Standing::Unclear,
    }
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
