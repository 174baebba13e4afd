//! Texts of a feed: entities, names of people.
//!
//! In: strings as they stand in a feed. Out: plain text on one line, or HTML made of plain text. Titles: `title`.

use std::borrow::Cow;

use markup5ever::data::NAMED_ENTITIES;

use super::encoding::windows_1252;
use super::title;

/// Longest name of an entity with its `&` and `;`.
const LONGEST_ENTITY: usize = 34;

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
    let text = title::of_html(text);
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
