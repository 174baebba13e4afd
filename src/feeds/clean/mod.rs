//! HTML of a post → HTML that is safe and useful in a mail.
//!
//! In: any HTML and the address of its page. Out: HTML of an allow-list (what Gmail, Outlook, Orange, SFR and La Poste show), with
//! absolute addresses and only pictures meant to be seen. First, links with names replace embeds (`embeds`). `ammonia` makes the HTML
//! safe; the second pass over its well-formed output (`pieces`) removes tracking and hidden pictures (`picture`), hidden passages and
//! unneeded attributes, and turns pictures of characters into characters (`emoji`). `enclosure` links the sounds and videos attached
//! to an entry, `echo` removes what blogs add for other sites. Of HTML made to keep a parser busy (`bounds`) only the words are kept.

mod bounds;
mod echo;
mod embeds;
mod emoji;
mod enclosure;
mod picture;
mod pieces;
mod srcset;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::parse::text::{escape, html_of_text};
use crate::markup::{EMBED, MINUTES};
use emoji::{Emoji, emoji};
use picture::Picture;
use pieces::{Piece, Pieces, attributes};

pub use echo::without_echo;
pub use enclosure::Enclosed;
pub use pieces::{excerpt, first_picture, is_thumbnail, text};

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

/// Elements that are removed with their content.
const EMPTIED: &[&str] = &[
    "script", "style", "svg", "math", "iframe", "template", "title", "select", "textarea", "noembed", "noframes", "xml",
];

/// Attributes that stay, by element; of an `img` also what `picture` looks at.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "title", EMBED, MINUTES]),
    ("abbr", &["title"]),
    ("img", picture::LOOKED_AT),
    ("ol", &["start"]),
    ("td", &["colspan", "rowspan", "align"]),
    ("th", &["colspan", "rowspan", "align", "scope"]),
];

/// Attributes that the second pass reads and removes.
const HINTS: &[&str] = &["style", "hidden", "class"];

/// The allow-list; made anew each time, which costs little beside the parse.
fn builder(base: Option<&Url>) -> Builder<'static> {
    let mut builder = Builder::default();
    let mut attributes: HashMap<_, HashSet<_>> =
        ATTRIBUTES.iter().map(|(element, names)| (*element, names.iter().copied().collect())).collect();
    attributes.entry("img").or_default().extend(picture::lazy());
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

/// Cleans HTML of the page `base`; without a base, relative addresses are dropped.
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
    let markup = embeds::linked(&markup, base);
    tidy(&builder(base).clean(&markup).to_string(), base).trim().to_owned()
}

/// Removes `data:` pictures before parsing, which saves time; Gmail, SFR and La Poste do not show them anyway.
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
    let mut tidied = Tidied { out: String::with_capacity(cleaned.len()), base, ..Tidied::default() };
    let mut hidden: Option<(&str, usize)> = None;
    let mut pieces = Pieces(cleaned).peekable();
    while let Some(piece) = pieces.next() {
        if let Some((name, depth)) = hidden {
            hidden = match piece {
                Piece::Start { name: inner, .. } if inner == name => Some((name, depth + 1)),
                Piece::End { name: inner } if inner == name => (depth > 1).then(|| (name, depth - 1)),
                _ => hidden,
            };
            continue;
        }
        match piece {
            Piece::Text(text) => tidied.text(text),
            Piece::End { name } => tidied.end(name),
            Piece::Start { name: "img", attributes: text } => tidied.picture(&attributes(text)),
            Piece::Start { name, attributes: text } => {
                let attributes = attributes(text);
                if is_hidden(&attributes) {
                    hidden = (!matches!(name, "br" | "hr")).then_some((name, 1));
                } else {
                    tidied.start(name, &attributes, matches!(pieces.peek(), Some(Piece::Text(_))));
                }
            }
        }
    }
    tidied.out
}

/// What the second pass has written.
#[derive(Default)]
struct Tidied<'a> {
    out: String,
    base: Option<&'a Url>,
    last_picture: Option<String>,
    /// Whether the link that is open, or that was closed last, has words.
    words: bool,
}

