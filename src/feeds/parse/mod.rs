//! Understanding a feed: bytes → [`Feed`], whatever dialect, encoding and faults they have.
//!
//! ```text
//! bytes ─ encoding ─▶ text ─┬─ tree ─▶ element  ─┬─ rss  ─▶ Feed     dates: date, day    words: text, title
//!                           │       (tags first) └─ atom ─▶ Feed
//!                           └─ json ───────────────────────▶ Feed
//! ```
//! In: what [`super::fetch`] got, or a file. Out: a [`Feed`] with plain titles, instants, absolute links and HTML that is
//! *not yet clean* ([`super::clean`] does that, only for posts that are kept). `quick-xml` cuts the text into tags;
//! the tree over it is ours, because real feeds are often not well-formed, and a feed that other readers read must be
//! read here too. Nothing of a DTD is ever expanded or fetched; depth and size of the tree are bounded.

mod atom;
mod date;
mod day;
mod element;
mod encoding;
mod json;
mod rss;
mod tags;
pub mod text;
mod title;
mod tree;

#[cfg(test)]
mod tests;

use url::Url;

use crate::clock::Millis;

pub use date::parse as parse_date;

/// What is to be understood, and what its bringer said about it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The body, decompressed; one more gzip layer is taken off.
    pub bytes: &'a [u8],
    /// The `Content-Type` header, empty when there was none.
    pub content_type: &'a str,
    /// Where it was read; relative links are resolved with it.
    pub url: Option<&'a Url>,
    /// Bytes after decompression, at most (`[feeds] max_bytes`).
    pub limit: usize,
}

/// Which kind of feed it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// RSS 0.9 to 2.0, RDF.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
    /// JSON Feed 1.0 and 1.1.
    Json,
}

/// A feed as it was understood.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Which kind it was.
    pub format: Format,
    /// Plain text, may be empty.
    pub title: String,
    /// The site it belongs to.
    pub link: Option<String>,
    /// BCP 47, as given.
    pub language: Option<String>,
    /// In the order of the document.
    pub entries: Vec<Entry>,
    /// False when the document ended too early (or is larger than is looked at); entries may be missing, and the one that
    /// was cut is left out.
    pub whole: bool,
}

/// HTML of an entry, as given.
#[derive(Clone, Debug, Default)]
pub struct Html {
    /// The markup; not cleaned.
    pub markup: String,
    /// What its relative links are relative to.
    pub base: Option<Url>,
}

/// One entry of a feed.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// As the feed names it, if it does.
    pub id: Option<String>,
    /// Where it stands, absolute where that could be told.
    pub link: Option<String>,
    /// Plain text on one line, may be empty.
    pub title: String,
    /// Plain text on one line.
    pub author: Option<String>,
    /// BCP 47, as given.
    pub language: Option<String>,
    /// When it was published, if that could be read.
    pub published: Option<Millis>,
    /// When it was last changed, if that could be read.
    pub updated: Option<Millis>,
    /// The day that its date means, where that is no instant: the same in every zone.
    pub day: Option<jiff::civil::Date>,
    /// Its date as it was written.
    pub(super) stamp: Option<date::Stamp>,
    /// A few lines, may be empty.
    pub summary: Html,
    /// The whole, may be empty.
    pub content: Html,
    /// A picture that stands for it.
    pub image: Option<String>,
}

/// Why bytes are no feed.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Nothing there.
    #[error("the body is empty")]
    Empty,
    /// A web page instead of a feed.
    #[error("this is a web page, not a feed{}", found(.feeds))]
    WebPage {
        /// Feeds that the page points to.
        feeds: Vec<String>,
    },
    /// Something else.
    #[error("this is no feed: neither RSS nor Atom nor JSON Feed ({0})")]
    NoFeed(String),
    /// More than we are willing to hold.
    #[error("the feed is too large: {0}")]
    TooLarge(String),
}

fn found(feeds: &[String]) -> String {
    feeds.first().map_or_else(String::new, |first| format!("; the feed that it names is {first}"))
}

/// Understands a feed. Costs about the size of the body in time and a few times that in memory.
///
/// # Errors
/// When it is no feed, or larger than the limit.
pub fn parse(source: Source<'_>) -> Result<Feed, ParseError> {
    let bytes = encoding::gunzip(source.bytes, source.limit)?;
    let text = encoding::decode(&bytes, source.content_type);
    let start = text.trim_start();
    let found = match start.as_bytes().first() {
        None => Err(ParseError::Empty),
        Some(b'{' | b'[') => json::parse(start, source.url),
        Some(_) => parse_xml(&tags::repair(&text), source.url),
    };
    found.map(day::told)
}

fn parse_xml(text: &str, url: Option<&Url>) -> Result<Feed, ParseError> {
    let tree = tree::Tree::parse(text, url);
    let Some(root) = tree.root() else {
        return Err(ParseError::NoFeed("it has no XML element".into()));
    };
    match root.name() {
        "rss" | "rdf" | "channel" => Ok(rss::feed(&tree, root)),
        "feed" | "entry" => Ok(atom::feed(&tree, root)),
        "html" | "head" | "body" => Err(ParseError::WebPage { feeds: text::feeds_of_page(text, url) }),
        other => Err(ParseError::NoFeed(format!("its first element is <{}>", text::shorten(other, 40)))),
    }
}

/// Entries of one feed that are looked at, from its beginning.
const MAX_ENTRIES: usize = 10_000;
/// Bytes of an address; longer ones are none.
const MAX_ADDRESS: usize = 4096;

/// An address in a feed made absolute; what cannot be resolved stays as it is.
pub(super) fn resolve(raw: &str, base: Option<&Url>) -> String {
    let raw = raw.trim();
    if raw.len() > MAX_ADDRESS {
        return String::new();
    }
    if raw.is_empty() || Url::parse(raw).is_ok() {
        return raw.to_owned();
    }
    base.and_then(|base| base.join(raw).ok()).map_or_else(|| raw.to_owned(), String::from)
}
