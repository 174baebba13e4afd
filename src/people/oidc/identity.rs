//! Whose account at a provider of log-ins is whose here: links, by the provider's address and its own number for the person.
//!
//! In: a person and a number. Out: a link made, found, ended. At one provider somebody has one account here, and one there. A link is
//! never the only way in that somebody ends: who has no password keeps it.

use super::refusal::Refusal;
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::people::sessions;

/// An account at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// Its number for the person; means nothing elsewhere.
    pub subject: &'a str,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `person.id`
    pub person_id: i64,
    /// The provider.
    pub issuer: String,
    /// Its number for the person.
    pub subject: String,
    /// Since when.
    pub linked_at: Millis,
    /// When somebody last came in by it.
    pub used_at: Option<Millis>,
}
from_row!(Identity { person_id, issuer, subject, linked_at, used_at });

/// Whom a link leads to.
pub(super) struct Owner {
    /// `person.id`
    pub person_id: i64,
    /// Since when they may not come in.
    pub disabled_at: Option<Millis>,
}
from_row!(Owner { person_id, disabled_at });

/// The links of somebody, the oldest first.
pub async fn of(db: &Db, person_id: i64) -> sqlx::Result<Vec<Identity>> {
    query_as(
        "SELECT person_id, issuer, subject, linked_at, used_at FROM person_identity WHERE person_id = $1
         ORDER BY linked_at, issuer",
    )
    .bind(person_id)
    .fetch_all(db.on())
    .await
}

/// Everybody's.
pub async fn all(db: &Db) -> sqlx::Result<Vec<Identity>> {
    query_as(
        "SELECT person_id, issuer, subject, linked_at, used_at FROM person_identity ORDER BY person_id, linked_at, issuer"
    )
    .fetch_all(db.on()).await
}

/// Whether somebody has a password.
pub async fn has_password(db: &Db, person_id: i64) -> sqlx::Result<bool> {
    let found: Option<bool> = query_scalar("SELECT password IS NOT NULL FROM person WHERE id = $1")
        .bind(person_id)
        .fetch_optional(db.on())
        .await?;
    Ok(found.unwrap_or(false))
}

/// Whom an account leads to.
pub(super) async fn owner(tx: &mut Tx, account: Account<'_>) -> sqlx::Result<Option<Owner>> {
    query_as(
        "SELECT i.person_id, p.disabled_at FROM person_identity i JOIN person p ON p.id = i.person_id
         WHERE i.issuer = $1 AND i.subject = $2",
    )
    .bind(account.issuer)
    .bind(account.subject)
    .fetch_optional(tx.on())
    .await
}

/// Somebody came in by it.
pub(super) async fn used(tx: &mut Tx, account: Account<'_>, now: Millis) -> sqlx::Result<u64> {
    query("UPDATE person_identity SET used_at = $3 WHERE issuer = $1 AND subject = $2")
        .bind(account.issuer)
        .bind(account.subject)
        .bind(now)
        .execute(tx.on())
        .await
}

/// Links an account to somebody: `Ok(false)` when it is so already.
pub(super) async fn link(
    tx: &mut Tx,
    person_id: i64,
    account: Account<'_>,
    now: Millis,
) -> sqlx::Result<Result<bool, Refusal>> {
    let linked = query(
        "INSERT INTO person_identity (issuer, subject, person_id, linked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
    )
    .bind(account.issuer)
    .bind(account.subject)
    .bind(person_id)
    .bind(now)
    .execute(tx.on())
    .await?;
    if linked == 1 {
        return Ok(Ok(true));
    }
    Ok(match owner(tx, account).await? {
        Some(owner) if owner.person_id == person_id => Ok(false),
        Some(_) => Err(Refusal::Taken),
        None => Err(Refusal::HasAnother),
    })
}

/// What is noted of a link that was made. `by`: from a `session`, or an `invitation`.
pub(super) fn linked(person_id: i64, by: &'static str) -> Act {
    Act::new(Deed::PersonLinked).about("person", person_id).by(Actor::Person(person_id)).with("by", by)
}

/// What became of a wish to end a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlinked {
    /// It is ended; whatever else was open is closed.
    Done,
    /// There was none.
    NoLink,
    /// It is their only way in.
    OnlyWay,
}

/// Ends somebody's link with a provider, and their sessions but, perhaps, one: whoever came in by it is out.
pub async fn unlink(app: &App, person_id: i64, issuer: &str, except: Option<&str>) -> sqlx::Result<Unlinked> {
    let mut tx = app.db.begin().await?;
    let ended = query(
        "DELETE FROM person_identity WHERE person_id = $1 AND issuer = $2
           AND EXISTS (SELECT 1 FROM person p WHERE p.id = $1 AND p.password IS NOT NULL)",
    )
    .bind(person_id)
    .bind(issuer)
    .execute(tx.on())
    .await?;
    if ended == 0 {
        let there: bool =
            query_scalar("SELECT EXISTS (SELECT 1 FROM person_identity WHERE person_id = $1 AND issuer = $2)")
                .bind(person_id)
                .bind(issuer)
                .fetch_one(tx.on())
                .await?;
        return Ok(if there { Unlinked::OnlyWay } else { Unlinked::NoLink });
    }
    sessions::end_all(&mut tx, person_id, except).await?;
    let act = Act::new(Deed::PersonUnlinked).about("person", person_id);
    activity::note(&mut tx, app.clock.now(), act).await?;
    tx.commit().await?;
    Ok(Unlinked::Done)
}