impl Tidied<'_> {
    fn text(&mut self, text: &str) {
        self.words |= !text.trim().is_empty();
        self.out.push_str(text);
    }

    /// `words`: whether it begins with some.
    fn start(&mut self, name: &str, attributes: &[(&str, Cow<'_, str>)], words: bool) {
        if name == "a" {
            // Without a space, the two links of a file block (its name, "Download") would read as one word.
            if words && self.words && self.out.ends_with("</a>") {
                self.out.push_str(" · ");
            }
            self.words = false;
        }
        self.out.extend(["<", name]);
        for (key, value) in attributes.iter().filter(|(key, _)| !HINTS.contains(key)) {
            self.out.extend([" ", key, "=\"", &escape(value), "\""]);
        }
        self.out.push('>');
    }

    /// Removes a paragraph whose whole content was removed.
    fn end(&mut self, name: &str) {
        if name == "p" && self.out.ends_with("<p>") {
            self.out.truncate(self.out.len() - "<p>".len());
        } else {
            self.out.extend(["</", name, ">"]);
        }
    }

    fn picture(&mut self, attributes: &[(&str, Cow<'_, str>)]) {
        let emoji = emoji(attributes);
        if let Some(Emoji::Character(character)) = &emoji {
            return self.out.push_str(&escape(character));
        }
        let Some(picture) = Picture::read(attributes, self.base) else { return };
        if self.last_picture.as_ref() == Some(&picture.source) && emoji.is_none() {
            return;
        }
        let picture = if emoji.is_some() { picture.in_line() } else { picture };
        picture.write(&mut self.out);
        self.last_picture = Some(picture.source);
    }
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
            ("<svg><script>x</script></svg>a<math><mi>m</mi></math>b", "a<code>m</code>b"),
            ("<form><input><button>ok</button></form>", "ok"),
            ("<p style=\"position:fixed\" class=\"x\">fin</p>", "<p>fin</p>"),
            ("<iframe src=\"javascript:x\">x</iframe>y", "y"),
            ("a<br>b &lt;i&gt; &amp;", "a<br>b &lt;i&gt; &amp;"),
            ("<video><source src=\"blob:x\">v</video>z", "vz"),
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
    fn pictures_of_a_set_fit_the_column() {
        let source = |markup: &str| {
            let cleaned = clean(markup);
            cleaned
                .split_once("src=\"")
                .map_or_else(String::new, |(_, rest)| rest.split('"').next().unwrap().to_owned())
        };
        for (markup, address) in [
            ("<img data-srcset=\"/75.png 75w, /640.png 640w\">", "https://blog.example/640.png"),
            ("<img src=\"\" srcset=\"/300.jpg 300w, /900.jpg 900w\">", "https://blog.example/900.jpg"),
            ("<img src=\"/grey.gif\" data-srcset=\"/640.png 640w\">", "https://blog.example/640.png"),
            (
                "<img src=\"/a-300x200.jpg\" width=\"300\" srcset=\"/a-300x200.jpg 300w, /a-1024x683.jpg 1024w\">",
                "https://blog.example/a-1024x683.jpg",
            ),
            ("<img src=\"/a.jpg\" srcset=\"/a-200.jpg 200w, /a-400.jpg 400w\">", "https://blog.example/a.jpg"),
            ("<img src=\"/a.jpg\" width=\"80\" srcset=\"/a-900.jpg 900w\">", "https://blog.example/a.jpg"),
            ("<img src=\"/a.jpg\" srcset=\"/a.jpg 1x, /a2.jpg 2x\">", "https://blog.example/a.jpg"),
            (
                "<picture><source srcset=\"/a.avif\" type=\"image/avif\"><source srcset=\"/a.jpg 800w\"><img alt=\"x\"></picture>",
                "https://blog.example/a.jpg",
            ),
            ("<picture><source srcset=\"/a.webp\"><img src=\"/a.jpg\"></picture>", "https://blog.example/a.jpg"),
            ("<amp-img src=\"/a.jpg\" alt=\"x\"></amp-img>", "https://blog.example/a.jpg"),
            ("<object data=\"/a.svg\" type=\"image/svg+xml\">Plan</object>", "https://blog.example/a.svg"),
            ("<img src=\"\">", ""),
            ("<img src=\"#\" srcset=\"javascript:x 600w\">", ""),
        ] {
            assert_eq!(source(markup), address, "{markup}");
        }
    }

    #[test]
    fn a_small_copy_does_not_lead() {
        let first = |markup: &str| first_picture(&clean(markup));
        assert_eq!(first("<img src=\"/four-300x200.jpg\" width=\"300\">"), None);
        assert_eq!(first("<img src=\"/e.png\" class=\"emoji\" alt=\":ours:\">"), None);
        let large = Some("https://blog.example/four-1024x683.jpg".to_owned());
        assert_eq!(
            first("<img src=\"/four-300x200.jpg\" srcset=\"/four-300x200.jpg 300w, /four-1024x683.jpg 1024w\">"),
            large
        );
    }

    #[test]
    fn emoji_are_characters_again() {
        assert_eq!(
            clean(
                "<p>Bonjour <img src=\"https://s.w.org/images/core/emoji/15.0.3/72x72/1f600.png\" alt=\"😀\" class=\"wp-smiley\" style=\"height: 1em; max-height: 1em;\" /> à <g-emoji alias=\"bread\">🍞</g-emoji></p>"
            ),
            "<p>Bonjour 😀 à 🍞</p>"
        );
        assert_eq!(
            clean("<img class=\"custom-emoji\" src=\"/ours.png\" alt=\":ours:\" width=\"72\">"),
            "<img src=\"https://blog.example/ours.png\" alt=\":ours:\" height=\"20\">"
        );
    }

    #[test]
    fn links_side_by_side_stand_apart() {
        let link = |words: &str| format!("<a href=\"https://a.example/r.pdf\">{words}</a>");
        let kept = |words: &str| format!("<a href=\"https://a.example/r.pdf\" rel=\"noopener nofollow\">{words}</a>");
        assert_eq!(
            clean(&[link("La recette"), link("Télécharger")].concat()),
            [kept("La recette"), kept("Télécharger")].join(" · ")
        );
        assert_eq!(clean(&[link("a"), " ".to_owned(), link("b")].concat()), [kept("a"), kept("b")].join(" "));
        let pictures = clean(&[link("<img src=\"/1.jpg\">"), link("<img src=\"/2.jpg\">")].concat());
        assert!(!pictures.contains('·'), "{pictures}");
    }

    #[test]
    fn an_address_that_stands_twice_is_kept_twice() {
        let address = "https://a.example/f.mp4";
        for between in ["</p><p>", "<table>", "</div>", "<img srcset='javascript:x 2x'>", "</p><hr><p>"] {
            let once = clean(&format!("<p>{address}{between}{address}</p>"));
            assert_eq!(text(&once).matches(address).count(), 2, "{between}: {once}");
            assert_eq!(text(&clean(&once)), text(&once), "{between}");
        }
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
                    let allowed = ["href", "rel", "title", "src", "alt", "width", "height", "start", "lang", "dir", EMBED, MINUTES].contains(&key);
                    proptest::prop_assert!(allowed && !value.contains("javascript:"), "{}={} in {}", key, value, once);
                }
            }
            // A dot between links and a blank between blocks may come with the second cleaning; no word may go.
            let words = |text: &str| text.chars().filter(|char| !char.is_whitespace() && *char != '·').collect::<String>();
            proptest::prop_assert_eq!(words(&text(&clean(&once))), words(&text(&once)));
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
        "<iframe src=\"https://a.example/1\" title='a\"<b>'>",
        "</iframe>",
        "<video src=v.mp4>",
        "<source src=\"javascript:x\">",
        "</video>",
        "<object data=\"javascript:x\">",
        "<embed src='//a.example/\"><script>'>",
        "<annotation encoding=tex>",
        "</math>",
        "<span class=katex-html aria-hidden=true>",
        "<picture>",
        "<img srcset='a 1x, javascript:x 2x'>",
        "https://a.example/f.mp4",
        "<amp-youtube data-videoid='\">'>",
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
