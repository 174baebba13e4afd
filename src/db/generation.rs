//! Which database this is: its generation, where it stands, how far each process has come with it, and whether it is held.
//!
//! In: the database. Out: rows of `instance` and `marker`; what follows from them is `delivery::generation`'s to judge.
//! A generation is a random id, new when a database is first sent from and each time somebody lets a held one go on. A
//! copy has its original's; only the place tells the two apart, so the place is written down beside it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Db, Tx, execute, from_row, in_tx, read, write_now};
use crate::clock::{MINUTE, Millis};

/// Processes that are known at most: each start of a container without a volume is one more.
const MOST: i64 = 10_000;
/// A process that was seen so lately is taken for one that runs; clocks of several machines differ.
const LATELY: Millis = 3 * MINUTE;

/// Which line of history a database belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Random.
    pub id: String,
    /// The one before it; empty for the first.
    pub parent: String,
    /// Where it stood when it was last written down; `None` when that is not known.
    pub place: Option<Place>,
}

/// Where a database stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An SQLite file: nothing inside tells a copy from its original.
    File,
    /// An SQLite file whose next process is its rightful one: somebody has just said that it may go on.
    Open,
    /// A database of a PostgreSQL server.
    Server(Server),
}

/// What PostgreSQL changes when a database is restored or copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// `oid` of the database, `oid` of its table `instance`, `xmin` of the row that holds the generation: all three are
    /// new after `pg_restore`, and stay through `pg_upgrade` and any copy of the files.
    logical: [i64; 3],
    /// `system_identifier`: new with `initdb`. Empty when the server does not say.
    system: String,
    /// The time line: new with each promotion and each recovery to a point in time. Empty when the server does not say.
    timeline: String,
}

/// How two places compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same database.
    Same,
    /// The same files under another history: promoted, recovered to a point in time, upgraded.
    Continued,
    /// Another database with the same rows.
    Copy,
    /// Nothing can be said.
    Unknown,
    /// The next process is the rightful one.
    Open,
}

impl Place {
    /// How the place that was written down compares with this one.
    pub fn compare(before: Option<&Self>, here: &Self) -> Likeness {
        match (before, here) {
            // Nothing written down: the first process was killed while it began.
            (Some(Self::Open) | None, _) => Likeness::Open,
            (Some(Self::File), Self::File | Self::Open) => Likeness::Unknown,
            (Some(Self::Server(before)), Self::Server(here)) => before.compare(here),
            _ => Likeness::Copy,
        }
    }
}

impl Server {
    fn compare(&self, here: &Self) -> Likeness {
        let differs = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
        let ([database, table, row], [database_here, table_here, row_here]) = (self.logical, here.logical);
        let other_system = differs(&self.system, &here.system);
        // A dump restored into a new server may meet the same numbers by chance, but hardly all of them.
        if database != database_here || table != table_here || (other_system && row != row_here) {
            return Likeness::Copy;
        }
        let continued = other_system || row != row_here || differs(&self.timeline, &here.timeline);
        if continued { Likeness::Continued } else { Likeness::Same }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("file"),
            Self::Open => f.write_str("open"),
            Self::Server(Server { logical: [database, table, row], system, timeline }) => {
                write!(f, "server {database}/{table}/{row}/{system}/{timeline}")
            }
        }
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = match text {
            "file" => return Ok(Self::File),
            "open" => return Ok(Self::Open),
            _ => text.strip_prefix("server ").ok_or(())?.split('/'),
        };
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or(());
        let logical = [number()?, number()?, number()?];
        let (system, timeline) = (parts.next().ok_or(())?.to_owned(), parts.next().ok_or(())?.to_owned());
        Ok(Self::Server(Server { logical, system, timeline }))
    }
}

/// Why nothing of a digest leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Since when.
    pub since: Millis,
    /// As [`crate::reason`] stores it; words, where an earlier version wrote them.
    pub why: String,
}

async fn value(db: &Db, name: &str) -> sqlx::Result<Option<String>> {
    read!(db, |c| sqlx::query_scalar("SELECT value FROM instance WHERE name = $1").bind(name).fetch_optional(c))
}

async fn put(tx: &mut Tx, name: &str, value: &str) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    .bind(name)
    .bind(value)
    .execute(c))
}

