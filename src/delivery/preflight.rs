//! Before the first mail: are we alone on this file, and can this database keep a promise?
//!
//! In: the configuration. Out: a lock held for as long as it sends (SQLite), or a refusal with the words why.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio_util::sync::CancellationToken;

use super::wire::relay::Relay;
use super::wire::smtp::Broken;
use super::wire::smtp::open::{OpenError, open};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Smtp;
use crate::db::file::{self, DbFile};
use crate::db::{Db, Pg, query_as, query_scalar, server};
use crate::ledger::alarm::Hurdle;
use crate::phrase;

/// Another process sends from this database. The command line ends with exit code 75: try again later.
#[derive(Debug, thiserror::Error)]
#[error(
    "another Facteur sends from {database} already (it holds {lock}): stop it first, or start this one with --roles web,schedule"
)]
pub struct Busy {
    /// The file.
    pub database: String,
    /// The file whose lock says so.
    pub lock: String,
}

/// Proof that we may send; let go with the process, however it ends.
#[derive(Debug)]
pub struct Leave(Option<(File, Arc<DbFile>)>);

impl Leave {
    /// Whether a lock file is held.
    pub fn is_locked(&self) -> bool {
        self.0.is_some()
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if let Some((_, database)) = &self.0 {
            database.unlock();
        }
    }
}

/// Takes the lock of an SQLite file; asks a PostgreSQL server whether it keeps what it commits.
///
/// # Errors
/// [`Busy`], or a sentence when PostgreSQL runs with `fsync` or `synchronous_commit` off.
pub async fn check(app: &App) -> anyhow::Result<Leave> {
    match &app.db {
        Db::Sqlite { file, .. } => Ok(Leave(Some((lock(file)?, file.clone())))),
        Db::Postgres(pg) => {
            server::keeps_its_word(pg).await?;
            if let Some(warning) = may_forget(pg).await {
                tracing::warn!("{warning}");
            }
            Ok(Leave(None))
        }
    }
}

/// Longest wait for a mail server that is only asked whether it is there.
const REACH: Duration = Duration::from_secs(20);

/// Goes as far towards a mail server as before a first mail: connects, greets, encrypts, and logs in when the password is there.
/// Nothing is sent.
///
/// # Errors
/// What stands in the way, in words.
pub async fn reach(smtp: &Smtp, base_url: &str) -> anyhow::Result<()> {
    let mut smtp = smtp.clone();
    if !Path::new(&smtp.password_file).exists() {
        smtp.username.clear();
    }
    let (alarms, _heard) = tokio::sync::mpsc::unbounded_channel();
    let relay = Relay::new(&smtp, base_url, Clock::system(), alarms)?;
    let opened = tokio::time::timeout(REACH, open(&relay.target, CancellationToken::new())).await;
    let connection = opened.unwrap_or_else(|_| Err(Broken::TimedOut(REACH).into()));
    connection.with_context(|| format!("{}:{}", smtp.host, smtp.port))?.quit().await;
    Ok(())
}

/// What stands in the way according to [`reach`] or [`super::probe::probe`], where it is the connection.
pub fn hurdle(error: &anyhow::Error) -> Option<Hurdle> {
    error.chain().find_map(|cause| cause.downcast_ref::<OpenError>()).map(Hurdle::from)
}

/// The file beside it is for whoever looks, and for older programs; the lock on the file itself holds whatever it is called.
fn lock(database: &DbFile) -> anyhow::Result<File> {
    let path = lock_path(database.path());
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open the lock file {}", path.display()))?;
    let busy = |lock: &Path| Busy { database: database.path().display().to_string(), lock: lock.display().to_string() };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => bail!(busy(&path)),
        Err(TryLockError::Error(error)) => {
            return Err(error)
                .with_context(|| format!("cannot lock {}; is it on a network file system?", path.display()));
        }
    }
    match database.lock() {
        Ok(true) => Ok(file),
        Ok(false) => bail!(busy(database.path())),
        Err(error) => Err(error).with_context(|| format!("cannot lock {}", database.path().display())),
    }
}

/// `facteur.db` has `facteur.db.lock`.
fn lock_path(database: &Path) -> PathBuf {
    file::beside(database, ".lock")
}

/// What is wrong when a standby takes over that has not heard of all that was answered; `None` when none can, or when it
/// cannot be found out.
async fn may_forget(pool: &Pg) -> Option<String> {
    let standbys = query_as("SELECT COUNT(*), COUNT(*) FILTER (WHERE sync_state = 'async') FROM pg_stat_replication");
    let names = query_scalar("SELECT setting FROM pg_settings WHERE name = 'synchronous_standby_names'");
    let (all, asynchronous): (i64, i64) = standbys.fetch_one(pool).await.ok()?;
    let names: String = names.fetch_one(pool).await.ok()?;
    warning(all, asynchronous, &names)
}

/// To a role without `pg_monitor` the kind of each standby is hidden; without a name in the setting none is synchronous.
fn warning(standbys: i64, asynchronous: i64, names: &str) -> Option<String> {
    let forgetful = standbys > 0 && (names.trim().is_empty() || asynchronous == standbys);
    forgetful.then(|| {
        format!(
            "PostgreSQL replicates to {} asynchronously: if one is promoted that lags behind, the last \
             seconds are gone. Workers that live tell it again whom they wrote to; sign-ups of those seconds are lost, and \
             people who left in them get mail. Set synchronous_standby_names to keep them (docs/operator.md)",
            phrase::count(standbys, "standby", "standbys")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facteur.db");
        std::fs::write(&path, "").unwrap();
        let database = DbFile::open(&path).unwrap();
        let first = lock(&database).unwrap();
        let refused = lock(&database).unwrap_err();
        assert!(refused.downcast_ref::<Busy>().is_some(), "{refused}");
        assert!(refused.to_string().contains("facteur.db.lock"), "{refused}");
        drop(first);
        lock(&database).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn another_name_of_the_file_is_no_way_around_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("facteur.db"), folder.path().join("hard.db"));
        std::fs::write(&path, "").unwrap();
        std::fs::hard_link(&path, &link).unwrap();
        let (one, two) = (DbFile::open(&path).unwrap(), DbFile::open(&link).unwrap());
        let held = lock(&one).unwrap();
        assert!(lock(&two).unwrap_err().is::<Busy>());
        drop(held);
        one.unlock();
        lock(&two).unwrap();
    }

    #[test]
    fn asynchronous_standbys_are_warned_of_and_synchronous_ones_are_not() {
        assert!(warning(1, 1, "").unwrap().contains("asynchronously"));
        assert!(warning(2, 0, "").is_some(), "their kind is hidden, and none is named");
        assert!(warning(1, 1, "other").is_some(), "the one that is named is not there");
        assert!(warning(2, 1, "one").is_none());
        assert!(warning(1, 0, "one").is_none());
        assert!(warning(0, 0, "").is_none());
    }
}
