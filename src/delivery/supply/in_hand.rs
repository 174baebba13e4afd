//! What one process knows without a query: the batches it holds, the digests being sent, the people who left.
//!
//! In: claims, the watcher's findings, results of connections. Out: whether a mail may still be sent ([`InHand::why_not`]), and which
//! batches are complete. All in memory; the ledger's gate has the last word.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::delivery::wire::contract::Withdrawn;
use crate::ledger::{BatchId, BatchKey, DigestState, Key};

/// A batch in this process's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Last id of its range.
    pub hi: i64,
    /// Epoch of our lease.
    pub epoch: i64,
    /// Mails of it in the queue or in a connection's hands.
    pub open: usize,
    /// Another worker has it now.
    pub lost: bool,
    /// It is being given back.
    pub releasing: bool,
}

impl Held {
    /// The batch under our lease.
    pub const fn of(&self, key: BatchKey) -> BatchId {
        BatchId { digest_id: key.digest_id, lo: key.lo, epoch: self.epoch }
    }
}

/// Who acts when the database may have gone back in time: each is told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubter {
    /// Claims: tell again what became of digests' mails.
    Claims,
    /// Letters: the same of letters.
    Letters,
    /// The counter is compared.
    Witness,
}

/// A worker that has not renewed its leases within this time stops sending: 30 s lease less a margin of 5 s.
const TRUST: Duration = Duration::from_secs(25);

