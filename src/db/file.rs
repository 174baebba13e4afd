//! The file of an SQLite database: where it is, whether one was here before, and whether the path still names the open file.
//!
//! In: the path of `[database] url`. Out: its true path (through symbolic links), a refusal to replace a lost database by an empty
//! one, a lock on the file rather than on its name, and, while the file is open, [`Trouble::Gone`] from the instant that the path
//! names another file. SQLite itself does not notice: it continues to write into the file that it opened.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio_util::sync::CancellationToken;

use super::fault::Trouble;
use super::writer::Writer;
use crate::clock::beat;

/// Files that Facteur and SQLite leave beside a database in use: they show that a database was here.
const LEFTOVERS: &[&str] = &[".lock", ".ballast", ".generation", "-wal"];
/// Beginning of the ending of a copy that was kept before an upgrade.
const COPY: &str = ".schema-";
/// Describes a file that SQLite can open but in which nothing was ever stored.
pub const WITHOUT_TABLES: &str = "without tables";
/// Time between two checks of the file and its log.
const LOOK: Duration = Duration::from_secs(1);

/// A database was here; Facteur does not replace it by an empty one.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} is {found}, but {beside} beside it: a database was here, and has been moved, deleted or separated from its -wal \
     file. Nothing was changed. Put the database back (with its -wal file, if there is one) or restore a backup; to start with \
     an empty database instead, remove {leftovers} first",
    .path.display()
)]
pub struct Lost {
    path: PathBuf,
    found: &'static str,
    beside: String,
    leftovers: String,
}

/// There is no database, and this command does not create one.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no database at {}; check [database] url (`facteur config show --origin`) and the folder in which you run this \
     command. `facteur newsletter add` and `facteur serve` create a new database",
    .0.display()
)]
pub struct Missing(pub PathBuf);

/// Another Facteur has this file open under another name.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} has a second name (a hard link), and another Facteur sends from it under that name: using two names at once damages an \
     SQLite database. Stop one of the two processes",
    .0.display()
)]
pub struct InUse(pub PathBuf);

/// The path behind symbolic links, so that two names of one file are one.
pub fn true_path(path: &Path) -> PathBuf {
    let whole = |path: &Path| fs::canonicalize(path).ok();
    whole(path)
        // A link to a file that does not exist yet: SQLite would create the file where the link points.
        .or_else(|| {
            let target = fs::read_link(path).ok()?;
            let target = path.parent().map_or(target.clone(), |folder| folder.join(&target));
            Some(whole(target.parent()?)?.join(target.file_name()?))
        })
        .or_else(|| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(whole(folder)?.join(path.file_name()?))
        })
        .unwrap_or_else(|| path.to_owned())
}

/// `facteur.db` and `.lock` make `facteur.db.lock`.
pub fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Whether there is a file with content.
///
/// # Errors
/// [`Missing`] when there is none and `may_create` is false, [`Lost`] when there was one before.
pub fn find(path: &Path, may_create: bool) -> anyhow::Result<bool> {
    let found = match fs::metadata(path) {
        Ok(file) if file.len() > 0 => return writable(path).map(|()| true),
        Ok(_) => "empty",
        Err(error) if error.kind() == io::ErrorKind::NotFound => "not there",
        Err(error) => return Err(error).with_context(|| format!("cannot look at {}", path.display())),
    };
    refuse_to_replace(path, found)?;
    if !may_create {
        bail!(Missing(path.to_owned()));
    }
    Ok(false)
}

/// # Errors
/// [`Lost`] when something beside `path` says that a database was in use here. `found`: what is there instead.
pub fn refuse_to_replace(path: &Path, found: &'static str) -> anyhow::Result<()> {
    let mut leftovers = leftovers(path);
    // While another process is just creating the database, its tables may still be in the log only.
    leftovers.retain(|name| found != WITHOUT_TABLES || !name.ends_with("-wal"));
    if leftovers.is_empty() {
        return Ok(());
    }
    let beside = format!("{} {}", leftovers.join(" and "), if leftovers.len() == 1 { "stands" } else { "stand" });
    bail!(Lost { path: path.to_owned(), found, beside, leftovers: leftovers.join(" and ") })
}

fn leftovers(path: &Path) -> Vec<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_leftover = |entry: &fs::DirEntry, ending: &str| match ending {
        // SQLite creates the log together with the database; after an orderly end it is at most an empty file.
        "-wal" => entry.metadata().is_ok_and(|file| file.len() > 0),
        ending => LEFTOVERS.contains(&ending) || ending.starts_with(COPY),
    };
    let mut found: Vec<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let other = entry.file_name().to_string_lossy().into_owned();
            is_leftover(&entry, other.strip_prefix(name.as_str())?).then_some(other)
        })
        .collect();
    found.sort();
    found
}

