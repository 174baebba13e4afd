//! The storage handle: one `Db` for both databases; each statement is written once, with `$1` ([`statement`]), and its rows are of one type
//! ([`row`]).
//!
//! In: a URL (`sqlite://…` or `postgres://…`). Out: [`Db`] for reads, [`Tx`] for writes. Knows nothing of
//! mail. On SQLite a `Tx` is the only writer ([`writer`], `BEGIN IMMEDIATE`), so read-then-write never fails with a busy
//! snapshot. Every stage keeps its queries in its own `sql.rs`.

mod checkpoint;
mod connect;
pub mod copy;
mod enums;
mod executor;
mod fault;
pub mod file;
pub mod generation;
pub mod given;
mod growth;
pub mod lent;
mod lull;
pub mod migrate;
pub mod own_session;
pub mod pg;
mod piece;
pub mod readers;
pub mod row;
pub mod server;
mod sqlite;
pub mod statement;
pub mod syncs;
mod vanished;
pub mod waiting;
pub mod writer;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Transaction};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use connect::{connect, open};
pub(crate) use fault::of_commit;
pub use fault::{is_in_doubt, is_unavailable, is_unsynced, is_worth_another_try, kind, words};
use file::DbFile;
pub use growth::Growth;
pub use lull::Lull;
pub use pg::Pg;
pub use piece::{Piece, Turns};
pub use readers::Readers;
pub use sqlite::sqlite_path;
pub use writer::{Room, WriteTx, Writer};

/// A database: SQLite inside the process, or a PostgreSQL server.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file; many readers, one writer.
    Sqlite {
        /// Read-only connections.
        read: Readers,
        /// The only writing connection.
        write: Writer,
        /// Whose turn it is among bulk work to use the writer.
        turns: Turns,
        /// The database's file; dropped last.
        file: Arc<DbFile>,
    },
    /// A server, shared by any number of processes.
    Postgres(Pg),
}

/// A write transaction. Dropped without [`Tx::commit`] it is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// Holds SQLite's only writer.
    Sqlite(WriteTx),
    /// One of PostgreSQL's connections.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Starts a write transaction; on SQLite waits for the only writer.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        match self {
            Self::Sqlite { write, .. } => Ok(Tx::Sqlite(write.begin().await?)),
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// Like [`Self::begin`], for changes on which nothing depends before something else is committed: see [`Writer::begin_unsynced`].
    pub async fn begin_unsynced(&self) -> sqlx::Result<Tx> {
        match self {
            Self::Sqlite { write, .. } => Ok(Tx::Sqlite(write.begin_unsynced().await?)),
            Self::Postgres(_) => self.begin().await,
        }
    }

    /// A connection on which one task writes a digest's progress, statement after statement, each its own transaction. On SQLite
    /// with `[database] power_loss = "5ms"` none waits for the disk; [`Self::leave`] does.
    pub fn session(&self) -> Session {
        match self {
            Self::Sqlite { write, .. } => Session::Sqlite(write.clone()),
            Self::Postgres(pool) => Session::Postgres(pool.clone(), None),
        }
    }

    /// So many mails may leave now: the commit that says so has returned. With `[database] power_loss = "5ms"` waits for the disk
    /// when it would be too many that a power cut repeats ([`syncs::MOST_MAILS`]).
    ///
    /// # Errors
    /// One that [`is_unsynced`].
    pub async fn leave(&self, mails: usize) -> sqlx::Result<()> {
        match self {
            Self::Sqlite { write, .. } => write.leave(mails).await,
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Whether commits return before the disk has them when they are made with [`Tx::commit_apart`] or in a [`Session`].
    pub fn syncs_apart(&self) -> bool {
        matches!(self, Self::Sqlite { write, .. } if write.syncs_apart())
    }

    /// Waits until everything that was committed is on the disk.
    ///
    /// # Errors
    /// One that [`is_unsynced`].
    pub async fn synced(&self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite { write, .. } => write.synced().await,
            Self::Postgres(_) => Ok(()),
        }
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<&Arc<DbFile>> {
        match self {
            Self::Sqlite { file, .. } => Some(file),
            Self::Postgres(_) => None,
        }
    }

    /// Why the database cannot be used, as far as is known without a query: for the log.
    pub fn gone(&self) -> Option<String> {
        self.file().and_then(|file| file.gone())
    }

    /// Like [`Self::gone`], but worded for strangers; also says why no connection to a server can be opened.
    pub fn trouble(&self) -> Option<&'static str> {
        match self {
            Self::Sqlite { file, .. } => file.gone().map(|_| "its file was moved, replaced or removed"),
            Self::Postgres(pg) => pg.trouble(),
        }
    }

    /// Checks until `stop` whether the configuration still names the open database.
    pub async fn watch(&self, stop: &CancellationToken) {
        match self {
            Self::Sqlite { file, write, .. } => file::watch(file, write, stop).await,
            Self::Postgres(_) => stop.cancelled().await,
        }
    }

    /// Begins a piece of bulk work. On SQLite, pieces take turns, and the writer pauses now and then between two of them, so that
    /// a writer in another process gets its turn.
    pub async fn begin_piece(&self) -> sqlx::Result<Piece> {
        let turn = match self {
            Self::Sqlite { turns, .. } => Some(turns.take().await),
            Self::Postgres(_) => None,
        };
        Ok(Piece::begun(self.begin().await?, turn))
    }

    /// Gives SQLite's writer more room while much is written, and the usual afterwards. PostgreSQL's room is the server's.
    ///
    /// # Errors
    /// The database's.
    pub async fn make_room(&self, room: Room) -> sqlx::Result<()> {
        match self {
            Self::Sqlite { write, .. } => write.make_room(room).await,
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Moves the contents of SQLite's log file (`-wal`) into the database and empties the file, so that no deleted data stays in
    /// it; `false` when somebody is reading or writing. PostgreSQL needs no such call.
    pub async fn empty_log(&self) -> sqlx::Result<bool> {
        let Self::Sqlite { write, turns, .. } = self else { return Ok(true) };
        let _still = turns.still().await;
        let mut held = write.hold().await?;
        // Other writers wait meanwhile.
        sqlx::query("PRAGMA busy_timeout = 250").execute(&mut *held).await?;
        let busy: sqlx::Result<i64> = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *held).await;
        sqlx::query("PRAGMA busy_timeout = 10000").execute(&mut *held).await?;
        Ok(busy? == 0)
    }

    /// Bytes that it takes on its disk: of SQLite the file and its log.
    ///
    /// # Errors
    /// The database's, or the disk's.
    pub async fn size(&self) -> sqlx::Result<u64> {
        match self {
            Self::Sqlite { file, .. } => {
                let mut log = file.path().as_os_str().to_owned();
                log.push("-wal");
                let log = std::fs::metadata(&log).map_or(0, |log| log.len());
                Ok(std::fs::metadata(file.path()).map_err(sqlx::Error::Io)?.len() + log)
            }
            Self::Postgres(pg) => {
                let size: i64 = sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(pg).await?;
                Ok(size.unsigned_abs())
            }
        }
    }

    /// Closes every connection once it is idle.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write, turns, .. } => {
                turns.close().await;
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pg) => pg.pool().close().await,
        }
    }
}

