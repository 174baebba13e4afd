//! The lock of a digest's row.

use crate::clock::Millis;
use crate::db::{Tx, from_row, query_as};
use crate::ledger::DigestState;

/// A digest whose row is ours until the end of the transaction.
#[derive(Clone, Copy, Debug)]
pub struct Locked {
    /// Its newsletter.
    pub newsletter_id: i64,
    /// Where it stands.
    pub state: DigestState,
    /// When it ended.
    pub finished_at: Option<Millis>,
    /// Last id that belongs to a batch.
    pub claimed_upto: i64,
}
from_row!(Locked { newsletter_id, state, finished_at, claimed_upto });

/// Takes the digest's row, so that no other control, no end, no claim of a new range and no packing runs meanwhile.
///
/// Whoever decides by what stands in the ledger asks for it in a statement *after* this one. A condition on another table
/// in the statement that waits for the row is of no use on PostgreSQL: once it has waited, it looks at that row again, and
/// at all else as it was before.
pub async fn lock(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Option<Locked>> {
    query_as(
        "UPDATE digest SET recipients = recipients WHERE id = $1
         RETURNING newsletter_id, state, finished_at, claimed_upto",
    )
    .bind(digest_id)
    .fetch_optional(tx.on())
    .await
}
