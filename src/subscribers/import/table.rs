//! Recognises the form of a list: its separator, its header, the meaning of its columns.
//!
//! In: the first bytes of a text. Out: a [`Table`], or `None` for pasted addresses. A first line that is not understood is an
//! error: dropping it could drop the column that says who left.

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::columns::Column;
use super::file::{FileError, Hints};
use super::headers::{self, Meaning};
use super::standing::Standing;
use super::text::decode;
use super::words::{self, plain};
use crate::subscribers::address::Email;

/// Records that are looked at.
const LOOKED_AT: usize = 50;

/// Records within which the first line of a table stands, titles before it counted.
const TITLES: usize = 10;

/// Names of columns for a person's state, or for a part of an address.
const STATE_OR_PLACE: &str = "state|etat|estado|stato|stand|situation";

/// A file of records.
#[derive(Clone, Debug)]
pub struct Table {
    /// Between cells.
    pub delimiter: u8,
    /// Whether lines end with a line feed.
    pub line_feeds: bool,
    /// Whether a backslash stands before quotation marks inside cells (MailPoet).
    pub escaped: bool,
    /// Records before the first person.
    pub skip: usize,
    /// What each column holds.
    pub columns: Vec<Column>,
    /// The column with the address.
    pub email: usize,
    /// The standing that the set of columns implies for everybody, as in exports of one status (Mailchimp).
    pub floor: Standing,
    /// The text before the header line.
    pub title: String,
}

impl Table {
    /// A reader of the records.
    pub fn reader(&self) -> ReaderBuilder {
        reader_builder(self.delimiter, self.escaped, self.line_feeds)
    }
}

/// The form of the records, known before the columns.
#[derive(Clone, Copy)]
struct Form {
    delimiter: u8,
    line_feeds: bool,
    escaped: bool,
    skip: usize,
}

impl Form {
    fn table(self, columns: Vec<Column>, email: usize) -> Table {
        let Self { delimiter, line_feeds, escaped, skip } = self;
        Table { delimiter, line_feeds, escaped, skip, columns, email, floor: Standing::Active, title: String::new() }
    }
}

/// Recognises the table in the beginning of a text.
///
/// # Errors
/// When it is no list, or its first line is not understood.
pub fn recognise(sample: &[u8], hints: &Hints) -> Result<Option<Table>, FileError> {
    refuse(sample)?;
    let (delimiter, skip) = match excel_separator(sample) {
        Some(delimiter) => (Some(delimiter), 1),
        None => (delimiter(sample), 0),
    };
    let single = delimiter.is_none();
    let delimiter = delimiter.unwrap_or(b',');
    let escaped = is_escaped(sample, delimiter);
    let line_feeds = sample.contains(&b'\n');
    let records = records(sample, delimiter, escaped, usize::MAX);
    let body = &records[skip.min(records.len())..];
    let form = |skip| Form { delimiter, line_feeds, escaped, skip };
    let named = body.iter().take(TITLES).position(|record| is_header(record, hints));
    let first = body.iter().take(TITLES + 1).position(has_at);
    match (named, first) {
        (Some(header), first) if first.is_none_or(|first| header <= first) => {
            let mut table = with_header(&body[header], &body[header + 1..], form(skip + header + 1), hints)?;
            table.title = body[..header].iter().flatten().map(|cell| decode(cell) + " ").collect();
            Ok(Some(table))
        }
        (_, Some(0)) if single || is_pasted(body) => Ok(None),
        (_, Some(0)) => without_header(body, form(skip), hints).map(Some),
        (_, Some(first)) => Err(FileError::FirstLine(names(&body[first - 1]))),
        (_, None) => Err(FileError::NoAddresses),
    }
}

/// Files that are certainly no list.
fn refuse(sample: &[u8]) -> Result<(), FileError> {
    let text = sample.trim_ascii_start();
    let starts = |begin: &[u8]| text.len() >= begin.len() && text[..begin.len()].eq_ignore_ascii_case(begin);
    let kind = match () {
        () if text.is_empty() => return Err(FileError::Empty),
        () if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") => "an archive or a spreadsheet",
        () if starts(b"\xd0\xcf\x11\xe0") => "a spreadsheet",
        () if starts(b"%PDF") => "a PDF",
        () if starts(b"<!doctype") || starts(b"<html") || starts(b"<?xml") => "a web page",
        () if starts(b"{") || starts(b"[") => "JSON",
        () if sample.iter().filter(|b| **b < 9).count() > 0 => "a binary file",
        () => return Ok(()),
    };
    Err(FileError::NotAList(kind))
}

