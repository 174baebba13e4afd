//! A list that an editor sends from the console: kept in the database until it is imported, or for a day.
//!
//! In: a file's bytes. Out: a row of `import_upload` with what a dry run found ([`Report`]); once applied, what the import did. The
//! bytes stand in the database and not on a disk, because on PostgreSQL the next request may meet another machine; they are
//! dropped when the import has ended. An import that was cut short (a stop, a crash) is begun again by the same button: people
//! who are there already stay as they are.

mod report;

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::{Counts, Import, ImportError, first_schedule, import};
use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::db::{Db, from_row, query, query_as, query_scalar, text_enum};
use crate::events::Actor;
use crate::i18n;
use crate::newsletters::Newsletter;
use crate::subscribers::counts;

pub use report::{Column, Problem, Report, Said};

/// Largest file, bytes: some 800,000 addresses.
pub const LARGEST: usize = 20 * 1024 * 1024;

/// Longest name of a file that is kept, characters.
const LONGEST_NAME: usize = 120;

/// How often a running import says how far it is.
const TELLS: Duration = Duration::from_secs(1);

/// An import that has said nothing for so long is over.
const SILENT: Millis = MINUTE;

text_enum! {
    /// How far it is.
    pub enum State {
        /// A dry run has looked at it.
        Looked => "looked",
        /// Being imported.
        Running => "running",
        /// Imported.
        Done => "done",
        /// Could not be imported to the end.
        Failed => "failed",
    }
}

/// A list that was sent, without its bytes.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its id.
    pub id: i64,
    /// Into which newsletter.
    pub newsletter_id: i64,
    /// The name of the file.
    pub name: String,
    /// What the editor says about it, JSON of [`Said`].
    pub said: String,
    /// JSON of [`Report`].
    pub report: String,
    /// How far it is.
    pub state: State,
    /// People stored so far.
    pub stored: i64,
    /// When a running import last said how far it is.
    pub touched_at: Millis,
}
from_row!(Upload { id, newsletter_id, name, said, report, state, stored, touched_at });

impl Upload {
    /// What the editor says about it.
    pub fn said(&self) -> Said {
        serde_json::from_str(&self.said).unwrap_or_default()
    }

    /// What was found, or done.
    pub fn report(&self) -> Report {
        serde_json::from_str(&self.report).unwrap_or_default()
    }

    /// Whether it may be imported now: nothing stands in the way, and nobody is at it.
    pub fn may_start(&self, now: Millis) -> bool {
        match self.state {
            State::Looked => self.report().problem.is_none(),
            State::Failed => true,
            State::Running => self.is_silent(now),
            State::Done => false,
        }
    }

    /// Whether an import of it began and says nothing any more.
    pub fn is_silent(&self, now: Millis) -> bool {
        self.state == State::Running && self.touched_at + SILENT < now
    }
}

/// One of a newsletter's.
///
/// # Errors
/// The database's.
pub async fn by_id(db: &Db, newsletter_id: i64, id: i64) -> sqlx::Result<Option<Upload>> {
    query_as(
        "SELECT id, newsletter_id, name, said, report, state, stored, touched_at FROM import_upload
         WHERE id = $1 AND newsletter_id = $2",
    )
    .bind(id)
    .bind(newsletter_id)
    .fetch_optional(db.on())
    .await
}

async fn content(db: &Db, id: i64) -> sqlx::Result<Vec<u8>> {
    query_scalar("SELECT content FROM import_upload WHERE id = $1").bind(id).fetch_one(db.on()).await
}

