//! Deciding what is new: due feeds → fetch → parse → posts known once.

use std::sync::Arc;

use crate::app::App;

/// What one poll of a newsletter's feeds found.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct PollReport {
    /// Posts that may be sent.
    pub new: usize,
    /// Posts held for an editor.
    pub held: usize,
    /// Posts marked as already there.
    pub seen: usize,
    /// Feeds that could not be read, with the reason.
    pub errors: Vec<String>,
}

/// Polls every feed that is due.
pub async fn due(app: &Arc<App>) -> anyhow::Result<()> {
    let _ = app;
    Ok(())
}

/// Polls a newsletter's feeds now, whether due or not.
pub async fn newsletter(app: &Arc<App>, newsletter_id: i64) -> anyhow::Result<PollReport> {
    let _ = (app, newsletter_id);
    Ok(PollReport::default())
}
