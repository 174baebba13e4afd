//! The meaning of words of consent or state, the same in every column, in German, English, Spanish, French and Italian.
//!
//! In: a cell. Out: a [`Reading`]. A single word that may say "do not write to this person" is enough to keep the person out;
//! to count as a subscriber, *each* word must be understood, so that nothing unknown ever makes anybody active.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::dates::{self, Dated};
use super::standing::Standing;
use super::vocabulary as v;

/// What a cell says, whatever its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing: empty, a dash, `NULL`, a date of noughts.
    Blank,
    /// Yes, a tick, 1.
    Yes,
    /// No, a cross, 0.
    No,
    /// Another number.
    Number,
    /// A date.
    Date,
    /// A state.
    Is(Standing),
    /// Words that are not understood.
    Unclear,
}

/// Lower case, without accents, humps and punctuation as single blanks: `Adresse e-mail` → `adresse e mail`, `optIn` →
/// `opt in`.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut small = false;
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        if small && c.is_uppercase() {
            out.push(' ');
        }
        small = c.is_lowercase();
        push_plain(&mut out, c);
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_plain(out: &mut String, c: char) {
    for c in c.to_lowercase() {
        match c {
            'ß' => out.push_str("ss"),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            // The lower case of a Turkish dotted I leaves this combining dot.
            '\u{307}' => {}
            _ if c.is_alphanumeric() => out.push(c),
            _ if !out.is_empty() && !out.ends_with(' ') => out.push(' '),
            _ => {}
        }
    }
}

/// `opt in` → `optin`, and what else is one word in two.
pub fn joined(text: &str) -> String {
    v::JOINED
        .iter()
        .fold(text.to_owned(), |text, (two, one)| if text.contains(two) { text.replace(two, one) } else { text })
}

/// Whether `word` is one of `words`, which bars separate.
pub fn is_one(word: &str, words: &str) -> bool {
    words.split('|').any(|other| other == word)
}

/// Whether one of `parts`, which bars separate, stands at the beginning of `word`.
fn begins(word: &str, parts: &str) -> bool {
    parts.split('|').any(|part| word.starts_with(part))
}

/// Reads a cell.
pub fn read(cell: &str) -> Reading {
    let cell = cell.trim();
    if let Some(reading) = mark(cell).or_else(|| iso_date(cell)).or_else(|| number(cell)) {
        return reading;
    }
    let text = plain(cell);
    match dates::read(&text) {
        Some(Dated::Date) => return Reading::Date,
        Some(Dated::Nought) => return Reading::Blank,
        Some(Dated::Epoch) => return Reading::Unclear,
        None => {}
    }
    match () {
        () if is_one(&text, v::BLANK) => Reading::Blank,
        () if is_one(&text, v::YES) => Reading::Yes,
        () if is_one(&text, v::NO) => Reading::No,
        () => match phrase(&joined(&text)) {
            // "Subscribed?" is a question, or a letter was lost in a conversion.
            Some(Standing::Active) if cell.contains(['?', '¿', '\u{fffd}']) => Reading::Unclear,
            said => said.map_or(Reading::Unclear, Reading::Is),
        },
    }
}

/// Signs without letters.
fn mark(cell: &str) -> Option<Reading> {
    Some(match cell.trim_end_matches('\u{fe0f}') {
        "" | "-" | "--" | "–" | "—" | "/" | "." | "\\N" | "[]" | "{}" | "[null]" | "(null)" | "#N/A" => {
            Reading::Blank
        }
        "✓" | "✔" | "☑" | "✅" | "👍" | "🟢" => Reading::Yes,
        "✗" | "✘" | "❌" | "❎" | "☐" | "⛔" | "🚫" | "👎" | "🔴" => Reading::No,
        _ => return None,
    })
}

/// `2024-03-13…`: a date, different in each row, so it is recognised before the words are remembered.
fn iso_date(cell: &str) -> Option<Reading> {
    let bytes = cell.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    let date =
        bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && digits(0..4) && digits(5..7) && digits(8..10);
    let when = bytes.iter().all(|b| b.is_ascii_digit() || b"-:.+TZ ".contains(b));
    (date && when && !cell.starts_with("1970") && (cell.starts_with("20") || cell.starts_with("19")))
        .then_some(Reading::Date)
}

