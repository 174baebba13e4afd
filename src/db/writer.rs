//! SQLite's only writing connection, lent to one caller after the other.
//!
//! In: callers on any thread, served in the order in which they ask. Out: [`Held`] for one statement, or a [`WriteTx`]. A pool
//! with one connection would do the same, but it tests the connection on SQLite's thread after each use, and gets it back only
//! after a turn of the runtime: behind all the mails that are ready to be sent.
//!
//! A write returns when it is on the disk: by SQLite's own sync (`synchronous=FULL`), or, with [`Writer::synced_apart`], after a
//! sync that came later and that no other writer waited for. What ends in `_apart` returns before that.

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
use super::syncs::Syncs;
use super::waiting::{Announced, Waiting};

/// Pages of the log after which a commit moves them into the database: SQLite's own measure, and where commits do not sync, four times
/// as much, because then the three syncs of that are all that a writer waits for. 4 and 16 MiB.
const LOG_PAGES: u32 = 1_000;
pub(super) const LOG_PAGES_APART: u32 = 4_000;

/// Of the writer: what a statement notes to be taken back if it fails at a later row stays in memory. It holds people's data, and SQLite
/// writes all beyond 64 KiB of it to a temporary file: for an import of a million 430,000 pages. Pieces of bulk work bound it; only a
/// step of the schema may change a whole table at once ([`ON_DISK`]).
pub(super) const IN_MEMORY: &str = "PRAGMA temp_store = MEMORY";

/// While steps of the schema are run, as SQLite does by itself.
pub(super) const ON_DISK: &str = "PRAGMA temp_store = FILE";

/// How much may be written before it has to be moved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// SQLite's usual 2 MB of pages in memory; a commit copies a log of more than 4 MiB into the database.
    Usual,
    /// Commits leave that to [`super::checkpoint`], until it has fallen behind by 64 MiB.
    InTheLog,
    /// The same, and 8 MB of pages in memory: what a transaction changes beyond them is written to the log at once, read again for the
    /// next row, and written once more.
    InMemoryToo,
}

/// Longest wait for the connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// See the module.
#[derive(Clone, Debug)]
pub struct Writer {
    slot: Arc<Mutex<Slot>>,
    options: Arc<SqliteConnectOptions>,
    /// The file, checked around each write for being still in its place.
    file: Option<Arc<DbFile>>,
    /// Who syncs, when commits do not.
    syncs: Option<Arc<Syncs>>,
    /// Tells other processes that somebody here wants to write.
    waiting: Waiting,
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
        let waiting = Waiting::of(options.get_filename());
        let options = Arc::new(options.create_if_missing(false));
        Ok(Self { slot: Arc::new(Mutex::new(slot)), options, file: None, syncs: None, waiting })
    }

    /// From now on waits for these syncs, because the connection's commits do none (`synchronous=NORMAL`).
    #[must_use]
    pub fn synced_apart(self, syncs: Syncs) -> Self {
        Self { syncs: Some(Arc::new(syncs)), ..self }
    }

    /// From now on refuses to write once `file` is no longer in its place.
    #[must_use]
    pub fn guarded(self, file: Arc<DbFile>) -> Self {
        Self { file: Some(file), ..self }
    }

    /// Whether [`Writer::synced_apart`].
    pub fn syncs_apart(&self) -> bool {
        self.syncs.is_some()
    }

    /// Waits until what was written is on the disk.
    ///
    /// # Errors
    /// [`Trouble::Unsynced`]
    pub async fn synced(&self) -> sqlx::Result<()> {
        on_disk(self.syncs.as_deref()).await
    }

    fn may_write(&self) -> sqlx::Result<()> {
        self.file.as_ref().map_or(Ok(()), |file| file.is_there())?;
        self.syncs.as_ref().map_or(Ok(()), |syncs| syncs.still_work())
    }

    /// So many mails may leave, whose start was just committed: see [`Syncs::leave`].
    ///
    /// # Errors
    /// [`Trouble::Unsynced`]
    pub async fn leave(&self, mails: usize) -> sqlx::Result<()> {
        match &self.syncs {
            Some(syncs) => syncs.leave(mails).await,
            None => Ok(()),
        }
    }

    /// Waits for the connection.
    ///
    /// # Errors
    /// [`Error::PoolTimedOut`] after 30 s, [`Error::PoolClosed`] after [`Writer::close`], [`Trouble::Gone`], [`Trouble::Unsynced`],
    /// and when a lost connection cannot be opened anew.
    pub async fn hold(&self) -> sqlx::Result<Held> {
        self.may_write()?;
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
        let announced = self.waiting.announce();
        Ok(Held {
            _announced: announced,
            slot,
            is_clean: true,
            is_relaxed: false,
            file: self.file.clone(),
            syncs: self.syncs.clone(),
        })
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

    /// Like [`Writer::begin`], for changes on which nothing depends before something else is committed: they are not synced by
    /// themselves. The log is written in order, so the sync of whatever is committed next covers them; a power cut before it takes
    /// them back, and nothing else. Two syncs fewer for each batch of a digest.
    ///
    /// # Errors
    /// As [`Writer::begin`].
    pub async fn begin_unsynced(&self) -> sqlx::Result<WriteTx> {
        if self.syncs_apart() {
            return self.begin().await;
        }
        let mut held = self.hold().await?;
        (held.is_clean, held.is_relaxed) = (false, true);
        let mut tx = WriteTx { held: Some(held) };
        run_both(&mut tx, "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE").await?;
        Ok(tx)
    }

    /// Has so much room from now on.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn make_room(&self, room: Room) -> sqlx::Result<()> {
        let usual = if self.syncs_apart() { LOG_PAGES_APART } else { LOG_PAGES };
        let text = match room {
            Room::Usual => {
                format!("PRAGMA cache_size = -2000; PRAGMA shrink_memory; PRAGMA wal_autocheckpoint = {usual}")
            }
            Room::InTheLog => "PRAGMA wal_autocheckpoint = 16000".to_owned(),
            Room::InMemoryToo => "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 16000".to_owned(),
        };
        sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut *self.hold().await?).await.map(drop)
    }

    /// Closes the connection once it is idle; nobody gets it afterwards.
    pub async fn close(&self) {
        let mut slot = self.slot.lock().await;
        slot.closed = true;
        let Some(connection) = slot.connection.take() else { return };
        if let Err(error) = self.synced().await {
            tracing::warn!(%error, "the last writes may not be on the disk");
        }
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "the database was not closed in order; the next start repairs it");
        }
    }
}

