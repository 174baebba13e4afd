//! One world a test: its own database, app, clock, SMTP sink and feed server, all in this process on loopback.
//!
//! In: `TestApp::spawn().await`, or `TestApp::builder().set("smtp.connections", 3)….spawn().await`. Out: what a user has:
//! pages over HTTP, commands of the real binary, mails. At the end the mails are linted and the app stops.
//!
//! The clock begins on Monday 2026-06-01 at 06:00 UTC (08:00 in Paris) and runs; [`TestApp::advance`] moves it and ticks.
//! The schedule role does not run by itself: [`TestApp::tick`] is its tick, so that nothing happens unasked.

pub mod browser;
mod builder;
pub mod cli;
pub mod cluster;
pub mod console;
mod database;
pub mod dns;
pub mod feeds;
pub mod form;
pub mod html;
mod http;
mod machine;
pub mod mail;
#[cfg(target_os = "linux")]
pub mod network;
pub mod oracle;
pub mod passkey;
pub mod provider;
pub mod proxy;
mod rows;
mod selftest;
pub mod server;
pub mod smtp;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use facteur::app::App;
use facteur::clock::{Clock, Millis, SECOND};
use facteur::config::Config;
use facteur::serve::Roles;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use builder::Builder;
pub use http::Answer;

pub use database::{Database, postgres};
use feeds::FeedServer;
pub use machine::{corpus, folder, on_postgres, on_sqlite, skip};
use mail::Mail;
pub use rows::at_eight;
use smtp::Sink;

/// What every link in a mail begins with; [`TestApp::get`] takes such links and asks the local port.
pub const BASE_URL: &str = "https://lettres.example.org";

/// Nothing that a test waits for takes longer, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Chance from a seed (splitmix64): the same on every run.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// The world of one test.
pub struct TestApp {
    /// The app's insides, for what has no door.
    pub app: Arc<App>,
    /// The app's clock.
    pub clock: Clock,
    /// Takes the mails.
    pub sink: Sink,
    /// Serves feeds.
    pub feeds: FeedServer,
    http: reqwest::Client,
    port: u16,
    roles: Roles,
    running: Option<Running>,
    database: Database,
    folder: tempfile::TempDir,
}

struct Running {
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
}

impl TestApp {
    /// The beginning of every test's time: Monday 2026-06-01 06:00 UTC, 08:00 in Paris.
    pub const BEGINNING: Millis = 1_780_293_600_000;

    /// A world with the defaults.
    pub async fn spawn() -> Self {
        Self::builder().spawn().await
    }

    /// A world to be arranged first.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Starts the app again after [`TestApp::stop`], on the same database; HTTP has another port.
    pub async fn start(&mut self) {
        assert!(self.running.is_none(), "stop first");
        // Whoever else holds the old one keeps its connections.
        if Arc::strong_count(&self.app) == 1 {
            self.app.db.close().await;
        }
        let config = Config::load(Some(&self.config_path())).unwrap();
        self.app = App::open(config, self.clock.clone()).await.unwrap();
        self.serve().await;
    }

    /// Opens the database again after [`TestApp::stop`], for looks and changes while nothing runs; [`TestApp::start`] follows.
    pub async fn start_without_serving(&mut self) {
        let config = Config::load(Some(&self.config_path())).unwrap();
        self.app = App::open(config, self.clock.clone()).await.unwrap();
    }

