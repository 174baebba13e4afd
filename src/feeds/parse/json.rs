//! JSON Feed 1.0 and 1.1 (jsonfeed.org): JSON → [`Feed`].
//!
//! In: text that starts with `{`. Out: a [`Feed`]. Ids that are numbers are coerced to text, as the specification says;
//! fields of a wrong type are ignored, and unknown fields take no memory.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use url::Url;

use super::super::trouble::FeedTrouble;
use super::{
    Enclosure, Entry, Feed, Format, Html, MAX_ENTRIES, ParseError, categories, date, enclosure, resolve, text, title,
};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Document {
    version: Words,
    title: Words,
    home_page_url: Words,
    language: Words,
    author: Person,
    authors: People,
    items: Option<Items>,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Item {
    id: Words,
    url: Words,
    external_url: Words,
    title: Words,
    summary: Words,
    content_html: Words,
    content_text: Words,
    date_published: Words,
    date_modified: Words,
    image: Words,
    banner_image: Words,
    language: Words,
    author: Person,
    authors: People,
    attachments: Attachments,
    tags: Tags,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Attachment {
    url: Words,
    mime_type: Words,
    title: Words,
    duration_in_seconds: Words,
}

/// Understands the text, that stood at `url`.
///
/// # Errors
/// When it is not JSON, or JSON of another kind: neither `version` nor `items` identify a feed.
pub fn parse(json: &str, url: Option<&Url>) -> Result<Feed, ParseError> {
    // Not `from_str`: some servers append an advertisement or a second document.
    let mut documents = serde_json::Deserializer::from_str(json).into_iter::<Document>();
    let document = documents.next().ok_or(ParseError::NoFeed(FeedTrouble::Empty))?;
    let document = document.map_err(|error| ParseError::NoFeed(FeedTrouble::Json { words: error.to_string() }))?;
    let says_so = document.version.0.as_ref().is_some_and(|version| version.contains("jsonfeed.org"));
    let items = document.items.map(|items| items.0).unwrap_or_default();
    if !says_so && !items.iter().any(|item| item.id.0.is_some() || item.url.0.is_some()) {
        return Err(ParseError::NoFeed(FeedTrouble::OtherJson));
    }
    let author = document.authors.first().or(document.author.name());
    let language = document.language.0;
    let title = document.title.0.map(|title| title::of_html(&title)).unwrap_or_default();
    let entries = items.into_iter().map(|item| entry(item, url, author.as_deref(), language.as_deref())).collect();
    let link = document.home_page_url.0.map(|raw| resolve(&raw, url));
    Ok(Feed { format: Format::Json, title, link, language, entries, whole: true, ..Feed::default() })
}

fn entry(item: Item, url: Option<&Url>, author_of_feed: Option<&str>, language: Option<&str>) -> Entry {
    let address = |words: Words| words.0.map(|raw| resolve(&raw, url)).filter(|address| !address.is_empty());
    let plain = |words: Words| words.0.map(|plain| text::html_of_text(&plain));
    let link = address(item.url).or(address(item.external_url));
    let base = link.as_deref().and_then(|link| Url::parse(link).ok()).or_else(|| url.cloned());
    let author = item.authors.first().or(item.author.name());
    let stamp = |words: Words| words.0.and_then(|at| date::stamp(&at));
    let (published, updated) = (stamp(item.date_published), stamp(item.date_modified));
    // Plain text by the specification; some libraries put HTML there.
    let summary = if item.summary.0.as_deref().is_some_and(is_markup) { item.summary.0 } else { plain(item.summary) };
    Entry {
        id: item.id.0,
        title: title::first(item.title.0.iter().map(|title| title::of_html(title))),
        author: author.or_else(|| author_of_feed.map(str::to_owned)),
        language: item.language.0.or_else(|| language.map(str::to_owned)),
        published: published.map(|stamp| stamp.at),
        updated: updated.map(|stamp| stamp.at),
        stamp: published.or(updated),
        day: None,
        summary: Html { markup: summary.unwrap_or_default(), base: base.clone() },
        content: Html { markup: item.content_html.0.or(plain(item.content_text)).unwrap_or_default(), base },
        image: address(item.image).or(address(item.banner_image)),
        enclosures: item.attachments.files(url),
        categories: categories(item.tags.words()),
        link,
        bare_file: false,
    }
    .judged()
}

/// Whether a text that should be plain begins and ends with a tag: some generators write HTML there.
fn is_markup(words: &str) -> bool {
    let tag = |text: &str| text.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
    let begins = words.strip_prefix('<').is_some_and(tag);
    let ends = words.strip_suffix('>').and_then(|before| before.rsplit_once('<')).is_some_and(|(_, last)| tag(last));
    begins && ends
}

/// A text, or a number as text; `None` for all else and when empty.
#[derive(Default)]
struct Words(Option<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordsVisitor)
    }
}

