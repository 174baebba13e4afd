//! A mail that came back, in bytes → [`Returned`]: what it is, whom it concerns and how, and how it can be traced to our mail.
//!
//! In: any bytes, the envelope recipient where it is known, the table of refusals. Out: always an answer; what is not understood is
//! [`Kind::Unknown`] or [`Kind::Human`], never a bounce. Bounded: at most [`MAX_BYTES`] are looked at, and of those at most so many
//! parts, levels, fields and recipients as [`mime`], [`fields`] and [`status`] say.
//!
//! | file | what it reads |
//! |---|---|
//! | [`mime`], [`fields`], [`text`] | parts, header-like fields, words: whatever the bytes |
//! | [`status`] | delivery reports (RFC 3464, RFC 6533) |
//! | [`free`], [`address`] | reports in words alone |
//! | [`code`], [`judge`] | which code counts, and what it means for an address |
//! | [`feedback`], [`disposition`], [`notification`] | complaints (RFC 5965), receipts and refusals (RFC 8098), providers' notices by mail |
//! | [`aggregate`] | DMARC aggregate reports (RFC 9990), which [`crate::receivers`] unpacks |
//! | [`signs`], [`phrases`] | what tells a daemon, an absence, a challenge, a person |
//! | [`original`] | what of our own mail came back with it |

mod address;
mod aggregate;
mod bounce;
mod code;
mod disposition;
mod feedback;
mod fields;
mod free;
mod judge;
mod mime;
mod notification;
mod original;
mod phrases;
mod returned;
mod signs;
mod status;
mod text;

pub use returned::{Action, Because, Kind, Outcome, Recipient, Returned, Sign, Trail};

use crate::receivers::refused::Refused;
use crate::receivers::report::Report;
use crate::refusal::Rules;
use mime::Mail;
use signs::Signs;

/// Bytes of a mail that are looked at: what a report says stands before our own mail that it returns.
pub const MAX_BYTES: usize = 1 << 20;

/// Somebody who leaves by mail.
fn leaves(signs: &Signs) -> Option<Returned> {
    let who = signs.from.clone().filter(|_| signs.leaves())?;
    Some(Returned { recipients: vec![Recipient::of(who, Outcome::Leaves)], ..Returned::of(Kind::Leave, Sign::Subject) })
}

/// Reads a mail that came back. `envelope_to` is the recipient of its envelope (RCPT TO), where it is known.
pub fn read(bytes: &[u8], envelope_to: Option<&str>, rules: &Rules) -> Returned {
    let mail = Mail::split(&bytes[..bytes.len().min(MAX_BYTES)]);
    let signs = Signs::of(&mail);
    let mut returned = feedback::read(&mail)
        .or_else(|| disposition::read(&mail, &signs, rules))
        .or_else(|| bounce::by_report(&mail, rules))
        .or_else(|| notification::read(&mail, rules))
        .or_else(|| (signs.dmarc(&mail) || aggregate::any(&mail)).then(|| Returned::of(Kind::Dmarc, Sign::Attachment)))
        .or_else(|| leaves(&signs))
        .or_else(|| bounce::by_words(&mail, &signs, rules))
        .unwrap_or_else(|| signs.remains(&mail));
    original::trace(&mail, &mut returned);
    returned.trail.envelope_to = envelope_to.map(str::to_owned);
    returned.from = signs.from;
    returned.subject = signs.subject;
    returned
}

/// The reports in a mail of [`Kind::Dmarc`], each read or not.
pub fn reports(bytes: &[u8]) -> Vec<Result<Report, Refused>> {
    aggregate::all(&Mail::split(&bytes[..bytes.len().min(MAX_BYTES)]))
}

#[cfg(test)]
mod tests;
