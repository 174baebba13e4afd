//! How a feed fares: since when it cannot be read, whether its owner knows, and where its server says that it has moved.
//!
//! ```text
//! permanent redirect ─▶ moved_to, moved_since ─ a week, at each reading the same ─▶ url; moved_from, moved_at
//!                  └▶ other posts stand there ─▶ moved_to alone: said, never taken over
//! ```
//! In: what each reading met. Out: columns of `feed`. A redirect is taken over only
//! after a week, because a wrong one (a portal of a Wi-Fi network, a domain that was lost for a day) would be for ever.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Feed;
use super::fetch::{Body, Validators};
use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, execute, read};

/// A redirect is taken over after so long.
const SETTLED: Millis = 7 * DAY;
/// An owner is told of a feed that fails for so long.
const TELL_AFTER: Millis = DAY;

/// Names a body and how it is understood: the same hash means that reading it again brings nothing new. The version of the
/// program is part of it, for another may read the same bytes in another way.
pub fn body_hash(body: &Body) -> String {
    let mut context = Context::new(&SHA256);
    for part in [env!("CARGO_PKG_VERSION").as_bytes(), body.content_type.as_bytes(), body.url.as_str().as_bytes()] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    context.update(&body.bytes);
    URL_SAFE_NO_PAD.encode(&context.finish().as_ref()[..16])
}

/// Notes what the server said anew of a body that stayed the same.
///
/// # Errors
/// The database's.
pub async fn ask_with(tx: &mut Tx, id: i64, said: &Validators) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE feed SET etag = $2, last_modified = $3 WHERE id = $1")
        .bind(id)
        .bind(said.etag.as_deref())
        .bind(said.last_modified.as_deref())
        .execute(c))
}

/// What a reading says about where a feed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move<'a> {
    /// As it is known already.
    Same,
    /// No redirect any more.
    Over,
    /// A new one; since when, unless other posts stand there.
    Begun(&'a str, Option<Millis>),
    /// A week old.
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
            // Not before it began: the clock was ahead then.
            Some(since) if since > now => Self::Begun(to, Some(now)),
            _ => Self::Same,
        }
    }
}

/// Notes where a feed that was read is said to have moved. `ours`: posts of the feed that were known stood there.
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
                tracing::info!(feed.id, from, to, "a feed's server sends us elsewhere for good; taken over in a week");
            } else {
                tracing::warn!(feed.id, from, to, "a feed's server sends us to other posts; its address is kept");
            }
        }
        Move::Settled(to) => {
            if take_over(tx, feed, to, now).await? {
                let [from, to] = [&*feed.url, to].map(without_query);
                tracing::info!(feed.id, from, to, "a feed has moved: it is read at its new address from now on");
            }
        }
    }
    Ok(())
}

async fn set_move(tx: &mut Tx, id: i64, to: Option<&str>, since: Option<Millis>) -> sqlx::Result<u64> {
    execute!(tx, |c| sqlx::query("UPDATE feed SET moved_to = $2, moved_since = $3 WHERE id = $1")
        .bind(id)
        .bind(to)
        .bind(since)
        .execute(c))
}

/// Makes the target the address, unless another feed of the newsletter stands there: then it stays as it is, and is said.
async fn take_over(tx: &mut Tx, feed: &Feed, to: &str, now: Millis) -> sqlx::Result<bool> {
    // What the server said to ask with the next time came from the target itself, and stays.
    let taken = execute!(tx, |c| {
        sqlx::query(
            "UPDATE feed SET url = $2, moved_from = url, moved_at = $3, moved_to = NULL, moved_since = NULL
         WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM feed f WHERE f.newsletter_id = feed.newsletter_id AND f.url = $2)",
        )
        .bind(feed.id)
        .bind(to)
        .bind(now)
        .execute(c)
    })?;
    Ok(taken == 1)
}

/// Feeds that fail for a day and whose owner was not told, the first first.
pub async fn untold(db: &Db, now: Millis) -> sqlx::Result<Vec<Feed>> {
    read!(db, |c| sqlx::query_as(
        "SELECT * FROM feed WHERE failing_since <= $1 AND told_at IS NULL AND failures > 1
         ORDER BY newsletter_id, id LIMIT 100"
    )
    .bind(now - TELL_AFTER)
    .fetch_all(c))
}

/// Whether a feed fails for a day.
pub async fn any_failing(db: &Db, now: Millis) -> sqlx::Result<bool> {
    read!(db, |c| sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM feed WHERE failing_since <= $1 AND failures > 1)")
        .bind(now - TELL_AFTER)
        .fetch_one(c))
}

/// Notes that the owner is told; false when another process was quicker, or when it can be read again.
pub async fn told(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<bool> {
    let noted = execute!(tx, |c| sqlx::query(
        "UPDATE feed SET told_at = $2 WHERE id = $1 AND told_at IS NULL AND failing_since IS NOT NULL"
    )
    .bind(id)
    .bind(now)
    .execute(c))?;
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
