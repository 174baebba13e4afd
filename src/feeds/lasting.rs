//! What lasts of a newsletter's feeds, for its editor: posts that wait for a decision, a feed that cannot be read.
//!
//! In: what a reading held back ([`super::news`]), a feed whose owner is told that it fails ([`super::standing`]). Out: rows of
//! [`events`] that last, one a feed; [`settle`] ends those that are over, at each tick, whoever ended them.

use super::aside::PROTECTED;
use super::{Feed, standing};
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, query_scalar};
use crate::events::{self, About, Actor, Code, Event};

/// Titles that one notice names.
const NAMED: i64 = 10;

/// A reading held posts back, too many or too old: an editor is needed.
pub async fn held(tx: &mut Tx, feed: &Feed, count: usize, now: Millis) -> sqlx::Result<()> {
    if count > 0 {
        let event = of(feed.newsletter_id, Code::PostsHeld, feed.id).with("posts", count as u64);
        events::begin(tx, now, &Event { untold: true, ..event }).await?;
    }
    Ok(())
}

/// The owner is told, by a letter that is asked for in this transaction, that a feed cannot be read for a day.
pub async fn failing(tx: &mut Tx, feed: &Feed, now: Millis) -> sqlx::Result<()> {
    events::begin(tx, now, &of(feed.newsletter_id, Code::FeedFailing, feed.id)).await.map(drop)
}

fn of(newsletter_id: i64, code: Code, feed_id: i64) -> Event {
    Event::new(newsletter_id, code, About::Feed(feed_id), Actor::System)
}

/// Ends what is over: a feed can be read again, all its posts are decided on. Of a feed that was removed nobody is told.
pub async fn settle(app: &App) -> sqlx::Result<()> {
    for lasting in events::lasting(&app.db, Code::FeedFailing).await? {
        let failing = failing_since(&app.db, lasting.about_id).await?;
        if failing.is_none_or(|since| since.is_none()) {
            end(app, &lasting, Code::FeedRecovered, failing.is_some()).await?;
        }
    }
    for lasting in events::lasting(&app.db, Code::PostsHeld).await? {
        if titles(&app.db, lasting.about_id).await?.is_empty() {
            let there = failing_since(&app.db, lasting.about_id).await?.is_some();
            end(app, &lasting, Code::PostsDecided, there).await?;
        }
    }
    Ok(())
}

async fn end(app: &App, lasting: &events::Untold, over: Code, untold: bool) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    let event = Event { untold, ..of(lasting.newsletter_id, over, lasting.about_id) };
    events::end(&mut tx, app.clock.now(), lasting.code, &event).await?;
    tx.commit().await
}

/// Since when a feed fails, if it does; `None` when there is no such feed.
async fn failing_since(db: &Db, feed_id: i64) -> sqlx::Result<Option<Option<Millis>>> {
    query_scalar("SELECT failing_since FROM feed WHERE id = $1").bind(feed_id).fetch_optional(db.on()).await
}

/// Titles of the posts of a feed that wait for an editor, the newest first; not those behind a password, which nobody but
/// the blog can open.
pub async fn titles(db: &Db, feed_id: i64) -> sqlx::Result<Vec<String>> {
    query_scalar(
        "SELECT title FROM post WHERE feed_id = $1 AND state = 'held' AND reason <> $2
         ORDER BY COALESCE(published_at, first_seen_at) DESC, id DESC LIMIT $3",
    )
    .bind(feed_id)
    .bind(PROTECTED)
    .bind(NAMED)
    .fetch_all(db.on())
    .await
}

/// Where a feed stands, without what may be secret in it; `None` when there is no such feed.
pub async fn address(db: &Db, feed_id: i64) -> sqlx::Result<Option<String>> {
    let url: Option<String> =
        query_scalar("SELECT url FROM feed WHERE id = $1").bind(feed_id).fetch_optional(db.on()).await?;
    Ok(url.map(|url| standing::without_query(&url)))
}
