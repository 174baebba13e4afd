//! Makes an excerpt: the beginning of a post in a few whole sentences, for lists and preheaders.
//!
//! In: cleaned HTML of a post. Out: one line of plain text, made of its paragraphs; headings, lists, tables, code, captions,
//! notes and shortcodes are left out, unless there is nothing else. `sentence` knows where one ends.

use std::sync::LazyLock;

use regex::Regex;

use super::markup::{self, Piece, is_inline};
use super::notes::{self, BACK, MARK, NOTE};
use super::plain::{cut, line};
use super::sentence;

/// Bytes of HTML that are examined, and of the words of one paragraph: an excerpt has some hundred characters.
const LOOKED_AT: usize = 64 * 1024;
const PARAGRAPH: usize = 4096;

/// What blogs put at the end of a text that they cut.
const CUT_MARKS: &[&str] = &["[…]", "[...]", "(…)", "…", "...", "→"];

/// The beginning of a post, at most `most` characters: of its summary, unless a program made that by cutting the text off.
pub fn of_post(summary: &str, content: &str, most: usize) -> String {
    let made = |html: &str| excerpt(html, most);
    let own = !summary.trim().is_empty() && !is_beginning(summary, content);
    let (first, second) = if own { (summary, content) } else { (content, summary) };
    Some(made(first)).filter(|excerpt| !excerpt.is_empty()).unwrap_or_else(|| made(second))
}

/// The beginning of some HTML, at most `most` characters, ended at a sentence, else at a word, with `…`.
pub fn excerpt(html: &str, most: usize) -> String {
    let words = words(html);
    let (bare, was_cut) = without_cut_mark(&words);
    if !was_cut && bare.chars().count() <= most {
        return bare.to_owned();
    }
    let end = bare.char_indices().nth(most).map_or(bare.len(), |(at, _)| at);
    // Not for half a line: "Il pleut." says less than the words behind it.
    match sentence::last_end(bare, end).filter(|at| bare[..*at].chars().count() * 4 >= most.min(bare.chars().count())) {
        Some(at) => bare[..at].to_owned(),
        None if was_cut => cut(&format!("{bare}…"), most),
        None => cut(bare, most),
    }
}

fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

fn without_cut_mark(words: &str) -> (&str, bool) {
    let mut bare = words;
    while let Some(rest) = CUT_MARKS.iter().find_map(|mark| bare.strip_suffix(mark)) {
        bare = rest.trim_end();
    }
    (bare, bare.len() < words.len())
}

/// Whether a summary consists only of the text's own words, all of them or cut off: a program made it, running headings, tables and
/// notes together.
fn is_beginning(summary: &str, content: &str) -> bool {
    let tokens = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let plain = |html: &str| line(&markup::text(&markup::pieces(html)));
    // For a much longer text, comparing the beginning is enough.
    let content = head(content, summary.len().saturating_mul(20).saturating_add(LOOKED_AT));
    let (summary, content) = (plain(head(summary, LOOKED_AT)), tokens(&plain(content)));
    let (bare, was_cut) = without_cut_mark(&summary);
    let wanted = tokens(bare);
    let mut rest = content.iter();
    let last = wanted.len().saturating_sub(1);
    // The last word may be cut, too.
    let all = wanted
        .iter()
        .enumerate()
        .all(|(at, word)| rest.any(|known| known == word || (at == last && known.starts_with(word.as_str()))));
    // Some programs cut without a mark, in the middle of a sentence.
    let was_cut = was_cut || !is_sentence(bare);
    all && !wanted.is_empty() && (was_cut || wanted.len() * 3 >= content.len() * 2)
}

/// How useful a block is for an excerpt; the most useful blocks of a text are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    Paragraph,
    List,
    /// Headings, tables, code, captions, bare links.
    Rest,
}

struct Block {
    worth: Worth,
    text: String,
    /// Characters of it that are a link, or in bold.
    linked: usize,
    bold: usize,
    /// Whether it begins with a note's number, or leads back to one.
    note: bool,
    /// Code means what it says, brackets and all.
    code: bool,
}

