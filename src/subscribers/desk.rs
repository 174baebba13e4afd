//! Where requests to subscribe wait for the one writer: all that wait are committed together, then answered.
//!
//! In: [`Asked`] from any number of requests. Out: an answer after the commit, never before. No timer: a group is what
//! came in while the last one was being committed, so it grows with the load by itself (research/performance.md, 8).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::signup::{self, Asked};
use super::sql;
use crate::clock::{Clock, Millis, SECOND};
use crate::config::Signup;
use crate::db::{self, Db};

/// Requests committed together at most; 10 values each stay far below SQLite's 32,766.
const GROUP: usize = 128;

/// How often a group is tried whose transaction was rolled back for what another did.
const TRIES: usize = 4;

/// Requests that may wait; more wait before they are handed in.
const WAITING: usize = 4096;

/// Answers leave on a grid of this step from the arrival, so that a few hundred microseconds more or less of work tell
/// nobody whether an address is known.
const STEP: Duration = Duration::from_millis(5);

/// Why a request was not stored.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DeskError {
    /// The database is full, gone or busy.
    #[error("the sign-up was not stored, the database cannot be used now: {}", db::words(.0))]
    Unavailable(Arc<sqlx::Error>),
    /// No answer came to the commit.
    #[error("the sign-up may have been stored: {}", db::words(.0))]
    InDoubt(Arc<sqlx::Error>),
    /// A mistake of ours.
    #[error("the sign-up was not stored: {}", db::words(.0))]
    Failed(Arc<sqlx::Error>),
}

impl From<sqlx::Error> for DeskError {
    fn from(error: sqlx::Error) -> Self {
        let (in_doubt, unavailable) = (db::is_in_doubt(&error), db::is_unavailable(&error));
        let error = Arc::new(error);
        match (in_doubt, unavailable) {
            (true, _) => Self::InDoubt(error),
            (false, true) => Self::Unavailable(error),
            (false, false) => Self::Failed(error),
        }
    }
}

/// Takes requests to subscribe.
#[derive(Debug)]
pub struct Desk {
    waiting: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    asked: Asked,
    answer: oneshot::Sender<Result<(), DeskError>>,
}

impl Desk {
    /// Starts the task behind the desk; it ends with the desk.
    pub fn open(db: Db, clock: Clock, limits: Signup) -> Self {
        let (waiting, taken) = mpsc::channel(WAITING);
        tokio::spawn(work(Writer { db, clock, ceiling: Ceiling::new(limits) }, taken));
        Self { waiting }
    }

    /// Hands a request in; returns when it is stored, at the same pace whatever became of it.
    ///
    /// # Errors
    /// When nothing was stored; [`DeskError::InDoubt`] when that is not known.
    pub async fn ask(&self, asked: Asked) -> Result<(), DeskError> {
        let arrived = Instant::now();
        let (answer, stored) = oneshot::channel();
        let closed = || DeskError::Unavailable(Arc::new(sqlx::Error::WorkerCrashed));
        self.waiting.send(Waiting { asked, answer }).await.map_err(|_| closed())?;
        let stored = stored.await.map_err(|_| closed())?;
        keep_pace(arrived).await;
        stored
    }
}

/// Waits for the next step of the grid that began at `arrived`.
pub async fn keep_pace(arrived: Instant) {
    tokio::time::sleep_until(arrived + next_step(arrived.elapsed())).await;
}

/// The first step of the grid after `elapsed`.
fn next_step(elapsed: Duration) -> Duration {
    let steps = elapsed.as_micros() / STEP.as_micros() + 1;
    STEP * u32::try_from(steps).unwrap_or(u32::MAX)
}

