//! Lets PostgreSQL notice soon that who held a session is gone without a word: a machine that lost its power, or its network.
//!
//! In: a connection just opened ([`super::pg`], [`super::own_session`]). Out: the server asks a silent client for a sign of life. By
//! itself it would do so after two hours, and until then the session would hold what it has locked: the row of a digest, in the
//! middle of a claim, for which every other worker waits, and the lock that says that a worker lives.

use sqlx::Executor as _;
use sqlx::postgres::PgConnection;

/// Asked after 5 s of silence and then every 2 s, given up 11 s after the last sign; an answer that nobody takes is given up after
/// 10 s. Less than a lease, and more than a network that only stumbles. No effect on a Unix socket
/// (<https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS>).
const SIGNS_OF_LIFE: &str = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; \
                             SET tcp_user_timeout = 10000";

/// Asks for it, in one round trip and without a prepared statement, for the sake of poolers. Not among the parameters of the start,
/// which poolers refuse. An engine that has no such settings keeps its own.
///
/// # Errors
/// When the server does not answer.
pub(super) async fn is_noticed(connection: &mut PgConnection) -> sqlx::Result<()> {
    match connection.execute(sqlx::raw_sql(SIGNS_OF_LIFE)).await {
        Err(error) if error.as_database_error().is_some() => {
            tracing::debug!(%error, "the server cannot be told when to give a silent client up");
            Ok(())
        }
        done => done.map(drop),
    }
}