/// The separator in the line `sep=;` that Excel reads and writes.
fn excel_separator(sample: &[u8]) -> Option<u8> {
    let line = sample.split(|b| matches!(b, b'\r' | b'\n')).next()?;
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        _ => None,
    }
}

/// The separator by which the most records have the same number of cells, more than one; `None` when there is none.
fn delimiter(sample: &[u8]) -> Option<u8> {
    let score = |delimiter: &u8| {
        let records = records(sample, *delimiter, is_escaped(sample, *delimiter), LOOKED_AT);
        let equal = |columns: usize| records.iter().filter(|record| record.len() == columns).count();
        let widths = records.iter().map(ByteRecord::len).filter(|columns| *columns > 1);
        widths.map(|columns| (equal(columns) * 1000 / records.len(), columns)).max()
    };
    b",;\t|".iter().filter_map(|delimiter| Some((score(delimiter)?, *delimiter))).max().map(|(_, delimiter)| delimiter)
}

/// Whether a backslash stands before quotation marks: `\"` before anything but a quotation mark, a separator or an end.
fn is_escaped(sample: &[u8], delimiter: u8) -> bool {
    let inside = |w: &[u8]| w[0] == b'\\' && w[1] == b'"' && ![b'"', b'\r', b'\n', delimiter].contains(&w[2]);
    let mailpoet = sample.starts_with(b"\"Email\"") && sample.windows(13).any(|w| w == b"Global status");
    mailpoet || sample.windows(3).any(inside)
}

/// The first whole records of the sample.
fn records(sample: &[u8], delimiter: u8, escaped: bool, most: usize) -> Vec<ByteRecord> {
    let mut reader = reader_builder(delimiter, escaped, sample.contains(&b'\n')).from_reader(sample);
    reader.byte_records().map_while(Result::ok).filter(|record| !is_blank(record)).take(most).collect()
}

/// A reader for the table's form. Records end at line feeds, which keeps `csv`'s line numbers right for CRLF too (the
/// carriage return is trimmed with the cell); where there is none, at carriage returns.
fn reader_builder(delimiter: u8, escaped: bool, line_feeds: bool) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true).escape(escaped.then_some(b'\\'));
    builder.terminator(if line_feeds { Terminator::Any(b'\n') } else { Terminator::CRLF });
    builder
}

/// A record of empty cells, as spreadsheets leave at the end.
pub fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|cell| cell.trim_ascii().is_empty())
}

fn is_address(cell: &[u8]) -> bool {
    cell.contains(&b'@') && Email::from_typed(&decode(cell)).is_ok()
}

fn has_at(record: &ByteRecord) -> bool {
    record.iter().any(|cell| cell.contains(&b'@'))
}

/// Whether the record names a column of addresses but holds no address.
fn is_header(record: &ByteRecord, hints: &Hints) -> bool {
    let named = |(place, cell): (usize, &[u8])| {
        let cell = decode(cell);
        hints.is_address(&cell, place) || headers::meaning(&cell) == Meaning::Email
    };
    record.iter().enumerate().any(named) && !record.iter().any(is_address)
}

/// Whether these are pasted addresses: several in a cell, with names before them, or hardly anything else.
fn is_pasted(body: &[ByteRecord]) -> bool {
    let pasted = |cell: &[u8]| {
        let ats = memchr::memchr_iter(b'@', cell).count();
        ats > 1 || (ats == 1 && cell.contains(&b'<'))
    };
    let cells = || body.iter().take(LOOKED_AT).flatten().filter(|cell| !cell.trim_ascii().is_empty());
    cells().any(pasted) || cells().filter(|cell| is_address(cell)).count() * 5 >= cells().count() * 4
}

/// The cells of a header line, for an error message.
fn names(record: &ByteRecord) -> Vec<String> {
    record.iter().map(|cell| decode(cell).trim().chars().filter(|c| !c.is_control()).take(80).collect()).collect()
}

fn with_header(header: &ByteRecord, body: &[ByteRecord], form: Form, hints: &Hints) -> Result<Table, FileError> {
    let names = names(header);
    let mut columns: Vec<Column> = names.iter().map(|name| Column::new(name.clone(), headers::meaning(name))).collect();
    let email = match names.iter().enumerate().position(|(place, name)| hints.is_address(name, place)) {
        Some(place) => place,
        None => address_column(&columns, body).ok_or_else(|| FileError::FirstLine(names.clone()))?,
    };
    columns[email].meaning = Meaning::Email;
    settle_names(&mut columns);
    settle_states(&mut columns, body);
    ignore(&mut columns, email, hints)?;
    let has = |name: &str| names.iter().any(|other| plain(other) == name);
    let mut table = form.table(columns, email);
    table.floor = match () {
        () if has("leid") && has("unsub time") => Standing::Unsubscribed,
        () if has("leid") && has("clean time") => Standing::Bounced,
        () => Standing::Active,
    };
    Ok(table)
}

