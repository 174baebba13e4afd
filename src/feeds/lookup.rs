//! Queries for the known posts of a newsletter, by their marks, and for the posts that a feed held recently.
//!
//! In: an [`Identity`], or a feed. Out: [`Known`] posts. Queries only: [`super::recognise`] interprets their results.

use std::collections::HashSet;

use crate::clock::Millis;
use crate::db::{Builder, Db, On, Tx, from_row, query, query_as};

use super::identity::Identity;
use super::{Feed, PostState};

/// Most posts of one feed that are examined together: the youngest.
const MOST: i64 = 2_000;

/// A post that is known, with its marks.
#[derive(Clone, Debug)]
pub struct Known {
    /// Inside id.
    pub id: i64,
    /// The feed that it last came with.
    pub feed_id: Option<i64>,
    /// See [`Identity`].
    pub guid: String,
    /// See [`Identity`].
    pub url_key: Option<String>,
    /// See [`Identity`].
    pub title_key: String,
    /// The date that its feed gave when the post was stored.
    pub published_at: Option<Millis>,
    /// When it was first seen.
    pub first_seen_at: Millis,
    /// Its state.
    pub state: PostState,
    /// The reason for its state.
    pub reason: Option<String>,
    /// See [`super::Post::missing_since`].
    pub missing_since: Option<Millis>,
}
from_row!(Known { id, feed_id, guid, url_key, title_key, published_at, first_seen_at, state, reason, missing_since });

impl Known {
    /// Published, else first seen.
    pub fn at(&self) -> Millis {
        self.published_at.unwrap_or(self.first_seen_at)
    }
}

async fn known_on(on: On<'_>, newsletter_id: i64, identity: &Identity) -> sqlx::Result<Option<Known>> {
    query_as(
            "SELECT id, feed_id, guid, url_key, title_key, published_at, first_seen_at, state, reason, missing_since FROM post
             WHERE id = COALESCE((SELECT MIN(id) FROM post WHERE newsletter_id = $1 AND guid = $2),
                                 (SELECT MIN(id) FROM post WHERE newsletter_id = $1 AND url_key = $3))"
        )
        .bind(newsletter_id)
        .bind(&identity.guid)
        .bind(identity.url_key.as_deref())
        .fetch_optional(on).await
}

/// The post with this guid, else with this address. Each mark is looked up in its own index: with `OR` between them SQLite's
/// planner read every post of the newsletter (20 look-ups among 20,000 posts: 242 ms of CPU instead of 0.24).
pub async fn known(db: &Db, newsletter_id: i64, identity: &Identity) -> sqlx::Result<Option<Known>> {
    known_on(db.on(), newsletter_id, identity).await
}

/// The same, inside a transaction.
pub async fn known_in(tx: &mut Tx, newsletter_id: i64, identity: &Identity) -> sqlx::Result<Option<Known>> {
    known_on(tx.on(), newsletter_id, identity).await
}