    async fn serve(&mut self) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.port = listener.local_addr().unwrap().port();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(facteur::serve::serve(self.app.clone(), self.roles, Some(listener), stop.clone()));
        self.running = Some(Running { stop, serving });
    }

    /// Stops the app in order, as SIGTERM does; gives the time it took.
    pub async fn stop(&mut self) -> Duration {
        let running = self.running.take().expect("the app runs");
        let begin = Instant::now();
        running.stop.cancel();
        let ended = tokio::time::timeout(PATIENCE, running.serving).await.expect("the app stops");
        ended.unwrap().expect("the app ends without an error");
        begin.elapsed()
    }

    /// One tick of the scheduler: polls due feeds, composes due digests, goes on with releases.
    pub async fn tick(&self) {
        facteur::digests::schedule::tick(&self.app).await.expect("the tick goes through");
        self.wake();
    }

    /// Moves the clock, then ticks.
    pub async fn advance(&self, by: Millis) {
        self.clock.advance(by);
        self.tick().await;
    }

    /// Moves the clock to an instant such as `2026-06-08T08:00[Europe/Paris]`, then ticks.
    pub async fn advance_to(&self, instant: &str) {
        let zoned: jiff::Zoned = instant.parse().expect("an instant with its zone");
        self.clock.set(zoned.timestamp().as_millisecond());
        self.tick().await;
    }

    /// Lets delivery look for work at once.
    pub fn wake(&self) {
        self.app.wake.now();
    }

    /// Every mail so far, in order.
    pub fn mails(&self) -> Vec<Arc<Mail>> {
        self.sink.mails()
    }

    /// The mails to an address so far.
    pub fn mails_to(&self, address: &str) -> Vec<Arc<Mail>> {
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// Waits until the sink has taken `n` mails in all; gives them.
    pub async fn wait_for_mails(&self, n: usize) -> Vec<Arc<Mail>> {
        let mut taken = self.sink.watch();
        // What is seen is let go of at once: the sink counts while it holds its mails, and waits for whoever looks.
        let waited = tokio::time::timeout(PATIENCE, taken.wait_for(|taken| *taken >= n)).await.is_ok();
        assert!(waited, "waited {PATIENCE:?} for {n} mails; {} came", self.sink.taken());
        self.mails()
    }

    /// Waits for the first mail to an address; gives the newest.
    pub async fn mail_to(&self, address: &str) -> Arc<Mail> {
        self.wait_until("a mail to the address", |mails| mails.iter().any(|mail| mail.to == address)).await;
        self.mails_to(address).pop().unwrap()
    }

    /// Waits until the mails are as wanted; gives them.
    pub async fn wait_until(&self, what: &str, done: impl Fn(&[Arc<Mail>]) -> bool) -> Vec<Arc<Mail>> {
        let mut taken = self.sink.watch();
        let wait = async {
            loop {
                taken.borrow_and_update();
                let mails = self.mails();
                if done(&mails) {
                    return mails;
                }
                taken.changed().await.expect("the sink lives");
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        waited.unwrap_or_else(|_| panic!("waited {PATIENCE:?} for {what}; {} mails came", self.sink.taken()))
    }

    /// Waits until nothing is left to be sent now: no open row in the ledger, no open letter, no digest half released.
    pub async fn idle(&self) {
        self.wake();
        let begin = Instant::now();
        loop {
            let open = self.open_work().await;
            if open.is_empty() {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "not idle after {PATIENCE:?}: {open}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits for this while time flies: every 50 ms the app's clock goes on by a second, so that its back-offs run out.
    pub async fn in_fast_time<T>(&self, wanted: impl Future<Output = T>) -> T {
        let mut wanted = std::pin::pin!(wanted);
        loop {
            tokio::select! {
                done = &mut wanted => return done,
                () = tokio::time::sleep(Duration::from_millis(50)) => self.clock.advance(SECOND),
            }
        }
    }

    /// Waits until `/readyz` says so in this field; within a second all get the same answer.
    pub async fn says_ready(&self, field: &str, wanted: impl Fn(&str) -> bool) {
        let begin = Instant::now();
        loop {
            let said = self.get("/readyz").await.json()[field].as_str().unwrap_or_default().to_owned();
            if wanted(&said) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{field}: {said}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The Message-IDs of the mails that were no digest: they say that a machine answers (RFC 3834).
    pub fn letters(&self) -> HashSet<String> {
        let mails = self.mails();
        let letters = mails.iter().filter(|mail| mail.header("Auto-Submitted") == "auto-generated");
        letters.map(|mail| mail.message_id.clone()).collect()
    }

    /// The folder of this test, gone at its end.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A copy of this test's PostgreSQL database; nobody may be connected to the original.
    pub async fn copied_database(&self) -> Database {
        self.database.copied(self.folder()).await
    }

    /// `[database] url` of this test.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    fn config_path(&self) -> PathBuf {
        self.folder.path().join("facteur.toml")
    }

    /// Every mail passes the lint, and the conversation kept to the protocol. Of mails with one subject that differ only in
    /// which letters and digits stand at the same places (a token, an address as long) the first is linted for all.
    fn check_mails(&self) {
        assert_eq!(self.sink.violations(), 0, "the SMTP conversation broke the protocol");
        let mut known = HashSet::new();
        for mail in self.mails().iter().filter(|mail| !mail.bytes.is_empty()) {
            if !known.insert((mail.from.clone(), mail.to.len(), mail.subject(), shape(&mail.bytes))) {
                continue;
            }
            let findings = facteur::mails::lint::check_envelope(&mail.from, &mail.to, &mail.bytes);
            let errors: Vec<_> = findings.into_iter().filter(facteur::mails::lint::Finding::is_error).collect();
            assert!(errors.is_empty(), "a mail breaks the lint: {errors:#?}\n{}", mail.source());
            assert!(!mail.text().contains("{$"), "a text lacks a variable:\n{}", mail.text());
        }
    }
}

/// Stands for the bytes whatever letters and digits they are made of.
fn shape(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let plain = |byte: &u8| if byte.is_ascii_alphanumeric() || b"-_".contains(byte) { b'a' } else { *byte };
    hasher.write(&bytes.iter().map(plain).collect::<Vec<u8>>());
    hasher.finish()
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.stop.cancel();
        }
        if !std::thread::panicking() {
            self.check_mails();
        }
    }
}
