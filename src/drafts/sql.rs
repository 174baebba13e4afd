//! Every query on drafts and their revisions.

use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::feeds::inbox::Key;

use super::{Draft, Kind, is_name};

/// A draft in a list: without its text.
#[derive(Clone, Debug)]
pub struct Line {
    /// Inside id.
    pub id: i64,
    /// Unguessable id for URLs.
    pub public_id: String,
    /// What it becomes.
    pub kind: Kind,
    /// Perhaps empty.
    pub title: String,
    /// Last saved.
    pub changed_at: Millis,
    /// When it became a post or a letter.
    pub published_at: Option<Millis>,
    /// Which post.
    pub post_id: Option<i64>,
    /// When it was thrown away.
    pub deleted_at: Option<Millis>,
}
from_row!(Line { id, public_id, kind, title, changed_at, published_at, post_id, deleted_at });

/// Drafts of a newsletter, those saved last first, from behind `after` on.
pub async fn lines(db: &Db, newsletter_id: i64, after: Key, most: i64) -> sqlx::Result<Vec<Line>> {
    query_as(
        "SELECT id, public_id, kind, title, changed_at, published_at, post_id, deleted_at FROM draft
         WHERE newsletter_id = $1 AND (changed_at, id) < ($2, $3) ORDER BY changed_at DESC, id DESC LIMIT $4",
    )
    .bind(newsletter_id)
    .bind(after.at)
    .bind(after.id)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// One draft of a newsletter.
pub async fn by_public_id(db: &Db, newsletter_id: i64, public_id: &str) -> sqlx::Result<Option<Draft>> {
    if !is_name(public_id) {
        return Ok(None);
    }
    query_as("SELECT * FROM draft WHERE newsletter_id = $1 AND public_id = $2")
        .bind(newsletter_id)
        .bind(public_id)
        .fetch_optional(db.on())
        .await
}

/// The same, inside a transaction.
pub async fn by_public_id_in(tx: &mut Tx, newsletter_id: i64, public_id: &str) -> sqlx::Result<Option<Draft>> {
    if !is_name(public_id) {
        return Ok(None);
    }
    query_as("SELECT * FROM draft WHERE newsletter_id = $1 AND public_id = $2")
        .bind(newsletter_id)
        .bind(public_id)
        .fetch_optional(tx.on())
        .await
}

/// The draft that became this post.
pub async fn of_post(db: &Db, post_id: i64) -> sqlx::Result<Option<Draft>> {
    query_as("SELECT * FROM draft WHERE post_id = $1").bind(post_id).fetch_optional(db.on()).await
}

/// A text that was saved once, without the text itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its number.
    pub revision: i64,
    /// Its title, perhaps empty.
    pub title: String,
    /// Who saved it: `person.id`, 0 at the command line.
    pub author_id: i64,
    /// When.
    pub saved_at: Millis,
}
from_row!(Earlier { revision, title, author_id, saved_at });

/// A draft's text at one of its revisions: title, Markdown, and when it was saved.
pub async fn revision(db: &Db, draft_id: i64, revision: i64) -> sqlx::Result<Option<(String, String, Millis)>> {
    query_as("SELECT title, body, saved_at FROM draft_revision WHERE draft_id = $1 AND revision = $2")
        .bind(draft_id)
        .bind(revision)
        .fetch_optional(db.on())
        .await
}

/// The revisions of a draft, the newest first.
pub async fn revisions(db: &Db, draft_id: i64, most: i64) -> sqlx::Result<Vec<Earlier>> {
    query_as(
        "SELECT revision, title, author_id, saved_at FROM draft_revision
         WHERE draft_id = $1 ORDER BY revision DESC LIMIT $2",
    )
    .bind(draft_id)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// Stores a new draft, and gives it.
pub async fn insert(tx: &mut Tx, draft: &Draft) -> sqlx::Result<Draft> {
    query_as(
        "INSERT INTO draft (public_id, newsletter_id, kind, title, body, revision, author_id, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *",
    )
    .bind(&draft.public_id)
    .bind(draft.newsletter_id)
    .bind(draft.kind)
    .bind(&draft.title)
    .bind(&draft.body)
    .bind(draft.revision)
    .bind(draft.author_id)
    .bind(draft.created_at)
    .bind(draft.changed_at)
    .fetch_one(tx.on())
    .await
}

/// Changes an open draft that stands at revision `from`; `None` when it does not.
pub async fn update(
    tx: &mut Tx,
    from: &Draft,
    title: &str,
    body: &str,
    by: i64,
    now: Millis,
) -> sqlx::Result<Option<Draft>> {
    query_as(
        "UPDATE draft SET title = $3, body = $4, revision = revision + 1, author_id = $5, changed_at = $6
         WHERE id = $1 AND revision = $2 AND published_at IS NULL AND deleted_at IS NULL RETURNING *",
    )
    .bind(from.id)
    .bind(from.revision)
    .bind(title)
    .bind(body)
    .bind(by)
    .bind(now)
    .fetch_optional(tx.on())
    .await
}

/// Keeps the text of a draft as it stands now.
pub async fn keep(tx: &mut Tx, draft: &Draft) -> sqlx::Result<u64> {
    query(
        "INSERT INTO draft_revision (draft_id, revision, title, body, author_id, saved_at) VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(draft.id)
    .bind(draft.revision)
    .bind(&draft.title)
    .bind(&draft.body)
    .bind(draft.author_id)
    .bind(draft.changed_at)
    .execute(tx.on()).await
}

/// Notes that an open draft became a post; false when it was changed, published or thrown away since it was read.
pub async fn publish(tx: &mut Tx, seen: &Draft, post_id: i64, now: Millis) -> sqlx::Result<bool> {
    let changed = query(
        "UPDATE draft SET published_at = $3, post_id = $4
         WHERE id = $1 AND revision = $2 AND published_at IS NULL AND deleted_at IS NULL",
    )
    .bind(seen.id)
    .bind(seen.revision)
    .bind(now)
    .bind(post_id)
    .execute(tx.on())
    .await?;
    Ok(changed == 1)
}

/// Makes a published draft an open one again.
pub async fn open_again(tx: &mut Tx, id: i64) -> sqlx::Result<u64> {
    query("UPDATE draft SET published_at = NULL, post_id = NULL WHERE id = $1").bind(id).execute(tx.on()).await
}

/// Throws a draft away at this instant, or brings it back; false when it already is, or was published.
pub async fn set_deleted(tx: &mut Tx, newsletter_id: i64, public_id: &str, at: Option<Millis>) -> sqlx::Result<bool> {
    let changed = query(
        "UPDATE draft SET deleted_at = $3
         WHERE newsletter_id = $1 AND public_id = $2 AND published_at IS NULL AND (deleted_at IS NULL) <> ($3 IS NULL)",
    )
    .bind(newsletter_id)
    .bind(public_id)
    .bind(at)
    .execute(tx.on())
    .await?;
    Ok(changed == 1)
}

/// Whether a draft was thrown away before this instant.
pub async fn any_deleted(db: &Db, before: Millis) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM draft WHERE deleted_at < $1)").bind(before).fetch_one(db.on()).await
}

/// Deletes drafts that were thrown away before this instant, with their revisions; gives how many.
pub async fn forget(tx: &mut Tx, before: Millis) -> sqlx::Result<u64> {
    query("DELETE FROM draft WHERE deleted_at < $1").bind(before).execute(tx.on()).await
}
