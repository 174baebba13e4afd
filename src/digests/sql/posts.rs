//! Queries on the posts that wait for a digest, and on those it has taken.

use jiff::civil::Date;

use crate::clock::Millis;
use crate::coded::Stored as _;
use crate::db::{Db, On, Tx, query, query_as, query_scalar};
use crate::feeds::Post;
use crate::newsletters::Schedule;
use crate::reason::Reason;

/// Which posts a digest may take.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    /// For this rhythm.
    pub schedule: &'a Schedule,
    /// First seen at this instant or before; what an editor has included need not rest.
    pub seen_until: Millis,
    /// Also posts dated in the future; else only those that an editor wants now.
    pub planned_too: bool,
    /// The day on the schedule's clock.
    pub today: Date,
    /// Posts given by the API or the command line need not have settled.
    pub given_at_once: bool,
    /// At most so many.
    pub most: i64,
    /// What is dated later is of the future.
    pub now: Millis,
}

/// Posts that wait for a digest of a schedule, the newest first; those dated in the future last, for they neither lead a
/// mail nor name it. A day has begun somewhere 14 hours before it begins in UTC.
///
/// A schedule takes no posts from before it was made: those went out on the newsletter's other rhythms. A letter of its own has
/// digests that were made for it.
macro_rules! waiting_posts {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM post p
             WHERE p.newsletter_id = $1 AND p.state = 'new' AND NOT p.is_letter AND p.first_seen_at >= $2
               AND (p.first_seen_at <= $3 OR p.reason = 'editor' OR ($4 AND p.feed_id IS NULL))
               AND ($9 OR p.reason = 'editor' OR CASE WHEN p.published_day IS NULL THEN COALESCE(p.published_at, 0) <= $7
                                                      ELSE p.published_day <= $8 END)
               AND p.missing_since IS NULL
               AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.schedule_id = $5 AND d.post_id = p.id)
             ORDER BY CASE WHEN CASE WHEN p.published_day IS NULL THEN COALESCE(p.published_at, 0) > $7
                                     ELSE p.published_day > $8 END THEN 1 ELSE 0 END,
                      COALESCE(p.published_at, p.first_seen_at) DESC, p.id DESC LIMIT $6"
        )
    };
}

async fn waiting_on(on: On<'_>, text: &'static str, wanted: Waiting<'_>) -> sqlx::Result<Vec<Post>> {
    query_as(text)
        .bind(wanted.schedule.newsletter_id)
        .bind(wanted.schedule.created_at)
        .bind(wanted.seen_until)
        .bind(wanted.given_at_once)
        .bind(wanted.schedule.id)
        .bind(wanted.most)
        .bind(wanted.now)
        .bind(wanted.today.to_string())
        .bind(wanted.planned_too)
        .fetch_all(on)
        .await
}

/// See [`Waiting`]; read beside all writing, to show what the next digest would hold.
pub async fn waiting_posts(db: &Db, wanted: Waiting<'_>) -> sqlx::Result<Vec<Post>> {
    waiting_on(db.on(), waiting_posts!("p.*"), wanted).await
}

/// The same without what they say: a page that names them need not read a hundred articles.
pub async fn waiting_titles(db: &Db, wanted: Waiting<'_>) -> sqlx::Result<Vec<Post>> {
    const TITLES: &str = waiting_posts!("p.id, p.newsletter_id, p.feed_id, p.guid, p.url, p.title, p.author, p.language, '' AS summary, '' AS content, p.image_url,
         p.published_at, p.published_day, p.first_seen_at, p.state, p.reason, p.missing_since");
    waiting_on(db.on(), TITLES, wanted).await
}

/// See [`Waiting`]; under the schedule's lock, to take them.
pub async fn take_posts(tx: &mut Tx, wanted: Waiting<'_>) -> sqlx::Result<Vec<Post>> {
    waiting_on(tx.on(), waiting_posts!("p.*"), wanted).await
}

/// Since when posts of a newsletter, that are due for this schedule, are missing from their feeds and not asked about again.
pub async fn missing(db: &Db, wanted: Waiting<'_>) -> sqlx::Result<Vec<Millis>> {
    query_scalar(
        "SELECT p.missing_since FROM post p
         WHERE p.newsletter_id = $1 AND p.state = 'new' AND p.missing_since IS NOT NULL AND p.first_seen_at >= $2
           AND (p.first_seen_at <= $3 OR p.reason = 'editor')
           AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.schedule_id = $4 AND d.post_id = p.id)",
    )
    .bind(wanted.schedule.newsletter_id)
    .bind(wanted.schedule.created_at)
    .bind(wanted.seen_until)
    .bind(wanted.schedule.id)
    .fetch_all(db.on())
    .await
}

