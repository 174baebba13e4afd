//! Files attached to an entry beside its text: the sound of an episode, a video, a file.
//!
//! In: an [`Entry`] and its cleaned text. Out: an [`Enclosed`]: links to what the text does not name already, in the same form as
//! players in the text ([`crate::markup`]), and the address of an entry that has no page of its own.

use url::Url;

use super::embeds::{Embed, Kind, Place, of_frame};
use crate::feeds::parse::text::escape;
use crate::feeds::parse::{Enclosure, Entry};

/// Most links of one entry.
const MOST: usize = 5;

/// What an entry has beside its text.
#[derive(Debug, Default)]
pub struct Enclosed {
    /// The address that replaces the entry's page when it has none: the first sound or video.
    pub url: Option<String>,
    /// The others: cleaned HTML for the end of the text; may be empty.
    pub links: String,
}

impl Enclosed {
    /// `text`: all that the entry says, cleaned.
    pub fn of(entry: &Entry, text: &[&str]) -> Self {
        let mut enclosed = Self::default();
        let mut found: Vec<(Place, &Enclosure)> = Vec::new();
        for enclosure in &entry.enclosures {
            let Some(place) =
                place(enclosure).filter(|place| found.iter().all(|(known, _)| known.address != place.address))
            else {
                continue;
            };
            found.push((place, enclosure));
        }
        if entry.link.is_none() {
            let plays = found.iter().position(|(place, _)| matches!(place.kind, Kind::Audio | Kind::Video));
            enclosed.url = plays.map(|at| found[at].0.address.clone());
        }
        let page = entry.link.as_ref().or(enclosed.url.as_ref()).map(|link| bare(link));
        let named = |place: &Place| {
            let bare = bare(&place.address);
            page == Some(bare) || text.iter().any(|text| text.contains(&*escape(bare)))
        };
        let links = found.iter().filter(|(place, _)| !named(place)).take(MOST);
        let links = links.map(|(place, enclosure)| {
            let minutes = enclosure.seconds.map(|seconds| seconds.div_ceil(60)).filter(|minutes| *minutes > 0);
            Embed { minutes, ..Embed::new(place.clone(), enclosure.title.clone()) }
        });
        let mut html = String::new();
        for link in links {
            html.push_str("<figure>");
            link.write(&mut html);
            html.push_str("</figure>");
        }
        enclosed.links = if html.is_empty() { html } else { super::html(&html, None) };
        enclosed
    }
}

/// The page to hear or see it; `None` for pictures, and for files that nobody can open.
fn place(enclosure: &Enclosure) -> Option<Place> {
    let url =
        Url::parse(&enclosure.url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
    let known = Kind::of_type(&enclosure.kind).or_else(|| Kind::of_file(url.as_str()));
    match known {
        Some(kind) if !enclosure.kind.starts_with("image") => Some(Place { kind, address: url.into() }),
        // Media RSS names the player of a service.
        None if !enclosure.kind.starts_with("image") => of_frame(&url).filter(|place| place.address != url.as_str()),
        _ => None,
    }
}

/// Without scheme and query, which differ between links to the same file.
fn bare(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    if crate::markup::file_kind(address).is_some() { bare.split('?').next().unwrap_or(bare) } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enclosure(url: &str, kind: &str) -> Enclosure {
        Enclosure { url: url.to_owned(), kind: kind.to_owned(), title: None, seconds: Some(754) }
    }

    fn links(link: Option<&str>, enclosures: Vec<Enclosure>, text: &str) -> (Option<String>, usize, String) {
        let entry = Entry { link: link.map(str::to_owned), enclosures, ..Entry::default() };
        let enclosed = Enclosed::of(&entry, &[text]);
        (enclosed.url, enclosed.links.matches("<a ").count(), enclosed.links)
    }

    #[test]
    fn an_episode_is_linked_once() {
        let sound = || enclosure("https://b.example/e3.mp3?s=1", "audio/mpeg");
        let page = Some("https://b.example/3");
        let (url, count, html) = links(page, vec![sound(), sound()], "<p>Bonjour</p>");
        assert_eq!((url, count), (None, 1));
        assert!(html.contains("data-embed=\"audio\" data-minutes=\"13\""), "{html}");
        assert_eq!(links(page, vec![sound()], "<a href=\"http://b.example/e3.mp3\">ici</a>").1, 0);
        let (url, count, _) = links(None, vec![sound(), enclosure("https://b.example/e3.pdf", "")], "");
        assert_eq!((url.as_deref(), count), (Some("https://b.example/e3.mp3?s=1"), 1));
    }

    #[test]
    fn only_what_can_be_opened_is_linked() {
        for (url, kind, count) in [
            ("https://b.example/r.pdf", "application/pdf", 1),
            ("https://b.example/x", "video/mp4", 1),
            ("https://b.example/f.webm", "", 1),
            ("https://www.youtube.com/v/a1?version=3", "application/x-shockwave-flash", 1),
            ("https://b.example/i.png", "image/png", 0),
            ("https://b.example/i", "application/octet-stream", 0),
            ("javascript:x.mp3", "audio/mpeg", 0),
        ] {
            assert_eq!(links(Some("https://b.example/"), vec![enclosure(url, kind)], "").1, count, "{url}");
        }
        let film = enclosure("https://www.youtube.com/v/a1?version=3", "application/x-shockwave-flash");
        assert_eq!(links(Some("https://www.youtube.com/watch?v=a1"), vec![film], "").1, 0);
    }
}
