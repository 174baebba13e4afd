//! The one tick: every few seconds the database is asked what is due.
//!
//! In: nothing but the clock. Out: digests composed and released, feeds polled. tokio-cron-scheduler only beats; what is
//! due is decided here, from `schedule.next_due_at`, so that a stop, a restart or a change of the clocks loses no slot; what
//! a clock wrote that was ahead is drawn back first ([`ahead`]).

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job, JobScheduler};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Lull, generation};
use crate::doctor;
use crate::drafts;
use crate::feeds;
use crate::newsletters::Schedule;
use crate::subscribers;

use super::warmup::daily;
use super::{DigestError, Refusal, ahead, compose, departure, first, leave, notice, release, removal, sql};

/// Every five seconds, UTC. (The crate's own time zones go wrong after a change of the clocks; ours are in `recurrence`.)
const BEAT: &str = "*/5 * * * * *";

/// While nobody writes and nothing is due, a beat asks the database only so often.
const LULL: Duration = Duration::from_mins(1);

/// Schedules that are composed at the same time: one that waits for a slow feed does not delay the others.
const AT_ONCE: usize = 8;

/// Keeps beats from overlapping: the crate starts a job again while its last run still works.
#[derive(Debug, Default)]
struct Running {
    composing: Mutex<()>,
    polling: Mutex<()>,
    looking: Mutex<()>,
    rest: std::sync::Mutex<Rest>,
}

/// Whether a beat need not ask the database some forty things. What is due at times that [`sql::soonest`] does not know can wait for
/// [`LULL`].
#[derive(Debug, Default)]
struct Rest {
    /// The last beat did all that there was to compose, and nobody has written since it began.
    lull: Option<Lull>,
    /// Nothing is due before.
    until: Millis,
    /// Something else of the last beat could not be done.
    failed: bool,
}

impl Running {
    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody is at work, and nothing can be due.
    fn is_at_rest(&self, app: &App) -> bool {
        let free = [&self.composing, &self.polling, &self.looking].iter().all(|work| work.try_lock().is_ok());
        let rest = self.rest();
        let lasts = || rest.lull.as_ref().is_some_and(|lull| lull.lasts(&app.db, &app.clock, LULL));
        free && !rest.failed && app.clock.now() < rest.until && lasts()
    }
}

/// Ticks until `stop`, then waits for the running tick.
pub async fn run(app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    mark_tick(&app);
    let tasks = TaskTracker::new();
    let running = Arc::new(Running::default());
    let mut scheduler = JobScheduler::new().await?;
    let job = {
        let (app, tasks, stop) = (app.clone(), tasks.clone(), stop.clone());
        Job::new_async(BEAT, move |_, _| {
            beat(&app, &tasks, &running, &stop);
            Box::pin(async {})
        })?
    };
    scheduler.add(job).await?;
    scheduler.start().await?;
    stop.cancelled().await;
    scheduler.shutdown().await?;
    tasks.close();
    tasks.wait().await;
    Ok(())
}

/// Starts what is not running already: composing, and beside it polling and the doctor's daily look, so that a slow server of
/// somebody else delays no digest.
fn beat(app: &Arc<App>, tasks: &TaskTracker, running: &Arc<Running>, stop: &CancellationToken) {
    if stop.is_cancelled() || !app.judged.is_cancelled() {
        return;
    }
    if running.is_at_rest(app) {
        return mark_tick(app);
    }
    *running.rest() = Rest::default();
    let (composed, polled) = ((app.clone(), running.clone()), (app.clone(), running.clone(), stop.clone()));
    let looked = polled.clone();
    tasks.spawn(async move {
        let (app, running, stop) = looked;
        let Ok(_only) = running.looking.try_lock() else { return };
        let looked = stop.run_until_cancelled(Box::pin(doctor::daily::due(&app))).await;
        if let Some(Err(error)) = looked {
            running.rest().failed = true;
            tracing::error!(%error, "the doctor's daily look could not be stored; it is due again at the next tick");
        }
    });
    tasks.spawn(async move {
        let (app, running) = composed;
        let Ok(_only) = running.composing.try_lock() else { return };
        let before = Lull::before_a_look(&app.db, &app.clock);
        if compose_due(&app).await
            && let Some(lull) = before
            && let Ok(soonest) = sql::soonest(&app.db, leave::NOTICE).await
        {
            let mut rest = running.rest();
            (rest.lull, rest.until) = (Some(lull), soonest.unwrap_or(Millis::MAX));
        }
    });
    tasks.spawn(async move {
        let (app, running, stop) = polled;
        let Ok(_only) = running.polling.try_lock() else { return };
        // A poll that is cut off has stored each feed it finished; the others stay due.
        let polled = stop.run_until_cancelled(poll_due(&app)).await;
        if let Some(Err(error)) = polled {
            running.rest().failed = true;
            tracing::error!(error = %format!("{error:#}"), "polling feeds failed");
        }
    });
}

