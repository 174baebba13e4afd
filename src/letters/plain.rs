//! Plain text: cleaning what comes from outside, wrapping, excerpts, and the text of a post.
//!
//! In: titles, names, cleaned HTML. Out: text that can stand in a header or in the text part. Met by everything in
//! this room that shows a word that is not ours.

use std::fmt::Write as _;

use super::encode::is_mark;
use super::markup::{self, Element, Piece};

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
fn fill(text: &str, lead: &str, indent: &str, out: &mut String) {
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

/// What blogs put at the end of a text that they cut.
const CUT_MARKS: &[&str] = &["[…]", "[...]", "(…)", "…", "...", "→"];

/// The text of some HTML in one line, at most `most` characters.
pub fn excerpt(html: &str, most: usize) -> String {
    let whole = line(&markup::text(&markup::pieces(html)));
    let mut bare = whole.as_str();
    while let Some(rest) = CUT_MARKS.iter().find_map(|mark| bare.strip_suffix(mark)) {
        bare = rest.trim_end();
    }
    if bare.len() < whole.len() { cut(&format!("{bare}…"), most) } else { cut(&whole, most) }
}

/// Stands for a blank in preformatted text until everything is wrapped.
const FIXED_BLANK: char = '\u{fdef}';
/// Wider than any line: `html2text` 0.17 wraps nothing then. Its way of cutting long words panics on joined emoji.
const UNWRAPPED: usize = 1 << 20;

/// The text of a post: blocks wrapped, pictures as their description, each link numbered, the addresses below, one a line.
pub fn article(html: &str) -> String {
    let mut shown = Shown::default();
    for piece in markup::pieces(html) {
        shown.take(piece);
    }
    let mut text = blocks(&shown.html);
    if !shown.links.is_empty() {
        text.push('\n');
    }
    for (number, link) in shown.links.iter().enumerate() {
        let _ = write!(text, "\n[{}] {link}", number + 1);
    }
    text
}

/// A post without what text has not: links as numbers, pictures as words.
#[derive(Default)]
struct Shown {
    html: String,
    links: Vec<String>,
    /// Number of the link that is open.
    open: Option<usize>,
    /// How many `pre` are open.
    fixed: usize,
}

impl Shown {
    fn take(&mut self, piece: Piece) {
        match piece {
            Piece::Open(element) => match element.name.as_str() {
                "a" => self.open = element.get("href").map(|href| number(&mut self.links, href)),
                "img" => picture(&element, &mut self.html),
                "hr" => self.html.push_str("<p>* * *</p>"),
                name => {
                    self.fixed += usize::from(name == "pre");
                    markup::write_piece(&Piece::Open(element), &mut self.html);
                }
            },
            Piece::Close(name) => match name.as_str() {
                "a" => {
                    if let Some(number) = self.open.take() {
                        let _ = write!(self.html, " [{number}]");
                    }
                }
                "hr" => {}
                other => {
                    self.fixed = self.fixed.saturating_sub(usize::from(other == "pre"));
                    markup::write_piece(&Piece::Close(name), &mut self.html);
                }
            },
            Piece::Text(text) if self.fixed > 0 => {
                let text = text.replace('\t', "    ").replace(' ', &FIXED_BLANK.to_string());
                markup::write_piece(&Piece::Text(text), &mut self.html);
            }
            piece => markup::write_piece(&piece, &mut self.html),
        }
    }
}

fn number(links: &mut Vec<String>, href: &str) -> usize {
    let known = links.iter().position(|link| link == href);
    known.unwrap_or_else(|| {
        links.push(href.to_owned());
        links.len() - 1
    }) + 1
}

fn picture(element: &Element, shown: &mut String) {
    let description = line(element.get("alt").unwrap_or_default());
    if !description.is_empty() {
        markup::write_piece(&Piece::Text(format!("[{description}]")), shown);
    }
}

fn blocks(html: &str) -> String {
    let laid_out = html2text::config::plain_no_decorate()
        .raw_mode(true)
        .allow_width_overflow()
        .link_footnotes(false)
        .string_from_read(html.as_bytes(), UNWRAPPED);
    let Ok(laid_out) = laid_out else { return wrap(&line(&markup::text(&markup::pieces(html)))) };
    let mut out = String::with_capacity(laid_out.len() + laid_out.len() / 50);
    for line in laid_out.lines() {
        let lead = lead(line);
        let indent: String = lead.chars().map(|char| if char == '>' { '>' } else { ' ' }).collect();
        fill(&line[lead.len()..], lead, &indent, &mut out);
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out.trim().replace(FIXED_BLANK, " ")
}

/// What stands before the words of a line: quote marks, blanks, a bullet or a number.
fn lead(line: &str) -> &str {
    let marks = line.len() - line.trim_start_matches(['>', ' ', '*']).len();
    let rest = &line[marks..];
    let digits = rest.len() - rest.trim_start_matches(|char: char| char.is_ascii_digit()).len();
    let numbered = (1..=3).contains(&digits) && rest[digits..].starts_with(". ");
    &line[..if numbered { marks + digits + 2 } else { marks }]
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

    #[test]
    fn excerpts_lose_the_mark_of_the_blog() {
        assert_eq!(excerpt("<p>Il pleut [&hellip;]</p>", 100), "Il pleut…");
        assert_eq!(excerpt("<p>Il pleut.</p><p>Encore.</p>", 100), "Il pleut. Encore.");
    }

    #[test]
    fn blocks_keep_their_shape() {
        let long = "mot ".repeat(30);
        let text = article(&format!(
            "<blockquote><p>{long}</p></blockquote><ol><li>{long}</li></ol><pre>a  b\n\tc</pre><hr><p>fin</p>"
        ));
        assert_eq!(text.lines().filter(|line| line.starts_with("> mot")).count(), 2, "{text}");
        assert!(text.contains("\n1. mot") && text.contains("\n   mot"), "{text}");
        assert!(text.contains("a  b\n    c") && text.contains("* * *"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    }

    /// `html2text` 0.17.4 panics when it has to cut such a word itself.
    #[test]
    fn a_long_word_with_a_joined_emoji_is_text() {
        let text = article(&format!("<p>a🐦\u{200d}🔥{}</p>", "a".repeat(200)));
        assert!(text.contains("🐦\u{200d}🔥aaa"));
    }

    #[test]
    fn addresses_stand_below_the_text() {
        let html = "<p>Voir <a href=\"https://a.example/x\">ici</a> et <a href=\"https://a.example/x\">là</a>.</p><ul><li>un</li></ul>";
        assert_eq!(article(html), "Voir ici [1] et là [1].\n* un\n\n[1] https://a.example/x");
    }
}
