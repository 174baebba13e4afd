//! Advice to the owner about a feed before it is added: faults that lose posts, and habits of generators that readers see.
//!
//! In: a parsed feed, and the time. Out: [`Advice`], codes with words for people. Pure; no advice prevents a feed from being
//! read. [`odd`] also applies to feeds already added.

use std::collections::HashMap;

use super::aside::{self, Why};
use super::parse::{Entry, Feed, Html, page};
use super::trouble::{ByBlog, FeedTrouble};
use crate::clock::{HOUR, MINUTE, Millis};
use crate::coded::{Parameter, Said, codes};
use crate::i18n::{Locale, Value};

/// A feed with this many entries or fewer may drop some between two readings.
const FEW: usize = 10;
/// A text of fewer characters is probably an excerpt.
const EXCERPT: usize = 300;
/// Endings of texts that continue elsewhere.
const GOES_ON: &[&str] =
    &["[…]", "[...]", "…", "...", "lire la suite", "read more", "continue reading", "weiterlesen", "leer más", "→"];
/// Markup that excerpts do not have.
const BLOCKS: &[&str] = &["<img", "<h2", "<h3", "<ul", "<ol", "<table", "<pre", "<blockquote", "<figure", "<iframe"];
/// Titles that generators give to posts without one.
const NO_TITLE: &[&str] = &[
    "no title",
    "(no title)",
    "untitled",
    "sans titre",
    "(sans titre)",
    "kein titel",
    "ohne titel",
    "sin título",
    "senza titolo",
];

codes! {
    /// One thing to know. Its code stays the same.
    pub enum Advice as "advice" {
        /// Its server says that it stands elsewhere for good.
        Moved {
            /// Where.
            to: String,
        } => "moved",
        /// Words stand in front of it.
        InFront {
            /// Which.
            odd: FeedTrouble,
        } => "in-front",
        /// It breaks off.
        Cut {
            /// Where.
            odd: FeedTrouble,
        } => "cut",
        /// It is of comments.
        Comments => "comments",
        /// It has no entry.
        Empty => "empty",
        /// UTF-8 written as UTF-8 once more.
        EncodedTwice => "encoded-twice",
        /// Different entries have one id.
        SameId {
            /// How many.
            count: usize,
        } => "same-id",
        /// All entries have one date.
        OneDate {
            /// How many.
            count: usize,
        } => "one-date",
        /// Entries without an id.
        NoIds {
            /// Of all.
            which: Which,
        } => "no-ids",
        /// Entries whose id is a relative address.
        RelativeIds {
            /// Of all.
            which: Which,
        } => "relative-ids",
        /// Entries without a link.
        NoLinks {
            /// Of all.
            which: Which,
        } => "no-links",
        /// Entries without a date.
        NoDates {
            /// Of all.
            which: Which,
        } => "no-dates",
        /// Entries of a day to come.
        Future {
            /// Of all.
            which: Which,
        } => "future",
        /// Entries whose title says that there is none.
        NoTitles {
            /// Of all.
            which: Which,
        } => "no-titles",
        /// Entries behind a password.
        Protected {
            /// Of all.
            which: Which,
        } => "protected",
        /// Entries that are only a file.
        Files {
            /// Of all.
            which: Which,
        } => "files",
        /// Entries that go on elsewhere.
        Excerpts => "excerpts",
        /// Few entries.
        Few {
            /// How many.
            count: usize,
        } => "few",
    }
}

/// Some of the entries of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    /// How many, one at least.
    pub found: usize,
    /// Of how many.
    pub all: usize,
}

impl Parameter for Which {
    fn said(&self, locale: &Locale) -> Said<'_> {
        let key = match (self.found, self.all) {
            (_, 1) => "entries-only",
            (found, all) if found == all => "entries-all",
            _ => "entries-some",
        };
        let number = |count: usize| Value::Count(i64::try_from(count).unwrap_or(i64::MAX));
        Said::Text(locale.format(key, &[("count", number(self.found)), ("all", number(self.all))]).into())
    }
}

/// What is odd about a feed that could be read: words in front of it, or where it breaks off.
pub fn odd(feed: &Feed) -> Option<FeedTrouble> {
    let notice = feed.notice.clone();
    let said = |words: Option<String>| ByBlog(words.unwrap_or_default());
    match (feed.whole, notice) {
        (true, None) => None,
        (true, Some(words)) => Some(FeedTrouble::InFront { words }),
        (false, notice) if feed.broke_off() => Some(FeedTrouble::CutBefore { said: said(notice) }),
        (false, notice) => Some(FeedTrouble::CutWithin { said: said(notice) }),
    }
}

