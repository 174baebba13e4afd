//! Batches that leave this process's hands: those that are complete, and those that are ours in the database and nobody's here.
//!
//! In: what [`InHand`](crate::delivery::supply::in_hand::InHand) and the database say. Out: batches dropped, or free for
//! whoever claims next.

use super::{Claims, OTHERS, OTHERS_LATE};
use crate::delivery::rewind::retell;
use crate::delivery::supply::in_hand::{Doubter, Held};
use crate::fault::fault;
use crate::ledger::sql::batch;
use crate::ledger::sql::lease::{self, Leased};
use crate::ledger::{BatchId, BatchKey};
use std::collections::HashSet;
use std::time::Instant;

impl Claims {
    /// A panic, a commit whose answer was lost, or a database that has gone back in time can leave batches that are ours in
    /// the database and that nobody works on; renewed with the others, their leases would never run out. They are given
    /// back, with what became of them.
    pub(super) async fn give_astray_back(&mut self) -> anyhow::Result<()> {
        let suspected = self.in_hand.is_suspected(Doubter::Claims);
        if !self.astray && !suspected {
            return Ok(());
        }
        self.astray = true;
        if suspected {
            self.tell_again().await?;
        }
        let leased = lease::of_owner(&self.app.db, &self.owner).await?;
        let here: HashSet<BatchKey> = self.in_hand.batches().into_iter().map(|(key, _)| key).collect();
        for Leased { batch, hi } in leased.into_iter().filter(|leased| !here.contains(&leased.batch.key())) {
            let BatchId { digest_id, lo, .. } = batch;
            tracing::warn!(digest.id = digest_id, batch = lo, "this batch was ours and nobody's; it is given back");
            self.give_back(batch, hi).await?;
        }
        self.astray = false;
        Ok(())
    }

    /// Tells the database what it may have forgotten. When it cannot be told now, it is told at the next round.
    async fn tell_again(&mut self) -> anyhow::Result<()> {
        if let Err(error) = retell::digests(&self.app, self.meaning, &self.memory).await {
            self.in_hand.suspect();
            return Err(error);
        }
        self.idle.clear();
        if !self.app.db.is_sqlite() {
            let rest = if self.in_hand.went_back() { OTHERS_LATE } else { OTHERS };
            self.rest_until = self.rest_until.max(Some(Instant::now() + rest));
        }
        Ok(())
    }

    /// A batch has no mail in our hands any more: it is dropped, or given back if a row of it is open.
    pub(super) async fn release(&self, key: BatchKey, held: Held) -> anyhow::Result<()> {
        let batch = held.of(key);
        if held.lost {
            // The last of its results are remembered, and the ledger did not take them.
            self.in_hand.suspect();
            tracing::warn!(
                digest.id = key.digest_id,
                batch = key.lo,
                "this batch was another worker's before it was done"
            );
        } else if let Err(error) = self.give_back(batch, held.hi).await {
            self.in_hand.release_again();
            return Err(error.into());
        }
        self.in_hand.released(batch);
        Ok(())
    }

    async fn give_back(&self, batch: BatchId, hi: i64) -> sqlx::Result<()> {
        // What became of its mails is on the disk already; a power cut makes the next start give it back once more.
        let mut tx = self.app.db.begin_unsynced().await?;
        batch::release(&mut tx, batch, hi).await?;
        fault!("release.before_commit");
        tx.commit_apart().await?;
        fault!("release.after_commit");
        Ok(())
    }
}
