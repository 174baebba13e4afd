//! What was understood of a mail that came back, for programs: the JSON of `facteur bounce explain --json`.
//!
//! In: a [`Returned`]. Out: [`Explained`]. `type` and `permanent` are what a program sorts by; the rest says why.

use serde::Serialize;

use super::read::{Outcome, Recipient, Returned};

/// A mail that came back.
#[derive(Debug, Serialize)]
pub struct Explained<'a> {
    /// `bounce` (delays too), `complaint` (whoever is to be taken off), `auto-reply` or `other`.
    r#type: &'static str,
    kind: &'static str,
    sign: &'static str,
    from: Option<&'a str>,
    subject: &'a str,
    /// Whom it concerns; who was reached all the same stands in `delivered`.
    recipients: Vec<Person<'a>>,
    delivered: Vec<&'a str>,
    /// Message-ID of our mail.
    message_id: Option<&'a str>,
    envelope_to: Option<&'a str>,
    to: &'a [String],
    return_path: Option<&'a str>,
    original_to: &'a [String],
    list_unsubscribe: &'a [String],
}

/// One recipient.
#[derive(Debug, Serialize)]
struct Person<'a> {
    address: &'a str,
    original: Option<&'a str>,
    /// No mail goes to the address any more; absent where that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    permanent: Option<bool>,
    outcome: &'static str,
    class: Option<&'a str>,
    about: Option<&'static str>,
    because: &'static str,
    phrase: Option<&'a str>,
    action: Option<&'static str>,
    status: Option<String>,
    code: Option<u16>,
    enhanced: Option<String>,
    diagnostic: &'a str,
}

impl<'a> Explained<'a> {
    /// Of this mail.
    pub fn of(returned: &'a Returned) -> Self {
        let delivered = |recipient: &&Recipient| recipient.outcome == Outcome::Delivered;
        let trail = &returned.trail;
        Self {
            r#type: returned.kind.coarse(),
            kind: returned.kind.name(),
            sign: returned.sign.name(),
            from: returned.from.as_deref(),
            subject: &returned.subject,
            recipients: returned.recipients.iter().filter(|recipient| !delivered(recipient)).map(Person::of).collect(),
            delivered: returned
                .recipients
                .iter()
                .filter(delivered)
                .map(|recipient| recipient.address.as_str())
                .collect(),
            message_id: trail.message_ids.first().map(String::as_str),
            envelope_to: trail.envelope_to.as_deref(),
            to: &trail.to,
            return_path: trail.return_path.as_deref(),
            original_to: &trail.original_to,
            list_unsubscribe: &trail.leave,
        }
    }
}

impl<'a> Person<'a> {
    fn of(recipient: &'a Recipient) -> Self {
        Self {
            address: &recipient.address,
            original: recipient.original.as_deref(),
            permanent: match recipient.outcome {
                Outcome::Dead | Outcome::Leaves => Some(true),
                Outcome::Unclear => None,
                _ => Some(false),
            },
            outcome: recipient.outcome.name(),
            class: recipient.class.as_deref(),
            about: recipient.about.map(crate::refusal::About::name),
            because: recipient.because.name(),
            phrase: recipient.phrase.as_deref(),
            action: recipient.action.map(super::read::Action::name),
            status: recipient.status.map(|status| status.to_string()),
            code: recipient.code,
            enhanced: recipient.enhanced.map(|enhanced| enhanced.to_string()),
            diagnostic: &recipient.diagnostic,
        }
    }
}