/// What single entries may have: whether one has it, and what is said of those that do.
type Habit = (fn(&Entry, Millis) -> bool, fn(Which) -> Advice);
const HABITS: &[Habit] = &[
    (|entry, _| entry.id.is_none(), |which| Advice::NoIds { which }),
    (|entry, _| entry.id.as_deref().is_some_and(is_relative), |which| Advice::RelativeIds { which }),
    (|entry, _| entry.link.as_deref().is_none_or(is_relative), |which| Advice::NoLinks { which }),
    (|entry, _| date(entry).is_none(), |which| Advice::NoDates { which }),
    (|entry, now| date(entry).is_some_and(|at| at > now + HOUR), |which| Advice::Future { which }),
    (|entry, _| NO_TITLE.contains(&entry.title.trim().to_lowercase().as_str()), |which| Advice::NoTitles { which }),
    (|entry, _| aside::why(entry) == Some(Why::Protected), |which| Advice::Protected { which }),
    (|entry, _| entry.bare_file, |which| Advice::Files { which }),
];

/// All advice, the worst first. `now`: later dates are in the future.
pub fn on(feed: &Feed, now: Millis) -> Vec<Advice> {
    let entries = feed.entries.as_slice();
    let habit = |(has, advice): &Habit| Some(advice(count(entries, |entry| has(entry, now))?));
    let cut = |odd| if feed.whole { Advice::InFront { odd } } else { Advice::Cut { odd } };
    let whole = [
        odd(feed).map(cut),
        page::is_of_comments(&feed.title).then_some(Advice::Comments),
        (feed.whole && entries.is_empty()).then_some(Advice::Empty),
        encoded_twice(feed).then_some(Advice::EncodedTwice),
        same_id(entries),
        one_date(entries),
    ];
    let habits = HABITS.iter().filter_map(habit);
    let last = [excerpts(entries).then_some(Advice::Excerpts), few(entries)];
    whole.into_iter().flatten().chain(habits).chain(last.into_iter().flatten()).collect()
}

fn date(entry: &Entry) -> Option<Millis> {
    entry.published.or(entry.updated)
}

/// How many entries are such; `None` for none.
fn count(entries: &[Entry], such: impl Fn(&Entry) -> bool) -> Option<Which> {
    let found = entries.iter().filter(|entry| such(entry)).count();
    (found > 0).then_some(Which { found, all: entries.len() })
}

/// UTF-8 read as windows-1252 and written as UTF-8 once more.
fn encoded_twice(feed: &Feed) -> bool {
    let texts =
        |entry: &Entry| [&entry.title, &entry.summary.markup, &entry.content.markup].into_iter().any(|t| is_garbled(t));
    is_garbled(&feed.title) || feed.entries.iter().any(texts)
}

/// Whether the bytes of a letter appear as letters of windows-1252: `Ã©`, `â€™`.
fn is_garbled(text: &str) -> bool {
    // The bytes 0x80 to 0xBF as windows-1252 or Latin-1 show them.
    let follows = |c: char| {
        let mut utf8 = [0; 4];
        let (bytes, _, unknown) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut utf8));
        matches!(c, '\u{80}'..='\u{bf}') || (!unknown && bytes.first().is_some_and(|byte| (0x80..0xc0).contains(byte)))
    };
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let pair = match letter {
            'Ã' => next.is_some_and(follows),
            'â' => matches!(next, Some('€' | '\u{80}' | '„' | '\u{84}')),
            _ => false,
        };
        if pair {
            return true;
        }
    }
    false
}

fn same_id(entries: &[Entry]) -> Option<Advice> {
    let mut by_id: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in entries {
        if let Some(id) = &entry.id {
            by_id.entry(id).or_default().push(entry);
        }
    }
    let differ = |a: &Entry, b: &Entry| (&a.link, &a.title, date(a)) != (&b.link, &b.title, date(b));
    let shared = by_id.iter().find(|(_, those)| those.windows(2).any(|pair| differ(pair[0], pair[1])));
    shared.map(|(_, those)| Advice::SameId { count: those.len() })
}

/// A path without a host; names such as `7`, `tag:…` and `urn:…` are none.
fn is_relative(address: &str) -> bool {
    address.contains('/') && !address.contains(':')
}

fn one_date(entries: &[Entry]) -> Option<Advice> {
    let dates: Option<Vec<Millis>> = entries.iter().map(date).collect();
    let dates = dates.filter(|dates| dates.len() > 2)?;
    let span = dates.iter().max()? - dates.iter().min()?;
    (span <= MINUTE).then_some(Advice::OneDate { count: dates.len() })
}

/// Whether all texts seem to go on elsewhere.
fn excerpts(entries: &[Entry]) -> bool {
    let texts: Vec<bool> = entries.iter().filter_map(is_excerpt).collect();
    texts.len() > 1 && texts.iter().all(|excerpt| *excerpt)
}

/// Whether an entry continues elsewhere, or has only a few words of summary; `None` without a text.
fn is_excerpt(entry: &Entry) -> Option<bool> {
    let whole = !entry.content.markup.is_empty();
    let Html { markup, .. } = if whole { &entry.content } else { &entry.summary };
    let text = page::plain(markup);
    let end = text.trim_end_matches([' ', '»', ')']).to_lowercase();
    let goes_on = GOES_ON.iter().any(|word| end.ends_with(word));
    let blocks = markup.matches("<p").count() > 1 || BLOCKS.iter().any(|block| markup.contains(block));
    let short = !whole && !blocks && text.chars().count() <= EXCERPT;
    (!text.is_empty()).then_some(goes_on || short)
}

