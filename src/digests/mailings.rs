//! What the ledger's outcomes mean for digests: this room's answers to [`crate::ledger::meaning`].

use super::leave;
use super::transition::{self, Why};
use crate::clock::Millis;
use crate::coded::Stored as _;
use crate::db::{Tx, from_row, query, query_as, query_scalar};
use crate::events::{self, About, Actor, Code, Event};
use crate::ledger::meaning::{Act, Answer, Mailings};
use crate::ledger::{DigestState, RELEASED};
use crate::newsletters::Approval;
use crate::reason::Reason;

/// See the module.
#[derive(Debug)]
pub struct Digests;

impl Mailings for Digests {
    fn pause<'a>(&'a self, tx: &'a mut Tx, digest_id: i64, reason: &'a Reason, act: Act) -> Answer<'a, bool> {
        Box::pin(async move {
            let why = Why { reason: Some(reason), act };
            transition::turn(tx, digest_id, DigestState::Sending, DigestState::Paused, why).await
        })
    }

    fn end<'a>(&'a self, tx: &'a mut Tx, digest_id: i64, act: Act) -> Answer<'a, bool> {
        Box::pin(async move {
            let ended =
                transition::turn(tx, digest_id, DigestState::Sending, DigestState::Finished, Why { reason: None, act })
                    .await?;
            Ok(ended || swept(tx, digest_id, Some(act.now)).await?)
        })
    }

    fn reopen<'a>(&'a self, tx: &'a mut Tx, digest_id: i64, act: Act) -> Answer<'a, ()> {
        Box::pin(async move {
            if !transition::turn(tx, digest_id, DigestState::Finished, DigestState::Sending, Why { reason: None, act })
                .await?
            {
                swept(tx, digest_id, None).await?;
            }
            Ok(())
        })
    }

    fn pause_all<'a>(&'a self, tx: &'a mut Tx, reason: &'a Reason, act: Act) -> Answer<'a, u64> {
        Box::pin(async move {
            let mut paused = 0;
            for digest in open(tx).await? {
                if matches!(digest.state, DigestState::Releasing | DigestState::Sending) {
                    let why = Why { reason: Some(reason), act };
                    paused += u64::from(transition::turn(tx, digest.id, digest.state, DigestState::Paused, why).await?);
                }
            }
            for newsletter_id in newsletters(tx).await? {
                // Whoever says it knows it.
                let event = Event::new(newsletter_id, Code::SendingHeld, About::Newsletter, act.by);
                events::begin(tx, act.now, &Event { untold: act.by == Actor::System, ..event }).await?;
            }
            Ok(paused)
        })
    }

    fn resume_all<'a>(&'a self, tx: &'a mut Tx, reason: &'a Reason, act: Act) -> Answer<'a, u64> {
        Box::pin(async move {
            let (mut resumed, stored) = (0, reason.stored());
            for digest in open(tx).await?.into_iter().filter(|digest| digest.reason.as_deref() == Some(&*stored)) {
                let written = digest.state == DigestState::Paused && digest.released_upto == RELEASED;
                let to = if written { DigestState::Sending } else { DigestState::Releasing };
                if digest.state == DigestState::Waiting && digest.approval == Approval::Veto {
                    // Nobody could stop it until now.
                    leave::with_notice(tx, digest.id, digest.slot_at, act).await?;
                    resumed += 1;
                } else if matches!(digest.state, DigestState::Waiting | DigestState::Paused) {
                    let why = Why { reason: None, act };
                    resumed += u64::from(transition::turn(tx, digest.id, digest.state, to, why).await?);
                }
            }
            for newsletter_id in newsletters(tx).await? {
                let event = Event::new(newsletter_id, Code::SendingResumed, About::Newsletter, act.by);
                events::end(tx, act.now, Code::SendingHeld, &Event { untold: true, ..event }).await?;
            }
            Ok(resumed)
        })
    }
}

/// Notes when the rest of a cancelled digest was swept, or that it is to be swept once more; `false` when it is as it was.
async fn swept(tx: &mut Tx, digest_id: i64, at: Option<Millis>) -> sqlx::Result<bool> {
    let noted = query(
        "UPDATE digest SET finished_at = $2
         WHERE id = $1 AND state = 'cancelled' AND (finished_at IS NULL OR CAST($2 AS BIGINT) IS NULL)",
    )
    .bind(digest_id)
    .bind(at)
    .execute(tx.on())
    .await?;
    Ok(noted == 1)
}

/// A digest that is not at its end.
struct Open {
    id: i64,
    state: DigestState,
    reason: Option<String>,
    released_upto: i64,
    slot_at: Millis,
    approval: Approval,
}
from_row!(Open { id, state, reason, released_upto, slot_at, approval });

async fn open(tx: &mut Tx) -> sqlx::Result<Vec<Open>> {
    query_as(
        "SELECT d.id, d.state, d.reason, d.released_upto, d.slot_at, s.approval
         FROM digest d JOIN schedule s ON s.id = d.schedule_id
         WHERE d.state IN ('waiting', 'releasing', 'sending', 'paused') ORDER BY d.id",
    )
    .fetch_all(tx.on())
    .await
}

async fn newsletters(tx: &mut Tx) -> sqlx::Result<Vec<i64>> {
    query_scalar("SELECT id FROM newsletter ORDER BY id").fetch_all(tx.on()).await
}
