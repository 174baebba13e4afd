//! One connection for all that a page reads.
//!
//! In: a page in the making. Out: the same; its statements run on one connection, which goes back to its pool at the end instead of
//! after each of them. To go back costs a round trip, for a pool tests what it is given, and a turn of the runtime before the next
//! gets it: behind all the mails that are ready to be sent. Half of a pool is lent at a time; with the other half goes on whatever a
//! page may wait for. Met by [`super::executor`] and [`super::readers`], which take and keep, and by the doors that show pages.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Postgres, Sqlite};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::{Db, KEPT};

/// Longest wait for a connection that is lent; afterwards a page reads like everybody else.
const PATIENCE: Duration = Duration::from_millis(250);

tokio::task_local! {
    /// `None`: apart from the page around.
    static PAGE: Option<Page>;
}

/// What a page has between two of its statements.
#[derive(Debug, Default)]
pub(super) struct Page {
    sqlite: Slot<Sqlite>,
    postgres: Slot<Postgres>,
}

/// A connection, and since when nobody uses it.
type Slot<DB> = Mutex<Option<(PoolConnection<DB>, Instant)>>;

/// A database whose connections are lent.
pub(super) trait Lent: Database {
    /// Where a page keeps its connection.
    fn slot(page: &Page) -> &Slot<Self>;
}

impl Lent for Sqlite {
    fn slot(page: &Page) -> &Slot<Self> {
        &page.sqlite
    }
}

impl Lent for Postgres {
    fn slot(page: &Page) -> &Slot<Self> {
        &page.postgres
    }
}

/// Lends connections of one database to its pages.
#[derive(Clone, Debug)]
pub struct Lender(Option<Arc<Semaphore>>);

impl Lender {
    /// Half of the connections; of a single one none.
    pub fn of(db: &Db) -> Self {
        let connections = match db {
            Db::Sqlite { read, .. } => read.connections(),
            Db::Postgres(pg) => pg.pool().options().get_max_connections(),
        };
        let half = connections as usize / 2;
        Self((half > 0).then(|| Arc::new(Semaphore::new(half))))
    }

    /// Makes a page that reads this database alone, on one connection; waits for its turn first, for a moment. Not for what lasts
    /// long without reading.
    pub async fn page<F: Future>(&self, page: F) -> F::Output {
        let Some(turns) = &self.0 else { return page.await };
        let turn = tokio::time::timeout(PATIENCE, turns.clone().acquire_owned()).await;
        let Ok(Ok(_turn)) = turn else { return page.await };
        PAGE.scope(Some(Page::default()), page).await
    }
}

/// Runs reads inside a page that are none of its own, on connections of their own, row by row: a count that serves others too.
pub async fn apart<F: Future>(reads: F) -> F::Output {
    PAGE.scope(None, reads).await
}

/// Whether a page is in the making here.
pub(super) fn is_page() -> bool {
    PAGE.try_with(Option::is_some).unwrap_or(false)
}

/// The page's connection, if it has one that nobody uses; too old a one goes back to its pool, which tests it.
pub(super) fn take<DB: Lent>() -> Option<PoolConnection<DB>> {
    let kept = PAGE.try_with(|page| lock(DB::slot(page.as_ref()?)).take()).ok().flatten();
    let (connection, since) = kept?;
    (since.elapsed() < KEPT).then_some(connection)
}

/// Keeps a connection that has answered for the page's next statement; outside of a page it goes back to its pool.
pub(super) fn keep<DB: Lent>(connection: PoolConnection<DB>) {
    let kept = (connection, Instant::now());
    let before = PAGE.try_with(|page| lock(DB::slot(page.as_ref()?)).replace(kept));
    drop(before);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{connect, query_scalar};

    async fn one(db: &Db) -> i64 {
        query_scalar("SELECT 1").fetch_one(db.on()).await.unwrap()
    }

    async fn all(db: &Db) -> Vec<i64> {
        query_scalar("SELECT 1 UNION ALL SELECT 2 ORDER BY 1").fetch_all(db.on()).await.unwrap()
    }

    #[tokio::test]
    async fn a_page_reads_on_one_connection_and_what_is_apart_on_another() {
        let folder = tempfile::tempdir().unwrap();
        let db = connect(&format!("sqlite://{}", folder.path().join("a.db").display()), 1).await.unwrap();
        let Db::Sqlite { read, .. } = &db else { panic!("it is SQLite") };
        let lender = Lender::of(&db);
        let page = async {
            for _ in 0..20 {
                assert_eq!((one(&db).await, all(&db).await), (1, vec![1, 2]));
                assert_eq!((read.opened(), read.idle()), (1, 0), "it is the page's between its statements");
            }
            assert_eq!(apart(all(&db)).await, vec![1, 2]);
            assert_eq!(read.opened(), 2);
        };
        lender.page(page).await;
    }

    #[tokio::test]
    async fn statements_at_the_same_time_do_not_wait_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let db = connect(&format!("sqlite://{}", folder.path().join("a.db").display()), 1).await.unwrap();
        let page = async { tokio::join!(one(&db), all(&db), one(&db)) };
        assert_eq!(Lender::of(&db).page(page).await, (1, vec![1, 2], 1));
    }

    #[tokio::test]
    async fn who_gets_no_connection_lent_reads_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let db = connect(&format!("sqlite://{}", folder.path().join("a.db").display()), 1).await.unwrap();
        assert_eq!(Lender(None).page(one(&db)).await, 1);
        assert_eq!(Lender(Some(Arc::new(Semaphore::new(0)))).page(one(&db)).await, 1);
    }
}
