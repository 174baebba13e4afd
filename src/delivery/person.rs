//! From a row of the ledger and its person to a mail: tokens, Message-ID, envelope, the variant of the language. Pure.
//!
//! In: what all mails of a digest share ([`Head`]), one row. Out: a [`Mail`]. On the hot path: three HMACs, 1.5 µs.

use std::collections::HashMap;
use std::sync::Arc;

use super::sql::claim;
use super::{Key, Mail};
use crate::clock::Millis;
use crate::letters::Variant;
use crate::subscribers::tokens::{Claim, Keys, Purpose};

/// What all mails of a digest share.
#[derive(Clone, Debug)]
pub struct Head {
    /// The digest.
    pub digest_id: i64,
    /// Its newsletter.
    pub newsletter_id: i64,
    /// When it was released.
    pub since: Millis,
    /// Envelope sender, unless bounces have a domain of their own.
    from_address: String,
    /// Language for those whose own has no variant.
    language: String,
    variants: HashMap<String, Arc<Variant>>,
}

impl Head {
    /// Reads the stored variants.
    ///
    /// # Errors
    /// When one is damaged, or there is none.
    pub fn new(row: claim::Head, stored: Vec<(String, Vec<u8>)>) -> anyhow::Result<Self> {
        let mut variants = HashMap::new();
        for (language, mail) in stored {
            variants.insert(language, Arc::new(Variant::from_bytes(&mail)?));
        }
        anyhow::ensure!(!variants.is_empty(), "digest {} has no mail in any language", row.id);
        Ok(Self {
            digest_id: row.id,
            newsletter_id: row.newsletter_id,
            since: row.released_at,
            from_address: row.from_address,
            language: row.language,
            variants,
        })
    }

    /// The person's language, else its main language, else the newsletter's, else any.
    fn variant(&self, language: &str) -> Option<&Arc<Variant>> {
        let main = language.split('-').next().unwrap_or(language);
        [language, main, &self.language].into_iter().find_map(|tag| self.variants.get(tag)).or_else(|| {
            // The smallest tag, so that a restart chooses the same bytes.
            self.variants.iter().min_by_key(|(tag, _)| tag.as_str()).map(|(_, variant)| variant)
        })
    }

    /// One person's mail. `batch`: first id and epoch of the lease. `None` when there is nobody any more.
    pub fn mail(&self, keys: &Keys, bounce_domain: &str, batch: (i64, i64), row: claim::Recipient) -> Option<Mail> {
        let subscriber_id = row.subscriber_id;
        let (address, version) = (row.email?, row.token_version?);
        let leave = Claim { subject: subscriber_id, version, issued_at: 0 };
        Some(Mail {
            key: Key::Digest { digest_id: self.digest_id, subscriber_id, batch_lo: batch.0, epoch: batch.1 },
            attempts: row.attempts.clamp(0, i64::from(u16::MAX)) as u16,
            since: self.since,
            envelope_from: envelope_from(keys, bounce_domain, &self.from_address, subscriber_id, self.digest_id),
            address,
            variant: self.variant(row.language.as_deref().unwrap_or_default())?.clone(),
            message_id: keys.message_id("digest", self.digest_id, subscriber_id),
            leave: keys.sign(Purpose::Leave, leave),
            action: String::new(),
            not_me: String::new(),
        })
    }
}

/// `b-TOKEN@bounce_domain`, whose token says whom and which digest (0: a letter) a bounce is about; without a domain for
/// bounces the newsletter's own address.
pub fn envelope_from(
    keys: &Keys,
    bounce_domain: &str,
    from_address: &str,
    subscriber_id: i64,
    digest_id: i64,
) -> String {
    if bounce_domain.is_empty() {
        return from_address.to_owned();
    }
    let claim = Claim { subject: subscriber_id, version: digest_id, issued_at: 0 };
    format!("b-{}@{bounce_domain}", keys.sign(Purpose::Bounce, claim))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        let row = claim::Head {
            id: 7,
            newsletter_id: 1,
            from_address: "carnet@example.org".into(),
            language: "fr".into(),
            released_at: 5,
            claimed_upto: 0,
        };
        let mail = |text: &[u8]| Variant::new(vec![(text.to_vec(), None)]).to_bytes();
        Head::new(row, vec![("fr".into(), mail(b"fr")), ("en".into(), mail(b"en"))]).unwrap()
    }

    fn row(language: &str) -> claim::Recipient {
        claim::Recipient {
            subscriber_id: 42,
            attempts: 2,
            email: Some("ana@example.org".into()),
            email_key: Some("ana@example.org".into()),
            language: Some(language.into()),
            token_version: Some(3),
            confirmed: true,
        }
    }

    #[test]
    fn everyone_gets_a_language_that_exists() {
        let keys = Keys::from_secret(b"secret");
        let bytes = |language| {
            let mut out = Vec::new();
            head().mail(&keys, "", (1, 1), row(language)).unwrap().splice(&mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!([bytes("en"), bytes("en-GB"), bytes("de"), bytes("")], ["en", "en", "fr", "fr"]);
    }

    #[test]
    fn a_repeat_is_the_same_mail() {
        let keys = Keys::from_secret(b"secret");
        let first = head().mail(&keys, "", (1, 1), row("fr")).unwrap();
        let again = head().mail(&keys, "", (1, 2), row("fr")).unwrap();
        assert_eq!((&first.message_id, &first.leave), (&again.message_id, &again.leave));
        assert_eq!(first.envelope_from, "carnet@example.org");
        assert_eq!(keys.verify(Purpose::Leave, &first.leave).unwrap().subject, 42);
    }

    #[test]
    fn a_bounce_tells_of_whom_and_what() {
        let keys = Keys::from_secret(b"secret");
        let mail = head().mail(&keys, "bounce.example.org", (1, 1), row("fr")).unwrap();
        let local = mail.envelope_from.strip_suffix("@bounce.example.org").unwrap();
        assert!(local.len() <= 64);
        let claim = keys.verify(Purpose::Bounce, local.strip_prefix("b-").unwrap()).unwrap();
        assert_eq!((claim.subject, claim.version), (42, 7));
    }

    #[test]
    fn nobody_gets_nothing() {
        let gone = claim::Recipient { email: None, token_version: None, ..row("fr") };
        assert!(head().mail(&Keys::from_secret(b"secret"), "", (1, 1), gone).is_none());
    }
}
