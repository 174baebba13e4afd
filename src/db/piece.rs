//! Bulk work on SQLite's only writer: pieces take turns, and between some of them the writer pauses.
//!
//! In: a transaction for each piece ([`super::Db::begin_piece`]). Out: pauses in which a writer of another process gets its turn, and
//! the log is copied ([`super::checkpoint`]). On PostgreSQL a piece is a transaction and nothing more.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, OwnedMutexGuard};
use tokio::time::Instant;
use tokio_util::sync::DropGuard;

use super::Tx;
use super::checkpoint::Checkpoints;

/// Longest time that bulk work may hold SQLite's only writer before it pauses, and the length of the pause. While SQLite waits
/// for another process, it tries every 25 ms or sooner in the first 128 ms, later every 100 ms (`sqliteDefaultBusyCallback`), so
/// a waiting process finds the pause.
const HELD: Duration = Duration::from_millis(75);
const REST: Duration = Duration::from_millis(26);
/// The pause after a single piece that took so long, on a slow disk, that a waiting process tries only seldom.
const HELD_LONG: Duration = Duration::from_millis(110);
const REST_LONG: Duration = Duration::from_millis(101);

/// A shorter piece has written so little that its log can wait.
const SHORT: Duration = Duration::from_millis(5);

/// Whose turn it is among bulk work to use SQLite's only writer, and what copies its log meanwhile.
#[derive(Clone, Debug)]
pub struct Turns {
    turn: Arc<Mutex<Turn>>,
    log: Checkpoints,
    /// Ends the copying with the last of the database's handles.
    _end: Arc<DropGuard>,
}

impl Turns {
    /// Of a file whose log is copied so.
    pub(super) fn new(log: Checkpoints) -> Self {
        let end = Arc::new(log.stop().drop_guard());
        Self { turn: Arc::default(), log, _end: end }
    }

    /// Waits for the turn, and for the end of a pause.
    pub(super) async fn take(&self) -> Mine {
        let turn = self.turn.clone().lock_owned().await;
        if let Some(until) = turn.rest_until {
            tokio::time::sleep_until(until).await;
        }
        Mine { turn, log: self.log.clone() }
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
}

/// How long the writer has been held since its last pause, and when the present pause ends.
#[derive(Debug, Default)]
struct Turn {
    held: Duration,
    rest_until: Option<Instant>,
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

    /// Makes its changes durable.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.tx.commit().await?;
        let Some(Mine { mut turn, log }) = self.mine else { return Ok(()) };
        let held = self.begun.elapsed();
        if held >= SHORT {
            log.wish();
        }
        turn.held += held;
        if let Some(rest) = rest(turn.held) {
            *turn = Turn { held: Duration::ZERO, rest_until: Some(Instant::now() + rest) };
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

    /// When SQLite looks again, in ms after it began to wait.
    fn looks() -> impl Iterator<Item = u64> {
        let delays = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50].into_iter().chain(std::iter::repeat(100));
        delays.scan(0, |at, delay| {
            *at += delay;
            Some(*at)
        })
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
