//! Who pauses, and whose pause is over.
//!
//! In: [`super::super::pause`], inside its transaction. Out: `subscriber.status` with `paused_until`, and an event for each change.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::{Verb, told};
use crate::clock::Millis;
use crate::db::{Tx, query, query_as};
use crate::events::{self, About, Actor, Code, Event};
use crate::subscribers::{Status, Subscriber};

/// → paused until then; `false` when they are neither confirmed nor paused.
pub async fn begin(tx: &mut Tx, before: &Subscriber, until: Millis, now: Millis, by: Actor) -> sqlx::Result<bool> {
    let text = format!(
        "UPDATE subscriber SET status = 'paused', paused_until = $1 WHERE id = $2 AND status IN ({})",
        Verb::Pause.sql()
    );
    let changed = query(AssertSqlSafe(text.as_str())).bind(until).bind(before.id).execute(tx.on()).await?;
    if changed == 0 {
        return Ok(false);
    }
    let event = Event::new(before.newsletter_id, Code::SubscriberPaused, About::Subscriber(before.id), by);
    events::note(tx, now, &event.with("until", until)).await?;
    Ok(true)
}

/// Paused → confirmed; `false` when they do not pause.
pub async fn end(tx: &mut Tx, before: &Subscriber, now: Millis, by: Actor) -> sqlx::Result<bool> {
    let text = format!(
        "UPDATE subscriber SET status = 'confirmed', paused_until = NULL WHERE id = $1 AND status IN ({})",
        Verb::Resume.sql()
    );
    let changed = query(AssertSqlSafe(text.as_str())).bind(before.id).execute(tx.on()).await?;
    told(tx, now, changed, before, Code::SubscriberResumed, by, ("from", Status::Paused)).await
}

/// Ends the pauses that are over at `now`, at most so many; gives how many of each newsletter.
pub async fn end_due(tx: &mut Tx, now: Millis, most: i64) -> sqlx::Result<BTreeMap<i64, i64>> {
    let text = format!(
        "UPDATE subscriber SET status = 'confirmed', paused_until = NULL
         WHERE status IN ({0}) AND id IN (
             SELECT id FROM subscriber
             WHERE paused_until <= $1 AND paused_until IS NOT NULL AND status IN ({0}) ORDER BY id LIMIT $2)
         RETURNING newsletter_id, id",
        Verb::Resume.sql()
    );
    let ended: Vec<(i64, i64)> = query_as(AssertSqlSafe(text.as_str())).bind(now).bind(most).fetch_all(tx.on()).await?;
    let mut of: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (newsletter_id, id) in ended {
        of.entry(newsletter_id).or_default().push(id);
    }
    let events = of
        .iter()
        .map(|(newsletter_id, ids)| Event::people(*newsletter_id, Code::SubscriberResumed, ids, Actor::System));
    events::record(tx, now, &events.collect::<Vec<_>>()).await?;
    Ok(of.into_iter().map(|(newsletter_id, ids)| (newsletter_id, ids.len() as i64)).collect())
}
