//! Sign-ups held back by a limit: their letters are planned, and sent when there is room.
//!
//! In: letters that [`super::signup`] could not send at once. Out: rows of `planned_letter` with `asked_at`; at every tick of the
//! scheduler [`ask_due`] queues the due ones within the ceilings of the hour, and plans the others anew. The table also holds
//! imported people (`asked_at` empty), who belong to [`super::import`].

use std::sync::Mutex;

use super::Status;
use super::address::domain_of;
use super::ceiling::Ceiling;
use crate::app::App;
use crate::clock::{HOUR, Millis};
use crate::db::{Builder, Db, Tx, from_row, query, query_as, query_scalar};
use crate::ledger::letters::{self, CausedLetter};
use crate::letter::LetterKind;

/// Letters queued in one transaction.
const AT_ONCE: i64 = 500;

/// A letter to be sent later.
#[derive(Clone, Debug)]
pub struct Waiting<'a> {
    /// To whom.
    pub subscriber_id: i64,
    /// Not before.
    pub at: Millis,
    /// When they asked.
    pub asked_at: Millis,
    /// Which.
    pub kind: LetterKind,
    /// In which language.
    pub language: &'a str,
    /// With what, as JSON text.
    pub parameters: &'a str,
    /// Whether the limit of a network held the letter, rather than a ceiling.
    pub by_network: bool,
    /// It waits for the newsletter to go live, and is due from then on.
    pub is_held: bool,
}

/// Plans letters. A person already planned by an import gets the letter at the earlier of the two times.
pub async fn plan(tx: &mut Tx, letters: &[Waiting<'_>]) -> sqlx::Result<()> {
    if letters.is_empty() {
        return Ok(());
    }
    let mut query =
        Builder::new("INSERT INTO planned_letter (subscriber_id, at, asked_at, kind, language, parameters, is_held) ");
    query.push_values(letters, |mut row, letter| {
        row.push_bind(letter.subscriber_id).push_bind(letter.at).push_bind(letter.asked_at);
        row.push_bind(letter.kind).push_bind(letter.language).push_bind(letter.parameters).push_bind(letter.is_held);
    });
    query.push(
        " ON CONFLICT (subscriber_id) DO UPDATE SET asked_at = excluded.asked_at, kind = excluded.kind,
                  language = excluded.language, parameters = excluded.parameters, is_held = excluded.is_held,
                  at = CASE WHEN planned_letter.at < excluded.at THEN planned_letter.at ELSE excluded.at END",
    );
    query.build().persistent(false).execute(tx.on()).await?;
    Ok(())
}

/// A letter that waits, as it is shown; see [`Waiting`].
#[derive(Clone, Debug)]
pub struct Planned {
    /// Which.
    pub kind: LetterKind,
    /// When they asked.
    pub asked_at: Millis,
    /// Not before.
    pub at: Millis,
    /// It waits for the newsletter to go live.
    pub is_held: bool,
}

/// Whether anybody waits.
pub async fn any(db: &Db) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM planned_letter WHERE asked_at IS NOT NULL AND NOT is_held)")
        .fetch_one(db.on())
        .await
}

/// Keeps every planned letter of a newsletter until it goes live, or is taken back.
pub async fn hold_all(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<u64> {
    query(
        "UPDATE planned_letter SET is_held = TRUE
         WHERE NOT is_held AND subscriber_id IN (SELECT id FROM subscriber WHERE newsletter_id = $1)",
    )
    .bind(newsletter_id)
    .execute(tx.on())
    .await
}

/// Lets the letters go that a newsletter kept: those of sign-ups are due now, and leave within the ceilings; those of an import keep
/// the distances that were planned between them. Gives how many.
pub async fn let_go(tx: &mut Tx, newsletter_id: i64, now: Millis) -> sqlx::Result<u64> {
    let first: Option<Millis> = query_scalar(
        "SELECT MIN(at) FROM planned_letter
         WHERE is_held AND asked_at IS NULL AND subscriber_id IN (SELECT id FROM subscriber WHERE newsletter_id = $1)",
    )
    .bind(newsletter_id)
    .fetch_one(tx.on())
    .await?;
    let late = first.map_or(0, |first| (now - first).max(0));
    query(
        "UPDATE planned_letter SET is_held = FALSE, at = CASE WHEN asked_at IS NULL THEN at + $2 ELSE $3 END
         WHERE is_held AND subscriber_id IN (SELECT id FROM subscriber WHERE newsletter_id = $1)",
    )
    .bind(newsletter_id)
    .bind(late)
    .bind(now)
    .execute(tx.on())
    .await
}

/// Somebody whose letter is due, removed from the plan.
struct Due {
    id: i64,
    asked_at: Millis,
    kind: LetterKind,
    language: String,
    parameters: String,
}
from_row!(Due { id, asked_at, kind, language, parameters });

/// How they stand now.
struct Person {
    id: i64,
    newsletter_id: i64,
    email_key: String,
    status: Status,
    ended_at: Option<Millis>,
    last_letter_at: Millis,
}
from_row!(Person { id, newsletter_id, email_key, status, ended_at, last_letter_at });

/// Queues the due letters that the hour has room for, and plans the others anew.
pub async fn ask_due(app: &App) -> sqlx::Result<()> {
    let mut ceiling = Ceiling::new(app.config.signup.clone());
    loop {
        let now = app.clock.now();
        if !any_due(&app.db, now).await? {
            return Ok(());
        }
        ceiling.refresh(&app.db, now).await?;
        let mut tx = app.db.begin().await?;
        let due = take_due(&mut tx, now).await?;
        let people = people(&mut tx, &due).await?;
        let pairs = due.iter().filter_map(|due| Some((due, people.iter().find(|person| person.id == due.id)?)));
        let (mut letters, mut waiting) = (Vec::new(), Vec::new());
        for (due, person) in pairs.filter(|(due, person)| is_wanted(due, person)) {
            if ceiling.take(domain_of(&person.email_key)) {
                letters.push(letter(due, person));
            } else {
                waiting.push(again(due, ceiling.later(domain_of(&person.email_key), now)));
            }
        }
        letters::ask_caused(&mut tx, now, &letters).await?;
        plan(&mut tx, &waiting).await?;
        tx.commit().await?;
        app.wake.now();
    }
}

async fn any_due(db: &Db, now: Millis) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM planned_letter WHERE at <= $1 AND asked_at IS NOT NULL AND NOT is_held)")
        .bind(now)
        .fetch_one(db.on())
        .await
}

