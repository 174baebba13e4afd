//! The posts of a newsletter as people look through them: a shelf a state, page by page.
//!
//! In: a newsletter, a [`Shelf`], where the last page ended. Out: [`Line`]s, the newest first, without their texts. Which digest a
//! post is in, or will be, says [`crate::digests::standing`].

use std::str::FromStr;

use crate::clock::Millis;
use crate::db::{Db, from_row, query_as, text_enum};

use super::PostState;

text_enum! {
    /// Where a post stands for whoever looks through them.
    pub enum Shelf {
        /// In no digest yet, and may be.
        Waiting => "waiting",
        /// For an editor.
        Held => "held",
        /// In a digest, or more.
        Taken => "taken",
        /// An editor does not want it.
        Skipped => "skipped",
        /// From before the newsletter began.
        Seen => "seen",
        /// Not in its feed any more.
        Gone => "gone",
    }
}

impl Shelf {
    /// The state of its posts, where that is one; and whether a digest holds them, where that matters.
    fn parts(self) -> (Option<PostState>, Option<bool>) {
        match self {
            Self::Waiting => (Some(PostState::New), Some(false)),
            Self::Held => (Some(PostState::Held), None),
            Self::Taken => (None, Some(true)),
            Self::Skipped => (Some(PostState::Skipped), None),
            Self::Seen => (Some(PostState::Seen), None),
            Self::Gone => (Some(PostState::Gone), None),
        }
    }
}

/// A post in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Inside id; means nothing in another newsletter.
    pub id: i64,
    /// From which feed.
    pub feed_id: Option<i64>,
    /// Plain text.
    pub title: String,
    /// Address on the web.
    pub url: Option<String>,
    /// Plain text.
    pub author: Option<String>,
    /// The date that the feed gives.
    pub published_at: Option<Millis>,
    /// See [`super::Post::published_day`].
    pub published_day: Option<String>,
    /// When we first saw it.
    pub first_seen_at: Millis,
    /// Its state.
    pub state: PostState,
    /// Why it is held, skipped or gone.
    pub reason: Option<String>,
    /// Since when it is missing from its feed.
    pub missing_since: Option<Millis>,
    /// A letter of its own.
    pub is_letter: bool,
}
from_row!(Line {
    id,
    feed_id,
    title,
    url,
    author,
    published_at,
    published_day,
    first_seen_at,
    state,
    reason,
    missing_since,
    is_letter
});

/// Where a page ends: the next one goes on behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The instant that the list is sorted by.
    pub at: Millis,
    /// Inside id, which decides between equal instants.
    pub id: i64,
}

impl Key {
    /// Before the first of all.
    pub const BEGIN: Self = Self { at: Millis::MAX, id: i64::MAX };

    /// Behind this post.
    pub fn after(line: &Line) -> Self {
        Self { at: line.published_at.unwrap_or(line.first_seen_at), id: line.id }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('.').ok_or(())?;
        Ok(Self { at: at.parse().map_err(drop)?, id: id.parse().map_err(drop)? })
    }
}

/// A page of posts, the newest first, of one shelf or of all.
pub async fn page(db: &Db, newsletter_id: i64, shelf: Option<Shelf>, after: Key, most: i64) -> sqlx::Result<Vec<Line>> {
    let (state, taken) = shelf.map_or((None, None), Shelf::parts);
    query_as(
        "SELECT id, feed_id, title, url, author, published_at, published_day, first_seen_at, state, reason, missing_since,
                is_letter
         FROM post
         WHERE newsletter_id = $1 AND (COALESCE(published_at, first_seen_at), id) < ($2, $3)
           AND ($4 IS NULL OR state = $4)
           AND ($5 IS NULL OR $5 = EXISTS (SELECT 1 FROM digest_post d WHERE d.post_id = post.id))
         ORDER BY COALESCE(published_at, first_seen_at) DESC, id DESC LIMIT $6"
    )
    .bind(newsletter_id)
    .bind(after.at)
    .bind(after.id)
    .bind(state)
    .bind(taken)
    .bind(most)
    .fetch_all(db.on()).await
}

/// One post of a newsletter.
pub async fn line(db: &Db, newsletter_id: i64, id: i64) -> sqlx::Result<Option<Line>> {
    query_as(
        "SELECT id, feed_id, title, url, author, published_at, published_day, first_seen_at, state, reason, missing_since,
                is_letter
         FROM post WHERE newsletter_id = $1 AND id = $2"
    )
    .bind(newsletter_id)
    .bind(id)
    .fetch_optional(db.on()).await
}

/// How many posts stand on each shelf; the first number is how many there are in all. A post that was sent and skipped since
/// stands on both.
pub async fn counts(db: &Db, newsletter_id: i64) -> sqlx::Result<(i64, Vec<(Shelf, i64)>)> {
    let counted: Vec<(PostState, bool, i64)> = query_as(
        "SELECT state, EXISTS (SELECT 1 FROM digest_post d WHERE d.post_id = post.id) AS taken, COUNT(*)
         FROM post WHERE newsletter_id = $1 GROUP BY 1, 2",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await?;
    let on = |shelf: Shelf| {
        let (state, taken) = shelf.parts();
        let here = counted
            .iter()
            .filter(|(s, t, _)| state.is_none_or(|state| state == *s) && taken.is_none_or(|taken| taken == *t));
        (shelf, here.map(|(_, _, count)| count).sum())
    };
    let all = counted.iter().map(|(_, _, count)| count).sum();
    Ok((all, Shelf::ALL.iter().copied().map(on).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_page_is_told_and_read_back() {
        for key in [Key::BEGIN, Key { at: -5, id: 7 }] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        for wrong in ["", "5", "a.b", "5.", "5.6.7", "99999999999999999999.1"] {
            assert_eq!(wrong.parse::<Key>(), Err(()), "{wrong}");
        }
    }
}
