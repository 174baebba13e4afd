//! Packs a finished digest's recipients: ids as gaps, one byte for each outcome. Pure.
//!
//! In: rows of the ledger. Out: two byte strings per 1,000 recipients (about 2 bytes each), and back.

use super::State;

/// Recipients in one stored row.
pub const CHUNK: usize = 1_000;

/// What an outcome's byte says beside the state. The position is stored: only ever add at the end.
const REASONS: [&str; 16] = [
    "",
    "left",
    "suppressed",
    "cancelled",
    "address",
    "policy",
    "content",
    "expired",
    "render",
    "smtputf8",
    "doubt",
    "erased",
    "unknown",
    "topics",
    "had",
    "paused",
];

/// State in the low 3 bits, reason above.
pub fn outcome(state: i64, reason: &str) -> u8 {
    let reason = REASONS.iter().position(|known| *known == reason).unwrap_or(0);
    (reason as u8) << 3 | (state & 7) as u8
}

/// The state of an outcome's byte.
pub fn state(outcome: u8) -> i64 {
    i64::from(outcome & 7)
}

/// The reason of an outcome's byte; empty for none.
pub fn reason(outcome: u8) -> &'static str {
    REASONS.get(usize::from(outcome >> 3)).copied().unwrap_or_default()
}

/// One stored row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// First id; 0 when there is none.
    pub lo: i64,
    /// Last id.
    pub hi: i64,
    /// Gaps between ids, LEB128, the first from `lo`.
    pub ids: Vec<u8>,
    /// One byte each.
    pub outcomes: Vec<u8>,
}

impl Chunk {
    /// Packs recipients in the order of their ids.
    pub fn of(rows: &[(i64, u8)]) -> Self {
        let lo = rows.first().map_or(0, |row| row.0);
        let (mut ids, mut before) = (Vec::with_capacity(rows.len()), lo);
        for (id, _) in rows {
            push(&mut ids, (id - before) as u64);
            before = *id;
        }
        Self { lo, hi: before, ids, outcomes: rows.iter().map(|row| row.1).collect() }
    }

    /// The recipients again.
    ///
    /// # Errors
    /// A sentence when the bytes are inconsistent.
    pub fn rows(&self) -> Result<Vec<(i64, u8)>, &'static str> {
        let (mut rest, mut id, mut rows) = (self.ids.as_slice(), self.lo, Vec::with_capacity(self.outcomes.len()));
        for outcome in &self.outcomes {
            let before = id;
            id = next(&mut rest, before)?;
            if id == before && !rows.is_empty() {
                return Err("an id stands twice");
            }
            rows.push((id, *outcome));
        }
        match (rest.is_empty(), rows.last()) {
            (false, _) => Err("it has more ids than outcomes"),
            (_, Some((last, _))) if *last != self.hi => Err("its last id is another"),
            _ => Ok(rows),
        }
    }
}

/// The id behind `before`.
fn next(ids: &mut &[u8], before: i64) -> Result<i64, &'static str> {
    let gap = take(ids).ok_or("it has fewer ids than outcomes")?;
    i64::try_from(gap).ok().and_then(|gap| before.checked_add(gap)).ok_or("an id is out of range")
}

/// What became of one recipient of a stored row; `None`: they are not in it. Reads no further than to them.
///
/// # Errors
/// A sentence when the bytes up to there are inconsistent.
pub fn find(lo: i64, mut ids: &[u8], outcomes: &[u8], wanted: i64) -> Result<Option<u8>, &'static str> {
    let mut id = lo;
    for outcome in outcomes {
        id = next(&mut ids, id)?;
        if id >= wanted {
            return Ok((id == wanted).then_some(*outcome));
        }
    }
    Ok(None)
}

/// Adds the outcomes of one stored row to how often each byte stands in others.
pub fn tally(outcomes: &[u8], tally: &mut [i64; 256]) {
    for outcome in outcomes {
        tally[usize::from(*outcome)] += 1;
    }
}

/// States that a packed recipient can have.
pub fn is_closed(state: i64) -> bool {
    [State::Accepted, State::Refused, State::Skipped, State::Uncertain].iter().any(|closed| *closed as i64 == state)
}

pub(super) fn push(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back(ids in prop::collection::btree_set(1..i64::MAX, 0..200), byte in any::<u8>()) {
            let rows: Vec<(i64, u8)> = ids.into_iter().enumerate().map(|(at, id)| (id, byte.wrapping_add(at as u8))).collect();
            let chunk = Chunk::of(&rows);
            let found = |id| find(chunk.lo, &chunk.ids, &chunk.outcomes, id).unwrap();
            for (id, outcome) in &rows {
                prop_assert_eq!(found(*id), Some(*outcome));
            }
            let (first, last) = (rows.first().map_or(1, |row| row.0), rows.last().map_or(1, |row| row.0));
            prop_assert_eq!((found(first - 1), found(last.saturating_add(1))), (None, None));
            prop_assert_eq!(chunk.rows().unwrap(), rows);
        }
    }

    #[test]
    fn damage_is_told() {
        let whole = Chunk::of(&[(5, 2), (6, 2), (900, 3)]);
        let broken = |change: fn(&mut Chunk)| {
            let mut chunk = whole.clone();
            change(&mut chunk);
            chunk.rows().unwrap_err()
        };
        assert_eq!(broken(|chunk| chunk.outcomes.push(2)), "it has fewer ids than outcomes");
        assert_eq!(broken(|chunk| chunk.ids.push(1)), "it has more ids than outcomes");
        assert_eq!(broken(|chunk| chunk.hi = 901), "its last id is another");
        assert_eq!(broken(|chunk| chunk.ids[1] = 0), "an id stands twice");
    }

    #[test]
    fn neighbours_take_two_bytes_each() {
        let rows: Vec<_> = (1..=1000).map(|id| (id, outcome(State::Accepted as i64, ""))).collect();
        let chunk = Chunk::of(&rows);
        assert_eq!(chunk.ids.len() + chunk.outcomes.len(), 2000);
    }

    #[test]
    fn outcomes_keep_their_reason() {
        let byte = outcome(State::Skipped as i64, "suppressed");
        assert_eq!((state(byte), reason(byte)), (State::Skipped as i64, "suppressed"));
        assert_eq!(reason(outcome(2, "")), "");
        assert_eq!(reason(outcome(3, "never heard of")), "");
        let mut found = [0; 256];
        tally(&[byte, byte, 2], &mut found);
        assert_eq!((found[usize::from(byte)], found[2]), (2, 1));
    }
}