struct WordsVisitor;

impl<'de> Visitor<'de> for WordsVisitor {
    type Value = Words;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }
    fn visit_str<E>(self, text: &str) -> Result<Words, E> {
        Ok(Words(Some(text.trim().to_owned()).filter(|text| !text.is_empty())))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Words, E> {
        Ok(Words(Some(number.to_string())))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Words, E> {
        Ok(Words(Some(number.to_string())))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Words, E> {
        Ok(Words(Some(number.to_string())))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Words, E> {
        Ok(Words(None))
    }
    fn visit_unit<E>(self) -> Result<Words, E> {
        Ok(Words(None))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Words, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Words(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Words, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Words(None))
    }
}

/// `{"name": …}` as the specification says, or only the name.
#[derive(serde::Deserialize, Default)]
#[serde(untagged)]
enum Person {
    Named {
        name: Words,
    },
    Name(String),
    #[default]
    Nobody,
    Other(IgnoredAny),
}

impl Person {
    fn name(self) -> Option<String> {
        let name = match self {
            Self::Named { name } => name.0?,
            Self::Name(name) => name,
            Self::Nobody | Self::Other(_) => return None,
        };
        Some(text::one_line(&name)).filter(|name| !name.is_empty())
    }
}

/// People; the first that has a name counts.
#[derive(serde::Deserialize, Default)]
#[serde(untagged)]
enum People {
    Several(Vec<Person>),
    #[default]
    Nobody,
    Other(IgnoredAny),
}

impl People {
    fn first(self) -> Option<String> {
        match self {
            Self::Several(people) => people.into_iter().find_map(Person::name),
            Self::Nobody | Self::Other(_) => None,
        }
    }
}

/// Categories; anything else is none.
#[derive(serde::Deserialize, Default)]
#[serde(untagged)]
enum Tags {
    Several(Vec<Words>),
    #[default]
    Nothing,
    Other(IgnoredAny),
}

impl Tags {
    fn words(self) -> impl Iterator<Item = String> {
        let words = match self {
            Self::Several(words) => words,
            Self::Nothing | Self::Other(_) => Vec::new(),
        };
        words.into_iter().filter_map(|word| word.0)
    }
}

/// Files; anything else is none.
#[derive(serde::Deserialize, Default)]
#[serde(untagged)]
enum Attachments {
    Several(Vec<Attachment>),
    #[default]
    Nothing,
    Other(IgnoredAny),
}

impl Attachments {
    fn files(self, base: Option<&Url>) -> Vec<Enclosure> {
        let Self::Several(files) = self else { return Vec::new() };
        let file = |file: Attachment| {
            let url = resolve(&file.url.0?, base);
            url.starts_with("http").then(|| Enclosure {
                url,
                kind: file.mime_type.0.unwrap_or_default().to_ascii_lowercase(),
                title: file.title.0.map(|title| text::one_line(&title)).filter(|title| !title.is_empty()),
                seconds: file.duration_in_seconds.0.and_then(|duration| enclosure::seconds(&duration)),
            })
        };
        files.into_iter().take(enclosure::MOST).filter_map(file).collect()
    }
}

/// The first [`MAX_ENTRIES`].
struct Items(Vec<Item>);

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Items;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of items")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items, A::Error> {
                let mut items = Vec::new();
                while items.len() < MAX_ENTRIES {
                    match seq.next_element()? {
                        Some(item) => items.push(item),
                        None => return Ok(Items(items)),
                    }
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(All)
    }
}
