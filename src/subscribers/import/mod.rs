//! Imports a list from another tool: the people who consented there, and never anybody who left.
//!
//! ```text
//! bytes ─▶ text ─▶ table ─▶ file: rows ─▶ sort: people by key ─▶ store: batches ─▶ subscribers, consents, letters
//! ```
//! In: a file, a newsletter, and how its people consented, if they did. Out: [`Counts`]. An import killed at any row can be run
//! again: each batch is one transaction, and people already there stay as they are. The whole file is read before the first
//! batch, so that questions about it come while nothing is stored yet.

pub mod columns;
pub mod dates;
pub mod file;
mod header_words;
pub mod headers;
pub mod plan;
pub mod questions;
pub mod sort;
pub(super) mod sql;
pub mod standing;
mod store;
pub mod table;
pub mod text;
pub mod upload;
mod vocabulary;
pub mod words;

use std::collections::BTreeMap;
use std::io::Read;
use std::pin::pin;

use futures_util::{StreamExt as _, stream};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use tokio::sync::mpsc;

use crate::app::App;
use crate::clock::{DAY, HOUR, Millis};
use crate::db::{Db, Room};
use crate::events::Actor;
use crate::newsletters::{self, Newsletter};
use file::{Bad, FileError, Hints, List, Understood};
use plan::Pace;
use questions::{ColumnView, Question};
use sort::{Person, Sorter};
use standing::Standing;
use store::Store;

/// The proof of people whom a letter asks.
pub const ASKED_BY_LETTER: &str = "asked by letter";

/// Most lines without an address that a report lists; further ones are only counted.
const NAMED: usize = 1000;

/// Batches in progress: on SQLite the rows of one are made while another is written, PostgreSQL writes both.
const AT_ONCE: usize = 2;

/// What to import into, and how.
#[derive(Clone, Debug)]
pub struct Import<'a> {
    /// The newsletter.
    pub newsletter: &'a Newsletter,
    /// The schedule for new subscribers.
    pub schedule_id: i64,
    /// How these people consented outside Facteur; without it each gets a confirmation letter.
    pub confirmed_elsewhere: Option<&'a str>,
    /// When they consented there: their last contact. Without it, that is the import itself.
    pub consented_at: Option<Millis>,
    /// Language of people for whom the file gives none.
    pub language: &'a str,
    /// The operator's hints about the file.
    pub hints: Hints,
    /// Count only.
    pub dry_run: bool,
    /// Who imports.
    pub by: Actor,
}

impl Import<'_> {
    /// The proof that each consent record of this import carries.
    pub(super) fn proof(&self) -> &str {
        self.confirmed_elsewhere.unwrap_or(ASKED_BY_LETTER)
    }

    fn terms(&self, db: &Db) -> Terms {
        Terms {
            newsletter_id: self.newsletter.id,
            schedule_id: self.schedule_id,
            language: self.language.to_owned(),
            consented_at: self.consented_at,
            confirmed: self.confirmed_elsewhere.is_some(),
            list: self.hints.list,
            dry_run: self.dry_run,
            is_sqlite: db.is_sqlite(),
        }
    }
}

/// What the thread that judges people and makes their rows needs of an [`Import`].
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub newsletter_id: i64,
    pub schedule_id: i64,
    pub language: String,
    pub consented_at: Option<Millis>,
    /// Whether they consented elsewhere.
    pub confirmed: bool,
    pub list: List,
    pub dry_run: bool,
    pub is_sqlite: bool,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Rows of the file with an address.
    pub rows: u64,
    /// Addresses.
    pub people: u64,
    /// Rows that name an address once more.
    pub repeated: u64,
    /// New subscribers by state; those who left elsewhere are remembered as such.
    pub added: BTreeMap<&'static str, u64>,
    /// Pending here before, confirmed now.
    pub raised: u64,
    /// There before, nothing changed.
    pub already: u64,
    /// Subscribed here before, but on a list of people who must not be written to: unsubscribed now.
    pub ended: u64,
    /// Not added, for this state, `suppressed`, or `unclear` (a status that is not understood).
    pub kept_out: BTreeMap<&'static str, u64>,
    /// Lines without an address.
    pub invalid: u64,
    /// The first of them.
    pub invalid_lines: Vec<InvalidLine>,
    /// Each column of the file, and what it was taken for.
    pub columns: Vec<ColumnView>,
    /// The question to answer before this import stores anything; only in a dry run, otherwise the question is the error.
    pub question: Option<String>,
    /// The same as data.
    #[serde(skip)]
    pub asked: Option<Question>,
    /// Whether nothing was stored.
    pub dry_run: bool,
}

