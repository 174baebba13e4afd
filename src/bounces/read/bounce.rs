//! Reports of what was not delivered: by a part for programs, or in words alone.
//!
//! In: a mail. Out: a [`Returned`] with each recipient judged, or nothing. Met by [`super::read`].

use std::borrow::Cow;

use super::address;
use super::code;
use super::free::{self, Told};
use super::judge::{Report, judge};
use super::mime::Mail;
use super::original;
use super::returned::{Action, Kind, Outcome, Recipient, Returned, Sign};
use super::signs::Signs;
use super::status::{self, Status};
use super::text::clipped;
use crate::refusal::Rules;

/// The types of a delivery status.
const STATUS: &[&str] = &["message/delivery-status", "message/global-delivery-status", "text/delivery-status"];

/// A report with a delivery status that names somebody.
pub(super) fn by_report(mail: &Mail<'_>, rules: &Rules) -> Option<Returned> {
    let mut all = Status::default();
    for part in mail.parts.iter().filter(|part| STATUS.contains(&part.kind.as_str())) {
        let status = status::read(&part.content());
        all.recipients.extend(status.recipients);
        all.message_id = all.message_id.or(status.message_id);
        all.recipients.truncate(status::MAX_RECIPIENTS);
    }
    // Exim names the file or program that it could not write to; a field of the head says for whom.
    if let [alone] = all.recipients.as_mut_slice()
        && !alone.address.contains('@')
        && let [named] = failed(mail).as_slice()
    {
        alone.address.clone_from(named);
    }
    if all.recipients.is_empty() {
        return None;
    }
    concluded(all, free::cut(mail.text()).0, rules, Sign::Part)
}

/// A report in words: from a mail server, or with Exim's field that names the addresses.
pub(super) fn by_words(mail: &Mail<'_>, signs: &Signs, rules: &Rules) -> Option<Returned> {
    let text = if signs.daemon { Cow::Borrowed(mail.text()) } else { Cow::Owned(unquoted(mail.text())) };
    let (report, _) = free::cut(&text);
    let named = failed(mail);
    let marked = !named.is_empty() || mail.part(STATUS).is_some();
    let backed = || code::find(report).any() || !free::recipients(report, |_| false).is_empty();
    if !marked && !signs.reports(report, backed) {
        return None;
    }
    if !marked && signs.succeeds(report) {
        return Some(Returned::of(Kind::Success, Sign::Words));
    }
    if let Some(fields) = status::inside(&text)
        && let Some(returned) = concluded(status::read(fields.as_bytes()), report, rules, Sign::Words)
    {
        return Some(returned);
    }
    let told = told(mail, report, &named);
    let action = signs.delays(report).then_some(Action::Delayed);
    let recipients: Vec<Recipient> = told
        .into_iter()
        .map(|Told { address, original, beside }| {
            let status = code::find(&beside).enhanced.filter(|_| action.is_some());
            judge(Report { address, original, action, status, beside, ..Report::default() }, rules)
        })
        .collect();
    let delayed = recipients.iter().all(|recipient| recipient.outcome == Outcome::Delayed);
    let (kind, sign) =
        (if delayed { Kind::Delay } else { Kind::Bounce }, if marked { Sign::Field } else { Sign::Words });
    Some(Returned { recipients, ..Returned::of(kind, sign) })
}

/// Who failed, as the words say; nobody's address, with all of the text, where they name nobody.
fn told(mail: &Mail<'_>, report: &str, named: &[String]) -> Vec<Told> {
    let heads = ["from", "to", "delivered-to", "envelope-to"];
    let ours: Vec<String> =
        heads.iter().flat_map(|name| mail.head.all(name)).flat_map(|value| addresses(&value)).collect();
    let is_ours = |address: &str| ours.iter().any(|own| own.eq_ignore_ascii_case(address));
    let found = free::recipients(report, is_ours);
    let whole = || clipped(report, free::MAX_TEXT).trim().to_owned();
    let beside_of = |address: &str| found.iter().find(|told| told.address.eq_ignore_ascii_case(address));
    let mut all: Vec<Told> = match named {
        [] => found,
        named => {
            let of = |address: &String| {
                beside_of(address).cloned().unwrap_or_else(|| Told {
                    address: address.clone(),
                    original: None,
                    beside: String::new(),
                })
            };
            let mut once: Vec<Told> = Vec::new();
            for told in named.iter().map(of) {
                if once.iter().all(|other| !other.address.eq_ignore_ascii_case(&told.address)) {
                    once.push(told);
                }
            }
            once
        }
    };
    if all.is_empty() {
        let address = original::only_recipient(mail).filter(|address| !is_ours(address)).unwrap_or_default();
        all.push(Told { address, original: None, beside: String::new() });
    }
    if let [alone] = all.as_mut_slice()
        && !code::find(&alone.beside).any()
    {
        alone.beside = format!("{}\n{}", alone.beside, whole());
    }
    all
}

/// Judges what a delivery status says; nothing when it names nobody. `text` is what people read of the report.
fn concluded(status: Status, text: &str, rules: &Rules, sign: Sign) -> Option<Returned> {
    let told = free::recipients(text, |_| false);
    let one = status.recipients.len() == 1;
    let beside = |address: &str| {
        let told = told.iter().find(|told| told.address.eq_ignore_ascii_case(address)).map(|told| told.beside.clone());
        told.or_else(|| one.then(|| clipped(text, 4096).to_owned())).unwrap_or_default()
    };
    let mut recipients: Vec<Recipient> = Vec::new();
    for report in status.recipients {
        let report = Report { beside: beside(&report.address), ..report };
        let recipient = judge(report, rules);
        if !recipients.contains(&recipient) {
            recipients.push(recipient);
        }
    }
    let any = |wanted: &dyn Fn(Outcome) -> bool| recipients.iter().any(|recipient| wanted(recipient.outcome));
    let kind = if any(&|outcome| !matches!(outcome, Outcome::Delivered | Outcome::Delayed)) {
        Kind::Bounce
    } else if any(&|outcome| outcome == Outcome::Delayed) {
        Kind::Delay
    } else {
        Kind::Success
    };
    let mut returned = Returned::of(kind, sign);
    returned.trail.message_ids.extend(status.message_id.as_deref().and_then(original::message_id));
    returned.recipients = recipients;
    (!returned.recipients.is_empty()).then_some(returned)
}

/// The addresses in Exim's own field.
fn failed(mail: &Mail<'_>) -> Vec<String> {
    mail.head.all("x-failed-recipients").flat_map(|value| addresses(&value)).collect()
}

fn addresses(value: &str) -> Vec<String> {
    address::spots(value).map(|spot| spot.address).collect()
}

/// A text without the lines that a person quotes.
fn unquoted(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with('>')).collect::<Vec<_>>().join("\n")
}
