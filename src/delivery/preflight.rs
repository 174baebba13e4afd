//! Before the first mail: are we alone on this file, and can this database keep a promise?
//!
//! In: the configuration. Out: a lock held for as long as it sends (SQLite), or a refusal with the words why.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sqlx::PgPool;

use crate::app::App;
use crate::db::{self, Db};

/// Another process sends from this database. The command line ends with exit code 75: try again later.
#[derive(Debug, thiserror::Error)]
#[error(
    "another Facteur sends from {database} already (it holds {lock}): stop it first, or start this one with --roles web,schedule"
)]
pub struct Busy {
    database: String,
    lock: String,
}

/// Proof that we may send; let go with the process, however it ends.
#[derive(Debug)]
pub struct Leave(Option<File>);

impl Leave {
    /// Whether a lock file is held.
    pub fn is_locked(&self) -> bool {
        self.0.is_some()
    }
}

/// Takes the lock beside an SQLite file; asks a PostgreSQL server whether it keeps what it commits.
///
/// # Errors
/// [`Busy`], or a sentence when PostgreSQL runs with `fsync` or `synchronous_commit` off.
pub async fn check(app: &App) -> anyhow::Result<Leave> {
    match (&app.db, db::sqlite_path(&app.config.database.url)) {
        (Db::Sqlite { .. }, Some(path)) => Ok(Leave(Some(lock(&path)?))),
        (Db::Postgres(pool), _) => {
            let settings: Vec<(String, String)> =
                sqlx::query_as("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit')")
                    .fetch_all(pool)
                    .await
                    .context("cannot ask PostgreSQL whether it keeps what it commits")?;
            keeps_its_word(&settings)?;
            if let Some(warning) = may_forget(pool).await {
                tracing::warn!("{warning}");
            }
            Ok(Leave(None))
        }
        _ => Ok(Leave(None)),
    }
}

fn lock(database: &Path) -> anyhow::Result<File> {
    let path = lock_path(database);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open the lock file {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Busy { database: database.display().to_string(), lock: path.display().to_string() }.into())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}; is it on a network file system?", path.display()))
        }
    }
}

/// `facteur.db` has `facteur.db.lock`.
fn lock_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// A mail is an act outside: what was committed before it must still be known after a power failure.
fn keeps_its_word(settings: &[(String, String)]) -> anyhow::Result<()> {
    for (name, setting) in settings {
        anyhow::ensure!(
            setting != "off",
            "PostgreSQL runs with {name} = off: after a crash it may have forgotten which mails were sent, and they would \
             go out again. Nothing is sent. Set {name} = on in postgresql.conf (or ALTER SYSTEM), reload, and start again"
        );
    }
    Ok(())
}

/// What is wrong when a standby takes over that has not heard of all that was answered; `None` when none can, or when it
/// cannot be found out.
async fn may_forget(pool: &PgPool) -> Option<String> {
    let standbys =
        sqlx::query_as("SELECT COUNT(*), COUNT(*) FILTER (WHERE sync_state = 'async') FROM pg_stat_replication");
    let names = sqlx::query_scalar("SELECT setting FROM pg_settings WHERE name = 'synchronous_standby_names'");
    let (all, asynchronous): (i64, i64) = standbys.fetch_one(pool).await.ok()?;
    let names: String = names.fetch_one(pool).await.ok()?;
    warning(all, asynchronous, &names)
}

/// To a role without `pg_monitor` the kind of each standby is hidden; without a name in the setting none is synchronous.
fn warning(standbys: i64, asynchronous: i64, names: &str) -> Option<String> {
    let forgetful = standbys > 0 && (names.trim().is_empty() || asynchronous == standbys);
    forgetful.then(|| {
        format!(
            "PostgreSQL replicates to {standbys} standby(s) asynchronously: if one is promoted that lags behind, the last \
             seconds are gone. Workers that live tell it again whom they wrote to; sign-ups of those seconds are lost, and \
             people who left in them get mail. Set synchronous_standby_names to keep them (docs/operator.md)"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("facteur.db");
        let first = lock(&database).unwrap();
        let refused = lock(&database).unwrap_err();
        assert!(refused.downcast_ref::<Busy>().is_some(), "{refused}");
        assert!(refused.to_string().contains("facteur.db.lock"), "{refused}");
        drop(first);
        lock(&database).unwrap();
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

    #[test]
    fn a_forgetful_database_is_refused() {
        let settings = |fsync: &str, commit: &str| {
            vec![("fsync".to_owned(), fsync.to_owned()), ("synchronous_commit".to_owned(), commit.to_owned())]
        };
        assert!(keeps_its_word(&settings("on", "on")).is_ok());
        assert!(keeps_its_word(&settings("on", "remote_apply")).is_ok());
        assert!(keeps_its_word(&settings("off", "on")).unwrap_err().to_string().contains("fsync = off"));
        assert!(keeps_its_word(&settings("on", "off")).unwrap_err().to_string().contains("synchronous_commit = off"));
        assert!(keeps_its_word(&[]).is_ok(), "an engine without these settings decides for itself");
    }
}
