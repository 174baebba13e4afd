//! Reads a file: bytes of any list → rows of address, name, standing.
//!
//! In: CSV with comma, semicolon, tab or bar, in UTF-8, UTF-16 or windows-1252 (also mixed), with a header line or
//! without; or addresses pasted from a mail program. Out: a [`Row`] each, in one pass and constant memory. A file that is no list
//! (a web page, an archive) is refused before any row of it is used.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use csv::ByteRecord;

use super::columns::Column;
use super::headers::Meaning;
use super::standing::Standing;
use super::table::{self, Table};
use super::text::{self, Guard, decode};
use super::words;
use crate::i18n;
use crate::subscribers::address::{AddressError, Email};
use crate::subscribers::export::unguarded;

/// Longest name kept, characters.
const LONGEST_NAME: usize = 100;

/// One person of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the file that it begins on, from 1.
    pub line: u64,
    /// The address.
    pub email: Email,
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Whole name, where it is given as one.
    pub name: String,
    /// Their standing in the tool that the list comes from.
    pub standing: Standing,
    /// Their language, when the file gives one that Facteur has texts in.
    pub language: Option<&'static str>,
}

impl Row {
    /// The name on one line, empty when there is none.
    pub fn whole_name(&self) -> Cow<'_, str> {
        if self.first.is_empty() && self.last.is_empty() {
            return Cow::Borrowed(&self.name);
        }
        let parts = [&self.name, &self.first, &self.last];
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ").into()
    }
}

/// A line without an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub error: AddressError,
}

/// The operator's hints about a file.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Columns that have nothing to do with consent, by name or number.
    pub ignored: Vec<String>,
    /// The column with the addresses, by name or number.
    pub address: Option<String>,
    /// Whose list it is.
    pub list: List,
}

/// Whose list a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum List {
    /// As each row says.
    #[default]
    AsRowsSay,
    /// Subscribers, whatever the name of the file suggests.
    Subscribed,
    /// People who must not be written to.
    Unsubscribed,
}

impl Hints {
    /// Whether `given` means the column of this name and place.
    pub fn names(given: &str, name: &str, place: usize) -> bool {
        let (given, plain) = (given.trim(), words::plain(name));
        given == name.trim() || (!plain.is_empty() && words::plain(given) == plain) || given.parse() == Ok(place + 1)
    }

    /// Whether this is the column with the addresses.
    pub fn is_address(&self, name: &str, place: usize) -> bool {
        self.address.as_deref().is_some_and(|given| Self::names(given, name, place))
    }
}

/// What the file contains besides its rows.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// Its columns; none where addresses were pasted.
    pub columns: Vec<Column>,
    /// The standing that the file's name, or a line above the first, suggests, where no row gives one.
    pub called: Option<Standing>,
}

