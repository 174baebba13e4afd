//! A PostgreSQL server and the pool of connections to it.
//!
//! In: a [`Source`], which is read again whenever the server refuses the password or no connection can be opened. Out:
//! connections and transactions, or an error that names the cause (the pool alone only reports a timeout). Several hosts are
//! tried in their order; the first that takes writes is used until it stops taking them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use futures_util::FutureExt as _;
use sqlx::pool::{PoolConnection, PoolConnectionMetadata};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgPool, Postgres, Transaction};
use tokio::time::Instant;

use super::fault::{self, Trouble};
use super::own_session::OwnSession;
use super::vanished;
use crate::config::Database;
use crate::config::postgres::PostgresUrl;
use crate::config::secret::Secret;

/// After this wait for a connection, the cause is looked for.
const SLOW: Duration = Duration::from_millis(500);
/// Least time between the beginnings of two searches for a usable host.
const AGAIN: Duration = Duration::from_millis(250);
/// Within [`reading`], a connection that was used so lately is lent without asking whether it is alive.
const FRESH: Duration = Duration::from_millis(250);
/// Longest wait for the answer of an idle connection; afterwards it is taken for dead.
const ANSWERS: Duration = Duration::from_secs(3);
/// Time after which the pool gives up; a start waits as long for a server that is just starting.
const ACQUIRE: Duration = Duration::from_secs(10);

tokio::task_local! {
    static READING: ();
}

/// Runs what only reads, many times in a row, and may be asked for again by whoever asked: a page. Where the server closed a
/// connection a moment ago it may fail, which nothing that is written, sent or promised may: that is asked each time.
pub async fn reading<F: Future>(page: F) -> F::Output {
    READING.scope((), page).await
}

/// Where the server is, and how its password is found.
#[derive(Clone, Debug)]
pub struct Source {
    url: PostgresUrl,
    password_file: String,
}

impl Source {
    /// What `[database]` says.
    ///
    /// # Errors
    /// When its URL is none of a PostgreSQL server.
    pub fn of(config: &Database) -> anyhow::Result<Self> {
        let url = PostgresUrl::parse(&config.url).map_err(|words| anyhow::anyhow!("[database] url: {words}"))?;
        Ok(Self { url, password_file: config.password_file.clone() })
    }

    /// How to connect to each host now: reads the password anew (also from `.pgpass`).
    fn options(&self) -> anyhow::Result<Vec<PgConnectOptions>> {
        let password = Secret::read(&self.password_file)?;
        let urls = self.url.each_host().map_err(|words| anyhow::anyhow!("[database] url: {words}"))?;
        let options = urls.iter().map(|url| {
            let options = PgConnectOptions::from_url(url).context("[database] url cannot be used")?;
            // Not set at all: poolers refuse it, PostgreSQL 12 and newer write floats exactly without it, and no column is a float.
            let options = options.extra_float_digits(None);
            Ok(match &password {
                Some(password) => options.password(password.expose()),
                None => options,
            })
        });
        options.collect()
    }
}

/// See the module. Used like the driver's pool: [`super::executor`].
#[derive(Clone, Debug)]
pub struct Pg {
    pool: PgPool,
    guide: Arc<Guide>,
}

