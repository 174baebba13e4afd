//! Parses a feed: bytes → [`Feed`], whatever their dialect, encoding and faults.
//!
//! ```text
//! bytes ─ encoding ─▶ text ─┬─ tree ─▶ element  ─┬─ rss  ─▶ Feed     dates: date, day    words: text, title
//!                           │       (tags first) └─ atom ─▶ Feed     no feed, or words before one: page
//!                           └─ json ───────────────────────▶ Feed
//! ```
//! In: what [`crate::net::fetch`] got, or a file. Out: a [`Feed`] with plain titles, instants, absolute links and HTML that is
//! *not yet clean* ([`super::clean`] does that, only for posts that are kept). `quick-xml` cuts the text into tags;
//! the tree over it is ours, because real feeds are often not well-formed, and a feed that other readers read must be
//! read here too. Nothing of a DTD is ever expanded or fetched; depth and size of the tree are bounded.

mod atom;
mod date;
mod day;
mod element;
mod enclosure;
mod encoding;
mod json;
pub mod page;
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
use page::Page;

use super::trouble::FeedTrouble;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    /// RSS 0.9 to 2.0, RDF.
    Rss,
    /// Atom 0.3 and 1.0.
    Atom,
    /// JSON Feed 1.0 and 1.1.
    Json,
}

impl Format {
    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        }
    }
}

/// A feed as it was understood.
#[derive(Clone, Debug, Default)]
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
    /// When the document was made, as it says itself (`lastBuildDate`, Atom's `updated`).
    pub built: Option<Millis>,
    /// What the blog's program said in front of the feed (a warning of PHP), or where it broke off; plain text.
    pub notice: Option<String>,
}

impl Feed {
    /// Cut off before its first entry: nothing was read that could be told from a blog without posts.
    pub fn broke_off(&self) -> bool {
        !self.whole && self.entries.is_empty()
    }
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
    /// A picture for the post.
    pub image: Option<String>,
    /// Files that hang on it, pictures among them.
    pub enclosures: Vec<Enclosure>,
    /// Under which categories the feed has it: plain text on one line, each once.
    pub categories: Vec<String>,
    /// Whether it is a file beside posts and no post: one enclosure of its own address, called like it, without a text.
    pub bare_file: bool,
}

impl Entry {
    /// Notes whether it is a bare file.
    fn judged(mut self) -> Self {
        let [file] = self.enclosures.as_slice() else { return self };
        let own = [&self.link, &self.id].into_iter().flatten().any(|address| *address == file.url);
        let silent = self.summary.markup.is_empty() && self.content.markup.is_empty();
        self.bare_file = own && silent && is_called(&file.url, &self.title);
        self
    }
}

/// Categories of one entry that are kept.
const CATEGORIES: usize = 50;
/// Characters of one.
const CATEGORY: usize = 200;

/// Categories as an entry keeps them: on one line, none twice, not too many.
pub fn categories(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words.map(|word| text::shorten(&text::one_line(&word), CATEGORY)) {
        if kept.len() < CATEGORIES && !word.is_empty() && !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept
}

/// Whether a title is the name of a file, with or without its extension; or none at all.
fn is_called(file: &str, title: &str) -> bool {
    let name = title.rsplit('/').next().unwrap_or_default();
    let Ok(address) = Url::parse(file) else { return title == file };
    let extension = address.path().rsplit_once('.').map_or("", |(_, extension)| extension);
    let same = |name: &str| address.join(name).is_ok_and(|named| named == address);
    title.is_empty() || same(name) || same(&format!("{name}.{extension}"))
}

/// A file that hangs on an entry.
#[derive(Clone, Debug, Default)]
pub struct Enclosure {
    /// Absolute.
    pub url: String,
    /// Media type, or only `audio`, `video`, `image`; lower-case, may be empty.
    pub kind: String,
    /// Plain text, when it has a title of its own.
    pub title: Option<String>,
    /// How long it lasts.
    pub seconds: Option<u32>,
}

/// Pixels of width below which a picture that a feed names is a thumbnail.
const THUMBNAIL: u32 = 300;

/// Whether a feed says of a picture that it is only a thumbnail.
fn is_thumbnail(picture: &element::Element<'_>) -> bool {
    picture.attribute("width").and_then(|width| width.trim().parse::<u32>().ok()).is_some_and(|width| width < THUMBNAIL)
}

/// Why bytes are no feed; [`FeedTrouble`] has the words for the editor.
#[derive(Debug)]
pub enum ParseError {
    /// A web page instead of a feed.
    WebPage(Box<Page>),
    /// Nothing, something else, or more than we are willing to hold.
    NoFeed(FeedTrouble),
}

impl From<&ParseError> for FeedTrouble {
    fn from(error: &ParseError) -> Self {
        match error {
            ParseError::WebPage(page) => page.as_ref().into(),
            ParseError::NoFeed(trouble) => trouble.clone(),
        }
    }
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
        None => Err(ParseError::NoFeed(FeedTrouble::Empty)),
        Some(b'{' | b'[') => {
            json::parse(start, source.url).or_else(|error| behind_words(&text, source.url).ok_or(error))
        }
        Some(_) => parse_xml(&tags::repair(&text), source.url),
    };
    found.map(day::told)
}

