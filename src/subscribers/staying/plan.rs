//! Plans when each silent person is asked, so that an old import does not ask everybody at once.
//!
//! In: the newsletters that ask, and the clock. Out: rows of `stay_question`, planned: up to fifty a day as they come; of more, all are
//! asked within [`WINDOW`], at equal distances. The longest silent are asked first.

use super::sql;
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::fault::fault;
use crate::newsletters::staying::{self, Asks};
use crate::subscribers::forget::months_before;

/// People planned in one transaction: some 20 ms of SQLite's only writer.
const SLICE: i64 = 5_000;

/// Within how long those are asked who are found at once.
const WINDOW: Millis = 28 * DAY;

/// The distance of as many as come in ordinary times: fifty a day.
const USUAL: Millis = DAY / 50;

/// Plans one slice of each newsletter; `true` when no slice was full, and the work is done for an hour.
pub async fn slice(app: &App, now: Millis) -> sqlx::Result<bool> {
    let mut done = true;
    for asks in staying::all(&app.db).await? {
        done &= of_newsletter(app, asks, now).await?;
    }
    Ok(done)
}

async fn of_newsletter(app: &App, asks: Asks, now: Millis) -> sqlx::Result<bool> {
    let Ok(months) = u32::try_from(asks.months) else { return Ok(true) };
    let before = months_before(now, months);
    let silent = sql::count_silent(&app.db, asks.newsletter_id, before).await?;
    if silent == 0 {
        return Ok(true);
    }
    let mut tx = app.db.begin().await?;
    let (last, waiting) = sql::planned(&mut tx, asks.newsletter_id).await?;
    let step = step(waiting + silent);
    let first = last.filter(|last| *last > now).map_or(now, |last| last + step);
    let planned = sql::plan(&mut tx, asks.newsletter_id, before, (first, step), SLICE).await?;
    fault!("stay.before_plan");
    tx.commit().await?;
    fault!("stay.after_plan");
    tracing::info!(
        newsletter.id = asks.newsletter_id,
        people = planned,
        "planned to ask silent readers whether they stay"
    );
    Ok(silent <= SLICE)
}

/// The distance between two of so many, with those who wait already: slices of one import get the same.
fn step(people: i64) -> Millis {
    (WINDOW / people.max(1)).clamp(1, USUAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_asked_as_they_come_and_many_over_four_weeks() {
        assert_eq!(step(1), USUAL);
        assert_eq!(step(50 * 28), USUAL);
        for people in [10_000, 1_000_000] {
            let whole = step(people) * people;
            assert!((WINDOW - DAY..=WINDOW).contains(&whole), "{people}: {whole}");
        }
        assert_eq!(step(i64::MAX), 1);
    }
}