/// The words of a post's paragraphs on one line; else those of its lists, else all.
fn words(html: &str) -> String {
    let mut reader = Reader::default();
    for piece in notes::find(&markup::pieces(head(html, LOOKED_AT))) {
        reader.take(&piece);
    }
    reader.end_block();
    let blocks: Vec<Block> = reader.blocks.into_iter().filter_map(judged).collect();
    let Some(best) = blocks.iter().map(|block| block.worth).min() else { return String::new() };
    let mut out = String::new();
    for (at, block) in blocks.iter().enumerate().filter(|(_, block)| block.worth == best) {
        let alone = blocks.get(at + 1).is_none_or(|next| next.worth != best);
        let text = if alone { without_promise(&block.text) } else { &block.text };
        if !text.is_empty() && !out.is_empty() {
            out.push_str(if out.ends_with(|c: char| c.is_alphanumeric()) { " · " } else { " " });
        }
        out.push_str(text);
    }
    match blocks.iter().find(|block| block.worth == best) {
        Some(promise) if out.is_empty() => {
            format!("{}…", promise.text.trim_end_matches([':', ' ', '\u{a0}', '\u{202f}']))
        }
        _ => out,
    }
}

/// Words that introduce a list or a table that is left out would lead nowhere.
fn without_promise(text: &str) -> &str {
    if !text.ends_with(':') {
        return text;
    }
    sentence::last_end(text, text.len() - 1).map_or("", |end| &text[..end])
}

/// Whether a text ends as sentences end.
fn is_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '?', '…', '»', '”', '"', ')', '。'])
}

/// A block without shortcodes and note numbers, and what it is good for; `None` when nothing is left.
fn judged(mut block: Block) -> Option<Block> {
    let whole = line(head(&block.text, PARAGRAPH));
    let told = if block.code { whole.clone() } else { line(&without_shortcodes(&whole)) };
    block.text = one_blank(&told);
    let length = block.text.chars().filter(|c| !c.is_whitespace()).count();
    let sentence = is_sentence(&block.text) || block.text.ends_with(':');
    let address = block.text.starts_with("http") && !block.text.contains(' ');
    let title = block.bold >= length && !sentence;
    // Unrendered Markdown.
    block.note |= whole.starts_with("[^");
    if block.linked >= length || title || address {
        block.worth = Worth::Rest;
    }
    (length > 0 && !block.note).then_some(block)
}

/// Without blanks at the ends, and one where several meet: editors leave no-break ones about.
fn one_blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.trim().chars() {
        if char.is_whitespace() && out.ends_with(char::is_whitespace) {
            out.pop();
            out.push(' ');
        } else {
            out.push(char);
        }
    }
    out
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    open: Option<Block>,
    /// How many elements of each worth but the first are open.
    lists: usize,
    rest: usize,
    quotes: usize,
    notes: usize,
    links: usize,
    bold: usize,
    codes: usize,
    hidden: usize,
    /// A note's number was just left out.
    after_mark: bool,
}

impl Reader {
    fn take(&mut self, piece: &Piece) {
        match piece {
            Piece::Open(element) => match element.name.as_str() {
                MARK | BACK => self.mark(&element.name),
                "img" => {
                    // An emoji that a blog made a picture of.
                    let alt = element.get("alt").unwrap_or_default();
                    if !alt.chars().any(char::is_alphanumeric) {
                        self.words(alt);
                    }
                }
                "br" => self.words(" "),
                name => self.nest(name, 1),
            },
            Piece::Close(name) => self.nest(name, -1),
            Piece::Text(text) => self.words(text),
            Piece::Comment(_) => {}
        }
    }

    fn nest(&mut self, name: &str, step: isize) {
        let depth = match name {
            "a" => &mut self.links,
            "b" | "strong" => &mut self.bold,
            "code" | "samp" | "kbd" => &mut self.codes,
            "style" | "title" | "script" => &mut self.hidden,
            NOTE => &mut self.notes,
            "ul" | "ol" | "dl" => &mut self.lists,
            "blockquote" => &mut self.quotes,
            // Who said it.
            "cite" if self.quotes > 0 => &mut self.rest,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "pre" | "figure" | "figcaption" | "caption" => {
                &mut self.rest
            }
            _ => &mut 0,
        };
        // A block belongs to the element in which it began.
        *depth = depth.saturating_add_signed(step);
        if !is_inline(name) {
            self.end_block();
        }
    }

    fn mark(&mut self, name: &str) {
        let block = self.block();
        block.note |= name == BACK || block.text.trim().is_empty();
        self.after_mark = true;
    }

