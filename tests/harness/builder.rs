//! Arranging a world before it starts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use facteur::app::App;
use facteur::clock::Clock;
use facteur::config::Config;
use facteur::serve::Roles;

use super::database::Database;
use super::feeds::FeedServer;
use super::smtp::{Settings, Sink};
use super::{BASE_URL, TestApp};

/// What differs from the defaults.
pub struct Builder {
    keys: BTreeMap<String, serde_json::Value>,
    roles: Roles,
    sink: Settings,
    started: bool,
    database: Option<String>,
}

impl Default for Builder {
    fn default() -> Self {
        let roles = Roles { schedule: false, ..Roles::ALL };
        Self { keys: BTreeMap::new(), roles, sink: Settings::default(), started: true, database: None }
    }
}

impl Builder {
    /// Sets a key of the configuration, such as `smtp.connections`.
    pub fn set(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        self.keys.insert(key.to_owned(), value.into());
        self
    }

    /// Which parts run; without it: web and delivery.
    pub fn roles(mut self, roles: Roles) -> Self {
        self.roles = roles;
        self
    }

    /// How the SMTP sink behaves from the start.
    pub fn sink(mut self, settings: Settings) -> Self {
        self.sink = settings;
        self
    }

    /// Everything is there but the app does not run until [`TestApp::start`].
    pub fn stopped(mut self) -> Self {
        self.started = false;
        self
    }

    /// On this database, which is nobody else's, instead of a new one.
    pub fn database(mut self, url: &str) -> Self {
        self.database = Some(url.to_owned());
        self
    }

    /// Starts it all.
    pub async fn spawn(self) -> TestApp {
        show_log();
        rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        let folder = super::folder();
        let database = match &self.database {
            Some(url) => Database::given(url),
            None => Database::migrated(folder.path()).await,
        };
        let sink = Sink::start_with(self.sink.clone(), Some(&folder.path().join("journal")));
        let text = self.file(&database.url, sink.port(), &folder.path().join("state"));
        std::fs::write(folder.path().join("facteur.toml"), text).unwrap();

        let clock = Clock::system();
        clock.set(TestApp::BEGINNING);
        let config = Config::load(Some(&folder.path().join("facteur.toml"))).unwrap();
        let app = opened(&config, &clock).await;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let feeds = FeedServer::start().await;
        let roles = self.roles;
        let mut world = TestApp { app, clock, sink, feeds, http, port: 0, roles, running: None, database, folder };
        if self.started {
            world.serve().await;
        }
        world
    }

    /// The configuration file: what tests need, then what this test wants.
    fn file(&self, database_url: &str, smtp_port: u16, state: &Path) -> String {
        let mut keys: BTreeMap<&str, serde_json::Value> = BTreeMap::from([
            ("base_url", BASE_URL.into()),
            ("listen", "127.0.0.1:0".into()),
            ("database.url", database_url.into()),
            ("database.connections", 8.into()),
            ("database.state_dir", state.display().to_string().into()),
            ("web.trusted_proxies", vec!["127.0.0.1"].into()),
            ("smtp.host", "127.0.0.1".into()),
            ("smtp.port", smtp_port.into()),
            ("smtp.tls", "none".into()),
            ("smtp.connections", 4.into()),
            ("feeds.allow_hosts", vec!["127.0.0.1"].into()),
            ("digests.settle_s", 0.into()),
            // No test asks a name server that is not its own, and nobody looks unasked.
            ("dns.servers", serde_json::json!([])),
            ("doctor.daily", false.into()),
            ("doctor.first_digest_above", 0.into()),
            ("warmup.first_day", 0.into()),
        ]);
        keys.extend(self.keys.iter().map(|(key, value)| (key.as_str(), value.clone())));
        // Dotted keys: a JSON literal of text, number, flag or list is a TOML literal too.
        keys.iter().fold(String::new(), |mut text, (key, value)| {
            writeln!(text, "{key} = {value}").unwrap();
            text
        })
    }
}

/// The app, on its database. A server that makes dozens of databases at once may be slow to answer: whoever runs Facteur starts it
/// again, and so does this.
async fn opened(config: &Config, clock: &Clock) -> Arc<App> {
    for _ in 0..4 {
        if let Ok(app) = App::open(config.clone(), clock.clone()).await {
            return app;
        }
    }
    App::open(config.clone(), clock.clone()).await.unwrap()
}

/// `FACTEUR_TEST_LOG=facteur=debug` prints the app's log with each failed test.
fn show_log() {
    if let Ok(filter) = std::env::var("FACTEUR_TEST_LOG") {
        let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer();
        subscriber.try_init().ok();
    }
}
