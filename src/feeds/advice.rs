//! Advice to the owner about a feed before it is added: faults that lose posts, and habits of generators that readers see.
//!
//! In: a parsed feed, and the time. Out: [`Advice`], a code for programs and a sentence for people. Pure; no advice prevents a
//! feed from being read. [`odd`] also applies to feeds already added.

use std::collections::HashMap;

use super::aside::{self, Why};
use super::parse::{Entry, Feed, Html, page};
use crate::clock::{HOUR, MINUTE, Millis};

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

/// One piece of advice.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Advice {
    /// For programs; stays the same.
    pub code: &'static str,
    /// For people.
    pub text: String,
}

/// What is wrong with a feed that could be read all the same: text in front of it, or where it breaks off.
pub fn odd(feed: &Feed) -> Option<String> {
    let notice = feed.notice.as_deref();
    let said = |words: &str| format!(": the blog's program says “{words}”");
    match (feed.whole, notice) {
        (true, None) => None,
        (true, Some(words)) => Some(format!("there is other text in front of the feed, which was skipped: “{words}”")),
        (false, _) => {
            let place = if feed.broke_off() {
                "before its first post"
            } else {
                "in the middle; the posts that were cut off are left out"
            };
            Some(format!("the feed breaks off {place}{}", notice.map(said).unwrap_or_default()))
        }
    }
}

/// Faults of single entries: code, whether an entry has the fault, and the words after `3 of 12 entries have`.
type Habit = (&'static str, fn(&Entry, Millis) -> bool, &'static str);
const HABITS: &[Habit] = &[
    (
        "no-ids",
        |entry, _| entry.id.is_none(),
        "no id (guid): when both title and address of a post change, it counts as a new post",
    ),
    (
        "relative-ids",
        |entry, _| entry.id.as_deref().is_some_and(is_relative),
        "an id that is a relative address; an id should be unique in the world",
    ),
    ("no-links", |entry, _| entry.link.as_deref().is_none_or(is_relative), "no link to the post on the web"),
    (
        "no-dates",
        |entry, _| date(entry).is_none(),
        "no date that can be read: Facteur uses the day of the first reading",
    ),
    ("future", |entry, now| date(entry).is_some_and(|at| at > now + HOUR), "a date in the future"),
    (
        "no-titles",
        |entry, _| NO_TITLE.contains(&entry.title.trim().to_lowercase().as_str()),
        "a title such as “No title”; a mail needs a subject",
    ),
    (
        "protected",
        |entry, _| aside::why(entry) == Some(Why::Protected),
        "a password: such a post is held until everybody can read it",
    ),
    ("files", |entry, _| entry.bare_file, "only a file and no text: such an entry is left out"),
];

/// All advice, the worst first. `now`: later dates are in the future.
pub fn on(feed: &Feed, now: Millis) -> Vec<Advice> {
    let entries = feed.entries.as_slice();
    let habit = |(code, has, words): &Habit| {
        (*code, count(entries, |entry| has(entry, now)).map(|which| format!("{which} {words}")))
    };
    let whole = [
        (if feed.whole { "in-front" } else { "cut" }, odd(feed)),
        ("comments", of_comments(feed)),
        ("empty", empty(feed)),
        ("encoded-twice", encoded_twice(feed)),
        ("same-id", same_id(entries)),
        ("one-date", one_date(entries)),
    ];
    let all = whole
        .into_iter()
        .chain(HABITS.iter().map(habit))
        .chain([("excerpts", excerpts(entries)), ("few", few(entries))]);
    all.filter_map(|(code, text)| Some(Advice { code, text: text? })).collect()
}

fn date(entry: &Entry) -> Option<Millis> {
    entry.published.or(entry.updated)
}

/// `all 12 entries have`, `1 of 12 entries has`; `None` for none.
fn count(entries: &[Entry], which: impl Fn(&Entry) -> bool) -> Option<String> {
    let (found, all) = (entries.iter().filter(|entry| which(entry)).count(), entries.len());
    match found {
        0 => None,
        1 if all == 1 => Some("its only entry has".to_owned()),
        _ if found == all => Some(format!("all {all} entries have")),
        1 => Some(format!("1 of {all} entries has")),
        _ => Some(format!("{found} of {all} entries have")),
    }
}

fn of_comments(feed: &Feed) -> Option<String> {
    page::is_of_comments(&feed.title).then(|| "its title suggests a feed of comments, not of posts".to_owned())
}

fn empty(feed: &Feed) -> Option<String> {
    let empty = feed.whole && feed.entries.is_empty();
    empty.then(|| "it has no entry: the blog has no post yet, or this is the wrong one of its feeds".to_owned())
}

/// UTF-8 read as windows-1252 and written as UTF-8 once more.
fn encoded_twice(feed: &Feed) -> Option<String> {
    let texts =
        |entry: &Entry| [&entry.title, &entry.summary.markup, &entry.content.markup].into_iter().any(|t| is_garbled(t));
    let garbled = is_garbled(&feed.title) || feed.entries.iter().any(texts);
    garbled.then(|| {
        "its letters were encoded twice (“Ã©” for “é”): the blog's database or its feed must be repaired".to_owned()
    })
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

fn same_id(entries: &[Entry]) -> Option<String> {
    let mut by_id: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in entries {
        if let Some(id) = &entry.id {
            by_id.entry(id).or_default().push(entry);
        }
    }
    let differ = |a: &Entry, b: &Entry| (&a.link, &a.title, date(a)) != (&b.link, &b.title, date(b));
    let shared = by_id.iter().find(|(_, those)| those.windows(2).any(|pair| differ(pair[0], pair[1])));
    shared.map(|(_, those)| {
        format!("{} different entries share one id (guid), so the id identifies none of them", those.len())
    })
}

/// A path without a host; names such as `7`, `tag:…` and `urn:…` are none.
fn is_relative(address: &str) -> bool {
    address.contains('/') && !address.contains(':')
}

fn one_date(entries: &[Entry]) -> Option<String> {
    let dates: Option<Vec<Millis>> = entries.iter().map(date).collect();
    let dates = dates.filter(|dates| dates.len() > 2)?;
    let span = dates.iter().max()? - dates.iter().min()?;
    (span <= MINUTE).then(|| {
        format!(
            "all {} entries have the same date, probably that of the build: it does not tell new posts from old ones",
            dates.len()
        )
    })
}

fn excerpts(entries: &[Entry]) -> Option<String> {
    let texts: Vec<bool> = entries.iter().filter_map(is_excerpt).collect();
    (texts.len() > 1 && texts.iter().all(|excerpt| *excerpt)).then(|| {
        "its entries seem to hold only excerpts, so mails will not have whole posts (WordPress: Settings, Reading, \
         “For each post in a feed, include: Full text”)"
            .to_owned()
    })
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

fn few(entries: &[Entry]) -> Option<String> {
    let shown = entries.len();
    (2..=FEW).contains(&shown).then(|| {
        format!("it shows only {shown} entries: if more posts are published between two readings, Facteur misses some")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;

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
        on(feed, NOW).into_iter().map(|advice| advice.code).collect()
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
        let said = |n: usize| count(&entries(3), |e| e.published.is_some_and(|at| at >= NOW - n as Millis * DAY));
        assert_eq!(said(0), None);
        assert_eq!(said(1).unwrap(), "1 of 3 entries has");
        assert_eq!(said(2).unwrap(), "2 of 3 entries have");
        assert_eq!(said(3).unwrap(), "all 3 entries have");
    }
}
