//! Queues requests to subscribe for the writer: all waiting requests are committed together, then answered.
//!
//! In: [`Asked`] from any number of requests, written by [`signup::write_group`]. Out: an answer after the commit, never before. A group
//! holds the requests that arrived during the last commit and for [`GATHER`] before it begins, so it grows with the load by itself
//! (docs/performance.md). The settings that a request was judged by may have been kept in memory ([`Fronts`]): the group's transaction
//! looks whether they still hold, and who comes with others is told so instead of stored. On PostgreSQL one group is written while
//! another waits for its commit; an address always waits in the same [`Lane`], so that no two groups have it.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{RwLock, mpsc, oneshot};
use tokio::time::Instant;

use super::asked::Asked;
use super::ceiling::Ceiling;
use super::door::Door;
use super::held::Hourly;
use super::signup::{self, HeldBack};
use super::sql;
use crate::app::{App, Wake};
use crate::clock::{Clock, Millis};
use crate::db::{self, Db, Growth};
use crate::newsletters::front::{self, Fronts, Mark};

/// Most requests in one commit: as many as a statement takes that is prepared once.
const GROUP: usize = db::given::MOST;

/// How long the first of a group waits for others, so that more of them share its statements and its commit. No answer is later for it,
/// as long as a commit takes less than the rest of a [`STEP`].
const GATHER: Duration = Duration::from_micros(1_500);

/// Groups that are written at the same time on PostgreSQL; SQLite has one writer.
const LANES: usize = 2;

/// How often a group is tried whose transaction was rolled back because of another transaction.
const TRIES: usize = 4;

/// Requests in the queue; further callers wait before they can hand one in.
const WAITING: usize = 4096;

/// Answers are sent on a grid of this step from the arrival, so that a few hundred microseconds of extra work do not reveal
/// whether an address is known.
const STEP: Duration = Duration::from_millis(5);

/// Steps at which a request looks for its answer by itself: so it is woken by the time alone, once instead of twice. Afterwards the
/// answer wakes it.
const LOOKS: u32 = 4;

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
    /// The settings that it was judged by are not those of now.
    #[error("the sign-up was not stored: the newsletter's settings have changed meanwhile")]
    Changed,
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
    /// What the newsletters' forms are made of.
    pub fronts: Fronts,
    lanes: Vec<Lane>,
    hasher: RandomState,
}

/// Where the requests of one task wait.
type Lane = mpsc::Sender<Waiting>;

#[derive(Debug)]
struct Waiting {
    asked: Asked,
    arrived: Instant,
    answer: oneshot::Sender<Result<(), QueueError>>,
}

impl Queue {
    /// Starts the tasks behind the queue; they end with the queue.
    pub fn open(app: &App) -> Self {
        let ceiling = Mutex::new(Ceiling::new(app.config.signup.clone()));
        let (flying, said, held, growth) = (RwLock::default(), Hourly::default(), Mutex::default(), Growth::default());
        let shared = Shared { ceiling, flying, said, held, growth };
        let shared = Arc::new(shared);
        let lane = |_| {
            let (waiting, taken) = mpsc::channel(WAITING);
            let (db, clock, wake) = (app.db.clone(), app.clock.clone(), app.wake.clone());
            tokio::spawn(work(Writer { db, clock, wake, shared: shared.clone() }, taken));
            waiting
        };
        let lanes = if app.db.is_sqlite() { 1 } else { LANES };
        let lanes = (0..lanes).map(lane).collect();
        Self { door: Door::open(app), fronts: Fronts::default(), lanes, hasher: RandomState::new() }
    }

