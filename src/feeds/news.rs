//! Decides what is new in a reading of a feed, and stores all of it in one transaction.
//!
//! ```text
//! first reading ─▶ seen (the last N: new)        edited ─▶ the text changes while it waits, never after
//! known         ─▶ nothing, or new again if gone
//! unknown       ─▶ new; held when too old, too many at once, or all of the feed
//! missing       ─▶ feed read again; then gone ([`super::absence`])
//! ```
//! In: a feed and its reading. Out: posts, and how many of each kind. [`super::recognise`] finds known posts, [`super::door`]
//! decides about new ones. HTML is cleaned ([`super::said`]) only for posts that are stored; this, and the first look-up of known
//! posts, happens before the transaction.

use std::collections::HashSet;

use crate::app::App;
use crate::clock::{HOUR, Millis};
use crate::db::Tx;

use super::absence::{self, Missing};
use super::door::{ALL_NEW, Door};
use super::freshness::{self, Freshness};
use super::identity::{self, Identity};
use super::lookup::{self, Known};
use super::parse::{self, Entry};
use super::reach::Reach;
use super::sql::{self, Held, NewRow, Reading, Text};
use super::{Feed, PostState, aside, lasting, recognise, said, standing};

/// A feed with at least this many entries, none of which was in its last reading, has probably shown others in between.
const GAP: usize = 5;

/// Why a post is held, skipped or gone: the words of `post.reason`.
pub mod reason {
    /// More at once than `[feeds] hold_above`.
    pub const TOO_MANY: &str = "too_many";
    /// Every entry of the feed is new although the feed was read before.
    pub const ALL_NEW: &str = "all_new";
    /// Older than `[feeds] hold_older_days`.
    pub const TOO_OLD: &str = "too_old";
    /// Not in its feed any more.
    pub const VANISHED: &str = "vanished";
    /// Its feed was removed from the newsletter while it waited.
    pub const FEED_REMOVED: &str = "feed_removed";
    /// An editor decided: to include a `new` post, or to skip a `skipped` one.
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
    /// Posts may have been published and have left the feed again since its last reading.
    pub gap: bool,
}

/// An entry with all that storing it needs.
struct Candidate<'a> {
    entry: &'a Entry,
    identity: Identity,
    /// The known post with the same marks.
    known: Option<Known>,
    /// The known post recognised by title or text, where none has the same marks.
    like: Option<Known>,
    /// See [`recognise::Met`].
    displaces: Option<i64>,
    /// Present when the entry is unknown, or belongs to a waiting post that was edited.
    text: Option<Text>,
}

/// What was looked up before the transaction.
struct Look<'a> {
    candidates: Vec<Candidate<'a>>,
    /// What the feed held, and what it should hold.
    stored: Vec<Known>,
    reach: Reach,
    freshness: Freshness,
    newest: Option<Millis>,
}

