//! Starts the parts of delivery, keeps them running, and stops them in order.
//!
//! ```text
//! watch ──▶ in_hand ◀── recorder ◀─────────────┐
//!             ▼                               │ gate
//! claims ──▶ ready ──▶ source ──▶ connection ─┤ × [smtp] connections      (signed, before ready)
//! letters ─▶ ready ──▶ source ──▶ connection ─┘ × 1, the letters' own; of those above when many wait
//! beside them: leases, the lock that says that we live, limits, alarms, room on the disk, packing, the counter that tells when the database goes back
//! ```
//! Stop: no claim, no next mail; connections finish what is past `DATA`; the recorder writes what waits; leases are given
//! back. Within `[smtp] stop_s` and 6 s, or the rest is cut short and in doubt.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::parts::{PAUSE, Parts};
use super::preflight;
use super::record::lines::Entry;
use super::record::recorder::{self, Broken};
use super::sign;
use super::supply::rescue;
use super::threads::{self, Threads};
use super::wire::lessons;
use crate::app::App;
use crate::db;
use crate::ledger::Meaning;
use crate::ledger::sql::{alarm, lease};

/// What connections may take after a stop beyond `[smtp] stop_s`, when the wire cuts a mail short.
const MARGIN: Duration = Duration::from_secs(2);
/// And each of the two steps after them.
const LAST: Duration = Duration::from_millis(1_500);

/// Sends until `stop`; then finishes what is past `DATA`, records it, gives its batches back and returns.
///
/// All of it happens on one thread of its own: a message needs a dozen steps that hand over to each other, and on several
/// threads each would be a wake-up of another core (measured: see `docs/performance.md`). On larger machines connections are spread
/// over more, each with all its steps on one of them ([`threads`]). What blocks (SQLite, DNS) has threads of its own anyway, and
/// pages are not kept waiting by a mailing.
///
/// # Errors
/// [`preflight::Busy`] when another process sends from the same SQLite file; when PostgreSQL does not keep what it
/// commits; when the settings of the mail server cannot be used; [`Broken`] when the disk fails.
pub async fn run(app: Arc<App>, meaning: Meaning, stop: CancellationToken) -> anyhow::Result<()> {
    let (done, ended) = oneshot::channel();
    // Whoever drops this future does not wait: then the thread ends where it is, as after a kill.
    let abandoned = CancellationToken::new();
    let _guard = abandoned.clone().drop_guard();
    let body = move || {
        let ended =
            start_runtime(&stop).and_then(|runtime| on_this_thread(runtime, work(app, meaning, stop), &abandoned));
        let _ = done.send(ended);
    };
    std::thread::Builder::new().name("delivery".into()).spawn(body).context("cannot start the thread of delivery")?;
    ended.await.context("delivery panicked")?
}

/// A runtime needs files too: without one to spare it comes later, as the steps that follow would ([`patiently`]).
fn start_runtime(stop: &CancellationToken) -> anyhow::Result<Runtime> {
    loop {
        match Builder::new_current_thread().enable_all().build().context("cannot start the runtime of delivery") {
            Err(error) if may_pass(&error) && !stop.is_cancelled() => {
                tracing::warn!(error = %crate::cause::in_words(&error), "delivery cannot start yet; trying again");
                std::thread::sleep(PAUSE);
            }
            result => return result,
        }
    }
}

fn on_this_thread(
    runtime: Runtime,
    work: impl Future<Output = anyhow::Result<()>>,
    abandoned: &CancellationToken,
) -> anyhow::Result<()> {
    let result = runtime.block_on(async {
        tokio::select! {
            result = work => result,
            () = abandoned.cancelled() => Ok(()),
        }
    });
    runtime.shutdown_background();
    result
}

async fn work(app: Arc<App>, meaning: Meaning, stop: CancellationToken) -> anyhow::Result<()> {
    let shared = app.db.is_sqlite();
    let app = Arc::new(patiently(&stop, || app.on_this_thread()).await?);
    let ended = send(app.clone(), meaning, stop).await;
    if !shared {
        app.db.close().await;
    }
    ended
}

