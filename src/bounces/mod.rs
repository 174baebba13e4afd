//! BACK: what comes back of what was sent, and what follows from it.
//!
//! ```text
//! pipe, LMTP, mailbox ─▶ read ─┐
//! a provider's web hook ───────┴▶ intake ─▶ group: whose? ─▶ act ─▶ subscribers, a paused digest
//!                                                    └──▶ pile, for an editor
//! ```
//! In: reports, complaints, letters that leave, people's answers, as mails or as events of a provider. Out: rows of `returned`, each
//! with its consequence in one transaction; nothing that was not understood is thrown away. [`run`] listens and looks; the verbs of
//! editors are in [`pile`].

pub mod act;
mod burst;
pub mod event;
pub mod explain;
mod group;
pub mod hooks;
pub mod imap;
pub mod intake;
pub mod lmtp;
pub mod mail;
pub mod matter;
pub mod pile;
pub mod read;
pub mod recipient;
pub mod sql;
mod whose;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::ledger::Meaning;
use crate::receivers;
use intake::Intake;

/// How often what is done with is forgotten.
const DAILY: Duration = Duration::from_hours(24);

/// Takes what comes back until `stop` is cancelled.
///
/// # Errors
/// When the socket of `[bounces] listen` cannot be opened.
pub async fn run(app: Arc<App>, meaning: Meaning, stop: CancellationToken) -> anyhow::Result<()> {
    let config = &app.config.bounces;
    let intake = Intake::open(app.clone(), meaning);
    let listens = async {
        if config.listen.is_empty() {
            stop.cancelled().await;
            return Ok(());
        }
        let bound = lmtp::Bound::open(&config.listen).await?;
        tracing::info!(place = bound.place(), "takes mails that come back by LMTP");
        let ours = Arc::new(recipient::Ours::new(&app.config.smtp));
        let listener = lmtp::Listener { intake: intake.clone(), ours, max_bytes: config.max_bytes };
        lmtp::serve(bound, listener, stop.clone()).await
    };
    let looks = async {
        if config.imap.host.is_empty() {
            stop.cancelled().await;
            return Ok(());
        }
        imap::run(app.clone(), intake.clone(), stop.clone()).await
    };
    let forgets = async {
        loop {
            if let Err(error) = forget(&app).await {
                tracing::warn!(
                    error = crate::db::words(&error),
                    "what came back long ago was not forgotten; tried again tomorrow"
                );
            }
            tokio::select! { () = stop.cancelled() => return Ok(()), () = tokio::time::sleep(DAILY) => {} }
        }
    };
    tokio::try_join!(listens, looks, forgets).map(|_: ((), (), ())| ())
}

/// Forgets what is done with, and what receivers said, each after its time.
async fn forget(app: &App) -> sqlx::Result<()> {
    pile::forget(app).await?;
    receivers::forget(app).await?;
    Ok(())
}
