//! Postmark. Pure.
//!
//! Source: postmarkapp.com/developer, "Webhooks" (Bounce, Spam complaint, Subscription change) and "Bounce API", types of bounces:
//! nothing is signed; a user and password may stand in the address. One record a request. A bounce has a number; a change of
//! subscription has no name of its own.

use serde_json::Value;

use super::json;
use super::request::Refused;
use crate::bounces::event::{Event, Kind, fingerprint};

/// The event of a body.
///
/// # Errors
/// When it is no JSON object.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    let value = json::object(body)?;
    let record = json::word(&value, "/RecordType");
    let recipient = json::first(&value, &["/Email", "/Recipient"]).unwrap_or_default();
    let mut times = ["/BouncedAt", "/ChangedAt", "/DeliveredAt", "/ReceivedAt"].into_iter();
    let at = times.find_map(|pointer| json::instant(&value, pointer));
    let message = json::text(&value, "/MessageID").unwrap_or_default();
    let id = match json::text(&value, "/ID") {
        Some(number) => format!("{record}:{number}"),
        None => fingerprint(&[&record, &recipient, &message, &at.unwrap_or_default().to_string()]),
    };
    let kind = match record.as_str() {
        "bounce" => bounce(&json::word(&value, "/Type")),
        "spamcomplaint" => Kind::Complaint,
        "subscriptionchange" => change(&value),
        _ => Kind::Other,
    };
    let event = Event::new(id, kind, recipient)
        .sent_by(json::text(&value, "/From").as_deref())
        .at(at)
        .said(None, json::first(&value, &["/Details", "/Description", "/SuppressionReason"]));
    Ok(vec![event])
}

fn bounce(kind: &str) -> Kind {
    match kind {
        "hardbounce" | "bademailaddress" => Kind::Hard,
        "softbounce" | "dnserror" | "undeliverable" => Kind::Soft,
        "blocked" | "spamnotification" | "dmarcpolicy" | "virusnotification" => Kind::Block,
        "transient" => Kind::Deferred,
        "manuallydeactivated" => Kind::Withheld,
        "spamcomplaint" => Kind::Complaint,
        "unsubscribe" => Kind::Leave,
        // An answering machine, a challenge, somebody's new address, a test, or Postmark does not know.
        _ => Kind::Other,
    }
}

fn change(value: &Value) -> Kind {
    let suppressed = value.pointer("/SuppressSending").and_then(Value::as_bool).unwrap_or_default();
    let by_recipient = json::word(value, "/Origin") == "recipient";
    match json::word(value, "/SuppressionReason").as_str() {
        _ if !suppressed => Kind::Other,
        "hardbounce" => Kind::Hard,
        "spamcomplaint" => Kind::Complaint,
        "manualsuppression" if by_recipient => Kind::Leave,
        _ => Kind::Withheld,
    }
}
