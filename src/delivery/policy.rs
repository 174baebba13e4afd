//! Refusals that look like policy, counted per digest: a run of them means us, not the recipients.
//!
//! In: what became of each mail of a digest. Out: whether a refusal may be recorded against its recipient, or the digest
//! has to pause first. Ten in a row, or 3 % of the last 200, or one of the first three at `DATA`.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Refusals in a row that pause a digest.
const IN_A_ROW: u32 = 10;
/// Results looked back on.
const WINDOW: usize = 200;
/// Refusals in a full window that pause a digest: 3 %.
const IN_WINDOW: u32 = 6;
/// A refusal at `DATA` among this many first results pauses at once: it means the message.
const FIRST: u64 = 3;
/// How long refusals are taken for stragglers of the run that paused the digest.
const STRAGGLERS: Duration = Duration::from_mins(1);

/// Counts of all digests that are being sent.
#[derive(Debug, Default)]
pub struct Policy {
    runs: Mutex<HashMap<i64, Run>>,
}

/// What to do with a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Record it.
    Record,
    /// Record it, and pause the digest.
    RecordAndPause,
    /// Leave the row as it was, and pause the digest.
    LeaveAndPause,
}

#[derive(Debug)]
struct Run {
    in_a_row: u32,
    seen: u64,
    window: [bool; WINDOW],
    in_window: u32,
    tripped: Option<Instant>,
}

impl Default for Run {
    fn default() -> Self {
        Self { in_a_row: 0, seen: 0, window: [false; WINDOW], in_window: 0, tripped: None }
    }
}

impl Run {
    fn count(&mut self, refused: bool) {
        let slot = &mut self.window[(self.seen % WINDOW as u64) as usize];
        self.in_window = self.in_window - u32::from(*slot) + u32::from(refused);
        *slot = refused;
        self.seen += 1;
        self.in_a_row = if refused { self.in_a_row + 1 } else { 0 };
    }
}

impl Policy {
    /// A mail of this digest was accepted.
    pub fn accepted(&self, digest_id: i64) {
        let mut runs = self.lock();
        let run = runs.entry(digest_id).or_default();
        run.count(false);
        run.tripped = None;
    }

    /// A mail of this digest was refused by policy or for its content; `at_data`: before the content was sent.
    pub fn refused(&self, digest_id: i64, at_data: bool, now: Instant) -> Ruling {
        let mut runs = self.lock();
        let run = runs.entry(digest_id).or_default();
        if run.tripped.is_some_and(|since| now.saturating_duration_since(since) < STRAGGLERS) {
            return Ruling::LeaveAndPause;
        }
        if at_data && run.seen < FIRST {
            run.tripped = Some(now);
            return Ruling::LeaveAndPause;
        }
        run.count(true);
        if run.in_a_row < IN_A_ROW && (run.in_window < IN_WINDOW || run.seen < WINDOW as u64) {
            return Ruling::Record;
        }
        // An editor who goes on after the pause starts from nothing.
        *run = Run { tripped: Some(now), ..Run::default() };
        Ruling::RecordAndPause
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Run>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Ruling::{LeaveAndPause, Record, RecordAndPause};

    #[test]
    fn ten_in_a_row_pause_and_stragglers_are_left_alone() {
        let now = Instant::now();
        let policy = Policy::default();
        for _ in 0..50 {
            policy.accepted(1);
        }
        for _ in 0..9 {
            assert_eq!(policy.refused(1, false, now), Record);
        }
        assert_eq!(policy.refused(1, false, now), RecordAndPause);
        for _ in 0..64 {
            assert_eq!(policy.refused(1, false, now), LeaveAndPause);
        }
        assert_eq!(policy.refused(2, false, now), Record, "another digest is not concerned");
        let now = now + STRAGGLERS;
        for _ in 0..9 {
            assert_eq!(policy.refused(1, false, now), Record, "resumed later, it is counted anew");
        }
        assert_eq!(policy.refused(1, false, now), RecordAndPause);
    }

    #[test]
    fn three_of_a_hundred_pause_once_two_hundred_are_known() {
        let now = Instant::now();
        let policy = Policy::default();
        let rulings: Vec<_> = (0..250)
            .map(|n| {
                if n % 34 == 33 {
                    policy.refused(1, false, now)
                } else {
                    policy.accepted(1);
                    Record
                }
            })
            .collect();
        assert_eq!(
            rulings.iter().position(|ruling| *ruling == RecordAndPause),
            Some(203),
            "the sixth, of more than 200"
        );
    }

    #[test]
    fn few_refusals_among_many_never_pause() {
        let now = Instant::now();
        let policy = Policy::default();
        for n in 0..2000 {
            if n % 50 == 0 {
                assert_eq!(policy.refused(1, false, now), Record, "{n}");
            } else {
                policy.accepted(1);
            }
        }
    }

    #[test]
    fn a_message_refused_at_data_pauses_at_the_start_only() {
        let now = Instant::now();
        let policy = Policy::default();
        assert_eq!(policy.refused(1, true, now), LeaveAndPause);
        let policy = Policy::default();
        (0..3).for_each(|_| policy.accepted(1));
        assert_eq!(policy.refused(1, true, now), Record);
    }
}
