//! A statement that is put together of conditions, and means the same on both databases.
//!
//! In: text of ours, and values that are bound. Out: rows. `sqlx`'s own builder is of one database each.

/// A value of a statement.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// A statement in the making: `$1`, `$2` … in the order in which they are bound.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    /// The text so far.
    pub text: String,
    /// What is bound.
    pub values: Vec<Value>,
    /// Whether a connection keeps it compiled.
    pub is_kept: bool,
}

impl Sql {
    /// Text as it is; never what somebody typed.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn bind(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        let place = self.values.len();
        self.push(&format!("${place}"))
    }

    /// The same, to be asked for again and again; for texts of few shapes, whose plan is good whatever is bound.
    #[must_use]
    pub fn kept(self) -> Self {
        Self { is_kept: true, ..self }
    }

    /// A number, bound.
    pub fn number(&mut self, value: i64) -> &mut Self {
        self.bind(Value::Number(value))
    }

    /// A text, bound.
    pub fn word(&mut self, value: impl Into<String>) -> &mut Self {
        self.bind(Value::Text(value.into()))
    }
}

/// Runs a statement and gives its rows.
macro_rules! rows {
    ($db:expr, $sql:expr, $query:ident::<$row:ty>) => {{
        let sql: &$crate::subscribers::list::statement::Sql = &$sql;
        $crate::db::read!($db, |c| async {
            let mut query = sqlx::$query::<_, $row>(sqlx::AssertSqlSafe(sql.text.as_str()));
            for value in &sql.values {
                query = match value {
                    $crate::subscribers::list::statement::Value::Number(number) => query.bind(*number),
                    $crate::subscribers::list::statement::Value::Text(text) => query.bind(text.as_str()),
                };
            }
            query.persistent(sql.is_kept).fetch_all(c).await
        })
    }};
}

pub(super) use rows;
