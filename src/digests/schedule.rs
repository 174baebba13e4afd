//! The one tick: every few seconds the database is asked what is due.

use std::sync::{Arc, PoisonError};
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Ticks until `stop`, then waits for the running tick.
pub async fn run(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    mark_tick(&app);
    stop.cancelled().await;
    Ok(())
}

/// When this process last began a tick; `None` when it does not have the schedule role.
pub fn last_tick(app: &App) -> Option<Instant> {
    *app.last_tick.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes that a tick begins. The machine's own clock: the one of [`App`] may be turned.
fn mark_tick(app: &App) {
    *app.last_tick.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// Does once what is due now: polls due feeds, composes due digests, goes on with releases cut short.
pub async fn tick(app: &Arc<App>) -> anyhow::Result<()> {
    crate::feeds::poll::due(app).await
}
