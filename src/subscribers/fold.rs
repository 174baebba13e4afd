//! The key by which a name is searched: lower case, without accents, so that `helene` finds `Hélène`.
//!
//! In: a name, or what somebody typed to find one. Out: the key that `subscriber.name_key` holds. Names of before this column got
//! theirs in SQL (`migrations/*/0022_subscriber_search.sql`), which knows the Latin alphabets of Europe alone; a test compares both.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The key of a name; `None` when nothing is left of it.
pub fn key(name: &str) -> Option<String> {
    let mut key = String::with_capacity(name.len());
    for char in name.trim().nfkd().filter(|char| !is_combining_mark(*char)).flat_map(char::to_lowercase) {
        match plain(char) {
            Some(letters) => key.push_str(letters),
            // A mark may come of lower case: `İ`.
            None if !is_combining_mark(char) => key.push(char),
            None => {}
        }
    }
    (!key.is_empty()).then_some(key)
}

/// Letters that are their own and that people type otherwise.
const fn plain(char: char) -> Option<&'static str> {
    Some(match char {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ŋ' => "n",
        'ŧ' => "t",
        '\u{2019}' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        for (name, found) in [
            ("Hélène ŒUVRÉ", "helene oeuvre"),
            (" Łukasz ", "lukasz"),
            ("İpek Straße", "ipek strasse"),
            ("Ἀθηνᾶ", "αθηνα"),
            ("Иван", "иван"),
            ("D’Hôte", "d'hote"),
        ] {
            assert_eq!(key(name).as_deref(), Some(found));
            assert_eq!(key(found).as_deref(), Some(found));
        }
        assert_eq!(key("  "), None);
    }

    /// What the migration makes of each letter is what is written from now on.
    #[test]
    fn the_migration_folds_as_we_do() {
        for sql in [
            include_str!("../../migrations/sqlite/0022_subscriber_search.sql"),
            include_str!("../../migrations/postgres/0022_subscriber_search.sql"),
        ] {
            let words: Vec<&str> = sql.split('\'').collect();
            let letter = |from: &&[&str]| from[1].trim() == "," && from[0].chars().count() == 1 && !from[0].is_ascii();
            let pairs: Vec<_> = words.windows(3).filter(letter).collect();
            assert_eq!(pairs.len(), 190);
            for pair in pairs {
                assert_eq!(key(pair[0]).as_deref(), Some(pair[2]), "{}", pair[0]);
            }
        }
    }
}
