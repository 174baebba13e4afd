//! Footnotes in the HTML of a post, as WordPress, Pandoc, kramdown, markdown-it, Docutils and others write them.
//!
//! In: pieces; cleaned HTML has neither classes nor ids, so a note is recognised by its form: a short label that links to a place in
//! the page, an arrow that links back. Out: the same pieces, with [`MARK`] for each reference, and [`NOTE`] around each note of a
//! list. Met by `text`, which shows them, and by `excerpt`, which leaves them out.

use super::markup::{Element, Piece};

/// A reference; its attribute `label` holds its text without brackets. It has no end tag.
pub const MARK: &str = "MARK";
/// A note; its attribute `label` is its number, where a list gives it one.
pub const NOTE: &str = "NOTE";
/// The place of a note's link back to its reference. It has no end tag.
pub const BACK: &str = "BACK";

/// Pieces of a link that are looked at; a reference has few.
const LINK: usize = 12;

/// Finds references, ways back and notes. Costs one pass.
pub fn find(pieces: &[Piece]) -> Vec<Piece> {
    notes(links(pieces))
}

/// Whether the piece is this element of ours.
pub fn is(piece: &Piece, name: &str) -> bool {
    matches!(piece, Piece::Open(element) if element.name == name)
}

fn ours(name: &str, label: Option<String>) -> Piece {
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    if let Some(label) = label {
        element.set("label", label);
    }
    Piece::Open(element)
}

enum Kind {
    Mark(String),
    Back,
    /// A heading's link to itself.
    Anchor,
    Link,
}

fn links(pieces: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let (mut at, mut raised) = (0, 0_usize);
    while let Some(piece) = pieces.get(at) {
        at += 1;
        match piece {
            Piece::Open(element) if element.name == "sup" => raised += 1,
            Piece::Close(name) if name == "sup" => raised = raised.saturating_sub(1),
            Piece::Open(element) if element.name == "a" => {
                let rest = &pieces[at..];
                let end = rest.iter().take(LINK).position(|piece| matches!(piece, Piece::Close(name) if name == "a"));
                let kind = end.map_or(Kind::Link, |end| kind(element, &rest[..end], raised > 0));
                match kind {
                    Kind::Mark(label) => out.push(ours(MARK, Some(label))),
                    Kind::Back => out.push(ours(BACK, None)),
                    Kind::Anchor => {}
                    Kind::Link => {
                        out.push(piece.clone());
                        continue;
                    }
                }
                at += end.map_or(0, |end| end + 1);
                continue;
            }
            _ => {}
        }
        out.push(piece.clone());
    }
    without_brackets(out)
}

fn kind(link: &Element, inside: &[Piece], raised: bool) -> Kind {
    let raised = raised || inside.iter().any(|piece| matches!(piece, Piece::Open(element) if element.name == "sup"));
    let place = link.get("href").map(|href| href.split_once('#').is_some_and(|(_, place)| !place.is_empty()));
    let words = words(inside);
    let bracketed = words.starts_with(['[', '(']);
    let label = words.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | '^') || c.is_whitespace());
    match place {
        Some(false) => Kind::Link,
        // Without the page's address a place on it is none: the cleaner took it away.
        None if !raised => Kind::Link,
        _ if is_arrow(&words) => Kind::Back,
        _ if matches!(words.as_str(), "" | "#" | "¶" | "§" | "🔗") && place.is_some() => Kind::Anchor,
        _ if is_label(label, raised || bracketed) => Kind::Mark(label.to_owned()),
        _ => Kind::Link,
    }
}

/// What a link says, pictures by their description.
fn words(inside: &[Piece]) -> String {
    let said = inside.iter().map(|piece| match piece {
        Piece::Text(text) => text.as_str(),
        Piece::Open(element) if element.name == "img" => element.get("alt").unwrap_or_default(),
        _ => "",
    });
    said.collect::<String>().trim().to_owned()
}

/// `↩`, `↩︎`, `↑2`, `^`.
fn is_arrow(words: &str) -> bool {
    let arrow = |c: char| matches!(c, '←'..='⇿' | '⤀'..='⥿' | '⬀'..='⬑' | '⮌' | '⏎' | '^' | '🔙');
    let beside = |c: char| c.is_numeric() || c.is_whitespace() || matches!(c, '\u{fe0e}' | '\u{fe0f}' | '[' | ']');
    words.contains(arrow) && words.chars().all(|c| arrow(c) || beside(c))
}

