//! Bytes of a mail: header fields and quoted-printable bodies, cut at their holes before they are encoded.
//!
//! In: text in which one character marks each [`Hole`] ([`Hole::mark`]). Out: the pieces of a [`Variant`]. Every
//! personal value gets an encoded line of its own (`=CRLF` value `=CRLF`), so its length never moves another line and
//! nothing has to be searched for afterwards.

use std::fmt::Write as _;

use email_encoding::headers::{rfc2047, writer::EmailWriter};

use super::variant::{Hole, Variant};

/// Longest quoted-printable line with its soft break (RFC 2045 section 6.7).
const LINE: usize = 76;
/// A longer word of a header is put into an encoded word, which can be folded; a plain one cannot.
const WORD: usize = 60;
/// Where header lines are folded (RFC 5322 section 2.1.1 recommends 78).
const HEADER_LINE: usize = 76;

impl Hole {
    /// The character that stands for the hole in text not encoded yet: a noncharacter (Unicode section 23.7), which no
    /// text that comes from outside keeps ([`super::plain::line`]).
    pub fn mark(self) -> char {
        char::from_u32(FIRST_MARK + self as u32).expect("a noncharacter is a scalar value")
    }

    fn of_mark(mark: char) -> Option<Self> {
        Self::ALL.into_iter().find(|hole| hole.mark() == mark)
    }
}

const FIRST_MARK: u32 = 0xfdd0;

/// Whether a character is one of Unicode's noncharacters that stand for holes.
pub fn is_mark(char: char) -> bool {
    (0xfdd0..=0xfdef).contains(&(char as u32))
}

/// Gathers a mail.
#[derive(Debug, Default)]
pub struct Encoder {
    pieces: Vec<(Vec<u8>, Option<Hole>)>,
    current: Vec<u8>,
}

impl Encoder {
    /// Appends ASCII that needs no encoding; holes in it are cut out.
    pub fn raw(&mut self, text: &str) {
        let mut bytes = [0; 4];
        for char in text.chars() {
            match Hole::of_mark(char) {
                Some(hole) => self.hole(hole),
                None => self.current.extend_from_slice(char.encode_utf8(&mut bytes).as_bytes()),
            }
        }
    }

    /// Appends a body as quoted-printable, ending in a line break; `\n` is a line break.
    pub fn quoted(&mut self, text: &str) {
        let mut column = 0;
        let mut rest = text;
        while let Some(at) = rest.find(is_mark) {
            let (before, from) = rest.split_at(at);
            column = quote(before, column, &mut self.current);
            let mark = from.chars().next().unwrap_or_default();
            rest = &from[mark.len_utf8()..];
            let Some(hole) = Hole::of_mark(mark) else { continue };
            if column > 0 {
                self.current.extend_from_slice(b"=\r\n");
            }
            self.hole(hole);
            // What a test copy says ends its own line; in the mail itself nothing stands there.
            if !rest.starts_with('\n') && !hole.is_trial() {
                self.current.extend_from_slice(b"=\r\n");
            }
            column = 0;
        }
        quote(rest, column, &mut self.current);
        if !text.ends_with('\n') {
            self.current.extend_from_slice(b"\r\n");
        }
    }

    /// The mail.
    pub fn finish(mut self) -> Variant {
        self.pieces.push((self.current, None));
        Variant::new(self.pieces)
    }

    fn hole(&mut self, hole: Hole) {
        self.pieces.push((std::mem::take(&mut self.current), Some(hole)));
    }
}

/// Encodes the value for a hole of a body: it begins a line, and stays on encoded lines of its own.
pub(super) fn value(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 16);
    quote(text, 0, &mut bytes);
    bytes
}

/// How many bytes a text has as quoted-printable; for holes their greatest length.
pub fn quoted_len(text: &str) -> usize {
    let mut bytes = Vec::with_capacity(text.len() * 2);
    quote(text, 0, &mut bytes);
    bytes.len() + 48 * text.chars().filter(|&char| is_mark(char)).count()
}

