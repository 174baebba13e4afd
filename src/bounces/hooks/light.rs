//! When each hook was last heard, and what it last refused: for the light that says whether it works.
//!
//! In: a request that was believed, or one that was not though it knew the address. Out: a row a provider in `hook`, true to the
//! minute, so that a flood of posts is no flood of writes. Met by `views`.

use super::Provider;
use super::request::Refused;
use crate::clock::{MINUTE, Millis};
use crate::db::{Db, from_row, query, query_as};

/// What is known of one hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Whose.
    pub provider: String,
    /// When a post was last believed; 0: never.
    pub seen_at: Millis,
    /// When one was last refused; 0: never.
    pub refused_at: Millis,
    /// Why ([`Refused`]); empty when none was.
    pub refused: String,
}
from_row!(Heard { provider, seen_at, refused_at, refused });

/// Everything that is known, by provider.
pub async fn all(db: &Db) -> sqlx::Result<Vec<Heard>> {
    query_as("SELECT provider, seen_at, refused_at, refused FROM hook ORDER BY provider").fetch_all(db.on()).await
}

async fn of(db: &Db, provider: Provider) -> sqlx::Result<Option<Heard>> {
    query_as("SELECT provider, seen_at, refused_at, refused FROM hook WHERE provider = $1")
        .bind(provider.as_str())
        .fetch_optional(db.on())
        .await
}

/// Notes that a post was believed.
pub async fn seen(db: &Db, provider: Provider, now: Millis) -> sqlx::Result<()> {
    let before = of(db, provider).await?;
    if before
        .is_some_and(|heard| (heard.seen_at..heard.seen_at + MINUTE).contains(&now) && heard.refused_at < heard.seen_at)
    {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    query(
        "INSERT INTO hook (provider, seen_at) VALUES ($1, $2)
         ON CONFLICT (provider) DO UPDATE SET seen_at = excluded.seen_at",
    )
    .bind(provider.as_str())
    .bind(now)
    .execute(tx.on())
    .await?;
    tx.commit().await
}

/// Notes that a post was refused, and why.
pub async fn refused(db: &Db, provider: Provider, why: Refused, now: Millis) -> sqlx::Result<()> {
    let before = of(db, provider).await?;
    if before.is_some_and(|heard| {
        (heard.refused_at..heard.refused_at + MINUTE).contains(&now) && heard.refused == why.as_str()
    }) {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    query(
        "INSERT INTO hook (provider, refused_at, refused) VALUES ($1, $2, $3)
         ON CONFLICT (provider) DO UPDATE SET refused_at = excluded.refused_at, refused = excluded.refused",
    )
    .bind(provider.as_str())
    .bind(now)
    .bind(why.as_str())
    .execute(tx.on())
    .await?;
    tx.commit().await
}
