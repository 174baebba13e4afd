//! Parts of a digest as they are shown: which of its posts go together, and to how many.
//!
//! In: a digest, frozen or not. Out: [`PartView`]s, those of a digest that waits as they would be now.

use serde::Serialize;

use crate::app::App;
use crate::digests::parts::{self, part_of};
use crate::digests::{Digest, DigestError, content, sql};
use crate::i18n::{Locale, Value};
use crate::ledger::DigestState;

/// Some of a digest's posts, for some of its readers.
#[derive(Clone, Debug, Serialize)]
pub struct PartView {
    /// Titles of its posts.
    pub posts: Vec<String>,
    /// How many get it, or got it when it was released.
    pub readers: i64,
    /// `topics`, or `rhythm`: readers who changed theirs and have had the others.
    pub because: &'static str,
}

impl PartView {
    /// To how many, and why.
    pub fn words(&self, locale: &Locale) -> String {
        let key = if self.because == "topics" { "digest-part-topics" } else { "digest-part-rhythm" };
        locale.format(key, &[("count", Value::Count(self.readers))])
    }
}

fn because(is_topics: bool) -> &'static str {
    if is_topics { "topics" } else { "rhythm" }
}

/// The parts of a digest; none for most.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, digest: &Digest) -> anyhow::Result<Vec<PartView>> {
    if digest.released_at.is_some() {
        return frozen(app, digest).await;
    }
    if digest.state != DigestState::Waiting {
        return Ok(Vec::new());
    }
    let said = match content::of_digest(app, digest).await {
        Ok(said) => said,
        // It has nothing to say any more; its page tells of that.
        Err(DigestError::Refused(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let planned = parts::plan(app, digest, &said).await?;
    let shown = planned.plan.parts.iter().map(|part| PartView {
        posts: part_of(&said, part.posts).posts.into_iter().map(|post| post.title).collect(),
        readers: part.readers,
        because: because(part.is_topics),
    });
    Ok(shown.collect())
}

async fn frozen(app: &App, digest: &Digest) -> anyhow::Result<Vec<PartView>> {
    let rows = sql::parts(&app.db, digest.id).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let said = content::stored(digest)?;
    let shown = rows.into_iter().map(|row| {
        let ids: Vec<i64> = serde_json::from_str(&row.posts).unwrap_or_default();
        let own = said.posts.iter().filter(|post| ids.contains(&post.id));
        PartView {
            posts: own.map(|post| post.title.clone()).collect(),
            readers: row.readers,
            because: because(row.is_topics),
        }
    });
    Ok(shown.collect())
}
