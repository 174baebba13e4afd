//! What a piece of an act does to its people, and how it is taken back.
//!
//! In: ids, in the transaction of the piece. Out: whom it changed, by a word for what they were before: a state, the id of a
//! schedule, nothing for a letter. Erasing goes person by person, each in a transaction of its own: their archives are rewritten.

use std::collections::BTreeMap;

use super::{Act, BulkAct, sql};
use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::{self, Code, Event};
use crate::newsletters::Schedule;
use crate::subscribers::rhythm::{self, Moved};
use crate::subscribers::status::many;
use crate::subscribers::{Status, again, erase as erasure, sql as people};

/// Whom a piece changed, by what they were before.
pub type Before = BTreeMap<String, Vec<i64>>;

/// Does it.
pub async fn act(app: &App, tx: &mut Tx, act: &BulkAct, ids: &[i64], now: Millis) -> sqlx::Result<Before> {
    match act.act {
        Act::Unsubscribe => many::leave(tx, act.newsletter_id, ids, now, act.by()).await,
        Act::Rhythm => {
            let mut before = Before::new();
            let schedules = sql::schedules(tx, act.newsletter_id).await?;
            let often = schedules.iter().find(|to| to.id == act.to_id).map_or(i64::MAX, Schedule::often);
            for from in schedules.iter().filter(|from| from.id != act.to_id) {
                // Nobody else raises how often somebody is written to who chose.
                let keep_choice = often > from.often();
                let moved = moved(tx, act, ids, (from.id, act.to_id), keep_choice).await?;
                moved_told(tx, act, &moved, now).await?;
                if !moved.is_empty() {
                    before.insert(from.id.to_string(), moved);
                }
            }
            Ok(before)
        }
        Act::Resend => {
            let planned = again::plan(app, tx, act.newsletter_id, ids, now, act.by()).await?;
            Ok(Before::from([(String::new(), planned)]))
        }
        // Person by person, see `erase`.
        Act::Erase => Ok(Before::new()),
    }
}

/// Takes it back for whoever is still as it left them; gives how many.
pub async fn undo(tx: &mut Tx, act: &BulkAct, before: &Before, at: Millis, now: Millis) -> sqlx::Result<i64> {
    let mut restored = 0;
    for (was, ids) in before {
        restored += match act.act {
            Act::Unsubscribe => match was.parse::<Status>() {
                Ok(to) => many::undo(tx, act.newsletter_id, ids, (to, at), now, act.by()).await? as i64,
                Err(_) => 0,
            },
            Act::Rhythm => {
                let moved = moved(tx, act, ids, (act.to_id, was.parse().unwrap_or(0)), false).await?;
                moved_told(tx, act, &moved, now).await?;
                moved.len() as i64
            }
            Act::Resend => again::unplan(tx, ids, at).await? as i64,
            Act::Erase => 0,
        };
    }
    Ok(restored)
}

/// Whoever of these people is on one rhythm, put on another; nobody while a digest of one of them is being released: the piece fails
/// and is done at the next tick.
async fn moved(
    tx: &mut Tx,
    act: &BulkAct,
    ids: &[i64],
    (from, to): (i64, i64),
    keep_choice: bool,
) -> sqlx::Result<Vec<i64>> {
    match rhythm::put(tx, rhythm::Move { newsletter_id: act.newsletter_id, ids, from, to, keep_choice }).await? {
        Moved::People(moved) => Ok(moved),
        Moved::Releasing => Err(sqlx::Error::Protocol("a digest is being released; tried again".to_owned())),
    }
}

async fn moved_told(tx: &mut Tx, act: &BulkAct, moved: &[i64], now: Millis) -> sqlx::Result<()> {
    if moved.is_empty() {
        return Ok(());
    }
    events::note(tx, now, &Event::people(act.newsletter_id, Code::SubscriberMoved, moved, act.by())).await
}

/// Erases the people of a piece; whoever is gone already is not counted. `true`: there may be more pieces.
pub async fn erase(app: &App, act: &BulkAct, number: i64) -> sqlx::Result<bool> {
    let ids: Vec<i64> = sql::people(&app.db, act.id, number)
        .await?
        .and_then(|people| serde_json::from_str(&people).ok())
        .unwrap_or_default();
    for id in ids {
        let mut piece = app.db.begin_piece().await?;
        let tx = &mut piece.tx;
        let Some(person) = people::by_id_in(tx, id).await? else { continue };
        if person.newsletter_id != act.newsletter_id || !sql::hold(tx, act.id, act.state).await? {
            continue;
        }
        erasure::erase(app, tx, app.clock.now(), &person, "erased", act.by()).await?;
        sql::changed(tx, act.id, 1).await?;
        piece.commit().await?;
    }
    let mut tx = app.db.begin().await?;
    sql::take(&mut tx, act.id, number, false, app.clock.now()).await?;
    sql::remember(&mut tx, act.id, number, "{}").await?;
    tx.commit().await?;
    Ok(true)
}