/// # Errors
/// When this user may not write the file, or create files beside it, as SQLite must: names the owner and what to do.
#[cfg(unix)]
fn writable(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let folder = path.parent().unwrap_or(Path::new("."));
    let may_write = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK | rustix::fs::Access::READ_OK);
    for (path, what) in [(path, "the database"), (folder, "the folder of the database")] {
        let Err(error) = may_write(path) else { continue };
        let owner = fs::metadata(path).map(|file| user(file.uid()));
        bail!(
            "{what} {} cannot be written by {} ({}); it belongs to {}. Run Facteur as that user (sudo -u), or change the owner \
             of the files (chown)",
            path.display(),
            fs::metadata("/proc/self").map_or("this user".to_owned(), |me| user(me.uid())),
            io::Error::from(error),
            owner.unwrap_or("another user".to_owned()),
        );
    }
    Ok(())
}

#[cfg(not(unix))]
fn writable(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// The name of a user by number, where `/etc/passwd` has it.
#[cfg(unix)]
fn user(id: u32) -> String {
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut rows = known.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let name = rows.find(|row| row.get(2).is_some_and(|number| *number == id.to_string())).map(|row| row[0].to_owned());
    name.unwrap_or_else(|| format!("user {id}"))
}

/// Device and inode.
pub(super) type Id = (u64, u64);

/// Which file this is.
#[cfg(unix)]
pub(super) fn id(file: &fs::Metadata) -> Id {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
pub(super) fn id(_: &fs::Metadata) -> Id {
    (0, 0)
}

/// Which file the path names; `None` when it names none.
pub(super) fn id_at(path: &Path) -> Option<Id> {
    fs::metadata(path).ok().map(|file| id(&file))
}

/// Creates the file, which its owner alone may read: addresses lie in it. SQLite gives its log and the index of that the same mode
/// (`findCreateFileMode` and `unixOpenSharedMemory` in its os_unix.c). One that somebody else has just created stays as it is.
///
/// # Errors
/// When it cannot be created.
pub(super) fn create(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The open file. Kept open as long as the database: closing it would release SQLite's own locks in this process
/// (<https://sqlite.org/howtocorrupt.html>, 2.2), so it goes last.
#[derive(Debug)]
pub struct DbFile {
    path: PathBuf,
    handle: File,
    id: Id,
    /// What the last check found wrong.
    gone: RwLock<Option<String>>,
    /// The log that a connection was last seen to have open. The writer keeps it open, so nobody else's can have its number.
    log: Mutex<Option<Id>>,
}

impl DbFile {
    /// Opens the file that SQLite has just opened.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let handle = File::open(path)?;
        let id = id(&handle.metadata()?);
        Ok(Self { path: path.to_owned(), handle, id, gone: RwLock::default(), log: Mutex::default() })
    }

    /// The true path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file has more than one name (hard links): SQLite gives each name a log of its own.
    pub fn has_more_names(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            self.handle.metadata().is_ok_and(|file| file.nlink() > 1)
        }
        #[cfg(not(unix))]
        false
    }

    /// Locks the file itself, whatever its name; SQLite's own locks are of another kind. `false`: another process has the lock.
    pub fn lock(&self) -> io::Result<bool> {
        if cfg!(not(unix)) {
            return Ok(true);
        }
        match self.handle.try_lock() {
            Ok(()) => Ok(true),
            Err(fs::TryLockError::WouldBlock) => Ok(false),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Releases [`DbFile::lock`].
    pub fn unlock(&self) {
        self.handle.unlock().ok();
    }

    /// Whether the path still names this file: one system call, asked around each write.
    ///
    /// # Errors
    /// [`Trouble::Gone`]
    pub fn is_there(&self) -> sqlx::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|found| id(&found) == self.id) {
            return match &*self.gone.read().unwrap_or_else(PoisonError::into_inner) {
                Some(words) => Err(Trouble::Gone(words.clone()).into()),
                None => Ok(()),
            };
        }
        Err(Trouble::Gone(self.moved()).into())
    }

    /// What is wrong with the file, as of the last check.
    pub fn gone(&self) -> Option<String> {
        self.gone.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn moved(&self) -> String {
        format!(
            "{} is no longer the file that Facteur opened: it was moved, replaced or removed. Facteur sends nothing and accepts \
             nothing; put the file back where it was (or stop Facteur, restore a backup, and start it again)",
            self.path.display()
        )
    }

    /// Checks the file and its log. Holds `writer` meanwhile, so that a connection has both open.
    async fn look(&self, writer: &Writer) -> Option<String> {
        if !fs::metadata(&self.path).is_ok_and(|found| id(&found) == self.id) {
            return Some(self.moved());
        }
        let log = beside(&self.path, "-wal");
        if self.has_open(&log) {
            return None;
        }
        // Closing the last connection removes the log; while a connection is open, the log must exist.
        let held = writer.hold_anyway().await.ok()?;
        let is_cut_off = !is_open_here(&log);
        drop(held);
        is_cut_off.then(|| {
            format!(
                "{} was moved, replaced or removed while it was in use, and with it everything not yet written into the \
                 database. Facteur sends nothing and accepts nothing; stop it in order (SIGTERM, not kill -9), because it then \
                 writes what it still holds, and start it again",
                log.display()
            )
        })
    }
}

impl DbFile {
    /// As [`is_open_here`]; what was open a second ago and has the same number is not searched for again among all that is open.
    fn has_open(&self, log: &Path) -> bool {
        let (found, mut known) = (id_at(log), self.log.lock().unwrap_or_else(PoisonError::into_inner));
        if found.is_none() || found != *known {
            *known = found.filter(|_| is_open_here(log));
        }
        known.is_some()
    }
}

/// Whether this process has the file at `path` open. Where the system cannot tell, whether the file exists.
pub(super) fn is_open_here(path: &Path) -> bool {
    let Ok(wanted) = fs::metadata(path).map(|file| id(&file)) else { return false };
    let Ok(open) = fs::read_dir("/proc/self/fd") else { return true };
    open.filter_map(Result::ok).any(|entry| fs::metadata(entry.path()).is_ok_and(|file| id(&file) == wanted))
}

/// Checks once a second until `stop`, and logs what it finds.
pub async fn watch(file: &DbFile, writer: &Writer, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = beat(LOOK) => {}
        }
        let found = file.look(writer).await;
        let before = file.gone();
        match (&found, &before) {
            (Some(words), None) => tracing::error!("{words}"),
            (None, Some(_)) => {
                tracing::info!(path = %file.path.display(), "the file of the database is back; work continues");
            }
            _ => {}
        }
        if found != before {
            *file.gone.write().unwrap_or_else(PoisonError::into_inner) = found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_database_never_takes_the_place_of_one_that_was() {
        for left in [".lock", ".ballast", ".schema-3", "-wal"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("facteur.db");
            assert!(!find(&path, true).unwrap());
            fs::write(beside(&path, left), "x").unwrap();
            let words = find(&path, true).unwrap_err().to_string();
            assert!(words.contains(&format!("facteur.db{left}")) && words.contains("restore"), "{words}");
            fs::write(&path, "").unwrap();
            assert!(find(&path, true).unwrap_err().to_string().contains("empty"));
        }
    }

    #[test]
    fn files_of_others_beside_it_say_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facteur.db");
        for other in ["facteur.db.2026-11-28", "facteur.dbx.lock", "other.db.lock", "facteur.db-wal"] {
            fs::write(folder.path().join(other), "").unwrap();
        }
        assert!(!find(&path, true).unwrap());
        assert!(find(&path, false).unwrap_err().is::<Missing>());
    }

    #[cfg(unix)]
    #[test]
    fn every_name_of_a_file_leads_to_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let inside = fs::canonicalize(folder.path()).unwrap();
        let (path, link) = (inside.join("facteur.db"), inside.join("link.db"));
        std::os::unix::fs::symlink("facteur.db", &link).unwrap();
        assert_eq!(true_path(&link), path, "not there yet");
        fs::write(&path, "").unwrap();
        assert_eq!(true_path(&link), path);
        assert_eq!(true_path(&inside.join("..").join(inside.file_name().unwrap()).join("facteur.db")), path);
        fs::hard_link(&path, inside.join("hard.db")).unwrap();
        let (one, two) = (DbFile::open(&path).unwrap(), DbFile::open(&inside.join("hard.db")).unwrap());
        assert!(one.has_more_names() && one.lock().unwrap() && !two.lock().unwrap());
        one.unlock();
        assert!(two.lock().unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_moved_or_replaced_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let (path, away) = (folder.path().join("facteur.db"), folder.path().join("away.db"));
        fs::write(&path, "one").unwrap();
        let file = DbFile::open(&path).unwrap();
        file.is_there().unwrap();
        fs::rename(&path, &away).unwrap();
        assert!(file.is_there().is_err());
        fs::write(&path, "two").unwrap();
        assert!(file.is_there().is_err(), "another one in its place");
        fs::rename(&away, &path).unwrap();
        file.is_there().unwrap();
    }
}