    fn words(&mut self, text: &str) {
        if self.hidden > 0 || self.notes > 0 {
            return;
        }
        let after_mark = std::mem::take(&mut self.after_mark);
        let (linked, bold, code) = (self.links > 0, self.bold > 0, self.codes > 0);
        let length = text.chars().filter(|c| !c.is_whitespace()).count();
        let block = self.block();
        if after_mark && !text.starts_with(char::is_alphanumeric) {
            block.text.truncate(block.text.trim_end().len());
        }
        block.text.push_str(text);
        block.linked += if linked { length } else { 0 };
        block.bold += if bold { length } else { 0 };
        block.code |= code;
    }

    fn block(&mut self) -> &mut Block {
        let worth = match (self.rest, self.lists) {
            (0, 0) => Worth::Paragraph,
            (0, _) => Worth::List,
            _ => Worth::Rest,
        };
        let new = || Block { worth, text: String::new(), linked: 0, bold: 0, note: false, code: false };
        self.open.get_or_insert_with(new)
    }

    fn end_block(&mut self) {
        self.blocks.extend(self.open.take());
        self.after_mark = false;
    }
}

/// `[name …]`, `[/name]`, `[12]`, `[^note]`. In ASCII classes: Unicode's are left out of the program.
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\[(/?)([a-zA-Z][a-zA-Z0-9_-]*|[0-9]{1,3}|\^[a-zA-Z0-9_-]+)((?:[ \t\r\n\u{a0}][^\[\]]*)?/?)\]")
        .expect("a valid pattern")
});

/// Shortcodes of WordPress that stand alone, and those whose inside is no prose.
const SHORTCODES: &[&str] = &[
    "audio",
    "caption",
    "code",
    "contact-form",
    "contact-form-7",
    "embed",
    "ez-toc",
    "gallery",
    "gravityform",
    "more",
    "playlist",
    "sourcecode",
    "table",
    "toc",
    "video",
    "wpforms",
];
const ENCLOSING: &[&str] =
    &["audio", "caption", "code", "embed", "gallery", "playlist", "sourcecode", "video", "wp_caption"];

