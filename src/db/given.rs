//! Rows that a statement takes as a table, and whose number does not change its text: it is prepared once on a connection, and what a
//! group of requests writes is one statement a kind. PostgreSQL takes an array a column; SQLite takes `VALUES` of one of [`LENGTHS`],
//! which costs it a fifth of taking JSON apart.
//!
//! In: rows, a column at a time, and the words around them, which call them `given`. Out: what the statement gives, or what it did.

use std::sync::Arc;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe};

use super::{FromRow, Row, Tx};

/// Most rows of which the statement is kept; a dozen columns of them are far below SQLite's limit of 32,766 values.
pub const MOST: usize = 128;

/// Lengths of `VALUES`: a statement is kept for each. Rows behind the last are NULL, and left out.
const LENGTHS: [usize; 6] = [1, 8, 16, 32, 64, MOST];

/// Rows, as a statement takes them. The first column is never NULL.
#[derive(Debug)]
pub struct Given<'a, T> {
    rows: &'a [T],
    columns: Vec<(&'static str, Column<'a>)>,
}

#[derive(Debug)]
enum Column<'a> {
    Numbers(Vec<Option<i64>>),
    Flags(Vec<bool>),
    Texts(Vec<Option<&'a str>>),
}

/// The words of a statement around its rows.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Ends with `FROM `; `$1`, `$2`, … stand for numbers that all rows have in common, each once and in their order.
    pub before: &'a str,
    /// What follows the rows, without numbers.
    pub after: &'a str,
}

/// What a statement did that gives no rows.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// How many rows it changed.
    pub rows: u64,
    /// On SQLite, the id of the last row that it inserted.
    pub last_id: Option<i64>,
}

impl<'a, T> Given<'a, T> {
    /// These rows, without columns.
    pub const fn of(rows: &'a [T]) -> Self {
        Self { rows, columns: Vec::new() }
    }

