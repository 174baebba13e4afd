//! What an editor should know of a digest besides: codes with parameters, in the `note` of its row; the words stand in `locales/`.
//!
//! In: what was met while it was composed. Out: a JSON list that the row keeps, and [`words`] of it in every language. What an earlier
//! version wrote stands as it is.

use serde::{Deserialize, Serialize};

use crate::coded::{Kept, Told as _, codes};
use crate::feeds::trouble::FeedTrouble;
use crate::i18n::{Locale, Value};

codes! {
    /// One thing.
    #[derive(Serialize, Deserialize)]
    #[serde(tag = "code", rename_all = "kebab-case")]
    pub enum Note as "digest-note" {
        /// A feed could not be read before it was composed.
        FeedUnread {
            /// Which.
            feed: String,
            /// Why.
            error: Kept<FeedTrouble>,
        } => "feed-unread",
        /// The feeds took too long.
        FeedsLate {
            /// Longer than so many seconds.
            seconds: i64,
        } => "feeds-late",
        /// They could not be asked.
        FeedsFailed {
            /// Why, in English.
            error: String,
        } => "feeds-failed",
        /// Posts that waited vanished from their feeds.
        PostsVanished {
            /// How many.
            count: i64,
        } => "posts-vanished",
        /// Readers chose more sets of topics than there are mails for: some get posts of topics that they did not choose.
        TopicSets {
            /// Different ones among them.
            count: i64,
            /// Mails that are made for them.
            most: i64,
        } => "topic-sets",
    }
}

/// What a row keeps of these; nothing for none.
pub fn stored(notes: &[Note]) -> Option<String> {
    // A list of tagged enums of texts and numbers has no form that JSON lacks.
    (!notes.is_empty()).then(|| serde_json::to_string(notes).unwrap_or_default())
}

/// What a row keeps, and one more.
pub fn with(stored_before: Option<&str>, more: Note) -> Option<String> {
    let mut notes: Vec<Note> = stored_before.and_then(|stored| serde_json::from_str(stored).ok()).unwrap_or_default();
    notes.push(more);
    stored(&notes)
}

/// What a row keeps, in this language.
pub fn words(stored: &str, locale: &Locale) -> String {
    let Ok(notes) = serde_json::from_str::<Vec<Note>>(stored) else { return stored.to_owned() };
    let both = |first: String, second: String| {
        locale.format("notes-joined", &[("first", Value::Text(&first)), ("second", Value::Text(&second))])
    };
    notes.iter().map(|note| note.words(locale)).reduce(both).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    #[test]
    fn notes_are_read_as_they_were_stored_and_told_in_every_language() {
        let unread =
            Note::FeedUnread { feed: "https://a.example/feed".to_owned(), error: Kept::Known(FeedTrouble::Empty) };
        let one = stored(&[unread]);
        let two = with(one.as_deref(), Note::PostsVanished { count: 2 }).unwrap();
        let said = words(&two, i18n::locale("en"));
        assert_eq!(
            said,
            "a feed could not be read before composing: https://a.example/feed: the body is empty; 2 posts that waited vanished \
             from their feeds and are not in it"
        );
        assert!(words(&two, i18n::locale("fr")).contains("la réponse est vide\u{202f}; 2 billets"), "{two}");
        assert_eq!(words("as before", i18n::locale("fr")), "as before");
        assert_eq!((stored(&[]), words("[]", i18n::locale("en"))), (None, String::new()));
        assert_eq!(
            with(Some("as before"), Note::PostsVanished { count: 1 }),
            stored(&[Note::PostsVanished { count: 1 }])
        );
    }
}
