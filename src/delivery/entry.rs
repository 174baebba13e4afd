//! What waits for the recorder, turned into lines of the ledger and back into answers. Pure.
//!
//! In: entries of connections. Out: three lists of lines (plain, with a note, letters), and an answer for each entry.

use std::collections::HashSet;

use tokio::sync::oneshot;

use super::lane::RecordError;
use super::sql::letter;
use super::sql::record::{Line, Note};
use super::{Key, Outcome, State, retry};
use crate::app::App;
use crate::clock::Millis;
use crate::config::OnUncertain;

/// One connection's "this is done, that is about to start", and where it hears back.
#[derive(Debug)]
pub struct Entry {
    /// Row, attempts before, outcome.
    pub done: Option<(Key, u16, Outcome)>,
    /// Whose content is about to leave.
    pub started: Option<Key>,
    /// The answer.
    pub answer: oneshot::Sender<Result<(), RecordError>>,
}

/// A mail that was left in doubt so often is left for an editor: it may be what makes the server drop us.
const MOST_DOUBTS: u16 = 12;

/// Entries that are written together.
#[derive(Debug)]
pub struct Group {
    entries: Vec<Entry>,
    refused: HashSet<Key>,
    lost: bool,
    /// Starts and plain successes, by digest.
    pub plain: Vec<Line>,
    /// Everything else, by digest; most have a note.
    pub noted: Vec<Line>,
    /// Letters.
    pub letters: Vec<letter::Line>,
    policy: Policy,
}

/// What turns an outcome into a line besides itself.
#[derive(Clone, Copy, Debug)]
struct Policy {
    on_uncertain: OnUncertain,
    now: Millis,
}

impl Group {
    /// The lines of these entries.
    pub fn new(entries: Vec<Entry>, app: &App) -> Self {
        let policy = Policy { on_uncertain: app.config.smtp.on_uncertain, now: app.clock.now() };
        Self::with(entries, policy)
    }

    fn with(entries: Vec<Entry>, policy: Policy) -> Self {
        let mut group = Self {
            entries,
            refused: HashSet::new(),
            lost: false,
            plain: Vec::new(),
            noted: Vec::new(),
            letters: Vec::new(),
            policy,
        };
        group.draw();
        group
    }

    /// Makes the lines anew, without refused starts.
    fn draw(&mut self) {
        let (mut plain, mut noted, mut letters) = (Vec::with_capacity(2 * self.entries.len()), Vec::new(), Vec::new());
        let mut sort = |key: &Key, text: Written| match *key {
            Key::Digest { .. } if matches!(text.state, State::Started | State::Accepted) => plain.push(line(key, text)),
            Key::Digest { .. } => noted.push(line(key, text)),
            Key::Letter { id, epoch } => letters.push(letter_line(id, epoch, text)),
        };
        for Entry { done, started, .. } in &self.entries {
            if let Some((key, attempts, outcome)) = done {
                sort(key, written(key, *attempts, outcome, self.policy));
            }
            if let Some(key) = started.as_ref().filter(|key| !self.refused.contains(key)) {
                sort(key, Written { state: State::Started, attempts: None, next_at: 0, note: None });
            }
        }
        plain.sort_by_key(|line| line.digest_id);
        noted.sort_by_key(|line| line.digest_id);
        (self.plain, self.noted, self.letters) = (plain, noted, letters);
    }

    /// How many entries.
    pub fn size(&self) -> usize {
        self.entries.len()
    }

    /// Whether one statement can write all of it.
    pub fn is_plain(&self, sqlite: bool) -> bool {
        let one_digest =
            || self.plain.first().map(|line| line.digest_id) == self.plain.last().map(|line| line.digest_id);
        !self.plain.is_empty() && self.noted.is_empty() && self.letters.is_empty() && (!sqlite || one_digest())
    }

    /// Takes every start out: what is done is still written.
    pub fn refuse_starts(&mut self) {
        self.refused.extend(self.entries.iter().filter_map(|entry| entry.started));
        self.draw();
    }

