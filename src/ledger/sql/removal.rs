//! Everything that the ledger holds of one digest, removed in slices: its newsletter is gone.

use crate::db::{Tx, query};

/// Removes up to `most` rows of a digest, then what is few; `false` when nothing was left.
pub async fn some(tx: &mut Tx, digest_id: i64, most: i64) -> sqlx::Result<bool> {
    let rows = query(
        "DELETE FROM delivery WHERE digest_id = $1
           AND subscriber_id IN (SELECT subscriber_id FROM delivery WHERE digest_id = $1 ORDER BY subscriber_id LIMIT $2)"
    )
    .bind(digest_id)
    .bind(most)
    .execute(tx.on()).await?;
    let notes = query(
        "DELETE FROM delivery_note WHERE digest_id = $1
           AND subscriber_id IN (SELECT subscriber_id FROM delivery_note WHERE digest_id = $1
                                 ORDER BY subscriber_id LIMIT $2)",
    )
    .bind(digest_id)
    .bind(most)
    .execute(tx.on())
    .await?;
    // A row for a thousand recipients each.
    let batches = query("DELETE FROM delivery_batch WHERE digest_id = $1").bind(digest_id).execute(tx.on()).await?;
    let packed = query("DELETE FROM delivery_archive WHERE digest_id = $1").bind(digest_id).execute(tx.on()).await?;
    Ok(rows + notes + batches + packed > 0)
}
