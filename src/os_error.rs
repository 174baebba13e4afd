//! Errors of the operating system in words of a language.
//!
//! In: an error, or a text that holds one as it was written down in English (`Permission denied (os error 13)`), because rows, and
//! messages of libraries, hold it so. Out: words of `locales/` for the kinds that people meet. Of any other the system's own words are
//! shown, its code in brackets behind them.

use std::borrow::Cow;
use std::io::{self, ErrorKind};

use crate::i18n::{Locale, Value};

/// How the system's own words end, before the code.
const MARK: &str = " (os error ";

/// What the system's search for a host says, and what it means.
const LOOKUPS: [(&str, &str); 6] = [
    ("failed to lookup address information: Name or service not known", "os-error-host-unknown"),
    ("failed to lookup address information: No address associated with hostname", "os-error-host-unknown"),
    ("failed to lookup address information: Name does not resolve", "os-error-host-unknown"),
    ("failed to lookup address information: nodename nor servname provided, or not known", "os-error-host-unknown"),
    ("failed to lookup address information: Temporary failure in name resolution", "os-error-no-resolver"),
    ("failed to lookup address information: Try again", "os-error-no-resolver"),
];

/// An error in this language: a part of a line, without a full stop. What a library of ours made of it stands as it is.
pub fn words(error: &io::Error, locale: &Locale) -> String {
    let known = key(error).filter(|_| error.get_ref().is_none());
    match known {
        Some(key) => locale.text(key),
        None => retold(&error.to_string(), locale).into_owned(),
    }
}

/// A text with each error of the system in it in this language.
pub fn retold<'a>(text: &'a str, locale: &Locale) -> Cow<'a, str> {
    let mut told = Cow::Borrowed(text);
    for code in codes_in(text) {
        let error = io::Error::from_raw_os_error(code);
        let said = key(&error).map_or_else(|| unknown(&error, code, locale), |key| locale.text(key));
        told = told.replace(&error.to_string(), &said).into();
    }
    for (said, key) in LOOKUPS {
        if told.contains(said) {
            told = told.replace(said, &locale.text(key)).into();
        }
    }
    told
}

/// The codes of errors in a text, each once.
fn codes_in(text: &str) -> Vec<i32> {
    let behind = text.split(MARK).skip(1);
    let mut codes: Vec<i32> = behind.filter_map(|rest| rest.split_once(')')?.0.parse().ok()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The system's own words, its code behind them.
fn unknown(error: &io::Error, code: i32, locale: &Locale) -> String {
    let said = error.to_string();
    let said = said.split(MARK).next().unwrap_or_default();
    locale.format("os-error-unknown", &[("words", Value::Text(said)), ("code", Value::Text(&code.to_string()))])
}

/// The key of its words, where it is of a kind that people meet.
fn key(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::NotFound => "os-error-not-found",
        ErrorKind::PermissionDenied => "os-error-denied",
        ErrorKind::AlreadyExists => "os-error-exists",
        ErrorKind::ReadOnlyFilesystem => "os-error-read-only",
        ErrorKind::StorageFull => "os-error-full",
        ErrorKind::IsADirectory => "os-error-directory",
        ErrorKind::NotADirectory => "os-error-no-directory",
        ErrorKind::AddrInUse => "os-error-address-in-use",
        ErrorKind::AddrNotAvailable => "os-error-address-elsewhere",
        ErrorKind::ConnectionRefused => "os-error-refused",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "os-error-reset",
        ErrorKind::BrokenPipe => "os-error-broken-pipe",
        ErrorKind::TimedOut => "os-error-timed-out",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => "os-error-unreachable",
        // ENFILE and EMFILE have no kind of their own.
        _ if matches!(error.raw_os_error(), Some(23 | 24)) && cfg!(unix) => "os-error-open-files",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n;

    #[test]
    fn every_kind_that_people_meet_has_words_in_each_language() {
        let kinds = [
            ErrorKind::NotFound,
            ErrorKind::PermissionDenied,
            ErrorKind::AlreadyExists,
            ErrorKind::ReadOnlyFilesystem,
            ErrorKind::StorageFull,
            ErrorKind::IsADirectory,
            ErrorKind::NotADirectory,
            ErrorKind::AddrInUse,
            ErrorKind::AddrNotAvailable,
            ErrorKind::ConnectionRefused,
            ErrorKind::ConnectionReset,
            ErrorKind::BrokenPipe,
            ErrorKind::TimedOut,
            ErrorKind::HostUnreachable,
        ];
        for tag in i18n::tags() {
            for kind in kinds {
                let said = words(&io::Error::from(kind), i18n::locale(tag));
                assert!(
                    !said.contains("os-error") && said != kind.to_string() || tag == "en",
                    "{tag} {kind:?}: {said}"
                );
            }
            for (_, key) in LOOKUPS {
                assert!(i18n::locale(tag).has(key), "{tag} {key}");
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_text_that_holds_errors_is_told_in_the_language() {
        let (fr, en) = (i18n::locale("fr"), i18n::locale("en"));
        let text = "/etc/x: Permission denied (os error 13); again: Connection refused (os error 111)";
        assert_eq!(retold(text, fr), "/etc/x: accès refusé; again: connexion refusée");
        assert_eq!(retold(text, en), "/etc/x: permission denied; again: connection refused");
        let odd = io::Error::from_raw_os_error(5);
        assert_eq!(words(&odd, en), "the system says: Input/output error (5)");
        assert!(words(&odd, fr).contains("Input/output error (5)"), "{}", words(&odd, fr));
        let lookup = "failed to lookup address information: Name or service not known";
        assert_eq!(words(&io::Error::other(lookup), fr), "nom d’hôte inconnu");
        for plain in ["nothing of it", "(os error x)", " (os error 13", "somebody said (os error 13) by hand"] {
            assert_eq!(retold(plain, fr), plain);
        }
        assert_eq!(words(&io::Error::other("a line is too long"), fr), "a line is too long");
        assert_eq!(words(&io::Error::from_raw_os_error(24), fr), "trop de fichiers ouverts");
    }
}
