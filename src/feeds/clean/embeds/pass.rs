//! One pass over a post: replaces each player, frame and formula in its place, and copies everything else.
//!
//! In: the pieces of uncleaned HTML. Out: HTML for the cleaner. Content that the post has twice for the sake of different browsers (a
//! lazy frame and its twin in `noscript`, a formula drawn and a formula read out) appears once afterwards.

use std::collections::HashSet;

use url::Url;

use super::place::{self, Place, says_wordpress};
use super::{Embed, formula, player};
use crate::feeds::clean::picture::absolute;
use crate::feeds::parse::text::{escape, one_line};
use crate::markup::{self, Element, Piece};

/// Elements that end a paragraph which is open (HTML section 13.2.6.4.7), and those that cannot stand in one.
const END_PARAGRAPH: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// Where the sources of a `picture` wait for the cleaner, on its `img`.
pub const OF_PICTURE: &str = "data-picture-srcset";

/// Pieces behind what is drawn in which the same formula may be read out.
const NEAR: usize = 8;

/// The walk.
pub struct Pass<'a> {
    base: Option<&'a Url>,
    out: String,
    /// Whether a `p` is open.
    paragraph: bool,
    /// How many `figure`, `a`, and `pre` or `code` are open.
    figures: usize,
    anchors: usize,
    fixed: usize,
    /// Whether a line begins here.
    line: bool,
    /// Where the link before leads, as long as no words stand behind it.
    last_link: Option<String>,
    /// Whether a formula stands directly before.
    formula: bool,
    /// The sets of an open `picture`.
    sources: Option<String>,
    seen: HashSet<String>,
}

impl<'a> Pass<'a> {
    pub fn new(base: Option<&'a Url>) -> Self {
        Self {
            base,
            out: String::new(),
            paragraph: false,
            figures: 0,
            anchors: 0,
            fixed: 0,
            line: true,
            last_link: None,
            formula: false,
            sources: None,
            seen: HashSet::new(),
        }
    }

    /// The whole post.
    pub fn over(mut self, pieces: &[Piece]) -> String {
        let mut rest = pieces;
        while let Some(piece) = rest.first() {
            let taken = match piece {
                Piece::Open(element) => self.replace(element, rest).unwrap_or_else(|| self.open(element)),
                Piece::Close(name) => self.close(name),
                Piece::Text(text) => self.text(text, rest.get(1)),
                Piece::Comment(_) => 1,
            };
            rest = &rest[taken.clamp(1, rest.len())..];
        }
        self.out
    }

    fn open(&mut self, element: &Element) -> usize {
        let name = element.name.as_str();
        self.paragraph = (self.paragraph && !END_PARAGRAPH.contains(&name)) || name == "p";
        self.line |= !markup::is_inline(name) && name != "img";
        self.count(name, |count| count + 1);
        if name == "a" {
            self.last_link = element.get("href").and_then(|href| absolute(href, self.base));
        }
        let written = if name == "xmp" { Piece::Open(named("pre")) } else { Piece::Open(element.clone()) };
        markup::write_piece(&written, &mut self.out);
        1
    }

    fn close(&mut self, name: &str) -> usize {
        self.paragraph &= !END_PARAGRAPH.contains(&name) && name != "p";
        self.line |= !markup::is_inline(name);
        self.count(name, |count| count.saturating_sub(1));
        match name {
            "picture" => self.sources = None,
            "xmp" => self.out.push_str("</pre>"),
            _ => markup::write_piece(&Piece::Close(name.to_owned()), &mut self.out),
        }
        1
    }

    fn count(&mut self, name: &str, change: impl Fn(usize) -> usize) {
        let count = match name {
            "figure" => &mut self.figures,
            "a" => &mut self.anchors,
            "pre" | "code" | "xmp" => &mut self.fixed,
            _ => return,
        };
        *count = change(*count);
    }

