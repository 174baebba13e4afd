//! From a row of the ledger and its person to a mail: tokens, Message-ID, envelope, the variant of the language. Pure; not signed yet.
//!
//! In: what all mails of a digest share ([`DigestMail`]), one row. Out: a [`Mail`], or why there is none. On the hot path: four HMACs, 2 µs.

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
use crate::ledger::sql::parts::StoredParts;
use crate::mails::part::{self, Posts, Share};
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
    parts: Parts,
    /// The slices in which it leaves; none when it leaves at once.
    slices: Vec<claim::Slice>,
}

/// What some readers get instead of the whole; empty for most digests.
#[derive(Clone, Debug, Default)]
struct Parts {
    /// How many posts the whole has.
    count: usize,
    /// The topics of each.
    topics: Vec<i64>,
    /// The posts of each part.
    posts: Vec<Posts>,
    /// Its mails.
    by_language: Vec<BTreeMap<String, OfLanguage>>,
    /// The part of readers who changed their rhythm, by its place; `None`: nothing of it is for them.
    readers: HashMap<i64, Option<usize>>,
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
    #[serde(default)]
    posts: Vec<FrozenPost>,
    #[serde(default)]
    topics: Vec<i64>,
}

/// Of a post, what parts name it by.
#[derive(Default, Deserialize)]
struct FrozenPost {
    #[serde(default)]
    id: i64,
}

/// What a variant follows from: part, language, and of the sign-up line the place and the day.
type Shape<'a> = (Option<usize>, &'a str, usize, Date);

/// The variants of a batch so far, by part, language, day and place of the sign-up: most people of a batch share a few of them, and
/// encoding the sign-up line takes longer than the whole splice; and the shares by topics.
#[derive(Debug, Default)]
pub struct SignUps<'a> {
    variants: HashMap<Shape<'a>, HashMap<String, Arc<Variant>>>,
    shares: HashMap<i64, Share>,
}

impl DigestMail {
    /// Reads the stored variants.
    ///
    /// # Errors
    /// When one is damaged, or there is none.
    pub fn new(row: claim::DigestRow, stored: Vec<(String, Vec<u8>)>, parts: StoredParts) -> anyhow::Result<Self> {
        let mut by_language = BTreeMap::new();
        for (language, mail) in stored {
            by_language.insert(language.clone(), OfLanguage::read(language, &mail)?);
        }
        anyhow::ensure!(!by_language.is_empty(), "digest {} has no mail in any language", row.id);
        let frozen: Frozen = serde_json::from_str(&row.content).unwrap_or_default();
        let parts = Parts::read(&frozen, parts)?;
        Ok(Self {
            digest_id: row.id,
            newsletter_id: row.newsletter_id,
            since: row.since,
            warms: row.warms,
            from_address: row.from_address,
            language: row.language,
            zone: clock::zone(&frozen.zone),
            by_language,
            parts,
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
        let of_parts = all.parts.by_language.iter_mut().flat_map(BTreeMap::values_mut);
        for of_language in all.by_language.values_mut().chain(of_parts) {
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

    /// Whether what somebody gets depends on the topics that they chose.
    pub fn has_topics(&self) -> bool {
        self.parts.topics.iter().any(|set| *set != 0)
    }

    /// What somebody gets of it: by their change of rhythm, else by the topics that they chose.
    fn share(
        &self,
        subscriber_id: i64,
        topics: Option<i64>,
        sign_ups: &mut SignUps<'_>,
    ) -> Result<Option<usize>, &'static str> {
        if let Some(part) = self.parts.readers.get(&subscriber_id) {
            return part.map(Some).ok_or("had");
        }
        let Some(topics) = topics.filter(|_| !self.parts.topics.is_empty()) else { return Ok(None) };
        match *sign_ups.shares.entry(topics).or_insert_with(|| self.parts.of_topics(topics)) {
            Share::Whole => Ok(None),
            Share::Part(place) => Ok(Some(place)),
            Share::Nothing => Err("topics"),
        }
    }

    /// The person's language, else its main language, else the newsletter's, else any; of a part, or of the whole.
    fn of_language(&self, part: Option<usize>, language: &str) -> Option<&OfLanguage> {
        let by_language = part.map_or(Some(&self.by_language), |place| self.parts.by_language.get(place))?;
        let main = language.split('-').next().unwrap_or(language);
        let found = [language, main, &self.language].into_iter().find_map(|tag| by_language.get(tag));
        // The smallest tag, so that a restart chooses the same bytes.
        found.or_else(|| by_language.values().next())
    }

    /// The mail for somebody who signed up then and there; depends on nothing but what is stored.
    fn variant<'a>(
        &'a self,
        part: Option<usize>,
        row: &claim::Recipient,
        sign_ups: &mut SignUps<'a>,
    ) -> Option<Arc<Variant>> {
        let of_language = self.of_language(part, row.language.as_deref().unwrap_or_default())?;
        let slice = self.slice(row);
        let variant =
            slice.checked_sub(1).and_then(|index| of_language.dated.get(index)).unwrap_or(&of_language.variant);
        let Some(at) = row.confirmed_at.filter(|at| *at > 0) else { return Some(variant.clone()) };
        let day = clock::timestamp(at).to_zoned(self.zone.clone()).date();
        let origin = row.origin.as_deref().unwrap_or_default();
        let known = sign_ups.variants.entry((part, of_language.language.as_str(), slice, day)).or_default();
        if let Some(variant) = known.get(origin) {
            return Some(variant.clone());
        }
        let line = SignUp::new(of_language.locale, day, Origin::read(row.origin.as_deref()));
        let variant = Arc::new(variant.signed(&line));
        known.insert(origin.to_owned(), variant.clone());
        Some(variant)
    }

    /// One person's mail. `batch`: first id and epoch of the lease; `topics`: those that they chose, `None` for everything.
    ///
    /// # Errors
    /// Why there is none: `left` when there is nobody any more, `topics` when they chose none of it, `had` when they had all of it on
    /// the rhythm before.
    pub fn mail<'a>(
        &'a self,
        keys: &Keys,
        path: Option<&ReturnPath>,
        batch: (i64, i64),
        (row, topics): (claim::Recipient, Option<i64>),
        sign_ups: &mut SignUps<'a>,
    ) -> Result<Mail, &'static str> {
        let subscriber_id = row.subscriber_id;
        let part = self.share(subscriber_id, topics, sign_ups)?;
        let variant = self.variant(part, &row, sign_ups).ok_or("left")?;
        let (Some(address), Some(version)) = (row.email, row.token_version) else { return Err("left") };
        let settings = Claim { subject: subscriber_id, version, issued_at: 0 };
        let leave = Claim { issued_at: self.digest_id, ..settings };
        Ok(Mail {
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
            action: keys.sign(Purpose::Settings, settings),
            not_me: String::new(),
            signature: Box::default(),
        })
    }

