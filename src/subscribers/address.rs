//! E-mail addresses: which ones Facteur writes to, and the key that an address is looked up by.
//!
//! In: what somebody typed or pasted. Out: an [`Email`], or an [`AddressError`] that a page can explain.
//! Two rules must accept an address: HTML5's (`validator`) and lettre's, which writes it into mails; besides, a domain needs a
//! dot. The domain becomes an A-label (IDNA 2008), so no mail needs SMTPUTF8 for its domain.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use lettre::Address;
use validator::ValidateEmail as _;

use crate::i18n::Locale;

/// Longest address (RFC 5321 section 4.5.3.1.3 leaves 254 between the angle brackets) and local part, bytes.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// An address that may be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    given: String,
    key: String,
}

/// Why something is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("there is no address")]
    Empty,
    /// No `@`.
    #[error("the address has no @")]
    NoAt,
    /// Several `@`.
    #[error("the address has more than one @")]
    ManyAt,
    /// Nothing before the `@`.
    #[error("nothing stands before the @")]
    NoLocal,
    /// Nothing after the `@`.
    #[error("nothing stands after the @")]
    NoDomain,
    /// `ana@example`: no ending such as `.org`.
    #[error("the ending after the @ is missing, such as .org")]
    NoDot,
    /// A blank inside.
    #[error("there is a blank inside the address")]
    Blank,
    /// Letters outside ASCII before the `@`.
    #[error("accents and letters other than a to z cannot stand before the @")]
    Accent,
    /// Something else that is not allowed before the `@`.
    #[error("the part before the @ is not valid")]
    Local,
    /// No domain name.
    #[error("the part after the @ is not a domain name")]
    Domain,
    /// Too long for mail.
    #[error("the address is too long")]
    TooLong,
    /// Its domain takes no mail ([`super::door`]).
    #[error("the domain of the address takes no mail")]
    NoMail,
    /// Its domain is on the owner's list of throw-away addresses ([`super::door`]).
    #[error("the domain of the address is one of throw-away addresses")]
    Disposable,
}

impl AddressError {
    /// What is wrong and what would be right, as a page says it too.
    pub fn words(self, locale: &Locale) -> String {
        locale.text(&format!("address-{}", self.code()))
    }

    /// The word for it in JSON; `address-` before it gives the key of its text.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoAt => "no-at",
            Self::ManyAt => "many-at",
            Self::NoLocal => "no-local",
            Self::NoDomain => "no-domain",
            Self::NoDot => "no-dot",
            Self::Blank => "blank",
            Self::Accent => "accent",
            Self::Local => "local",
            Self::Domain => "domain",
            Self::TooLong => "too-long",
            Self::NoMail => "no-mail",
            Self::Disposable => "disposable",
        }
    }
}

impl Email {
    /// Reads what a person typed or pasted: `Ana <ana@example.org>`, `mailto:`, blanks around, invisible characters.
    ///
    /// # Errors
    /// The first thing that is wrong with what is left.
    pub fn from_typed(text: &str) -> Result<Self, AddressError> {
        plain(text).map_or_else(|| tidy(text).parse(), Ok)
    }

    /// As given, with the domain as A-label where it was not ASCII. Mail goes to exactly this.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// The key for look-ups: in lower case; local parts that we accept are ASCII.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The domain, in lower case.
    pub fn domain(&self) -> &str {
        domain_of(&self.key)
    }
}

/// The part behind the last `@`.
pub fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}

impl FromStr for Email {
    type Err = AddressError;

