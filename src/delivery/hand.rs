//! What one connection holds of the ledger: it takes mails from its lane's shelf and says what became of them.
//!
//! In: a [`Shelf`], the [`Board`], the [`Recorder`], the limits. Out: [`Source`] and [`Record`] for the wire. It keeps the
//! keys of the mails that are out, so that a connection whose task panics or is aborted loses none: when the hand is
//! dropped their batches learn that they are done with, find the rows open, and come round again.

use std::sync::{Arc, Mutex, PoisonError};

use super::board::Board;
use super::lane::{Record, RecordError, Source, Withdrawn};
use super::limits::{Lane, Limits};
use super::recorder::Recorder;
use super::roster::Turn;
use super::shelf::Shelf;
use super::{Key, Mail, Outcome};

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
        Self { lane, shelf, board, recorder, limits, turn, out: Mutex::default() }
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
        let mail = self.shelf.take(self.limits.depth(), |mail| self.limits.domain_is_free(&mail.address))?;
        self.limits.domain_taken(&mail);
        self.out().push(mail.key);
        Some(mail)
    }
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
                // Every mail in reach goes to a domain that is at its limit.
                tokio::select! {
                    () = self.limits.domain_freed() => {}
                    () = self.shelf.changed() => {}
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