    /// Hands a request in; returns when it is stored, at the same pace whatever became of it.
    ///
    /// # Errors
    /// When nothing was stored; [`QueueError::InDoubt`] when that is not known; [`QueueError::Changed`] for a request with a
    /// [`Front`](crate::newsletters::front::Front) alone.
    pub async fn ask(&self, asked: Asked) -> Result<(), QueueError> {
        let arrived = Instant::now();
        let (answer, mut stored) = oneshot::channel();
        let closed = || QueueError::Unavailable(Arc::new(sqlx::Error::WorkerCrashed));
        let lane = self.hasher.hash_one(asked.email.key()) as usize % self.lanes.len();
        self.lanes[lane].send(Waiting { asked, arrived, answer }).await.map_err(|_| closed())?;
        for step in 1..=LOOKS {
            tokio::time::sleep_until(arrived + STEP * step).await;
            match stored.try_recv() {
                Ok(stored) => return stored,
                Err(TryRecvError::Closed) => return Err(closed()),
                Err(TryRecvError::Empty) => {}
            }
        }
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

async fn work(writer: Writer, mut taken: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(GROUP);
    while taken.recv_many(&mut group, GROUP).await > 0 {
        gather(&mut group, &mut taken).await;
        let requests: Vec<&Asked> = group.iter().map(|waiting| &waiting.asked).collect();
        let result = writer.write(&requests).await.map_err(QueueError::from);
        if let (Err(QueueError::Failed(_)), 2..) = (&result, group.len()) {
            // One request that cannot be stored must not take its neighbours with it.
            for waiting in group.drain(..) {
                let alone = writer.write(&[&waiting.asked]).await.map_err(QueueError::from);
                waiting.answer.send(alone.and_then(|fates| fates[0].clone())).ok();
            }
        }
        for (place, waiting) in group.drain(..).enumerate() {
            let fate = match &result {
                Ok(fates) => fates[place].clone(),
                Err(error) => Err(error.clone()),
            };
            waiting.answer.send(fate).ok();
        }
    }
}

/// Waits until the first of a group has waited long enough, and adds those that have come meanwhile.
async fn gather(group: &mut Vec<Waiting>, taken: &mut mpsc::Receiver<Waiting>) {
    let begins = group[0].arrived + GATHER;
    if group.len() < GROUP && Instant::now() < begins {
        tokio::time::sleep_until(begins).await;
    }
    while group.len() < GROUP
        && let Ok(waiting) = taken.try_recv()
    {
        group.push(waiting);
    }
}

/// What became of each request of a group that was committed.
type Fates = Vec<Result<(), QueueError>>;

struct Writer {
    db: Db,
    clock: Clock,
    wake: Wake,
    shared: Arc<Shared>,
}

/// What the lanes have in common.
struct Shared {
    ceiling: Mutex<Ceiling>,
    /// Held by each group until its letters are committed, and alone by who counts letters.
    flying: RwLock<()>,
    /// When the log last said that letters are held back, and how many have been since.
    said: Hourly,
    held: Mutex<HeldBack>,
    growth: Growth,
}

impl Writer {
    async fn write(&self, requests: &[&Asked]) -> sqlx::Result<Fates> {
        for _ in 1..TRIES {
            match self.write_once(requests).await {
                Err(error) if db::is_worth_another_try(&error) => {}
                done => return done,
            }
        }
        self.write_once(requests).await
    }

    async fn write_once(&self, requests: &[&Asked]) -> sqlx::Result<Fates> {
        let now = self.clock.now();
        self.count_letters(now).await?;
        let _flying = self.shared.flying.read().await;
        let mut tx = self.db.begin().await?;
        let ids: HashSet<i64> = requests.iter().map(|asked| asked.newsletter_id).collect();
        let present = front::present(&mut tx, &ids.into_iter().collect::<Vec<_>>()).await?;
        let fates: Fates = requests.iter().map(|asked| still_holds(asked, &present)).collect();
        // The same address twice in one group: one person pressed twice, and gets one letter.
        let mut seen = HashSet::new();
        let good = requests.iter().zip(&fates).filter(|(_, fate)| fate.is_ok()).map(|(asked, _)| *asked);
        let group: Vec<&Asked> = good.filter(|asked| seen.insert((asked.newsletter_id, asked.email.key()))).collect();
        if group.is_empty() {
            tx.commit().await?;
            return Ok(fates);
        }
        let held = signup::write_group(&mut tx, now, &group, &present, &self.shared.ceiling).await?;
        tx.commit().await?;
        self.wake.now();
        self.tell(held);
        if self.shared.growth.by(group.len() as u64) {
            tokio::spawn(count(self.db.clone()));
        }
        Ok(fates)
    }

    /// Counts the letters of the hour, once a second at most, while no group is on its way.
    async fn count_letters(&self, now: Millis) -> sqlx::Result<()> {
        let ceiling = || self.shared.ceiling.lock().unwrap_or_else(PoisonError::into_inner);
        if !ceiling().is_old(now) {
            return Ok(());
        }
        let _alone = self.shared.flying.write().await;
        if ceiling().is_old(now) {
            let domains = sql::caused_by_domain(&self.db, now).await?;
            ceiling().count(domains, now);
        }
        Ok(())
    }

    /// Says once an hour that letters wait.
    fn tell(&self, new: HeldBack) {
        let mut held = self.shared.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.by_network += new.by_network;
        held.by_ceiling += new.by_ceiling;
        if *held == HeldBack::default() || !self.shared.said.passes(self.clock.now()) {
            return;
        }
        let HeldBack { by_network, by_ceiling } = std::mem::take(&mut *held);
        tracing::warn!(
            by_network,
            by_ceiling,
            "sign-ups are held back by the limits of [signup]: their letters leave later, nobody is lost; \
             `facteur newsletter show` counts them. Many of one network are often a proxy that [web] trusted_proxies does not name"
        );
    }
}

/// The next statements are planned by what is there now; if that fails, the database comes round to it by itself.
async fn count(db: Db) {
    if let Err(error) = sql::count(&db).await {
        tracing::debug!(error = db::words(&error), "the database was not asked to count its tables");
    }
}

/// Whether the settings that a request was judged by are those of now.
fn still_holds(asked: &Asked, present: &[Mark]) -> Result<(), QueueError> {
    let Some(front) = &asked.front else { return Ok(()) };
    if present.contains(&front.mark) { Ok(()) } else { Err(QueueError::Changed) }
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
