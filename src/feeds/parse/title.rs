//! Titles of a feed: HTML, text that may be HTML, or what a library wrote because there was no title → plain text.
//!
//! In: strings from a feed. Out: plain text on one line, to be escaped where it is shown. Formatting tags (`<em>…</em>`) are removed;
//! `<…>` that belongs to the words (`Vec<T>`, `1 < 2`, `<video>`) stays.

use std::borrow::Cow;
use std::collections::HashMap;

use super::text::{decode_entities, one_line};

/// Bytes of a text on one line that are looked at; titles and names are shorter.
const LONGEST_LINE: usize = 8192;

/// How often a title may have been escaped once too often.
const MOST_LAYERS: usize = 3;

/// Elements that a title may be dressed with; other `<…>` in a title is text.
const DRESS: &[&str] = &[
    "a", "abbr", "acronym", "b", "big", "br", "cite", "code", "del", "dfn", "div", "em", "font", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "script",
    "small", "span", "strike", "strong", "style", "sub", "sup", "svg", "tt", "u", "ul", "var", "wbr", "iframe",
    "object", "embed",
];

/// Those among them that have no end.
const VOID: &[&str] = &["br", "embed", "hr", "img", "wbr"];

/// What libraries and blogs write for a title that is not there.
const NO_TITLE: &[&str] = &[
    "no title",
    "untitled",
    "untitled post",
    "sans titre",
    "article sans titre",
    "pas de titre",
    "ohne titel",
    "kein titel",
    "sin título",
    "sin titulo",
    "senza titolo",
    "sem título",
    "sem titulo",
    "geen titel",
    "undefined",
    "null",
];

/// The text of a title that is, or may be, HTML: dress taken off, entities decoded.
pub fn of_html(html: &str) -> String {
    let text = decode_entities(&undress(head(html), true)).into_owned();
    of_text(&text)
}

/// The text of a title that says it is text: many programs put HTML there, or escape once too often. A tag goes when its
/// end is there too; an entity is decoded until none is left.
pub fn of_text(text: &str) -> String {
    let mut text = Cow::Borrowed(head(text));
    for _ in 0..MOST_LAYERS {
        let bare = decode_entities(&undress(&text, false)).into_owned();
        if bare == *text {
            break;
        }
        text = Cow::Owned(bare);
    }
    one_line(&text)
}

fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_LINE)]
}

/// Whether it only says that there is no title.
fn is_none(title: &str) -> bool {
    let bare = title.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let dashes = title.chars().all(|c| matches!(c, '.' | '…' | '-' | '–' | '—' | '_' | ' '));
    dashes || NO_TITLE.contains(&bare.as_str())
}

/// The first of an entry's titles that says something; empty when there is none.
pub fn first(mut titles: impl Iterator<Item = String>) -> String {
    titles.find(|title| !is_none(title)).unwrap_or_default()
}

