//! What of our own mail came back: as an enclosed message or head, or behind a line in the text.
//!
//! In: a mail. Out: the [`Trail`](super::returned::Trail) of a [`Returned`]: Message-IDs, recipients, bounce address, unsubscribe links.

use super::address;
use super::fields::Fields;
use super::free;
use super::mime::{Mail, Part};
use super::returned::Returned;
use super::text::clipped;

/// Values that are kept of one kind.
const MAX_VALUES: usize = 50;

/// Adds what can be traced.
pub(super) fn trace(mail: &Mail<'_>, returned: &mut Returned) {
    let trail = &mut returned.trail;
    let mut ids = Vec::new();
    with_head(mail, |head| {
        ids.extend(head.get("message-id").as_deref().and_then(message_id));
        trail.return_path = head.get("return-path").as_deref().and_then(address::first);
        trail.original_to = recipients(head);
        trail.leave = head.all("list-unsubscribe").flat_map(|value| bracketed(&value)).take(MAX_VALUES).collect();
    });
    ids.append(&mut trail.message_ids);
    for name in ["in-reply-to", "references"] {
        ids.extend(mail.head.all(name).flat_map(|value| bracketed(&value)).take(MAX_VALUES));
    }
    ids.retain(|id| id.contains('@'));
    for id in ids {
        if !trail.message_ids.contains(&id) {
            trail.message_ids.push(id);
        }
    }
    let heads = ["to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];
    for value in heads.iter().flat_map(|name| mail.head.all(name)).take(MAX_VALUES) {
        for spot in address::spots(&value).take(MAX_VALUES) {
            if trail.to.len() < MAX_VALUES && !trail.to.contains(&spot.address) {
                trail.to.push(spot.address);
            }
        }
    }
}

/// The recipient of the enclosed original, when it had one.
pub(super) fn only_recipient(mail: &Mail<'_>) -> Option<String> {
    let mut found = None;
    with_head(mail, |head| found = Some(recipients(head)));
    found.filter(|all| all.len() == 1)?.pop()
}

/// The recipients in a head of ours; Microsoft adds whom it is about where it blackens `To`.
pub(super) fn recipients(head: &Fields<'_>) -> Vec<String> {
    let told = ["x-hmxmroriginalrecipient", "to"].iter().flat_map(|name| head.all(name));
    let mut all: Vec<String> = Vec::new();
    for spot in told.flat_map(|value| address::spots(&value).collect::<Vec<_>>()).take(MAX_VALUES) {
        let blackened =
            ["redacted@", "undisclosed", "removed@", "hidden@"].iter().any(|start| spot.address.starts_with(start));
        if !blackened && all.iter().all(|other| !other.eq_ignore_ascii_case(&spot.address)) {
            all.push(spot.address);
        }
    }
    all
}

/// Hands the head of the enclosed original to `look`, if there is one.
pub(super) fn with_head(mail: &Mail<'_>, mut look: impl FnMut(&Fields<'_>)) {
    let enclosed = mail.parts.iter().find(|part| part.encloses());
    let content = enclosed.map(Part::content).unwrap_or_default();
    let head = Fields::parse(content.trim_ascii_start()).0;
    if !head.is_empty() {
        look(&head);
        return;
    }
    let (_, behind) = free::cut(mail.text());
    let dedented: String =
        behind.lines().map(dedented).skip_while(|line| !is_field(line)).collect::<Vec<_>>().join("\n");
    let head = Fields::parse(dedented.as_bytes()).0;
    if !head.is_empty() {
        look(&head);
    }
}

/// A line of a returned mail that was indented or quoted as a whole.
fn dedented(line: &str) -> &str {
    let line = line.strip_prefix("> ").unwrap_or(line);
    let inner = line.trim_start();
    if is_field(inner) { inner } else { line }
}

fn is_field(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    line.contains(':')
        && !name.is_empty()
        && name.len() < 40
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A Message-ID without its brackets.
pub(super) fn message_id(value: &str) -> Option<String> {
    let id = bracketed(value).next().unwrap_or_else(|| value.split_whitespace().next().unwrap_or_default().to_owned());
    (!id.is_empty()).then_some(id)
}

/// What stands in angle brackets.
fn bracketed(value: &str) -> impl Iterator<Item = String> + use<> {
    let value = clipped(value, 8192).to_owned();
    let found: Vec<String> = value
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(inner, _)| inner.split_whitespace().collect::<String>())
        .filter(|inner| !inner.is_empty())
        .collect();
    found.into_iter()
}
