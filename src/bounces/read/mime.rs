//! A mail's parts (RFC 2046), as far as a report needs them: flat, in order, without what our own returned mail holds.
//!
//! In: bytes. Out: [`Mail`]. Own code, as `mail-parser` decodes all that is enclosed; it gives the decoders and `Content-Type`. At
//! most [`MAX_PARTS`] parts, [`MAX_DEPTH`] levels deep; what is enclosed as a message stays bytes.

use std::borrow::Cow;
use std::cell::OnceCell;

use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};

use super::fields::Fields;
use super::text::{decoded, in_charset, of_html};

/// Levels of multipart in multipart.
const MAX_DEPTH: usize = 8;
/// Parts of a mail.
const MAX_PARTS: usize = 64;
/// Bytes of a part that are decoded.
const MAX_CONTENT: usize = 128 << 10;

/// A part that holds no other parts.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// `text/plain`, in lower case.
    pub(super) kind: String,
    /// Its own head.
    pub(super) fields: Fields<'a>,
    charset: Option<String>,
    body: &'a [u8],
}

impl Part<'_> {
    /// Its content without transfer encoding, at most [`MAX_CONTENT`] bytes of it.
    pub(super) fn content(&self) -> Cow<'_, [u8]> {
        let body = &self.body[..self.body.len().min(MAX_CONTENT)];
        match self.fields.get("content-transfer-encoding") {
            Some(encoding) => decoded(body, &encoding.trim().to_ascii_lowercase()),
            None => Cow::Borrowed(body),
        }
    }

    /// All of its content without transfer encoding: of what is attached to be unpacked.
    pub(super) fn whole(&self) -> Cow<'_, [u8]> {
        match self.fields.get("content-transfer-encoding") {
            Some(encoding) => decoded(self.body, &encoding.trim().to_ascii_lowercase()),
            None => Cow::Borrowed(self.body),
        }
    }

    /// Its words; HTML without its tags.
    pub(super) fn text(&self) -> String {
        let text = in_charset(&self.content(), self.charset.as_deref());
        if self.kind == "text/html" { of_html(&text) } else { text }
    }

    /// Our own mail, or its head.
    pub(super) fn encloses(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "message/rfc822"
                | "message/global"
                | "text/rfc822-headers"
                | "text/rfc822-header"
                | "message/rfc822-headers"
                | "message/global-headers"
                | "message/partial"
        )
    }
}

/// A mail.
#[derive(Debug)]
pub(super) struct Mail<'a> {
    /// Its head.
    pub(super) head: Fields<'a>,
    /// Its parts; at least one.
    pub(super) parts: Vec<Part<'a>>,
    text: OnceCell<String>,
}

impl<'a> Mail<'a> {
    /// Splits it.
    pub(super) fn split(bytes: &'a [u8]) -> Self {
        let bytes = bytes.trim_ascii_start();
        let (head, body) = Fields::parse(bytes);
        let mut parts = Vec::new();
        descend(Fields::parse(bytes).0, body, 0, &mut parts);
        Self { head, parts, text: OnceCell::new() }
    }

    /// The first part of one of these types.
    pub(super) fn part(&self, kinds: &[&str]) -> Option<&Part<'a>> {
        self.parts.iter().find(|part| kinds.contains(&part.kind.as_str()))
    }

    /// What people read of it: its plain texts, else its HTML.
    pub(super) fn text(&self) -> &str {
        let shown = |kind: &str| {
            let texts = self.parts.iter().filter(|part| part.kind == kind).map(Part::text);
            texts.collect::<Vec<_>>().join("\n")
        };
        self.text.get_or_init(|| {
            let plain = shown("text/plain");
            if plain.trim().is_empty() { shown("text/html") } else { plain }
        })
    }
}

