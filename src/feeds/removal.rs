//! Removes a feed from a newsletter, or moves it to another address, without losing or repeating a post.
//!
//! In: an editor's request. Out: the feed's row; its posts stay, so that a post that comes back in another feed is recognised.
//! Posts that waited to be sent are `gone` until then.

use crate::app::App;
use crate::events::activity::{self, Act, Deed};

use super::news::reason;
use super::{Feed, PostState, absence, lookup, sql};

/// What happened to the posts of a removed feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Removed {
    /// Posts that waited, and will not be sent unless a feed brings them again.
    pub waited: usize,
    /// Another feed of the newsletter has them too.
    pub elsewhere: usize,
}

/// Removes a feed; `None` when it is gone already.
///
/// # Errors
/// The database's.
pub async fn remove(app: &App, feed: &Feed) -> sqlx::Result<Option<Removed>> {
    let mut tx = app.db.begin().await?;
    sql::lock_newsletter(&mut tx, feed.newsletter_id).await?;
    let elsewhere = absence::held_elsewhere(&mut tx, feed).await?;
    let mut removed = Removed::default();
    for (id, state, taken) in lookup::all_of(&mut tx, feed.id).await? {
        let other = elsewhere.iter().find(|(_, held)| held.contains(&id)).map(|(feed_id, _)| *feed_id);
        lookup::give_to(&mut tx, id, other).await?;
        let waits = matches!(state, PostState::New | PostState::Held) && !taken;
        if waits && other.is_none() {
            let from = [PostState::New, PostState::Held];
            sql::set_state(&mut tx, id, &from, PostState::Gone, Some(reason::FEED_REMOVED)).await?;
            removed.waited += 1;
        }
        removed.elsewhere += usize::from(other.is_some());
    }
    let there = sql::remove(&mut tx, feed.newsletter_id, feed.id).await?;
    if there {
        let act = Act::new(Deed::FeedRemoved).at(feed.newsletter_id).about("feed", feed.id);
        activity::note(&mut tx, app.clock.now(), act).await?;
    }
    tx.commit().await?;
    Ok(there.then_some(removed))
}

/// Changes a feed's address; false when another feed of the newsletter has this address. The posts at the new address are compared
/// with those of the old one, as after a change of the blog.
///
/// # Errors
/// The database's.
pub async fn set_url(app: &App, feed: &Feed, url: &str) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let set = sql::set_url(&mut tx, feed, url, app.clock.now()).await?;
    if set {
        let act = Act::new(Deed::FeedMoved).at(feed.newsletter_id).about("feed", feed.id);
        activity::note(&mut tx, app.clock.now(), act).await?;
    }
    tx.commit().await?;
    Ok(set)
}
