//! Finds the known post that an entry is: by its marks; among posts that just left the feed, also by title and text.
//!
//! ```text
//! guid, then address ──▶ this post, unless everything else differs: then another post took its address
//! neither            ──▶ a post that should still be in this feed but is not:
//!                          T  same folded title, dated within 26 hours
//!                          J  60 % of the runs of the shorter text in common, at least two; or, however short, the same
//!                             text and the same second
//! ```
//! In: the entries of a reading. Out: for each the known post, or none: then the entry is new. Each post is at most one entry.
//! A generator that makes ids from titles, dates or hosts changes all marks at once, and the old entry leaves the feed in the
//! reading in which the new one appears. Titles and texts are compared only in that case, so a normal poll costs nothing, and two
//! posts with the same title are never confused while both are in the feed.

use std::collections::{HashMap, HashSet};

use crate::app::App;
use crate::clock::{HOUR, Millis};

use super::Feed;
use super::identity::Identity;
use super::likeness::{self, Print};
use super::lookup::{self, Known};
use super::parse::{self, Entry};
use super::reach::Reach;
use super::sql::{self, Text};

/// How far two dates of one post may lie apart: a day without a time is midnight in one zone or another.
const SAME_DATE: Millis = 26 * HOUR;
/// Share of the shorter text that must be in the other.
const ALIKE: f64 = 0.6;
/// The same share where several posts have the title.
const ALIKE_IN_SERIES: f64 = 0.2;
/// Share of the longer text for a post of the same title that may as well have fallen off the end of the feed.
const SAME: f64 = 0.9;
/// Below this share two texts of some length have nothing to do with each other.
const UNLIKE: f64 = 0.1;
/// Least number of runs in a text of some length.
const SOME_LENGTH: usize = 8;
/// Entries whose texts are asked what the blog says in every post; and posts that are compared.
const MOST: usize = 100;

/// What an entry turned out to be.
#[derive(Clone, Debug, Default)]
pub struct Met {
    /// The known post with the same marks.
    pub known: Option<Known>,
    /// A different post with the same marks: it loses them.
    pub displaces: Option<i64>,
}

/// Looks every entry up by its marks. A mark that `stored` does not hold costs a query.
pub async fn by_marks(
    app: &App,
    feed: &Feed,
    entries: &[(&Entry, Identity)],
    stored: &[Known],
) -> sqlx::Result<Vec<Met>> {
    let by_guid: HashMap<&str, &Known> = stored.iter().map(|known| (known.guid.as_str(), known)).collect();
    let mut found = Vec::with_capacity(entries.len());
    for (_, identity) in entries {
        let known = match by_guid.get(identity.guid.as_str()) {
            Some(known) => Some((*known).clone()),
            None => lookup::known(&app.db, feed.newsletter_id, identity).await?,
        };
        found.push(Met { known, displaces: None });
    }
    once_each(entries, &mut found);
    for ((entry, identity), met) in entries.iter().zip(&mut found) {
        if let Some(known) = &met.known
            && is_another(app, entry, identity, known).await?
        {
            met.displaces = met.known.take().map(|known| known.id);
        }
    }
    Ok(found)
}

/// A post is one entry: that with its guid, else the first with its address. (A slug that was given to a newer post.)
fn once_each(entries: &[(&Entry, Identity)], found: &mut [Met]) {
    let by_guid = |identity: &Identity, known: &Known| known.guid == identity.guid;
    let mut claimed: HashSet<i64> = HashSet::new();
    for ((_, identity), met) in entries.iter().zip(found.iter()) {
        claimed.extend(met.known.iter().filter(|known| by_guid(identity, known)).map(|known| known.id));
    }
    for ((_, identity), met) in entries.iter().zip(found.iter_mut()) {
        met.known = met.known.take().filter(|known| by_guid(identity, known) || claimed.insert(known.id));
    }
}

/// Whether a new post replaced a known one at its address: title, day and text all differ.
async fn is_another(app: &App, entry: &Entry, identity: &Identity, known: &Known) -> sqlx::Result<bool> {
    let (Some(now), Some(before)) = (entry.published.or(entry.updated), known.published_at) else { return Ok(false) };
    if now - before <= SAME_DATE || identity.title_key == known.title_key {
        return Ok(false);
    }
    // A feed that gives only the date of the last change gives a post another date with each edit.
    let least = if entry.published.is_some() { 1 } else { SOME_LENGTH };
    let Some(text) = sql::text(&app.db, known.id).await? else { return Ok(false) };
    let (before, now) = (print(&text), raw_print(entry));
    Ok(likeness::fold(&text.title) != identity.title_key
        && before.len().min(now.len()) >= least
        && before.with(&now).of_smaller() < UNLIKE)
}

fn print(text: &Text) -> Print {
    Print::of(&[&text.summary, &text.content])
}

fn raw_print(entry: &Entry) -> Print {
    Print::of(&[&entry.summary.markup, &entry.content.markup])
}