/// See the module.
#[derive(Debug, Default)]
pub struct InHand {
    /// A handful, looked up at every step of every mail: for few entries a tree is faster than a hash.
    batches: Mutex<BTreeMap<BatchKey, Held>>,
    letters: Mutex<HashMap<i64, i64>>,
    unrecorded_letters: Mutex<Vec<(i64, i64)>>,
    digests: RwLock<BTreeMap<i64, DigestState>>,
    /// Digests whose unknown addresses an editor declared dead.
    accepting: RwLock<HashSet<i64>>,
    departed: RwLock<HashSet<i64>>,
    renewed: Mutex<Option<Instant>>,
    halted: AtomicBool,
    /// Something happened for which mails may have to leave the queue.
    altered: AtomicBool,
    /// The database may not be where we left it; by [`Doubter`].
    suspected: [AtomicBool; 3],
    /// It has surely gone back in time, and claims have not heard of it.
    gone_back: AtomicBool,
    /// Woken when a batch is complete, the digests changed, or a halt ended.
    pub changed: Notify,
    running: Notify,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl InHand {
    /// A batch was claimed.
    pub fn hold(&self, batch: BatchId, hi: i64) {
        lock(&self.batches)
            .insert(batch.key(), Held { hi, epoch: batch.epoch, open: 0, lost: false, releasing: false });
    }

    /// So many mails of it are about to be put into the queue.
    pub fn add_mails(&self, key: BatchKey, mails: usize) {
        if let Some(held) = lock(&self.batches).get_mut(&key) {
            held.open += mails;
        }
    }

    /// A letter was claimed.
    pub fn hold_letter(&self, id: i64, epoch: i64) {
        lock(&self.letters).insert(id, epoch);
    }

    /// This mail is finished: recorded or lost. Its batch is complete with its last mail.
    pub fn done(&self, key: &Key) {
        match *key {
            Key::Digest { digest_id, batch_lo, epoch, .. } => {
                let complete = match lock(&self.batches).get_mut(&BatchKey { digest_id, lo: batch_lo }) {
                    Some(held) if held.epoch == epoch => {
                        held.open = held.open.saturating_sub(1);
                        held.open == 0
                    }
                    _ => false,
                };
                if complete {
                    self.changed.notify_one();
                }
            }
            Key::Letter { id, epoch } => {
                let mut letters = lock(&self.letters);
                if letters.get(&id) == Some(&epoch) {
                    letters.remove(&id);
                }
            }
        }
    }

    /// This mail was lost without a record (a task panicked): its row is still open, and its batch or letter is given back.
    pub fn unrecorded(&self, key: &Key) {
        self.done(key);
        if let Key::Letter { id, epoch } = *key {
            lock(&self.unrecorded_letters).push((id, epoch));
        }
    }

    /// Letters whose lease is to be given back, by id and epoch.
    pub fn take_unrecorded_letters(&self) -> Vec<(i64, i64)> {
        std::mem::take(&mut lock(&self.unrecorded_letters))
    }

    /// Batches without an open mail that are to be given back. Until [`InHand::released`] they stay here, but no result is taken
    /// and nothing starts: a result that came late must not be written over what was reported.
    pub fn complete(&self) -> Vec<(BatchKey, Held)> {
        let mut batches = lock(&self.batches);
        let complete = batches.iter_mut().filter(|(_, held)| held.open == 0 && !held.releasing);
        complete
            .map(|(key, held)| {
                held.releasing = true;
                (*key, *held)
            })
            .collect()
    }

    /// The commit that gave this batch back has answered.
    pub fn released(&self, batch: BatchId) {
        let mut batches = lock(&self.batches);
        if batches.get(&batch.key()).is_some_and(|held| held.epoch == batch.epoch) {
            batches.remove(&batch.key());
        }
    }

    /// What was to be given back was not, as far as anybody knows: it is complete once more.
    pub fn release_again(&self) {
        for held in lock(&self.batches).values_mut() {
            held.releasing = false;
        }
        self.changed.notify_one();
    }

    /// Every batch in hand.
    pub fn batches(&self) -> Vec<(BatchKey, Held)> {
        lock(&self.batches).iter().map(|(key, held)| (*key, *held)).collect()
    }

    /// Whether results of this batch are taken: it is here, under this lease, and not being given back.
    pub fn takes(&self, batch: BatchId) -> bool {
        lock(&self.batches).get(&batch.key()).is_some_and(|held| held.epoch == batch.epoch && !held.releasing)
    }

    /// Whether this batch is here, under this lease.
    pub fn has(&self, batch: BatchId) -> bool {
        lock(&self.batches).get(&batch.key()).is_some_and(|held| held.epoch == batch.epoch)
    }

    /// Whether a batch of this digest is here.
    pub fn holds(&self, digest_id: i64) -> bool {
        lock(&self.batches).keys().any(|key| key.digest_id == digest_id)
    }

    /// The digests whose unknown addresses an editor takes for dead.
    pub fn set_accepting(&self, digests: HashSet<i64>) {
        *self.accepting.write().unwrap_or_else(PoisonError::into_inner) = digests;
    }

    /// Whether an editor takes this digest's unknown addresses for dead.
    pub fn takes_bounces(&self, digest_id: i64) -> bool {
        self.accepting.read().unwrap_or_else(PoisonError::into_inner).contains(&digest_id)
    }

    /// Whether mails of this digest are still out that we have no lease for.
    pub fn has_lost(&self, digest_id: i64) -> bool {
        lock(&self.batches).iter().any(|(key, held)| key.digest_id == digest_id && held.lost && held.open > 0)
    }

    /// How many letters are here.
    pub fn letters_held(&self) -> usize {
        lock(&self.letters).len()
    }

    /// Nothing is in our hands.
    pub fn is_idle(&self) -> bool {
        lock(&self.batches).is_empty() && lock(&self.letters).is_empty()
    }

    /// Our leases were renewed by a statement that began at `at`. Of the `asked` batches, those not in `ours` are lost.
    /// (A batch that was claimed while the statement ran was not asked for.)
    pub fn renewed(&self, at: Instant, asked: &[(BatchKey, Held)], ours: &HashSet<BatchId>) {
        let mut batches = lock(&self.batches);
        for (key, before) in asked.iter().filter(|(key, held)| !ours.contains(&held.of(*key))) {
            if let Some(held) = batches.get_mut(key).filter(|held| held.epoch == before.epoch) {
                held.lost = true;
                self.altered.store(true, Ordering::SeqCst);
            }
        }
        *lock(&self.renewed) = Some(at);
    }

    /// The ledger refused a result of this batch: the lease is not ours. Another worker has it, or the database does not
    /// know of it any more.
    pub fn fenced(&self, batch: BatchId) {
        if let Some(held) = lock(&self.batches).get_mut(&batch.key()).filter(|held| held.epoch == batch.epoch) {
            held.lost = true;
            self.altered.store(true, Ordering::SeqCst);
        }
        self.suspect();
    }

    /// The database may have gone back in time: it is told again what we know before anything is claimed.
    pub fn suspect(&self) {
        for suspected in &self.suspected {
            suspected.store(true, Ordering::SeqCst);
        }
        self.changed.notify_one();
    }

    /// The database has gone back in time: as [`InHand::suspect`], and others need time to notice it too.
    pub fn has_gone_back(&self) {
        self.gone_back.store(true, Ordering::SeqCst);
        self.suspect();
    }

    /// Whether [`InHand::has_gone_back`] was called since this was last asked.
    pub fn went_back(&self) -> bool {
        self.gone_back.swap(false, Ordering::SeqCst)
    }

    /// Whether [`InHand::suspect`] was called since this one last asked.
    pub fn is_suspected(&self, by: Doubter) -> bool {
        self.suspected[by as usize].swap(false, Ordering::SeqCst)
    }

    /// Letters by id and epoch that are here.
    pub fn letters(&self) -> HashMap<i64, i64> {
        lock(&self.letters).clone()
    }

    /// Another worker has this letter now.
    pub fn lose_letter(&self, id: i64, epoch: i64) {
        let mut letters = lock(&self.letters);
        if letters.get(&id) == Some(&epoch) {
            letters.remove(&id);
        }
    }

    /// From now on leases run out (PostgreSQL); the first claim counts as a renewal.
    pub fn leases_run_out(&self, now: Instant) {
        *lock(&self.renewed) = Some(now);
    }

    /// Whether our leases surely still hold. Always on SQLite, where the lock file proves us alone.
    pub fn lease_holds(&self) -> bool {
        lock(&self.renewed).is_none_or(|at| at.elapsed() < TRUST)
    }

    /// The digests that are open now.
    pub fn set_digests(&self, digests: BTreeMap<i64, DigestState>) {
        let mut known = self.digests.write().unwrap_or_else(PoisonError::into_inner);
        if *known != digests {
            *known = digests;
            self.altered.store(true, Ordering::SeqCst);
            self.changed.notify_one();
        }
    }

    /// Whether digests changed or a batch was lost since this was last asked.
    pub fn has_changed(&self) -> bool {
        self.altered.swap(false, Ordering::SeqCst)
    }

    /// Something may be free that was not: digests that had nothing to claim are asked for again.
    pub fn look_again(&self) {
        self.altered.store(true, Ordering::SeqCst);
        self.changed.notify_one();
    }

    /// Digests that were cancelled, with rows that may still be open.
    pub fn cancelled(&self) -> Vec<i64> {
        let known = self.digests.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().filter(|(_, state)| **state == DigestState::Cancelled).map(|(id, _)| *id).collect()
    }

    /// Digests that send, in the order of their ids.
    pub fn sending(&self) -> Vec<i64> {
        let known = self.digests.read().unwrap_or_else(PoisonError::into_inner);
        let mut ids: Vec<_> =
            known.iter().filter(|(_, state)| **state == DigestState::Sending).map(|(id, _)| *id).collect();
        ids.sort_unstable();
        ids
    }

    /// People who left since; forgotten when nothing is in our hands, because a claim reads their status anew.
    pub fn have_left(&self, ids: &[i64]) {
        let mut departed = self.departed.write().unwrap_or_else(PoisonError::into_inner);
        if self.is_idle() {
            departed.clear();
        }
        departed.extend(ids);
    }

    /// Who is said to have left.
    pub fn who_left(&self) -> Vec<i64> {
        self.departed.read().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// People who had left and are back: what is in the queue for them may leave.
    pub fn are_back(&self, ids: &[i64]) {
        let mut departed = self.departed.write().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            departed.remove(id);
        }
    }

    /// Nothing more leaves until [`InHand::resume`]: the ledger cannot be written.
    pub fn halt(&self) {
        self.halted.store(true, Ordering::SeqCst);
    }

    /// The ledger can be written again.
    pub fn resume(&self) {
        if self.halted.swap(false, Ordering::SeqCst) {
            self.running.notify_waiters();
            self.changed.notify_one();
        }
    }

    /// Whether [`InHand::halt`] holds.
    pub fn is_halted(&self) -> bool {
        self.halted.load(Ordering::SeqCst)
    }

    /// Waits for the end of a halt.
    pub async fn resumed(&self) {
        loop {
            let woken = self.running.notified();
            if !self.is_halted() {
                return;
            }
            woken.await;
        }
    }

    /// Why this mail must not be sent, if so. Costs two look-ups. Ignores a halt: see [`InHand::is_halted`].
    pub fn why_not(&self, key: &Key) -> Option<Withdrawn> {
        if !self.lease_holds() {
            return Some(Withdrawn::Return);
        }
        match *key {
            Key::Digest { digest_id, subscriber_id, batch_lo, epoch } => {
                let ours = lock(&self.batches)
                    .get(&BatchKey { digest_id, lo: batch_lo })
                    .is_some_and(|b| b.epoch == epoch && !b.lost && !b.releasing);
                if !ours {
                    return Some(Withdrawn::Return);
                }
                if self.departed.read().unwrap_or_else(PoisonError::into_inner).contains(&subscriber_id) {
                    return Some(Withdrawn::Skip("left"));
                }
                let known = self.digests.read().unwrap_or_else(PoisonError::into_inner);
                match known.get(&digest_id) {
                    Some(DigestState::Sending) => None,
                    Some(DigestState::Cancelled) => Some(Withdrawn::Skip("cancelled")),
                    _ => Some(Withdrawn::Return),
                }
            }
            Key::Letter { id, epoch } => {
                let ours = lock(&self.letters).get(&id) == Some(&epoch);
                (!ours).then_some(Withdrawn::Return)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(subscriber_id: i64) -> Key {
        Key::Digest { digest_id: 1, subscriber_id, batch_lo: 1, epoch: 2 }
    }

    fn batch(epoch: i64) -> BatchId {
        BatchId { digest_id: 1, lo: 1, epoch }
    }

    fn in_hand() -> InHand {
        let in_hand = InHand::default();
        in_hand.set_digests(BTreeMap::from([(1, DigestState::Sending)]));
        in_hand.hold(batch(2), 1000);
        in_hand.add_mails(batch(2).key(), 2);
        in_hand
    }

    #[test]
    fn a_batch_is_complete_with_its_last_mail() {
        let in_hand = in_hand();
        in_hand.done(&key(5));
        assert!(in_hand.complete().is_empty());
        in_hand.done(&Key::Digest { digest_id: 1, subscriber_id: 6, batch_lo: 1, epoch: 1 });
        assert!(in_hand.complete().is_empty(), "an older lease does not count");
        in_hand.done(&key(6));
        assert_eq!(
            in_hand.complete(),
            [(batch(2).key(), Held { hi: 1000, epoch: 2, open: 0, lost: false, releasing: true })]
        );
        assert!(!in_hand.is_idle(), "it is here until its commit has answered");
        in_hand.released(batch(2));
        assert!(in_hand.is_idle());
    }

    #[test]
    fn what_is_being_given_back_takes_no_result_and_starts_nothing() {
        let in_hand = in_hand();
        in_hand.done(&key(5));
        in_hand.done(&key(6));
        assert!(in_hand.takes(batch(2)) && in_hand.why_not(&key(5)).is_none());
        assert_eq!(in_hand.complete().len(), 1);
        assert!(in_hand.complete().is_empty(), "one commit at a time");
        assert!(!in_hand.takes(batch(2)) && in_hand.has(batch(2)));
        assert_eq!(in_hand.why_not(&key(5)), Some(Withdrawn::Return));
        in_hand.release_again();
        assert!(in_hand.takes(batch(2)));
        assert_eq!(in_hand.complete().len(), 1, "the commit failed, and is tried again");
        in_hand.released(batch(1));
        assert!(in_hand.has(batch(2)), "an older lease does not count");
        in_hand.released(batch(2));
        assert!(!in_hand.has(batch(2)) && in_hand.is_idle());
    }

    #[test]
    fn what_happened_meanwhile_is_seen() {
        let in_hand = in_hand();
        assert_eq!(in_hand.why_not(&key(5)), None);
        in_hand.have_left(&[5]);
        assert_eq!(in_hand.why_not(&key(5)), Some(Withdrawn::Skip("left")));
        assert_eq!(in_hand.why_not(&key(6)), None);
        assert_eq!(in_hand.who_left(), [5]);
        in_hand.are_back(&[5]);
        assert_eq!(in_hand.why_not(&key(5)), None, "who is back is written to");
        in_hand.set_digests(BTreeMap::from([(1, DigestState::Paused)]));
        assert_eq!(in_hand.why_not(&key(6)), Some(Withdrawn::Return));
        in_hand.set_digests(BTreeMap::from([(1, DigestState::Cancelled)]));
        assert_eq!(in_hand.why_not(&key(6)), Some(Withdrawn::Skip("cancelled")));
    }

    #[test]
    fn a_lost_or_old_lease_sends_nothing() {
        let (lost, late) = (in_hand(), in_hand());
        lost.renewed(Instant::now(), &lost.batches(), &HashSet::new());
        assert_eq!(lost.why_not(&key(5)), Some(Withdrawn::Return), "the batch is another worker's");
        let long_ago = Instant::now().checked_sub(TRUST).unwrap();
        let ours = HashSet::from([batch(2)]);
        late.renewed(long_ago, &late.batches(), &ours);
        assert_eq!(late.why_not(&key(5)), Some(Withdrawn::Return), "nobody renewed it");
        late.renewed(Instant::now(), &late.batches(), &ours);
        assert_eq!(late.why_not(&key(5)), None);
        late.renewed(Instant::now(), &[], &HashSet::new());
        assert_eq!(late.why_not(&key(5)), None, "it was claimed while the statement ran");
    }

    #[test]
    fn a_fenced_batch_sends_nothing_and_raises_a_doubt_for_each_who_acts() {
        let in_hand = in_hand();
        assert!(!in_hand.is_suspected(Doubter::Claims));
        in_hand.fenced(batch(1));
        assert_eq!(in_hand.why_not(&key(5)), None, "that was an older lease");
        in_hand.fenced(batch(2));
        assert_eq!(in_hand.why_not(&key(5)), Some(Withdrawn::Return));
        assert!(in_hand.has_lost(1) && !in_hand.has_lost(2));
        for doubter in [Doubter::Claims, Doubter::Letters, Doubter::Witness] {
            assert!(in_hand.is_suspected(doubter) && !in_hand.is_suspected(doubter), "{doubter:?}");
        }
        in_hand.done(&key(5));
        in_hand.done(&key(6));
        assert!(!in_hand.has_lost(1), "nothing of it is out any more");
    }

    #[test]
    fn a_dropped_letter_is_given_back() {
        let in_hand = InHand::default();
        in_hand.hold_letter(7, 3);
        let key = Key::Letter { id: 7, epoch: 3 };
        assert_eq!(in_hand.why_not(&key), None);
        in_hand.unrecorded(&key);
        assert_eq!(in_hand.why_not(&key), Some(Withdrawn::Return));
        assert_eq!(in_hand.take_unrecorded_letters(), [(7, 3)]);
    }
}
