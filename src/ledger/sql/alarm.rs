//! What keeps mail from leaving, for whoever looks: the mail server's words, kept by the instance, for each lane.

use crate::db::{Db, query, query_as};
use crate::ledger::Lane;

fn name(lane: Lane) -> &'static str {
    match lane {
        Lane::Digests => "delivery_alarm",
        Lane::Letters => "delivery_alarm_letters",
    }
}

/// Why everything is held, as it is stored, and the words of an alarm that is up: the digests' before the letters'.
pub async fn read(db: &Db) -> sqlx::Result<(Option<String>, Option<String>)> {
    let rows: Vec<(String, String)> = query_as(
        "SELECT name, value FROM instance WHERE name IN ('hold', 'delivery_alarm', 'delivery_alarm_letters') ORDER BY name"
    )
    .fetch_all(db.on()).await?;
    let (held, alarms): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(name, _)| name == "hold");
    let first = |rows: Vec<(String, String)>| rows.into_iter().next().map(|(_, value)| value);
    Ok((first(held), first(alarms)))
}

/// Raises it, or changes its words.
pub async fn raise(db: &Db, lane: Lane, words: &str) -> sqlx::Result<u64> {
    db.write_now(
        query(
            "INSERT INTO instance (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name(lane))
        .bind(words),
    )
    .await
}

/// Takes one down if these are its words.
pub async fn withdraw(db: &Db, words: &str) -> sqlx::Result<u64> {
    db.write_now(
        query("DELETE FROM instance WHERE name IN ('delivery_alarm', 'delivery_alarm_letters') AND value = $1")
            .bind(words),
    )
    .await
}

/// Takes a lane's down.
pub async fn lower(db: &Db, lane: Lane) -> sqlx::Result<u64> {
    db.write_now(query("DELETE FROM instance WHERE name = $1").bind(name(lane))).await
}

/// Takes all down.
pub async fn clear(db: &Db) -> sqlx::Result<u64> {
    db.write_now(query("DELETE FROM instance WHERE name IN ('delivery_alarm', 'delivery_alarm_letters')")).await
}
