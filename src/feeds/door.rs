//! Decides about new entries: a post may be sent, waits for an editor, or was there before the newsletter.
//!
//! In: a feed, the dates of its new entries, the owner's limits. Out: a [`PostState`] and a reason for each entry. Pure.

use std::collections::HashSet;

use super::news::reason;
use super::said::EARLIEST;
use super::{Feed, PostState};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::config::Future;

/// A feed with at least this many entries, all new, was moved or rebuilt, or posts were missed: an editor looks first.
pub const ALL_NEW: usize = 3;

/// The facts that decide about new entries.
pub struct Door {
    read_once: bool,
    all_new: bool,
    too_many: bool,
    /// The positions of the posts that the owner wants from the first reading.
    taken: HashSet<usize>,
    /// Posts dated earlier are held.
    oldest: Millis,
    /// Posts dated later are not due yet; `None` when the owner sends them at once.
    future: Option<Millis>,
    /// Posts from then on were published after the feed was added; or, when the newsletter already reads this blog, after all
    /// posts that it knows from the blog.
    added: Millis,
    dates: Vec<Option<Millis>>,
    now: Millis,
}

impl Door {
    /// `dates`: the dates of the new entries, in the feed's order; `all_new`: the feed has no other entries; `beside`: the
    /// newest post of the newsletter's other feeds, when this feed shares posts with them.
    pub fn new(
        app: &App,
        feed: &Feed,
        dates: Vec<Option<Millis>>,
        all_new: bool,
        beside: Option<Millis>,
        now: Millis,
    ) -> Self {
        let limits = &app.config.feeds;
        let after = |date: &Option<Millis>| date.is_some_and(|date| date > feed.created_at);
        // A feed in which every entry bears the time of its build says nothing about when posts were published.
        let all_after = dates.len() >= ALL_NEW && dates.iter().all(after);
        let added = match beside {
            Some(newest) => feed.created_at.min(newest + 1),
            None if all_after => Millis::MAX,
            None => feed.created_at.max(EARLIEST),
        };
        let counted = |date: &Option<Millis>| feed.read_once || date.is_some_and(|date| date >= added);
        Self {
            read_once: feed.read_once,
            all_new,
            too_many: dates.iter().filter(|date| counted(date)).count() > limits.hold_above,
            taken: newest(&dates, usize::try_from(feed.take_first).unwrap_or(0)),
            oldest: now - Millis::from(limits.hold_older_days) * DAY,
            future: (limits.future == Future::Wait).then_some(now),
            added,
            dates,
            now,
        }
    }

    /// State and reason for the post at this position of `dates`.
    pub fn place(&self, at: usize) -> (PostState, Option<&'static str>) {
        let published = self.dates[at];
        let planned = published.zip(self.future).is_some_and(|(published, now)| published > now);
        match published {
            _ if !self.read_once && (planned || self.taken.contains(&at)) => (PostState::New, None),
            // A first reading swallows nothing: not what was published since the feed was added, when it comes late; nor what
            // another feed of the same blog had brought as new a moment later.
            Some(published) if !self.read_once && (self.added..=self.now).contains(&published) => {
                if self.too_many {
                    (PostState::Held, Some(reason::TOO_MANY))
                } else {
                    (PostState::New, None)
                }
            }
            _ if !self.read_once => (PostState::Seen, None),
            _ if self.all_new => (PostState::Held, Some(reason::ALL_NEW)),
            _ if self.too_many => (PostState::Held, Some(reason::TOO_MANY)),
            Some(published) if published < self.oldest => (PostState::Held, Some(reason::TOO_OLD)),
            _ => (PostState::New, None),
        }
    }
}

/// The places of the `n` newest; entries without a date come after those with one, in the feed's order.
fn newest(dates: &[Option<Millis>], n: usize) -> HashSet<usize> {
    let mut places: Vec<usize> = (0..dates.len()).collect();
    places.sort_by_key(|at| std::cmp::Reverse(dates[*at].unwrap_or(Millis::MIN)));
    places.into_iter().take(n).collect()
}
