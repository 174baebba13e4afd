//! Which months editors were told of, and whether they want to be.
//!
//! In: a newsletter, a month as months since 1970. Out: rows of `stat_letter`.

use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};

/// A newsletter whose editors are to be told of a month.
#[derive(Clone, Copy, Debug)]
pub struct Untold {
    /// Which.
    pub newsletter_id: i64,
    /// The first month, as months since 1970, that they were not told of; `None` before the first look.
    pub next_month: Option<i64>,
}
from_row!(Untold { newsletter_id, next_month });

/// Newsletters of which a month before `month` is to be told, and those that were never looked at.
pub async fn untold_months(db: &Db, month: i64) -> sqlx::Result<Vec<Untold>> {
    query_as(
        "SELECT n.id AS newsletter_id, l.next_month AS next_month FROM newsletter n
         LEFT JOIN stat_letter l ON l.newsletter_id = n.id
         WHERE l.newsletter_id IS NULL OR (l.next_month < $1 AND NOT l.is_off) ORDER BY n.id",
    )
    .bind(month)
    .fetch_all(db.on())
    .await
}

/// Whether somebody ended the letter.
pub async fn is_off(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM stat_letter WHERE newsletter_id = $1 AND is_off)")
        .bind(newsletter_id)
        .fetch_one(db.on())
        .await
}

/// Ends the letter, or begins it again with `month`.
pub async fn switch_letter(tx: &mut Tx, newsletter_id: i64, on: bool, month: i64) -> sqlx::Result<()> {
    query(
        "INSERT INTO stat_letter (newsletter_id, next_month, is_off) VALUES ($1, $2, $3)
         ON CONFLICT (newsletter_id) DO UPDATE SET is_off = excluded.is_off,
             next_month = CASE WHEN stat_letter.is_off THEN excluded.next_month ELSE stat_letter.next_month END",
    )
    .bind(newsletter_id)
    .bind(month)
    .bind(!on)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Notes that all months before `month` are told, in the transaction that asks for the letter; `false` when another process was quicker.
pub async fn tell_month(tx: &mut Tx, untold: Untold, month: i64) -> sqlx::Result<bool> {
    let told = match untold.next_month {
        None => query(
            "INSERT INTO stat_letter (newsletter_id, next_month) VALUES ($1, $2) ON CONFLICT (newsletter_id) DO NOTHING"
        )
        .bind(untold.newsletter_id)
        .bind(month)
        .execute(tx.on()).await?,
        Some(next_month) => query(
            "UPDATE stat_letter SET next_month = $3 WHERE newsletter_id = $1 AND next_month = $2 AND NOT is_off"
        )
        .bind(untold.newsletter_id)
        .bind(next_month)
        .bind(month)
        .execute(tx.on()).await?,
    };
    Ok(told == 1)
}
