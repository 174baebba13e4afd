//! A visitor asks to subscribe: the rules, as one pure function, and the one transaction that carries them out.
//!
//! | who asks | what happens | letter |
//! | --- | --- | --- |
//! | nobody known | a pending row, a consent record | confirm |
//! | pending | consent record | confirm, again after 5 min, at most 3 a day and 5 in 30 days |
//! | unsubscribed | pending again (no digest in either state), consent record | confirm, within the same caps |
//! | confirmed, paused | nothing changes | "already in", within the same caps |
//! | bounced, complained, suppressed | nothing changes | none |
//!
//! A letter that a cap or a ceiling holds back leaves a row that says so and changes nothing else. So every case writes,
//! is answered after its commit, and looks the same from outside: nobody learns who is subscribed.

use std::collections::HashMap;

use super::address::Email;
use super::consent::{self, ConsentKind, NewConsent};
use super::outbox::{self, CausedLetter, LetterKind};
use super::sql::{self, Known};
use super::{Status, Subscriber};
use crate::app::App;
use crate::clock::{DAY, MINUTE, Millis};
use crate::db::Tx;

/// A second letter to the same address leaves after this.
pub const PAUSE: Millis = 5 * MINUTE;
/// Letters to one address of one newsletter a day, and in 30 days.
pub const PER_DAY: i64 = 3;
/// See [`PER_DAY`].
pub const PER_MONTH: i64 = 5;
/// The span of [`PER_MONTH`].
pub const MONTH: Millis = 30 * DAY;

/// A request to subscribe, checked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// To which newsletter.
    pub newsletter_id: i64,
    /// Who.
    pub email: Email,
    /// Keyed hash of the address, by which it may be suppressed.
    pub address_hash: String,
    /// What they are called, when they said so.
    pub name: Option<String>,
    /// Language of the form.
    pub language: String,
    /// The exact words that they consented to; empty when another site's form showed its own.
    pub text: String,
    /// Fingerprint of the words, or `embedded`.
    pub text_version: String,
    /// The page with the form.
    pub page: Option<String>,
    /// What of that page mails may show; see [`super::origin`].
    pub origin: Option<String>,
    /// Their address, when it is kept.
    pub ip: Option<String>,
}

impl Asked {
    /// A known subscriber asks for a new letter, behind a link that has expired.
    pub fn again(app: &App, subscriber: &Subscriber, email: Email, ip: Option<String>) -> Self {
        Self {
            newsletter_id: subscriber.newsletter_id,
            address_hash: app.keys.address_hash(email.key()),
            email,
            name: None,
            language: subscriber.language.clone(),
            text: String::new(),
            text_version: "expired-link".into(),
            page: None,
            origin: subscriber.origin.clone(),
            ip,
        }
    }
}

/// Why no letter leaves; the word stands in `letter.words`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Enough letters went to this address.
    Cap,
    /// Enough letters went to this domain, or in all, within the hour.
    Ceiling,
    /// The address must not be written to.
    Suppressed,
    /// The address bounced or complained.
    Ended,
}

impl Held {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Cap => "held back: enough letters to this address",
            Self::Ceiling => "held back: enough letters this hour",
            Self::Suppressed => "held back: suppressed",
            Self::Ended => "held back: bounced or complained",
        }
    }
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A new pending subscriber.
    Create(Result<LetterKind, Held>),
    /// A known one asks for a confirmation: pending from now on, whatever they were.
    Renew,
    /// A known one is in already.
    Already,
    /// Nothing changes.
    Silence(Held),
}

/// The rules. `ceiling` says whether the hour has room for a letter; it is asked only when one would leave.
pub fn judge(known: &Known, ceiling: impl FnOnce() -> bool) -> Verdict {
    let capped = known.minutes > 0 || known.day >= PER_DAY || known.month >= PER_MONTH;
    match known.status {
        _ if known.suppressed => Verdict::Silence(Held::Suppressed),
        None => Verdict::Create(if ceiling() { Ok(LetterKind::Confirm) } else { Err(Held::Ceiling) }),
        Some(Status::Bounced | Status::Complained) => Verdict::Silence(Held::Ended),
        Some(_) if capped => Verdict::Silence(Held::Cap),
        Some(_) if !ceiling() => Verdict::Silence(Held::Ceiling),
        Some(Status::Pending | Status::Unsubscribed) => Verdict::Renew,
        Some(Status::Confirmed | Status::Paused) => Verdict::Already,
    }
}

/// Carries a group of requests out in `tx`; no address may stand in it twice for one newsletter.
///
/// `room` is asked for each letter that would leave, with the domain it goes to.
pub async fn write_group(
    tx: &mut Tx,
    now: Millis,
    confirm_days: u32,
    group: &[&Asked],
    mut room: impl FnMut(&str) -> bool,
) -> sqlx::Result<()> {
    let known = sql::look_up(tx, now, group).await?;
    let known: HashMap<i64, Known> = known.into_iter().map(|known| (known.place, known)).collect();
    let nothing = Known::default();
    let mut steps = Vec::with_capacity(group.len());
    for (place, asked) in (0..).zip(group) {
        let known = known.get(&place).unwrap_or(&nothing);
        let verdict = judge(known, || room(asked.email.domain()));
        let language = known.language.as_deref().unwrap_or(&asked.language);
        steps.push(Step { asked, id: known.id, language, verdict });
    }
    create(tx, now, &mut steps).await?;
    for step in steps.iter().filter(|step| step.verdict == Verdict::Renew) {
        sql::renew(tx, step.id.unwrap_or_default(), step.asked).await?;
    }
    let consents: Vec<_> = steps.iter().filter_map(Step::consent).collect();
    consent::record(tx, now, &consents).await?;
    let parameters: Vec<String> = steps.iter().map(|step| step.parameters(confirm_days)).collect();
    let letters: Vec<_> = steps.iter().zip(&parameters).map(|(step, parameters)| step.letter(parameters)).collect();
    outbox::ask_caused(tx, now, &letters).await
}

