//! Rows for PostgreSQL's `COPY .. FROM STDIN`, in its text format
//! (<https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.55.9.2>).
//!
//! In: values, column by column. Out: the rows in the table, by one statement.

use std::fmt::Write as _;

use sqlx::PgConnection;

/// Rows in the making.
#[derive(Debug, Default)]
pub struct Rows {
    text: String,
    is_begun: bool,
}

impl Rows {
    fn column(&mut self) -> &mut String {
        if self.is_begun {
            self.text.push('\t');
        }
        self.is_begun = true;
        &mut self.text
    }

    /// A text. The server refuses one with a NUL, as it does when it is bound to a statement.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let column = self.column();
        let mut rest = value;
        while let Some(at) = rest.find(['\\', '\t', '\n', '\r']) {
            column.push_str(&rest[..at]);
            column.push_str(match rest.as_bytes()[at] {
                b'\t' => "\\t",
                b'\n' => "\\n",
                b'\r' => "\\r",
                _ => "\\\\",
            });
            rest = &rest[at + 1..];
        }
        column.push_str(rest);
        self
    }

    /// A number.
    pub fn number(&mut self, value: i64) -> &mut Self {
        write!(self.column(), "{value}").expect("a String takes it");
        self
    }

    fn null(&mut self) -> &mut Self {
        self.column().push_str("\\N");
        self
    }

    /// A text, or NULL.
    pub fn maybe_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    /// A number, or NULL.
    pub fn maybe_number(&mut self, value: Option<i64>) -> &mut Self {
        match value {
            Some(value) => self.number(value),
            None => self.null(),
        }
    }

    /// The row is complete.
    pub fn end(&mut self) {
        self.text.push('\n');
        self.is_begun = false;
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Writes them by `statement`, `COPY .. FROM STDIN`. Gives their count.
    ///
    /// # Errors
    /// The database's: then no row is written, and inside a transaction nothing else can be any more.
    pub async fn copy(self, connection: &mut PgConnection, statement: &'static str) -> sqlx::Result<u64> {
        let mut copy = connection.copy_in_raw(statement).await?;
        copy.send(self.text.as_bytes()).await?;
        copy.finish().await
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A row as the server reads it.
    fn read(row: &str) -> Vec<Option<String>> {
        let column = |text: &str| {
            let (mut read, mut signs) = (String::new(), text.chars());
            while let Some(sign) = signs.next() {
                read.push(match sign {
                    '\\' => match signs.next().expect("a sign follows a backslash") {
                        't' => '\t',
                        'n' => '\n',
                        'r' => '\r',
                        other => other,
                    },
                    other => other,
                });
            }
            read
        };
        row.split('\t').map(|text| (text != "\\N").then(|| column(text))).collect()
    }

    proptest! {
        /// Whatever stands in them, rows stay apart, and so do columns; no value is NULL or the end of the data by accident.
        #[test]
        fn what_is_written_is_what_is_read(
            rows in proptest::collection::vec(
                proptest::collection::vec(proptest::option::of("([\\\\\\\\.Ntnr\t\n\r é\u{0}]|\\PC){0,8}"), 1..4), 1..5),
        ) {
            let mut made = Rows::default();
            for row in &rows {
                for value in row {
                    made.maybe_text(value.as_deref());
                }
                made.end();
            }
            let lines: Vec<&str> = made.text.strip_suffix('\n').unwrap().split('\n').collect();
            prop_assert!(!made.text.contains('\r') && !lines.contains(&"\\."));
            prop_assert_eq!(lines.into_iter().map(read).collect::<Vec<_>>(), rows);
        }
    }

    #[test]
    fn numbers_and_nothing() {
        let mut rows = Rows::default();
        assert!(rows.is_empty());
        rows.number(-7).maybe_number(None).text("").end();
        rows.maybe_number(Some(i64::MAX)).maybe_text(Some("\\N")).maybe_text(None).end();
        assert_eq!(rows.text, "-7\t\\N\t\n9223372036854775807\t\\\\N\t\\N\n");
    }
}
