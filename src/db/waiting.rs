//! Whether somebody in another process waits for SQLite's only write lock.
//!
//! In: each writer of this program, before it asks SQLite for the lock ([`Waiting::announce`]). Out: bulk work hears between two of
//! its pieces whether anybody else wants to write ([`Waiting::anybody`]), and pauses for them alone. SQLite itself tells nobody:
//! whoever waits looks again every 25 ms or so, and finds the lock taken as long as nobody pauses.
//!
//! An announcement is a shared lock (flock(2)) on the folder of the database, which makes no file of its own, goes with a process
//! that is killed, and says something between containers that share the folder too. Two system calls a write. Such locks belong to
//! a descriptor, so whoever announces and whoever listens each has one of their own. Where the folder cannot be locked, somebody
//! may always be waiting.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

/// How often an announcement is tried: a listener has the lock to itself for a microsecond.
const TRIES: usize = 8;

/// Announces or listens; see the module.
#[derive(Clone, Debug, Default)]
pub struct Waiting(Option<Arc<File>>);

impl Waiting {
    /// With a descriptor of its own, for the database at this path.
    pub fn of(database: &Path) -> Self {
        let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self(File::open(folder).ok().map(Arc::new))
    }

    /// Somebody wants to write, or does, until what this gives is dropped. One at a time.
    pub fn announce(&self) -> Announced {
        let told = self.0.clone().filter(|folder| {
            (0..TRIES).any(|_| {
                let is_told = folder.try_lock_shared().is_ok();
                if !is_told {
                    std::thread::yield_now();
                }
                is_told
            })
        });
        Announced(told)
    }

    /// Whether somebody announced that they want to write, through another descriptor. `true` where it cannot be found out.
    pub fn anybody(&self) -> bool {
        let Some(folder) = &self.0 else { return true };
        match folder.try_lock() {
            Ok(()) => folder.unlock().is_err(),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        }
    }
}

/// See [`Waiting::announce`].
#[derive(Debug)]
pub struct Announced(Option<Arc<File>>);

impl Drop for Announced {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            folder.unlock().ok();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_is_heard_until_they_have_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let (one, two, ear) = (Waiting::of(&path), Waiting::of(&path), Waiting::of(&path));
        assert!(!ear.anybody());
        let (first, second) = (one.announce(), two.announce());
        assert!(ear.anybody() && ear.anybody());
        drop(first);
        assert!(ear.anybody(), "the other waits still");
        drop(second);
        assert!(!ear.anybody());
        drop(one.announce());
        assert!(!ear.anybody(), "listening holds nothing");
    }

    #[test]
    fn two_databases_in_one_folder_pause_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let other = Waiting::of(&folder.path().join("b.db"));
        let _waits = other.announce();
        assert!(Waiting::of(&folder.path().join("a.db")).anybody());
    }

    #[test]
    fn without_a_folder_somebody_may_always_wait() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = Waiting::of(&folder.path().join("none").join("a.db"));
        drop(nowhere.announce());
        assert!(nowhere.anybody() && Waiting::default().anybody());
    }
}