/// For each entry that bears no known mark (`None` where it does), the stored post that it is by title or text.
pub async fn by_likeness(
    app: &App,
    read: &parse::Feed,
    fresh: &[Option<(&Identity, &Text)>],
    stored: &[Known],
    reach: &Reach,
) -> sqlx::Result<Vec<Option<Known>>> {
    let mut found: Vec<Option<Known>> = vec![None; fresh.len()];
    if stored.is_empty() || fresh.iter().all(Option::is_none) {
        return Ok(found);
    }
    let common = common(read);
    let mut missing = Vec::new();
    for known in stored.iter().take(MOST) {
        if let Some(text) = sql::text(&app.db, known.id).await? {
            missing.push(Side {
                titles: [known.title_key.clone(), likeness::fold(&text.title)],
                at: known.published_at,
                whole: print(&text),
                print: print(&text).without(&common),
                fell_off: reach.may_have_fallen_off(known.at()),
            });
        }
    }
    let (places, sides): (Vec<usize>, Vec<Side>) = fresh
        .iter()
        .enumerate()
        .filter_map(|(place, fresh)| {
            let (identity, text) = (*fresh)?;
            let titles = [identity.title_key.clone(), likeness::fold(&text.title)];
            let whole = print(text);
            let print = whole.without(&common);
            Some((place, Side { titles, at: text.published_at, whole, print, fell_off: false }))
        })
        .take(MOST)
        .unzip();
    let titles: Vec<String> = read.entries.iter().map(|entry| likeness::fold(&entry.title)).collect();
    for (fresh, known) in pairs(&sides, &missing, &titles) {
        found[places[fresh]] = Some(stored[known].clone());
    }
    Ok(found)
}

/// Text that this blog repeats in a third of its posts identifies none of them.
fn common(read: &parse::Feed) -> HashSet<u64> {
    let prints: Vec<Print> = read.entries.iter().take(MOST).map(raw_print).collect();
    let others = prints.len().saturating_sub(1);
    likeness::common_to(&prints, 1 + (others * 3).div_ceil(10).max(1))
}

/// A post of one side: an entry that came, or a post that left.
#[derive(Clone, Debug)]
struct Side {
    /// The folded title: as in the feed, and as stored.
    titles: [String; 2],
    at: Option<Millis>,
    whole: Print,
    /// The print without text that the blog repeats in many posts.
    print: Print,
    /// Whether the post may have fallen off the end of the feed.
    fell_off: bool,
}

impl Side {
    fn bears(&self, title: &str) -> bool {
        self.titles.iter().any(|own| own == title)
    }
}

/// Pairs new entries with the posts that left; the surest pairs first.
fn pairs(came: &[Side], left: &[Side], titles: &[String]) -> Vec<(usize, usize)> {
    let mut sure: Vec<(Sureness, usize, usize)> = Vec::new();
    for (a, new) in came.iter().enumerate() {
        for (b, old) in left.iter().enumerate() {
            let shared = new.titles.iter().find(|title| !title.is_empty() && old.bears(title));
            let series = shared.is_some_and(|title| {
                titles.iter().filter(|other| *other == title).count() > 1
                    || left.iter().filter(|other| other.bears(title)).count() > 1
            });
            sure.extend(sureness(new, old, shared.is_some(), series).map(|sureness| (sureness, a, b)));
        }
    }
    sure.sort_by(|(x, ..), (y, ..)| y.0.cmp(&x.0).then(y.1.total_cmp(&x.1)).then(x.2.cmp(&y.2)));
    let (mut came, mut left) = (HashSet::new(), HashSet::new());
    sure.retain(|(_, a, b)| !came.contains(a) && !left.contains(b) && came.insert(*a) && left.insert(*b));
    sure.into_iter().map(|(_, a, b)| (a, b)).collect()
}

/// How many of title and text agree, how alike the texts are, how far apart the dates are.
type Sureness = (u8, f64, Millis);

fn sureness(new: &Side, old: &Side, same_title: bool, series: bool) -> Option<Sureness> {
    let likeness = new.print.with(&old.print);
    let apart = match (new.at, old.at) {
        (Some(new), Some(old)) => (new - old).abs(),
        _ => Millis::MAX,
    };
    let by_second = apart == 0 && !new.whole.is_empty() && new.whole == old.whole;
    let by_text = by_second || (likeness.shared >= 2 && likeness.of_smaller() >= ALIKE);
    let by_title = same_title && apart <= SAME_DATE;
    let claimed = if old.fell_off {
        let same = same_title && likeness.shared >= 2 && likeness.of_larger() >= SAME;
        same || (likeness.shared >= 2 * SOME_LENGTH && likeness.of_larger() >= ALIKE)
    } else {
        let told_apart = series && likeness.smaller >= SOME_LENGTH && likeness.of_smaller() < ALIKE_IN_SERIES;
        by_text || (by_title && !told_apart)
    };
    claimed.then_some((u8::from(same_title) + u8::from(by_text), likeness.of_smaller(), apart))
}
