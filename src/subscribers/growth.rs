//! How many read a newsletter, now and some time ago.
//!
//! In: a newsletter and an instant. Out: [`Growth`]. Whoever confirmed and was erased since is counted nowhere: nothing of them is
//! left to count.

use super::{Status, counts};
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, query_scalar};

/// Confirmed subscribers at two instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// Now.
    pub now: i64,
    /// Then.
    pub before: i64,
}

/// Confirmed now, and at `then`: those who confirmed before it and had not left. Of a large newsletter both may be some seconds old
/// ([`crate::kept`]): a million rows are read for the second.
///
/// # Errors
/// The database's.
pub async fn growth(app: &App, newsletter_id: i64, then: Millis) -> sqlx::Result<Growth> {
    let counts = counts::of(app, newsletter_id).await?;
    let db = app.db.clone();
    let count = async move { before(&db, newsletter_id, then).await };
    let before = if counts.are_kept() {
        app.numbers_counted.get(("before", newsletter_id), |_| true, count).await?
    } else {
        count.await?
    };
    Ok(Growth { now: counts.of(Status::Confirmed), before })
}

async fn before(db: &Db, newsletter_id: i64, then: Millis) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM subscriber WHERE newsletter_id = $1 AND confirmed_at <= $2
            AND (status = 'confirmed' OR ended_at > $2)",
    )
    .bind(newsletter_id)
    .bind(then)
    .fetch_one(db.on())
    .await
}
