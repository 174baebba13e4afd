//! Starts the parts of delivery, keeps them running, and stops them in order.
//!
//! ```text
//! watch ──▶ board ◀── recorder ◀───────────┐
//!             ▼                             │ gate
//! claims ──▶ shelf ──▶ hand ──▶ connection ─┤ × [smtp] connections
//! letters ─▶ shelf ──▶ hand ──▶ connection ─┘ × 1, the letters' own
//! beside them: leases, limits, alarms, room on the disk, packing, the counter that tells when the database goes back
//! ```
//! Stop: no claim, no next mail; connections finish what is past `DATA`; the recorder writes what waits; leases are given
//! back. Within `[smtp] stop_s` and 6 s, or the rest is cut short and in doubt.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::ballast::Ballast;
use super::board::Board;
use super::claim::Claims;
use super::entry::Entry;
use super::generation::Witness;
use super::hand::Hand;
use super::health::Health;
use super::lane::{Alarm, Alarms};
use super::letters::Letters;
use super::limits::{Lane, Limits};
use super::memory::Memory;
use super::recorder::{self, Broken, Recorder};
use super::relay::Relay;
use super::roster::{Member, Roster};
use super::shelf::Shelf;
use super::smtp::Timeouts;
use super::sql::{alarm, lease};
use super::watch::Watch;
use super::{alarms, lessons, pack, preflight, rescue, room, session};
use crate::app::App;
use crate::db;
use crate::subscribers::tokens::random_text;

