//! Queues requests to subscribe for the one writer: all waiting requests are committed together, then answered.
//!
//! In: [`Asked`] from any number of requests, written by [`signup::write_group`]. Out: an answer after the commit, never before.
//! There is no timer: a group holds the requests that arrived during the last commit, so it grows with the load by itself
//! (docs/performance.md).

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::asked::Asked;
use super::ceiling::Ceiling;
use super::door::Door;
use super::held::Hourly;
use super::signup::{self, HeldBack};
use crate::app::{App, Wake};
use crate::clock::Clock;
use crate::db::{self, Db};

/// Most requests in one commit; with 10 values each they stay far below SQLite's limit of 32,766.
const GROUP: usize = 128;

/// How often a group is tried whose transaction was rolled back because of another transaction.
const TRIES: usize = 4;

/// Requests in the queue; further callers wait before they can hand one in.
const WAITING: usize = 4096;

/// Answers are sent on a grid of this step from the arrival, so that a few hundred microseconds of extra work do not reveal
/// whether an address is known.
const STEP: Duration = Duration::from_millis(5);

/// Why a request was not stored.
#[derive(Clone, Debug, thiserror::Error)]
pub enum QueueError {
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

impl From<sqlx::Error> for QueueError {
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
pub struct Queue {
    /// Judges an address before it is handed in.
    pub door: Door,
    waiting: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    asked: Asked,
    answer: oneshot::Sender<Result<(), QueueError>>,
}

impl Queue {
    /// Starts the task behind the queue; it ends with the queue.
    pub fn open(app: &App) -> Self {
        let (waiting, taken) = mpsc::channel(WAITING);
        let (db, clock, wake) = (app.db.clone(), app.clock.clone(), app.wake.clone());
        let ceiling = Ceiling::new(app.config.signup.clone());
        let writer = Writer { db, clock, wake, ceiling, said: Hourly::default(), held: HeldBack::default() };
        tokio::spawn(work(writer, taken));
        Self { door: Door::open(app), waiting }
    }

    /// Hands a request in; returns when it is stored, at the same pace whatever became of it.
    ///
    /// # Errors
    /// When nothing was stored; [`QueueError::InDoubt`] when that is not known.
    pub async fn ask(&self, asked: Asked) -> Result<(), QueueError> {
        let arrived = Instant::now();
        let (answer, stored) = oneshot::channel();
        let closed = || QueueError::Unavailable(Arc::new(sqlx::Error::WorkerCrashed));
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
        let result = writer.write(&requests).await.map_err(QueueError::from);
        if let (Err(QueueError::Failed(_)), 2..) = (&result, group.len()) {
            // One request that cannot be stored must not take its neighbours with it.
            for waiting in group.drain(..) {
                let alone = writer.write(&[&waiting.asked]).await;
                waiting.answer.send(alone.map_err(QueueError::from)).ok();
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
    wake: Wake,
    ceiling: Ceiling,
    /// When the log last said that letters are held back, and how many have been since.
    said: Hourly,
    held: HeldBack,
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
        let held = signup::write_group(&mut tx, now, days, &group, &mut self.ceiling).await?;
        tx.commit().await?;
        self.wake.now();
        self.tell(held);
        Ok(())
    }

    /// Says once an hour that letters wait.
    fn tell(&mut self, held: HeldBack) {
        self.held.by_network += held.by_network;
        self.held.by_ceiling += held.by_ceiling;
        if self.held == HeldBack::default() || !self.said.passes(self.clock.now()) {
            return;
        }
        let HeldBack { by_network, by_ceiling } = std::mem::take(&mut self.held);
        tracing::warn!(
            by_network,
            by_ceiling,
            "sign-ups are held back by the limits of [signup]: their letters leave later, nobody is lost; \
             `facteur newsletter show` counts them. Many of one network are often a proxy that [web] trusted_proxies does not name"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_leave_on_the_grid() {
        for (micros, step) in [(0, 1), (1_300, 1), (4_999, 1), (5_000, 2), (23_000, 5)] {
            assert_eq!(next_step(Duration::from_micros(micros)), STEP * step);
        }
    }
}
