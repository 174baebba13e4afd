//! A link by which anybody who has it reads a draft: a board, before it is sent. Read only, without an account, until its day, or until
//! somebody ends it.
//!
//! In: a draft, for how many days. Out: [`Share`] and its address; later, from the token in that address, the draft as it stands then. The
//! token is signed by the instance and names the row, so an altered one is refused without a look, and one that was ended finds none.
//! A draft that is thrown away is not shown.

use super::Draft;
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::coded::codes;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::keys::{Claim, Purpose};

/// Longest life of a link, days.
pub const LONGEST: i64 = 90;
/// Links of one draft that are open at once.
pub const MOST: i64 = 20;

codes! {
    /// Why no link was made.
    pub enum Refusal as "share-refusal" {
        /// There are many already.
        TooMany {
            /// So many.
            most: i64,
        } => "too-many",
        /// No day, or one too far away.
        Days {
            /// So many at most.
            most: i64,
        } => "days",
        /// It was thrown away.
        Gone => "gone",
    }
}

/// A link as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// What its token names.
    pub id: i64,
    /// Which draft.
    pub draft_id: i64,
    /// Who made it: `person.id`, 0 at the command line.
    pub created_by: i64,
    /// When.
    pub created_at: Millis,
    /// It opens nothing from then on.
    pub expires_at: Millis,
}
from_row!(Share { id, draft_id, created_by, created_at, expires_at });

impl Share {
    /// The address to hand over. Not for a log.
    pub fn address(&self, app: &App) -> String {
        format!("{}/shared/{}", app.config.base_url, self.token(app))
    }

    fn token(&self, app: &App) -> String {
        app.keys.sign(Purpose::Share, Claim { subject: self.id, version: 0, issued_at: self.created_at })
    }
}

/// Makes a link that is good for so many days.
///
/// # Errors
/// The database's; inside, why there is none.
pub async fn make(app: &App, draft: &Draft, days: i64, by: Actor) -> sqlx::Result<Result<Share, Refusal>> {
    if !(1..=LONGEST).contains(&days) {
        return Ok(Err(Refusal::Days { most: LONGEST }));
    }
    if draft.deleted_at.is_some() {
        return Ok(Err(Refusal::Gone));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    forget(&mut tx, now).await?;
    if count(&mut tx, draft.id).await? >= MOST {
        return Ok(Err(Refusal::TooMany { most: MOST }));
    }
    let new =
        Share { id: 0, draft_id: draft.id, created_by: by.person(), created_at: now, expires_at: now + days * DAY };
    let share = insert(&mut tx, &new).await?;
    let act = Act::new(Deed::DraftShared).at(draft.newsletter_id).about("draft", draft.id).by(by);
    activity::note(&mut tx, now, act.with("ends", share.expires_at)).await?;
    tx.commit().await?;
    Ok(Ok(share))
}

/// Ends one link of a draft (`None`: all of them) at once; gives how many were ended.
///
/// # Errors
/// The database's.
pub async fn end(app: &App, draft: &Draft, id: Option<i64>, by: Actor) -> sqlx::Result<u64> {
    let mut tx = app.db.begin().await?;
    let ended = query("DELETE FROM draft_share WHERE draft_id = $1 AND ($2 IS NULL OR id = $2)")
        .bind(draft.id)
        .bind(id)
        .execute(tx.on())
        .await?;
    if ended > 0 {
        let act = Act::new(Deed::DraftShareEnded).at(draft.newsletter_id).about("draft", draft.id).by(by);
        activity::note(&mut tx, app.clock.now(), act.with("links", ended)).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// The links of a draft that open it now, the newest first.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, draft_id: i64, now: Millis) -> sqlx::Result<Vec<Share>> {
    query_as(
        "SELECT id, draft_id, created_by, created_at, expires_at FROM draft_share
         WHERE draft_id = $1 AND expires_at > $2 ORDER BY id DESC",
    )
    .bind(draft_id)
    .bind(now)
    .fetch_all(db.on())
    .await
}

/// What a token opens now: the link, and the draft as it stands. Changes nothing.
///
/// # Errors
/// The database's.
pub async fn open(app: &App, token: &str) -> sqlx::Result<Option<(Share, Draft)>> {
    let Some(claim) = app.keys.verify(Purpose::Share, token) else { return Ok(None) };
    let share: Option<Share> = query_as(
        "SELECT id, draft_id, created_by, created_at, expires_at FROM draft_share
         WHERE id = $1 AND created_at = $2 AND expires_at > $3",
    )
    .bind(claim.subject)
    .bind(claim.issued_at)
    .bind(app.clock.now())
    .fetch_optional(app.db.on())
    .await?;
    let Some(share) = share else { return Ok(None) };
    let draft: Option<Draft> = query_as("SELECT * FROM draft WHERE id = $1 AND deleted_at IS NULL")
        .bind(share.draft_id)
        .fetch_optional(app.db.on())
        .await?;
    Ok(draft.map(|draft| (share, draft)))
}

/// Forgets links whose day has come, whoever's they are.
async fn forget(tx: &mut Tx, now: Millis) -> sqlx::Result<u64> {
    query("DELETE FROM draft_share WHERE expires_at <= $1").bind(now).execute(tx.on()).await
}

async fn count(tx: &mut Tx, draft_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM draft_share WHERE draft_id = $1").bind(draft_id).fetch_one(tx.on()).await
}

async fn insert(tx: &mut Tx, new: &Share) -> sqlx::Result<Share> {
    query_as(
        "INSERT INTO draft_share (draft_id, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4)
         RETURNING id, draft_id, created_by, created_at, expires_at",
    )
    .bind(new.draft_id)
    .bind(new.created_by)
    .bind(new.created_at)
    .bind(new.expires_at)
    .fetch_one(tx.on())
    .await
}
