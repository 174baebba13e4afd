//! The breaker in front of changes that cannot be undone: it counts refusals per digest, because a run of them means that we or the
//! server are at fault, not the recipients.
//!
//! In: what became of each mail of a digest. Out: whether a refusal may be recorded against its recipient, or the digest has
//! to pause first; and which addresses are surely gone. Ten refusals in a row, or the first three of a digest by its text,
//! or a quarter of the last 200 results by addresses that do not exist. Such an address is marked only when the window has
//! passed over it, or the digest has ended: until then its row says `unknown`, and nobody is suppressed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Refusals in a row that pause a digest.
const IN_A_ROW: u32 = 10;
/// Results looked back on.
const WINDOW: u64 = 200;
/// Of how many results one by an unknown address pauses a digest (once there are [`IN_A_ROW`] of them).
const SHARE: u64 = 4;
/// So many first results by the text pause a digest at once.
const FIRST: u64 = 3;
/// How long refusals are taken for stragglers of the run that paused the digest.
const STRAGGLERS: Duration = Duration::from_mins(1);

/// What was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something about us or the recipient.
    Policy,
    /// The text.
    Text,
    /// The address does not exist; of which row.
    Address(i64),
}

/// Counts of all digests that are being sent through one relay.
#[derive(Debug, Default)]
pub struct Breaker {
    runs: Mutex<HashMap<i64, Run>>,
}

/// What to do with a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Record it.
    Record,
    /// Record it, and pause the digest.
    RecordAndPause,
    /// Leave the row open, and pause the digest.
    LeaveAndPause,
}

#[derive(Debug, Default)]
struct Run {
    in_a_row: u32,
    seen: u64,
    /// Results by the text, as long as there was no other.
    texts: u64,
    /// Unknown addresses among the last [`WINDOW`] results: which result, whose row.
    unknown: VecDeque<(u64, i64)>,
    tripped: Option<Instant>,
}

impl Run {
    /// One more result; gives the unknown addresses that the window has passed over.
    fn count(&mut self, refused: Option<Kind>) -> Vec<i64> {
        self.texts += u64::from(refused == Some(Kind::Text) && self.texts == self.seen);
        self.seen += 1;
        self.in_a_row = if refused.is_some() { self.in_a_row + 1 } else { 0 };
        if let Some(Kind::Address(id)) = refused {
            self.unknown.push_back((self.seen, id));
        }
        let passed = self.unknown.partition_point(|(at, _)| at + WINDOW <= self.seen);
        self.unknown.drain(..passed).map(|(_, id)| id).collect()
    }

    fn trips(&self, kind: Kind) -> bool {
        let unknown = self.unknown.len() as u64;
        let many = unknown >= u64::from(IN_A_ROW) && unknown * SHARE >= self.seen.min(WINDOW);
        let at_first = kind == Kind::Text && self.seen == FIRST && self.texts == FIRST;
        self.in_a_row >= IN_A_ROW || at_first || (matches!(kind, Kind::Address(_)) && many)
    }
}

impl Breaker {
    /// A mail of this digest was accepted. Gives the rows whose addresses are surely gone.
    pub fn accepted(&self, digest_id: i64) -> Vec<i64> {
        let mut runs = self.lock();
        let run = runs.entry(digest_id).or_default();
        run.tripped = None;
        run.count(None)
    }

