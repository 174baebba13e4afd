//! Mailboxes that take no mail for the time being (full, over quota, closed for a while): counted by days, never by mails.
//!
//! In: a person and the day. Out: a row a day; somebody whose mailbox took nothing on [`DAYS`] different days over at least [`SPAN`]
//! days is bounced, as if the address did not exist. One soft bounce, or ten in one hour, ends nobody. Days older than [`WITHIN`]
//! no longer count.

use std::collections::BTreeMap;

use super::{AT_ONCE, Subscriber, bounced};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::{Builder, Db, Tx, query, query_scalar};
use crate::events::{self, About, Actor, Code, Event};

/// Different days on which the mailbox took nothing.
pub const DAYS: i64 = 5;
/// Days from the first of them to the last, at least.
pub const SPAN: i64 = 14;
/// Days after which one is forgotten.
pub const WITHIN: i64 = 180;

/// A mailbox that took no mail.
#[derive(Clone, Debug)]
pub struct Told {
    subscriber_id: i64,
    newsletter_id: i64,
    /// The enhanced code that was told, for the person's history.
    status: String,
}

impl Told {
    /// The mailbox of this person.
    pub fn new(person: &Subscriber, status: &str) -> Self {
        Self { subscriber_id: person.id, newsletter_id: person.newsletter_id, status: status.to_owned() }
    }
}

/// Counts the day of `at` for each of these. Who had one too many is bounced.
///
/// # Errors
/// The database's.
pub async fn count(app: &App, tx: &mut Tx, at: Millis, those: &[Told]) -> sqlx::Result<()> {
    // In order, and each once: two transactions at once take them alike, and one day counts once.
    let those: BTreeMap<i64, &Told> = those.iter().rev().map(|told| (told.subscriber_id, told)).collect();
    let those: Vec<&Told> = those.into_values().collect();
    for those in those.chunks(AT_ONCE) {
        count_some(app, tx, at, those).await?;
    }
    Ok(())
}

async fn count_some(app: &App, tx: &mut Tx, at: Millis, those: &[&Told]) -> sqlx::Result<()> {
    let day = at.div_euclid(DAY);
    let mut query = Builder::new("INSERT INTO soft_bounce (subscriber_id, day) ");
    query.push_values(those, |mut row, told| {
        row.push_bind(told.subscriber_id).push_bind(day);
    });
    query.push(" ON CONFLICT DO NOTHING RETURNING subscriber_id");
    let added: Vec<i64> = query.build_query_scalar().persistent(false).fetch_all(tx.on()).await?;
    if added.is_empty() {
        return Ok(());
    }
    let event = |told: &&Told| {
        let (code, about) = (Code::SubscriberSoftBounced, About::Subscriber(told.subscriber_id));
        Event::new(told.newsletter_id, code, about, Actor::System).with("status", told.status.as_str())
    };
    let events: Vec<Event> = those.iter().filter(|told| added.contains(&told.subscriber_id)).map(event).collect();
    events::record(tx, app.clock.now(), &events).await?;
    let mut ended = too_long(tx, &added, day).await?;
    ended.sort_unstable();
    bounced::each(app, tx, &ended).await?;
    for id in ended {
        forget(tx, id).await?;
    }
    Ok(())
}

/// Forgets their days of long ago; gives those whose mailbox took nothing for too long.
async fn too_long(tx: &mut Tx, ids: &[i64], day: i64) -> sqlx::Result<Vec<i64>> {
    let mut query = Builder::new("DELETE FROM soft_bounce WHERE day < ");
    query.push_bind(day - WITHIN).push(" AND subscriber_id IN (");
    query.push_binds(ids.iter().copied()).push(")");
    query.build().persistent(false).execute(tx.on()).await.map(|_| ())?;
    let mut query = Builder::new("SELECT subscriber_id FROM soft_bounce WHERE subscriber_id IN (");
    query.push_binds(ids.iter().copied());
    query.push(") GROUP BY subscriber_id HAVING COUNT(*) >= ").push_bind(DAYS);
    query.push(" AND MAX(day) - MIN(day) >= ").push_bind(SPAN);
    query.build_query_scalar().persistent(false).fetch_all(tx.on()).await
}

/// The mailbox takes mail again, or the person came back: nothing is held against them.
///
/// # Errors
/// The database's.
pub async fn forget(tx: &mut Tx, subscriber_id: i64) -> sqlx::Result<()> {
    query("DELETE FROM soft_bounce WHERE subscriber_id = $1").bind(subscriber_id).execute(tx.on()).await?;
    Ok(())
}

/// Days (since 1970, UTC) on which somebody's mailbox took no mail, as far as they still count.
///
/// # Errors
/// The database's.
pub async fn days(db: &Db, subscriber_id: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar("SELECT day FROM soft_bounce WHERE subscriber_id = $1 ORDER BY day")
        .bind(subscriber_id)
        .fetch_all(db.on())
        .await
}
