//! What the words of a digest give away: something that was to be filled in, an attachment that is none, a year that is over, links
//! whose words say nothing.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser, Tag};
use url::Url;

use super::{Check, EACH, Found, Looked, WORDS};
use crate::mails::lint;
use crate::mails::markup::{self, Piece};
use crate::mails::{DigestPost, plain};

/// What programs and people put where something is still to come.
const FILLERS: &[&str] = &["lorem ipsum", "{{", "}}", "*|", "|*", "[insert", "[insérer", "[à compléter", "<insert"];
/// The same as words of their own, in capitals.
const MARKS: &[&str] = &["TK", "TKTK", "TODO", "FIXME", "XXX", "TBD"];
/// What says that something is attached.
const ATTACHED: &[&str] = &[
    "ci-joint",
    "ci-jointe",
    "ci-joints",
    "ci-jointes",
    "pièce jointe",
    "pièces jointes",
    "attached",
    "attachment",
    "attachments",
];
/// Link words that say nothing alone.
const EMPTY_LINKS: &[&str] = &[
    "click here",
    "here",
    "read more",
    "learn more",
    "more",
    "this link",
    "link",
    "cliquez ici",
    "cliquer ici",
    "ici",
    "lire la suite",
    "en savoir plus",
    "plus d'infos",
    "ce lien",
    "lien",
    "voir plus",
];

pub(super) fn check(looked: &Looked<'_>, found: &mut Found) {
    placeholders(looked, found);
    bad_links(looked.intro, found);
    attached(looked, found);
    copyright(looked, found);
    link_words(looked, found);
    let count = plain::line(&looked.mail.text).split_whitespace().count();
    if count < *WORDS.start() {
        found.warn(Check::FewWords { count });
    } else if count > *WORDS.end() {
        found.warn(Check::ManyWords { count });
    }
}

/// The editor's own words in this digest.
fn own<'a>(looked: &'a Looked<'_>) -> impl Iterator<Item = &'a str> {
    let content = looked.content;
    let words = [content.subject.as_deref(), content.preheader.as_deref(), Some(looked.intro)];
    let posts = content.posts.iter().flat_map(|post| [post.own.summary.as_deref(), post.own.alt.as_deref()]);
    words.into_iter().chain(posts).flatten()
}

/// The words of a post that may stand in the mail; without code, in which anything may stand.
pub(super) fn of_post(post: &DigestPost) -> String {
    let mut code = 0_usize;
    let mut pieces = markup::pieces(&post.content);
    pieces.extend(markup::pieces(&post.summary));
    pieces.retain(|piece| {
        let is_code = |name: &str| matches!(name, "code" | "pre" | "kbd" | "samp");
        match piece {
            Piece::Open(element) if is_code(&element.name) => code += 1,
            Piece::Close(name) if is_code(name) => code = code.saturating_sub(1),
            _ => return code == 0,
        }
        false
    });
    markup::text(&pieces)
}

fn placeholders(looked: &Looked<'_>, found: &mut Found) {
    let mut own: Vec<String> = own(looked).filter_map(placeholder).collect();
    own.dedup();
    for words in own.into_iter().take(EACH) {
        found.block(Check::Placeholder { words });
    }
    let in_post = |post: &DigestPost| {
        let words = placeholder(&post.title).or_else(|| placeholder(&of_post(post)))?;
        Some(Check::PlaceholderInPost { words, title: post.title.clone() })
    };
    looked.content.posts.iter().filter_map(in_post).take(EACH).for_each(|check| found.warn(check));
}

/// What was to be filled in, with a few words around it.
fn placeholder(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if let Some(filler) = FILLERS.iter().find(|filler| lower.contains(*filler)) {
        return Some((*filler).to_owned());
    }
    let word = text.split(|char: char| !char.is_alphanumeric()).find(|word| MARKS.contains(word));
    word.map(str::to_owned)
}

/// Addresses in the introduction that cleaning takes away: relative ones, scripts, data.
fn bad_links(intro: &str, found: &mut Found) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let address = |event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.into_string()),
        _ => None,
    };
    let leads = |address: &String| {
        Url::parse(address).is_ok_and(|url| match url.scheme() {
            "http" | "https" => url.has_host(),
            scheme => matches!(scheme, "mailto" | "tel"),
        })
    };
    let bad = Parser::new_ext(intro, options).filter_map(address).filter(|address| !leads(address));
    for address in bad.take(EACH) {
        found.block(Check::BadLink { address: plain::cut(&plain::line(&address), 80) });
    }
}

fn attached(looked: &Looked<'_>, found: &mut Found) {
    let said = |text: &str| {
        let lower = format!(" {} ", text.to_lowercase());
        let alone = |words: &&&str| {
            lower.match_indices(**words).any(|(at, _)| {
                let (before, after) = (lower[..at].chars().next_back(), lower[at + words.len()..].chars().next());
                !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
            })
        };
        ATTACHED.iter().find(alone).map(|words| (*words).to_owned())
    };
    let posts = looked.content.posts.iter().map(of_post).collect::<Vec<_>>();
    if let Some(words) = own(looked).chain(posts.iter().map(String::as_str)).find_map(said) {
        found.warn(Check::Attached { words });
    }
}

/// A year behind © in the footer or the introduction; a range counts by its end.
fn copyright(looked: &Looked<'_>, found: &mut Found) {
    for text in [looked.postal, looked.intro] {
        let Some((_, after)) = text.split_once('©') else { continue };
        let line = after.lines().next().unwrap_or_default();
        let years = line.split(|char: char| !char.is_ascii_digit()).filter_map(|part| part.parse::<i16>().ok());
        let last = years.filter(|year| (1900..=2200).contains(year)).max();
        if let Some(year) = last.filter(|year| *year < looked.today.year()) {
            found.warn(Check::OldCopyright { year: year.to_string() });
        }
    }
}

/// Links of the editor and of posts, not those that every mail has.
fn link_words(looked: &Looked<'_>, found: &mut Found) {
    let intro = looked.content.intro.as_deref().unwrap_or_default();
    let sources = looked.content.posts.iter().map(|post| post.content.as_str()).chain([intro]);
    let (mut empty, mut hidden) = (BTreeMap::<String, usize>::new(), BTreeSet::<String>::new());
    for (href, shown) in sources.flat_map(links) {
        let words = plain::line(&shown).to_lowercase().replace('’', "'");
        let words = words.trim_matches(|char: char| !char.is_alphanumeric());
        if EMPTY_LINKS.contains(&words) {
            *empty.entry(words.to_owned()).or_default() += 1;
        }
        let host = Url::parse(&href).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        if lint::is_shortener(&host) {
            hidden.insert(host);
        }
    }
    for (words, count) in empty.into_iter().take(EACH) {
        found.warn(Check::LinkWords { words, count });
    }
    for host in hidden.into_iter().take(EACH) {
        found.warn(Check::Shortener { host });
    }
}

/// The links of some HTML: address and words.
fn links(html: &str) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for piece in markup::pieces(html) {
        match piece {
            Piece::Open(element) if element.name == "a" => {
                open = element.get("href").is_some();
                links.extend(element.get("href").map(|href| (href.to_owned(), String::new())));
            }
            Piece::Close(name) if name == "a" => open = false,
            Piece::Text(text) if open => {
                if let Some((_, shown)) = links.last_mut() {
                    shown.push_str(&text);
                }
            }
            _ => {}
        }
    }
    links
}
