//! Takes over batches of processes that died, and renews the leases of this one.
//!
//! In: leases. Out: at a start on SQLite every batch is free at once (the lock file proves that whoever had it is dead); on
//! PostgreSQL leases are renewed every 10 s (both ways: what the database says is ours and is not here raises a doubt), and those
//! of a worker that is dead, stalled or cut off run out after 30 s (of a dead one at once, where [`super::alive`] can tell):
//! the next claim takes its batch under a new epoch, which fences it. Rows it had started are in doubt then: see
//! `sql::batch::carry_over`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::in_hand::InHand;
use crate::app::App;
use crate::ledger::BatchId;
use crate::ledger::sql::{lease, letter};

/// A third of the lease: two renewals may fail.
const RENEW: Duration = Duration::from_secs(10);
/// After an error.
const AGAIN: Duration = Duration::from_secs(2);

/// At the start, before anything is claimed.
pub async fn at_start(app: &App, in_hand: &InHand) -> anyhow::Result<()> {
    if app.db.is_sqlite() {
        let batches = lease::give_all_back(&app.db, None).await?;
        if batches > 0 {
            tracing::warn!(batches, "the last run ended without an orderly stop; its batches are taken up again");
        }
    } else {
        in_hand.leases_run_out(Instant::now());
    }
    Ok(())
}

/// Renews our leases until `stop`; on SQLite there is nothing to renew, only to compare.
pub async fn renew(app: Arc<App>, in_hand: Arc<InHand>, owner: String, stop: CancellationToken) {
    let mut wait = RENEW;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = match once(&app, &in_hand, &owner).await {
            Ok(()) => RENEW,
            Err(error) => {
                tracing::warn!(%error, "cannot renew our leases; nothing is sent once they run out");
                AGAIN
            }
        };
    }
}

/// What is leased to us and in nobody's hands would be renewed for ever: a lost answer left it, or the database has gone back
/// to a time when we had it. (Something that is being claimed this instant may look so, which costs a look.) Letters that were in
/// hand before the database was asked, `before`, may have ended since.
fn doubt_strays(in_hand: &InHand, batches: &HashSet<BatchId>, letters: &[(i64, i64)], before: &HashMap<i64, i64>) {
    let now = in_hand.letters();
    let is_here = |(id, epoch): &(i64, i64)| now.get(id) == Some(epoch) || before.get(id) == Some(epoch);
    if !batches.iter().all(|batch| in_hand.has(*batch)) || !letters.iter().all(is_here) {
        in_hand.suspect();
    }
}

async fn once(app: &App, in_hand: &InHand, owner: &str) -> sqlx::Result<()> {
    // Reckoned from before the statement: the database's lease is never shorter than what we believe.
    let (at, asked, letters) = (Instant::now(), in_hand.batches(), in_hand.letters());
    if app.db.is_sqlite() {
        let ours = lease::of_owner(&app.db, owner).await?.into_iter();
        let ours = ours.map(|leased| leased.batch).collect();
        doubt_strays(in_hand, &ours, &letter::of_owner(&app.db, owner).await?, &letters);
        return Ok(());
    }
    let ours = lease::renew(&app.db, owner).await?;
    let kept = letter::renew(&app.db, owner).await?;
    let still_ours: HashSet<_> = kept.iter().copied().collect();
    for (id, epoch) in letters.iter().map(|(id, epoch)| (*id, *epoch)).filter(|held| !still_ours.contains(held)) {
        in_hand.lose_letter(id, epoch);
    }
    in_hand.renewed(at, &asked, &ours);
    doubt_strays(in_hand, &ours, &kept, &letters);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::supply::in_hand::Doubter;

    fn batch(lo: i64, epoch: i64) -> BatchId {
        BatchId { digest_id: 1, lo, epoch }
    }

    #[test]
    fn a_lease_that_is_ours_and_not_here_is_not_renewed_for_ever() {
        let in_hand = InHand::default();
        in_hand.hold(batch(1, 7), 1000);
        in_hand.hold_letter(5, 2);
        let none = HashMap::new();
        doubt_strays(&in_hand, &HashSet::from([batch(1, 7)]), &[(5, 2)], &none);
        doubt_strays(&in_hand, &HashSet::from([batch(1, 7)]), &[(5, 2), (4, 2)], &HashMap::from([(4, 2)]));
        assert!(!in_hand.is_suspected(Doubter::Claims), "all of it is here, or was");
        for (batches, letters) in [
            (HashSet::from([batch(1, 7), batch(1001, 1)]), vec![(5, 2)]),
            (HashSet::from([batch(1, 6)]), vec![(5, 2)]),
            (HashSet::from([batch(1, 7)]), vec![(5, 2), (6, 1)]),
        ] {
            doubt_strays(&in_hand, &batches, &letters, &none);
            assert!(
                in_hand.is_suspected(Doubter::Claims) && in_hand.is_suspected(Doubter::Letters),
                "{batches:?} {letters:?}"
            );
        }
    }
}
