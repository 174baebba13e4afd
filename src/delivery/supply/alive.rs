//! Tells a worker that is dead from one that is slow: on PostgreSQL what a dead one had is taken over at once, and not when its leases
//! run out.
//!
//! In: a session of our own that holds a lock, and the rows in which workers say that they hold one
//! ([`crate::ledger::sql::worker`]). Out: leases that end, and claims that look again.
//!
//! A lock can be lost while its worker lives. Then the worker notices at once, and first of all takes its word back over another
//! connection, so that its leases count as ever; others believe in its death only when its lock was nobody's for [`GRACE`]. Who lost
//! a lock was perhaps not the only one (a pooler or a server started again), and judges nobody for [`AFTER_LOSS`]. Whoever is taken for
//! dead all the same, because it cannot reach the database at all, is fenced as after a lease: it can start no mail any more, and what it
//! had started is at most one mail a connection. A machine that vanishes without a word holds its lock until the server misses its signs of
//! life, 11 s after the last ([`OwnSession`]). Behind a pooler that shares sessions there is no lock, and leases are waited for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::in_hand::InHand;
use crate::app::App;
use crate::db::own_session::{LEAST, OwnSession};
use crate::db::{Db, Pg, server};
use crate::ledger::sql::worker::{self, Gone};

/// How long a lock must have been nobody's.
const GRACE: Duration = Duration::from_millis(400);
/// How often we look while a digest is being sent, and else.
const LOOK: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(2)];
/// How long whoever lost their own lock takes nobody for dead.
const AFTER_LOSS: Duration = Duration::from_secs(10);
/// How often our own session is asked whether our word stands, and how long it may take to answer.
const ASK: Duration = Duration::from_secs(10);
/// See [`ASK`].
const ANSWER: Duration = Duration::from_secs(5);
/// How long taking our word back, or closing a session, may take.
const PARTING: Duration = Duration::from_secs(1);
/// Waits between two tries to get a lock: doubled from the first to the last.
const AGAIN: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(2)];
/// The wait where there can be no lock.
const LATER: Duration = Duration::from_mins(5);

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
enum Without {
    #[error("a pooler in front of PostgreSQL gives each transaction another session")]
    Shared,
    #[error("the server does not show the locks that it gives")]
    Hidden,
    #[error("another session has it")]
    Taken,
    #[error(transparent)]
    Failed(#[from] sqlx::Error),
}

/// Those whose lock is nobody's, and since when they are known to be.
#[derive(Debug, Default)]
struct Suspects(HashMap<Gone, Instant>);

impl Suspects {
    /// Takes what a look found that began and ended at these instants; gives those who were found so before, long enough ago.
    fn see(&mut self, gone: Vec<Gone>, (began, ended): (Instant, Instant)) -> Vec<Gone> {
        self.0.retain(|suspect, _| gone.contains(suspect));
        let is_dead = |suspect: &Gone, known: &mut HashMap<Gone, Instant>| {
            let since = *known.entry(suspect.clone()).or_insert(ended);
            began.saturating_duration_since(since) >= GRACE
        };
        gone.into_iter().filter(|suspect| is_dead(suspect, &mut self.0)).collect()
    }
}

/// See the module.
#[derive(Debug)]
pub struct Alive {
    app: Arc<App>,
    in_hand: Arc<InHand>,
    /// The name under which this process leases.
    owner: String,
    /// Woken when letters may be free.
    letters: Arc<Notify>,
    suspects: Suspects,
    /// We had a lock before.
    had_one: bool,
}

impl Alive {
    /// For this process.
    pub fn new(app: Arc<App>, in_hand: Arc<InHand>, owner: String, letters: Arc<Notify>) -> Self {
        Self { app, in_hand, owner, letters, suspects: Suspects::default(), had_one: false }
    }

    /// Runs until `stop`. On SQLite, and with very few connections, there is nothing to do.
    pub async fn run(&mut self, stop: &CancellationToken) {
        let app = self.app.clone();
        let pg = match &app.db {
            Db::Postgres(pg) if app.config.database.connections >= LEAST => pg,
            _ => return stop.cancelled().await,
        };
        let mut wait = AGAIN[0];
        while !stop.is_cancelled() {
            let entered = tokio::select! {
                () = stop.cancelled() => break,
                entered = Box::pin(self.enter(pg)) => entered,
            };
            let session = match entered {
                Ok(mut session) => {
                    self.live(pg, &mut session, stop).await;
                    wait = AGAIN[0];
                    Some(session)
                }
                Err(without) => {
                    tracing::debug!(%without, "no lock says that this process lives; its leases do");
                    let is_final = matches!(without, Without::Shared | Without::Hidden);
                    wait = if is_final { LATER } else { (wait * 2).min(AGAIN[1]) };
                    None
                }
            };
            self.withdraw(pg).await;
            if let Some(session) = session {
                let _ = timeout(PARTING, session.close()).await;
            }
            let _ = timeout(wait, stop.cancelled()).await;
        }
        self.withdraw(pg).await;
    }