/// Does once what is due now: polls due feeds, composes due digests, goes on with releases cut short.
pub async fn tick(app: &Arc<App>) -> anyhow::Result<()> {
    let (polled, _) = tokio::join!(poll_due(app), compose_due(app));
    polled
}

/// Polls feeds that are due, unless our clock is known to be ahead: what is read then would be dated wrongly. A database
/// that is held tells no editor of a feed that fails: its original does.
async fn poll_due(app: &Arc<App>) -> anyhow::Result<()> {
    if !ahead::is_ours_right(app).await? {
        return Ok(());
    }
    feeds::poll::due(app).await?;
    if !is_held(app).await {
        notice::of_failing_feeds(app).await?;
    }
    tell_editors(app).await;
    Ok(())
}

/// What could not be told is told at the next tick.
async fn tell_editors(app: &Arc<App>) {
    if let Err(error) = notice::tell(app).await {
        tracing::error!(error = %format!("{error:#}"), "editors could not be told what happened; they are at the next tick");
    }
}

/// When this process last began a tick; `None` when it does not have the schedule role.
pub fn last_tick(app: &App) -> Option<Instant> {
    *app.last_tick.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes that a tick begins. The machine's own clock: the one of [`App`] may be turned.
fn mark_tick(app: &App) {
    *app.last_tick.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// One thing that a tick has to do.
#[derive(Clone, Debug)]
enum Due {
    /// A planned slot has come.
    Slot(Schedule),
    /// A schedule that sends each post by itself.
    EachPost(Schedule),
    /// A digest that leaves by itself, as nobody has stopped it.
    Leave(i64),
    /// A release that a kill cut short.
    Release(i64),
    /// Confirmation letters to people who were imported, so many an hour.
    ImportLetters,
    /// Letters of sign-ups that a limit held back.
    HeldLetters,
    /// Acts of editors on many people that were cut short.
    BulkActs,
    /// Readers who chose another rhythm while a digest was being released.
    Rhythms,
    /// Editors who want to know who subscribed.
    NewSubscribers,
    /// What time makes forget.
    Forget,
    /// Names whose search key is older than the code that makes it.
    Refold,
    /// A newsletter that was deleted some days ago.
    Remove,
    /// Drafts that were thrown away.
    ForgetDrafts,
    /// First digests that waited for the doctor.
    Green,
    /// Slices of digests whose sender warms up.
    Slices,
    /// Readers who were silent for long, and whether they stay.
    Staying,
}

/// Composes and releases what is due. What fails is logged and due again at the next tick; it stops nothing else. Gives whether nothing
/// failed.
async fn compose_due(app: &Arc<App>) -> bool {
    mark_tick(app);
    match all_due(app).await {
        Ok(due) => {
            let done = stream::iter(due).map(|due| do_one(app, due)).buffer_unordered(AT_ONCE);
            let all = done.fold(true, |all, done| async move { all && done }).await;
            tell_editors(app).await;
            all
        }
        Err(error) => {
            tracing::error!(error = %format!("{error:#}"), "cannot ask what is due");
            false
        }
    }
}

/// A database that is held plans no letters to people who were imported: its original does.
async fn is_held(app: &App) -> bool {
    !matches!(generation::held(&app.db).await, Ok(None))
}

async fn all_due(app: &App) -> sqlx::Result<Vec<Due>> {
    if !ahead::is_ours_right(app).await? {
        return Ok(Vec::new());
    }
    ahead::draw_back(app).await?;
    sql::wake_schedules(&app.db, app.clock.now()).await?;
    // Before anything leaves: whoever is back gets it.
    if subscribers::pause::is_due(app).await? {
        subscribers::pause::end_due(app).await?;
    }
    let cut_short = sql::releasing(&app.db).await?.into_iter().map(Due::Release);
    let leaving = departure::due(app).await?.into_iter().map(Due::Leave);
    let now = app.clock.now();
    let slots = sql::due(&app.db, now, now + leave::NOTICE).await?.into_iter().map(Due::Slot);
    let each_post = sql::each_post(&app.db).await?.into_iter().map(Due::EachPost);
    let forget = subscribers::forget::is_due(app).await?.then_some(Due::Forget);
    let refold = subscribers::refold::is_due(app).await?.then_some(Due::Refold);
    let remove = removal::is_due(app).await?.then_some(Due::Remove);
    let drafts = drafts::forget::is_due(app).await?.then_some(Due::ForgetDrafts);
    let rhythms = subscribers::rhythm::is_waiting(&app.db).await?.then_some(Due::Rhythms);
    Ok([
        Due::ImportLetters,
        Due::HeldLetters,
        Due::BulkActs,
        Due::NewSubscribers,
        Due::Green,
        Due::Slices,
        Due::Staying,
    ]
    .into_iter()
    .chain(forget)
    .chain(refold)
    .chain(remove)
    .chain(drafts)
    .chain(rhythms)
    .chain(cut_short)
    .chain(leaving)
    .chain(slots)
    .chain(each_post)
    .collect())
}

/// Whether it could be done.
async fn do_one(app: &Arc<App>, due: Due) -> bool {
    let composed = match &due {
        Due::Slot(schedule) => compose::due_slot(app, schedule).await.map(|id| id.into_iter().collect()),
        Due::EachPost(schedule) => compose::each_post(app, schedule).await,
        Due::Leave(id) => {
            departure::let_go(app, *id).await.map(|left| left.then_some(*id).into_iter().collect()).map_err(Into::into)
        }
        Due::Release(id) => Ok(vec![*id]),
        Due::ImportLetters | Due::NewSubscribers | Due::Green | Due::Slices | Due::Staying if is_held(app).await => {
            return true;
        }
        Due::Green => first::due(app).await.map_err(Into::into),
        Due::Slices => daily::go_on(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::ImportLetters => subscribers::import::plan::ask_due(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::HeldLetters => subscribers::held::ask_due(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::Remove => removal::slice(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::ForgetDrafts => drafts::forget::run(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::BulkActs => subscribers::bulk::go_on(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::Rhythms => subscribers::rhythm::go_on(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::NewSubscribers => notice::of_new_subscribers(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::Staying => subscribers::staying::go_on(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::Forget => subscribers::forget::slice(app).await.map(|()| Vec::new()).map_err(Into::into),
        Due::Refold => subscribers::refold::slice(app).await.map(|()| Vec::new()).map_err(Into::into),
    };
    let released = match composed {
        Ok(ids) => ids,
        Err(error) => {
            tracing::error!(?due, error = %format!("{error:#}"), "a tick could not do this; it is due again at the next");
            return false;
        }
    };
    let mut all = true;
    for id in released {
        match release::run(app, id).await {
            // The editor was told.
            Ok(_) | Err(DigestError::Refused(Refusal::NotRendered { .. })) => {}
            Err(error) => {
                all = false;
                tracing::error!(digest.id = id, error = %format!("{error:#}"), "a release failed");
            }
        }
    }
    all
}
