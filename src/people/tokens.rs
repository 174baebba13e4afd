//! Tokens of programs: `fct_` and 256 random bits, shown once, stored as SHA-256, never in a URL or a log.
//!
//! In: a name and what it may do ([`Wanted`]), or a token that a program shows. Out: a token, or whose it is and what it may do
//! ([`Token::may`]: verbs, in one newsletter or in all). `facteur token` and the console make and revoke them.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar, text_enum};
use crate::events::activity::{self, Act, Deed};
use crate::keys::random_text;

/// What every token begins with, so that a leaked one is recognised.
pub const PREFIX: &str = "fct_";
/// Longest life of a token, and the usual one.
pub const LONGEST: Millis = 366 * DAY;
/// `last_used_at` is written at most this often: reading must not cost a write each time.
const TOUCH: Millis = MINUTE;

text_enum! {
    /// What a program may do; each apart from the others.
    pub enum Verb {
        /// Look at newsletters, digests, counts: nobody's data.
        Read => "read",
        /// Add posts.
        Write => "write",
        /// See and change subscribers: personal data.
        Readers => "readers",
        /// Have mails leave, or stop them.
        Send => "send",
        /// Everything else: settings, the record of activity.
        Manage => "manage",
    }
}

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
    /// Whose it is, if it was made for somebody.
    pub person_id: Option<i64>,
    /// [`Verb`]s with blanks between; empty: all.
    pub verbs: String,
    /// In which newsletter; `None`: in all.
    pub newsletter_id: Option<i64>,
}
from_row!(Token { id, name, created_at, expires_at, last_used_at, person_id, verbs, newsletter_id });

impl Token {
    /// Whether it may do this, in the newsletter that it is for. A word that only a later version knows grants nothing.
    pub fn may(&self, verb: Verb) -> bool {
        self.verbs.is_empty() || self.verbs.split(' ').any(|word| word == verb.as_str())
    }

    /// What it may do; none named: all.
    pub fn verbs(&self) -> Vec<Verb> {
        Verb::ALL.iter().copied().filter(|verb| !self.verbs.is_empty() && self.may(*verb)).collect()
    }
}

/// A token to be made.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What its owner calls it; no other has this name.
    pub name: &'a str,
    /// Void from then on; [`LONGEST`] from now at most.
    pub expires_at: Millis,
    /// Whose it is: it ends with a new password of theirs, with another role, and when they are kept out.
    pub person_id: Option<i64>,
    /// What it may do; none: all.
    pub verbs: &'a [Verb],
    /// In which newsletter; `None`: in all.
    pub newsletter_id: Option<i64>,
}

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
    make(app, &Wanted { name, expires_at, person_id: None, verbs: &[], newsletter_id: None }).await
}

/// The same for somebody, or for a part of what there is to do. `None` when there is one of this name.
pub async fn make(app: &App, wanted: &Wanted<'_>) -> sqlx::Result<Option<String>> {
    let token = format!("{PREFIX}{}", random_text(32));
    let words: Vec<&str> = wanted.verbs.iter().map(|verb| verb.as_str()).collect();
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(id) = insert(&mut tx, wanted, &words.join(" "), &hash(&token), now).await? else { return Ok(None) };
    let act = Act::new(Deed::TokenCreated).at(wanted.newsletter_id.unwrap_or_default()).about("token", id);
    activity::note(&mut tx, now, act.with("verbs", words).with("ends", wanted.expires_at)).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Ends the token of this name at once; false when there is none.
pub async fn revoke(app: &App, name: &str) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let Some((id, newsletter_id)) = delete(&mut tx, name).await? else { return Ok(false) };
    let act = Act::new(Deed::TokenRevoked).at(newsletter_id.unwrap_or_default()).about("token", id);
    activity::note(&mut tx, app.clock.now(), act).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends every token of a person.
pub(super) async fn end_all(tx: &mut Tx, person_id: i64) -> sqlx::Result<u64> {
    query("DELETE FROM api_token WHERE person_id = $1").bind(person_id).execute(tx.on()).await
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
    query_as("SELECT * FROM api_token ORDER BY id").fetch_all(db.on()).await
}

/// The token of this hash.
async fn by_hash(db: &Db, hash: &str) -> sqlx::Result<Option<Token>> {
    query_as("SELECT * FROM api_token WHERE hash = $1").bind(hash).fetch_optional(db.on()).await
}

/// Stores a token and gives its id; `None` when there is one of this name.
async fn insert(tx: &mut Tx, wanted: &Wanted<'_>, verbs: &str, hash: &str, now: Millis) -> sqlx::Result<Option<i64>> {
    query_scalar(
        "INSERT INTO api_token (name, hash, created_at, expires_at, person_id, verbs, newsletter_id)
         SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM api_token WHERE name = $1) RETURNING id",
    )
    .bind(wanted.name)
    .bind(hash)
    .bind(now)
    .bind(wanted.expires_at)
    .bind(wanted.person_id)
    .bind(verbs)
    .bind(wanted.newsletter_id)
    .fetch_optional(tx.on())
    .await
}

/// Removes the token of this name; gives its id, and in which newsletter it was.
async fn delete(tx: &mut Tx, name: &str) -> sqlx::Result<Option<(i64, Option<i64>)>> {
    query_as("DELETE FROM api_token WHERE name = $1 RETURNING id, newsletter_id")
        .bind(name)
        .fetch_optional(tx.on())
        .await
}

/// Notes that a token was used.
async fn touch_row(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<u64> {
    query("UPDATE api_token SET last_used_at = $2 WHERE id = $1").bind(id).bind(now).execute(tx.on()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_stored_as_its_hash() {
        assert_eq!(hash("fct_abc").len(), 43);
        assert_ne!(hash("fct_abc"), hash("fct_abd"));
    }

    #[test]
    fn a_token_may_what_it_names_and_all_when_it_names_nothing() {
        let of = |verbs: &str| Token {
            id: 1,
            name: String::new(),
            created_at: 0,
            expires_at: 0,
            last_used_at: None,
            person_id: None,
            verbs: verbs.to_owned(),
            newsletter_id: None,
        };
        assert!(Verb::ALL.iter().all(|verb| of("").may(*verb)));
        let some = of("read send of-a-later-version");
        assert_eq!(some.verbs(), [Verb::Read, Verb::Send]);
        assert!(!some.may(Verb::Manage) && !some.may(Verb::Readers));
        assert!(of("").verbs().is_empty());
    }
}
