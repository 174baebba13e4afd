//! Turns the entries that wait for the recorder into lines of the ledger, and the result into answers. Pure.
//!
//! In: entries of connections. Out: a step for each batch, lines of what was not plain, lines of letters; and an answer for
//! each entry.

use std::collections::{BTreeMap, HashSet};

use crate::app::App;
use crate::clock::Millis;
use crate::config::OnUncertain;
use crate::delivery::record::posts::{Posts, Waiting};
use crate::delivery::retry;
use crate::delivery::wire::contract::RecordError;
use crate::ledger::mask::masked;
use crate::ledger::reported::Step;
use crate::ledger::sql::letter;
use crate::ledger::sql::record::{Line, Note};
use crate::ledger::{BatchId, Done, Key, Outcome, State};

/// One connection's report "this mail is done, that one is about to start", and who waits for the answer.
#[derive(Debug)]
pub struct Entry {
    /// What became of a mail.
    pub done: Option<Done>,
    /// The mail whose content is about to be sent.
    pub started: Option<Key>,
    /// Who waits for the answer.
    pub waiting: Waiting,
}

impl Entry {
    /// Whether it is about nothing but a digest's progress: a plain success, a start.
    fn is_progress(&self) -> bool {
        let is_accepted = self.done.as_ref().is_none_or(|done| matches!(done.outcome, Outcome::Accepted));
        is_accepted && !self.is_of_letters()
    }

    /// Whether it reports of a letter.
    pub fn is_of_letters(&self) -> bool {
        let keys = [self.done.as_ref().map(|done| done.key), self.started];
        keys.into_iter().flatten().any(|key| matches!(key, Key::Letter { .. }))
    }
}

/// A mail that was in doubt this often is left to an editor: the mail itself may make the server drop the connection.
const MOST_DOUBTS: u16 = 12;

