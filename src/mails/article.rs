//! Styles a post for mail: only elements that mail clients know, every style inline, pictures that fit, headings in order.
//!
//! In: the HTML of a post, cleaned by `feeds`, and the words of the mail's language. Out: HTML for a table cell, cut at a
//! paragraph when there is no room for all of it; links that replace videos, sounds and maps say so (`embed`). Clients that ignore
//! `<style>` (SFR, La Poste) or classes lose nothing.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::fit::fit;
use super::frame::Words;
use super::markup::{self, Element, Piece};
use super::{embed, plain};

/// Width of the text column, pixels.
pub const COLUMN: u32 = 552;

/// A post's HTML for mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Inline-styled HTML.
    pub html: String,
    /// Whether something had to be left out.
    pub cut: bool,
}

/// What mail clients know (caniemail: Gmail, Outlook, Apple, Orange, SFR, La Poste), and nothing that acts.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags = "a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img \
                ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul var";
    let attributes: [(&str, &[&str]); 6] = [
        ("a", &["href", "title", markup::EMBED, markup::MINUTES]),
        ("img", &["src", "alt", "title", "width", "height"]),
        ("td", &["colspan", "rowspan"]),
        ("th", &["colspan", "rowspan"]),
        ("ol", &["start", "reversed", "type"]),
        ("q", &[]),
    ];
    let mut builder = ammonia::Builder::default();
    builder
        .tags(tags.split_whitespace().collect())
        .tag_attributes(
            attributes
                .into_iter()
                .map(|(tag, names)| (tag, names.iter().copied().collect()))
                .collect::<HashMap<_, _>>(),
        )
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .allowed_classes(HashMap::new())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(None);
    builder
});

/// Dresses `html`; at most `room` encoded bytes of it. `rtl`: the post is written from right to left. `words`: of the mail.
pub fn dress(html: &str, rtl: bool, room: usize, words: Words) -> Article {
    fit(&pieces_of(html, rtl, words), room)
}

/// All of it, dressed, before it is written.
pub(super) fn pieces_of(html: &str, rtl: bool, words: Words) -> Vec<Piece> {
    let known: String = html.chars().filter(|&char| !super::encode::is_mark(char) && char != '\0').collect();
    let cleaned = CLEANER.clean(&shallow(known)).to_string();
    let mut dresser = Dresser::new(rtl, top_heading(&cleaned), words);
    let pieces = super::nested::undo(markup::pieces(&cleaned));
    for (at, piece) in pieces.iter().enumerate() {
        let beside = [at.checked_sub(1).and_then(|before| pieces.get(before)), pieces.get(at + 1)];
        dresser.take(piece, beside);
    }
    dresser.out
}

/// Deepest nesting of elements that is kept: parsing costs its square (5,000 nested lists: 4 s).
const DEPTH: usize = 100;

/// Removes elements nested deeper than [`DEPTH`]; their words stay.
fn shallow(html: String) -> String {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut kept = markup::pieces(&html);
    kept.retain(|piece| match piece {
        Piece::Open(element) if !element.is_void() => {
            depth += 1;
            deepest = deepest.max(depth);
            depth <= DEPTH
        }
        Piece::Close(_) => {
            depth = depth.saturating_sub(1);
            depth < DEPTH
        }
        _ => true,
    });
    if deepest > DEPTH { markup::html(&kept) } else { html }
}

/// The highest heading of the post: it becomes `h2`, under the title.
fn top_heading(html: &str) -> u32 {
    (1..=6).find(|level| html.contains(&format!("<h{level}>"))).unwrap_or(1)
}

struct Dresser {
    rtl: bool,
    top: u32,
    words: Words,
    /// Level of the heading before.
    level: u32,
    /// What each open heading became.
    headings: Vec<u32>,
    /// How many elements with a space of their own are open.
    inside: u32,
    /// For each open `a`: whether it is kept.
    links: Vec<bool>,
    /// What the open link says, when it stands for something embedded.
    embed: Option<String>,
    out: Vec<Piece>,
}