fn few(entries: &[Entry]) -> Option<Advice> {
    let count = entries.len();
    (2..=FEW).contains(&count).then_some(Advice::Few { count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;
    use crate::coded::Coded as _;

    const NOW: Millis = 1_780_000_000_000;

    fn entries(n: usize) -> Vec<Entry> {
        let entry = |n: usize| Entry {
            id: Some(format!("https://blog.example/?p={n}")),
            link: Some(format!("https://blog.example/{n}")),
            title: format!("Billet {n}"),
            published: Some(NOW - n as Millis * DAY),
            content: Html { markup: format!("<p>{}</p>", "Un texte entier. ".repeat(30)), base: None },
            ..Entry::default()
        };
        (1..=n).map(entry).collect()
    }

    fn codes(feed: &Feed) -> Vec<&'static str> {
        on(feed, NOW).iter().map(Advice::code).collect()
    }

    fn with(change: impl Fn(usize, &mut Entry)) -> Feed {
        let mut entries = entries(12);
        entries.iter_mut().enumerate().for_each(|(n, entry)| change(n, entry));
        Feed { entries, whole: true, ..Feed::default() }
    }

    #[test]
    fn a_sound_feed_has_none() {
        for sound in [
            with(|_, _| {}),
            with(|_, e| e.content.markup = "<p>Court, mais entier.</p>".into()),
            with(|_, e| e.summary = std::mem::take(&mut e.content)),
        ] {
            assert_eq!(codes(&sound), Vec::<&str>::new());
        }
    }

    #[test]
    fn each_habit_has_its_advice() {
        for (code, feed) in [
            (
                "no-ids",
                with(|n, e| {
                    if n == 3 {
                        e.id = None;
                    }
                }),
            ),
            ("same-id", with(|_, e| e.id = Some("No title".into()))),
            ("relative-ids", with(|n, e| e.id = Some(format!("posts/{n}.html")))),
            ("no-links", with(|_, e| e.link = Some("/a".into()))),
            ("one-date", with(|_, e| e.published = Some(NOW))),
            ("no-dates", with(|_, e| e.published = None)),
            (
                "future",
                with(|n, e| {
                    if n == 0 {
                        e.published = Some(NOW + DAY);
                    }
                }),
            ),
            (
                "no-titles",
                with(|n, e| {
                    if n == 0 {
                        e.title = "No title".into();
                    }
                }),
            ),
            (
                "encoded-twice",
                with(|n, e| {
                    if n == 0 {
                        e.title = "L'Ã©tÃ©".into();
                    }
                }),
            ),
            (
                "encoded-twice",
                with(|n, e| {
                    if n == 0 {
                        e.content.markup = "<p>lâ€™Ã©tÃ©, dÃ©jÃ\u{a0}".into();
                    }
                }),
            ),
            ("files", with(|n, e| e.bare_file = n == 0)),
            ("few", Feed { entries: entries(10), whole: true, ..Feed::default() }),
            ("empty", Feed { whole: true, ..Feed::default() }),
            ("cut", Feed::default()),
            ("comments", Feed { title: "Commentaires sur : Le Carnet".into(), ..with(|_, _| {}) }),
            ("in-front", Feed { notice: Some("Warning: x".into()), ..with(|_, _| {}) }),
        ] {
            assert_eq!(codes(&feed), [code]);
        }
    }

    #[test]
    fn excerpts_are_told_from_whole_posts() {
        for (code, feed) in [
            ("excerpts", with(|_, e| e.content.markup = "<p>Quelques mots […]</p>".into())),
            ("excerpts", with(|_, e| e.content.markup = format!("{} [&#8230;]", "Un début. ".repeat(50)))),
            (
                "excerpts",
                with(|_, e| {
                    e.content = Html::default();
                    e.summary.markup = "<p>Un résumé.</p>".into();
                }),
            ),
        ] {
            assert_eq!(codes(&feed), [code]);
        }
    }

    #[test]
    fn letters_are_not_taken_for_bytes() {
        for text in ["ÉTÉ", "São Paulo, NÃO", "âge, château", "Ã la carte", "Â«", "l’été", "10 €", "pâ… non"]
        {
            assert!(!is_garbled(text), "{text}");
        }
        for text in ["Ã©", "Ã€", "Ã\u{a0}", "Ãª", "Å“uvre Ã¨", "â€™", "â€¦"] {
            assert!(is_garbled(text), "{text}");
        }
    }

    #[test]
    fn entries_are_counted_in_words() {
        let which = |n: usize| count(&entries(3), |e| e.published.is_some_and(|at| at >= NOW - n as Millis * DAY));
        assert_eq!(which(0), None);
        let said = |n| Advice::NoLinks { which: which(n).unwrap() }.to_string();
        for (n, words) in [(1, "1 of 3 entries has no"), (2, "2 of 3 entries have no"), (3, "all 3 entries have no")] {
            assert!(said(n).starts_with(words), "{}", said(n));
        }
        let only = Advice::NoLinks { which: Which { found: 1, all: 1 } };
        assert!(only.to_string().starts_with("its only entry has no"), "{only}");
    }
}
