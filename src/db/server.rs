//! Checks a PostgreSQL server, or the pooler in front of it, before Facteur works with it.
//!
//! In: a connection. Out: a refusal where the server cannot hold our texts or our transactions; a warning where it allows too few
//! connections.

use anyhow::{Context as _, bail, ensure};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _, Row as _};

use super::fault;
use super::own_session::OwnSession;
use super::pg::Pg;

/// How a pooler must be set up.
const POOLER: &str = "run PgBouncer (or your other pooler) with pool_mode = session, or, from PgBouncer 1.21 on, \
                      pool_mode = transaction with max_prepared_statements above 0";

/// Runs at every start for every server.
///
/// # Errors
/// When texts are stored in another encoding than UTF-8, or each statement would be a transaction of its own.
pub async fn check(connection: &mut PgConnection) -> anyhow::Result<()> {
    // Without prepared statements, which poolers may mix up.
    let row = connection.fetch_one(sqlx::raw_sql("SHOW server_encoding")).await;
    let encoding: String = row.and_then(|row| row.try_get(0)).context("cannot ask PostgreSQL for its encoding")?;
    // SQL_ASCII stores texts byte for byte.
    ensure!(
        matches!(encoding.as_str(), "UTF8" | "SQL_ASCII"),
        "the database stores texts in {encoding}, which cannot hold many names and letters. Create a database in UTF8 \
         (CREATE DATABASE facteur ENCODING 'UTF8' TEMPLATE template0) and name it in [database] url"
    );
    if let Err(error) = connection.execute(sqlx::raw_sql("BEGIN")).await {
        ensure!(
            !fault::words(&error).contains("statement pooling"),
            "the pooler in front of PostgreSQL ends a transaction after each statement (pool_mode = statement), but Facteur \
             needs transactions of several statements: {POOLER}"
        );
        return Err(anyhow::Error::from(error).context("cannot begin a transaction in PostgreSQL"));
    }
    connection.execute(sqlx::raw_sql("ROLLBACK")).await.context("cannot end a transaction in PostgreSQL")?;
    Ok(())
}

/// Checks once before the work begins that a prepared statement stays in the session in which it was prepared.
///
/// # Errors
/// When two connections see each other's statements.
pub async fn check_pooler(pg: &Pg) -> anyhow::Result<()> {
    // Without a second connection nothing can be mixed up.
    let Ok(mut both) = pg.two_apart().await else { return Ok(()) };
    for round in 0..2 {
        for (number, connection) in both.iter_mut().enumerate() {
            let asked =
                sqlx::query_scalar::<_, i64>("SELECT CAST($1 AS BIGINT) + 1").bind(round).fetch_one(connection).await;
            if let Err(error) = asked {
                return Err(of_pooler(anyhow::Error::from(error).context(format!("connection {number}"))));
            }
        }
    }
    for connection in both {
        connection.close().await.ok();
    }
    Ok(())
}

/// How often two connections are compared: another client of the pooler may come between.
const COMPARED: usize = 5;

