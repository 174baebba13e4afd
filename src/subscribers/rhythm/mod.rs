//! Which rhythm people are on, and how they come from one to another without a post twice and without one missing.
//!
//! In: a reader's choice ([`choose`]), an editor's wish for some or all ([`put`], [`move_all`]), two schedules of one newsletter. Out:
//! `subscriber.schedule_id`, and of whoever changed what their posts need to know ([`carried`]): those that they had on the first
//! and that the second has still to send are not sent to them again; those that the second has sent already and the first has not
//! come to them with the first's next digest. Everybody else is told by their rhythm alone which posts are theirs.
//!
//! Whoever changes a rhythm takes the rows of both schedules, as whoever freezes a digest does. While the rows of a digest of one of
//! them are being written, in ranges, nobody changes: a reader's choice waits in `next_schedule_id` until it is over ([`go_on`]).

mod carried;
mod sql;

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Tx, query, query_scalar};
use crate::events::{self, About, Actor, Code, Event};
use crate::newsletters::{self, Schedule};

use super::{Status, Subscriber};

pub use sql::{is_releasing_any as is_releasing, is_waiting};

/// People moved in one transaction.
const SLICE: i64 = 1_000;

/// People on their way from one rhythm to another.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    /// Of which newsletter.
    pub newsletter_id: i64,
    /// Who, of those who are on the first.
    pub ids: &'a [i64],
    /// The rhythm that they are on.
    pub from: i64,
    /// The one that they get.
    pub to: i64,
    /// Whether those who chose their rhythm stay as they are.
    pub keep_choice: bool,
}

/// What became of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// These people are on the other rhythm.
    People(Vec<i64>),
    /// A digest of one of the rhythms is being released: nobody can change now.
    Releasing,
}

/// Puts a person on a rhythm that they may choose: at once, or as soon as no digest of it, or of the one they are on, is being
/// released.
///
/// # Errors
/// The database's.
pub async fn choose(tx: &mut Tx, person: &Subscriber, to: i64, now: Millis, by: Actor) -> sqlx::Result<()> {
    let from = sql::hold_person(tx, person.id).await?.unwrap_or(person.schedule_id);
    let wish = Move { newsletter_id: person.newsletter_id, ids: &[person.id], from, to, keep_choice: false };
    let moved = if from == to { Moved::People(Vec::new()) } else { put(tx, wish).await? };
    let waits = (moved == Moved::Releasing).then_some(to);
    let own = by == Actor::Visitor;
    sql::chosen(tx, person.id, waits, own.then_some(now)).await?;
    let event = Event::new(person.newsletter_id, Code::SubscriberMoved, About::Subscriber(person.id), by);
    events::note(tx, now, &event.with("own", own)).await
}

/// Moves people, with what they are to know of posts. Whoever is on another rhythm than [`Move::from`] stays.
///
/// # Errors
/// The database's.
pub async fn put(tx: &mut Tx, wish: Move<'_>) -> sqlx::Result<Moved> {
    if wish.ids.is_empty() || wish.from == wish.to {
        return Ok(Moved::People(Vec::new()));
    }
    // People first, as whoever saves a form of theirs does.
    sql::hold_people(tx, wish.ids).await?;
    sql::hold_schedules(tx, wish.from, wish.to).await?;
    if sql::is_releasing(tx, wish.from, wish.to).await? {
        return Ok(Moved::Releasing);
    }
    let moved = sql::move_people(tx, &wish).await?;
    carried::carry(tx, Move { ids: &moved, ..wish }).await?;
    Ok(Moved::People(moved))
}

/// What became of a move of everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct All {
    /// So many are on the other rhythm now.
    pub moved: u64,
    /// A digest was being released: the others are still on the first.
    pub is_releasing: bool,
}

/// Moves everybody, but those who chose the first themselves when the second writes more often. Nobody, when both are the same or
/// of different newsletters.
///
/// # Errors
/// The database's; those moved until then are.
pub async fn move_all(app: &App, from: &Schedule, to: &Schedule) -> sqlx::Result<All> {
    move_slices(app, from, to, to.often() > from.often()).await
}