/// The connection while a caller uses it; returned when dropped.
#[derive(Debug)]
pub struct Held {
    /// Ends before the connection is lent to the next, who announces the same anew: fields are dropped in this order.
    _announced: Announced,
    slot: OwnedMutexGuard<Slot>,
    /// As far as is known: no transaction is open, and the connection's thread is alive.
    is_clean: bool,
    /// Its commits do not sync now, and must again before it is lent to somebody else.
    is_relaxed: bool,
    file: Option<Arc<DbFile>>,
    syncs: Option<Arc<Syncs>>,
}

/// Waits until what was written is on the disk, where commits leave that to others.
async fn on_disk(syncs: Option<&Syncs>) -> sqlx::Result<()> {
    match syncs {
        Some(syncs) => syncs.all().await,
        None => Ok(()),
    }
}

impl Held {
    /// Passes on the result of a statement that is its own transaction, once it is on the disk; others may write while it waits for
    /// that. A connection whose thread is gone is not lent again.
    ///
    /// # Errors
    /// The statement's error, and [`Trouble::InDoubt`] or [`Trouble::Unsynced`] when it is unknown whether the change was stored.
    pub async fn checked<T>(self, result: sqlx::Result<T>) -> sqlx::Result<T> {
        let syncs = self.syncs.clone();
        let done = self.checked_apart(result)?;
        on_disk(syncs.as_deref()).await?;
        Ok(done)
    }

