//! Distinguishes HTML that people wrote from HTML made to keep a parser busy.
//!
//! In: any HTML. Out: yes or no, in one pass. The time that an HTML tree builder needs grows with the square of the nesting depth
//! and of the attributes of an element; 4 MB of `<div>` took minutes where 4 MB of prose take a second.

/// Most tags in one post. The longest real post seen has 6,000.
const TAGS: usize = 20_000;
/// Deepest nesting of elements. Page builders reach 60.
const DEPTH: usize = 250;
/// Most tags times depth: unclosed elements such as `b` are opened again in each following paragraph.
const PRODUCT: usize = 300_000;
/// Words, of texts and of tags: without a tokenizer one cannot tell which is which, and a tag may hold them all as attributes.
const WORDS: usize = 30_000;

/// Elements without an end, and those whose end people leave out because the next one implies it.
const OPEN_ENDED: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param", "p",
    "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "rt", "rp",
];

/// Whether building a tree of this HTML takes time proportional to its length.
pub fn harmless(markup: &str) -> bool {
    let bytes = markup.as_bytes();
    bytes.windows(2).filter(|pair| parts_words(pair[0]) && !parts_words(pair[1])).take(WORDS).count() < WORDS
        && flat(bytes)
}

fn parts_words(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'/' | b'"' | b'\'')
}

/// Whether there are few tags, and few inside one another.
fn flat(bytes: &[u8]) -> bool {
    let (mut tags, mut depth, mut deepest) = (0, 0_usize, 0);
    for less in memchr::memchr_iter(b'<', bytes) {
        let closing = bytes.get(less + 1) == Some(&b'/');
        let name = &bytes[bytes.len().min(less + 1 + usize::from(closing))..];
        let length = name.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = &name[..length];
        if name.is_empty() {
            continue;
        }
        tags += 1;
        let open_ended = OPEN_ENDED.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name));
        match (closing, open_ended) {
            (_, true) => {}
            (true, false) => depth = depth.saturating_sub(1),
            (false, false) => depth += 1,
        }
        deepest = deepest.max(depth);
        if tags > TAGS || depth > DEPTH || tags * deepest > PRODUCT {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn people_pass_and_bombs_do_not() {
        let post =
            "<p>Un <b>mot</b><br>et <img src=\"data:image/png;base64,AAAA\" alt='x'> <ul><li>a<li>b</ul>".repeat(1000);
        assert!(harmless(&post));
        assert!(harmless(&"<p>".repeat(19_000)));
        assert!(harmless("1 < 2 <3 </"));
        assert!(!harmless(&format!("{}{}", "<b>".repeat(200), "<p>x</p>".repeat(2000))));
        assert!(!harmless(&"<div>".repeat(1000)));
        assert!(!harmless(&"<b></b>".repeat(20_000)));
        assert!(!harmless(&format!("<p {}>", "a=1 ".repeat(50_000))));
    }
}
