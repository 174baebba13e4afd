//! Amazon SES: what it tells of a mail, inside a message of SNS ([`super::sns`], which proves it). Pure.
//!
//! Source: docs.aws.amazon.com/ses, "Amazon SNS notification contents" (`notificationType`) and "Contents of event data that Amazon SES
//! publishes" (`eventType`), which are two shapes of the same. A passing bounce of which no server said anything is most often an
//! answering machine.

use serde_json::Value;

use super::json;
use super::request::Refused;
use super::sns::Message;
use crate::bounces::event::{Event, Kind, fingerprint};
use crate::clock::Millis;

/// The events of a body: a message of SNS, or what it would carry alone (raw delivery, which proves nothing).
///
/// # Errors
/// When it is no JSON object.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    match Message::read(body) {
        Ok(message) if message.is_notification() => Ok(events(&message)),
        // A word about the subscription itself.
        Ok(_) => Ok(Vec::new()),
        Err(_) => Ok(of(&json::object(body)?, None, None)),
    }
}

/// The events in a notification; text that is no JSON, such as SES's trial of a new topic, holds none.
pub fn events(message: &Message) -> Vec<Event> {
    match json::object(message.text().as_bytes()) {
        Ok(inner) => of(&inner, Some(message.id()), message.at()),
        Err(_) => Vec::new(),
    }
}

fn of(inner: &Value, id: Option<&str>, sent_at: Option<Millis>) -> Vec<Event> {
    let word = json::first(inner, &["/eventType", "/notificationType"]).unwrap_or_default().to_ascii_lowercase();
    let (kind, part, recipients) = match word.as_str() {
        "bounce" => (bounce(inner), "bounce", "bouncedRecipients"),
        "complaint" => (complaint(inner), "complaint", "complainedRecipients"),
        "deliverydelay" => (Kind::Deferred, "deliveryDelay", "delayedRecipients"),
        "reject" => (Kind::Withheld, "reject", ""),
        "subscription" => (subscription(inner), "subscription", ""),
        _ => (Kind::Other, "mail", ""),
    };
    let mut people: Vec<&Value> = json::list(inner, &format!("/{part}/{recipients}")).iter().collect();
    if people.is_empty() {
        people.extend(json::list(inner, "/mail/destination"));
    }
    let number = id.map(str::to_owned).or_else(|| json::text(inner, &format!("/{part}/feedbackId")));
    let number = number.or_else(|| json::text(inner, "/mail/messageId")).unwrap_or_default();
    let at = json::instant(inner, &format!("/{part}/timestamp")).or(sent_at);
    let said = json::first(inner, &[&format!("/{part}/reason"), &format!("/{part}/complaintFeedbackType")]);
    let event = |person: &Value| {
        let recipient = json::text(person, "/emailAddress").or_else(|| json::text(person, "")).unwrap_or_default();
        let (status, diagnostic) = (json::text(person, "/status"), json::text(person, "/diagnosticCode"));
        // Servers say something when they refuse; answering machines are only reported.
        let silent = word == "bounce" && kind == Kind::Soft && status.is_none() && diagnostic.is_none();
        Event::new(fingerprint(&[&number, &recipient]), if silent { Kind::Deferred } else { kind }, recipient)
            .about(message_id(inner))
            .sent_by(json::text(inner, "/mail/source").as_deref())
            .at(at)
            .said(status.as_deref(), diagnostic.or_else(|| said.clone()))
    };
    people.into_iter().map(event).collect()
}

/// The header of our mail, where the owner has SES repeat headers; SES's own number is another.
fn message_id(inner: &Value) -> Option<String> {
    let of_header = |header: &Value| {
        let is_it = json::word(header, "/name") == "message-id";
        is_it.then(|| json::text(header, "/value")).flatten()
    };
    let headers = json::list(inner, "/mail/headers").iter();
    headers.filter_map(of_header).next_back().or_else(|| json::text(inner, "/mail/commonHeaders/messageId"))
}

fn bounce(inner: &Value) -> Kind {
    match (json::word(inner, "/bounce/bounceType").as_str(), json::word(inner, "/bounce/bounceSubType").as_str()) {
        (_, "suppressed" | "onaccountsuppressionlist" | "unsubscribedrecipient") => Kind::Withheld,
        (_, "messagetoolarge" | "contentrejected" | "attachmentrejected") => Kind::Block,
        ("permanent", _) => Kind::Hard,
        _ => Kind::Soft,
    }
}

/// RFC 5965 section 7.3 and its registry: not every report is a complaint.
fn complaint(inner: &Value) -> Kind {
    let sub = json::word(inner, "/complaint/complaintSubType");
    match json::word(inner, "/complaint/complaintFeedbackType").as_str() {
        _ if sub == "onaccountsuppressionlist" => Kind::Withheld,
        "not-spam" | "auth-failure" => Kind::Other,
        _ => Kind::Complaint,
    }
}

/// Somebody used the unsubscribe page of SES's own lists.
fn subscription(inner: &Value) -> Kind {
    let all = inner.pointer("/subscription/newTopicPreferences/unsubscribeAll").and_then(Value::as_bool);
    if all == Some(true) { Kind::Leave } else { Kind::Other }
}