    /// Whether its mails have a header that a signature can cover.
    pub fn can_be_signed(&self) -> bool {
        let parts = self.parts.by_language.iter().flat_map(BTreeMap::values);
        self.by_language.values().chain(parts).all(|of_language| of_language.variant.covered().is_some())
    }

    /// Who it comes from.
    pub fn sender(&self) -> &str {
        &self.from_address
    }
}

impl OfLanguage {
    fn read(language: String, mail: &[u8]) -> anyhow::Result<Self> {
        let locale = i18n::locale(&language);
        Ok(Self { language, locale, variant: Arc::new(Variant::from_bytes(mail)?), dated: Vec::new() })
    }
}

impl Parts {
    fn read(frozen: &Frozen, stored: StoredParts) -> anyhow::Result<Self> {
        let mut parts = Self { count: frozen.posts.len(), topics: frozen.topics.clone(), ..Self::default() };
        let mut places = HashMap::new();
        for (place, (number, ids)) in stored.parts.iter().enumerate() {
            let ids: Vec<i64> = serde_json::from_str(ids)?;
            let at = frozen.posts.iter().enumerate().filter(|(_, post)| ids.contains(&post.id));
            parts.posts.push(Posts::at(at.map(|(at, _)| at)));
            parts.by_language.push(BTreeMap::new());
            places.insert(*number, place);
        }
        for (number, language, mail) in stored.mails {
            if let Some(mails) = places.get(&number).and_then(|place| parts.by_language.get_mut(*place)) {
                mails.insert(language.clone(), OfLanguage::read(language, &mail)?);
            }
        }
        anyhow::ensure!(parts.by_language.iter().all(|mails| !mails.is_empty()), "a part has no mail in any language");
        parts.readers = stored.readers.into_iter().map(|(id, number)| (id, places.get(&number).copied())).collect();
        Ok(parts)
    }

    fn of_topics(&self, topics: i64) -> Share {
        let wanted = Posts::wanted(self.count, &self.topics, Some(topics));
        part::nearest(&self.posts, Posts::all(self.count), wanted)
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
        let stored = vec![("fr".into(), mail(b"fr")), ("en".into(), mail(b"en"))];
        DigestMail::new(row, stored, StoredParts::default()).unwrap()
    }

    fn mail(text: &[u8]) -> Vec<u8> {
        Variant::new(vec![(text.to_vec(), None)]).to_bytes()
    }

