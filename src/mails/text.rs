//! The text of a post for the text part: blocks wrapped, headings underlined, a table's row on a line, notes as `[1]`,
//! pictures as their description, each link numbered, the addresses below, one a line.
//!
//! In: styled HTML of a post. Out: text. `html2text` lays out blocks, lists and quotes; `notes`, `table` and this file first turn
//! into words what it cannot show well (notes, tables, headings, raised and struck words).

use std::fmt::Write as _;

use super::markup::{self, Element, Piece};
use super::notes::{self, MARK, NOTE};
use super::plain::{fill, line, underline, wrap};
use super::table::{self, Table};

/// Replaces a blank in preformatted text until everything is wrapped.
const FIXED_BLANK: char = '\u{fdef}';
/// Begins a heading until it is underlined.
const HEADING: char = '\u{fdee}';
/// Begins a row of a table until it is wrapped: the lines that follow are set in.
const ROW: char = '\u{fded}';
/// Wider than any line: `html2text` 0.17 wraps nothing then. Its way of cutting long words panics on joined emoji.
const UNWRAPPED: usize = 1 << 20;

/// The text of a post; `links`: the heading above the addresses where notes have numbers, too.
pub fn article(html: &str, links: &str) -> String {
    let mut shown = Shown::default();
    shown.all(&notes::find(&markup::pieces(html)));
    let mut text = blocks(&shown.html);
    if !shown.links.is_empty() {
        text.push('\n');
        if shown.notes {
            let _ = write!(text, "\n{links}");
        }
    }
    for (number, link) in shown.links.iter().enumerate() {
        let _ = write!(text, "\n[{}] {link}", number + 1);
    }
    text
}

/// A post reduced to elements that have a form in plain text.
#[derive(Default)]
struct Shown {
    html: String,
    links: Vec<String>,
    /// The link that is open.
    open: Option<Link>,
    /// How many `pre`, `sup` and `sub` are open.
    fixed: usize,
    raised: usize,
    lowered: usize,
    /// Whether a heading, a caption or a cell is open: one line each.
    one_line: bool,
    /// Prefix of the next words.
    label: String,
    /// Whether there were any.
    notes: bool,
}

struct Link {
    href: String,
    /// Whether it holds words, or a picture.
    words: bool,
    picture: bool,
}

