//! `GET /healthz` (the process answers) and `GET /readyz` (it can do its work), for supervisors and load balancers.
//!
//! Out: JSON, and 503 with the kind of fault when something that the work needs is missing. The answer is safe to show to strangers.
//! Each check costs a commit, so all requests within a second get the same answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::{Extension, Json};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::app::App;
use crate::db::{self, Db, migrate, query};
use crate::feeds::standing;
use crate::ledger::{alarm, hold};
use crate::subscribers::held;
use crate::{cause, digests, i18n};

/// A database that does not answer within this is not ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// A scheduler whose last tick began longer ago than this counts as hanging.
const TICK_LIMIT: Duration = Duration::from_mins(5);

/// All requests within this time get the same answer.
const FRESH_FOR: Duration = Duration::from_secs(1);

/// The last answer; held while the next is made, so that it is made once.
#[derive(Debug, Default)]
pub struct Recent(Mutex<Option<(Instant, Readiness)>>);

/// What `readyz` found out.
#[derive(Clone, Debug, Serialize)]
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
    /// `ok`, or why no mail is sent. Pages and sign-ups work without sending, so this does not make the process unready.
    delivery: &'static str,
    /// What a power cut may cost, as `[database] power_loss` says.
    power_loss: &'static str,
    /// `ok`, or that limits hold letters back.
    signups: &'static str,
    /// `ok`, or that a feed has been unreadable for a day.
    feeds: &'static str,
}

/// Answers are never kept by a cache in between.
const FRESH: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// `GET /healthz`
pub async fn healthz() -> impl axum::response::IntoResponse {
    (FRESH, Json(serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })))
}

/// `GET /readyz`
pub async fn readyz(
    State(app): State<Arc<App>>,
    Extension(last): Extension<Arc<Recent>>,
) -> impl axum::response::IntoResponse {
    let found = recent(&app, &last).await;
    let status = if found.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, FRESH, Json(found))
}

async fn recent(app: &App, last: &Recent) -> Readiness {
    let mut recent = last.0.lock().await;
    match &*recent {
        Some((at, found)) if at.elapsed() < FRESH_FOR => found.clone(),
        _ => {
            let found = Box::pin(readiness(app)).await;
            *recent = Some((Instant::now(), found.clone()));
            found
        }
    }
}

async fn readiness(app: &App) -> Readiness {
    let (database, schema) = tokio::join!(in_time(&app.db, write_probe(app)), in_time(&app.db, schema(&app.db)));
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
        power_loss: app.config.database.power_loss.as_str(),
        signups: signups(app).await,
        feeds: feeds(app).await,
    }
}

/// Whether a feed has failed for a day; the command line says which. The blog is at fault, so this does not make the process
/// unready.
async fn feeds(app: &App) -> &'static str {
    match tokio::time::timeout(PATIENCE, standing::any_failing(&app.db, app.clock.now())).await {
        Ok(Ok(false)) => "ok",
        Ok(Ok(true)) => "some cannot be read for a day; `facteur feed list` says why",
        _ => "unknown",
    }
}

/// Whether letters are held back by limits; the command line says how many.
async fn signups(app: &App) -> &'static str {
    match tokio::time::timeout(PATIENCE, held::any(&app.db)).await {
        Ok(Ok(false)) => "ok",
        Ok(Ok(true)) => "some wait for their letter: more came than the limits of [signup] let through",
        _ => "unknown",
    }
}

/// The alarm of delivery in a few words. Its full text may name servers, so only the command line shows that.
async fn delivery(app: &App) -> &'static str {
    if app.db.gone().is_some() {
        return "halted: the file of the database was moved, replaced or removed";
    }
    match tokio::time::timeout(PATIENCE, alarm::words(app, i18n::locale(i18n::FALLBACK))).await {
        Ok(Ok(None)) => "ok",
        Ok(Ok(Some(words))) if words.starts_with(hold::SHORT) => "held: an operator must say `facteur resume`",
        Ok(Ok(Some(words))) if words.starts_with(alarm::DISK) => "halted: the disk is nearly full",
        Ok(Ok(Some(words))) if words.starts_with("PostgreSQL runs with") => {
            "halted: the database may forget what was sent"
        }
        Ok(Ok(Some(_))) => "the mail server cannot be used",
        _ => "unknown",
    }
}

/// `ok`, what kind of fault the probe met, or that it took too long. The server's words go to the log, not to the stranger.
async fn in_time(db: &Db, probe: impl Future<Output = anyhow::Result<()>>) -> String {
    match tokio::time::timeout(PATIENCE, probe).await {
        Ok(Ok(())) => "ok".to_owned(),
        Ok(Err(error)) => {
            tracing::warn!(error = %cause::in_words(&error), "not ready");
            let kind = error.chain().find_map(|cause| cause.downcast_ref()).map_or("failed", db::kind);
            if kind == "failed" { kind.to_owned() } else { format!("failed: {kind}") }
        }
        Err(_) => match db.trouble() {
            Some(kind) => format!("failed: {kind}"),
            None => format!("no answer within {} s", PATIENCE.as_secs()),
        },
    }
}

/// Writes one row for good: an `UPDATE` that meets none would still work on a full disk. Fails on a full or read-only
/// disk and on a standby server.
async fn write_probe(app: &App) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    query(
        "INSERT INTO instance (name, value) VALUES ('readyz', $1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(app.clock.now().to_string())
    .execute(tx.on())
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn schema(db: &Db) -> anyhow::Result<()> {
    let found = migrate::version(db).await?;
    anyhow::ensure!(found == migrate::NEWEST, "schema {found}, expected {}", migrate::NEWEST);
    Ok(())
}
