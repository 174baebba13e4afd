//! Replaces embeds, which a mail cannot play, by links with names: videos, sounds, maps, polls, posts of other sites, formulas.
//!
//! In: HTML as the blog wrote it, before it is cleaned. Out: HTML in which a usable link or text replaces each frame, player and
//! formula; [`crate::markup`] describes the mark. The cleaner processes the result afterwards, so nothing here has to be trusted. No
//! poster and no title is fetched: only the post's own information is used.
//!
//! ```text
//! pieces ─▶ Pass ─┬─ frame, player, custom element ─▶ place, kinds ─▶ link (and poster)
//!                 ├─ math, svg, KaTeX, MathJax ─────▶ formula ──────▶ words, once
//!                 └─ an address on its own line ────▶ place ────────▶ link
//! ```

mod formula;
mod kinds;
mod pass;
mod place;
mod player;

use std::borrow::Cow;

use url::Url;

use crate::feeds::parse::text::escape;
use crate::markup::{EMBED, MINUTES};

pub use kinds::Kind;
pub use pass::OF_PICTURE;
pub use place::{Place, of_frame};

/// Words of which HTML with embeds contains at least one; `data-` names come from consent plugins and facades.
const TRIGGERS: &[&str] = &[
    "<iframe",
    "<frame",
    "<video",
    "<audio",
    "<object",
    "<embed",
    "<math",
    "<svg",
    "<script",
    "<picture",
    "<amp-",
    "<lite-",
    "<oembed",
    "<mjx-",
    "<xmp",
    "katex",
    "mathjax",
    "data-href",
    "videoid",
    "video-id",
    "youtube-id",
];

/// Characters of a name that are shown.
const NAME: usize = 120;

/// Replaces the embeds.
pub fn linked<'a>(markup: &'a str, base: Option<&Url>) -> Cow<'a, str> {
    let lower = markup.to_ascii_lowercase();
    if !TRIGGERS.iter().any(|word| lower.contains(word)) && !has_bare_address(&lower) {
        return Cow::Borrowed(markup);
    }
    Cow::Owned(pass::Pass::new(base).over(&crate::markup::pieces(markup)))
}

/// Whether an address may begin a line.
fn has_bare_address(lower: &str) -> bool {
    let begins = |at: usize| lower[..at].trim_end().chars().next_back().is_none_or(|before| before == '>');
    lower.match_indices("http").any(|(at, _)| begins(at))
}

/// Something embedded, as it is written down.
#[derive(Clone, Debug)]
pub struct Embed {
    pub place: Place,
    /// What the post calls it.
    pub name: Option<String>,
    /// The words that stood there.
    pub text: Option<String>,
    /// The post's own picture of it, its width and height.
    pub poster: Option<(String, [Option<u32>; 2])>,
    pub minutes: Option<u32>,
}

impl Embed {
    /// A place with this name and nothing else known.
    pub fn new(place: Place, name: Option<String>) -> Self {
        Self { place, name, text: None, poster: None, minutes: None }
    }

    /// The link, marked so that the mail can name its kind.
    pub fn write(&self, out: &mut String) {
        let Place { kind, address } = &self.place;
        out.extend(["<a href=\"", &escape(address), "\" ", EMBED, "=\"", kind.name(), "\""]);
        if let Some(minutes) = self.minutes {
            out.extend([" ", MINUTES, "=\"", &minutes.to_string(), "\""]);
        }
        if let Some(name) = &self.name {
            out.extend([" title=\"", &escape(name), "\""]);
        }
        out.push('>');
        if let Some((poster, size)) = &self.poster {
            out.extend(["<img src=\"", &escape(poster), "\" alt=\"\""]);
            for (side, pixels) in ["width", "height"].into_iter().zip(size) {
                if let Some(pixels) = pixels {
                    out.extend([" ", side, "=\"", &pixels.to_string(), "\""]);
                }
            }
            out.push_str("><br>");
        }
        out.extend([&escape(self.text.as_deref().unwrap_or_default()), "</a>"]);
    }
}
