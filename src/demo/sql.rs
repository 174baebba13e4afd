//! What the demo asks the database: how far the visitor has come, and what became of each slot.

use crate::clock::Millis;
use crate::db::{Db, from_row, query_as, query_scalar};
use crate::ledger::DigestState;
use crate::reason::Why;

/// What has happened so far.
#[expect(clippy::struct_excessive_bools, reason = "each is one question to the database")]
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Somebody asked to subscribe.
    pub asked: bool,
    /// Somebody confirmed.
    pub confirmed: bool,
    /// A post is known that was not there at the start.
    pub published: bool,
    /// A digest waits until an editor approves it.
    pub awaits: bool,
    /// A digest was released.
    pub sent: bool,
    /// Somebody left.
    pub left: bool,
    /// Somebody took their leave back.
    pub returned: bool,
    /// Mail is on its way: letters or digests that are not done.
    pub busy: bool,
}
from_row!(Facts { asked, confirmed, published, awaits, sent, left, returned, busy });

/// How far the visitor has come.
pub async fn facts(db: &Db, newsletter_id: i64) -> sqlx::Result<Facts> {
    query_as(
        "SELECT EXISTS (SELECT 1 FROM consent c JOIN subscriber s ON s.id = c.subscriber_id
                        WHERE s.newsletter_id = $1 AND c.kind = 'asked') AS asked,
                EXISTS (SELECT 1 FROM consent c JOIN subscriber s ON s.id = c.subscriber_id
                        WHERE s.newsletter_id = $1 AND c.kind = 'confirmed') AS confirmed,
                EXISTS (SELECT 1 FROM post WHERE newsletter_id = $1 AND state <> 'seen') AS published,
                EXISTS (SELECT 1 FROM digest WHERE newsletter_id = $1 AND state = 'waiting' AND leaves_at IS NULL) AS awaits,
                EXISTS (SELECT 1 FROM digest d JOIN newsletter n ON n.id = d.newsletter_id
                        WHERE d.newsletter_id = $1 AND d.released_at >= n.created_at) AS sent,
                EXISTS (SELECT 1 FROM consent c JOIN subscriber s ON s.id = c.subscriber_id
                        WHERE s.newsletter_id = $1 AND c.kind = 'left') AS \"left\",
                EXISTS (SELECT 1 FROM consent c JOIN subscriber s ON s.id = c.subscriber_id
                        WHERE s.newsletter_id = $1 AND c.kind = 'undone') AS returned,
                EXISTS (SELECT 1 FROM letter WHERE newsletter_id = $1 AND state IN (0, 1))
                OR EXISTS (SELECT 1 FROM digest WHERE newsletter_id = $1 AND state IN ('releasing', 'sending')) AS busy"
    )
    .bind(newsletter_id)
    .fetch_one(db.on()).await
}

/// One planned slot and what became of it.
#[derive(Clone, Debug)]
pub struct Slot {
    /// When.
    pub at: Millis,
    /// What became of it.
    pub state: DigestState,
    /// Why it was skipped.
    pub reason: Option<Why>,
    /// Subject of the mailing.
    pub subject: String,
    /// To how many.
    pub recipients: i64,
}
from_row!(Slot { at, state, reason, subject, recipients });

/// The last slots since the demo began, newest first.
pub async fn slots(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Slot>> {
    query_as(
        "SELECT d.slot_at AS at, d.state, d.reason, d.subject, d.recipients
         FROM digest d JOIN newsletter n ON n.id = d.newsletter_id
         WHERE d.newsletter_id = $1 AND d.created_at >= n.created_at ORDER BY d.slot_at DESC, d.id DESC LIMIT 5",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}

/// The next slot of any rhythm.
pub async fn next_slot(db: &Db, newsletter_id: i64) -> sqlx::Result<Option<Millis>> {
    query_scalar("SELECT MIN(next_due_at) FROM schedule WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .fetch_one(db.on())
        .await
}

/// How many are confirmed, and how many new posts no digest has taken yet.
pub async fn waiting(db: &Db, newsletter_id: i64) -> sqlx::Result<(i64, i64)> {
    query_as(
        "SELECT (SELECT COUNT(*) FROM subscriber WHERE newsletter_id = $1 AND status = 'confirmed'),
                (SELECT COUNT(*) FROM post p WHERE p.newsletter_id = $1 AND p.state = 'new'
                 AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.post_id = p.id))",
    )
    .bind(newsletter_id)
    .fetch_one(db.on())
    .await
}
