//! A newsletter's colour in its mails. Pure.
//!
//! In: HTML as our templates wrote it, in our own blue. Out: the same in the newsletter's colour, by day and by night, as far as it
//! can be read ([`crate::colour`]). Only styles and attributes change, never a word: a post may be about colours.

use std::borrow::Cow;

use crate::colour::{Colour, readable};

/// Our own: links and buttons by day, and by night.
const OURS: (&str, &str) = ("#1d4e89", "#9cc3f2");

/// The HTML in this colour; as it is without one.
pub fn coloured<'a>(html: &'a str, colour: Option<&str>) -> Cow<'a, str> {
    let Some(colour) = colour.and_then(Colour::parse) else { return Cow::Borrowed(html) };
    let shades = readable(colour);
    let (day, night) = (shades.day.to_string(), shades.night.to_string());
    let (head, body) = html.split_once("</style>").unwrap_or(("", html));
    let mut out = String::with_capacity(html.len());
    out.push_str(&head.replace(OURS.1, &night));
    out.push_str(if head.is_empty() { "" } else { "</style>" });
    let mut pieces = body.split('<');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (tag, words) = piece.split_at(piece.find('>').unwrap_or(0));
        out.push('<');
        out.push_str(&styled(tag, &day));
        out.push_str(words);
    }
    Cow::Owned(out)
}

/// A tag with our blue replaced where it is a colour.
fn styled(tag: &str, day: &str) -> String {
    let (style, ground) = (format!("color:{}", OURS.0), format!("bgcolor=\"{}\"", OURS.0));
    tag.replace(&style, &format!("color:{day}")).replace(&ground, &format!("bgcolor=\"{day}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_change_and_words_do_not() {
        let html = "<style>.card a { color: #9cc3f2 }</style><td bgcolor=\"#1d4e89\" style=\"background-color:#1d4e89\">\
                    <a style=\"color:#1d4e89\" href=\"/#1d4e89\">color:#1d4e89, #9cc3f2</a></td>";
        let made = coloured(html, Some("#a3261f"));
        let night = readable(Colour::parse("#a3261f").unwrap()).night;
        let wanted = format!(
            "<style>.card a {{ color: {night} }}</style><td bgcolor=\"#a3261f\" style=\"background-color:#a3261f\">\
             <a style=\"color:#a3261f\" href=\"/#1d4e89\">color:#1d4e89, #9cc3f2</a></td>"
        );
        assert_eq!(made, wanted);
        assert_eq!(coloured(html, None), html);
        assert_eq!(coloured(html, Some("no colour")), html);
    }
}