/// Stores the posts of a reading. `reading` goes into the feed's row in the same transaction.
pub async fn store(app: &App, feed: &Feed, read: &parse::Feed, reading: Reading<'_>) -> anyhow::Result<Count> {
    let look = look(app, feed, read, &reading).await?;
    let mut tx = app.db.begin().await?;
    sql::lock_newsletter(&mut tx, feed.newsletter_id).await?;
    // Another process may have read the feed for the first time, or an editor removed or moved it, while we fetched.
    let unmoved = |now: &Feed| now.url == feed.url;
    let Some(feed) = sql::feed_in(&mut tx, feed.id).await?.filter(unmoved) else { return Ok(Count::default()) };
    let believed = read.whole && look.freshness != Freshness::Older;
    let held = held_ids(&feed);
    let entries = look.candidates.len();
    let (mut present, mut fresh) = (HashSet::new(), Vec::new());
    for candidate in under_lock(&mut tx, feed.newsletter_id, look.candidates).await? {
        match &candidate.known {
            Some(known) => {
                present.insert(known.id);
                if believed {
                    meet_again(&mut tx, &feed, known, &candidate, reading.now).await?;
                }
                aside::meet_again(&mut tx, known.id, known.state, candidate.entry, reading.now).await?;
                if swallowed(&feed, known) && held.as_ref().is_some_and(|held| !held.contains(&known.id)) {
                    fresh.push(candidate);
                }
            }
            None => fresh.push(candidate),
        }
    }
    let ours = !present.is_empty() || !feed.read_once;
    let gap = believed && entries >= GAP && held.as_ref().is_some_and(|h| !h.is_empty() && h.is_disjoint(&present));
    let missing = Missing {
        feed: &feed,
        stored: &look.stored,
        present: &present,
        held: held.as_ref(),
        reach: &look.reach,
        nothing_came: fresh.is_empty(),
        patience: look.freshness.patience(),
        now: reading.now,
    };
    let missing = if believed { absence::note(&mut tx, &missing, entries == 0).await? } else { Vec::new() };
    let asks_again = !missing.is_empty();
    let all_new =
        feed.read_once && fresh.len() >= ALL_NEW.max(entries) && held.as_ref().is_none_or(|held| !held.is_empty());
    let (fresh, aside) = put_aside(&mut tx, &feed, fresh, reading.now, &mut present).await?;
    let count = welcome(&mut tx, app, &feed, &fresh, all_new, reading.now, &mut present).await?;
    lasting::held(&mut tx, &feed, count.held, reading.now).await?;
    // Until a decision about them, missing posts count as in the feed.
    present.extend(missing);
    let ids = serde_json::to_string(&present)?;
    let newest_at = if asks_again { feed.newest_at.max(look.newest) } else { look.newest };
    let held = believed.then_some(Held { ids: &ids, built_at: freshness::built(read), newest_at });
    let moved = reading.moved;
    let now = reading.now;
    sql::was_read(&mut tx, feed.id, conclude(&feed, reading, held, look.freshness, asks_again, gap)).await?;
    if !read.entries.is_empty() {
        standing::note_move(&mut tx, &feed, moved, ours, now).await?;
    }
    tx.commit().await?;
    Ok(Count { new: count.new, held: count.held + aside.held, seen: count.seen + aside.seen, gap })
}

/// Stores entries that are no posts, so that lists show why they are left out; returns the others.
async fn put_aside<'a>(
    tx: &mut Tx,
    feed: &Feed,
    fresh: Vec<Candidate<'a>>,
    now: Millis,
    present: &mut HashSet<i64>,
) -> sqlx::Result<(Vec<Candidate<'a>>, Count)> {
    let (mut posts, mut count) = (Vec::with_capacity(fresh.len()), Count::default());
    for candidate in fresh {
        let (Some(why), Some(text)) = (aside::why(candidate.entry), &candidate.text) else {
            posts.push(candidate);
            continue;
        };
        let (newsletter_id, identity) = (feed.newsletter_id, &candidate.identity);
        let (state, reason) = why.stands(feed);
        let row = NewRow { newsletter_id, feed_id: Some(feed.id), identity, text, now, state, reason };
        if let Some(id) = sql::insert(tx, row).await? {
            present.insert(id);
            count.held += usize::from(state == PostState::Held);
            count.seen += usize::from(state == PostState::Seen);
        }
    }
    Ok((posts, count))
}

/// The record of the reading: an older copy keeps the validators of the last copy, so that it is recognised as older again; while a
/// post is missing, the feed is read again soon, without conditions.
fn conclude<'a>(
    feed: &'a Feed,
    reading: Reading<'a>,
    held: Option<Held<'a>>,
    freshness: Freshness,
    asks_again: bool,
    gap: bool,
) -> Reading<'a> {
    let older = freshness == Freshness::Older;
    let (etag, last_modified, body_hash) = match (older, asks_again) {
        (true, _) => (feed.etag.as_deref(), feed.last_modified.as_deref(), None),
        (false, true) => (None, None, None),
        (false, false) => (reading.etag, reading.last_modified, reading.body_hash),
    };
    let next = if asks_again { reading.next.min(reading.now + absence::ASKED_AGAIN) } else { reading.next };
    let stale_since = older.then(|| feed.stale_since.unwrap_or(reading.now));
    Reading { etag, last_modified, body_hash, next, held, stale_since, gap, ..reading }
}

