//! Words as they are compared: in lower case, without accents.
//!
//! In: words of a server, or a phrase of the table. Out: ASCII. What has no plain letter under its accent becomes `?`, which is also
//! what a reply in session holds for it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Lower case, accents taken off, typographic apostrophes made plain.
pub(super) fn fold(words: &str) -> Cow<'_, str> {
    if words.is_ascii() {
        return if words.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(words.to_ascii_lowercase())
        } else {
            Cow::Borrowed(words)
        };
    }
    let plain = |char: char| match char {
        '\u{2019}' | '\u{2018}' | '\u{b4}' => '\'',
        '\u{a0}' | '\u{202f}' => ' ',
        'ß' => 's',
        char if char.is_ascii() => char.to_ascii_lowercase(),
        _ => '?',
    };
    Cow::Owned(words.nfd().filter(|char| !is_combining_mark(*char)).map(plain).collect())
}

/// The same phrase as a server's words hold it where each character that is not ASCII was made a `?`.
pub(super) fn questioned(phrase: &str) -> Option<String> {
    let typographic = |char: char| if char == '\u{2019}' { '\'' } else { char };
    let question = |char: char| if char.is_ascii() { char.to_ascii_lowercase() } else { '?' };
    (!phrase.is_ascii()).then(|| phrase.chars().map(typographic).map(question).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_accents() {
        assert_eq!(fold("Boîte PLEINE"), "boite pleine");
        assert_eq!(fold("l\u{2019}adresse n\u{2019}existe pas"), "l'adresse n'existe pas");
        assert_eq!(fold("User Unknown"), "user unknown");
        assert_eq!(fold("日本"), "??");
        assert_eq!(questioned("boîte pleine").as_deref(), Some("bo?te pleine"));
        assert_eq!(questioned("full"), None);
    }
}
