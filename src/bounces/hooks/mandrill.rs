//! Mandrill (Mailchimp Transactional). Pure.
//!
//! Source: mailchimp.com/developer/transactional, "Track Message Activity with Webhooks", "Authenticating webhook requests": the header
//! `X-Mandrill-Signature` holds in base64 the HMAC-SHA-1 of the address of the hook and of each posted name and value, by name; the
//! key is the hook's. A form whose `mandrill_events` is an array of JSON; one that is empty is Mandrill's trial of a new hook, which
//! is signed with no key of ours.

use aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
use serde_json::Value;

use super::form::Fields;
use super::request::{Refused, Request};
use super::{json, proof};
use crate::bounces::event::{Event, Kind, fingerprint};

/// Whether Mandrill wrote it.
///
/// # Errors
/// When it is not known to have.
pub fn verify(request: &Request<'_>, key: &str) -> Result<(), Refused> {
    let mut fields = Fields::read(request.headers.content_type(), request.body)?;
    if events(&fields)?.is_empty() {
        // It says nothing, so there is nothing to believe.
        return Ok(());
    }
    fields.0.sort();
    let mut said = vec![request.url.as_bytes()];
    said.extend(fields.0.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
    let signature = proof::base64(request.header("x-mandrill-signature")?)?;
    proof::hmac(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes(), &said, &signature)
}

/// The events of a body.
///
/// # Errors
/// When it is not that form.
pub fn read(content_type: &str, body: &[u8]) -> Result<Vec<Event>, Refused> {
    Ok(events(&Fields::read(content_type, body)?)?.iter().map(of).collect())
}

fn events(fields: &Fields) -> Result<Vec<Value>, Refused> {
    json::values(fields.get("mandrill_events").ok_or(Refused::Unreadable)?.as_bytes())
}

fn of(event: &Value) -> Event {
    let word = json::word(event, "/event");
    let message = json::first(event, &["/_id", "/msg/_id"]).unwrap_or_default();
    let at = json::seconds(event, "/ts");
    let recipient = json::text(event, "/msg/email").unwrap_or_default();
    let kind = match word.as_str() {
        "hard_bounce" => Kind::Hard,
        "soft_bounce" => Kind::Soft,
        "reject" => Kind::Withheld,
        "deferral" => Kind::Deferred,
        "spam" => Kind::Complaint,
        "unsub" => Kind::Leave,
        _ => Kind::Other,
    };
    // `_id` is the message's.
    let id = fingerprint(&[&word, &recipient, &message, &at.unwrap_or_default().to_string()]);
    Event::new(id, kind, recipient)
        .sent_by(json::text(event, "/msg/sender").as_deref())
        .at(at)
        .said(None, json::first(event, &["/msg/diag", "/msg/bounce_description"]))
}
