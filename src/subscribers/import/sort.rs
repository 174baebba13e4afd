//! People in the order of their address key, each once, in bounded memory whatever the size of the list.
//!
//! In: rows in the order of the file. Out: [`Person`]s sorted by key, as the unique index has them: rows in random order
//! would dirty the whole index in every transaction (measured: 44 s against 4 s for a million).
//! Runs of 2 MiB are sorted and spilled to an unnamed temporary file, each by a thread while the next is read, and merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, Write};
use std::mem;
use std::thread::{self, JoinHandle};

use super::file::Row;
use super::standing::Standing;
use crate::i18n;

/// Bytes of a run in memory; while it is sorted, the next one grows beside it.
const RUN: usize = 2 * 1024 * 1024;

/// One address of the list, from one or more rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The key that the address is looked up by.
    pub key: String,
    /// As given first.
    pub email: String,
    /// The first name that is not empty.
    pub name: String,
    /// The first language that is given.
    pub language: Option<&'static str>,
    /// The most restrictive standing of all its rows.
    pub standing: Standing,
    /// Rows after the first.
    pub repeated: u64,
}

/// Where an entry begins in its run, and before it the first bytes of its key: they decide most comparisons without a look at
/// the entry.
type Start = ([u64; 2], u32);

/// Rows in memory.
#[derive(Debug, Default)]
struct Run {
    arena: Vec<u8>,
    starts: Vec<Start>,
}

impl Run {
    fn push(&mut self, row: &Row) {
        let (key, email) = (row.email.key(), row.email.as_str());
        self.starts.push((beginning(key), self.arena.len() as u32));
        push_text(&mut self.arena, key);
        self.arena.extend_from_slice(&row.line.to_be_bytes());
        self.arena.push(row.standing as u8);
        push_text(&mut self.arena, row.language.unwrap_or_default());
        push_text(&mut self.arena, if email == key { "" } else { email });
        push_text(&mut self.arena, &row.whole_name());
    }

    fn sort(&mut self) {
        let arena = &self.arena;
        // An entry begins with key and line, so equal keys keep the order of the file.
        let order = |start: u32| {
            let entry = &arena[start as usize..];
            let length = usize::from(u16::from_le_bytes([entry[0], entry[1]]));
            (&entry[2..2 + length], &entry[2 + length..10 + length])
        };
        self.starts.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| order(a.1).cmp(&order(b.1))));
    }

    /// Sorts it into a file.
    fn spill(mut self) -> io::Result<File> {
        self.sort();
        let mut run = BufWriter::with_capacity(64 * 1024, tempfile::tempfile()?);
        for (_, start) in self.starts {
            let entry = entry_at(&self.arena, start);
            run.write_all(&(entry.len() as u32).to_le_bytes())?;
            run.write_all(entry)?;
        }
        let mut file = run.into_inner()?;
        file.rewind()?;
        Ok(file)
    }
}

/// The first bytes of a key as numbers that compare as the bytes do.
fn beginning(key: &str) -> [u64; 2] {
    let mut halves = [[0; 8]; 2];
    for (half, bytes) in halves.iter_mut().zip(key.as_bytes().chunks(8)) {
        half[..bytes.len()].copy_from_slice(bytes);
    }
    halves.map(u64::from_be_bytes)
}

/// Collects rows.
#[derive(Debug, Default)]
pub struct Sorter {
    run: Run,
    /// The run before, while a thread sorts it.
    spilling: Option<JoinHandle<io::Result<File>>>,
    runs: Vec<File>,
}

impl Sorter {
    /// Adds a row.
    ///
    /// # Errors
    /// When the temporary folder is full.
    pub fn push(&mut self, row: &Row) -> io::Result<()> {
        if self.run.arena.len() >= RUN {
            self.spill()?;
        }
        self.run.push(row);
        Ok(())
    }

    /// All people, sorted.
    ///
    /// # Errors
    /// As [`Sorter::push`].
    pub fn finish(mut self) -> io::Result<People> {
        self.spilled()?;
        self.run.sort();
        let mut sources: Vec<Source> =
            self.runs.into_iter().map(|run| Source::File(BufReader::with_capacity(64 * 1024, run))).collect();
        sources.push(Source::Memory { arena: self.run.arena, starts: self.run.starts.into_iter() });
        let mut heads = BinaryHeap::with_capacity(sources.len());
        for (place, source) in sources.iter_mut().enumerate() {
            heads.extend(source.next()?.map(|entry| Reverse((entry, place))));
        }
        Ok(People { sources, heads })
    }

    fn spill(&mut self) -> io::Result<()> {
        self.spilled()?;
        let run = mem::take(&mut self.run);
        self.spilling = Some(thread::Builder::new().name("import-sort".into()).spawn(move || run.spill())?);
        Ok(())
    }

    /// Waits for the run before.
    fn spilled(&mut self) -> io::Result<()> {
        if let Some(spilling) = self.spilling.take() {
            self.runs.push(spilling.join().map_err(|_| io::Error::other("a run was not sorted"))??);
        }
        Ok(())
    }
}

/// The position of a run.
#[derive(Debug)]
enum Source {
    File(BufReader<File>),
    Memory { arena: Vec<u8>, starts: std::vec::IntoIter<Start> },
}

/// A row as a run stores it, in the order in which it is sorted.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: String,
    line: u64,
    standing: u8,
    language: String,
    email: String,
    name: String,
}

