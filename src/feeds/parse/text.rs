//! Texts of a feed: entities, titles that hold HTML, names of people.
//!
//! In: strings as they stand in a feed. Out: plain text on one line, or HTML made of plain text. A title is plain text
//! from here on: whoever shows it escapes it.

use std::borrow::Cow;

use markup5ever::data::NAMED_ENTITIES;

use super::encoding::windows_1252;

/// Bytes of a text on one line that are looked at; titles and names are shorter.
const LONGEST_LINE: usize = 8192;
/// Longest name of an entity with its `&` and `;`.
const LONGEST_ENTITY: usize = 34;

/// Elements that a title may be dressed with; other `<…>` in a title is text.
const DRESS: &[&str] = &[
    "a", "abbr", "acronym", "b", "big", "br", "cite", "code", "del", "dfn", "div", "em", "font", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "script",
    "small", "span", "strike", "strong", "style", "sub", "sup", "svg", "tt", "u", "ul", "var", "wbr", "iframe",
    "object", "embed",
];

/// Entities of HTML and character references decoded; what is none stays as it stands.
pub fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let window = &rest.as_bytes()[..rest.len().min(LONGEST_ENTITY)];
        let end = memchr::memchr(b';', window).filter(|&end| entity(&rest[1..end], &mut out));
        let taken = end.map_or(1, |end| end + 1);
        if end.is_none() {
            out.push('&');
        }
        rest = &rest[taken..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes what the name between `&` and `;` stands for; false when it stands for nothing.
pub fn entity(name: &str, out: &mut String) -> bool {
    let number = match name.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok(),
        Some(decimal) => decimal.parse().ok(),
        None => return named(name, out),
    };
    let Some(number) = number else { return false };
    match windows_1252(number).or_else(|| char::from_u32(number)) {
        Some(c) if c.is_control() && !c.is_whitespace() => {}
        Some(c) => out.push(c),
        None => out.push(char::REPLACEMENT_CHARACTER),
    }
    true
}

/// The table of the HTML standard, as the cleaner's parser has it (quick-xml 0.42's own has 445 wrong entries).
fn named(name: &str, out: &mut String) -> bool {
    let Some(&(first, second)) = NAMED_ENTITIES.get(&format!("{name};")) else { return false };
    let known = char::from_u32(first).filter(|c| *c != '\0');
    out.extend(known);
    out.extend(char::from_u32(second).filter(|c| *c != '\0'));
    known.is_some()
}

/// Plain text on one line: blanks folded, nothing that could end a line or turn the direction of what follows.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_control() || matches!(c, ' ' | '\u{2028}' | '\u{2029}')) {
        if !word.is_empty() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.extend(word.chars().filter(|c| !matches!(c, '\u{202d}' | '\u{202e}' | '\u{feff}')));
        }
    }
    out
}

/// The text of a title that is, or may be, HTML: dress taken off, entities decoded.
pub fn title_of_html(html: &str) -> String {
    one_line(&decode_entities(&undress(&html[..html.floor_char_boundary(LONGEST_LINE)])))
}

/// Takes tags out of [`DRESS`] off, scripts and styles with what they hold. `1 < 2` and `<video>` stay.
fn undress(html: &str) -> Cow<'_, str> {
    if !html.contains('<') {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        match tag(rest) {
            Some((name, length)) if DRESS.contains(&name.as_str()) => {
                if matches!(name.as_str(), "br" | "p" | "div" | "li") {
                    out.push(' ');
                }
                rest = if name == "script" || name == "style" {
                    past_end(&rest[length..], &name)
                } else {
                    &rest[length..]
                };
            }
            _ => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The lower-case name and the length of the tag that `text` starts with.
fn tag(text: &str) -> Option<(String, usize)> {
    let length = text.find('>')? + 1;
    let inside = text[1..length - 1].trim_start_matches('/');
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    (end > 0).then(|| (inside[..end].to_ascii_lowercase(), length))
}

/// What follows `</name>`; all of it when there is no such end.
fn past_end<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let Some(at) = text.to_ascii_lowercase().find(&end) else { return text };
    text[at..].find('>').map_or("", |close| &text[at + close + 1..])
}

/// Plain text as HTML: escaped, an empty line makes a paragraph, a line break stays one.
pub fn html_of_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").map(str::trim).filter(|p| !p.is_empty());
    paragraphs.flat_map(|p| ["<p>".to_owned(), escape(p).replace('\n', "<br>"), "</p>".to_owned()]).collect()
}

/// `&`, `<`, `>` and `"` escaped.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"))
}

/// A person as RSS writes them: `ana@example.org (Ana)`, `Ana <ana@example.org>`, `Ana`. The name when there is one.
pub fn person(text: &str) -> String {
    let text = title_of_html(text);
    for (open, close) in [('(', ')'), ('<', '>')] {
        let Some((before, inside)) = text.strip_suffix(close).and_then(|t| t.rsplit_once(open)) else { continue };
        let (before, inside) = (before.trim().trim_matches('"'), inside.trim());
        match (before.contains('@'), inside.contains('@')) {
            (true, false) if !inside.is_empty() => return inside.to_owned(),
            (false, true) if !before.is_empty() => return before.to_owned(),
            _ => {}
        }
    }
    text
}

/// At most `limit` characters, cut at a blank where there is one near, with `…`.
pub fn shorten(text: &str, limit: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let head = &text[..text.char_indices().nth(limit.saturating_sub(1)).map_or(cut, |(at, _)| at)];
    let head = match head.rfind(char::is_whitespace) {
        Some(blank) if blank > head.len() / 2 => &head[..blank],
        _ => head,
    };
    format!("{}…", head.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':')))
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
        ] {
            assert_eq!(title_of_html(html), text, "{html}");
        }
    }

    #[test]
    fn people_are_called_by_their_name() {
        for (given, name) in [
            ("ana@example.org (Ana Lys)", "Ana Lys"),
            ("Ana Lys <ana@example.org>", "Ana Lys"),
            ("Ana Lys", "Ana Lys"),
            ("Ana (la grande)", "Ana (la grande)"),
            ("ana@example.org", "ana@example.org"),
        ] {
            assert_eq!(person(given), name);
        }
    }

    #[test]
    fn texts_are_cut_at_words() {
        assert_eq!(shorten("court", 10), "court");
        assert_eq!(shorten("une phrase un peu longue", 15), "une phrase un…");
        assert_eq!(shorten("éééééééééé", 5), "éééé…");
    }
}
