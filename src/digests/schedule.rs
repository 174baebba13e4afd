//! The one tick: every few seconds the database is asked what is due.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Ticks until `stop`, then waits for the running tick.
pub async fn run(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    let _ = app;
    stop.cancelled().await;
    Ok(())
}

/// Does once what is due now: polls due feeds, composes due digests, goes on with releases cut short.
pub async fn tick(app: &Arc<App>) -> anyhow::Result<()> {
    crate::feeds::poll::due(app).await
}
