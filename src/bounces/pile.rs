//! What an editor does with what came back: bursts that wait, and what nobody could attribute or understand.
//!
//! In: an editor's word. Out: bounces carried out or put aside, a row filed by hand. Nothing is deleted here: what was put aside can
//! still be looked at until it is forgotten with its time.

use super::act;
use super::matter::{Kind, State};
use super::sql::{self, Row, Seen};
use crate::app::App;
use crate::clock::DAY;
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::ledger::Meaning;
use crate::subscribers::Subscriber;

/// Rows in one transaction.
const AT_ONCE: i64 = 500;

/// The burst is true: everybody of this newsletter whose hard report waits is bounced. Gives how many rows.
///
/// # Errors
/// The database's.
pub async fn accept(app: &App, meaning: Meaning, newsletter_id: i64) -> sqlx::Result<usize> {
    settle(app, meaning, newsletter_id, State::Filed).await
}

/// The burst was a server's mistake: nobody is bounced, and mails go on to them. Gives how many rows.
///
/// # Errors
/// The database's.
pub async fn refuse(app: &App, meaning: Meaning, newsletter_id: i64) -> sqlx::Result<usize> {
    settle(app, meaning, newsletter_id, State::Dismissed).await
}

async fn settle(app: &App, meaning: Meaning, newsletter_id: i64, to: State) -> sqlx::Result<usize> {
    let (mut count, mut after) = (0, 0);
    loop {
        let mut tx = app.db.begin().await?;
        let rows = sql::waiting(&mut tx, newsletter_id, after, AT_ONCE).await?;
        let Some((last, _)) = rows.last() else { return Ok(count) };
        after = *last;
        let mut people = Vec::with_capacity(rows.len());
        for (id, person) in &rows {
            if sql::turn(&mut tx, *id, State::Waiting, to).await? {
                people.push(*person);
                count += 1;
            }
        }
        if to == State::Filed {
            people.sort_unstable();
            people.dedup();
            meaning.people.gone(app, &mut tx, &people).await?;
        }
        sql::settle_counts(&mut tx, newsletter_id, to == State::Filed).await?;
        let what = if to == State::Filed { "filed" } else { "dismissed" };
        let act = Act::new(Deed::ReturnedDecided).at(newsletter_id).counting(rows.len()).with("what", what);
        activity::note(&mut tx, app.clock.now(), act).await?;
        tx.commit().await?;
    }
}

/// An editor says what an open row is, and of whom; gives what became of it, `None` when it is not open any more.
///
/// # Errors
/// The database's.
pub async fn file(
    app: &App,
    meaning: Meaning,
    id: i64,
    kind: Kind,
    person: &Subscriber,
    by: Actor,
) -> sqlx::Result<Option<()>> {
    let mut tx = app.db.begin().await?;
    if !sql::file(&mut tx, id, kind, person.newsletter_id, person.id).await? {
        return Ok(None);
    }
    act::by_hand(app, meaning.by(by), &mut tx, kind, person).await?;
    let act = Act::new(Deed::ReturnedDecided).at(person.newsletter_id).about("subscriber", person.id).by(by);
    activity::note(&mut tx, app.clock.now(), act.with("what", "filed")).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(Some(()))
}

/// An editor puts an open row aside; `false` when it is not open any more.
///
/// # Errors
/// The database's.
pub async fn dismiss(app: &App, id: i64) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let done = sql::turn(&mut tx, id, State::Open, State::Dismissed).await?;
    if done {
        let act = Act::new(Deed::ReturnedDecided).about("returned", id).with("what", "dismissed");
        activity::note(&mut tx, app.clock.now(), act).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// One row, if it is among those that somebody may see.
///
/// # Errors
/// The database's.
pub async fn row(app: &App, seen: Seen, id: i64) -> sqlx::Result<Option<Row>> {
    Ok(sql::by_id(&app.db, id).await?.filter(|row| seen.has(row)))
}

/// Forgets rows that are done with, once they are as old as events get ([`crate::config::Privacy`]); gives how many.
///
/// # Errors
/// The database's.
pub async fn forget(app: &App) -> sqlx::Result<u64> {
    let months = app.config.privacy.forget_events_months;
    if months == 0 {
        return Ok(0);
    }
    let until = app.clock.now() - i64::from(months) * 31 * DAY;
    let mut forgotten = 0;
    loop {
        let mut tx = app.db.begin().await?;
        let some = sql::forget(&mut tx, until, AT_ONCE).await?;
        tx.commit().await?;
        forgotten += some;
        if some < AT_ONCE as u64 {
            return Ok(forgotten);
        }
    }
}
