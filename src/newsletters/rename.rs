//! Another short name for a newsletter: what its addresses and commands call it.
//!
//! In: the name as typed. Out: the newsletter under it; the former name is kept, so that every address that was printed, linked to or
//! put into a form leads on. Nobody else can take a former name.

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_scalar};
use crate::events::activity::{self, Act, Deed};

use super::change::ChangeError;
use super::settings;
use super::wrong::Wrong;
use super::{Newsletter, sql};

/// Gives a newsletter another short name; its own present one changes nothing.
///
/// # Errors
/// [`ChangeError::Invalid`], or [`ChangeError::Taken`] when another newsletter has it, or had it before.
pub async fn rename(app: &App, newsletter: &Newsletter, slug: &str) -> Result<Newsletter, ChangeError> {
    let slug = slug.trim();
    settings::blank(slug, 0)?;
    let mut tx = app.db.begin().await?;
    let held = sql::hold(&mut tx, newsletter.id).await?.ok_or(sqlx::Error::RowNotFound)?;
    if held.slug == slug {
        return Ok(held);
    }
    if is_anothers(&mut tx, held.id, slug).await? {
        return Err(ChangeError::Taken(Wrong::Taken { slug: slug.to_owned() }));
    }
    set_slug(&mut tx, &held, slug, app.clock.now()).await?;
    activity::note(&mut tx, app.clock.now(), Act::new(Deed::NewsletterSlug).at(held.id)).await?;
    tx.commit().await?;
    app.pages_changed.now();
    Ok(Newsletter { slug: slug.to_owned(), ..held })
}

/// Whether a newsletter has this short name, or had it before.
pub async fn is_taken(db: &Db, slug: &str) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM newsletter WHERE slug = $1) OR EXISTS (SELECT 1 FROM newsletter_slug WHERE slug = $1)"
    )
    .bind(slug)
    .fetch_one(db.on()).await
}

/// Whether another newsletter than this one has this short name, or had it before.
async fn is_anothers(tx: &mut Tx, id: i64, slug: &str) -> sqlx::Result<bool> {
    query_scalar(
        "SELECT EXISTS (SELECT 1 FROM newsletter WHERE slug = $2 AND id <> $1)
                 OR EXISTS (SELECT 1 FROM newsletter_slug WHERE slug = $2 AND newsletter_id <> $1)",
    )
    .bind(id)
    .bind(slug)
    .fetch_one(tx.on())
    .await
}

/// Gives a newsletter another short name; the old one is kept, so that its addresses lead on.
async fn set_slug(tx: &mut Tx, newsletter: &Newsletter, slug: &str, now: Millis) -> sqlx::Result<u64> {
    query("DELETE FROM newsletter_slug WHERE slug = $1").bind(slug).execute(tx.on()).await?;
    query("INSERT INTO newsletter_slug (slug, newsletter_id, until) VALUES ($1, $2, $3)")
        .bind(&newsletter.slug)
        .bind(newsletter.id)
        .bind(now)
        .execute(tx.on())
        .await?;
    query("UPDATE newsletter SET slug = $2 WHERE id = $1").bind(newsletter.id).bind(slug).execute(tx.on()).await
}

/// The present short name of the newsletter that had this one before; none of one that is deleted.
pub async fn present_slug(db: &Db, former: &str) -> sqlx::Result<Option<String>> {
    query_scalar(
        "SELECT n.slug FROM newsletter_slug s JOIN newsletter n ON n.id = s.newsletter_id
         WHERE s.slug = $1 AND n.deleted_at IS NULL",
    )
    .bind(former)
    .fetch_optional(db.on())
    .await
}
