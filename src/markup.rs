//! HTML as a row of pieces: tags with decoded attributes, decoded text, comments.
//!
//! In: any HTML. Out: what html5ever's tokenizer (the WHATWG algorithm) sees in it. Met by `feeds`, which makes links of
//! what a mail cannot play, by `letters`, which dresses posts, and by the lint, which looks at what a mail client will find.
//!
//! Between the two stands a mark: cleaning does not know the reader's language, so a film becomes an empty link,
//! `<a href="…" data-embed="video" title="NAME"></a>`, and only the letter says "Watch NAME at …" in it ([`EMBED`],
//! [`MINUTES`]). What counts or cuts the words of a post meets none that the post does not have.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

/// Attribute of a link that stands for what was embedded: `video`, `audio`, `map`, `poll`, `post`, `document` or `page`.
pub const EMBED: &str = "data-embed";
/// Attribute of such a link: how long it lasts, in minutes.
pub const MINUTES: &str = "data-minutes";

/// Elements that XHTML closes in their own tag and HTML does not: what follows is not inside.
const CLOSED: &[&str] = &[
    "iframe",
    "svg",
    "math",
    "video",
    "audio",
    "object",
    "mrow",
    "mi",
    "mo",
    "mn",
    "mtd",
    "mspace",
    "mprescripts",
    "none",
];

/// Files by what one does with them, named as [`EMBED`] names it.
const FILES: &[(&str, &[&str])] = &[
    ("video", &["mp4", "m4v", "mov", "webm", "ogv", "avi", "mkv", "mpg", "mpeg", "m3u8"]),
    ("audio", &["mp3", "m4a", "m4b", "aac", "oga", "ogg", "opus", "wav", "flac"]),
    (
        "document",
        &[
            "pdf", "epub", "odt", "ods", "odp", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "csv", "zip",
            "gpx", "ics",
        ],
    ),
];

/// What one does with the file at this address: `video`, `audio`, `document`; by its ending.
pub fn file_kind(address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let (_, ending) = path.rsplit_once('/')?.1.rsplit_once('.')?;
    FILES
        .iter()
        .find(|(_, endings)| endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
        .map(|(kind, _)| *kind)
}

/// One piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// `<name …>`
    Open(Element),
    /// `</name>`
    Close(String),
    /// Decoded text.
    Text(String),
    /// The inside of `<!-- … -->`.
    Comment(String),
}

/// A start tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Lower case.
    pub name: String,
    /// Decoded, in their order.
    pub attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((name.to_owned(), value)),
        }
    }

    /// Takes an attribute away.
    pub fn remove(&mut self, name: &str) {
        self.attributes.retain(|(known, _)| known != name);
    }

    /// Whether it never has an end tag (HTML section 13.1.2).
    pub fn is_void(&self) -> bool {
        matches!(
            self.name.as_str(),
            "area"
                | "base"
                | "br"
                | "col"
                | "embed"
                | "hr"
                | "img"
                | "input"
                | "link"
                | "meta"
                | "param"
                | "source"
                | "track"
                | "wbr"
        )
    }
}

/// Cuts HTML into its pieces.
pub fn pieces(html: &str) -> Vec<Piece> {
    let tokenizer = Tokenizer::new(Sink::default(), html5ever::tokenizer::TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.found.into_inner()
}

/// Writes pieces as HTML; text and values are escaped.
pub fn html(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        write_piece(piece, &mut out);
    }
    out
}

/// Appends one piece as HTML.
pub fn write_piece(piece: &Piece, out: &mut String) {
    match piece {
        Piece::Open(element) => {
            out.push('<');
            out.push_str(&element.name);
            for (name, value) in &element.attributes {
                out.push(' ');
                out.push_str(name);
                out.push_str("=\"");
                escape(value, out);
                out.push('"');
            }
            out.push('>');
        }
        Piece::Close(name) => {
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
        Piece::Text(text) => escape(text, out),
        Piece::Comment(_) => {}
    }
}

/// All text of the pieces, with a blank wherever a block begins or ends; without links that stand for what was embedded.
pub fn text(pieces: &[Piece]) -> String {
    let mut out = String::new();
    let (mut hidden, mut embed) = (0_usize, false);
    for piece in pieces {
        match piece {
            Piece::Open(element) if element.name == "a" => embed = element.get(EMBED).is_some(),
            Piece::Close(name) if name == "a" => embed = false,
            Piece::Open(element) if matches!(element.name.as_str(), "style" | "title" | "script") => hidden += 1,
            Piece::Close(name) if matches!(name.as_str(), "style" | "title" | "script") => {
                hidden = hidden.saturating_sub(1);
            }
            Piece::Open(element) if !is_inline(&element.name) => out.push(' '),
            Piece::Close(name) if !is_inline(name) => out.push(' '),
            Piece::Text(text) if hidden == 0 && !embed => out.push_str(text),
            _ => {}
        }
    }
    out
}

/// Elements that stand inside a line of text.
pub fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "cite"
            | "code"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            char => out.push(char),
        }
    }
}

#[derive(Default)]
struct Sink {
    found: RefCell<Vec<Piece>>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut found = self.found.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => found.push(Piece::Close(tag.name.to_string())),
            Token::TagToken(tag) => {
                let closed = tag.self_closing && CLOSED.contains(&&*tag.name);
                let raw = if closed { TokenSinkResult::Continue } else { raw_text(&tag) };
                let attributes = tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                found.push(Piece::Open(Element { name: tag.name.to_string(), attributes }));
                if closed {
                    found.push(Piece::Close(tag.name.to_string()));
                }
                return raw;
            }
            Token::CommentToken(comment) => found.push(Piece::Comment(comment.to_string())),
            Token::CharacterTokens(text) => match found.last_mut() {
                Some(Piece::Text(before)) => before.push_str(&text),
                _ => found.push(Piece::Text(text.to_string())),
            },
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// What stands inside these elements is not markup (a tree builder would tell the tokenizer so).
fn raw_text(tag: &Tag) -> TokenSinkResult<()> {
    match &*tag.name {
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        _ => TokenSinkResult::Continue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_as_the_same_html() {
        let source = "<p class=\"a\">1 &lt; 2 &amp; <a href=\"https://a.example/?a=1&amp;b=2\">x</a><br></p>";
        assert_eq!(html(&pieces(source)), source);
    }

    #[test]
    fn a_frame_that_is_closed_as_in_xhtml_swallows_nothing() {
        assert_eq!(html(&pieces("<iframe src=\"x\"/><p>a</p>")), "<iframe src=\"x\"></iframe><p>a</p>");
    }

    #[test]
    fn files_are_known_by_their_ending() {
        for (address, kind) in [
            ("https://a.example/e.MP3?_=1", Some("audio")),
            ("https://a.example/b/f.webm", Some("video")),
            ("https://a.example/r.pdf#page=2", Some("document")),
            ("https://a.example/mp3", None),
            ("https://mp.mp3", None),
        ] {
            assert_eq!(file_kind(address), kind, "{address}");
        }
    }

    #[test]
    fn style_is_not_markup() {
        let found = pieces("<style>a > b { x: '<p>' }</style><p>y");
        assert_eq!(found.iter().filter(|piece| matches!(piece, Piece::Open(_))).count(), 2);
        assert_eq!(text(&found).trim(), "y");
    }
}
