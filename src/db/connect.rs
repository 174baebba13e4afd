//! Opens the database that `[database]` names.
//!
//! In: `[database]`. Out: a [`Db`]: an SQLite file ([`super::sqlite`]), or a pool of connections to PostgreSQL, after a check that
//! the server can store our texts ([`super::server`]); delivery checks at its start whether the server is durable enough to send
//! from.

use anyhow::bail;
use sqlx::Connection as _;

use super::pg::{Pg, Source};
use super::sqlite::{self, sqlite_path};
use super::{Db, server};
use crate::config::postgres::PostgresUrl;
use crate::config::{Database, PowerLoss};

/// Opens the database that `url` names, creating an SQLite file that is not there yet.
///
/// # Errors
/// As [`open`].
pub async fn connect(url: &str, connections: u32) -> anyhow::Result<Db> {
    let database = Database {
        url: url.to_owned(),
        password_file: String::new(),
        connections,
        min_free_mib: 0,
        state_dir: String::new(),
        power_loss: PowerLoss::Strict,
    };
    open(&database, true).await
}

/// Opens the database of `[database]`. `may_create`: an SQLite file that is not there yet is made.
///
/// # Errors
/// [`super::file::Missing`], [`super::file::Lost`]; when the URL is neither `sqlite://` nor `postgres://`, the database cannot be reached or
/// written, or cannot hold every text.
pub async fn open(database: &Database, may_create: bool) -> anyhow::Result<Db> {
    if let Some(path) = sqlite_path(&database.url) {
        return sqlite::open(&path, may_create, database.power_loss).await;
    }
    if PostgresUrl::is_meant(&database.url) {
        let (pg, mut connection) = Pg::open(Source::of(database)?, database.connections).await?;
        server::check(&mut connection).await?;
        connection.close().await.ok();
        return Ok(Db::Postgres(pg));
    }
    bail!("[database] url must start with sqlite:// or postgres://");
}
