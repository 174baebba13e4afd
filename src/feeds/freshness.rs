//! Is this copy of a feed as new as the last one? Caches and the nodes of a CDN may hand out an older one for a while.
//!
//! In: what the copy and its server say of its age, and what was said of the last. Out: [`Freshness`]. An older copy takes
//! nothing back and edits nothing; what it holds that was never seen is taken all the same. Pure.

use crate::clock::{DAY, HOUR, MINUTE, Millis};

use super::Feed;
use super::parse::{self, parse_date};

/// A server that says for so long that its older copy is the right one is believed: a backup was put back.
const BELIEVED_AFTER: Millis = DAY;

/// How a copy stands to the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As new, or newer.
    Fresh,
    /// Its newest post is older than the last copy's, and nothing else tells: a post was taken back, or the copy is old.
    Unsure,
    /// Older.
    Older,
}

impl Freshness {
    /// How long a post must be missing before that is believed, in milliseconds; it is asked again in between.
    pub fn patience(self) -> Millis {
        if self == Self::Fresh { 2 * MINUTE } else { HOUR }
    }
}

/// When a copy was made, as it says itself. Many generators write the date of an entry there, which tells nothing.
pub fn built(read: &parse::Feed) -> Option<Millis> {
    let entries_say = |at: Millis| read.entries.iter().any(|e| e.published == Some(at) || e.updated == Some(at));
    read.built.filter(|at| !entries_say(*at))
}

/// Compares a copy with what is noted of the last one. `newest`: the date of its newest entry, none in the future.
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