/// The posts of a feed's last reading; `None` when unknown.
fn held_ids(feed: &Feed) -> Option<HashSet<i64>> {
    serde_json::from_str(feed.held_ids.as_deref()?).ok()
}

/// Looks the entries up and cleans what may have to be stored.
async fn look<'a>(app: &App, feed: &Feed, read: &'a parse::Feed, reading: &Reading<'_>) -> sqlx::Result<Look<'a>> {
    let entries = identity::of_feed(read, feed.id);
    let said: Vec<Millis> = entries.iter().filter_map(|(entry, _)| said::date(entry)).collect();
    let newest = said.iter().copied().filter(|at| *at <= reading.now).max();
    let nothing_held = if feed.held_ids.is_some() { Millis::MAX } else { Millis::MIN };
    let since = Reach::of(&said).since(&said).unwrap_or(nothing_held);
    let stored = lookup::held(&app.db, feed, since).await?;
    let met = recognise::by_marks(app, feed, &entries, &stored).await?;
    let mut candidates = Vec::with_capacity(entries.len());
    let mut dates = Vec::with_capacity(entries.len());
    for ((entry, identity), met) in entries.into_iter().zip(met) {
        dates.push(
            said::date(entry).unwrap_or_else(|| met.known.as_ref().map_or(reading.now, |known| known.first_seen_at)),
        );
        let text = text_if_needed(app, read, entry, met.known.as_ref()).await?;
        let (known, displaces) = (met.known, met.displaces);
        candidates.push(Candidate { entry, identity, known, like: None, displaces, text });
    }
    let reach = Reach::of(&dates);
    let present: HashSet<i64> = candidates.iter().filter_map(|c| c.known.as_ref()).map(|known| known.id).collect();
    let returns = |c: &Candidate<'_>| {
        c.known.is_none() && said::date(c.entry).zip(feed.newest_at).is_none_or(|(at, newest)| at <= newest)
    };
    let further = if feed.read_once && candidates.iter().any(returns) {
        lookup::held(&app.db, feed, Reach::further(since)).await?
    } else {
        Vec::new()
    };
    let left = if further.is_empty() { &stored } else { &further };
    let left: Vec<Known> = left.iter().filter(|known| !present.contains(&known.id)).cloned().collect();
    let fresh: Vec<Option<(&Identity, &Text)>> = candidates
        .iter()
        .map(|c| c.text.as_ref().filter(|_| c.known.is_none()).map(|text| (&c.identity, text)))
        .collect();
    let like = recognise::by_likeness(app, read, &fresh, &left, &reach).await?;
    for (candidate, like) in candidates.iter_mut().zip(like) {
        candidate.like = like;
    }
    let freshness = freshness::of(feed, read, reading.last_modified, newest, reading.now);
    Ok(Look { candidates, stored, reach, freshness, newest })
}

async fn text_if_needed(
    app: &App,
    read: &parse::Feed,
    entry: &Entry,
    known: Option<&Known>,
) -> sqlx::Result<Option<Text>> {
    Ok(match known {
        None => Some(said::text_of(entry, read)),
        Some(known) if matches!(known.state, PostState::New | PostState::Held | PostState::Gone) => {
            let before = sql::text(&app.db, known.id).await?;
            Some(said::text_of(entry, read)).filter(|now| before.as_ref() != Some(now))
        }
        Some(_) => None,
    })
}

/// The candidates checked again under the newsletter's lock: posts that another process has stored meanwhile are known, and no
/// post is two entries.
async fn under_lock<'a>(
    tx: &mut Tx,
    newsletter_id: i64,
    mut candidates: Vec<Candidate<'a>>,
) -> sqlx::Result<Vec<Candidate<'a>>> {
    for displaced in candidates.iter().filter_map(|candidate| candidate.displaces) {
        lookup::give_up_marks(tx, displaced).await?;
    }
    let mut claimed: HashSet<i64> =
        candidates.iter().filter_map(|candidate| candidate.known.as_ref()).map(|known| known.id).collect();
    for candidate in candidates.iter_mut().filter(|candidate| candidate.known.is_none()) {
        let stored = lookup::known_in(tx, newsletter_id, &candidate.identity).await?;
        let known = stored.filter(|known| !claimed.contains(&known.id));
        let like = candidate.like.take().filter(|known| !claimed.contains(&known.id));
        candidate.known = known.or(like);
        claimed.extend(candidate.known.iter().map(|known| known.id));
    }
    Ok(candidates)
}