/// Entries that are written together.
#[derive(Debug)]
pub struct Group {
    entries: Vec<Entry>,
    refused: HashSet<Key>,
    /// Batches that are another worker's.
    fenced: HashSet<BatchId>,
    lost: bool,
    /// The step of each batch, in the order that every writer follows, so that two writers never deadlock.
    pub steps: Vec<Step>,
    /// What was not a plain success, by digest.
    pub lines: Vec<Line>,
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
            fenced: HashSet::new(),
            lost: false,
            steps: Vec::new(),
            lines: Vec::new(),
            letters: Vec::new(),
            policy,
        };
        group.rebuild();
        group
    }

    /// Makes the steps and lines anew, without refused starts.
    fn rebuild(&mut self) {
        let (mut steps, mut lines, mut letters) = (BTreeMap::new(), Vec::new(), Vec::new());
        for Entry { done, started, .. } in &self.entries {
            if let Some(Done { key, attempts, outcome, .. }) = done {
                let text = written(key, *attempts, outcome, self.policy);
                match *key {
                    Key::Letter { id, epoch } => letters.push(letter_line(id, epoch, text)),
                    Key::Digest { digest_id, subscriber_id, .. } => {
                        let step = step_of(&mut steps, key);
                        step.done.push(subscriber_id);
                        match text.state {
                            State::Accepted => step.accepted.push(subscriber_id),
                            // As if it had never been started: its row still says so.
                            State::Queued => {}
                            _ => lines.push(line(digest_id, subscriber_id, text)),
                        }
                    }
                }
            }
            let Some(key) = started else { continue };
            match (*key, self.refused.contains(key)) {
                (Key::Digest { subscriber_id, .. }, false) => step_of(&mut steps, key).started.push(subscriber_id),
                // An earlier try to write this group may have called it started.
                (Key::Digest { subscriber_id, .. }, true) => step_of(&mut steps, key).done.push(subscriber_id),
                (Key::Letter { id, epoch }, false) => {
                    let text = Written { state: State::Started, attempts: None, next_at: 0, note: None };
                    letters.push(letter_line(id, epoch, text));
                }
                (Key::Letter { .. }, true) => {}
            }
        }
        lines.sort_by_key(|line: &Line| line.digest_id);
        (self.steps, self.lines, self.letters) = (steps.into_values().collect(), lines, letters);
    }

    /// How many entries.
    pub fn size(&self) -> usize {
        self.entries.len()
    }

    /// How many mails are about to start.
    pub fn starts(&self) -> usize {
        self.entries.iter().filter(|entry| entry.started.is_some()).count()
    }

    /// The steps, when one statement can write all of it.
    pub fn one_statement(&self) -> Option<&[Step]> {
        let plain = self.lines.is_empty() && self.letters.is_empty();
        Some(self.steps.as_slice()).filter(|steps| plain && matches!(steps.len(), 1 | 2))
    }

    /// Refuses every start; results are still written.
    pub fn refuse_starts(&mut self) {
        self.refused.extend(self.entries.iter().filter_map(|entry| entry.started));
        self.rebuild();
    }

    /// Refuses these starts: they were not written.
    pub fn refuse(&mut self, keys: &[Key]) {
        self.refused.extend(keys);
    }

    /// Another worker has the lease of this batch now: refuses the batch's starts and drops its results, which the other worker
    /// determines itself.
    pub fn fence(&mut self, step: &Step) {
        self.fenced.insert(step.batch);
        let of_it = |key: &Key| is_of(key, step);
        self.refused.extend(self.entries.iter().filter_map(|entry| entry.started).filter(of_it));
        let late =
            self.entries.iter().filter_map(|entry| entry.done.as_ref()).filter(|done| is_of(&done.key, step)).count();
        if late > 0 {
            tracing::info!(
                digest.id = step.batch.digest_id,
                batch = step.batch.lo,
                late,
                "late results: the batch is another worker's"
            );
        }
    }

    /// Fences every step that `is_here` does not hold for, and takes it and its results out: its rows stay in doubt.
    pub fn drop_lost(&mut self, is_here: impl Fn(&Step) -> bool) {
        let (here, gone) = std::mem::take(&mut self.steps).into_iter().partition::<Vec<_>, _>(is_here);
        self.steps = here;
        for step in &gone {
            self.lines.retain(|line| !is_result_of(line, step));
            self.fence(step);
        }
    }

    /// Fails every entry: nothing could be written.
    pub fn fail_all(&mut self) {
        self.lost = true;
    }

    /// What became of digests' mails, as far as their batches are ours.
    pub fn done(&self) -> impl Iterator<Item = &Done> {
        let done = self.entries.iter().filter_map(|entry| entry.done.as_ref());
        done.filter(move |done| matches!(done.key, Key::Digest { .. }) && !self.fenced.contains(&batch_of(&done.key)))
    }

    /// Each entry as a group of its own.
    pub fn split(&mut self) -> Vec<Self> {
        self.entries.drain(..).map(|entry| Self::with(vec![entry], self.policy)).collect()
    }

    /// Takes out the entries that are about more than a digest's progress, to be answered on their own; `None` without any.
    pub fn split_off_more(&mut self) -> Option<Self> {
        let (entries, more) = self.entries.drain(..).partition::<Vec<_>, _>(Entry::is_progress);
        self.entries = entries;
        if more.is_empty() {
            return None;
        }
        let mut group = Self::with(Vec::new(), self.policy);
        (group.entries, group.refused, group.lost) = (more, self.refused.clone(), self.lost);
        Some(group)
    }

    /// Answers every entry.
    pub fn answer(&mut self, posts: &Posts) {
        let (refused, lost) = (&self.refused, self.lost);
        posts.answer(self.entries.drain(..).map(|Entry { started, waiting, .. }| {
            let verdict = match (lost, started.is_some_and(|key| refused.contains(&key))) {
                (true, _) => Err(RecordError::Lost),
                (false, true) => Err(RecordError::Fenced),
                (false, false) => Ok(()),
            };
            (waiting, verdict)
        }));
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
        Outcome::Accepted => Written { state: State::Accepted, attempts: once_more, next_at: 0, note: None },
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

/// At most 512 bytes, cut at a character, without addresses and what PostgreSQL's TEXT refuses.
fn kept(words: &str) -> String {
    let words = masked(words);
    let mut end = words.len().min(512);
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    words[..end].replace('\0', " ")
}

fn step_of<'a>(steps: &'a mut BTreeMap<BatchId, Step>, key: &Key) -> &'a mut Step {
    let batch = batch_of(key);
    steps.entry(batch).or_insert_with(|| Step::of(batch))
}

fn batch_of(key: &Key) -> BatchId {
    match *key {
        Key::Digest { digest_id, batch_lo, epoch, .. } => BatchId { digest_id, lo: batch_lo, epoch },
        Key::Letter { id, epoch } => BatchId { digest_id: 0, lo: id, epoch },
    }
}

/// Whether this line tells what became of a mail of this batch.
pub fn is_result_of(line: &Line, step: &Step) -> bool {
    step.batch.digest_id == line.digest_id && step.done.contains(&line.subscriber_id)
}

/// Whether a mail belongs to the batch of this step.
pub fn is_of(key: &Key, step: &Step) -> bool {
    matches!(key, Key::Digest { .. }) && batch_of(key) == step.batch
}

fn line(digest_id: i64, subscriber_id: i64, text: Written) -> Line {
    let Written { state, attempts, next_at, note } = text;
    Line { digest_id, subscriber_id, state: state as i64, attempts, next_at, note }
}

