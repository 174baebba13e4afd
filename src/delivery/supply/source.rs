//! One connection's side of the ledger: takes mails from its lane's queue and reports their outcomes.
//!
//! In: a [`ReadyQueue`], the [`InHand`], the [`Recorder`], the limits. Out: [`Source`] and [`Record`] for the wire. It keeps the
//! keys of the mails that are out, so that a connection whose task panics or is aborted loses none: when the hand is
//! dropped their batches learn that they are done with, find the rows open, and come round again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::in_hand::InHand;
use super::ready::ReadyQueue;
use crate::delivery::Mail;
use crate::delivery::limits::Limits;
use crate::delivery::record::recorder::Recorder;
use crate::delivery::wire::balance::Turn;
use crate::delivery::wire::contract::{Record, RecordError, Source, Withdrawn};
use crate::delivery::wire::live::Whose;
use crate::delivery::wire::relay::Relay;
use crate::delivery::wire::senders::{Sender, Senders};
use crate::ledger::{Done, Key, Lane, Outcome};

/// How often it is asked whether a sender's wait is over.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Letters that must wait before a connection is lent to them: fewer are soon sent by their own.
const MANY: usize = 16;

/// See the module.
#[derive(Debug)]
pub struct LedgerSource {
    lane: Lane,
    whose: Whose,
    /// It takes a mail only where so many wait.
    least: usize,
    ready: Arc<ReadyQueue>,
    in_hand: Arc<InHand>,
    recorder: Recorder,
    limits: Arc<Limits>,
    /// When there are several relays: whether this connection may take mail now.
    turn: Turn,
    /// How senders are doing at the relay; `None`: nobody waits.
    senders: Option<Arc<Senders>>,
    /// Two at most: the one that is sent, and the one whose envelope travels with it.
    out: Mutex<Vec<Key>>,
}

impl LedgerSource {
    /// A hand into this lane.
    pub fn new(
        lane: Lane,
        ready: Arc<ReadyQueue>,
        in_hand: Arc<InHand>,
        recorder: Recorder,
        limits: Arc<Limits>,
        turn: Turn,
    ) -> Self {
        let whose = if lane == Lane::Digests { Whose::Digests } else { Whose::Letters };
        Self { lane, whose, least: 1, ready, in_hand, recorder, limits, turn, senders: None, out: Mutex::default() }
    }

    /// The same for a connection that is lent to its lane: it takes a mail only while many wait.
    #[must_use]
    pub fn lent(mut self) -> Self {
        (self.whose, self.least) = (Whose::Lent, MANY);
        self
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
    fn let_go(&self, key: &Key) -> bool {
        let mut out = self.out();
        let at = out.iter().position(|held| held == key);
        if let Some(at) = at {
            out.swap_remove(at);
        }
        at.is_some()
    }

    fn has_enough(&self) -> bool {
        self.ready.count() >= self.least
    }

    /// The first mail of the queue that may go now; its token is already taken.
    fn pick(&self) -> Option<Mail> {
        if self.whose == Whose::Lent && !self.has_enough() {
            return None;
        }
        let waiting = self.senders.as_deref().filter(|senders| senders.any());
        let depth = if waiting.is_some() { usize::MAX } else { self.limits.depth() };
        let fits = |mail: &Mail| {
            // The last question, because who is asked it counts the mail.
            waiting.is_none_or(|senders| !is_passed_over(senders, mail)) && self.limits.domain_takes(mail)
        };
        let mail = self.ready.take(depth, fits)?;
        self.out().push(mail.key);
        Some(mail)
    }
}

/// Whether a digest's mail waits. (Letters that wait are recorded so when they are met, and leave the queue.)
fn is_passed_over(senders: &Senders, mail: &Mail) -> bool {
    matches!(mail.key, Key::Digest { .. }) && senders.is_held(Sender::of(mail))
}

impl Source for LedgerSource {
    fn next(&self) -> BoxFuture<'_, Option<Mail>> {
        Box::pin(async move {
            loop {
                tokio::select! {
                    () = self.turn.come() => {}
                    () = self.ready.closed() => return None,
                }
                if !self.ready.holds(self.least).await {
                    return None;
                }
                if !self.turn.is_now() {
                    continue;
                }
                self.in_hand.resumed().await;
                tokio::select! {
                    () = self.limits.token(self.lane) => {}
                    () = self.ready.closed() => return None,
                }
                // From before the look, so that what another thread does meanwhile is not missed.
                let (freed, changed) = (self.limits.domain_freed(), self.ready.changed());
                if let Some(mail) = self.pick() {
                    return Some(mail);
                }
                self.limits.refund(self.lane);
                if self.has_enough() {
                    // Every mail in reach goes to a domain that is at its limit, or its sender waits.
                    tokio::select! {
                        () = freed => {}
                        () = changed => {}
                        () = tokio::time::sleep(LOOK_AGAIN), if self.senders.as_ref().is_some_and(|s| s.any()) => {}
                    }
                }
            }
        })
    }

    fn try_next(&self) -> Option<Mail> {
        if self.in_hand.is_halted() || !self.turn.is_now() || !self.limits.try_token(self.lane) {
            return None;
        }
        let mail = self.pick();
        if mail.is_none() {
            self.limits.refund(self.lane);
        }
        mail
    }

    fn withdrawn(&self, key: &Key) -> Option<Withdrawn> {
        if self.in_hand.is_halted() { Some(Withdrawn::Return) } else { self.in_hand.why_not(key) }
    }

    fn whose(&self) -> Whose {
        self.whose
    }

    fn takes_bounces(&self, digest_id: i64) -> bool {
        self.in_hand.takes_bounces(digest_id)
    }

    fn give_back(&self, mail: Mail) {
        self.limits.refund(self.lane);
        self.limits.domain_done(&mail.key);
        let key = mail.key;
        if !self.let_go(&key) {
            return;
        }
        let stays = self.in_hand.why_not(&key) != Some(Withdrawn::Return);
        if !stays || !self.ready.put_back(mail) {
            self.in_hand.unrecorded(&key);
        }
    }
}

impl Record for LedgerSource {
    async fn record(&self, done: Option<Done>, started: Option<Key>) -> Result<(), RecordError> {
        let done_key = done.as_ref().map(|done| done.key);
        if let Some(Done { key, outcome: Outcome::Skipped { .. }, .. }) = &done {
            self.limits.refund(self.lane);
            self.limits.domain_done(key);
        }
        let result = self.recorder.record(done, started).await;
        if let Some(key) = done_key {
            self.limits.domain_done(&key);
            if self.let_go(&key) {
                let written = result != Err(RecordError::Lost);
                if written { self.in_hand.done(&key) } else { self.in_hand.unrecorded(&key) }
            }
        }
        if let (Err(_), Some(key)) = (result, started) {
            self.limits.domain_done(&key);
            if self.let_go(&key) {
                self.in_hand.unrecorded(&key);
            }
        }
        result
    }
}

impl Drop for LedgerSource {
    fn drop(&mut self) {
        for key in std::mem::take(&mut *self.out()) {
            self.limits.domain_done(&key);
            self.in_hand.unrecorded(&key);
        }
    }
}
