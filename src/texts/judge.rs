//! Whether an owner's words can stand in a letter or on a page. Pure.
//!
//! In: a [`Text`] and words as typed. Out: the words as they are stored, or why they cannot stand ([`Wrong`]).

use super::catalogue::{Hole, Text};
use crate::coded::codes;

codes! {
    /// Why an owner's words cannot stand.
    pub enum Wrong as "wrong-text" {
        /// Nothing is said.
        Empty => "empty",
        /// Several lines where one is wanted.
        Lines => "lines",
        /// A character that is not seen: of control, or one that turns the direction of writing.
        Control => "control",
        /// Too long.
        Long {
            /// Characters that fit.
            most: usize,
        } => "long",
        /// A mark that nothing is put in for.
        Hole {
            /// As typed.
            typed: String,
            /// Those that there are.
            known: String,
        } => "hole",
        /// A mark where none can stand.
        NoHoles {
            /// As typed.
            typed: String,
        } => "no-holes",
        /// A brace that neither begins nor ends a mark.
        Brace => "brace",
        /// A mark that must stand there does not.
        Missing {
            /// Which.
            mark: &'static str,
        } => "missing",
        /// An address of the web: in a letter it would be a link beside ours.
        Address => "address",
    }
}

/// The words as they are stored: without blanks around them and at the ends of lines, one empty line in a row at most.
///
/// # Errors
/// What is wrong first.
pub fn judge(text: Text, typed: &str) -> Result<String, Wrong> {
    let words = tidy(typed);
    let part = text.part();
    if words.is_empty() {
        return if part.may_be_empty() { Ok(words) } else { Err(Wrong::Empty) };
    }
    if words.contains(['\n', '\u{2028}', '\u{2029}', '\u{85}']) && !part.has_lines() {
        return Err(Wrong::Lines);
    }
    if words.chars().any(is_unseen) {
        return Err(Wrong::Control);
    }
    if words.chars().count() > part.most() {
        return Err(Wrong::Long { most: part.most() });
    }
    let lower = words.to_ascii_lowercase();
    if lower.contains("://") || lower.contains("www.") {
        return Err(Wrong::Address);
    }
    holes(text, &words)?;
    Ok(words)
}

fn tidy(typed: &str) -> String {
    let typed = typed.replace("\r\n", "\n");
    let mut out = String::with_capacity(typed.len());
    let mut empty = 0;
    for line in typed.trim_matches([' ', '\t', '\n']).split('\n').map(|line| line.trim_matches([' ', '\t'])) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// Control characters, and those that turn the direction of writing (UAX #9 sections 2.1 to 2.4), which could show one thing and say
/// another; and the marks that mails use inside (U+FDD0 to U+FDEF, characters of nobody).
fn is_unseen(char: char) -> bool {
    (char.is_control() && char != '\n')
        || matches!(char, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(char, '\u{fdd0}'..='\u{fdef}')
}

fn holes(text: Text, words: &str) -> Result<(), Wrong> {
    let mut rest = words;
    while let Some(at) = rest.find(['{', '}']) {
        let tail = &rest[at..];
        let end = tail[1..].find(['{', '}']).map(|end| end + 1);
        let Some(end) = end.filter(|end| tail.starts_with('{') && tail[*end..].starts_with('}')) else {
            return Err(Wrong::Brace);
        };
        let (typed, after) = tail.split_at(end + 1);
        if !text.holes().any(|hole| hole.mark() == typed) {
            return Err(unknown(text, typed));
        }
        rest = after;
    }
    match text.must().iter().map(|hole| hole.mark()).find(|mark| !words.contains(mark)) {
        Some(mark) => Err(Wrong::Missing { mark }),
        None => Ok(()),
    }
}

fn unknown(text: Text, typed: &str) -> Wrong {
    let known: Vec<&str> = text.holes().map(Hole::mark).collect();
    let typed: String = typed.chars().take(40).collect();
    if known.is_empty() { Wrong::NoHoles { typed } } else { Wrong::Hole { typed, known: known.join(", ") } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_stored_tidy() {
        let typed = " \r\nBonjour, \r\n\r\n\r\n\r\n  merci de lire {newsletter}.\t\r\n";
        assert_eq!(judge(Text::ConfirmOpening, typed).unwrap(), "Bonjour,\n\nmerci de lire {newsletter}.");
        assert_eq!(judge(Text::ConfirmOpening, " \n ").unwrap(), "");
        assert_eq!(
            judge(Text::FormButton, "\u{a0}Oui\u{202f}!").unwrap(),
            "\u{a0}Oui\u{202f}!",
            "no-break spaces stay"
        );
    }

    #[test]
    fn words_that_cannot_stand_are_told_why() {
        use Text::{ConfirmButton, ConfirmExplanation, ConfirmSubject, FormParagraph};
        let long = "x".repeat(41);
        let hole = |typed: &str| Wrong::Hole { typed: typed.to_owned(), known: "{newsletter}, {rhythm}".to_owned() };
        for (text, typed, wrong) in [
            (ConfirmButton, "  ", Wrong::Empty),
            (ConfirmSubject, "{newsletter}\nBcc: a@b.org", Wrong::Lines),
            (ConfirmSubject, "{newsletter}\u{2028}x", Wrong::Lines),
            (ConfirmSubject, "{newsletter}\u{0}", Wrong::Control),
            (FormParagraph, "a\u{202e}b", Wrong::Control),
            (FormParagraph, "a\rb", Wrong::Control),
            (ConfirmButton, long.as_str(), Wrong::Long { most: 40 }),
            (ConfirmButton, "{newsletter}", Wrong::NoHoles { typed: "{newsletter}".to_owned() }),
            (FormParagraph, "{name}", hole("{name}")),
            (FormParagraph, "{Newsletter}", hole("{Newsletter}")),
            (FormParagraph, "{}", hole("{}")),
            (FormParagraph, "{newsletter", Wrong::Brace),
            (FormParagraph, "newsletter}", Wrong::Brace),
            (FormParagraph, "{{newsletter}}", Wrong::Brace),
            (ConfirmExplanation, "Confirmez, merci.", Wrong::Missing { mark: "{newsletter}" }),
            (ConfirmExplanation, "{newsletter} : HTTPS://example.org", Wrong::Address),
            (ConfirmExplanation, "{newsletter} : www.example.org", Wrong::Address),
        ] {
            assert_eq!(judge(text, typed), Err(wrong), "{text}: {typed:?}");
        }
        assert!(judge(ConfirmButton, &"é".repeat(40)).is_ok(), "characters are counted, not bytes");
    }
}
