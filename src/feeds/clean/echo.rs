//! Removes the last paragraph that blog programs add against content thieves: "The post … appeared first on …".
//!
//! In: cleaned HTML. Out: the same HTML without that paragraph, which is useless in a mail from the blog itself. (WordPress with
//! Yoast's plugin adds it to every excerpt and every text, in the blog's language.)

use super::pieces::text;

/// Its words, by language.
const WORDS: &[&str] = &[
    "est apparu en premier sur",
    "appeared first on",
    "erschien zuerst auf",
    "apareció primero en",
    "apareceu primeiro em",
    "proviene da",
    "verscheen eerst op",
];

/// Bytes of the longest such paragraph: two titles and two addresses.
const LONGEST: usize = 1200;

/// Removes the paragraph from the end, if it is there.
pub fn without_echo(html: &str) -> &str {
    let end = html.trim_end();
    let Some(start) = end.rfind("<p>").filter(|start| end.ends_with("</p>") && end.len() - start <= LONGEST) else {
        return html;
    };
    let last = &end[start..];
    // At least the link to the blog; a paragraph of prose with these words stays.
    if !last.contains("<a href=") {
        return html;
    }
    let words = text(last);
    if WORDS.iter().any(|echo| words.contains(echo)) { end[..start].trim_end() } else { html }
}

#[cfg(test)]
mod tests {
    use super::without_echo;

    #[test]
    fn only_the_echo_goes() {
        let echo = "<p>L’article <a href=\"https://b.example/a\">A</a> est apparu en premier sur <a href=\"https://b.example\">B</a>.</p>";
        assert_eq!(without_echo(&format!("<p>Texte</p>\n{echo}")), "<p>Texte</p>");
        assert_eq!(without_echo(echo), "");
        for kept in ["<p>Texte</p>", "texte", "<p>Ce mot est apparu en premier sur une affiche.</p>"] {
            assert_eq!(without_echo(kept), kept);
        }
        let inside = format!("{echo}<p>Suite</p>");
        assert_eq!(without_echo(&inside), inside);
    }
}
