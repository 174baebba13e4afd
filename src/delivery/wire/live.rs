//! The connections to one server that are open, or are being opened: how many there are, and who may open one more.
//!
//! In: `[smtp] connections`, and whose connection wants to open. Out: a [`Seat`], kept as long as it lives. Digests have so many, and
//! letters one besides. What digests leave is lent to letters while many of them wait, all but one; when digests want it back,
//! letters keep half at most, and that only as long as many of them wait. So a server never sees more connections than its owner has
//! allowed, and one.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Whose a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Of those of digests.
    Digests,
    /// The letters' own, which nobody else has.
    Letters,
    /// Lent to letters.
    Lent,
}

/// See the module.
#[derive(Debug)]
pub struct Live {
    /// Connections of digests, those that are lent included.
    most: usize,
    inner: Mutex<Inner>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    digests: usize,
    letters: usize,
    lent: usize,
    /// Digests' connections that wait for a seat.
    waiting: usize,
}

impl Inner {
    fn of(&mut self, whose: Whose) -> &mut usize {
        match whose {
            Whose::Digests => &mut self.digests,
            Whose::Letters => &mut self.letters,
            Whose::Lent => &mut self.lent,
        }
    }

    fn has_room(&self, whose: Whose, most: usize) -> bool {
        let is_free = self.digests + self.lent < most;
        match whose {
            Whose::Letters => true,
            Whose::Digests => is_free,
            Whose::Lent => is_free && self.lent + 1 < most && self.waiting == 0,
        }
    }
}

/// Counts one connection while it lives.
#[derive(Debug)]
pub struct Seat<'a> {
    live: &'a Live,
    whose: Whose,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        *self.live.lock().of(self.whose) -= 1;
        self.live.freed.notify_waiters();
    }
}

/// Counts one of digests while it waits.
struct Waiting<'a>(&'a Live);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.lock().waiting -= 1;
        self.0.freed.notify_waiters();
    }
}

impl Live {
    /// None yet, of a server that may have `most` for digests.
    pub fn new(most: usize) -> Self {
        Self { most, inner: Mutex::default(), freed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to open one more; `None`: wait first ([`Live::freed`]).
    pub fn enter(&self, whose: Whose) -> Option<Seat<'_>> {
        let mut inner = self.lock();
        if !inner.has_room(whose, self.most) {
            return None;
        }
        *inner.of(whose) += 1;
        Some(Seat { live: self, whose })
    }

    /// Waits until [`Live::enter`] may say yes.
    pub async fn freed(&self, whose: Whose) {
        let _waiting = (whose == Whose::Digests).then(|| {
            self.lock().waiting += 1;
            Waiting(self)
        });
        loop {
            let freed = self.freed.notified();
            if self.lock().has_room(whose, self.most) {
                return;
            }
            freed.await;
        }
    }

    /// Whether digests wait for the connection of whoever this is.
    pub fn is_wanted(&self, whose: Whose) -> bool {
        if whose != Whose::Lent {
            return false;
        }
        let inner = self.lock();
        inner.waiting > 0 && inner.lent * 2 > self.most
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        let inner = self.lock();
        inner.digests + inner.letters + inner.lent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_digests_leave_is_lent_to_letters_but_for_one() {
        let live = Live::new(3);
        let own = live.enter(Whose::Letters);
        let lent = [live.enter(Whose::Lent), live.enter(Whose::Lent)];
        assert!(own.is_some() && lent.iter().all(Option::is_some));
        assert!(live.enter(Whose::Lent).is_none(), "one is kept for digests");
        let digest = live.enter(Whose::Digests);
        assert!(digest.is_some() && live.enter(Whose::Digests).is_none());
        assert_eq!(live.count(), 4, "as many as the owner allows, and the letters' own");
        drop(lent);
        assert!(live.enter(Whose::Digests).is_some());
        assert!(Live::new(1).enter(Whose::Lent).is_none(), "there is nothing to lend");
    }

    #[tokio::test]
    async fn letters_give_back_half_when_digests_wait() {
        let live = Live::new(4);
        let mut lent: Vec<_> = (0..3).filter_map(|_| live.enter(Whose::Lent)).collect();
        let digest = live.enter(Whose::Digests);
        assert!(lent.len() == 3 && digest.is_some() && !live.is_wanted(Whose::Lent));
        let mut freed = std::pin::pin!(live.freed(Whose::Digests));
        tokio::select! {
            biased;
            () = freed.as_mut() => panic!("nothing is free"),
            () = std::future::ready(()) => {}
        }
        assert!(live.is_wanted(Whose::Lent) && !live.is_wanted(Whose::Letters));
        lent.pop();
        assert!(!live.is_wanted(Whose::Lent), "half of them stay");
        assert!(live.enter(Whose::Lent).is_none(), "what is free is for who waits");
        freed.await;
        assert!(live.enter(Whose::Digests).is_some());
    }
}