/// A text without shortcodes of WordPress and numbers of notes; `[sic]` and `[le maire]` stay.
fn without_shortcodes(text: &str) -> String {
    if !text.contains('[') {
        return text.to_owned();
    }
    let closed = |name: &str| text.contains(&format!("[/{name}]"));
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for found in BRACKETS.captures_iter(text) {
        let (whole, name) = (found.get(0).expect("the whole match"), &found[2]);
        if whole.start() < from {
            continue;
        }
        let alone = whole.len() == text.len();
        let is_shortcode = name.starts_with(|c: char| c.is_ascii_digit() || c == '^')
            || !found[1].is_empty()
            || found[3].contains('=')
            || name.contains('_')
            || closed(name)
            || (found[3].trim_end_matches('/').trim().is_empty() && (alone || SHORTCODES.contains(&name)));
        if !is_shortcode {
            continue;
        }
        out.push_str(&text[from..whole.start()]);
        from = whole.end();
        let end = format!("[/{name}]");
        if found[1].is_empty()
            && ENCLOSING.contains(&name)
            && let Some(at) = text[from..].find(&end)
        {
            from += at + end.len();
        }
    }
    out.push_str(&text[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_of_a_blog_that_cut_becomes_ours() {
        assert_eq!(excerpt("<p>Il pleut [&hellip;]</p>", 100), "Il pleut…");
        assert_eq!(excerpt("<p>Il pleut.</p><p>Encore.</p>", 100), "Il pleut. Encore.");
        assert_eq!(
            excerpt("<p>Il pleut depuis trois jours. Nous sommes allés […]</p>", 100),
            "Il pleut depuis trois jours."
        );
    }

    #[test]
    fn sentences_are_whole() {
        let html = "<p>Un premier essai, assez long. Un second, « bien plus long ! » dit-il. Un troisième.</p>";
        assert_eq!(excerpt(html, 75), "Un premier essai, assez long. Un second, « bien plus long ! » dit-il.");
        assert_eq!(excerpt(html, 60), "Un premier essai, assez long.");
        assert_eq!(excerpt(html, 20), "Un premier essai…");
    }

    #[test]
    fn only_paragraphs_are_told() {
        let html = "<h2>Avant</h2><p>Il faut du temps<sup><a href=\"https://b.example/p#n\">1</a></sup>, et de l’eau \
                    <a href=\"https://b.example/p#m\">[1]</a>.</p><h3>Les ingrédients</h3><table><tr><th>a</th><td>b</td></tr></table>\
                    <p>La liste :</p><ul><li>un</li></ul><pre>code()</pre><figure><img alt=\"x\"><figcaption>Le four</figcaption></figure>\
                    <p><strong>Un faux titre</strong></p><p><a href=\"https://b.example/\">S’inscrire</a></p><p>Fin 🙂</p>\
                    <ol><li>La note. <a href=\"https://b.example/p#r\">↩</a></li></ol>";
        assert_eq!(excerpt(html, 300), "Il faut du temps, et de l’eau. Fin 🙂");
        assert_eq!(excerpt("<h2>Titre</h2><ul><li>un</li><li>deux</li></ul>", 300), "un · deux");
        assert_eq!(excerpt("<h2>Titre</h2>", 300), "Titre");
        assert_eq!(
            excerpt("<p>Le film de la fête :</p><figure><figcaption>x</figcaption></figure>", 300),
            "Le film de la fête…"
        );
        assert_eq!(
            excerpt("<blockquote><p>Patience !</p><cite>Ana</cite></blockquote><p>Ah. &nbsp; Oui</p>", 300),
            "Patience ! Ah. Oui"
        );
        assert_eq!(
            excerpt("<p>Nous étions douze. Voici qui :</p><ul><li>a</li></ul><p>Bon.</p>", 300),
            "Nous étions douze. Bon."
        );
    }

    #[test]
    fn shortcodes_go_and_words_in_brackets_stay() {
        for (text, kept) in [
            ("a [contact-form-7 id= »12″ title= »Inscription »] b", "a  b"),
            ("a [gallery ids=\"1,2\"] b[gallery]", "a  b"),
            ("[caption id=\"x\"]<img> Le four[/caption]fin", "fin"),
            ("[vc_row][vc_column]Bonjour.[/vc_column][/vc_row]", "Bonjour."),
            ("[su_note]Bonjour.[/su_note]", "Bonjour."),
            ("de l’eau[1], du sel [12].", "de l’eau, du sel ."),
            ("[mon-module]", ""),
            ("au passage[^1] et [^note-2].", "au passage et ."),
            ("Il a dit « bonjour [sic] » à [le maire]", "Il a dit « bonjour [sic] » à [le maire]"),
            ("[peut-être] demain", "[peut-être] demain"),
            ("Lu en [2026]", "Lu en [2026]"),
        ] {
            assert_eq!(without_shortcodes(text), kept, "{text}");
        }
    }

    #[test]
    fn a_summary_that_a_program_cut_gives_way_to_the_text() {
        let content = "<p>Il faut du temps.</p><h2>Les ingrédients</h2><table><tr><td>Farine</td><td>1 kg</td></tr></table><p>On pétrit.</p>";
        let told = "Il faut du temps. On pétrit.";
        assert_eq!(of_post("Il faut du temps. Les ingrédients Farine […]", content, 200), told);
        assert_eq!(of_post("Il faut du temps. Les ingrédients Farine 1 kg On pétrit.", content, 200), told);
        assert_eq!(of_post("", content, 200), told);
        assert_eq!(of_post("<p>La recette de Bruno.</p>", content, 200), "La recette de Bruno.");
        assert_eq!(
            of_post("<p>Il faut du temps.</p>", content, 200),
            "Il faut du temps.",
            "short, and somebody's choice"
        );
        assert_eq!(of_post("<p>Il faut du temps. Les ingr</p>", content, 200), told, "cut without a mark");
        assert_eq!(of_post("Un mot.", "", 200), "Un mot.");
        assert_eq!(of_post("", "", 200), "");
    }

    proptest::proptest! {
        #[test]
        fn it_is_one_line_that_ends_well(parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..40), most in 20..300_usize) {
            let told = excerpt(&parts.concat(), most);
            proptest::prop_assert!(told.chars().count() <= most, "{}", told);
            proptest::prop_assert!(!told.contains('\n') && told == told.trim(), "{:?}", told);
        }
    }

    const PIECES: &[&str] = &[
        "<p>",
        "</p>",
        "<h2>",
        "</h2>",
        "<ul><li>",
        "</li></ul>",
        "Un mot. ",
        "Et encore, ",
        "M. ",
        "mot ",
        "« Oui ! » ",
        "<br>",
        "[…]",
        "[gallery]",
        "[a b=c]",
        "<table><tr><td>",
        "</table>",
        "<b>",
        "</b>",
        "<sup><a>1</a></sup>",
        "\n",
        "1",
        "…",
        "&nbsp;",
    ];
}
