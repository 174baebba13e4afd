//! Remembers what this process reported recently, to repeat it to a database that has gone back in time.
//!
//! In: each group of results, before it is written; the digests and letters they belong to. Out: per digest who was
//! accepted and what became of the others. Bounded: what is older than some minutes, or more than memory should hold, is
//! forgotten, and since when is known. Costs a push a mail.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::Millis;
use crate::ledger::reported::Step;
use crate::ledger::sql::letter;
use crate::ledger::sql::record::Line;
use crate::ledger::{BatchKey, State};

/// Results are kept for so long: a promotion takes seconds, a tired operator some minutes.
const KEPT: Duration = Duration::from_mins(15);
/// Recipients that are remembered at most, 2 MiB.
const MOST: usize = 1 << 18;
/// Letters that are remembered at most.
const MOST_LETTERS: usize = 1 << 12;

/// See the module.
#[derive(Debug, Default)]
pub struct Memory {
    inner: Mutex<Inner>,
    fresh: AtomicBool,
}

#[derive(Debug, Default)]
struct Inner {
    digests: BTreeMap<i64, Said>,
    /// Batches by the time of their first result, for forgetting; with the number of their recipients.
    order: VecDeque<(BatchKey, Instant)>,
    recipients: usize,
    letters: HashMap<i64, Letter>,
    letters_in_order: VecDeque<i64>,
    /// When the last of what was forgotten was reported.
    forgot: Option<Instant>,
}

/// What was reported of one digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// When it was released: a digest of another time under the same id is another.
    pub released_at: Millis,
    /// By first id of the batch: who was accepted.
    pub accepted: BTreeMap<i64, Accepted>,
    /// What was not a plain success: by batch, then by recipient, the last that was said.
    pub lines: BTreeMap<i64, BTreeMap<i64, Line>>,
}

/// Who of a batch was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// In the order of the answers.
    pub ids: Vec<i64>,
    /// The last of them: whoever asks for a range passes over batches before it.
    last: i64,
}

impl Accepted {
    fn take(&mut self, ids: &[i64]) {
        self.ids.extend(ids);
        self.last = ids.iter().copied().fold(self.last, i64::max);
    }
}

#[derive(Clone, Debug)]
struct Letter {
    created_at: Millis,
    line: Option<letter::Line>,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which digest this id means. What was said of another under the same id is forgotten: a database that went back may
    /// give an id twice.
    pub fn digest(&self, digest_id: i64, released_at: Millis) {
        let mut inner = self.lock();
        if inner.digests.get(&digest_id).is_some_and(|said| said.released_at == released_at) {
            return;
        }
        inner.order.retain(|(batch, _)| batch.digest_id != digest_id);
        let before = inner.digests.insert(digest_id, Said { released_at, ..Said::default() });
        let gone = before.map_or(0, |said| said.accepted.values().map(|accepted| accepted.ids.len()).sum());
        inner.recipients = inner.recipients.saturating_sub(gone);
    }

    /// Which letter this id means.
    pub fn letter(&self, id: i64, created_at: Millis) {
        let mut inner = self.lock();
        if inner.letters.get(&id).is_some_and(|known| known.created_at == created_at) {
            return;
        }
        if inner.letters.insert(id, Letter { created_at, line: None }).is_none() {
            inner.letters_in_order.push_back(id);
        }
        while inner.letters_in_order.len() > MOST_LETTERS {
            if let Some(oldest) = inner.letters_in_order.pop_front() {
                inner.letters.remove(&oldest);
            }
        }
    }

    /// Takes what a group says, whether or not it can be written. Taken again it changes nothing.
    pub fn learn(&self, steps: &[Step], lines: &[Line], letters: &[letter::Line]) {
        let mut inner = self.lock();
        for step in steps.iter().filter(|step| !step.done.is_empty()) {
            inner.take(step, lines);
        }
        for line in letters.iter().filter(|line| line.state != State::Started as i64) {
            if let Some(letter) = inner.letters.get_mut(&line.id) {
                letter.line = Some(line.clone());
            }
        }
        inner.forget(Instant::now());
        self.fresh.store(true, Ordering::Relaxed);
    }

    /// Whether something was learnt since this was last asked.
    pub fn is_fresh(&self) -> bool {
        self.fresh.swap(false, Ordering::Relaxed)
    }

    /// Everything that is remembered of digests.
    pub fn digests(&self) -> Vec<(i64, Said)> {
        let inner = self.lock();
        let known = inner.digests.iter().filter(|(_, said)| !said.accepted.is_empty() || !said.lines.is_empty());
        known.map(|(id, said)| (*id, said.clone())).collect()
    }

    /// Letters with what became of them, and when they were asked for.
    pub fn letters(&self) -> Vec<(Millis, letter::Line)> {
        let inner = self.lock();
        inner.letters.values().filter_map(|letter| Some((letter.created_at, letter.line.clone()?))).collect()
    }

    /// Whether this letter is remembered as done, whatever the database says.
    pub fn has_ended(&self, id: i64, created_at: Millis) -> bool {
        let inner = self.lock();
        let line =
            inner.letters.get(&id).filter(|known| known.created_at == created_at).and_then(|known| known.line.as_ref());
        line.is_some_and(|line| !matches!(line.state, 0 | 1 | 4))
    }

