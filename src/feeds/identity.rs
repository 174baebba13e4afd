//! The marks that identify a post: its guid, its canonical address, its folded title.
//!
//! In: the entries of one reading of a feed. Out: an [`Identity`] for each, with only those marks that can be trusted: a guid
//! shared by entries of different days or texts (a fault of some generators), or one address for all entries (the blog's front
//! page), is no mark. Pure. Guids change with the host or from http to https (LeaVerou/blog#18, FreshRSS#5151), addresses with
//! the permalink settings, both with the title; [`super::recognise`] then identifies the post by other means.

use std::collections::{HashMap, HashSet};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::likeness;
use super::parse::{Entry, Feed};
use crate::clock::{DAY, Millis, timestamp};

/// Query parameters that only say where a reader came from.
const CAMPAIGN: &[&str] = &["fbclid", "gclid", "mc_cid", "mc_eid", "xtor", "ref", "source"];

/// The marks of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The guid as stored: the feed's own when it is globally unique, else made unique for the feed, else derived.
    pub guid: String,
    /// See [`url_key`]; `None` when the address does not distinguish posts.
    pub url_key: Option<String>,
    /// The title, folded ([`likeness::fold`]); identifies a post only together with a near date, and may be empty.
    pub title_key: String,
}

/// The canonical form of an address: no scheme, no `www.`, no fragment, no campaign, no final slash.
pub fn url_key(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    let mut key = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = url.port() {
        key.extend([":", &port.to_string()]);
    }
    key.push_str(url.path().trim_end_matches('/'));
    let telling = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        !name.starts_with("utm_") && !CAMPAIGN.contains(&name.as_str())
    };
    let query: Vec<&str> =
        url.query().unwrap_or_default().split('&').filter(|p| !p.is_empty()).filter(telling).collect();
    if !query.is_empty() {
        key.push('?');
        key.push_str(&query.join("&"));
    }
    Some(key)
}

/// Title and day (UTC), from which guids are derived. Empty without a date: many series give each post the same title.
fn titled_day(title: &str, published: Option<Millis>) -> String {
    let Some(published) = published.filter(|_| !title.is_empty()) else { return String::new() };
    let day = timestamp(published).to_zoned(jiff::tz::TimeZone::UTC).date();
    let words: Vec<String> = title.split_whitespace().map(str::to_lowercase).collect();
    format!("{day} {}", words.join(" "))
}

/// A guid for an entry without one: the same texts give the same guid.
pub fn derived(parts: &[&str]) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    format!("derived:{}", URL_SAFE_NO_PAD.encode(&digest(&SHA256, &bytes).as_ref()[..16]))
}

/// The entries of a feed with their identities, in the feed's order; repeated entries appear once.
pub fn of_feed(feed: &Feed, feed_id: i64) -> Vec<(&Entry, Identity)> {
    let marks: Vec<Marks<'_>> = feed.entries.iter().map(Marks::new).collect();
    let site = feed.link.as_deref().and_then(url_key);
    let by_guid = group(&marks, |mark| mark.guid);
    let by_url = group(&marks, |mark| mark.url_key.as_deref());
    let mut found: Vec<(&Entry, Identity)> = Vec::with_capacity(marks.len());
    let mut known = HashSet::new();
    for mark in &marks {
        let guid = mark.guid.filter(|guid| one_post(&by_guid[guid]));
        let url = mark.url_key.as_deref().filter(|key| Some(*key) != site.as_deref());
        let url =
            url.filter(|key| alike(&by_url[key], |m| m.guid.filter(|_| guid.is_some()).unwrap_or(&m.entry.title)));
        let identity = Identity {
            guid: guid.map_or_else(|| mark.derived(url), |guid| in_world(guid, feed_id)),
            url_key: url.map(str::to_owned),
            title_key: likeness::fold(&mark.entry.title),
        };
        if known.insert(identity.guid.clone()) {
            found.push((mark.entry, identity));
        }
    }
    found
}

/// A guid that is an address or a URN is globally unique; `7` identifies a post only within this feed.
fn in_world(guid: &str, feed_id: i64) -> String {
    let names_the_world = guid.contains("://") || guid.starts_with("urn:") || guid.starts_with("tag:");
    if names_the_world { guid.to_owned() } else { format!("feed:{feed_id}:{guid}") }
}

struct Marks<'a> {
    entry: &'a Entry,
    guid: Option<&'a str>,
    url_key: Option<String>,
    titled_day: String,
}

impl<'a> Marks<'a> {
    fn new(entry: &'a Entry) -> Self {
        Self {
            entry,
            guid: entry.id.as_deref().map(str::trim).filter(|guid| !guid.is_empty()),
            url_key: entry.link.as_deref().and_then(url_key),
            titled_day: titled_day(&entry.title, entry.published.or(entry.updated)),
        }
    }

    fn derived(&self, url: Option<&str>) -> String {
        match (url, self.titled_day.as_str()) {
            (Some(url), _) => derived(&[url]),
            (None, "") => derived(&[&self.entry.title, &self.entry.summary.markup, &self.entry.content.markup]),
            (None, title) => derived(&[title, &self.entry.summary.markup, &self.entry.content.markup]),
        }
    }
}

