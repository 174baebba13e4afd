//! One statement for both databases: a text with `$1`, `$2`, … and what stands there.
//!
//! In: [`query`], [`query_as`], [`query_scalar`] or a [`Builder`], values, and where it runs ([`On`]). Out: what [`super::row`] reads
//! from its rows, or how many it changed. Met by every `sql.rs`. The driver's own queries are one type for each database, text and
//! way of reading; each of them twice for every statement of this program made most of its compile time. Where a database has words of
//! its own for something (`COPY`, arrays, another plan), a room matches on [`super::Db`] and gives each its text.

use std::borrow::Cow;
use std::fmt;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments as _, AssertSqlSafe, Executor as _, Postgres, SqlSafeStr, SqlStr, Sqlite};

use super::pg::Pg;
use super::readers::Readers;
use super::row::{Column, FromRow, Row};
use super::{Db, Tx};

/// Where a statement runs.
#[derive(Debug)]
pub enum On<'c> {
    /// Any of SQLite's connections that read.
    Readers(&'c Readers),
    /// This connection to SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// Any connection to the server.
    Pg(&'c Pg),
    /// This connection to the server.
    Postgres(&'c mut PgConnection),
}

impl Db {
    /// For a statement that reads.
    pub fn on(&self) -> On<'_> {
        match self {
            Self::Sqlite { read, .. } => On::Readers(read),
            Self::Postgres(pg) => On::Pg(pg),
        }
    }
}

impl Tx {
    /// For a statement of this transaction.
    pub fn on(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(tx) => On::Sqlite(tx),
            Self::Postgres(tx) => On::Postgres(tx),
        }
    }
}

impl<'c> From<&'c Readers> for On<'c> {
    fn from(readers: &'c Readers) -> Self {
        Self::Readers(readers)
    }
}

impl<'c> From<&'c Pg> for On<'c> {
    fn from(pg: &'c Pg) -> Self {
        Self::Pg(pg)
    }
}

impl<'c> From<&'c mut SqliteConnection> for On<'c> {
    fn from(connection: &'c mut SqliteConnection) -> Self {
        Self::Sqlite(connection)
    }
}

impl<'c> From<&'c mut PgConnection> for On<'c> {
    fn from(connection: &'c mut PgConnection) -> Self {
        Self::Postgres(connection)
    }
}

/// What stands for a `$1`. Each has one type of column, for the NULLs too: PostgreSQL guesses none.
#[derive(Clone, Debug)]
pub enum Value<'q> {
    /// `BOOLEAN`.
    Bool(Option<bool>),
    /// `SMALLINT` of PostgreSQL.
    Short(Option<i16>),
    /// `INTEGER` of PostgreSQL.
    Small(Option<i32>),
    /// `BIGINT`.
    Int(Option<i64>),
    /// `DOUBLE PRECISION`.
    Real(Option<f64>),
    /// `TEXT`.
    Text(Option<Cow<'q, str>>),
    /// `BYTEA`; a BLOB of SQLite.
    Bytes(Option<Cow<'q, [u8]>>),
    /// `BIGINT[]`, of PostgreSQL alone.
    Ints(Cow<'q, [i64]>),
    /// `TEXT[]`, of PostgreSQL alone.
    Texts(Vec<Cow<'q, str>>),
}

/// What can stand for a `$1`.
pub trait Bind<'q> {
    /// As a value.
    fn value(self) -> Value<'q>;
    /// NULL in a column of this type.
    fn null() -> Value<'q>;
}

/// Types that are one [`Value`].
macro_rules! bind {
    ($($type:ty => $kind:ident, |$it:ident| $value:expr;)+) => {
        $(impl<'q> Bind<'q> for $type {
            fn value(self) -> Value<'q> {
                let $it = self;
                Value::$kind(Some($value))
            }
            fn null() -> Value<'q> {
                Value::$kind(None)
            }
        })+
    };
}

bind! {
    bool => Bool, |it| it;
    i16 => Short, |it| it;
    i32 => Small, |it| it;
    i64 => Int, |it| it;
    &'q i64 => Int, |it| *it;
    f64 => Real, |it| it;
    &'q str => Text, |it| Cow::Borrowed(it);
    &'q &str => Text, |it| Cow::Borrowed(*it);
    &'q String => Text, |it| Cow::Borrowed(it.as_str());
    &'q Box<str> => Text, |it| Cow::Borrowed(&**it);
    String => Text, |it| Cow::Owned(it);
    Cow<'q, str> => Text, |it| it;
    &'q [u8] => Bytes, |it| Cow::Borrowed(it);
    &'q Vec<u8> => Bytes, |it| Cow::Borrowed(it.as_slice());
    Vec<u8> => Bytes, |it| Cow::Owned(it);
}