    fn text(&mut self, text: &str, next: Option<&Piece>) -> usize {
        if !text.trim().is_empty() {
            if let Some(url) = self.bare_address(text, next) {
                // What was written is kept, also where the same stands before.
                match place::of_line(&url).filter(|place| !self.is_there(place)) {
                    Some(place) => self.embed(&Embed { text: Some(text.trim().to_owned()), ..Embed::new(place, None) }),
                    None => self.out.extend(["<a href=\"", &escape(url.as_str()), "\">", &escape(text.trim()), "</a>"]),
                }
                return 1;
            }
            self.line = false;
            self.formula = false;
            if self.anchors == 0 {
                self.last_link = None;
            }
        }
        markup::write_piece(&Piece::Text(text.to_owned()), &mut self.out);
        1
    }

    /// The address that a line is, when it is nothing else.
    fn bare_address(&self, text: &str, next: Option<&Piece>) -> Option<Url> {
        let ends = match next {
            Some(Piece::Open(element)) => !markup::is_inline(&element.name),
            Some(Piece::Close(name)) => !markup::is_inline(name),
            Some(Piece::Text(_) | Piece::Comment(_)) => false,
            None => true,
        };
        let text = text.trim();
        let alone = self.line && ends && self.anchors == 0 && self.fixed == 0 && !text.contains(char::is_whitespace);
        if !alone || !(text.starts_with("https://") || text.starts_with("http://")) {
            return None;
        }
        Url::parse(&absolute(text, None)?).ok()
    }

    /// Writes something else for an element; how many pieces that stands for, or `None` to leave it as it is.
    fn replace(&mut self, element: &Element, rest: &[Piece]) -> Option<usize> {
        match element.name.as_str() {
            "iframe" | "frame" => {
                self.embed_some(player::frame(element, self.base));
                Some(raw_length(rest))
            }
            "amp-iframe" => {
                self.embed_some(player::frame(element, self.base));
                Some(length(rest))
            }
            "video" | "audio" | "amp-video" | "amp-audio" => Some(self.media(element, rest)),
            "object" | "embed" => Some(self.object(element, rest)),
            "script" => Some(self.script(element, rest)),
            "math" => {
                let length = length(rest);
                self.formula(&formula::words(&rest[..length]), element.get("display") == Some("block"));
                Some(length)
            }
            "svg" => {
                let length = length(rest);
                self.out.push_str(&escape(&formula::name_of_drawing(&rest[..length])));
                Some(length)
            }
            "picture" => {
                self.sources = Some(String::new());
                Some(1)
            }
            "source" => self.source(element),
            "img" | "amp-img" | "amp-anim" => Some(self.picture(element)),
            _ => self.drawn_formula(element, rest).or_else(|| self.scripted(element, rest)),
        }
    }

    fn media(&mut self, element: &Element, rest: &[Piece]) -> usize {
        let length = length(rest);
        match player::media(element, &rest[1..length.max(2) - 1], self.base) {
            Some(embed) => self.embed(&embed),
            // The content inside is for programs that cannot play the element.
            None => return 1,
        }
        length
    }

    fn object(&mut self, element: &Element, rest: &[Piece]) -> usize {
        let length = length(rest);
        if element.get("type").is_some_and(|kind| kind.starts_with("image/")) {
            let mut image = named("img");
            image.set("src", element.get("data").or(element.get("src")).unwrap_or_default());
            let label = element.get("aria-label").or(element.get("title"));
            image.set("alt", one_line(&label.map_or_else(|| markup::text(&rest[..length]), str::to_owned)));
            markup::write_piece(&Piece::Open(image), &mut self.out);
            return length;
        }
        match player::frame(element, self.base) {
            Some(embed) => self.embed(&embed),
            None => return 1,
        }
        length
    }

    /// Removes scripts, but keeps what two kinds of them would have shown.
    fn script(&mut self, element: &Element, rest: &[Piece]) -> usize {
        let kind = element.get("type").unwrap_or_default();
        match rest.get(1) {
            Some(Piece::Text(source)) if kind.starts_with("math/tex") && !self.formula => {
                self.formula(&formula::tex_on_one_line(source), kind.contains("display"));
            }
            _ => self.embed_some(player::scripted(element, self.base)),
        }
        raw_length(rest)
    }

