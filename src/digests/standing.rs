//! Where posts stand with the digests: which have taken them, and which are to come.
//!
//! In: posts of a newsletter. Out: for each its [`Standing`]. Read only; what a digest to come will hold is asked by the same query
//! that takes the posts ([`super::posts`]), so a page never says otherwise than what happens.

use std::collections::HashMap;

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, from_row, query_as};
use crate::feeds::Post;
use crate::ledger::DigestState;
use crate::newsletters::Schedule;

use super::posts::{self, Which};

/// A digest that has taken a post.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Which post.
    pub post_id: i64,
    /// Which digest.
    pub public_id: String,
    /// Of which rhythm.
    pub schedule_id: i64,
    /// Where it stands.
    pub state: DigestState,
    /// Its slot.
    pub slot_at: Millis,
    /// So far, or as it was sent.
    pub subject: String,
}
from_row!(Taken { post_id, public_id, schedule_id, state, slot_at, subject });

/// A digest to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// Of which rhythm.
    pub schedule_id: i64,
    /// Its slot; `None` where each post leaves by itself.
    pub at: Option<Millis>,
    /// Until when the post rests first, where it does.
    pub rests_until: Option<Millis>,
    /// The slot before, whose digest is made while the post still rests.
    pub misses: Option<Millis>,
}

/// Where a post stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The digests that hold it, the newest first.
    pub taken: Vec<Taken>,
    /// Those that will.
    pub next: Vec<Next>,
}

/// Where these posts stand; `schedules`: those of their newsletter.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, schedules: &[Schedule], posts: &[i64]) -> sqlx::Result<HashMap<i64, Standing>> {
    let mut all: HashMap<i64, Standing> = posts.iter().map(|id| (*id, Standing::default())).collect();
    for taken in taken(&app.db, posts).await? {
        if let Some(standing) = all.get_mut(&taken.post_id) {
            standing.taken.push(taken);
        }
    }
    for schedule in schedules.iter().filter(|schedule| !schedule.paused) {
        for (post_id, next) in next(app, schedule).await? {
            if let Some(standing) = all.get_mut(&post_id) {
                standing.next.push(next);
            }
        }
    }
    Ok(all)
}

/// The digest to come of a rhythm for each post that waits for one.
async fn next(app: &App, schedule: &Schedule) -> sqlx::Result<Vec<(i64, Next)>> {
    let (now, waiting) = (app.clock.now(), posts::waiting(app, schedule, Which::All).await?);
    let rested: Vec<Millis> = waiting.iter().map(|post| posts::rested_at(app, post)).collect();
    let of = |(post, own): (Post, &Millis)| {
        let at = posts::slot_of(schedule, &rested, *own, now);
        let rests_until = Some(*own).filter(|until| *until > now);
        let misses =
            schedule.next_due_at.filter(|due| rests_until.is_some() && at != Some(*due) && !schedule.skip_next);
        (post.id, Next { schedule_id: schedule.id, at, rests_until, misses })
    };
    Ok(waiting.into_iter().zip(&rested).map(of).collect())
}

macro_rules! taken {
    ($ids:literal) => {
        concat!(
            "SELECT dp.post_id, d.public_id, d.schedule_id, d.state, d.slot_at, d.subject
             FROM digest_post dp JOIN digest d ON d.id = dp.digest_id
             WHERE dp.post_id IN (",
            $ids,
            ") ORDER BY d.id DESC"
        )
    };
}

/// The digests that hold these posts, the newest first.
pub async fn taken(db: &Db, posts: &[i64]) -> sqlx::Result<Vec<Taken>> {
    let ids = serde_json::to_string(posts).map_err(|error| sqlx::Error::Encode(error.into()))?;
    match db {
        Db::Sqlite { read, .. } => query_as(taken!("SELECT value FROM json_each($1)")).bind(ids).fetch_all(read).await,
        Db::Postgres(pool) => {
            let sql = taken!("SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb)");
            query_as(sql).bind(ids).fetch_all(pool).await
        }
    }
}
