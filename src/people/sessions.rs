//! Who is signed in: a random id in a cookie, stored as its hash; idle for 8 hours at most, 14 days in all.
//!
//! In: a person who showed what it takes. Out: what their cookie holds; [`super::entrance`] finds the [`Session`] of it. A new id is made
//! at each step of signing in, so that an id somebody was given beforehand is worth nothing.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::accounts::Person;
use crate::clock::{DAY, HOUR, MINUTE, Millis};
use crate::db::{Db, Tx, from_row, query, query_as, text_enum};
use crate::keys::random_text;

/// A session that nobody used for so long is over.
pub const IDLE: Millis = 8 * HOUR;
/// A session is over after so long, used or not.
pub const LONGEST: Millis = 14 * DAY;
/// How long the second factor may take after the password.
pub const HALF: Millis = 10 * MINUTE;

text_enum! {
    /// How far somebody has come in signing in.
    pub enum Stage {
        /// The password was right; the second factor is to come.
        Half => "half",
        /// Signed in.
        Full => "full",
    }
}

/// Somebody who is signed in, or half.
#[derive(Clone, Debug)]
pub struct Session {
    /// What it is stored under.
    pub hash: String,
    /// How far.
    pub stage: Stage,
    /// Who.
    pub person: Person,
    /// When they last used it, to the minute.
    pub seen_at: Millis,
}

/// A line of somebody's list of sessions.
#[derive(Clone, Debug)]
pub struct Line {
    /// Names it on the page; opens nothing.
    pub hash: String,
    /// Browser and system.
    pub agent: String,
    /// Since when.
    pub created_at: Millis,
    /// Last used.
    pub seen_at: Millis,
}
from_row!(Line { hash, agent, created_at, seen_at });

/// What is stored of a cookie's value.
pub fn hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, value.as_bytes()))
}

/// Opens a session, and gives what the cookie holds: 256 random bits, base64url.
pub async fn open(tx: &mut Tx, person_id: i64, stage: Stage, agent: &str, now: Millis) -> sqlx::Result<String> {
    let value = random_text(32);
    query("INSERT INTO session (hash, person_id, stage, agent, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $5)")
        .bind(hash(&value))
        .bind(person_id)
        .bind(stage)
        .bind(agent)
        .bind(now)
        .execute(tx.on())
        .await?;
    if stage == Stage::Full {
        query("UPDATE person SET seen_at = $2 WHERE id = $1").bind(person_id).bind(now).execute(tx.on()).await?;
    }
    Ok(value)
}

/// What somebody has open, last used first.
pub async fn of(db: &Db, person_id: i64, now: Millis) -> sqlx::Result<Vec<Line>> {
    query_as(
        "SELECT hash, agent, created_at, seen_at FROM session
         WHERE person_id = $1 AND stage = 'full' AND seen_at > $2 AND created_at > $3 ORDER BY seen_at DESC, hash",
    )
    .bind(person_id)
    .bind(now - IDLE)
    .bind(now - LONGEST)
    .fetch_all(db.on())
    .await
}

/// Ends one session of a person.
pub async fn end(tx: &mut Tx, person_id: i64, hash: &str) -> sqlx::Result<u64> {
    query("DELETE FROM session WHERE person_id = $1 AND hash = $2").bind(person_id).bind(hash).execute(tx.on()).await
}

/// Ends all of a person's sessions but, perhaps, one.
pub async fn end_all(tx: &mut Tx, person_id: i64, except: Option<&str>) -> sqlx::Result<u64> {
    query("DELETE FROM session WHERE person_id = $1 AND hash <> $2")
        .bind(person_id)
        .bind(except.unwrap_or_default())
        .execute(tx.on())
        .await
}

/// Forgets sessions that are over.
pub async fn forget(tx: &mut Tx, now: Millis) -> sqlx::Result<u64> {
    query("DELETE FROM session WHERE seen_at <= $1 OR created_at <= $2")
        .bind(now - IDLE)
        .bind(now - LONGEST)
        .execute(tx.on())
        .await
}
