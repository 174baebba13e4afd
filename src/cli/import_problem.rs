//! What stops an import, and what a column was taken for, in the language of whoever reads.
//!
//! In: an error or a question of [`crate::subscribers::import`]. Out: words with the options that answer it. Met by `facteur import`; the
//! console says the same with its own ways out.

use crate::i18n::Locale;
use crate::os_error;
use crate::subscribers::import::columns::{Doubt, Why};
use crate::subscribers::import::file::FileError;
use crate::subscribers::import::questions::Question;

/// A file that is no list.
pub fn of_file(error: &FileError, locale: &Locale) -> String {
    match error {
        FileError::Empty => locale.text("cli-import-empty"),
        FileError::NotAList(kind) => {
            let key = format!("cli-file-{}", kind.replace(' ', "-").to_ascii_lowercase());
            said!(locale, "cli-import-no-list", kind = &locale.text(&key))
        }
        FileError::NoAddresses => locale.text("cli-import-no-addresses"),
        FileError::FirstLine(names) => said!(locale, "cli-import-first-line", names = &quoted(names)),
        FileError::NoSuchColumn { name, all } => {
            said!(locale, "cli-import-no-such-column", name = name, all = &quoted(all))
        }
        FileError::Read(error) => said!(locale, "cli-import-unreadable", error = &os_error::words(error, locale)),
        FileError::Csv(error) => said!(locale, "cli-import-unreadable", error = &error.to_string()),
    }
}

/// A question that only the operator can answer.
pub fn of_question(question: &Question, locale: &Locale) -> String {
    match question {
        Question::Columns(doubts) => of_columns(doubts, locale),
        Question::Called { name, called } => {
            let key = format!("subscriber-status-{}", called.as_str());
            let status = if locale.has(&key) { locale.text(&key) } else { called.as_str().to_owned() };
            said!(locale, "cli-import-called", name = name, status = &status)
        }
        Question::Subscribed(column) => said!(locale, "cli-import-subscribed", column = column),
    }
}

fn of_columns(doubts: &[Doubt], locale: &Locale) -> String {
    let mut lines = vec![locale.text("cli-import-columns")];
    for Doubt { number, name, why } in doubts {
        let (called, said) = (called(*number, name, locale), of_column(why, locale));
        lines.push(format!("  {}", said!(locale, "cli-about", name = &called, said = &said)));
    }
    let option = |doubt: &Doubt| match doubt.name.as_str() {
        "" => format!("--ignore-column {}", doubt.number),
        name => format!("--ignore-column \"{name}\""),
    };
    let ignore: Vec<String> = doubts.iter().map(option).collect();
    lines.push(said!(locale, "cli-import-columns-next", ignore = &ignore.join(" ")));
    lines.join("\n")
}

/// What a column's values are.
pub fn of_column(why: &Why, locale: &Locale) -> String {
    let list = |values: &[String]| values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    let (key, values) = match why {
        Why::Words(values) => ("column-doubt-words", values),
        Why::NotUnderstood(values) => ("column-doubt-not-understood", values),
        Why::Dates => return locale.text("column-doubt-dates"),
        Why::TwoValues(values) => ("column-doubt-two-values", values),
    };
    said!(locale, "cli-about", name = &locale.text(key), said = &list(values))
}

/// A column by its number, and its name where it has one.
pub fn called(number: usize, name: &str, locale: &Locale) -> String {
    let number = number.to_string();
    match name {
        "" => said!(locale, "cli-column", number = &number),
        name => said!(locale, "cli-column-named", number = &number, name = name),
    }
}

/// `Nom`, `Statut`; a column without a name by its number.
fn quoted(names: &[String]) -> String {
    let name =
        |(place, name): (usize, &String)| if name.is_empty() { (place + 1).to_string() } else { format!("`{name}`") };
    names.iter().enumerate().take(40).map(name).collect::<Vec<_>>().join(", ")
}
