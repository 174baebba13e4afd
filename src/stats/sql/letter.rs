//! Which months editors were told of, and whether they want to be.
//!
//! In: a newsletter, a month as months since 1970. Out: rows of `stat_letter`.

use crate::db::{Db, Tx, execute, from_row, read};

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
    read!(db, |c| sqlx::query_as(
        "SELECT n.id AS newsletter_id, l.next_month AS next_month FROM newsletter n
         LEFT JOIN stat_letter l ON l.newsletter_id = n.id
         WHERE l.newsletter_id IS NULL OR (l.next_month < $1 AND NOT l.is_off) ORDER BY n.id"
    )
    .bind(month)
    .fetch_all(c))
}

/// Whether somebody ended the letter.
pub async fn is_off(db: &Db, newsletter_id: i64) -> sqlx::Result<bool> {
    read!(db, |c| sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM stat_letter WHERE newsletter_id = $1 AND is_off)")
        .bind(newsletter_id)
        .fetch_one(c))
}

/// Ends the letter, or begins it again with `month`.
pub async fn switch_letter(tx: &mut Tx, newsletter_id: i64, on: bool, month: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO stat_letter (newsletter_id, next_month, is_off) VALUES ($1, $2, $3)
         ON CONFLICT (newsletter_id) DO UPDATE SET is_off = excluded.is_off,
             next_month = CASE WHEN stat_letter.is_off THEN excluded.next_month ELSE stat_letter.next_month END"
    )
    .bind(newsletter_id)
    .bind(month)
    .bind(!on)
    .execute(c))?;
    Ok(())
}

/// Notes that all months before `month` are told, in the transaction that asks for the letter; `false` when another process was quicker.
pub async fn tell_month(tx: &mut Tx, untold: Untold, month: i64) -> sqlx::Result<bool> {
    let told = match untold.next_month {
        None => execute!(tx, |c| {
            sqlx::query(
            "INSERT INTO stat_letter (newsletter_id, next_month) VALUES ($1, $2) ON CONFLICT (newsletter_id) DO NOTHING"
        )
        .bind(untold.newsletter_id)
        .bind(month)
        .execute(c)
        })?,
        Some(next_month) => execute!(tx, |c| sqlx::query(
            "UPDATE stat_letter SET next_month = $3 WHERE newsletter_id = $1 AND next_month = $2 AND NOT is_off"
        )
        .bind(untold.newsletter_id)
        .bind(next_month)
        .bind(month)
        .execute(c))?,
    };
    Ok(told == 1)
}
