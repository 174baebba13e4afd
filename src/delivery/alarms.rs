//! What concerns more than one mail: pauses a digest, slows a receiver down, tells the owner; ends a halt.
//!
//! In: [`Alarm`]s of the wire; a halt of the recorder. Out: digests in state `paused` with the server's words, the alarm
//! that the command line and health show, sending again once there is room on the disk.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::ballast::Ballast;
use super::board::Board;
use super::control;
use super::lane::Alarm;
use super::limits::Limits;
use super::sql;
use crate::app::App;

/// How often it is asked whether the disk has room again.
const ROOM: Duration = Duration::from_secs(2);

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
            tracing::warn!(%error, ?alarm, "an alarm could not be noted");
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
            tracing::error!(words, "the mail server cannot be used; mails wait");
            sql::alarm::raise(&app.db, words).await?;
        }
        Alarm::SlowDown { domain, .. } => limits.iter().for_each(|limits| limits.slow_down(domain)),
        Alarm::Recovered => {
            tracing::info!("the mail server takes mail again");
            sql::alarm::clear(&app.db).await?;
        }
    }
    Ok(())
}

/// Ends a halt as soon as the ballast can be made anew, so until `stop`.
pub async fn make_room(board: &Board, ballast: &Arc<Ballast>, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(ROOM) => {}
        }
        if !board.is_halted() {
            continue;
        }
        let ballast = ballast.clone();
        match tokio::task::spawn_blocking(move || ballast.make()).await {
            Ok(Ok(())) => {
                tracing::info!("the disk has room again; sending goes on");
                board.resume();
            }
            Ok(Err(error)) => tracing::warn!(%error, "the disk is still full; nothing is sent"),
            Err(error) => tracing::error!(%error, "the ballast could not be made"),
        }
    }
}
