//! The health of a feed: since when it cannot be read, whether its owner was told, and where its server says it has moved.
//!
//! ```text
//! permanent redirect ─▶ moved_to, moved_since ─ the same at each reading for a week ─▶ url; moved_from, moved_at
//!                  └▶ the target has other posts ─▶ moved_to alone: reported, never followed
//! ```
//! In: the result of each reading. Out: columns of `feed`. Facteur follows a permanent redirect only after a week, because
//! it could not undo following a wrong one (a Wi-Fi portal, a domain lost for a day).

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Feed;
use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, query, query_as, query_scalar};
use crate::net::fetch::{Body, Validators};

/// Time after which a permanent redirect is followed.
const SETTLED: Millis = 7 * DAY;
/// Time after which the owner is told that a feed fails.
const TELL_AFTER: Millis = DAY;

/// Hash of a body and of how it is parsed: the same hash means that reading it again brings nothing new. The program's version is
/// part of it, because another version may parse the same bytes differently.
pub fn body_hash(body: &Body) -> String {
    let mut context = Context::new(&SHA256);
    for part in [env!("CARGO_PKG_VERSION").as_bytes(), body.content_type.as_bytes(), body.url.as_str().as_bytes()] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    context.update(&body.bytes);
    URL_SAFE_NO_PAD.encode(&context.finish().as_ref()[..16])
}

/// Notes new headers for an unchanged body.
///
/// # Errors
/// The database's.
pub async fn ask_with(tx: &mut Tx, id: i64, said: &Validators) -> sqlx::Result<u64> {
    query("UPDATE feed SET etag = $2, last_modified = $3 WHERE id = $1")
        .bind(id)
        .bind(said.etag.as_deref())
        .bind(said.last_modified.as_deref())
        .execute(tx.on())
        .await
}

/// What a reading says about the feed's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move<'a> {
    /// Nothing new.
    Same,
    /// No redirect any more.
    Over,
    /// A new redirect; with its beginning, unless the target has other posts.
    Begun(&'a str, Option<Millis>),
    /// A redirect that is a week old.
    Settled(&'a str),
}

impl<'a> Move<'a> {
    fn judge(feed: &Feed, moved: Option<&'a str>, ours: bool, now: Millis) -> Self {
        let Some(to) = moved.filter(|to| *to != feed.url) else {
            return if feed.moved_to.is_some() { Self::Over } else { Self::Same };
        };
        match feed.moved_since {
            _ if feed.moved_to.as_deref() != Some(to) => Self::Begun(to, ours.then_some(now)),
            Some(since) if now - since >= SETTLED => Self::Settled(to),
            // The redirect begins in the future: the clock was ahead when it was noted.
            Some(since) if since > now => Self::Begun(to, Some(now)),
            _ => Self::Same,
        }
    }
}

/// Notes the redirect of a feed that was read. `ours`: the target had known posts of the feed.
///
/// # Errors
/// The database's.
pub async fn note_move(tx: &mut Tx, feed: &Feed, moved: Option<&str>, ours: bool, now: Millis) -> sqlx::Result<()> {
    match Move::judge(feed, moved, ours, now) {
        Move::Same => {}
        Move::Over => {
            set_move(tx, feed.id, None, None).await?;
        }
        Move::Begun(to, since) => {
            set_move(tx, feed.id, Some(to), since).await?;
            let [from, to] = [&*feed.url, to].map(without_query);
            if since.is_some() {
                tracing::info!(
                    feed.id,
                    from,
                    to,
                    "a feed's server says that the feed has moved for good; Facteur follows in a week"
                );
            } else {
                tracing::warn!(
                    feed.id,
                    from,
                    to,
                    "a feed's server redirects to other posts; Facteur keeps the feed's address"
                );
            }
        }
        Move::Settled(to) => {
            if take_over(tx, feed, to, now).await? {
                let [from, to] = [&*feed.url, to].map(without_query);
                tracing::info!(feed.id, from, to, "a feed has moved: Facteur reads it at its new address from now on");
            }
        }
    }
    Ok(())
}

async fn set_move(tx: &mut Tx, id: i64, to: Option<&str>, since: Option<Millis>) -> sqlx::Result<u64> {
    query("UPDATE feed SET moved_to = $2, moved_since = $3 WHERE id = $1")
        .bind(id)
        .bind(to)
        .bind(since)
        .execute(tx.on())
        .await
}

/// Makes the target the feed's address, unless another feed of the newsletter has that address: then the redirect is only
/// reported.
async fn take_over(tx: &mut Tx, feed: &Feed, to: &str, now: Millis) -> sqlx::Result<bool> {
    // The validators came from the target itself, so they stay.
    let taken = query(
        "UPDATE feed SET url = $2, moved_from = url, moved_at = $3, moved_to = NULL, moved_since = NULL
         WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM feed f WHERE f.newsletter_id = feed.newsletter_id AND f.url = $2)",
    )
    .bind(feed.id)
    .bind(to)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(taken == 1)
}

/// Feeds that have failed for a day and whose owner was not told, the oldest failure first.
pub async fn untold(db: &Db, now: Millis) -> sqlx::Result<Vec<Feed>> {
    query_as(
        "SELECT * FROM feed WHERE failing_since <= $1 AND told_at IS NULL AND failures > 1
         ORDER BY newsletter_id, id LIMIT 100",
    )
    .bind(now - TELL_AFTER)
    .fetch_all(db.on())
    .await
}

/// Whether a feed has failed for a day.
pub async fn any_failing(db: &Db, now: Millis) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM feed WHERE failing_since <= $1 AND failures > 1)")
        .bind(now - TELL_AFTER)
        .fetch_one(db.on())
        .await
}

/// Notes that the owner was told; false when another process was quicker, or the feed can be read again.
pub async fn told(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<bool> {
    let noted = query("UPDATE feed SET told_at = $2 WHERE id = $1 AND told_at IS NULL AND failing_since IS NOT NULL")
        .bind(id)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(noted == 1)
}

/// An address without what may be secret in it.
pub fn without_query(address: &str) -> String {
    let Ok(mut url) = url::Url::parse(address) else { return "an address that cannot be read".to_owned() };
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(moved_to: Option<&str>, moved_since: Option<Millis>) -> Feed {
        Feed {
            url: "https://old.example/feed".into(),
            moved_to: moved_to.map(str::to_owned),
            moved_since,
            ..Feed::default()
        }
    }

    #[test]
    fn a_redirect_settles_after_a_week_of_the_same() {
        let (a, b) = ("https://a.example/feed", "https://b.example/feed");
        for (known, since, met, ours, now, judged) in [
            (None, None, None, true, 0, Move::Same),
            (None, None, Some("https://old.example/feed"), true, 0, Move::Same),
            (None, None, Some(a), true, 5, Move::Begun(a, Some(5))),
            (None, None, Some(a), false, 5, Move::Begun(a, None)),
            (Some(a), Some(5), Some(a), true, 5 + SETTLED - 1, Move::Same),
            (Some(a), Some(5), Some(a), true, 5 + SETTLED, Move::Settled(a)),
            (Some(a), Some(5), Some(b), true, 5 + SETTLED, Move::Begun(b, Some(5 + SETTLED))),
            (Some(a), Some(5), None, true, 5 + SETTLED, Move::Over),
            (Some(a), None, Some(a), true, 5 + SETTLED, Move::Same),
            (Some(a), Some(9), Some(a), true, 5, Move::Begun(a, Some(5))),
        ] {
            assert_eq!(Move::judge(&feed(known, since), met, ours, now), judged, "{known:?} {since:?} {met:?}");
        }
    }
}
