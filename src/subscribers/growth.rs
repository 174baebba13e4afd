//! How many read a newsletter, now and some time ago.
//!
//! In: a newsletter and an instant. Out: [`Growth`]. Whoever confirmed and was erased since is counted nowhere: nothing of them is
//! left to count.

use crate::clock::Millis;
use crate::db::{Db, from_row, read};

/// Confirmed subscribers at two instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Now.
    pub now: i64,
    /// Then.
    pub before: i64,
}
from_row!(Growth { now, before });

/// Confirmed now, and at `then`: those who confirmed before it and had not left.
///
/// # Errors
/// The database's.
pub async fn growth(db: &Db, newsletter_id: i64, then: Millis) -> sqlx::Result<Growth> {
    read!(db, |c| sqlx::query_as(
        "SELECT
            (SELECT COUNT(*) FROM subscriber WHERE newsletter_id = $1 AND status = 'confirmed') AS now,
            (SELECT COUNT(*) FROM subscriber WHERE newsletter_id = $1 AND confirmed_at <= $2
                AND (status = 'confirmed' OR ended_at > $2)) AS before"
    )
    .bind(newsletter_id)
    .bind(then)
    .fetch_one(c))
}
