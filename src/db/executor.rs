//! Makes [`Pg`] usable like the driver's own pool: for one statement, a connection or a transaction.
//!
//! In: a query. Out: its rows, inside a page over the page's connection ([`super::lent`]), else over one that [`Pg::acquire`] gives, so
//! that each error names its cause.

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Acquire, Either, Execute, Executor, Postgres, SqlStr, Transaction};

use super::lent;
use super::pg::Pg;

/// The page's connection, or one of the pool.
async fn connection(pg: &Pg) -> sqlx::Result<PoolConnection<Postgres>> {
    match lent::take() {
        Some(connection) => Ok(connection),
        None => pg.acquire().await,
    }
}

/// One statement on any connection, as on the pool.
impl<'p> Executor<'p> for &'p Pg {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Either<PgQueryResult, PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let rows = async move {
            let mut connection = match connection(self).await {
                Ok(connection) => connection,
                Err(error) => return stream::iter(vec![Err(error)]),
            };
            let rows: Vec<_> = connection.fetch_many(query).collect().await;
            rows.iter().filter_map(|row| row.as_ref().err()).for_each(|error| self.heed(error));
            if rows.iter().all(Result::is_ok) {
                lent::keep(connection);
            }
            stream::iter(rows)
        };
        stream::once(rows).flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        async move {
            let mut connection = connection(self).await?;
            let row = connection.fetch_optional(query).await.inspect_err(|error| self.heed(error))?;
            lent::keep(connection);
            Ok(row)
        }
        .boxed()
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, sqlx::Result<PgStatement>>
    where
        'p: 'e,
    {
        async move { self.acquire().await?.prepare_with(sql, parameters).await }.boxed()
    }
}

/// A connection or a transaction, as of the pool.
impl<'a> Acquire<'a> for &Pg {
    type Database = Postgres;
    type Connection = PoolConnection<Postgres>;

    fn acquire(self) -> BoxFuture<'a, sqlx::Result<Self::Connection>> {
        let pg = self.clone();
        async move { Pg::acquire(&pg).await }.boxed()
    }

    fn begin(self) -> BoxFuture<'a, sqlx::Result<Transaction<'a, Postgres>>> {
        let pg = self.clone();
        async move { Pg::begin(&pg).await }.boxed()
    }
}
