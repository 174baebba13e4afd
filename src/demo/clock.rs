//! Turning the clock: what one waits a week for happens at the press of a button.
//!
//! In: the press. Out: the time set to the next slot, the schedule's own tick, and the mails it made on their way.

use std::time::{Duration, Instant};

use super::{Demo, sql};
use crate::digests;

/// Longest wait for mails that are on their way.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often the ledger is asked when no mail comes.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

impl Demo {
    /// Sets the clock to the next slot, if that lies ahead, and does what is due then.
    pub async fn turn_clock(&self) -> anyhow::Result<()> {
        self.settle().await?;
        if let Some(slot) = sql::next_slot(&self.app.db, self.newsletter.id).await? {
            if slot > self.app.clock.now() {
                self.app.clock.set(slot);
            }
            tracing::info!("the clock was turned to the next slot");
        }
        digests::schedule::tick(&self.app).await?;
        self.settle().await?;
        self.keep()
    }

    /// Waits until no mail is on its way, so that the page that comes next shows it; at most 15 s.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut changed = self.mailbox.changed();
        while began.elapsed() < PATIENCE && sql::facts(&self.app.db, self.newsletter.id).await?.busy {
            let _ = tokio::time::timeout(LOOK_AGAIN, changed.changed()).await;
        }
        Ok(())
    }
}