/// The options of the pool's next connections.
#[derive(Debug)]
struct Guide {
    source: Source,
    /// When the last search began; locked during a search.
    looked: tokio::sync::Mutex<Option<Instant>>,
    /// Searches that found a usable host.
    found: AtomicU64,
    /// The host in use.
    host: Mutex<usize>,
    /// Why the last search found no host.
    trouble: Mutex<Option<(&'static str, String)>>,
    /// Connections opened before this are not used again.
    distrusted: Arc<Mutex<Option<Instant>>>,
}

impl Pg {
    /// Opens the pool, waiting up to 10 s for a server that is just starting. Gives a first connection with it.
    ///
    /// # Errors
    /// When none of the hosts lets us in, with the reason of the first.
    pub async fn open(source: Source, connections: u32) -> anyhow::Result<(Self, PgConnection)> {
        let options = source.options()?;
        let first = options.first().cloned().context("[database] url names no host")?;
        let distrusted = Arc::<Mutex<Option<Instant>>>::default();
        let guide = Guide {
            source,
            looked: tokio::sync::Mutex::default(),
            found: AtomicU64::new(0),
            host: Mutex::default(),
            trouble: Mutex::default(),
            distrusted: distrusted.clone(),
        };
        let must_write = guide.source.url.must_write;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE)
            // `use_again` below does, and more.
            .test_before_acquire(false)
            .after_connect(move |connection, _| check(connection, must_write).boxed())
            .before_acquire(move |connection, meta| use_again(connection, meta, must_write, distrusted.clone()).boxed())
            .connect_lazy_with(first);
        let pg = Self { pool, guide: Arc::new(guide) };
        let begin = Instant::now();
        let mut wait = Duration::from_millis(50);
        loop {
            match pg.find_a_way().await {
                Ok(connection) => return Ok((pg, connection)),
                Err(error) if begin.elapsed() < ACQUIRE && starts_soon(&error) => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(SLOW);
                }
                Err(error) => {
                    let advice = advice(&error);
                    return Err(anyhow::Error::from(error).context(advice));
                }
            }
        }
    }

    /// The pool, for questions about the pool itself.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// A connection of the pool.
    ///
    /// # Errors
    /// With the cause, where the pool gives none.
    pub async fn acquire(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        self.led(|| self.pool.acquire()).await
    }

    /// A transaction on a connection of the pool.
    ///
    /// # Errors
    /// As [`Pg::acquire`].
    pub async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        let begun = self.led(|| self.pool.begin()).await;
        if let Err(error) = &begun {
            self.heed(error);
        }
        begun
    }

    /// Why no connection can be opened, as far as the last search knows: for strangers ([`fault::kind`]).
    pub fn trouble(&self) -> Option<&'static str> {
        lock(&self.guide.trouble).as_ref().map(|(kind, _)| *kind)
    }

    /// Opens two connections outside the pool, both at the same time.
    ///
    /// # Errors
    /// When they cannot be had.
    pub async fn two_apart(&self) -> sqlx::Result<[PgConnection; 2]> {
        Ok([self.find_a_way().await?, self.find_a_way().await?])
    }

    /// Opens a session outside the pool, at the host in use.
    ///
    /// # Errors
    /// As [`Pg::acquire`].
    pub async fn own_session(&self) -> sqlx::Result<OwnSession> {
        self.led(|| OwnSession::open((*self.pool.connect_options()).clone())).await
    }

    /// Retires all connections opened until now when a pooler has mixed up their prepared statements.
    pub fn heed(&self, error: &sqlx::Error) {
        if fault::is_forgetful_pooler(error) {
            *lock(&self.guide.distrusted) = Some(Instant::now());
        }
    }

    /// Runs a step that needs a connection; when the step takes long, searches for the cause. Repeats the step once when the
    /// search finds a usable host that the step did not have: the password has changed, or another host took over.
    async fn led<T, F: Future<Output = sqlx::Result<T>>>(&self, step: impl Fn() -> F) -> sqlx::Result<T> {
        let found = || self.guide.found.load(Ordering::Acquire);
        let before = found();
        let mut done = self.watched(step()).await;
        if done.as_ref().is_err_and(is_no_way_in) {
            Box::pin(self.look()).await;
            if found() != before {
                done = self.watched(step()).await;
            }
        }
        match done {
            Err(sqlx::Error::PoolTimedOut) => Err(self.why().unwrap_or(sqlx::Error::PoolTimedOut)),
            done => done,
        }
    }

    async fn watched<T>(&self, step: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        let mut step = Box::pin(step);
        loop {
            tokio::select! {
                biased;
                done = &mut step => return done,
                () = tokio::time::sleep(SLOW) => {}
            }
            tokio::select! {
                biased;
                done = &mut step => return done,
                () = Box::pin(self.look()) => {}
            }
        }
    }

    fn why(&self) -> Option<sqlx::Error> {
        let trouble = lock(&self.guide.trouble).clone();
        trouble.map(|(kind, words)| Trouble::Unreachable { kind, words }.into())
    }

    /// Searches for a usable host, once for all callers that wait, and not more often than [`AGAIN`].
    async fn look(&self) {
        let asked = Instant::now();
        let mut looked = self.guide.looked.lock().await;
        match *looked {
            Some(begun) if begun > asked => return,
            Some(begun) => tokio::time::sleep_until(begun + AGAIN).await,
            None => {}
        }
        *looked = Some(Instant::now());
        if let Ok(connection) = self.find_a_way().await {
            connection.close().await.ok();
        }
    }

    /// Tries the hosts in their order with the present password; the pool uses the first host that lets us in.
    async fn find_a_way(&self) -> sqlx::Result<PgConnection> {
        let guide = &self.guide;
        let options = guide.source.options();
        let options = options.map_err(|error| {
            let words = format!("{error:#}");
            sqlx::Error::from(Trouble::Unreachable { kind: "the password file cannot be read", words })
        });
        let mut first_error = None;
        let options = options.inspect_err(|error| self.is_kept_out(error))?;
        for (number, options) in options.into_iter().enumerate() {
            match enter(&options, &guide.source.url).await {
                Ok(connection) => {
                    self.follow(number, options);
                    return Ok(connection);
                }
                Err(error) => drop(first_error.get_or_insert(error)),
            }
        }
        let error = first_error.unwrap_or(sqlx::Error::PoolTimedOut);
        self.is_kept_out(&error);
        Err(error)
    }

    fn is_kept_out(&self, error: &sqlx::Error) {
        *lock(&self.guide.trouble) = Some((fault::kind(error), fault::words(error)));
    }

    fn follow(&self, host: usize, options: PgConnectOptions) {
        let before = std::mem::replace(&mut *lock(&self.guide.host), host);
        if before != host {
            tracing::warn!(host = host + 1, before = before + 1, "now using another host of [database] url");
            *lock(&self.guide.distrusted) = Some(Instant::now());
        }
        self.pool.set_connect_options(options);
        *lock(&self.guide.trouble) = None;
        self.guide.found.fetch_add(1, Ordering::Release);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Connects to one host; where several are named, asks the host whether it takes writes.
async fn enter(options: &PgConnectOptions, url: &PostgresUrl) -> sqlx::Result<PgConnection> {
    let entered = tokio::time::timeout(url.connect_timeout, async {
        let mut connection = options.connect().await?;
        check(&mut connection, url.must_write).await.map(|()| connection)
    });
    entered.await.unwrap_or_else(|_| {
        let words = format!("no answer within {} s", url.connect_timeout.as_secs());
        Err(Trouble::Unreachable { kind: "no answer", words }.into())
    })
}

/// Takes a new connection into use: `target_session_attrs = read-write`, as libpq asks for it.
async fn check(connection: &mut PgConnection, must_write: bool) -> sqlx::Result<()> {
    vanished::is_noticed(connection).await?;
    if must_write && is_read_only(connection).await? {
        let words = "the server takes no writes (a standby, or default_transaction_read_only)".to_owned();
        return Err(Trouble::Unreachable { kind: "read-only", words }.into());
    }
    Ok(())
}

async fn is_read_only(connection: &mut PgConnection) -> sqlx::Result<bool> {
    use sqlx::Row as _;
    // Without a prepared statement, for the sake of poolers.
    let row = connection.fetch_one(sqlx::raw_sql("SHOW transaction_read_only")).await?;
    Ok(row.try_get::<String, _>(0)? == "on")
}

/// Whether the pool may lend this connection once more.
async fn use_again(
    connection: &mut PgConnection,
    meta: PoolConnectionMetadata,
    must_write: bool,
    distrusted: Arc<Mutex<Option<Instant>>>,
) -> sqlx::Result<bool> {
    if lock(&distrusted).is_some_and(|since| meta.age > since.elapsed()) {
        return Ok(false);
    }
    if !must_write && meta.idle_for < FRESH && READING.try_get().is_ok() {
        return Ok(true);
    }
    let asked = tokio::time::timeout(ANSWERS, async {
        if must_write {
            return is_read_only(connection).await.map(|is| !is);
        }
        connection.ping().await.map(|()| true)
    });
    // A server that vanished says nothing, not even that its connections have ended.
    asked.await.unwrap_or_else(|_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()))
}

