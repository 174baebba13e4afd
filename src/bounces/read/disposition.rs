//! Disposition notifications (MDN, RFC 8098): a mail was read, deleted unread, or refused by somebody's own filter.
//!
//! In: a mail with a `message/disposition-notification`. Out: [`Kind::Receipt`], or [`Kind::Rejected`] for Sieve's `reject` (RFC 5429
//! section 2.1.2), which is a person's wish: neither is a bounce.

use super::address::typed;
use super::fields::Fields;
use super::judge::{Report, judge};
use super::mime::Mail;
use super::original;
use super::returned::{Kind, Outcome, Recipient, Returned, Sign};
use super::signs::Signs;
use super::text::{clipped, plain};
use crate::refusal::Rules;

/// Bytes of what people read that are looked at.
const MAX_TEXT: usize = 4096;

/// Reads it.
pub(super) fn read(mail: &Mail<'_>, signs: &Signs, rules: &Rules) -> Option<Returned> {
    let part = mail.part(&["message/disposition-notification", "message/global-disposition-notification"])?;
    let content = part.content();
    let fields = Fields::parse(content.trim_ascii_start()).0;
    let disposition = fields.get("disposition").unwrap_or_default().to_ascii_lowercase();
    let submitted = mail.head.get("auto-submitted").unwrap_or_default().to_ascii_lowercase();
    let subject = plain(signs.subject.trim());
    let says_so =
        submitted.contains("reject") || ["reject", "refus", "abgelehnt"].iter().any(|start| subject.starts_with(start));
    let rejects = disposition.contains("automatic") && disposition.contains("deleted") && says_so;
    let mut returned = Returned::of(if rejects { Kind::Rejected } else { Kind::Receipt }, Sign::Part);
    let address = ["final-recipient", "original-recipient"].iter().find_map(|name| typed(&fields.get(name)?));
    let outcome = if rejects { Outcome::Refused } else { Outcome::Delivered };
    let mut recipient = address.map(|address| Recipient::of(address, outcome));
    // Dovecot's delivery agent once reported a full mailbox in this form.
    if rejects && let Some(told) = recipient.as_ref() {
        let (address, beside) = (told.address.clone(), clipped(mail.text(), MAX_TEXT).to_owned());
        let judged = judge(Report { address, beside, ..Report::default() }, rules);
        if judged.outcome == Outcome::Full {
            (returned.kind, recipient) = (Kind::Bounce, Some(judged));
        }
    }
    returned.recipients.extend(recipient);
    returned.trail.message_ids.extend(fields.get("original-message-id").as_deref().and_then(original::message_id));
    Some(returned)
}