/// Looks at a file and keeps it; gives its id.
///
/// # Errors
/// The database's. What is wrong with the file stands in its report.
pub async fn keep(
    app: &App,
    newsletter: &Newsletter,
    person_id: i64,
    (name, bytes): (&str, Vec<u8>),
    said: &Said,
) -> sqlx::Result<i64> {
    let bytes = Arc::new(bytes);
    let name = base_name(name);
    let report = looked_at(app, newsletter, &name, bytes.clone(), said).await?;
    let now = app.clock.now();
    let (said, report) = (json(said), json(&report));
    let mut tx = app.db.begin().await?;
    let id = query_scalar(
        "INSERT INTO import_upload (newsletter_id, person_id, name, content, said, report, touched_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id",
    )
    .bind(newsletter.id)
    .bind(person_id)
    .bind(&name)
    .bind(bytes.as_slice())
    .bind(&said)
    .bind(&report)
    .bind(now)
    .fetch_one(tx.on())
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Looks at a kept file once more, with what the editor says about it now.
///
/// # Errors
/// The database's.
pub async fn look_again(app: &App, newsletter: &Newsletter, upload: &Upload, said: &Said) -> sqlx::Result<()> {
    let bytes = Arc::new(content(&app.db, upload.id).await?);
    let report = looked_at(app, newsletter, &upload.name, bytes, said).await?;
    let (said, report) = (json(said), json(&report));
    app.db.write_now(query(
        "UPDATE import_upload SET said = $2, report = $3, state = 'looked' WHERE id = $1 AND state IN ('looked', 'failed')"
    )
    .bind(upload.id)
    .bind(&said)
    .bind(&report)
    ).await
    .map(drop)
}

/// A dry run.
async fn looked_at(
    app: &App,
    newsletter: &Newsletter,
    name: &str,
    bytes: Arc<Vec<u8>>,
    said: &Said,
) -> sqlx::Result<Report> {
    match run(app, newsletter, name, bytes, (said, Actor::System), &AtomicU64::new(0), true).await {
        Ok(counts) => {
            let problem = counts.asked.as_ref().map(Problem::of_question);
            Ok(Report { problem, ..Report::from(&counts) })
        }
        Err(ImportError::Database(error)) => Err(error),
        Err(error) => Ok(Report { problem: Some(Problem::of(&error)), ..Report::default() }),
    }
}

async fn run(
    app: &App,
    newsletter: &Newsletter,
    name: &str,
    bytes: Arc<Vec<u8>>,
    (said, by): (&Said, Actor),
    stored: &AtomicU64,
    dry_run: bool,
) -> Result<Counts, ImportError> {
    let confirmed = Some(said.confirmed.trim()).filter(|how| !how.is_empty() && said.list != "unsubscribed");
    let order = Import {
        newsletter,
        schedule_id: first_schedule(&app.db, newsletter).await?,
        confirmed_elsewhere: confirmed,
        consented_at: said.consented_at(app.clock.now()),
        language: i18n::known(&said.language).map_or(newsletter.language.as_str(), i18n::Locale::tag),
        hints: said.hints(),
        dry_run,
        by,
    };
    let input = Cursor::new(Bytes(bytes));
    import(app, &order, input, name.to_owned(), |people| stored.store(people, Ordering::Relaxed)).await
}

/// Shared bytes that can be read.
struct Bytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Begins the import in a task of its own; `false` when something stands in the way or somebody has begun.
///
/// # Errors
/// The database's.
pub async fn start(app: &Arc<App>, newsletter: &Newsletter, upload: &Upload, by: Actor) -> sqlx::Result<bool> {
    let now = app.clock.now();
    if !upload.may_start(now) {
        return Ok(false);
    }
    let mut tx = app.db.begin().await?;
    let begun = query(
        "UPDATE import_upload SET state = 'running', touched_at = $2, stored = 0
         WHERE id = $1 AND state = $3 AND touched_at = $4",
    )
    .bind(upload.id)
    .bind(now)
    .bind(upload.state)
    .bind(upload.touched_at)
    .execute(tx.on())
    .await?;
    tx.commit().await?;
    if begun == 1 {
        let (app, newsletter, upload) = (app.clone(), newsletter.clone(), upload.clone());
        tokio::spawn(async move { apply(&app, &newsletter, &upload, by).await });
    }
    Ok(begun == 1)
}

/// Imports, says meanwhile how far it is, and at the end what it did.
async fn apply(app: &App, newsletter: &Newsletter, upload: &Upload, by: Actor) {
    let (stored, said) = (AtomicU64::new(0), upload.said());
    let work = async {
        let bytes = Arc::new(content(&app.db, upload.id).await?);
        run(app, newsletter, &upload.name, bytes, (&said, by), &stored, false).await
    };
    let tells = async {
        loop {
            tokio::time::sleep(TELLS).await;
            let people = stored.load(Ordering::Relaxed) as i64;
            // Not said is not lost: the next time says it.
            touch(app, upload.id, people).await.ok();
        }
    };
    let ran: Result<Counts, ImportError> = tokio::select! {
        ran = work => ran,
        () = tells => Err(ImportError::Interrupted),
    };
    let (state, report) = match ran {
        Ok(counts) => (State::Done, Report::from(&counts)),
        Err(error) => {
            tracing::warn!(newsletter.id = newsletter.id, %error, "an import from the console ended before its end");
            (State::Failed, Report { problem: Some(Problem::of(&error)), ..upload.report() })
        }
    };
    counts::changed(app, newsletter.id);
    if let Err(error) = end(app, upload.id, state, &report).await {
        tracing::warn!(newsletter.id = newsletter.id, %error, "how an import ended could not be stored");
    }
}

async fn touch(app: &App, id: i64, stored: i64) -> sqlx::Result<()> {
    app.db
        .write_now(
            query("UPDATE import_upload SET stored = $2, touched_at = $3 WHERE id = $1 AND state = 'running'")
                .bind(id)
                .bind(stored)
                .bind(app.clock.now()),
        )
        .await
        .map(drop)
}

/// The bytes are dropped once they are imported.
async fn end(app: &App, id: i64, state: State, report: &Report) -> sqlx::Result<()> {
    let (report, empty): (String, &[u8]) = (json(report), &[]);
    app.db
        .write_now(
            query(
                "UPDATE import_upload SET state = $2, report = $3, touched_at = $4, stored = $6,
                content = CASE WHEN $2 = 'done' THEN $5 ELSE content END WHERE id = $1",
            )
            .bind(id)
            .bind(state)
            .bind(&report)
            .bind(app.clock.now())
            .bind(empty)
            .bind(0_i64),
        )
        .await
        .map(drop)
}

/// Drops a list that nobody wants to import any more, unless it is being imported.
///
/// # Errors
/// The database's.
pub async fn discard(app: &App, upload: &Upload) -> sqlx::Result<()> {
    app.db
        .write_now(query("DELETE FROM import_upload WHERE id = $1 AND state <> 'running'").bind(upload.id))
        .await
        .map(drop)
}

/// Deletes lists that were sent more than a day ago, with what they held.
///
/// # Errors
/// The database's.
pub async fn forget(db: &Db, now: Millis) -> sqlx::Result<()> {
    let any: bool = query_scalar("SELECT EXISTS (SELECT 1 FROM import_upload WHERE created_at < $1)")
        .bind(now - DAY)
        .fetch_one(db.on())
        .await?;
    if !any {
        return Ok(());
    }
    db.write_now(query("DELETE FROM import_upload WHERE created_at < $1").bind(now - DAY)).await.map(drop)
}

/// The last part of a path, without what cannot be seen.
fn base_name(given: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|char| !char.is_control()).take(LONGEST_NAME).collect()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_file_is_its_last_part() {
        assert_eq!(base_name("C:\\Temp\\liste.csv"), "liste.csv");
        assert_eq!(base_name("../../etc/passwd\n"), "passwd");
        assert_eq!(base_name(&"é".repeat(500)).chars().count(), LONGEST_NAME);
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let said = Said { ignored: vec!["Ville".into()], list: "subscribed".into(), ..Said::default() };
        assert_eq!(serde_json::from_str::<Said>(&json(&said)).unwrap(), said);
        let report = Report {
            problem: Some(Problem::new("first-line", &["Nom".to_owned()])),
            invalid_lines: vec![(3, "no-at".into())],
            ..Report::default()
        };
        assert_eq!(serde_json::from_str::<Report>(&json(&report)).unwrap(), report);
        assert_eq!(serde_json::from_str::<Report>("{}").unwrap(), Report::default());
    }
}
