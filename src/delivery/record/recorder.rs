//! The one writer of outcomes: takes all that wait, writes them in one commit, then answers all of them.
//!
//! In: `{N done with …, N+1 started}` from every connection. Out: the answer that lets the content of N+1 leave, after the
//! commit. No timer: what arrives while one commit is made goes into the next (measured: better than any wait). Letters share the
//! database with the sign-ups that ask for them: what arrives until it is our turn to write comes along.
//! With `[database] power_loss = "5ms"` what is a digest's progress is answered before the disk has it ([`crate::db::syncs`]);
//! everything else waits for the disk, and holds nobody up meanwhile.
//! While the database is away the results stay in memory and are tried again for 5 minutes; nobody starts meanwhile,
//! because everybody waits for an answer. On a full disk the results are written with the reserve's room, and no start.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::lines::{Entry, Group, is_result_of};
use super::posts::{Posts, Waiting};
use crate::app::App;
use crate::db::{Session, Tx, is_unavailable, is_unsynced};
use crate::delivery::disk::reserve::Reserve;
use crate::delivery::rewind::memory::Memory;
use crate::delivery::supply::in_hand::InHand;
use crate::delivery::wire::contract::RecordError;
use crate::fault::fault;
use crate::ledger::answers::{self, Answers};
use crate::ledger::reported::{Progress, Step};
use crate::ledger::sql::letter::Same;
use crate::ledger::sql::record::{self, Line, Took};
use crate::ledger::sql::{self, batch};
use crate::ledger::{BatchId, Done, Key, Meaning, State};

/// Entries in one commit at most; 256 connections have at most two lines each.
const MOST: usize = 4_096;
/// How long results are kept while the database is away (R14).
const PATIENCE: Duration = Duration::from_mins(5);
/// Waits between two tries: doubled from the first to the last.
const WAITS: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(2)];
/// Sums of answers are written when [`answers::MANY`] came, after so long, or when nothing came for a while.
const ANSWERS_AFTER: Duration = Duration::from_mins(1);
/// See [`ANSWERS_AFTER`].
const ANSWERS_IDLE: Duration = Duration::from_secs(2);

/// The handle that connections hold.
#[derive(Clone, Debug)]
pub struct Recorder {
    entries: mpsc::Sender<Entry>,
    /// Number of the thread that answers go to.
    thread: usize,
}

impl Recorder {
    /// A recorder's two ends: the handle, and what [`run`] reads.
    pub fn new() -> (Self, mpsc::Receiver<Entry>) {
        let (entries, waiting) = mpsc::channel(MOST);
        (Self { entries, thread: 0 }, waiting)
    }

    /// The handle for connections on another thread.
    #[must_use]
    pub fn on(&self, thread: usize) -> Self {
        Self { thread, ..self.clone() }
    }

    /// See [`crate::delivery::wire::contract::Record::record`].
    pub async fn record(&self, done: Option<Done>, started: Option<Key>) -> Result<(), RecordError> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { thread: self.thread, answer };
        self.entries.send(Entry { done, started, waiting }).await.map_err(|_| RecordError::Lost)?;
        answered.await.unwrap_or(Err(RecordError::Lost))
    }
}

/// Why the recorder ended before its time.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database cannot promise any more that what it wrote is on the disk ({0}); the next start finds out what was in flight"
)]
pub struct Broken(sqlx::Error);

/// Writes until `stop`, and then what waits.
///
/// # Errors
/// [`Broken`] when SQLite met an error of the disk other than a full one: whether the last commit holds is unknown, and a
/// failed sync must not be tried again (R13). The process ends, and the next start sorts it out.
pub async fn run(
    (app, meaning): (Arc<App>, Meaning),
    in_hand: Arc<InHand>,
    reserve: Arc<Reserve>,
    memory: Arc<Memory>,
    (mut entries, posts): (mpsc::Receiver<Entry>, Posts),
    stop: CancellationToken,
) -> Result<(), Broken> {
    let session = app.db.session();
    let (progress, answers) = (HashMap::new(), Answers::default());
    let answers_since = Instant::now();
    let mut writer =
        Writer { app, meaning, session, in_hand, reserve, memory, posts, progress, answers, answers_since };
    let mut waiting = Vec::new();
    loop {
        tokio::select! {
            biased;
            count = entries.recv_many(&mut waiting, MOST) => {
                if count == 0 {
                    writer.write_answers().await;
                    return Ok(());
                }
            }
            // From now on `record` fails; what was handed over before is still read.
            () = stop.cancelled(), if !entries.is_closed() => {
                entries.close();
                continue;
            }
            () = tokio::time::sleep(ANSWERS_IDLE), if !writer.answers.is_empty() => {
                writer.write_answers().await;
                continue;
            }
        }
        // Who is ready this instant comes along, and who is by then: fewer commits, without a timer.
        loop {
            let before = waiting.len();
            tokio::task::yield_now().await;
            waiting.extend(std::iter::from_fn(|| entries.try_recv().ok()));
            if waiting.len() == before || waiting.len() >= MOST {
                break;
            }
        }
        let turn = writer.turn(&waiting).await;
        if turn.is_some() {
            waiting.extend(std::iter::from_fn(|| entries.try_recv().ok()));
        }
        writer.write_and_answer(std::mem::take(&mut waiting), turn).await?;
        if writer.answers.len() >= answers::MANY || writer.answers_since.elapsed() >= ANSWERS_AFTER {
            writer.write_answers().await;
        }
    }
}

