//! Every query on events but the forgetting.

use crate::clock::Millis;
use crate::db::{Db, Tx, execute, read};

use super::{About, Event, Row};

const INSERT: &str = "INSERT INTO event (newsletter_id, at, code, about, about_id, actor, actor_id, count, parameters, is_open, is_untold) ";

/// Records events, in one statement.
pub async fn record(tx: &mut Tx, now: Millis, events: &[Event]) -> sqlx::Result<()> {
    if !events.is_empty() {
        write(tx, now, events, false).await?;
    }
    Ok(())
}

/// Records that something begins that lasts until it is ended, and that an editor is to be told of; `false` when it
/// lasts already, and nothing was written.
pub async fn begin(tx: &mut Tx, now: Millis, event: &Event) -> sqlx::Result<bool> {
    Ok(write(tx, now, std::slice::from_ref(event), true).await? == 1)
}

async fn write(tx: &mut Tx, now: Millis, events: &[Event], begins: bool) -> sqlx::Result<u64> {
    execute!(tx, |c| async {
        let mut query = sqlx::QueryBuilder::new(INSERT);
        query.push_values(events, |mut row, event| {
            let ((about, about_id), (actor, actor_id)) = (event.about.parts(), event.actor.parts());
            row.push_bind(event.newsletter_id).push_bind(now).push_bind(event.code);
            row.push_bind(about).push_bind(about_id).push_bind(actor).push_bind(actor_id).push_bind(event.count);
            row.push_bind(serde_json::Value::Object(event.parameters.clone()).to_string());
            row.push_bind(begins).push_bind(begins);
        });
        query.push(" ON CONFLICT (code, about_id, newsletter_id) WHERE is_open DO NOTHING");
        // One at a time is the usual case, and worth its place in the connection's memory.
        query.build().persistent(events.len() == 1).execute(c).await
    })
}

/// What is known of one thing, the oldest first.
pub async fn of(db: &Db, about: About) -> sqlx::Result<Vec<Row>> {
    let (word, id) = about.parts();
    read!(db, |c| sqlx::query_as(
        "SELECT id, at, code, actor, count, parameters FROM event
         WHERE about_id = $1 AND about = $2 AND about_id <> 0 ORDER BY id"
    )
    .bind(id)
    .bind(word)
    .fetch_all(c))
}
