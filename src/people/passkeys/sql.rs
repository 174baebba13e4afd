//! Rows of `passkey` and `passkey_challenge`.
//!
//! In: a person, a credential. Out: keys as stored. Whoever calls has judged what is written.

use super::Passkey;
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_as, query_scalar};

/// The columns of a [`Passkey`].
const COLUMNS: &str = "k.id, k.person_id, k.party, k.credential, k.public_key, k.counter, k.synced, k.name, k.created_at, \
                       k.last_used_at, k.doubted_at";

/// A person's, the oldest first.
pub async fn of(db: &Db, person_id: i64) -> sqlx::Result<Vec<Passkey>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM passkey k WHERE k.person_id = $1 ORDER BY k.id"));
    query_as(sql).bind(person_id).fetch_all(db.on()).await
}

/// The key of a credential.
pub async fn by_credential(db: &Db, credential: &str) -> sqlx::Result<Option<Passkey>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM passkey k WHERE k.credential = $1"));
    query_as(sql).bind(credential).fetch_optional(db.on()).await
}

/// How many a person has. Whoever adds one holds the person's row until the commit, so that two at once are counted.
pub async fn count_of(tx: &mut Tx, person_id: i64) -> sqlx::Result<i64> {
    query("UPDATE person SET seen_at = seen_at WHERE id = $1").bind(person_id).execute(tx.on()).await?;
    query_scalar("SELECT COUNT(*) FROM passkey WHERE person_id = $1").bind(person_id).fetch_one(tx.on()).await
}

/// Stores a key and gives its id; `None` when there is one of this credential.
pub async fn insert(tx: &mut Tx, key: &Passkey) -> sqlx::Result<Option<i64>> {
    query_scalar(
        "INSERT INTO passkey (person_id, party, credential, public_key, counter, synced, name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential) DO NOTHING RETURNING id",
    )
    .bind(key.person_id)
    .bind(&key.party)
    .bind(&key.credential)
    .bind(&key.public_key)
    .bind(key.counter)
    .bind(key.synced)
    .bind(&key.name)
    .bind(key.created_at)
    .fetch_optional(tx.on())
    .await
}

/// Notes that a key was used, unless it was used, doubted or removed in the meantime, or its owner kept out.
pub async fn used(tx: &mut Tx, key: &Passkey, counter: i64, now: Millis) -> sqlx::Result<bool> {
    let noted = query(
        "UPDATE passkey SET counter = $3, last_used_at = $4 WHERE id = $1 AND counter = $2 AND doubted_at IS NULL
         AND EXISTS (SELECT 1 FROM person p WHERE p.id = passkey.person_id AND p.disabled_at IS NULL)",
    )
    .bind(key.id)
    .bind(key.counter)
    .bind(counter)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(noted == 1)
}

/// Notes that there may be two of a key; `false` when that is noted.
pub async fn doubt(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<bool> {
    let noted = query("UPDATE passkey SET doubted_at = $2 WHERE id = $1 AND doubted_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(noted == 1)
}

/// Another name; `false` when it is the same, or there is no such key of this person.
pub async fn rename(tx: &mut Tx, person_id: i64, id: i64, name: &str) -> sqlx::Result<bool> {
    let renamed = query("UPDATE passkey SET name = $3 WHERE person_id = $1 AND id = $2 AND name <> $3")
        .bind(person_id)
        .bind(id)
        .bind(name)
        .execute(tx.on())
        .await?;
    Ok(renamed == 1)
}

/// Removes one of a person's, or all; gives their ids.
pub async fn delete(tx: &mut Tx, person_id: i64, which: Option<i64>) -> sqlx::Result<Vec<i64>> {
    query_scalar("DELETE FROM passkey WHERE person_id = $1 AND (id = $2 OR $2 = 0) RETURNING id")
        .bind(person_id)
        .bind(which.unwrap_or_default())
        .fetch_all(tx.on())
        .await
}

/// Notes that a challenge (its hash) was answered; `false` when it was before.
pub async fn answer(tx: &mut Tx, hash: &str, now: Millis) -> sqlx::Result<bool> {
    let noted =
        query("INSERT INTO passkey_challenge (hash, answered_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING")
            .bind(hash)
            .bind(now)
            .execute(tx.on())
            .await?;
    Ok(noted == 1)
}

/// Forgets challenges that were answered before this instant.
pub async fn forget_answered(tx: &mut Tx, before: Millis) -> sqlx::Result<u64> {
    query("DELETE FROM passkey_challenge WHERE answered_at < $1").bind(before).execute(tx.on()).await
}