async fn work(mut writer: Writer, mut taken: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(GROUP);
    while taken.recv_many(&mut group, GROUP).await > 0 {
        let requests: Vec<&Asked> = group.iter().map(|waiting| &waiting.asked).collect();
        let result = writer.write(&requests).await.map_err(DeskError::from);
        if let (Err(DeskError::Failed(_)), 2..) = (&result, group.len()) {
            // One request that cannot be stored must not take its neighbours with it.
            for waiting in group.drain(..) {
                let alone = writer.write(&[&waiting.asked]).await;
                waiting.answer.send(alone.map_err(DeskError::from)).ok();
            }
        }
        for waiting in group.drain(..) {
            waiting.answer.send(result.clone()).ok();
        }
    }
}

struct Writer {
    db: Db,
    clock: Clock,
    ceiling: Ceiling,
}

impl Writer {
    async fn write(&mut self, requests: &[&Asked]) -> sqlx::Result<()> {
        for _ in 1..TRIES {
            match self.write_once(requests).await {
                Err(error) if db::is_worth_another_try(&error) => {}
                done => return done,
            }
        }
        self.write_once(requests).await
    }

    async fn write_once(&mut self, requests: &[&Asked]) -> sqlx::Result<()> {
        let now = self.clock.now();
        self.ceiling.refresh(&self.db, now).await?;
        // The same address twice in one group: one person pressed twice, and gets one letter.
        let mut seen = HashSet::new();
        let mut group = requests.to_vec();
        group.retain(|asked| seen.insert((asked.newsletter_id, asked.email.key())));
        let mut tx = self.db.begin().await?;
        let days = self.ceiling.limits.confirm_days;
        signup::write_group(&mut tx, now, days, &group, |domain| self.ceiling.take(domain)).await?;
        tx.commit().await
    }
}

/// The letters that strangers may cause within an hour, in all and to each domain.
///
/// Counted in the database, so it holds over restarts and over several processes; between two looks (a second) each
/// process adds its own.
struct Ceiling {
    limits: Signup,
    read_at: Millis,
    total: i64,
    domains: HashMap<String, i64>,
}

impl Ceiling {
    fn new(limits: Signup) -> Self {
        Self { limits, read_at: Millis::MIN, total: 0, domains: HashMap::new() }
    }

    async fn refresh(&mut self, db: &Db, now: Millis) -> sqlx::Result<()> {
        let unlimited = self.limits.letters_per_hour == 0 && self.limits.letters_per_hour_domain == 0;
        if unlimited || now.saturating_sub(self.read_at).abs() < SECOND {
            return Ok(());
        }
        self.domains = sql::caused_by_domain(db, now).await?.into_iter().collect();
        self.total = self.domains.values().sum();
        self.read_at = now;
        Ok(())
    }

    /// Takes room for one letter, if there is any.
    fn take(&mut self, domain: &str) -> bool {
        let below = |count: i64, limit: u32| limit == 0 || count < i64::from(limit);
        let to_domain = self.domains.get(domain).copied().unwrap_or(0);
        if !below(self.total, self.limits.letters_per_hour) || !below(to_domain, self.limits.letters_per_hour_domain) {
            return false;
        }
        self.total += 1;
        self.domains.insert(domain.to_owned(), to_domain + 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_ceiling_holds_for_all_and_for_each_domain() {
        let limits = Signup { letters_per_hour: 3, letters_per_hour_domain: 2, ..Config::default().signup };
        let mut ceiling = Ceiling::new(limits);
        let taken: Vec<bool> = ["a.fr", "a.fr", "a.fr", "b.fr", "c.fr"].map(|domain| ceiling.take(domain)).to_vec();
        assert_eq!(taken, [true, true, false, true, false]);
        let mut open =
            Ceiling::new(Signup { letters_per_hour: 0, letters_per_hour_domain: 0, ..Config::default().signup });
        assert!((0..10_000).all(|_| open.take("a.fr")));
    }

    #[test]
    fn answers_leave_on_the_grid() {
        for (micros, step) in [(0, 1), (1_300, 1), (4_999, 1), (5_000, 2), (23_000, 5)] {
            assert_eq!(next_step(Duration::from_micros(micros)), STEP * step);
        }
    }
}