impl Source {
    fn next(&mut self) -> io::Result<Option<Entry>> {
        match self {
            Self::Memory { arena, starts } => Ok(starts.next().map(|(_, start)| Entry::read(entry_at(arena, start)))),
            Self::File(run) => {
                let mut length = [0; 4];
                match run.read_exact(&mut length) {
                    Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
                    other => other?,
                }
                let mut entry = vec![0; u32::from_le_bytes(length) as usize];
                run.read_exact(&mut entry)?;
                Ok(Some(Entry::read(&entry)))
            }
        }
    }
}

impl Entry {
    fn read(mut bytes: &[u8]) -> Self {
        let key = take_text(&mut bytes);
        let (line, rest) = bytes.split_first_chunk().expect("written by push");
        bytes = rest;
        let (standing, rest) = bytes.split_first().expect("written by push");
        bytes = rest;
        let (language, email, name) = (take_text(&mut bytes), take_text(&mut bytes), take_text(&mut bytes));
        let email = if email.is_empty() { key.clone() } else { email };
        Self { key, line: u64::from_be_bytes(*line), standing: *standing, language, email, name }
    }

    fn person(self) -> Person {
        Person {
            key: self.key,
            email: self.email,
            name: self.name,
            language: i18n::known(&self.language).map(i18n::Locale::tag),
            standing: Standing::ALL[usize::from(self.standing)],
            repeated: 0,
        }
    }
}

/// All people, sorted by key.
#[derive(Debug)]
pub struct People {
    sources: Vec<Source>,
    heads: BinaryHeap<Reverse<(Entry, usize)>>,
}

impl People {
    /// The next person.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn take(&mut self) -> io::Result<Option<Person>> {
        let Some(first) = self.next_entry()? else {
            return Ok(None);
        };
        let mut person = first.person();
        while self.heads.peek().is_some_and(|Reverse((entry, _))| entry.key == person.key) {
            let Some(again) = self.next_entry()? else { break };
            let again = again.person();
            person.standing = person.standing.max(again.standing);
            person.language = person.language.or(again.language);
            if person.name.is_empty() {
                person.name = again.name;
            }
            person.repeated += 1;
        }
        Ok(Some(person))
    }

    fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        let Some(mut head) = self.heads.peek_mut() else {
            return Ok(None);
        };
        let place = head.0.1;
        let Reverse((entry, _)) = match self.sources[place].next()? {
            Some(next) => mem::replace(&mut *head, Reverse((next, place))),
            None => PeekMut::pop(head),
        };
        Ok(Some(entry))
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u16).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn take_text(bytes: &mut &[u8]) -> String {
    let (length, rest) = bytes.split_first_chunk().expect("written by push");
    let (text, rest) = rest.split_at(usize::from(u16::from_le_bytes(*length)));
    *bytes = rest;
    String::from_utf8_lossy(text).into_owned()
}

/// The bytes of an entry that begins at `start`.
fn entry_at(arena: &[u8], start: u32) -> &[u8] {
    let entry = &arena[start as usize..];
    let text = |at: usize| at + 2 + usize::from(u16::from_le_bytes([entry[at], entry[at + 1]]));
    let language = text(0) + 8 + 1;
    &entry[..text(text(text(language)))]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(line: u64, email: &str, name: &str, standing: Standing) -> Row {
        let email = email.parse().unwrap();
        Row { line, email, first: String::new(), last: String::new(), name: name.into(), standing, language: None }
    }

    fn all(sorter: Sorter) -> Vec<Person> {
        let mut people = sorter.finish().unwrap();
        std::iter::from_fn(|| people.take().unwrap()).collect()
    }

    #[test]
    fn the_most_restrictive_row_holds_and_the_first_spelling_stays() {
        let mut sorter = Sorter::default();
        for (line, (email, name, standing)) in [
            ("Zoe@x.fr", "", Standing::Active),
            ("ana@x.fr", "Ana", Standing::Active),
            ("zoe@x.fr", "Zoé", Standing::Unsubscribed),
            ("ZOE@x.fr", "Z", Standing::Pending),
        ]
        .into_iter()
        .enumerate()
        {
            sorter.push(&row(line as u64, email, name, standing)).unwrap();
        }
        let people = all(sorter);
        assert_eq!(people.len(), 2);
        assert_eq!((people[0].key.as_str(), people[0].repeated), ("ana@x.fr", 0));
        let zoe = &people[1];
        assert_eq!(
            (zoe.email.as_str(), zoe.name.as_str(), zoe.standing, zoe.repeated),
            ("Zoe@x.fr", "Zoé", Standing::Unsubscribed, 2)
        );
    }

    proptest! {
        #[test]
        fn the_beginning_of_a_key_is_ordered_as_the_key(a in "[a-c.@-]{0,20}", b in "[a-c.@-]{0,20}") {
            let order = beginning(&a).cmp(&beginning(&b)).then_with(|| a.cmp(&b));
            prop_assert_eq!(order, a.cmp(&b));
        }
    }

    #[test]
    fn runs_on_disk_are_merged_in_order() {
        let (mut spilled, mut whole) = (Sorter::default(), Sorter::default());
        for i in 0..3000_u64 {
            let email = format!("p{}@x.fr", i * 7919 % 1000);
            let row = row(i, &email, &format!("n{i}"), Standing::Active);
            spilled.push(&row).unwrap();
            whole.push(&row).unwrap();
            if i % 700 == 699 {
                spilled.spill().unwrap();
            }
        }
        let (spilled, whole) = (all(spilled), all(whole));
        assert_eq!(spilled, whole);
        assert_eq!(spilled.len(), 1000);
        assert!(spilled.is_sorted_by(|a, b| a.key < b.key) && spilled.iter().all(|person| person.repeated == 2));
    }
}