impl Dresser {
    fn new(rtl: bool, top: u32, words: Words) -> Self {
        let (headings, links, out) = (Vec::new(), Vec::new(), Vec::new());
        Self { rtl, top, words, level: 0, headings, inside: 0, links, embed: None, out }
    }

    fn take(&mut self, piece: &Piece, beside: [Option<&Piece>; 2]) {
        match piece {
            Piece::Open(element) => match element.name.as_str() {
                "a" => self.link(element),
                "img" => self.picture(element, beside),
                name if heading(name).is_some() => self.heading(element),
                _ => self.push(element.clone()),
            },
            Piece::Close(name) if name == "a" => {
                self.out.extend(self.embed.take().map(Piece::Text));
                if self.links.pop() == Some(true) {
                    self.close_link();
                }
            }
            Piece::Close(name) if heading(name).is_some() => {
                let level = self.headings.pop().unwrap_or(2);
                self.out.push(Piece::Close(format!("h{level}")));
            }
            Piece::Comment(_) => {}
            Piece::Close(name) => {
                self.inside -= u32::from(has_padding(name)).min(self.inside);
                self.out.push(piece.clone());
            }
            Piece::Text(_) if self.embed.is_some() => {}
            Piece::Text(_) => self.out.push(piece.clone()),
        }
    }

    fn push(&mut self, mut element: Element) {
        let style = if element.name == "p" && self.inside > 0 {
            Some("margin:0 0 8px")
        } else {
            style(&element.name, self.rtl)
        };
        if let Some(style) = style {
            element.set("style", style);
        }
        self.inside += u32::from(has_padding(&element.name));
        if element.name == "table" {
            for name in ["cellpadding", "cellspacing", "border"] {
                element.set(name, "0");
            }
        }
        self.out.push(Piece::Open(element));
    }

    /// A link whose address we cannot read is dropped, its text stays.
    fn link(&mut self, element: &Element) {
        let href = element.get("href").and_then(address);
        self.links.push(href.is_some());
        if let Some(href) = href {
            self.embed = embed::words(self.words, element, &href);
            let mut kept = Element { name: "a".to_owned(), ..Element::default() };
            kept.set("href", href);
            // Only until it is closed: it may name a picture.
            kept.attributes.extend(element.get("title").map(|title| ("title".to_owned(), title.to_owned())));
            self.push(kept);
        }
    }

    /// Removes a link without content. A link around a picture without words gets the name of its target; otherwise screen readers
    /// would read out its address (WCAG 2.4.4).
    fn close_link(&mut self) {
        let open = self.out.iter().rposition(|piece| matches!(piece, Piece::Open(element) if element.name == "a"));
        let Some(open) = open else { return };
        let (mut title, mut href) = (None, String::new());
        if let Piece::Open(link) = &mut self.out[open] {
            title = link.get("title").map(plain::line).filter(|title| !title.is_empty());
            link.get("href").unwrap_or_default().clone_into(&mut href);
            link.remove("title");
        }
        let shows = |piece: &Piece| match piece {
            Piece::Text(text) => !text.trim().is_empty(),
            Piece::Open(element) => element.get("alt").is_some_and(|alt| !alt.is_empty()),
            _ => false,
        };
        let named = self.out[open..].iter().any(shows);
        let picture = self.out[open..].iter_mut().find_map(|piece| match piece {
            Piece::Open(element) if element.name == "img" => Some(element),
            _ => None,
        });
        match picture {
            Some(picture) if !named => {
                picture.set("alt", title.unwrap_or_else(|| embed::name_of_picture_link(self.words, &href)));
            }
            None if !named => {
                self.out.remove(open);
                return;
            }
            _ => {}
        }
        self.out.push(Piece::Close("a".to_owned()));
    }

    /// Makes heading levels consecutive: the highest of the post becomes 2, and no level is skipped on the way down.
    fn heading(&mut self, element: &Element) {
        let wanted = heading(&element.name).unwrap_or(2).saturating_sub(self.top) + 2;
        self.level = wanted.min(self.level.max(1) + 1).min(6);
        self.headings.push(self.level);
        self.push(Element { name: format!("h{}", self.level), attributes: element.attributes.clone() });
    }

