//! Opens an SQLite file with the settings that durability depends on.
//!
//! In: a path, and what a power cut may take. Out: a [`Db`]: WAL, `synchronous=FULL` (or syncs apart from commits,
//! [`super::syncs`]), foreign keys on, deletions overwritten, one writer; a lost file is never replaced by an empty one
//! ([`super::file`]).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::checkpoint::Checkpoints;
use super::file::{self, DbFile};
use super::syncs::Syncs;
use super::waiting::Waiting;
use super::writer::LOG_PAGES_APART;
use super::{Db, Readers, Turns, Writer};
use crate::config::PowerLoss;

/// Readers of an SQLite file; on small machines more would only compete for the page cache.
const SQLITE_READERS: u32 = 6;

/// The file that a `sqlite://…` URL names, by its true path; `None` for any other URL.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(file::true_path(Path::new(path.split('?').next().unwrap_or(path))))
}

/// Opens the file. `may_create`: one that is not there yet is made.
///
/// # Errors
/// [`file::Missing`], [`file::Lost`], [`file::InUse`]; when it cannot be opened or written.
pub(super) async fn open(path: &Path, may_create: bool, power_loss: PowerLoss) -> anyhow::Result<Db> {
    let there = file::find(path, may_create)?;
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
    }
    let options = options(path, power_loss).create_if_missing(!there);
    let cannot_open = || format!("cannot open {}", path.display());
    if !there {
        file::create(path).with_context(cannot_open)?;
    }
    // Before SQLite creates a log under this name.
    let found = there.then(|| DbFile::open(path).with_context(cannot_open)).transpose()?;
    found.as_ref().map_or(Ok(()), one_name)?;
    let mut write = Writer::open(options.clone().pragma("temp_store", "MEMORY")).await.with_context(cannot_open)?;
    if power_loss != PowerLoss::Strict {
        write = write.synced_apart(Syncs::start(path).with_context(cannot_open)?);
    }
    let file = match found {
        Some(file) => Arc::new(file),
        None => Arc::new(DbFile::open(path).with_context(cannot_open)?),
    };
    if there && is_without_tables(&write).await.with_context(cannot_open)? {
        file::refuse_to_replace(path, file::WITHOUT_TABLES)?;
    }
    let log = options.clone();
    // A connection to a file does not break by itself, so it is not tested before each use, unlike PostgreSQL's.
    let read = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .test_before_acquire(false)
        .connect_lazy_with(options.create_if_missing(false).read_only(true));
    let turns = Turns::new(Checkpoints::new(log, file.clone()), Waiting::of(path));
    Ok(Db::Sqlite { read: Readers::new(read), write: write.guarded(file.clone()), turns, file })
}

fn options(path: &Path, power_loss: PowerLoss) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        // What is deleted is overwritten: an address that was erased does not stay in the free pages of the file.
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(10));
    match power_loss {
        PowerLoss::Strict => options.synchronous(SqliteSynchronous::Full),
        PowerLoss::FiveMs => {
            options.synchronous(SqliteSynchronous::Normal).pragma("wal_autocheckpoint", LOG_PAGES_APART.to_string())
        }
    }
}

/// SQLite names its log after the file: opened under two names at once, one file would get two logs, which damages it.
fn one_name(file: &DbFile) -> anyhow::Result<()> {
    if !file.has_more_names() {
        return Ok(());
    }
    let path = file.path().display();
    if !file.lock()? {
        bail!(file::InUse(file.path().to_owned()));
    }
    file.unlock();
    tracing::warn!(
        "{path} has a second name (a hard link): if it is opened under both names at once, the database is damaged"
    );
    Ok(())
}

async fn is_without_tables(write: &Writer) -> sqlx::Result<bool> {
    let tables: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master").fetch_one(&mut *write.hold().await?).await?;
    Ok(tables == 0)
}