/// Whether a post counts as already there only because another feed of the newsletter, read for the first time, had it
/// before this one brought it as new: since its last reading, or a little before, for a cache may lag.
fn swallowed(feed: &Feed, known: &Known) -> bool {
    let since_last = feed.read_at.is_some_and(|read_at| known.first_seen_at >= read_at - HOUR);
    feed.read_once && known.state == PostState::Seen && known.feed_id != Some(feed.id) && since_last
}

/// Updates a known post: stores its new marks and its edited text, and brings it back if it was gone.
async fn meet_again(
    tx: &mut Tx,
    feed: &Feed,
    known: &Known,
    candidate: &Candidate<'_>,
    now: Millis,
) -> sqlx::Result<()> {
    let identity = &candidate.identity;
    let moved = known.feed_id != Some(feed.id) && known.state == PostState::Gone;
    let same_marks = known.guid == identity.guid
        && (identity.url_key.is_none() || known.url_key == identity.url_key)
        && known.title_key == identity.title_key
        && said::date(candidate.entry).is_none_or(|date| known.published_at == Some(date));
    // A post of another feed, or a given one, keeps the marks it came with: two feeds would only overwrite each other's.
    if moved || (!same_marks && known.feed_id == Some(feed.id)) {
        let dated = (said::date(candidate.entry), candidate.entry.day.map(|day| day.to_string()));
        lookup::remember(tx, feed.newsletter_id, known, identity, dated, feed.id).await?;
    }
    if known.state == PostState::Gone {
        lookup::come_back(tx, known.id, now).await?;
    } else if known.missing_since.is_some() && known.feed_id == Some(feed.id) {
        lookup::set_missing(tx, known.id, None).await?;
    }
    // A post added through the API or the command line keeps its text.
    if let (Some(text), true) = (&candidate.text, known.feed_id.is_some() || moved)
        && !sql::edit(tx, known.id, text).await?
    {
        sql::set_categories(tx, known.id, &text.categories).await?;
    }
    Ok(())
}

/// Stores new posts, the oldest first, so that ids follow time. Adds their ids to `present`.
async fn welcome(
    tx: &mut Tx,
    app: &App,
    feed: &Feed,
    fresh: &[Candidate<'_>],
    all_new: bool,
    now: Millis,
    present: &mut HashSet<i64>,
) -> sqlx::Result<Count> {
    let dates = fresh.iter().map(|candidate| said::date(candidate.entry)).collect();
    let beside =
        if feed.read_once || present.is_empty() { None } else { lookup::newest_beside(tx, feed, present).await? };
    let door = Door::new(app, feed, dates, all_new, beside, now);
    let mut count = Count::default();
    for (at, candidate) in fresh.iter().enumerate().rev() {
        let (state, reason) = door.place(at);
        let (newsletter_id, identity) = (feed.newsletter_id, &candidate.identity);
        let stored = match (&candidate.known, &candidate.text) {
            // Another feed of the newsletter had this post at its first reading: the post gets the state it would have had without that feed.
            (Some(known), _) => sql::set_state(tx, known.id, &[PostState::Seen], state, reason).await?,
            (None, Some(text)) => {
                let row = NewRow { newsletter_id, feed_id: Some(feed.id), identity, text, now, state, reason };
                let id = sql::insert(tx, row).await?;
                present.extend(id);
                id.is_some()
            }
            (None, None) => false,
        };
        match state {
            _ if !stored => {}
            PostState::New => count.new += 1,
            PostState::Held => count.held += 1,
            _ => count.seen += 1,
        }
    }
    Ok(count)
}
