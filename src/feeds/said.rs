//! The content of an entry as it is stored: cleaned, with a title, a date and an address.
//!
//! In: a parsed entry. Out: a [`Text`]. HTML is cleaned here, and only for posts that are stored. Pure.

use super::parse::text::shorten;
use super::parse::{self, Entry, Html};
use super::sql::Text;
use super::{clean, identity};
use crate::clock::Millis;

/// Characters of a title; longer ones are cut, for they become subjects.
const TITLE: usize = 300;
/// Characters of a title made from the text.
const MADE_TITLE: usize = 80;
/// 1990: an earlier date in a feed means that there is none (it counts from 1970 or from year 1).
pub const EARLIEST: Millis = 631_152_000_000;

/// When it was published, else changed.
pub fn date(entry: &Entry) -> Option<Millis> {
    entry.published.or(entry.updated).filter(|at| *at >= EARLIEST)
}

/// The content of an entry, cleaned.
pub fn text_of(entry: &Entry, feed: &parse::Feed) -> Text {
    let cleaned = |html: &Html| clean::without_echo(&clean::html(&html.markup, html.base.as_ref())).to_owned();
    let web = |address: &&String| address.starts_with("http://") || address.starts_with("https://");
    let (mut summary, mut content) = (cleaned(&entry.summary), cleaned(&entry.content));
    if summary == content {
        summary.clear();
    }
    let enclosed = clean::Enclosed::of(entry, &[&summary, &content]);
    if content.is_empty() { &mut summary } else { &mut content }.push_str(&enclosed.links);
    let url = entry.link.as_ref().filter(web).cloned().or(enclosed.url);
    let image = entry.image.as_ref().filter(web).filter(|address| !clean::is_thumbnail(address)).cloned();
    let picture = || clean::first_picture(if content.is_empty() { &summary } else { &content });
    Text {
        title: title(entry, &summary, &content, url.as_deref(), &feed.title),
        image_url: image.or_else(picture),
        author: entry.author.clone(),
        language: entry.language.clone().or_else(|| feed.language.clone()),
        published_at: date(entry),
        published_day: date(entry).and(entry.day).map(|day| day.to_string()),
        categories: entry.categories.join("\n"),
        url,
        summary,
        content,
    }
}

/// The title, else the first words, else the address: a mail needs a subject.
fn title(entry: &Entry, summary: &str, content: &str, url: Option<&str>, feed_title: &str) -> String {
    if !entry.title.is_empty() {
        return shorten(&entry.title, TITLE);
    }
    let words =
        [summary, content].into_iter().map(|html| clean::excerpt(html, MADE_TITLE)).find(|words| !words.is_empty());
    let address = || url.and_then(identity::url_key).map(|key| shorten(&key, MADE_TITLE));
    let made = words.or_else(address).unwrap_or_else(|| shorten(feed_title, MADE_TITLE));
    if made.is_empty() { "…".to_owned() } else { made }
}
