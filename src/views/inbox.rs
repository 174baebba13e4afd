//! A post as an editor meets it in a list: where it stands, why, and what can be decided.
//!
//! In: a line of the list, its standing with the digests, the names of its newsletter's feeds and rhythms. Out: [`Row`], in the words of
//! whoever reads.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::{self, Millis, timestamp};
use crate::digests::standing::{Next, Standing, Taken};
use crate::feeds::inbox::Line;
use crate::feeds::{Feed, PostState};
use crate::i18n::{Locale, Value};
use crate::newsletters::Schedule;

use super::today::when;

/// A post in a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number in this newsletter.
    pub id: i64,
    /// Plain text.
    pub title: String,
    /// Its day.
    pub day: String,
    /// The feed it came from, or that it was written or given here.
    pub source: String,
    /// Its state in a word.
    pub state: String,
    /// Why, and what follows; empty where the word says it all.
    pub why: String,
    /// The digests that hold it.
    pub digests: Vec<InDigest>,
    /// Whether it may be included.
    pub may_include: bool,
    /// Whether it may be left out.
    pub may_skip: bool,
}

/// A digest that holds a post.
#[derive(Clone, Debug)]
pub struct InDigest {
    /// The digest's id outside.
    pub id: String,
    /// Its slot and where it stands.
    pub words: String,
    /// Its subject.
    pub subject: String,
}

/// What the rows of one page have in common.
#[derive(Debug)]
pub struct Around<'a> {
    /// The newsletter's.
    pub feeds: &'a [Feed],
    /// Likewise.
    pub schedules: &'a [Schedule],
    /// Of whoever reads.
    pub zone: &'a TimeZone,
    /// Likewise.
    pub locale: &'a Locale,
    /// The time.
    pub now: Millis,
}

impl Around<'_> {
    /// The rows of a page.
    pub fn rows(&self, lines: Vec<Line>, standings: &HashMap<i64, Standing>) -> Vec<Row> {
        let none = Standing::default();
        lines.into_iter().map(|line| self.row(standings.get(&line.id).unwrap_or(&none), line)).collect()
    }

    fn row(&self, standing: &Standing, line: Line) -> Row {
        let word = match line.state {
            PostState::New if standing.next.iter().any(|next| next.misses.is_none()) => "post-state-next".to_owned(),
            PostState::New if !standing.taken.is_empty() => "post-state-taken".to_owned(),
            state => format!("post-state-{state}"),
        };
        let decided = line.reason.as_deref() == Some(crate::feeds::news::reason::EDITOR);
        // Included, it need not rest any more.
        let rests = standing.next.iter().any(|next| next.rests_until.is_some());
        let settled = line.state == PostState::New && (decided || (!standing.next.is_empty() && !rests));
        Row {
            day: self.day(&line),
            source: self.source(&line),
            state: self.locale.text(&word),
            why: self.why(standing, &line),
            digests: standing.taken.iter().map(|taken| self.in_digest(taken)).collect(),
            may_include: !line.is_letter && !settled,
            may_skip: !line.is_letter && matches!(line.state, PostState::New | PostState::Held),
            id: line.id,
            title: line.title,
        }
    }

    fn day(&self, line: &Line) -> String {
        let said = line.published_day.as_deref().and_then(|day| day.parse::<Date>().ok());
        let at = line.published_at.unwrap_or(line.first_seen_at);
        self.locale.weekday_and_day(said.unwrap_or_else(|| timestamp(at).to_zoned(self.zone.clone()).date()))
    }

    fn source(&self, line: &Line) -> String {
        if line.is_letter {
            return self.locale.text("posts-source-letter");
        }
        let Some(id) = line.feed_id else { return self.locale.text("posts-source-here") };
        let feed = self.feeds.iter().find(|feed| feed.id == id);
        feed.map(name).unwrap_or_default()
    }

    /// Why it stands where it stands, and what comes next.
    fn why(&self, standing: &Standing, line: &Line) -> String {
        if line.state != PostState::New {
            let key = line.reason.as_ref().map(|reason| format!("post-reason-{}", reason.replace('_', "-")));
            return key.filter(|key| self.locale.has(key)).map(|key| self.locale.text(&key)).unwrap_or_default();
        }
        if let Some(since) = line.missing_since {
            return self.about("posts-why-missing", &self.at(since));
        }
        if !standing.next.is_empty() {
            return standing.next.iter().map(|next| self.next(next)).collect::<Vec<_>>().join(" · ");
        }
        let future = line.published_at.filter(|at| *at > self.now);
        match future {
            _ if !standing.taken.is_empty() || line.is_letter => String::new(),
            Some(_) => self.locale.text("posts-why-future"),
            None if self.schedules.iter().all(|schedule| schedule.paused) => self.locale.text("posts-why-paused"),
            None => self.locale.text("posts-why-later"),
        }
    }

    fn next(&self, next: &Next) -> String {
        let said = match next.at {
            Some(at) => self.about("posts-why-next", &self.far(at)),
            None => self.locale.text("posts-why-next-alone"),
        };
        let Some(until) = next.rests_until else { return said };
        let until = self.locale.time(&timestamp(until).to_zoned(self.zone.clone()));
        let rests = self.about("posts-why-rests", &until);
        let misses = next.misses.map(|at| format!("; {}", self.about("posts-why-misses", &self.at(at))));
        format!("{said}, {rests}{}", misses.unwrap_or_default())
    }

    /// A digest that holds the post.
    pub fn in_digest(&self, taken: &Taken) -> InDigest {
        let schedule = self.schedules.iter().find(|schedule| schedule.id == taken.schedule_id);
        let zone = schedule.map_or_else(|| self.zone.clone(), |schedule| clock::zone(&schedule.zone));
        let day = self.locale.date(&timestamp(taken.slot_at).to_zoned(zone));
        let state = self.locale.text(&format!("digest-state-{}", taken.state));
        InDigest { id: taken.public_id.clone(), words: format!("{day} ({state})"), subject: taken.subject.clone() }
    }

    fn about(&self, key: &str, what: &str) -> String {
        self.locale.format(key, &[("what", Value::Text(what))])
    }

    fn far(&self, at: Millis) -> String {
        when(at, self.now, self.zone, self.locale)
    }

    /// Date and time.
    pub fn at(&self, at: Millis) -> String {
        let zoned = timestamp(at).to_zoned(self.zone.clone());
        let words = [("date", self.locale.date(&zoned)), ("time", self.locale.time(&zoned))];
        let words: Vec<_> = words.iter().map(|(name, value)| (*name, Value::Text(value))).collect();
        self.locale.format("when", &words)
    }
}

/// A feed as people call it: its title, else its host.
pub fn name(feed: &Feed) -> String {
    if !feed.title.is_empty() {
        return feed.title.clone();
    }
    url::Url::parse(&feed.url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| feed.url.clone())
}
