//! What every stage's verbs are handed: database, time, settings, keys, the net, and the wake.
//!
//! In: a [`Config`] and a [`Clock`]. Out: an [`App`]. Knows the ground alone; [`serve`](crate::serve) starts the roles.

use std::any::Any;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::lent::Lender;
use crate::db::{self, Db, own_session};
use crate::kept::Kept;
use crate::keys::Keys;
use crate::net::dns::Dns;
use crate::net::fetch::Fetcher;
use crate::refusal::Rules;

/// What every stage's verbs are handed.
#[derive(Clone, Debug)]
pub struct App {
    /// The database, at the newest schema.
    pub db: Db,
    /// Lends a connection of the database to a page that reads.
    pub lender: Lender,
    /// The time.
    pub clock: Clock,
    /// The operator's settings.
    pub config: Config,
    /// Keys of the instance: tokens, address hashes, message ids.
    pub keys: Keys,
    /// Asks other people's servers.
    pub net: Arc<Fetcher>,
    /// What refusals are about, the operator's own rules first.
    pub rules: Arc<Rules>,
    /// Asks name servers.
    pub dns: Arc<Dns>,
    /// Told by verbs when there may be something to send.
    pub wake: Wake,
    /// When this process last began a tick of the schedule; `None` until it does. `readyz` asks for its age.
    pub last_tick: Arc<Mutex<Option<Instant>>>,
    /// Cancelled once the delivery of this process has judged whether this database may be sent from: nothing is composed
    /// before.
    pub judged: CancellationToken,
    /// How many people of a newsletter stand in each state, kept for large ones; `subscribers::counts` counts them.
    pub people_counted: Kept<i64, [i64; 6]>,
    /// To how many a rhythm goes, how many a newsletter had: single numbers by what they count and of whom, kept for large ones.
    pub numbers_counted: Kept<(&'static str, i64), i64>,
    /// A digest's rows by state, and why, as JSON, by its id and when it ended (0: it has not); kept for large ones. `ledger::progress`
    /// counts them.
    pub digests_counted: Kept<(i64, i64), ([i64; 8], serde_json::Value)>,
    /// What happened to a newsletter's readers since the last day that was summed, as JSON; kept where it is much. `stats` counts it.
    pub days_counted: Kept<i64, serde_json::Value>,
    /// A newsletter's statistics over a span of days, as `stats::figures` has them; kept for large ones.
    pub figures_read: Kept<(i64, &'static str), Arc<dyn Any + Send + Sync>>,
    /// What stands after the subject in the inboxes that a digest went to, by its id: its mail is made to read it, and never changes.
    pub preheaders_read: Kept<i64, String>,
    /// `subscriber.id` of who opened the page with their button, until `subscribers::opened` counts them: reading a link writes nothing.
    pub pages_opened: Arc<Mutex<BTreeSet<i64>>>,
    /// Told by verbs that change what public pages show.
    pub pages_changed: Changes,
}

impl App {
    /// Opens the database, brings its schema up to date, reads (or first makes) the instance's keys.
    ///
    /// # Errors
    /// When the database cannot be opened or holds a newer schema, or the operator's rules for refusals cannot be used.
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
        let rules = Rules::with_file(&config.bounces.rules_file)?;
        let path = db.file().map(|file| file.path().to_owned());
        db::migrate::migrate(&db, path.as_deref()).await.map_err(db::server::of_pooler)?;
        let keys = Keys::load(&db).await.map_err(db::server::of_pooler)?;
        let net = Arc::new(Fetcher::new(&config.feeds, &config.base_url));
        let dns = Arc::new(Dns::new(&config.dns));
        Ok(Arc::new(Self {
            lender: Lender::of(&db),
            db,
            clock,
            config,
            keys,
            net,
            rules,
            dns,
            wake: Wake::default(),
            last_tick: Arc::default(),
            judged: CancellationToken::new(),
            people_counted: Kept::default(),
            numbers_counted: Kept::default(),
            digests_counted: Kept::default(),
            days_counted: Kept::default(),
            figures_read: Kept::default(),
            preheaders_read: Kept::default(),
            pages_opened: Arc::default(),
            pages_changed: Changes::default(),
        }))
    }

    /// For a thread with a runtime of its own: an app with connections of its own to PostgreSQL, so that a reply wakes that
    /// thread directly. SQLite stays as it is, because it has one writer.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn on_this_thread(&self) -> anyhow::Result<Self> {
        let mut app = self.clone();
        if !app.db.is_sqlite() {
            let mut config = self.config.database.clone();
            if config.connections >= own_session::LEAST {
                config.connections -= 1; // it has one more, outside the pool
            }
            app.db = Box::pin(db::open(&config, true)).await?;
            app.lender = Lender::of(&app.db);
        }
        Ok(app)
    }
}

/// Tells the delivery of this process that there may be something to send: a digest that changed its state, a letter. Other
/// processes look for themselves, twice a second.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Call it after the commit. A call that nobody waits for is kept: who waits next goes on at once.
    pub fn now(&self) {
        self.0.notify_one();
    }

    /// The next call, or one that was kept.
    pub fn called(&self) -> Notified<'_> {
        self.0.notified()
    }
}

/// How often something that public pages show has changed in this process: a page that was kept from before is not shown any more.
/// What another process changes is seen within a second (`web::public::archive`).
#[derive(Clone, Debug, Default)]
pub struct Changes(Arc<AtomicU64>);

impl Changes {
    /// Call it after the commit.
    pub fn now(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    /// So often until now.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}