    /// Takes our lock in a session of our own, and says so.
    async fn enter(&self, pg: &Pg) -> Result<OwnSession, Without> {
        let mut session = pg.own_session().await?;
        if server::shares_sessions(pg, &mut session).await? {
            return Err(Without::Shared);
        }
        if !worker::lock(&mut session, &self.owner).await? {
            return Err(Without::Taken);
        }
        if !worker::is_seen(pg, &self.owner).await? {
            return Err(Without::Hidden);
        }
        worker::say(&mut session, &self.owner).await?;
        Ok(session)
    }

    /// Takes our word back. Where that fails the server is away, and has forgotten our session too.
    async fn withdraw(&self, pg: &Pg) {
        match timeout(PARTING, worker::withdraw(pg, &self.owner)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "cannot say that no lock says that this process lives"),
            Err(_) => tracing::debug!("cannot say yet that no lock says that this process lives"),
        }
    }

    /// Lives until `stop`, or until the session ends or is not ours any more; looks after the others meanwhile.
    async fn live(&mut self, pg: &Pg, session: &mut OwnSession, stop: &CancellationToken) {
        let lost_before = std::mem::replace(&mut self.had_one, true);
        let judges_from = Instant::now() + if lost_before { AFTER_LOSS } else { Duration::ZERO };
        let (mut asked, mut wait) = (Instant::now(), Duration::ZERO);
        self.suspects = Suspects::default();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = session.ended() => break,
                () = tokio::time::sleep(wait) => {}
            }
            if asked.elapsed() >= ASK {
                asked = Instant::now();
                if !matches!(timeout(ANSWER, worker::stands(session, &self.owner)).await, Ok(Ok(true))) {
                    break;
                }
            }
            if Instant::now() >= judges_from
                && let Err(error) = self.look(pg).await
            {
                tracing::debug!(%error, "cannot see which workers live; trying again");
            }
            wait = self.until_next_look();
        }
        tracing::info!(
            "the session is lost whose lock says that this process lives; its leases do until another has it"
        );
    }

    fn until_next_look(&self) -> Duration {
        if !self.suspects.0.is_empty() {
            return GRACE;
        }
        if self.in_hand.sending().is_empty() { LOOK[1] } else { LOOK[0] }
    }

    /// Takes over from those who are dead.
    async fn look(&mut self, pg: &Pg) -> sqlx::Result<()> {
        let began = Instant::now();
        let gone = worker::gone(pg, &self.owner).await?;
        for dead in self.suspects.see(gone, (began, Instant::now())) {
            let Some((batches, letters)) = worker::bury(pg, &dead).await? else { continue };
            self.suspects.0.remove(&dead);
            tracing::warn!(from = dead.owner, batches, letters, "a worker died; what it had is taken over at once");
            self.in_hand.look_again();
            self.letters.notify_one();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(owner: &str, session: i64) -> Gone {
        Gone { owner: owner.to_owned(), session }
    }

    #[test]
    fn who_comes_back_in_time_is_not_taken_for_dead() {
        let (mut suspects, start) = (Suspects::default(), Instant::now());
        let at = |ms: u64| (start + Duration::from_millis(ms), start + Duration::from_millis(ms + 10));
        for (ms, gone) in [
            (0, vec![gone("a", 1)]),
            // Not long enough: the first look ended later than it began.
            (409, vec![gone("a", 1)]),
            // It is back, loses another session, and another one.
            (415, vec![]),
            (420, vec![gone("a", 2)]),
            (830, vec![gone("a", 3), gone("b", 7)]),
        ] {
            assert!(suspects.see(gone, at(ms)).is_empty(), "{ms} ms");
        }
        assert_eq!(suspects.see(vec![gone("a", 3), gone("b", 7)], at(1240)), [gone("a", 3), gone("b", 7)]);
    }
}
