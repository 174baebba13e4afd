//! Rows of a digest that wait for their day: a new sender begins with few mails and sends more each day.
//!
//! In: ids whose day has come. Out: their rows due, each in a batch. A row that waits is written with all others and is queued like
//! them, so that it is counted, cancelled, erased, checked and kept from ending its digest as they are; no claim reads it until
//! then. Who decides which and when is no matter of the ledger.

use super::DigestState;
use super::reopen::cover;
use super::sql::{lock, warmup};
use crate::db::{Db, Tx};

/// Rows that one transaction opens at most: SQLite's writer is held for about 20 ms.
pub const SLICE: usize = 10_000;

/// Who comes next.
#[derive(Clone, Debug, Default)]
pub struct Newest {
    /// In order.
    pub ids: Vec<i64>,
    /// The last of them: since when they are confirmed, and their id. Whoever comes before is among them, or was before.
    pub last: Option<(i64, i64)>,
}

/// Who comes next: see [`warmup::newest`].
///
/// # Errors
/// The database's.
pub async fn newest(db: &Db, digest_id: i64, most: i64) -> sqlx::Result<Newest> {
    let found = warmup::newest(db, digest_id, most).await?;
    let last = found.last().copied();
    let mut ids: Vec<i64> = found.into_iter().map(|(_, id)| id).collect();
    ids.sort_unstable();
    Ok(Newest { ids, last })
}

/// Who waits besides, whether they still get digests or not: [`SLICE`] of them at most, from the id after `after` on.
///
/// # Errors
/// The database's.
pub async fn after(db: &Db, digest_id: i64, after: i64) -> sqlx::Result<Vec<i64>> {
    warmup::after(db, digest_id, after, SLICE).await
}

/// Lets these rows go, `ids` in order; gives how many had waited, and `None` when the digest does not send. Under the digest's lock,
/// so that no claim of a new range comes between; the batches come first, as with whoever records.
///
/// # Errors
/// The database's.
pub async fn open(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<Option<i64>> {
    let Some(digest) = lock::lock(tx, digest_id).await?.filter(|digest| digest.state == DigestState::Sending) else {
        return Ok(None);
    };
    cover(tx, digest_id, digest.claimed_upto, ids).await?;
    let opened = warmup::open(tx, digest_id, ids).await?;
    Ok(Some(i64::try_from(opened).unwrap_or(i64::MAX)))
}
