//! Mailtrap. Pure.
//!
//! Source: docs.mailtrap.io, "Webhooks": the header `Mailtrap-Signature` holds the HMAC-SHA-256 of the body in hexadecimal digits; the
//! key is the `signing_secret` that is given when the hook is made. JSON with `events`, or JSON Lines.

use aws_lc_rs::hmac::HMAC_SHA256;
use serde_json::Value;

use super::request::{Refused, Request};
use super::{json, proof};
use crate::bounces::event::{Event, Kind};

/// Whether Mailtrap wrote it.
///
/// # Errors
/// When it is not known to have.
pub fn verify(request: &Request<'_>, key: &str) -> Result<(), Refused> {
    let signature = proof::hex(request.header("mailtrap-signature")?)?;
    proof::hmac(HMAC_SHA256, key.as_bytes(), &[request.body], &signature)
}

/// The events of a body.
///
/// # Errors
/// When it is no JSON.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    let values = json::values(body)?;
    let events = values.iter().flat_map(|value| match value.get("events").and_then(Value::as_array) {
        Some(events) => events.as_slice(),
        None => std::slice::from_ref(value),
    });
    Ok(events.map(of).collect())
}

fn of(event: &Value) -> Event {
    let kind = match json::word(event, "/event").as_str() {
        "bounce" => Kind::Hard,
        // It goes on trying.
        "soft bounce" | "soft_bounce" => Kind::Deferred,
        "spam" | "spam_complaint" => Kind::Complaint,
        "unsubscribe" => Kind::Leave,
        "reject" | "suspension" => Kind::Withheld,
        _ => Kind::Other,
    };
    let id = json::text(event, "/event_id").unwrap_or_default();
    Event::new(id, kind, json::text(event, "/email").unwrap_or_default())
        .at(json::seconds(event, "/timestamp"))
        .said(None, json::first(event, &["/response", "/reason"]))
}
