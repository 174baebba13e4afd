//! Polls feeds on time, and less often after faults.
//!
//! In: due feeds, or all feeds of a newsletter at once. Out: posts ([`super::news`]), and the time of each feed's next poll. A
//! feed that fails does not stop the others. Two processes on PostgreSQL never poll the same due feed: each first claims a feed by
//! moving its time, on the condition that no other process has.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use url::Url;

use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis, SECOND};
use crate::coded::Kept;
use crate::i18n;

use super::failure;
use super::news::{self, Count};
use super::sql::{self, Reading};
use super::trouble::FeedTrouble;
use super::{Feed, advice, parse, standing};
use crate::net::fetch::{Answer, Body, Validators};

/// Feeds polled at once, over all hosts.
const AT_ONCE: usize = 16;
/// Most feeds claimed in one tick; the others wait for the next tick.
const PER_TICK: i64 = 500;

/// What one poll of a newsletter's feeds found.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct PollReport {
    /// Posts that may be sent.
    pub new: usize,
    /// Posts held for an editor.
    pub held: usize,
    /// Posts marked as already there.
    pub seen: usize,
    /// Feeds that could not be read, with the reason in English.
    pub errors: Vec<String>,
    /// The same for people: address without its query, and why.
    #[serde(skip)]
    pub faults: Vec<(String, Kept<FeedTrouble>)>,
    /// Warnings about feeds that were read, in English.
    pub warnings: Vec<String>,
    /// The same for people: feeds that hold none of the posts that they held before.
    #[serde(skip)]
    pub gaps: Vec<String>,
}

/// Polls every feed that is due.
///
/// # Errors
/// When the due feeds cannot be read from the database; a feed that fails is noted in its row and logged.
pub async fn due(app: &Arc<App>) -> anyhow::Result<()> {
    draw_back(app).await?;
    let feeds = sql::due(&app.db, app.clock.now(), PER_TICK).await?;
    stream::iter(feeds)
        .for_each_concurrent(AT_ONCE, |feed| async move {
            match claim(app, &feed).await {
                Ok(true) => drop(poll(app, &feed).await),
                Ok(false) => {}
                Err(error) => tracing::error!(feed.id, error = %error, "cannot claim a due feed"),
            }
        })
        .await;
    Ok(())
}

