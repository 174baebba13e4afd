//! HTML of a post → HTML that is safe and useful in a mail.
//!
//! In: any HTML and the page it stands on. Out: HTML of an allow-list (what Gmail, Outlook, Orange, SFR and La Poste show),
//! addresses absolute, pictures that are there to be seen. `ammonia` does what safety rests on; the second pass
//! over its well-formed output (`pieces`) only takes away: tracking and hidden pictures (`picture`), hidden passages,
//! attributes no longer needed. `echo` takes off what blogs add for other sites. HTML made to keep a parser busy (`bounds`) is read as its words only.

mod bounds;
mod echo;
mod picture;
mod pieces;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::parse::text::{escape, html_of_text};
use picture::Picture;
use pieces::{Piece, Pieces, attributes};

pub use echo::without_echo;
pub use pieces::{excerpt, first_picture, text};

/// Elements that stay.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "var",
];

/// Elements that go with all they hold.
const EMPTIED: &[&str] = &[
    "script", "style", "svg", "math", "iframe", "template", "title", "select", "textarea", "noembed", "noframes", "xml",
];

/// Attributes that stay, by element.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "title"]),
    ("abbr", &["title"]),
    (
        "img",
        &[
            "src",
            "alt",
            "title",
            "width",
            "height",
            "srcset",
            "data-src",
            "data-lazy-src",
            "data-original",
            "data-orig-file",
        ],
    ),
    ("ol", &["start"]),
    ("td", &["colspan", "rowspan", "align"]),
    ("th", &["colspan", "rowspan", "align", "scope"]),
];

/// Attributes that the second pass looks at and takes away.
const HINTS: &[&str] = &["style", "hidden"];

/// The allow-list; made anew each time, which costs little beside the parse.
fn builder(base: Option<&Url>) -> Builder<'static> {
    let mut builder = Builder::default();
    let attributes: HashMap<_, HashSet<_>> =
        ATTRIBUTES.iter().map(|(element, names)| (*element, names.iter().copied().collect())).collect();
    let base = base.filter(|base| !base.cannot_be_a_base());
    builder
        .tags(ELEMENTS.iter().copied().collect())
        .clean_content_tags(EMPTIED.iter().copied().collect())
        .tag_attributes(attributes)
        .generic_attributes(HINTS.iter().copied().chain(["lang", "dir"]).collect())
        .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
        .url_relative(base.map_or(UrlRelative::Deny, |base| UrlRelative::RewriteWithBase(base.clone())))
        .link_rel(Some("noopener nofollow"));
    builder
}

/// Cleans HTML that stands on the page `base`; without one, relative addresses are dropped.
/// Costs a parse by `html5ever`: about 1 ms for 20 KB.
pub fn html(markup: &str, base: Option<&Url>) -> String {
    if markup.trim().is_empty() {
        return String::new();
    }
    let markup = without_data(markup);
    if !bounds::harmless(&markup) {
        return html_of_text(&text(&markup));
    }
    let markup = without_noscript(&markup);
    tidy(&builder(base).clean(&markup).to_string(), base).trim().to_owned()
}

/// Pictures inside the text are not shown by Gmail, SFR or La Poste and go anyway; taken out first, they cost no parse.
fn without_data(markup: &str) -> Cow<'_, str> {
    const START: &str = ";base64,";
    if !markup.contains(START) {
        return Cow::Borrowed(markup);
    }
    let mut out = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(at) = rest.find(START) {
        let (before, data) = rest.split_at(at + START.len());
        out.push_str(before);
        let packed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        rest = data.trim_start_matches(packed);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A mail runs no scripts, so what stands for readers without them is meant for it. (`ammonia` parses as a browser with
/// scripts does and would show the markup inside as text.)
fn without_noscript(markup: &str) -> Cow<'_, str> {
    let lower = markup.to_ascii_lowercase();
    if !lower.contains("<noscript") {
        return Cow::Borrowed(markup);
    }
    let mut out = String::with_capacity(markup.len());
    let mut from = 0;
    for (at, _) in lower.match_indices("noscript") {
        let start = [lower[..at].strip_suffix("</"), lower[..at].strip_suffix('<')].into_iter().flatten().next();
        let Some(start) = start.map(str::len).filter(|start| *start >= from) else { continue };
        let Some(end) = lower[at..].find('>') else { break };
        out.push_str(&markup[from..start]);
        from = at + end + 1;
    }
    out.push_str(&markup[from..]);
    Cow::Owned(out)
}

/// The second pass.
fn tidy(cleaned: &str, base: Option<&Url>) -> String {
    let mut out = String::with_capacity(cleaned.len());
    let mut hidden: Option<(&str, usize)> = None;
    let mut last_picture = None;
    for piece in Pieces(cleaned) {
        if let Some((name, depth)) = hidden {
            hidden = match piece {
                Piece::Start { name: inner, .. } if inner == name => Some((name, depth + 1)),
                Piece::End { name: inner } if inner == name => (depth > 1).then(|| (name, depth - 1)),
                _ => hidden,
            };
            continue;
        }
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::End { name } => out.extend(["</", name, ">"]),
            Piece::Start { name: "img", attributes: text } => {
                if let Some(picture) = Picture::read(&attributes(text), base)
                    && last_picture.as_ref() != Some(&picture.source)
                {
                    picture.write(&mut out);
                    last_picture = Some(picture.source);
                }
            }
            Piece::Start { name, attributes: text } => {
                let attributes = attributes(text);
                if is_hidden(&attributes) {
                    hidden = (!matches!(name, "br" | "hr")).then_some((name, 1));
                    continue;
                }
                out.extend(["<", name]);
                for (key, value) in attributes.iter().filter(|(key, _)| !HINTS.contains(key)) {
                    out.extend([" ", key, "=\"", &escape(value), "\""]);
                }
                out.push('>');
            }
        }
    }
    out
}

