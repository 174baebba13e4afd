//! Which database this is: its generation, its place, the progress of each process, and whether sending is held.
//!
//! In: the database. Out: rows of `instance` and `marker`; `delivery::rewind` judges what follows from them. A generation is
//! a random id. A database gets one when it is first sent from, and a new one each time an operator resumes it after a hold. A
//! copy has the generation of its original; only the place tells the two apart, so the place is stored with the generation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::clock::{MINUTE, Millis};

/// Most processes that are remembered: each start of a container without a volume adds one.
const MOST: i64 = 10_000;
/// A process seen within this time counts as running; the clocks of several machines differ.
const LATELY: Millis = 3 * MINUTE;

/// The line of history that a database belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Random.
    pub id: String,
    /// The generation before this one; empty for the first.
    pub parent: String,
    /// The place of the database when it was last stored; `None` when unknown.
    pub place: Option<Place>,
}

/// The place of a database: which file or server holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An SQLite file: nothing inside distinguishes a copy from its original.
    File,
    /// An SQLite file that was just resumed: the next process that opens it is the rightful one.
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
    /// The timeline: new with each promotion and each point-in-time recovery. Empty when the server does not say.
    timeline: String,
}

/// The result of comparing two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same database.
    Same,
    /// The same files with another history: promoted, recovered to a point in time, upgraded.
    Continued,
    /// Another database with the same rows.
    Copy,
    /// The comparison decides nothing.
    Unknown,
    /// The next process is the rightful one.
    Open,
}

impl Place {
    /// Compares the stored place with the present one.
    pub fn compare(before: Option<&Self>, here: &Self) -> Likeness {
        match (before, here) {
            // No place stored: the first process was killed while it started.
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

/// Why sending is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Since when.
    pub since: Millis,
    /// As [`crate::reason`] stores it; words, where an earlier version wrote them.
    pub why: String,
}

async fn value(db: &Db, name: &str) -> sqlx::Result<Option<String>> {
    query_scalar("SELECT value FROM instance WHERE name = $1").bind(name).fetch_optional(db.on()).await
}

async fn put(tx: &mut Tx, name: &str, value: &str) -> sqlx::Result<u64> {
    query("INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(tx.on())
        .await
}

/// The generation; `None` when this database was never sent from by a version that has generations.
pub async fn read(db: &Db) -> sqlx::Result<Option<Generation>> {
    let Some(id) = value(db, "generation").await? else { return Ok(None) };
    let parent = value(db, "generation_parent").await?.unwrap_or_default();
    let place = value(db, "generation_place").await?.and_then(|text| text.parse().ok());
    Ok(Some(Generation { id, parent, place }))
}

/// Whether the database has nobody to write to.
pub async fn is_empty(db: &Db) -> sqlx::Result<bool> {
    query_scalar("SELECT NOT EXISTS (SELECT 1 FROM subscriber)").fetch_one(db.on()).await
}

/// Begins the first generation, unless another process already has.
pub async fn begin(db: &Db, id: &str) -> sqlx::Result<u64> {
    db.write_now(
        query("INSERT INTO instance (name, value) VALUES ('generation', $1) ON CONFLICT (name) DO NOTHING").bind(id),
    )
    .await
}

/// The server's identity as it reports it; empty where it does not.
async fn history(db: &Db) -> (String, String) {
    let Db::Postgres(pool) = db else { return Default::default() };
    let system = query_scalar("SELECT CAST(system_identifier AS TEXT) FROM pg_control_system()");
    let timeline = query_scalar("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)");
    let system: sqlx::Result<String> = system.fetch_one(pool).await;
    let timeline: sqlx::Result<String> = timeline.fetch_one(pool).await;
    (system.unwrap_or_default(), timeline.unwrap_or_default())
}

const LOGICAL: &str = "SELECT CAST(d.oid AS BIGINT), CAST(CAST('instance'::regclass AS OID) AS BIGINT),
            CAST(CAST(i.xmin AS TEXT) AS BIGINT)
     FROM pg_database d, instance i WHERE d.datname = current_database() AND i.name = 'generation'";

/// The present place of this database; its generation must exist.
pub async fn place(db: &Db) -> sqlx::Result<Place> {
    let Db::Postgres(pool) = db else { return Ok(Place::File) };
    let (system, timeline) = history(db).await;
    let (database, table, row) = query_as(LOGICAL).fetch_one(pool).await?;
    Ok(Place::Server(Server { logical: [database, table, row], system, timeline }))
}

/// Stores the present place of the database.
pub async fn write_place(db: &Db, place: &Place) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    put(&mut tx, "generation_place", &place.to_string()).await?;
    tx.commit().await
}

/// Begins the next generation in this place, and forgets the processes of the generation before.
pub async fn go_on(db: &Db, tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    let parent = value(db, "generation").await?.unwrap_or_default();
    let (system, timeline) = history(db).await;
    put(tx, "generation_parent", &parent).await?;
    put(tx, "generation", id).await?;
    let place = match &mut *tx {
        Tx::Sqlite(_) => Place::Open,
        Tx::Postgres(tx) => {
            let (database, table, row) = query_as(LOGICAL).fetch_one(&mut **tx).await?;
            Place::Server(Server { logical: [database, table, row], system, timeline })
        }
    };
    put(tx, "generation_place", &place.to_string()).await?;
    query("DELETE FROM marker").execute(tx.on()).await?;
    Ok(())
}

/// The progress of a process, as the database has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The counter of the process.
    pub counter: i64,
    /// When the counter was written, by the clock of that process.
    pub seen_at: Millis,
}
from_row!(Reached { counter, seen_at });

/// The progress of this process; `None` when the database does not know the process.
pub async fn reached(db: &Db, process: &str) -> sqlx::Result<Option<Reached>> {
    query_as("SELECT counter, seen_at FROM marker WHERE process = $1").bind(process).fetch_optional(db.on()).await
}

/// Whether no process runs here or ever connected through this address, although processes are known: this is how a disk copied
/// to another server looks.
pub async fn is_strange(db: &Db, address: &str, now: Millis) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM marker)
            AND NOT EXISTS (SELECT 1 FROM marker WHERE address = $1 OR seen_at > $2)",
    )
    .bind(address)
    .bind(now - LATELY)
    .fetch_one(db.on())
    .await
}