    /// Those of this range that are remembered as accepted: the server has their mail, whatever the database says.
    pub fn accepted_in(&self, digest_id: i64, (lo, hi): (i64, i64)) -> Vec<i64> {
        let inner = self.lock();
        let batches = inner.digests.get(&digest_id).into_iter().flat_map(|said| said.accepted.range(..=hi));
        let near = batches.filter(|(_, accepted)| accepted.last >= lo);
        near.flat_map(|(_, accepted)| accepted.ids.iter().copied().filter(|id| (lo..=hi).contains(id))).collect()
    }

    /// Whether everything is remembered that was reported within this time.
    pub fn reaches(&self, back: Duration) -> bool {
        self.lock().forgot.is_none_or(|at| at.elapsed() >= back)
    }
}

impl Inner {
    fn take(&mut self, step: &Step, lines: &[Line]) {
        let said = self.digests.entry(step.batch.digest_id).or_default();
        let accepted = said.accepted.entry(step.batch.lo).or_insert_with(|| {
            self.order.push_back((step.batch.key(), Instant::now()));
            Accepted::default()
        });
        accepted.take(&step.accepted);
        self.recipients += step.done.len();
        if step.accepted.len() == step.done.len() {
            return;
        }
        let others = said.lines.entry(step.batch.lo).or_default();
        for line in lines.iter().filter(|line| crate::delivery::record::lines::is_result_of(line, step)) {
            others.insert(line.subscriber_id, line.clone());
        }
    }

    fn forget(&mut self, now: Instant) {
        while let Some((key, since)) = self.order.front().copied() {
            if self.recipients <= MOST && now.duration_since(since) <= KEPT {
                return;
            }
            self.order.pop_front();
            self.drop_batch(key);
            self.forgot = Some(now);
        }
    }

    fn drop_batch(&mut self, BatchKey { digest_id, lo }: BatchKey) {
        let Some(said) = self.digests.get_mut(&digest_id) else { return };
        let (accepted, lines) = (said.accepted.remove(&lo), said.lines.remove(&lo));
        let gone = accepted.map_or(0, |accepted| accepted.ids.len()) + lines.map_or(0, |lines| lines.len());
        self.recipients = self.recipients.saturating_sub(gone);
        if self.order.is_empty() {
            self.recipients = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::BatchId;

    fn step(digest_id: i64, lo: i64, accepted: &[i64]) -> Step {
        Step { accepted: accepted.to_vec(), done: accepted.to_vec(), ..Step::of(BatchId { digest_id, lo, epoch: 1 }) }
    }

    #[test]
    fn who_was_accepted_is_known_by_range() {
        let memory = Memory::default();
        memory.digest(3, 77);
        memory.learn(&[step(3, 1, &[1, 2, 900]), step(3, 1001, &[1001])], &[], &[]);
        memory.learn(&[step(4, 1, &[2])], &[], &[]);
        assert_eq!(memory.accepted_in(3, (2, 1001)), [2, 900, 1001]);
        assert!(memory.accepted_in(3, (3, 800)).is_empty() && memory.accepted_in(5, (1, 9)).is_empty());
        assert_eq!(memory.digests()[0].1.released_at, 77);
        memory.digest(3, 77);
        assert_eq!(memory.accepted_in(3, (1, 9)), [1, 2]);
        memory.digest(3, 78);
        assert!(memory.accepted_in(3, (1, 9)).is_empty(), "another under its id is another");
        assert!(memory.is_fresh() && !memory.is_fresh());
    }

    #[test]
    fn the_last_word_on_somebody_counts() {
        let memory = Memory::default();
        let line = |state| Line { digest_id: 3, subscriber_id: 5, state, attempts: None, next_at: 0, note: None };
        let done = Step { done: vec![5], ..Step::of(BatchId { digest_id: 3, lo: 1, epoch: 1 }) };
        memory.learn(std::slice::from_ref(&done), &[line(4)], &[]);
        memory.learn(&[done], &[line(3)], &[]);
        let (_, said) = memory.digests().pop().unwrap();
        assert_eq!(said.lines[&1][&5].state, 3);
    }

    #[test]
    fn what_is_too_much_is_forgotten_and_that_is_known() {
        let memory = Memory::default();
        let many: Vec<i64> = (1..=MOST as i64).collect();
        memory.learn(&[step(1, 1, &many)], &[], &[]);
        assert!(memory.reaches(Duration::from_hours(9)), "nothing is forgotten yet");
        memory.learn(&[step(2, 1, &[7])], &[], &[]);
        assert!(memory.accepted_in(1, (1, 9)).is_empty());
        assert_eq!(memory.accepted_in(2, (1, 9)), [7], "the youngest stays");
        assert!(!memory.reaches(Duration::from_hours(9)));
        assert!(memory.reaches(Duration::ZERO));
    }

    #[test]
    fn a_letter_is_known_by_when_it_was_asked_for() {
        let memory = Memory::default();
        let line = letter::Line { id: 9, epoch: 1, state: 2, attempts: Some(1), next_at: 0, note: None };
        memory.learn(&[], &[], std::slice::from_ref(&line));
        assert!(memory.letters().is_empty(), "which letter that was is not known");
        memory.letter(9, 1_234);
        memory.learn(&[], &[], std::slice::from_ref(&line));
        assert!(memory.has_ended(9, 1_234) && !memory.has_ended(9, 1_235), "another under its id is another");
        memory.letter(9, 1_234);
        assert_eq!(memory.letters(), [(1_234, line)]);
        memory.letter(9, 1_235);
        assert!(memory.letters().is_empty());
    }
}