/// Whether the letter is still needed: people who have since confirmed, left or got a letter need none.
fn is_wanted(due: &Due, person: &Person) -> bool {
    let ended_before = person.ended_at.is_some_and(|ended_at| ended_at < due.asked_at);
    let fits = match person.status {
        Status::Pending => due.kind == LetterKind::Confirm,
        Status::Unsubscribed | Status::Bounced => due.kind == LetterKind::Confirm && ended_before,
        Status::Confirmed | Status::Paused => due.kind == LetterKind::Already,
        Status::Complained => false,
    };
    fits && person.last_letter_at < due.asked_at
}

fn letter<'a>(due: &'a Due, person: &'a Person) -> CausedLetter<'a> {
    CausedLetter {
        newsletter_id: person.newsletter_id,
        subscriber_id: Some(due.id),
        kind: due.kind,
        language: &due.language,
        parameters: if due.kind == LetterKind::Confirm { &due.parameters } else { "{}" },
        fate: Ok(domain_of(&person.email_key)),
    }
}

fn again(due: &Due, at: Millis) -> Waiting<'_> {
    let Due { id, asked_at, kind, language, parameters } = due;
    Waiting {
        subscriber_id: *id,
        at,
        asked_at: *asked_at,
        kind: *kind,
        language,
        parameters,
        by_network: false,
        is_held: false,
    }
}

/// Removes the due people from the plan, in the order in which they were planned.
async fn take_due(tx: &mut Tx, now: Millis) -> sqlx::Result<Vec<Due>> {
    let mut due: Vec<Due> = query_as(
        "DELETE FROM planned_letter WHERE subscriber_id IN (
             SELECT subscriber_id FROM planned_letter WHERE at <= $1 AND asked_at IS NOT NULL AND NOT is_held
             ORDER BY at LIMIT $2)
         RETURNING subscriber_id AS id, asked_at, kind, language, parameters",
    )
    .bind(now)
    .bind(AT_ONCE)
    .fetch_all(tx.on())
    .await?;
    due.sort_by_key(|due| (due.asked_at, due.id));
    Ok(due)
}

async fn people(tx: &mut Tx, due: &[Due]) -> sqlx::Result<Vec<Person>> {
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Builder::new(
            "SELECT id, newsletter_id, email_key, status, ended_at, COALESCE(
                 (SELECT MAX(l.created_at) FROM letter l WHERE l.subscriber_id = s.id AND l.domain <> ''), 0) AS last_letter_at
             FROM subscriber s WHERE id IN (",
        );
    query.push_binds(due.iter().map(|due| due.id)).push(")");
    query.build_query_as().persistent(false).fetch_all(tx.on()).await
}

/// Limits a log message to once an hour.
#[derive(Debug, Default)]
pub struct Hourly(Mutex<Option<Millis>>);

impl Hourly {
    /// Whether an hour has passed since the last time, which then becomes now. A clock that was set back counts as an hour.
    pub fn passes(&self, now: Millis) -> bool {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let passes = last.is_none_or(|last| !(last..last + HOUR).contains(&now));
        if passes {
            *last = Some(now);
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_an_hour() {
        let hourly = Hourly::default();
        let said = [10, 11, HOUR, HOUR + 10, HOUR + 11, 5].map(|now| hourly.passes(now));
        assert_eq!(said, [true, false, false, true, false, true]);
    }
}
