//! Syncs SQLite's log (`-wal`) apart from the commits that write it, for `[database] power_loss = "5ms"`.
//!
//! In: [`super::writer`] tells of each write, the recorder of mails that are about to leave. Out: one `fdatasync`, on a thread of
//! its own, for all that was written before it: at once when somebody waits ([`Syncs::all`]), else 5 ms after the last one began, or
//! when 256 mails have left since. Meanwhile others write; while nobody writes, the thread sleeps.
//!
//! Why this keeps what it says:
//!
//! - With `synchronous=NORMAL` a commit writes its pages to the log and does not sync them ("Performance Considerations" in
//!   <https://sqlite.org/wal.html>). A kill takes nothing away, because the kernel has them. After a power cut SQLite takes the
//!   longest run of whole commits whose checksums are right (section 4.4 of <https://sqlite.org/fileformat2.html>), so every
//!   commit that ended before a sync began is there, and those before it.
//! - `fdatasync` makes durable what the file holds, whoever wrote it through whichever descriptor.
//! - SQLite begins the log anew only after a checkpoint, which syncs the log before it copies pages, and the database before the
//!   log is begun anew (the same section of wal.html). A sync of ours that comes after that has less to do. The header of a new
//!   log is synced before its first page, and with it its name in the folder.
//! - A log has no locks (they are on the `-shm` file), so closing a descriptor of it releases none.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::fault::Trouble;
use super::file::{self, Id};

/// Longest time from the beginning of a sync to that of the next, when there is something to sync.
const EVERY: Duration = Duration::from_millis(5);
/// Mails since the last sync began after which the next begins at once.
const MAILS: usize = 256;
/// Mails that may have left since the last sync that succeeded began: the next one waits, however long the disk takes. At
/// 50,000 mails a second and 5 ms a sync there are about 500.
pub const MOST_MAILS: usize = 1024;
/// A log that cannot be opened (too many open files) is tried again after so long …
const AGAIN: Duration = Duration::from_millis(50);
/// … so often.
const TRIES: usize = 600;

/// See the module. Dropped, it syncs once more and ends.
#[derive(Debug)]
pub struct Syncs(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Wakes the thread.
    due: Condvar,
    reached: watch::Sender<Reached>,
}

#[derive(Debug, Default)]
struct State {
    /// Writes so far.
    written: u64,
    /// Writes before the last sync began.
    begun: u64,
    /// Writes that somebody waits for.
    wanted: u64,
    /// Mails since the last sync that succeeded began.
    mails: usize,
    /// Those of them that left before the sync began that runs now.
    covered: usize,
    closed: bool,
}

/// How far syncs have come.
#[derive(Clone, Debug, Default)]
struct Reached {
    /// Writes that are on the disk.
    upto: u64,
    /// Why no sync follows.
    failed: Option<String>,
}

impl Syncs {
    /// Of the log of this database.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(database: &Path) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            due: Condvar::new(),
            reached: watch::Sender::new(Reached::default()),
        });
        let (inside, log) = (shared.clone(), Log { path: file::beside(database, "-wal"), open: None });
        thread::Builder::new().name("syncs".into()).spawn(move || inside.run(log))?;
        Ok(Self(shared))
    }

    /// Something was written.
    pub fn wrote(&self) {
        let mut state = self.0.lock();
        let is_first = state.written == state.begun;
        state.written += 1;
        if is_first {
            self.0.due.notify_one();
        }
    }

    /// Waits until everything that was written is on the disk.
    ///
    /// # Errors
    /// [`Trouble::Unsynced`]
    pub async fn all(&self) -> sqlx::Result<()> {
        let upto = {
            let mut state = self.0.lock();
            state.wanted = state.written;
            if state.written > state.begun {
                self.0.due.notify_one();
            }
            state.written
        };
        let mut reached = self.0.reached.subscribe();
        let done = reached.wait_for(|reached| reached.upto >= upto || reached.failed.is_some()).await;
        let failed =
            done.map_or_else(|_| Some("nobody syncs it any more".to_owned()), |reached| reached.failed.clone());
        failed.map_or(Ok(()), |words| Err(Trouble::Unsynced(words).into()))
    }

    /// So many mails may leave, whose commit has returned and may not be on the disk. Waits for it when there would be more than
    /// [`MOST_MAILS`].
    ///
    /// # Errors
    /// [`Trouble::Unsynced`]
    pub async fn leave(&self, mails: usize) -> sqlx::Result<()> {
        self.still_work()?;
        let is_full = {
            let mut state = self.0.lock();
            let before = state.mails;
            state.mails += mails;
            if before < MAILS && state.mails >= MAILS {
                self.0.due.notify_one();
            }
            state.mails > MOST_MAILS
        };
        if is_full { self.all().await } else { Ok(()) }
    }

    /// # Errors
    /// [`Trouble::Unsynced`] once a sync has failed: nothing can be made durable any more.
    pub fn still_work(&self) -> sqlx::Result<()> {
        self.0.reached.borrow().failed.clone().map_or(Ok(()), |words| Err(Trouble::Unsynced(words).into()))
    }
}

