//! Mailjet. Pure.
//!
//! Source: dev.mailjet.com, "Webhooks (Event API)": nothing is signed; a user and password may stand in the address. One event a
//! request, or an array of them; none has a name of its own. `error_related_to` says whose fault a bounce is.

use serde_json::Value;

use super::json;
use super::request::Refused;
use crate::bounces::event::{Event, Kind, fingerprint};

/// The events of a body.
///
/// # Errors
/// When it is no JSON.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    Ok(json::values(body)?.iter().map(of).collect())
}

fn of(event: &Value) -> Event {
    let (word, recipient) = (json::word(event, "/event"), json::text(event, "/email").unwrap_or_default());
    let message = json::text(event, "/MessageID").unwrap_or_default();
    let at = json::seconds(event, "/time");
    let id = fingerprint(&[&word, &recipient, &message, &at.unwrap_or_default().to_string()]);
    let kind = match word.as_str() {
        "bounce" => bounce(event),
        "blocked" => Kind::Withheld,
        "spam" => Kind::Complaint,
        "unsub" => Kind::Leave,
        _ => Kind::Other,
    };
    let said = ["/comment", "/smtp_reply", "/error"].into_iter().filter_map(|pointer| json::text(event, pointer));
    let said = said.reduce(|all, more| format!("{all} ({more})"));
    Event::new(id, kind, recipient).at(at).said(None, said)
}

fn bounce(event: &Value) -> Kind {
    let hard = event.pointer("/hard_bounce").and_then(Value::as_bool).unwrap_or_default();
    match (json::word(event, "/error").as_str(), json::word(event, "/error_related_to").as_str()) {
        ("greylisted", _) => Kind::Deferred,
        ("quota exceeded", _) => Kind::Soft,
        (_, "content" | "spam" | "system" | "mailjet") => Kind::Block,
        _ if hard => Kind::Hard,
        _ => Kind::Soft,
    }
}