/// Why a file cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Something other than a list.
    #[error("this is {0}, not a list of addresses; export the list as CSV")]
    NotAList(&'static str),
    /// No column with addresses.
    #[error("no column holds addresses; name the column with the addresses `email` in the first line")]
    NoAddresses,
    /// A first line in which no name is known for a column of addresses.
    #[error(
        "no name in the first line is known for a column of addresses: {}; write `email` above that column, or name it with \
         --address-column",
        quoted(.0)
    )]
    FirstLine(Vec<String>),
    /// No column has this name.
    #[error("there is no column `{}` beside the addresses; there are: {}", .name, quoted(.all))]
    NoSuchColumn {
        /// What was given.
        name: String,
        /// All names.
        all: Vec<String>,
    },
    /// Cannot be read.
    #[error("cannot read the file: {0}")]
    Read(#[from] io::Error),
    /// Not CSV.
    #[error("cannot read the file: {0}")]
    Csv(#[from] csv::Error),
}

/// `Nom`, `Statut`; a column without a name by its number.
fn quoted(names: &[String]) -> String {
    let name =
        |(place, name): (usize, &String)| if name.is_empty() { (place + 1).to_string() } else { format!("`{name}`") };
    names.iter().enumerate().take(40).map(name).collect::<Vec<_>>().join(", ")
}

/// Receives what is read; its error ends the reading.
type Taker<'a, E> = dyn FnMut(Result<Row, Bad>) -> Result<(), E> + 'a;

/// Reads a whole file; `take` gets every row and every line without an address, in order.
///
/// # Errors
/// When the file is no list, or `take` fails.
pub fn read<E: From<FileError>>(
    input: impl Read,
    file_name: &str,
    hints: &Hints,
    take: &mut Taker<'_, E>,
) -> Result<Understood, E> {
    let text = text::open(input).map_err(FileError::from)?;
    let floor = if hints.list == List::Unsubscribed { Standing::Unsubscribed } else { Standing::Active };
    let Some(mut table) = table::recognise(&text.sample, hints)? else {
        read_pasted(text.whole, floor, take)?;
        return Ok(Understood { columns: Vec::new(), called: called(file_name) });
    };
    table.floor = table.floor.max(floor);
    read_table(text.whole, &mut table, take)?;
    let said = table.floor > Standing::Active || table.columns.iter().any(Column::has_said_who_left);
    let called = called(file_name).max(called(&table.title)).filter(|_| !said);
    Ok(Understood { columns: table.columns, called })
}

/// The standing that the name of a list suggests (some tools export one file per status); used only to ask a question.
fn called(name: &str) -> Option<Standing> {
    words::restrictive(&words::joined(&words::plain(name)))
}

fn read_table<E: From<FileError>>(text: impl Read, table: &mut Table, take: &mut Taker<'_, E>) -> Result<(), E> {
    // The line feed at the end closes the last record, so that every record is followed by one.
    let (guarded, mark) = Guard::new(text.chain(&b"\n"[..]));
    let mut reader = table.reader().from_reader(guarded);
    let mut record = ByteRecord::new();
    let (mut skip, mut count) = (table.skip, 0);
    while reader.read_byte_record(&mut record).map_err(FileError::from)? {
        mark.record();
        count += 1;
        if table::is_blank(&record) {
            continue;
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        // `csv` says where it began to look for the record, which may be a blank line before it.
        let inside = memchr::memchr_iter(b'\n', record.as_slice()).count() as u64;
        let line = if table.line_feeds { reader.position().line().saturating_sub(1 + inside) } else { count };
        take(row(line, &record, table))?;
    }
    Ok(())
}

fn row(line: u64, record: &ByteRecord, table: &mut Table) -> Result<Row, Bad> {
    let cell = decode(record.get(table.email).unwrap_or_default());
    let email = Email::from_typed(unguarded(&cell)).map_err(|error| Bad { line, error })?;
    let mut row = Row {
        line,
        email,
        first: String::new(),
        last: String::new(),
        name: name_before_address(&cell),
        standing: table.floor,
        language: None,
    };
    for (place, column) in table.columns.iter_mut().enumerate() {
        let cell = record.get(place).unwrap_or_default();
        match column.meaning {
            Meaning::Ignored | Meaning::Email => {}
            Meaning::First => row.first = cleaned(&decode(cell)),
            Meaning::Last => row.last = cleaned(&decode(cell)),
            Meaning::Name => row.name = cleaned(&decode(cell)),
            Meaning::Language => row.language = i18n::known(&decode(cell)).map(i18n::Locale::tag),
            _ => row.standing = row.standing.max(column.says(cell).unwrap_or(Standing::Active)),
        }
    }
    Ok(row)
}

/// Lines of addresses, perhaps several in a line, perhaps with names.
fn read_pasted<E: From<FileError>>(text: impl Read, floor: Standing, take: &mut Taker<'_, E>) -> Result<(), E> {
    let (guarded, mark) = Guard::new(text);
    let mut lines = BufReader::new(guarded);
    let mut line = Vec::new();
    let mut number = 0;
    while lines.read_until(b'\n', &mut line).map_err(FileError::from)? > 0 {
        mark.record();
        number += 1;
        for entry in entries(&decode(&line)) {
            let row = Email::from_typed(unguarded(entry)).map(|email| Row {
                line: number,
                email,
                first: String::new(),
                last: String::new(),
                name: name_before_address(entry),
                standing: floor,
                language: None,
            });
            take(row.map_err(|error| Bad { line: number, error }))?;
        }
        line.clear();
    }
    Ok(())
}

/// The entries of a line, cut at commas, semicolons, tabs and carriage returns that stand outside quotation marks.
fn entries(line: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let cut = move |c: char| {
        quoted ^= c == '"';
        !quoted && matches!(c, ',' | ';' | '\t' | '\r' | '\n')
    };
    line.split(cut).map(str::trim).filter(|entry| !entry.is_empty())
}

/// `"Ana Durand" <ana@example.org>` → `Ana Durand`.
fn name_before_address(entry: &str) -> String {
    let name = entry.split_once('<').map_or("", |(name, _)| name);
    cleaned(name.trim().trim_matches('"'))
}

/// One line of bounded length, without the apostrophe that a spreadsheet guard left.
fn cleaned(value: &str) -> String {
    let value = unguarded(value.trim());
    if is_clean(value) {
        return value.to_owned();
    }
    let words: Vec<&str> =
        value.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(LONGEST_NAME).collect()
}

/// Whether it is one short line of words with a blank between each two.
fn is_clean(value: &str) -> bool {
    let mut blank = true;
    let fits = value.chars().all(|c| {
        let doubled = blank && c == ' ';
        blank = c == ' ';
        !doubled && (blank || !(c.is_whitespace() || c.is_control()))
    });
    fits && (!blank || value.is_empty()) && value.len() <= LONGEST_NAME
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