impl<'q, const N: usize> Bind<'q> for [u8; N] {
    fn value(self) -> Value<'q> {
        Value::Bytes(Some(Cow::Owned(self.to_vec())))
    }
    fn null() -> Value<'q> {
        Value::Bytes(None)
    }
}

impl<'q, const N: usize> Bind<'q> for &'q [u8; N] {
    fn value(self) -> Value<'q> {
        Value::Bytes(Some(Cow::Borrowed(self)))
    }
    fn null() -> Value<'q> {
        Value::Bytes(None)
    }
}

impl<'q, T: Bind<'q>> Bind<'q> for Option<T> {
    fn value(self) -> Value<'q> {
        self.map_or_else(T::null, T::value)
    }
    fn null() -> Value<'q> {
        T::null()
    }
}

impl<'q, T> Bind<'q> for &'q Option<T>
where
    &'q T: Bind<'q>,
{
    fn value(self) -> Value<'q> {
        self.as_ref().map_or_else(<&T>::null, <&T>::value)
    }
    fn null() -> Value<'q> {
        <&T>::null()
    }
}

/// Lists, of PostgreSQL alone.
macro_rules! lists {
    ($($type:ty => $kind:ident, |$it:ident| $value:expr;)+) => {
        $(impl<'q> Bind<'q> for $type {
            fn value(self) -> Value<'q> {
                let $it = self;
                Value::$kind($value)
            }
            fn null() -> Value<'q> {
                Value::$kind(Default::default())
            }
        })+
    };
}

lists! {
    &'q [i64] => Ints, |it| Cow::Borrowed(it);
    &'q Vec<i64> => Ints, |it| Cow::Borrowed(it.as_slice());
    Vec<i64> => Ints, |it| Cow::Owned(it);
    &'q [&str] => Texts, |it| it.iter().map(|text| Cow::Borrowed(*text)).collect();
    &'q Vec<&str> => Texts, |it| it.iter().map(|text| Cow::Borrowed(*text)).collect();
    Vec<&'q str> => Texts, |it| it.into_iter().map(Cow::Borrowed).collect();
    &'q [String] => Texts, |it| it.iter().map(|text| Cow::Borrowed(text.as_str())).collect();
    &'q Vec<String> => Texts, |it| it.iter().map(|text| Cow::Borrowed(text.as_str())).collect();
}

/// See the module.
#[derive(Debug)]
pub struct Statement<'q> {
    text: SqlStr,
    values: Vec<Value<'q>>,
    is_kept: bool,
}

/// A statement whose rows are not read, or read by hand.
pub fn query<'q>(text: impl SqlSafeStr) -> Statement<'q> {
    Statement { text: text.into_sql_str(), values: Vec::new(), is_kept: true }
}

/// A statement with rows of `T`.
pub fn query_as<'q, T: FromRow>(text: impl SqlSafeStr) -> As<'q, T> {
    As { statement: query(text), read: T::from_row }
}

/// A statement with rows of one column.
pub fn query_scalar<'q, T: Column>(text: impl SqlSafeStr) -> As<'q, T> {
    As { statement: query(text), read: |row| row.nth(0) }
}

impl<'q> Statement<'q> {
    /// What stands for the next `$n`.
    #[must_use]
    pub fn bind(mut self, value: impl Bind<'q>) -> Self {
        self.values.push(value.value());
        self
    }

    /// Whether the connection keeps the compiled statement; by default it does. For texts that hardly come twice: no.
    #[must_use]
    pub fn persistent(mut self, is_kept: bool) -> Self {
        self.is_kept = is_kept;
        self
    }

    fn for_sqlite(self) -> sqlx::Result<Query<'q, Sqlite, SqliteArguments>> {
        let mut all = SqliteArguments::default();
        for value in self.values {
            match value {
                Value::Bool(value) => all.add(value),
                Value::Short(value) => all.add(value),
                Value::Small(value) => all.add(value),
                Value::Int(value) => all.add(value),
                Value::Real(value) => all.add(value),
                Value::Text(value) => all.add(value),
                Value::Bytes(value) => all.add(value.map(Cow::into_owned)),
                Value::Ints(_) | Value::Texts(_) => Err("SQLite has no arrays".into()),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(self.text, all).persistent(self.is_kept))
    }

