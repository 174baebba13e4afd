//! Every query on what an editor wants of a digest that waits.

use crate::clock::Millis;
use crate::db::{Db, On, Tx, from_row, query, query_as, query_scalar};
use crate::mails::Own;

/// What an editor wrote for the whole digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Rises with each change; 0: never edited.
    pub revision: i64,
    /// Empty: made from the posts.
    pub subject: String,
    /// Empty: made from the posts.
    pub preheader: String,
    /// Markdown.
    pub intro: String,
}
from_row!(Words { revision, subject, preheader, intro });

/// A post's place in a digest, and what the editor wants of it there.
#[derive(Clone, Debug)]
pub struct Line {
    /// Which post.
    pub post_id: i64,
    /// The lead has the lowest.
    pub position: i64,
    /// It is not sent with this digest, nor later on this rhythm.
    pub left_out: bool,
    /// See [`Own::summary`].
    pub own_summary: Option<String>,
    /// See [`Own::image`].
    pub own_image: Option<String>,
    /// See [`Own::alt`].
    pub own_alt: Option<String>,
}
from_row!(Line { post_id, position, left_out, own_summary, own_image, own_alt });

impl Line {
    /// What is wanted in this mail only.
    pub fn own(&self) -> Own {
        Own { summary: self.own_summary.clone(), image: self.own_image.clone(), alt: self.own_alt.clone() }
    }
}

async fn words_on(on: On<'_>, digest_id: i64) -> sqlx::Result<Words> {
    query_as("SELECT revision, subject, preheader, intro FROM digest_edit WHERE digest_id = $1")
        .bind(digest_id)
        .fetch_optional(on)
        .await
        .map(Option::unwrap_or_default)
}

/// What an editor wrote for a digest; nothing when it was never edited.
pub async fn words(db: &Db, digest_id: i64) -> sqlx::Result<Words> {
    words_on(db.on(), digest_id).await
}

