//! From a row of the ledger and its person to a mail: tokens, Message-ID, envelope, the variant of the language. Pure; not signed yet.
//!
//! In: what all mails of a digest share ([`DigestMail`]), one row. Out: a [`Mail`]. On the hot path: three HMACs, 1.5 µs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::envelope::{ReturnPath, envelope_from};
use crate::clock::{self, Millis};
use crate::delivery::Mail;
use crate::i18n::{self, Locale};
use crate::keys::{Bounced, Claim, Keys, Purpose};
use crate::ledger::Key;
use crate::ledger::sql::claim;
use crate::mails::{SignUp, Variant};
use crate::origin::Origin;

/// What all mails of a digest share.
#[derive(Clone, Debug)]
pub struct DigestMail {
    /// The digest.
    pub digest_id: i64,
    /// Its newsletter.
    pub newsletter_id: i64,
    /// Since when its mails are due.
    pub since: Millis,
    /// Whether more of them will be: it leaves in slices, and the day of the next has not come.
    pub warms: bool,
    /// Envelope sender, unless bounces have a domain of their own.
    from_address: String,
    /// Language for those whose own has no variant.
    language: String,
    /// Whose day a sign-up is dated by: the schedule's at release.
    zone: TimeZone,
    by_language: BTreeMap<String, OfLanguage>,
    /// The slices in which it leaves; none when it leaves at once.
    slices: Vec<claim::Slice>,
}

/// The mail of one language.
#[derive(Clone, Debug)]
struct OfLanguage {
    language: String,
    locale: &'static Locale,
    variant: Arc<Variant>,
    /// The same with the date of each slice.
    dated: Vec<Arc<Variant>>,
}

/// Of a digest's content, what its mails need besides their bytes.
#[derive(Default, Deserialize)]
struct Frozen {
    #[serde(default)]
    zone: String,
}

/// The variants of a batch so far, by language, day and place of the sign-up: most people of a batch share a few of them, and
/// encoding the sign-up line takes longer than the whole splice.
#[derive(Debug, Default)]
pub struct SignUps<'a>(HashMap<(&'a str, usize, Date), HashMap<String, Arc<Variant>>>);

impl DigestMail {
    /// Reads the stored variants.
    ///
    /// # Errors
    /// When one is damaged, or there is none.
    pub fn new(row: claim::DigestRow, stored: Vec<(String, Vec<u8>)>) -> anyhow::Result<Self> {
        let mut by_language = BTreeMap::new();
        for (language, mail) in stored {
            let locale = i18n::locale(&language);
            let variant = Arc::new(Variant::from_bytes(&mail)?);
            by_language.insert(language.clone(), OfLanguage { language, locale, variant, dated: Vec::new() });
        }
        anyhow::ensure!(!by_language.is_empty(), "digest {} has no mail in any language", row.id);
        let frozen: Frozen = serde_json::from_str(&row.content).unwrap_or_default();
        Ok(Self {
            digest_id: row.id,
            newsletter_id: row.newsletter_id,
            since: row.since,
            warms: row.warms,
            from_address: row.from_address,
            language: row.language,
            zone: clock::zone(&frozen.zone),
            by_language,
            slices: Vec::new(),
        })
    }

    /// The same, leaving in these slices: their mails bear their date, so that none looks as if it had been on its way for days. Which
    /// slice somebody is in depends on nothing but what is stored.
    #[must_use]
    pub fn in_slices(&self, since: Millis, warms: bool, slices: Vec<claim::Slice>) -> Self {
        let dated = |variant: &Arc<Variant>, slice: &claim::Slice| {
            let at = clock::timestamp(slice.at).to_zoned(self.zone.clone());
            let date = jiff::fmt::rfc2822::to_string(&at).ok();
            date.and_then(|date| variant.dated(&date)).map_or_else(|| variant.clone(), Arc::new)
        };
        let mut all = Self { since, warms, ..self.clone() };
        for of_language in all.by_language.values_mut() {
            of_language.dated = slices.iter().map(|slice| dated(&of_language.variant, slice)).collect();
        }
        Self { slices, ..all }
    }

    /// The number of somebody's slice, from 1; 0 when it leaves at once.
    fn slice(&self, row: &claim::Recipient) -> usize {
        let place = (row.confirmed_at.unwrap_or_default(), row.subscriber_id);
        let holds = |slice: &claim::Slice| place >= (slice.confirmed_at, slice.subscriber_id);
        self.slices.iter().position(holds).map_or(self.slices.len(), |index| index + 1)
    }