    /// Reads an address as it is, without tidying.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(plain) = plain(text) {
            return Ok(plain);
        }
        let (local, domain) = split(text)?;
        if text.chars().any(char::is_whitespace) {
            return Err(AddressError::Blank);
        }
        if !local.is_ascii() {
            return Err(AddressError::Accent);
        }
        if !domain.contains(['.', '。', '．', '｡']) {
            return Err(AddressError::NoDot);
        }
        let ascii = ascii_domain(domain)?;
        let given = if domain.is_ascii() { text.to_owned() } else { format!("{local}@{ascii}") };
        if given.len() > LONGEST || local.len() > LONGEST_LOCAL {
            return Err(AddressError::TooLong);
        }
        if !given.validate_email() || given.parse::<Address>().is_err() {
            return Err(AddressError::Local);
        }
        let key = format!("{}@{ascii}", local.to_ascii_lowercase());
        Ok(Self { given, key })
    }
}

/// An address of the most usual form, which every rule takes as it is: `None` says nothing. A list has a million of them, and
/// this look costs a tenth of asking each rule.
fn plain(text: &str) -> Option<Email> {
    let (local, domain) = text.split_once('@')?;
    let dotted = |part: &str, fits: &dyn Fn(&str) -> bool| part.split('.').all(|atom| !atom.is_empty() && fits(atom));
    let atom = |atom: &str| atom.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+'));
    let label = |label: &str| {
        let signs = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        // Two hyphens may be those of an A-label.
        signs && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-') && !label.contains("--")
    };
    let (_, ending) = domain.rsplit_once('.')?;
    let fits = local.len() <= LONGEST_LOCAL
        && text.len() <= LONGEST
        && ending.len() > 1
        && ending.bytes().all(|b| b.is_ascii_alphabetic())
        && dotted(local, &atom)
        && dotted(domain, &label);
    fits.then(|| Email { given: text.to_owned(), key: text.to_ascii_lowercase() })
}

fn split(text: &str) -> Result<(&str, &str), AddressError> {
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    let (local, domain) = text.rsplit_once('@').ok_or(AddressError::NoAt)?;
    match (local, domain) {
        ("", "") => Err(AddressError::NoLocal),
        (_, "") => Err(AddressError::NoDomain),
        ("", _) => Err(AddressError::NoLocal),
        (local, _) if local.contains('@') => Err(AddressError::ManyAt),
        pair => Ok(pair),
    }
}

/// The domain as lower-case A-label; no address literals, no empty labels, an ending of letters (or an A-label itself).
fn ascii_domain(domain: &str) -> Result<String, AddressError> {
    // ASCII names skip IDNA's tables; only those that claim to be A-labels are checked.
    let ascii = if domain.is_ascii() && !domain.to_ascii_lowercase().contains("xn--") {
        domain.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii_strict(domain).map_err(|_| AddressError::Domain)?
    };
    let ending = ascii.rsplit('.').next().unwrap_or_default();
    let labels_fit = ascii.split('.').all(|label| {
        let bytes = label.as_bytes();
        let plain = bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
        plain && (1..=63).contains(&bytes.len()) && !label.starts_with('-') && !label.ends_with('-')
    });
    let ending_fits = ending.starts_with("xn--") || ending.bytes().all(|b| b.is_ascii_alphabetic());
    let fits = ascii.len() <= 253 && labels_fit && ending.len() > 1 && ending_fits;
    if fits { Ok(ascii) } else { Err(AddressError::Domain) }
}

/// The address meant by a pasted text, where the meaning is certain.
fn tidy(text: &str) -> String {
    let visible =
        if text.contains(is_invisible) { Cow::Owned(text.replace(is_invisible, "")) } else { Cow::Borrowed(text) };
    let mut text = visible.trim();
    if let (Some(open), Some(close)) = (text.rfind('<'), text.rfind('>'))
        && open < close
        && text[open..close].contains(['@', '＠'])
    {
        text = text[open + 1..close].trim();
    }
    if text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        text = text[7..].split('?').next().unwrap_or_default();
    }
    let text = text.trim_end_matches([',', ';', '.']).trim_matches(['"', '\'', '«', '»']).trim();
    // Full-width signs, as East Asian keyboards give them.
    if text.is_ascii() { text.to_owned() } else { text.replace('＠', "@").replace('．', ".") }
}

