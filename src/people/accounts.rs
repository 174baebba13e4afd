//! The people who edit: how each is called and whether they may come in.
//!
//! In: an address, a name, a language. Out: [`Person`]. Passwords and second factors are read where they are judged, and never
//! with the rest.

use serde_json::json;

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::events::activity::{self, Act, Deed, Fields};
use crate::keys::random_text;

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Inside id.
    pub id: i64,
    /// Unguessable id for URLs.
    pub public_id: String,
    /// Where they are written to, as given.
    pub email: String,
    /// How they want to be called; may be empty.
    pub name: String,
    /// BCP 47: the language of their console.
    pub language: String,
    /// Since when they may not come in any more.
    pub disabled_at: Option<Millis>,
    /// Since when they have an account.
    pub created_at: Millis,
    /// When they were last here, to the minute.
    pub seen_at: Option<Millis>,
}
from_row!(Person { id, public_id, email, name, language, disabled_at, created_at, seen_at });

impl Person {
    /// Their name, or their address when they gave none.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

/// The columns of a [`Person`].
const COLUMNS: &str = "p.id, p.public_id, p.email, p.name, p.language, p.disabled_at, p.created_at, p.seen_at";

/// Somebody new.
#[derive(Clone, Copy, Debug)]
pub struct NewPerson<'a> {
    /// As given.
    pub email: &'a str,
    /// What it is looked up by, see [`crate::subscribers::address::Email`].
    pub email_key: &'a str,
    /// How they want to be called.
    pub name: &'a str,
    /// Of their console.
    pub language: &'a str,
}

/// Stores somebody, and gives their id; `None` when there is an account of this address.
pub async fn insert(tx: &mut Tx, new: NewPerson<'_>, now: Millis) -> sqlx::Result<Option<i64>> {
    query_scalar(
        "INSERT INTO person (public_id, email, email_key, name, language, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (email_key) DO NOTHING RETURNING id",
    )
    .bind(random_text(12))
    .bind(new.email)
    .bind(new.email_key)
    .bind(new.name)
    .bind(new.language)
    .bind(now)
    .fetch_optional(tx.on())
    .await
}

/// Another name and language.
pub async fn rename(app: &App, person_id: i64, name: &str, language: &str) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    let before: Option<(String, String)> =
        query_as("SELECT name, language FROM person WHERE id = $1").bind(person_id).fetch_optional(tx.on()).await?;
    let Some((name_before, language_before)) = before else { return Ok(()) };
    query("UPDATE person SET name = $2, language = $3 WHERE id = $1")
        .bind(person_id)
        .bind(name)
        .bind(language)
        .execute(tx.on())
        .await?;
    let before = json!({ "name": name_before, "language": language_before });
    let changed = Fields::between(&before, &json!({ "name": name, "language": language }), &["language"]);
    if !changed.is_empty() {
        let act = Act::new(Deed::PersonRenamed).about("person", person_id).changed(changed);
        activity::note(&mut tx, app.clock.now(), act).await?;
    }
    tx.commit().await
}

/// The person of this id.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Person>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM person p WHERE p.id = $1"));
    query_as(sql).bind(id).fetch_optional(db.on()).await
}

/// The person of this id outside.
pub async fn by_public_id(db: &Db, public_id: &str) -> sqlx::Result<Option<Person>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM person p WHERE p.public_id = $1"));
    query_as(sql).bind(public_id).fetch_optional(db.on()).await
}

/// The person of this address key.
pub async fn by_email_key(db: &Db, email_key: &str) -> sqlx::Result<Option<Person>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM person p WHERE p.email_key = $1"));
    query_as(sql).bind(email_key).fetch_optional(db.on()).await
}

/// Everybody, the oldest account first.
pub async fn all(db: &Db) -> sqlx::Result<Vec<Person>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM person p ORDER BY p.id"));
    query_as(sql).fetch_all(db.on()).await
}

/// Whether nobody has an account yet.
pub async fn none(db: &Db) -> sqlx::Result<bool> {
    let some: Option<i64> = query_scalar("SELECT id FROM person LIMIT 1").fetch_optional(db.on()).await?;
    Ok(some.is_none())
}
