//! Stretches in which nobody writes to SQLite's file, as the file itself tells: what found nothing to do need not ask the database again
//! before somebody has written, or time has passed.
//!
//! In: the file and its log. Out: whether a look can be left out, for 5 µs instead of some statements. PostgreSQL is asked each time.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::Db;
use super::file::{Id, beside, id};
use crate::clock::{Clock, Millis, SECOND};

/// Files keep the time of their last write as coarsely as some milliseconds: another write could bear the same.
const COARSE: Duration = Duration::from_millis(100);

/// A file, its length, and when it was last written.
type Seen = (Id, u64, SystemTime);

/// How the files stood before a look that found nothing to do.
#[derive(Debug)]
pub struct Lull {
    files: [Seen; 2],
    began: Instant,
    /// What the app's clock said.
    clock: Millis,
}

impl Lull {
    /// To be called before the look. `None` where no look can be left out after it: somebody has just written, or the database is not SQLite.
    pub fn before_a_look(db: &Db, clock: &Clock) -> Option<Self> {
        Some(Self { files: seen(db)?, began: Instant::now(), clock: clock.now() })
    }

    /// Whether nobody has written since, in any process, and less than `longest` has passed. A clock that was set ends it.
    pub fn lasts(&self, db: &Db, clock: &Clock, longest: Duration) -> bool {
        let passed = self.began.elapsed();
        let drift = clock.now() - self.clock - Millis::try_from(passed.as_millis()).unwrap_or(Millis::MAX / 2);
        passed < longest && drift.abs() < SECOND && seen(db).as_ref() == Some(&self.files)
    }
}

/// The database and its log; `None` when one of them is not there, or was written just now or in the future.
fn seen(db: &Db) -> Option<[Seen; 2]> {
    let Db::Sqlite { file, .. } = db else { return None };
    let files = [of(file.path())?, of(&beside(file.path(), "-wal"))?];
    let rests = |seen: &Seen| seen.2.elapsed().is_ok_and(|age| age >= COARSE);
    files.iter().all(rests).then_some(files)
}

fn of(path: &Path) -> Option<Seen> {
    let found = std::fs::metadata(path).ok()?;
    Some((id(&found), found.len(), found.modified().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{connect, query};

    const LONG: Duration = Duration::from_mins(10);

    async fn rests(db: &Db, clock: &Clock) -> Lull {
        loop {
            match Lull::before_a_look(db, clock) {
                Some(lull) => return lull,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    async fn write(db: &Db) {
        let mut tx = db.begin().await.unwrap();
        query("INSERT INTO t VALUES (1)").execute(tx.on()).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn it_lasts_until_somebody_writes_here_or_elsewhere_or_the_clock_is_set() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let (db, clock) = (connect(&url, 1).await.unwrap(), Clock::default());
        let mut tx = db.begin().await.unwrap();
        query("CREATE TABLE t (n INTEGER)").execute(tx.on()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(Lull::before_a_look(&db, &clock).is_none(), "somebody has just written");
        let other = connect(&url, 1).await.unwrap();
        for writer in [&db, &other] {
            let lull = rests(&db, &clock).await;
            assert!(lull.lasts(&db, &clock, LONG) && !lull.lasts(&db, &clock, Duration::ZERO));
            write(writer).await;
            assert!(!lull.lasts(&db, &clock, LONG), "the log was written");
            // Whatever was written, somebody has looked since.
            rests(&db, &clock).await;
            assert!(!lull.lasts(&db, &clock, LONG), "nor later");
        }
        let lull = rests(&db, &clock).await;
        clock.advance(2 * SECOND);
        assert!(!lull.lasts(&db, &clock, LONG), "the clock was set");
        other.close().await;
        db.close().await;
    }
}