/// A line without an address.
#[derive(Clone, Debug, Serialize)]
pub struct InvalidLine {
    /// Line of the file, from 1.
    pub line: u64,
    /// A word for what is wrong.
    pub code: &'static str,
    /// What is wrong.
    pub problem: String,
}

/// What stopped an import. What was stored before stays; run it again.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A question that only the operator can answer.
    #[error(transparent)]
    Question(#[from] Question),
    /// The temporary folder.
    #[error("cannot write to the temporary folder: {0}")]
    Temporary(std::io::Error),
    /// The database.
    #[error("cannot store: {0}")]
    Database(#[from] sqlx::Error),
    /// The reading thread is gone.
    #[error("the file was not read to its end")]
    Interrupted,
}

/// What the reading thread found besides people.
#[derive(Debug)]
struct Found {
    rows: u64,
    invalid: u64,
    invalid_lines: Vec<InvalidLine>,
    columns: Vec<ColumnView>,
    question: Option<Question>,
}

/// Imports a file. Calls `stored` with the number of people after each batch.
///
/// # Errors
/// When the file is no list, or something cannot be read or written. What was stored stays.
pub async fn import(
    app: &App,
    import: &Import<'_>,
    input: impl Read + Send + 'static,
    file_name: String,
    mut stored: impl FnMut(u64),
) -> Result<Counts, ImportError> {
    let (sender, mut batches) = mpsc::channel(1);
    let asked =
        Asked { hints: import.hints.clone(), confirmed: import.confirmed_elsewhere.is_some(), dry_run: import.dry_run };
    let reading = tokio::task::spawn_blocking(move || read_sorted(input, &file_name, &asked, &sender));
    let begin = app.clock.now().max(plan::planned_until(&app.db).await?);
    let store = Store::new(app, import, Pace::new(&app.config.signup, begin));
    let batches = stream::poll_fn(|context| batches.poll_recv(context));
    let mut written = pin!(batches.map(|people| store.batch(people)).buffer_unordered(AT_ONCE));
    let mut counts = Counts { dry_run: import.dry_run, ..Counts::default() };
    app.db.make_room(Room::InMemoryToo).await?;
    let done = async {
        while let Some(of_batch) = written.next().await {
            counts.add(of_batch?);
            stored(counts.people);
        }
        Ok::<_, ImportError>(())
    };
    let done = done.await;
    let given_back = app.db.make_room(Room::Usual).await;
    done?;
    given_back?;
    let found = reading.await.map_err(|_| ImportError::Interrupted)??;
    (counts.rows, counts.invalid, counts.invalid_lines) = (found.rows, found.invalid, found.invalid_lines);
    (counts.columns, counts.question) = (found.columns, found.question.as_ref().map(ToString::to_string));
    counts.asked = found.question;
    app.wake.now();
    Ok(counts)
}

/// The part of an [`Import`] that the reading thread needs.
struct Asked {
    hints: Hints,
    confirmed: bool,
    dry_run: bool,
}

/// Reads, sorts and hands over in batches, on a thread of its own. A question stops it before the first batch.
fn read_sorted(
    input: impl Read,
    file_name: &str,
    asked: &Asked,
    batches: &mpsc::Sender<Vec<Person>>,
) -> Result<Found, ImportError> {
    let mut sorter = Sorter::default();
    let (mut rows, mut invalid, mut invalid_lines) = (0, 0, Vec::new());
    let understood = file::read::<ImportError>(input, file_name, &asked.hints, &mut |row| {
        match row {
            Ok(row) => {
                rows += 1;
                sorter.push(&row).map_err(ImportError::Temporary)?;
            }
            Err(bad) => {
                invalid += 1;
                if invalid_lines.len() < NAMED {
                    invalid_lines.push(InvalidLine::from(bad));
                }
            }
        }
        Ok(())
    })?;
    let question = questions::of(&understood, file_name, asked.hints.list, asked.confirmed);
    let columns = questions::views(&understood);
    if let Some(question) = question.as_ref().filter(|_| !asked.dry_run) {
        return Err(question.clone().into());
    }
    hand_over(sorter, batches)?;
    Ok(Found { rows, invalid, invalid_lines, columns, question })
}

/// All people in batches; ends early when nobody takes them any more.
fn hand_over(sorter: Sorter, batches: &mpsc::Sender<Vec<Person>>) -> Result<(), ImportError> {
    let mut people = sorter.finish().map_err(ImportError::Temporary)?;
    loop {
        let mut batch = Vec::with_capacity(store::BATCH);
        while batch.len() < store::BATCH {
            let Some(person) = people.take().map_err(ImportError::Temporary)? else { break };
            batch.push(person);
        }
        if batch.is_empty() || batches.blocking_send(batch).is_err() {
            return Ok(());
        }
    }
}

impl Counts {
    /// Adds what was done with a batch.
    fn add(&mut self, batch: Self) {
        self.people += batch.people;
        self.repeated += batch.repeated;
        self.raised += batch.raised;
        self.already += batch.already;
        self.ended += batch.ended;
        for (all, some) in [(&mut self.added, batch.added), (&mut self.kept_out, batch.kept_out)] {
            for (word, count) in some {
                *all.entry(word).or_default() += count;
            }
        }
    }
}

impl From<Bad> for InvalidLine {
    fn from(bad: Bad) -> Self {
        Self { line: bad.line, code: bad.error.code(), problem: bad.error.to_string() }
    }
}

/// The rhythm of new subscribers; every newsletter has one.
pub async fn first_schedule(db: &Db, newsletter: &Newsletter) -> sqlx::Result<i64> {
    let schedules = newsletters::sql::schedules(db, newsletter.id).await?;
    newsletters::default_of(&schedules).map(|schedule| schedule.id).ok_or(sqlx::Error::RowNotFound)
}

/// When a day ends, UTC, that people consented on; `None` when it has not begun anywhere yet.
pub fn consented_on(day: Date, now: Millis) -> Option<Millis> {
    let begins = day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    // A day begins somewhere 14 hours before it begins in UTC.
    (begins - 14 * HOUR <= now).then_some((begins + DAY).min(now))
}

/// How a file is understood, as JSON with the people under `subscribers`; uses no database. For tests.
///
/// # Errors
/// When the file is no list.
pub fn understood(input: impl Read, file_name: &str, hints: &Hints) -> Result<serde_json::Value, FileError> {
    let mut people: BTreeMap<String, file::Row> = BTreeMap::new();
    let Understood { columns, called } = file::read::<FileError>(input, file_name, hints, &mut |row| {
        if let Ok(row) = row {
            let known = people.entry(row.email.key().to_owned()).or_insert_with(|| row.clone());
            known.standing = known.standing.max(row.standing);
        }
        Ok(())
    })?;
    // Where no row gives a standing, the import would ask about the file's name.
    let floor = called.filter(|_| hints.list != List::Subscribed).unwrap_or(Standing::Active);
    let shown = people.into_values().filter(|row| row.standing != Standing::Unclear).map(|row| {
        serde_json::json!({ "email": row.email.as_str(), "status": row.standing.max(floor),
                            "first": row.first, "last": row.last, "name": row.name })
    });
    let shown = shown.collect::<Vec<_>>();
    Ok(serde_json::json!({ "subscribers": shown, "columns": questions::views(&Understood { columns, called }) }))
}
