//! A table of a post → rows of cells, for the text part.
//!
//! In: pieces that begin with a table. Out: its caption and its rows in reading order: the foot last, a cell that spans rows in each
//! of them. A table that only lays out a page (lists, headings or several paragraphs in a cell, one cell a row) does not count.

use super::markup::{Element, Piece};

/// Rows or columns that a cell may span.
const SPAN: usize = 100;

/// A table of words.
#[derive(Debug, Default)]
pub struct Table<'a> {
    /// Its title.
    pub caption: &'a [Piece],
    /// Its rows; rows without a word are left out.
    pub rows: Vec<Vec<&'a [Piece]>>,
}

#[derive(Clone, Copy)]
struct Cell<'a> {
    inside: &'a [Piece],
    rows: usize,
    columns: usize,
}

/// The table that `pieces` begin with, and how many of them it takes.
pub fn read(pieces: &[Piece]) -> Option<(Table<'_>, usize)> {
    if !opens(pieces.first()?, "table") {
        return None;
    }
    let mut table = Table::default();
    let (mut rows, mut foot): (Vec<Vec<Cell<'_>>>, Vec<Vec<Cell<'_>>>) = (Vec::new(), Vec::new());
    let (mut at, mut in_foot) = (1, false);
    loop {
        match pieces.get(at)? {
            Piece::Close(name) if name == "table" => break,
            Piece::Close(name) if name == "tfoot" => in_foot = false,
            Piece::Open(element) => match element.name.as_str() {
                "tfoot" => in_foot = true,
                "tr" => if in_foot { &mut foot } else { &mut rows }.push(Vec::new()),
                name @ ("td" | "th" | "caption") => {
                    let inside = inside(&pieces[at + 1..], name)?;
                    at += 1 + inside.len();
                    if name == "caption" {
                        table.caption = inside;
                    } else {
                        let part = if in_foot { &mut foot } else { &mut rows };
                        let cell = Cell { inside, rows: span(element, "rowspan"), columns: span(element, "colspan") };
                        part.last_mut()?.push(cell);
                    }
                }
                _ => {}
            },
            _ => {}
        }
        at += 1;
    }
    rows.append(&mut foot);
    if rows.iter().all(|row| row.len() < 2) {
        return None;
    }
    table.rows = spread(&rows);
    Some((table, at + 1))
}

fn opens(piece: &Piece, name: &str) -> bool {
    matches!(piece, Piece::Open(element) if element.name == name)
}

fn span(element: &Element, name: &str) -> usize {
    element.get(name).and_then(|span| span.trim().parse().ok()).unwrap_or(1).clamp(1, SPAN)
}

/// What stands in a cell; `None` when that is more than a line of words.
fn inside<'a>(pieces: &'a [Piece], name: &str) -> Option<&'a [Piece]> {
    let mut paragraphs = 0;
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Close(closed) if closed == name => return Some(&pieces[..at]),
            Piece::Open(element) => match element.name.as_str() {
                "p" => paragraphs += 1,
                "ul" | "ol" | "dl" | "blockquote" | "pre" | "table" | "tr" | "td" | "th" | "figure" | "hr" | "h1"
                | "h2" | "h3" | "h4" | "h5" | "h6" => return None,
                _ => {}
            },
            _ => {}
        }
        if paragraphs > 1 {
            return None;
        }
    }
    None
}

/// Cells that span rows are repeated in each, so that every row says all that is true of it.
fn spread<'a>(rows: &[Vec<Cell<'a>>]) -> Vec<Vec<&'a [Piece]>> {
    let mut above: Vec<Option<Cell<'a>>> = Vec::new();
    let mut out = Vec::new();
    for row in rows {
        let mut cells = row.iter().copied();
        let (mut shown, mut next, mut column) = (Vec::new(), cells.next(), 0);
        while next.is_some() || above[column.min(above.len())..].iter().any(Option::is_some) {
            if let Some(Some(cell)) = above.get_mut(column) {
                shown.push(cell.inside);
                let columns = cell.columns;
                cell.rows -= 1;
                if cell.rows < 2 {
                    above[column] = None;
                }
                column += columns;
                continue;
            }
            let Some(cell) = next.take() else {
                column += 1;
                continue;
            };
            shown.push(cell.inside);
            if cell.rows > 1 {
                above.resize(above.len().max(column + 1), None);
                above[column] = Some(cell);
            }
            column += cell.columns;
            next = cells.next();
        }
        if shown.iter().any(|cell| says(cell)) {
            out.push(shown);
        }
    }
    out
}

fn says(cell: &[Piece]) -> bool {
    cell.iter().any(|piece| match piece {
        Piece::Text(text) => !text.trim().is_empty(),
        Piece::Open(element) => element.name == "img" || element.name == super::notes::MARK,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mails::markup;

    /// Rows on lines, cells apart by `|`.
    fn rows(html: &str) -> Option<String> {
        let pieces = markup::pieces(html);
        let (table, length) = read(&pieces)?;
        assert_eq!(length, pieces.len());
        let line = |row: &Vec<&[Piece]>| row.iter().map(|cell| markup::text(cell)).collect::<Vec<_>>().join("|");
        Some(table.rows.iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn the_foot_stands_last_and_spans_are_repeated() {
        let html = "<table><tfoot><tr><td>somme</td><td>3</td></tr></tfoot><tbody><tr><th>a</th><th>b</th></tr>\
                    <tr><td rowspan=2>x</td><td>1</td></tr><tr><td>2</td></tr><tr><td> </td><td></td></tr></tbody></table>";
        assert_eq!(rows(html).unwrap(), "a|b\nx|1\nx|2\nsomme|3");
        let wide = "<table><tr><td colspan=2>a</td><td rowspan=2>b</td></tr><tr><td>1</td><td>2</td></tr></table>";
        assert_eq!(rows(wide).unwrap(), "a|b\n1|2|b");
    }

    #[test]
    fn what_only_lays_out_is_no_table() {
        for html in [
            "<table><tr><td>seul</td></tr></table>",
            "<table><tr><td><ul><li>a</li></ul></td><td>b</td></tr></table>",
            "<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>",
            "<table><tr><td>a</td><td><table><tr><td>b</td></tr></table></td></tr></table>",
            "<table><tr><td>a</td><td>b",
            "<table><td>a</td><td>b</td></table>",
            "<p>a</p>",
        ] {
            assert_eq!(rows(html), None, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_markup_is_survived(parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..30)) {
            let pieces = markup::pieces(&format!("<table>{}</table>", parts.concat()));
            if let Some((table, length)) = read(&pieces) {
                proptest::prop_assert!(length <= pieces.len());
                proptest::prop_assert!(table.rows.iter().all(|row| row.len() <= 30));
            }
        }
    }

    const PIECES: &[&str] = &[
        "<tr>",
        "</tr>",
        "<td>",
        "<td rowspan=3>",
        "<td colspan=2>",
        "<td rowspan=2 colspan=3>",
        "</td>",
        "<th>",
        "</th>",
        "<tfoot>",
        "</tfoot>",
        "<caption>",
        "</caption>",
        "a",
        "<p>",
        "</table>",
    ];
}
