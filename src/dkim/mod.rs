//! DKIM keys (RFC 6376, RFC 8463): made here, shown to DNS, and handed to whoever signs. Ground: it knows domains, no newsletter.
//!
//! ```text
//! new ─▶ publish ─▶ seen ─▶ sign ─▶ retiring ─▶ retired
//!        (record     (DNS    (signs   (7 days more   (its file is gone, its record
//!        to paste)   has it)  mails)   in DNS)        may leave DNS)
//! ```
//! In: a domain. Out: a pair of keys, RSA-2048 and Ed25519, under two selectors (`S` and `S-ed`), as one file that only its user
//! reads ([`files`]); the records for DNS ([`record`]); which pair signs a mail of a given date ([`signing_at`]). [`rotate`] takes
//! the steps, on the word of `facteur dkim`. Two pairs of a domain can stand in DNS at once, so that no mail on its way loses its
//! key. Private keys are in no table, no log and no answer.

pub mod files;
pub mod key;
pub mod record;
pub mod rotate;
pub mod sql;
pub mod why;

use crate::app::App;
use crate::clock::Millis;
use crate::db::{from_row, text_enum};

use key::Algorithm;

text_enum! {
    /// How far a pair of keys has come.
    pub enum State {
        /// Made; its records are to be put into DNS.
        Publish => "publish",
        /// DNS has its records.
        Seen => "seen",
        /// Signs.
        Sign => "sign",
        /// Another one signs; mails that it signed are on their way.
        Retiring => "retiring",
        /// Over; its private keys are deleted.
        Retired => "retired",
    }
}

/// A pair of keys, without what is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Whose mails, A-label in lower case.
    pub domain: String,
    /// Selector of the RSA key; that of the Ed25519 key is [`Pair::selector_of`].
    pub selector: String,
    /// How far it has come.
    pub state: State,
    /// `p=` of the RSA key.
    pub rsa: String,
    /// `p=` of the Ed25519 key; empty without one.
    pub ed25519: String,
    /// When it was made.
    pub created_at: Millis,
    /// When DNS had it.
    pub seen_at: Option<Millis>,
    /// From when on it signs.
    pub sign_at: Option<Millis>,
    /// When another took over.
    pub retire_at: Option<Millis>,
    /// When it ended.
    pub retired_at: Option<Millis>,
}
from_row!(Pair { domain, selector, state, rsa, ed25519, created_at, seen_at, sign_at, retire_at, retired_at });

/// What DNS is to say of one key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Record {
    /// Where: `SELECTOR._domainkey.DOMAIN`.
    pub name: String,
    /// What: the text of the TXT record, in one piece.
    pub text: String,
}

impl Pair {
    /// Whether it can sign.
    pub fn is_usable(&self) -> bool {
        matches!(self.state, State::Sign | State::Retiring)
    }

    /// The selector of this one of its keys.
    pub fn selector_of(&self, algorithm: Algorithm) -> String {
        match algorithm {
            Algorithm::Rsa => self.selector.clone(),
            Algorithm::Ed25519 => format!("{}{ED25519}", self.selector),
        }
    }

    /// Its keys: how they sign, and `p=`.
    pub fn keys(&self) -> impl Iterator<Item = (Algorithm, &str)> {
        let keys = [(Algorithm::Rsa, &*self.rsa), (Algorithm::Ed25519, &*self.ed25519)];
        keys.into_iter().filter(|(_, public)| !public.is_empty())
    }

    /// What DNS is to say.
    pub fn records(&self) -> Vec<Record> {
        let record = |(algorithm, public)| Record {
            name: record::name(&self.selector_of(algorithm), &self.domain),
            text: record::text(algorithm, public),
        };
        self.keys().map(record).collect()
    }
}

/// What stands behind the selector for the Ed25519 key.
const ED25519: &str = "-ed";

/// The domain itself, then those above it that can have a key: what a signature for a mail from `domain` may be in the name of
/// without losing its alignment with `From` (RFC 7489 section 3.1.1).
pub fn aligned(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |name| name.split_once('.').map(|(_, above)| above))
        .filter(|name| name.contains('.'))
}

/// The domain of an address, as keys are stored by it.
pub fn domain_of(address: &str) -> String {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_ascii_lowercase())
}

