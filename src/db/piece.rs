//! Bulk work on SQLite's only writer: pieces take turns, and between some of them the writer pauses.
//!
//! In: a transaction for each piece ([`super::Db::begin_piece`]). Out: pauses in which a writer of another process gets its turn, and
//! the log is copied ([`super::checkpoint`]). Nobody pauses for nobody: writers of this program say that they wait
//! ([`super::waiting`]), and other programs get a pause every two seconds. On PostgreSQL a piece is a transaction and nothing more.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, OwnedMutexGuard};
use tokio::time::Instant;
use tokio_util::sync::DropGuard;

use super::Tx;
use super::checkpoint::Checkpoints;
use super::waiting::Waiting;

/// Longest time that bulk work may hold SQLite's only writer while somebody waits before it pauses, and the length of the pause. While SQLite waits
/// for another process, it tries every 25 ms or sooner in the first 128 ms, later every 100 ms (`sqliteDefaultBusyCallback`), so
/// a waiting process finds the pause.
const HELD: Duration = Duration::from_millis(75);
const REST: Duration = Duration::from_millis(26);
/// The pause after a single piece that took so long, on a slow disk, that a waiting process tries only seldom.
const HELD_LONG: Duration = Duration::from_millis(110);
const REST_LONG: Duration = Duration::from_millis(101);

/// Longest time that it works without a pause when nobody says that they wait: other programs say nothing, and the log, which is
/// written on meanwhile, is only begun anew once all of it was copied. Then it pauses for [`REST_LONG`].
const WORKED: Duration = Duration::from_secs(2);

/// A shorter piece has written so little that its log can wait.
const SHORT: Duration = Duration::from_millis(5);

/// Whose turn it is among bulk work to use SQLite's only writer, and what copies its log meanwhile.
#[derive(Clone, Debug)]
pub struct Turns {
    turn: Arc<Mutex<Turn>>,
    log: Checkpoints,
    waiting: Waiting,
    /// Ends the copying with the last of the database's handles.
    _end: Arc<DropGuard>,
}

impl Turns {
    /// Of a file whose log is copied so, and whose writers say there that they wait; not the descriptor of a writer.
    pub(super) fn new(log: Checkpoints, waiting: Waiting) -> Self {
        let end = Arc::new(log.stop().drop_guard());
        Self { turn: Arc::default(), log, waiting, _end: end }
    }

    /// Waits for the turn, and for the end of a pause.
    pub(super) async fn take(&self) -> Mine {
        let turn = self.turn.clone().lock_owned().await;
        if let Some(until) = turn.rest_until {
            tokio::time::sleep_until(until).await;
        }
        Mine { turn, log: self.log.clone(), waiting: self.waiting.clone() }
    }

    /// The log is not copied while this is held.
    pub(super) async fn still(&self) -> MutexGuard<'_, ()> {
        self.log.still().await
    }

    /// Ends the copying of the log.
    pub(super) async fn close(&self) {
        self.log.close().await;
    }
}

/// The turn of one piece.
#[derive(Debug)]
pub(super) struct Mine {
    turn: OwnedMutexGuard<Turn>,
    log: Checkpoints,
    waiting: Waiting,
}

/// How far bulk work is from its next pause, and when the present one ends.
#[derive(Debug, Default)]
struct Turn {
    /// How long the writer was held since somebody began to wait.
    held: Duration,
    /// How long it was held since the last pause.
    worked: Duration,
    rest_until: Option<Instant>,
}

impl Turn {
    /// A piece has ended that took so long. `somebody`: whether anybody else waits. Gives the length of the pause that is due.
    fn after(&mut self, piece: Duration, somebody: bool) -> Option<Duration> {
        self.worked += piece;
        // Nobody waits now, so whoever comes next has not waited yet.
        self.held = if somebody { self.held + piece } else { Duration::ZERO };
        let due = rest(self.held).or((self.worked >= WORKED).then_some(REST_LONG));
        if due.is_some() {
            *self = Self::default();
        }
        due
    }
}