async fn send(app: Arc<App>, meaning: Meaning, stop: CancellationToken) -> anyhow::Result<()> {
    let _leave = patiently(&stop, || preflight::check(&app)).await?;
    patiently(&stop, || sign::keys::look(&app)).await?;
    let (parts, entries) = Parts::gather(app, meaning)?;
    let known = &*parts;
    patiently(&stop, || known.witness.start()).await?;
    patiently(&stop, || rescue::at_start(&known.app, &known.in_hand)).await?;
    patiently(&stop, || async move { Ok(alarm::clear(&known.app.db).await?) }).await?;
    patiently(&stop, || async move {
        Ok(lessons::read(&known.app.db, known.relays.iter().map(|lanes| &*lanes.digests)).await?)
    })
    .await?;
    if let Err(error) = parts.reserve.make() {
        tracing::warn!(%error, "no room for the reserve beside the database; a full disk would leave more in doubt");
    }
    run_parts(parts, entries, &stop).await
}

/// Takes a step of the start again and again while the database cannot be used, or the process has no file to spare.
async fn patiently<T, F: Future<Output = anyhow::Result<T>> + Send>(
    end: &CancellationToken,
    step: impl Fn() -> F,
) -> anyhow::Result<T> {
    loop {
        match step().await {
            Err(error) if may_pass(&error) && !end.is_cancelled() => {
                tracing::warn!(error = %crate::cause::in_words(&error), "delivery cannot start yet; trying again");
                let _ = tokio::time::timeout(PAUSE, end.cancelled()).await;
            }
            result => return result,
        }
    }
}

/// Whether trying again later may help: the database is away, or there are too many open files (ENFILE, EMFILE).
fn may_pass(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<sqlx::Error>().is_some_and(db::is_unavailable)
            || cause.downcast_ref::<std::io::Error>().is_some_and(|io| matches!(io.raw_os_error(), Some(23 | 24)))
    })
}

type Writer = JoinHandle<Result<(), Broken>>;

async fn run_parts(parts: Arc<Parts>, entries: mpsc::Receiver<Entry>, stop: &CancellationToken) -> anyhow::Result<()> {
    // Helpers and the recorder outlive the connections.
    let late = CancellationToken::new();
    let (in_hand, reserve) = (parts.in_hand.clone(), parts.reserve.clone());
    let (app, memory) = (parts.app.clone(), parts.memory.clone());
    let all = app.config.relays().map(|(_, smtp)| smtp.connections).max().unwrap_or_default();
    let threads = Threads::start(threads::count(app.config.smtp.threads, all), app.db.is_sqlite());
    let entries = (entries, threads.posts());
    let mut writer = tokio::spawn(recorder::run((app, parts.meaning), in_hand, reserve, memory, entries, late.clone()));
    let helpers = parts.helpers(&late);
    let feeders = parts.feeders(&threads, stop);
    let connections = parts.connections(&threads, stop);
    tokio::select! {
        () = stop.cancelled() => {}
        ended = &mut writer => {
            stop.cancel();
            return Err(ended_early(ended));
        }
    }
    parts.close_queues();
    finish(connections, Duration::from_secs(parts.app.config.smtp.stop_s.into()) + MARGIN, "connections").await;
    finish(feeders, LAST, "claims").await;
    late.cancel();
    let written = write_the_rest(writer).await;
    finish(helpers, LAST, "helpers").await;
    match tokio::time::timeout(LAST, lease::give_all_back(&parts.app.db, Some(&parts.owner))).await {
        Ok(Ok(batches)) => tracing::info!(batches, "delivery stopped; what is left goes on at the next start"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "batches could not be given back; their leases run out by themselves");
        }
        Err(_) => tracing::warn!("batches could not be given back in time; their leases run out by themselves"),
    }
    written
}

/// Waits for these parts, and cuts short what takes too long.
async fn finish(mut parts: JoinSet<()>, limit: Duration, what: &str) {
    let all = async { while parts.join_next().await.is_some() {} };
    if tokio::time::timeout(limit, all).await.is_err() {
        tracing::warn!(what, "cut short after {} s", limit.as_secs_f32());
        parts.shutdown().await;
    }
}

async fn write_the_rest(mut writer: Writer) -> anyhow::Result<()> {
    let Ok(ended) = tokio::time::timeout(LAST, &mut writer).await else {
        writer.abort();
        anyhow::bail!("the last results could not be written in time; their rows are in doubt");
    };
    Ok(ended??)
}

fn ended_early(ended: Result<Result<(), Broken>, JoinError>) -> anyhow::Error {
    match ended {
        Ok(Err(broken)) => broken.into(),
        Ok(Ok(())) => anyhow::anyhow!("the recorder ended before its time"),
        Err(error) => anyhow::Error::from(error).context("the recorder failed"),
    }
}