    /// These starts did not take.
    pub fn refuse(&mut self, keys: &[Key]) {
        self.refused.extend(keys);
    }

    /// Nothing of it could be written.
    pub fn lose(&mut self) {
        self.lost = true;
    }

    /// Each entry as a group of its own.
    pub fn split(&mut self) -> Vec<Self> {
        self.entries.drain(..).map(|entry| Self::with(vec![entry], self.policy)).collect()
    }

    /// Answers every entry.
    pub fn answer(&mut self) {
        for Entry { started, answer, .. } in self.entries.drain(..) {
            let refused = started.is_some_and(|key| self.refused.contains(&key));
            let result = match (self.lost, refused) {
                (true, _) => Err(RecordError::Lost),
                (false, true) => Err(RecordError::Fenced),
                (false, false) => Ok(()),
            };
            // A connection that is gone does not listen; its row says what is to be done.
            let _ = answer.send(result);
        }
    }
}

/// An outcome in the ledger's words.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    state: State,
    attempts: Option<i64>,
    next_at: Millis,
    note: Option<Note>,
}

fn written(key: &Key, attempts: u16, outcome: &Outcome, policy: Policy) -> Written {
    let once_more = Some(i64::from(attempts.saturating_add(1).min(i16::MAX as u16)));
    let note = |code: u16, reason, words: &str| Some(Note { code: code.into(), reason, words: kept(words) });
    match outcome {
        Outcome::Accepted { .. } => Written { state: State::Accepted, attempts: once_more, next_at: 0, note: None },
        Outcome::Refused { code, reason, words } => {
            Written { state: State::Refused, attempts: once_more, next_at: 0, note: note(*code, reason, words) }
        }
        // A fault of the server or the sender: the recipient is as untouched as if nothing had been started.
        Outcome::Deferred { next_at, counted: false, .. } if *next_at <= policy.now => {
            Written { state: State::Queued, attempts: None, next_at: 0, note: None }
        }
        Outcome::Deferred { next_at, code, words, counted } => Written {
            state: State::Deferred,
            attempts: if *counted { once_more } else { None },
            next_at: *next_at,
            note: note(*code, "deferred", words),
        },
        Outcome::Skipped { reason } => {
            Written { state: State::Skipped, attempts: None, next_at: 0, note: note(0, reason, "") }
        }
        Outcome::Uncertain if policy.on_uncertain == OnUncertain::Hold || attempts >= MOST_DOUBTS => {
            Written { state: State::Uncertain, attempts: once_more, next_at: 0, note: note(0, "doubt", "") }
        }
        // The first doubt is settled at once, a server that drops us again and again is met on the schedule of "later".
        Outcome::Uncertain => Written {
            state: State::Deferred,
            attempts: once_more,
            next_at: policy.now + if attempts == 0 { 0 } else { retry::wait(key, attempts) },
            note: note(0, "doubt", ""),
        },
    }
}

/// At most 512 bytes, cut at a character, without what PostgreSQL's TEXT refuses.
fn kept(words: &str) -> String {
    let mut end = words.len().min(512);
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    words[..end].replace('\0', " ")
}

fn line(key: &Key, text: Written) -> Line {
    let (digest_id, subscriber_id, lo, epoch) = match *key {
        Key::Digest { digest_id, subscriber_id, batch_lo, epoch } => (digest_id, subscriber_id, batch_lo, epoch),
        Key::Letter { id, epoch } => (0, id, 0, epoch),
    };
    let Written { state, attempts, next_at, note } = text;
    Line { digest_id, lo, epoch, subscriber_id, state: state as i64, attempts, next_at, note }
}

fn letter_line(id: i64, epoch: i64, text: Written) -> letter::Line {
    let Written { state, attempts, next_at, note } = text;
    let note = note.map(|note| (note.code, note.reason, note.words));
    letter::Line { id, epoch, state: state as i64, attempts, next_at, note }
}

