//! Forgets drafts that were thrown away three days ago, with all their revisions.
//!
//! In: the clock; asked at every tick of the scheduler. Out: deleted rows. Pictures stay: a mail that was sent, or another draft, may
//! show them.

use crate::app::App;

use super::{KEPT, sql};

/// Whether there is something to forget.
pub async fn is_due(app: &App) -> sqlx::Result<bool> {
    sql::any_deleted(&app.db, app.clock.now() - KEPT).await
}

/// Forgets it.
pub async fn run(app: &App) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    let drafts = sql::forget(&mut tx, app.clock.now() - KEPT).await?;
    tx.commit().await?;
    tracing::info!(drafts, "forgot drafts that were thrown away");
    Ok(())
}