/// Zero-width characters, soft hyphens and direction marks: nobody sees them, and web pages paste them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || (c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The short look takes only what the rules take, and makes of it what they make.
        #[test]
        fn a_plain_address_is_what_the_rules_make_of_it(
            text in "[a-zA-Z0-9._+-]{1,66}@([a-zA-Z0-9-]{1,12}\\.){0,3}[a-zA-Z0-9-]{1,65}(\\.[a-zA-Z0-9]{1,4})?",
        ) {
            if let Some(email) = plain(&text) {
                prop_assert!(text.validate_email() && text.parse::<Address>().is_ok(), "{}", text);
                prop_assert_eq!(tidy(&text), email.as_str());
                let (local, domain) = split(&text).unwrap();
                let key = format!("{}@{}", local.to_ascii_lowercase(), ascii_domain(domain).unwrap());
                prop_assert_eq!(email.key(), key);
            }
        }
    }

    fn given(text: &str) -> String {
        Email::from_typed(text).unwrap().to_string()
    }

    #[test]
    fn pasted_forms_mean_the_address_in_them() {
        for text in [
            "ana@example.org",
            "  ana@example.org\t",
            "Ana Durand <ana@example.org>",
            "\"Durand, Ana\" <ana@example.org>,",
            "mailto:ana@example.org",
            "MAILTO:ana@example.org?subject=Bonjour",
            "\u{200b}ana@exam\u{200b}ple.org\u{feff}",
            "ana＠example.org",
            "<ana@example.org>",
            "ana@example.org;",
        ] {
            assert_eq!(given(text), "ana@example.org", "{text:?}");
        }
    }

    #[test]
    fn the_key_folds_case_and_the_address_stays_as_given() {
        let email = Email::from_typed("Ana.D+Lettre@Example.ORG").unwrap();
        assert_eq!(email.as_str(), "Ana.D+Lettre@Example.ORG");
        assert_eq!(email.key(), "ana.d+lettre@example.org");
        assert_eq!(email.domain(), "example.org");
        let email = Email::from_typed("ana@Société.Example").unwrap();
        assert_eq!(email.as_str(), "ana@xn--socit-esab.example");
        assert_eq!(email.key(), email.as_str());
    }

    #[test]
    fn each_mistake_has_its_word() {
        let cases = [
            ("", AddressError::Empty),
            (" \u{200b}", AddressError::Empty),
            ("ana", AddressError::NoAt),
            ("@example.org", AddressError::NoLocal),
            ("@", AddressError::NoLocal),
            ("ana@", AddressError::NoDomain),
            ("ana@example", AddressError::NoDot),
            ("ana@@example.org", AddressError::ManyAt),
            ("ana b@example.org", AddressError::Blank),
            ("ana@ example.org", AddressError::Blank),
            ("hélène@example.org", AddressError::Accent),
            ("mıke@example.org", AddressError::Accent),
            ("a..b@example.org", AddressError::Local),
            (".ana@example.org", AddressError::Local),
            ("ana@-example.org", AddressError::Domain),
            ("ana@example..org", AddressError::Domain),
            ("ana@[127.0.0.1]", AddressError::Domain),
            ("ana@127.0.0.1", AddressError::Domain),
            ("ana@exa_mple.org", AddressError::Domain),
            ("ana@example.tld-2", AddressError::Domain),
        ];
        for (text, error) in cases {
            assert_eq!(Email::from_typed(text), Err(error), "{text:?}");
        }
        assert_eq!(Email::from_typed(&format!("{}@example.org", "a".repeat(65))), Err(AddressError::TooLong));
        assert!(Email::from_str("ana@example.org\r\nBcc: x@example.org").is_err());
    }

    #[test]
    fn the_key_of_a_key_is_itself() {
        for text in ["Ana@Example.org", "a@xn--bcher-kva.example", "x+Y@BÜCHER.example"] {
            let key = Email::from_typed(text).unwrap().key().to_owned();
            assert_eq!(Email::from_typed(&key).unwrap().key(), key);
        }
    }
}
