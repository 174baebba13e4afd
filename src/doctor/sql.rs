//! Every query on the last look at each newsletter.

use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};

/// A row of `doctor_look`.
#[derive(Clone, Debug)]
pub struct Row {
    /// When the last look came to its end.
    pub looked_at: Option<Millis>,
    /// It, JSON.
    pub look: String,
    /// When an editor let a first digest go without it.
    pub waived_at: Option<Millis>,
}
from_row!(Row { looked_at, look, waived_at });

/// What is known of a newsletter.
pub async fn of(db: &Db, newsletter_id: i64) -> sqlx::Result<Option<Row>> {
    query_as("SELECT looked_at, look, waived_at FROM doctor_look WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .fetch_optional(db.on())
        .await
}

/// The same inside a transaction, held until its end; makes the row where there is none.
pub async fn hold(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Row> {
    query_as(
        "INSERT INTO doctor_look (newsletter_id, begun_at, look) VALUES ($1, 0, '')
         ON CONFLICT (newsletter_id) DO UPDATE SET begun_at = doctor_look.begun_at
         RETURNING looked_at, look, waived_at",
    )
    .bind(newsletter_id)
    .fetch_one(tx.on())
    .await
}

/// Newsletters whose last look came to its end before `before`, and where nobody has looked since `begun`.
pub async fn due(db: &Db, before: Millis, begun: Millis, most: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT n.id FROM newsletter n LEFT JOIN doctor_look d ON d.newsletter_id = n.id
         WHERE n.deleted_at IS NULL AND COALESCE(d.looked_at, 0) <= $1 AND COALESCE(d.begun_at, 0) <= $2
         ORDER BY n.id LIMIT $3",
    )
    .bind(before)
    .bind(begun)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// Notes that somebody looks, unless somebody has begun since `begun`.
pub async fn begin(tx: &mut Tx, newsletter_id: i64, begun: Millis, now: Millis) -> sqlx::Result<bool> {
    let noted = query(
        "INSERT INTO doctor_look (newsletter_id, begun_at, look) VALUES ($1, $2, '')
         ON CONFLICT (newsletter_id) DO UPDATE SET begun_at = excluded.begun_at WHERE doctor_look.begun_at <= $3",
    )
    .bind(newsletter_id)
    .bind(now)
    .bind(begun)
    .execute(tx.on())
    .await?;
    Ok(noted == 1)
}

/// Keeps a look.
pub async fn keep(tx: &mut Tx, newsletter_id: i64, look: &str, at: Millis) -> sqlx::Result<u64> {
    query("UPDATE doctor_look SET look = $2, looked_at = $3 WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .bind(look)
        .bind(at)
        .execute(tx.on())
        .await
}

/// Notes an editor's word.
pub async fn waive(tx: &mut Tx, newsletter_id: i64, at: Millis) -> sqlx::Result<u64> {
    query("UPDATE doctor_look SET waived_at = $2 WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .bind(at)
        .execute(tx.on())
        .await
}