/// Whether a server that is being started, or made the primary, would answer like this.
fn starts_soon(error: &sqlx::Error) -> bool {
    matches!(
        fault::kind(error),
        "connection refused" | "the server is stopping or starting" | "too many connections" | "read-only"
    )
}

/// Whether the error is that of one connection, and another connection may succeed.
fn is_no_way_in(error: &sqlx::Error) -> bool {
    fault::is_unavailable(error) && !matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
}

/// A hint about what to check first.
fn advice(error: &sqlx::Error) -> &'static str {
    match fault::kind(error) {
        "too many connections" => {
            "PostgreSQL has no connection left for us: lower [database] connections, or raise max_connections (or the limit of \
             the role or database)"
        }
        "the user or password is refused" => "PostgreSQL refuses the user of [database] url, or the password",
        "there is no such database" => {
            "PostgreSQL runs, but has no such database; check the name in [database] url, or create it"
        }
        "the password file cannot be read" => "cannot connect to PostgreSQL",
        "TLS failed" => {
            "PostgreSQL answers, but no encrypted connection could be made; check sslmode and sslrootcert in [database] url"
        }
        "read-only" => "no host of [database] url takes writes",
        _ if fault::words(error).contains("startup parameter") => {
            "the pooler in front of PostgreSQL refuses a parameter; add it to PgBouncer's ignore_startup_parameters"
        }
        _ => "cannot reach PostgreSQL; check [database] url and that the server runs",
    }
}
