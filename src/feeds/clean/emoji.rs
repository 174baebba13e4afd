//! Recognises pictures that stand for characters: blog programs replace `🙂` and `:)` by them.
//!
//! In: the attributes of an `img`. Out: the character it stands for; or that it is as high as a letter; or that it is an ordinary
//! picture. WordPress replaces each emoji in its feed by such a picture, which readers would fetch from another site each time.

use std::borrow::Cow;

use super::pieces::pixels;

/// Classes that blog programs and scripts give them.
const CLASSES: &[&str] =
    &["wp-smiley", "emoji", "twemoji", "emojione", "joypixels", "custom-emoji", "smiley", "smilies", "wp-emoji"];

/// Parts of addresses of the well-known sets.
const SETS: &[&str] = &[
    "s.w.org/images/core/emoji/",
    "/twemoji",
    "twemoji.maxcdn.com/",
    "/emojione/",
    "/joypixels/",
    "/images/icons/emoji/",
    "/images/emoji.php/",
    "/wp-includes/images/smilies/",
    "fonts.gstatic.com/s/e/notoemoji/",
];

/// Pixels up to which a picture with nothing but an emoji as its words is one.
const SMALL: u32 = 72;

/// A picture that is a character.
#[derive(Debug, PartialEq, Eq)]
pub enum Emoji {
    /// This one.
    Character(String),
    /// One that no font has: it stays a picture as high as the line.
    Picture,
}

/// Which character a picture is, if it is one.
pub fn emoji(attributes: &[(&str, Cow<'_, str>)]) -> Option<Emoji> {
    let value = |name: &str| attributes.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value.trim());
    let style: String = value("style").to_ascii_lowercase().split_whitespace().collect();
    let classes = value("class").to_ascii_lowercase();
    let marked = classes.split_whitespace().any(|class| CLASSES.contains(&class))
        || SETS.iter().any(|set| value("src").contains(set))
        || style.split(';').any(|rule| rule.starts_with("height:1") && rule.ends_with("em"));
    let alt = value("alt");
    let small = ["width", "height"].iter().any(|side| pixels(value(side)).is_some_and(|pixels| pixels <= SMALL));
    let character = !alt.is_empty() && alt.chars().count() <= 16 && !alt.chars().any(char::is_alphabetic);
    match (marked, character) {
        (true, true) => Some(Emoji::Character(alt.to_owned())),
        (true, false) => Some(Emoji::Picture),
        (false, true) if small && alt.chars().any(|char| char >= '\u{2190}') => Some(Emoji::Character(alt.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(attributes: &[(&str, &str)]) -> Option<Emoji> {
        let attributes: Vec<_> = attributes.iter().map(|(key, value)| (*key, Cow::Borrowed(*value))).collect();
        emoji(&attributes)
    }

    #[test]
    fn pictures_of_characters_are_known() {
        let is = |text: &str| Some(Emoji::Character(text.to_owned()));
        let s_w_org = ("src", "https://s.w.org/images/core/emoji/15.0.3/72x72/1f600.png");
        assert_eq!(of(&[s_w_org, ("alt", "😀")]), is("😀"));
        assert_eq!(of(&[("src", "https://b.example/e.svg"), ("class", "emoji"), ("alt", "👩‍🚀")]), is("👩‍🚀"));
        assert_eq!(of(&[("class", "wp-smiley"), ("alt", ":)")]), is(":)"));
        assert_eq!(of(&[("alt", "↩"), ("style", "height: 1em; max-height: 1em;")]), is("↩"));
        assert_eq!(of(&[("alt", "❤️"), ("width", "16"), ("height", "16")]), is("❤️"));
        assert_eq!(of(&[("class", "custom-emoji"), ("alt", ":ours:")]), Some(Emoji::Picture));
        assert_eq!(of(&[s_w_org]), Some(Emoji::Picture));
    }

    #[test]
    fn other_pictures_stay_pictures() {
        assert_eq!(of(&[("src", "https://b.example/emoji/four.jpg"), ("alt", "Le four")]), None);
        assert_eq!(of(&[("alt", "❤️"), ("width", "800")]), None);
        assert_eq!(of(&[("alt", "2026"), ("width", "60")]), None);
    }
}
