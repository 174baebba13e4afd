//! What concerns more than one mail: pauses a digest, slows a receiver down, tells the owner.
//!
//! In: [`Alarm`]s of the wire. Out: digests in state `paused` with the server's words, the alarm that the command line and
//! health show; without addresses, as in the log.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::limits::Limits;
use super::wire::contract::Alarm;
use crate::app::App;
use crate::i18n;
use crate::ledger::mask::masked;
use crate::ledger::{self, Meaning, sql, unknown};
use crate::reason::Reason;

/// Follows alarms until `stop`. The receiver survives a panic of this task.
pub async fn follow(
    app: &App,
    meaning: Meaning,
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
        if let Err(error) = act(app, meaning, limits, &alarm).await {
            tracing::warn!(%error, alarm = masked(&format!("{alarm:?}")), "an alarm could not be noted");
        }
    }
}

async fn act(app: &App, meaning: Meaning, limits: &[Arc<Limits>], alarm: &Alarm) -> sqlx::Result<()> {
    match alarm {
        Alarm::PauseSender { digest_id, words } => {
            pause(app, meaning, *digest_id, Reason::SenderRefused { words: words.clone() }).await?;
        }
        Alarm::PausePolicy { digest_id, words } => {
            pause(app, meaning, *digest_id, Reason::MailsRefused { words: words.clone() }).await?;
        }
        Alarm::PauseBounces { digest_id, words } => {
            pause(app, meaning, *digest_id, Reason::AddressesUnknown { words: words.clone() }).await?;
        }
        Alarm::Gone { digest_id, subscribers } => {
            let gone = unknown::mark(app, meaning, *digest_id, subscribers).await?;
            tracing::info!(digest.id = digest_id, gone, "addresses that do not exist were marked as bounced");
        }
        Alarm::Trouble { lane, why } => {
            let why = ledger::alarm::without_addresses(why);
            let words = why.words(i18n::locale(i18n::FALLBACK));
            tracing::error!(%words, "the mail server cannot be used; mails wait");
            sql::alarm::raise(&app.db, *lane, &why.stored()).await?;
        }
        Alarm::SlowDown { domain, .. } => limits.iter().for_each(|limits| limits.slow_down(domain)),
        Alarm::Recovered { lane } => {
            tracing::info!("the mail server takes mail again");
            sql::alarm::lower(&app.db, *lane).await?;
        }
    }
    Ok(())
}

/// Pauses a digest that sends, with a reason for the editor, which keeps no address; `false` when it does not send.
///
/// # Errors
/// When the database cannot be written.
pub async fn pause(app: &App, meaning: Meaning, digest_id: i64, reason: Reason) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let act = meaning.act(app.clock.now());
    let paused = meaning.mailings.pause(&mut tx, digest_id, &reason.with_words(masked), act).await?;
    tx.commit().await?;
    if paused {
        tracing::warn!(digest.id = digest_id, "digest paused: an editor is needed");
        app.wake.now();
    }
    Ok(paused)
}
