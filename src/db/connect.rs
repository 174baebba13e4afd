//! Opening a database: the settings that durability rests on.
//!
//! In: the URL of `[database] url`. Out: a [`Db`]. SQLite: WAL, `synchronous=FULL`, foreign keys on, deletions overwritten, one
//! writer. PostgreSQL: a pool; whether it may be trusted with mail is asked by delivery at start.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Db, Turns, Writer};

/// Readers of an SQLite file; more only fight for its page cache on small machines.
const SQLITE_READERS: u32 = 6;

/// The file that a `sqlite://…` URL names, `None` for any other URL.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

/// Opens the database that `url` names, creating an SQLite file that is not there yet.
///
/// # Errors
/// When the URL is neither `sqlite://` nor `postgres://`, or the database cannot be reached.
pub async fn connect(url: &str, postgres_connections: u32) -> anyhow::Result<Db> {
    if let Some(path) = sqlite_path(url) {
        return open_sqlite(&path).await;
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let options: PgConnectOptions = url.parse().context("[database] url is not a PostgreSQL URL")?;
        return open_postgres(options, postgres_connections).await;
    }
    bail!("[database] url must start with sqlite:// or postgres://");
}

/// Waits up to 10 s for a server that is just starting. The pool only says that it waited in vain, so the reason is
/// asked for by one connection more.
async fn open_postgres(options: PgConnectOptions, connections: u32) -> anyhow::Result<Db> {
    let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(10));
    match pool.connect_with(options.clone()).await {
        Ok(pool) => Ok(Db::Postgres(pool)),
        Err(error) => Err(PgConnection::connect_with(&options).await.err().unwrap_or(error))
            .context("cannot reach PostgreSQL; check [database] url and that the server runs"),
    }
}

async fn open_sqlite(path: &Path) -> anyhow::Result<Db> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is deleted is overwritten: an address that was erased does not stay in the free pages of the file.
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(10));
    let write = Writer::open(options.clone()).await.with_context(|| format!("cannot open {}", path.display()))?;
    // A connection to a file does not go away by itself: it need not be asked before each use, as PostgreSQL's are.
    let read = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .test_before_acquire(false)
        .connect_lazy_with(options.create_if_missing(false).read_only(true));
    Ok(Db::Sqlite { read, write, turns: Turns::default() })
}
