//! The mails of one lane that are due now, in memory, bounded: what claims put on it, connections take from it.
//!
//! In: mails of whole batches from `claim`, of whole claims from `letters`. Out: one at a time, first come first served, through
//! [`super::source::LedgerSource`]. It holds at most two batches, so memory does not grow with the list.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::delivery::Mail;
use crate::ledger::Key;

/// Below this many mails the queue of digests asks for more: one batch, which 64 connections empty in 20 ms at full speed.
pub const LOW: usize = 1_000;

/// See the module.
#[derive(Debug)]
pub struct ReadyQueue {
    inner: Mutex<Inner>,
    /// Woken when a mail was put, or the queue was closed.
    filled: Notify,
    /// Below this many it asks for more.
    least: usize,
    /// Woken when fewer are left.
    low: Notify,
}

impl Default for ReadyQueue {
    fn default() -> Self {
        Self::asking_below(LOW)
    }
}

#[derive(Debug, Default)]
struct Inner {
    mails: VecDeque<Mail>,
    closed: bool,
}

impl ReadyQueue {
    /// An empty one that asks for more below so many mails.
    pub fn asking_below(least: usize) -> Self {
        Self { inner: Mutex::default(), filled: Notify::new(), least, low: Notify::new() }
    }

    /// Whether it asks for more.
    pub fn is_low(&self) -> bool {
        self.count() < self.least
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts mails at the end. What a closed queue does not take comes back as keys.
    pub fn put(&self, mails: Vec<Mail>) -> Vec<Key> {
        {
            let mut inner = self.lock();
            if inner.closed {
                return mails.into_iter().map(|mail| mail.key).collect();
            }
            inner.mails.extend(mails);
        }
        self.filled.notify_waiters();
        Vec::new()
    }

    /// Puts one mail back in front; `false` when the queue is closed.
    pub fn put_back(&self, mail: Mail) -> bool {
        {
            let mut inner = self.lock();
            if inner.closed {
                return false;
            }
            inner.mails.push_front(mail);
        }
        self.filled.notify_waiters();
        true
    }

    /// The first mail that `fits`, without waiting. Looks at `depth` mails at most.
    pub fn take(&self, depth: usize, fits: impl FnMut(&Mail) -> bool) -> Option<Mail> {
        let (mail, left) = {
            let mut inner = self.lock();
            let at = inner.mails.iter().take(depth).position(fits)?;
            (inner.mails.remove(at), inner.mails.len())
        };
        if left + 1 == self.least || left == 0 {
            self.low.notify_one();
        }
        mail
    }

    /// Waits until there are so many mails; `false` when the queue is closed.
    pub async fn holds(&self, count: usize) -> bool {
        loop {
            let woken = self.filled.notified();
            {
                let inner = self.lock();
                if inner.closed {
                    return false;
                }
                if inner.mails.len() >= count {
                    return true;
                }
            }
            woken.await;
        }
    }

    /// Waits until the queue is closed.
    pub async fn closed(&self) {
        loop {
            let woken = self.filled.notified();
            if self.is_closed() {
                return;
            }
            woken.await;
        }
    }

    /// Waits for the next change since this was called: mails put, or closed.
    pub fn changed(&self) -> Notified<'_> {
        self.filled.notified()
    }

    /// Waits until it asks for more (one waiter; may wake once too often).
    pub async fn low(&self) {
        self.low.notified().await;
    }

    /// How many are there.
    pub fn count(&self) -> usize {
        self.lock().mails.len()
    }

    /// Takes out every mail that `gone` says is not to be sent from here, and gives their keys.
    pub fn purge(&self, mut gone: impl FnMut(&Key) -> bool) -> Vec<Key> {
        let mut inner = self.lock();
        let mut keys = Vec::new();
        inner.mails.retain(|mail| {
            let goes = gone(&mail.key);
            if goes {
                keys.push(mail.key);
            }
            !goes
        });
        keys
    }

    /// Takes nothing more, hands nothing more out, and gives the keys of what was there.
    pub fn close(&self) -> Vec<Key> {
        let keys = {
            let mut inner = self.lock();
            inner.closed = true;
            inner.mails.drain(..).map(|mail| mail.key).collect()
        };
        self.filled.notify_waiters();
        self.low.notify_one();
        keys
    }

    /// Whether [`ReadyQueue::close`] was called.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::delivery::tests::mail;

    #[tokio::test]
    async fn mails_leave_in_order_and_a_returned_one_is_first() {
        let ready = ReadyQueue::default();
        assert!(ready.put(vec![mail(1), mail(2), mail(3)]).is_empty());
        let first = ready.take(1, |_| true).unwrap();
        assert_eq!(first.key, mail(1).key);
        assert!(ready.put_back(first));
        let order: Vec<_> = std::iter::from_fn(|| ready.take(1, |_| true)).map(|mail| mail.key).collect();
        assert_eq!(order, [mail(1).key, mail(2).key, mail(3).key]);
        assert!(ready.count() == 0);
    }

    #[tokio::test]
    async fn a_waiter_is_woken_by_a_mail_and_by_the_end() {
        let ready = Arc::new(ReadyQueue::default());
        let waiter = tokio::spawn({
            let ready = ready.clone();
            async move { (ready.holds(1).await, ready.take(1, |_| true).is_some(), ready.holds(1).await) }
        });
        tokio::task::yield_now().await;
        ready.put(vec![mail(1)]);
        while ready.count() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(ready.close().is_empty());
        assert_eq!(waiter.await.unwrap(), (true, true, false));
        assert_eq!(ready.put(vec![mail(2)]), [mail(2).key], "a closed queue takes nothing");
        assert!(!ready.put_back(mail(2)));
    }

    #[test]
    fn purging_takes_out_one_digest_only() {
        let ready = ReadyQueue::default();
        ready.put((1..=10).map(mail).collect());
        let gone = ready.purge(|key| matches!(key, Key::Digest { subscriber_id, .. } if subscriber_id % 2 == 0));
        assert_eq!((gone.len(), ready.count()), (5, 5));
    }

    #[test]
    fn a_mail_that_does_not_fit_is_passed_over() {
        let ready = ReadyQueue::default();
        ready.put((1..=3).map(mail).collect());
        let fits = |mail: &Mail| mail.address.starts_with("user2@");
        assert!(ready.take(1, fits).is_none(), "it is out of reach");
        assert_eq!(ready.take(2, fits).unwrap().key, mail(2).key);
        assert_eq!(ready.count(), 2);
    }
}