    /// Outlook uses the width attribute and ignores `max-width`; all other clients do the opposite.
    fn picture(&mut self, element: &Element, beside: [Option<&Piece>; 2]) {
        let pixels = |side: &str| element.get(side).and_then(|value| value.trim_end_matches("px").parse::<u32>().ok());
        let (width, height) = (pixels("width"), pixels("height"));
        let Some(source) = element.get("src").and_then(address).filter(|source| source.starts_with("http")) else {
            return;
        };
        if [width, height].into_iter().flatten().any(|side| side < 3) {
            return;
        }
        let mut image = Element { name: "img".to_owned(), ..Element::default() };
        image.set("src", source);
        let mut said = ["alt", "title"].into_iter().filter_map(|name| element.get(name)).map(plain::line);
        image.set("alt", said.find(|words| !words.is_empty()).unwrap_or_default());
        let mut style = "border:0;max-width:100%;height:auto".to_owned();
        match (width, height) {
            (None, Some(height @ ..=LETTER)) => {
                image.set("height", height.to_string());
                "border:0;width:auto;height:1em".clone_into(&mut style);
            }
            (Some(width), height) => {
                let shown = width.min(COLUMN);
                image.set("width", shown.to_string());
                if let Some(height) = height {
                    let scaled = u64::from(height) * u64::from(shown) / u64::from(width);
                    image.set("height", scaled.max(3).to_string());
                }
            }
            (None, _) if !in_a_line(beside) && !is_formula(image.get("src")) => {
                image.set("width", COLUMN.to_string());
                style.push_str(";width:auto");
            }
            _ => {}
        }
        image.set("style", style);
        self.out.push(Piece::Open(image));
    }
}

/// Pixels of height up to which a picture stands for a letter (an emoji that no font has).
const LETTER: u32 = 24;

/// A formula that was drawn by a service is as large as it has to be, also alone in its paragraph.
fn is_formula(source: Option<&str>) -> bool {
    source.is_some_and(|source| source.to_ascii_lowercase().contains("latex"))
}

/// A picture with words beside it is a small one.
fn in_a_line(beside: [Option<&Piece>; 2]) -> bool {
    beside.into_iter().flatten().any(|piece| matches!(piece, Piece::Text(text) if !text.trim().is_empty()))
}

/// Paragraphs in these stand closer.
fn has_padding(name: &str) -> bool {
    matches!(name, "blockquote" | "li" | "td" | "th" | "dd")
}

pub(super) fn heading(name: &str) -> Option<u32> {
    name.strip_prefix('h')?.parse().ok().filter(|level| (1..=6).contains(level))
}

/// An address in the form for both parts of the mail; `None` when it is not an address.
pub fn address(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let kept = match url.scheme() {
        "http" | "https" => url.host_str().is_some_and(|host| !host.is_empty()),
        "mailto" | "tel" => !url.path().is_empty(),
        _ => false,
    };
    kept.then(|| url.as_str().replace(' ', "%20"))
}

