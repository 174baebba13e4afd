//! A newsletter with many subscribers in a database of its own, as the benches need it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use facteur::app::App;
use facteur::clock::Clock;
use facteur::config::Config;
use facteur::db::{Db, sqlite_path};
use sqlx::AssertSqlSafe;

use crate::process::facteur;

/// A folder that goes away with the world, a database in it, and what the program is told.
pub struct World {
    pub folder: tempfile::TempDir,
    pub config: Config,
    pub app: Arc<App>,
}

/// The mail server that a process is told of.
#[derive(Clone, Copy, Debug)]
pub struct Relay<'a> {
    pub port: u16,
    pub connections: usize,
    /// Its certificate, for TLS from the first byte.
    pub certificate: Option<&'a Path>,
    /// `[smtp] pipelining`.
    pub pipelining: &'static str,
}

impl Relay<'_> {
    /// For who sends nothing.
    pub const NONE: Self = Self { port: 9, connections: 1, certificate: None, pipelining: "full" };
}

/// Where the PostgreSQL server is, if there is one: `postgres://USER@HOST:PORT`.
pub fn postgres_server() -> Option<String> {
    let url = std::env::var("FACTEUR_TEST_DATABASE").ok()?;
    Some(url.rsplit_once('/')?.0.to_owned())
}

/// A database made anew, as a copy of `template` when that is named. What the copy left to write is written when this
/// returns, so that it disturbs no measurement.
pub async fn fresh_database(server: &str, name: &str, template: Option<&str>) -> String {
    let maintenance = sqlx::PgPool::connect(&format!("{server}/postgres")).await.unwrap();
    let template = template.map(|t| format!(" TEMPLATE {t}")).unwrap_or_default();
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    for text in [drop, format!("CREATE DATABASE {name}{template}"), "CHECKPOINT".to_owned()] {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&maintenance).await.unwrap();
    }
    maintenance.close().await;
    format!("{server}/{name}")
}

impl World {
    /// An empty instance, on a PostgreSQL server or in an SQLite file.
    pub async fn new(server: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match server {
            Some(server) => fresh_database(server, "facteur_bench", None).await,
            None => format!("sqlite://{}", folder.path().join("facteur.db").display()),
        };
        Self::open(folder, url).await
    }