/// Makes feeds due whose next poll is further away than any wait that begins now: the clock was ahead when it was set, or the
/// configured wait was longer.
async fn draw_back(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let (read, failed) = longest(app.config.feeds.poll_s, app.config.feeds.timeout_s);
    if !sql::any_beyond(&app.db, now + read, now + failed).await? {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let drawn = sql::draw_back(&mut tx, now, now + read, now + failed).await?;
    tx.commit().await?;
    tracing::warn!(
        feeds = drawn,
        "the next poll of these feeds was too far ahead (was the clock ahead?); they are polled now"
    );
    Ok(())
}

/// The longest waits: for a feed that was read or is being read, and for one that failed.
fn longest(poll_s: u32, timeout_s: u32) -> (Millis, Millis) {
    let poll = Millis::from(poll_s) * SECOND;
    ((poll + poll / 10).max(at_work(timeout_s)), (poll + poll / 10).max(DAY + DAY / 10))
}

/// The longest duration of one request.
fn at_work(timeout_s: u32) -> Millis {
    2 * Millis::from(timeout_s) * SECOND + MINUTE
}

/// Polls a newsletter's feeds now, whether due or not.
///
/// # Errors
/// When the feeds cannot be read from the database; feeds that fail are in the report.
pub async fn newsletter(app: &Arc<App>, newsletter_id: i64) -> anyhow::Result<PollReport> {
    let feeds = sql::feeds(&app.db, newsletter_id).await?;
    let polled = stream::iter(feeds)
        .map(|feed| async move { (poll(app, &feed).await, standing::without_query(&feed.url)) })
        .buffered(AT_ONCE);
    let polled: Vec<(Result<Count, Kept<FeedTrouble>>, String)> = polled.collect().await;
    let (mut report, english) = (PollReport::default(), i18n::locale(i18n::FALLBACK));
    for (result, name) in polled {
        match result {
            Ok(count) => {
                if count.gap {
                    report.warnings.push(english.format("feed-gap-now", &[("feed", name.as_str().into())]));
                    report.gaps.push(name);
                }
                report.new += count.new;
                report.held += count.held;
                report.seen += count.seen;
            }
            Err(fault) => {
                report.errors.push(format!("{name}: {}", fault.words(english)));
                report.faults.push((name, fault));
            }
        }
    }
    Ok(report)
}

/// Claims a due feed for the longest duration of one request.
async fn claim(app: &App, feed: &Feed) -> sqlx::Result<bool> {
    let until = app.clock.now() + at_work(app.config.feeds.timeout_s);
    let mut tx = app.db.begin().await?;
    let claimed = sql::claim(&mut tx, feed, until).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Polls one feed: fetches, parses and stores it, or notes its fault.
async fn poll(app: &App, feed: &Feed) -> Result<Count, Kept<FeedTrouble>> {
    let (error, retry_at) = match read(app, feed).await {
        Ok(count) => {
            if count != Count::default() {
                let Count { new, held, seen, .. } = count;
                tracing::info!(feed.id, posts.new = new, posts.held = held, posts.seen = seen, "posts found");
            }
            if count.gap {
                tracing::warn!(
                    feed.id,
                    "the feed holds none of the posts that it held before: posts may have been missed"
                );
            }
            return Ok(count);
        }
        Err(Trouble::Feed { error, retry_at }) => (error, retry_at),
        Err(Trouble::Ours(error)) => {
            tracing::error!(feed.id, error = %format!("{error:#}"), "a feed was read but not stored");
            return Err(Kept::Words(format!("{error:#}")));
        }
    };
    tracing::warn!(feed.id, feed.failures = feed.failures + 1, %error, "a feed cannot be read");
    let now = app.clock.now();
    let next = after_fault(now, app.config.feeds.poll_s, feed.failures + 1, retry_at, feed.id);
    if let Err(error) = note_fault(app, feed, now, next, &error).await {
        tracing::error!(feed.id, error = %error, "a feed's fault cannot be noted");
    }
    Err(Kept::Known(error))
}

/// Who is at fault when a poll fails.
enum Trouble {
    /// The feed or its server: the feed is polled less often.
    Feed { error: FeedTrouble, retry_at: Option<Millis> },
    /// We are (the database): nothing is held against the feed.
    Ours(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Ours(error.into())
    }
}

impl Trouble {
    fn feed(error: impl Into<FeedTrouble>) -> Self {
        Self::Feed { error: error.into(), retry_at: None }
    }
}

/// What an address has.
enum Found {
    Feed(Box<Understood>),
    /// The same as at the last reading; with the permanent redirect and new validators, if the server sent them.
    Unchanged(Option<Url>, Option<Validators>),
    /// A web page, and the feed that it links to.
    Page(Box<parse::page::Page>, Url),
}

/// A body, the parsed feed, and the body's hash.
struct Understood {
    body: Body,
    parsed: parse::Feed,
    hash: String,
}

async fn read(app: &App, feed: &Feed) -> Result<Count, Trouble> {
    let url =
        Url::parse(&feed.url).map_err(|error| Trouble::feed(FeedTrouble::NoAddress { words: error.to_string() }))?;
    let known = Validators { etag: feed.etag.clone(), last_modified: feed.last_modified.clone() };
    let (found, named) = match look(app, &url, &known, feed.body_hash.as_deref()).await? {
        // Somebody added the blog's address. Once a feed was read there, a page is a fault of the blog and not a link to a new feed.
        Found::Page(_, named) if !feed.read_once => {
            (look(app, &named, &Validators::default(), None).await?, Some(named))
        }
        found => (found, None),
    };
    match found {
        Found::Feed(understood) => store(app, feed, &understood, named.as_ref()).await,
        Found::Page(page, _) => Err(Trouble::feed(page.as_ref())),
        Found::Unchanged(moved, said) => {
            let now = app.clock.now();
            let mut tx = app.db.begin().await?;
            sql::unchanged(&mut tx, feed.id, now, after_success(now, app.config.feeds.poll_s, feed.id)).await?;
            if let Some(said) = &said {
                standing::ask_with(&mut tx, feed.id, said).await?;
            }
            standing::note_move(&mut tx, feed, moved.as_ref().map(Url::as_str), true, now).await?;
            tx.commit().await?;
            Ok(Count::default())
        }
    }
}

/// Stores a reading.
async fn store(app: &App, feed: &Feed, understood: &Understood, named: Option<&Url>) -> Result<Count, Trouble> {
    let Understood { body, parsed, hash } = understood;
    if parsed.broke_off() {
        return Err(Trouble::feed(advice::odd(parsed).unwrap_or(FeedTrouble::Empty)));
    }
    let warning = advice::odd(parsed);
    let kept = warning.clone().map(Kept::Known);
    if let Some(odd) = warning.as_ref().filter(|_| feed.warning != kept) {
        tracing::warn!(feed.id, words = %odd, "a feed could be read, but something is wrong with it");
    }
    let now = app.clock.now();
    let reading = Reading {
        url: named.map(Url::as_str),
        title: &parsed.title,
        site_url: parsed.link.as_deref(),
        etag: body.etag.as_deref().filter(|_| parsed.whole),
        last_modified: body.last_modified.as_deref().filter(|_| parsed.whole),
        body_hash: parsed.whole.then_some(hash.as_str()),
        warning: warning.as_ref(),
        moved: body.moved.as_ref().map(Url::as_str),
        now,
        next: after_success(now, app.config.feeds.poll_s, feed.id),
        read_once: parsed.whole || feed.polled_at.is_some(),
        held: None,
        stale_since: None,
        gap: false,
    };
    Ok(news::store(app, feed, parsed, reading).await?)
}

/// Fetches and parses an address, unless it returns the body with hash `last` again.
async fn look(app: &App, url: &Url, known: &Validators, last: Option<&str>) -> Result<Found, Trouble> {
    let answer = app.net.get(url, known, app.clock.now()).await;
    let answer =
        answer.map_err(|error| Trouble::Feed { error: failure::of(&error, url), retry_at: error.retry_at() })?;
    let body = match answer {
        Answer::Read(body) => body,
        Answer::Unchanged { moved } => return Ok(Found::Unchanged(moved, None)),
    };
    let hash = standing::body_hash(&body);
    if last == Some(hash.as_str()) {
        let said = Validators { etag: body.etag, last_modified: body.last_modified };
        return Ok(Found::Unchanged(body.moved, Some(said).filter(|said| said != known)));
    }
    let (body, parsed) = understand(body, app.config.feeds.max_bytes).await?;
    match parsed {
        Ok(parsed) => Ok(Found::Feed(Box::new(Understood { body, parsed, hash }))),
        Err(parse::ParseError::WebPage(page)) => match page.feeds.first().and_then(|named| Url::parse(named).ok()) {
            Some(named) => Ok(Found::Page(page, named)),
            None => Err(Trouble::feed(page.as_ref())),
        },
        Err(error) => Err(Trouble::feed(&error)),
    }
}

/// Parses on a blocking thread: a body of 5 MiB takes a while.
async fn understand(body: Body, limit: usize) -> anyhow::Result<(Body, Result<parse::Feed, parse::ParseError>)> {
    let parsed = tokio::task::spawn_blocking(move || {
        let source =
            parse::Source { bytes: &body.bytes, content_type: &body.content_type, url: Some(&body.url), limit };
        let parsed = parse::parse(source);
        (body, parsed)
    });
    Ok(parsed.await?)
}

async fn note_fault(app: &App, feed: &Feed, now: Millis, next: Millis, error: &FeedTrouble) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    sql::failed(&mut tx, feed.id, now, next, error).await?;
    tx.commit().await
}

/// When a feed that was read is polled again.
pub fn after_success(now: Millis, poll_s: u32, feed_id: i64) -> Millis {
    now + swayed(Millis::from(poll_s) * SECOND, feed_id, now)
}

/// When a feed that failed `failures` times in a row is polled again: after a wait that doubles each time, up to a day, and not
/// before `retry_at`, which counts up to a day as well.
pub fn after_fault(now: Millis, poll_s: u32, failures: i64, retry_at: Option<Millis>, feed_id: i64) -> Millis {
    let doubled = (Millis::from(poll_s) * SECOND).saturating_mul(1 << failures.clamp(0, 20));
    let wait = swayed(doubled.min(DAY), feed_id, now);
    let asked = retry_at.map_or(0, |at| (at - now).min(DAY));
    now + wait.max(asked)
}

/// Makes a wait up to a tenth longer or shorter, so that feeds added together are not polled together for ever. The same feed at
/// the same instant always gets the same wait (`SplitMix64` over both).
fn swayed(span: Millis, feed_id: i64, now: Millis) -> Millis {
    let mut x = (feed_id as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ now as u64;
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    let tenth = span / 10;
    span - tenth + (x % (2 * tenth + 1).max(1) as u64) as Millis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;

    #[test]
    fn a_feed_is_asked_about_as_often_as_set() {
        for feed_id in 0..100 {
            let next = after_success(1_000_000, 900, feed_id) - 1_000_000;
            assert!((13 * MINUTE..=17 * MINUTE).contains(&next), "{next}");
        }
        assert_ne!(after_success(0, 900, 1), after_success(0, 900, 2));
        assert_eq!(after_success(0, 900, 1), after_success(0, 900, 1));
    }

    #[test]
    fn no_wait_is_longer_than_the_longest() {
        for (poll_s, timeout_s) in [(60, 30), (900, 30), (3600, 60), (200_000, 5)] {
            let (read, failed) = longest(poll_s, timeout_s);
            assert!(read >= at_work(timeout_s));
            for feed_id in 0..100 {
                assert!(after_success(0, poll_s, feed_id) <= read, "{poll_s}");
                for failures in 1..30 {
                    assert!(after_fault(0, poll_s, failures, Some(9 * DAY), feed_id) <= failed, "{poll_s}");
                }
            }
        }
    }

    #[test]
    fn faults_make_it_wait_up_to_a_day() {
        let wait = |failures, retry_at| after_fault(0, 900, failures, retry_at, 7);
        assert!(wait(1, None) >= 27 * MINUTE && wait(1, None) <= 33 * MINUTE);
        assert!(wait(3, None) > wait(1, None));
        assert!(wait(60, None) <= DAY + DAY / 10 && wait(60, None) >= DAY - DAY / 10);
        assert_eq!(wait(1, Some(5 * HOUR)), 5 * HOUR);
        assert_eq!(wait(1, Some(500 * DAY)), DAY);
    }
}
