//! MailerSend. Pure.
//!
//! Source: developers.mailersend.com, "Webhooks", "Security": the header `Signature` holds the HMAC-SHA-256 of the body in
//! hexadecimal digits; the key is the signing secret of the hook.

use aws_lc_rs::hmac::HMAC_SHA256;

use super::request::{Refused, Request};
use super::{json, proof};
use crate::bounces::event::{Event, Kind};

/// Whether MailerSend wrote it.
///
/// # Errors
/// When it is not known to have.
pub fn verify(request: &Request<'_>, key: &str) -> Result<(), Refused> {
    let signature = proof::hex(request.header("signature")?)?;
    proof::hmac(HMAC_SHA256, key.as_bytes(), &[request.body], &signature)
}

/// The event of a body.
///
/// # Errors
/// When it is no JSON object.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    let value = json::object(body)?;
    let data = value.get("data").unwrap_or(&value);
    let word = json::word(data, "/type");
    let word = if word.is_empty() { json::word(&value, "/type") } else { word };
    let recipient = json::text(data, "/email/recipient/email").unwrap_or_default();
    let event = Event::new(json::text(data, "/id").unwrap_or_default(), kind(&word), recipient)
        .at(json::instant(data, "/created_at"))
        .said(None, json::first(data, &["/morph/readable_reason", "/morph/reason"]));
    Ok(vec![event])
}

fn kind(word: &str) -> Kind {
    match word.rsplit('.').next().unwrap_or_default() {
        "hard_bounced" => Kind::Hard,
        "soft_bounced" => Kind::Soft,
        "deferred" => Kind::Deferred,
        "spam_complaint" => Kind::Complaint,
        "unsubscribed" => Kind::Leave,
        _ => Kind::Other,
    }
}