/// The generation; `None` when this database was never sent from since there are generations.
pub async fn read(db: &Db) -> sqlx::Result<Option<Generation>> {
    let Some(id) = value(db, "generation").await? else { return Ok(None) };
    let parent = value(db, "generation_parent").await?.unwrap_or_default();
    let place = value(db, "generation_place").await?.and_then(|text| text.parse().ok());
    Ok(Some(Generation { id, parent, place }))
}

/// Whether there is nobody to write to.
pub async fn is_empty(db: &Db) -> sqlx::Result<bool> {
    read!(db, |c| sqlx::query_scalar("SELECT NOT EXISTS (SELECT 1 FROM subscriber)").fetch_one(c))
}

/// Begins the first generation, unless another process was quicker.
pub async fn begin(db: &Db, id: &str) -> sqlx::Result<u64> {
    write_now!(db, |c| sqlx::query(
        "INSERT INTO instance (name, value) VALUES ('generation', $1) ON CONFLICT (name) DO NOTHING"
    )
    .bind(id)
    .execute(c))
}

/// What the server says of itself; empty where it does not.
async fn history(db: &Db) -> (String, String) {
    let Db::Postgres(pool) = db else { return Default::default() };
    let system = sqlx::query_scalar("SELECT CAST(system_identifier AS TEXT) FROM pg_control_system()");
    let timeline = sqlx::query_scalar("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)");
    let system: sqlx::Result<String> = system.fetch_one(pool).await;
    let timeline: sqlx::Result<String> = timeline.fetch_one(pool).await;
    (system.unwrap_or_default(), timeline.unwrap_or_default())
}

const LOGICAL: &str = "SELECT CAST(d.oid AS BIGINT), CAST(CAST('instance'::regclass AS OID) AS BIGINT),
            CAST(CAST(i.xmin AS TEXT) AS BIGINT)
     FROM pg_database d, instance i WHERE d.datname = current_database() AND i.name = 'generation'";

/// Where this database stands; its generation must be there.
pub async fn place(db: &Db) -> sqlx::Result<Place> {
    let Db::Postgres(pool) = db else { return Ok(Place::File) };
    let (system, timeline) = history(db).await;
    let (database, table, row) = sqlx::query_as(LOGICAL).fetch_one(pool).await?;
    Ok(Place::Server(Server { logical: [database, table, row], system, timeline }))
}

/// Writes down where it stands.
pub async fn settle(db: &Db, place: &Place) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    put(&mut tx, "generation_place", &place.to_string()).await?;
    tx.commit().await
}

/// Begins the next generation, here: whoever starts now and was there before is at home. The processes of the one before
/// are forgotten.
pub async fn go_on(db: &Db, tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    let parent = value(db, "generation").await?.unwrap_or_default();
    let (system, timeline) = history(db).await;
    put(tx, "generation_parent", &parent).await?;
    put(tx, "generation", id).await?;
    let place = match &mut *tx {
        Tx::Sqlite(_) => Place::Open,
        Tx::Postgres(tx) => {
            let (database, table, row) = sqlx::query_as(LOGICAL).fetch_one(&mut **tx).await?;
            Place::Server(Server { logical: [database, table, row], system, timeline })
        }
    };
    put(tx, "generation_place", &place.to_string()).await?;
    execute!(tx, |c| sqlx::query("DELETE FROM marker").execute(c))?;
    Ok(())
}

/// How far a process has come, as the database says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its counter.
    pub counter: i64,
    /// When that was written, by its own clock.
    pub seen_at: Millis,
}
from_row!(Reached { counter, seen_at });

/// How far this process has come; `None` when the database does not know it.
pub async fn reached(db: &Db, process: &str) -> sqlx::Result<Option<Reached>> {
    read!(db, |c| sqlx::query_as("SELECT counter, seen_at FROM marker WHERE process = $1")
        .bind(process)
        .fetch_optional(c))
}

/// Whether nobody runs here, nor ever came by this address: so a disk that was copied to another server looks. Not said of
/// a database that nobody was seen in.
pub async fn is_strange(db: &Db, address: &str, now: Millis) -> sqlx::Result<bool> {
    read!(db, |c| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM marker)
            AND NOT EXISTS (SELECT 1 FROM marker WHERE address = $1 OR seen_at > $2)"
    )
    .bind(address)
    .bind(now - LATELY)
    .fetch_one(c))
}

