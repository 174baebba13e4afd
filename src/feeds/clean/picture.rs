//! Which pictures of a post are there to be seen.
//!
//! In: the attributes of an `img`. Out: a [`Picture`] with its real address, or `None` for dots that count readers, hidden ones
//! and those without an address.

use std::borrow::Cow;

use url::Url;

use super::is_hidden;
use super::pieces::pixels;
use crate::feeds::parse::text::{escape, one_line};

/// Where a picture's real address may stand when `src` is only a placeholder for scripts.
const LAZY: &[&str] = &["data-src", "data-lazy-src", "data-original", "data-orig-file"];

/// Hosts and paths whose pictures count readers.
const COUNTERS: &[&str] = &[
    "pixel.wp.com/",
    "stats.wordpress.com/",
    "feeds.wordpress.com/",
    "feeds.feedburner.com/~r/",
    "www.google-analytics.com/",
    "feedpress.me/",
    "b.scorecardresearch.com/",
    "medium.com/_/stat",
];

/// A picture that is there to be seen.
pub struct Picture {
    /// Absolute.
    pub source: String,
    alt: String,
    title: Option<String>,
    size: [Option<u32>; 2],
}

/// An address of the web, absolute.
fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let url = match base {
        Some(base) => base.join(address),
        None => Url::parse(address),
    };
    url.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).map(String::from)
}

impl Picture {
    /// `None` for pictures without an address, hidden ones, dots of 1 × 1 and counters.
    pub fn read(attributes: &[(&str, Cow<'_, str>)], base: Option<&Url>) -> Option<Self> {
        let value = |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.trim());
        let lazy = LAZY.iter().find_map(|name| value(name).filter(|address| !address.is_empty()));
        let first_of_set = value("srcset").and_then(|set| set.split_whitespace().next());
        let source =
            [lazy, value("src"), first_of_set].into_iter().flatten().find_map(|address| absolute(address, base))?;
        let style: String = value("style").unwrap_or_default().to_ascii_lowercase().split_whitespace().collect();
        let dot = |name: &str| {
            let said = value(name).and_then(pixels);
            let styled = [":0;", ":0px", ":1px;", ":1px!"]
                .iter()
                .any(|tail| format!("{style};").contains(&format!("{name}{tail}")));
            said.is_some_and(|pixels| pixels <= 2) || styled
        };
        let counts =
            source.split_once("://").is_some_and(|(_, rest)| COUNTERS.iter().any(|counter| rest.starts_with(counter)));
        if is_hidden(attributes) || dot("width") || dot("height") || counts {
            return None;
        }
        Some(Self {
            source,
            alt: one_line(value("alt").unwrap_or_default()),
            title: value("title").map(one_line).filter(|title| !title.is_empty()),
            size: [value("width").and_then(pixels), value("height").and_then(pixels)],
        })
    }

    /// As `img`.
    pub fn write(&self, out: &mut String) {
        out.extend(["<img src=\"", &escape(&self.source), "\" alt=\"", &escape(&self.alt), "\""]);
        if let Some(title) = &self.title {
            out.extend([" title=\"", &escape(title), "\""]);
        }
        for (name, pixels) in ["width", "height"].into_iter().zip(self.size) {
            if let Some(pixels) = pixels {
                out.extend([" ", name, "=\"", &pixels.to_string(), "\""]);
            }
        }
        out.push('>');
    }
}
