//! What a worker has reported about a batch since it took it: who was accepted, whose content may be on the wire. Pure.
//!
//! In: what connections are done with and about to start. Out: the two lists that one `UPDATE` of the batch's row writes
//! with each commit. The rows of the ledger follow when the batch is given back or taken over
//! ([`carry_over`](super::sql::batch::carry_over)), so that a mail costs a few bytes in one row and not two changes of its own row.

use super::{BatchId, packed};

/// A batch as its worker has reported it: ids in their order, each once. They come nearly in order and are written whole
/// with each commit, so a list is faster than a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    accepted: Vec<i64>,
    started: Vec<i64>,
}

/// What a group of results changes in one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which, under our lease.
    pub batch: BatchId,
    /// Plainly accepted.
    pub accepted: Vec<i64>,
    /// Not on the wire any more, whatever became of them.
    pub done: Vec<i64>,
    /// About to start.
    pub started: Vec<i64>,
}

impl Step {
    /// A step of nobody.
    pub fn of(batch: BatchId) -> Self {
        Self { batch, accepted: Vec::new(), done: Vec::new(), started: Vec::new() }
    }
}

impl Progress {
    /// Of a batch about which nothing was reported.
    pub const NOTHING: Self = Self { accepted: Vec::new(), started: Vec::new() };

    /// Takes a step; taken again it changes nothing.
    pub fn take(&mut self, step: &Step) {
        for id in &step.done {
            if let Ok(at) = self.started.binary_search(id) {
                self.started.remove(at);
            }
        }
        add(&mut self.accepted, &step.accepted);
        add(&mut self.started, &step.started);
    }

    /// The accepted, as stored.
    pub fn accepted(&self) -> Vec<u8> {
        pack(&self.accepted)
    }

    /// The started, as stored.
    pub fn started(&self) -> Vec<u8> {
        pack(&self.started)
    }
}

fn add(ids: &mut Vec<i64>, more: &[i64]) {
    for id in more {
        if let Err(at) = ids.binary_search(id) {
            ids.insert(at, *id);
        }
    }
}

fn pack(ids: &[i64]) -> Vec<u8> {
    let (mut bytes, mut before) = (Vec::with_capacity(ids.len() + 8), 0);
    for id in ids {
        packed::push(&mut bytes, (id - before) as u64);
        before = *id;
    }
    bytes
}

/// The ids of a stored list.
///
/// # Errors
/// When the bytes are not such a list.
pub fn unpack(mut bytes: &[u8]) -> Result<Vec<i64>, &'static str> {
    let (mut ids, mut id) = (Vec::new(), 0_i64);
    while !bytes.is_empty() {
        let gap = packed::take(&mut bytes).ok_or("a list of a batch is cut off")?;
        id = i64::try_from(gap).ok().and_then(|gap| id.checked_add(gap)).ok_or("an id of a batch is out of range")?;
        ids.push(id);
    }
    Ok(ids)
}

/// How many ids a stored list has.
pub fn count(bytes: &[u8]) -> i64 {
    bytes.iter().filter(|byte| **byte < 0x80).count() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_step_moves_ids_from_started_to_accepted() {
        let step = |accepted: &[i64], done: &[i64], started: &[i64]| Step {
            accepted: accepted.into(),
            done: done.into(),
            started: started.into(),
            ..Step::of(BatchId { digest_id: 1, lo: 1, epoch: 1 })
        };
        let mut progress = Progress::NOTHING;
        progress.take(&step(&[], &[], &[5, 6, 1000]));
        assert_eq!(unpack(&progress.started()).unwrap(), [5, 6, 1000]);
        for _ in 0..2 {
            progress.take(&step(&[6], &[6, 1000], &[7]));
            assert_eq!(unpack(&progress.accepted()).unwrap(), [6]);
            assert_eq!(unpack(&progress.started()).unwrap(), [5, 7]);
        }
    }

    #[test]
    fn damage_is_told() {
        assert!(unpack(&[0x80]).is_err());
        assert!(unpack(&[0xff; 12]).is_err());
    }

    proptest! {
        #[test]
        fn lists_come_back(ids in prop::collection::btree_set(1..i64::MAX, 0..100)) {
            let ids: Vec<i64> = ids.into_iter().collect();
            let bytes = pack(&ids);
            prop_assert_eq!(count(&bytes), ids.len() as i64);
            prop_assert_eq!(unpack(&bytes).unwrap(), ids);
        }

        #[test]
        fn in_whatever_order_they_come_ids_are_in_theirs(ids in prop::collection::vec(1..50_i64, 0..100)) {
            let mut progress = Progress::NOTHING;
            for some in ids.chunks(7) {
                progress.take(&Step { accepted: some.into(), ..Step::of(BatchId { digest_id: 1, lo: 1, epoch: 1 }) });
            }
            let expected: std::collections::BTreeSet<i64> = ids.into_iter().collect();
            prop_assert_eq!(progress.accepted, expected.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = unpack(&bytes);
        }
    }
}
