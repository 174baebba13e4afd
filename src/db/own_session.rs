//! A session of PostgreSQL that one task has to itself, outside the pool: what it locks stays locked until it ends, and its end
//! is noticed at once; the server notices within 11 s that nobody is there any more ([`super::vanished`]).
//!
//! In: how to connect. Out: the session. [`super::pg`] opens it; [`super::server::shares_sessions`] tells whether a pooler in
//! between makes it nobody's own.

use std::time::Duration;

use futures_util::FutureExt as _;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

use super::vanished;

/// Longest wait for it to be opened.
const OPENS: Duration = Duration::from_secs(5);

/// With fewer connections allowed (`[database] connections`) none is spared for such a session.
pub const LEAST: u32 = 3;

/// See the module.
#[derive(Debug)]
pub struct OwnSession {
    listener: PgListener,
    pool: PgPool,
}

impl OwnSession {
    /// Opens one.
    pub(super) async fn open(options: PgConnectOptions) -> sqlx::Result<Self> {
        // The driver lets only a listener wait for what an idle connection says, its end included, and makes one from a pool alone.
        let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let pool = pool.after_connect(|connection, _| vanished::is_noticed(connection).boxed());
        let pool = pool.acquire_timeout(OPENS).connect_lazy_with(options);
        let mut listener = PgListener::connect_with(&pool).await?;
        // Another connection would be another session.
        listener.eager_reconnect(false);
        listener.ignore_pool_close_event(true);
        Ok(Self { listener, pool })
    }

    /// For statements.
    pub fn connection(&mut self) -> &mut PgListener {
        &mut self.listener
    }

    /// Waits for its end, without a word to the server. May be dropped and asked again.
    pub async fn ended(&mut self) {
        while matches!(self.listener.try_recv().await, Ok(Some(_))) {}
    }

    /// Ends it.
    pub async fn close(self) {
        drop(self.listener);
        self.pool.close().await;
    }
}
