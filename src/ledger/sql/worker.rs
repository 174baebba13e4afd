//! Which workers live, and what a dead one had leased. PostgreSQL only.
//!
//! A worker that lives holds a lock in a session of its own ([`OwnSession`]), and says so by a row. Where a row stands and its
//! lock is nobody's, the worker is dead, or was cut off from the server without being able to take its word back. A lock is of one
//! server, since its start: what was said to another, or before, says nothing. No lock is waited for here.

use crate::db::Pg;
use crate::db::own_session::OwnSession;
use crate::fault::fault;

/// Since when the server runs, in milliseconds: no session is older.
macro_rules! began {
    () => {
        "CAST(EXTRACT(EPOCH FROM pg_postmaster_start_time()) * 1000 AS BIGINT)"
    };
}

/// The number of the lock of this owner.
macro_rules! number {
    ($owner:literal) => {
        concat!("hashtextextended(", $owner, ", 0)")
    };
}

/// Whether somebody holds the lock of `w.owner`. A lock of 64 bits stands in `pg_locks` as two halves
/// (<https://www.postgresql.org/docs/current/view-pg-locks.html>).
macro_rules! is_held {
    () => {
        concat!(
            "EXISTS (SELECT 1 FROM pg_locks l
                 WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                   AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
                   AND ((CAST(l.classid AS BIGINT) << 32) | CAST(l.objid AS BIGINT)) = ",
            number!("w.owner"),
            ")"
        )
    };
}

/// A worker that said that it holds a lock, and does not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gone {
    /// Under which name it leased.
    pub owner: String,
    /// The session that had the lock: another one after each time that the worker lost it and was quick to come back.
    pub session: i64,
}

/// The others that are gone.
pub async fn gone(pg: &Pg, owner: &str) -> sqlx::Result<Vec<Gone>> {
    const TEXT: &str = concat!(
        "SELECT w.owner, w.session FROM worker w WHERE w.owner <> $1 AND w.server_began = ",
        began!(),
        " AND NOT ",
        is_held!()
    );
    let gone: Vec<(String, i64)> = sqlx::query_as(TEXT).bind(owner).fetch_all(pg).await?;
    Ok(gone.into_iter().map(|(owner, session)| Gone { owner, session }).collect())
}

/// Takes the lock of this owner for as long as the session lasts; `false` while another session has it.
pub async fn lock(session: &mut OwnSession, owner: &str) -> sqlx::Result<bool> {
    const TEXT: &str = concat!("SELECT pg_try_advisory_lock(", number!("CAST($1 AS TEXT)"), ")");
    sqlx::query_scalar(TEXT).bind(owner).fetch_one(session.connection()).await
}

/// Whether others see that the lock of this owner is held. There are engines that take such a lock and do nothing.
pub async fn is_seen(pg: &Pg, owner: &str) -> sqlx::Result<bool> {
    const TEXT: &str = concat!("SELECT ", is_held!(), " FROM (SELECT CAST($1 AS TEXT) AS owner) w");
    sqlx::query_scalar(TEXT).bind(owner).fetch_one(pg).await
}

/// Says that this owner's lock is held by this session. Forgets what was said to this database before its server was started.
pub async fn say(session: &mut OwnSession, owner: &str) -> sqlx::Result<()> {
    const FORGET: &str = concat!("DELETE FROM worker WHERE server_began <> ", began!());
    const SAY: &str = concat!(
        "INSERT INTO worker (owner, session, server_began) VALUES ($1, CAST(pg_backend_pid() AS BIGINT), ",
        began!(),
        ") ON CONFLICT (owner) DO UPDATE SET session = excluded.session, server_began = excluded.server_began"
    );
    sqlx::query(FORGET).execute(session.connection()).await?;
    sqlx::query(SAY).bind(owner).execute(session.connection()).await?;
    Ok(())
}

/// Whether that word still stands, and is this session's.
pub async fn stands(session: &mut OwnSession, owner: &str) -> sqlx::Result<bool> {
    let text = "SELECT EXISTS (SELECT 1 FROM worker WHERE owner = $1 AND session = CAST(pg_backend_pid() AS BIGINT))";
    sqlx::query_scalar(text).bind(owner).fetch_one(session.connection()).await
}

/// Takes the word back: from now on the leases of this owner last as long as they last.
pub async fn withdraw(pg: &Pg, owner: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM worker WHERE owner = $1").bind(owner).execute(pg).await?;
    Ok(())
}

/// Ends the leases of a worker that is gone, and forgets it; gives how many batches and letters are free now. `None` when it is
/// not gone after all. What somebody is writing in this instant stays leased.
pub async fn bury(pg: &Pg, Gone { owner, session }: &Gone) -> sqlx::Result<Option<(u64, u64)>> {
    // Ours until the commit: it cannot come back in between.
    const LOCK: &str = concat!("SELECT pg_try_advisory_xact_lock(", number!("CAST($1 AS TEXT)"), ")");
    const FORGET: &str = concat!("DELETE FROM worker WHERE owner = $1 AND session = $2 AND server_began = ", began!());
    // Not 0, which would say that it was given back.
    const BATCHES: &str = "WITH theirs AS MATERIALIZED (
             SELECT digest_id, lo FROM delivery_batch WHERE owner = $1 AND leased_until > 1
             ORDER BY digest_id, lo FOR NO KEY UPDATE SKIP LOCKED)
         UPDATE delivery_batch b SET leased_until = 1
         FROM theirs t WHERE b.digest_id = t.digest_id AND b.lo = t.lo";
    const LETTERS: &str = "WITH theirs AS MATERIALIZED (
             SELECT id FROM letter WHERE owner = $1 AND leased_until > 1 AND state IN (0, 1, 4)
             ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
         UPDATE letter l SET leased_until = 1 FROM theirs t WHERE l.id = t.id";
    let mut tx = pg.begin().await?;
    let free: bool = sqlx::query_scalar(LOCK).bind(owner).fetch_one(&mut *tx).await?;
    if !free || sqlx::query(FORGET).bind(owner).bind(session).execute(&mut *tx).await?.rows_affected() == 0 {
        tx.rollback().await?;
        return Ok(None);
    }
    let batches = sqlx::query(BATCHES).bind(owner).execute(&mut *tx).await?.rows_affected();
    let letters = sqlx::query(LETTERS).bind(owner).execute(&mut *tx).await?.rows_affected();
    fault!("takeover.before_commit");
    tx.commit().await?;
    fault!("takeover.after_commit");
    Ok(Some((batches, letters)))
}
