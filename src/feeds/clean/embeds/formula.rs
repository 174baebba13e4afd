//! Turns formulas and drawings into words: the text that they carry for readers who cannot see them.
//!
//! In: the pieces of a `math` or `svg`, its own tags included. Out: plain text; for a formula its `alttext`, its TeX, or else
//! its `MathML` on one line: `(a+b)/2`, `x^2`. MathML Core and MathML 3 section 3 name the elements.

use crate::feeds::parse::text::one_line;
use crate::markup::{Element, Piece};

/// A formula in words; may be empty.
pub fn words(pieces: &[Piece]) -> String {
    let said = pieces.first().and_then(|piece| open(piece)?.get("alttext"));
    let said = said.map(str::to_owned).or_else(|| tex(pieces)).map(|said| tex_on_one_line(&said));
    said.filter(|said| !said.is_empty()).unwrap_or_else(|| {
        let mut reader = Reader { pieces, at: 0 };
        one_line(&reader.children().concat())
    })
}

/// TeX without the wrapping of Wikipedia and of displays.
pub fn tex_on_one_line(source: &str) -> String {
    let source = one_line(source);
    let inner = source.strip_prefix("{\\displaystyle ").and_then(|rest| rest.strip_suffix('}'));
    let inner = inner.unwrap_or(&source).trim();
    [("\\[", "\\]"), ("\\(", "\\)"), ("$$", "$$")]
        .iter()
        .find_map(|(from, to)| inner.strip_prefix(from)?.strip_suffix(to))
        .unwrap_or(inner)
        .trim()
        .to_owned()
}

/// The name of a drawing; empty for a decoration.
pub fn name_of_drawing(pieces: &[Piece]) -> String {
    let Some(svg) = pieces.first().and_then(open) else { return String::new() };
    if svg.get("aria-hidden") == Some("true") {
        return String::new();
    }
    let title = || {
        let at = pieces.iter().position(|piece| open(piece).is_some_and(|element| element.name == "title"))?;
        match pieces.get(at + 1) {
            Some(Piece::Text(title)) => Some(title.as_str()),
            _ => None,
        }
    };
    one_line(svg.get("aria-label").filter(|label| !label.trim().is_empty()).or_else(title).unwrap_or_default())
}

fn open(piece: &Piece) -> Option<&Element> {
    match piece {
        Piece::Open(element) => Some(element),
        _ => None,
    }
}

/// What an `annotation` in TeX holds.
fn tex(pieces: &[Piece]) -> Option<String> {
    let at = pieces.iter().position(|piece| {
        open(piece).is_some_and(|element| {
            element.name == "annotation"
                && element.get("encoding").is_some_and(|kind| kind.to_ascii_lowercase().contains("tex"))
        })
    })?;
    match pieces.get(at + 1) {
        Some(Piece::Text(source)) => Some(source.clone()),
        _ => None,
    }
}

/// Reads elements one after another; recursion is as deep as the elements, which the cleaner bounds.
struct Reader<'a> {
    pieces: &'a [Piece],
    at: usize,
}

impl Reader<'_> {
    /// What stands before the next end, each part on its own.
    fn children(&mut self) -> Vec<String> {
        let mut parts = Vec::new();
        while let Some(piece) = self.pieces.get(self.at) {
            self.at += 1;
            match piece {
                Piece::Open(element) => {
                    let inside = self.children();
                    parts.push(shape(&element.name, &inside));
                }
                Piece::Close(_) => break,
                Piece::Text(text) => parts.extend(Some(visible(text)).filter(|text| !text.is_empty())),
                Piece::Comment(_) => {}
            }
        }
        parts
    }
}

/// Without blanks around, and without operators that are only heard.
fn visible(text: &str) -> String {
    text.trim().chars().filter(|char| !matches!(char, '\u{2061}'..='\u{2064}')).collect()
}

fn shape(name: &str, parts: &[String]) -> String {
    match (name, parts) {
        ("msup" | "mover", [base, above]) => format!("{}^{}", grouped(base), grouped(above)),
        ("msub" | "munder", [base, below]) => format!("{}_{}", grouped(base), grouped(below)),
        ("msubsup" | "munderover", [base, below, above]) => {
            format!("{}_{}^{}", grouped(base), grouped(below), grouped(above))
        }
        ("mfrac", [over, under]) => format!("{}/{}", grouped(over), grouped(under)),
        ("mroot", [base, index]) => format!("{}√({base})", grouped(index)),
        ("msqrt", _) => format!("√({})", parts.concat()),
        ("mfenced", _) => format!("({})", parts.join(", ")),
        ("mtable", _) => format!("[{}]", parts.join("; ")),
        ("mtr", _) => parts.join(", "),
        ("annotation" | "annotation-xml" | "mphantom", _) => String::new(),
        ("mo", [sign]) if matches!(sign.as_str(), "=" | "≠" | "<" | ">" | "≤" | "≥" | "≈" | "→" | "⇒" | "⇔" | "∈") =>
        {
            format!(" {sign} ")
        }
        _ => parts.concat(),
    }
}

/// Between brackets when it is more than one word or number.
fn grouped(part: &str) -> String {
    let part = part.trim();
    let bracketed = part.starts_with('(') && part.ends_with(')') && part.matches('(').count() == 1;
    if part.chars().count() < 2 || bracketed || part.chars().all(char::is_alphanumeric) {
        part.to_owned()
    } else {
        format!("({part})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(html: &str) -> String {
        words(&crate::markup::pieces(html))
    }

    #[test]
    fn formulas_keep_their_words() {
        for (html, text) in [
            ("<math alttext=\"x^2\"><mi>x</mi></math>", "x^2"),
            ("<math alttext=\"{\\displaystyle E=mc^{2}}\"></math>", "E=mc^{2}"),
            (
                "<math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">\\frac{a}{b}</annotation></semantics></math>",
                "\\frac{a}{b}",
            ),
            ("<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mn>1</mn></math>", "x^2+1"),
            (
                "<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac><mo>=</mo><msqrt><mi>c</mi></msqrt></math>",
                "(a+b)/2 = √(c)",
            ),
            ("<math><mi>f</mi><mo>&#8289;</mo><mspace/><mfenced><mi>x</mi><mi>y</mi></mfenced></math>", "f(x, y)"),
            ("<math><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr></mtable></math>", "[1, 0]"),
            ("<math><mi>x", "x"),
            ("<math></math>", ""),
        ] {
            assert_eq!(formula(html), text, "{html}");
        }
    }

    #[test]
    fn drawings_have_a_name_or_are_decoration() {
        for (html, name) in [
            ("<svg role=\"img\"><title>Courbe des\n ventes</title><path d=\"M0\"/></svg>", "Courbe des ventes"),
            ("<svg aria-label=\"Plan\"><title>x</title></svg>", "Plan"),
            ("<svg aria-hidden=\"true\"><title>x</title></svg>", ""),
            ("<svg><text>12</text></svg>", ""),
        ] {
            assert_eq!(name_of_drawing(&crate::markup::pieces(html)), name, "{html}");
        }
    }
}