/// Stores the progress of this process unconditionally. Forgets the processes that were not seen for the longest time.
pub async fn reach(db: &Db, process: &str, address: &str, at: Reached) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    query(
        "INSERT INTO marker (process, counter, seen_at, address) VALUES ($1, $2, $3, $4)
         ON CONFLICT (process) DO UPDATE
         SET counter = excluded.counter, seen_at = excluded.seen_at, address = excluded.address",
    )
    .bind(process)
    .bind(at.counter)
    .bind(at.seen_at)
    .bind(address)
    .execute(tx.on())
    .await?;
    // By number and not by age: a clock that is ahead must not make the other processes look unknown.
    query("DELETE FROM marker WHERE seen_at < (SELECT seen_at FROM marker ORDER BY seen_at DESC LIMIT 1 OFFSET $1)")
        .bind(MOST)
        .execute(tx.on())
        .await?;
    tx.commit().await
}

/// Raises the counter of this process by one, in one statement; `false` when the database is not where this process left it.
pub async fn advance(db: &Db, generation: &str, process: &str, from: i64, now: Millis) -> sqlx::Result<bool> {
    let moved = db
        .write_now(
            query(
                "UPDATE marker SET counter = counter + 1, seen_at = $4 WHERE process = $2 AND counter = $3
           AND EXISTS (SELECT 1 FROM instance WHERE name = 'generation' AND value = $1)",
            )
            .bind(generation)
            .bind(process)
            .bind(from)
            .bind(now),
        )
        .await?;
    Ok(moved == 1)
}

/// What is stored of a hold.
pub fn held_of(text: Option<String>) -> Option<Held> {
    text.map(|text| serde_json::from_str(&text).unwrap_or(Held { since: 0, why: text }))
}

/// Why sending is held; `None` when it is not.
pub async fn held(db: &Db) -> sqlx::Result<Option<Held>> {
    Ok(held_of(value(db, "hold").await?))
}

/// The same inside a transaction.
pub async fn is_held(tx: &mut Tx) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM instance WHERE name = 'hold')").fetch_one(tx.on()).await
}

/// Holds sending; `false` when it was already held.
pub async fn hold(tx: &mut Tx, held: &Held) -> sqlx::Result<bool> {
    let text = serde_json::to_string(held).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let noted = query("INSERT INTO instance (name, value) VALUES ('hold', $1) ON CONFLICT (name) DO NOTHING")
        .bind(text)
        .execute(tx.on())
        .await?;
    Ok(noted == 1)
}

/// Ends the hold; `false` when there was none.
pub async fn lift(tx: &mut Tx) -> sqlx::Result<bool> {
    let lifted = query("DELETE FROM instance WHERE name = 'hold'").execute(tx.on()).await?;
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
