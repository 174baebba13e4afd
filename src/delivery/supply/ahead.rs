//! Mails of a batch on their way to the queue: signed first, where a key signs.
//!
//! In: mails that were made, and counted as open. Out: the same on the [`ReadyQueue`], a slice at a time, so that connections begin
//! before the last is signed; what does not get there (a panic, a stop) is given back, and its batch comes round again.

use std::collections::VecDeque;
use std::sync::Arc;

use super::in_hand::InHand;
use super::ready::ReadyQueue;
use crate::delivery::Mail;
use crate::delivery::sign::Signing;
use crate::delivery::sign::pool::sign_all;
use crate::ledger::Key;

/// See the module.
pub(super) struct Ahead {
    in_hand: Arc<InHand>,
    ready: Arc<ReadyQueue>,
    /// Of those that are not there yet, in their order.
    keys: VecDeque<Key>,
}

impl Ahead {
    /// For these mails.
    pub(super) fn new(in_hand: Arc<InHand>, ready: Arc<ReadyQueue>, mails: &[Mail]) -> Self {
        Self { in_hand, ready, keys: mails.iter().map(|mail| mail.key).collect() }
    }

    /// Puts all of them as they are.
    pub(super) fn put(mut self, mails: Vec<Mail>) {
        self.put_next(mails);
    }

    /// Signs them on other threads, and puts each slice as soon as it is signed.
    pub(super) async fn put_signed(mut self, signing: Signing, mails: Vec<Mail>) -> anyhow::Result<()> {
        tokio::task::spawn_blocking(move || sign_all(&signing, mails, |slice| self.put_next(slice))).await?
    }

    /// Puts the next ones; `false` when the queue takes no more.
    fn put_next(&mut self, mails: Vec<Mail>) -> bool {
        self.keys.drain(..mails.len());
        let refused = self.ready.put(mails);
        for key in &refused {
            self.in_hand.unrecorded(key);
        }
        refused.is_empty()
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.keys.iter().for_each(|key| self.in_hand.unrecorded(key));
    }
}