impl Db {
    /// One statement that is its own transaction: one round trip where `begin` and `commit` would make it three. Gives the count of
    /// rows that it changed.
    ///
    /// # Errors
    /// The statement's, or one that [`is_in_doubt`].
    pub fn write_now<'e>(&'e self, statement: Statement<'e>) -> BoxFuture<'e, sqlx::Result<u64>> {
        async move {
            match self {
                Self::Sqlite { write, .. } => {
                    let mut held = write.hold().await?;
                    let done = statement.execute(&mut *held).await;
                    held.checked(done).await
                }
                Self::Postgres(pg) => statement.execute(pg).await.map_err(of_commit),
            }
        }
        .boxed()
    }
}

/// See [`Db::session`].
#[derive(Debug)]
pub enum Session {
    /// The only writer, for one statement at a time.
    Sqlite(Writer),
    /// The connection is kept while it is in use: a pool would test it with the server before and after each use.
    Postgres(Pg, Option<(PoolConnection<Postgres>, Instant)>),
}

/// A connection idle for longer goes back to the pool, which tests whether the server is still there.
pub(crate) const KEPT: Duration = Duration::from_secs(2);

impl Session {
    /// Like [`Db::write_now`], on this session's connection, which is not kept after an error. On SQLite it is like
    /// [`Tx::commit_apart`].
    ///
    /// # Errors
    /// As [`Db::write_now`].
    pub async fn write(&mut self, statement: Statement<'_>) -> sqlx::Result<u64> {
        match self {
            Self::Sqlite(writer) => {
                let mut held = writer.hold().await?;
                let done = statement.execute(&mut *held).await;
                held.checked_apart(done)
            }
            Self::Postgres(pool, kept) => {
                let mut connection = match kept.take() {
                    Some((connection, used)) if used.elapsed() < KEPT => connection,
                    _ => pool.acquire().await?,
                };
                let done = statement.execute(&mut *connection).await.map_err(of_commit)?;
                *kept = Some((connection, Instant::now()));
                Ok(done)
            }
        }
    }
}

impl Tx {
    /// Makes the changes durable.
    ///
    /// # Errors
    /// One that [`is_in_doubt`] when no answer came: the changes may then be durable or not.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await.map_err(of_commit),
        }
    }

    /// For a digest's progress, which a power cut may take back together with all that came after it, and for what waits for
    /// [`Db::synced`] before it is answered: with `[database] power_loss = "5ms"` the changes survive a kill when this returns, and a
    /// power cut some milliseconds later. Else like [`Tx::commit`].
    ///
    /// # Errors
    /// As [`Tx::commit`].
    pub async fn commit_apart(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit_apart().await,
            Self::Postgres(_) => self.commit().await,
        }
    }
}

pub(crate) use enums::text_enum;
pub(crate) use row::from_row;
pub use row::{FromRow, Row};
pub use statement::{As, Builder, On, Statement, query, query_as, query_scalar};
