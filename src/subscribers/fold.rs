//! The key by which a name is searched: lower case, without accents, so that `helene` and `HÉLÈNE` find `Hélène`.
//!
//! In: a name, or what somebody typed to find one or an address. Out: the key that `subscriber.name_key` holds. Names of before this column got
//! theirs in SQL (`migrations/*/0022_subscriber_search.sql`), which knows the Latin alphabets of Europe alone, each accent in one sign with
//! its letter; a test compares both, and [`super::refold`] mends what it could not.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The key of a name; `None` when nothing is left of it.
pub fn key(name: &str) -> Option<String> {
    if name.is_ascii() {
        let name = name.trim();
        return (!name.is_empty()).then(|| name.to_ascii_lowercase());
    }
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
        // At the end of a word only.
        'ς' => "σ",
        '\u{2019}' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However it is written, a name has one key, which is its own: upper or lower case, accents in one sign or two.
        #[test]
        fn a_name_is_found_however_it_is_typed(name in "[a-zA-ZÀ-ÖØ-öø-ɏΑ-Ωα-ωА-я '’-]{0,20}") {
            let found = key(&name);
            let typed = [name.to_uppercase(), name.to_lowercase(), name.nfd().collect(), name.nfc().collect()];
            for typed in typed.iter().map(String::as_str).chain(found.as_deref()) {
                prop_assert_eq!(key(typed), found.clone(), "{}", typed);
            }
        }

        /// Without its accents, an ASCII name is found by what is left of it.
        #[test]
        fn accents_do_not_count(letters in proptest::collection::vec(("[a-zA-Z]", "[\u{300}-\u{30c}]?"), 1..12)) {
            let with = letters.iter().map(|(letter, accent)| format!("{letter}{accent}")).collect::<Vec<_>>().concat();
            let without: String = letters.iter().map(|(letter, _)| letter.to_lowercase()).collect();
            prop_assert_eq!(key(&with.nfc().collect::<String>()), Some(without));
        }
    }

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
