//! Stores what was learned about relays in the database, so that a restart does not learn it again at the readers' cost.
//!
//! In: [`Learned`](super::learned::Learned) of each relay. Out: a row of `instance` a relay, as JSON.

use futures_util::future::select_all;
use tokio_util::sync::CancellationToken;

use super::relay::Relay;
use crate::app::App;
use crate::db::{Db, query, query_scalar};

/// Reads what was kept of these relays. What cannot be read is learned anew.
///
/// # Errors
/// When the database cannot be read.
pub async fn read(db: &Db, relays: impl Iterator<Item = &Relay>) -> sqlx::Result<()> {
    for relay in relays {
        if let Some(text) = stored(db, &name(relay)).await? {
            relay.learned.take(&serde_json::from_str(&text).unwrap_or_default());
        }
    }
    Ok(())
}

/// Writes each lesson as it is learned, until `stop`.
pub async fn keep(app: &App, relays: impl Iterator<Item = &Relay>, stop: &CancellationToken) {
    let relays: Vec<&Relay> = relays.collect();
    loop {
        let learned = select_all(relays.iter().map(|relay| Box::pin(relay.learned.changed.notified())));
        let number = tokio::select! {
            () = stop.cancelled() => return,
            ((), number, _) = learned => number,
        };
        let relay = relays[number];
        let written = match serde_json::to_string(&relay.learned.lessons()) {
            Ok(text) => store(&app.db, &name(relay), &text).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = written {
            tracing::info!(error, "what the mail server taught us was not kept; it is learned again after a restart");
        }
    }
}

/// A server by where it is: accounts on it share what it bears.
fn name(relay: &Relay) -> String {
    format!("lessons {}:{}", relay.target.host, relay.target.port)
}

/// What was kept under this name.
async fn stored(db: &Db, name: &str) -> sqlx::Result<Option<String>> {
    query_scalar("SELECT value FROM instance WHERE name = $1").bind(name).fetch_optional(db.on()).await
}

/// Keeps it.
async fn store(db: &Db, name: &str, value: &str) -> sqlx::Result<u64> {
    db.write_now(query(
        "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    .bind(name)
    .bind(value)
    ).await
}
