//! SQLite's only writing connection, lent to one caller after the other.
//!
//! In: callers on any thread, served in the order in which they ask. Out: [`Held`] for one statement, or a [`WriteTx`]. A pool
//! with one connection would do the same, but it tests the connection on SQLite's thread after each use, and gets it back only
//! after a turn of the runtime: behind all the mails that are ready to be sent.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Error};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::fault::{Trouble, of_commit};
use super::file::DbFile;

/// Longest wait for the connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// See the module.
#[derive(Clone, Debug)]
pub struct Writer {
    slot: Arc<Mutex<Slot>>,
    options: Arc<SqliteConnectOptions>,
    /// The file, checked around each write for being still in its place.
    file: Option<Arc<DbFile>>,
}

/// Holds the connection while nobody uses it.
#[derive(Debug, Default)]
struct Slot {
    /// `None` until the first use, and after the connection was lost.
    connection: Option<SqliteConnection>,
    closed: bool,
}

impl Writer {
    /// Opens the connection. Only this call may create the file: a connection opened later must find the same file.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn open(options: SqliteConnectOptions) -> sqlx::Result<Self> {
        let connection = SqliteConnection::connect_with(&options).await?;
        let slot = Slot { connection: Some(connection), closed: false };
        let options = Arc::new(options.create_if_missing(false));
        Ok(Self { slot: Arc::new(Mutex::new(slot)), options, file: None })
    }

    /// From now on refuses to write once `file` is no longer in its place.
    #[must_use]
    pub fn guarded(self, file: Arc<DbFile>) -> Self {
        Self { file: Some(file), ..self }
    }

    fn is_there(&self) -> sqlx::Result<()> {
        self.file.as_ref().map_or(Ok(()), |file| file.is_there())
    }

    /// Waits for the connection.
    ///
    /// # Errors
    /// [`Error::PoolTimedOut`] after 30 s, [`Error::PoolClosed`] after [`Writer::close`], [`Trouble::Gone`], and when a lost
    /// connection cannot be opened anew.
    pub async fn hold(&self) -> sqlx::Result<Held> {
        self.is_there()?;
        self.hold_anyway().await
    }

    /// Like [`Writer::hold`], but without checking the file: for the check itself.
    ///
    /// # Errors
    /// As [`Writer::hold`].
    pub async fn hold_anyway(&self) -> sqlx::Result<Held> {
        let lock = tokio::time::timeout(PATIENCE, self.slot.clone().lock_owned());
        let mut slot = lock.await.map_err(|_| Error::PoolTimedOut)?;
        if slot.closed {
            return Err(Error::PoolClosed);
        }
        if slot.connection.is_none() {
            slot.connection = Some(SqliteConnection::connect_with(&self.options).await?);
        }
        Ok(Held { slot, is_clean: true, file: self.file.clone() })
    }

    /// Waits for the connection and begins a transaction that nobody else writes in.
    ///
    /// # Errors
    /// As [`Writer::hold`], and when another process holds the file for 10 s.
    pub async fn begin(&self) -> sqlx::Result<WriteTx> {
        let mut held = self.hold().await?;
        held.is_clean = false;
        let mut tx = WriteTx { held: Some(held) };
        run(&mut tx, "BEGIN IMMEDIATE").await?;
        Ok(tx)
    }

    /// Closes the connection once it is idle; nobody gets it afterwards.
    pub async fn close(&self) {
        let mut slot = self.slot.lock().await;
        slot.closed = true;
        let Some(connection) = slot.connection.take() else { return };
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "the database was not closed in order; the next start repairs it");
        }
    }
}

/// The connection while a caller uses it; returned when dropped.
#[derive(Debug)]
pub struct Held {
    slot: OwnedMutexGuard<Slot>,
    /// As far as is known: no transaction is open, and the connection's thread is alive.
    is_clean: bool,
    file: Option<Arc<DbFile>>,
}

impl Held {
    /// Passes on the result of a statement that is its own transaction. A connection whose thread is gone is not lent again.
    ///
    /// # Errors
    /// The statement's error, and [`Trouble::InDoubt`] when it is unknown whether the change was stored.
    pub fn checked<T>(mut self, result: sqlx::Result<T>) -> sqlx::Result<T> {
        self.is_clean &= !matches!(result, Err(Error::WorkerCrashed));
        let done = result.map_err(of_commit)?;
        self.is_kept().map(|()| done)
    }

    /// Whether the last commit went into the file that the path names.
    fn is_kept(&self) -> sqlx::Result<()> {
        let Some(Err(error)) = self.file.as_ref().map(|file| file.is_there()) else { return Ok(()) };
        Err(Trouble::InDoubt(super::words(&error)).into())
    }

