//! What was learned about a relay: how many messages it takes on one connection, and which mode of pipelining it can handle.
//!
//! In: how connections ended, and the result of the one mail that tries the highest mode. Out: a limit on messages a connection, and
//! the highest [`PipelineMode`]. Kept in the database, and forgotten after weeks.
//!
//! Of nine implementations that offer PIPELINING four do not bear anything behind the final dot in the same packet
//! (RFC 2920 section 3.1 allows it): they drop it and wait, answer 503, or close without an answer *after* they took the
//! mail. So a server begins in the envelope mode and earns the full one, on one connection, with one mail.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::smtp::product::Product;
use crate::clock::{Clock, DAY, Millis};
use crate::config::Pipelining;

/// What may travel in one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PipelineMode {
    /// One command at a time: four round trips a message.
    Off,
    /// The envelope: two.
    Envelope,
    /// The next envelope behind the content: one.
    Full,
}

/// Closes at the same count that make a rule.
const TIMES: u32 = 3;
/// How long a lesson holds.
const HOLDS: Millis = 28 * DAY;

/// What is known of the highest pipelining mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Full {
    /// Nothing.
    #[default]
    Unproven = 0,
    /// It was borne.
    Earned = 1,
    /// It was not.
    Refused = 2,
    /// One connection is trying. Not kept: after a restart nothing is known.
    #[serde(skip)]
    OnTrial = 3,
}

/// What is kept of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Lessons {
    /// Most messages on a connection, and until when that holds.
    cap: Option<(u32, Millis)>,
    /// The highest pipelining, and until when that holds.
    full: Option<(Full, Millis)>,
    /// Messages after which it closed last, and how often in a row at that count.
    #[serde(skip)]
    closed: (u32, u32),
}

/// What was learned about one relay.
#[derive(Debug)]
pub struct Learned {
    lessons: Mutex<Lessons>,
    /// [`Full`], for all connections at once.
    full: AtomicU8,
    clock: Clock,
    /// Woken when there is something to keep.
    pub changed: Notify,
}

impl Learned {
    /// Of a relay of which nothing is known.
    pub fn new(clock: Clock) -> Self {
        Self { lessons: Mutex::default(), full: AtomicU8::new(0), clock, changed: Notify::new() }
    }

    /// Takes what was kept, as long as it holds.
    pub fn take(&self, kept: &Lessons) {
        let now = self.clock.now();
        let holds = |until: Millis| (now..=now + HOLDS).contains(&until);
        let mut lessons = self.lock();
        lessons.cap = kept.cap.filter(|(_, until)| holds(*until));
        lessons.full = kept.full.filter(|(_, until)| holds(*until));
        self.full.store(lessons.full.map_or(Full::Unproven, |full| full.0) as u8, Ordering::Release);
    }

    /// What is to be kept.
    pub fn lessons(&self) -> Lessons {
        self.lock().clone()
    }

    /// The server closed after it accepted `count` messages and nothing else, `ahead`: with the envelope of one more on the
    /// wire.
    ///
    /// Three times in a row at the same count, and connections are given up one message earlier. At a count of one with an
    /// envelope ahead, it is that envelope which it does not bear.
    pub fn closed_after(&self, count: u32, ahead: bool) {
        if count == 0 {
            return;
        }
        let mut lessons = self.lock();
        let times = if lessons.closed.0 == count { lessons.closed.1 + 1 } else { 1 };
        lessons.closed = (count, times);
        if times < TIMES {
            return;
        }
        lessons.closed = (0, 0);
        if count == 1 && ahead {
            drop(lessons);
            self.refuse();
            return;
        }
        tracing::info!(
            messages = count,
            "the mail server closes after this many messages on a connection; leaving one earlier"
        );
        lessons.cap = Some((count.saturating_sub(1).max(1), self.clock.now() + HOLDS));
        self.changed.notify_one();
    }

    /// Most messages to send on one connection. The clock is only read when there is a lesson.
    pub fn cap(&self) -> u32 {
        let cap = self.lock().cap;
        cap.filter(|(_, until)| self.clock.now() < *until).map_or(u32::MAX, |(cap, _)| cap)
    }

    /// The mode to use now where `set` is configured, on a connection to this product that offers PIPELINING or not.
    pub fn pipelining(&self, set: Pipelining, offered: bool, product: Product) -> PipelineMode {
        match (offered, set, self.full()) {
            (false, ..) | (_, Pipelining::Off, _) => PipelineMode::Off,
            (_, Pipelining::Full, Full::Unproven | Full::Earned | Full::OnTrial) => PipelineMode::Full,
            (_, Pipelining::Auto, Full::Earned) if product.may_bear_more() => PipelineMode::Full,
            _ => PipelineMode::Envelope,
        }
    }

    /// Leave to try the highest pipelining mode with one mail.
    pub fn try_full(&self, set: Pipelining, offered: bool, product: Product) -> bool {
        let may = set == Pipelining::Auto && offered && product.may_bear_more();
        may && self.turn(Full::Unproven, Full::OnTrial)
    }

    /// The trial mail and the envelope behind it were answered in order.
    pub fn earn(&self) {
        if self.turn(Full::OnTrial, Full::Earned) {
            tracing::info!("the mail server bears the next envelope behind a message; using one round trip a message");
            self.keep(Full::Earned);
        }
    }

    /// The trial ended without an answer that says anything.
    pub fn end_trial(&self) {
        self.turn(Full::OnTrial, Full::Unproven);
    }

