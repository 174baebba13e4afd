//! Reads what an element plays: its address, its name, its poster.
//!
//! In: a frame, a player, or an element that scripts would make one of, and what stands inside it. Out: an [`Embed`], or `None`
//! when it plays nothing that has an address.

use url::Url;

use super::place::{self, Place};
use super::{Embed, Kind, NAME};
use crate::feeds::clean::picture::absolute;
use crate::feeds::clean::pieces::pixels;
use crate::feeds::parse::text::{one_line, shorten};
use crate::markup::{Element, Piece};

/// Names that players give themselves.
const NAMELESS: &[&str] = &[
    "youtube video player",
    "youtube video",
    "youtube",
    "vimeo video player",
    "vimeo",
    "vimeo player",
    "dailymotion video player",
    "dailymotion",
    "video player",
    "video",
    "vidéo",
    "vidéo youtube",
    "video embed",
    "embedded content",
    "embedded video",
    "embed",
    "iframe",
    "player",
    "audio player",
    "lecteur audio",
    "lecteur vidéo",
    "lecteur",
    "soundcloud",
    "spotify",
    "map",
    "carte",
    "maps",
    "google maps",
    "google map",
    "openstreetmap",
    "contenu embarqué",
    "contenu intégré",
    "untitled",
    "no title",
    "html",
];

/// Elements and the service whose film they name by an id: of AMP, of facades, of consent plugins.
const SERVICES: &[(&str, &str)] = &[
    ("youtube", "https://www.youtube.com/watch?v="),
    ("vimeo", "https://vimeo.com/"),
    ("dailymotion", "https://www.dailymotion.com/video/"),
];

/// Attributes that hold such an id.
const IDS: &[&str] = &["videoid", "data-videoid", "video-id", "data-video-id", "data-youtube-id", "data-vimeo-id"];

/// What a frame shows, or an `object` or `embed` that is not a picture.
pub fn frame(element: &Element, base: Option<&Url>) -> Option<Embed> {
    if hidden(element) || has_class(element, &["wp-block-file__embed"]) {
        return None;
    }
    let url = address(element, base)?;
    let mut place = place::of_frame(&url)?;
    let typed = element.get("type").and_then(Kind::of_type);
    if let (Kind::Page, Some(kind)) = (place.kind, typed) {
        place.kind = kind;
    }
    if url.path().to_ascii_lowercase().ends_with(".swf") {
        return None;
    }
    Some(Embed::new(place, name(element)))
}

/// What a `video` or `audio` plays; `inside`: its sources and the words for programs that do not know it.
pub fn media(element: &Element, inside: &[Piece], base: Option<&Url>) -> Option<Embed> {
    let sources = || {
        let sources = inside.iter().filter_map(|piece| match piece {
            Piece::Open(source) if source.name == "source" => address(source, base),
            _ => None,
        });
        let sources: Vec<Url> = sources.collect();
        // What plays everywhere, before what only some programs play.
        let plain = |url: &&Url| [".mp4", ".mp3"].iter().any(|end| url.path().to_ascii_lowercase().ends_with(end));
        sources.iter().find(plain).or(sources.first()).cloned()
    };
    let url = address(element, base).or_else(sources)?;
    let video = element.name.ends_with("video");
    let place = match place::of_frame(&url)? {
        place if matches!(place.kind, Kind::Video | Kind::Audio) && place.address != url.as_str() => place,
        _ => Place { kind: if video { Kind::Video } else { Kind::Audio }, address: url.into() },
    };
    let poster = ["poster", "data-poster"].iter().find_map(|key| absolute(element.get(key)?, base));
    let size = ["width", "height"].map(|side| element.get(side).and_then(pixels).filter(|pixels| *pixels > 2));
    Some(Embed { poster: poster.map(|poster| (poster, size)), ..Embed::new(place, name(element)) })
}

