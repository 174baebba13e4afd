//! What keeps mail from leaving, for whoever looks: the mail server's words, kept by the instance.

use crate::db::{Db, read, write_now};

/// The words of the alarm that is up.
pub async fn read(db: &Db) -> sqlx::Result<Option<String>> {
    read!(db, |c| sqlx::query_scalar("SELECT value FROM instance WHERE name = 'delivery_alarm'").fetch_optional(c))
}

/// Raises it, or changes its words.
pub async fn raise(db: &Db, words: &str) -> sqlx::Result<u64> {
    write_now!(db, |c| sqlx::query(
        "INSERT INTO instance (name, value) VALUES ('delivery_alarm', $1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    .bind(words)
    .execute(c))
}

/// Takes it down if these are its words.
pub async fn withdraw(db: &Db, words: &str) -> sqlx::Result<u64> {
    write_now!(db, |c| sqlx::query("DELETE FROM instance WHERE name = 'delivery_alarm' AND value = $1")
        .bind(words)
        .execute(c))
}

/// Takes it down.
pub async fn clear(db: &Db) -> sqlx::Result<u64> {
    write_now!(db, |c| sqlx::query("DELETE FROM instance WHERE name = 'delivery_alarm'").execute(c))
}
