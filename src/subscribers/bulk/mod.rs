//! An editor's act on many people at once, done in pieces, and taken back.
//!
//! In: ids that somebody ticked, or all of a search ([`super::list::ids`]). Out: a row of `bulk_act`, done piece by piece
//! ([`go_on`]: at once by who asks, after a crash by the next tick of any process); [`undo`] takes it back for [`UNDO`], for exactly
//! those who are still as the act left them. What is stored of whom it is about are ids alone, for as long as that.
//!
//! A piece is a transaction of its own, so that sign-ups and a running mailing continue meanwhile. Its first statement locks the
//! act's row: two processes, or an act and its undo, are one after the other.

mod sql;
mod steps;

use std::collections::BTreeMap;

use crate::app::App;
use crate::clock::{MINUTE, Millis};
use crate::db::{from_row, text_enum};
use crate::events::Actor;

use super::{counts, rhythm};

pub use sql::{by_id, latest};

/// How long an act can be taken back after it is done.
pub const UNDO: Millis = 10 * MINUTE;

/// People of a piece.
const PIECE: usize = 500;

text_enum! {
    /// What is done.
    pub enum Act {
        /// Their subscriptions end.
        Unsubscribe => "unsubscribe",
        /// They get another rhythm.
        Rhythm => "rhythm",
        /// Whoever has not confirmed gets the letter once more, at the pace of an import.
        Resend => "resend",
        /// They are forgotten. There is no way back.
        Erase => "erase",
    }
}

text_enum! {
    /// How far it is.
    pub enum State {
        /// Its pieces are being written down; nothing is done yet.
        Gathered => "gathered",
        /// Being done.
        Planned => "planned",
        /// Done.
        Done => "done",
        /// Being taken back.
        Undoing => "undoing",
        /// Taken back.
        Undone => "undone",
    }
}

/// An act.
#[derive(Clone, Debug)]
pub struct BulkAct {
    /// Its id.
    pub id: i64,
    /// Whose people.
    pub newsletter_id: i64,
    /// What.
    pub act: Act,
    /// [`Act::Rhythm`]: the schedule they get.
    pub to_id: i64,
    /// How far.
    pub state: State,
    /// Which editor.
    pub person_id: i64,
    /// How many people it is about.
    pub total: i64,
    /// How many of them it changed; after an undo, how many stayed changed.
    pub changed: i64,
    /// When it was asked for.
    pub created_at: Millis,
    /// When its last piece was done.
    pub done_at: Option<Millis>,
}
from_row!(BulkAct { id, newsletter_id, act, to_id, state, person_id, total, changed, created_at, done_at });

impl BulkAct {
    /// Who did it, for the events.
    pub fn by(&self) -> Actor {
        Actor::Person(self.person_id)
    }

    /// Until when it can be taken back; `None` when it cannot.
    pub fn undo_until(&self, now: Millis) -> Option<Millis> {
        let until = self.done_at.unwrap_or(now) + UNDO;
        let may = self.act != Act::Erase && matches!(self.state, State::Planned | State::Done);
        (may && now < until).then_some(until)
    }

    /// Whether pieces of it are still to be done or taken back.
    pub fn is_moving(&self) -> bool {
        matches!(self.state, State::Planned | State::Undoing)
    }
}

/// What somebody wants done.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// To people of this newsletter.
    pub newsletter_id: i64,
    /// What.
    pub act: Act,
    /// [`Act::Rhythm`]: the schedule they get, which is the newsletter's.
    pub to_id: i64,
    /// By which editor.
    pub person_id: i64,
}

/// Writes down an act on these people; gives its id. [`go_on`] does it.
///
/// # Errors
/// The database's; then nothing is done, whatever was written.
pub async fn plan(app: &App, order: Order, ids: &[i64]) -> sqlx::Result<i64> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let id = sql::insert(&mut tx, order, ids.len() as i64, now).await?;
    tx.commit().await?;
    // Some hundred thousand ids at a time: a transaction of some 10 ms.
    let pieces: Vec<(i64, &[i64])> = (0..).zip(ids.chunks(PIECE)).collect();
    for pieces in pieces.chunks(100) {
        let mut piece = app.db.begin_piece().await?;
        sql::insert_pieces(&mut piece.tx, id, pieces).await?;
        piece.commit().await?;
    }
    let mut tx = app.db.begin().await?;
    sql::to(&mut tx, id, &[State::Gathered], State::Planned, None).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes an act back, as far as it was done; `false` when it is too late. [`go_on`] does it.
///
/// # Errors
/// The database's.
pub async fn undo(app: &App, act: &BulkAct) -> sqlx::Result<bool> {
    if act.undo_until(app.clock.now()).is_none() {
        return Ok(false);
    }
    let mut tx = app.db.begin().await?;
    let begun = sql::to(&mut tx, act.id, &[State::Planned, State::Done], State::Undoing, None).await?;
    tx.commit().await?;
    Ok(begun)
}

/// Does what is left of every act, and forgets whom those were about that cannot be taken back any more.
///
/// # Errors
/// The database's; what was done until then is, and the rest at the next call.
pub async fn go_on(app: &App) -> sqlx::Result<()> {
    for act in sql::moving(&app.db).await? {
        // Nobody changes while a digest is being released; then the next call does it.
        if act.act == Act::Rhythm && rhythm::is_releasing(&app.db, act.newsletter_id).await? {
            continue;
        }
        while piece(app, &act).await? {}
        let mut tx = app.db.begin().await?;
        let (from, to) = match act.state {
            State::Undoing => (State::Undoing, State::Undone),
            _ => (State::Planned, State::Done),
        };
        sql::to(&mut tx, act.id, &[from], to, Some(app.clock.now())).await?;
        tx.commit().await?;
        counts::changed(app, act.newsletter_id);
        app.wake.now();
    }
    sql::forget(&app.db, app.clock.now() - UNDO).await
}

/// Does the next piece of an act, or takes it back; `false` when there is none.
async fn piece(app: &App, act: &BulkAct) -> sqlx::Result<bool> {
    let undoing = act.state == State::Undoing;
    let Some(number) = sql::next(&app.db, act.id, undoing).await? else { return Ok(false) };
    let now = app.clock.now();
    if act.act == Act::Erase {
        return steps::erase(app, act, number).await;
    }
    let mut piece = app.db.begin_piece().await?;
    let tx = &mut piece.tx;
    // Somebody takes it back, or has finished.
    if !sql::hold(tx, act.id, act.state).await? {
        return Ok(false);
    }
    let Some((people, at)) = sql::take(tx, act.id, number, undoing, now).await? else { return Ok(true) };
    let changed = if undoing {
        let before: BTreeMap<String, Vec<i64>> = serde_json::from_str(&people).unwrap_or_default();
        -steps::undo(tx, act, &before, at, now).await?
    } else {
        let ids: Vec<i64> = serde_json::from_str(&people).unwrap_or_default();
        let before = steps::act(app, tx, act, &ids, now).await?;
        sql::remember(tx, act.id, number, &serde_json::json!(before).to_string()).await?;
        before.values().map(|ids| ids.len() as i64).sum()
    };
    sql::changed(tx, act.id, changed).await?;
    piece.commit().await?;
    Ok(true)
}