/// The style of each element; colours have 4.5:1 on white.
fn style(name: &str, rtl: bool) -> Option<&'static str> {
    Some(match name {
        "p" | "dl" | "figure" => "margin:0 0 18px",
        "h2" => {
            "margin:30px 0 12px;font-family:Georgia,'Times New Roman',serif;font-size:22px;line-height:1.3;font-weight:bold"
        }
        "h3" => {
            "margin:26px 0 10px;font-family:Georgia,'Times New Roman',serif;font-size:19px;line-height:1.35;font-weight:bold"
        }
        "h4" | "h5" | "h6" => "margin:22px 0 8px;font-size:17px;line-height:1.4;font-weight:bold",
        "a" => "color:#1d4e89;text-decoration:underline",
        "ul" | "ol" if rtl => "margin:0 0 18px;padding:0 26px 0 0",
        "ul" | "ol" => "margin:0 0 18px;padding:0 0 0 26px",
        "li" => "margin:0 0 8px",
        "dt" => "font-weight:bold",
        "dd" => "margin:0 0 10px",
        // Roundcube draws a border of its own at both sides, and in the dark a ground of its own under our colour.
        "blockquote" if rtl => {
            "margin:0 0 18px;padding:2px 18px 2px 0;border:0;border-right:3px solid #cfc8b8;background-color:transparent;\
             color:#4a5057"
        }
        "blockquote" => {
            "margin:0 0 18px;padding:2px 0 2px 18px;border:0;border-left:3px solid #cfc8b8;background-color:transparent;\
             color:#4a5057"
        }
        "pre" => {
            "margin:0 0 18px;padding:12px 14px;background-color:#f4f1ea;font-family:Menlo,Consolas,monospace;font-size:14px;\
             line-height:1.5;white-space:pre-wrap"
        }
        "code" | "kbd" | "samp" => "font-family:Menlo,Consolas,monospace;font-size:15px",
        "figcaption" | "caption" | "small" => "font-size:14px;line-height:1.5;color:#5a6067",
        "sub" | "sup" => "font-size:14px;line-height:1",
        "hr" => "margin:28px 0;border:0;border-top:1px solid #ddd7ca",
        "table" => "margin:0 0 18px;width:100%;border-collapse:collapse;font-size:15px;line-height:1.5",
        "td" => "padding:6px 8px;border:1px solid #ddd7ca;vertical-align:top",
        "th" => "padding:6px 8px;border:1px solid #ddd7ca;vertical-align:top;font-weight:bold",
        _ => return None,
    })
}

