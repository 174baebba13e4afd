//! Mailgun. Pure.
//!
//! Source: documentation.mailgun.com, "Tracking Messages", "Securing Webhooks": `signature` is the HMAC-SHA-256 of timestamp and
//! token, in hexadecimal digits; the key is the HTTP webhook signing key. The body itself is not signed, so a token counts once
//! ([`verify`] gives it) and the secret in the address matters. Bodies are JSON; the older hooks post forms.

use aws_lc_rs::hmac::HMAC_SHA256;
use serde_json::Value;

use super::form::Fields;
use super::request::{Refused, Request, is_recent};
use super::{json, proof};
use crate::bounces::event::{Event, Kind, fingerprint};
use crate::clock::{DAY, Millis};

/// Mailgun tries for eight hours.
const WINDOW: Millis = DAY;

/// Whether Mailgun wrote it; gives the token, which no other request has.
///
/// # Errors
/// When it is not known to have.
pub fn verify(request: &Request<'_>, key: &str, now: Millis) -> Result<Option<String>, Refused> {
    let names = ["timestamp", "token", "signature"];
    let [timestamp, token, signature] = if let Ok(value) = json::object(request.body) {
        names.map(|name| json::text(&value, &format!("/signature/{name}")))
    } else {
        let fields = Fields::read(request.headers.content_type(), request.body)?;
        names.map(|name| fields.text(name))
    };
    let (Some(timestamp), Some(token), Some(signature)) = (timestamp, token, signature) else {
        return Err(Refused::Unsigned);
    };
    let signature = proof::hex(&signature)?;
    proof::hmac(HMAC_SHA256, key.as_bytes(), &[timestamp.as_bytes(), token.as_bytes()], &signature)?;
    is_recent(json::seconds_of(&timestamp).ok_or(Refused::Stale)?, now, WINDOW)?;
    Ok(Some(fingerprint(&["token", &token])))
}

/// The event of a body.
///
/// # Errors
/// When it is neither JSON nor a form.
pub fn read(content_type: &str, body: &[u8]) -> Result<Vec<Event>, Refused> {
    let event = match json::object(body) {
        Ok(value) => of_json(&value),
        Err(_) => of_form(&Fields::read(content_type, body)?)?,
    };
    Ok(vec![event])
}

fn of_json(value: &Value) -> Event {
    let data = value.get("event-data").unwrap_or(value);
    let id = json::text(data, "/id").or_else(|| json::text(value, "/signature/token")).unwrap_or_default();
    let recipient = json::text(data, "/recipient").unwrap_or_default();
    let status = json::first(data, &["/delivery-status/enhanced-code", "/delivery-status/message"]);
    let said =
        json::first(data, &["/delivery-status/message", "/delivery-status/description", "/reject/reason", "/reason"]);
    Event::new(id, kind(data), recipient)
        .about(json::text(data, "/message/headers/message-id"))
        .sent_by(json::text(data, "/envelope/sender").as_deref())
        .at(json::seconds(data, "/timestamp"))
        .said(status.as_deref(), said)
}

fn kind(data: &Value) -> Kind {
    let reason = json::word(data, "/reason");
    let permanent = json::word(data, "/severity") == "permanent";
    match json::word(data, "/event").as_str() {
        "failed" if reason.starts_with("suppress-") => Kind::Withheld,
        "failed" if !permanent => Kind::Deferred,
        "failed" if reason == "espblock" => Kind::Block,
        // Tried until it was given up.
        "failed" if matches!(reason.as_str(), "old" | "greylisted") => Kind::Soft,
        "failed" => Kind::Hard,
        "rejected" => Kind::Withheld,
        "complained" => Kind::Complaint,
        "unsubscribed" => Kind::Leave,
        _ => Kind::Other,
    }
}

/// The older hooks.
fn of_form(fields: &Fields) -> Result<Event, Refused> {
    let kind = match fields.get("event").ok_or(Refused::Unreadable)? {
        "bounced" => Kind::Hard,
        "dropped" => Kind::Withheld,
        "complained" => Kind::Complaint,
        "unsubscribed" => Kind::Leave,
        _ => Kind::Other,
    };
    let said = fields.get("error").or_else(|| fields.get("description")).or_else(|| fields.get("reason"));
    let event =
        Event::new(fields.text("token").unwrap_or_default(), kind, fields.text("recipient").unwrap_or_default())
            .about(fields.text("Message-Id"))
            .at(fields.get("timestamp").and_then(json::seconds_of))
            .said(fields.get("code"), said.map(str::to_owned));
    Ok(event)
}