    /// A mail of this digest was refused for good. Gives what to do with it, and the rows whose addresses are surely gone.
    pub fn refused(&self, digest_id: i64, kind: Kind, now: Instant) -> (Ruling, Vec<i64>) {
        let mut runs = self.lock();
        let run = runs.entry(digest_id).or_default();
        if run.tripped.is_some_and(|since| now.saturating_duration_since(since) < STRAGGLERS) {
            return (Ruling::LeaveAndPause, Vec::new());
        }
        let gone = run.count(Some(kind));
        if !run.trips(kind) {
            return (Ruling::Record, gone);
        }
        // An editor who goes on after the pause starts from nothing.
        *run = Run { tripped: Some(now), ..Run::default() };
        let ruling = if matches!(kind, Kind::Address(_)) { Ruling::LeaveAndPause } else { Ruling::RecordAndPause };
        (ruling, Vec::new())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Run>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Ruling::{LeaveAndPause, Record, RecordAndPause};

    /// Results in turn: `.` accepted, `p` policy, `t` text, `u` unknown address. Gives the rulings of the refusals.
    fn rulings(breaker: &Breaker, results: &str) -> Vec<Ruling> {
        let kind = |at, result| match result {
            'p' => Some(Kind::Policy),
            't' => Some(Kind::Text),
            'u' => Some(Kind::Address(at)),
            _ => None,
        };
        let mut rulings = Vec::new();
        for (at, result) in (1..).zip(results.chars()) {
            match kind(at, result) {
                Some(kind) => rulings.push(breaker.refused(1, kind, Instant::now()).0),
                None => drop(breaker.accepted(1)),
            }
        }
        rulings
    }

    fn first_trip(results: &str) -> Option<usize> {
        rulings(&Breaker::default(), results).iter().position(|ruling| *ruling != Record)
    }

    #[test]
    fn ten_in_a_row_pause_and_stragglers_are_left_alone() {
        let now = Instant::now();
        for (kind, last) in [(Kind::Policy, RecordAndPause), (Kind::Address(7), LeaveAndPause)] {
            let breaker = Breaker::default();
            (0..500).for_each(|_| drop(breaker.accepted(1)));
            for _ in 0..9 {
                assert_eq!(breaker.refused(1, kind, now).0, Record);
            }
            assert_eq!(breaker.refused(1, kind, now).0, last);
            for _ in 0..64 {
                assert_eq!(breaker.refused(1, kind, now).0, LeaveAndPause);
            }
            assert_eq!(breaker.refused(2, kind, now).0, Record, "another digest is not concerned");
            let now = now + STRAGGLERS;
            for _ in 0..9 {
                assert_eq!(breaker.refused(1, kind, now).0, Record, "resumed later, it is counted anew");
            }
            assert_eq!(breaker.refused(1, kind, now).0, last);
        }
    }

    #[test]
    fn ten_of_every_kind_together_are_a_run_too() {
        assert_eq!(first_trip("pupupupupu"), Some(9));
        assert_eq!(first_trip(&"pppu.".repeat(50)), None);
    }

    #[test]
    fn a_quarter_of_unknown_addresses_pauses_and_a_tenth_never_does() {
        assert_eq!(first_trip(&"...u".repeat(100)), Some(9));
        assert_eq!(first_trip(&"....u".repeat(400)), None, "a fifth");
        assert_eq!(first_trip(&".........u".repeat(400)), None, "every tenth");
        assert_eq!(first_trip(&format!("{}{}", ".".repeat(1000), "u.".repeat(100))), Some(49), "of the last 200");
        assert_eq!(first_trip(&".........p".repeat(400)), None, "nor every tenth by policy");
    }

    #[test]
    fn the_first_three_by_their_text_pause_and_one_does_not() {
        assert_eq!(first_trip("ttt"), Some(2));
        assert_eq!(first_trip("tt.tt.tt"), None);
        assert_eq!(first_trip("t........."), None);
        assert_eq!(first_trip("ptt"), None);
    }

    #[test]
    fn an_address_is_gone_when_the_window_has_passed_over_it() {
        let breaker = Breaker::default();
        assert_eq!(breaker.refused(1, Kind::Address(7), Instant::now()), (Record, vec![]));
        for _ in 0..WINDOW - 1 {
            assert!(breaker.accepted(1).is_empty());
        }
        assert_eq!(breaker.accepted(1), [7]);
        assert!(breaker.accepted(1).is_empty(), "once");
    }

    #[test]
    fn what_paused_a_digest_marks_nobody() {
        let breaker = Breaker::default();
        rulings(&breaker, "uuuuuuuuuu");
        assert!((0..1000).all(|_| breaker.accepted(1).is_empty()));
    }
}
