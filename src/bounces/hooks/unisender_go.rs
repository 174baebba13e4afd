//! Unisender Go (UniOne). Pure.
//!
//! Source: godocs.unisender.ru, "Webhooks", "Callback format": `auth` in the body is the MD5 of the body in which the API key stands in
//! its place, in hexadecimal digits. Events stand in `events_by_user`, or one alone. None has a name of its own; times are UTC.

use md5::{Digest as _, Md5};
use serde_json::Value;

use super::request::{Refused, Request};
use super::{json, proof};
use crate::bounces::event::{Event, Kind, fingerprint};

/// Whether Unisender Go wrote it.
///
/// # Errors
/// When it is not known to have.
pub fn verify(request: &Request<'_>, key: &str) -> Result<(), Refused> {
    let value = json::object(request.body)?;
    let auth = json::text(&value, "/auth").ok_or(Refused::Unsigned)?;
    let digest = proof::hex(&auth)?;
    let mut places = memchr::memmem::find_iter(request.body, auth.as_bytes());
    // Were it there twice, it would be unclear what was signed.
    let (Some(place), None) = (places.next(), places.next()) else { return Err(Refused::Forged) };
    let mut hash = Md5::new();
    hash.update(&request.body[..place]);
    hash.update(key.as_bytes());
    hash.update(&request.body[place + auth.len()..]);
    proof::equal(hash.finalize().as_slice(), &digest)
}

/// The events of a body.
///
/// # Errors
/// When it is no JSON object.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    let value = json::object(body)?;
    let users = json::list(&value, "/events_by_user");
    let events: Vec<&Value> = match users {
        [] => vec![&value],
        users => users.iter().flat_map(|user| json::list(user, "/events")).collect(),
    };
    Ok(events.into_iter().map(|event| of(event.get("event_data").unwrap_or(event))).collect())
}

fn of(event: &Value) -> Event {
    let status = json::word(event, "/status");
    let recipient = json::text(event, "/email").unwrap_or_default();
    let at = json::instant(event, "/event_time");
    let job = json::text(event, "/job_id").unwrap_or_default();
    let id = fingerprint(&[&status, &recipient, &job, &at.unwrap_or_default().to_string()]);
    let why = json::word(event, "/delivery_info/delivery_status");
    let kind = match status.as_str() {
        "hard_bounced" => bounce(&why),
        // It goes on trying.
        "soft_bounced" => Kind::Deferred,
        "spam" => Kind::Complaint,
        "unsubscribed" => Kind::Leave,
        _ => Kind::Other,
    };
    let said = json::text(event, "/delivery_info/destination_response");
    Event::new(id, kind, recipient).at(at).said(None, said.or((!why.is_empty()).then_some(why)))
}

/// What a reason of a hard bounce means.
fn bounce(why: &str) -> Kind {
    let holds = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if holds(&["mailbox_full", "over_quota"]) {
        Kind::Soft
    } else if holds(&["spam", "blacklist", "too_large", "dmarc"]) {
        Kind::Block
    } else if holds(&["unsubscribed", "skip"]) {
        Kind::Withheld
    } else {
        Kind::Hard
    }
}