impl Shown {
    fn all(&mut self, pieces: &[Piece]) {
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            if let Some((table, length)) = table::read(&pieces[at..]) {
                self.table(&table);
                at += length;
            } else {
                self.take(piece);
                at += 1;
            }
        }
    }

    /// A row on a line, its cells apart.
    fn table(&mut self, table: &Table<'_>) {
        self.one_line = true;
        if !table.caption.is_empty() {
            self.html.push_str("<p>");
            self.all(table.caption);
            self.html.push_str("</p>");
        }
        self.html.push_str("<p>");
        for row in &table.rows {
            self.html.push(ROW);
            for (number, cell) in row.iter().enumerate() {
                if number > 0 {
                    self.html.push_str(" | ");
                }
                self.all(cell);
            }
            self.html.push_str("<br>");
        }
        self.html.push_str("</p>");
        self.one_line = false;
    }

    fn take(&mut self, piece: &Piece) {
        match piece {
            Piece::Open(element) => self.open(element),
            Piece::Close(name) => self.close(name),
            Piece::Text(text) => self.words(text),
            Piece::Comment(_) => {}
        }
    }

    fn open(&mut self, element: &Element) {
        match element.name.as_str() {
            "a" => {
                let link = |href: &str| Link { href: href.to_owned(), words: false, picture: false };
                self.open = element.get("href").map(link);
            }
            "img" => self.picture(element),
            MARK => {
                self.notes = true;
                let label = element.get("label").unwrap_or_default();
                self.words(&format!("[{label}]"));
            }
            NOTE => {
                self.html.push_str("<div>");
                self.label = element.get("label").map(|label| format!("[{label}] ")).unwrap_or_default();
            }
            "sup" => self.raised += 1,
            "sub" => self.lowered += 1,
            "del" | "s" | "strike" => self.html.push_str("~~"),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.html.push_str("<p>");
                self.html.push(HEADING);
                self.one_line = true;
            }
            "p" | "div" | "br" if self.one_line => self.html.push(' '),
            "figure" => self.html.push_str("<p>"),
            // The words under a picture stand under its description, those under a table apart.
            "figcaption" => self.html.push_str(if self.html.trim_end().ends_with("</p>") { "<p>" } else { "<br>" }),
            "hr" => self.html.push_str("<p>* * *</p>"),
            // Of a table that lays the page out, each cell is a block.
            "tr" | "td" | "th" | "caption" => self.html.push_str("<div>"),
            name if is_dropped(name) => {}
            name => {
                self.fixed += usize::from(name == "pre");
                markup::write_piece(&Piece::Open(element.clone()), &mut self.html);
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" => self.close_link(),
            NOTE => {
                self.label.clear();
                self.html.push_str("</div>");
            }
            "sup" => self.raised = self.raised.saturating_sub(1),
            "sub" => self.lowered = self.lowered.saturating_sub(1),
            "del" | "s" | "strike" => self.html.push_str("~~"),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.html.push_str("</p>");
                self.one_line = false;
            }
            "p" | "div" if self.one_line => self.html.push(' '),
            "tr" | "td" | "th" | "caption" => self.html.push_str("</div>"),
            "figure" => self.html.push_str("</p>"),
            "figcaption" | "hr" => {}
            name if is_dropped(name) => {}
            name => {
                self.fixed = self.fixed.saturating_sub(usize::from(name == "pre"));
                markup::write_piece(&Piece::Close(name.to_owned()), &mut self.html);
            }
        }
    }

    fn words(&mut self, text: &str) {
        let blank = text.trim().is_empty();
        if !blank {
            let label = std::mem::take(&mut self.label);
            markup::write_piece(&Piece::Text(label), &mut self.html);
            if let Some(link) = &mut self.open {
                link.words = true;
            }
        }
        let text = if self.fixed > 0 {
            text.replace('\t', "    ").replace(' ', &FIXED_BLANK.to_string())
        } else if self.raised > 0 {
            script(text, RAISED)
        } else if self.lowered > 0 {
            script(text, LOWERED)
        } else {
            text.to_owned()
        };
        markup::write_piece(&Piece::Text(text), &mut self.html);
    }

    /// A picture as its description; an emoji that a blog made a picture of is itself.
    fn picture(&mut self, element: &Element) {
        if let Some(link) = &mut self.open {
            link.picture = true;
        }
        let description = line(element.get("alt").unwrap_or_default());
        if description.chars().any(char::is_alphanumeric) {
            self.words(&format!("[{description}]"));
        } else {
            self.words(&description);
        }
    }

    /// Numbers the link. A link without words is dropped; a picture without words is named after the link's target.
    fn close_link(&mut self) {
        let Some(link) = self.open.take() else { return };
        if link.picture && !link.words {
            let host = super::frame::host(&link.href).unwrap_or_else(|| link.href.clone());
            self.words(&host);
        } else if !link.words {
            return;
        }
        let known = self.links.iter().position(|known| *known == link.href);
        let number = known.unwrap_or_else(|| {
            self.links.push(link.href);
            self.links.len() - 1
        });
        let _ = write!(self.html, " [{}]", number + 1);
    }
}

/// Elements that text shows nothing of, or that only tables have.
fn is_dropped(name: &str) -> bool {
    matches!(name, "ins" | "code" | "table" | "thead" | "tbody" | "tfoot" | "colgroup" | "col" | notes::BACK)
}

/// Characters and what they are when raised or lowered (Unicode, block "Superscripts and Subscripts").
type Script = &'static [(char, char)];
const RAISED: Script = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('+', '⁺'),
    ('-', '⁻'),
    ('−', '⁻'),
    ('n', 'ⁿ'),
];
const LOWERED: Script = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('-', '₋'),
    ('−', '₋'),
];