fn parse_xml(text: &str, url: Option<&Url>) -> Result<Feed, ParseError> {
    let tree = tree::Tree::parse(text, url);
    let root = tree.root();
    if let Some(mut feed) = root.and_then(|root| feed_of(&tree, root)) {
        let before = text.split_once('<').and_then(|(before, _)| notice(before));
        feed.notice = before.or_else(|| if feed.whole { None } else { last_words(text) });
        return Ok(feed);
    }
    if let Some(feed) = behind_words(text, url) {
        return Ok(feed);
    }
    let Some(root) = root else {
        return Err(ParseError::NoFeed(FeedTrouble::NoElement { words: page::words(text) }));
    };
    match root.name() {
        name if HTML.contains(&name) => Err(ParseError::WebPage(Box::new(Page::read(text, url)))),
        other => {
            let (element, words) = (text::shorten(other, 40), page::words(text));
            Err(ParseError::NoFeed(FeedTrouble::OtherXml { element, words }))
        }
    }
}

/// Names of elements that a page may begin with.
const HTML: &[&str] = &[
    "html", "head", "body", "title", "meta", "link", "base", "script", "style", "noscript", "div", "p", "br", "b",
    "strong", "i", "em", "center", "font", "table", "h1", "h2", "h3", "span", "a", "img", "form", "header", "main",
    "section", "article", "pre", "code", "hr", "ul", "ol", "iframe", "frameset",
];

fn feed_of(tree: &tree::Tree<'_>, root: element::Element<'_>) -> Option<Feed> {
    match root.name() {
        "rss" | "rdf" | "channel" => Some(rss::feed(tree, root)),
        "feed" | "entry" => Some(atom::feed(tree, root)),
        _ => None,
    }
}

/// A feed that something else stands in front of, a warning of PHP in most cases. A whole web page is no such thing.
fn behind_words(text: &str, url: Option<&Url>) -> Option<Feed> {
    let lower = text.to_ascii_lowercase();
    let begins = |name: &str| {
        let at = |(at, _): (usize, &str)| {
            let next = lower.as_bytes().get(at + name.len());
            next.is_some_and(|next| next.is_ascii_whitespace() || *next == b'>').then_some(at)
        };
        lower.match_indices(name).find_map(at)
    };
    let xml = ["<rss", "<feed", "<rdf:rdf"].into_iter().filter_map(begins).min();
    let start = xml.or_else(|| lower[..lower.find("jsonfeed.org/version")?].rfind('{'))?;
    if ["<html", "<body", "<!doctype html"].into_iter().filter_map(begins).any(|page| page < start) {
        return None;
    }
    let mut feed = if xml.is_some() {
        let tree = tree::Tree::parse(&text[start..], url);
        feed_of(&tree, tree.root()?)?
    } else {
        json::parse(&text[start..], url).ok()?
    };
    feed.notice = notice(&text[..start]);
    Some(feed)
}

/// Characters that are quoted of what stands in front of a feed.
const QUOTE: usize = 200;

/// Words, if these are any: a stray mark or blank is not worth a notice.
fn notice(markup: &str) -> Option<String> {
    let words = page::plain(markup);
    let is_word = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count() > 2;
    words.split(' ').any(is_word).then(|| text::shorten(&words, QUOTE))
}

/// What a program says with its last breath, in the middle of a feed.
fn last_words(text: &str) -> Option<String> {
    const TAIL: usize = 4096;
    let tail = &text[text.floor_char_boundary(text.len().saturating_sub(TAIL))..];
    let lower = tail.to_ascii_lowercase();
    let said = ["fatal error", "parse error", "critical error", "erreur critique", "uncaught "];
    let at = said.into_iter().filter_map(|words| lower.rfind(words)).min()?;
    notice(&tail[at..])
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