/// Writes how far this process has come, whatever stood there. Forgets those that were not seen for longest.
pub async fn reach(db: &Db, process: &str, address: &str, at: Reached) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    execute!(&mut tx, |c| sqlx::query(
        "INSERT INTO marker (process, counter, seen_at, address) VALUES ($1, $2, $3, $4)
         ON CONFLICT (process) DO UPDATE
         SET counter = excluded.counter, seen_at = excluded.seen_at, address = excluded.address"
    )
    .bind(process)
    .bind(at.counter)
    .bind(at.seen_at)
    .bind(address)
    .execute(c))?;
    // By number and not by age: a clock that is ahead must not make the others strangers.
    execute!(&mut tx, |c| sqlx::query(
        "DELETE FROM marker WHERE seen_at < (SELECT seen_at FROM marker ORDER BY seen_at DESC LIMIT 1 OFFSET $1)"
    )
    .bind(MOST)
    .execute(c))?;
    tx.commit().await
}

/// Moves this process one on, in one statement; `false` when the database is not where we left it.
pub async fn advance(db: &Db, generation: &str, process: &str, from: i64, now: Millis) -> sqlx::Result<bool> {
    let moved = write_now!(db, |c| sqlx::query(
        "UPDATE marker SET counter = counter + 1, seen_at = $4 WHERE process = $2 AND counter = $3
           AND EXISTS (SELECT 1 FROM instance WHERE name = 'generation' AND value = $1)"
    )
    .bind(generation)
    .bind(process)
    .bind(from)
    .bind(now)
    .execute(c))?;
    Ok(moved == 1)
}

fn held_of(text: Option<String>) -> Option<Held> {
    text.map(|text| serde_json::from_str(&text).unwrap_or(Held { since: 0, why: text }))
}

/// Why everything is held; `None` when nothing is.
pub async fn held(db: &Db) -> sqlx::Result<Option<Held>> {
    Ok(held_of(value(db, "hold").await?))
}

/// The same inside a transaction.
pub async fn is_held(tx: &mut Tx) -> sqlx::Result<bool> {
    in_tx!(tx, |c| sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM instance WHERE name = 'hold')").fetch_one(c))
}

/// Notes that everything is held; `false` when it was noted before.
pub async fn hold(tx: &mut Tx, held: &Held) -> sqlx::Result<bool> {
    let text = serde_json::to_string(held).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let noted = execute!(tx, |c| sqlx::query(
        "INSERT INTO instance (name, value) VALUES ('hold', $1) ON CONFLICT (name) DO NOTHING"
    )
    .bind(text)
    .execute(c))?;
    Ok(noted == 1)
}

/// Ends the hold; `false` when there was none.
pub async fn lift(tx: &mut Tx) -> sqlx::Result<bool> {
    let lifted = execute!(tx, |c| sqlx::query("DELETE FROM instance WHERE name = 'hold'").execute(c))?;
    Ok(lifted == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(logical: [i64; 3], system: &str, timeline: &str) -> Place {
        Place::Server(Server { logical, system: system.into(), timeline: timeline.into() })
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for place in [Place::File, Place::Open, server([5, 1, 733], "7312", "00000001"), server([5, 1, 733], "", "")] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        assert_eq!("elsewhere".parse::<Place>(), Err(()));
    }

    #[test]
    fn a_restored_copy_is_told_from_its_original_and_an_upgrade_is_not() {
        let before = server([5, 1, 733], "s", "1");
        let is = |here: Place| Place::compare(Some(&before), &here);
        assert_eq!(is(before.clone()), Likeness::Same);
        assert_eq!(is(server([6, 1, 733], "s", "1")), Likeness::Copy, "CREATE DATABASE … TEMPLATE");
        assert_eq!(is(server([5, 2, 900], "s", "1")), Likeness::Copy, "pg_restore --clean");
        assert_eq!(is(server([5, 1, 900], "t", "1")), Likeness::Copy, "pg_restore into a new server");
        assert_eq!(is(server([5, 1, 733], "t", "1")), Likeness::Continued, "pg_upgrade");
        assert_eq!(is(server([5, 1, 733], "s", "2")), Likeness::Continued, "promoted, or recovered to a point in time");
        assert_eq!(is(server([5, 1, 733], "", "")), Likeness::Same, "a server that does not say");
        assert_eq!(is(Place::File), Likeness::Copy);
        assert_eq!(Place::compare(Some(&Place::File), &Place::File), Likeness::Unknown);
        assert_eq!(Place::compare(Some(&Place::Open), &Place::File), Likeness::Open);
        assert_eq!(Place::compare(None, &before), Likeness::Open);
    }
}
