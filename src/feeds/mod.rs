//! WHAT: a feed's URL → new posts, each known once.
//!
//! ```text
//! poll ─▶ fetch (guard) ─▶ parse ─▶ news (identity, recognise, clean) ─▶ post
//!                                    ├ absence (reach, freshness) ────────┤
//!                                    API, command line ─▶ given ──────────┘
//! ```
//! In: `feed` rows that are due. Out: `post` rows, cleaned. [`poll`] asks in time and waits after faults, [`fetch`] gets
//! bytes past the [`guard`], [`parse`] understands them, [`news`] decides what is new: [`identity`] gives each entry its
//! marks, [`recognise`] tells which post it is, [`absence`] what was taken back; [`clean`] makes HTML safe for mail. Entries that
//! are no posts are put aside by [`aside`]; posts that no feed brought come by [`given`]. [`standing`] is how a feed fares,
//! [`find`] judges an address before it is added, [`advice`] says what its owner should know of it; it leaves or moves by
//! [`removal`].

mod absence;
pub mod advice;
pub mod aside;
pub mod choice;
pub mod clean;
mod door;
pub mod fetch;
pub mod find;
mod freshness;
pub mod given;
pub mod guard;
pub mod identity;
pub mod likeness;
pub mod news;
pub mod parse;
pub mod poll;
mod reach;
mod recognise;
pub mod removal;
mod said;
pub mod shelf;
pub mod sql;
pub mod standing;
pub mod trouble;

pub use given::add;

use self::trouble::FeedTrouble;
use crate::clock::Millis;
use crate::coded::Kept;
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

/// A feed of a newsletter.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// Inside id.
    pub id: i64,
    /// Whose.
    pub newsletter_id: i64,
    /// Where it is read.
    pub url: String,
    /// As it names itself; empty until it was read.
    pub title: String,
    /// The site that it names.
    pub site_url: Option<String>,
    /// What the server said with the last whole reading.
    pub etag: Option<String>,
    /// As `etag`.
    pub last_modified: Option<String>,
    /// How many of the posts that it had at the first reading are new.
    pub take_first: i64,
    /// Whether what it held at first is known.
    pub read_once: bool,
    /// Last asked.
    pub polled_at: Option<Millis>,
    /// Asked again from then on.
    pub next_poll_at: Millis,
    /// Faults in a row.
    pub failures: i64,
    /// The last of them.
    pub last_error: Option<Kept<FeedTrouble>>,
    /// When the first of them was met.
    pub failing_since: Option<Millis>,
    /// Where its server sends readers for good.
    pub moved_to: Option<String>,
    /// Since when it does, at each reading; `None` when other posts than the feed's stand there.
    pub moved_since: Option<Millis>,
    /// Where it was read before it was taken to have moved.
    pub moved_from: Option<String>,
    /// When that was.
    pub moved_at: Option<Millis>,
    /// What was odd at the last reading, though it could be read.
    pub warning: Option<Kept<FeedTrouble>>,
    /// Of the last body that was read whole, see [`standing::body_hash`].
    pub body_hash: Option<String>,
    /// Since when.
    pub created_at: Millis,
    /// When it was last read, changed or not.
    pub read_at: Option<Millis>,
    /// The ids of the posts that it held at its last whole reading, as JSON; `None` before.
    pub held_ids: Option<String>,
    /// When the last copy that was believed was made, as it says.
    pub built_at: Option<Millis>,
    /// The date of the newest post of that copy.
    pub newest_at: Option<Millis>,
    /// Since when copies come that are older than that.
    pub stale_since: Option<Millis>,
    /// When posts may have been missed: all that it held had changed since the reading before.
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
    /// The day that this means in every zone, `2026-11-28`, where the feed says no more than a day.
    pub published_day: Option<String>,
    /// When we first saw it.
    pub first_seen_at: Millis,
    /// Where it stands.
    pub state: PostState,
    /// Why it is held, skipped or gone.
    pub reason: Option<String>,
    /// Since when it is missing from its feed, while that was not yet asked again; no digest takes it meanwhile.
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
