//! The health of senders at one relay and lane: whose mails wait because the server refused one after the other.
//!
//! In: refusals that may mean a sender or the server, acceptances. Out: [`Witness`], [`Senders::is_held`]. What one
//! recipient was answered is a first witness and decides nothing; a second, different one without an acceptance between
//! makes the sender's mails wait 1, 2, 4 … 300 s, and nobody else's. It also counts how often a mail met a fault that was
//! not its own, so that none comes round for ever.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::health::{back_off, millis};
use crate::clock::{Clock, Millis};
use crate::delivery::Mail;
use crate::ledger::Key;

/// Whose mails wait together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// A digest.
    Digest(i64),
    /// The letters of a newsletter.
    Newsletter(i64),
}

impl Sender {
    /// Of this mail.
    pub fn of(mail: &Mail) -> Self {
        match mail.key {
            Key::Digest { digest_id, .. } => Self::Digest(digest_id),
            Key::Letter { .. } => Self::Newsletter(mail.newsletter_id),
        }
    }
}

/// A row, whatever its lease.
type Row = (i64, i64);

fn row(key: &Key) -> Row {
    match *key {
        Key::Digest { digest_id, subscriber_id, .. } => (digest_id, subscriber_id),
        Key::Letter { id, .. } => (0, id),
    }
}

/// What a refusal bears witness to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// Of one mail: it may be that mail's alone.
    First,
    /// Another mail of this sender met it, and none was accepted between: the sender's mails wait.
    Second {
        /// Nothing at all is accepted by this server: it is the server's.
        all: bool,
    },
}

/// Mails that are remembered to have met faults; far above it the oldest memory is not worth its room.
const MOST: usize = 10_000;

/// See the module.
#[derive(Debug)]
pub struct Senders {
    /// Whether anything is remembered at all: what an acceptance costs where all is well.
    any: AtomicBool,
    inner: Mutex<Inner>,
    unit: Duration,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Inner {
    troubles: HashMap<Sender, Trouble>,
    met: HashMap<Row, u32>,
}

#[derive(Debug)]
struct Trouble {
    first: Row,
    /// How often its mails had to wait; 0: there is one witness only.
    rounds: u32,
    /// On [`Clock::steady`].
    until: Millis,
    /// The server accepted a mail of somebody else since this round began.
    others_pass: bool,
}

impl Senders {
    /// `unit`: the first wait.
    pub fn new(unit: Duration, clock: Clock) -> Self {
        Self { any: AtomicBool::new(false), inner: Mutex::default(), unit, clock }
    }

    /// A mail of this sender was refused in a way that may mean the sender or the server.
    pub fn refused(&self, mail: &Mail) -> Witness {
        let (sender, row, now) = (Sender::of(mail), row(&mail.key), self.clock.steady());
        let mut inner = self.lock();
        self.any.store(true, Ordering::Release);
        let trouble = inner.troubles.entry(sender).or_insert_with(|| Trouble {
            first: row,
            rounds: 0,
            until: now,
            others_pass: false,
        });
        if trouble.rounds == 0 && trouble.first == row {
            return Witness::First;
        }
        // What was under way when a wait began is of the same round.
        if trouble.until <= now {
            trouble.rounds += 1;
            let wait = back_off(self.unit, trouble.rounds);
            trouble.until = now + millis(wait);
            let all = trouble.rounds > 1 && !std::mem::take(&mut trouble.others_pass);
            let rounds = trouble.rounds;
            tracing::warn!(
                ?sender,
                rounds,
                wait_s = wait.as_secs(),
                "the mail server refuses one mail of this sender after the other; they wait"
            );
            return Witness::Second { all };
        }
        Witness::Second { all: false }
    }

    /// A mail of this sender was accepted.
    pub fn accepted(&self, mail: &Mail) {
        if !self.any.load(Ordering::Acquire) {
            return;
        }
        let mut inner = self.lock();
        inner.troubles.remove(&Sender::of(mail));
        inner.troubles.values_mut().for_each(|trouble| trouble.others_pass = true);
        inner.met.remove(&row(&mail.key));
        self.any.store(!inner.troubles.is_empty() || !inner.met.is_empty(), Ordering::Release);
    }

    /// How often this mail has met a fault that was not its own, this time included.
    pub fn met(&self, key: &Key) -> u32 {
        let mut inner = self.lock();
        self.any.store(true, Ordering::Release);
        if inner.met.len() >= MOST {
            inner.met.clear();
        }
        let times = inner.met.entry(row(key)).or_default();
        *times += 1;
        *times
    }

    /// Whether any sender is remembered; asked before the others where all is well.
    pub fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Whether this sender's mails wait now.
    pub fn is_held(&self, sender: Sender) -> bool {
        let now = self.clock.steady();
        self.any() && self.lock().troubles.get(&sender).is_some_and(|t| t.rounds > 0 && now < t.until)
    }

    /// Whether nothing of this sender was accepted since its mails had to wait.
    pub fn is_ailing(&self, sender: Sender) -> bool {
        self.any() && self.lock().troubles.get(&sender).is_some_and(|trouble| trouble.rounds > 0)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::mail;

    fn of_digest(digest_id: i64, subscriber_id: i64) -> Mail {
        Mail { key: Key::Digest { digest_id, subscriber_id, batch_lo: 1, epoch: 1 }, ..mail(subscriber_id) }
    }

    #[test]
    fn one_mail_decides_nothing_however_often_it_is_refused() {
        let senders = Senders::new(Duration::from_secs(1), Clock::default());
        for _ in 0..5 {
            assert_eq!(senders.refused(&mail(1)), Witness::First);
        }
        assert!(!senders.is_held(Sender::Digest(1)));
    }

    #[test]
    fn a_second_one_makes_its_sender_wait_and_no_other() {
        let senders = Senders::new(Duration::from_secs(1), Clock::default());
        senders.refused(&mail(1));
        assert_eq!(senders.refused(&mail(2)), Witness::Second { all: false });
        assert!(senders.is_held(Sender::Digest(1)) && !senders.is_held(Sender::Digest(2)));
        assert_eq!(senders.refused(&of_digest(2, 1)), Witness::First, "another sender has witnesses of its own");
        senders.accepted(&mail(3));
        assert!(!senders.is_ailing(Sender::Digest(1)));
        assert_eq!(senders.refused(&mail(1)), Witness::First, "after an acceptance it begins anew");
    }

    #[test]
    fn nothing_accepted_at_all_is_the_servers() {
        let senders = Senders::new(Duration::ZERO, Clock::default());
        senders.refused(&mail(1));
        assert_eq!(senders.refused(&mail(2)), Witness::Second { all: false });
        assert_eq!(senders.refused(&mail(3)), Witness::Second { all: true });
        senders.accepted(&of_digest(2, 1));
        assert_eq!(senders.refused(&mail(4)), Witness::Second { all: false }, "others pass");
    }

    #[test]
    fn a_mail_is_known_by_its_row_whatever_its_lease() {
        let senders = Senders::new(Duration::ZERO, Clock::default());
        let again = Key::Digest { digest_id: 1, subscriber_id: 1, batch_lo: 9, epoch: 9 };
        assert_eq!([senders.met(&mail(1).key), senders.met(&again), senders.met(&mail(2).key)], [1, 2, 1]);
        senders.accepted(&mail(1));
        assert_eq!(senders.met(&mail(1).key), 1);
    }
}
