//! Twice a second: which digests send, are paused, are cancelled; who left. So that a connection need not ask.
//!
//! In: the database, and a wake from verbs of the same process. Out: the [`Board`]. Leaving and pausing take effect on
//! the next message within a second, in every process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::board::Board;
use super::control;
use super::sql::{claim, watch};
use crate::app::App;
use crate::clock::{MINUTE, Millis};

/// How often it looks.
const TICK: Duration = Duration::from_millis(500);
/// People who left are read again for so long: clocks of several machines differ.
const OVERLAP: Millis = 2 * MINUTE;

/// See the module.
#[derive(Debug)]
pub struct Watch {
    app: Arc<App>,
    board: Arc<Board>,
    /// Woken at each wake of the app: letters may be waiting.
    pub letters: Arc<Notify>,
    last_departure: Millis,
}

impl Watch {
    /// Looks from now on; whoever left before is seen when their row is claimed.
    pub fn new(app: Arc<App>, board: Arc<Board>, letters: Arc<Notify>) -> Self {
        let last_departure = app.clock.now();
        Self { app, board, letters, last_departure }
    }

    /// Runs until `stop`.
    pub async fn run(&mut self, stop: &CancellationToken) {
        let app = self.app.clone();
        while !stop.is_cancelled() {
            // Asked for before the look, so that a wake in between is not lost.
            let mut woken = std::pin::pin!(app.delivery_wake.notified());
            woken.as_mut().enable();
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "cannot see which digests send and who left; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = woken => self.letters.notify_one(),
                () = tokio::time::sleep(TICK) => {}
            }
        }
    }

    async fn look(&mut self) -> sqlx::Result<()> {
        let digests = claim::open_digests(&self.app.db).await?;
        let accepting = digests.iter().filter(|digest| digest.bounces_accepted != 0).map(|digest| digest.id);
        self.board.set_accepting(accepting.collect());
        self.board.set_digests(digests.into_iter().map(|digest| (digest.id, digest.state)).collect::<BTreeMap<_, _>>());
        self.departures().await?;
        let idle: Vec<i64> = self.board.cancelled().into_iter().filter(|id| !self.board.holds(*id)).collect();
        control::sweep_all(&self.app, &idle).await;
        Ok(())
    }

    async fn departures(&mut self) -> sqlx::Result<()> {
        // A clock that was set back must not hide who leaves now.
        let since = self.last_departure.min(self.app.clock.now()) - OVERLAP;
        let departed = watch::departed(&self.app.db, since).await?;
        let last = departed.iter().map(|(_, at)| *at).max();
        self.last_departure = last.unwrap_or(self.last_departure).max(since + OVERLAP);
        let ids: Vec<i64> = departed.into_iter().map(|(id, _)| id).collect();
        self.board.departed(&ids);
        Ok(())
    }
}
