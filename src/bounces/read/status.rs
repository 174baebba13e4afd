//! Delivery status (RFC 3464 section 2, RFC 6533 section 3): groups of fields → what it says of each recipient.
//!
//! In: the content of a `message/delivery-status` or `message/global-delivery-status` part, or text in which such fields stand. Out:
//! [`Status`]. Fields come in any order; servers leave out empty lines, and put other groups between.

use super::address::typed;
use super::fields::Fields;
use super::judge::Report;
use super::returned::Action;
use super::text::unescaped;
use crate::refusal::Enhanced;

/// Recipients of one report.
pub(super) const MAX_RECIPIENTS: usize = 200;
/// Groups of fields that are looked at.
const MAX_GROUPS: usize = 1000;

/// What a status part says.
#[derive(Debug, Default)]
pub(super) struct Status {
    /// What it says of each recipient.
    pub(super) recipients: Vec<Report>,
    /// The Message-ID of our mail, where a server adds it.
    pub(super) message_id: Option<String>,
}

/// Reads the fields.
pub(super) fn read(content: &[u8]) -> Status {
    let mut status = Status::default();
    let mut rest = content;
    for _ in 0..MAX_GROUPS {
        if rest.is_empty() || status.recipients.len() >= MAX_RECIPIENTS {
            break;
        }
        let (group, behind) = Fields::parse(rest);
        rest = behind;
        let id = ["x-original-message-id", "original-message-id"].iter().find_map(|name| group.get(name));
        status.message_id = status.message_id.or(id);
        recipients(&group, &mut status.recipients);
    }
    status.recipients.truncate(MAX_RECIPIENTS);
    status
}

/// The recipients of a group: one each time the fields that name them begin anew.
fn recipients(group: &Fields<'_>, found: &mut Vec<Report>) {
    let (mut report, mut seen) = (Report::default(), Vec::new());
    for (name, value) in group.each() {
        let name = name.to_ascii_lowercase();
        let names = matches!(name.as_str(), "final-recipient" | "original-recipient");
        if names && seen.contains(&name) {
            finish(std::mem::take(&mut report), found);
            seen.clear();
        }
        match name.as_str() {
            "final-recipient" => report.address = typed(&value).unwrap_or_default(),
            "original-recipient" => report.original = typed(&value),
            "x-actual-recipient" if report.original.is_none() && report.address.is_empty() => {
                report.address = typed(&value).unwrap_or_default();
            }
            "action" => report.action = report.action.or_else(|| action(&value)),
            "status" => report.status = report.status.or_else(|| enhanced(&value)),
            "diagnostic-code" if report.diagnostic.is_empty() => report.diagnostic = diagnostic(&value),
            "will-retry-until" => report.retries = true,
            _ => {}
        }
        seen.push(name);
    }
    finish(report, found);
}

fn finish(mut report: Report, found: &mut Vec<Report>) {
    if report.address.is_empty() {
        report.address = report.original.take().unwrap_or_default();
    }
    report.original = report.original.filter(|original| !original.eq_ignore_ascii_case(&report.address));
    if !report.address.is_empty() {
        found.push(report);
    }
}

fn action(value: &str) -> Option<Action> {
    let word: String = value.trim().chars().take_while(char::is_ascii_alphabetic).collect();
    match word.to_ascii_lowercase().as_str() {
        "failed" | "failure" | "fail" => Some(Action::Failed),
        "delayed" | "delay" => Some(Action::Delayed),
        "delivered" => Some(Action::Delivered),
        "relayed" => Some(Action::Relayed),
        "expanded" => Some(Action::Expanded),
        _ => None,
    }
}

/// `5.1.1`, with a comment or without.
fn enhanced(value: &str) -> Option<Enhanced> {
    let number = value.trim().trim_start_matches('#');
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    Enhanced::parse(&number[..end])
}

/// The words without the type before them (`smtp; …`), escaped octets made words again.
fn diagnostic(value: &str) -> String {
    let words = match value.split_once(';') {
        Some((kind, rest)) if kind.trim().bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) => {
            rest
        }
        _ => value,
    };
    unescaped(words.trim()).into_owned()
}

/// Whether fields of a delivery status stand in a text: a report that came through a program that made it plain.
pub(super) fn inside(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    lower.find("\nfinal-recipient:").or_else(|| lower.starts_with("final-recipient:").then_some(0))?;
    let begin = ["\nreporting-mta:", "\naction:", "\noriginal-recipient:", "\nstatus:", "\nfinal-recipient:"];
    let begin = begin.iter().filter_map(|name| lower.find(name)).min().unwrap_or_default();
    Some(text[begin..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_any_order_and_without_empty_lines() {
        let content = b"Reporting-MTA: dns; a\nX-Original-Message-ID: <m@x>\n\nStatus: 5.1.1 (no)\nAction: Failed\nFinal-Recipient: RFC822; <a@b.example>\n\
            Diagnostic-Code: smtp; 550 bo\\303\\256te\n  inconnue\nOriginal-Recipient: rfc822; A@b.example\nFinal-Recipient: rfc822; c@d.example\nAction: delayed (4)\n\
            Will-Retry-Until: soon\n\nsome text without fields\n\nOriginal-Recipient: rfc822;e@f.example\nAction: delivered\n";
        let status = read(content);
        let told: Vec<_> = status.recipients.iter().map(|r| (r.address.as_str(), r.action, r.status)).collect();
        assert_eq!(
            told,
            [
                ("a@b.example", Some(Action::Failed), Enhanced::parse("5.1.1")),
                ("c@d.example", Some(Action::Delayed), None),
                ("e@f.example", Some(Action::Delivered), None),
            ]
        );
        assert_eq!(status.recipients[0].diagnostic, "550 boîte inconnue");
        assert_eq!(status.recipients[0].original, None, "the same address");
        assert!(status.recipients[1].retries);
        assert_eq!(status.message_id.as_deref(), Some("<m@x>"));
    }

    #[test]
    fn a_report_of_a_million_lines_is_bounded() {
        let content = b"Final-Recipient: rfc822; a@b.example\n\n".repeat(5000);
        assert_eq!(read(&content).recipients.len(), MAX_RECIPIENTS);
        assert_eq!(read(&b"\n".repeat(100_000)).recipients.len(), 0);
    }
}
