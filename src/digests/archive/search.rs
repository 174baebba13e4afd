//! Search in an archive: pages in which every word that was typed stands, also as the beginning or a part of a longer one. Capitals and
//! accents do not count.
//!
//! In: what a visitor typed. Out: lines, the newest first. What is typed stands in the page's address (`?q=`), unlike in the console:
//! the archive is public and holds nobody, so a search tells nothing of a person, and its answer can be linked to and gone back to; the
//! log names routes alone.

use tokio::sync::Semaphore;

use crate::app::App;
use crate::digests::DigestError;
use crate::newsletters::Newsletter;
use crate::subscribers::fold;

use super::{Line, sql};

/// Words that are looked for; more are passed over.
pub const WORDS: usize = 8;
/// Longest text that is looked at of what was typed, characters.
const TYPED: usize = 200;
/// Most pages that a search gives.
pub const MOST: i64 = 50;
/// Most characters that are searched of a page.
const SEARCHED: usize = 100_000;

/// Searches at once: each reads a whole archive, and visitors must not take all of the database's connections.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A text as it is searched: lower case, without accents, letters and digits alone, one blank between words.
pub fn folded(text: &str) -> String {
    let key = fold::key(text).unwrap_or_default();
    let words = key.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(SEARCHED).collect()
}

/// The words that were typed, as they are looked for.
pub fn asked(typed: &str) -> Vec<String> {
    let typed: String = typed.chars().take(TYPED).collect();
    folded(&typed).split(' ').filter(|word| !word.is_empty()).take(WORDS).map(str::to_owned).collect()
}

/// The pages of a public archive in which all these words stand.
///
/// # Errors
/// The database's.
pub async fn find(app: &App, newsletter: &Newsletter, words: &[String]) -> Result<Vec<Line>, DigestError> {
    let _turn = AT_ONCE.acquire().await.map_err(anyhow::Error::from)?;
    Ok(sql::search(&app.db, newsletter.id, words, MOST).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_a_few_plain_words() {
        assert_eq!(asked("  L’Œuvre, d'ÉTÉ % _ "), ["l", "oeuvre", "d", "ete"]);
        assert_eq!(asked("%"), [""; 0]);
        assert_eq!(asked(&"mot ".repeat(500)).len(), WORDS);
        assert_eq!(folded("Le four,\n le  PAIN"), "le four le pain");
    }
}
