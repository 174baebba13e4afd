//! What a mail server taught us, a row of `instance` each.

use crate::db::{Db, read, write_now};

/// What was kept under this name.
pub async fn read(db: &Db, name: &str) -> sqlx::Result<Option<String>> {
    read!(db, |c| sqlx::query_scalar("SELECT value FROM instance WHERE name = $1").bind(name).fetch_optional(c))
}

/// Keeps it.
pub async fn write(db: &Db, name: &str, value: &str) -> sqlx::Result<u64> {
    write_now!(db, |c| sqlx::query(
        "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    .bind(name)
    .bind(value)
    .execute(c))
}
