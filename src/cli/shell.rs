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

/// Words that name commands of ours between backticks, each of them with [`config_flag`].
pub(super) fn with_config(words: &str, path: Option<&Path>) -> String {
    let config = config_flag(path);
    let mut out = String::with_capacity(words.len());
    for (number, part) in words.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        out.push_str(part);
        // Every second part stands between backticks.
        if number % 2 == 1 && part.starts_with("facteur ") {
            out.push_str(&config);
        }
    }
    out
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

    #[test]
    fn each_command_between_backticks_names_the_configuration() {
        let words = "no newsletter `facteur`; `facteur newsletter list` shows all, `facteur serve` serves";
        assert_eq!(with_config(words, None), words);
        assert_eq!(
            with_config(words, Some(Path::new("a.toml"))),
            "no newsletter `facteur`; `facteur newsletter list --config a.toml` shows all, `facteur serve --config a.toml` serves"
        );
    }
}