    /// The person's language, else its main language, else the newsletter's, else any.
    fn of_language(&self, language: &str) -> Option<&OfLanguage> {
        let main = language.split('-').next().unwrap_or(language);
        let found = [language, main, &self.language].into_iter().find_map(|tag| self.by_language.get(tag));
        // The smallest tag, so that a restart chooses the same bytes.
        found.or_else(|| self.by_language.values().next())
    }

    /// The mail for somebody who signed up then and there; depends on nothing but what is stored.
    fn variant<'a>(&'a self, row: &claim::Recipient, sign_ups: &mut SignUps<'a>) -> Option<Arc<Variant>> {
        let of_language = self.of_language(row.language.as_deref().unwrap_or_default())?;
        let slice = self.slice(row);
        let variant =
            slice.checked_sub(1).and_then(|index| of_language.dated.get(index)).unwrap_or(&of_language.variant);
        let Some(at) = row.confirmed_at.filter(|at| *at > 0) else { return Some(variant.clone()) };
        let day = clock::timestamp(at).to_zoned(self.zone.clone()).date();
        let origin = row.origin.as_deref().unwrap_or_default();
        let known = sign_ups.0.entry((of_language.language.as_str(), slice, day)).or_default();
        if let Some(variant) = known.get(origin) {
            return Some(variant.clone());
        }
        let line = SignUp::new(of_language.locale, day, Origin::read(row.origin.as_deref()));
        let variant = Arc::new(variant.signed(&line));
        known.insert(origin.to_owned(), variant.clone());
        Some(variant)
    }

    /// One person's mail. `batch`: first id and epoch of the lease. `None` when there is nobody any more.
    pub fn mail<'a>(
        &'a self,
        keys: &Keys,
        path: Option<&ReturnPath>,
        batch: (i64, i64),
        row: claim::Recipient,
        sign_ups: &mut SignUps<'a>,
    ) -> Option<Mail> {
        let subscriber_id = row.subscriber_id;
        let variant = self.variant(&row, sign_ups)?;
        let (address, version) = (row.email?, row.token_version?);
        let leave = Claim { subject: subscriber_id, version, issued_at: 0 };
        Some(Mail {
            key: Key::Digest { digest_id: self.digest_id, subscriber_id, batch_lo: batch.0, epoch: batch.1 },
            newsletter_id: self.newsletter_id,
            attempts: row.attempts.clamp(0, i64::from(u16::MAX)) as u16,
            since: self.since,
            envelope_from: envelope_from(
                keys,
                path,
                &self.from_address,
                Bounced { subscriber_id, digest_id: self.digest_id },
            ),
            address,
            variant,
            message_id: keys.message_id("digest", self.digest_id, subscriber_id),
            leave: keys.sign(Purpose::Leave, leave),
            action: String::new(),
            not_me: String::new(),
            signature: Box::default(),
        })
    }

    /// Whether its mails have a header that a signature can cover.
    pub fn can_be_signed(&self) -> bool {
        self.by_language.values().all(|of_language| of_language.variant.covered().is_some())
    }

    /// Who it comes from.
    pub fn sender(&self) -> &str {
        &self.from_address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> DigestMail {
        let row = claim::DigestRow {
            id: 7,
            newsletter_id: 1,
            from_address: "carnet@example.org".into(),
            language: "fr".into(),
            released_at: 5,
            since: 5,
            warms: false,
            claimed_upto: 0,
            content: r#"{"posts": [], "zone": "Europe/Paris"}"#.into(),
        };
        let mail = |text: &[u8]| Variant::new(vec![(text.to_vec(), None)]).to_bytes();
        DigestMail::new(row, vec![("fr".into(), mail(b"fr")), ("en".into(), mail(b"en"))]).unwrap()
    }

    fn row(language: &str) -> claim::Recipient {
        claim::Recipient {
            subscriber_id: 42,
            attempts: 2,
            email: Some("ana@example.org".into()),
            email_key: Some("ana@example.org".into()),
            language: Some(language.into()),
            token_version: Some(3),
            confirmed_at: Some(1_770_073_200_000),
            origin: Some("blog.example.org".into()),
        }
    }

    #[test]
    fn everyone_gets_a_language_that_exists() {
        let keys = Keys::from_secret(b"secret");
        let bytes = |language| {
            let mut out = Vec::new();
            head().mail(&keys, None, (1, 1), row(language), &mut SignUps::default()).unwrap().splice(&mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!([bytes("en"), bytes("en-GB"), bytes("de"), bytes("")], ["en", "en", "fr", "fr"]);
    }

    #[test]
    fn a_repeat_is_the_same_mail() {
        let keys = Keys::from_secret(b"secret");
        let first = head().mail(&keys, None, (1, 1), row("fr"), &mut SignUps::default()).unwrap();
        let again = head().mail(&keys, None, (1, 2), row("fr"), &mut SignUps::default()).unwrap();
        assert_eq!(
            (&first.message_id, &first.leave, &first.variant),
            (&again.message_id, &again.leave, &again.variant)
        );
        assert_eq!(first.envelope_from, "carnet@example.org");
        assert_eq!(keys.verify(Purpose::Leave, &first.leave).unwrap().subject, 42);
    }

    #[test]
    fn who_signed_up_on_one_day_at_one_place_shares_one_mail() {
        let (head, keys, mut sign_ups) = (head(), Keys::from_secret(b"secret"), SignUps::default());
        let mut of = |row| head.mail(&keys, None, (1, 1), row, &mut sign_ups).unwrap().variant;
        let first = of(row("fr"));
        let later = of(claim::Recipient { confirmed_at: row("fr").confirmed_at.map(|at| at + 1), ..row("fr") });
        assert!(Arc::ptr_eq(&first, &later));
        assert!(!Arc::ptr_eq(&first, &of(row("en"))));
        assert!(!Arc::ptr_eq(&first, &of(claim::Recipient { origin: None, ..row("fr") })));
        let plain = of(claim::Recipient { confirmed_at: Some(0), ..row("fr") });
        assert_eq!(*plain, Variant::new(vec![(b"fr".to_vec(), None)]));
    }

    #[test]
    fn a_mail_of_a_slice_bears_its_date_whenever_it_leaves() {
        const DAY: Millis = 86_400_000;
        let mut head = head();
        let text = b"To: a\r\nDate: Thu, 1 Jan 1970 01:00:00 +0100\r\n\r\n".to_vec();
        for of_language in head.by_language.values_mut() {
            of_language.variant = Arc::new(Variant::new(vec![(text.clone(), None)]));
        }
        let since = row("fr").confirmed_at.unwrap();
        let slice = |day: i64, subscriber_id| claim::Slice { at: day * DAY, confirmed_at: since, subscriber_id };
        let keys = Keys::from_secret(b"secret");
        let date = |head: &DigestMail, subscriber_id| {
            let row = claim::Recipient { subscriber_id, ..row("fr") };
            let mut out = Vec::new();
            head.mail(&keys, None, (1, 1), row, &mut SignUps::default()).unwrap().splice(&mut out);
            String::from_utf8(out).unwrap().split("Date: ").nth(1).unwrap()[..16].to_owned()
        };
        let first = head.in_slices(0, true, vec![slice(1, 40)]);
        let second = head.in_slices(DAY, true, vec![slice(1, 40), slice(2, 30)]);
        for head in [&first, &second] {
            assert_eq!(date(head, 42), "Fri, 2 Jan 1970 ");
            assert_eq!(date(head, 40), "Fri, 2 Jan 1970 ");
        }
        assert_eq!(date(&second, 39), "Sat, 3 Jan 1970 ");
        assert_eq!(date(&second, 3), "Sat, 3 Jan 1970 ", "who is in none yet is in the last");
        assert_eq!(date(&head, 42), "Thu, 1 Jan 1970 ");
    }

    #[test]
    fn a_bounce_tells_of_whom_and_what() {
        let keys = Keys::from_secret(b"secret");
        let mut smtp = crate::config::Config::default().smtp;
        smtp.bounce_domain = "bounce.example.org".into();
        let path = ReturnPath::of(&smtp);
        let mail = head().mail(&keys, path.as_ref(), (1, 1), row("fr"), &mut SignUps::default()).unwrap();
        let local = mail.envelope_from.strip_suffix("@bounce.example.org").unwrap();
        assert!(local.len() <= 28, "b- and 26 characters");
        assert_eq!(keys.bounced(&mail.envelope_from), Some(Bounced { subscriber_id: 42, digest_id: 7 }));
    }

    #[test]
    fn nobody_gets_nothing() {
        let gone = claim::Recipient { email: None, token_version: None, ..row("fr") };
        assert!(head().mail(&Keys::from_secret(b"secret"), None, (1, 1), gone, &mut SignUps::default()).is_none());
    }
}