    async fn roll_back(mut self) {
        self.is_clean = match run(&mut self, "ROLLBACK").await {
            Ok(()) => true,
            // SQLITE_ERROR: there is no transaction any more, because SQLite itself ends it on a full disk.
            Err(error) => error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == "1"),
        };
    }
}

/// Runs a statement and makes sure that it ran: `execute` also reports success when SQLite's thread ends meanwhile.
async fn run(connection: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<()> {
    let mut results = sqlx::raw_sql(sql).execute_many(connection);
    results.try_next().await?.map(drop).ok_or(Error::WorkerCrashed)
}

impl Deref for Held {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.slot.connection.as_ref().expect("whoever holds the writer has a connection")
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.slot.connection.as_mut().expect("whoever holds the writer has a connection")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !self.is_clean {
            // Closing the connection ends its transaction; the next caller gets a new connection.
            self.slot.connection = None;
        }
    }
}

/// A transaction of SQLite's only writer. Dropped without [`WriteTx::commit`] it is rolled back before anybody else writes.
#[derive(Debug)]
pub struct WriteTx {
    /// `None` once it is over.
    held: Option<Held>,
}

impl WriteTx {
    /// Makes the changes durable.
    ///
    /// # Errors
    /// When that fails; then the changes are rolled back. [`Trouble::InDoubt`] when a sync of the disk failed or the file was
    /// moved meanwhile: it is then unknown whether the changes were stored.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        run(&mut self, "COMMIT").await.map_err(of_commit)?;
        let Some(held) = &mut self.held else { return Ok(()) };
        held.is_clean = true;
        held.is_kept()
    }
}

impl Deref for WriteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.held.as_ref().expect("a transaction has its connection to its end")
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.held.as_mut().expect("a transaction has its connection to its end")
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        // Without a runtime, or with one that ends first, the connection is closed: see `Held`.
        if let (Some(held), Ok(runtime)) = (self.held.take_if(|held| !held.is_clean), Handle::try_current()) {
            runtime.spawn(held.roll_back());
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;

    async fn writer(folder: &tempfile::TempDir) -> Writer {
        let options = SqliteConnectOptions::new().filename(folder.path().join("a.db")).create_if_missing(true);
        let writer = Writer::open(options).await.unwrap();
        write(&writer, "CREATE TABLE t (n INTEGER UNIQUE)").await.unwrap();
        writer
    }

    async fn write(writer: &Writer, sql: &'static str) -> sqlx::Result<()> {
        let mut held = writer.hold().await?;
        let done = sqlx::query(sql).execute(&mut *held).await;
        held.checked(done).map(drop)
    }

    async fn count(writer: &Writer) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM t").fetch_one(&mut *writer.hold().await.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn it_survives_a_transaction_that_sqlite_itself_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        for _ in 0..3 {
            let mut tx = writer.begin().await.unwrap();
            sqlx::query("ROLLBACK").execute(&mut *tx).await.unwrap(); // as SQLITE_FULL does it
            assert!(tx.commit().await.is_err());
            writer.begin().await.unwrap().commit().await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_is_dropped_half_done_is_rolled_back_before_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        for n in 0..20 {
            let mut tx = writer.begin().await.unwrap();
            sqlx::query("INSERT INTO t VALUES ($1)").bind(n).execute(&mut *tx).await.unwrap();
            // A statement, a commit or a begin whose caller has gone away meanwhile.
            match n % 3 {
                0 => drop(tx),
                1 => drop(tokio::time::timeout(Duration::ZERO, tx.commit()).await),
                _ => {
                    tx.commit().await.unwrap();
                    drop(tokio::time::timeout(Duration::ZERO, writer.begin()).await);
                }
            }
            let whole = count(&writer).await;
            let mut tx = writer.begin().await.unwrap();
            sqlx::query("INSERT INTO t VALUES ($1)").bind(100 + n).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(count(&writer).await, whole + 1, "{n}");
        }
    }

    #[test]
    fn a_transaction_that_outlives_its_runtime_leaves_nothing_behind() {
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let first = runtime();
        let writer = first.block_on(writer(&folder));
        let open = |runtime: &tokio::runtime::Runtime| {
            runtime.block_on(async {
                let mut tx = writer.begin().await.unwrap();
                sqlx::query("INSERT INTO t VALUES (1)").execute(&mut *tx).await.unwrap();
                tx
            })
        };
        let tx = open(&first);
        drop(first);
        drop(tx);
        let second = runtime();
        assert_eq!(second.block_on(count(&writer)), 0);
        let tx = open(&second);
        second.block_on(async { drop(tx) }); // its rollback is a task that never runs
        drop(second);
        assert_eq!(runtime().block_on(count(&writer)), 0);
    }

    #[tokio::test]
    async fn after_the_end_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        writer.close().await;
        assert!(matches!(writer.hold().await, Err(Error::PoolClosed)));
        assert!(matches!(writer.begin().await, Err(Error::PoolClosed)));
    }
}
