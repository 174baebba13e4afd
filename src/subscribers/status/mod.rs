//! Every change of where a subscriber stands: the only statements that do it, by the table of what may follow what ([`Verb`]).
//!
//! In: a verb's rooms, inside their transaction ([`super::confirm`], [`super::leave`], [`super::import`], what a mail server said).
//! Out: `subscriber.status`, and for each change its row of [`events`]. A statement changes nobody who does not stand where
//! [`Verb::from`] says, so that two at once are one after the other.

mod ask;
mod copy;
pub(super) mod import;
pub(super) mod many;
pub(super) mod pauses;
pub(super) mod rows;
mod verb;

use std::collections::{BTreeMap, HashMap};

use sqlx::AssertSqlSafe;

use super::asked::Addition;
use super::{Status, Subscriber, fold};
use crate::clock::Millis;
use crate::db::{Builder, Tx, query, query_as, query_scalar};
use crate::events::{self, About, Actor, Code, Event};
pub use ask::{Newcomer, ask};

pub use verb::Verb;

/// Writes a subscriber that an owner adds, or brings a known one to this state; gives the id, or `None` when they are in.
pub async fn add(
    tx: &mut Tx,
    newsletter_id: i64,
    addition: &Addition<'_>,
    status: Status,
    now: Millis,
) -> sqlx::Result<Option<i64>> {
    let confirmed_at = (status == Status::Confirmed).then_some(now);
    let text = format!(
        "INSERT INTO subscriber (newsletter_id, email, email_key, name, language, status, schedule_id, created_at, confirmed_at,
                                 origin, name_key)
         VALUES ($1, $2, $3, $4, $5, $6, (SELECT id FROM schedule WHERE newsletter_id = $1 AND removed_at IS NULL ORDER BY is_default DESC, id LIMIT 1), $7, $8, 'added', $9)
         ON CONFLICT (newsletter_id, email_key) DO UPDATE
         SET status = excluded.status, confirmed_at = COALESCE(excluded.confirmed_at, subscriber.confirmed_at),
             ended_at = NULL, language = excluded.language, name = COALESCE(excluded.name, subscriber.name),
             name_key = COALESCE(excluded.name_key, subscriber.name_key), origin = excluded.origin
         WHERE subscriber.status IN ({})
         RETURNING id",
        Verb::Add.sql()
    );
    let id: Option<i64> = query_scalar(AssertSqlSafe(text.as_str()))
        .bind(newsletter_id)
        .bind(addition.email.as_str())
        .bind(addition.email.key())
        .bind(addition.name)
        .bind(addition.language)
        .bind(status)
        .bind(now)
        .bind(confirmed_at)
        .bind(addition.name.and_then(fold::key))
        .fetch_optional(tx.on())
        .await?;
    if let Some(id) = id {
        let event = Event::new(newsletter_id, Code::SubscriberAdded, About::Subscriber(id), addition.by);
        events::note(tx, now, &event.with("status", status.as_str())).await?;
    }
    Ok(id)
}

/// Pending, or ended before the link was issued, → confirmed; `false` when they are neither.
pub async fn confirm(tx: &mut Tx, before: &Subscriber, issued_at: Millis, now: Millis) -> sqlx::Result<bool> {
    let text = format!(
        "UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, ended_at = NULL
         WHERE id = $2 AND status IN ({}) AND (status = 'pending' OR ended_at < $3)",
        Verb::Confirm.sql()
    );
    let changed =
        query(AssertSqlSafe(text.as_str())).bind(now).bind(before.id).bind(issued_at).execute(tx.on()).await?;
    if changed == 0 {
        return Ok(false);
    }
    let event =
        Event::new(before.newsletter_id, Code::SubscriberConfirmed, About::Subscriber(before.id), Actor::Visitor);
    let event = event.with("from", before.status.as_str());
    let event = if before.status == Status::Pending { from_form(event, before.origin.as_deref()) } else { event };
    events::note(tx, now, &event).await?;
    Ok(true)
}

/// An event with the form that somebody came by, for the sums of forms: the host of its page.
fn from_form(event: Event, origin: Option<&str>) -> Event {
    match origin {
        Some(origin) => event.with("form", origin),
        None => event,
    }
}

/// → unsubscribed at `at`; `false` when it had ended already.
pub async fn leave(tx: &mut Tx, before: &Subscriber, at: Millis, by: Actor) -> sqlx::Result<bool> {
    if end(tx, Verb::Leave, before.id, at).await? == 0 {
        return Ok(false);
    }
    let event = Event::new(before.newsletter_id, Code::SubscriberLeft, About::Subscriber(before.id), by);
    let event = event.with("from", before.status.as_str());
    let digest = if by == Actor::Visitor { left_after(tx, before).await? } else { None };
    let event = match digest {
        Some(id) => event.with("digest", id),
        None => event,
    };
    events::note(tx, at, &event).await?;
    Ok(true)
}

