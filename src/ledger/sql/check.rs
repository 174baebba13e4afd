//! What fsck reads. No write.

use crate::clock::Millis;
use crate::db::{Db, from_row, query_as, query_scalar};

/// A digest that was released.
#[derive(Clone, Debug)]
pub struct Digest {
    /// Inside id.
    pub id: i64,
    /// Outside id.
    pub public_id: String,
    /// Where it stands.
    pub state: String,
    /// Eligible at release.
    pub recipients: i64,
    /// Last id that belongs to a batch.
    pub claimed_upto: i64,
    /// When it ended.
    pub finished_at: Option<Millis>,
    /// Languages it has a mail in.
    pub variants: i64,
}
from_row!(Digest { id, public_id, state, recipients, claimed_upto, finished_at, variants });

/// Digests after this id that have been released, a few at a time; with `only` that one alone.
pub async fn digests(db: &Db, after: i64, only: Option<i64>) -> sqlx::Result<Vec<Digest>> {
    query_as(
        "SELECT id, public_id, state, recipients, claimed_upto, finished_at,
                (SELECT COUNT(*) FROM digest_variant v WHERE v.digest_id = digest.id) AS variants
         FROM digest WHERE id > $1 AND released_at IS NOT NULL AND ($2 IS NULL OR id = $2) ORDER BY id LIMIT 200",
    )
    .bind(after)
    .bind(only)
    .fetch_all(db.on())
    .await
}

/// Inside id of a digest.
pub async fn digest_of(db: &Db, public_id: &str) -> sqlx::Result<Option<i64>> {
    query_scalar("SELECT id FROM digest WHERE public_id = $1").bind(public_id).fetch_optional(db.on()).await
}

/// First and last ids of a digest's batches, in order.
pub async fn batches(db: &Db, digest_id: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    query_as("SELECT lo, hi FROM delivery_batch WHERE digest_id = $1 ORDER BY lo")
        .bind(digest_id)
        .fetch_all(db.on())
        .await
}

/// Open rows in a range of ids.
pub async fn open_between(db: &Db, digest_id: i64, lo: i64, hi: i64) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM delivery WHERE digest_id = $1 AND subscriber_id BETWEEN $2 AND $3 AND state IN (0, 4)",
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .fetch_one(db.on())
    .await
}

/// Ids of a digest's rows after this one, ten thousand at a time.
pub async fn row_ids(db: &Db, digest_id: i64, after: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT subscriber_id FROM delivery WHERE digest_id = $1 AND subscriber_id > $2
         ORDER BY subscriber_id LIMIT 10000",
    )
    .bind(digest_id)
    .bind(after)
    .fetch_all(db.on())
    .await
}

/// Whether this digest exists and was released.
pub async fn is_released(db: &Db, digest_id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM digest WHERE id = $1 AND released_at IS NOT NULL)")
        .bind(digest_id)
        .fetch_one(db.on())
        .await
}

/// Batches of digests that are not there.
pub async fn orphan_batches(db: &Db) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM delivery_batch b WHERE NOT EXISTS (SELECT 1 FROM digest d WHERE d.id = b.digest_id)",
    )
    .fetch_one(db.on())
    .await
}

/// Letters whose state is none.
pub async fn strange_letters(db: &Db) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM letter WHERE state NOT BETWEEN 0 AND 6").fetch_one(db.on()).await
}