/// One request on its way through [`write_group`].
struct Step<'a> {
    asked: &'a Asked,
    id: Option<i64>,
    language: &'a str,
    verdict: Verdict,
}

/// Writes the new subscribers and fills in their ids.
async fn create(tx: &mut Tx, now: Millis, steps: &mut [Step<'_>]) -> sqlx::Result<()> {
    let is_new = |step: &Step<'_>| matches!(step.verdict, Verdict::Create(_));
    let new: Vec<&Asked> = steps.iter().filter(|step| is_new(step)).map(|step| step.asked).collect();
    let created: HashMap<(i64, String), i64> = sql::create(tx, now, &new).await?;
    for step in steps.iter_mut().filter(|step| is_new(step)) {
        step.id = created.get(&(step.asked.newsletter_id, step.asked.email.key().to_owned())).copied();
        if step.id.is_none() {
            // Another process wrote the same address a moment ago, and asked for its letter.
            step.verdict = Verdict::Silence(Held::Cap);
        }
    }
    Ok(())
}

impl<'a> Step<'a> {
    fn consent(&self) -> Option<NewConsent<'a>> {
        matches!(self.verdict, Verdict::Create(_) | Verdict::Renew).then_some(())?;
        Some(NewConsent {
            subscriber_id: self.id?,
            kind: ConsentKind::Asked,
            text: &self.asked.text,
            text_version: &self.asked.text_version,
            language: &self.asked.language,
            page: self.asked.page.as_deref(),
            ip: self.asked.ip.as_deref(),
            proof: None,
        })
    }

    /// What a confirmation says; it shows of the page no more than that it is the newsletter's own site.
    fn parameters(&self, confirm_days: u32) -> String {
        serde_json::json!({ "days": confirm_days, "page": self.asked.page }).to_string()
    }

    fn letter<'b>(&'b self, parameters: &'b str) -> CausedLetter<'b> {
        let domain = self.asked.email.domain();
        let (kind, language, fate) = match self.verdict {
            Verdict::Create(Ok(kind)) => (kind, self.asked.language.as_str(), Ok(domain)),
            Verdict::Create(Err(held)) | Verdict::Silence(held) => {
                (LetterKind::Confirm, self.language, Err(held.as_str()))
            }
            Verdict::Renew => (LetterKind::Confirm, self.asked.language.as_str(), Ok(domain)),
            Verdict::Already => (LetterKind::Already, self.language, Ok(domain)),
        };
        CausedLetter {
            newsletter_id: self.asked.newsletter_id,
            subscriber_id: self.id,
            kind,
            language,
            parameters: if kind == LetterKind::Confirm { parameters } else { "{}" },
            fate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(status: Option<Status>) -> Known {
        Known {
            place: 0,
            id: status.map(|_| 1),
            status,
            language: None,
            suppressed: false,
            minutes: 0,
            day: 0,
            month: 0,
        }
    }

    #[test]
    fn nothing_public_lowers_a_state() {
        for status in [Status::Confirmed, Status::Paused] {
            assert_eq!(judge(&known(Some(status)), || true), Verdict::Already);
        }
        for status in [Status::Bounced, Status::Complained] {
            assert_eq!(judge(&known(Some(status)), || true), Verdict::Silence(Held::Ended));
        }
        for status in [Status::Pending, Status::Unsubscribed] {
            assert_eq!(judge(&known(Some(status)), || true), Verdict::Renew);
        }
        assert_eq!(judge(&known(None), || true), Verdict::Create(Ok(LetterKind::Confirm)));
    }

    #[test]
    fn caps_hold_letters_back_and_take_no_room() {
        for (minutes, day, month) in [(1, 1, 1), (0, 3, 3), (0, 0, 5)] {
            let known = Known { minutes, day, month, ..known(Some(Status::Pending)) };
            assert_eq!(judge(&known, || panic!("no room is asked for")), Verdict::Silence(Held::Cap));
        }
        let known = Known { day: 2, month: 4, ..known(Some(Status::Confirmed)) };
        assert_eq!(judge(&known, || true), Verdict::Already);
        assert_eq!(judge(&known, || false), Verdict::Silence(Held::Ceiling));
    }

    #[test]
    fn a_suppressed_address_gets_nothing_whatever_it_is() {
        for status in [None, Some(Status::Pending), Some(Status::Confirmed)] {
            let known = Known { suppressed: true, ..known(status) };
            assert_eq!(judge(&known, || panic!("no room is asked for")), Verdict::Silence(Held::Suppressed));
        }
    }
}
