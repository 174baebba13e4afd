//! Whether the record of what people and programs did is whole.
//!
//! In: the chain, and perhaps an end of it that an owner noted elsewhere. Out: each row that was changed, each gap, an end that was cut
//! off. It cannot find what was left out before a row was ever written, nor a chain that somebody with the whole database in hand made
//! anew from some row on, its end included: against that only a noted end helps, for the row of that number then has another hash.

use super::chain::{Head, Row, hash};
use super::sql;
use crate::coded::codes;
use crate::db::Db;

/// Rows that are read at a time.
const PAGE: i64 = 1_000;
/// Faults that are told; a chain with more is told by its first.
pub const MOST: usize = 100;

codes! {
    /// What is wrong.
    pub enum Fault as "activity-fault" {
        /// A row does not have the hash that follows from it and the row before.
        Changed {
            /// Its number.
            row: String,
        } => "changed",
        /// Rows are missing in between.
        Missing {
            /// The first.
            first: String,
            /// The last.
            last: String,
        } => "missing",
        /// Rows at the end are missing: the end that the instance noted is behind the newest.
        CutOff {
            /// The newest row.
            newest: String,
            /// The noted end.
            noted: String,
        } => "cut-off",
        /// The newest row is not the one whose hash the instance noted.
        OtherEnd {
            /// Its number.
            row: String,
        } => "other-end",
        /// There are rows, and the instance notes no end.
        NoEnd => "no-end",
        /// The row of an end that the owner noted has another hash, or is not there.
        NotAsNoted {
            /// Its number.
            row: String,
        } => "not-as-noted",
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Rows that were read.
    pub rows: i64,
    /// The end: worth noting elsewhere.
    pub end: Head,
    /// What is wrong, by number; [`MOST`] at most.
    pub faults: Vec<Fault>,
}

/// Reads the whole chain. `noted`: an end that an owner kept elsewhere.
///
/// # Errors
/// The database's.
pub async fn verify(db: &Db, noted: Option<&Head>) -> sqlx::Result<Verdict> {
    // The end first: rows that are added meanwhile stand behind it, and are not looked at.
    let end = sql::head(db).await?;
    let upto = end.as_ref().map_or(i64::MAX, |end| end.id);
    let mut walk = Walk::default();
    loop {
        let rows = sql::behind(db, walk.last.id, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows.iter().take_while(|row| row.id <= upto) {
            walk.step(row);
        }
        if rows.last().is_none_or(|row| row.id >= upto) {
            break;
        }
    }
    walk.close(end.as_ref());
    // Behind the end that was noted there is what was added since the look at it, and then another end is noted; or nothing.
    let behind = sql::behind(db, upto, 1).await?;
    if let Some(row) = behind.first()
        && sql::head(db).await? == end
    {
        walk.tell(Fault::OtherEnd { row: row.id.to_string() });
    }
    if let Some(noted) = noted.filter(|noted| noted.id > 0) {
        let there = sql::by_id(db, noted.id).await?;
        if there.is_none_or(|row| row.hash != noted.hash) {
            walk.tell(Fault::NotAsNoted { row: noted.id.to_string() });
        }
    }
    Ok(Verdict { rows: walk.rows, end: walk.last, faults: walk.faults })
}

/// On the way along the chain.
#[derive(Debug, Default)]
struct Walk {
    rows: i64,
    last: Head,
    faults: Vec<Fault>,
}

impl Walk {
    fn tell(&mut self, fault: Fault) {
        if self.faults.len() < MOST {
            self.faults.push(fault);
        }
    }

    fn step(&mut self, row: &Row) {
        self.rows += 1;
        if row.id > self.last.id + 1 {
            let (first, last) = ((self.last.id + 1).to_string(), (row.id - 1).to_string());
            // What stood before is not known, so whether this row fits cannot be said.
            self.tell(Fault::Missing { first, last });
        } else if hash(&self.last.hash, row) != row.hash {
            self.tell(Fault::Changed { row: row.id.to_string() });
        }
        self.last = Head { id: row.id, hash: row.hash.clone() };
    }

    fn close(&mut self, end: Option<&Head>) {
        match end {
            None if self.rows > 0 => self.tell(Fault::NoEnd),
            Some(end) if end.id > self.last.id => {
                let (newest, noted) = (self.last.id.to_string(), end.id.to_string());
                self.tell(Fault::CutOff { newest, noted });
            }
            Some(end) if end.hash != self.last.hash => self.tell(Fault::OtherEnd { row: self.last.id.to_string() }),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(n: i64) -> (Vec<Row>, Head) {
        let mut head = Head::default();
        let mut rows = Vec::new();
        for id in 1..=n {
            let mut row = Row {
                id,
                at: id * 1000,
                actor: "person".into(),
                actor_id: 1,
                newsletter_id: 0,
                code: "session.begun".into(),
                about: "person".into(),
                about_id: 1,
                count: 1,
                parameters: "{}".into(),
                hash: String::new(),
            };
            row.hash = hash(&head.hash, &row);
            head = Head { id, hash: row.hash.clone() };
            rows.push(row);
        }
        (rows, head)
    }

    fn told(rows: &[Row], end: Option<&Head>) -> Vec<Fault> {
        let mut walk = Walk::default();
        for row in rows {
            walk.step(row);
        }
        walk.close(end);
        walk.faults
    }

    #[test]
    fn a_whole_chain_has_no_fault() {
        let (rows, end) = chain(9);
        assert!(told(&rows, Some(&end)).is_empty());
        assert!(told(&[], Some(&Head::default())).is_empty());
        assert!(told(&[], None).is_empty());
    }

    #[test]
    fn what_was_done_to_a_chain_is_told_by_row() {
        let (rows, end) = chain(9);
        let row = |n: i64| n.to_string();
        let mut changed = rows.clone();
        changed[3].actor_id = 2;
        assert_eq!(told(&changed, Some(&end)), [Fault::Changed { row: row(4) }]);
        // Its hash made anew: the next does not follow from it.
        changed[3].hash = hash(&changed[2].hash.clone(), &changed[3].clone());
        assert_eq!(told(&changed, Some(&end)), [Fault::Changed { row: row(5) }]);
        let mut gone = rows.clone();
        gone.drain(2..4);
        assert_eq!(told(&gone, Some(&end)), [Fault::Missing { first: row(3), last: row(4) }]);
        assert_eq!(told(&rows[1..], Some(&end)), [Fault::Missing { first: row(1), last: row(1) }]);
        let cut = Fault::CutOff { newest: row(7), noted: row(9) };
        assert_eq!(told(&rows[..7], Some(&end)), [cut]);
        assert_eq!(told(&[], Some(&end)), [Fault::CutOff { newest: row(0), noted: row(9) }]);
        assert_eq!(told(&rows, None), [Fault::NoEnd]);
        let other = Head { hash: "x".into(), ..end };
        assert_eq!(told(&rows, Some(&other)), [Fault::OtherEnd { row: row(9) }]);
    }
}