/// `m²`, `H₂O`; unchanged where some character has no such form (`1er`).
fn script(text: &str, forms: Script) -> String {
    let form = |char: char| forms.iter().find(|(plain, _)| *plain == char).map(|(_, form)| *form);
    text.chars().map(form).collect::<Option<String>>().unwrap_or_else(|| text.to_owned())
}

fn blocks(html: &str) -> String {
    let laid_out = html2text::config::plain_no_decorate()
        .raw_mode(true)
        .allow_width_overflow()
        .link_footnotes(false)
        .string_from_read(html.as_bytes(), UNWRAPPED);
    let Ok(laid_out) = laid_out else {
        let marks = |char: char| matches!(char, HEADING | ROW | FIXED_BLANK);
        return wrap(&line(&markup::text(&markup::pieces(html)).replace(marks, " ")));
    };
    let mut out = String::with_capacity(laid_out.len() + laid_out.len() / 50);
    for line in laid_out.lines() {
        block(line, &mut out);
    }
    out.trim().replace(FIXED_BLANK, " ").replace([HEADING, ROW], "")
}

/// One block, wrapped.
fn block(line: &str, out: &mut String) {
    let lead = lead(line);
    let indent: String = lead.chars().map(|char| if char == '>' { '>' } else { ' ' }).collect();
    let words = &line[lead.len()..];
    if let Some(title) = words.strip_prefix(HEADING) {
        let mut wrapped = String::new();
        fill(title, "", "", &mut wrapped);
        if wrapped.is_empty() {
            return;
        }
        for (number, line) in wrapped.lines().chain([underline(&wrapped).as_str()]).enumerate() {
            out.extend([if number == 0 { lead } else { &indent }, line, "\n"]);
        }
        return;
    }
    match words.strip_prefix(ROW) {
        Some(row) => fill(row, lead, &format!("{indent}    "), out),
        None => fill(words, lead, &indent, out),
    }
    out.truncate(out.trim_end_matches([' ', '\u{a0}']).len());
    out.push('\n');
}