/// `1`, `12b`, `*`, `†`; letters and small Roman numbers where it looks like a note otherwise, too.
fn is_label(label: &str, dressed: bool) -> bool {
    let length = label.chars().count();
    let digits = label.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let numbered =
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && label.len() <= digits.len() + 1;
    let signs = label.chars().all(|c| matches!(c, '*' | '†' | '‡' | '§'));
    let letters = dressed && (length == 1 || label.chars().all(|c| matches!(c, 'i' | 'v' | 'x')));
    match length {
        1..=4 => (numbered && digits.len() <= 3) || signs || (letters && label.chars().all(char::is_alphanumeric)),
        _ => false,
    }
}

/// Without the brackets and commas that stand around references: they get brackets of their own.
fn without_brackets(mut pieces: Vec<Piece>) -> Vec<Piece> {
    for at in 0..pieces.len() {
        if !is(&pieces[at], MARK) {
            continue;
        }
        let (before, after) = pieces.split_at_mut(at);
        let (Some(Piece::Text(before)), Some(Piece::Text(after))) = (before.last_mut(), after.get_mut(1)) else {
            continue;
        };
        if let (Some('['), Some(rest)) = (before.chars().last(), after.strip_prefix(']')) {
            *after = rest.to_owned();
            before.pop();
        }
    }
    pieces
}

/// An element that is open.
struct Open {
    at: usize,
    /// How many items it has, and how many of them a way back.
    items: usize,
    with_way_back: usize,
    /// Whether a way back stood in this item.
    way_back: bool,
    label: Option<String>,
}

