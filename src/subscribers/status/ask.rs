//! Somebody new sends the form: their rows, for a whole group of sign-ups in one statement.
//!
//! In: a group of [`super::super::signup`], looked up in the same transaction. Out: pending subscribers with their events, and their ids.

use std::collections::HashMap;

use super::from_form;
use crate::clock::Millis;
use crate::db::Tx;
use crate::db::given::{Given, Words};
use crate::events::{self, About, Actor, Code, Event};
use crate::subscribers::asked::Asked;
use crate::subscribers::fold;

/// Somebody new, and the rhythm that they begin on.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer<'a> {
    /// Who.
    pub asked: &'a Asked,
    /// `schedule.id` of their newsletter's rhythm for whoever is new.
    pub schedule_id: Option<i64>,
}

const ASK: &str = "INSERT INTO subscriber (newsletter_id, email, email_key, name, name_key, language, origin, status, schedule_id, created_at)
     SELECT newsletter_id, email, email_key, name, name_key, language, origin, 'pending', schedule_id, $1 FROM ";

/// Writes new pending subscribers, up to [`MOST`](crate::db::given::MOST) and none twice; gives their ids in the same order. On PostgreSQL an address
/// that came in meanwhile is left alone, and has none.
///
/// # Errors
/// The database's. On SQLite also when an address is there already: nobody else can have written it since it was looked up.
pub async fn ask(tx: &mut Tx, now: Millis, new: &[Newcomer<'_>]) -> sqlx::Result<Vec<Option<i64>>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let names = new.iter().map(|new| (new, new.asked.name.as_deref().and_then(fold::key)));
    let names: Vec<(&Newcomer<'_>, Option<String>)> = names.collect();
    let given = Given::of(&names).numbers("newsletter_id", |(new, _)| new.asked.newsletter_id);
    let given = given.texts("email", |(new, _)| new.asked.email.as_str());
    let given = given.texts("email_key", |(new, _)| new.asked.email.key());
    let given = given.texts("name", |(new, _)| new.asked.name.as_deref());
    let given = given.texts("name_key", |(_, key)| key.as_deref());
    let given = given.texts("language", |(new, _)| new.asked.language.as_str());
    let given = given.texts("origin", |(new, _)| new.asked.origin.as_deref());
    let given = given.numbers("schedule_id", |(new, _)| new.schedule_id);
    let ids = insert(tx, now, new, given).await?;
    let told = new.iter().zip(&ids).filter_map(|(new, id)| {
        let about = About::Subscriber((*id)?);
        let event = Event::new(new.asked.newsletter_id, Code::SubscriberAsked, about, Actor::Visitor);
        Some(from_form(event, new.asked.origin.as_deref()))
    });
    events::record(tx, now, &told.collect::<Vec<_>>()).await?;
    Ok(ids)
}

async fn insert<T>(
    tx: &mut Tx,
    now: Millis,
    new: &[Newcomer<'_>],
    given: Given<'_, T>,
) -> sqlx::Result<Vec<Option<i64>>> {
    if matches!(tx, Tx::Sqlite(_)) {
        let done = given.execute(tx, Words { before: ASK, after: "" }, &[now]).await?;
        // Nobody else writes meanwhile, and the ids of one statement have no gaps: to give them back would cost as much as the rows.
        let last = done.last_id.filter(|_| done.rows == new.len() as u64).ok_or(sqlx::Error::WorkerCrashed)?;
        return Ok((last - new.len() as i64 + 1..=last).map(Some).collect());
    }
    let after = " ON CONFLICT (newsletter_id, email_key) DO NOTHING RETURNING newsletter_id, email_key, id";
    let created: Vec<(i64, String, i64)> = given.fetch(tx, Words { before: ASK, after }, &[now]).await?;
    let created: HashMap<(i64, &str), i64> = created.iter().map(|(of, key, id)| ((*of, key.as_str()), *id)).collect();
    Ok(new.iter().map(|new| created.get(&(new.asked.newsletter_id, new.asked.email.key())).copied()).collect())
}
