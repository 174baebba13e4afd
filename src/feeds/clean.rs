//! HTML of a post → HTML that is safe and useful in a mail.
//!
//! In: any HTML and the page it stands on. Out: HTML of an allow-list (what Gmail, Outlook, Orange, SFR and La Poste show),
//! addresses absolute, pictures that are there to be seen. `ammonia` does what safety rests on; the second pass
//! over its well-formed output only takes away: tracking and hidden pictures, hidden passages, attributes no longer
//! needed. Also here: plain text of HTML, for summaries.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::parse::text::{decode_entities, escape, one_line, shorten};

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

/// Pixels of width below which a picture is an icon or a smiley.
const SMALL: u32 = 120;

/// Where a picture's real address may stand when `src` is only a placeholder for scripts.
const LAZY: &[&str] = &["data-src", "data-lazy-src", "data-original", "data-orig-file"];

/// Hosts and paths whose pictures count readers.
const COUNTERS: &[&str] = &[
    "pixel.wp.com/",
    "stats.wordpress.com/",
    "feeds.wordpress.com/",
    "feeds.feedburner.com/~r/",
    "pixel.",
    "www.google-analytics.com/",
    "feedpress.me/",
    "b.scorecardresearch.com/",
    "medium.com/_/stat",
];

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
    let markup = without_noscript(markup);
    tidy(&builder(base).clean(&markup).to_string(), base).trim().to_owned()
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

/// The words of HTML on one line.
pub fn text(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len());
    for piece in Pieces(markup) {
        match piece {
            Piece::Text(text) => out.push_str(&decode_entities(text)),
            Piece::Start { name, .. } | Piece::End { name } => {
                if !INLINE.contains(&name) {
                    out.push(' ');
                }
            }
        }
    }
    one_line(&out)
}

/// The address of the first picture of cleaned HTML that is not said to be small.
pub fn first_picture(markup: &str) -> Option<String> {
    Pieces(markup).find_map(|piece| {
        let Piece::Start { name: "img", attributes: text } = piece else { return None };
        let attributes = attributes(text);
        let value = |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let small = value("width").and_then(|width| pixels(&width)).is_some_and(|width| width < SMALL);
        value("src").filter(|_| !small)
    })
}

/// At most `limit` characters of the words of HTML, cut at a word.
pub fn excerpt(markup: &str, limit: usize) -> String {
    shorten(&text(markup), limit)
}

/// Elements that do not part words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "u", "var",
];

/// A piece of well-formed HTML, as `ammonia` writes it.
enum Piece<'a> {
    Text(&'a str),
    Start { name: &'a str, attributes: &'a str },
    End { name: &'a str },
}

struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.0;
        if rest.is_empty() {
            return None;
        }
        let Some(inside) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            self.0 = &rest[end..];
            return Some(Piece::Text(&rest[..end]));
        };
        let end = end_of_tag(inside);
        self.0 = inside.get(end + 1..).unwrap_or_default();
        let inside = &inside[..end];
        if let Some(name) = inside.strip_prefix('/') {
            return Some(Piece::End { name });
        }
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        Some(Piece::Start { name, attributes })
    }
}

/// Where the `>` stands that is not inside quotes.
fn end_of_tag(inside: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at,
            _ => {}
        }
    }
    inside.len()
}

/// `name="value"` pairs, values decoded.
fn attributes(text: &str) -> Vec<(&str, Cow<'_, str>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once("=\"") {
        let Some((value, after)) = after.split_once('"') else { break };
        found.push((name.trim(), decode_entities(value)));
        rest = after;
    }
    found
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
                if let Some(picture) = picture(&attributes(text), base)
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

/// A picture that is there to be seen.
struct Picture {
    source: String,
    alt: String,
    title: Option<String>,
    size: [Option<u32>; 2],
}

/// `None` for pictures without an address, hidden ones, dots of 1 × 1 and counters.
fn picture(attributes: &[(&str, Cow<'_, str>)], base: Option<&Url>) -> Option<Picture> {
    let value = |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.trim());
    let lazy = LAZY.iter().find_map(|name| value(name).filter(|address| !address.is_empty()));
    let first_of_set = value("srcset").and_then(|set| set.split_whitespace().next());
    let source =
        [lazy, value("src"), first_of_set].into_iter().flatten().find_map(|address| absolute(address, base))?;
    let style: String = value("style").unwrap_or_default().to_ascii_lowercase().split_whitespace().collect();
    let dot = |name: &str| {
        let said = value(name).and_then(pixels);
        let styled =
            [":0;", ":0px", ":1px;", ":1px!"].iter().any(|tail| format!("{style};").contains(&format!("{name}{tail}")));
        said.is_some_and(|pixels| pixels <= 2) || styled
    };
    let counts =
        source.split_once("://").is_some_and(|(_, rest)| COUNTERS.iter().any(|counter| rest.starts_with(counter)));
    if is_hidden(attributes) || dot("width") || dot("height") || counts {
        return None;
    }
    Some(Picture {
        source,
        alt: one_line(value("alt").unwrap_or_default()),
        title: value("title").map(one_line).filter(|title| !title.is_empty()),
        size: [value("width").and_then(pixels), value("height").and_then(pixels)],
    })
}

/// `120` or `120px`; a share such as `50%` says nothing about pixels.
fn pixels(value: &str) -> Option<u32> {
    value.trim_end_matches("px").trim().parse().ok()
}

/// An address of the web, absolute.
fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let url = match base {
        Some(base) => base.join(address),
        None => Url::parse(address),
    };
    url.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).map(String::from)
}

impl Picture {
    fn write(&self, out: &mut String) {
        out.extend(["<img src=\"", &escape(&self.source), "\" alt=\"", &escape(&self.alt), "\""]);
        if let Some(title) = &self.title {
            out.extend([" title=\"", &escape(title), "\""]);
        }
        for (name, pixels) in ["width", "height"].into_iter().zip(self.size) {
            if let Some(pixels) = pixels {
                out.extend([" ", name, "=\"", &pixels.to_string(), "\""]);
            }
        }
        out.push('>');
    }
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
