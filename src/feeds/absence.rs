//! Decides about posts missing from a feed: taken back by the author, or only absent from one copy.
//!
//! ```text
//! missing once ─▶ noted; no digest takes it; the feed is read again in minutes
//! missing still ─▶ another feed of the newsletter has it: the post now belongs to that feed
//!                  no feed has it: gone                          there again ─▶ as before ([`super::news`])
//! ```
//! In: a trusted reading, inside its transaction. Out: the missing posts; while there are any, the feed is read again soon. Only
//! posts that wait to be sent, and that no editor has included, are judged.

use std::collections::HashSet;

use crate::clock::{MINUTE, Millis};
use crate::db::Tx;

use super::lookup::{self, Known};
use super::news::reason;
use super::reach::Reach;
use super::{Feed, PostState, sql};

/// Time until a feed in which a post is missing is read again.
pub const ASKED_AGAIN: Millis = 3 * MINUTE;
/// An empty feed that held at most this many posts has lost them; when it held more, the blog is more likely at fault.
const SMALL: usize = 3;

/// The facts that show what is missing from a feed.
#[derive(Clone, Copy, Debug)]
pub struct Missing<'a> {
    /// Which.
    pub feed: &'a Feed,
    /// The posts that the feed held, and those that it should hold.
    pub stored: &'a [Known],
    /// The posts in this reading.
    pub present: &'a HashSet<i64>,
    /// The posts in the last reading, where known.
    pub held: Option<&'a HashSet<i64>>,
    /// How far it reaches back.
    pub reach: &'a Reach,
    /// Nothing new came that could have pushed anything off its end.
    pub nothing_came: bool,
    /// How long a post must be missing before that is believed, in milliseconds.
    pub patience: Millis,
    /// Now.
    pub now: Millis,
}

impl Missing<'_> {
    fn is_missing(&self, known: &Known, emptied: bool) -> bool {
        let held = known.missing_since.is_some() || self.held.is_some_and(|held| held.contains(&known.id));
        let waits = known.state == PostState::New && known.reason.is_none() && known.feed_id == Some(self.feed.id);
        let lost = emptied && held && self.held.is_some_and(|held| held.len() <= SMALL);
        waits
            && !self.present.contains(&known.id)
            && (lost || self.reach.should_hold(known.at(), self.nothing_came && held))
    }
}

/// Notes the missing posts, and returns them. `emptied`: the feed has no entries.
pub async fn note(tx: &mut Tx, missing: &Missing<'_>, emptied: bool) -> sqlx::Result<Vec<i64>> {
    let (mut still, mut elsewhere) = (Vec::new(), None);
    for known in missing.stored.iter().filter(|known| missing.is_missing(known, emptied)) {
        match known.missing_since {
            Some(since) if missing.now - since >= missing.patience => {
                if elsewhere.is_none() {
                    elsewhere = Some(held_elsewhere(tx, missing.feed).await?);
                }
                let other = elsewhere.iter().flatten().find(|(_, held)| held.contains(&known.id));
                match other {
                    Some((feed_id, _)) => lookup::give_to(tx, known.id, Some(*feed_id)).await.map(|_| ())?,
                    None => take_back(tx, known.id).await?,
                }
            }
            since => {
                if since.is_none() {
                    lookup::set_missing(tx, known.id, Some(missing.now)).await?;
                }
                still.push(known.id);
            }
        }
    }
    Ok(still)
}

async fn take_back(tx: &mut Tx, id: i64) -> sqlx::Result<()> {
    sql::set_state(tx, id, &[PostState::New], PostState::Gone, Some(reason::VANISHED)).await?;
    lookup::set_missing(tx, id, None).await.map(|_| ())
}

/// The posts that each other feed of the newsletter held at its last reading.
pub async fn held_elsewhere(tx: &mut Tx, feed: &Feed) -> sqlx::Result<Vec<(i64, HashSet<i64>)>> {
    let feeds = lookup::held_elsewhere(tx, feed).await?;
    Ok(feeds.into_iter().map(|(id, ids)| (id, serde_json::from_str(&ids).unwrap_or_default())).collect())
}