    /// It broke with an envelope ahead, which may have had any cause: it is to earn the highest pipelining mode anew.
    pub fn doubt(&self) {
        if self.turn(Full::Earned, Full::Unproven) {
            self.keep(Full::Unproven);
        } else if self.full() == Full::OnTrial {
            self.refuse();
        }
    }

    /// The server does not bear content and the next envelope in one write: from now on on no connection.
    pub fn refuse(&self) {
        if self.full.swap(Full::Refused as u8, Ordering::AcqRel) != Full::Refused as u8 {
            tracing::warn!("the mail server does not bear the next envelope behind a message; using two round trips");
            self.keep(Full::Refused);
        }
    }

    fn keep(&self, full: Full) {
        self.lock().full = Some((full, self.clock.now() + HOLDS));
        self.changed.notify_one();
    }

    fn full(&self) -> Full {
        match self.full.load(Ordering::Acquire) {
            1 => Full::Earned,
            2 => Full::Refused,
            3 => Full::OnTrial,
            _ => Full::Unproven,
        }
    }

    fn turn(&self, from: Full, to: Full) -> bool {
        self.full.compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    fn lock(&self) -> MutexGuard<'_, Lessons> {
        self.lessons.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned() -> (Learned, Clock) {
        let clock = Clock::default();
        (Learned::new(clock.clone()), clock)
    }

    fn auto(learned: &Learned) -> PipelineMode {
        learned.pipelining(Pipelining::Auto, true, Product::Other)
    }

    #[test]
    fn three_closes_at_the_same_count_make_a_cap_for_weeks() {
        let (learned, clock) = learned();
        for count in [20, 20, 7, 20, 20] {
            learned.closed_after(count, true);
            assert_eq!(learned.cap(), u32::MAX);
        }
        learned.closed_after(20, true);
        assert_eq!(learned.cap(), 19);
        clock.advance(HOLDS);
        assert_eq!(learned.cap(), u32::MAX);
    }

    #[test]
    fn a_connection_that_never_took_anything_teaches_nothing() {
        let (learned, _) = learned();
        (0..5).for_each(|_| learned.closed_after(0, true));
        assert_eq!(
            (learned.cap(), learned.pipelining(Pipelining::Full, true, Product::Other)),
            (u32::MAX, PipelineMode::Full)
        );
    }

    #[test]
    fn closing_after_the_first_lowers_the_gear_before_it_caps() {
        let (learned, _) = learned();
        (0..3).for_each(|_| learned.closed_after(1, true));
        assert_eq!(
            (learned.cap(), learned.pipelining(Pipelining::Full, true, Product::Other)),
            (u32::MAX, PipelineMode::Envelope)
        );
        (0..3).for_each(|_| learned.closed_after(1, false));
        assert_eq!(learned.cap(), 1);
    }

    #[test]
    fn what_is_set_is_never_exceeded() {
        let (learned, _) = learned();
        for set in [Pipelining::Auto, Pipelining::Full, Pipelining::Envelope, Pipelining::Off] {
            assert_eq!(learned.pipelining(set, false, Product::Other), PipelineMode::Off, "it is not offered");
        }
        assert_eq!(learned.pipelining(Pipelining::Envelope, true, Product::Other), PipelineMode::Envelope);
        assert_eq!(learned.pipelining(Pipelining::Full, true, Product::Other), PipelineMode::Full);
        learned.refuse();
        assert_eq!(learned.pipelining(Pipelining::Full, true, Product::Other), PipelineMode::Envelope);
        assert_eq!(learned.pipelining(Pipelining::Off, true, Product::Other), PipelineMode::Off);
    }

    #[test]
    fn the_highest_gear_is_earned_by_one_connection_and_lost_by_all() {
        let (learned, _) = learned();
        let trial = |product| learned.try_full(Pipelining::Auto, true, product);
        assert_eq!(auto(&learned), PipelineMode::Envelope);
        assert!(!trial(Product::Dovecot) && !trial(Product::Courier), "known not to bear it");
        assert!(trial(Product::Other) && !trial(Product::Other), "one at a time");
        learned.end_trial();
        assert!(trial(Product::Other));
        learned.earn();
        assert_eq!(
            (auto(&learned), learned.pipelining(Pipelining::Auto, true, Product::Dovecot)),
            (PipelineMode::Full, PipelineMode::Envelope)
        );
        learned.doubt();
        assert!(auto(&learned) == PipelineMode::Envelope && trial(Product::Other), "it may earn it anew");
        learned.doubt();
        assert!(auto(&learned) == PipelineMode::Envelope && !trial(Product::Other), "not twice");
    }

    #[test]
    fn lessons_outlive_a_restart_and_end() {
        let (learned, clock) = learned();
        (0..3).for_each(|_| learned.closed_after(9, false));
        assert!(learned.try_full(Pipelining::Auto, true, Product::Other));
        learned.earn();
        let kept = serde_json::to_string(&learned.lessons()).unwrap();
        let again = Learned::new(clock.clone());
        again.take(&serde_json::from_str(&kept).unwrap());
        assert_eq!((auto(&again), again.cap()), (PipelineMode::Full, 8));
        clock.advance(HOLDS + 1);
        let late = Learned::new(clock);
        late.take(&serde_json::from_str(&kept).unwrap());
        assert_eq!((auto(&late), late.cap()), (PipelineMode::Envelope, u32::MAX));
    }
}
