//! The language of the terminal: that of the environment, as POSIX reads it.
//!
//! In: `LC_ALL`, `LC_MESSAGES`, `LANG`. Out: a language that has texts; English for `C`, `POSIX`, nothing, or another one.

use crate::i18n::{self, Locale};

/// Of the first of the three that is not empty (POSIX, Base Definitions section 8.2).
pub fn of_environment() -> &'static Locale {
    of(|name| std::env::var(name).ok())
}

fn of(variable: impl Fn(&str) -> Option<String>) -> &'static Locale {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    let tag = said.as_deref().and_then(|value| value.split(['.', '@']).next()).unwrap_or(i18n::FALLBACK);
    i18n::locale(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_something_decides() {
        for (all, messages, lang, tag) in [
            ("", "", "", "en"),
            ("", "", "fr_FR.UTF-8", "fr"),
            ("", "", "fr.UTF-8", "fr"),
            ("", "", "fr_CA@euro", "fr"),
            ("", "fr_FR", "en_US.UTF-8", "fr"),
            ("C", "fr_FR", "fr_FR", "en"),
            ("C.UTF-8", "", "fr_FR", "en"),
            ("POSIX", "", "fr_FR", "en"),
            ("", "", "xx_XX.UTF-8", "en"),
            ("fr_FR.UTF-8", "en_US", "en_US", "fr"),
        ] {
            let value = |name: &str| {
                let value = match name {
                    "LC_ALL" => all,
                    "LC_MESSAGES" => messages,
                    _ => lang,
                };
                Some(value.to_owned())
            };
            assert_eq!(of(value).tag(), tag, "{all} {messages} {lang}");
        }
        assert_eq!(of(|_| None).tag(), "en");
    }
}
