//! Which kind of list this is: its separator, its header, what its columns hold.
//!
//! In: the first bytes of a text. Out: a [`Table`], or `None` for addresses that were pasted.

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::file::FileError;
use super::text::decode;
use super::words::{self, Meaning, Standing};
use crate::subscribers::address::Email;

/// Records that are looked at.
const LOOKED_AT: usize = 50;

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
    pub columns: Vec<Meaning>,
    /// The column with the address.
    pub email: usize,
    /// What the columns say of all, as exports of one status do (Mailchimp).
    pub floor: Standing,
}

impl Table {
    /// A reader of the records.
    pub fn reader(&self) -> ReaderBuilder {
        reader_builder(self.delimiter, self.escaped, self.line_feeds)
    }
}

/// What is known before the columns are.
#[derive(Clone, Copy)]
struct Form {
    delimiter: u8,
    line_feeds: bool,
    escaped: bool,
    skip: usize,
}

impl Form {
    fn table(self, columns: Vec<Meaning>, email: usize, floor: Standing) -> Table {
        let Self { delimiter, line_feeds, escaped, skip } = self;
        Table { delimiter, line_feeds, escaped, skip, columns, email, floor }
    }
}

/// Recognises the table in the beginning of a text.
///
/// # Errors
/// When it is no list.
pub fn recognise(sample: &[u8]) -> Result<Option<Table>, FileError> {
    refuse(sample)?;
    let (delimiter, skip) = match excel_separator(sample) {
        Some(delimiter) => (Some(delimiter), 1),
        None => (delimiter(sample), 0),
    };
    let escaped = is_escaped(sample, delimiter.unwrap_or(b','));
    let line_feeds = sample.contains(&b'\n');
    let Some(delimiter) = delimiter else {
        return single_column(sample, Form { delimiter: b',', line_feeds, escaped, skip: 1 });
    };
    let form = |skip| Form { delimiter, line_feeds, escaped, skip };
    let records = records(sample, delimiter, escaped, LOOKED_AT);
    let body = &records[skip.min(records.len())..];
    let Some(start) = body.iter().take(10).position(|record| has_address(record) || has_email_name(record)) else {
        return Err(FileError::NoAddresses);
    };
    if !has_address(&body[start]) {
        return with_header(&body[start], &body[start + 1..], form(skip + start + 1)).map(Some);
    }
    if body.iter().any(|record| record.iter().any(looks_pasted)) {
        return Ok(None);
    }
    Ok(Some(without_header(&body[start..], form(skip + start))))
}

/// What is certainly no list.
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

fn has_address(record: &ByteRecord) -> bool {
    record.iter().any(is_address)
}

fn has_email_name(record: &ByteRecord) -> bool {
    record.iter().any(|cell| words::meaning(&decode(cell)) == Meaning::Email)
}

/// `Name <address>`, or several addresses in one cell.
fn looks_pasted(cell: &[u8]) -> bool {
    let ats = memchr::memchr_iter(b'@', cell).count();
    ats > 1 || (ats == 1 && cell.contains(&b'<'))
}

/// One column: with a header `email`, or a heap of addresses.
fn single_column(sample: &[u8], form: Form) -> Result<Option<Table>, FileError> {
    let records = records(sample, form.delimiter, form.escaped, LOOKED_AT);
    let first = records.first().ok_or(FileError::Empty)?;
    if has_email_name(first) && !has_address(first) {
        return Ok(Some(form.table(vec![Meaning::Email], 0, Standing::Active)));
    }
    let any = sample.split(|b| matches!(b, b'\r' | b'\n' | b',' | b';')).any(is_address);
    if any { Ok(None) } else { Err(FileError::NoAddresses) }
}

fn with_header(header: &ByteRecord, body: &[ByteRecord], form: Form) -> Result<Table, FileError> {
    let names: Vec<String> = header.iter().map(|cell| words::plain(&decode(cell))).collect();
    let mut columns: Vec<Meaning> = names.iter().map(|name| words::meaning(name)).collect();
    let email = address_column(&columns, body).ok_or(FileError::NoAddresses)?;
    settle(&mut columns, &names, body);
    let has = |name: &str| names.iter().any(|other| other == name);
    let floor = match () {
        () if has("leid") && has("unsub time") => Standing::Unsubscribed,
        () if has("leid") && has("clean time") => Standing::Bounced,
        () => Standing::Active,
    };
    Ok(form.table(columns, email, floor))
}

/// Columns that mean something only beside others.
fn settle(columns: &mut [Meaning], names: &[String], body: &[ByteRecord]) {
    let has = |columns: &[Meaning], meaning| columns.contains(&meaning);
    // "Nom" or "Surname" beside "Name", without a first name: the name is the first name.
    if has(columns, Meaning::Last) && !has(columns, Meaning::First) {
        let beside_name = has(columns, Meaning::Name);
        let (from, to) = if beside_name { (Meaning::Name, Meaning::First) } else { (Meaning::Last, Meaning::Name) };
        columns.iter_mut().filter(|column| **column == from).for_each(|column| *column = to);
    }
    if has(columns, Meaning::Status) {
        columns.iter_mut().filter(|column| **column == Meaning::ListStatus).for_each(|column| *column = Meaning::Other);
    }
    // "State" may be a part of an address: it is a status only where its words are understood.
    for (place, column) in columns.iter_mut().enumerate().filter(|(place, _)| names[*place] == "state") {
        let values = body.iter().filter_map(|record| record.get(place)).filter(|cell| !cell.trim_ascii().is_empty());
        let unclear = |cell: &[u8]| words::standing(Meaning::Status, &decode(cell)) == Some(Standing::Unclear);
        let (mut all, mut strange) = (0, 0);
        values.for_each(|cell| {
            all += 1;
            strange += usize::from(unclear(cell));
        });
        *column = if strange * 2 > all { Meaning::Other } else { Meaning::Status };
    }
}

/// The column named so that holds the most addresses; without a name, any column where at least half are addresses.
fn address_column(columns: &[Meaning], body: &[ByteRecord]) -> Option<usize> {
    let count = |place: usize| body.iter().filter(|record| record.get(place).is_some_and(is_address)).count();
    let named = (0..columns.len()).filter(|place| columns[*place] == Meaning::Email);
    if let Some(best) = named.rev().max_by_key(|place| count(*place)) {
        return Some(best);
    }
    let best = (0..columns.len()).rev().max_by_key(|place| count(*place))?;
    (count(best) * 2 >= body.len().max(1)).then_some(best)
}

/// No header: the column with the most addresses, and the next one as name.
fn without_header(body: &[ByteRecord], form: Form) -> Table {
    let width = body.iter().map(ByteRecord::len).max().unwrap_or(1);
    let mut columns = vec![Meaning::Other; width];
    let email = address_column(&columns, body).unwrap_or(0);
    columns[email] = Meaning::Email;
    let name = if email + 1 < width { email + 1 } else { email.saturating_sub(1) };
    if name != email {
        columns[name] = Meaning::Name;
    }
    form.table(columns, email, Standing::Active)
}