/// Whether something in between gives this session to others too: then another connection is answered by the same one, or this one
/// by another.
///
/// # Errors
/// When the server does not answer.
pub async fn shares_sessions(pg: &Pg, session: &mut OwnSession) -> sqlx::Result<bool> {
    const ANSWERS: &str = "SELECT CAST(pg_backend_pid() AS BIGINT)";
    let ours: i64 = sqlx::query_scalar(ANSWERS).fetch_one(session.connection()).await?;
    for _ in 0..COMPARED {
        // Inside a transaction, so that a pooler cannot take the other one's session away meanwhile.
        let mut tx = pg.begin().await?;
        let other: i64 = sqlx::query_scalar(ANSWERS).fetch_one(&mut *tx).await?;
        let again: i64 = sqlx::query_scalar(ANSWERS).fetch_one(session.connection()).await?;
        tx.rollback().await?;
        if other == ours || again != ours {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Adds the cause to an error that only a pooler makes; returns any other unchanged.
pub fn of_pooler(error: anyhow::Error) -> anyhow::Error {
    let is_pooler = error.chain().any(|cause| cause.downcast_ref().is_some_and(fault::is_forgetful_pooler));
    if !is_pooler {
        return error;
    }
    error.context(format!(
        "the pooler in front of PostgreSQL gives each transaction another session and mixes up prepared statements: {POOLER}"
    ))
}

/// Logs a warning when this process may need more connections than it can get. `wanted`: the most at one time.
///
/// # Errors
/// When the server does not answer.
pub async fn warn_of_limits(pg: &Pg, wanted: i64) -> sqlx::Result<()> {
    let limits: (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT CAST(current_setting('max_connections') AS BIGINT)
                - CAST(current_setting('superuser_reserved_connections') AS BIGINT)
                - CAST(COALESCE(current_setting('reserved_connections', true), '0') AS BIGINT),
                (SELECT CAST(rolconnlimit AS BIGINT) FROM pg_roles WHERE rolname = current_user),
                (SELECT CAST(datconnlimit AS BIGINT) FROM pg_database WHERE datname = current_database()),
                (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend')",
    )
    .fetch_one(pg)
    .await?;
    if let Some(words) = in_words(wanted, limits) {
        tracing::warn!("{words}");
    }
    Ok(())
}

/// A limit of -1 is no limit. `used` counts all open connections of the server, including other programs'.
fn in_words(wanted: i64, (server, role, database, used): (i64, i64, i64, i64)) -> Option<String> {
    let least = [(server, "max_connections of PostgreSQL"), (role, "the role"), (database, "the database")]
        .into_iter()
        .filter(|(limit, _)| *limit >= 0)
        .min()?;
    let more = "(unless a pooler in between shares them): lower [database] connections, or raise that limit";
    if wanted > least.0 {
        return Some(format!("this process may open {wanted} connections, and {} allows {} {more}", least.1, least.0));
    }
    (wanted + used > server).then(|| {
        format!(
            "this process may open {wanted} connections; {used} of {server} that PostgreSQL allows are in use {more}"
        )
    })
}

/// Checks that PostgreSQL commits durably.
///
/// # Errors
/// When the server does not answer, or does not commit durably.
pub async fn keeps_its_word(pg: &Pg) -> anyhow::Result<()> {
    let settings: Vec<(String, String)> =
        sqlx::query_as("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit')")
            .fetch_all(pg)
            .await
            .context("cannot ask PostgreSQL whether it commits durably")?;
    forgets(&settings).map_or(Ok(()), |name| bail!(Forgetful(name)))
}

/// A mail cannot be rolled back: what was committed before it was sent must survive a power failure.
#[derive(Debug, thiserror::Error)]
#[error(
    "PostgreSQL runs with {0} = off: after a crash it may have forgotten which mails were sent, and they would go out again. \
     Nothing is sent. Set {0} = on in postgresql.conf (or ALTER SYSTEM), reload, and start again"
)]
pub struct Forgetful(String);

fn forgets(settings: &[(String, String)]) -> Option<String> {
    settings.iter().find(|(_, setting)| setting == "off").map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgetful_database_is_refused() {
        let settings = |fsync: &str, commit: &str| {
            forgets(&[("fsync".to_owned(), fsync.to_owned()), ("synchronous_commit".to_owned(), commit.to_owned())])
        };
        assert_eq!(settings("on", "on"), None);
        assert_eq!(settings("on", "remote_apply"), None);
        assert_eq!(settings("off", "on").as_deref(), Some("fsync"));
        assert_eq!(settings("on", "off").as_deref(), Some("synchronous_commit"));
        assert_eq!(forgets(&[]), None, "an engine without these settings decides for itself");
        assert!(Forgetful("fsync".into()).to_string().contains("fsync = off"));
    }

    #[test]
    fn too_few_connections_are_said_with_who_allows_them() {
        assert_eq!(in_words(32, (97, -1, -1, 10)), None);
        assert!(in_words(32, (97, 4, -1, 0)).unwrap().contains("the role allows 4"));
        assert!(in_words(32, (97, 50, 20, 0)).unwrap().contains("the database allows 20"));
        assert!(in_words(200, (97, -1, -1, 0)).unwrap().contains("max_connections"));
        assert!(in_words(32, (97, -1, -1, 80)).unwrap().contains("80 of 97"));
    }
}
