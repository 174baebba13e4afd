//! Mailboxes that take no mail for the time being (full, over quota, closed for a while): counted by days, never by mails.
//!
//! In: a person and the day. Out: a row a day; somebody whose mailbox took nothing on [`DAYS`] different days over at least [`SPAN`]
//! days is bounced, as if the address did not exist. One soft bounce, or ten in one hour, ends nobody. Days older than [`WITHIN`]
//! no longer count.

use super::{Subscriber, status, suppression};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, execute, in_tx, read};
use crate::events::{self, About, Actor, Code, Event};

/// Different days on which the mailbox took nothing.
pub const DAYS: i64 = 5;
/// Days from the first of them to the last, at least.
pub const SPAN: i64 = 14;
/// Days after which one is forgotten.
pub const WITHIN: i64 = 180;

/// What a soft bounce did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// This day is counted, or was already.
    Day,
    /// It was one too many: the person is bounced.
    Ended,
}

/// Counts the day of `at` for `person`. `status` is the enhanced code that was told, for the person's history.
///
/// # Errors
/// The database's.
pub async fn count(app: &App, tx: &mut Tx, person: &Subscriber, at: Millis, status: &str) -> sqlx::Result<Counted> {
    let day = at.div_euclid(DAY);
    let added = execute!(tx, |c| sqlx::query(
        "INSERT INTO soft_bounce (subscriber_id, day) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    )
    .bind(person.id)
    .bind(day)
    .execute(c))?;
    if added == 0 {
        return Ok(Counted::Day);
    }
    execute!(tx, |c| sqlx::query("DELETE FROM soft_bounce WHERE subscriber_id = $1 AND day < $2")
        .bind(person.id)
        .bind(day - WITHIN)
        .execute(c))?;
    let event =
        Event::new(person.newsletter_id, Code::SubscriberSoftBounced, About::Subscriber(person.id), Actor::System);
    events::note(tx, app.clock.now(), &event.with("status", status)).await?;
    let (days, span): (i64, i64) = in_tx!(tx, |c| sqlx::query_as(
        "SELECT COUNT(*), COALESCE(MAX(day) - MIN(day), 0) FROM soft_bounce WHERE subscriber_id = $1"
    )
    .bind(person.id)
    .fetch_one(c))?;
    if days < DAYS || span < SPAN {
        return Ok(Counted::Day);
    }
    let now = app.clock.now();
    for (newsletter_id, _, key) in status::bounce(tx, &[person.id], now).await? {
        suppression::suppress(tx, newsletter_id, &app.keys.address_hash(&key), suppression::BOUNCED, now).await?;
    }
    forget(tx, person.id).await?;
    Ok(Counted::Ended)
}

/// The mailbox takes mail again, or the person came back: nothing is held against them.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query("DELETE FROM soft_bounce WHERE subscriber_id = $1").bind(subscriber_id).execute(c))?;
    Ok(())
}

/// Days (since 1970, UTC) on which somebody's mailbox took no mail, as far as they still count.
///
/// # Errors
/// The database's.
pub async fn days(db: &Db, subscriber_id: i64) -> sqlx::Result<Vec<i64>> {
    read!(db, |c| sqlx::query_scalar("SELECT day FROM soft_bounce WHERE subscriber_id = $1 ORDER BY day")
        .bind(subscriber_id)
        .fetch_all(c))
}
