//! How many people of a newsletter stand in each state.
//!
//! In: a newsletter. Out: [`Counts`]. They come from the index of rhythms and states alone (`subscriber_rhythm`), no row is read.
//! Below [`DEAR`] people they are counted anew each time; above, they are kept for some seconds ([`crate::kept`]), because a
//! page must not read a million entries each time it is shown.

use sqlx::AssertSqlSafe;

use super::Status;
use crate::app::App;
use crate::db::{Db, query_as};

/// From so many people on counts are kept: below, counting takes a few milliseconds.
const DEAR: i64 = 50_000;

/// People by state; a state that nobody is in is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([i64; Status::ALL.len()]);

impl Counts {
    /// In this state.
    pub fn of(&self, status: Status) -> i64 {
        self.0[status as usize]
    }

    /// In any.
    pub fn all(&self) -> i64 {
        self.0.iter().sum()
    }

    /// Whether they may be some seconds old.
    pub fn are_kept(&self) -> bool {
        self.all() >= DEAR
    }
}

/// The counts of a newsletter.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, newsletter_id: i64) -> sqlx::Result<Counts> {
    let db = app.db.clone();
    let counted = app.people_counted.get(newsletter_id, is_dear, async move {
        let (pending, confirmed, paused, unsubscribed, bounced, complained) = by_state(&db, newsletter_id).await?;
        Ok::<_, sqlx::Error>([pending, confirmed, paused, unsubscribed, bounced, complained])
    });
    counted.await.map(Counts)
}

/// After a change here: the next page counts anew.
pub fn changed(app: &App, newsletter_id: i64) {
    app.people_counted.forget(&newsletter_id);
}

fn is_dear(counts: &[i64; Status::ALL.len()]) -> bool {
    Counts(*counts).are_kept()
}

/// In the order of [`Status::ALL`]. A million people take 60 ms on SQLite (grouped by their state they would take 400) and up to
/// 400 ms on a busy PostgreSQL.
async fn by_state(db: &Db, newsletter_id: i64) -> sqlx::Result<(i64, i64, i64, i64, i64, i64)> {
    let counts: Vec<String> = Status::ALL
        .iter()
        .map(|status| {
            format!(
                "(SELECT COUNT(*) FROM subscriber WHERE status = '{status}'
                  AND schedule_id IN (SELECT id FROM schedule WHERE newsletter_id = $1))"
            )
        })
        .collect();
    let text = format!("SELECT {}", counts.join(", "));
    query_as(AssertSqlSafe(text.as_str())).bind(newsletter_id).fetch_one(db.on()).await
}
