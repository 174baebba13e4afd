//! Every query on which rhythms readers may choose, which one is for whoever is new, and who chose.

use super::Schedule;
use crate::db::{Db, Tx, query, query_as, query_scalar};

/// The schedules of a newsletter, inside a transaction.
pub async fn schedules_in(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Vec<Schedule>> {
    query_as("SELECT * FROM schedule WHERE newsletter_id = $1 AND removed_at IS NULL ORDER BY id")
        .bind(newsletter_id)
        .fetch_all(tx.on())
        .await
}

/// How many people are on a schedule because they chose it themselves; beside all writing.
pub async fn chosen_by(db: &Db, schedule_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM subscriber WHERE schedule_id = $1 AND rhythm_chosen_at IS NOT NULL")
        .bind(schedule_id)
        .fetch_one(db.on())
        .await
}

/// Sets whether readers may choose a schedule; `false` when it is gone.
pub async fn set_offered(tx: &mut Tx, id: i64, offered: bool) -> sqlx::Result<bool> {
    let changed = query("UPDATE schedule SET offered = $2 WHERE id = $1 AND removed_at IS NULL")
        .bind(id)
        .bind(offered)
        .execute(tx.on())
        .await?;
    Ok(changed == 1)
}

/// Makes a schedule the one of whoever is new; `false` when it is gone.
pub async fn set_default(tx: &mut Tx, newsletter_id: i64, id: i64) -> sqlx::Result<bool> {
    query("UPDATE schedule SET is_default = FALSE WHERE newsletter_id = $1 AND is_default")
        .bind(newsletter_id)
        .execute(tx.on())
        .await?;
    let changed =
        query("UPDATE schedule SET is_default = TRUE WHERE id = $2 AND newsletter_id = $1 AND removed_at IS NULL")
            .bind(newsletter_id)
            .bind(id)
            .execute(tx.on())
            .await?;
    Ok(changed == 1)
}
