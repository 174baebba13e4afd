//! The storage handle: one `Db` for both databases, each SQL text written once with `$1`.
//!
//! In: a URL (`sqlite://…` or `postgres://…`). Out: [`Db`] for reads, [`Tx`] for writes. Knows nothing of
//! mail. On SQLite a `Tx` is the only writer (`BEGIN IMMEDIATE` on a pool of one), so read-then-write
//! never fails with a busy snapshot. Every stage keeps its queries in its own `sql.rs`.

mod connect;
mod fault;
pub mod migrate;

use std::time::Duration;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

pub use connect::{connect, sqlite_path};
pub use fault::is_unavailable;

/// A database: SQLite inside the process, or a PostgreSQL server.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file; many readers, one writer.
    Sqlite {
        /// Read-only connections.
        read: SqlitePool,
        /// The only writing connection.
        write: SqlitePool,
    },
    /// A server, shared by any number of processes.
    Postgres(PgPool),
}

/// A write transaction. Dropped without [`Tx::commit`] it is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// Holds SQLite's only writer.
    Sqlite(Transaction<'static, Sqlite>),
    /// One of PostgreSQL's connections.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Starts a write transaction; on SQLite waits for the only writer.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        match self {
            Self::Sqlite { write, .. } => Ok(Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Closes every connection after its work.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// How long pieces may hold SQLite's only writer before it rests, and for how long. SQLite looks again every 25 ms or sooner
/// in the first 128 ms that it waits for another process (<https://sqlite.org/c3ref/busy_timeout.html>): it finds the rest.
const HELD: Duration = Duration::from_millis(75);
const REST: Duration = Duration::from_millis(26);

/// Long work in pieces, each a transaction of some 30 ms at most. On SQLite they take turns at its only writer, which rests
/// now and then, so that a writer in another process comes in between.
#[derive(Debug, Default)]
pub struct Pieces {
    turn: Mutex<Turn>,
}

/// How long the writer has been held since its last rest, and when that ends.
#[derive(Debug, Default)]
struct Turn {
    held: Duration,
    rest_until: Option<Instant>,
}

/// A piece under way. Dropped without [`Piece::commit`] it is rolled back.
#[derive(Debug)]
pub struct Piece<'a> {
    /// What it writes in.
    pub tx: Tx,
    begun: Instant,
    turn: Option<MutexGuard<'a, Turn>>,
}

impl Pieces {
    /// Begins a piece; on SQLite after the one before, and its rest.
    pub async fn begin(&self, db: &Db) -> sqlx::Result<Piece<'_>> {
        let turn = match db {
            Db::Sqlite { .. } => Some(self.turn.lock().await),
            Db::Postgres(_) => None,
        };
        if let Some(until) = turn.as_ref().and_then(|turn| turn.rest_until) {
            tokio::time::sleep_until(until).await;
        }
        let tx = db.begin().await?;
        Ok(Piece { tx, begun: Instant::now(), turn })
    }
}

impl Piece<'_> {
    /// Makes its changes durable.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.tx.commit().await?;
        if let Some(mut turn) = self.turn {
            turn.held += self.begun.elapsed();
            if turn.held >= HELD {
                *turn = Turn { held: Duration::ZERO, rest_until: Some(Instant::now() + REST) };
            }
        }
        Ok(())
    }
}

impl Tx {
    /// Makes the changes durable.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Runs one query on whichever pool `$db` (a `&Db`) holds.
macro_rules! read {
    ($db:expr, |$c:ident| $query:expr) => {
        match $db {
            $crate::db::Db::Sqlite { read: $c, .. } => $query.await,
            $crate::db::Db::Postgres($c) => $query.await,
        }
    };
}

/// Runs one query inside the transaction `$tx` (a `&mut Tx`).
macro_rules! in_tx {
    ($tx:expr, |$c:ident| $query:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $query.await
            }
            $crate::db::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $query.await
            }
        }
    };
}

/// Like `in_tx!` for a statement without rows; gives the count of rows it changed.
macro_rules! execute {
    ($tx:expr, |$c:ident| $query:expr) => {
        $crate::db::in_tx!($tx, |$c| async { $query.await.map(|done| done.rows_affected()) })
    };
}

/// Reads a struct from a row of either database, each field from the column of its name.
macro_rules! from_row {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        $crate::db::from_row!(@one $name, sqlx::sqlite::SqliteRow, $($field),+);
        $crate::db::from_row!(@one $name, sqlx::postgres::PgRow, $($field),+);
    };
    (@one $name:ident, $row:ty, $($field:ident),+) => {
        impl<'r> sqlx::FromRow<'r, $row> for $name {
            fn from_row(row: &'r $row) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self { $($field: row.try_get(stringify!($field))?),+ })
            }
        }
    };
}

/// An enum that is stored, logged and shown as the given word.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order of its life.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in SQL, JSON, logs and pages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(s: &str) -> Result<Self, String> {
                match s {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(format!("`{s}` is none of: {}", [$($text),+].join(", "))),
                }
            }
        }

        impl<DB: sqlx::Database> sqlx::Type<DB> for $name where str: sqlx::Type<DB> {
            fn type_info() -> DB::TypeInfo { <str as sqlx::Type<DB>>::type_info() }
            fn compatible(ty: &DB::TypeInfo) -> bool { <str as sqlx::Type<DB>>::compatible(ty) }
        }

        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $name where &'q str: sqlx::Encode<'q, DB> {
            fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <&'q str as sqlx::Encode<'q, DB>>::encode(self.as_str(), buf)
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name where &'r str: sqlx::Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <&'r str as sqlx::Decode<'r, DB>>::decode(value)?.parse().map_err(Into::into)
            }
        }
    };
}

pub(crate) use {execute, from_row, in_tx, read, text_enum};
