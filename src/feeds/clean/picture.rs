//! Decides which pictures of a post are meant to be seen.
//!
//! In: the attributes of an `img`. Out: a [`Picture`] with the address that fits a mail ([`srcset`]), or `None` for dots that count
//! readers, hidden pictures and pictures without an address.

use std::borrow::Cow;

use url::Url;

use super::embeds::OF_PICTURE;
use super::is_hidden;
use super::pieces::pixels;
use super::srcset::{self, Candidate};
use crate::feeds::parse::text::{escape, one_line};

/// Where a picture's real address may stand when `src` is only a placeholder for scripts.
const LAZY: &[&str] = &[
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-orig-src",
    "data-lazy",
    "data-lazyload",
    "data-litespeed-src",
    "data-cfsrc",
    "data-echo",
    "data-large-file",
    "data-orig-file",
];

/// The same for a set.
const LAZY_SETS: &[&str] = &["data-srcset", "data-lazy-srcset", "data-orig-srcset", "data-litespeed-srcset"];

/// Attributes of an `img` that are looked at here.
pub const LOOKED_AT: &[&str] = &["src", "alt", "title", "width", "height", "srcset", "sizes", OF_PICTURE];

/// All of them that wait for a script.
pub fn lazy() -> impl Iterator<Item = &'static str> {
    LAZY.iter().chain(LAZY_SETS).copied()
}

/// Pixels of width up to which a picture is an icon, for which no larger one is wanted.
const ICON: u32 = 120;
/// Pixels of height of a picture as high as a letter.
const LETTER: u32 = 20;

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

/// A picture meant to be seen.
pub struct Picture {
    /// Absolute.
    pub source: String,
    alt: String,
    title: Option<String>,
    size: [Option<u32>; 2],
}

/// An address of the web, absolute; an empty one is none (HTML section 4.8.4.3.5).
pub fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address.starts_with('#') {
        return None;
    }
    let url = match base {
        Some(base) => base.join(address),
        None => Url::parse(address),
    };
    url.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).map(String::from)
}

/// The address of the picture that fits.
fn source(value: &impl Fn(&str) -> Option<String>, shown: Option<u32>, base: Option<&Url>) -> Option<String> {
    let found = |name: &&str| absolute(&value(name)?, base);
    // The cleaner has resolved an empty `src`, or `#`, already: to the page.
    let whole = |address: &str| address.split('#').next().unwrap_or_default().to_owned();
    let page = |address: &String| base.is_none_or(|page| whole(address) != whole(page.as_str()));
    let lazy = LAZY.iter().find_map(found).filter(page);
    let fills = |set: &String| !set.trim().is_empty() && !set.trim_start().starts_with("data:");
    let lazy_set = LAZY_SETS.iter().find_map(|name| value(name).filter(fills));
    let single = lazy.or_else(|| found(&"src").filter(page).filter(|_| lazy_set.is_none()));
    if let (Some(single), Some(0..ICON)) = (&single, shown) {
        return Some(single.clone());
    }
    let set = lazy_set.or_else(|| value("srcset")).unwrap_or_default();
    let mut all = srcset::candidates(&set, shown);
    if let Some(single) = &single {
        let width = srcset::width_in_name(single).or(shown).map(|width| width as f32);
        let known = all.iter().find(|candidate| absolute(candidate.address, base).as_ref() == Some(single));
        all.push(Candidate { address: single, width: known.map_or(width, |known| known.width) });
    }
    all.retain(|candidate| absolute(candidate.address, base).is_some());
    let best =
        srcset::best(&all).filter(|best| srcset::may_fill(best) || all.iter().all(|other| other.width.is_some()));
    // Of candidates without a size, the one that every program would show: `src`, which is last.
    let chosen = best.or_else(|| all.iter().rfind(|candidate| srcset::may_fill(candidate)).copied());
    let of_picture = || {
        let set = value(OF_PICTURE)?;
        let all = srcset::candidates(&set, shown);
        srcset::best(&all).or(all.first().copied()).and_then(|candidate| absolute(candidate.address, base))
    };
    chosen.and_then(|candidate| absolute(candidate.address, base)).or_else(of_picture)
}

/// The width in pixels that `sizes` ends with, for a picture that is never wide.
fn width_of_sizes(sizes: &str) -> Option<u32> {
    sizes
        .rsplit(',')
        .next()
        .and_then(|last| last.trim().strip_suffix("px")?.parse().ok())
        .filter(|width| *width <= ICON)
}

impl Picture {
    /// `None` for pictures without an address, hidden ones, dots of 1 × 1 and counters.
    pub fn read(attributes: &[(&str, Cow<'_, str>)], base: Option<&Url>) -> Option<Self> {
        let value = |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.trim());
        let width = value("width").and_then(pixels).or_else(|| value("sizes").and_then(width_of_sizes));
        let source = source(&|name: &str| value(name).map(str::to_owned), width, base)?;
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
            size: [width, value("height").and_then(pixels)],
        })
    }

    /// The same as high as a letter.
    pub fn in_line(self) -> Self {
        Self { size: [None, Some(LETTER)], ..self }
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