/// The columns of [`Known`], and the posts that a feed held or should hold. In two dialects, because SQLite and PostgreSQL unpack a
/// list of ids differently; a query for each id would cost ten times as much.
macro_rules! held {
    ($ids:literal) => {
        concat!(
            "SELECT id, feed_id, guid, url_key, title_key, published_at, first_seen_at, state, reason, missing_since FROM post
             WHERE feed_id = $1 AND COALESCE(published_at, first_seen_at) >= $2
             UNION
             SELECT id, feed_id, guid, url_key, title_key, published_at, first_seen_at, state, reason, missing_since FROM post
             WHERE id IN (",
            $ids,
            ")
             UNION
             SELECT id, feed_id, guid, url_key, title_key, published_at, first_seen_at, state, reason, missing_since FROM post
             WHERE feed_id IS NULL AND COALESCE(published_at, first_seen_at) >= $2 AND newsletter_id = $4
               AND state = 'gone' AND reason = 'feed_removed'
             ORDER BY id DESC LIMIT $5"
        )
    };
}

/// The posts of a feed's last reading, its posts since `since`, and those since then of removed feeds.
pub async fn held(db: &Db, feed: &Feed, since: Millis) -> sqlx::Result<Vec<Known>> {
    let ids = feed.held_ids.as_deref().unwrap_or("[]");
    match db {
        Db::Sqlite { read, .. } => {
            query_as(held!("SELECT value FROM json_each($3)"))
                .bind(feed.id)
                .bind(since)
                .bind(ids)
                .bind(feed.newsletter_id)
                .bind(MOST)
                .fetch_all(read)
                .await
        }
        Db::Postgres(pool) => {
            query_as(held!("SELECT value::bigint FROM jsonb_array_elements_text($3::jsonb)"))
                .bind(feed.id)
                .bind(since)
                .bind(ids)
                .bind(feed.newsletter_id)
                .bind(MOST)
                .fetch_all(pool)
                .await
        }
    }
}

/// Stores the newest marks of a post, and its date, so that it is recognised when the next mark changes. A guid that another post
/// has is not stored.
pub async fn remember(
    tx: &mut Tx,
    newsletter_id: i64,
    known: &Known,
    new: &Identity,
    (published_at, published_day): (Option<Millis>, Option<String>),
    feed_id: i64,
) -> sqlx::Result<u64> {
    query(
        "UPDATE post SET url_key = COALESCE($3, url_key), title_key = $4, feed_id = $6, published_at = COALESCE($7, published_at),
                published_day = CASE WHEN $7 IS NULL THEN published_day ELSE $8 END,
                guid = CASE WHEN EXISTS (SELECT 1 FROM post q WHERE q.newsletter_id = $2 AND q.guid = $5) THEN guid ELSE $5 END
         WHERE id = $1"
    )
    .bind(known.id)
    .bind(newsletter_id)
    .bind(new.url_key.as_deref())
    .bind(&new.title_key)
    .bind(&new.guid)
    .bind(feed_id)
    .bind(published_at)
    .bind(published_day)
    .execute(tx.on()).await
}

/// Removes the marks of a post: another post has taken its address.
pub async fn give_up_marks(tx: &mut Tx, id: i64) -> sqlx::Result<u64> {
    query("UPDATE post SET guid = 'was:' || id || ':' || guid, url_key = NULL, missing_since = NULL WHERE id = $1")
        .bind(id)
        .execute(tx.on())
        .await
}

/// Notes since when a post is missing from its feed, or that it is there again.
pub async fn set_missing(tx: &mut Tx, id: i64, since: Option<Millis>) -> sqlx::Result<u64> {
    query("UPDATE post SET missing_since = $2 WHERE id = $1").bind(id).bind(since).execute(tx.on()).await
}

/// Assigns a post to another feed of its newsletter that has it too, or to none.
pub async fn give_to(tx: &mut Tx, id: i64, feed_id: Option<i64>) -> sqlx::Result<u64> {
    query("UPDATE post SET feed_id = $2, missing_since = NULL WHERE id = $1")
        .bind(id)
        .bind(feed_id)
        .execute(tx.on())
        .await
}

/// Brings a gone post back; its waiting period begins again at `now`.
pub async fn come_back(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<u64> {
    query(
        "UPDATE post SET state = 'new', reason = NULL, missing_since = NULL, first_seen_at = $2
         WHERE id = $1 AND state = 'gone'",
    )
    .bind(id)
    .bind(now)
    .execute(tx.on())
    .await
}

/// The last reading of every other feed of a newsletter: the feed's id, and the ids of its posts as JSON.
pub async fn held_elsewhere(tx: &mut Tx, feed: &Feed) -> sqlx::Result<Vec<(i64, String)>> {
    query_as("SELECT id, held_ids FROM feed WHERE newsletter_id = $1 AND id <> $2 AND held_ids IS NOT NULL ORDER BY id")
        .bind(feed.newsletter_id)
        .bind(feed.id)
        .fetch_all(tx.on())
        .await
}

/// Posts by which feeds of one blog are known.
const SHARED: usize = 500;

/// The date of the newest post of those other feeds that brought some of these posts: feeds of the same blog. A young post of
/// another blog says nothing.
pub(super) async fn newest_beside(tx: &mut Tx, feed: &Feed, posts: &HashSet<i64>) -> sqlx::Result<Option<Millis>> {
    let mut query = Builder::new("SELECT MAX(newest_at) FROM feed WHERE id <> ");
    query.push_bind(feed.id).push(" AND newsletter_id = ").push_bind(feed.newsletter_id);
    query.push(" AND id IN (SELECT feed_id FROM post WHERE id IN (");
    query.push_binds(posts.iter().take(SHARED).copied());
    query.push("))");
    query.build_query_scalar().persistent(false).fetch_one(tx.on()).await
}

/// The posts of a feed with their states, and whether a digest has taken them.
pub async fn all_of(tx: &mut Tx, feed_id: i64) -> sqlx::Result<Vec<(i64, PostState, bool)>> {
    query_as(
        "SELECT id, state, EXISTS (SELECT 1 FROM digest_post d WHERE d.post_id = post.id) FROM post
         WHERE feed_id = $1 ORDER BY id",
    )
    .bind(feed_id)
    .fetch_all(tx.on())
    .await
}
