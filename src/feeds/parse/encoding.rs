//! Bytes → text: uses byte order marks, declarations and headers, and copes with wrong ones.
//!
//! In: the body and its `Content-Type`. Out: a `String` without control characters. RFC 7303 section 3 gives the order
//! (mark, header, declaration); real feeds contradict it so often that the bytes themselves have the last word:
//! what is valid UTF-8 is UTF-8, unless a multi-byte encoding is declared.

use std::borrow::Cow;
use std::io::Read as _;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::super::trouble::FeedTrouble;
use super::ParseError;

/// How far into the body an XML declaration is looked for.
const DECLARATION: usize = 512;

/// Takes off a gzip layer that the transport left, up to `limit` bytes.
pub fn gunzip(bytes: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, ParseError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return if bytes.len() > limit { Err(too_large(limit)) } else { Ok(Cow::Borrowed(bytes)) };
    }
    let mut plain = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).take(limit as u64 + 1).read_to_end(&mut plain);
    if plain.len() > limit {
        return Err(too_large(limit));
    }
    match read {
        Err(error) if plain.is_empty() => Err(ParseError::NoFeed(FeedTrouble::Gzip { words: error.to_string() })),
        _ => Ok(Cow::Owned(plain)),
    }
}

fn too_large(limit: usize) -> ParseError {
    ParseError::NoFeed(FeedTrouble::Unpacked { most: limit })
}

/// The text of the bytes. Never fails: what cannot be decoded becomes U+FFFD.
pub fn decode(bytes: &[u8], content_type: &str) -> String {
    let text = by_mark(bytes).or_else(|| by_zeros(bytes)).unwrap_or_else(|| by_words(bytes, content_type));
    without_controls(text)
}

/// By byte order mark. The UTF-32 ones go first, for `FF FE 00 00` also starts like UTF-16.
fn by_mark(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0, 0, 0xfe, 0xff, rest @ ..] => Some(utf_32(rest, u32::from_be_bytes)),
        [0xff, 0xfe, 0, 0, rest @ ..] => Some(utf_32(rest, u32::from_le_bytes)),
        _ => Encoding::for_bom(bytes).map(|(encoding, length)| {
            // A byte order mark of UTF-8 is trusted only as far as the bytes are valid UTF-8.
            let encoding = if encoding == UTF_8 { undeclared(&bytes[length..]) } else { encoding };
            encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned()
        }),
    }
}

/// By where the zero bytes of a first `<` or `{` stand (XML 1.0 appendix F).
fn by_zeros(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0, 0, 0, b'<', ..] => Some(utf_32(bytes, u32::from_be_bytes)),
        [b'<', 0, 0, 0, ..] => Some(utf_32(bytes, u32::from_le_bytes)),
        [0, b'<' | b'{', ..] => Some(UTF_16BE.decode_without_bom_handling(bytes).0.into_owned()),
        [b'<' | b'{', 0, ..] => Some(UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()),
        _ => None,
    }
}

