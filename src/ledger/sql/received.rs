//! Who of some people had a digest, or is about to: for whoever changes their rhythm.

use std::collections::BTreeSet;

use super::pack::Stored;
use crate::db::{Tx, query_as, query_scalar};
use crate::ledger::{State, packed};

/// People whose ids lie so far apart are looked up one by one; others with all between them.
const SPREAD: i64 = 4_000;

/// Those of these people who have a row in a digest that was not skipped, open or packed. While the digest is open a skipped row
/// counts too: it is queued again when its reader is back.
pub async fn received(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<BTreeSet<i64>> {
    let wanted: BTreeSet<i64> = ids.iter().copied().collect();
    let (Some(first), Some(last)) = (wanted.first().copied(), wanted.last().copied()) else {
        return Ok(BTreeSet::new());
    };
    let ranges: Vec<(i64, i64)> =
        if last - first > SPREAD { wanted.iter().map(|id| (*id, *id)).collect() } else { vec![(first, last)] };
    let mut found = BTreeSet::new();
    for range in ranges {
        found.extend(rows(tx, digest_id, range).await?);
        found.extend(packed_rows(tx, digest_id, range).await?);
    }
    found.retain(|id| wanted.contains(id));
    Ok(found)
}

async fn rows(tx: &mut Tx, digest_id: i64, (lo, hi): (i64, i64)) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT subscriber_id FROM delivery
         WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3
           AND (state <> 5 OR EXISTS (SELECT 1 FROM digest WHERE id = $1 AND state IN ('releasing', 'sending', 'paused')))"
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .fetch_all(tx.on()).await
}

async fn packed_rows(tx: &mut Tx, digest_id: i64, (lo, hi): (i64, i64)) -> sqlx::Result<Vec<i64>> {
    let stored: Vec<Stored> = query_as(
        "SELECT id, digest_id, lo, hi, ids, outcomes FROM delivery_archive
         WHERE digest_id = $1 AND lo <= $3 AND hi >= $2 AND hi > 0",
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .fetch_all(tx.on())
    .await?;
    // A damaged chunk cannot be searched; fsck tells of it.
    let rows = stored.into_iter().filter_map(|stored| stored.into_chunk().1.rows().ok()).flatten();
    Ok(rows.filter(|(_, byte)| packed::state(*byte) != State::Skipped as i64).map(|(id, _)| id).collect())
}
