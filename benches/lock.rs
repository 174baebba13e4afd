//! How long another process holds SQLite's only write lock, seen from outside: asked for every few milliseconds, never
//! waited for.

use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// Asks again and again, and remembers the longest time in which the answer was no.
pub struct Probe {
    file: SqliteConnection,
    held_since: Option<Instant>,
    pub longest_ms: f64,
}

impl Probe {
    pub async fn open(url: &str) -> Self {
        let options = url.parse::<SqliteConnectOptions>().unwrap().busy_timeout(Duration::ZERO);
        Self { file: options.connect().await.unwrap(), held_since: None, longest_ms: 0.0 }
    }

    pub async fn ask(&mut self) {
        if sqlx::raw_sql("BEGIN IMMEDIATE; COMMIT").execute(&mut self.file).await.is_err() {
            self.held_since.get_or_insert_with(Instant::now);
        } else if let Some(since) = self.held_since.take() {
            self.longest_ms = self.longest_ms.max(since.elapsed().as_secs_f64() * 1e3);
        }
    }
}