/// What connections may take after a stop beyond `[smtp] stop_s`, when the wire cuts a mail short.
const MARGIN: Duration = Duration::from_secs(2);
/// And each of the two steps after them.
const LAST: Duration = Duration::from_millis(1_500);
/// Before a part that ended is started again.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends until `stop`; then finishes what is past `DATA`, records it, gives its batches back and returns.
///
/// All of it happens on one thread of its own: a message needs a dozen steps that hand over to each other, and on several
/// threads each would be a wake-up of another core (measured: see `docs/performance.md`). What blocks (SQLite, DNS) has
/// threads of its own anyway, and pages are not kept waiting by a mailing.
///
/// # Errors
/// [`preflight::Busy`] when another process sends from the same SQLite file; when PostgreSQL does not keep what it
/// commits; when the settings of the mail server cannot be used; [`Broken`] when the disk fails.
pub async fn run(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    let (done, ended) = oneshot::channel();
    // Whoever drops this future does not wait: then the thread ends where it is, as after a kill.
    let abandoned = CancellationToken::new();
    let _guard = abandoned.clone().drop_guard();
    let body = move || {
        let ended = start_runtime(&stop).and_then(|runtime| on_this_thread(runtime, work(app, stop), &abandoned));
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
                tracing::warn!(error = %crate::fault::in_words(&error), "delivery cannot start yet; trying again");
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

async fn work(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    let shared = app.db.is_sqlite();
    let app = Arc::new(patiently(&stop, || app.on_this_thread()).await?);
    let ended = send(app.clone(), stop).await;
    if !shared {
        app.db.close().await;
    }
    ended
}

async fn send(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    let _leave = patiently(&stop, || preflight::check(&app)).await?;
    let (crew, entries) = Crew::gather(app)?;
    let known = &*crew;
    patiently(&stop, || known.witness.start()).await?;
    patiently(&stop, || rescue::at_start(&known.app, &known.board)).await?;
    patiently(&stop, || async move { Ok(alarm::clear(&known.app.db).await?) }).await?;
    patiently(&stop, || async move {
        Ok(lessons::read(&known.app.db, known.relays.iter().map(|lanes| &*lanes.digests)).await?)
    })
    .await?;
    if let Err(error) = crew.ballast.make() {
        tracing::warn!(%error, "no room for the ballast beside the database; a full disk would leave more in doubt");
    }
    crew.work(entries, &stop).await
}

/// Takes a step of the start again and again while the database cannot be used, or the process has no file to spare.
async fn patiently<T, F: Future<Output = anyhow::Result<T>> + Send>(
    end: &CancellationToken,
    step: impl Fn() -> F,
) -> anyhow::Result<T> {
    loop {
        match step().await {
            Err(error) if may_pass(&error) && !end.is_cancelled() => {
                tracing::warn!(error = %crate::fault::in_words(&error), "delivery cannot start yet; trying again");
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

/// What the parts share.
struct Crew {
    app: Arc<App>,
    owner: String,
    board: Arc<Board>,
    digests: Arc<Shelf>,
    letters: Arc<Shelf>,
    recorder: Recorder,
    ballast: Arc<Ballast>,
    memory: Arc<Memory>,
    witness: Witness,
    relays: Vec<Lanes>,
    /// Of the relay with the same number.
    limits: Vec<Arc<Limits>>,
    roster: Arc<Roster>,
    alarms: Mutex<mpsc::UnboundedReceiver<Alarm>>,
    claims: Mutex<Claims>,
    postman: Letters,
    watch: Mutex<Watch>,
}

/// One relay as the two lanes meet it.
#[derive(Debug)]
struct Lanes {
    digests: Arc<Relay>,
    letters: Arc<Relay>,
}

/// Every relay of the configuration, and who of them may take mail when.
fn relays(app: &App, raised: &Alarms) -> anyhow::Result<(Vec<Lanes>, Arc<Roster>)> {
    let changed = Arc::<Notify>::default();
    let (mut relays, mut members) = (Vec::new(), Vec::new());
    for (name, smtp) in app.config.relays() {
        let timeouts = Timeouts::of(smtp);
        let health = |lane, roster| Health::new(lane, raised.clone(), timeouts.back_off, roster, app.clock.clone());
        let letters = health(Lane::Letters, Arc::default());
        let health = health(Lane::Digests, changed.clone());
        members.push(Member { health: health.clone(), weight: smtp.weight, connections: smtp.connections });
        let relay = Relay::with(smtp, &app.config.base_url, app.clock.clone(), health, timeouts);
        let digests = relay.with_context(|| format!("the mail server of [{name}] cannot be used"))?;
        relays.push(Lanes { letters: digests.for_letters(letters), digests });
    }
    Ok((relays, Roster::new(members, changed)))
}

type Writer = JoinHandle<Result<(), Broken>>;

impl Crew {
    fn gather(app: Arc<App>) -> anyhow::Result<(Arc<Self>, mpsc::Receiver<Entry>)> {
        let (raised, alarms) = mpsc::unbounded_channel();
        let (recorder, entries) = Recorder::new();
        let (relays, roster) = relays(&app, &raised)?;
        let (board, digests, letters) = (Arc::<Board>::default(), Arc::<Shelf>::default(), Arc::<Shelf>::default());
        let (owner, letters_asked) = (random_text(12), Arc::new(Notify::new()));
        let memory = Arc::<Memory>::default();
        let senders = relays.iter().map(|lanes| lanes.digests.senders.clone()).collect();
        let parts = || (app.clone(), owner.clone(), board.clone(), recorder.clone(), memory.clone());
        let (its_app, its_owner, its_board, its_recorder, its_memory) = parts();
        let claims = Claims::new(its_app, its_owner, its_board, digests.clone(), its_recorder, its_memory, senders);
        let (its_app, its_owner, its_board, its_recorder, its_memory) = parts();
        let asked = letters_asked.clone();
        let postman = Letters::new(its_app, its_owner, its_board, letters.clone(), its_recorder, its_memory, asked);
        let witness = Witness::new(app.clone(), board.clone(), memory.clone());
        let watch = Watch::new(app.clone(), board.clone(), letters_asked);
        let crew = Self {
            owner,
            digests,
            letters,
            recorder,
            limits: app.config.relays().map(|(_, smtp)| Limits::new(smtp)).collect(),
            ballast: Arc::new(Ballast::of(db::sqlite_path(&app.config.database.url))),
            memory,
            witness,
            relays,
            roster,
            alarms: Mutex::new(alarms),
            claims: Mutex::new(claims),
            postman,
            watch: Mutex::new(watch),
            board,
            app,
        };
        Ok((Arc::new(crew), entries))
    }

    async fn work(self: Arc<Self>, entries: mpsc::Receiver<Entry>, stop: &CancellationToken) -> anyhow::Result<()> {
        // Helpers and the recorder outlive the connections.
        let late = CancellationToken::new();
        let (board, ballast) = (self.board.clone(), self.ballast.clone());
        let (app, memory) = (self.app.clone(), self.memory.clone());
        let mut writer = tokio::spawn(recorder::run(app, board, ballast, memory, entries, late.clone()));
        let helpers = self.helpers(&late);
        let feeders = self.feeders(stop);
        let connections = self.connections(stop);
        tokio::select! {
            () = stop.cancelled() => {}
            ended = &mut writer => {
                stop.cancel();
                return Err(ended_early(ended));
            }
        }
        self.close_shelves();
        finish(connections, Duration::from_secs(self.app.config.smtp.stop_s.into()) + MARGIN, "connections").await;
        finish(feeders, LAST, "claims").await;
        late.cancel();
        let written = write_the_rest(writer).await;
        finish(helpers, LAST, "helpers").await;
        match tokio::time::timeout(LAST, lease::give_all_back(&self.app.db, Some(&self.owner))).await {
            Ok(Ok(batches)) => tracing::info!(batches, "delivery stopped; what is left goes on at the next start"),
            Ok(Err(error)) => {
                tracing::warn!(%error, "batches could not be given back; their leases run out by themselves");
            }
            Err(_) => tracing::warn!("batches could not be given back in time; their leases run out by themselves"),
        }
        written
    }

    /// What puts mails on the shelves, and packing.
    fn feeders(self: &Arc<Self>, stop: &CancellationToken) -> JoinSet<()> {
        let mut feeders = JoinSet::new();
        let (crew, token) = (self.clone(), stop.clone());
        feeders.spawn(keep("claims", stop.clone(), move || {
            let (crew, stop) = (crew.clone(), token.clone());
            async move { crew.claims.lock().await.run(&stop).await }
        }));
        let (crew, token) = (self.clone(), stop.clone());
        feeders.spawn(keep("letters", stop.clone(), move || {
            let (crew, stop) = (crew.clone(), token.clone());
            async move { crew.postman.run(&stop).await }
        }));
        let (app, token) = (self.app.clone(), stop.clone());
        feeders.spawn(keep("packing", stop.clone(), move || pack::run(app.clone(), token.clone())));
        feeders
    }

    fn connections(self: &Arc<Self>, stop: &CancellationToken) -> JoinSet<()> {
        let mut connections = JoinSet::new();
        for (number, (_, smtp)) in self.app.config.relays().enumerate() {
            let digests = (0..smtp.connections).map(|slot| (Lane::Digests, slot));
            for (lane, slot) in digests.chain([(Lane::Letters, 0)]) {
                let (crew, token) = (self.clone(), stop.clone());
                connections.spawn(keep("a connection", stop.clone(), move || {
                    let hand = Arc::new(crew.hand(lane, number, slot));
                    session::work(crew.relay(lane, number).clone(), hand.clone(), hand, token.clone())
                }));
            }
        }
        connections
    }

    fn relay(&self, lane: Lane, number: usize) -> &Arc<Relay> {
        let lanes = &self.relays[number];
        if lane == Lane::Letters { &lanes.letters } else { &lanes.digests }
    }

    fn hand(&self, lane: Lane, number: usize, slot: usize) -> Hand {
        let work = if lane == Lane::Letters { &self.letters } else { &self.digests };
        let turn = self.roster.turn(number, slot);
        let limits = self.limits[number].clone();
        let hand = Hand::new(lane, work.clone(), self.board.clone(), self.recorder.clone(), limits, turn);
        hand.of(self.relay(lane, number))
    }

    /// What connections lean on to their end.
    fn helpers(self: &Arc<Self>, late: &CancellationToken) -> JoinSet<()> {
        let mut helpers = JoinSet::new();
        let (crew, token) = (self.clone(), late.clone());
        helpers.spawn(keep("watch", late.clone(), move || {
            let (crew, stop) = (crew.clone(), token.clone());
            async move { crew.watch.lock().await.run(&stop).await }
        }));
        let (crew, token) = (self.clone(), late.clone());
        helpers.spawn(keep("leases", late.clone(), move || {
            rescue::renew(crew.app.clone(), crew.board.clone(), crew.owner.clone(), token.clone())
        }));
        let (crew, token) = (self.clone(), late.clone());
        helpers.spawn(keep("the counter", late.clone(), move || {
            let (crew, stop) = (crew.clone(), token.clone());
            async move { crew.witness.run(&stop).await }
        }));
        for limits in &self.limits {
            let (app, limits, token) = (self.app.clone(), limits.clone(), late.clone());
            helpers.spawn(keep("limits", late.clone(), move || {
                let (app, limits, stop) = (app.clone(), limits.clone(), token.clone());
                async move { limits.run(&app, &stop).await }
            }));
        }
        let (crew, token) = (self.clone(), late.clone());
        helpers.spawn(keep("alarms", late.clone(), move || {
            let (crew, stop) = (crew.clone(), token.clone());
            async move { alarms::follow(&crew.app, &crew.limits, &crew.alarms, &stop).await }
        }));
        let (crew, token) = (self.clone(), late.clone());
        helpers.spawn(keep("lessons", late.clone(), move || {
            let (crew, stop) = (crew.clone(), token.clone());
            async move { lessons::keep(&crew.app, crew.relays.iter().map(|lanes| &*lanes.digests), &stop).await }
        }));
        let (crew, token) = (self.clone(), late.clone());
        helpers.spawn(keep("room", late.clone(), move || {
            let (crew, stop) = (crew.clone(), token.clone());
            async move { room::watch(&crew.app, &crew.board, &crew.ballast, &stop).await }
        }));
        helpers
    }

    fn close_shelves(&self) {
        for key in self.digests.close().into_iter().chain(self.letters.close()) {
            self.board.dropped(&key);
        }
    }
}

/// Runs a part, and again whenever it ends before `stop`: a panic is told, never silent, and ends nothing but itself.
async fn keep<F>(name: &'static str, stop: CancellationToken, part: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        if let Err(error) = AbortOnDropHandle::new(tokio::spawn(part())).await
            && error.is_panic()
        {
            tracing::error!(part = name, "a part of delivery panicked; it is started again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
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