fn utf_32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let (quads, _) = bytes.as_chunks();
    quads.iter().map(|quad| char::from_u32(unit(*quad)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// By header and declaration, checked against the bytes.
fn by_words(bytes: &[u8], content_type: &str) -> String {
    let named = [charset(content_type), declaration(bytes)].into_iter().flatten();
    // UTF-16 would have been recognised by its zero bytes, so a declaration of it here is wrong.
    let mut named = named.filter_map(|label| Encoding::for_label(&label)).filter(|e| ![UTF_16BE, UTF_16LE].contains(e));
    let first = named.next();
    let second = named.next();
    if let Some(escaped) = [first, second].into_iter().flatten().find(|e| *e == ISO_2022_JP && bytes.contains(&0x1b)) {
        return escaped.decode_without_bom_handling(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Valid UTF-8 is UTF-8, whatever one-byte encoding it says; short texts of double-byte ones may look like it.
        let double = [first, second].into_iter().flatten().find(|e| *e != UTF_8 && !e.is_single_byte());
        return match double.filter(|_| !bytes.is_ascii()) {
            Some(double) if first != Some(UTF_8) && second != Some(UTF_8) => {
                double.decode_without_bom_handling(bytes).0.into_owned()
            }
            _ => text.to_owned(),
        };
    }
    let chosen = [first, second].into_iter().flatten().find(|e| *e != UTF_8).unwrap_or_else(|| undeclared(bytes));
    chosen.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-8 with a few broken bytes, or windows-1252? Whichever explains more of the bytes above ASCII.
fn undeclared(bytes: &[u8]) -> &'static Encoding {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if bad > good { WINDOWS_1252 } else { UTF_8 }
}

/// The `charset` of a `Content-Type`.
fn charset(content_type: &str) -> Option<Vec<u8>> {
    let at = content_type.to_ascii_lowercase().find("charset")?;
    let value = content_type.get(at + "charset".len()..)?.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(['"', '\'', ';', ' ', ',']).unwrap_or(value.len());
    Some(value.as_bytes()[..end].to_vec())
}

/// The `encoding` of an XML declaration in ASCII-compatible bytes.
fn declaration(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = &bytes[..bytes.len().min(DECLARATION)];
    let start = memchr::memmem::find(head, b"<?xml")?;
    let end = start + memchr::memmem::find(&head[start..], b"?>")?;
    let at = start + memchr::memmem::find(&head[start..end], b"encoding")? + "encoding".len();
    let value = head[at..end].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (&quote, value) = value.split_first().filter(|(q, _)| matches!(q, b'"' | b'\''))?;
    Some(value[..memchr::memchr(quote, value)?].trim_ascii().to_vec())
}

/// Control characters have no place in XML or in a mail; those of 0x80 to 0x9F were meant as windows-1252.
fn without_controls(text: String) -> String {
    let control =
        |c: char| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{feff}');
    if !text.contains(control) {
        return text;
    }
    text.chars().filter_map(|c| if control(c) { windows_1252(c as u32) } else { Some(c) }).collect()
}

/// What the numbers 0x80 to 0x9F stand for in windows-1252; `None` for all others and for what it leaves empty.
pub fn windows_1252(number: u32) -> Option<char> {
    let byte = u8::try_from(number).ok().filter(|byte| (0x80..=0x9f).contains(byte))?;
    WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().filter(|c| !c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_headers_declarations_and_bytes_are_weighed() {
        let utf16: Vec<u8> = "<a>é</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf32: Vec<u8> = "<a>é</a>".chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
        let cases: &[(&[u8], &str, &str)] = &[
            ("<a>é</a>".as_bytes(), "", "<a>é</a>"),
            (b"\xef\xbb\xbf<a>\xc3\xa9</a>", "", "<a>é</a>"),
            (b"<a>\xe9</a>", "", "<a>é</a>"),
            (b"<a>\xe9</a>", "text/xml; charset=\"ISO-8859-1\"", "<a>é</a>"),
            (
                b"<?xml version='1.0' encoding='iso-8859-15'?><a>\xa4</a>",
                "",
                "<?xml version='1.0' encoding='iso-8859-15'?><a>€</a>",
            ),
            ("<?xml encoding=\"iso-8859-1\"?><a>é</a>".as_bytes(), "", "<?xml encoding=\"iso-8859-1\"?><a>é</a>"),
            (b"<a>\xc3\xa9\xc3\xa8\xff</a>", "text/xml; charset=utf-8", "<a>éè\u{fffd}</a>"),
            (b"<?xml encoding='euc-kr'?><a>\xb3\xe2</a>", "", "<?xml encoding='euc-kr'?><a>년</a>"),
            (b"<a>\x1b$B$\"\x1b(B</a>", "text/xml; charset=iso-2022-jp", "<a>あ</a>"),
            (b"<?xml encoding='utf-16'?><a>x</a>", "", "<?xml encoding='utf-16'?><a>x</a>"),
            (b"<a>\x93x\x94</a>", "application/xml; charset=latin1", "<a>“x”</a>"),
            (b"<a>b\x0bc\x00</a>", "", "<a>bc</a>"),
            (&utf16, "", "<a>é</a>"),
            (&utf32, "", "<a>é</a>"),
        ];
        for (bytes, content_type, text) in cases {
            assert_eq!(decode(bytes, content_type), *text, "{bytes:x?} {content_type}");
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::copy(&mut std::io::repeat(b' ').take(2_000_000), &mut gz).unwrap();
        let packed = gz.finish().unwrap();
        assert!(matches!(gunzip(&packed, 1_000_000), Err(ParseError::NoFeed(FeedTrouble::Unpacked { .. }))));
        assert_eq!(gunzip(&packed, 2_000_000).unwrap().len(), 2_000_000);
    }
}
