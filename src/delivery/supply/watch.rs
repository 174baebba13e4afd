//! Twice a second, and when it is woken; where no digest is open, once a second after somebody has written, and else once a minute: which digests send, are paused, are cancelled; who left, and who is back. So that a connection need not ask.
//!
//! In: the database, and a wake from verbs of the same process. Out: the [`InHand`]. Leaving and pausing take effect on
//! the next message within a second, in every process. It also notices that the clock was set back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::in_hand::InHand;
use crate::app::App;
use crate::clock::{MINUTE, Millis, SECOND, to_beat};
use crate::db::Lull;
use crate::delivery::retry;
use crate::ledger::sql::{claim, watch};
use crate::ledger::{Meaning, cancel};

/// How often it looks when nobody wakes it.
const TICK: Duration = Duration::from_millis(500);
/// The same while no digest is open: then it only looks whether anybody has written.
const TICK_IDLE: Duration = Duration::from_secs(1);
/// While no digest is open and nobody writes, it asks the database so often.
const LULL: Duration = Duration::from_mins(1);
/// Shortest time between two looks: a burst of sign-ups wakes it two hundred times a second.
const LEAST: Duration = Duration::from_millis(40);
/// People who left are read again for so long: clocks of several machines differ.
const OVERLAP: Millis = 2 * MINUTE;
/// A clock that has lost more than this since the last look was set back.
const SET_BACK: Millis = 5 * SECOND;

/// See the module.
#[derive(Debug)]
pub struct Watch {
    app: Arc<App>,
    meaning: Meaning,
    in_hand: Arc<InHand>,
    /// Woken at each wake of the app: letters may be waiting.
    pub letters: Arc<Notify>,
    last_departure: Millis,
    /// What the clock said at the last look, and when that was.
    seen: Option<(Millis, Instant)>,
    /// Nobody has written since the last look.
    lull: Option<Lull>,
    /// It found no digest open.
    is_idle: bool,
}

impl Watch {
    /// Looks from now on; whoever left before is seen when their row is claimed.
    pub fn new(app: Arc<App>, meaning: Meaning, in_hand: Arc<InHand>, letters: Arc<Notify>) -> Self {
        let last_departure = app.clock.now();
        Self { app, meaning, in_hand, letters, last_departure, seen: None, lull: None, is_idle: false }
    }

    /// Runs until `stop`.
    pub async fn run(&mut self, stop: &CancellationToken) {
        let app = self.app.clone();
        let mut looks = tokio::time::Instant::now();
        let mut least = looks;
        while !stop.is_cancelled() {
            // Asked for before the look, so that a wake in between is not lost.
            let mut woken = std::pin::pin!(app.wake.called());
            woken.as_mut().enable();
            let now = tokio::time::Instant::now();
            if now >= looks {
                if let Err(error) = self.look_unless_idle().await {
                    self.lull = None;
                    tracing::warn!(%error, "cannot see which digests send and who left; trying again");
                }
                least = now + LEAST;
                let rests = self.is_idle && self.lull.is_some();
                looks = if rests { tokio::time::Instant::now() + to_beat(TICK_IDLE) } else { now + TICK };
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = woken => {
                    self.letters.notify_one();
                    looks = least;
                }
                () = tokio::time::sleep_until(looks) => {}
            }
        }
    }

    async fn look_unless_idle(&mut self) -> sqlx::Result<()> {
        let (db, clock) = (&self.app.db, &self.app.clock);
        let nobody_wrote = self.lull.as_ref().is_some_and(|lull| lull.lasts(db, clock, LULL));
        if nobody_wrote && self.is_idle {
            return Ok(());
        }
        if !nobody_wrote && db.is_sqlite() {
            self.letters.notify_one();
        }
        self.lull = Lull::before_a_look(db, clock);
        self.is_idle = !self.look().await?;
        Ok(())
    }

    /// Whether any digest is open.
    async fn look(&mut self) -> sqlx::Result<bool> {
        let digests = claim::open_digests(&self.app.db).await?;
        let any_open = !digests.is_empty();
        let accepting = digests.iter().filter(|digest| digest.bounces_accepted != 0).map(|digest| digest.id);
        self.in_hand.set_accepting(accepting.collect());
        self.in_hand
            .set_digests(digests.into_iter().map(|digest| (digest.id, digest.state)).collect::<BTreeMap<_, _>>());
        self.departures().await?;
        self.waits().await?;
        let idle: Vec<i64> = self.in_hand.cancelled().into_iter().filter(|id| !self.in_hand.holds(*id)).collect();
        cancel::sweep_all(&self.app, self.meaning, &idle).await;
        Ok(any_open)
    }

    async fn departures(&mut self) -> sqlx::Result<()> {
        // A clock that was set back must not hide who leaves now.
        let since = self.last_departure.min(self.app.clock.now()) - OVERLAP;
        let departed = watch::have_left(&self.app.db, since).await?;
        let last = departed.iter().map(|(_, at)| *at).max();
        self.last_departure = last.unwrap_or(self.last_departure).max(since + OVERLAP);
        let ids: Vec<i64> = departed.into_iter().map(|(id, _)| id).collect();
        self.in_hand.have_left(&ids);
        self.in_hand.are_back(&watch::back(&self.app.db, &self.in_hand.who_left()).await?);
        Ok(())
    }

    /// At the start, and when the clock was set back: nothing waits longer than it would from now on.
    async fn waits(&mut self) -> sqlx::Result<()> {
        let looked = (self.app.clock.now(), Instant::now());
        let back = |(then, at): (Millis, Instant)| {
            looked.0 + SET_BACK < then + Millis::try_from((looked.1 - at).as_millis()).unwrap_or(Millis::MAX - then)
        };
        if self.seen.is_none_or(back) {
            let longest = [1, 2, 3, 4, 5, 6, 7].map(retry::longest);
            let drawn = watch::draw_back(&self.app.db, looked.0, longest).await?;
            if drawn > 0 {
                tracing::warn!(
                    mails = drawn,
                    "the clock was ahead: these mails were to wait too long; they are due now"
                );
                self.letters.notify_one();
            }
        }
        self.seen = Some(looked);
        Ok(())
    }
}