/// Encodes text that starts at `column`, and gives the column that it ends at.
fn quote(text: &str, mut column: usize, out: &mut Vec<u8>) -> usize {
    for (at, char) in text.char_indices() {
        if char == '\n' {
            out.extend_from_slice(b"\r\n");
            column = 0;
            continue;
        }
        let after = &text[at + char.len_utf8()..];
        let blank_at_end = matches!(char, ' ' | '\t') && (after.is_empty() || after.starts_with('\n'));
        let plain = matches!(char, ' '..='~' | '\t') && char != '=' && !blank_at_end;
        if column + if plain { 1 } else { 3 * char.len_utf8() } >= LINE {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        // A dot could be read as the end of the message, `From ` as the beginning of another one in an mbox.
        let misread = column == 0 && (char == '.' || (char == 'F' && after.starts_with("rom ")));
        if plain && !misread {
            out.push(char as u8);
            column += 1;
        } else {
            column += push_escaped(char, out);
        }
    }
    column
}

fn push_escaped(char: char, out: &mut Vec<u8>) -> usize {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut bytes = [0; 4];
    let bytes = char.encode_utf8(&mut bytes).as_bytes();
    for &byte in bytes {
        out.extend_from_slice(&[b'=', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
    3 * bytes.len()
}

/// A header field of free text, folded, in encoded words where it must be (RFC 2047), with its CRLF.
pub fn text_field(name: &str, value: &str) -> String {
    let mut out = format!("{name}: ");
    let column = out.len();
    let mut writer = EmailWriter::new(&mut out, column, 0, false);
    let written = if is_plain(value) { writer.folding().write_str(value) } else { rfc2047::encode(value, &mut writer) };
    written.expect("writing into a string cannot fail");
    drop(writer);
    out.push_str("\r\n");
    out
}

/// A header field with a name and something in angle brackets: a mailbox or a list (RFC 5322 section 3.4, RFC 2919).
pub fn named_field(name: &str, phrase: &str, bracketed: &str) -> String {
    let mut out = format!("{name}: ");
    let column = out.len();
    if is_plain(phrase) && phrase.len() <= WORD {
        let escaped = phrase.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = write!(out, "\"{escaped}\"");
    } else {
        let mut writer = EmailWriter::new(&mut out, column, 0, false);
        rfc2047::encode(phrase, &mut writer).expect("writing into a string cannot fail");
    }
    let last = out.rfind('\n').map_or(0, |at| at + 1);
    let fits = out.len() - last + bracketed.len() + 3 <= HEADER_LINE;
    let _ = write!(out, "{}<{bracketed}>\r\n", if fits { " " } else { "\r\n " });
    out
}

/// Whether a header value needs no encoding: printable ASCII, nothing that looks like an encoded word, foldable.
fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !value.contains("=?")
        && value.split(' ').all(|word| word.len() <= WORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        let mut encoder = Encoder::default();
        encoder.quoted(text);
        let mut out = Vec::new();
        let person = crate::mails::Person { leave: "TOKEN", ..Default::default() };
        encoder.finish().splice(&person, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_would_be_misread_is_escaped() {
        assert_eq!(encoded(".\n..a\n.b"), "=2E\r\n=2E.a\r\n=2Eb\r\n");
        assert_eq!(encoded("From me\nFrom"), "=46rom me\r\nFrom\r\n");
        assert_eq!(encoded("a=b é \nc\t"), "a=3Db =C3=A9=20\r\nc=09\r\n");
    }

    #[test]
    fn a_value_has_a_line_of_its_own() {
        let mark = Hole::Leave.mark();
        assert_eq!(encoded(&format!("https://a.example/{mark}\nb")), "https://a.example/=\r\nTOKEN\r\nb\r\n");
        assert_eq!(encoded(&format!("<a href=\"/{mark}\">b")), "<a href=3D\"/=\r\nTOKEN=\r\n\">b\r\n");
        assert_eq!(encoded(&format!("{mark}")), "TOKEN=\r\n\r\n");
    }

    #[test]
    fn lines_are_cut_before_77_and_never_start_with_a_dot() {
        for width in 60..90 {
            let text = format!("{}....{}", "a".repeat(width), "é".repeat(40));
            for line in encoded(&text).split("\r\n") {
                assert!(line.len() <= LINE && !line.starts_with('.'), "{line:?}");
            }
        }
    }

    #[test]
    fn header_fields_are_folded() {
        assert_eq!(text_field("Subject", "Hello"), "Subject: Hello\r\n");
        assert_eq!(text_field("Subject", "Été"), "Subject: =?utf-8?b?w4l0w6k=?=\r\n");
        assert_eq!(named_field("From", "A \"b\"", "a@b.example"), "From: \"A \\\"b\\\"\" <a@b.example>\r\n");
        for value in ["mot ".repeat(60), "é".repeat(300), "x".repeat(2000), "=?utf-8?q?a?= ".repeat(20)] {
            for line in text_field("Subject", value.trim()).lines() {
                assert!(line.len() <= 78, "{line:?}");
            }
        }
    }
}
