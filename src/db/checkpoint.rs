//! Copies SQLite's log (`-wal`) into the database while bulk work goes on, on a connection of its own.
//!
//! In: a word after each piece of bulk work ([`super::Piece`]). Out: a log that is copied in the writer's pauses. Without this SQLite
//! copies it inside a commit, every thousand pages, with two syncs, while whoever wants to write waits; it still does where the copies
//! here fall behind. The connection closes some seconds after the last piece.

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{Mutex, MutexGuard, Notify, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

use super::file::DbFile;

/// The connection closes when no piece has ended for so long.
const IDLE: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Clone, Debug)]
pub struct Checkpoints(Arc<Log>);

#[derive(Debug)]
struct Log {
    options: SqliteConnectOptions,
    file: Arc<DbFile>,
    wanted: Notify,
    stop: CancellationToken,
    /// Held while there is a connection.
    open: Arc<Mutex<()>>,
    /// Held while it copies.
    copies: Mutex<()>,
}

impl Checkpoints {
    /// Of this file, opened as the writer opens it.
    pub fn new(options: SqliteConnectOptions, file: Arc<DbFile>) -> Self {
        let (wanted, stop, open, copies) = (Notify::new(), CancellationToken::new(), Arc::default(), Mutex::default());
        Self(Arc::new(Log { options: options.create_if_missing(false), file, wanted, stop, open, copies }))
    }

    /// Cancelled, it ends the copying for good.
    pub fn stop(&self) -> CancellationToken {
        self.0.stop.clone()
    }

    /// Something was written: lets the log be copied, and does not wait for it.
    pub fn wish(&self) {
        self.0.wanted.notify_one();
        if self.0.stop.is_cancelled() {
            return;
        }
        if let Ok(open) = self.0.open.clone().try_lock_owned() {
            tokio::spawn(self.clone().run(open));
        }
    }

    /// Nothing is copied while this is held: SQLite refuses to empty a log that somebody else copies.
    pub async fn still(&self) -> MutexGuard<'_, ()> {
        self.0.copies.lock().await
    }

    /// Ends with the copy that is under way; there is none afterwards.
    pub async fn close(&self) {
        self.0.stop.cancel();
        drop(self.0.open.lock().await);
    }

    async fn run(self, open: OwnedMutexGuard<()>) {
        let Self(log) = self;
        // Under another file's name nothing is opened.
        if log.file.is_there().is_ok() {
            match log.options.connect().await {
                Ok(connection) => log.copy(connection).await,
                Err(error) => tracing::debug!(%error, "the log is copied by the writer"),
            }
        }
        // Whoever waits for the end finds the file let go.
        drop(log);
        drop(open);
    }
}

impl Log {
    async fn copy(&self, mut connection: SqliteConnection) {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => break,
                wanted = tokio::time::timeout(IDLE, self.wanted.notified()) => if wanted.is_err() { break },
            }
            let copies = self.copies.lock().await;
            let done = sqlx::raw_sql("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut connection).await;
            drop(copies);
            if let Err(error) = done {
                tracing::debug!(%error, "the log is copied by the writer");
                break;
            }
        }
        connection.close().await.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, Tx, connect};

    #[tokio::test]
    async fn what_a_piece_wrote_is_copied_beside_the_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = connect(&format!("sqlite://{}", path.display()), 1).await.unwrap();
        let Db::Sqlite { file, .. } = &db else { unreachable!() };
        let options = SqliteConnectOptions::new().filename(&path);
        let log = Checkpoints::new(options, file.clone());
        for step in 0..3 {
            let mut tx = db.begin().await.unwrap();
            let Tx::Sqlite(open) = &mut tx else { unreachable!() };
            let text = format!("CREATE TABLE t{step} AS SELECT zeroblob(100000) AS b");
            sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut **open).await.unwrap();
            tx.commit().await.unwrap();
            log.wish();
            // The database grows when the log is copied; the writer copies nothing so small.
            while std::fs::metadata(&path).unwrap().len() < (step + 1) * 100_000 {
                tokio::task::yield_now().await;
            }
        }
        log.close().await;
        log.wish();
        assert!(log.0.open.try_lock().is_ok(), "there is no connection after the end");
        db.close().await;
    }
}
