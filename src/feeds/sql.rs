//! Every query on feeds; those on their posts stand apart, and those that recognise posts are in [`super::lookup`].

mod posts;

use crate::clock::Millis;
use crate::coded::Stored as _;
use crate::db::{Db, Tx, query, query_as, query_scalar};

use super::Feed;
use super::trouble::FeedTrouble;

pub use posts::{NewRow, Text, count_held, edit, insert, post, post_in, posts, set_categories, set_state, taken, text};

/// The feeds of a newsletter, in the order they were added.
pub async fn feeds(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Feed>> {
    query_as("SELECT * FROM feed WHERE newsletter_id = $1 ORDER BY id").bind(newsletter_id).fetch_all(db.on()).await
}

/// Posts of a feed that wait: in no digest yet, and neither skipped nor gone.
pub async fn waiting_of(db: &Db, feed_id: i64) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM post p WHERE p.feed_id = $1 AND p.state IN ('new', 'held')
           AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.post_id = p.id)",
    )
    .bind(feed_id)
    .fetch_one(db.on())
    .await
}

/// Due feeds, the longest waiting first.
pub async fn due(db: &Db, now: Millis, most: i64) -> sqlx::Result<Vec<Feed>> {
    query_as(
        "SELECT f.* FROM feed f JOIN newsletter n ON n.id = f.newsletter_id
         WHERE f.next_poll_at <= $1 AND n.deleted_at IS NULL ORDER BY f.next_poll_at, f.id LIMIT $2",
    )
    .bind(now)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// Whether a feed waits until after `read` or, when it has failed, until after `failed`.
pub async fn any_beyond(db: &Db, read: Millis, failed: Millis) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM feed WHERE next_poll_at > $1 AND (failures = 0 OR next_poll_at > $2))")
        .bind(read)
        .bind(failed)
        .fetch_one(db.on())
        .await
}

/// Makes those feeds due at `now`; returns how many.
pub async fn draw_back(tx: &mut Tx, now: Millis, read: Millis, failed: Millis) -> sqlx::Result<u64> {
    query("UPDATE feed SET next_poll_at = $1 WHERE next_poll_at > $2 AND (failures = 0 OR next_poll_at > $3)")
        .bind(now)
        .bind(read)
        .bind(failed)
        .execute(tx.on())
        .await
}

/// Claims a feed for this process until `until`; false when another process was quicker.
pub async fn claim(tx: &mut Tx, feed: &Feed, until: Millis) -> sqlx::Result<bool> {
    let claimed = query("UPDATE feed SET next_poll_at = $3 WHERE id = $1 AND next_poll_at = $2")
        .bind(feed.id)
        .bind(feed.next_poll_at)
        .bind(until)
        .execute(tx.on())
        .await?;
    Ok(claimed == 1)
}

/// The feed of this id, inside a transaction.
pub async fn feed_in(tx: &mut Tx, id: i64) -> sqlx::Result<Option<Feed>> {
    query_as("SELECT * FROM feed WHERE id = $1").bind(id).fetch_optional(tx.on()).await
}

/// Removes a feed; false when there was none. Handle its posts first ([`super::removal::remove`]).
pub async fn remove(tx: &mut Tx, newsletter_id: i64, id: i64) -> sqlx::Result<bool> {
    let removed = query("DELETE FROM feed WHERE newsletter_id = $1 AND id = $2")
        .bind(newsletter_id)
        .bind(id)
        .execute(tx.on())
        .await?;
    Ok(removed == 1)
}

/// Changes a feed's address and makes it due without validators; false when another feed of the newsletter has this address.
pub async fn set_url(tx: &mut Tx, feed: &Feed, url: &str, now: Millis) -> sqlx::Result<bool> {
    let set = query(
            "UPDATE feed SET url = $3, etag = NULL, last_modified = NULL, built_at = NULL, body_hash = NULL, next_poll_at = $4,
                    failures = 0, last_error = NULL, failing_since = NULL, told_at = NULL, warning = NULL, moved_to = NULL,
                    moved_since = NULL, moved_from = url, moved_at = $4
             WHERE id = $2 AND NOT EXISTS (
                 SELECT 1 FROM feed f WHERE f.newsletter_id = $1 AND f.url = $3 AND f.id <> $2)",
        )
        .bind(feed.newsletter_id)
        .bind(feed.id)
        .bind(url)
        .bind(now)
        .execute(tx.on()).await?;
    Ok(set == 1)
}

