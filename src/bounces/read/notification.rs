//! Notices of a provider as JSON in a mail: Amazon SES over SNS with a mail address as its subscriber.
//!
//! In: a mail whose text is such JSON. Out: bounces, complaints, deliveries.

use serde_json::Value;

use super::judge::{Report, judge};
use super::mime::Mail;
use super::returned::{Action, Kind, Outcome, Recipient, Returned, Sign};
use crate::refusal::{Enhanced, Rules};

/// Recipients of one notice.
const MAX_RECIPIENTS: usize = 200;

/// Reads it.
pub(super) fn read(mail: &Mail<'_>, rules: &Rules) -> Option<Returned> {
    let text = mail.text().trim_start();
    if !text.starts_with('{') || !(text.contains("notificationType") || text.contains("eventType")) {
        return None;
    }
    // A mail server breaks lines of more than 998 octets, some with a `!`.
    let joined = || text.replace("\r\n", "\n").replace("!\n ", "").replace("\n ", "");
    let notice = value(text).or_else(|| value(&joined()))?;
    let kind = text_of(&notice, "notificationType").or_else(|| text_of(&notice, "eventType"))?;
    let returned = match kind.as_str() {
        "Bounce" => bounce(&notice["bounce"], rules),
        "Complaint" => {
            let people = addresses(&notice["complaint"]["complainedRecipients"]);
            of(Kind::Complaint, people.into_iter().map(|address| Recipient::of(address, Outcome::Leaves)).collect())
        }
        "Delivery" => {
            let people = addresses(&notice["delivery"]["recipients"]);
            of(Kind::Success, people.into_iter().map(|address| Recipient::of(address, Outcome::Delivered)).collect())
        }
        "DeliveryDelay" => {
            let people = addresses(&notice["deliveryDelay"]["delayedRecipients"]);
            of(Kind::Delay, people.into_iter().map(|address| Recipient::of(address, Outcome::Delayed)).collect())
        }
        _ => Returned::of(Kind::Unknown, Sign::Notice),
    };
    Some(returned)
}

fn of(kind: Kind, recipients: Vec<Recipient>) -> Returned {
    Returned { recipients, ..Returned::of(kind, Sign::Notice) }
}

fn bounce(bounce: &Value, rules: &Rules) -> Returned {
    let transient = text_of(bounce, "bounceType").as_deref() == Some("Transient");
    let judged = bounce["bouncedRecipients"].as_array().into_iter().flatten().take(MAX_RECIPIENTS).filter_map(|told| {
        let status = text_of(told, "status").as_deref().and_then(Enhanced::parse);
        let status = status.or_else(|| transient.then_some(Enhanced { class: 4, subject: 0, detail: 0 }));
        let diagnostic = text_of(told, "diagnosticCode").unwrap_or_default();
        let diagnostic = diagnostic.trim_start_matches("smtp;").trim().to_owned();
        let (address, action) = (text_of(told, "emailAddress")?, Some(Action::Failed));
        Some(judge(Report { address, action, status, diagnostic, ..Report::default() }, rules))
    });
    of(Kind::Bounce, judged.collect())
}

/// The first JSON value of a text; what follows it is the provider's footer.
fn value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

fn text_of(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

fn addresses(list: &Value) -> Vec<String> {
    let address = |told: &Value| told.as_str().map(str::to_owned).or_else(|| text_of(told, "emailAddress"));
    list.as_array().into_iter().flatten().take(MAX_RECIPIENTS).filter_map(address).collect()
}
