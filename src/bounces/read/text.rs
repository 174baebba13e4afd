//! Bytes of a part → words: transfer encoding, charset, HTML; and words as they are compared.
//!
//! In: any bytes. Out: text; what cannot be decoded is taken as it stands. Bounded by whoever hands it in.

use std::borrow::Cow;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use encoding_rs::{Encoding, WINDOWS_1252};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::html::html_to_text;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Bytes whose charset nobody names: UTF-8 if they are, else the superset of Latin-1 that old servers write.
pub(super) fn words_of(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::Borrowed)
}

/// Undoes a `Content-Transfer-Encoding`; what does not decode stays as it is.
pub(super) fn decoded<'a>(bytes: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    let decoded = match encoding {
        "quoted-printable" => quoted_printable_decode(bytes),
        "base64" => base64_decode(bytes),
        _ => None,
    };
    decoded.map_or(Cow::Borrowed(bytes), Cow::Owned)
}

/// Text in a charset (a WHATWG label); bytes that are no such text are read by [`words_of`].
pub(super) fn in_charset(bytes: &[u8], charset: Option<&str>) -> String {
    let known = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Some(encoding) = known {
        let (text, wrong) = encoding.decode_without_bom_handling(bytes);
        if !wrong {
            return text.into_owned();
        }
    }
    words_of(bytes).into_owned()
}

/// The words of HTML.
pub(super) fn of_html(html: &str) -> String {
    html_to_text(html)
}

/// Words as they are compared: lower case, without accents, plain apostrophes and blanks.
pub(super) fn plain(words: &str) -> String {
    if words.is_ascii() {
        return words.to_ascii_lowercase();
    }
    let plain = |char: char| match char {
        '\u{2019}' | '\u{2018}' => '\'',
        '\u{a0}' | '\u{202f}' => ' ',
        _ => char,
    };
    words.nfd().filter(|char| !is_combining_mark(*char)).map(plain).flat_map(char::to_lowercase).collect()
}

/// Phrases that are looked for together, made ready at the first look. They are written [`plain`].
#[derive(Debug)]
pub(super) struct Phrases {
    list: &'static [&'static str],
    search: OnceLock<AhoCorasick>,
}

impl Phrases {
    /// These.
    pub(super) const fn of(list: &'static [&'static str]) -> Self {
        Self { list, search: OnceLock::new() }
    }

    /// Whether one of them stands in these words, which are plain.
    pub(super) fn any_in(&self, words: &str) -> bool {
        let make =
            || AhoCorasick::new(self.list.iter().map(|phrase| plain(phrase))).expect("a few phrases fit an automaton");
        self.search.get_or_init(make).is_match(words)
    }

    /// Whether these words begin with one of them.
    pub(super) fn any_begins(&self, words: &str) -> bool {
        self.list.iter().any(|phrase| words.starts_with(phrase))
    }
}

/// At most so many bytes of a text, cut between characters.
pub(super) fn clipped(text: &str, most: usize) -> &str {
    let end = (0..=text.len().min(most)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    &text[..end]
}

/// Octal escapes of single bytes, as Exim writes what is not ASCII (`bo\303\256te`).
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    let octal = |at: usize, bytes: &[u8]| {
        let digits = bytes.get(at + 1..at + 4)?;
        let ok = matches!(digits[0], b'2' | b'3') && digits.iter().all(|byte| matches!(byte, b'0'..=b'7'));
        ok.then(|| ((digits[0] - b'0') << 6) | ((digits[1] - b'0') << 3) | (digits[2] - b'0'))
    };
    let bytes = text.as_bytes();
    if !(0..bytes.len()).any(|at| bytes[at] == b'\\' && octal(at, bytes).is_some()) {
        return Cow::Borrowed(text);
    }
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        if let Some(byte) = octal(at, bytes).filter(|_| bytes[at] == b'\\') {
            out.push(byte);
            at += 4;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    Cow::Owned(words_of(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_or_stays_as_it_is() {
        assert_eq!(decoded(b"a=C3=A9", "quoted-printable").as_ref(), "aé".as_bytes());
        assert_eq!(decoded(b"a=ZZ", "quoted-printable").as_ref(), b"a=ZZ");
        assert_eq!(decoded(b"aGk=", "base64").as_ref(), b"hi");
        assert_eq!(in_charset(b"\xe9t\xe9", Some("iso-8859-1")), "été");
        assert_eq!(in_charset(b"\xe9t\xe9", Some("utf-8")), "été", "it says what it is not");
        assert_eq!(in_charset("été".as_bytes(), None), "été");
    }

    #[test]
    fn words_are_compared_without_case_accents_and_typography() {
        assert_eq!(plain("Boîte L\u{2019}Été\u{a0}:"), "boite l'ete :");
        assert_eq!(clipped("été", 2), "é");
        assert_eq!(unescaped("bo\\303\\256te, Empf\\344nger"), "bo\u{c3}\u{ae}te, Empfänger");
        assert_eq!(unescaped("bo\\303\\256te"), "boîte");
        assert_eq!(unescaped("C:\\dir \\8"), "C:\\dir \\8");
    }
}
