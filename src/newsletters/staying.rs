//! How long a newsletter keeps readers who are silent, and how long they have to answer.
//!
//! In: an owner's wish ([`Period`]). Out: a row of `staying`; without one nobody is asked and nobody erased. A newsletter that is made
//! begins with [`USUAL`]; one of an earlier version begins without. `subscribers::staying` acts on it.

use std::ops::RangeInclusive;

use super::change::ChangeError;
use super::settings::Invalid;
use super::wrong::Wrong;
use crate::app::App;
use crate::db::{Db, Tx, from_row, query, query_as};
use crate::events::activity::{self, Act, Deed};

/// How long somebody may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Period {
    /// Calendar months without contact after which somebody is asked.
    pub months: i64,
    /// Days to answer, counted from when a mail server accepted the letter.
    pub days: i64,
}
from_row!(Period { months, days });

/// Two years and eleven months, and a month to answer: three years in all, the time for which the French authority (CNIL) lets
/// somebody's data be kept after their last contact.
pub const USUAL: Period = Period { months: 35, days: 30 };

/// Months that may be chosen. Below half a year, somebody who gets a mail a month would be asked before they could miss it.
pub const MONTHS: RangeInclusive<i64> = 6..=120;

/// Days that may be chosen: longer than a holiday.
pub const DAYS: RangeInclusive<i64> = 14..=180;

/// The period of a newsletter; `None`: nobody is asked.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, newsletter_id: i64) -> sqlx::Result<Option<Period>> {
    query_as("SELECT months, days FROM staying WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .fetch_optional(db.on())
        .await
}

/// Stores it; `None` switches it off: questions that are open rest, and nobody is erased.
///
/// # Errors
/// [`ChangeError::Invalid`] outside of [`MONTHS`] and [`DAYS`].
pub async fn set(app: &App, newsletter_id: i64, wish: Option<Period>) -> Result<(), ChangeError> {
    let invalid = |field, wrong| Err(ChangeError::Invalid(Invalid { field, wrong }));
    if wish.is_some_and(|wish| !MONTHS.contains(&wish.months)) {
        return invalid("months", Wrong::StayMonths { least: *MONTHS.start(), most: *MONTHS.end() });
    }
    if wish.is_some_and(|wish| !DAYS.contains(&wish.days)) {
        return invalid("days", Wrong::StayDays { least: *DAYS.start(), most: *DAYS.end() });
    }
    let mut tx = app.db.begin().await?;
    if let Some(wish) = wish {
        put(&mut tx, newsletter_id, wish).await?;
    } else {
        query("DELETE FROM staying WHERE newsletter_id = $1").bind(newsletter_id).execute(tx.on()).await?;
    }
    let act = Act::new(Deed::NewsletterLetters).at(newsletter_id).with("what", "staying").with("on", wish.is_some());
    activity::note(&mut tx, app.clock.now(), act).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes it.
///
/// # Errors
/// The database's.
pub async fn put(tx: &mut Tx, newsletter_id: i64, period: Period) -> sqlx::Result<u64> {
    query(
        "INSERT INTO staying (newsletter_id, months, days) VALUES ($1, $2, $3)
         ON CONFLICT (newsletter_id) DO UPDATE SET months = excluded.months, days = excluded.days",
    )
    .bind(newsletter_id)
    .bind(period.months)
    .bind(period.days)
    .execute(tx.on())
    .await
}

/// The period of one newsletter, by its id.
#[derive(Clone, Copy, Debug)]
pub struct Asks {
    /// Whose.
    pub newsletter_id: i64,
    /// See [`Period::months`].
    pub months: i64,
    /// See [`Period::days`].
    pub days: i64,
}
from_row!(Asks { newsletter_id, months, days });

/// Every newsletter that asks now: live, and not deleted.
///
/// # Errors
/// The database's.
pub async fn all(db: &Db) -> sqlx::Result<Vec<Asks>> {
    query_as(
        "SELECT s.newsletter_id, s.months, s.days FROM staying s JOIN newsletter n ON n.id = s.newsletter_id
         WHERE n.mode = 'live' AND n.deleted_at IS NULL ORDER BY s.newsletter_id",
    )
    .fetch_all(db.on())
    .await
}