/// What an element stands for that only a script would make a player of.
pub fn scripted(element: &Element, base: Option<&Url>) -> Option<Embed> {
    let embed = |url: &Url| Some(Embed::new(place::of_frame(url)?, name(element)));
    let told = |key: &str| absolute(element.get(key)?, base).and_then(|address| Url::parse(&address).ok());
    match element.name.as_str() {
        "oembed" => return embed(&told("url")?),
        "amp-twitter" => {
            return embed(&Url::parse("https://twitter.com/i/status/").ok()?.join(id(element, "data-tweetid")?).ok()?);
        }
        "amp-instagram" => {
            return embed(&Url::parse("https://www.instagram.com/p/").ok()?.join(id(element, "data-shortcode")?).ok()?);
        }
        "amp-facebook" => return embed(&told("data-href")?),
        "script" => return gist(&told("src")?).as_ref().and_then(embed),
        _ if has_class(element, &["fb-post", "fb-video"]) => return embed(&told("data-href")?),
        _ => {}
    }
    let named = |service: &str| {
        element.name.contains(service)
            || element.get("class").is_some_and(|class| class.to_ascii_lowercase().contains(service))
    };
    let (_, start) = SERVICES.iter().find(|(service, _)| named(service))?;
    let id = IDS.iter().find_map(|key| id(element, key))?;
    embed(&Url::parse(&format!("{start}{id}")).ok()?)
}

/// A value that is nothing but letters, digits, `-` and `_`.
fn id<'a>(element: &'a Element, key: &str) -> Option<&'a str> {
    let id = element.get(key)?.trim();
    let fits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    fits.then_some(id)
}

/// The page of code that a script of GitHub would show.
fn gist(script: &Url) -> Option<Url> {
    let path = script.path().strip_suffix(".js").filter(|_| script.host_str() == Some("gist.github.com"))?;
    let mut page = script.clone();
    page.set_path(path);
    page.set_query(None);
    Some(page)
}

/// The address that it plays: `src`, `data`, or an attribute of lazy loading or consent that holds the address for the time being.
fn address(element: &Element, base: Option<&Url>) -> Option<Url> {
    let usual = ["src", "data"].iter().find_map(|key| absolute(element.get(key)?, base));
    let waiting = || {
        let holds =
            |key: &str| (key.contains("src") && !key.contains("srcset") && key != "srcdoc") || key == "data-url";
        element.attributes.iter().filter(|(key, _)| holds(key)).find_map(|(_, value)| absolute(value, base))
    };
    usual.or_else(waiting).and_then(|address| Url::parse(&address).ok())
}

/// What the post calls it.
fn name(element: &Element) -> Option<String> {
    let given = ["title", "aria-label", "data-title", "playlabel"].iter().find_map(|key| {
        let name = one_line(element.get(key)?);
        let known = name.to_lowercase();
        (!name.is_empty() && !NAMELESS.contains(&known.as_str()) && !known.starts_with("http")).then_some(name)
    })?;
    Some(shorten(&given, NAME))
}

/// Whether the element is not meant to be seen: a counter, or the twin of a quotation that WordPress hides.
fn hidden(element: &Element) -> bool {
    let dot = |side: &str| element.get(side).and_then(pixels).is_some_and(|pixels| pixels <= 2);
    let style: String = element.get("style").unwrap_or_default().to_ascii_lowercase().split_whitespace().collect();
    let styled = ["display:none", "visibility:hidden", "width:0", "height:0", "width:1px", "height:1px"];
    let styled = styled.iter().any(|hides| style.split(';').any(|rule| rule == *hides || rule == format!("{hides}px")));
    element.get("hidden").is_some() || dot("width") || dot("height") || styled
}

/// Whether it has one of these classes.
pub fn has_class(element: &Element, classes: &[&str]) -> bool {
    element.get("class").is_some_and(|class| class.split_whitespace().any(|word| classes.contains(&word)))
}
