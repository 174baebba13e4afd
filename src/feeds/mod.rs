//! WHAT: a feed's URL → new posts, each known once.
//!
//! In: `feed` rows that are due. Out: `post` rows, cleaned. [`fetch`] gets bytes, [`parse`] understands them,
//! [`clean`] makes their HTML safe for mail, [`poll`] decides what is new.

pub mod clean;
pub mod fetch;
pub mod parse;
pub mod poll;
pub mod sql;

use crate::clock::Millis;
use crate::db::{from_row, text_enum};

text_enum! {
    /// Where a post stands.
    pub enum PostState {
        /// May go into a digest once it has settled.
        New => "new",
        /// Waits for an editor: too many at once, or too old.
        Held => "held",
        /// Was there before the newsletter began.
        Seen => "seen",
        /// An editor left it out.
        Skipped => "skipped",
        /// Vanished from the feed before it was sent.
        Gone => "gone",
    }
}

/// One entry of a feed, or a post given by the API or the command line.
#[derive(Clone, Debug)]
pub struct Post {
    /// Inside id.
    pub id: i64,
    /// Whose.
    pub newsletter_id: i64,
    /// From which feed.
    pub feed_id: Option<i64>,
    /// As the feed names it, else derived; unique within the newsletter.
    pub guid: String,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub author: Option<String>,
    /// BCP 47, when the feed says it.
    pub language: Option<String>,
    /// Cleaned HTML, may be empty.
    pub summary: String,
    /// Cleaned HTML, may be empty.
    pub content: String,
    /// A picture that stands for it.
    pub image_url: Option<String>,
    /// As the feed says.
    pub published_at: Option<Millis>,
    /// When we first saw it.
    pub first_seen_at: Millis,
    /// Where it stands.
    pub state: PostState,
    /// Why it is held, skipped or gone.
    pub reason: Option<String>,
}
from_row!(Post {
    id,
    newsletter_id,
    feed_id,
    guid,
    url,
    title,
    author,
    language,
    summary,
    content,
    image_url,
    published_at,
    first_seen_at,
    state,
    reason
});

/// A post given by the API or the command line.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// Plain text, not empty.
    pub title: String,
    /// Where it stands on the web.
    #[serde(default)]
    pub url: Option<String>,
    /// HTML; cleaned before it is stored.
    #[serde(default)]
    pub html: Option<String>,
    /// Markdown, instead of `html`.
    #[serde(default)]
    pub markdown: Option<String>,
    /// Cleaned HTML or text of a few lines.
    #[serde(default)]
    pub summary: Option<String>,
    /// Plain text.
    #[serde(default)]
    pub author: Option<String>,
    /// Names the post for good: the same guid again is the same post.
    #[serde(default)]
    pub guid: Option<String>,
    /// A picture.
    #[serde(default)]
    pub image_url: Option<String>,
}
