//! Understanding a file: bytes of any list → rows of address, name, standing.
//!
//! In: CSV with comma, semicolon, tab or bar, in UTF-8, UTF-16 or windows-1252 (also mixed), with a header line or
//! without; or addresses pasted from a mail program. Out: a [`Row`] each, in one pass and constant memory. What is no list
//! (a web page, an archive) is refused before anything is taken from it.

use std::io::{self, BufRead, BufReader, Read};

use csv::ByteRecord;

use super::table::{self, Table};
use super::text::{self, Guard, decode};
use super::words::{self, Meaning, Standing};
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
    /// How they stood.
    pub standing: Standing,
    /// Their language, when the file says one that there are texts in.
    pub language: Option<&'static str>,
}

impl Row {
    /// The name on one line, empty when there is none.
    pub fn whole_name(&self) -> String {
        let parts = [&self.name, &self.first, &self.last];
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
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

/// Why a file cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Something else than a list.
    #[error("this is {0}, not a list of addresses; export the list as CSV")]
    NotAList(&'static str),
    /// No column with addresses.
    #[error("no column holds addresses; name it `email` in the first line")]
    NoAddresses,
    /// Cannot be read.
    #[error("cannot read the file: {0}")]
    Read(#[from] io::Error),
    /// Not CSV.
    #[error("cannot read the file: {0}")]
    Csv(#[from] csv::Error),
}

/// Takes what is read; its error ends the reading.
type Taker<'a, E> = dyn FnMut(Result<Row, Bad>) -> Result<(), E> + 'a;

/// Reads a whole file; `take` gets every row and every line without an address, in order.
///
/// # Errors
/// When it is no list, or `take` says so.
pub fn read<E: From<FileError>>(input: impl Read, file_name: &str, take: &mut Taker<'_, E>) -> Result<(), E> {
    let text = text::open(input).map_err(FileError::from)?;
    let floor = words::of_file_name(file_name);
    match table::recognise(&text.sample)? {
        Some(table) => read_table(text.whole, &table, floor, take),
        None => read_pasted(text.whole, floor, take),
    }
}

fn read_table<E: From<FileError>>(
    text: impl Read,
    table: &Table,
    floor: Standing,
    take: &mut Taker<'_, E>,
) -> Result<(), E> {
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
        take(row(line, &record, table, floor))?;
    }
    Ok(())
}

fn row(line: u64, record: &ByteRecord, table: &Table, floor: Standing) -> Result<Row, Bad> {
    let cell = decode(record.get(table.email).unwrap_or_default());
    let email = Email::from_typed(unguarded(&cell)).map_err(|error| Bad { line, error })?;
    let standing = floor.max(table.floor);
    let mut row = Row {
        line,
        email,
        first: String::new(),
        last: String::new(),
        name: name_before_address(&cell),
        standing,
        language: None,
    };
    for (place, meaning) in table.columns.iter().enumerate() {
        let value = decode(record.get(place).unwrap_or_default());
        match meaning {
            Meaning::Other | Meaning::Email => {}
            Meaning::First => row.first = cleaned(&value),
            Meaning::Last => row.last = cleaned(&value),
            Meaning::Name => row.name = cleaned(&value),
            Meaning::Language => row.language = i18n::known(&value).map(i18n::Locale::tag),
            status => row.standing = row.standing.max(words::standing(*status, &value).unwrap_or(Standing::Active)),
        }
    }
    Ok(row)
}

/// Addresses in lines, several in one perhaps, with names perhaps.
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
    let words: Vec<&str> =
        value.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understood(bytes: &[u8]) -> Result<Vec<String>, FileError> {
        let mut rows = vec![];
        read::<FileError>(bytes, "list.csv", &mut |row| {
            rows.push(match row {
                Ok(row) => format!("{} {} {:?} [{}]", row.line, row.email, row.standing, row.whole_name()),
                Err(bad) => format!("{} {:?}", bad.line, bad.error),
            });
            Ok(())
        })?;
        Ok(rows)
    }

    #[test]
    fn tables_of_several_kinds() {
        let cases: [(&[u8], &[&str]); 7] = [
            (b"email,name\nana@example.org,Ana\nx,Y\n", &["2 ana@example.org Active [Ana]", "3 NoAt"]),
            (
                "sep=;\r\nAdresse e-mail;Prénom;Nom;Statut\r\na@example.org;Zoé;Roux;Désinscrit\r\n".as_bytes(),
                &["3 a@example.org Unsubscribed [Zoé Roux]"],
            ),
            (b"Liste du club\n\nnom;e-mail\nAna;a@example.org\n", &["4 a@example.org Active [Ana]"]),
            (
                b"a@example.org,Ana\nb@example.org,\"'=Luc\"\n",
                &["1 a@example.org Active [Ana]", "2 b@example.org Active [=Luc]"],
            ),
            (b"email\na@example.org\n\nb@example\n", &["2 a@example.org Active []", "4 NoDot"]),
            (b"email,status\na@example.org,frozen\n", &["2 a@example.org Unclear []"]),
            (
                b"email,state\na@example.org,Ohio\nb@example.org,Texas\n",
                &["2 a@example.org Active []", "3 b@example.org Active []"],
            ),
        ];
        for (bytes, expected) in cases {
            assert_eq!(understood(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn pasted_addresses_with_names() {
        let text = "\"Durand, Ana\" <ana@example.org>, Luc <luc@example.org>;\nzoe@example.org\n<a@b.fr> ; <c@d.fr>\n";
        let expected = [
            "1 ana@example.org Active [Durand, Ana]",
            "1 luc@example.org Active [Luc]",
            "2 zoe@example.org Active []",
            "3 a@b.fr Active []",
            "3 c@d.fr Active []",
        ];
        assert_eq!(understood(text.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for (bytes, word) in [
            (&b""[..], "empty"),
            (b" \r\n\n", "empty"),
            (b"PK\x03\x04rest", "spreadsheet"),
            (b"<!DOCTYPE html><p>a@b.fr", "web page"),
            (b"[{\"email\": \"a@b.fr\"}]", "JSON"),
            (b"a\x00b\x01c", "binary"),
            (b"nom,ville\nAna,Dole\n", "no column"),
            (b"just some words\nand more\n", "no column"),
        ] {
            let error = understood(bytes).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        assert!(understood(b"email,name\n").unwrap().is_empty());
    }
}
