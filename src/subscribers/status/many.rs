//! Changes of some hundred people at a time: unsubscribed by an editor, and that taken back; bounced, by reports that came together.
//!
//! In: ids of a piece of [`super::super::bulk`], or of a group of reports, in its transaction. Out: exactly whom a statement changed;
//! of editors' acts by where they stood before: one statement a state, so that each names its people. Locks are taken in the order of
//! ids, as elsewhere.

use std::collections::BTreeMap;

use super::{Status, Verb};
use crate::clock::Millis;
use crate::db::{Builder, Tx};
use crate::events::{self, About, Actor, Code, Event};
use crate::subscribers::consent::{self, ConsentKind, NewConsent};

/// A person who was changed, and their language.
type Changed = (i64, String);

/// Ends the subscriptions of these people of a newsletter. Gives the ids of those who had not ended, by what they were.
pub async fn leave(
    tx: &mut Tx,
    newsletter_id: i64,
    ids: &[i64],
    now: Millis,
    by: Actor,
) -> sqlx::Result<BTreeMap<String, Vec<i64>>> {
    let mut left = BTreeMap::new();
    for from in Verb::Leave.from() {
        let changed = change(tx, newsletter_id, ids, (*from, None), (Status::Unsubscribed, Some(now))).await?;
        let proof = format!("owner {from}");
        let what = (Code::SubscriberLeft, ("from", *from), ConsentKind::Left, Some(proof.as_str()));
        told(tx, newsletter_id, what, &changed, now, by).await?;
        if !changed.is_empty() {
            left.insert(from.to_string(), changed.into_iter().map(|(id, _)| id).collect());
        }
    }
    Ok(left)
}

/// Takes that back for those who ended at `ended_at` and have not changed since: they are `to` again. Gives how many.
pub async fn undo(
    tx: &mut Tx,
    newsletter_id: i64,
    ids: &[i64],
    (to, ended_at): (Status, Millis),
    now: Millis,
    by: Actor,
) -> sqlx::Result<usize> {
    if !Verb::Undo.to().contains(&to) {
        return Ok(0);
    }
    let changed = change(tx, newsletter_id, ids, (Status::Unsubscribed, Some(ended_at)), (to, None)).await?;
    let what = (Code::SubscriberReturned, ("to", to), ConsentKind::Undone, None);
    told(tx, newsletter_id, what, &changed, now, by).await?;
    Ok(changed.len())
}

/// These people's addresses do not exist → bounced, with an event of each: every one was reported by itself. Gives newsletter, id and
/// address key of those who got digests until now.
pub async fn bounce(tx: &mut Tx, ids: &[i64], now: Millis) -> sqlx::Result<Vec<(i64, i64, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Builder::new("UPDATE subscriber SET status = 'bounced', ended_at = ");
    query.push_bind(now).push(" WHERE status IN (").push(Verb::Bounce.sql()).push(") AND id IN (");
    query.push_binds(ids.iter().copied());
    query.push(") RETURNING newsletter_id, id, email_key");
    let bounced: Vec<(i64, i64, String)> = query.build_query_as().persistent(false).fetch_all(tx.on()).await?;
    let event = |(newsletter_id, id, _): &(i64, i64, String)| {
        Event::new(*newsletter_id, Code::SubscriberBounced, About::Subscriber(*id), Actor::System)
    };
    events::record(tx, now, &bounced.iter().map(event).collect::<Vec<_>>()).await?;
    Ok(bounced)
}

/// From a state (that ended at an instant) to another. Gives whom it changed.
async fn change(
    tx: &mut Tx,
    newsletter_id: i64,
    ids: &[i64],
    (from, was_ended_at): (Status, Option<Millis>),
    (to, ended_at): (Status, Option<Millis>),
) -> sqlx::Result<Vec<Changed>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Builder::new("UPDATE subscriber SET status = ");
    query.push_bind(to).push(", ended_at = ").push_bind(ended_at);
    query.push(" WHERE status = ").push_bind(from).push(" AND newsletter_id = ").push_bind(newsletter_id);
    if let Some(was_ended_at) = was_ended_at {
        query.push(" AND ended_at = ").push_bind(was_ended_at);
    }
    query.push(" AND id IN (");
    query.push_binds(ids.iter().copied());
    query.push(") RETURNING id, language");
    query.build_query_as().persistent(false).fetch_all(tx.on()).await
}

/// The event of a change, and what each of its people has to show for it.
async fn told(
    tx: &mut Tx,
    newsletter_id: i64,
    (code, (name, status), kind, proof): (Code, (&str, Status), ConsentKind, Option<&str>),
    changed: &[Changed],
    now: Millis,
    by: Actor,
) -> sqlx::Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
    let event = Event::people(newsletter_id, code, &ids, by).with(name, status.as_str());
    events::note(tx, now, &event).await?;
    let mut steps = Vec::with_capacity(changed.len());
    for (subscriber_id, language) in changed {
        let (subscriber_id, text, text_version) = (*subscriber_id, "", "");
        steps.push(NewConsent { subscriber_id, kind, text, text_version, language, page: None, ip: None, proof });
    }
    consent::record(tx, now, &steps).await
}
