//! When tables have grown so much that PostgreSQL should count them.
//!
//! PostgreSQL plans a statement once for each connection, by how large the tables are then, and keeps the plan until somebody counts them;
//! its own counting comes round once a minute. In the first burst of sign-ups, statements would read whole tables, which were empty when
//! they were planned, for rows that an index finds.
//!
//! In: how many rows were added, from any number of tasks. Out: when it is time, each time after ten times as many as before.

use std::sync::atomic::{AtomicU64, Ordering};

/// Rows after which they are counted for the first time: fewer fit into some pages, which cost little to read.
const FIRST: u64 = 500;

/// See the module.
#[derive(Debug)]
pub struct Growth {
    rows: AtomicU64,
    counted_at: AtomicU64,
}

impl Default for Growth {
    fn default() -> Self {
        Self { rows: AtomicU64::new(0), counted_at: AtomicU64::new(FIRST) }
    }
}

impl Growth {
    /// So many more; whether it is time to count, which one caller alone is told.
    pub fn by(&self, rows: u64) -> bool {
        let now = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let due = self.counted_at.load(Ordering::Relaxed);
        let mut next = due;
        while next <= now {
            next = next.saturating_mul(10);
        }
        next != due && self.counted_at.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_time_after_ten_times_as_many_each_time() {
        let growth = Growth::default();
        let due: Vec<u64> = (1..=100_000).filter(|_| growth.by(1)).collect();
        assert_eq!(due, [500, 5_000, 50_000]);
        assert!(!growth.by(0) && growth.by(3_000_000) && !growth.by(1));
    }
}
