//! Reads well-formed HTML piece by piece, for questions that need no tree: its words, its first picture.
//!
//! In: HTML as `ammonia` writes it (attributes in double quotes, `<` escaped in texts). From other HTML it still gets the words, less
//! exactly.

use std::borrow::Cow;

use super::srcset::width_in_name;
use crate::feeds::parse::text::{decode_entities, one_line, shorten};

/// Pixels of width below which a picture is an icon or a smiley.
const SMALL: u32 = 120;
/// Pixels of width below which a smaller copy would be blown up at the top of a mail.
const LEAD: u32 = 400;

/// A piece of well-formed HTML, as `ammonia` writes it.
pub enum Piece<'a> {
    Text(&'a str),
    Start { name: &'a str, attributes: &'a str },
    End { name: &'a str },
}

/// The pieces of HTML in their order.
pub struct Pieces<'a>(pub &'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.0;
        if rest.is_empty() {
            return None;
        }
        let Some(inside) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            self.0 = &rest[end..];
            return Some(Piece::Text(&rest[..end]));
        };
        let end = end_of_tag(inside);
        self.0 = inside.get(end + 1..).unwrap_or_default();
        let inside = &inside[..end];
        if let Some(name) = inside.strip_prefix('/') {
            return Some(Piece::End { name });
        }
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        Some(Piece::Start { name, attributes })
    }
}

/// Where the `>` stands that is not inside quotes.
fn end_of_tag(inside: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at,
            _ => {}
        }
    }
    inside.len()
}

/// `name="value"` pairs, values decoded.
pub fn attributes(text: &str) -> Vec<(&str, Cow<'_, str>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else { break };
        found.push((name.trim(), decode_entities(value)));
        rest = after;
    }
    found
}

/// `120` or `120px`; a share such as `50%` says nothing about pixels.
pub fn pixels(value: &str) -> Option<u32> {
    value.trim_end_matches("px").trim().parse().ok()
}

/// The words of HTML on one line.
pub fn text(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len());
    for piece in Pieces(markup) {
        match piece {
            Piece::Text(text) => out.push_str(&decode_entities(text)),
            Piece::Start { name, .. } | Piece::End { name } => {
                if !INLINE.contains(&name) {
                    out.push(' ');
                }
            }
        }
    }
    one_line(&out)
}

/// Whether the name of a picture says that it is a copy too small for the top of a mail.
pub fn is_thumbnail(address: &str) -> bool {
    width_in_name(address).is_some_and(|width| width < LEAD)
}

/// The address of the first picture of cleaned HTML that is not said to be small.
pub fn first_picture(markup: &str) -> Option<String> {
    Pieces(markup).find_map(|piece| {
        let Piece::Start { name: "img", attributes: text } = piece else { return None };
        let attributes = attributes(text);
        let value = |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let side = |name: &str| value(name).and_then(|side| pixels(&side));
        let small = side("width").or(side("height")).is_some_and(|side| side < SMALL);
        value("src").filter(|address| !small && !is_thumbnail(address))
    })
}

/// At most `limit` characters of the words of HTML, cut at a word.
pub fn excerpt(markup: &str, limit: usize) -> String {
    shorten(&text(markup), limit)
}

/// Elements that do not separate words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "u", "var",
];