    /// The sets of a `picture`, without what mail programs do not show.
    fn source(&mut self, element: &Element) -> Option<usize> {
        let sources = self.sources.as_mut()?;
        if element.get("type") != Some("image/avif") {
            let set = ["srcset", "data-srcset", "data-lazy-srcset"].iter().find_map(|key| element.get(key));
            if let Some(set) = set.filter(|set| !set.trim().is_empty()) {
                sources.extend([if sources.is_empty() { "" } else { ", " }, set]);
            }
        }
        Some(1)
    }

    fn picture(&mut self, element: &Element) -> usize {
        let mut image = Element { name: "img".to_owned(), attributes: element.attributes.clone() };
        image.remove(OF_PICTURE);
        if let Some(sources) = self.sources.as_ref().filter(|sources| !sources.is_empty()) {
            image.set(OF_PICTURE, sources);
        }
        self.line = false;
        markup::write_piece(&Piece::Open(image), &mut self.out);
        1
    }

    /// What only draws a formula (`KaTeX`, `MathJax`), when the same is there to be read.
    fn drawn_formula(&mut self, element: &Element, rest: &[Piece]) -> Option<usize> {
        if let Some(source) = element.get("data-mathml") {
            self.formula(&formula::words(&markup::pieces(source)), false);
            return Some(length(rest));
        }
        let silent = element.get("aria-hidden") == Some("true");
        let length = length(rest);
        let read_behind = || {
            let near = rest[length..].iter().take(NEAR);
            near.into_iter().any(|piece| matches!(piece, Piece::Open(element) if element.name == "math"))
        };
        let twin = match element.name.as_str() {
            "nobr" | "mjx-math" => silent && read_behind(),
            _ if player::has_class(element, &["katex-html"]) => self.formula,
            _ => player::has_class(element, &["MathJax_Preview"]),
        };
        (twin && length > 1).then_some(length)
    }

    fn scripted(&mut self, element: &Element, rest: &[Piece]) -> Option<usize> {
        let embed = player::scripted(element, self.base)?;
        self.embed(&embed);
        // An element of its own kind holds what is shown until its script has run; a `div` may hold anything.
        (element.name.contains('-') || element.name == "oembed").then(|| length(rest))
    }

    fn formula(&mut self, words: &str, alone: bool) {
        if words.is_empty() {
            return;
        }
        let alone = alone && !self.paragraph;
        self.out.extend([if alone { "<p><code>" } else { "<code>" }, &escape(words), "</code>"]);
        self.out.push_str(if alone { "</p>" } else { "" });
        self.formula = true;
    }

    fn embed_some(&mut self, embed: Option<Embed>) {
        if let Some(embed) = embed {
            self.embed(&embed);
        }
    }

    /// Whether a link to it stands before.
    fn is_there(&self, place: &Place) -> bool {
        let linked = self.last_link.as_deref().is_some_and(|link| same(link, &place.address));
        linked || self.seen.contains(bare(&place.address))
    }

    /// A link in a block of its own, once.
    fn embed(&mut self, embed: &Embed) {
        if self.is_there(&embed.place) {
            return;
        }
        self.seen.insert(bare(&embed.place.address).to_owned());
        if self.anchors > 0 {
            self.out.push_str("</a>");
            self.anchors = 0;
        }
        let block = self.figures == 0;
        self.out.push_str(if self.paragraph { "</p>" } else { "" });
        self.out.push_str(if block { "<figure>" } else { "" });
        embed.write(&mut self.out);
        self.out.push_str(if block { "</figure>" } else { "" });
        self.out.push_str(if self.paragraph { "<p>" } else { "" });
        self.line = true;
    }
}

fn named(name: &str) -> Element {
    Element { name: name.to_owned(), attributes: Vec::new() }
}

