//! The columns of a table: what each is taken for, what its cells say of a person, and what it holds that nobody explained.
//!
//! In: cells, row by row. Out: a [`Standing`] for each, and at the end a [`Doubt`] of each column that may say who left.
//! Words come again from row to row: each is read once and remembered, a million rows read some ten words.

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

/// Parts that say "left" in whatever column they stand: a note, a tag, the name of a list.
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

/// Why a column stands in the way of taking people for confirmed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "why", content = "values", rename_all = "kebab-case")]
pub enum Why {
    /// Its words speak of consent or state.
    Words(Vec<String>),
    /// None of its words is understood.
    NotUnderstood(Vec<String>),
    /// Dates of something.
    Dates,
    /// Two values, as a yes and a no are.
    TwoValues(Vec<String>),
}

/// A column that may say who left, and is not understood.
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

/// A value that was met, and what it says.
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

    /// What a cell says of its person; `None` where it says nothing.
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

    /// A column that is not read: it may still say that somebody left.
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

    /// Whether a cell of it said who left and who did not; that somebody once confirmed does not.
    pub fn has_said_who_left(&self) -> bool {
        let tells = match self.meaning {
            Meaning::Status | Meaning::Asserts(Standing::Unsubscribed) => true,
            Meaning::Says(standing) => standing >= Standing::Bounced,
            _ => false,
        };
        tells && (self.understood || !self.unclear.is_empty())
    }

    /// Whether it is a status, and a row of it says that its person is subscribed.
    pub fn has_subscribed(&self) -> bool {
        self.meaning == Meaning::Status && self.met.iter().any(|met| met.says == Some(Standing::Active))
    }

    /// The words of it that kept people out because nobody understands them.
    pub fn unclear(&self) -> &[String] {
        &self.unclear
    }

    /// Why it stands in the way, if it does.
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

    /// A cross is a yes where there is nothing else, and may be a no beside a tick.
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
            // Yes, no, and what else there may be between.
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

/// Short enough for a flag, and no number of something.
fn is_flag(met: &Met) -> bool {
    let value = &met.value;
    let number = value.len() > 1 && **value != *b"-1" && value.iter().any(u8::is_ascii_digit);
    value.len() <= LONGEST_WORD && !number && !value.iter().any(|b| b"@{[".contains(b))
}

/// What somebody pays says nothing of what they want.
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

/// What a cell of a column of this meaning says of somebody.
fn standing(meaning: Meaning, value: &str, reading: Reading) -> Option<Standing> {
    match meaning {
        Meaning::Status => Some(status(value, reading)),
        Meaning::Asserts(otherwise) => asserted(otherwise, reading),
        Meaning::Says(standing) => said(standing, value, reading),
        _ => None,
    }
}

/// Where a yes is a consent.
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

/// Where a yes, a date or a reason is the end. Numbers and addresses are none, and no "no" either.
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
