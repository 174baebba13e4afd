//! Sets aside entries of a feed that are no posts, or not for everybody, with a reason that lists show.
//!
//! ```text
//! asks for a password ─▶ held (protected); new once it is open     a picture beside a post ─▶ skipped (bare file)
//! ```
//! In: parsed entries. Out: rows of `post` that no digest takes by itself; an editor may include them. Met by [`super::news`],
//! which counts and guards only posts.

use super::parse::{Entry, page};
use super::{Feed, PostState};
use crate::clock::Millis;
use crate::db::{Tx, query};

/// Why an entry is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its text is behind a password.
    Protected,
    /// A file beside a post.
    BareFile,
}

impl Why {
    /// The word of `post.reason`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Protected => PROTECTED,
            Self::BareFile => BARE_FILE,
        }
    }

    /// The state of a new entry. Entries from before the newsletter began are `seen`, whatever they are.
    pub fn stands(self, feed: &Feed) -> (PostState, Option<&'static str>) {
        match self {
            _ if !feed.read_once => (PostState::Seen, None),
            Self::Protected => (PostState::Held, Some(self.as_str())),
            Self::BareFile => (PostState::Skipped, Some(self.as_str())),
        }
    }
}

/// Word of `post.reason`: [`Why::Protected`].
pub const PROTECTED: &str = "protected";
/// Word of `post.reason`: [`Why::BareFile`].
pub const BARE_FILE: &str = "bare_file";

/// Beginnings that WordPress puts before the title of a post with a password, in several languages.
const TITLES: &[&str] = &[
    "protégé",
    "protected",
    "geschützt",
    "protegido",
    "protegit",
    "protetto",
    "beveiligd",
    "skyddad",
    "beskyttet",
    "zabezpieczone",
    "suojattu",
];
/// Roots of the word "password" in the sentence that replaces the excerpt; the sentence itself differs between versions.
const EXCERPT: &[&str] = &[
    "protégé",
    "protected",
    "geschützt",
    "protegid",
    "protegit",
    "protett",
    "beveiligd",
    "skyddad",
    "beskyttet",
    "zabezpiecz",
    "suojattu",
    "mot de passe",
    "password",
];
/// Most characters of the sentence that replaces an excerpt; a post about passwords says more.
const LONGEST: usize = 160;

/// Why an entry is no post; `None` when it is one.
pub fn why(entry: &Entry) -> Option<Why> {
    if entry.bare_file {
        return Some(Why::BareFile);
    }
    is_protected(entry).then_some(Why::Protected)
}

fn is_protected(entry: &Entry) -> bool {
    let texts = [&entry.content.markup, &entry.summary.markup];
    // A theme may have its own form, but the name of the field is WordPress's.
    let form = |text: &&String| text.contains("<form") && text.contains("post_password");
    if texts.iter().any(|text| text.contains("post-password-form") || form(text)) {
        return true;
    }
    let Some((before, _)) = entry.title.split_once(':') else { return false };
    if !TITLES.contains(&before.trim().to_lowercase().as_str()) {
        return false;
    }
    let words = texts.map(|text| page::plain(text)).join(" ").trim().to_lowercase();
    words.is_empty() || (words.chars().count() <= LONGEST && EXCERPT.iter().any(|word| words.contains(word)))
}

/// Updates a waiting post that was read again: held once it asks for a password; new, with a new waiting period, once it no longer
/// does.
///
/// # Errors
/// The database's.
pub async fn meet_again(tx: &mut Tx, post_id: i64, state: PostState, entry: &Entry, now: Millis) -> sqlx::Result<u64> {
    if !matches!(state, PostState::New | PostState::Held | PostState::Gone) {
        return Ok(0);
    }
    match (state, why(entry)) {
        (PostState::New | PostState::Gone, Some(Why::Protected)) => {
            query(
                "UPDATE post SET state = 'held', reason = $2 WHERE id = $1 AND state = 'new' AND reason IS NULL
                 AND NOT EXISTS (SELECT 1 FROM digest_post d WHERE d.post_id = post.id)",
            )
            .bind(post_id)
            .bind(PROTECTED)
            .execute(tx.on())
            .await
        }
        (PostState::Held, None) => {
            query(
                "UPDATE post SET state = 'new', reason = NULL, first_seen_at = $3
                 WHERE id = $1 AND state = 'held' AND reason = $2",
            )
            .bind(post_id)
            .bind(PROTECTED)
            .bind(now)
            .execute(tx.on())
            .await
        }
        _ => Ok(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::parse::Html;

    fn entry(title: &str, summary: &str, content: &str) -> Entry {
        let html = |markup: &str| Html { markup: markup.to_owned(), base: None };
        Entry { title: title.to_owned(), summary: html(summary), content: html(content), ..Entry::default() }
    }

    #[test]
    fn what_asks_for_a_password_is_told_by_its_form_or_by_title_and_excerpt() {
        for (title, summary, content, aside) in [
            ("Comptes", "", "<p>x</p><form class=\"post-password-form\"><input name=\"post_password\">", true),
            ("Comptes", "", "<form method=post><input name='post_password' type='password'></form>", true),
            ("Protégé\u{a0}: Comptes", "Il n’y pas d’extrait, car cet article est protégé.", "", true),
            ("Protected: Accounts", "There is no excerpt because this is a protected post.", "", true),
            ("Geschützt: Konten", "", "", true),
            (
                "Protégé : le renard",
                "Depuis hier, le renard roux est une espèce protégée partout en France.",
                "<p>Le renard roux est rusé. Il vit dans les bois et parfois en ville ; on le voit le soir près des poubelles.</p>",
                false,
            ),
            ("Protégé par son chien", "Il est protégé.", "", false),
            ("Un mot de passe", "Choisissez un bon mot de passe.", "", false),
        ] {
            let found = why(&entry(title, summary, content));
            assert_eq!(found, aside.then_some(Why::Protected), "{title}");
        }
    }
}
