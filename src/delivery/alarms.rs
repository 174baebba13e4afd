//! What concerns more than one mail: pauses a digest, slows a receiver down, tells the owner.
//!
//! In: [`Alarm`]s of the wire. Out: digests in state `paused` with the server's words, the alarm that the command line and
//! health show; without addresses, as in the log.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::control;
use super::lane::Alarm;
use super::limits::Limits;
use super::mask::masked;
use super::sql;
use crate::app::App;

/// Follows alarms until `stop`. The receiver survives a panic of this task.
pub async fn follow(
    app: &App,
    limits: &[Arc<Limits>],
    alarms: &Mutex<mpsc::UnboundedReceiver<Alarm>>,
    stop: &CancellationToken,
) {
    let mut alarms = alarms.lock().await;
    loop {
        let alarm = tokio::select! {
            () = stop.cancelled() => return,
            alarm = alarms.recv() => alarm,
        };
        let Some(alarm) = alarm else { return stop.cancelled().await };
        if let Err(error) = act(app, limits, &alarm).await {
            tracing::warn!(%error, alarm = masked(&format!("{alarm:?}")), "an alarm could not be noted");
        }
    }
}

async fn act(app: &App, limits: &[Arc<Limits>], alarm: &Alarm) -> sqlx::Result<()> {
    match alarm {
        Alarm::PauseQueue { digest_id: Some(digest_id), words } => {
            control::pause(app, *digest_id, &format!("the mail server refuses the sender: {words}")).await?;
        }
        Alarm::PausePolicy { digest_id, words } => {
            control::pause(app, *digest_id, &format!("the mail server refuses one mail after the other: {words}"))
                .await?;
        }
        Alarm::PauseQueue { digest_id: None, words } | Alarm::Trouble { words } => {
            let words = masked(words);
            tracing::error!(words, "the mail server cannot be used; mails wait");
            sql::alarm::raise(&app.db, &words).await?;
        }
        Alarm::SlowDown { domain, .. } => limits.iter().for_each(|limits| limits.slow_down(domain)),
        Alarm::Recovered => {
            tracing::info!("the mail server takes mail again");
            sql::alarm::clear(&app.db).await?;
        }
    }
    Ok(())
}