/// "Nom" or "Surname" beside "Name", without a first name: the name is the first name.
fn settle_names(columns: &mut [Column]) {
    let has = |columns: &[Column], meaning| columns.iter().any(|column| column.meaning == meaning);
    if has(columns, Meaning::Last) && !has(columns, Meaning::First) {
        let beside_name = has(columns, Meaning::Name);
        let (from, to) = if beside_name { (Meaning::Name, Meaning::First) } else { (Meaning::Last, Meaning::Name) };
        columns.iter_mut().filter(|column| column.meaning == from).for_each(|column| column.meaning = to);
    }
}

/// Columns that are known by what they hold, or by what stands beside them.
fn settle_states(columns: &mut [Column], body: &[ByteRecord]) {
    for (place, column) in columns.iter_mut().enumerate() {
        let doubtful = is_one_of(&column.name, STATE_OR_PLACE);
        if doubtful || column.meaning == Meaning::Unknown {
            column.meaning = if probe(body, place).holds_states() { Meaning::Status } else { Meaning::Unknown };
        }
    }
    // In our own export, `ended_at` is the time of the state in the status column.
    if columns.iter().any(|column| column.meaning == Meaning::Status) {
        let ended = columns.iter_mut().filter(|column| is_one_of(&column.name, "ended at"));
        ended.for_each(|column| column.meaning = Meaning::Harmless);
    }
}

fn is_one_of(name: &str, list: &str) -> bool {
    words::is_one(&plain(name), list)
}

/// The values of a column in the beginning of the list.
fn probe(body: &[ByteRecord], place: usize) -> Column {
    let mut column = Column::new(String::new(), Meaning::Unknown);
    // The last record of a long sample is incomplete.
    let whole = if body.len() > LOOKED_AT { body.len() - 1 } else { body.len() };
    for record in &body[..whole] {
        column.says(record.get(place).unwrap_or_default());
    }
    column
}

/// Ignores the columns that the operator named, by name or number.
fn ignore(columns: &mut [Column], email: usize, hints: &Hints) -> Result<(), FileError> {
    for ignored in &hints.ignored {
        let mut found = false;
        for (place, column) in columns.iter_mut().enumerate().filter(|(place, _)| *place != email) {
            if Hints::names(ignored, &column.name, place) {
                (column.meaning, found) = (Meaning::Ignored, true);
            }
        }
        if !found {
            let all = columns.iter().map(|column| column.name.clone()).collect();
            return Err(FileError::NoSuchColumn { name: ignored.clone(), all });
        }
    }
    Ok(())
}

/// Of the columns named for addresses, the one with the most addresses; without such a name, a column with at least half.
fn address_column(columns: &[Column], body: &[ByteRecord]) -> Option<usize> {
    let body = &body[..body.len().min(LOOKED_AT)];
    let count = |place: usize| body.iter().filter(|record| record.get(place).is_some_and(is_address)).count();
    let named = (0..columns.len()).filter(|place| columns[*place].meaning == Meaning::Email);
    if let Some(best) = named.rev().max_by_key(|place| count(*place)) {
        return Some(best);
    }
    let best = (0..columns.len()).rev().max_by_key(|place| count(*place))?;
    (count(best) * 2 >= body.len().max(1)).then_some(best)
}

/// No header: the column with the most addresses, and beside it one that holds names.
fn without_header(body: &[ByteRecord], form: Form, hints: &Hints) -> Result<Table, FileError> {
    let width = body.iter().map(ByteRecord::len).max().unwrap_or(1);
    let mut columns: Vec<Column> = (0..width).map(|place| probe(body, place)).collect();
    let email = (0..width).find(|place| hints.is_address("", *place));
    let email = email.or_else(|| address_column(&columns, body)).unwrap_or(0);
    let name = if email + 1 < width { email + 1 } else { email.saturating_sub(1) };
    for (place, column) in columns.iter_mut().enumerate() {
        let meaning = match () {
            () if place == email => Meaning::Email,
            () if column.holds_states() => Meaning::Status,
            () if place == name && column.holds_names() => Meaning::Name,
            () => Meaning::Unknown,
        };
        *column = Column::new(String::new(), meaning);
    }
    ignore(&mut columns, email, hints)?;
    Ok(form.table(columns, email))
}
