//! Commands that are printed, as a shell takes them.
//!
//! In: words, and the configuration that the printing command was given. Out: text to copy into a terminal. Met by the commands that
//! say what comes next.

use std::path::Path;

use crate::config::load::SYSTEM_FILE;

/// ` --config FILE` for a command that shall run under the same configuration as this one; nothing where that is the system's own.
pub(super) fn config_flag(path: Option<&Path>) -> String {
    match path {
        Some(path) if path != Path::new(SYSTEM_FILE) => format!(" --config {}", quoted(&path.display().to_string())),
        _ => String::new(),
    }
}

/// A word for a shell: in quotes unless it is plain.
pub(super) fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-._/:@,+=".contains(c));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(
            (quoted("a b"), quoted("Europe/Paris"), quoted("")),
            ("'a b'".into(), "Europe/Paris".into(), "''".into())
        );
    }

    #[test]
    fn the_configuration_is_named_unless_it_is_the_systems() {
        assert_eq!(config_flag(None), "");
        assert_eq!(config_flag(Some(Path::new(SYSTEM_FILE))), "");
        assert_eq!(config_flag(Some(Path::new("essai/facteur.toml"))), " --config essai/facteur.toml");
        assert_eq!(config_flag(Some(Path::new("mon essai.toml"))), " --config 'mon essai.toml'");
    }
}
