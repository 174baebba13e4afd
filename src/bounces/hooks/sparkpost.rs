//! SparkPost (Bird). Pure.
//!
//! Source: developers.sparkpost.com, "Webhooks", "Event types", and support.sparkpost.com, "Bounce Classification Codes": nothing is
//! signed; a user and password may be given with the hook. An array of `{"msys": {GROUP: {"type": …}}}`; `{"msys": {}}` is the trial
//! of a new hook.

use serde_json::Value;

use super::json;
use super::request::Refused;
use crate::bounces::event::{Event, Kind, fingerprint};

/// The events of a body.
///
/// # Errors
/// When it is no JSON.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    let values = json::values(body)?;
    let groups = values.iter().filter_map(|value| value.get("msys")?.as_object());
    Ok(groups.flat_map(|groups| groups.values().map(of)).collect())
}

fn of(event: &Value) -> Event {
    let word = json::word(event, "/type");
    let recipient = json::first(event, &["/raw_rcpt_to", "/rcpt_to"]).unwrap_or_default();
    let at = json::seconds(event, "/timestamp").or_else(|| json::instant(event, "/timestamp"));
    let id = json::text(event, "/event_id").unwrap_or_else(|| {
        let message = json::text(event, "/message_id").unwrap_or_default();
        fingerprint(&[&word, &recipient, &message, &at.unwrap_or_default().to_string()])
    });
    let kind = match word.as_str() {
        "bounce" | "out_of_band" => bounce(&json::word(event, "/bounce_class")),
        "delay" => Kind::Deferred,
        "policy_rejection" | "generation_failure" | "generation_rejection" => Kind::Withheld,
        "spam_complaint" if json::word(event, "/fbtype") == "not-spam" => Kind::Other,
        "spam_complaint" => Kind::Complaint,
        "list_unsubscribe" | "link_unsubscribe" => Kind::Leave,
        _ => Kind::Other,
    };
    Event::new(id, kind, recipient)
        .sent_by(json::text(event, "/msg_from").as_deref())
        .at(at)
        .said(None, json::first(event, &["/raw_reason", "/reason"]))
}

/// What a class means; 60, 80, 90 and 100 are answers of machines and commands to lists.
fn bounce(class: &str) -> Kind {
    match class {
        "10" | "30" => Kind::Hard,
        "1" | "20" | "21" | "22" | "24" | "40" | "70" => Kind::Soft,
        "23" | "50" | "51" | "52" | "53" | "54" => Kind::Block,
        "25" => Kind::Withheld,
        _ => Kind::Other,
    }
}