/// How many posts of a newsletter that no digest of this schedule has taken vanished from their feeds since the last slot of it
/// that has a record.
pub async fn vanished(tx: &mut Tx, schedule: &Schedule, before: Millis) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM post p
         WHERE p.newsletter_id = $1 AND (p.state = 'gone' AND p.reason = 'vanished' OR p.missing_since IS NOT NULL)
           AND p.first_seen_at >= $2
           AND p.first_seen_at > COALESCE((SELECT MAX(d.slot_at) FROM digest d WHERE d.schedule_id = $3 AND d.slot_at < $4), 0)
           AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.schedule_id = $3 AND d.post_id = p.id)"
    )
    .bind(schedule.newsletter_id)
    .bind(schedule.created_at)
    .bind(schedule.id)
    .bind(before)
    .fetch_one(tx.on()).await
}

async fn posts_on(on: On<'_>, digest_id: i64) -> sqlx::Result<Vec<Post>> {
    query_as(
        "SELECT p.* FROM digest_post d JOIN post p ON p.id = d.post_id
             WHERE d.digest_id = $1 AND p.state = 'new' AND NOT d.left_out ORDER BY d.position, p.id",
    )
    .bind(digest_id)
    .fetch_all(on)
    .await
}

/// The posts of a digest that may still be sent, in their order.
pub async fn posts_of(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Post>> {
    posts_on(db.on(), digest_id).await
}

/// The same inside a transaction.
pub async fn posts_in(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Vec<Post>> {
    posts_on(tx.on(), digest_id).await
}

/// The posts of a digest that may still be sent, those that are left out too.
pub async fn all_posts_of(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Post>> {
    query_as("SELECT p.* FROM digest_post d JOIN post p ON p.id = d.post_id WHERE d.digest_id = $1 AND p.state = 'new'")
        .bind(digest_id)
        .fetch_all(db.on())
        .await
}

/// Puts a post into a digest; fails when the rhythm has sent it before.
pub async fn insert_post(tx: &mut Tx, digest_id: i64, schedule_id: i64, post_id: i64, at: i64) -> sqlx::Result<u64> {
    query("INSERT INTO digest_post (digest_id, schedule_id, post_id, position) VALUES ($1, $2, $3, $4)")
        .bind(digest_id)
        .bind(schedule_id)
        .bind(post_id)
        .bind(at)
        .execute(tx.on())
        .await
}

/// Takes the posts out of a digest, but those that an editor left out for good: they wait again.
pub async fn give_posts_back(tx: &mut Tx, digest_id: i64) -> sqlx::Result<u64> {
    query("DELETE FROM digest_post WHERE digest_id = $1 AND NOT left_out").bind(digest_id).execute(tx.on()).await
}

/// Gives back the posts that a newsletter's digests took while it was in test mode: they wait for its readers.
pub async fn give_tried_posts_back(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<u64> {
    query(
        "DELETE FROM digest_post
         WHERE digest_id IN (SELECT id FROM digest WHERE newsletter_id = $1 AND state = 'skipped' AND reason = $2)",
    )
    .bind(newsletter_id)
    .bind(Reason::TestMode.stored())
    .execute(tx.on())
    .await
}