/// A piece of bulk work, a transaction of some 30 ms. Dropped without [`Piece::commit`] it is rolled back.
#[derive(Debug)]
pub struct Piece {
    /// The transaction to write in.
    pub tx: Tx,
    begun: Instant,
    mine: Option<Mine>,
}

impl Piece {
    /// In this transaction, which has just begun.
    pub(super) fn begun(tx: Tx, mine: Option<Mine>) -> Self {
        Self { tx, begun: Instant::now(), mine }
    }

    /// How long it has held SQLite's only writer.
    pub fn held(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Makes its changes durable.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.tx.commit().await?;
        let Some(Mine { mut turn, log, waiting }) = self.mine else { return Ok(()) };
        let held = self.begun.elapsed();
        if held >= SHORT {
            log.wish();
        }
        if let Some(rest) = turn.after(held, waiting.anybody()) {
            turn.rest_until = Some(Instant::now() + rest);
        }
        Ok(())
    }
}

/// How long the writer pauses after it was held for so long; `None` while no pause is due.
fn rest(held: Duration) -> Option<Duration> {
    let long = (held >= HELD_LONG).then_some(REST_LONG);
    long.or((held >= HELD).then_some(REST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, connect};

    /// When SQLite looks again, in ms after it began to wait.
    fn looks() -> impl Iterator<Item = u64> {
        let delays = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50].into_iter().chain(std::iter::repeat(100));
        delays.scan(0, |at, delay| {
            *at += delay;
            Some(*at)
        })
    }

    /// The pauses after pieces of so many ms, while somebody waits or nobody does: after which piece, and how long.
    fn pauses(piece: u64, pieces: usize, somebody: impl Fn(usize) -> bool) -> Vec<(usize, u64)> {
        let mut turn = Turn::default();
        let after = |number| turn.after(Duration::from_millis(piece), somebody(number)).map(|rest| (number, rest));
        (1..=pieces).filter_map(after).map(|(number, rest)| (number, rest.as_millis() as u64)).collect()
    }

    #[test]
    fn nobody_pauses_for_nobody_but_every_two_seconds() {
        assert!(pauses(17, 117, |_| false).is_empty());
        assert_eq!(pauses(17, 240, |_| false), [(118, 101), (236, 101)]);
        assert_eq!(pauses(17, 10, |_| true), [(5, 26), (10, 26)]);
        assert!(
            pauses(17, 20, |number| number % 5 != 0).is_empty(),
            "each time it was somebody else, who had their turn"
        );
        assert_eq!(pauses(17, 20, |number| number > 7), [(12, 26), (17, 26)], "from when they began to wait");
        assert_eq!(pauses(400, 6, |_| false), [(5, 101)]);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn it_pauses_for_a_writer_that_waits_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = connect(&format!("sqlite://{}", path.display()), 1).await.unwrap();
        let Db::Sqlite { turns, .. } = &db else { unreachable!() };
        let elsewhere = Waiting::of(&path);
        for somebody in [false, true, false] {
            let _waits = somebody.then(|| elsewhere.announce());
            let mut piece = db.begin_piece().await.unwrap();
            piece.begun -= HELD;
            piece.commit().await.unwrap();
            assert_eq!(turns.turn.lock().await.rest_until.take().is_some(), somebody);
        }
        db.close().await;
    }

    #[test]
    fn whoever_waits_in_another_process_finds_the_rest() {
        for piece in 1..2_000 {
            let held = (1..100)
                .map(|pieces| pieces * piece)
                .find(|held| rest(Duration::from_millis(*held)).is_some())
                .unwrap();
            let rest = rest(Duration::from_millis(held)).unwrap().as_millis() as u64;
            for left in 0..held {
                let found = looks().find(|at| *at > left).unwrap();
                assert!(found <= left + rest, "pieces of {piece} ms, {left} ms before the rest");
            }
        }
    }
}
