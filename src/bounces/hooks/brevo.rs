//! Brevo. Pure.
//!
//! Source: developers.brevo.com, "Transactional webhooks", "Marketing webhooks", "Batched webhooks", "Secure webhook calls": nothing is
//! signed; a user and password may stand in the address. One event a request, or an array of them. No event has a name of its own:
//! `id` is the hook's.

use super::json;
use super::request::Refused;
use crate::bounces::event::{Event, Kind, fingerprint};

/// The events of a body.
///
/// # Errors
/// When it is no JSON.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    let events = json::values(body)?;
    let read = events.iter().map(|event| {
        let (word, recipient) = (json::word(event, "/event"), json::text(event, "/email").unwrap_or_default());
        let message = json::text(event, "/message-id");
        // Milliseconds and seconds; `date` has the zone of the account.
        let at = json::millis(event, "/ts_epoch").or_else(|| json::seconds(event, "/ts_event"));
        let told = at.unwrap_or_default().to_string();
        let id = fingerprint(&[&word, &recipient, message.as_deref().unwrap_or_default(), &told]);
        Event::new(id, kind(&word), recipient).about(message).at(at).said(None, json::text(event, "/reason"))
    });
    Ok(read.collect())
}

fn kind(word: &str) -> Kind {
    match word {
        "hard_bounce" | "hardbounce" | "invalid_email" | "invalid" => Kind::Hard,
        "soft_bounce" | "softbounce" => Kind::Soft,
        "blocked" | "error" => Kind::Withheld,
        "deferred" => Kind::Deferred,
        "spam" | "complaint" => Kind::Complaint,
        "unsubscribed" | "unsubscribe" => Kind::Leave,
        _ => Kind::Other,
    }
}