/// The prefix of a line: quote marks, blanks, a bullet or a number.
fn lead(line: &str) -> &str {
    let marks = line.len() - line.trim_start_matches(['>', ' ', '*']).len();
    let rest = &line[marks..];
    let digits = rest.len() - rest.trim_start_matches(|char: char| char.is_ascii_digit()).len();
    let numbered = (1..=3).contains(&digits) && rest[digits..].starts_with(". ");
    &line[..if numbered { marks + digits + 2 } else { marks }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mails::plain::WIDTH;

    fn text(html: &str) -> String {
        article(html, "Liens :")
    }

    #[test]
    fn blocks_keep_their_shape() {
        let long = "mot ".repeat(30);
        let text = text(&format!(
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
        let text = text(&format!("<p>a🐦\u{200d}🔥{}</p>", "a".repeat(200)));
        assert!(text.contains("🐦\u{200d}🔥aaa"));
    }

    #[test]
    fn addresses_stand_below_the_text_without_gaps() {
        let html = "<p>Voir <a href=\"https://a.example/x\">ici</a> et <a href=\"https://a.example/x\">là</a>.</p><ul><li>un</li></ul>";
        assert_eq!(text(html), "Voir ici [1] et là [1].\n* un\n\n[1] https://a.example/x");
        let html = "<p><a href=\"https://a.example/v\"></a>a <a href=\"https://b.example/w\"><img src=\"https://b.example/i.png\" alt=\"\"></a> \
                    <a href=\"https://c.example/x\">c</a></p>";
        assert_eq!(text(html), "a b.example [1] c [2]\n\n[1] https://b.example/w\n[2] https://c.example/x");
    }

    #[test]
    fn notes_are_marked_and_listed_apart_from_links() {
        let html = "<p>Texte<sup><a href=\"https://b.example/p#n1\">1</a></sup>, <a href=\"https://c.example/\">lien</a>.</p><ol><li>La note. \
                    <a href=\"https://b.example/p#r1\">↩︎</a></li><li><p>Deux.&nbsp;<a href=\"https://b.example/p#r2\">↩</a></p></li></ol>";
        assert_eq!(text(html), "Texte[1], lien [1].\n\n[1] La note.\n\n[2] Deux.\n\nLiens :\n[1] https://c.example/");
    }

    #[test]
    fn a_row_of_a_table_is_a_line() {
        let html = "<table><caption>Pour deux pains</caption><thead><tr><th>Quoi</th><th>Poids</th></tr></thead><tbody><tr><td>Farine<br>T80</td>\
                    <td><p>1 000 g</p></td></tr></tbody><tfoot><tr><td>Total</td><td><b>1 650</b> g</td></tr></tfoot></table><p>fin</p>";
        assert_eq!(text(html), "Pour deux pains\n\nQuoi | Poids\nFarine T80 | 1 000 g\nTotal | 1 650 g\n\nfin");
        let figure = text(
            "<figure><table><tr><td>a</td><td>b</td></tr></table><figcaption>Prix</figcaption></figure><ul><li>c</li></ul>",
        );
        assert_eq!(figure, "a | b\n\nPrix\n* c");
        let layout = text("<table><tr><td><p>un</p><p>deux</p></td></tr><tr><td>trois</td></tr></table>");
        assert_eq!(layout.split_whitespace().collect::<Vec<_>>(), ["un", "deux", "trois"]);
        let long = text(&format!("<table><tr><td>{}</td><td>b</td></tr></table>", "mot ".repeat(30)));
        assert!(long.lines().nth(1).unwrap().starts_with("    mot"), "{long}");
    }

    #[test]
    fn headings_are_underlined_as_titles_are() {
        assert_eq!(text("<h3>Le <em>comptage</em></h3><p>un</p>"), "Le comptage\n-----------\n\nun");
        assert_eq!(
            text("<blockquote><h4>À part</h4><p>un</p></blockquote>"),
            "> À part\n> ------\n> \n> un".replace("> \n", ">\n")
        );
        assert_eq!(text("<h2></h2><p>un</p>"), "un");
    }

    #[test]
    fn raised_lowered_and_struck_words_are_legible() {
        let html = "<p>12 m<sup>2</sup>, H<sub>2</sub>O, 10<sup>-3</sup>, le 1<sup>er</sup>, <del>20 €</del> <ins>15 €</ins>, <code>a</code> \
                    <img src=\"https://s.example/i.png\" alt=\"🙂\"></p>";
        assert_eq!(text(html), "12 m², H₂O, 10⁻³, le 1er, ~~20 €~~ 15 €, a 🙂");
    }

    proptest::proptest! {
        #[test]
        fn no_mark_of_ours_is_left(parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..30)) {
            let text = text(&parts.concat());
            proptest::prop_assert!(!text.contains(crate::mails::encode::is_mark), "{}", text);
            let listed = text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("] https://")?.0.parse::<usize>().ok());
            let listed: Vec<usize> = listed.collect();
            proptest::prop_assert_eq!(&listed, &(1..=listed.len()).collect::<Vec<_>>(), "{}", text);
        }
    }

    const PIECES: &[&str] = &[
        "<p>",
        "</p>",
        "<h2>",
        "</h2>",
        "<table><tr><td>",
        "<td>",
        "</table>",
        "<tr>",
        "<sup>",
        "</sup>",
        "<del>",
        "</del>",
        "mot ",
        " ",
        "1",
        "<a href=\"https://a.example/\">",
        "<a href=\"https://b.example/#n\">",
        "</a>",
        "↩",
        "<ol><li>",
        "</li></ol>",
        "<blockquote>",
        "</blockquote>",
        "<pre>",
        "</pre>",
        "<img alt=\"x\" src=\"https://c.example/\">",
        "<img alt=\"🙂\">",
        "<br>",
    ];
}