fn group<'m, 'a, K: std::hash::Hash + Eq>(
    marks: &'m [Marks<'a>],
    key: impl Fn(&'m Marks<'a>) -> Option<K>,
) -> HashMap<K, Vec<&'m Marks<'a>>> {
    let mut groups: HashMap<K, Vec<&Marks<'_>>> = HashMap::new();
    for mark in marks {
        if let Some(key) = key(mark) {
            groups.entry(key).or_default().push(mark);
        }
    }
    groups
}

/// Whether entries with the same guid are one repeated post: same address, same day, same text.
fn one_post(group: &[&Marks<'_>]) -> bool {
    let text = |entry: &Entry| (entry.summary.markup.clone(), entry.content.markup.clone());
    alike(group, |m| m.url_key.as_deref().unwrap_or(&m.entry.title))
        && group.windows(2).all(|pair| {
            let (a, b) = (pair[0].entry, pair[1].entry);
            day(a) == day(b) && text(a) == text(b)
        })
}

/// The UTC day that an entry bears.
fn day(entry: &Entry) -> Option<Millis> {
    entry.published.or(entry.updated).map(|at| at.div_euclid(DAY))
}

/// Whether all entries of a group agree in another respect, so that they are one repeated post.
fn alike<'m, 'a>(group: &[&'m Marks<'a>], look: impl Fn(&'m Marks<'a>) -> &'m str) -> bool {
    group.windows(2).all(|pair| look(pair[0]) == look(pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, link: &str, title: &str, day: Option<i64>) -> Entry {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Entry {
            id: some(id),
            link: some(link),
            title: title.into(),
            published: day.map(|d| d * DAY),
            ..Entry::default()
        }
    }

    fn identities(entries: Vec<Entry>) -> Vec<Identity> {
        let link = Some("https://blog.example/".to_owned());
        let feed = Feed { link, entries, whole: true, ..Feed::default() };
        of_feed(&feed, 7).into_iter().map(|(_, identity)| identity).collect()
    }

    #[test]
    fn addresses_have_one_form() {
        for (address, key) in [
            ("https://www.Blog.example/a/?utm_source=rss&p=1#c", "blog.example/a?p=1"),
            ("http://blog.example/a", "blog.example/a"),
            ("https://blog.example:8443/", "blog.example:8443"),
        ] {
            assert_eq!(url_key(address).unwrap(), key);
        }
        assert_eq!(url_key("javascript:alert(1)"), None);
        assert_eq!(url_key("/a"), None);
    }

    #[test]
    fn a_guid_that_names_the_world_is_kept_and_a_number_belongs_to_its_feed() {
        let found = identities(vec![
            entry("https://blog.example/?p=1", "https://blog.example/a", "A", Some(1)),
            entry("2", "https://blog.example/b", "B", None),
        ]);
        assert_eq!(found[0].guid, "https://blog.example/?p=1");
        assert_eq!(found[0].url_key.as_deref(), Some("blog.example/a"));
        assert_eq!(found[0].title_key, "a");
        assert_eq!(found[1].guid, "feed:7:2");
    }

    #[test]
    fn one_guid_for_all_is_none() {
        let found = identities(vec![
            entry("x", "https://blog.example/a", "A", Some(1)),
            entry("x", "https://blog.example/b", "B", Some(1)),
        ]);
        assert_eq!(found.len(), 2);
        assert_ne!(found[0].guid, found[1].guid);
        assert!(found[0].guid.starts_with("derived:"));
        assert_eq!(found[0].url_key.as_deref(), Some("blog.example/a"));
    }

    #[test]
    fn a_guid_of_two_days_or_two_texts_is_none() {
        // As Metalsmith writes them: the guid is the title, and there is no link.
        let bilan = |day| entry("Bilan du mois", "", "Bilan du mois", Some(day));
        let found = identities(vec![bilan(31), bilan(1)]);
        assert_eq!(found.len(), 2);
        let note = |text: &str| {
            let mut note = entry("No title", "", "", Some(1));
            note.summary.markup = text.to_owned();
            note
        };
        assert_eq!(identities(vec![note("a"), note("b"), note("a")]).len(), 2);
    }

    #[test]
    fn one_address_for_all_is_none() {
        let page = "https://blog.example/journal";
        let found = identities(vec![entry("1", page, "A", None), entry("2", page, "B", None)]);
        assert_eq!((found.len(), found[0].url_key.clone()), (2, None));
        let found = identities(vec![entry("", page, "A", Some(1)), entry("", page, "B", Some(2))]);
        assert_eq!((found.len(), found[0].url_key.clone()), (2, None));
        let found = identities(vec![entry("1", "https://blog.example", "A", None)]);
        assert_eq!(found[0].url_key, None, "the front page is no post");
    }

    #[test]
    fn the_same_post_twice_is_given_once() {
        let twice = entry("1", "https://blog.example/a", "A", Some(1));
        assert_eq!(identities(vec![twice.clone(), twice]).len(), 1);
        let bare = entry("", "", "A", None);
        assert_eq!(identities(vec![bare.clone(), bare]).len(), 1);
    }
}
