//! Who left by a digest's mails, in one line: how many, and why as far as they said so.
//!
//! In: counts. Out: `12 (too many messages 5, without a reason 7)`. The command line and the console show it.

use crate::i18n::Locale;
use crate::subscribers::departures::Departures;

/// The line; `None` when nobody left.
pub fn line(departures: &[Departures], locale: &Locale) -> Option<String> {
    let all: i64 = departures.iter().map(|some| some.people).sum();
    let word = |some: &Departures| match some.reason.as_str() {
        "" => locale.text("why-left-none"),
        reason => why(reason, locale),
    };
    let parts: Vec<String> = departures.iter().map(|some| format!("{} {}", word(some), some.people)).collect();
    (all > 0).then(|| format!("{all} ({})", parts.join(", ")))
}

/// A reason in words; the word itself when another version wrote it.
pub fn why(reason: &str, locale: &Locale) -> String {
    let key = format!("why-left-{reason}");
    if locale.has(&key) { locale.text(&key) } else { reason.to_owned() }
}
