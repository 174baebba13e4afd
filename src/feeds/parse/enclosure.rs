//! Files attached to an entry: RSS `enclosure`, Atom links of that kind, Media RSS, attachments of JSON Feed.
//!
//! In: an entry's element. Out: what it says about each file; `clean` decides how to show the file. RSS 2.0 "enclosure",
//! RFC 4287 section 4.2.7.2, Media RSS 1.5.1, Apple's podcast namespace.

use super::element::Element;
use super::tree::Ns;
use super::{Enclosure, resolve, text};

/// Files of one entry that are looked at.
pub(super) const MOST: usize = 20;

/// Files of an `item` or `entry`, in the order of the feed.
pub fn of(entry: Element<'_>) -> Vec<Enclosure> {
    let is_enclosure = |link: &Element<'_>| link.attribute("rel").is_some_and(|rel| rel.trim() == "enclosure");
    let links = entry.own_children("link").chain(entry.children_in(Ns::Atom, "link")).filter(is_enclosure);
    let groups = entry.children_in(Ns::Media, "group").filter_map(of_group);
    let media = entry.children_in(Ns::Media, "content").chain(groups);
    let files = entry.own_children("enclosure").chain(links).chain(media).take(MOST);
    let lasts = entry.children_in(Ns::Itunes, "duration").find_map(|duration| seconds(&duration.text()));
    let mut found: Vec<Enclosure> = Vec::new();
    for mut enclosure in files.filter_map(read) {
        if found.iter().all(|known| known.url != enclosure.url) {
            enclosure.seconds = enclosure.seconds.or(lasts.filter(|_| plays(&enclosure.kind)));
            found.push(enclosure);
        }
    }
    found
}

/// A group holds one thing in several forms: its default, else the first that is no picture.
fn of_group(group: Element<'_>) -> Option<Element<'_>> {
    let contents = || group.children_in(Ns::Media, "content").filter(|content| !kind(content).starts_with("image"));
    contents().find(|content| content.attribute("isdefault") == Some("true")).or_else(|| contents().next())
}

fn read(element: Element<'_>) -> Option<Enclosure> {
    let address = element.attribute("url").or_else(|| element.attribute("href"))?;
    let url = resolve(address, element.base().as_ref());
    let title = element.attribute("title").map(text::one_line).filter(|title| !title.is_empty());
    let seconds = element.attribute("duration").and_then(seconds);
    url.starts_with("http").then(|| Enclosure { url, kind: kind(&element), title, seconds })
}

fn kind(element: &Element<'_>) -> String {
    let said = element.attribute("type").filter(|kind| !kind.trim().is_empty()).or_else(|| element.attribute("medium"));
    said.unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether it lasts a time.
fn plays(kind: &str) -> bool {
    kind.is_empty() || kind.starts_with("audio") || kind.starts_with("video")
}

/// A duration as feeds write it: `754`, `754.3`, `12:34`, `1:02:03`; up to a week.
pub fn seconds(duration: &str) -> Option<u32> {
    let mut total = 0.0;
    for part in duration.trim().split(':') {
        let part: f64 = part.trim().parse().ok().filter(|part: &f64| part.is_finite() && *part >= 0.0)?;
        total = total * 60.0 + part;
    }
    (1.0..=604_800.0).contains(&total).then(|| total.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_are_read_as_feeds_write_them() {
        for (text, expected) in [
            ("754", Some(754)),
            ("12:34", Some(754)),
            ("01:02:03", Some(3723)),
            (" 754.4 ", Some(754)),
            ("0", None),
            ("-3", None),
            ("1e9", None),
            ("douze", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