/// The row that a line is about.
pub fn key_of(line: &Line) -> Key {
    Key::Digest { digest_id: line.digest_id, subscriber_id: line.subscriber_id, batch_lo: line.lo, epoch: line.epoch }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESEND: Policy = Policy { on_uncertain: OnUncertain::Resend, now: 1_000 };
    const HOLD: Policy = Policy { on_uncertain: OnUncertain::Hold, now: 1_000 };

    fn key(digest_id: i64, subscriber_id: i64) -> Key {
        Key::Digest { digest_id, subscriber_id, batch_lo: 1, epoch: 1 }
    }

    fn accepted() -> Outcome {
        Outcome::Accepted { words: "queued".into() }
    }

    #[test]
    fn a_doubt_is_settled_as_the_owner_says() {
        let resent = written(&key(1, 1), 0, &Outcome::Uncertain, RESEND);
        assert_eq!((resent.state, resent.next_at, resent.attempts), (State::Deferred, 1_000, Some(1)));
        let again = written(&key(1, 1), 1, &Outcome::Uncertain, RESEND);
        assert!(again.next_at > 1_000 + 60_000, "a second doubt waits");
        assert_eq!(written(&key(1, 1), MOST_DOUBTS, &Outcome::Uncertain, RESEND).state, State::Uncertain);
        assert_eq!(written(&key(1, 1), 0, &Outcome::Uncertain, HOLD).state, State::Uncertain);
    }

    #[test]
    fn what_was_started_and_not_sent_is_queued_again() {
        let back = |next_at| Outcome::Deferred { next_at, code: 550, words: "no".into(), counted: false };
        let now = written(&key(1, 1), 3, &back(RESEND.now), RESEND);
        assert_eq!((now.state, now.attempts, now.next_at, now.note), (State::Queued, None, 0, None));
        let later = written(&key(1, 1), 3, &back(RESEND.now + 1), RESEND);
        assert_eq!((later.state, later.attempts), (State::Deferred, None));
    }

    #[test]
    fn an_uncounted_attempt_leaves_the_count() {
        let later = |counted| Outcome::Deferred { next_at: 5, code: 451, words: "later".into(), counted };
        assert_eq!(written(&key(1, 1), 3, &later(false), RESEND).attempts, None);
        assert_eq!(written(&key(1, 1), 3, &later(true), RESEND).attempts, Some(4));
    }

    #[test]
    fn words_are_cut_at_a_character() {
        let long = "é".repeat(400);
        assert_eq!(kept(&long).len(), 512);
        assert_eq!(kept("a\0b"), "a b");
    }

    #[tokio::test]
    async fn each_entry_hears_of_its_own_start_only() {
        let (mut senders, mut answers) = (Vec::new(), Vec::new());
        for id in 1..=3 {
            let (answer, answered) = oneshot::channel();
            let done = Some((key(id % 2, id), 0, accepted()));
            senders.push(Entry { done, started: Some(key(id % 2, id + 10)), answer });
            answers.push(answered);
        }
        let mut group = Group::with(senders, RESEND);
        assert_eq!(group.plain.len(), 6);
        assert!(!group.is_plain(true) && group.is_plain(false), "SQLite writes one digest at a time");
        group.refuse(&[key(0, 12)]);
        group.answer();
        let heard: Vec<_> = futures_util::future::join_all(answers).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(heard, [Ok(()), Err(RecordError::Fenced), Ok(())]);
    }

    #[test]
    fn without_starts_the_results_stay() {
        let (answer, _answered) = oneshot::channel();
        let entry = Entry { done: Some((key(1, 1), 0, accepted())), started: Some(key(1, 2)), answer };
        let mut group = Group::with(vec![entry], RESEND);
        group.refuse_starts();
        assert_eq!(group.plain.iter().map(|line| line.subscriber_id).collect::<Vec<_>>(), [1]);
    }
}
