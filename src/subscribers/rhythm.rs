//! Which schedule people are on: everybody of one is moved to another, before an editor removes it.
//!
//! In: two schedules of one newsletter. Out: `subscriber.schedule_id`, in slices. A post that the first has sent and the second has
//! not comes to them again; whoever asks for the move is told how many there are (`digests::sql::not_yet_on`).

use crate::app::App;
use crate::db::execute;
use crate::newsletters::Schedule;

/// People moved in one transaction.
const SLICE: i64 = 10_000;

/// Moves everybody; gives how many. Nobody, when both are the same or of different newsletters.
///
/// # Errors
/// The database's; those moved until then are.
pub async fn move_all(app: &App, from: &Schedule, to: &Schedule) -> sqlx::Result<u64> {
    if from.id == to.id || from.newsletter_id != to.newsletter_id {
        return Ok(0);
    }
    let mut moved = 0;
    loop {
        let mut piece = app.db.begin_piece().await?;
        let some = execute!(&mut piece.tx, |c| sqlx::query(
            "UPDATE subscriber SET schedule_id = $2
             WHERE id IN (SELECT id FROM subscriber WHERE schedule_id = $1 ORDER BY id LIMIT $3)"
        )
        .bind(from.id)
        .bind(to.id)
        .bind(SLICE)
        .execute(c))?;
        piece.commit().await?;
        moved += some;
        if some == 0 {
            return Ok(moved);
        }
    }
}
