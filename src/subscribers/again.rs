//! The confirmation letter once more, because an editor asks for it: to one person at once, to many at the pace of an import.
//!
//! In: people who have not confirmed. Out: their letter, within the caps that hold for every address ([`super::asked`]): a letter
//! within five minutes, three a day, five in 30 days. No record of consent is written: the person asked for nothing.

use std::collections::{HashMap, HashSet};

use super::address::{Email, domain_of};
use super::asked::{Asked, PER_DAY, PER_MONTH};
use super::held::{self, Waiting};
use super::import::plan::Pace;
use super::sql::{self, Known};
use super::{Status, Subscriber, status};
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Builder, Tx, query_scalar};
use crate::events::{self, About, Actor, Code, Event};
use crate::ledger::letters::{self, CausedLetter};
use crate::letter::LetterKind;
use crate::newsletters;

/// What became of the wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The letter is on its way.
    Sent,
    /// They need none: they have confirmed, or have left.
    NotPending,
    /// Enough letters went to this address.
    Capped,
    /// The address must not be written to.
    Suppressed,
    /// The newsletter is being tried out: the letter leaves once it is live.
    UntilLive,
}

/// To one person, now.
///
/// # Errors
/// The database's.
pub async fn send(app: &App, person: &Subscriber, by: Actor) -> sqlx::Result<Again> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !status::hold_pending(&mut tx, person.id).await? {
        return Ok(Again::NotPending);
    }
    let known = known(app, &mut tx, now, std::slice::from_ref(person)).await?;
    let Some(known) = known.get(&person.id) else { return Ok(Again::NotPending) };
    if known.suppressed {
        return Ok(Again::Suppressed);
    }
    if is_capped(known) {
        return Ok(Again::Capped);
    }
    let parameters = parameters(app);
    if strangers(&mut tx, &[person]).await?.contains(&person.id) {
        let waiting = waiting(person, now, now, &parameters, true);
        held::plan(&mut tx, &[waiting]).await?;
        tx.commit().await?;
        return Ok(Again::UntilLive);
    }
    let letter = CausedLetter {
        newsletter_id: person.newsletter_id,
        subscriber_id: Some(person.id),
        kind: LetterKind::Confirm,
        language: &person.language,
        parameters: &parameters,
        fate: Ok(domain_of(&person.email_key)),
    };
    letters::ask_caused(&mut tx, now, &[letter]).await?;
    let event = Event::new(person.newsletter_id, Code::SubscriberResent, About::Subscriber(person.id), by);
    events::note(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(Again::Sent)
}

/// Those of these people whose letters wait until their newsletter is live.
pub(super) async fn strangers(tx: &mut Tx, people: &[&Subscriber]) -> sqlx::Result<HashSet<i64>> {
    let in_test = newsletters::sql::in_test(tx).await?;
    let waits = |person: &&&Subscriber| {
        let of = in_test.iter().find(|tried| tried.newsletter.id == person.newsletter_id);
        of.is_some_and(|tried| !tried.lets_through(&person.email_key))
    };
    Ok(people.iter().filter(waits).map(|person| person.id).collect())
}

fn waiting<'a>(person: &'a Subscriber, at: Millis, now: Millis, parameters: &'a str, is_held: bool) -> Waiting<'a> {
    Waiting {
        subscriber_id: person.id,
        at,
        asked_at: now,
        kind: LetterKind::Confirm,
        language: &person.language,
        parameters,
        by_network: false,
        is_held,
    }
}

/// Plans the letters of those of these people who may get one, in `tx`, behind all that is planned; gives their ids.
///
/// # Errors
/// The database's.
pub async fn plan(
    app: &App,
    tx: &mut Tx,
    newsletter_id: i64,
    ids: &[i64],
    now: Millis,
    by: Actor,
) -> sqlx::Result<Vec<i64>> {
    let people: Vec<Subscriber> = unplanned(tx, newsletter_id, ids).await?;
    let known = known(app, tx, now, &people).await?;
    let may = |person: &&Subscriber| known.get(&person.id).is_some_and(|known| !known.suppressed && !is_capped(known));
    let people: Vec<&Subscriber> = people.iter().filter(may).collect();
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut pace = Pace::new(&app.config.signup, now.max(planned_until(tx).await?));
    let parameters = parameters(app);
    let letter = |person: &&'_ Subscriber| (person.id, pace.next(domain_of(&person.email_key)));
    let times: Vec<(i64, Millis)> = people.iter().map(letter).collect();
    let strangers = strangers(tx, &people).await?;
    let planned = people.iter().zip(times);
    let planned: Vec<Waiting<'_>> =
        planned.map(|(person, (id, at))| waiting(person, at, now, &parameters, strangers.contains(&id))).collect();
    held::plan(tx, &planned).await?;
    let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
    events::note(tx, now, &Event::people(newsletter_id, Code::SubscriberResent, &ids, by).with("bulk", true)).await?;
    Ok(ids)
}

/// Takes the letters back that were planned at an instant and wait still; gives how many.
///
/// # Errors
/// The database's.
pub async fn unplan(tx: &mut Tx, ids: &[i64], asked_at: Millis) -> sqlx::Result<u64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut query = Builder::new("DELETE FROM planned_letter WHERE asked_at = ");
    query.push_bind(asked_at).push(" AND subscriber_id IN (");
    query.push_binds(ids.iter().copied()).push(")");
    query.build().persistent(false).execute(tx.on()).await
}

fn parameters(app: &App) -> String {
    serde_json::json!({ "days": app.config.signup.confirm_days }).to_string()
}

/// Whether enough letters went to this address.
pub(super) const fn is_capped(known: &Known) -> bool {
    known.minutes > 0 || known.day >= PER_DAY || known.month >= PER_MONTH
}

/// What is known of these people's letters, by id.
pub(super) async fn known(
    app: &App,
    tx: &mut Tx,
    now: Millis,
    people: &[Subscriber],
) -> sqlx::Result<HashMap<i64, Known>> {
    let asked = |person: &Subscriber| {
        let email: Email = person.email.parse().ok()?;
        Some(Asked::again(app, person, email, None, None))
    };
    let asked: Vec<Asked> = people.iter().filter_map(asked).collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let known = sql::look_up(tx, now, &asked.iter().collect::<Vec<_>>()).await?;
    Ok(known.into_iter().filter_map(|known| Some((known.id?, known))).collect())
}

/// Those of these people who are pending and have no letter planned.
async fn unplanned(tx: &mut Tx, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<Vec<Subscriber>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Builder::new("SELECT * FROM subscriber s WHERE status = ");
    query.push_bind(Status::Pending).push(" AND newsletter_id = ").push_bind(newsletter_id);
    query.push(" AND NOT EXISTS (SELECT 1 FROM planned_letter p WHERE p.subscriber_id = s.id) AND id IN (");
    query.push_binds(ids.iter().copied());
    query.push(") ORDER BY id");
    query.build_query_as().persistent(false).fetch_all(tx.on()).await
}

async fn planned_until(tx: &mut Tx) -> sqlx::Result<Millis> {
    query_scalar("SELECT COALESCE(MAX(at), 0) FROM planned_letter").fetch_one(tx.on()).await
}
