//! One path for all that comes back: understood, stored and carried out in one transaction, then answered.
//!
//! In: [`Arrived`], from a pipe, an LMTP connection, a mailbox or a provider's web hook. Out: [`Taken`] after the commit, never
//! before: until then whoever handed it over keeps it and tries again. The same mail again changes nothing. There is no timer: a
//! group holds what arrived during the last commit.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::act::act;
use super::group::Group;
use super::matter::{Matter, Outcome, State};
use super::{mail, sql};
use crate::app::App;
use crate::db::{self, text_enum};
use crate::fault::fault;
use crate::ledger::Meaning;

/// Reports in one commit.
const GROUP: usize = 100;
/// Reports in the queue; further ones wait before they can hand theirs in.
const WAITING: usize = 400;
/// How often a group is tried whose transaction was rolled back because of another transaction.
const TRIES: usize = 4;

text_enum! {
    /// By which way it came.
    pub enum Source {
        /// `facteur bounce`, from a mail server's pipe.
        Pipe => "pipe",
        /// LMTP.
        Lmtp => "lmtp",
        /// A mailbox.
        Imap => "imap",
        /// A provider's web hook.
        Hook => "hook",
    }
}

/// A mail that came back.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// By which way.
    pub source: Source,
    /// To whom, when the envelope is known.
    pub recipient: Option<String>,
    /// Envelope sender, when it is known; empty for a report.
    pub sender: Option<String>,
    /// The mail as it came.
    pub mail: Arc<[u8]>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is stored, with its consequences.
    New,
    /// It was stored before; nothing changed.
    Known,
}

/// What is stored of one thing that came back.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Same fingerprint, same thing.
    pub fingerprint: String,
    /// By which way.
    pub source: Source,
    /// What it is about.
    pub matter: Matter,
    /// The whole, for whoever has to read it.
    pub mail: Arc<[u8]>,
}

/// Hands things in; cheap to clone.
#[derive(Clone, Debug)]
pub struct Intake {
    waiting: mpsc::Sender<Waiting>,
    app: Arc<App>,
}

#[derive(Debug)]
struct Waiting {
    pieces: Vec<Piece>,
    answer: oneshot::Sender<sqlx::Result<Taken>>,
}

impl Intake {
    /// Starts the task behind it; the task ends with the last clone.
    pub fn open(app: Arc<App>, meaning: Meaning) -> Self {
        let (waiting, taken) = mpsc::channel(WAITING);
        tokio::spawn(work(app.clone(), meaning, taken));
        Self { waiting, app }
    }

    /// Takes a mail; returns when it is stored.
    ///
    /// # Errors
    /// The database's: nothing was stored, hand it in again.
    pub async fn take(&self, arrived: Arrived) -> sqlx::Result<Taken> {
        let pieces = mail::pieces(&self.app, &arrived);
        self.take_pieces(pieces).await
    }

    /// Takes what is understood already.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub async fn take_pieces(&self, pieces: Vec<Piece>) -> sqlx::Result<Taken> {
        if pieces.is_empty() {
            return Ok(Taken::Known);
        }
        let (answer, stored) = oneshot::channel();
        self.waiting.send(Waiting { pieces, answer }).await.map_err(|_| sqlx::Error::WorkerCrashed)?;
        stored.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}

/// Takes one mail without a task of its own: for the command that a mail server starts for each.
///
/// # Errors
/// As [`Intake::take`].
pub async fn take_one(app: &App, meaning: Meaning, arrived: &Arrived) -> sqlx::Result<Taken> {
    let pieces = mail::pieces(app, arrived);
    let known = write(app, meaning, &[&pieces]).await?;
    Ok(known.first().copied().unwrap_or(Taken::Known))
}

