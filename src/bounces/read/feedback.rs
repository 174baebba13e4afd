//! Complaints (ARF, RFC 5965; RFC 9477): somebody pressed the spam button.
//!
//! In: a mail with a `message/feedback-report`, or Microsoft's old form without one. Out: who complained, as far as a field or the
//! enclosed original says so. Microsoft's reports hold three fields; Yahoo blackens nothing; others blacken every address.

use super::address;
use super::fields::Fields;
use super::mime::{Mail, Part};
use super::original;
use super::returned::{Kind, Outcome, Recipient, Returned, Sign};
use super::text::plain;

/// People of one report.
const MAX_PEOPLE: usize = 100;

/// Types that say that somebody is to be taken off. Others (`not-spam`, `auth-failure`, `virus`) say nothing of a person's wish.
const TAKES_OFF: &[&str] =
    &["abuse", "fraud", "complaint", "spam", "opt-out", "opt-out-list", "unsubscribe", "miscategorized", ""];

/// Reads it.
pub(super) fn read(mail: &Mail<'_>) -> Option<Returned> {
    let Some(part) = mail.part(&["message/feedback-report", "text/feedback-report"]).or_else(|| in_text(mail)) else {
        return by_subject(mail);
    };
    let content = part.content();
    let report = Fields::parse(content.trim_ascii_start()).0;
    let kind = report.get("feedback-type").unwrap_or_default().trim().to_ascii_lowercase();
    let kind = if TAKES_OFF.contains(&kind.as_str()) { Kind::Complaint } else { Kind::Feedback };
    let mut returned = Returned::of(kind, Sign::Part);
    returned.trail.message_ids.extend(report.get("original-message-id").as_deref().and_then(original::message_id));
    returned.recipients = people(mail, &report);
    Some(returned)
}

/// The fields, in a part that does not say what it is; the mail does.
fn in_text<'m>(mail: &'m Mail<'_>) -> Option<&'m Part<'m>> {
    let says_so =
        mail.head.get("content-type").is_some_and(|value| value.to_ascii_lowercase().contains("feedback-report"));
    let holds = |part: &&Part<'_>| Fields::parse(part.content().trim_ascii_start()).0.has("feedback-type");
    mail.parts.iter().filter(|part| says_so && !part.encloses()).find(holds)
}

/// Microsoft's junk mail reports before they had a part for programs: our mail enclosed, the rest in the subject.
fn by_subject(mail: &Mail<'_>) -> Option<Returned> {
    let subject = plain(&mail.head.decoded("subject")?);
    let encloses = mail.parts.iter().any(Part::encloses);
    if !encloses || !subject.trim_start().starts_with("complaint about message from") {
        return None;
    }
    Some(Returned { recipients: people(mail, &Fields::default()), ..Returned::of(Kind::Complaint, Sign::Subject) })
}

/// Who it is about: by the report, else by the head of the enclosed original.
fn people(mail: &Mail<'_>, report: &Fields<'_>) -> Vec<Recipient> {
    let names = ["original-rcpt-to", "removal-recipient", "x-original-rcpt-to"];
    let told = names.iter().flat_map(|name| report.all(name)).filter_map(|value| address::typed(&value));
    let mut all: Vec<String> =
        told.filter(|address| address.contains('@') && !address.starts_with("redacted@")).collect();
    if all.is_empty() {
        original::with_head(mail, |head| all = original::recipients(head));
    }
    let mut once: Vec<Recipient> = Vec::new();
    for address in all.into_iter().take(MAX_PEOPLE) {
        if once.iter().all(|other| !other.address.eq_ignore_ascii_case(&address)) {
            once.push(Recipient::of(address, Outcome::Leaves));
        }
    }
    once
}
