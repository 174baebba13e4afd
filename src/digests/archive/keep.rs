//! A digest's page: made once, when the digest is frozen, from the posts as they were sent. What templates and posts become later does
//! not change it.
//!
//! In: a digest and what it says. Out: a row of `archive_page`, also where the archive is off: it may be opened later. [`fill`] makes
//! those of digests that were sent by versions that knew no archive.

use crate::app::App;
use crate::clock::Millis;
use crate::digests::{self, Digest, DigestError, Refusal, content};
use crate::i18n;
use crate::mails::{self, DigestContent, WebPage};
use crate::newsletters::Newsletter;

use super::sql;

/// What is stored of a page.
#[derive(Clone, Debug)]
pub struct Made {
    /// The last part of its address.
    pub address: String,
    /// What stands on it.
    pub page: WebPage,
}

/// Makes the page of a digest that says this, in the newsletter's own language.
///
/// # Errors
/// [`Refusal::NotRendered`].
pub fn make(
    app: &App,
    newsletter: &Newsletter,
    digest: &Digest,
    said: &DigestContent,
    date: Millis,
) -> Result<Made, DigestError> {
    let language = i18n::locale(&newsletter.language).tag();
    let page = mails::page(&content::sender(app, newsletter), said, language, date)
        .map_err(|error| Refusal::NotRendered { words: format!("{error:#}") })?;
    Ok(Made { address: super::address(&digest.public_id, said), page })
}

/// Makes the pages that a newsletter's digests do not have yet, the oldest first. A page that cannot be made is left out: its digest was
/// sent all the same.
///
/// # Errors
/// The database's.
pub async fn fill(app: &App, newsletter: &Newsletter) -> Result<(), DigestError> {
    for id in sql::without_page(&app.db, newsletter.id).await? {
        let Some(digest) = digests::sql::by_id(&app.db, id).await? else { continue };
        let (Ok(said), Some(date)) = (content::stored(&digest), digest.released_at) else { continue };
        match make(app, newsletter, &digest, &said, date) {
            Ok(made) => {
                let mut piece = app.db.begin_piece().await?;
                sql::insert(&mut piece.tx, &digest, &made, date).await?;
                piece.commit().await?;
            }
            Err(error) => tracing::warn!(digest.id = id, %error, "a digest has no page in the archive"),
        }
    }
    Ok(())
}
