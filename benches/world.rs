//! A newsletter with many subscribers in a database of its own, as the benches need it.

use std::path::PathBuf;
use std::sync::Arc;

use facteur::app::App;
use facteur::clock::Clock;
use facteur::config::Config;
use facteur::db::Db;
use sqlx::AssertSqlSafe;

/// A folder that goes away with the world, a database in it, and what the program is told.
pub struct World {
    pub folder: tempfile::TempDir,
    pub config: Config,
    pub app: Arc<App>,
}

/// Where the PostgreSQL server is, if there is one: `postgres://USER@HOST:PORT`.
pub fn postgres_server() -> Option<String> {
    let url = std::env::var("FACTEUR_TEST_DATABASE").ok()?;
    Some(url.rsplit_once('/')?.0.to_owned())
}

/// A database made anew, as a copy of `template` when that is named.
pub async fn fresh_database(server: &str, name: &str, template: Option<&str>) -> String {
    let maintenance = sqlx::PgPool::connect(&format!("{server}/postgres")).await.unwrap();
    let template = template.map(|t| format!(" TEMPLATE {t}")).unwrap_or_default();
    for text in [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}{template}")] {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&maintenance).await.unwrap();
    }
    maintenance.close().await;
    format!("{server}/{name}")
}

impl World {
    /// An empty instance, on a PostgreSQL server or in an SQLite file.
    pub async fn new(server: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.database.url = match server {
            Some(server) => fresh_database(server, "facteur_bench", None).await,
            None => format!("sqlite://{}", folder.path().join("facteur.db").display()),
        };
        let app = App::open(config.clone(), Clock::system()).await.unwrap();
        Self { folder, config, app }
    }

    /// Runs bare SQL that means the same on both databases.
    pub async fn sql(&self, text: &str) {
        match &self.app.db {
            Db::Sqlite { write, .. } => sqlx::raw_sql(AssertSqlSafe(text)).execute(write).await.map(drop).unwrap(),
            Db::Postgres(pool) => sqlx::raw_sql(AssertSqlSafe(text)).execute(pool).await.map(drop).unwrap(),
        }
    }

    /// One number.
    pub async fn number(&self, text: &str) -> i64 {
        match &self.app.db {
            Db::Sqlite { write, .. } => sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(write).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(pool).await.unwrap(),
        }
    }

    /// A weekly newsletter `bench` with `count` confirmed subscribers.
    pub async fn newsletter(&self, count: usize) {
        self.sql(
            "INSERT INTO newsletter (id, slug, name, from_name, from_address, language, created_at)
             VALUES (1, 'bench', 'Carnet du banc', 'Le banc', 'carnet@news.example', 'fr', 0);
             INSERT INTO schedule (id, newsletter_id, every, days, zone, next_due_at, created_at)
             VALUES (1, 1, 'week', 'monday', 'Europe/Paris', 9999999999999, 0);",
        )
        .await;
        self.sql(&format!(
            "INSERT INTO subscriber (id, newsletter_id, email, email_key, language, status, schedule_id, created_at, confirmed_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
             SELECT i, 1, 'user' || i || '@example' || (i % 7) || '.test', 'user' || i || '@example' || (i % 7) || '.test',
                    'fr', 'confirmed', 1, 0, 0 FROM n"
        ))
        .await;
        self.sql("ANALYZE").await;
    }

    /// A post whose mail is about 20 KB on the wire.
    pub async fn post(&self) {
        let paragraph = "<p>Le facteur passe chaque matin, quel que soit le temps, et dépose dans la boîte ce que le village \
                         écrit&nbsp;: une lettre, une facture, parfois un colis. On l’attend, on le salue, il repart.</p>\n";
        let new = facteur::feeds::NewPost {
            title: "Le facteur passe chaque matin".into(),
            url: Some("https://blog.example/facteur".into()),
            html: Some(paragraph.repeat(30)),
            ..Default::default()
        };
        facteur::feeds::add(&self.app, 1, new).await.unwrap();
    }

    /// Writes the configuration for a process of its own.
    pub fn write_config(&self, database_url: &str, smtp_port: u16, connections: usize, more: &str) -> PathBuf {
        let path = self.folder.path().join(format!("facteur-{smtp_port}.toml"));
        let text = format!(
            "base_url = \"https://news.example\"\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{database_url}\"\n\
             [smtp]\nhost = \"127.0.0.1\"\nport = {smtp_port}\ntls = \"none\"\nconnections = {connections}\n\
             [log]\nlevel = \"warn\"\n{more}\n"
        );
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Ends the instance, so that its SQLite file may be copied.
    pub async fn close(&self) {
        if let Db::Sqlite { write, .. } = &self.app.db {
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await.unwrap();
        }
        self.app.db.close().await;
    }

    /// The SQLite file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("facteur.db")
    }
}