/// Notes that a feed could not be read.
pub async fn failed(tx: &mut Tx, id: i64, now: Millis, next: Millis, error: &FeedTrouble) -> sqlx::Result<u64> {
    query(
        "UPDATE feed SET polled_at = $2, next_poll_at = $3, failures = failures + 1, last_error = $4,
                failing_since = COALESCE(failing_since, $2) WHERE id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(next)
    .bind(error.stored())
    .execute(tx.on())
    .await
}

/// Notes that a feed is unchanged.
pub async fn unchanged(tx: &mut Tx, id: i64, now: Millis, next: Millis) -> sqlx::Result<u64> {
    query(
        "UPDATE feed SET polled_at = $2, read_at = $2, next_poll_at = $3, failures = 0, last_error = NULL,
                failing_since = NULL, told_at = NULL WHERE id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(next)
    .execute(tx.on())
    .await
}

/// What a reading says about the feed itself.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The address that was read, when the feed's address is a page that links to it; not stored when another feed of the
    /// newsletter has this address.
    pub url: Option<&'a str>,
    /// Its title; when empty, the stored title stays.
    pub title: &'a str,
    /// The site.
    pub site_url: Option<&'a str>,
    /// `ETag` for the next request; `None` when the reading was incomplete.
    pub etag: Option<&'a str>,
    /// `Last-Modified`, likewise.
    pub last_modified: Option<&'a str>,
    /// Hash of the body, see [`super::standing::body_hash`]; `None` when the reading was incomplete.
    pub body_hash: Option<&'a str>,
    /// A warning about the reading.
    pub warning: Option<&'a FeedTrouble>,
    /// Where the server permanently redirects to.
    pub moved: Option<&'a str>,
    /// Time of the reading.
    pub now: Millis,
    /// Time of the next poll.
    pub next: Millis,
    /// Whether this completes the first reading.
    pub read_once: bool,
    /// Its posts and its age; `None` when the copy is not trusted: cut short, or older than the last.
    pub held: Option<Held<'a>>,
    /// Since when copies have been older than the last trusted one.
    pub stale_since: Option<Millis>,
    /// Whether posts may have appeared and left the feed since its last reading.
    pub gap: bool,
}

/// The contents of a trusted copy.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The ids of its posts, as JSON.
    pub ids: &'a str,
    /// When the copy was made, by its own account.
    pub built_at: Option<Millis>,
    /// The date of its newest post, none in the future.
    pub newest_at: Option<Millis>,
}

/// Notes that a feed was read.
pub async fn was_read(tx: &mut Tx, id: i64, reading: Reading<'_>) -> sqlx::Result<u64> {
    query(
        "UPDATE feed SET title = CASE WHEN $2 = '' THEN title ELSE $2 END, site_url = COALESCE($3, site_url), etag = $4,
                last_modified = $5, polled_at = $6, read_at = $6, next_poll_at = $7, failures = 0, last_error = NULL,
                failing_since = NULL, told_at = NULL, body_hash = $10, warning = $11, read_once = read_once OR $8,
                url = CASE WHEN $9 IS NULL OR EXISTS (SELECT 1 FROM feed f WHERE f.newsletter_id = feed.newsletter_id AND f.url = $9)
                      THEN url ELSE $9 END,
                held_ids = COALESCE($12, held_ids),
                built_at = CASE WHEN $12 IS NULL THEN built_at ELSE $13 END,
                newest_at = CASE WHEN $12 IS NULL THEN newest_at ELSE $14 END,
                stale_since = $15, gap_at = CASE WHEN $16 THEN $6 ELSE gap_at END
         WHERE id = $1"
    )
    .bind(id)
    .bind(reading.title)
    .bind(reading.site_url)
    .bind(reading.etag)
    .bind(reading.last_modified)
    .bind(reading.now)
    .bind(reading.next)
    .bind(reading.read_once)
    .bind(reading.url)
    .bind(reading.body_hash)
    .bind(reading.warning.map(FeedTrouble::stored))
    .bind(reading.held.map(|held| held.ids))
    .bind(reading.held.and_then(|held| held.built_at))
    .bind(reading.held.and_then(|held| held.newest_at))
    .bind(reading.stale_since)
    .bind(reading.gap)
    .execute(tx.on()).await
}

/// Lets only one transaction at a time decide what is new for a newsletter (SQLite has one writer anyway).
pub async fn lock_newsletter(tx: &mut Tx, id: i64) -> sqlx::Result<u64> {
    match tx {
        Tx::Sqlite(_) => Ok(1),
        Tx::Postgres(pg) => {
            let locked: Option<i64> = query_scalar("SELECT id FROM newsletter WHERE id = $1 FOR UPDATE")
                .bind(id)
                .fetch_optional(&mut **pg)
                .await?;
            Ok(u64::from(locked.is_some()))
        }
    }
}