    /// Like [`Held::checked`], but with [`Writer::synced_apart`] it does not wait for the disk.
    ///
    /// # Errors
    /// The statement's error, and [`Trouble::InDoubt`].
    pub fn checked_apart<T>(mut self, result: sqlx::Result<T>) -> sqlx::Result<T> {
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
        if self.is_relaxed {
            return; // closed, which ends the transaction: a new connection syncs
        }
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

/// The same for two statements.
async fn run_both(connection: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<()> {
    let mut results = sqlx::raw_sql(sql).execute_many(connection);
    for _ in 0..2 {
        results.try_next().await?.ok_or(Error::WorkerCrashed)?;
    }
    // Read to its end: SQLite's thread stops where nobody listens any more.
    results.try_next().await.map(drop)
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
        if let Some(syncs) = &self.syncs {
            syncs.wrote();
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
    /// When that fails; then the changes are rolled back. [`Trouble::InDoubt`] or [`Trouble::Unsynced`] when a sync of the disk
    /// failed or the file was moved meanwhile: it is then unknown whether the changes were stored.
    pub async fn commit(self) -> sqlx::Result<()> {
        let syncs = self.held.as_ref().and_then(|held| held.syncs.clone());
        self.commit_apart().await?;
        on_disk(syncs.as_deref()).await
    }

    /// Like [`WriteTx::commit`], but with [`Writer::synced_apart`] it does not wait for the disk.
    ///
    /// # Errors
    /// As [`WriteTx::commit`].
    pub async fn commit_apart(mut self) -> sqlx::Result<()> {
        if self.held.as_ref().is_some_and(|held| held.is_relaxed) {
            run_both(&mut self, "COMMIT; PRAGMA synchronous = FULL").await.map_err(of_commit)?;
        } else {
            run(&mut self, "COMMIT").await.map_err(of_commit)?;
        }
        let Some(held) = &mut self.held else { return Ok(()) };
        (held.is_clean, held.is_relaxed) = (true, false);
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
        held.checked(done).await.map(drop)
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
    async fn synced_apart_every_write_returns_and_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await.synced_apart(Syncs::start(&folder.path().join("a.db")).unwrap());
        let each = (0..40).map(|n| {
            let writer = &writer;
            async move {
                let mut tx = writer.begin().await?;
                sqlx::query("INSERT INTO t VALUES ($1)").bind(n).execute(&mut *tx).await?;
                if n % 2 == 0 { tx.commit().await } else { tx.commit_apart().await }
            }
        });
        futures_util::future::try_join_all(each).await.unwrap();
        assert_eq!(count(&writer).await, 40);
        writer.close().await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn while_it_is_lent_others_hear_that_somebody_writes() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        let ear = Waiting::of(&folder.path().join("a.db"));
        assert!(!ear.anybody());
        let held = writer.hold().await.unwrap();
        assert!(ear.anybody());
        drop(held);
        assert!(!ear.anybody());
        let tx = writer.begin().await.unwrap();
        assert!(ear.anybody());
        let next = tokio::spawn({
            let writer = writer.clone();
            async move { writer.begin().await.unwrap() }
        });
        tx.commit().await.unwrap();
        let tx = next.await.unwrap();
        assert!(ear.anybody(), "the end of one is not that of the next");
        tx.commit().await.unwrap();
        assert!(!ear.anybody());
    }

    async fn synchronous(writer: &Writer) -> i64 {
        sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *writer.hold().await.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_made_room_for_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        let size = async || -> (i64, i64) {
            let mut held = writer.hold().await.unwrap();
            let cache = sqlx::query_scalar("PRAGMA cache_size").fetch_one(&mut *held).await.unwrap();
            (cache, sqlx::query_scalar("PRAGMA wal_autocheckpoint").fetch_one(&mut *held).await.unwrap())
        };
        let usual = size().await;
        for (room, made) in [(Room::InTheLog, (usual.0, 16_000)), (Room::InMemoryToo, (-8_192, 16_000))] {
            writer.make_room(room).await.unwrap();
            assert_eq!(size().await, made);
            writer.make_room(Room::Usual).await.unwrap();
            assert_eq!(size().await, usual);
        }
    }

    #[tokio::test]
    async fn after_what_is_not_synced_the_next_commit_is() {
        const FULL: i64 = 2;
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder).await;
        assert_eq!(synchronous(&writer).await, FULL);
        for n in 0..12 {
            let mut tx = writer.begin_unsynced().await.unwrap();
            sqlx::query("INSERT INTO t VALUES ($1)").bind(n).execute(&mut *tx).await.unwrap();
            let now: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *tx).await.unwrap();
            assert_eq!(now, FULL - 1);
            let before = n - n / 3;
            match n % 3 {
                0 => tx.commit_apart().await.unwrap(),
                1 => tx.commit().await.unwrap(),
                _ => drop(tx),
            }
            assert_eq!(synchronous(&writer).await, FULL, "{n}");
            assert_eq!(count(&writer).await, before + i64::from(n % 3 < 2), "{n}");
        }
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
