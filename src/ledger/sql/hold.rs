//! Holding letters, and letting them go on.

use crate::db::{Tx, query};

/// The owner of letters that are held: a lease of nobody that does not run out.
pub const NOBODY: &str = "held";

/// Takes the letters away that were asked for before now and are not done: whoever has this database's original may have
/// sent them.
pub async fn keep_letters(tx: &mut Tx) -> sqlx::Result<u64> {
    query("UPDATE letter SET owner = $1, leased_until = $2 WHERE state IN (0, 1, 4)")
        .bind(NOBODY)
        .bind(i64::MAX)
        .execute(tx.on())
        .await
}

/// Gives them back.
pub async fn free_letters(tx: &mut Tx) -> sqlx::Result<u64> {
    query("UPDATE letter SET owner = '', leased_until = 0 WHERE owner = $1").bind(NOBODY).execute(tx.on()).await
}
