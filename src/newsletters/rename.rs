//! Another short name for a newsletter: what its addresses and commands call it.
//!
//! In: the name as typed. Out: the newsletter under it; the former name is kept, so that every address that was printed, linked to or
//! put into a form leads on. Nobody else can take a former name.

use crate::app::App;

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
    if sql::is_anothers(&mut tx, held.id, slug).await? {
        return Err(ChangeError::Taken(Wrong::Taken { slug: slug.to_owned() }));
    }
    sql::set_slug(&mut tx, &held, slug, app.clock.now()).await?;
    tx.commit().await?;
    app.pages_changed.now();
    Ok(Newsletter { slug: slug.to_owned(), ..held })
}
