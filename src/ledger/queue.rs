//! What waits to be sent, over all newsletters: for whoever looks after the instance.

use super::progress;
use super::sql::claim;
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, query_as};

/// What waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Queue {
    /// Letters: confirmations, links, notices.
    pub letters: i64,
    /// When the oldest of them was asked for.
    #[serde(skip)]
    pub oldest_letter: Option<Millis>,
    /// Digests on their way, or stopped on it.
    pub digests: i64,
    /// Their mails that have not left.
    pub mails: i64,
}

/// Counts it. A digest on its way costs a look at its rows.
///
/// # Errors
/// The database's.
pub async fn standing(app: &App) -> anyhow::Result<Queue> {
    let (letters, oldest_letter) = letters(&app.db).await?;
    let digests = claim::open_digests(&app.db).await?;
    let mut mails = 0;
    for digest in &digests {
        mails += progress::counts(app, digest.id).await?.open();
    }
    Ok(Queue { letters, oldest_letter, digests: digests.len() as i64, mails })
}

async fn letters(db: &Db) -> sqlx::Result<(i64, Option<Millis>)> {
    query_as("SELECT COUNT(*), MIN(created_at) FROM letter WHERE state IN (0, 1, 4)").fetch_one(db.on()).await
}