/// Takes tags out of [`DRESS`] off, scripts and styles with what they hold. `1 < 2`, `<video>` and `Vec<S>` stay.
/// `markup`: it is HTML, so a tag whose end is missing is one too, unless it is glued to a word.
fn undress(html: &str, markup: bool) -> Cow<'_, str> {
    if !html.contains('<') {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    let mut ends = ends(html);
    // How many of each name are open and will be closed.
    let mut open: HashMap<String, usize> = HashMap::new();
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((_, after)) = rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
            rest = after;
            continue;
        }
        let Some(tag) = Tag::read(rest).filter(|tag| DRESS.contains(&tag.name.as_str())) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        let closed = ends.get(&tag.name).copied().unwrap_or_default();
        let opened = open.entry(tag.name.clone()).or_default();
        let glued = out.ends_with(|c: char| c.is_alphanumeric());
        let is_dress = if tag.end {
            *opened > 0 || markup
        } else {
            let paired = VOID.contains(&tag.name.as_str()) || closed > *opened;
            paired || (markup && (tag.attributes || !glued))
        };
        if tag.end {
            ends.entry(tag.name.clone()).and_modify(|count| *count = count.saturating_sub(1));
            *opened = opened.saturating_sub(1);
        } else if is_dress && closed > *opened {
            *opened += 1;
        }
        if !is_dress {
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        if matches!(tag.name.as_str(), "br" | "p" | "div" | "li") {
            out.push(' ');
        }
        rest = &rest[tag.length..];
        if !tag.end && matches!(tag.name.as_str(), "script" | "style") {
            rest = past_end(rest, &tag.name);
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// How many ends of each element of [`DRESS`] there are.
fn ends(html: &str) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    for (at, _) in html.match_indices("</") {
        if let Some(tag) = Tag::read(&html[at..]) {
            *found.entry(tag.name).or_default() += 1;
        }
    }
    found
}

struct Tag {
    /// Lower case.
    name: String,
    length: usize,
    end: bool,
    attributes: bool,
}

impl Tag {
    /// The tag that `text` starts with.
    fn read(text: &str) -> Option<Self> {
        let length = text.find('>')? + 1;
        let inside = &text[1..length - 1];
        let bare = inside.strip_prefix('/').unwrap_or(inside);
        let end = bare.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(bare.len());
        let after = bare[end..].trim_end_matches('/');
        let is_name = end > 0 && (after.is_empty() || after.starts_with(char::is_whitespace));
        is_name.then(|| Self {
            name: bare[..end].to_ascii_lowercase(),
            length,
            end: bare.len() < inside.len(),
            attributes: after.contains('='),
        })
    }
}

/// What follows `</name>`; all of it when there is no such end.
fn past_end<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let Some(at) = text.to_ascii_lowercase().find(&end) else { return text };
    text[at..].find('>').map_or("", |close| &text[at + close + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_their_dress_and_keep_their_words() {
        for (html, text) in [
            ("A &amp; B", "A & B"),
            ("l&#8217;&eacute;t&eacute; &#146;", "l’été ’"),
            ("<b>Gras</b> et <i class=\"x\">penché</i>", "Gras et penché"),
            ("1 < 2 et 3 > 2", "1 < 2 et 3 > 2"),
            ("La balise <video>", "La balise <video>"),
            ("Titre <script>alert(1)</script>!", "Titre !"),
            ("un\r\nBcc: deux", "un Bcc: deux"),
            ("?a=1&copy=2;x", "?a=1&copy=2;x"),
            ("Fish & Chips", "Fish & Chips"),
            ("a<br>b", "a b"),
            ("<p>coupé", "coupé"),
            ("De Vec<S> à Box<I>", "De Vec<S> à Box<I>"),
            ("Trait<A, B> en Rust", "Trait<A, B> en Rust"),
            ("<em>un</em> <em>deux</em>", "un deux"),
            ("fin</b>", "fin"),
        ] {
            assert_eq!(of_html(html), text, "{html}");
        }
    }

    #[test]
    fn a_text_that_holds_markup_is_read_as_what_was_meant() {
        for (given, text) in [
            ("L&apos;heure a changé", "L'heure a changé"),
            ("L&amp;#39;heure", "L'heure"),
            ("Tom &amp; Jérôme", "Tom & Jérôme"),
            ("l'<em>hiver</em> & l'été", "l'hiver & l'été"),
            ("l'&lt;em&gt;hiver&lt;/em&gt;", "l'hiver"),
            ("a < b et c > d", "a < b et c > d"),
            ("Les bornes de <T> et de Vec<T>", "Les bornes de <T> et de Vec<T>"),
            ("La balise <em>", "La balise <em>"),
            ("Vec<B> contre Vec<U>", "Vec<B> contre Vec<U>"),
            ("un<br/>deux", "un deux"),
            ("Q&R ; R&D", "Q&R ; R&D"),
            ("100 %", "100 %"),
        ] {
            assert_eq!(of_text(given), text, "{given}");
        }
    }

    #[test]
    fn what_stands_for_no_title_is_none() {
        for none in ["No title", "(no title)", "Untitled", "(Sans titre)", "[Untitled]", "…", "sans titre."] {
            assert!(is_none(none), "{none}");
        }
        for title in ["Sans titre de transport", "Nullité", "Untitled (1982)", "42", "夏", "🎉", "?!"] {
            assert!(!is_none(title), "{title}");
        }
    }

    proptest::proptest! {
        #[test]
        fn plain_words_stay_as_they_are(words in "[a-zé]{1,6}( [a-zé]{1,6}){0,5}") {
            proptest::prop_assert_eq!(of_html(&words), words.clone());
            proptest::prop_assert_eq!(of_text(&words), words);
        }
    }
}