fn number(cell: &str) -> Option<Reading> {
    if !cell.bytes().all(|b| b.is_ascii_digit() || b"+-.,".contains(&b)) {
        return None;
    }
    let value: f64 = cell.replace(',', ".").parse().ok()?;
    Some(match value {
        0.0 => Reading::No,
        1.0 => Reading::Yes,
        _ if dates::read(cell) == Some(Dated::Date) => Reading::Date,
        _ => Reading::Number,
    })
}

/// The state that plain words name, if all of them are understood or one of them is enough.
fn phrase(text: &str) -> Option<Standing> {
    if begins(text, v::CUT) {
        return Some(Standing::Unsubscribed);
    }
    let (hard, denied) = (restrictive(text), is_denied(text));
    match hard {
        // "Not blocked", "never bounced": the person may or may not be written to; such words confirm nobody.
        Some(standing) => (!denied || says_do_not(text)).then_some(standing),
        None if denied => denial(text),
        None => is_consent(text).then_some(Standing::Active),
    }
}

/// The most restrictive state that a word of `text` names, denied or not.
pub fn restrictive(text: &str) -> Option<Standing> {
    let any = |begin: &str, within: &str| {
        text.split(' ').any(|word| begins(word, begin)) || within.split('|').any(|part| text.contains(part))
    };
    match () {
        () if any(v::COMPLAINED, v::COMPLAINED_WITHIN) => Some(Standing::Complained),
        () if says_do_not(text)
            || any(v::GONE, v::GONE_WITHIN)
            || text.split(' ').any(|w| is_one(w, v::GONE_WORDS)) =>
        {
            Some(Standing::Unsubscribed)
        }
        () if any(v::BOUNCED, v::BOUNCED_WITHIN) => Some(Standing::Bounced),
        () if any(v::PENDING, v::PENDING_WITHIN) => Some(Standing::Pending),
        () => None,
    }
}

/// `Do not mail`, `ne plus écrire`, `keine Werbung`: a negation, and behind it a word for writing to somebody. (`Contact no`
/// is a number, `former email` an address.)
fn says_do_not(text: &str) -> bool {
    let mut words = text.split(' ');
    let denied = words.by_ref().any(|word| is_one(word, v::NOT) || word.starts_with("kein"));
    denied && words.any(|word| begins(word, v::WRITING))
}

/// Whether a text denies something or says that it was true once: `not`, `jamais`, `kein`, `ehemaliger`, `ex`.
pub fn is_denied(text: &str) -> bool {
    (text.contains(' ') && text.split(' ').any(denies)) || begins(text, v::NOT_BEGINNINGS)
}

/// Whether this word denies the word beside it.
pub fn denies(word: &str) -> bool {
    is_one(word, v::NOT) || is_one(word, v::ONCE) || begins(word, v::NOT_BEGINNINGS)
}

/// `Not blocked`, `kein Widerspruch`: the intended meaning is unclear.
pub fn is_denied_state(cell: &str) -> bool {
    let text = joined(&plain(cell));
    is_denied(&text) && restrictive(&text).is_some()
}

/// What a denial without a restrictive word says: `not subscribed`, `noch nicht bestätigt`, `nicht zustellbar`.
fn denial(text: &str) -> Option<Standing> {
    let any = |test: &dyn Fn(&str) -> bool| text.split(' ').any(test);
    match () {
        () if any(&|word| begins(word, v::DELIVERABLE)) => Some(Standing::Bounced),
        () if any(&|word| begins(word, v::CONFIRMATION) || is_one(word, v::YET)) => Some(Standing::Pending),
        () if any(&|word| is_one(word, v::CONSENT) || begins(word, v::WANTING)) => Some(Standing::Unsubscribed),
        () => None,
    }
}

/// Whether each word says yes or nothing, and one says yes.
fn is_consent(text: &str) -> bool {
    let yes = |word: &str| is_one(word, v::CONSENT) || is_one(word, v::PLAIN_YES);
    let words =
        |text: &str| text.split(' ').all(|word| yes(word) || is_one(word, v::FILLER)) && text.split(' ').any(yes);
    // "Subscribed 2024-01-02", "inscrit le 2 janvier 2024".
    let dated =
        text.match_indices(' ').any(|(at, _)| dates::read(&text[at + 1..]) == Some(Dated::Date) && words(&text[..at]));
    words(text) || dated
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
