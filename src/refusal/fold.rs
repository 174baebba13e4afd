//! Words as they are compared: in lower case, without accents.
//!
//! In: words of a server, or a phrase of the table. Out: ASCII. What has no plain letter under its accent becomes `?`, which is also
//! what a reply in session holds for it.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Lower case, accents taken off, typographic apostrophes made plain, one blank where there are several or a line ends.
pub(super) fn fold(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut push = |char: char| {
        let char = match char {
            '\u{2019}' | '\u{2018}' | '\u{b4}' => '\'',
            'ß' => 's',
            char if char.is_whitespace() => ' ',
            char if char.is_ascii() => char.to_ascii_lowercase(),
            _ => '?',
        };
        if char != ' ' || !out.ends_with(' ') {
            out.push(char);
        }
    };
    if words.is_ascii() {
        words.chars().for_each(push);
    } else {
        words.nfd().filter(|char| !is_combining_mark(*char)).for_each(&mut push);
    }
    out
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
        assert_eq!(fold("User\n    Unknown"), "user unknown");
        assert_eq!(fold("日本"), "??");
        assert_eq!(questioned("boîte pleine").as_deref(), Some("bo?te pleine"));
        assert_eq!(questioned("full"), None);
    }
}
