//! Tokens of programs: `fct_` and 256 random bits, shown once, stored as SHA-256, never in a URL or a log.
//!
//! In: a name, or a token that a program shows. Out: a token, or whose it is. `facteur token` makes and revokes them.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::db::{Db, Tx, execute, from_row, read};
use crate::keys::random_text;

/// What every token begins with, so that a leaked one is recognised.
pub const PREFIX: &str = "fct_";
/// Longest life of a token, and the usual one.
pub const LONGEST: Millis = 366 * DAY;
/// `last_used_at` is written at most this often: reading must not cost a write each time.
const TOUCH: Millis = MINUTE;

/// A token as stored: only its hash, never the token itself.
#[derive(Clone, Debug)]
pub struct Token {
    /// Inside id.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub created_at: Millis,
    /// Void from then on.
    pub expires_at: Millis,
    /// Last used, to the minute.
    pub last_used_at: Option<Millis>,
}
from_row!(Token { id, name, created_at, expires_at, last_used_at });

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum Shut {
    /// Not one of this instance, or revoked.
    #[error("this token is not known here, or was revoked")]
    Unknown,
    /// Its time is over.
    #[error("this token has expired; `facteur token create` makes a new one")]
    Expired,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes a token that is nobody's in particular and gives it; it cannot be read again. `None` when there is one of this name.
pub async fn create(app: &App, name: &str, expires_at: Millis) -> sqlx::Result<Option<String>> {
    create_for(app, name, expires_at, None).await
}

/// The same for a person: it ends with a new password of theirs, with another role, and when they are kept out.
pub async fn create_for(
    app: &App,
    name: &str,
    expires_at: Millis,
    person_id: Option<i64>,
) -> sqlx::Result<Option<String>> {
    let token = format!("{PREFIX}{}", random_text(32));
    let mut tx = app.db.begin().await?;
    let made = insert(&mut tx, name, &hash(&token), app.clock.now(), expires_at, person_id).await?;
    tx.commit().await?;
    Ok((made == 1).then_some(token))
}

/// Ends the token of this name at once; false when there is none.
pub async fn revoke(app: &App, name: &str) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let gone = delete(&mut tx, name).await?;
    tx.commit().await?;
    Ok(gone > 0)
}

/// Ends every token of a person.
pub(super) async fn end_all(tx: &mut Tx, person_id: i64) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("DELETE FROM api_token WHERE person_id = $1").bind(person_id).execute(c))
}

/// Whose token this is, and notes that it was used.
///
/// # Errors
/// See [`Shut`].
pub async fn open(app: &App, token: &str) -> Result<Token, Shut> {
    let row = by_hash(&app.db, &hash(token)).await?.ok_or(Shut::Unknown)?;
    let now = app.clock.now();
    if row.expires_at <= now {
        return Err(Shut::Expired);
    }
    if row.last_used_at.is_none_or(|at| now - at >= TOUCH) {
        let mut tx = app.db.begin().await?;
        touch_row(&mut tx, row.id, now).await?;
        tx.commit().await?;
    }
    Ok(row)
}

fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))
}

/// All tokens, the oldest first.
pub async fn all(db: &Db) -> sqlx::Result<Vec<Token>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM api_token ORDER BY id").fetch_all(c))
}

/// The token of this hash.
async fn by_hash(db: &Db, hash: &str) -> sqlx::Result<Option<Token>> {
    read!(db, |c| sqlx::query_as("SELECT * FROM api_token WHERE hash = $1").bind(hash).fetch_optional(c))
}

/// Stores a token; 0 when there is one of this name.
async fn insert(
    tx: &mut Tx,
    name: &str,
    hash: &str,
    now: Millis,
    expires: Millis,
    person_id: Option<i64>,
) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO api_token (name, hash, created_at, expires_at, person_id)
         SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM api_token WHERE name = $1)"
    )
    .bind(name)
    .bind(hash)
    .bind(now)
    .bind(expires)
    .bind(person_id)
    .execute(c))
}

/// Removes the token of this name.
async fn delete(tx: &mut Tx, name: &str) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("DELETE FROM api_token WHERE name = $1").bind(name).execute(c))
}

/// Notes that a token was used.
async fn touch_row(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE api_token SET last_used_at = $2 WHERE id = $1").bind(id).bind(now).execute(c))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_token_is_stored_as_its_hash() {
        assert_eq!(super::hash("fct_abc").len(), 43);
        assert_ne!(super::hash("fct_abc"), super::hash("fct_abd"));
    }
}
