//! What became of the letters that ask, and who is erased because no answer came.
//!
//! In: questions whose letter has ended. Out: an accepted letter begins the time to answer; a refused one was never read, so the person
//! is asked again a month later and erased by nothing. Whose time is over is erased without a trace, one transaction a person: they
//! never objected, so no fingerprint keeps them from subscribing again.

use super::State;
use super::sql::{self, Ended};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::events::Actor;
use crate::fault::fault;
use crate::ledger;
use crate::subscribers::{self, counts, erase};

/// Letters looked at in one tick.
const LOOKED: i64 = 200;

/// People erased in one tick, which is to be over before the next; a million a day at most.
const ERASED: i64 = 50;

/// When a letter that was refused is tried again.
const AGAIN: Millis = 30 * DAY;

/// The word that stands for it in events.
pub const SILENT: &str = "silent";

/// Sees what became of the letters.
pub async fn letters(app: &App, now: Millis) -> sqlx::Result<()> {
    let ended = sql::ended(&app.db, LOOKED).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for ended in &ended {
        match follows(ended, now) {
            Some((state, at)) => sql::settle(&mut tx, ended, state, at).await?,
            None => sql::forget(&mut tx, &[ended.subscriber_id]).await?,
        };
    }
    fault!("stay.before_open");
    tx.commit().await?;
    fault!("stay.after_open");
    Ok(())
}

/// What follows from how a letter ended; `None`: nothing, they have left. One that is not kept any more may have been read: the whole
/// time runs from now.
fn follows(ended: &Ended, now: Millis) -> Option<(State, Millis)> {
    let days = ended.days * DAY;
    ended.is_reader.then(|| match ended.letter {
        Some(state) if state == ledger::State::Accepted as i64 => (State::Open, ended.done_at.unwrap_or(now) + days),
        Some(_) => (State::Planned, now + AGAIN),
        None => (State::Open, now + days),
    })
}

/// Erases whose time to answer is over.
pub async fn silent(app: &App, now: Millis) -> sqlx::Result<()> {
    let mut erased = 0_usize;
    for id in sql::unanswered(&app.db, now, ERASED).await? {
        erased += usize::from(one(app, id, now).await?);
    }
    if erased > 0 {
        tracing::info!(people = erased, "erased people who were silent and did not wish to stay");
        app.db.empty_log().await?;
    }
    Ok(())
}

/// Erases one person, unless they did something meanwhile. `true` when they are gone.
async fn one(app: &App, id: i64, now: Millis) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let held = sql::hold_reader(&mut tx, id).await?;
    let person = subscribers::sql::by_id_in(&mut tx, id).await?;
    let taken = sql::take_open(&mut tx, id, now).await?;
    let (Some(person), Some((asked_at, is_silent))) = (person, taken) else { return Ok(false) };
    let goes = held && is_silent;
    if goes && sql::resumed_since(&mut tx, person.newsletter_id, asked_at).await? {
        sql::plan_again(&mut tx, id, person.newsletter_id, now).await?;
        tx.commit().await?;
        return Ok(false);
    }
    if goes {
        erase::without_trace(&mut tx, now, &person, SILENT, Actor::System).await?;
    }
    fault!("stay.before_erase");
    tx.commit().await?;
    fault!("stay.after_erase");
    if goes {
        counts::changed(app, person.newsletter_id);
    }
    Ok(goes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_letter_that_was_accepted_begins_the_time_to_answer() {
        let ended = |letter| Ended { subscriber_id: 1, at: 5, days: 30, is_reader: true, letter, done_at: Some(7) };
        let of = |letter| follows(&ended(letter), 100);
        assert_eq!(of(Some(ledger::State::Accepted as i64)), Some((State::Open, 7 + 30 * DAY)));
        assert_eq!(of(Some(ledger::State::Refused as i64)), Some((State::Planned, 100 + AGAIN)));
        assert_eq!(of(Some(ledger::State::Skipped as i64)), Some((State::Planned, 100 + AGAIN)));
        assert_eq!(of(None), Some((State::Open, 100 + 30 * DAY)), "it may have been read");
        assert_eq!(follows(&Ended { is_reader: false, ..ended(None) }, 100), None, "they have left");
    }
}
