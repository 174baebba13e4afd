//! Puts Facteur together: opens what every stage needs, starts the roles, stops them in order.
//!
//! In: a [`Config`] and a [`Clock`]. Out: an [`App`] that verbs of stages take, and [`serve`], which runs until it is
//! told to stop.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::{self, Db};
use crate::feeds::fetch::Fetcher;
use crate::subscribers::desk::Desk;
use crate::subscribers::tokens::Keys;
use crate::{delivery, digests, fault, web};

/// What every stage's verbs are handed.
#[derive(Clone, Debug)]
pub struct App {
    /// The database, at the newest schema.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The operator's settings.
    pub config: Config,
    /// Keys of the instance: tokens, address hashes, message ids.
    pub keys: Keys,
    /// Takes requests to subscribe and commits together what waits.
    pub desk: Arc<Desk>,
    /// Reads feeds.
    pub fetcher: Arc<Fetcher>,
    /// Woken when there may be something to send.
    pub delivery_wake: Arc<Notify>,
    /// When this process last began a tick of the schedule; `None` until it does. `readyz` asks for its age.
    pub last_tick: Arc<Mutex<Option<Instant>>>,
    /// What `readyz` found out a moment ago.
    pub readiness: Arc<web::health::Recent>,
    /// Cancelled once the delivery of this process has judged whether this database may be sent from: nothing is composed
    /// before.
    pub judged: CancellationToken,
}

impl App {
    /// Opens the database, brings its schema up to date, reads (or first makes) the instance's keys.
    ///
    /// # Errors
    /// When the database cannot be opened or holds a newer schema.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        Self::on(Box::pin(db::open(&config.database, true)).await?, config, clock).await
    }

    /// The same for whoever only works with what is there: makes no new database.
    ///
    /// # Errors
    /// [`db::file::Missing`] when there is none, [`db::migrate::NotOurs`] when it is not Facteur's, and as [`App::open`].
    pub async fn open_existing(config: Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let db = Box::pin(db::open(&config.database, false)).await?;
        // A mistyped name may be that of another program's database: nothing is made there.
        if db::migrate::version(&db).await.map_err(db::server::of_pooler)? == 0 {
            anyhow::bail!(db::migrate::NotOurs);
        }
        Self::on(db, config, clock).await
    }

    async fn on(db: Db, config: Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let path = db.file().map(|file| file.path().to_owned());
        db::migrate::migrate(&db, path.as_deref()).await.map_err(db::server::of_pooler)?;
        let keys = Keys::load(&db).await.map_err(db::server::of_pooler)?;
        let desk = Arc::new(Desk::open(db.clone(), clock.clone(), config.signup.clone()));
        let fetcher = Arc::new(Fetcher::new(&config.feeds, &config.base_url));
        Ok(Arc::new(Self {
            db,
            clock,
            config,
            keys,
            desk,
            fetcher,
            delivery_wake: Arc::default(),
            last_tick: Arc::default(),
            readiness: Arc::default(),
            judged: CancellationToken::new(),
        }))
    }

    /// The same with connections of its own to PostgreSQL, for a thread with a runtime of its own: a reply then wakes the
    /// waiting thread directly. SQLite stays as it is, because it has one writer.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn on_this_thread(&self) -> anyhow::Result<Self> {
        let mut app = self.clone();
        if !app.db.is_sqlite() {
            let config = &self.config.database;
            app.db = Box::pin(db::open(config, true)).await?;
        }
        Ok(app)
    }
}

/// The parts of the work that one process does; several processes may share them on PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Answer HTTP.
    pub web: bool,
    /// Poll feeds and compose digests.
    pub schedule: bool,
    /// Send.
    pub delivery: bool,
}

impl Roles {
    /// Everything, as one process does by default.
    pub const ALL: Self = Self { web: true, schedule: true, delivery: true };
}

/// Runs the roles until `stop` is cancelled, then stops them in order: no new work, what is in flight is finished.
///
/// `listener` is already bound, so that a caller knows the port.
pub async fn serve(
    app: Arc<App>,
    roles: Roles,
    listener: Option<tokio::net::TcpListener>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut running: JoinSet<anyhow::Result<()>> = JoinSet::new();
    if let (true, Some(listener)) = (roles.web, listener) {
        running.spawn(web::serve(app.clone(), listener, stop.clone()));
    }
    if roles.schedule {
        running.spawn(digests::schedule::run(app.clone(), stop.clone()));
    }
    if !roles.delivery {
        // Whoever sends judges.
        app.judged.cancel();
    }
    if roles.delivery {
        running.spawn(delivery::run(app.clone(), stop.clone()));
    }
    let (watched, until) = (app.db.clone(), stop.clone());
    running.spawn(async move {
        watched.watch(&until).await;
        Ok(())
    });
    let mut first_error = None;
    while let Some(ended) = running.join_next().await {
        let ended = ended.map_err(anyhow::Error::from).and_then(|result| result);
        if let Err(error) = ended {
            tracing::error!(error = %fault::in_words(&error), "a part of the work ended; stopping the rest");
            first_error.get_or_insert(error);
        }
        stop.cancel();
    }
    app.db.close().await;
    first_error.map_or(Ok(()), Err)
}
