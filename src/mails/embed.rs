//! The words of links that replace embeds, which a mail cannot play.
//!
//! In: a link that `feeds` marked ([`markup::EMBED`]), and the words of the mail's language. Out: the words of the link: what the
//! reader can do there, its name where the post gave one, and the site. Anybody can write the mark into a post, but it only chooses
//! the verb.

use super::frame::{Words, host};
use super::markup::{self, Element};
use super::plain;
use crate::i18n::Value;

/// Characters of a name that are shown.
const NAME: usize = 120;

/// Endings of pictures: a link to one enlarges what it is around.
const PICTURES: &[&str] = &["jpg", "jpeg", "png", "gif", "webp", "avif", "svg"];

/// What a marked link says; `None` for an ordinary one.
pub fn words(t: Words, link: &Element, href: &str) -> Option<String> {
    let kind = link.get(markup::EMBED)?;
    let name = link.get("title").map(|name| plain::cut(&plain::line(name), NAME)).unwrap_or_default();
    let minutes = link.get(markup::MINUTES).and_then(|minutes| minutes.parse().ok());
    Some(say(t, kind, &name, href, minutes))
}

/// What a link to a sound or a film says, where it stands in for a post's page; `None` for other addresses.
pub fn of_file(t: Words, href: &str) -> Option<String> {
    let kind = markup::file_kind(href).filter(|kind| *kind != "document")?;
    Some(say(t, kind, "", href, None))
}

/// The name of a link around a picture that has none.
pub fn name_of_picture_link(t: Words, href: &str) -> String {
    let path = href.split(['?', '#']).next().unwrap_or(href);
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    if PICTURES.iter().any(|known| known.eq_ignore_ascii_case(ending)) {
        return t.say("mail-embed-picture");
    }
    host(href).unwrap_or_else(|| href.split_once(':').map_or(href, |(_, rest)| rest).to_owned())
}

fn say(t: Words, kind: &str, name: &str, href: &str, minutes: Option<u32>) -> String {
    let [plain, named] = match kind {
        "video" => ["mail-embed-video", "mail-embed-video-named"],
        "audio" => ["mail-embed-audio", "mail-embed-audio-named"],
        "map" => ["mail-embed-map", "mail-embed-map-named"],
        "poll" => ["mail-embed-poll", "mail-embed-poll-named"],
        "post" => ["mail-embed-post", "mail-embed-post-named"],
        "document" => ["mail-embed-document", "mail-embed-document-named"],
        _ => ["mail-embed-page", "mail-embed-page-named"],
    };
    let host = host(href).unwrap_or_default();
    let key = if name.is_empty() { plain } else { named };
    let said = t.locale().format(key, &[("name", Value::Text(name)), ("host", Value::Text(&host))]);
    let Some(minutes) = minutes else { return said };
    let number = minutes.to_string();
    t.locale().format("mail-embed-minutes", &[("text", Value::Text(&said)), ("number", Value::Text(&number))])
}