struct Writer {
    app: Arc<App>,
    meaning: Meaning,
    session: Session,
    in_hand: Arc<InHand>,
    reserve: Arc<Reserve>,
    memory: Arc<Memory>,
    posts: Posts,
    /// What was written of each batch here.
    progress: Reported,
    /// Sums that are not written yet, and since when.
    answers: Answers,
    answers_since: Instant,
}

type Reported = HashMap<BatchId, Progress>;

impl Writer {
    /// The transaction that these entries are written in, begun before they are all there, when letters are among them: SQLite's one
    /// writer is often a sign-up's. `None` also where it cannot be begun, which writing finds out.
    async fn turn(&self, waiting: &[Entry]) -> Option<Tx> {
        if waiting.iter().any(Entry::is_of_letters) { self.app.db.begin().await.ok() } else { None }
    }

    /// Writes these entries and answers them, whatever it takes; the first time in `turn`, when there is one.
    async fn write_and_answer(&mut self, entries: Vec<Entry>, mut turn: Option<Tx>) -> Result<(), Broken> {
        let mut group = Group::new(entries, &self.app);
        self.memory.learn(&group.steps, &group.lines, &group.letters);
        let give_up = Instant::now() + PATIENCE;
        let mut wait = WAITS[0];
        loop {
            if self.in_hand.is_halted() {
                group.refuse_starts();
            }
            let error = match AssertUnwindSafe(self.write(&mut group, turn.take())).catch_unwind().await {
                Ok(Ok(())) => break,
                Ok(Err(error)) => error,
                Err(_) => {
                    tracing::error!(entries = group.size(), "the recorder panicked; its connections end");
                    group.fail_all();
                    break;
                }
            };
            if is_broken_disk(&error) {
                group.fail_all();
                group.answer(&self.posts);
                return Err(Broken(error));
            }
            if !is_unavailable(&error) {
                self.one_by_one(&mut group, &error).await;
                break;
            }
            if is_full(&error) {
                self.in_hand.halt();
                self.reserve.give_up();
            }
            tracing::warn!(%error, entries = group.size(), "results wait: the database cannot be written");
            if Instant::now() >= give_up {
                tracing::error!(entries = group.size(), "results are given up after 5 min; their rows are in doubt");
                group.fail_all();
                break;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(WAITS[1]);
        }
        self.answer(group);
        Ok(())
    }

    /// Answers what was written: where commits do not sync, what is more than a digest's progress only once the disk has it.
    fn answer(&self, mut group: Group) {
        let more = if self.app.db.syncs_apart() { group.split_off_more() } else { None };
        group.answer(&self.posts);
        let Some(mut more) = more else { return };
        let (db, posts) = (self.app.db.clone(), self.posts.clone());
        tokio::spawn(async move {
            if let Err(error) = db.synced().await {
                tracing::error!(%error, entries = more.size(), "results may not be on the disk; their connections end");
                more.fail_all();
            }
            more.answer(&posts);
        });
    }

    /// A mistake of ours in one entry must not take the others with it.
    async fn one_by_one(&mut self, group: &mut Group, error: &sqlx::Error) {
        tracing::error!(%error, entries = group.size(), "the ledger refused a group; written one by one");
        for mut single in group.split() {
            if let Err(error) = self.write(&mut single, None).await {
                tracing::error!(%error, "the ledger refused a result; its row stays in doubt");
                single.fail_all();
            }
            self.answer(single);
        }
    }

    async fn write(&mut self, group: &mut Group, turn: Option<Tx>) -> sqlx::Result<()> {
        self.advance(group);
        fault!("record.before_commit");
        let ours = match group.one_statement().filter(|_| turn.is_none()) {
            Some(steps) if self.write_plain(steps).await? => vec![true; steps.len()],
            Some([_]) => vec![false],
            _ => self.write_all(group, turn).await?,
        };
        fault!("record.after_commit");
        self.app.db.leave(group.starts()).await?;
        for (step, _) in std::mem::take(&mut group.steps).iter().zip(ours).filter(|(_, ours)| !ours) {
            self.progress.remove(&step.batch);
            group.fence(step);
            self.in_hand.fenced(step.batch);
        }
        let now = self.app.clock.now();
        for done in group.done() {
            self.answers.take(done, now);
        }
        Ok(())
    }

    /// Adds the sums of answers to their rows. What cannot be written now waits for the next time; nothing depends on it.
    async fn write_answers(&mut self) {
        self.answers_since = Instant::now();
        if self.answers.is_empty() || self.in_hand.is_halted() {
            return;
        }
        match self.answers.write(&self.app.db).await {
            Ok(()) => self.answers = Answers::default(),
            Err(error) => tracing::debug!(%error, "sums of answers wait: the database cannot be written"),
        }
    }

    /// Takes this group's steps in memory; a step that is written once more changes nothing. What batches that are not here
    /// any more had reported is forgotten, so a late result of one must not be written over it.
    fn advance(&mut self, group: &mut Group) {
        self.progress.retain(|batch, _| self.in_hand.has(*batch));
        group.drop_lost(|step| self.in_hand.takes(step.batch));
        for step in &group.steps {
            self.progress.entry(step.batch).or_default().take(step);
        }
    }

    /// Nothing but plain successes and starts, in one or two batches: one statement. `false` when a batch is not ours.
    async fn write_plain(&mut self, steps: &[Step]) -> sqlx::Result<bool> {
        let reports: Vec<_> = steps.iter().map(|step| (step, of(&self.progress, step))).collect();
        batch::progress_now(&mut self.session, &reports).await
    }

    /// Several batches, or more than plain successes, in one transaction. Tells of each step whether its batch is ours.
    async fn write_all(&self, group: &mut Group, turn: Option<Tx>) -> sqlx::Result<Vec<bool>> {
        let mut tx = match turn {
            Some(tx) => tx,
            None => self.app.db.begin().await?,
        };
        let mut ours = Vec::with_capacity(group.steps.len());
        for step in &group.steps {
            ours.push(batch::progress(&mut tx, step, of(&self.progress, step)).await?);
        }
        let fenced = group.steps.iter().zip(&ours).filter(|(_, ours)| !**ours);
        let fenced: Vec<&Step> = fenced.map(|(step, _)| step).collect();
        let is_ours = |line: &&Line| !fenced.iter().any(|step| is_result_of(line, step));
        let lines: Vec<Line> = group.lines.iter().filter(is_ours).cloned().collect();
        self.write_lines(&mut tx, &lines).await?;
        let refused = self.write_letters(&mut tx, group).await?;
        tx.commit_apart().await?;
        group.refuse(&refused);
        Ok(ours)
    }

    /// Each line alone: they are few, and what each becomes decides about its note and its address.
    async fn write_lines(&self, tx: &mut Tx, lines: &[Line]) -> sqlx::Result<()> {
        let now = self.app.clock.now();
        let mut gone = Vec::new();
        for line in lines {
            match record::line(tx, line).await? {
                Took::Now => {
                    if let Some(note) = &line.note {
                        record::note(tx, line, note, now).await?;
                    }
                    // A digest whose editor takes unknown addresses for dead marks them with their row; else the breaker
                    // comes first.
                    if line.note.as_ref().is_some_and(|note| note.reason == "address") {
                        gone.push(line.subscriber_id);
                    }
                }
                Took::Before => {}
                Took::Not => {
                    tracing::info!(
                        digest.id = line.digest_id,
                        subscriber.id = line.subscriber_id,
                        state = line.state,
                        "a late result was dropped: the row is not open any more"
                    );
                }
            }
        }
        if !gone.is_empty() {
            gone.sort_unstable();
            self.meaning.people.gone(&self.app, tx, &gone).await?;
        }
        Ok(())
    }

    /// What is the same of many in one statement each, the others alone. Gives the keys of starts that were refused.
    async fn write_letters(&self, tx: &mut Tx, group: &Group) -> sqlx::Result<Vec<Key>> {
        let now = self.app.clock.now();
        let (mut refused, mut accepted) = (Vec::new(), Vec::new());
        let (alike, others) = Same::of(&group.letters);
        sql::letter::lock(tx, &group.letters).await?;
        for same in alike {
            let took = sql::letter::record_same(tx, &same, now).await?;
            if same.state == State::Accepted as i64 {
                accepted.extend(took);
            } else if took.len() < same.ids.len() {
                let gone = same.ids.iter().filter(|id| !took.contains(id));
                refused.extend(gone.map(|id| Key::Letter { id: *id, epoch: same.epoch }));
            }
        }
        for line in others {
            sql::letter::record(tx, line, now).await?;
        }
        sql::letter::count_accepted(tx, &accepted, now).await?;
        Ok(refused)
    }
}

fn of<'a>(reported: &'a Reported, step: &Step) -> &'a Progress {
    const NOTHING: &Progress = &Progress::NOTHING;
    reported.get(&step.batch).unwrap_or(NOTHING)
}

/// SQLite's extended result code.
fn sqlite_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    (code.len() < 5).then(|| code.parse().ok()).flatten()
}

/// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC (<https://sqlite.org/rescode.html>): a failed sync says nothing about what
/// it should have made durable, and the next one may succeed without having done it.
fn is_broken_disk(error: &sqlx::Error) -> bool {
    matches!(sqlite_code(error), Some(1034 | 1290)) || is_unsynced(error)
}

/// SQLITE_FULL or PostgreSQL's 53100.
fn is_full(error: &sqlx::Error) -> bool {
    sqlite_code(error).is_some_and(|code| code & 0xff == 13)
        || error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "53100")
}