/// The pair that signs mails of this address and date.
pub fn pair_for<'a>(pairs: &'a [Pair], address: &str, date: Millis) -> Option<&'a Pair> {
    signing_at(&for_domain(pairs, &domain_of(address)), date)
}

/// The domain of a sender whose mails leave unsigned although keys sign for other domains, which would not be aligned with `From`;
/// `None` where a key signs, and where nobody has any.
///
/// # Errors
/// When the database cannot be read.
pub async fn unsigned(app: &App, address: &str) -> sqlx::Result<Option<String>> {
    let pairs = sql::all(&app.db).await?;
    let signs = pairs.is_empty() || pair_for(&pairs, address, app.clock.now()).is_some();
    Ok((!signs).then(|| domain_of(address)))
}

/// The pairs that mails from this domain are signed by: its own, else those of the nearest domain above it.
pub fn for_domain<'a>(pairs: &'a [Pair], domain: &str) -> Vec<&'a Pair> {
    let of = |name: &str| pairs.iter().filter(|pair| pair.domain == name).collect::<Vec<_>>();
    let signs = |found: &Vec<&Pair>| found.iter().any(|pair| pair.is_usable());
    aligned(domain).map(of).find(signs).unwrap_or_default()
}

/// The pair that signs a mail of this date, of all pairs of one domain. It is the one that signed then, so that a mail which is
/// sent again later has the same bytes; once that one is gone it is the one that signs now. A mail from before the first is not
/// signed.
pub fn signing_at<'a>(pairs: &[&'a Pair], date: Millis) -> Option<&'a Pair> {
    let begun = |pair: &&&Pair| pair.sign_at.is_some_and(|at| at <= date);
    let then = pairs.iter().filter(begun).max_by_key(|pair| pair.sign_at)?;
    let now = || pairs.iter().find(|pair| pair.state == State::Sign);
    if then.is_usable() { Some(then) } else { now().copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(domain: &str, state: State, sign_at: Option<Millis>) -> Pair {
        Pair {
            domain: domain.into(),
            selector: format!("s{}", sign_at.unwrap_or_default()),
            state,
            rsa: "RSA".into(),
            ed25519: "ED".into(),
            created_at: 0,
            seen_at: None,
            sign_at,
            retire_at: None,
            retired_at: None,
        }
    }

    #[test]
    fn a_mail_is_signed_by_the_pair_of_its_date() {
        let old = pair("example.org", State::Retiring, Some(10));
        let new = pair("example.org", State::Sign, Some(20));
        let next = pair("example.org", State::Seen, None);
        let all = [&next, &new, &old];
        assert_eq!(signing_at(&all, 9), None);
        assert_eq!(signing_at(&all, 10), Some(&old));
        assert_eq!(signing_at(&all, 19), Some(&old));
        assert_eq!(signing_at(&all, 20), Some(&new));
        let gone = pair("example.org", State::Retired, Some(10));
        assert_eq!(signing_at(&[&gone, &new], 15), Some(&new), "a key that is gone cannot sign again");
        assert_eq!(signing_at(&[&gone], 15), None);
        assert_eq!(signing_at(&[], 15), None);
    }

    #[test]
    fn the_nearest_domain_with_a_key_signs() {
        let pairs = [
            pair("example.org", State::Sign, Some(1)),
            pair("news.example.org", State::Publish, None),
            pair("own.example.org", State::Sign, Some(1)),
        ];
        let of = |domain: &str| for_domain(&pairs, domain).first().map(|pair| pair.domain.as_str());
        assert_eq!(of("example.org"), Some("example.org"));
        assert_eq!(of("news.example.org"), Some("example.org"), "its own does not sign yet");
        assert_eq!(of("a.own.example.org"), Some("own.example.org"));
        assert_eq!(of("example.com"), None);
        assert_eq!(of("org"), None);
        assert_eq!(of("myexample.org"), None);
    }

    #[test]
    fn each_key_has_a_record_of_its_own() {
        let mut one = pair("example.org", State::Publish, None);
        let names = |pair: &Pair| pair.records().into_iter().map(|record| record.name).collect::<Vec<_>>();
        assert_eq!(names(&one), ["s0._domainkey.example.org", "s0-ed._domainkey.example.org"]);
        one.ed25519.clear();
        assert_eq!(names(&one), ["s0._domainkey.example.org"]);
    }
}