/// The same inside a transaction.
pub async fn words_in(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Words> {
    words_on(tx.on(), digest_id).await
}

async fn lines_on(on: On<'_>, digest_id: i64) -> sqlx::Result<Vec<Line>> {
    query_as(
        "SELECT post_id, position, left_out, own_summary, own_image, own_alt FROM digest_post
             WHERE digest_id = $1 ORDER BY position, post_id",
    )
    .bind(digest_id)
    .fetch_all(on)
    .await
}

/// The places of a digest's posts, those that are left out too.
pub async fn lines(db: &Db, digest_id: i64) -> sqlx::Result<Vec<Line>> {
    lines_on(db.on(), digest_id).await
}

/// The same inside a transaction.
pub async fn lines_in(tx: &mut Tx, digest_id: i64) -> sqlx::Result<Vec<Line>> {
    lines_on(tx.on(), digest_id).await
}

/// Stores an editor's words as the next revision.
pub async fn store_words(tx: &mut Tx, digest_id: i64, words: &Words, now: Millis) -> sqlx::Result<u64> {
    query(
        "INSERT INTO digest_edit (digest_id, revision, subject, preheader, intro, edited_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (digest_id) DO UPDATE SET revision = excluded.revision, subject = excluded.subject,
             preheader = excluded.preheader, intro = excluded.intro, edited_at = excluded.edited_at",
    )
    .bind(digest_id)
    .bind(words.revision)
    .bind(&words.subject)
    .bind(&words.preheader)
    .bind(&words.intro)
    .bind(now)
    .execute(tx.on())
    .await
}

/// Gives a post of the digest its place, and what is wanted of it.
pub async fn store_line(tx: &mut Tx, digest_id: i64, line: &Line) -> sqlx::Result<u64> {
    query(
        "UPDATE digest_post SET position = $3, left_out = $4, own_summary = $5, own_image = $6, own_alt = $7
         WHERE digest_id = $1 AND post_id = $2",
    )
    .bind(digest_id)
    .bind(line.post_id)
    .bind(line.position)
    .bind(line.left_out)
    .bind(&line.own_summary)
    .bind(&line.own_image)
    .bind(&line.own_alt)
    .execute(tx.on())
    .await
}

/// Takes a post that waits into the digest; 0 when it does not wait for its rhythm any more, or is another newsletter's.
pub async fn take(tx: &mut Tx, digest_id: i64, post_id: i64) -> sqlx::Result<u64> {
    query(
        "INSERT INTO digest_post (digest_id, schedule_id, post_id, position)
         SELECT d.id, d.schedule_id, p.id, 0 FROM digest d JOIN post p ON p.newsletter_id = d.newsletter_id
         WHERE d.id = $1 AND p.id = $2 AND p.state = 'new' AND NOT p.is_letter
           AND NOT EXISTS (SELECT 1 FROM digest_post t WHERE t.schedule_id = d.schedule_id AND t.post_id = p.id)",
    )
    .bind(digest_id)
    .bind(post_id)
    .execute(tx.on())
    .await
}

/// Takes a post out of the digest: it waits again.
pub async fn give_back(tx: &mut Tx, digest_id: i64, post_id: i64) -> sqlx::Result<u64> {
    query("DELETE FROM digest_post WHERE digest_id = $1 AND post_id = $2")
        .bind(digest_id)
        .bind(post_id)
        .execute(tx.on())
        .await
}

/// What lists show of a digest that is not frozen.
pub async fn store_shown(tx: &mut Tx, digest_id: i64, subject: &str, content: &str) -> sqlx::Result<u64> {
    query("UPDATE digest SET subject = $2, content = $3 WHERE id = $1 AND released_at IS NULL")
        .bind(digest_id)
        .bind(subject)
        .bind(content)
        .execute(tx.on())
        .await
}

/// Hands the posts of one digest to another, with all that is wanted of them.
pub async fn hand_on(tx: &mut Tx, from: i64, to: i64) -> sqlx::Result<u64> {
    let moved = query("UPDATE digest_post SET digest_id = $2 WHERE digest_id = $1")
        .bind(from)
        .bind(to)
        .execute(tx.on())
        .await?;
    query("UPDATE digest_edit SET digest_id = $2 WHERE digest_id = $1").bind(from).bind(to).execute(tx.on()).await?;
    query("UPDATE digest_edit_revision SET digest_id = $2 WHERE digest_id = $1")
        .bind(from)
        .bind(to)
        .execute(tx.on())
        .await?;
    Ok(moved)
}

/// Titles in a digest that an earlier one of its rhythm had, too.
pub async fn titles_sent_before(db: &Db, digest_id: i64) -> sqlx::Result<Vec<String>> {
    query_scalar(
        "SELECT DISTINCT a.title FROM digest_post m
         JOIN post a ON a.id = m.post_id AND a.title_key <> ''
         JOIN post b ON b.newsletter_id = a.newsletter_id AND b.title_key = a.title_key AND b.id <> a.id
         JOIN digest_post s ON s.schedule_id = m.schedule_id AND s.post_id = b.id
         JOIN digest g ON g.id = s.digest_id AND g.released_at IS NOT NULL AND g.id <> m.digest_id
         WHERE m.digest_id = $1 AND NOT m.left_out LIMIT 20",
    )
    .bind(digest_id)
    .fetch_all(db.on())
    .await
}

/// The slot of the last digest of a rhythm that was sent before this slot.
pub async fn slot_before(db: &Db, schedule_id: i64, slot_at: Millis) -> sqlx::Result<Option<Millis>> {
    query_scalar("SELECT MAX(slot_at) FROM digest WHERE schedule_id = $1 AND slot_at < $2 AND released_at IS NOT NULL")
        .bind(schedule_id)
        .bind(slot_at)
        .fetch_one(db.on())
        .await
}