    /// The same instance once more; this one must have been closed. There is one copy at a time on PostgreSQL.
    pub async fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = if sqlite_path(&self.config.database.url).is_some() {
            let file = folder.path().join("facteur.db");
            std::fs::copy(self.file(), &file).unwrap();
            std::fs::File::open(&file).unwrap().sync_all().unwrap();
            format!("sqlite://{}", file.display())
        } else {
            let (server, name) = self.config.database.url.rsplit_once('/').unwrap();
            fresh_database(server, "facteur_bench_run", Some(name)).await
        };
        Self::open(folder, url).await
    }

    async fn open(folder: tempfile::TempDir, url: String) -> Self {
        let mut config = Config::default();
        config.database.url = url;
        config.dns.servers.clear();
        config.doctor.daily = false;
        config.doctor.first_digest_above = 0;
        config.warmup.first_day = 0;
        let app = App::open(config.clone(), Clock::system()).await.unwrap();
        Self { folder, config, app }
    }

    /// Runs bare SQL that means the same on both databases.
    pub async fn sql(&self, text: &str) {
        let query = sqlx::raw_sql(AssertSqlSafe(text));
        let done = match &self.app.db {
            Db::Sqlite { write, .. } => query.execute(&mut *write.hold().await.unwrap()).await.map(drop),
            Db::Postgres(pool) => query.execute(pool).await.map(drop),
        };
        done.unwrap();
    }

    /// One number.
    pub async fn number(&self, text: &str) -> i64 {
        match &self.app.db {
            Db::Sqlite { write, .. } => {
                sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(&mut *write.hold().await.unwrap()).await.unwrap()
            }
            Db::Postgres(pool) => sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(pool).await.unwrap(),
        }
    }

    /// A weekly newsletter `bench` with `count` confirmed subscribers.
    pub async fn newsletter(&self, count: usize) {
        self.sql(
            "INSERT INTO newsletter (id, slug, name, from_name, from_address, language, postal, created_at)
             VALUES (1, 'bench', 'Carnet du banc', 'Le banc', 'carnet@news.example', 'fr', '1 rue du Banc', 0);
             INSERT INTO schedule (id, newsletter_id, every, days, zone, next_due_at, created_at)
             VALUES (1, 1, 'week', 'monday', 'Europe/Paris', 9999999999999, 0);",
        )
        .await;
        if count > 0 {
            self.sql(&format!(
                "INSERT INTO subscriber (id, newsletter_id, email, email_key, language, status, schedule_id, created_at, confirmed_at)
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
                 SELECT i, 1, 'user' || i || '@example' || (i % 7) || '.test', 'user' || i || '@example' || (i % 7) || '.test',
                        'fr', 'confirmed', 1, 0, 0 FROM n"
            ))
            .await;
        }
        // On PostgreSQL the ids above did not come from the sequence, and the next sign-up would collide.
        if !self.app.db.is_sqlite() {
            self.sql(&format!("SELECT setval(pg_get_serial_sequence('subscriber', 'id'), {})", count + 1)).await;
        }
        self.sql("ANALYZE").await;
    }

    /// A post whose mail is about 20 KB on the wire.
    pub async fn post(&self) {
        self.post_of("Le facteur passe chaque matin", &[]).await;
    }

    /// The same with a title of its own and these categories.
    pub async fn post_of(&self, title: &str, categories: &[String]) {
        let paragraph = "<p>Le facteur passe chaque matin, quel que soit le temps, et dépose dans la boîte ce que le village \
                         écrit&nbsp;: une lettre, une facture, parfois un colis. On l’attend, on le salue, il repart.</p>\n";
        let new = facteur::feeds::NewPost {
            title: title.to_owned(),
            url: Some(format!("https://blog.example/facteur{}", categories.join("-").replace(' ', "-"))),
            html: Some(paragraph.repeat(30)),
            categories: categories.to_vec(),
            ..Default::default()
        };
        facteur::feeds::add(&self.app, 1, new).await.unwrap();
    }

    /// A token for the API.
    pub async fn token(&self) -> String {
        let never = 9_999_999_999_999;
        facteur::people::tokens::create(&self.app, "bench", never).await.unwrap().expect("its name is not taken")
    }

    /// Releases what waits to all `recipients`, by the command.
    pub async fn release(&self, recipients: usize) {
        let config = self.write_config(&self.config.database.url, &Relay::NONE, "[digests]\nsettle_s = 0\n");
        let sent = facteur(&["digest", "send", "bench", "--yes", "--config"]).arg(config).status().unwrap();
        assert!(sent.success(), "the digest is released");
        assert_eq!(self.number("SELECT COUNT(*) FROM delivery").await as usize, recipients);
    }

    /// Writes the configuration for a process of its own.
    pub fn write_config(&self, database_url: &str, relay: &Relay<'_>, more: &str) -> PathBuf {
        let Relay { port, connections, certificate, pipelining } = relay;
        let tls = match certificate {
            Some(file) => format!("tls = \"tls\"\ntls_ca_file = \"{}\"", file.display()),
            None => "tls = \"none\"".to_owned(),
        };
        let path = self.folder.path().join(format!("facteur-{port}.toml"));
        // Each run has its own: what the run before noted of its copy of the database would hold this one.
        let state = self.folder.path().join(format!("state-{port}"));
        let state = match sqlite_path(database_url) {
            Some(_) => String::new(),
            None => format!("state_dir = \"{}\"\n", state.display()),
        };
        let text = format!(
            "base_url = \"https://news.example\"\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{database_url}\"\n{state}\
             [smtp]\nhost = \"127.0.0.1\"\nport = {port}\nconnections = {connections}\npipelining = \"{pipelining}\"\n{tls}\n\
             [dns]\nservers = []\n[doctor]\ndaily = false\nfirst_digest_above = 0\n[warmup]\nfirst_day = 0\n\
             [log]\nlevel = \"warn\"\n{more}\n"
        );
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Ends the instance, so that its database may be copied.
    pub async fn close(&self) {
        if let Db::Sqlite { write, .. } = &self.app.db {
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *write.hold().await.unwrap()).await.unwrap();
        }
        self.app.db.close().await;
    }

    /// The SQLite file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("facteur.db")
    }
}
