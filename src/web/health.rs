//! `GET /healthz` (the process answers) and `GET /readyz` (it can do its work), for whoever restarts or routes to it.
//!
//! Out: JSON, and 503 when something that the work needs is missing. Says nothing that a stranger may not know.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use serde::Serialize;

use crate::app::App;
use crate::db::{Db, execute, migrate};
use crate::delivery::{control, hold, room};
use crate::digests;

/// A database that does not answer within this is not ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// A scheduler whose last tick began longer ago than this hangs.
const TICK_LIMIT: Duration = Duration::from_mins(5);

/// What `readyz` found out.
#[derive(Debug, Serialize)]
pub struct Readiness {
    ready: bool,
    /// `ok`, or what is wrong.
    database: String,
    /// `ok`, or what is wrong.
    schema: String,
    /// `ok`, what is wrong, or `elsewhere` when another process has the role.
    schedule: &'static str,
    /// Seconds since the last tick began, when this process has the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule_tick_age_s: Option<u64>,
    /// `ok`, or why no mail leaves. Pages and sign-ups do not need it, so it makes nothing unready.
    delivery: &'static str,
}

/// Answers are never kept by a cache in between.
const FRESH: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// `GET /healthz`
pub async fn healthz() -> impl axum::response::IntoResponse {
    (FRESH, Json(serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })))
}

/// `GET /readyz`
pub async fn readyz(State(app): State<Arc<App>>) -> impl axum::response::IntoResponse {
    let found = readiness(&app).await;
    let status = if found.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, FRESH, Json(found))
}

async fn readiness(app: &App) -> Readiness {
    let database = in_time(write_probe(app)).await;
    let schema = in_time(schema(&app.db)).await;
    let age = digests::schedule::last_tick(app).map(|at| Instant::now().duration_since(at));
    let ticks = age.is_none_or(|age| age <= TICK_LIMIT);
    let schedule = match age {
        None => "elsewhere",
        Some(_) if ticks => "ok",
        Some(_) => "stopped ticking; restart this process",
    };
    Readiness {
        ready: database == "ok" && schema == "ok" && ticks,
        database,
        schema,
        schedule,
        schedule_tick_age_s: age.map(|age| age.as_secs()),
        delivery: delivery(app).await,
    }
}

/// The alarm of delivery in a few words: its own may name servers, and are for the command line.
async fn delivery(app: &App) -> &'static str {
    match tokio::time::timeout(PATIENCE, control::alarm(app)).await {
        Ok(Ok(None)) => "ok",
        Ok(Ok(Some(words))) if words.starts_with(hold::SHORT) => "held: an operator must say `facteur resume`",
        Ok(Ok(Some(words))) if words.starts_with(room::SHORT) => "halted: the disk is nearly full",
        Ok(Ok(Some(_))) => "the mail server cannot be used",
        _ => "unknown",
    }
}

/// `ok`, what the probe found, or that it took too long. The reason goes to the log, not to the stranger.
async fn in_time(probe: impl Future<Output = anyhow::Result<()>>) -> String {
    match tokio::time::timeout(PATIENCE, probe).await {
        Ok(Ok(())) => "ok".to_owned(),
        Ok(Err(error)) => {
            tracing::warn!(error = %format!("{error:#}"), "not ready");
            "failed".to_owned()
        }
        Err(_) => format!("no answer within {} s", PATIENCE.as_secs()),
    }
}

/// Writes one row for good: an `UPDATE` that meets none would still work on a full disk. Fails on a full or read-only
/// disk and on a standby server.
async fn write_probe(app: &App) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    execute!(&mut tx, |c| sqlx::query(
        "INSERT INTO instance (name, value) VALUES ('readyz', $1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    .bind(app.clock.now().to_string())
    .execute(c))?;
    tx.commit().await?;
    Ok(())
}

async fn schema(db: &Db) -> anyhow::Result<()> {
    let found = migrate::version(db).await?;
    anyhow::ensure!(found == migrate::NEWEST, "schema {found}, expected {}", migrate::NEWEST);
    Ok(())
}
