//! WHAT: a feed's URL → new posts, each known once.
//!
//! ```text
//! poll ─▶ fetch (guard) ─▶ parse ─▶ news (identity, recognise, clean) ─▶ post
//!                                    ├ absence (reach, freshness) ────────┤
//!                                    API, command line ─▶ given ──────────┘
//! ```
//! In: due `feed` rows. Out: `post` rows, cleaned. [`poll`] reads feeds on time and backs off after faults, [`crate::net`] gets the
//! bytes, [`failure`] says why there are none, [`parse`] parses them, [`news`] decides what is new: [`identity`] gives each entry
//! its marks, [`recognise`] finds the known post it is, [`absence`] finds posts taken back; [`clean`] makes HTML safe for mail.
//! [`aside`] sets aside entries that are no posts; [`given`] adds posts that come from no feed. [`standing`] tracks the health of a
//! feed, [`inbox`] lists posts for people, [`find`] finds the feed at an address before it is added, [`advice`] warns its owner; [`removal`] removes or moves a feed.

mod absence;
pub mod advice;
pub mod aside;
pub mod blog;
pub mod choice;
pub mod clean;
mod door;
pub mod failure;
pub mod find;
mod freshness;
pub mod given;
pub mod identity;
pub mod inbox;
pub mod lasting;
pub mod likeness;
pub mod lookup;
pub mod news;
pub mod parse;
pub mod poll;
mod reach;
mod recognise;
pub mod removal;
mod said;
pub mod sql;
pub mod standing;
pub mod trouble;

pub use given::add;

use self::trouble::FeedTrouble;
use crate::clock::Millis;
use crate::coded::Kept;
use crate::db::{from_row, text_enum};

text_enum! {
    /// The state of a post.
    pub enum PostState {
        /// May go into a digest after its waiting period.
        New => "new",
        /// Waits for an editor: too many at once, or too old.
        Held => "held",
        /// Was in the feed before the newsletter began.
        Seen => "seen",
        /// Skipped by an editor.
        Skipped => "skipped",
        /// Vanished from the feed before it was sent.
        Gone => "gone",
    }
}

/// A feed of a newsletter.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// Inside id.
    pub id: i64,
    /// Whose.
    pub newsletter_id: i64,
    /// The address that is read.
    pub url: String,
    /// The feed's own title; empty until the first reading.
    pub title: String,
    /// The site that the feed links to.
    pub site_url: Option<String>,
    /// `ETag` of the last complete reading.
    pub etag: Option<String>,
    /// `Last-Modified` of the last complete reading.
    pub last_modified: Option<String>,
    /// How many posts of the first reading count as new.
    pub take_first: i64,
    /// Whether the first reading has taken place.
    pub read_once: bool,
    /// Last poll.
    pub polled_at: Option<Millis>,
    /// Next poll.
    pub next_poll_at: Millis,
    /// Faults in a row.
    pub failures: i64,
    /// The last fault.
    pub last_error: Option<Kept<FeedTrouble>>,
    /// When the first of these faults occurred.
    pub failing_since: Option<Millis>,
    /// Where its server permanently redirects to.
    pub moved_to: Option<String>,
    /// Since when it has done so at each reading; `None` when the target has other posts than the feed.
    pub moved_since: Option<Millis>,
    /// The address before Facteur followed the last move.
    pub moved_from: Option<String>,
    /// When Facteur followed it.
    pub moved_at: Option<Millis>,
    /// A warning about the last reading, which succeeded all the same.
    pub warning: Option<Kept<FeedTrouble>>,
    /// Hash of the last complete body, see [`standing::body_hash`].
    pub body_hash: Option<String>,
    /// Since when.
    pub created_at: Millis,
    /// When it was last read, changed or not.
    pub read_at: Option<Millis>,
    /// The ids of the posts in its last complete reading, as JSON; `None` before the first.
    pub held_ids: Option<String>,
    /// When the last trusted copy was made, by its own account.
    pub built_at: Option<Millis>,
    /// The date of the newest post of that copy.
    pub newest_at: Option<Millis>,
    /// Since when the server has served copies older than that.
    pub stale_since: Option<Millis>,
    /// When posts may have been missed: none of the posts was in the reading before.
    pub gap_at: Option<Millis>,
}
from_row!(Feed {
    id,
    newsletter_id,
    url,
    title,
    site_url,
    etag,
    last_modified,
    take_first,
    read_once,
    polled_at,
    next_poll_at,
    failures,
    last_error,
    failing_since,
    moved_to,
    moved_since,
    moved_from,
    moved_at,
    warning,
    body_hash,
    created_at,
    read_at,
    held_ids,
    built_at,
    newest_at,
    stale_since,
    gap_at
});

/// One entry of a feed, or a post added through the API or the command line.
#[derive(Clone, Debug)]
pub struct Post {
    /// Inside id.
    pub id: i64,
    /// Whose.
    pub newsletter_id: i64,
    /// From which feed.
    pub feed_id: Option<i64>,
    /// The guid: the feed's own, else derived; unique within the newsletter.
    pub guid: String,
    /// Address on the web.
    pub url: Option<String>,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub author: Option<String>,
    /// BCP 47, when the feed gives it.
    pub language: Option<String>,
    /// Cleaned HTML, may be empty.
    pub summary: String,
    /// Cleaned HTML, may be empty.
    pub content: String,
    /// A picture for the post.
    pub image_url: Option<String>,
    /// The date that the feed gives.
    pub published_at: Option<Millis>,
    /// The day of that date in every zone, such as `2026-11-28`, where the feed gives no time of day.
    pub published_day: Option<String>,
    /// When we first saw it.
    pub first_seen_at: Millis,
    /// Its state.
    pub state: PostState,
    /// Why it is held, skipped or gone.
    pub reason: Option<String>,
    /// Since when the post is missing from its feed, until the feed is read again; no digest takes the post meanwhile.
    pub missing_since: Option<Millis>,
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
    published_day,
    first_seen_at,
    state,
    reason,
    missing_since
});

/// A post to add, from the API or the command line.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// Plain text, not empty.
    pub title: String,
    /// Address on the web.
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
    /// Permanent id of the post: adding the same guid again adds no second post.
    #[serde(default)]
    pub guid: Option<String>,
    /// A picture.
    #[serde(default)]
    pub image_url: Option<String>,
    /// Categories, by which the newsletter's topics know it.
    #[serde(default)]
    pub categories: Vec<String>,
}