    /// A column of numbers.
    #[must_use]
    pub fn numbers<V: Into<Option<i64>>>(mut self, name: &'static str, of: impl Fn(&'a T) -> V) -> Self {
        let column = self.rows.iter().map(|row| of(row).into()).collect();
        self.columns.push((name, Column::Numbers(column)));
        self
    }

    /// A column of what is so or not.
    #[must_use]
    pub fn flags(mut self, name: &'static str, of: impl Fn(&'a T) -> bool) -> Self {
        self.columns.push((name, Column::Flags(self.rows.iter().map(of).collect())));
        self
    }

    /// A column of texts.
    #[must_use]
    pub fn texts<V: Into<Option<&'a str>>>(mut self, name: &'static str, of: impl Fn(&'a T) -> V) -> Self {
        let column = self.rows.iter().map(|row| of(row).into()).collect();
        self.columns.push((name, Column::Texts(column)));
        self
    }

    /// Runs a statement that gives no rows.
    ///
    /// # Errors
    /// The database's.
    pub async fn execute(self, tx: &mut Tx, words: Words<'_>, numbers: &[i64]) -> sqlx::Result<Done> {
        match tx {
            Tx::Sqlite(tx) => {
                let query = sqlx::query_with(AssertSqlSafe(self.sqlite_text(words, numbers)), self.sqlite(numbers)?);
                let done = query.execute(&mut **tx).await?;
                Ok(Done { rows: done.rows_affected(), last_id: Some(done.last_insert_rowid()) })
            }
            Tx::Postgres(tx) => {
                let text = AssertSqlSafe(self.postgres_text(words, numbers));
                let done = sqlx::query_with(text, self.postgres(numbers)?).execute(&mut **tx).await?;
                Ok(Done { rows: done.rows_affected(), last_id: None })
            }
        }
    }

    /// Runs a statement and gives its rows.
    ///
    /// # Errors
    /// The database's.
    pub async fn fetch<R: FromRow>(self, tx: &mut Tx, words: Words<'_>, numbers: &[i64]) -> sqlx::Result<Vec<R>> {
        let rows: Vec<Row> = match tx {
            Tx::Sqlite(tx) => {
                let text = AssertSqlSafe(self.sqlite_text(words, numbers));
                let rows = sqlx::query_with(text, self.sqlite(numbers)?).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Tx::Postgres(tx) => {
                let text = AssertSqlSafe(self.postgres_text(words, numbers));
                let rows = sqlx::query_with(text, self.postgres(numbers)?).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        };
        rows.iter().map(R::from_row).collect()
    }

    /// Numbers first, then row by row; what is not bound of the rows that fill up is NULL.
    fn sqlite(&self, numbers: &[i64]) -> sqlx::Result<SqliteArguments> {
        let mut values = SqliteArguments::default();
        values.reserve(numbers.len() + self.rows.len() * self.columns.len(), 0);
        for number in numbers {
            values.add(*number).map_err(sqlx::Error::Encode)?;
        }
        // Most columns say the same of most rows: such a text is one piece of memory.
        let mut last: Vec<Option<Arc<str>>> = vec![None; self.columns.len()];
        for row in 0..self.rows.len() {
            for ((_, column), last) in self.columns.iter().zip(&mut last) {
                match column {
                    Column::Numbers(column) => values.add(column[row]),
                    Column::Flags(column) => values.add(column[row]),
                    Column::Texts(column) => values.add(column[row].map(|text| shared(last, text))),
                }
                .map_err(sqlx::Error::Encode)?;
            }
        }
        Ok(values)
    }

    fn sqlite_text(&self, words: Words<'_>, numbers: &[i64]) -> String {
        let rows = LENGTHS.into_iter().find(|length| *length >= self.rows.len()).unwrap_or(self.rows.len());
        let before = (1..=numbers.len())
            .fold(words.before.to_owned(), |text, number| text.replacen(&format!("${number}"), "?", 1));
        let names = self.columns.iter().enumerate().map(|(at, (name, _))| format!("column{} AS {name}", at + 1));
        let names = names.collect::<Vec<_>>().join(", ");
        let row = format!("({}), ", vec!["?"; self.columns.len()].join(", "));
        let values = row.repeat(rows);
        let values = values.trim_end_matches(", ");
        let after = words.after;
        format!("{before}(SELECT {names} FROM (VALUES {values}) WHERE column1 IS NOT NULL) AS given{after}")
    }

    /// Numbers first, then column by column.
    fn postgres(self, numbers: &[i64]) -> sqlx::Result<PgArguments> {
        let mut values = PgArguments::default();
        for number in numbers {
            values.add(*number).map_err(sqlx::Error::Encode)?;
        }
        for (_, column) in self.columns {
            match column {
                Column::Numbers(column) => values.add(column),
                Column::Flags(column) => values.add(column),
                Column::Texts(column) => values.add(column),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(values)
    }

    /// Each value stands in a `SELECT` of its own, so that the planner does not look at it: a plan for the values of now would seem cheaper to
    /// it than the one that it keeps, and planning takes longer than what is planned (0.36 of 0.40 ms).
    fn postgres_text(&self, words: Words<'_>, numbers: &[i64]) -> String {
        let arrays = self.columns.iter().zip(numbers.len() + 1..).map(|((_, column), number)| match column {
            Column::Numbers(_) => format!("(SELECT ${number}::bigint[])"),
            Column::Flags(_) => format!("(SELECT ${number}::boolean[])"),
            Column::Texts(_) => format!("(SELECT ${number}::text[])"),
        });
        let arrays = arrays.collect::<Vec<_>>().join(", ");
        let names = self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let before = (1..=numbers.len()).fold(words.before.to_owned(), |text, number| {
            text.replacen(&format!("${number}"), &format!("(SELECT ${number}::bigint)"), 1)
        });
        format!("{before}unnest({arrays}) AS given ({names}){}", words.after)
    }
}

/// The text as one that can be bound often: the last one, when it says the same.
fn shared(last: &mut Option<Arc<str>>, text: &str) -> Arc<str> {
    match last {
        Some(last) if **last == *text => last.clone(),
        _ => last.insert(text.into()).clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, connect};

    const ROWS: Words<'_> = Words {
        before: "SELECT id + $1 AS id, name, is_kept, $2 AS again FROM ",
        after: " WHERE name <> 'left out' ORDER BY id",
    };

    fn given(rows: &[(i64, Option<String>)]) -> Given<'_, (i64, Option<String>)> {
        let given = Given::of(rows).numbers("id", |row| row.0);
        given.texts("name", |row| row.1.as_deref()).flags("is_kept", |row| row.0 % 2 == 0)
    }

    async fn db(folder: &tempfile::TempDir) -> Db {
        connect(&format!("sqlite://{}", folder.path().join("a.db").display()), 1).await.unwrap()
    }

    #[tokio::test]
    async fn as_many_rows_come_out_as_go_in_whatever_their_number() {
        let folder = tempfile::tempdir().unwrap();
        let db = db(&folder).await;
        for count in [1, 2, 7, 8, 9, 33, 127, 128, 129, 300] {
            let rows: Vec<_> = (0..count).map(|n| (n, Some(format!("n{}", n / 3)))).collect();
            let mut tx = db.begin().await.unwrap();
            let found: Vec<(i64, String, bool, i64)> = given(&rows).fetch(&mut tx, ROWS, &[1000, 7]).await.unwrap();
            let expected = (0..count).map(|n| (1000 + n, format!("n{}", n / 3), n % 2 == 0, 7));
            assert_eq!(found, expected.collect::<Vec<_>>());
            tx.commit().await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_a_longer_group_had_is_not_left_in_a_shorter_one() {
        let folder = tempfile::tempdir().unwrap();
        let db = db(&folder).await;
        let mut tx = db.begin().await.unwrap();
        let create = "CREATE TEMP TABLE kept (id INTEGER PRIMARY KEY AUTOINCREMENT, n BIGINT, name TEXT)";
        let Tx::Sqlite(held) = &mut tx else { panic!("it is SQLite") };
        sqlx::query(create).execute(&mut **held).await.unwrap();
        let words = Words { before: "INSERT INTO kept (n, name) SELECT id, name FROM ", after: "" };
        let mut last = 0;
        for count in [8, 3, 5, 1, 8] {
            let rows: Vec<_> = (0..count).map(|n| (n, (n % 2 == 0).then(|| n.to_string()))).collect();
            let done = given(&rows).execute(&mut tx, words, &[]).await.unwrap();
            last += count;
            assert_eq!((done.rows, done.last_id), (count as u64, Some(last)), "the ids of one statement have no gaps");
        }
    }

    #[test]
    fn the_text_is_that_of_the_length_and_on_postgresql_the_same_for_all() {
        let rows: Vec<_> = (0..9).map(|n| (n, None)).collect();
        let text = |count: usize| given(&rows[..count]).sqlite_text(ROWS, &[1, 2]);
        assert_eq!(text(2), text(8));
        assert_eq!(text(9).matches('?').count(), 2 + 3 * 16);
        assert!(!text(9).contains('$'), "{}", text(9));
        assert_eq!(
            given(&rows).postgres_text(ROWS, &[1, 2]),
            "SELECT id + (SELECT $1::bigint) AS id, name, is_kept, (SELECT $2::bigint) AS again FROM \
             unnest((SELECT $3::bigint[]), (SELECT $4::text[]), (SELECT $5::boolean[])) AS given (id, name, is_kept) \
             WHERE name <> 'left out' ORDER BY id"
        );
    }
}
