//! Errors in words: each cause once.
//!
//! In: an error with its causes. Out: one line. Many errors repeat their cause in their own words, so printing a chain as it
//! is says the same two or three times; and PostgreSQL's errors end in a line of its source, which reads like one of a file.

use crate::db;
use crate::i18n::Locale;
use crate::os_error;

/// The chain in one line: `what was tried: why it failed`.
pub fn in_words(error: &anyhow::Error) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut causes = error.chain().peekable();
    while let Some(cause) = causes.next() {
        if let Some(database) = cause.downcast_ref::<sqlx::Error>() {
            // Its own causes stand in its words.
            say(&mut said, db::words(database));
            break;
        }
        let words = cause.to_string();
        match causes
            .peek()
            .map(ToString::to_string)
            .and_then(|next| words.strip_suffix(next.as_str()).map(str::to_owned))
        {
            Some(own) => say(&mut said, own.trim_end_matches([':', ' ']).to_owned()),
            None => say(&mut said, words),
        }
    }
    said.join(": ")
}

/// The same for whoever reads this language, as far as the operating system's words go.
pub fn told(error: &anyhow::Error, locale: &Locale) -> String {
    os_error::retold(&in_words(error), locale).into_owned()
}

fn say(said: &mut Vec<String>, words: String) {
    if !words.is_empty() && said.last() != Some(&words) {
        said.push(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("while starting: {0}")]
    struct Repeating(#[source] sqlx::Error);

    #[test]
    fn nothing_is_said_twice() {
        let io = || sqlx::Error::Io(std::io::Error::other("the cable is cut"));
        let error = anyhow::Error::from(Repeating(io())).context("cannot start");
        assert_eq!(in_words(&error), "cannot start: while starting: the cable is cut");
        assert_eq!(in_words(&io().into()), "the cable is cut");
        let plain = anyhow::anyhow!("inner").context("outer");
        assert_eq!(in_words(&plain), "outer: inner");
    }
}
