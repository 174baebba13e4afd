//! Finds the ends of sentences, in French and English, as well as possible without a dictionary.
//!
//! In: a line of text. Out: the end of its last sentence. `M. Dupont`, `p. 12`, `J.-C.` and `« Oui ! » dit-il` end none.

/// Titles whose full stop does not end a sentence. Single letters are initials.
const TITLES: &[&str] = &[
    "MM", "Mme", "Mmes", "Mlle", "Mlles", "Dr", "Pr", "Mgr", "St", "Ste", "Mr", "Mrs", "Ms", "Prof", "Sr", "Jr", "Gen",
    "Capt", "Rev",
];
/// Other such words, in lower case.
const ABBREVIATIONS: &[&str] =
    &["cf", "ex", "env", "fig", "chap", "éd", "av", "apr", "bd", "pp", "vs", "tél", "réf", "hab"];
/// Words of one letter.
const SHORT_WORDS: &[&str] = &["a", "à", "y", "e", "o", "ô", "u", "i"];

/// Where the last sentence ends that ends at `limit` or before.
pub fn last_end(text: &str, limit: usize) -> Option<usize> {
    let mut last = None;
    let mut from = 0;
    while let Some(found) = text[from..].find(is_stop) {
        let stop = from + found;
        let end = end_of_stop(text, stop);
        if end > limit {
            break;
        }
        if is_end(text, stop, end) {
            last = Some(end);
        }
        from = end;
    }
    last
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

/// Behind the stop, those that follow it, and what closes with it: `?! »`, `.)`.
fn end_of_stop(text: &str, stop: usize) -> usize {
    let mut rest = text[stop..].trim_start_matches(is_stop);
    loop {
        let behind = rest.trim_start_matches(['\u{a0}', '\u{202f}', ' ']);
        // A blank before a guillemet, a question mark or an exclamation mark is French typography and does not end a sentence.
        let after = if behind.starts_with('»') {
            &behind['»'.len_utf8()..]
        } else if behind.starts_with(['!', '?']) {
            behind.trim_start_matches(is_stop)
        } else {
            rest.trim_start_matches(['"', '”', '’', '\'', ')', ']', '›'])
        };
        if after.len() == rest.len() {
            return text.len() - rest.len();
        }
        rest = after;
    }
}

fn is_end(text: &str, stop: usize, end: usize) -> bool {
    let after = &text[end..];
    let next = after.trim_start().chars().next();
    let asian = matches!(text[stop..].chars().next(), Some('。' | '！' | '？'));
    let apart = after.is_empty() || after.starts_with(char::is_whitespace) || asian;
    apart && !next.is_some_and(char::is_lowercase) && !(&text[stop..end] == "." && is_abbreviated(&text[..stop]))
}

/// Whether the full stop behind this is that of an abbreviation, or of a number that begins a list.
fn is_abbreviated(before: &str) -> bool {
    let start = before.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '«' | '’' | '\'' | '-' | '.'));
    let start = start.map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = &before[start..];
    let letters = word.chars().count();
    let number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let begins = before[..start].trim_end().is_empty() || before[..start].trim_end().ends_with(is_stop);
    (letters == 1 && word.chars().all(char::is_alphabetic) && !SHORT_WORDS.contains(&word))
        || TITLES.contains(&word)
        || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
        || (number && begins && letters <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> &str {
        let ends = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).find_map(|limit| last_end(text, limit));
        ends.map_or("-", |end| &text[..end])
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        for (text, sentence) in [
            ("Il pleut. Encore.", "Il pleut."),
            ("M. Dupont dort. Bien.", "M. Dupont dort."),
            ("Mme. Roy et J.-P. Lys, cf. p. 12, viennent. Ah.", "Mme. Roy et J.-P. Lys, cf. p. 12, viennent."),
            ("« Oui ! » dit-il. Non.", "« Oui ! » dit-il."),
            ("« Oui ! » Il part.", "« Oui ! »"),
            ("Quoi ?! Rien.", "Quoi ?!"),
            ("Quoi\u{a0}? Rien.", "Quoi\u{a0}?"),
            ("Il vaut 3.5 fois plus… peut-être. Ou pas.", "Il vaut 3.5 fois plus… peut-être."),
            ("(Il dort.) Elle non.", "(Il dort.)"),
            ("Voir exemple.org et a.b. Puis rien", "-"),
            ("Fait en 2025. Puis rien", "Fait en 2025."),
            ("1. Pétrir la pâte. 2. Attendre.", "1. Pétrir la pâte."),
            ("He said “no.” Then left.", "He said “no.”"),
            ("Mr. Smith slept. Yes.", "Mr. Smith slept."),
            ("夏です。秋です。", "夏です。"),
            ("C’est tout ce qu’il y a. Rien de plus.", "C’est tout ce qu’il y a."),
            ("sans fin", "-"),
        ] {
            assert_eq!(first(text), sentence, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn an_end_is_in_the_text(text in "[a-cA-C .!?…»«\u{a0}'’é。)]{0,60}", limit in 0..60_usize) {
            if let Some(end) = last_end(&text, limit) {
                proptest::prop_assert!(end <= limit && text.is_char_boundary(end) && end > 0);
            }
        }
    }
}