fn letter_line(id: i64, epoch: i64, text: Written) -> letter::Line {
    let Written { state, attempts, next_at, note } = text;
    let note = note.map(|note| (note.code, note.reason, note.words));
    letter::Line { id, epoch, state: state as i64, attempts, next_at, note }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::ledger::provider::Provider;

    const RESEND: Policy = Policy { on_uncertain: OnUncertain::Resend, now: 1_000 };
    const HOLD: Policy = Policy { on_uncertain: OnUncertain::Hold, now: 1_000 };

    fn key(digest_id: i64, subscriber_id: i64) -> Key {
        Key::Digest { digest_id, subscriber_id, batch_lo: 1, epoch: 1 }
    }

    fn accepted() -> Outcome {
        Outcome::Accepted
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
        let late = format!("{} <{}@example.org>", "x".repeat(480), "ana".repeat(20));
        assert!(kept(&late).ends_with(" <…>"), "an address is not cut in two and kept");
    }

    #[tokio::test]
    async fn of_a_batch_that_is_not_here_nothing_is_written_and_nothing_starts() {
        let (mut senders, mut answers) = (Vec::new(), Vec::new());
        let refused = || Outcome::Refused { code: 550, reason: "address", words: String::new() };
        for digest_id in [0, 1] {
            let (answer, answered) = oneshot::channel();
            let done =
                Some(Done { key: key(digest_id, 2), attempts: 0, provider: Provider::Other, outcome: refused() });
            senders.push(Entry { done, started: Some(key(digest_id, 3)), waiting: Waiting::here(answer) });
            answers.push(answered);
        }
        let mut group = Group::with(senders, RESEND);
        group.drop_lost(|step| step.batch.digest_id == 1);
        assert_eq!(group.steps.iter().map(|step| step.batch.digest_id).collect::<Vec<_>>(), [1]);
        assert_eq!(group.lines.iter().map(|line| line.digest_id).collect::<Vec<_>>(), [1]);
        assert_eq!(group.done().map(|done| done.key).collect::<Vec<_>>(), [key(1, 2)]);
        group.answer(&Posts::default());
        let heard: Vec<_> = futures_util::future::join_all(answers).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(heard, [Err(RecordError::Fenced), Ok(())]);
    }

    #[tokio::test]
    async fn what_is_more_than_progress_is_answered_on_its_own() {
        let (letter, next) = (Key::Letter { id: 9, epoch: 1 }, Key::Letter { id: 10, epoch: 1 });
        let refused = || Outcome::Refused { code: 550, reason: "address", words: String::new() };
        let of = |key, outcome| Some(Done { key, attempts: 0, provider: Provider::Other, outcome });
        let (mut entries, mut answers) = (Vec::new(), Vec::new());
        for (done, started) in [
            (of(key(1, 2), accepted()), Some(key(1, 3))),
            (of(key(1, 4), refused()), Some(key(1, 5))),
            (of(letter, accepted()), None),
            (None, Some(next)),
            (None, Some(key(1, 6))),
        ] {
            let (answer, answered) = oneshot::channel();
            entries.push(Entry { done, started, waiting: Waiting::here(answer) });
            answers.push(answered);
        }
        let mut group = Group::with(entries, RESEND);
        assert_eq!(group.starts(), 4);
        group.refuse(&[next]);
        let mut more = group.split_off_more().unwrap();
        group.answer(&Posts::default());
        let heard = |answers: &mut [oneshot::Receiver<_>]| -> Vec<_> {
            answers.iter_mut().map(|answer| answer.try_recv().ok()).collect()
        };
        assert_eq!(heard(&mut answers), [Some(Ok(())), None, None, None, Some(Ok(()))]);
        assert!(group.split_off_more().is_none());
        more.answer(&Posts::default());
        assert_eq!(heard(&mut answers[1..4]), [Some(Ok(())), Some(Ok(())), Some(Err(RecordError::Fenced))]);
    }

    #[tokio::test]
    async fn each_entry_hears_of_its_own_start_only() {
        let (mut senders, mut answers) = (Vec::new(), Vec::new());
        for id in 1..=3 {
            let (answer, answered) = oneshot::channel();
            let done = Some(Done { key: key(id % 2, id), attempts: 0, provider: Provider::Other, outcome: accepted() });
            senders.push(Entry { done, started: Some(key(id % 2, id + 10)), waiting: Waiting::here(answer) });
            answers.push(answered);
        }
        let mut group = Group::with(senders, RESEND);
        let steps: Vec<_> = group.steps.iter().map(|step| (step.accepted.clone(), step.started.clone())).collect();
        assert_eq!(steps, [(vec![2], vec![12]), (vec![1, 3], vec![11, 13])], "two digests, a batch each");
        assert_eq!(group.one_statement().unwrap().len(), 2);
        group.refuse(&[key(0, 12)]);
        group.answer(&Posts::default());
        let heard: Vec<_> = futures_util::future::join_all(answers).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(heard, [Ok(()), Err(RecordError::Fenced), Ok(())]);
    }

    #[test]
    fn without_starts_the_results_stay() {
        let (answer, _answered) = oneshot::channel();
        let entry = Entry {
            done: Some(Done { key: key(1, 1), attempts: 0, provider: Provider::Other, outcome: accepted() }),
            started: Some(key(1, 2)),
            waiting: Waiting::here(answer),
        };
        let mut group = Group::with(vec![entry], RESEND);
        group.refuse_starts();
        let [step] = group.one_statement().unwrap() else { panic!("one batch, one step") };
        assert_eq!((step.accepted.as_slice(), step.started.as_slice()), ([1].as_slice(), [].as_slice()));
    }
}