    fn for_postgres(self) -> sqlx::Result<Query<'q, Postgres, PgArguments>> {
        let mut all = PgArguments::default();
        for value in self.values {
            match value {
                Value::Bool(value) => all.add(value),
                Value::Short(value) => all.add(value),
                Value::Small(value) => all.add(value),
                Value::Int(value) => all.add(value),
                Value::Real(value) => all.add(value),
                Value::Text(value) => all.add(value),
                Value::Bytes(value) => all.add(value.as_deref()),
                Value::Ints(value) => all.add(&*value),
                Value::Texts(value) => all.add(value.iter().map(|text| &**text).collect::<Vec<&str>>()),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(self.text, all).persistent(self.is_kept))
    }

    /// Runs it; gives the count of rows that it changed.
    ///
    /// # Errors
    /// The database's.
    pub fn execute<'e>(self, on: impl Into<On<'e>>) -> BoxFuture<'e, sqlx::Result<u64>>
    where
        'q: 'e,
    {
        self.run(on.into()).boxed()
    }

    async fn run(self, on: On<'_>) -> sqlx::Result<u64> {
        Ok(match on {
            On::Readers(readers) => readers.execute(self.for_sqlite()?).await?.rows_affected(),
            On::Sqlite(connection) => connection.execute(self.for_sqlite()?).await?.rows_affected(),
            On::Pg(pg) => pg.execute(self.for_postgres()?).await?.rows_affected(),
            On::Postgres(connection) => connection.execute(self.for_postgres()?).await?.rows_affected(),
        })
    }

    /// Hands over each row as it comes.
    async fn each(self, on: On<'_>, take: &mut (dyn FnMut(Row) -> sqlx::Result<()> + Send)) -> sqlx::Result<()> {
        let mut rows = match on {
            On::Readers(readers) => readers.fetch(self.for_sqlite()?).map_ok(Row::Sqlite).boxed(),
            On::Sqlite(connection) => connection.fetch(self.for_sqlite()?).map_ok(Row::Sqlite).boxed(),
            On::Pg(pg) => pg.fetch(self.for_postgres()?).map_ok(Row::Postgres).boxed(),
            On::Postgres(connection) => connection.fetch(self.for_postgres()?).map_ok(Row::Postgres).boxed(),
        };
        while let Some(row) = rows.try_next().await? {
            take(row)?;
        }
        Ok(())
    }

    /// The first row, if there is one.
    async fn first(self, on: On<'_>) -> sqlx::Result<Option<Row>> {
        Ok(match on {
            On::Readers(readers) => readers.fetch_optional(self.for_sqlite()?).await?.map(Row::Sqlite),
            On::Sqlite(connection) => connection.fetch_optional(self.for_sqlite()?).await?.map(Row::Sqlite),
            On::Pg(pg) => pg.fetch_optional(self.for_postgres()?).await?.map(Row::Postgres),
            On::Postgres(connection) => connection.fetch_optional(self.for_postgres()?).await?.map(Row::Postgres),
        })
    }
}

/// A statement, and how each of its rows is read.
pub struct As<'q, T> {
    statement: Statement<'q>,
    read: fn(&Row) -> sqlx::Result<T>,
}

impl<T> fmt::Debug for As<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.statement.fmt(f)
    }
}

impl<'q, T: Send> As<'q, T> {
    /// See [`Statement::bind`].
    #[must_use]
    pub fn bind(mut self, value: impl Bind<'q>) -> Self {
        self.statement.values.push(value.value());
        self
    }

    /// See [`Statement::persistent`].
    #[must_use]
    pub fn persistent(mut self, is_kept: bool) -> Self {
        self.statement.is_kept = is_kept;
        self
    }

