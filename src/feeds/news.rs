//! Deciding what is new in a feed that was read, and storing all of it in one transaction.
//!
//! ```text
//! first reading ─▶ seen (the last N: new)        edited ─▶ the text changes while it waits, never after
//! known         ─▶ nothing, or new again if gone
//! unknown       ─▶ new; held when too old, or too many at once
//! vanished      ─▶ gone, when it should still be there
//! ```
//! In: a feed and its reading. Out: posts, and how many of each kind. HTML is cleaned here, and only for posts that are
//! kept; that, and the first look at what is known, happens before the transaction.

use std::collections::HashSet;

use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::db::Tx;

use super::identity::{self, Identity};
use super::parse::text::shorten;
use super::parse::{self, Entry, Html};
use super::sql::{self, Known, NewRow, Reading, Text};
use super::{Feed, PostState, clean};

/// Characters of a title; longer ones are cut, for they become subjects.
const TITLE: usize = 300;
/// Characters of a title made from the text.
const MADE_TITLE: usize = 80;
/// 1990: feeds that say an earlier date have none (they count from 1970 or from year 1).
const EARLIEST: Millis = 631_152_000_000;

/// Why a post is held, skipped or gone: the words of `post.reason`.
pub mod reason {
    /// More at once than `[feeds] hold_above`.
    pub const TOO_MANY: &str = "too_many";
    /// Older than `[feeds] hold_older_days`.
    pub const TOO_OLD: &str = "too_old";
    /// Not in its feed any more.
    pub const VANISHED: &str = "vanished";
    /// An editor decided: of a `new` post to have it, of a `skipped` one to leave it out.
    pub const EDITOR: &str = "editor";
}

/// How many posts of each kind a reading brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// May be sent.
    pub new: usize,
    /// Wait for an editor.
    pub held: usize,
    /// Were there before the newsletter began.
    pub seen: usize,
}

/// An entry with all that storing it needs.
struct Candidate<'a> {
    entry: &'a Entry,
    identity: Identity,
    known: Option<Known>,
    /// Present when the entry is unknown, or waits and was edited.
    text: Option<Text>,
}

/// Stores what a reading brought. `reading` goes to the feed's row in the same transaction.
pub async fn store(app: &App, feed: &Feed, read: &parse::Feed, reading: Reading<'_>) -> anyhow::Result<Count> {
    let candidates = candidates(app, feed, read).await?;
    let mut tx = app.db.begin().await?;
    sql::lock_newsletter(&mut tx, feed.newsletter_id).await?;
    // Another process may have read the feed for the first time, or an editor removed it, while we fetched.
    let Some(feed) = sql::feed_in(&mut tx, feed.id).await? else { return Ok(Count::default()) };
    let (mut present, mut dates, mut fresh) = (HashSet::new(), Vec::new(), Vec::new());
    for mut candidate in candidates {
        if candidate.known.is_none() {
            candidate.known = sql::known_in(&mut tx, feed.newsletter_id, &candidate.identity).await?;
        }
        let first_seen_at = candidate.known.as_ref().map_or(reading.now, |known| known.first_seen_at);
        dates.push(date(candidate.entry).unwrap_or(first_seen_at));
        match &candidate.known {
            Some(known) => {
                present.insert(known.id);
                meet_again(&mut tx, &feed, known, &candidate).await?;
            }
            None => fresh.push(candidate),
        }
    }
    if read.whole {
        miss(&mut tx, &feed, &present, dates).await?;
    }
    let count = welcome(&mut tx, app, &feed, fresh, reading.now).await?;
    sql::was_read(&mut tx, feed.id, reading).await?;
    tx.commit().await?;
    Ok(count)
}

/// Looks the entries up and cleans what may have to be stored.
async fn candidates<'a>(app: &App, feed: &Feed, read: &'a parse::Feed) -> sqlx::Result<Vec<Candidate<'a>>> {
    let mut candidates = Vec::new();
    for (entry, identity) in identity::of_feed(read, feed.id) {
        let known = sql::known(&app.db, feed.newsletter_id, &identity).await?;
        let text = match &known {
            None => Some(text_of(entry, read)),
            Some(known) if matches!(known.state, PostState::New | PostState::Held | PostState::Gone) => {
                let before = sql::text(&app.db, known.id).await?;
                Some(text_of(entry, read)).filter(|now| before.as_ref() != Some(now))
            }
            Some(_) => None,
        };
        candidates.push(Candidate { entry, identity, known, text });
    }
    Ok(candidates)
}

/// When it was published, else changed.
fn date(entry: &Entry) -> Option<Millis> {
    entry.published.or(entry.updated).filter(|at| *at >= EARLIEST)
}

/// What an entry says, cleaned.
fn text_of(entry: &Entry, feed: &parse::Feed) -> Text {
    let cleaned = |html: &Html| clean::without_echo(&clean::html(&html.markup, html.base.as_ref())).to_owned();
    let web = |address: &&String| address.starts_with("http://") || address.starts_with("https://");
    let (mut summary, content) = (cleaned(&entry.summary), cleaned(&entry.content));
    if summary == content {
        summary.clear();
    }
    let url = entry.link.as_ref().filter(web).cloned();
    let image = entry.image.as_ref().filter(web).cloned();
    let picture = || clean::first_picture(if content.is_empty() { &summary } else { &content });
    Text {
        title: title(entry, &summary, &content, url.as_deref(), &feed.title),
        image_url: image.or_else(picture),
        author: entry.author.clone(),
        language: entry.language.clone().or_else(|| feed.language.clone()),
        published_at: date(entry),
        published_day: date(entry).and(entry.day).map(|day| day.to_string()),
        url,
        summary,
        content,
    }
}