/// Takes what is understood already, without a task of its own: for a provider's post, which may tell of thousands. Gives how many
/// were new.
///
/// # Errors
/// The database's: not all of it was stored, hand it in again.
pub async fn take_now(app: &App, meaning: Meaning, pieces: &[Piece]) -> sqlx::Result<usize> {
    let mut new = 0;
    for group in pieces.chunks(GROUP) {
        let each: Vec<&[Piece]> = group.iter().map(std::slice::from_ref).collect();
        for taken in write_each(app, meaning, &each).await {
            new += usize::from(taken? == Taken::New);
        }
    }
    Ok(new)
}

async fn work(app: Arc<App>, meaning: Meaning, mut taken: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(GROUP);
    while taken.recv_many(&mut group, GROUP).await > 0 {
        let pieces: Vec<&[Piece]> = group.iter().map(|waiting| waiting.pieces.as_slice()).collect();
        let each = write_each(&app, meaning, &pieces).await;
        for (waiting, taken) in group.drain(..).zip(each) {
            waiting.answer.send(taken).ok();
        }
    }
}

/// All in one commit; when they cannot be stored, each in its own: one must not take its neighbours with it.
async fn write_each(app: &App, meaning: Meaning, group: &[&[Piece]]) -> Vec<sqlx::Result<Taken>> {
    if let Ok(each) = write(app, meaning, group).await {
        return each.into_iter().map(Ok).collect();
    }
    let mut each = Vec::with_capacity(group.len());
    for pieces in group {
        each.push(write(app, meaning, &[*pieces]).await.map(|alone| alone[0]));
    }
    each
}

async fn write(app: &App, meaning: Meaning, group: &[&[Piece]]) -> sqlx::Result<Vec<Taken>> {
    for _ in 1..TRIES {
        match write_once(app, meaning, group).await {
            Err(error) if db::is_worth_another_try(&error) => {}
            done => return done,
        }
    }
    write_once(app, meaning, group).await
}

/// Reads for all, acts for each in their order, writes for all.
async fn write_once(app: &App, meaning: Meaning, group: &[&[Piece]]) -> sqlx::Result<Vec<Taken>> {
    let mut tx = app.db.begin().await?;
    let pieces: Vec<&Piece> = group.iter().copied().flatten().collect();
    let names: Vec<&str> = pieces.iter().map(|piece| piece.fingerprint.as_str()).collect();
    let mut known = sql::known(&mut tx, &names).await?;
    let new: Vec<&Piece> = pieces.into_iter().filter(|piece| known.insert(piece.fingerprint.clone())).collect();
    let matters: Vec<&Matter> = new.iter().map(|piece| &piece.matter).collect();
    let mut work = Group::open(app, meaning, &mut tx, &matters).await?;
    let mut rows = Vec::with_capacity(new.len());
    for piece in new {
        let outcomes = act(&mut work, &mut tx, &piece.matter, piece.source.as_str()).await?;
        rows.extend(outcomes.into_iter().enumerate().map(|(at, outcome)| row(piece, at, outcome)));
    }
    work.close(&mut tx).await?;
    let mut stored = sql::insert(&mut tx, &rows, app.clock.now()).await?;
    fault!("intake.before_commit");
    tx.commit().await?;
    fault!("intake.after_commit");
    app.wake.now();
    let mut is_new = |pieces: &&[Piece]| pieces.iter().filter(|piece| stored.remove(&piece.fingerprint)).count() > 0;
    Ok(group.iter().map(|pieces| if is_new(pieces) { Taken::New } else { Taken::Known }).collect())
}

/// The row for the person at this place among those that it is about: the first bears its name alone.
fn row(piece: &Piece, at: usize, outcome: Outcome) -> sql::New<'_> {
    let fingerprint = match (at, outcome.subscriber_id) {
        (1.., Some(id)) => format!("{}+{id}", piece.fingerprint),
        _ => piece.fingerprint.clone(),
    };
    let mail = (outcome.state == State::Open).then_some(&*piece.mail);
    sql::New { fingerprint, source: piece.source.as_str(), matter: &piece.matter, outcome, mail }
}
