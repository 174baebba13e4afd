//! SQLite's connections that read, used like the driver's own pool.
//!
//! In: a query. Out: its rows; inside a page over the page's connection ([`super::lent`]), else over any, as they come.

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo};
use sqlx::{Either, Execute, Executor, SqlStr, Sqlite, SqlitePool};

use super::lent;

/// See the module.
#[derive(Clone, Debug)]
pub struct Readers(SqlitePool);

impl Readers {
    /// Of this pool.
    pub fn new(pool: SqlitePool) -> Self {
        Self(pool)
    }

    /// How many there can be.
    pub fn connections(&self) -> u32 {
        self.0.options().get_max_connections()
    }

    /// How many are open.
    pub fn opened(&self) -> u32 {
        self.0.size()
    }

    /// How many are open and not in use.
    pub fn idle(&self) -> usize {
        self.0.num_idle()
    }

    /// Closes each once it is idle.
    pub async fn close(&self) {
        self.0.close().await;
    }

    async fn connection(&self) -> sqlx::Result<PoolConnection<Sqlite>> {
        match lent::take() {
            Some(connection) => Ok(connection),
            None => self.0.acquire().await,
        }
    }
}

impl<'p> Executor<'p> for &'p Readers {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Either<SqliteQueryResult, SqliteRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        if !lent::is_page() {
            return self.0.fetch_many(query);
        }
        let rows = async move {
            let mut connection = match self.connection().await {
                Ok(connection) => connection,
                Err(error) => return stream::iter(vec![Err(error)]),
            };
            let rows: Vec<_> = connection.fetch_many(query).collect().await;
            if rows.iter().all(Result::is_ok) {
                lent::keep(connection);
            }
            stream::iter(rows)
        };
        stream::once(rows).flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<SqliteRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        async move {
            let mut connection = self.connection().await?;
            let row = connection.fetch_optional(query).await?;
            lent::keep(connection);
            Ok(row)
        }
        .boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<SqliteStatement>>
    where
        'p: 'e,
    {
        async move { self.0.acquire().await?.prepare_with(sql, parameters).await }.boxed()
    }
}
