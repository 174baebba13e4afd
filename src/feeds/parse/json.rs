//! JSON Feed 1.0 and 1.1 (jsonfeed.org): JSON → [`Feed`].
//!
//! In: text that starts with `{`. Out: a [`Feed`]. Ids that are numbers are coerced to text, as the specification says;
//! fields of a wrong type are as if they were not there.

use serde_json::Value;
use url::Url;

use super::{Entry, Feed, Format, Html, ParseError, date, resolve, text};

/// Understands the text, that stood at `url`.
///
/// # Errors
/// When it is no JSON, or JSON of another kind: neither `version` nor `items` say that it is a feed.
pub fn parse(json: &str, url: Option<&Url>) -> Result<Feed, ParseError> {
    let mut documents = serde_json::Deserializer::from_str(json).into_iter::<Value>();
    let document = documents.next().ok_or(ParseError::Empty)?;
    let document = document.map_err(|error| ParseError::NoFeed(format!("JSON: {error}")))?;
    let says_so = string(&document, "version").is_some_and(|version| version.contains("jsonfeed.org"));
    let items = document.get("items").and_then(Value::as_array);
    let looks_so =
        items.is_some_and(|items| items.iter().any(|item| item.get("id").is_some() || item.get("url").is_some()));
    if !says_so && !looks_so {
        return Err(ParseError::NoFeed("JSON, but not a JSON Feed".into()));
    }
    let link = address(&document, "home_page_url", url);
    let author = author(&document);
    let language = string(&document, "language");
    let entry = |item: &Value| entry(item, url, author.as_deref(), language.as_deref());
    Ok(Feed {
        format: Format::Json,
        title: string(&document, "title").map(|title| text::title_of_html(&title)).unwrap_or_default(),
        entries: items.into_iter().flatten().filter(|item| item.is_object()).map(entry).collect(),
        link,
        language,
        whole: true,
    })
}

fn entry(item: &Value, url: Option<&Url>, author_of_feed: Option<&str>, language: Option<&str>) -> Entry {
    let link = address(item, "url", url).or_else(|| address(item, "external_url", url));
    let base = link.as_deref().and_then(|link| Url::parse(link).ok()).or_else(|| url.cloned());
    let plain = |key: &str| string(item, key).map(|plain| text::html_of_text(&plain));
    Entry {
        id: string(item, "id"),
        title: string(item, "title").map(|title| text::title_of_html(&title)).unwrap_or_default(),
        author: author(item).or_else(|| author_of_feed.map(str::to_owned)),
        language: string(item, "language").or_else(|| language.map(str::to_owned)),
        published: string(item, "date_published").and_then(|at| date::parse(&at)),
        updated: string(item, "date_modified").and_then(|at| date::parse(&at)),
        summary: Html { markup: plain("summary").unwrap_or_default(), base: base.clone() },
        content: Html {
            markup: string(item, "content_html").or_else(|| plain("content_text")).unwrap_or_default(),
            base,
        },
        image: address(item, "image", url).or_else(|| address(item, "banner_image", url)),
        link,
    }
}

/// A text, or a number as text; `None` when empty.
fn string(of: &Value, key: &str) -> Option<String> {
    let value = match of.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!value.is_empty()).then_some(value)
}

fn address(of: &Value, key: &str, url: Option<&Url>) -> Option<String> {
    string(of, key).map(|raw| resolve(&raw, url))
}

fn author(of: &Value) -> Option<String> {
    let many = of.get("authors").and_then(Value::as_array).and_then(|authors| authors.first());
    let author = many.or_else(|| of.get("author"))?;
    let name = string(author, "name").or_else(|| author.as_str().map(str::to_owned))?;
    Some(text::one_line(&name)).filter(|name| !name.is_empty())
}
