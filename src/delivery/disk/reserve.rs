//! A file of 4 MiB beside an SQLite database that is given up when the disk is full, so that what is already on the wire
//! can still be recorded (R12).
//!
//! In: the path of the database. Out: room, once. It is made anew as soon as there is space; only then sending goes on.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Enough for the results of 256 connections and the log's frames that they touch.
const BYTES: usize = 4 << 20;

/// See the module. Without a path (PostgreSQL) it does nothing.
#[derive(Debug)]
pub struct Reserve {
    path: Option<PathBuf>,
}

impl Reserve {
    /// The reserve of this database file; not made yet.
    pub fn of(database: Option<PathBuf>) -> Self {
        let path = database.map(|path| {
            let mut name = path.into_os_string();
            // On the disk it is called so since the first version.
            name.push(".ballast");
            PathBuf::from(name)
        });
        Self { path }
    }

    /// Makes the file unless it is there, on the disk and not only promised.
    pub fn make(&self) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        if fs::metadata(path).is_ok_and(|found| found.len() == BYTES as u64) {
            return Ok(());
        }
        let written = (|| {
            let mut file = File::create(path)?;
            // Not zeros: some file systems store those in no space at all.
            let chunk: Vec<u8> = (0..64 * 1024_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
            for _ in 0..BYTES / chunk.len() {
                file.write_all(&chunk)?;
            }
            file.sync_all()
        })();
        if written.is_err() {
            // Half a reserve takes room and gives none.
            let _ = fs::remove_file(path);
        }
        written
    }

    /// Gives its room to whoever writes next.
    pub fn give_up(&self) {
        if let Some(path) = &self.path {
            match fs::remove_file(path) {
                Ok(()) => {
                    tracing::warn!("the disk is full; gave 4 MiB up for what is on the wire, and stopped sending");
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => tracing::error!(%error, "the disk is full and the reserve cannot be removed"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_its_room_and_gives_it_up() {
        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::of(Some(folder.path().join("facteur.db")));
        let path = folder.path().join("facteur.db.ballast");
        reserve.make().unwrap();
        reserve.make().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), BYTES as u64);
        reserve.give_up();
        reserve.give_up();
        assert!(!path.exists());
        Reserve::of(None).make().unwrap();
    }
}
