//! How long another process holds SQLite's only write lock while somebody waits, seen from outside: asked for every few
//! milliseconds, never waited for. Once refused, it is announced as this program's own writers announce theirs; whoever announces
//! nothing is given a pause every two seconds.

use std::time::{Duration, Instant};

use facteur::db::sqlite_path;
use facteur::db::waiting::{Announced, Waiting};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// Asks again and again, and remembers the longest time in which the answer was no.
pub struct Probe {
    file: SqliteConnection,
    waiting: Waiting,
    held_since: Option<(Instant, Announced)>,
    pub longest_ms: f64,
}

impl Probe {
    pub async fn open(url: &str) -> Self {
        let options = url.parse::<SqliteConnectOptions>().unwrap().busy_timeout(Duration::ZERO);
        let waiting = Waiting::of(&sqlite_path(url).unwrap());
        Self { file: options.connect().await.unwrap(), waiting, held_since: None, longest_ms: 0.0 }
    }

    pub async fn ask(&mut self) {
        if sqlx::raw_sql("BEGIN IMMEDIATE; COMMIT").execute(&mut self.file).await.is_err() {
            let waiting = &self.waiting;
            self.held_since.get_or_insert_with(|| (Instant::now(), waiting.announce()));
        } else if let Some((since, _announced)) = self.held_since.take() {
            self.longest_ms = self.longest_ms.max(since.elapsed().as_secs_f64() * 1e3);
        }
    }
}