fn descend<'a>(fields: Fields<'a>, body: &'a [u8], depth: usize, parts: &mut Vec<Part<'a>>) {
    let content = content_type(&fields);
    let attribute = |name: &str| content.as_ref().and_then(|content| content.attribute(name)).map(str::to_owned);
    let kind = kind_of(&fields);
    if kind.starts_with("multipart/")
        && depth < MAX_DEPTH
        && let Some(boundary) = attribute("boundary").filter(|boundary| !boundary.is_empty())
    {
        let sections = sections(body, boundary.as_bytes(), MAX_PARTS - parts.len().min(MAX_PARTS));
        if !sections.is_empty() {
            for section in sections {
                let (fields, body) = Fields::parse(section);
                descend(fields, body, depth + 1, parts);
            }
            return;
        }
    }
    if parts.len() < MAX_PARTS {
        let kind = if kind.starts_with("multipart/") { "text/plain".to_owned() } else { kind };
        parts.push(Part { kind, charset: attribute("charset"), fields, body });
    }
}

/// The type alone, which is read where the rest cannot be.
fn kind_of(fields: &Fields<'_>) -> String {
    let value = fields.get("content-type").unwrap_or_default();
    let kind = value.split(|c: char| c == ';' || c.is_whitespace()).find(|word| !word.is_empty()).unwrap_or_default();
    if kind.contains('/') { kind.to_ascii_lowercase() } else { "text/plain".to_owned() }
}

fn content_type(fields: &Fields<'_>) -> Option<ContentType<'static>> {
    let line = format!("{}\n", fields.get("content-type")?);
    match MessageStream::new(line.as_bytes()).parse_content_type().into_owned() {
        HeaderValue::ContentType(content) => Some(content),
        _ => None,
    }
}

/// What stands between the lines of a boundary (RFC 2046 section 5.1.1), at most `most`; the last one may lack its end.
fn sections<'a>(body: &'a [u8], boundary: &[u8], most: usize) -> Vec<&'a [u8]> {
    let delimiter = [b"--", boundary].concat();
    let (mut found, mut from) = (Vec::new(), None);
    for at in memchr::memmem::find_iter(body, &delimiter) {
        let begins = at == 0 || body[at - 1] == b'\n';
        let behind = &body[at + delimiter.len()..];
        let line = memchr::memchr(b'\n', behind).map_or(behind, |end| &behind[..end]);
        let closes = line.starts_with(b"--");
        if !begins || !(closes || line.trim_ascii().is_empty()) {
            continue;
        }
        if let Some(from) = from.take() {
            found.push(without_last_break(&body[from..at]));
        }
        if closes || found.len() >= most {
            return found;
        }
        from = Some((at + delimiter.len() + line.len() + 1).min(body.len()));
    }
    found.extend(from.map(|from| &body[from..]));
    found
}

/// The line break before a boundary belongs to the boundary.
fn without_last_break(section: &[u8]) -> &[u8] {
    let section = section.strip_suffix(b"\n").unwrap_or(section);
    section.strip_suffix(b"\r").unwrap_or(section)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn parts_are_found_and_what_is_enclosed_stays_shut() {
        let mail = b"Content-Type: multipart/report; boundary=\"a b\"\r\n\r\npreamble\r\n--a b\r\n\r\nhello\r\n--a b \r\n\
            Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--a b--\r\nend";
        let mail = Mail::split(mail);
        let kinds: Vec<_> = mail.parts.iter().map(|part| part.kind.as_str()).collect();
        assert_eq!(kinds, ["text/plain", "message/rfc822"]);
        assert_eq!(mail.text(), "hello");
        assert!(mail.parts[1].encloses());
    }

    #[test]
    fn a_boundary_that_never_comes_leaves_text() {
        let mail = Mail::split(b"Content-Type: multipart/mixed; boundary=a\n\nonly words\n");
        assert_eq!((mail.parts.len(), mail.text()), (1, "only words\n"));
    }

    #[test]
    fn levels_and_parts_are_bounded() {
        let mut deep = String::new();
        for level in 0..1000 {
            let _ = write!(deep, "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
        }
        assert!(Mail::split(deep.as_bytes()).parts.len() <= MAX_PARTS);
        let wide = [b"Content-Type: multipart/mixed; boundary=b\n\n".to_vec(), b"--b\n\nx\n".repeat(10_000)].concat();
        assert_eq!(Mail::split(&wide).parts.len(), MAX_PARTS);
    }
}