/// Puts [`NOTE`] in the place of the items of a list all of which lead back, and of what begins with a raised number.
fn notes(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let mut open: Vec<Open> = Vec::new();
    let mut gone = Vec::new();
    // Item by item: where it begins and ends, and in which list.
    let mut items: Vec<(usize, usize, usize)> = Vec::new();
    for at in 0..pieces.len() {
        match &pieces[at] {
            Piece::Open(element) if element.name == BACK => {
                if let Some(item) = open.iter_mut().rfind(|open| name(&pieces[open.at]) == "li") {
                    item.way_back = true;
                }
            }
            Piece::Open(element) if element.is_void() || element.name == MARK => {}
            Piece::Open(element) => {
                let label = if element.name == "div" { label_of(&pieces[at + 1..]) } else { None };
                open.push(Open { at, items: 0, with_way_back: 0, way_back: false, label });
            }
            Piece::Close(closed) => {
                let Some(begin) = open.iter().rposition(|open| name(&pieces[open.at]) == closed) else { continue };
                let element = open.swap_remove(begin);
                open.truncate(begin);
                match closed.as_str() {
                    "li" => {
                        if let Some(list) = open.last_mut() {
                            list.items += 1;
                            list.with_way_back += usize::from(element.way_back);
                            items.push((list.at, element.at, at));
                        }
                    }
                    "ol" | "ul" if element.items > 0 && element.items == element.with_way_back => {
                        gone.extend([element.at, at]);
                        label_items(&mut pieces, element.at, &items);
                    }
                    "div" if element.label.is_some() => {
                        gone.extend(label_pieces(&pieces, element.at));
                        pieces[element.at] = ours(NOTE, element.label);
                        pieces[at] = Piece::Close(NOTE.to_owned());
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    gone.sort_unstable();
    let mut at = 0..;
    pieces.retain(|_| gone.binary_search(&at.next().unwrap_or_default()).is_err());
    pieces
}

fn name(piece: &Piece) -> &str {
    if let Piece::Open(element) = piece { &element.name } else { "" }
}

/// The items of the list that begins at `list` become notes, numbered as the list numbers them.
fn label_items(pieces: &mut [Piece], list: usize, items: &[(usize, usize, usize)]) {
    let Piece::Open(element) = &pieces[list] else { return };
    let first = element.get("start").and_then(|start| start.parse::<u32>().ok()).unwrap_or(1);
    let numbered = element.name == "ol";
    let own = items.iter().filter(|(of, _, _)| *of == list);
    for ((_, begin, end), number) in own.zip(first..) {
        pieces[*begin] = ours(NOTE, numbered.then(|| number.to_string()));
        pieces[*end] = Piece::Close(NOTE.to_owned());
    }
}

/// The label of a note that is a block of its own: `<sup>1</sup><p>…` at its beginning.
fn label_of(inside: &[Piece]) -> Option<String> {
    let mut pieces = inside.iter().filter(|piece| !is_blank(piece)).take(4);
    let [Some(open), Some(Piece::Text(label)), Some(Piece::Close(close)), Some(next)] =
        std::array::from_fn(|_| pieces.next())
    else {
        return None;
    };
    let begins = name(open) == "sup" && close == "sup" && name(next) == "p";
    Some(label.trim().to_owned()).filter(|label| begins && is_label(label, true))
}

/// Where those pieces of the label stand that [`label_of`] found behind `at`.
fn label_pieces(pieces: &[Piece], at: usize) -> Vec<usize> {
    (at + 1..pieces.len()).filter(|at| !is_blank(&pieces[*at])).take(3).collect()
}

fn is_blank(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(text) if text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mails::markup;

    /// References in brackets, notes in braces with their label, ways back as `<`.
    fn shape(html: &str) -> String {
        let label = |element: &Element| element.get("label").unwrap_or("-").to_owned();
        let shown = find(&markup::pieces(html)).into_iter().map(|piece| match piece {
            Piece::Open(element) if element.name == MARK => format!("[{}]", label(&element)),
            Piece::Open(element) if element.name == NOTE => format!("{{{}:", label(&element)),
            Piece::Open(element) if element.name == BACK => "<".to_owned(),
            Piece::Close(name) if name == NOTE => "}".to_owned(),
            Piece::Open(element) if element.name == "a" => "(".to_owned(),
            Piece::Close(name) if name == "a" => ")".to_owned(),
            Piece::Text(text) => text,
            _ => String::new(),
        });
        shown.collect()
    }

    #[test]
    fn references_and_notes_are_found_in_every_dialect() {
        let page = "https://b.example/p/";
        for (dialect, html, wanted) in [
            (
                "WordPress",
                "<p>a<sup><a href=\"P#n1\">1</a></sup>.</p><ol><li>Note. <a href=\"P#n1-link\">↩︎</a></li></ol>",
                "a[1].{1:Note. <}",
            ),
            (
                "Pandoc",
                "<p>a<a href=\"P#fn1\"><sup>1</sup></a></p><hr><ol><li><p>N<a href=\"P#fnref1\">↩︎</a></p></li></ol>",
                "a[1]{1:N<}",
            ),
            (
                "kramdown",
                "<p>a<sup><a href=\"P#fn:1\">1</a></sup></p><div><ol><li><p>N <a href=\"P#fnref:1\">&#8617;</a> <a \
                 href=\"P#fnref:1:1\">&#8617;<sup>2</sup></a></p></li></ol></div>",
                "a[1]{1:N < <}",
            ),
            (
                "markdown-it",
                "<p>a<sup><a href=\"P#fn1\">[1]</a></sup></p><ol><li><p>N <a href=\"P#fnref1\">↩︎</a></p></li></ol>",
                "a[1]{1:N <}",
            ),
            ("Word", "<p>a<a href=\"P#_ftn1\">[1]</a></p><p><a href=\"P#_ftnref1\">[1]</a> N</p>", "a[1][1] N"),
            ("without an address", "<p>a<sup><a>1</a></sup></p><div><sup>1</sup>\n<p>N</p></div>", "a[1]{1:\nN}"),
            ("brackets around", "a[<a href=\"P#n\">2</a>] et <sup>[<a href=\"P#o\">3</a>]</sup>", "a[2] et [3]"),
            ("a list that begins later", "<ol start=4><li>x <a href=\"P#a\">↑</a></li></ol>", "{4:x <}"),
        ] {
            assert_eq!(shape(&html.replace("P#", &format!("{page}#"))), wanted, "{dialect}");
        }
    }

    #[test]
    fn other_links_stay_links() {
        for (html, wanted) in [
            ("<a href=\"https://a.example/#les-prix\">les prix</a>", "(les prix)"),
            ("<a href=\"https://a.example/2026\">2026</a>", "(2026)"),
            ("<a href=\"https://a.example/1\">1</a>", "(1)"),
            ("<ol><li><a href=\"https://a.example/#a\">Un</a></li></ol>", "(Un)"),
            ("<ol><li>a <a href=\"https://a.example/#a\">↩</a></li><li>b</li></ol>", "a <b"),
            ("<h2>Titre <a href=\"https://a.example/#t\">¶</a></h2>", "Titre "),
            ("m<sup>2</sup>", "m2"),
            ("<a>1</a>", "(1)"),
        ] {
            assert_eq!(shape(html), wanted, "{html}");
        }
    }

    proptest::proptest! {
        /// Labels, arrows and brackets move; a word never goes, also where elements do not nest as they should.
        #[test]
        fn words_stay(parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..40)) {
            let html = parts.concat();
            let words = |pieces: &[Piece]| {
                let said = pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "" });
                said.collect::<String>().matches("mot").count()
            };
            let before = markup::pieces(&html);
            proptest::prop_assert_eq!(words(&find(&before)), words(&before));
        }
    }

    const PIECES: &[&str] = &[
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<ol>",
        "</ol>",
        "<ul>",
        "<li>",
        "</li>",
        "<sup>",
        "</sup>",
        "<a href=\"https://a.example/#n\">",
        "<a>",
        "</a>",
        "1",
        "[",
        "]",
        "↩",
        "mot ",
        " ",
        "<img alt=\"x\">",
    ];
}
