//! A row of either database, and what is read from it.
//!
//! In: a row that a [`super::statement`] gave. Out: values by their column's name or number, and whole structs ([`from_row`]).

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type};

/// A row of either database.
pub enum Row {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// What stands in the column of this name.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn named<T: Column>(&self, name: &str) -> sqlx::Result<T> {
        match self {
            Self::Sqlite(row) => row.try_get(name),
            Self::Postgres(row) => row.try_get(name),
        }
    }

    /// What stands in the column of this number, from 0.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn nth<T: Column>(&self, number: usize) -> sqlx::Result<T> {
        match self {
            Self::Sqlite(row) => row.try_get(number),
            Self::Postgres(row) => row.try_get(number),
        }
    }
}

/// What a column of either database can be read as.
pub trait Column: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> {}

impl<T> Column for T where T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> {}

/// What a row of either database can be read as.
pub trait FromRow: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// When a column is missing or holds something else.
    fn from_row(row: &Row) -> sqlx::Result<Self>;
}

/// Tuples, by the order of the columns.
macro_rules! tuples {
    ($($($name:ident $number:tt),+;)+) => {
        $(impl<$($name: Column),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row) -> sqlx::Result<Self> {
                Ok(($(row.nth::<$name>($number)?,)+))
            }
        })+
    };
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
}

/// Reads a struct from a row, each field from the column of its name.
macro_rules! from_row {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::db::FromRow for $name {
            fn from_row(row: &$crate::db::Row) -> sqlx::Result<Self> {
                Ok(Self { $($field: row.named(stringify!($field))?),+ })
            }
        }
    };
}

pub(crate) use from_row;
