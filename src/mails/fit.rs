//! Writes a styled post as HTML, cut at the end of a block when there is no room for all of it.
//!
//! In: the pieces styled by `article`. Out: an [`Article`], in HTML that mail clients show unchanged.

use super::article::{Article, heading};
use super::encode::quoted_len;
use super::markup::{self, Element, Piece, is_inline};
use super::plain;

/// As HTML. Roundcube takes `figure` and `figcaption` away, and a caption would stand beside its picture: a `div` stays.
fn written(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Open(element) if matches!(element.name.as_str(), "figure" | "figcaption") => {
                let mut div = Element { name: "div".to_owned(), attributes: element.attributes.clone() };
                if element.name == "figcaption" {
                    // The frame's style for dark screens knows this class.
                    div.attributes.insert(0, ("class".to_owned(), "soft".to_owned()));
                }
                markup::write_piece(&Piece::Open(div), &mut out);
            }
            Piece::Close(name) if matches!(name.as_str(), "figure" | "figcaption") => out.push_str("</div>"),
            _ => markup::write_piece(piece, &mut out),
        }
    }
    out
}

/// As many whole blocks as there is room for.
pub fn fit(pieces: &[Piece], room: usize) -> Article {
    let whole = written(pieces);
    if quoted_len(&whole) <= room {
        return Article { html: whole, cut: false };
    }
    let mut open: Vec<&str> = Vec::new();
    let mut used = 0;
    // The end of the last whole block: its piece, and the elements still open there.
    let mut end: Option<(usize, Vec<&str>)> = None;
    for (at, piece) in pieces.iter().enumerate() {
        used += quoted_len(&written(std::slice::from_ref(piece)));
        if used + 200 > room {
            break;
        }
        match piece {
            Piece::Open(element) if !element.is_void() => open.push(&element.name),
            Piece::Close(name) => {
                if let Some(begin) = open.iter().rposition(|known| known == name) {
                    open.truncate(begin);
                }
                if is_block_end(name) && !open.iter().any(|name| is_whole(name)) {
                    end = Some((at + 1, open.clone()));
                }
            }
            _ => {}
        }
    }
    let (upto, open) = end.unwrap_or_default();
    let mut html = written(&pieces[..upto]);
    for name in open.into_iter().rev() {
        html.push_str(&written(&[Piece::Close(name.to_owned())]));
    }
    if upto == 0 {
        // One block larger than the room: its first words.
        let words = plain::cut(&plain::line(&markup::text(pieces)), room / 6);
        html = markup::html(&[Piece::Text(words)]);
    }
    Article { html, cut: true }
}

/// A heading alone at the end would announce a text that does not follow.
fn is_block_end(name: &str) -> bool {
    !is_inline(name) && heading(name).is_none()
}

/// Cut as a whole or not at all.
fn is_whole(name: &str) -> bool {
    matches!(name, "table" | "pre" | "figure" | "dl") || is_inline(name)
}
