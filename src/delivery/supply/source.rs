//! One connection's side of the ledger: takes mails from its lane's shelf and reports their outcomes.
//!
//! In: a [`Shelf`], the [`Board`], the [`Recorder`], the limits. Out: [`Source`] and [`Record`] for the wire. It keeps the
//! keys of the mails that are out, so that a connection whose task panics or is aborted loses none: when the hand is
//! dropped their batches learn that they are done with, find the rows open, and come round again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::in_hand::Board;
use super::ready::Shelf;
use crate::delivery::Mail;
use crate::delivery::limits::Limits;
use crate::delivery::record::recorder::Recorder;
use crate::delivery::wire::balance::Turn;
use crate::delivery::wire::contract::{Record, RecordError, Source, Withdrawn};
use crate::delivery::wire::relay::Relay;
use crate::delivery::wire::senders::{Sender, Senders};
use crate::ledger::{Key, Lane, Outcome};

/// How often it is asked whether a sender's wait is over.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// See the module.
#[derive(Debug)]
pub struct Hand {
    lane: Lane,
    shelf: Arc<Shelf>,
    board: Arc<Board>,
    recorder: Recorder,
    limits: Arc<Limits>,
    /// When there are several relays: whether this connection may take mail now.
    turn: Turn,
    /// How senders are doing at the relay; `None`: nobody waits.
    senders: Option<Arc<Senders>>,
    /// Two at most: the one that is sent, and the one whose envelope travels with it.
    out: Mutex<Vec<Key>>,
}

impl Hand {
    /// A hand into this lane.
    pub fn new(
        lane: Lane,
        shelf: Arc<Shelf>,
        board: Arc<Board>,
        recorder: Recorder,
        limits: Arc<Limits>,
        turn: Turn,
    ) -> Self {
        Self { lane, shelf, board, recorder, limits, turn, senders: None, out: Mutex::default() }
    }

    /// The same for connections to this relay: it passes over digests that wait there.
    #[must_use]
    pub fn of(mut self, relay: &Relay) -> Self {
        self.senders = Some(relay.senders.clone());
        self
    }

    fn out(&self) -> std::sync::MutexGuard<'_, Vec<Key>> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the key was out; it is not any more.
    fn lay_down(&self, key: &Key) -> bool {
        let mut out = self.out();
        let at = out.iter().position(|held| held == key);
        if let Some(at) = at {
            out.swap_remove(at);
        }
        at.is_some()
    }

    /// The first mail of the shelf that may go now; its token is already taken.
    fn pick(&self) -> Option<Mail> {
        let waiting = self.senders.as_deref().filter(|senders| senders.any());
        let depth = if waiting.is_some() { usize::MAX } else { self.limits.depth() };
        let fits = |mail: &Mail| {
            self.limits.domain_is_free(&mail.address) && waiting.is_none_or(|senders| !is_passed_over(senders, mail))
        };
        let mail = self.shelf.take(depth, fits)?;
        self.limits.domain_taken(&mail);
        self.out().push(mail.key);
        Some(mail)
    }
}

/// Whether a digest's mail waits. (Letters that wait are recorded so when they are met, and leave the shelf.)
fn is_passed_over(senders: &Senders, mail: &Mail) -> bool {
    matches!(mail.key, Key::Digest { .. }) && senders.is_held(Sender::of(mail))
}

impl Source for Hand {
    async fn next(&self) -> Option<Mail> {
        loop {
            tokio::select! {
                () = self.turn.come() => {}
                () = self.shelf.closed() => return None,
            }
            if !self.shelf.filled().await {
                return None;
            }
            if !self.turn.is_now() {
                continue;
            }
            self.board.running().await;
            tokio::select! {
                () = self.limits.token(self.lane) => {}
                () = self.shelf.closed() => return None,
            }
            if let Some(mail) = self.pick() {
                return Some(mail);
            }
            self.limits.refund(self.lane);
            if !self.shelf.is_empty() {
                // Every mail in reach goes to a domain that is at its limit, or its sender waits.
                tokio::select! {
                    () = self.limits.domain_freed() => {}
                    () = self.shelf.changed() => {}
                    () = tokio::time::sleep(LOOK_AGAIN), if self.senders.as_ref().is_some_and(|s| s.any()) => {}
                }
            }
        }
    }

    fn try_next(&self) -> Option<Mail> {
        if self.board.is_halted() || !self.turn.is_now() || !self.limits.try_token(self.lane) {
            return None;
        }
        let mail = self.pick();
        if mail.is_none() {
            self.limits.refund(self.lane);
        }
        mail
    }

    fn withdrawn(&self, key: &Key) -> Option<Withdrawn> {
        if self.board.is_halted() { Some(Withdrawn::Return) } else { self.board.fate(key) }
    }

    fn takes_bounces(&self, digest_id: i64) -> bool {
        self.board.takes_bounces(digest_id)
    }

    fn give_back(&self, mail: Mail) {
        self.limits.refund(self.lane);
        self.limits.domain_done(&mail.key);
        let key = mail.key;
        if !self.lay_down(&key) {
            return;
        }
        let stays = self.board.fate(&key) != Some(Withdrawn::Return);
        if !stays || !self.shelf.put_back(mail) {
            self.board.dropped(&key);
        }
    }
}

impl Record for Hand {
    async fn record(&self, done: Option<(Key, u16, Outcome)>, started: Option<Key>) -> Result<(), RecordError> {
        let done_key = done.as_ref().map(|(key, ..)| *key);
        if let Some((key, _, Outcome::Skipped { .. })) = &done {
            self.limits.refund(self.lane);
            self.limits.domain_done(key);
        }
        let result = self.recorder.record(done, started).await;
        if let Some(key) = done_key {
            self.limits.domain_done(&key);
            if self.lay_down(&key) {
                let written = result != Err(RecordError::Lost);
                if written { self.board.settled(&key) } else { self.board.dropped(&key) }
            }
        }
        if let (Err(_), Some(key)) = (result, started) {
            self.limits.domain_done(&key);
            if self.lay_down(&key) {
                self.board.dropped(&key);
            }
        }
        result
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        for key in std::mem::take(&mut *self.out()) {
            self.limits.domain_done(&key);
            self.board.dropped(&key);
        }
    }
}