    /// Three posts, one of topic 1, one of topic 2, one of both; a part for each topic, in one language, and one for somebody who
    /// has had the first two.
    fn head_with_parts() -> DigestMail {
        let content =
            r#"{"posts": [{"id": 11, "title": "a"}, {"id": 12}, {"id": 13}], "zone": "", "topics": [1, 2, 3]}"#;
        let row = claim::DigestRow {
            id: 7,
            newsletter_id: 1,
            from_address: "carnet@example.org".into(),
            language: "fr".into(),
            released_at: 5,
            since: 5,
            warms: false,
            claimed_upto: 0,
            content: content.into(),
        };
        let parts = StoredParts {
            parts: vec![(1, "[11,13]".into()), (2, "[12,13]".into()), (3, "[13]".into())],
            mails: vec![
                (1, "fr".into(), mail(b"one")),
                (2, "fr".into(), mail(b"two")),
                (3, "fr".into(), mail(b"three")),
            ],
            readers: HashMap::from([(50, 3), (51, 0)]),
        };
        DigestMail::new(row, vec![("fr".into(), mail(b"all"))], parts).unwrap()
    }

    #[test]
    fn a_reader_gets_the_part_of_their_topics_or_of_their_change_of_rhythm() {
        let (head, keys, mut sign_ups) = (head_with_parts(), Keys::from_secret(b"secret"), SignUps::default());
        let mut of = |subscriber_id, topics| {
            let row = claim::Recipient { subscriber_id, confirmed_at: Some(0), ..row("en") };
            let mut out = Vec::new();
            head.mail(&keys, None, (1, 1), (row, topics), &mut sign_ups).map(|mail| {
                mail.splice(&mut out);
                String::from_utf8(out).unwrap()
            })
        };
        assert!(head.has_topics());
        assert_eq!(of(42, None).unwrap(), "all");
        assert_eq!(
            [of(42, Some(1)).unwrap(), of(42, Some(2)).unwrap(), of(42, Some(3)).unwrap()],
            ["one", "two", "all"]
        );
        assert_eq!(of(42, Some(4)), Err("topics"));
        assert_eq!((of(50, Some(1)).unwrap().as_str(), of(51, None)), ("three", Err("had")));
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
            head().mail(&keys, None, (1, 1), (row(language), None), &mut SignUps::default()).unwrap().splice(&mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!([bytes("en"), bytes("en-GB"), bytes("de"), bytes("")], ["en", "en", "fr", "fr"]);
    }

    #[test]
    fn a_repeat_is_the_same_mail() {
        let keys = Keys::from_secret(b"secret");
        let first = head().mail(&keys, None, (1, 1), (row("fr"), None), &mut SignUps::default()).unwrap();
        let again = head().mail(&keys, None, (1, 2), (row("fr"), None), &mut SignUps::default()).unwrap();
        assert_eq!(
            (&first.message_id, &first.leave, &first.variant),
            (&again.message_id, &again.leave, &again.variant)
        );
        assert_eq!(first.envelope_from, "carnet@example.org");
        let leave = keys.verify(Purpose::Leave, &first.leave).unwrap();
        assert_eq!((leave.subject, leave.issued_at), (42, 7), "whoever leaves is counted for the digest");
        assert_eq!(keys.verify(Purpose::Settings, &first.action).unwrap().subject, 42);
        assert_eq!(keys.verify(Purpose::Preferences, &first.action), None, "a forwarded digest opens no settings");
    }

    #[test]
    fn who_signed_up_on_one_day_at_one_place_shares_one_mail() {
        let (head, keys, mut sign_ups) = (head(), Keys::from_secret(b"secret"), SignUps::default());
        let mut of = |row| head.mail(&keys, None, (1, 1), (row, None), &mut sign_ups).unwrap().variant;
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
            head.mail(&keys, None, (1, 1), (row, None), &mut SignUps::default()).unwrap().splice(&mut out);
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
        let mail = head().mail(&keys, path.as_ref(), (1, 1), (row("fr"), None), &mut SignUps::default()).unwrap();
        let local = mail.envelope_from.strip_suffix("@bounce.example.org").unwrap();
        assert!(local.len() <= 28, "b- and 26 characters");
        assert_eq!(keys.bounced(&mail.envelope_from), Some(Bounced { subscriber_id: 42, digest_id: 7 }));
    }

    #[test]
    fn nobody_gets_nothing() {
        let gone = claim::Recipient { email: None, token_version: None, ..row("fr") };
        let made = head().mail(&Keys::from_secret(b"secret"), None, (1, 1), (gone, None), &mut SignUps::default());
        assert_eq!(made.map(|_| ()), Err("left"));
    }
}
