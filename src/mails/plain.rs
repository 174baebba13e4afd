//! Plain text: cleaning what comes from outside, cutting and wrapping it.
//!
//! In: titles, names, words. Out: text that is safe in a header or in the text part. Met by every file of this room that shows words
//! from outside; `text` makes the text of a post, `excerpt` its beginning.

use super::encode::is_mark;

/// Columns of the text part.
pub const WIDTH: usize = 72;

/// One line: every run of blanks, line breaks and control characters becomes one blank; no-break spaces stay.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars().filter(|&char| !is_mark(char)) {
        let blank = char == ' ' || char.is_control() || matches!(char, '\u{2028}' | '\u{2029}');
        if !blank {
            out.push(char);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// At most `most` characters, cut between words, with an ellipsis when something was cut.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let end = text.char_indices().nth(most.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
    let kept = &text[..end];
    // A word longer than half of what is kept is cut inside.
    let word_end = kept.rfind(' ').filter(|&at| at >= end / 2).unwrap_or(end);
    let kept = kept[..word_end].trim_end_matches([' ', '\u{a0}', '\u{202f}', ',', ';', ':', '.', '…', '–', '—', '-']);
    format!("{kept}…")
}

/// Wraps at blanks, [`WIDTH`] columns; a longer word (an address) stands alone.
pub fn wrap(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    fill(text, "", "", &mut out);
    out
}

/// Wraps one line that stands behind `lead`; the lines that follow begin with `indent`.
pub(super) fn fill(text: &str, lead: &str, indent: &str, out: &mut String) {
    out.push_str(lead);
    let (mut column, mut fresh) = (lead.chars().count(), true);
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let width = word.chars().count();
        if !fresh && column + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(indent);
            column = indent.chars().count();
        } else if !fresh {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
        fresh = false;
    }
}

/// A line of dashes as long as the text above it.
pub fn underline(text: &str) -> String {
    let width = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    std::iter::repeat_n('-', width.clamp(3, WIDTH)).collect()
}

/// Not more than one empty line in a row, none at the ends.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.trim().lines() {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line.trim_end_matches([' ', '\t']));
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(line(" a\r\n b\0c\u{fdd3} d\u{202f}! "), "a b c d\u{202f}!");
    }

    #[test]
    fn cutting_ends_at_a_word() {
        assert_eq!(cut("un deux trois", 20), "un deux trois");
        assert_eq!(cut("un deux trois", 10), "un deux…");
        assert_eq!(cut(&"x".repeat(50), 10).chars().count(), 10);
    }
}