/// `hidden`, `display: none`, `visibility: hidden`.
fn is_hidden(attributes: &[(&str, Cow<'_, str>)]) -> bool {
    attributes.iter().any(|(key, value)| {
        let style = || value.to_ascii_lowercase().split_whitespace().collect::<String>();
        *key == "hidden"
            || (*key == "style" && ["display:none", "visibility:hidden"].iter().any(|s| style().contains(s)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(markup: &str) -> String {
        html(markup, Some(&Url::parse("https://blog.example/2026/post/").unwrap()))
    }

    #[test]
    fn what_harms_goes_and_what_is_read_stays() {
        for (given, kept) in [
            ("<p onclick=\"x()\">Bonjour</p><script>alert(4)</script>", "<p>Bonjour</p>"),
            ("<a href=\" jAvaScript:alert(5)\">lien</a>", "<a rel=\"noopener nofollow\">lien</a>"),
            ("<a href=\"data:text/html,x\">d</a>", "<a rel=\"noopener nofollow\">d</a>"),
            ("<svg><script>x</script></svg>a<math><mi>m</mi></math>b", "ab"),
            ("<form><input><button>ok</button></form>", "ok"),
            ("<p style=\"position:fixed\" class=\"x\">fin</p>", "<p>fin</p>"),
            ("<iframe src=\"https://e.example\">x</iframe>y", "y"),
            ("a<br>b &lt;i&gt; &amp;", "a<br>b &lt;i&gt; &amp;"),
            ("<video><source src=x>v</video>z", "vz"),
        ] {
            assert_eq!(clean(given), kept, "{given}");
        }
    }

    #[test]
    fn addresses_become_absolute() {
        assert_eq!(
            clean("<a href=\"../b?x=1&amp;y=2\">b</a><img src=\"/i.png\" alt=\"«é»\" width=\"300px\">"),
            "<a href=\"https://blog.example/2026/b?x=1&amp;y=2\" rel=\"noopener nofollow\">b</a>\
             <img src=\"https://blog.example/i.png\" alt=\"«é»\" width=\"300\">"
        );
        assert_eq!(html("<a href=\"b\">b</a><img src=\"c\">", None), "<a rel=\"noopener nofollow\">b</a>");
    }

    #[test]
    fn pictures_that_nobody_sees_go() {
        for markup in [
            "<img src=\"https://x.example/a.gif\" width=\"1\" height=\"1\">",
            "<img src=\"https://x.example/a.gif\" style=\"display: none\">",
            "<img src=\"https://x.example/a.gif\" style=\"width:1px;height:1px\">",
            "<img src=\"https://pixel.wp.com/b.gif?x\">",
            "<img src=\"data:image/gif;base64,R0lGOD\">",
            "<img alt=\"x\">",
            "<div hidden>x<div>y</div></div>",
            "<span style=\"visibility:hidden\">x</span>",
        ] {
            assert_eq!(clean(markup), "", "{markup}");
        }
        assert_eq!(clean("<div style=\"display:none\">a<div>b</div></div>c"), "c");
        assert_eq!(
            clean("<img src=\"a.png\" style=\"width:100px\">"),
            "<img src=\"https://blog.example/2026/post/a.png\" alt=\"\">"
        );
    }

    #[test]
    fn pictures_that_wait_for_a_script_are_found_once() {
        let lazy =
            "<img src=\"data:image/gif;base64,R0\" data-src=\"/a.jpg\"><noscript><img src=\"/a.jpg\"></noscript>";
        assert_eq!(clean(lazy), "<img src=\"https://blog.example/a.jpg\" alt=\"\">");
    }

    #[test]
    fn words_are_kept_apart() {
        assert_eq!(text("<p>un</p><p>deux &amp; <b>tr</b>ois</p>"), "un deux & trois");
        assert_eq!(excerpt("<p>une phrase un peu longue</p>", 15), "une phrase un…");
    }

    proptest::proptest! {
        #[test]
        fn cleaning_is_safe_and_loses_nothing_twice(parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..40)) {
            let once = clean(&parts.concat());
            for piece in Pieces(&once) {
                let Piece::Start { name, attributes: text } = piece else { continue };
                proptest::prop_assert!(ELEMENTS.contains(&name), "<{}> in {}", name, once);
                for (key, value) in attributes(text) {
                    let allowed = ["href", "rel", "title", "src", "alt", "width", "height", "start", "lang", "dir"].contains(&key);
                    proptest::prop_assert!(allowed && !value.contains("javascript:"), "{}={} in {}", key, value, once);
                }
            }
            proptest::prop_assert_eq!(text(&clean(&once)), text(&once));
        }
    }

    const PIECES: &[&str] = &[
        "<p>",
        "</p>",
        "<div style=\"display:none\">",
        "</div>",
        "<svg>",
        "</svg>",
        "<script>",
        "</script>",
        "<style>",
        "<math>",
        "<a href=\"javascript:x\">",
        "<a title=\"<img src=x onerror=y>\">",
        "</a>",
        "<img src=x onerror=y>",
        "<img src='a\"b'>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<template>",
        "<noscript>",
        "</noscript>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&lt;script&gt;",
        "&amp;lt;",
        "&quot;",
        "\"",
        "'",
        ">",
        "<",
        "é",
        "x ",
        "<form>",
        "<iframe>",
        "<title>",
        "<xmp>",
        "<plaintext>",
        "<span hidden>",
        "</span>",
        "<mi>",
        "<mglyph>",
        "<foreignObject>",
        "<select>",
        "<option>",
        "<textarea>",
        "<li>",
        "<b><i></b></i>",
    ];
}