/// The digest after which somebody leaves by a link; none when they left after it before: for a digest, a person counts once.
async fn left_after(tx: &mut Tx, before: &Subscriber) -> sqlx::Result<Option<i64>> {
    let Some(last) = last_digest(tx, before.schedule_id).await? else { return Ok(None) };
    let earlier = events::parameters_in(tx, About::Subscriber(before.id), Code::SubscriberLeft).await?;
    // Whoever left before they confirmed is not counted.
    let is_reader = |word: &serde_json::Value| word == "confirmed" || word == "paused";
    let is_last = |said: serde_json::Value| said["digest"].as_i64() == Some(last) && is_reader(&said["from"]);
    let counted = earlier.iter().any(|said| serde_json::from_str(said).is_ok_and(is_last));
    Ok((!counted).then_some(last))
}

/// The last digest that left on a rhythm: what somebody who leaves by a link has got last.
async fn last_digest(tx: &mut Tx, schedule_id: i64) -> sqlx::Result<Option<i64>> {
    query_scalar(
        "SELECT id FROM digest WHERE schedule_id = $1 AND released_at IS NOT NULL ORDER BY slot_at DESC LIMIT 1",
    )
    .bind(schedule_id)
    .fetch_optional(tx.on())
    .await
}

/// → complained; `false` when they had complained already. `source`: by which way it was told.
pub async fn complain(tx: &mut Tx, before: &Subscriber, now: Millis, source: &str) -> sqlx::Result<bool> {
    let text = format!(
        "UPDATE subscriber SET status = 'complained', ended_at = $1 WHERE id = $2 AND status IN ({})",
        Verb::Complain.sql()
    );
    let changed = query(AssertSqlSafe(text.as_str())).bind(now).bind(before.id).execute(tx.on()).await?;
    if changed == 0 {
        return Ok(false);
    }
    let event =
        Event::new(before.newsletter_id, Code::SubscriberComplained, About::Subscriber(before.id), Actor::System);
    events::note(tx, now, &event.with("from", before.status.as_str()).with("source", source)).await?;
    Ok(true)
}

/// Complained → unsubscribed: they may ask again; `false` when they had not complained.
pub async fn pardon(tx: &mut Tx, before: &Subscriber, now: Millis, by: Actor) -> sqlx::Result<bool> {
    let changed = end(tx, Verb::Pardon, before.id, now).await?;
    told(tx, now, changed, before, Code::SubscriberPardoned, by, ("from", before.status)).await
}

