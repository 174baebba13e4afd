//! SendGrid (Twilio). Pure.
//!
//! Source: twilio.com/docs/sendgrid, "Event Webhook Reference" and "Event Webhook Security Features":
//! `X-Twilio-Email-Event-Webhook-Signature` holds in base64 the ECDSA signature (P-256, SHA-256, ASN.1) of the header
//! `X-Twilio-Email-Event-Webhook-Timestamp` and the body; the verification key is the public one, DER in base64. An array of events.

use aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1;
use serde_json::Value;

use super::request::{Refused, Request, is_recent};
use super::{json, proof};
use crate::bounces::event::{Event, Kind, fingerprint};
use crate::clock::{DAY, Millis};
use crate::config::hooks::public_key;

/// SendGrid tries for a day, and does not say that it signs each try anew.
const WINDOW: Millis = 3 * DAY;

/// Whether SendGrid wrote it.
///
/// # Errors
/// When it is not known to have.
pub fn verify(request: &Request<'_>, key: &str, now: Millis) -> Result<(), Refused> {
    let signature = proof::base64(request.header("x-twilio-email-event-webhook-signature")?)?;
    let time = request.header("x-twilio-email-event-webhook-timestamp")?;
    let key = public_key(key).ok_or(Refused::Key)?;
    let said = [time.as_bytes(), request.body].concat();
    proof::public(&ECDSA_P256_SHA256_ASN1, &key, &said, &signature)?;
    is_recent(json::seconds_of(time).ok_or(Refused::Stale)?, now, WINDOW)
}

/// The events of a body.
///
/// # Errors
/// When it is no JSON.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    Ok(json::values(body)?.iter().map(of).collect())
}

fn of(event: &Value) -> Event {
    let recipient = json::text(event, "/email").unwrap_or_default();
    let said = json::first(event, &["/reason", "/response"]);
    let told = json::first(event, &["/timestamp", "/created"]).unwrap_or_default();
    let id = json::text(event, "/sg_event_id").unwrap_or_else(|| {
        fingerprint(&[&json::word(event, "/event"), &recipient, &told, said.as_deref().unwrap_or_default()])
    });
    Event::new(id, kind(event), recipient)
        .about(json::text(event, "/smtp-id"))
        .at(json::seconds_of(&told).or_else(|| json::instant_of(&told)))
        .said(json::text(event, "/status").as_deref(), said)
}

fn kind(event: &Value) -> Kind {
    match json::word(event, "/event").as_str() {
        "bounce" => bounce(event),
        // A line of its list of bounces, as the API gives it.
        "" if event.get("status").is_some() && event.get("reason").is_some() => Kind::Hard,
        "dropped" => Kind::Withheld,
        "deferred" => Kind::Deferred,
        "spamreport" => Kind::Complaint,
        "unsubscribe" | "group_unsubscribe" => Kind::Leave,
        _ => Kind::Other,
    }
}

fn bounce(event: &Value) -> Kind {
    match (json::word(event, "/type").as_str(), json::word(event, "/bounce_classification").as_str()) {
        ("blocked", _) | (_, "content" | "reputation" | "frequency or volume too high" | "technical failure") => {
            Kind::Block
        }
        (_, "mailbox unavailable") => Kind::Soft,
        _ => Kind::Hard,
    }
}
