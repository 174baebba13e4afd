//! Every query on posts, except those that recognise them ([`crate::feeds::lookup`]).

use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::feeds::identity::Identity;
use crate::feeds::{Post, PostState};

/// The content of a post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Address on the web.
    pub url: Option<String>,
    /// Plain text, not empty.
    pub title: String,
    /// Plain text.
    pub author: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Cleaned HTML.
    pub summary: String,
    /// Cleaned HTML.
    pub content: String,
    /// A picture.
    pub image_url: Option<String>,
    /// The date that the feed gives.
    pub published_at: Option<Millis>,
    /// See [`Post::published_day`].
    pub published_day: Option<String>,
    /// Under which categories it stands, a line each.
    pub categories: String,
}
from_row!(Text { url, title, author, language, summary, content, image_url, published_at, published_day, categories });

/// A post to store.
#[derive(Clone, Copy, Debug)]
pub struct NewRow<'a> {
    /// Whose.
    pub newsletter_id: i64,
    /// Its feed; `None` when it was added by hand.
    pub feed_id: Option<i64>,
    /// Its marks.
    pub identity: &'a Identity,
    /// What it says.
    pub text: &'a Text,
    /// First seen.
    pub now: Millis,
    /// Its state.
    pub state: PostState,
    /// Why it is held.
    pub reason: Option<&'a str>,
}

/// Stores a post and returns its id; `None` when its guid exists already.
pub async fn insert(tx: &mut Tx, row: NewRow<'_>) -> sqlx::Result<Option<i64>> {
    query_scalar(
        "INSERT INTO post (newsletter_id, feed_id, guid, url, url_key, title, title_key, author, language, summary, content,
                           image_url, published_at, published_day, first_seen_at, state, reason, categories)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         ON CONFLICT (newsletter_id, guid) DO NOTHING RETURNING id"
    )
    .bind(row.newsletter_id)
    .bind(row.feed_id)
    .bind(&row.identity.guid)
    .bind(row.text.url.as_deref())
    .bind(row.identity.url_key.as_deref())
    .bind(&row.text.title)
    .bind(&row.identity.title_key)
    .bind(row.text.author.as_deref())
    .bind(row.text.language.as_deref())
    .bind(&row.text.summary)
    .bind(&row.text.content)
    .bind(row.text.image_url.as_deref())
    .bind(row.text.published_at)
    .bind(row.text.published_day.as_deref())
    .bind(row.now)
    .bind(row.state)
    .bind(row.reason)
    .bind(&row.text.categories)
    .fetch_optional(tx.on()).await
}

/// What a post says now.
pub async fn text(db: &Db, id: i64) -> sqlx::Result<Option<Text>> {
    query_as(
        "SELECT url, title, author, language, summary, content, image_url, published_at, published_day, categories
         FROM post WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.on())
    .await
}

/// Changes the content of a post; false when a digest has taken it.
pub async fn edit(tx: &mut Tx, id: i64, text: &Text) -> sqlx::Result<bool> {
    let edited = query(
        "UPDATE post SET url = $2, title = $3, author = $4, language = $5, summary = $6, content = $7, image_url = $8,
                published_at = $9, published_day = $10, categories = $11
         WHERE id = $1 AND state IN ('new', 'held') AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.post_id = post.id)"
    )
    .bind(id)
    .bind(text.url.as_deref())
    .bind(&text.title)
    .bind(text.author.as_deref())
    .bind(text.language.as_deref())
    .bind(&text.summary)
    .bind(&text.content)
    .bind(text.image_url.as_deref())
    .bind(text.published_at)
    .bind(text.published_day.as_deref())
    .bind(&text.categories)
    .execute(tx.on()).await?;
    Ok(edited == 1)
}

/// Notes under which categories a post stands now, whatever has taken it: a digest that waits goes by them.
pub async fn set_categories(tx: &mut Tx, id: i64, categories: &str) -> sqlx::Result<u64> {
    query("UPDATE post SET categories = $2 WHERE id = $1 AND categories <> $2")
        .bind(id)
        .bind(categories)
        .execute(tx.on())
        .await
}

/// Moves a post from state `from` to another; false when it is not in `from`.
pub async fn set_state(
    tx: &mut Tx,
    id: i64,
    from: &[PostState],
    to: PostState,
    reason: Option<&str>,
) -> sqlx::Result<bool> {
    let mut moved = 0;
    for from in from {
        moved += query("UPDATE post SET state = $3, reason = $4 WHERE id = $1 AND state = $2")
            .bind(id)
            .bind(*from)
            .bind(to)
            .bind(reason)
            .execute(tx.on())
            .await?;
        if moved > 0 {
            break;
        }
    }
    Ok(moved > 0)
}

/// The posts of a newsletter, the newest first; those of one state, or all.
pub async fn posts(db: &Db, newsletter_id: i64, state: Option<PostState>, most: i64) -> sqlx::Result<Vec<Post>> {
    query_as(
        "SELECT * FROM post WHERE newsletter_id = $1 AND (state = $2 OR $2 IS NULL)
         ORDER BY COALESCE(published_at, first_seen_at) DESC, id DESC LIMIT $3",
    )
    .bind(newsletter_id)
    .bind(state)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// How many posts of a newsletter are held back; no more than `most` are counted.
pub async fn count_held(db: &Db, newsletter_id: i64, most: i64) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM (SELECT id FROM post WHERE newsletter_id = $1 AND state = 'held' LIMIT $2) AS held",
    )
    .bind(newsletter_id)
    .bind(most)
    .fetch_one(db.on())
    .await
}

/// One post of a newsletter.
pub async fn post(db: &Db, newsletter_id: i64, id: i64) -> sqlx::Result<Option<Post>> {
    query_as("SELECT * FROM post WHERE newsletter_id = $1 AND id = $2")
        .bind(newsletter_id)
        .bind(id)
        .fetch_optional(db.on())
        .await
}

/// The same, inside a transaction.
pub async fn post_in(tx: &mut Tx, newsletter_id: i64, id: i64) -> sqlx::Result<Option<Post>> {
    query_as("SELECT * FROM post WHERE newsletter_id = $1 AND id = $2")
        .bind(newsletter_id)
        .bind(id)
        .fetch_optional(tx.on())
        .await
}

/// The posts of a newsletter that a digest has taken.
pub async fn taken(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT DISTINCT d.post_id FROM digest_post d JOIN post p ON p.id = d.post_id WHERE p.newsletter_id = $1",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}
