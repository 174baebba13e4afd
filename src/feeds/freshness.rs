//! Decides whether a copy of a feed is as new as the last one: caches and CDN nodes may serve an older copy for a while.
//!
//! In: what the copy and its server say about its age, and the same about the last copy. Out: [`Freshness`]. An older copy takes
//! back and edits no post, but its new posts count. Pure.

use crate::clock::{DAY, HOUR, MINUTE, Millis};

use super::Feed;
use super::parse::{self, parse_date};

/// After serving an older copy for this long, a server is believed: the blog was restored from a backup.
const BELIEVED_AFTER: Millis = DAY;

/// The age of a copy compared with the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As new, or newer.
    Fresh,
    /// Its newest post is older than the last copy's, and nothing else decides: a post was taken back, or the copy is old.
    Unsure,
    /// Older.
    Older,
}

impl Freshness {
    /// How long a post must be missing before it counts as taken back, in milliseconds; the feed is read again in between.
    pub fn patience(self) -> Millis {
        if self == Self::Fresh { 2 * MINUTE } else { HOUR }
    }
}

/// When a copy was made, by its own account. Many generators write the date of an entry there, which says nothing.
pub fn built(read: &parse::Feed) -> Option<Millis> {
    let entries_say = |at: Millis| read.entries.iter().any(|e| e.published == Some(at) || e.updated == Some(at));
    read.built.filter(|at| !entries_say(*at))
}

/// Compares a copy with the record of the last one. `newest`: the date of its newest entry, future dates excluded.
pub fn of(
    feed: &Feed,
    read: &parse::Feed,
    last_modified: Option<&str>,
    newest: Option<Millis>,
    now: Millis,
) -> Freshness {
    let went_back = |new: Option<Millis>, old: Option<Millis>| new.zip(old).map(|(new, old)| new < old);
    let modified = went_back(last_modified.and_then(parse_date), feed.last_modified.as_deref().and_then(parse_date));
    let older = modified.or_else(|| went_back(built(read), feed.built_at));
    let believed = feed.stale_since.is_some_and(|since| now - since >= BELIEVED_AFTER);
    match (older, went_back(newest, feed.newest_at)) {
        (Some(true), _) if !believed => Freshness::Older,
        (None, Some(true)) => Freshness::Unsure,
        _ => Freshness::Fresh,
    }
}