/// How many pieces an element has with its end; 1 when it has none.
fn length(rest: &[Piece]) -> usize {
    let Some(Piece::Open(first)) = rest.first() else { return 1 };
    let mut depth = 0_usize;
    for (at, piece) in rest.iter().enumerate() {
        match piece {
            Piece::Open(element) if element.name == first.name => depth += usize::from(!element.is_void()),
            Piece::Close(name) if *name == first.name => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    1
}

/// The same for an element whose inside is no markup.
fn raw_length(rest: &[Piece]) -> usize {
    let text = usize::from(matches!(rest.get(1), Some(Piece::Text(_))));
    1 + text + usize::from(matches!(rest.get(1 + text), Some(Piece::Close(_))))
}

/// An address without what may differ between a link and a player.
fn bare(address: &str) -> &str {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let address = address.split('#').next().unwrap_or(address);
    let file = markup::file_kind(address).is_some();
    let address = if file { address.split('?').next().unwrap_or(address) } else { address };
    address.trim_end_matches('/')
}

/// Whether both lead to one page.
fn same(link: &str, address: &str) -> bool {
    bare(link) == bare(address)
        || Url::parse(link).is_ok_and(|url| says_wordpress(&url))
            && bare(link).trim_end_matches("/embed") == bare(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(html: &str) -> String {
        let base = Url::parse("https://blog.example/2026/post/").unwrap();
        crate::feeds::clean::html(html, Some(&base))
    }

    /// Kind, address and name of each link that stands for something embedded.
    fn embeds(html: &str) -> Vec<(String, String, String)> {
        let pieces = markup::pieces(&linked(html));
        let value = |element: &Element, key: &str| element.get(key).unwrap_or_default().to_owned();
        pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Open(element) if element.get(markup::EMBED).is_some() => {
                    Some((value(element, markup::EMBED), value(element, "href"), value(element, "title")))
                }
                _ => None,
            })
            .collect()
    }

    fn one(html: &str) -> (String, String, String) {
        let found = embeds(html);
        assert_eq!(found.len(), 1, "{html}: {found:?}");
        found.into_iter().next().unwrap()
    }

    /// What a post holds; the kind, address and name of the link that it becomes.
    const PLAYED: &[[&str; 4]] = &[
        [
            "<iframe src=\"//www.youtube.com/embed/aB1\" title=\"La fête\"></iframe>",
            "video",
            "https://www.youtube.com/watch?v=aB1",
            "La fête",
        ],
        [
            "<iframe src=\"https://www.youtube-nocookie.com/embed/aB1\" title=\"YouTube video player\"></iframe>",
            "video",
            "https://www.youtube.com/watch?v=aB1",
            "",
        ],
        [
            "<iframe src=\"about:blank\" data-src-cmplz=\"https://www.youtube.com/embed/aB1\"></iframe>",
            "video",
            "https://www.youtube.com/watch?v=aB1",
            "",
        ],
        [
            "<IFRAME data-lazy-src='https://www.youtube.com/embed/aB1' src=''></IFRAME>",
            "video",
            "https://www.youtube.com/watch?v=aB1",
            "",
        ],
        ["<iframe src=\"https://www.youtube.com/embed/aB1\" />", "video", "https://www.youtube.com/watch?v=aB1", ""],
        [
            "<amp-youtube data-videoid=\"aB1\" layout=\"responsive\"></amp-youtube>",
            "video",
            "https://www.youtube.com/watch?v=aB1",
            "",
        ],
        [
            "<lite-youtube videoid=\"aB1\" playlabel=\"La fête\"><a href=\"https://youtube.com/watch?v=aB1\">Play</a></lite-youtube>",
            "video",
            "https://www.youtube.com/watch?v=aB1",
            "La fête",
        ],
        ["<div class=\"youtube_player\" videoID=\"aB1\"></div>", "video", "https://www.youtube.com/watch?v=aB1", ""],
        [
            "<figure class=\"media\"><oembed url=\"https://www.youtube.com/watch?v=aB1\"></oembed></figure>",
            "video",
            "https://www.youtube.com/watch?v=aB1",
            "",
        ],
        [
            "<object><param name=\"movie\" value=\"x\"><embed src=\"http://www.youtube.com/v/aB1&amp;hl=fr\"></object>",
            "video",
            "https://www.youtube.com/watch?v=aB1",
            "",
        ],
        ["<p>https://youtu.be/aB1</p>", "video", "https://youtu.be/aB1", ""],
        ["<div>\nhttps://vimeo.com/12\n</div>", "video", "https://vimeo.com/12", ""],
        [
            "<video controls><source src=\"f.webm\"><source src=\"f.mp4\">non lu <a href=\"f.mp4\">ici</a></video>",
            "video",
            "https://blog.example/2026/post/f.mp4",
            "",
        ],
        [
            "<amp-video src=\"https://a.example/f.mp4\" aria-label=\"Le four\"></amp-video>",
            "video",
            "https://a.example/f.mp4",
            "Le four",
        ],
        ["<audio controls src=\"/e.mp3\"></audio>", "audio", "https://blog.example/e.mp3", ""],
        ["<embed src=\"/e.mp3\" type=\"audio/mpeg\">", "audio", "https://blog.example/e.mp3", ""],
        [
            "<object data=\"/r.pdf\" type=\"application/pdf\"><a href=\"/r.pdf\">r</a></object>",
            "document",
            "https://blog.example/r.pdf",
            "",
        ],
        [
            "<iframe src=\"https://www.openstreetmap.org/export/embed.html?bbox=1\" aria-label=\"Le four\"></iframe>",
            "map",
            "https://www.openstreetmap.org/export/embed.html?bbox=1",
            "Le four",
        ],
        ["<iframe src=\"https://framaforms.org/fete\"></iframe>", "poll", "https://framaforms.org/fete", ""],
        [
            "<div class=\"fb-post\" data-href=\"https://www.facebook.com/a/posts/1\"></div>",
            "post",
            "https://www.facebook.com/a/posts/1",
            "",
        ],
        ["<script src=\"https://gist.github.com/ana/1a.js\"></script>", "page", "https://gist.github.com/ana/1a", ""],
    ];

    #[test]
    fn whatever_plays_becomes_a_link() {
        for [html, kind, address, name] in PLAYED {
            let expected = ((*kind).to_owned(), (*address).to_owned(), (*name).to_owned());
            assert_eq!(one(html), expected, "{html}");
        }
    }

    #[test]
    fn what_nobody_sees_or_what_leads_nowhere_is_no_link() {
        for html in [
            "<iframe src=\"https://www.googletagmanager.com/ns.html?id=G\" height=\"0\" width=\"0\"></iframe>",
            "<iframe src=\"https://a.example/x\" style=\"display:none\"></iframe>",
            "<iframe src=\"javascript:alert(1)\"></iframe>",
            "<iframe src=\"data:text/html,x\" srcdoc=\"<p>x\"></iframe>",
            "<embed src=\"javascript:x\"><video src=\"blob:x\"></video>",
            "<amp-youtube data-videoid=\"a/../b\"></amp-youtube>",
            "<script src=\"https://a.example/a.js\"></script>",
        ] {
            assert_eq!(linked(html), "", "{html}");
        }
    }

    #[test]
    fn the_post_around_it_stays_as_it_is() {
        assert_eq!(
            linked("<p>avant <iframe src=\"https://a.example/x\"></iframe> après</p>"),
            "<p>avant </p><figure><a href=\"https://a.example/x\" data-embed=\"page\" rel=\"noopener nofollow\"></a></figure><p> après</p>"
        );
        let figure = linked(
            "<figure><div><iframe src=\"https://a.example/x\" title=\"Le jeu\"></iframe></div><figcaption>Un jeu</figcaption></figure>",
        );
        assert!(
            figure.ends_with(
                "title=\"Le jeu\" rel=\"noopener nofollow\"></a></div><figcaption>Un jeu</figcaption></figure>"
            ),
            "{figure}"
        );
        assert_eq!(linked("<p><iframe src=\"https://a.example/x\"></iframe></p>").matches("<p>").count(), 0);
        assert_eq!(linked("<video>rien à <b>voir</b></video>!"), "rien à <b>voir</b>!");
        assert_eq!(linked("<p>a</p><xmp><b></xmp><script>if (a < b) {}</script>"), "<p>a</p><pre>&lt;b&gt;</pre>");
        assert_eq!(linked("<pre>\nhttps://youtu.be/a\n</pre>"), "<pre>https://youtu.be/a\n</pre>");
        assert_eq!(
            linked("<p>https://blog.example/a</p>"),
            "<p><a href=\"https://blog.example/a\" rel=\"noopener nofollow\">https://blog.example/a</a></p>"
        );
    }

    #[test]
    fn twins_stand_once() {
        for html in [
            "<iframe data-src=\"https://www.youtube.com/embed/a\"></iframe><noscript><iframe src=\"https://www.youtube.com/embed/a\"></iframe></noscript>",
            "<div class=\"youtube_player\" videoid=\"a\"><iframe src=\"https://www.youtube-nocookie.com/embed/a?rel=0\"></iframe></div>",
            "<video src=\"/f.mp4\"></video><video><source src=\"/f.mp4?_=2\"></video>",
        ] {
            one(html);
        }
        let quotation = "<blockquote class=\"wp-embedded-content\"><a href=\"https://autre.example/b/\">Billet</a></blockquote>\
             <iframe class=\"wp-embedded-content\" src=\"https://autre.example/b/embed/#?secret=1\" title=\"« Billet »\"></iframe>";
        assert_eq!(embeds(quotation), []);
    }

    #[test]
    fn a_poster_is_the_posts_own() {
        let html = linked("<video poster=\"/p.jpg\" width=\"1280\" height=\"720\" src=\"/f.mp4\"></video>");
        assert!(
            html.contains("rel=\"noopener nofollow\"><img src=\"https://blog.example/p.jpg\" alt=\"\" width=\"1280\" height=\"720\"><br></a>"),
            "{html}"
        );
        assert!(!linked("<iframe src=\"https://www.youtube.com/embed/a\"></iframe>").contains("<img"));
    }

    #[test]
    fn formulas_stand_once() {
        let math =
            "<math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x^2</annotation></semantics></math>";
        for html in [
            math.to_owned(),
            format!("<span class=\"katex\"><span class=\"katex-mathml\">{math}</span><span class=\"katex-html\" aria-hidden=\"true\"><span class=\"mord\">x2</span></span></span>"),
            format!("<mjx-container><mjx-math aria-hidden=\"true\"><mjx-c>x2</mjx-c></mjx-math><mjx-assistive-mml>{math}</mjx-assistive-mml></mjx-container>"),
            format!("<span class=\"MathJax_Preview\">[x]</span><span class=\"MathJax\"><nobr aria-hidden=\"true\"><span>x2</span></nobr><span class=\"MJX_Assistive_MathML\">{math}</span></span><script type=\"math/tex\">x^2</script>"),
            "<span class=\"MathJax\" data-mathml=\"<math alttext='x^2'></math>\"><span>x2</span></span><script type=\"math/tex\">x^2</script>".to_owned(),
            "<script type=\"math/tex; mode=inline\">x^2</script>".to_owned(),
        ] {
            let text = crate::feeds::clean::text(&linked(&format!("Soit {html} et fin")));
            assert_eq!(text, "Soit x^2 et fin", "{html}");
        }
        // Drawn only: better the letters than nothing.
        assert_eq!(linked("<span class=\"katex-html\" aria-hidden=\"true\">x</span>"), "<span>x</span>");
        assert_eq!(linked("voir <svg><title>Courbe</title></svg>"), "voir Courbe");
    }
}
