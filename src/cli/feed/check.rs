//! `facteur feed check`: what Facteur reads in a feed, as JSON for programs or in a few lines for people.

use std::fmt::Write as _;
use std::io::Read as _;

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use crate::cli::{Context, Fault};
use crate::clock::{Clock, Millis, rfc3339};
use crate::coded::{Coded as _, Told as _};
use crate::feeds::advice::{self, Advice};
use crate::feeds::trouble::FeedTrouble;
use crate::feeds::{clean, find, parse};
use crate::i18n::{Locale, Value as Variable};
use crate::net::fetch::Fetcher;
use crate::os_error;
use crate::phrase;

/// Characters of the words of a post that people are shown.
const WORDS: usize = 160;

/// A feed's bytes, with the content type and address they came with.
struct Body {
    bytes: Vec<u8>,
    content_type: String,
    url: Option<Url>,
}

/// Runs it.
pub async fn run(source: &str, context: &Context) -> anyhow::Result<()> {
    let config = context.config()?;
    let (limit, now) = (config.feeds.max_bytes, Clock::system().now());
    let (feed, url, moved) = match Url::parse(source) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            let found = find::find(&Fetcher::new(&config.feeds, &config.base_url), &url, limit, now).await;
            let found = found.map_err(|error| Fault::problems(error.words(context.locale)))?;
            (found.feed, Some(found.url), found.moved)
        }
        _ => (
            understand(&from_here(context, source, limit)?, limit)
                .map_err(|error| Fault::problems(FeedTrouble::from(&error).words(context.locale)))?,
            None,
            None,
        ),
    };
    let advice = advice(&feed, moved.as_ref(), now);
    let url = url.as_ref().map(Url::as_str);
    context.show(&as_json(&feed, url, &advice), || in_words(&feed, url, &advice, context.locale))
}

/// What the owner should know about a feed.
pub fn advice(feed: &parse::Feed, moved: Option<&Url>, now: Millis) -> Vec<Advice> {
    let moved = moved.map(|to| Advice::Moved { to: to.to_string() });
    moved.into_iter().chain(advice::on(feed, now)).collect()
}

fn from_here(context: &Context, source: &str, limit: usize) -> anyhow::Result<Body> {
    let limit = limit as u64 + 1;
    let mut bytes = Vec::new();
    if source == "-" {
        let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
        let url = said("FEED_URL").and_then(|url| Url::parse(&url).ok());
        return Ok(Body { bytes, content_type: said("CONTENT_TYPE").unwrap_or_default(), url });
    }
    let file = std::fs::File::open(source).map_err(|error| {
        let error = os_error::words(&error, context.locale);
        Fault::not_found(said!(context.locale, "cli-feed-no-source", source = source, error = &error))
    })?;
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(Body { bytes, content_type: String::new(), url: None })
}

fn understand(body: &Body, limit: usize) -> Result<parse::Feed, parse::ParseError> {
    let Body { bytes, content_type, url } = body;
    parse::parse(parse::Source { bytes, content_type, url: url.as_ref(), limit })
}

/// The form that programs read; HTML is cleaned, dates are RFC 3339. The address is the feed's own, also where a web page was given.
fn as_json(feed: &parse::Feed, url: Option<&str>, advice: &[Advice]) -> Value {
    let html = |html: &parse::Html| clean::html(&html.markup, html.base.as_ref());
    let entry = |entry: &parse::Entry| {
        json!({
            "title": entry.title, "link": entry.link, "id": entry.id, "published": entry.published.map(rfc3339),
            "day": entry.day.map(|day| day.to_string()),
            "updated": entry.updated.map(rfc3339), "author": entry.author, "language": entry.language,
            "summary": html(&entry.summary), "content": html(&entry.content), "image": entry.image,
        })
    };
    let warning = |advice: &Advice| json!({ "code": advice.code(), "text": advice.to_string() });
    let warnings: Vec<Value> = advice.iter().map(warning).collect();
    json!({
        "format": feed.format, "url": url, "title": feed.title, "link": feed.link, "language": feed.language,
        "whole": feed.whole, "warnings": warnings, "entries": feed.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn in_words(feed: &parse::Feed, url: Option<&str>, advice: &[Advice], locale: &Locale) -> String {
    let entries = said!(locale, "cli-feed-entries", count = feed.entries.len());
    let mut out = format!("{} ({}, {entries})\n", feed.title, feed.format.name());
    if let Some(url) = url {
        let _ = writeln!(out, "{}", said!(locale, "cli-feed-address", url = url));
    }
    if let Some(link) = &feed.link {
        let _ = writeln!(out, "{link}");
    }
    for advice in advice {
        let words = advice.words(locale);
        let _ = writeln!(out, "{}", locale.format("feed-warning", &[("words", Variable::Text(&words))]));
    }
    for entry in &feed.entries {
        let instant = || {
            let date = entry.published.or(entry.updated);
            date.map_or_else(|| locale.text("cli-feed-no-date"), |at| phrase::dated(at, &TimeZone::system()))
        };
        let date = entry.day.map_or_else(instant, |day| day.to_string());
        let _ = writeln!(out, "\n{date}  {}", entry.title);
        for (name, value) in [("link", &entry.link), ("guid", &entry.id), ("by", &entry.author)] {
            if let Some(value) = value {
                let name = locale.text(&format!("cli-feed-{name}"));
                let _ = writeln!(out, "  {name:<5} {value}");
            }
        }
        let html = if entry.summary.markup.is_empty() { &entry.content } else { &entry.summary };
        let words = clean::excerpt(&clean::html(&html.markup, html.base.as_ref()), WORDS);
        if !words.is_empty() {
            let _ = writeln!(out, "  {words}");
        }
    }
    out
}

/// Prints the HTML from standard input cleaned as for a mail.
pub fn clean_stdin(context: &Context) -> anyhow::Result<()> {
    let limit = context.config()?.feeds.max_bytes as u64;
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    let base = std::env::var("BASE_URL").ok().and_then(|url| Url::parse(&url).ok());
    println!("{}", clean::html(&String::from_utf8_lossy(&bytes), base.as_ref()));
    Ok(())
}