/// Its title, else its first words, else where it stands: a mail needs a subject.
fn title(entry: &Entry, summary: &str, content: &str, url: Option<&str>, feed_title: &str) -> String {
    if !entry.title.is_empty() {
        return shorten(&entry.title, TITLE);
    }
    let words =
        [summary, content].into_iter().map(|html| clean::excerpt(html, MADE_TITLE)).find(|words| !words.is_empty());
    let address = || url.and_then(identity::url_key).map(|key| shorten(&key, MADE_TITLE));
    let made = words.or_else(address).unwrap_or_else(|| shorten(feed_title, MADE_TITLE));
    if made.is_empty() { "…".to_owned() } else { made }
}

/// A post that is known: keeps its marks, takes its edit, comes back if it was gone.
async fn meet_again(tx: &mut Tx, feed: &Feed, known: &Known, candidate: &Candidate<'_>) -> sqlx::Result<()> {
    let identity = &candidate.identity;
    let moved = known.feed_id.is_some_and(|id| id != feed.id) && known.state == PostState::Gone;
    let same_marks = known.guid == identity.guid
        && (identity.url_key.is_none() || known.url_key == identity.url_key)
        && (identity.title_key.is_empty() || known.title_key == identity.title_key);
    // A post of another feed, or a given one, keeps the marks it came with: two feeds would only overwrite each other's.
    if moved || (!same_marks && known.feed_id == Some(feed.id)) {
        sql::remember(tx, feed.newsletter_id, known, identity, feed.id).await?;
    }
    if known.state == PostState::Gone {
        sql::set_state(tx, known.id, &[PostState::Gone], PostState::New, None).await?;
    }
    // A post that was given by the API or the command line says what its giver said.
    if let (Some(text), true) = (&candidate.text, known.feed_id.is_some()) {
        sql::edit(tx, known.id, text).await?;
    }
    Ok(())
}

/// Posts that were never seen, the oldest first, so that ids follow time.
async fn welcome(tx: &mut Tx, app: &App, feed: &Feed, fresh: Vec<Candidate<'_>>, now: Millis) -> sqlx::Result<Count> {
    let limits = &app.config.feeds;
    let oldest = now - Millis::from(limits.hold_older_days) * DAY;
    let too_many = feed.read_once && fresh.len() > limits.hold_above;
    let taken = newest(&fresh, usize::try_from(feed.take_first).unwrap_or(0));
    let mut count = Count::default();
    for (at, candidate) in fresh.iter().enumerate().rev() {
        let Some(text) = &candidate.text else { continue };
        let (state, reason) = match text.published_at {
            _ if !feed.read_once && taken.contains(&at) => (PostState::New, None),
            _ if !feed.read_once => (PostState::Seen, None),
            _ if too_many => (PostState::Held, Some(reason::TOO_MANY)),
            Some(published) if published < oldest => (PostState::Held, Some(reason::TOO_OLD)),
            _ => (PostState::New, None),
        };
        let (newsletter_id, identity) = (feed.newsletter_id, &candidate.identity);
        let row = NewRow { newsletter_id, feed_id: Some(feed.id), identity, text, now, state, reason };
        if sql::insert(tx, row).await?.is_some() {
            match state {
                PostState::New => count.new += 1,
                PostState::Held => count.held += 1,
                _ => count.seen += 1,
            }
        }
    }
    Ok(count)
}

/// The places of the `n` newest; entries without a date come after those with one, in the feed's order.
fn newest(fresh: &[Candidate<'_>], n: usize) -> HashSet<usize> {
    let mut places: Vec<usize> = (0..fresh.len()).collect();
    let date = |at: &usize| fresh[*at].text.as_ref().and_then(|text| text.published_at).unwrap_or(Millis::MIN);
    places.sort_by_key(|at| std::cmp::Reverse(date(at)));
    places.into_iter().take(n).collect()
}

/// Posts that wait but are not in the feed any more, though older ones are: somebody took them back.
async fn miss(tx: &mut Tx, feed: &Feed, present: &HashSet<i64>, dates: Vec<Millis>) -> sqlx::Result<()> {
    let Some(floor) = floor(dates) else { return Ok(()) };
    for post in sql::waiting_of_feed(tx, feed.id).await? {
        if !present.contains(&post.id) && post.at > floor {
            sql::set_state(tx, post.id, &[PostState::New], PostState::Gone, Some(reason::VANISHED)).await?;
        }
    }
    Ok(())
}

/// Posts later than this should be in a feed whose entries have these dates: that of the oldest. A feed that is not in
/// order may carry an old entry for ever (a pinned one); there only posts later than half of its entries are judged.
/// `None` for an empty feed, which is rather a fault of the blog than the end of all its posts.
fn floor(mut dates: Vec<Millis>) -> Option<Millis> {
    let in_order = dates.is_sorted() || dates.is_sorted_by(|a, b| a >= b);
    dates.sort_unstable();
    dates.get(if in_order { 0 } else { dates.len() / 2 }).copied()
}

#[cfg(test)]
mod tests {
    use super::floor;

    #[test]
    fn what_is_older_than_the_feed_reaches_is_not_missed() {
        assert_eq!(floor(vec![]), None);
        assert_eq!(floor(vec![30, 20, 10]), Some(10));
        assert_eq!(floor(vec![10, 20, 30]), Some(10));
        assert_eq!(floor(vec![1, 50, 40, 30]), Some(40), "a pinned entry on top says nothing");
    }
}