impl Drop for Syncs {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.due.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, mut log: Log) {
        let mut last = None;
        while let Some(upto) = self.next(last) {
            last = Some(Instant::now());
            if let Err(error) = log.sync() {
                tracing::error!(%error, "{} cannot be synced", log.path.display());
                self.reached.send_modify(|reached| reached.failed = Some(error.to_string()));
                return;
            }
            self.covered();
            self.reached.send_modify(|reached| reached.upto = upto);
        }
    }

    /// Waits until a sync is due, the last of which began at `last`; gives the writes before it. `None`: it is over.
    fn next(&self, last: Option<Instant>) -> Option<u64> {
        let mut state = self.lock();
        loop {
            let left = last.map_or(Duration::ZERO, |last| EVERY.saturating_sub(last.elapsed()));
            let asked = state.closed || state.wanted > state.begun || state.mails >= MAILS || left.is_zero();
            state = match (state.written > state.begun, asked) {
                (true, true) => {
                    state.begun = state.written;
                    state.covered = state.mails;
                    return Some(state.written);
                }
                (true, false) => self.due.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
                (false, _) if state.closed => return None,
                (false, _) => self.due.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// What had left before the sync that has just succeeded is not repeated any more.
    fn covered(&self) {
        let mut state = self.lock();
        state.mails = state.mails.saturating_sub(std::mem::take(&mut state.covered));
    }
}

/// The log, kept open from its first sync on: an error of the disk is told once to each descriptor that was open when it happened
/// ("EIO" in fsync(2)), and SQLite keeps to itself what a checkpoint's sync met.
#[derive(Debug)]
struct Log {
    path: PathBuf,
    open: Option<(Id, File)>,
}

impl Log {
    fn sync(&mut self) -> io::Result<()> {
        for _ in 1..TRIES {
            match self.current() {
                Ok(file) => return file.map_or(Ok(()), File::sync_data),
                Err(error) => {
                    tracing::warn!(%error, "{} cannot be opened to be synced; trying again", self.path.display());
                    thread::sleep(AGAIN);
                }
            }
        }
        self.current()?.map_or(Ok(()), File::sync_data)
    }

    /// The log that SQLite writes. Another file in its place is not taken for it unless SQLite has that open: [`file::watch`] finds
    /// out. Without a log, everything is in the database: whoever closes the last connection moves and syncs it.
    fn current(&mut self) -> io::Result<Option<&File>> {
        let known = self.open.as_ref().map(|(id, _)| *id);
        let is_another = file::id_at(&self.path).is_some_and(|found| known != Some(found));
        if is_another && (known.is_none() || file::is_open_here(&self.path)) {
            let log = OpenOptions::new().write(true).open(&self.path)?;
            self.open = Some((file::id(&log.metadata()?), log));
        }
        Ok(self.open.as_ref().map(|(_, log)| log))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn syncs() -> (tempfile::TempDir, Syncs) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.db-wal"), "log").unwrap();
        let syncs = Syncs::start(&folder.path().join("a.db")).unwrap();
        (folder, syncs)
    }

    #[tokio::test]
    async fn whoever_waits_waits_for_what_was_written_before() {
        let (_folder, syncs) = syncs();
        syncs.all().await.unwrap();
        for n in 1..=50 {
            syncs.wrote();
            syncs.all().await.unwrap();
            assert!(syncs.0.reached.borrow().upto >= n);
        }
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_synced_all_the_same() {
        let (_folder, syncs) = syncs();
        syncs.wrote();
        syncs.leave(3).await.unwrap();
        let mut reached = syncs.0.reached.subscribe();
        let waited = tokio::time::timeout(Duration::from_secs(20), reached.wait_for(|reached| reached.upto >= 1));
        assert!(waited.await.is_ok());
    }

    #[tokio::test]
    async fn never_more_mails_leave_than_may() {
        let (_folder, syncs) = syncs();
        for _ in 0..200 {
            syncs.wrote();
            syncs.leave(MOST_MAILS / 4).await.unwrap();
            assert!(syncs.0.lock().mails <= MOST_MAILS);
        }
    }

    #[tokio::test]
    async fn a_disk_that_failed_once_is_not_believed_again() {
        let (_folder, syncs) = syncs();
        syncs.0.reached.send_modify(|reached| reached.failed = Some("the disk is gone".into()));
        syncs.wrote();
        let error = syncs.all().await.unwrap_err();
        assert!(crate::db::is_unsynced(&error) && crate::db::is_in_doubt(&error), "{error}");
        assert!(syncs.leave(1).await.is_err() && syncs.still_work().is_err());
    }

    #[tokio::test]
    async fn without_a_log_everything_is_in_the_database() {
        let folder = tempfile::tempdir().unwrap();
        let syncs = Syncs::start(&folder.path().join("a.db")).unwrap();
        syncs.wrote();
        syncs.all().await.unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn another_file_in_its_place_is_not_taken_for_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db-wal");
        let mut log = Log { path: path.clone(), open: None };
        assert!(log.current().unwrap().is_none());
        std::fs::write(&path, "one").unwrap();
        log.sync().unwrap();
        let first = log.open.as_ref().unwrap().0;
        std::fs::rename(&path, folder.path().join("away")).unwrap();
        std::fs::write(&path, "two").unwrap();
        log.sync().unwrap();
        assert_eq!(log.open.as_ref().unwrap().0, first, "nobody has the other one open");
        let theirs = File::open(&path).unwrap();
        log.sync().unwrap();
        assert_ne!(log.open.as_ref().unwrap().0, first);
        drop(theirs);
    }
}
