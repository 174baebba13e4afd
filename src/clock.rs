//! The only place that reads the time. Everything else is handed a [`Clock`].
//!
//! In: nothing. Out: milliseconds since 1970-01-01 UTC. Met by every stage; tests and the demo hold a
//! clock that they can turn.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// Milliseconds since 1970-01-01T00:00:00Z, as stored in every `…_at` column.
pub type Millis = i64;

/// One second, minute, hour and day in [`Millis`].
pub const SECOND: Millis = 1_000;
/// See [`SECOND`].
pub const MINUTE: Millis = 60 * SECOND;
/// See [`SECOND`].
pub const HOUR: Millis = 60 * MINUTE;
/// See [`SECOND`].
pub const DAY: Millis = 24 * HOUR;

/// The beginning of [`Clock::steady`] and of the grid of [`beat`].
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Waits for the next beat: there is one every `every`, at the same instants for everybody, so that an idle process wakes up once for all who look
/// at something again and again.
pub async fn beat(every: Duration) {
    tokio::time::sleep(to_beat(every)).await;
}

/// Until the next beat of [`beat`]: at most `every`, at least a millisecond.
pub fn to_beat(every: Duration) -> Duration {
    left(BEGINNING.elapsed(), every)
}

/// In whole milliseconds, as timers are kept.
fn left(passed: Duration, every: Duration) -> Duration {
    let (passed, every) = (passed.as_millis(), every.as_millis().max(1));
    Duration::from_millis(u64::try_from(every - passed % every).unwrap_or(u64::MAX))
}

/// Tells the time: the machine's, shifted by an offset that only the demo and tests ever move.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset: Arc<AtomicI64>,
    /// By how much the machine's own clock is wrong; only tests ever say so.
    error: Arc<AtomicI64>,
    /// Wakes who waits, when the offset is moved.
    moved: Arc<Notify>,
}

impl Clock {
    /// The machine's clock. In builds for the project's own tests (feature `faults`) it is shifted by
    /// `FACTEUR_CLOCK_OFFSET_MS`, so that a command runs at the time of the test that calls it.
    pub fn system() -> Self {
        let clock = Self::default();
        #[cfg(feature = "faults")]
        if let Some(offset) = std::env::var("FACTEUR_CLOCK_OFFSET_MS").ok().and_then(|text| text.parse().ok()) {
            clock.advance(offset);
        }
        clock
    }

    /// Now, in milliseconds UTC.
    pub fn now(&self) -> Millis {
        self.machine() + self.offset.load(Ordering::Relaxed)
    }

    /// What the machine's own clock says, right or wrong, wherever this one was moved: to be compared with another
    /// machine's.
    pub fn machine(&self) -> Millis {
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        let now = jiff::Timestamp::now().as_millisecond();
        now + self.error.load(Ordering::Relaxed)
    }

    /// Milliseconds since an arbitrary beginning, for waits: they pass evenly whatever becomes of the machine's own clock, and
    /// only [`Clock::advance`] moves them.
    pub fn steady(&self) -> Millis {
        let passed = Millis::try_from(BEGINNING.elapsed().as_millis()).unwrap_or(Millis::MAX / 2);
        passed + self.offset.load(Ordering::Relaxed)
    }

    /// Waits until [`Clock::steady`] has reached `until`; a clock that is moved forward ends the wait before its time.
    pub async fn reaches(&self, until: Millis) {
        loop {
            let mut moved = std::pin::pin!(self.moved.notified());
            // Asked for before the look, so that a move in between is not missed.
            moved.as_mut().enable();
            let left = until.saturating_sub(self.steady());
            let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) else { return };
            tokio::select! {
                () = moved => {}
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
            }
        }
    }

    /// Makes the machine's clock wrong by `by` milliseconds more, for every clone of this clock.
    pub fn go_wrong(&self, by: Millis) {
        self.error.fetch_add(by, Ordering::Relaxed);
    }

    /// Now, as a `jiff` timestamp.
    pub fn timestamp(&self) -> jiff::Timestamp {
        timestamp(self.now())
    }

    /// Moves every clone of this clock by `by` milliseconds (negative: back).
    pub fn advance(&self, by: Millis) {
        self.offset.fetch_add(by, Ordering::Relaxed);
        self.moved.notify_waiters();
    }

    /// Moves every clone of this clock so that it says `to` now.
    pub fn set(&self, to: Millis) {
        self.advance(to - self.now());
    }
}

/// A stored time as a `jiff` timestamp; out of range becomes 1970.
pub fn timestamp(at: Millis) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at).unwrap_or_default()
}

/// A time zone by its IANA name; UTC when there is none of this name.
pub fn zone(name: &str) -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get(name).unwrap_or(jiff::tz::TimeZone::UTC)
}

/// The parts of the world by which zones that somebody lives in are named (`theory.html` of the IANA database).
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// Names of time zones to choose from, in order: those of a place, and UTC. What a machine's database holds besides is none to offer:
/// its own clock (`localtime`), rules (`posixrules`), `Factory`, copies under `posix/` and `right/`, names of a country or an offset.
pub fn zones() -> Vec<String> {
    let is_place = |name: &str| name.split_once('/').is_some_and(|(region, _)| REGIONS.contains(&region));
    let names = jiff::tz::db().available().map(|name| name.to_string());
    let mut zones: Vec<String> = names.filter(|name| name == "UTC" || is_place(name)).collect();
    zones.sort_unstable();
    zones.dedup();
    zones
}

/// A stored time as programs read it (RFC 3339, UTC), such as `2026-06-08T06:00:00Z`.
pub fn rfc3339(at: Millis) -> String {
    timestamp(at).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_is_the_next_of_a_grid_that_all_share() {
        let ms = Duration::from_millis;
        assert_eq!(left(ms(0), ms(1_000)), ms(1_000));
        assert_eq!(left(ms(1_250), ms(1_000)), ms(750));
        assert_eq!(left(Duration::from_micros(1_999_900), ms(1_000)), ms(1), "never early: a timer would fire twice");
        assert_eq!(left(ms(2_000), ms(1_000)), ms(1_000), "one beat is waited for once");
        assert_eq!(left(ms(7), Duration::ZERO), ms(1));
        assert!(to_beat(ms(500)) <= ms(500));
    }

    #[test]
    fn zones_to_choose_from_are_places() {
        let zones = zones();
        assert!(zones.len() > 300, "the time zone database is there");
        for place in ["Europe/Paris", "America/Argentina/Buenos_Aires", "Pacific/Noumea", "UTC"] {
            assert!(zones.iter().any(|zone| zone == place), "{place}");
        }
        for other in [
            "localtime",
            "posixrules",
            "Factory",
            "EST5EDT",
            "Etc/GMT+5",
            "posix/Europe/Paris",
            "right/UTC",
            "US/Eastern",
        ] {
            assert!(!zones.iter().any(|zone| zone == other), "{other}");
        }
        assert!(zones.is_sorted());
    }
}
