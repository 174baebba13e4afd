//! Invariant I1, by the sink's journal and by Facteur's own books: nobody lost, repeats bounded and alike, sums right.

use std::collections::{HashMap, HashSet};

use super::TestApp;
use super::smtp::journal::Entry;

/// What the journal says of a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Recipients who got nothing.
    pub lost: usize,
    /// Mails beyond one each.
    pub repeats: usize,
    /// Mails in all.
    pub mails: usize,
}

/// What the addresses of newsletters end with; notices go there.
const EDITORS: &str = "@lettres.example.org";

/// Counts the journal against who should have got the digest.
///
/// Letters to the newsletter's own address are no part of it. Asserts that nobody else was written to, that a repeat has the Message-ID, the Date and the bytes of the first, and
/// that no two people share a Message-ID.
pub fn tally(journal: &[Entry], expected: &HashSet<String>) -> Tally {
    let mut first: HashMap<&str, &Entry> = HashMap::new();
    let mut owners: HashMap<&str, &str> = HashMap::new();
    let journal: Vec<&Entry> = journal.iter().filter(|entry| !entry.rcpt.ends_with(EDITORS)).collect();
    for entry in &journal {
        assert!(expected.contains(&entry.rcpt), "{} was written to", entry.rcpt);
        let before = *first.entry(&entry.rcpt).or_insert(entry);
        let same = |e: &Entry| (e.message_id.clone(), e.date.clone(), e.sha256.clone());
        assert_eq!(same(before), same(entry), "a repeat to {} differs", entry.rcpt);
        let owner = *owners.entry(&entry.message_id).or_insert(&entry.rcpt);
        assert_eq!(owner, entry.rcpt, "two people share the Message-ID {}", entry.message_id);
    }
    Tally { lost: expected.len() - first.len(), repeats: journal.len() - first.len(), mails: journal.len() }
}

impl TestApp {
    /// Asserts invariant I1 at the end of a digest: lost 0, repeats within the bound, `facteur fsck` content.
    pub async fn assert_nothing_lost(&self, expected: &HashSet<String>, most_repeats: usize) -> Tally {
        let tally = tally(&self.sink.journal(), expected);
        assert_eq!(tally.lost, 0, "{tally:?}");
        assert!(tally.repeats <= most_repeats, "{tally:?}, at most {most_repeats} repeats");
        self.cli(&["fsck"]).await.ok();
        tally
    }
}