/// Whoever was unsubscribed by an editor leaves themselves: from now on that is theirs, and no editor's act is taken back for them.
pub async fn leave_themselves(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<()> {
    query("UPDATE subscriber SET ended_at = $1 WHERE id = $2 AND status = 'unsubscribed'")
        .bind(now)
        .bind(id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Unsubscribed → what it was before; `false` when it was not unsubscribed.
pub async fn undo(tx: &mut Tx, left: &Subscriber, to: Status, now: Millis) -> sqlx::Result<bool> {
    if !Verb::Undo.to().contains(&to) {
        return Ok(false);
    }
    let text = format!(
        "UPDATE subscriber SET status = $1, ended_at = NULL WHERE id = $2 AND status IN ({})",
        Verb::Undo.sql()
    );
    let changed = query(AssertSqlSafe(text.as_str())).bind(to).bind(left.id).execute(tx.on()).await?;
    told(tx, now, changed, left, Code::SubscriberReturned, Actor::Visitor, ("to", to)).await
}

/// These people's addresses do not exist → bounced. Gives newsletter, id and address key of those who got digests until now.
pub async fn bounce(tx: &mut Tx, ids: &[i64], now: Millis) -> sqlx::Result<Vec<(i64, i64, String)>> {
    let text = format!(
        "UPDATE subscriber SET status = 'bounced', ended_at = $2 WHERE id = $1 AND status IN ({})
         RETURNING newsletter_id, id, email_key",
        Verb::Bounce.sql()
    );
    let mut bounced: Vec<(i64, i64, String)> = Vec::new();
    // One after the other, in the order that they come in: whoever else takes several takes them so, too.
    for id in ids {
        bounced.extend(
            query_as::<(i64, i64, String)>(AssertSqlSafe(text.as_str()))
                .bind(*id)
                .bind(now)
                .fetch_optional(tx.on())
                .await?,
        );
    }
    let mut of: HashMap<i64, Vec<i64>> = HashMap::new();
    for (newsletter_id, id, _) in &bounced {
        of.entry(*newsletter_id).or_default().push(*id);
    }
    let events = of
        .iter()
        .map(|(newsletter_id, ids)| Event::people(*newsletter_id, Code::SubscriberBounced, ids, Actor::System));
    events::record(tx, now, &events.collect::<Vec<_>>()).await?;
    Ok(bounced)
}

/// Bounced → confirmed; gives how many.
pub async fn revive(tx: &mut Tx, newsletter_id: i64, ids: &[i64], now: Millis, by: Actor) -> sqlx::Result<u64> {
    let mut back = 0;
    for ids in ids.chunks(super::AT_ONCE) {
        let mut query = Builder::new("UPDATE subscriber SET status = 'confirmed', ended_at = NULL");
        query.push(" WHERE status IN (").push(Verb::Revive.sql()).push(") AND id IN (");
        query.push_binds(ids.iter().copied()).push(")");
        back += query.build().persistent(false).execute(tx.on()).await?;
    }
    if back > 0 {
        let event = Event { count: back as i64, ..Event::people(newsletter_id, Code::SubscriberRevived, ids, by) };
        events::note(tx, now, &event).await?;
    }
    Ok(back)
}

/// Deletes the row; consents and letters go with it, and no event names the person any more.
pub async fn erase(tx: &mut Tx, before: &Subscriber, reason: &str, now: Millis, by: Actor) -> sqlx::Result<()> {
    delete(tx, before.id).await?;
    // Nameless, as all that stays.
    let event = Event::new(before.newsletter_id, Code::SubscriberErased, About::Newsletter, by);
    events::note(tx, now, &event.with("from", before.status.as_str()).with("reason", reason)).await
}

/// Takes the row of somebody who is pending, so that a button that is pressed now waits for what becomes of it; `false`
/// when they are not any more.
pub async fn hold_pending(tx: &mut Tx, id: i64) -> sqlx::Result<bool> {
    let taken = query("UPDATE subscriber SET status = status WHERE id = $1 AND status = 'pending'")
        .bind(id)
        .execute(tx.on())
        .await?;
    Ok(taken == 1)
}

/// Time is over for somebody pending (see [`hold_pending`]): deleted, or, whoever had left at `left_at`, unsubscribed again.
/// [`forgotten`] tells of it.
pub async fn forget(tx: &mut Tx, id: i64, left_at: Option<Millis>) -> sqlx::Result<()> {
    match left_at {
        Some(left_at) => end(tx, Verb::Forget, id, left_at).await.map(drop),
        None => delete(tx, id).await,
    }
}

/// Tells how many of each newsletter [`forget`] has taken in this transaction.
pub async fn forgotten(tx: &mut Tx, counts: &BTreeMap<i64, i64>, now: Millis) -> sqlx::Result<()> {
    let events = counts.iter().map(|(newsletter_id, count)| Event {
        count: *count,
        ..Event::new(*newsletter_id, Code::SubscriberForgotten, About::Newsletter, Actor::System)
    });
    events::record(tx, now, &events.collect::<Vec<_>>()).await
}

async fn end(tx: &mut Tx, verb: Verb, id: i64, at: Millis) -> sqlx::Result<u64> {
    let text = format!(
        "UPDATE subscriber SET status = 'unsubscribed', ended_at = $1 WHERE id = $2 AND status IN ({})",
        verb.sql()
    );
    query(AssertSqlSafe(text.as_str())).bind(at).bind(id).execute(tx.on()).await
}

/// Removes up to `most` people of a newsletter that is itself being removed; gives how many.
pub async fn remove_some(tx: &mut Tx, newsletter_id: i64, most: i64) -> sqlx::Result<u64> {
    query(
        "DELETE FROM subscriber WHERE id IN (SELECT id FROM subscriber WHERE newsletter_id = $1 ORDER BY id LIMIT $2)",
    )
    .bind(newsletter_id)
    .bind(most)
    .execute(tx.on())
    .await
}

async fn delete(tx: &mut Tx, id: i64) -> sqlx::Result<()> {
    query("DELETE FROM subscriber WHERE id = $1").bind(id).execute(tx.on()).await?;
    events::forget_person(tx, id).await
}

/// The event of a change, when there was one.
async fn told(
    tx: &mut Tx,
    now: Millis,
    changed: u64,
    person: &Subscriber,
    code: Code,
    by: Actor,
    (name, status): (&str, Status),
) -> sqlx::Result<bool> {
    if changed == 0 {
        return Ok(false);
    }
    let event = Event::new(person.newsletter_id, code, About::Subscriber(person.id), by);
    events::note(tx, now, &event.with(name, status.as_str())).await?;
    Ok(true)
}
