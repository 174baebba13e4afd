//! Turns a link inside a link into two links, one after the other.
//!
//! In: the pieces of a cleaned post. Out: the same pieces with no link inside a link. HTML parsers allow a link inside a link where
//! a table cell is in between (HTML, "the adoption agency" and its marker); for readers the inner one is the link. The outer link
//! keeps the words before its first element, and is removed where there are none.

use crate::markup::Piece;

/// A link that is open, as places in what is written.
struct Open {
    start: usize,
    /// Where its first element begins: up to here it can be ended and all stays well-formed.
    element: Option<usize>,
}

/// Ends an outer link where an inner one begins.
pub fn undo(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len());
    let mut open: Option<Open> = None;
    for piece in pieces {
        match &piece {
            Piece::Open(element) if element.name == "a" => {
                if let Some(outer) = open.take() {
                    end(&mut out, &outer);
                }
                open = Some(Open { start: out.len(), element: None });
            }
            Piece::Close(name) if name == "a" && open.take().is_none() => continue,
            Piece::Open(_) => {
                let here = out.len();
                if let Some(link) = &mut open {
                    link.element.get_or_insert(here);
                }
            }
            _ => {}
        }
        out.push(piece);
    }
    out
}

fn end(out: &mut Vec<Piece>, outer: &Open) {
    let until = outer.element.unwrap_or(out.len());
    let words = |piece: &Piece| matches!(piece, Piece::Text(text) if !text.trim().is_empty());
    if out[outer.start + 1..until].iter().any(words) {
        out.insert(until, Piece::Close("a".into()));
    } else {
        out.remove(outer.start);
    }
}

#[cfg(test)]
mod tests {
    use crate::markup::{html, pieces};

    #[test]
    fn the_inner_link_is_the_link() {
        let cell = |inner: &str| format!("<table><tr><td>{inner}</td></tr></table>");
        let link = |to: &str, inside: &str| format!("<a href=\"https://{to}.example/\">{inside}</a>");
        let outer = |inside: &str| link("out", inside);
        let inner = link("in", "dedans");
        for (given, kept) in [
            (outer(&cell(&inner)), cell(&inner)),
            (outer(&format!("avant{}", cell(&inner))), outer("avant") + &cell(&inner)),
            (outer(&format!("{}après", cell(&inner))), cell(&inner) + "après"),
            (outer(&format!("<b>{}</b>", cell(&inner))), format!("<b>{}</b>", cell(&inner))),
            (outer(&cell(&outer(&cell(&inner)))), cell(&cell(&inner))),
            (outer(&cell("sans")), outer(&cell("sans"))),
            (outer("un") + &inner, outer("un") + &inner),
            (outer(&inner), inner.clone()),
        ] {
            assert_eq!(html(&super::undo(pieces(&given))), kept, "{given}");
        }
    }
}
