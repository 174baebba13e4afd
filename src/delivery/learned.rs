//! What a relay taught us by closing connections: how many messages it takes on one, and which gear it bears.
//!
//! In: how connections ended. Out: a cap on messages a connection, and the highest [`Gear`]. Forgotten after an hour, so
//! that one bad moment costs no speed for ever.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::config::Pipelining;

/// What may travel in one write.
pub type Gear = Pipelining;

/// Closes at the same count that make a rule.
const TIMES: u32 = 3;
/// How long a lesson holds.
const HOLDS: Duration = Duration::from_hours(1);

/// What was learned about one relay.
#[derive(Debug, Default)]
pub struct Learned(Mutex<Lessons>);

#[derive(Debug, Default)]
struct Lessons {
    /// Messages after which it closed last, and how often in a row at that count.
    closed: (u32, u32),
    cap: Option<(u32, Instant)>,
    gear: Option<(Gear, Instant)>,
}

impl Learned {
    /// The server closed after `count` messages, `ahead`: with the envelope of one more on the wire.
    ///
    /// Three times in a row at the same count, and connections are given up one message earlier. At a count of one with an
    /// envelope ahead, it is that envelope which it does not bear.
    pub fn closed_after(&self, count: u32, ahead: bool, now: Instant) {
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
            lessons.lower(now);
        } else {
            tracing::info!(
                messages = count,
                "the mail server closes after this many messages on a connection; leaving one earlier"
            );
            lessons.cap = Some((count.saturating_sub(1).max(1), now));
        }
    }

    /// The server did not bear content and the next envelope in one write.
    pub fn lower_gear(&self, now: Instant) {
        self.lock().lower(now);
    }

    /// Most messages to send on one connection.
    pub fn cap(&self, now: Instant) -> u32 {
        self.lock().cap.filter(|(_, since)| holds(*since, now)).map_or(u32::MAX, |(cap, _)| cap)
    }

    /// As [`Learned::cap`], now. The clock is only read when there is a lesson.
    pub fn cap_now(&self) -> u32 {
        if self.lock().cap.is_none() { u32::MAX } else { self.cap(Instant::now()) }
    }

    /// The gear to use where `set` is configured and the server offers PIPELINING or not.
    pub fn gear(&self, set: Gear, pipelining: bool, now: Instant) -> Gear {
        let learned = self.lock().gear.filter(|(_, since)| holds(*since, now)).map(|(gear, _)| gear);
        match (pipelining, set, learned) {
            (false, _, _) | (_, Gear::Off, _) | (_, _, Some(Gear::Off)) => Gear::Off,
            (true, Gear::Envelope, _) | (true, _, Some(Gear::Envelope)) => Gear::Envelope,
            (true, Gear::Full, _) => Gear::Full,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lessons> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lessons {
    fn lower(&mut self, now: Instant) {
        tracing::warn!("the mail server does not bear the next envelope behind a message; using two round trips");
        self.gear = Some((Gear::Envelope, now));
    }
}

fn holds(since: Instant, now: Instant) -> bool {
    now.saturating_duration_since(since) < HOLDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_closes_at_the_same_count_make_a_cap_for_an_hour() {
        let now = Instant::now();
        let learned = Learned::default();
        for count in [20, 20, 7, 20, 20] {
            learned.closed_after(count, true, now);
            assert_eq!(learned.cap(now), u32::MAX);
        }
        learned.closed_after(20, true, now);
        assert_eq!(learned.cap(now), 19);
        assert_eq!(learned.cap(now + HOLDS), u32::MAX);
    }

    #[test]
    fn a_connection_that_never_took_anything_teaches_nothing() {
        let now = Instant::now();
        let learned = Learned::default();
        (0..5).for_each(|_| learned.closed_after(0, true, now));
        assert_eq!((learned.cap(now), learned.gear(Gear::Full, true, now)), (u32::MAX, Gear::Full));
    }

    #[test]
    fn closing_after_the_first_lowers_the_gear_before_it_caps() {
        let now = Instant::now();
        let learned = Learned::default();
        (0..3).for_each(|_| learned.closed_after(1, true, now));
        assert_eq!((learned.cap(now), learned.gear(Gear::Full, true, now)), (u32::MAX, Gear::Envelope));
        (0..3).for_each(|_| learned.closed_after(1, false, now));
        assert_eq!(learned.cap(now), 1);
    }

    #[test]
    fn a_server_without_pipelining_is_never_pipelined() {
        let now = Instant::now();
        let learned = Learned::default();
        for set in [Gear::Full, Gear::Envelope, Gear::Off] {
            assert_eq!(learned.gear(set, false, now), Gear::Off);
        }
        assert_eq!(learned.gear(Gear::Envelope, true, now), Gear::Envelope);
        learned.lower_gear(now);
        assert_eq!(learned.gear(Gear::Full, true, now), Gear::Envelope);
        assert_eq!(learned.gear(Gear::Off, true, now), Gear::Off);
    }
}