/// Moves those who did not choose their rhythm themselves to one that writes less often; nobody to one that writes more often.
///
/// # Errors
/// The database's; those moved until then are.
pub async fn lower(app: &App, from: &Schedule, to: &Schedule) -> sqlx::Result<All> {
    if to.often() >= from.often() {
        return Ok(All { moved: 0, is_releasing: false });
    }
    move_slices(app, from, to, true).await
}

/// Moves everybody who did not choose from the newsletter's rhythms that write more often to this one.
///
/// # Errors
/// The database's; those moved until then are.
pub async fn lower_all(app: &App, to: &Schedule) -> sqlx::Result<All> {
    let mut all = All { moved: 0, is_releasing: false };
    for from in newsletters::sql::schedules(&app.db, to.newsletter_id).await? {
        let done = lower(app, &from, to).await?;
        all = All { moved: all.moved + done.moved, is_releasing: all.is_releasing || done.is_releasing };
    }
    Ok(all)
}

async fn move_slices(app: &App, from: &Schedule, to: &Schedule, keep_choice: bool) -> sqlx::Result<All> {
    let mut all = All { moved: 0, is_releasing: false };
    if from.id == to.id || from.newsletter_id != to.newsletter_id {
        return Ok(all);
    }
    // State by state, as the index has them: a walk from one end to the other.
    for status in Status::ALL {
        let mut after = 0;
        loop {
            let mut piece = app.db.begin_piece().await?;
            let ids = sql::some_on(&mut piece.tx, (from.id, *status), keep_choice, after, SLICE).await?;
            let Some(last) = ids.last().copied() else { break };
            let wish = Move { newsletter_id: from.newsletter_id, ids: &ids, from: from.id, to: to.id, keep_choice };
            match put(&mut piece.tx, wish).await? {
                Moved::People(moved) => all.moved += moved.len() as u64,
                Moved::Releasing => return Ok(All { is_releasing: true, ..all }),
            }
            piece.commit().await?;
            after = last;
        }
    }
    Ok(all)
}

/// Gives people the rhythm that they chose while a digest was being released; those of rhythms that still are wait on.
///
/// # Errors
/// The database's; those moved until then are.
pub async fn go_on(app: &App) -> sqlx::Result<()> {
    for (newsletter_id, from, to) in sql::waiting(&app.db).await? {
        loop {
            let mut piece = app.db.begin_piece().await?;
            let ids = sql::waiting_for(&mut piece.tx, from, to, SLICE).await?;
            let wish = Move { newsletter_id, ids: &ids, from, to, keep_choice: false };
            let moved = put(&mut piece.tx, wish).await?;
            if ids.is_empty() || moved == Moved::Releasing {
                break;
            }
            sql::forget_wish(&mut piece.tx, to, &ids).await?;
            piece.commit().await?;
        }
    }
    Ok(())
}

/// Forgets what posts meant for readers who changed their rhythm, where a digest of this one has brought them and has ended. Not before:
/// what is cancelled before its first mail may be sent once more. Usually there is nothing to forget.
///
/// # Errors
/// The database's.
pub async fn settled(tx: &mut Tx, schedule_id: i64) -> sqlx::Result<u64> {
    let any: bool = query_scalar("SELECT EXISTS (SELECT 1 FROM reader_post)").fetch_one(tx.on()).await?;
    if !any {
        return Ok(0);
    }
    query(
        "DELETE FROM reader_post
         WHERE post_id IN (SELECT d.post_id FROM digest_post d JOIN digest g ON g.id = d.digest_id
                           WHERE d.schedule_id = $1 AND NOT d.left_out AND g.state = 'finished')
           AND (owed_by = $1
                OR owed_by IS NULL AND EXISTS (SELECT 1 FROM subscriber s
                                               WHERE s.id = reader_post.subscriber_id AND s.schedule_id = $1))",
    )
    .bind(schedule_id)
    .execute(tx.on())
    .await
}