    /// All rows.
    ///
    /// # Errors
    /// The database's, or a row is not what it is read as.
    pub fn fetch_all<'e>(self, on: impl Into<On<'e>>) -> BoxFuture<'e, sqlx::Result<Vec<T>>>
    where
        'q: 'e,
        T: 'e,
    {
        let on = on.into();
        async move {
            let mut all = Vec::new();
            let take = &mut |row: Row| (self.read)(&row).map(|one| all.push(one));
            self.statement.each(on, take).await?;
            Ok(all)
        }
        .boxed()
    }

    /// Hands over each row as it comes.
    ///
    /// # Errors
    /// As [`Self::fetch_all`].
    pub async fn for_each(self, on: impl Into<On<'_>>, mut take: impl FnMut(T) + Send) -> sqlx::Result<()> {
        self.statement.each(on.into(), &mut |row| (self.read)(&row).map(&mut take)).await
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Self::fetch_all`].
    pub fn fetch_optional<'e>(self, on: impl Into<On<'e>>) -> BoxFuture<'e, sqlx::Result<Option<T>>>
    where
        'q: 'e,
        T: 'e,
    {
        let on = on.into();
        async move { self.statement.first(on).await?.map(|row| (self.read)(&row)).transpose() }.boxed()
    }

    /// The first row.
    ///
    /// # Errors
    /// As [`Self::fetch_all`], and [`sqlx::Error::RowNotFound`].
    pub fn fetch_one<'e>(self, on: impl Into<On<'e>>) -> BoxFuture<'e, sqlx::Result<T>>
    where
        'q: 'e,
        T: 'e,
    {
        let on = on.into();
        async move { (self.read)(&self.statement.first(on).await?.ok_or(sqlx::Error::RowNotFound)?) }.boxed()
    }
}

/// A statement whose text depends on how much it is given.
#[derive(Debug, Default)]
pub struct Builder<'q> {
    text: String,
    values: Vec<Value<'q>>,
}

impl<'q> Builder<'q> {
    /// Begins with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    /// Whether it has no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Goes on with this text.
    pub fn push(&mut self, text: impl fmt::Display) -> &mut Self {
        use fmt::Write as _;
        write!(self.text, "{text}").expect("a text takes everything");
        self
    }

    /// Goes on with the next `$n`, and this stands for it.
    pub fn push_bind(&mut self, value: impl Bind<'q>) -> &mut Self {
        self.values.push(value.value());
        let number = self.values.len();
        self.push(format_args!("${number}"))
    }

    /// Goes on with a `$n` for each of these, parted by commas.
    pub fn push_binds(&mut self, values: impl IntoIterator<Item = impl Bind<'q>>) -> &mut Self {
        let mut list = self.separated(", ");
        for value in values {
            list.push_bind(value);
        }
        self
    }

    /// A list whose members are parted by this.
    pub fn separated<'b>(&'b mut self, between: &'static str) -> Separated<'b, 'q> {
        Separated { builder: self, between, is_first: true }
    }

    /// `VALUES (…), (…)`, a row for each of these.
    pub fn push_values<I: IntoIterator>(
        &mut self,
        rows: I,
        mut push: impl FnMut(Separated<'_, 'q>, I::Item),
    ) -> &mut Self {
        self.push("VALUES ");
        for (number, row) in rows.into_iter().enumerate() {
            self.push(if number == 0 { "(" } else { ", (" });
            push(self.separated(", "), row);
            self.push(")");
        }
        self
    }

    /// The statement; the builder is empty then.
    pub fn build(&mut self) -> Statement<'q> {
        let mut statement = query(AssertSqlSafe(std::mem::take(&mut self.text)));
        statement.values = std::mem::take(&mut self.values);
        statement
    }

    /// The statement with rows of `T`; the builder is empty then.
    pub fn build_query_as<T: FromRow>(&mut self) -> As<'q, T> {
        As { statement: self.build(), read: T::from_row }
    }

    /// The statement with rows of one column; the builder is empty then.
    pub fn build_query_scalar<T: Column>(&mut self) -> As<'q, T> {
        As { statement: self.build(), read: |row| row.nth(0) }
    }
}

/// A list in a [`Builder`].
#[derive(Debug)]
pub struct Separated<'b, 'q> {
    builder: &'b mut Builder<'q>,
    between: &'static str,
    is_first: bool,
}

impl<'q> Separated<'_, 'q> {
    fn part(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.builder.push(self.between);
        }
    }

    /// Its next member, as text.
    pub fn push(&mut self, text: impl fmt::Display) -> &mut Self {
        self.part();
        self.builder.push(text);
        self
    }

    /// Its next member, as a value.
    pub fn push_bind(&mut self, value: impl Bind<'q>) -> &mut Self {
        self.part();
        self.builder.push_bind(value);
        self
    }

    /// Text right behind the last member.
    pub fn push_unseparated(&mut self, text: impl fmt::Display) -> &mut Self {
        self.builder.push(text);
        self
    }

    /// A value right behind the last member.
    pub fn push_bind_unseparated(&mut self, value: impl Bind<'q>) -> &mut Self {
        self.builder.push_bind(value);
        self
    }
}