/// Whether a text is written from right to left: by its language, else by its letters.
pub fn is_rtl(language: Option<&str>, text: &str) -> bool {
    const LANGUAGES: &[&str] = &["ar", "ckb", "dv", "fa", "he", "ku", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];
    if let Some(language) = language {
        let base = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        return LANGUAGES.contains(&base.as_str());
    }
    let letters = text.chars().filter(|char| char.is_alphabetic());
    let (right, all) = letters.fold((0, 0), |(right, all), char| {
        (
            right
                + usize::from(
                    matches!(char, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdcf}' | '\u{fdf0}'..='\u{feff}'),
                ),
            all + 1,
        )
    });
    right * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mails::encode::quoted_len;

    fn dressed(html: &str) -> String {
        dress(html, false, 100_000, Words::of("fr")).html
    }

    #[test]
    fn headings_follow_the_title() {
        let html = dressed("<h3>a</h3><h5>b</h5><h3>c</h3>");
        let levels: Vec<&str> = html.match_indices("<h").map(|(at, _)| &html[at..at + 3]).collect();
        assert_eq!(levels, ["<h2", "<h3", "<h2"]);
        assert_eq!(html.matches("</h").count(), 3);
    }

    #[test]
    fn pictures_fit_and_beacons_go() {
        let html = dressed("<p><img src=\"https://a.example/a.jpg\" width=\"1104\" height=\"600\"></p>");
        assert!(html.contains("width=\"552\" height=\"300\"") && html.contains("alt=\"\""), "{html}");
        assert_eq!(dressed("<img src=\"https://a.example/p.gif\" width=\"1\" height=\"1\">"), "");
        assert!(dressed("<p><img src=\"https://a.example/a.jpg\"></p>").contains("width=\"552\""));
        assert!(!dressed("<p>ha <img src=\"https://a.example/smile.png\"> ha</p>").contains("width=\"552\""));
    }

    #[test]
    fn links_without_address_or_words_go() {
        assert_eq!(dressed("a<a href=\"javascript:x()\">b</a>c"), "abc");
        assert_eq!(dressed("a<a href=\"https://a.example/\"></a>c"), "ac");
        assert!(dressed("<a href=\"https://a.example/\">b</a>").starts_with("<a href=\"https://a.example/\" style="));
    }

    #[test]
    fn a_linked_picture_keeps_its_link() {
        let alt = |html: &str| {
            let dressed = dressed(html);
            assert!(dressed.starts_with("<a href=\"https://") && dressed.ends_with("></a>"), "{dressed}");
            dressed.split_once("alt=\"").unwrap().1.split('"').next().unwrap().to_owned()
        };
        for (link, picture, expected) in [
            ("https://www.boutique.example/livre", "alt=\"\"", "boutique.example"),
            ("https://boutique.example/livre", "alt=\"Le livre\"", "Le livre"),
            ("https://boutique.example/livre", "title=\"Le livre\"", "Le livre"),
            ("https://boutique.example/livre\" title=\"Le livre", "", "Le livre"),
            ("https://b.example/four.JPG", "", "Voir l’image en grand"),
        ] {
            assert_eq!(
                alt(&format!("<a href=\"{link}\"><img src=\"https://b.example/a.jpg\" {picture}></a>")),
                expected
            );
        }
        assert_eq!(
            dressed("a<a href=\"https://a.example/\"><img src=\"https://a.example/1.gif\" width=\"1\"></a>c"),
            "ac"
        );
    }

    #[test]
    fn an_embed_says_what_one_does_there_in_the_mails_language() {
        let html = "<figure><a href=\"https://www.youtube.com/watch?v=a\" data-embed=\"video\" title=\"La fête\">\
                    <img src=\"https://b.example/p.jpg\"><br></a><figcaption>Le film</figcaption></figure>";
        for (language, words) in
            [("fr", "▶ Voir la vidéo « La fête » sur youtube.com</a>"), ("en", "▶ Watch “La fête” at youtube.com</a>")]
        {
            let article = dress(html, false, 100_000, Words::of(language)).html.replace('\u{202f}', " ");
            assert!(article.contains(&format!("<br>{words}")) && !article.contains("title="), "{article}");
        }
    }

    #[test]
    fn captions_stand_below_where_figures_are_removed() {
        let html = dressed("<figure><img src=\"https://b.example/a.jpg\"><figcaption>Le four</figcaption></figure>");
        assert!(html.starts_with("<div style=\"margin:0 0 18px\"><img") && !html.contains("fig"), "{html}");
        assert!(html.contains("<div class=\"soft\" style=") && html.ends_with(">Le four</div></div>"), "{html}");
    }

    #[test]
    fn a_letter_that_is_a_picture_is_as_high_as_one() {
        let html = dressed("<p><img src=\"https://b.example/e.png\" alt=\":x:\" height=\"20\"></p>");
        assert!(
            html.contains("height=\"20\" style=\"border:0;width:auto;height:1em\"") && !html.contains("width=\""),
            "{html}"
        );
        assert!(!dressed("<p><img src=\"https://s0.wp.com/latex.php?latex=x\" alt=\"x\"></p>").contains("width=\""));
    }

    #[test]
    fn what_acts_goes() {
        let html = dressed(
            "<p onclick=\"x()\" style=\"position:fixed\">a<script>b</script><iframe src=\"https://a.example\"></iframe></p>",
        );
        assert_eq!(html, "<p style=\"margin:0 0 18px\">a</p>");
    }

    #[test]
    fn a_long_post_is_cut_between_paragraphs() {
        let html = format!("<div>{}</div>", "<p>mot mot mot é</p><h2>t</h2>".repeat(300));
        let article = dress(&html, false, 10_000, Words::of("fr"));
        assert!(article.cut && quoted_len(&article.html) <= 10_000 && quoted_len(&article.html) > 9_000);
        assert!(article.html.ends_with("</p></div>"), "{}", &article.html[article.html.len() - 60..]);
        assert!(dress(&"é".repeat(50_000), false, 10_000, Words::of("fr")).html.starts_with('é'));
    }

    #[test]
    fn direction_is_seen() {
        assert!(is_rtl(Some("ar-DZ"), "x") && !is_rtl(Some("fr"), "العربية"));
        assert!(is_rtl(None, "جريدة 12") && is_rtl(None, "עיתון") && !is_rtl(None, "Journal"));
    }
}
