//! Resend. Pure.
//!
//! Source: resend.com/docs, "Webhooks", "Verify webhooks requests", which is Svix's scheme (docs.svix.com, "Verifying payloads
//! manually") and that of standardwebhooks.com: `svix-signature` holds `v1,` and in base64 the HMAC-SHA-256 of id, time and body
//! with dots between, several with blanks between while a key is changed; the key is the base64 behind `whsec_`. Each try is
//! signed anew.

use aws_lc_rs::hmac::HMAC_SHA256;
use serde_json::Value;

use super::request::{Refused, Request, is_recent};
use super::{json, proof};
use crate::bounces::event::{Event, Kind, fingerprint};
use crate::clock::{MINUTE, Millis};

/// As Svix's own libraries have it.
const WINDOW: Millis = 5 * MINUTE;

/// Whether Resend wrote it.
///
/// # Errors
/// When it is not known to have.
pub fn verify(request: &Request<'_>, key: &str, now: Millis) -> Result<(), Refused> {
    let header = |name: &str| {
        let standard = request.headers.get(&format!("webhook-{name}"));
        standard.map_or_else(|| request.header(&format!("svix-{name}")), Ok)
    };
    let (id, time, signatures) = (header("id")?, header("timestamp")?, header("signature")?);
    let key = key.strip_prefix("whsec_").unwrap_or(key);
    let key = proof::base64(key).map_err(|_| Refused::Key)?;
    let said: [&[u8]; 5] = [id.as_bytes(), b".", time.as_bytes(), b".", request.body];
    let fits = |signature: &str| {
        let signature = proof::base64(signature.strip_prefix("v1,").ok_or(Refused::Forged)?)?;
        proof::hmac(HMAC_SHA256, &key, &said, &signature)
    };
    // All are compared, so that the time does not tell which fits.
    if signatures.split_ascii_whitespace().filter(|signature| fits(signature).is_ok()).count() == 0 {
        return Err(Refused::Forged);
    }
    is_recent(json::seconds_of(time).ok_or(Refused::Stale)?, now, WINDOW)
}

/// The events of a body, one for each recipient; `id` is the value of `svix-id`, where there is one.
///
/// # Errors
/// When it is no JSON object.
pub fn read(id: Option<&str>, body: &[u8]) -> Result<Vec<Event>, Refused> {
    let value = json::object(body)?;
    let kind = match json::word(&value, "/type").as_str() {
        "email.bounced" => bounce(&value),
        "email.complained" => Kind::Complaint,
        "email.delivery_delayed" => Kind::Deferred,
        "email.suppressed" | "email.failed" => Kind::Withheld,
        _ => Kind::Other,
    };
    let number = id.map(str::to_owned).or_else(|| json::text(&value, "/data/email_id")).unwrap_or_default();
    let mut recipients: Vec<&str> = json::list(&value, "/data/to").iter().filter_map(Value::as_str).collect();
    if recipients.is_empty() {
        recipients.push("");
    }
    let event = |recipient: &str| {
        Event::new(fingerprint(&[&number, recipient]), kind, recipient)
            .about(json::text(&value, "/data/message_id"))
            .at(json::instant(&value, "/created_at"))
            .said(None, json::first(&value, &["/data/bounce/message", "/data/failed/reason"]))
    };
    Ok(recipients.into_iter().map(event).collect())
}

fn bounce(value: &Value) -> Kind {
    match (json::word(value, "/data/bounce/type").as_str(), json::word(value, "/data/bounce/subType").as_str()) {
        (_, "suppressed" | "onaccountsuppressionlist") => Kind::Withheld,
        (_, "contentrejected" | "attachmentrejected" | "messagetoolarge") => Kind::Block,
        // Older events name no type: the permanent ones alone were sent.
        ("permanent" | "", _) => Kind::Hard,
        _ => Kind::Soft,
    }
}
