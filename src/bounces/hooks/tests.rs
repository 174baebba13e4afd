//! Each provider's invented posts (`tests/data/hooks`): believed and understood; forged, stale or mangled they are not.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::request::{Headers, Refused, Request};
use super::{Provider, sns};
use crate::bounces::event::{Event, Kind};
use crate::clock::{DAY, MINUTE, Millis};
use crate::config::hooks::{PROVIDERS, Proof};

const SIGNED: &str = include_str!("../../../tests/data/hooks/signed.json");

/// One post of the file.
pub(super) struct Post {
    pub(super) provider: Provider,
    pub(super) headers: Headers,
    pub(super) body: String,
    pub(super) key: String,
    pub(super) url: String,
    pub(super) at: Millis,
    pub(super) all: Value,
}

impl Post {
    fn verify(&self) -> Result<Option<String>, Refused> {
        let request = Request { headers: &self.headers, body: self.body.as_bytes(), url: &self.url };
        self.provider.verify(&request, &self.key, self.at)
    }

    fn read(&self) -> Vec<Event> {
        self.provider.read(&self.headers, self.body.as_bytes()).unwrap()
    }

    /// The same with other headers: each is handed to `change`, which gives its value, or takes it away.
    fn with_headers(mut self, change: impl Fn(&str, &str) -> Option<String>) -> Self {
        let headers = self.all["headers"].as_object().unwrap();
        let changed = headers.iter().filter_map(|(name, value)| Some((name.clone(), change(name, value.as_str()?)?)));
        self.headers = changed.collect();
        self
    }
}

pub(super) fn posts() -> Vec<Post> {
    let entries: Vec<Value> = serde_json::from_str(SIGNED).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let post = |all: Value| Post {
        provider: text(&all["provider"]).parse().unwrap(),
        headers: all["headers"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        body: text(&all["body"]),
        key: text(&all["key"]),
        url: text(&all["url"]),
        at: all["at"].as_i64().unwrap(),
        all,
    };
    entries.into_iter().map(post).collect()
}

fn signs(provider: Provider) -> bool {
    PROVIDERS.iter().any(|(name, proof)| *name == provider.as_str() && *proof == Proof::Key)
}

fn signed() -> impl Iterator<Item = Post> {
    posts().into_iter().filter(|post| signs(post.provider))
}

#[test]
fn the_configuration_knows_the_same_providers() {
    let names: Vec<&str> = Provider::ALL.iter().map(|provider| provider.as_str()).collect();
    assert_eq!(names, PROVIDERS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert!(
        Provider::ALL.iter().all(|provider| posts().iter().any(|post| post.provider == *provider)),
        "a post of each"
    );
}

#[test]
fn what_a_provider_signed_is_believed_and_understood() {
    for post in posts() {
        assert!(post.verify().is_ok(), "{}: {:?}", post.provider, post.verify());
        let read = post.read();
        let shown = read.iter().map(|event| {
            json!({
                "kind": event.kind.as_str(), "class": event.kind.class(), "recipient": event.recipient,
                "status": event.status, "message_id": event.message_id,
            })
        });
        assert_eq!(Value::Array(shown.collect()), post.all["events"], "{}", post.provider);
        for event in &read {
            assert!(!event.id.is_empty() && !event.id.contains('@'), "{}: {}", post.provider, event.id);
            assert!(
                event.at.is_some_and(|at| (post.at - MINUTE..=post.at).contains(&at)),
                "{}: {event:?}",
                post.provider
            );
        }
        // Told again, it has the same names.
        assert_eq!(read, post.read());
    }
}

#[test]
fn what_somebody_else_wrote_is_not_believed() {
    for mut post in signed() {
        let body = match post.provider {
            // It signs a time and a token only.
            Provider::Mailgun => post.body.replace("0f0f", "0f0e"),
            _ => post.body.replace("luc@", "lux@").replace("luc%40", "lux%40"),
        };
        assert_ne!(body, post.body);
        post.body = body;
        assert_eq!(post.verify(), Err(Refused::Forged), "{}: another body", post.provider);
    }
    for mut post in signed() {
        post.key = match post.provider {
            // A key of somebody else, in the form of this provider.
            Provider::Postal => posts().into_iter().find(|post| post.provider == Provider::Sendgrid).unwrap().key,
            Provider::Sendgrid => posts().into_iter().find(|post| post.provider == Provider::Postal).unwrap().key,
            Provider::Resend => "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            _ => "another".to_owned(),
        };
        assert_eq!(post.verify(), Err(Refused::Forged), "{}: another key", post.provider);
    }
    for post in signed().filter(|post| !matches!(post.provider, Provider::Mailgun | Provider::UnisenderGo)) {
        let provider = post.provider;
        let bare = post.with_headers(|name, value| (name == "content-type").then(|| value.to_owned()));
        assert_eq!(bare.verify(), Err(Refused::Unsigned), "{provider}: no signature");
    }
    for post in signed().filter(|post| !matches!(post.provider, Provider::Mailgun | Provider::UnisenderGo)) {
        let provider = post.provider;
        let odd = post.with_headers(|name, value| {
            Some(if name.contains("signature") { format!("{value}AA==") } else { value.to_owned() })
        });
        assert_eq!(odd.verify(), Err(Refused::Forged), "{provider}: no base64, no hexadecimal digits");
    }
}

#[test]
fn signatures_in_the_body_must_be_there_once() {
    for mut post in signed().filter(|post| matches!(post.provider, Provider::Mailgun | Provider::UnisenderGo)) {
        let mut value: Value = serde_json::from_str(&post.body).unwrap();
        value.as_object_mut().unwrap().retain(|name, _| name != "auth" && name != "signature");
        post.body = value.to_string();
        assert_eq!(post.verify(), Err(Refused::Unsigned), "{}", post.provider);
    }
    let mut post = posts().into_iter().find(|post| post.provider == Provider::UnisenderGo).unwrap();
    let auth = serde_json::from_str::<Value>(&post.body).unwrap()["auth"].as_str().unwrap().to_owned();
    post.body = post.body.replacen('{', &format!("{{\"again\": \"{auth}\", "), 1);
    assert_eq!(post.verify(), Err(Refused::Forged));
}

#[test]
fn a_signed_time_that_is_long_past_or_to_come_is_stale() {
    for (provider, window) in [(Provider::Resend, 5 * MINUTE), (Provider::Sendgrid, 3 * DAY), (Provider::Mailgun, DAY)]
    {
        let mut post = posts().into_iter().find(|post| post.provider == provider).unwrap();
        let at = post.at;
        for (now, stale) in [
            (at + window - 6_000, false),
            (at + window + 6_000, true),
            (at - 4 * MINUTE, false),
            (at - 20 * MINUTE, true),
        ] {
            post.at = now;
            let found = post.verify();
            assert_eq!(found == Err(Refused::Stale), stale, "{provider} {}: {found:?}", now - at);
        }
    }
}

#[test]
fn a_key_in_another_form_is_told_apart_from_a_forgery() {
    for mut post in
        signed().filter(|post| matches!(post.provider, Provider::Postal | Provider::Sendgrid | Provider::Resend))
    {
        post.key = "?".to_owned();
        assert_eq!(post.verify(), Err(Refused::Key), "{}", post.provider);
    }
}

#[test]
fn mailgun_names_each_request_by_its_token() {
    let names: Vec<_> = posts().iter().filter_map(|post| post.verify().unwrap()).collect();
    assert_eq!(names.len(), 1, "Mailgun alone signs less than the body");
}

#[test]
fn mandrills_trial_of_a_hook_needs_no_signature_for_it_says_nothing() {
    let headers = Headers::default();
    let request = |body: &'static [u8]| Request { headers: &headers, body, url: "https://x.example/" };
    assert_eq!(Provider::Mandrill.verify(&request(b"mandrill_events=%5B%5D"), "key", 0), Ok(None));
    let said = request(b"mandrill_events=%5B%7B%7D%5D");
    assert_eq!(Provider::Mandrill.verify(&said, "key", 0), Err(Refused::Unsigned));
}

/// What a provider says, and what it means.
const WORDS: &[(Provider, &str, Kind)] = &[
    (Provider::Brevo, r#"{"event": "hard_bounce", "reason": "552 5.2.2 full"}"#, Kind::Soft),
    (Provider::Brevo, r#"{"event": "hard_bounce", "reason": "554 5.7.1 spam"}"#, Kind::Block),
    (Provider::Brevo, r#"{"event": "blocked"}"#, Kind::Withheld),
    (Provider::Brevo, r#"{"event": "unsubscribed"}"#, Kind::Leave),
    (Provider::Mailersend, r#"{"type": "activity.soft_bounced", "data": {}}"#, Kind::Soft),
    (Provider::Mailjet, r#"{"event": "bounce", "hard_bounce": true, "error_related_to": "spam"}"#, Kind::Block),
    (Provider::Mailjet, r#"{"event": "bounce", "hard_bounce": false, "error": "quota exceeded"}"#, Kind::Soft),
    (Provider::Mailjet, r#"{"event": "bounce", "hard_bounce": false, "error": "greylisted"}"#, Kind::Deferred),
    (Provider::Mailgun, r#"{"event": "failed", "severity": "permanent", "reason": "suppress-bounce"}"#, Kind::Withheld),
    (Provider::Mailgun, r#"{"event": "failed", "severity": "permanent", "reason": "espblock"}"#, Kind::Block),
    (Provider::Mailgun, r#"{"event": "failed", "severity": "permanent", "reason": "old"}"#, Kind::Soft),
    (Provider::Mailgun, r#"{"event": "failed", "severity": "temporary"}"#, Kind::Deferred),
    (Provider::Mailgun, "event=bounced&code=550&error=5.1.1+unknown", Kind::Hard),
    (Provider::Mailgun, "event=complained&recipient=a%40b.example", Kind::Complaint),
    (Provider::Mailtrap, r#"{"events": [{"event": "soft bounce"}]}"#, Kind::Deferred),
    (Provider::Mandrill, "mandrill_events=[{\"event\":\"soft_bounce\"}]", Kind::Soft),
    (Provider::Postal, r#"{"event": "MessageHeld", "payload": {}}"#, Kind::Withheld),
    (
        Provider::Postal,
        r#"{"event": "MessageBounced", "payload": {"original_message": {"to": "a@b.example"}}}"#,
        Kind::Soft,
    ),
    (Provider::Postmark, r#"{"RecordType": "Bounce", "Type": "AutoResponder"}"#, Kind::Other),
    (Provider::Postmark, r#"{"RecordType": "Bounce", "Type": "SpamNotification"}"#, Kind::Block),
    (Provider::Postmark, r#"{"RecordType": "SpamComplaint"}"#, Kind::Complaint),
    (Provider::Postmark, POSTMARK_CUSTOMER, Kind::Withheld),
    (Provider::Resend, r#"{"type": "email.bounced", "data": {"bounce": {"subType": "Suppressed"}}}"#, Kind::Withheld),
    (Provider::Sendgrid, r#"{"event": "bounce", "bounce_classification": "Reputation"}"#, Kind::Block),
    (Provider::Sendgrid, r#"{"event": "bounce", "status": "4.2.2"}"#, Kind::Soft),
    (Provider::Sparkpost, r#"[{"msys": {"m": {"type": "bounce", "bounce_class": "60"}}}]"#, Kind::Other),
    (Provider::Sparkpost, r#"[{"msys": {"m": {"type": "bounce", "bounce_class": "22"}}}]"#, Kind::Soft),
    (Provider::Sparkpost, r#"[{"msys": {"m": {"type": "spam_complaint", "fbtype": "not-spam"}}}]"#, Kind::Other),
    (Provider::UnisenderGo, UNISENDER_SPAM, Kind::Block),
    (Provider::UnisenderGo, r#"{"status": "soft_bounced"}"#, Kind::Deferred),
    (Provider::AmazonSes, SES_FULL, Kind::Soft),
    (Provider::AmazonSes, SES_ANSWERING_MACHINE, Kind::Deferred),
    (Provider::AmazonSes, SES_SUPPRESSED, Kind::Withheld),
    (Provider::AmazonSes, SES_NOT_SPAM, Kind::Other),
];

const POSTMARK_CUSTOMER: &str = r#"{"RecordType": "SubscriptionChange", "SuppressSending": true,
    "SuppressionReason": "ManualSuppression", "Origin": "Customer"}"#;
const UNISENDER_SPAM: &str = r#"{"status": "hard_bounced", "delivery_info": {"delivery_status": "err_spam_rejected"}}"#;
const SES_FULL: &str = r#"{"eventType": "Bounce", "bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull",
    "bouncedRecipients": [{"emailAddress": "a@b.example", "status": "5.2.2"}]}}"#;
const SES_ANSWERING_MACHINE: &str = r#"{"eventType": "Bounce", "bounce": {"bounceType": "Transient",
    "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": "a@b.example"}]}}"#;
const SES_SUPPRESSED: &str = r#"{"eventType": "Bounce", "bounce": {"bounceType": "Permanent",
    "bounceSubType": "OnAccountSuppressionList"}, "mail": {"destination": ["a@b.example"]}}"#;
const SES_NOT_SPAM: &str = r#"{"notificationType": "Complaint", "complaint": {"complaintFeedbackType": "not-spam"},
    "mail": {"destination": ["a@b.example"]}}"#;

#[test]
fn each_word_of_a_provider_means_one_kind() {
    let kinds = |provider: Provider, body: &str| -> Vec<Kind> {
        let read = provider.read(&Headers::default(), body.as_bytes()).unwrap();
        read.iter().map(|event| event.kind).collect()
    };
    for (provider, body, kind) in WORDS {
        assert_eq!(kinds(*provider, body), [*kind], "{provider} {body}");
    }
    for provider in Provider::ALL {
        let new = match provider {
            Provider::Mandrill => "mandrill_events=[{\"event\":\"a-new-word\"}]",
            _ => r#"{"event": "a-new-word", "type": "a-new-word"}"#,
        };
        let found = kinds(*provider, new);
        assert!(found.iter().all(|kind| *kind == Kind::Other), "{provider}: {found:?}");
    }
}

#[test]
fn only_sns_itself_is_asked_for_certificates() {
    let is = |text: &str| url::Url::parse(text).is_ok_and(|url| sns::is_of_sns(&url));
    for good in [
        "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-01.pem",
        "https://SNS.us-gov-west-1.amazonaws.com:443/x.pem",
        "https://sns.cn-north-1.amazonaws.com.cn/x.pem",
    ] {
        assert!(is(good), "{good}");
    }
    for bad in [
        "http://sns.eu-west-3.amazonaws.com/x.pem",
        "https://sns.eu-west-3.amazonaws.com.example.net/x.pem",
        "https://sns.eu-west-3.amazonaws.com.cn.example.net/x.pem",
        "https://sns.eu-west-3.amazonaws.com:8443/x.pem",
        "https://user@sns.eu-west-3.amazonaws.com/x.pem",
        "https://sns.eu-west-3.amazonaws.com@example.net/x.pem",
        "https://example.net/sns.eu-west-3.amazonaws.com/x.pem",
        "https://example.net/?https://sns.eu-west-3.amazonaws.com/x.pem",
        "https://s3.sns.eu-west-3.amazonaws.com/x.pem",
        "https://sns.a.b.amazonaws.com/x.pem",
        "https://sns..amazonaws.com/x.pem",
        "https://sns.amazonaws.com/x.pem",
        "https://xsns.eu-west-3.amazonaws.com/x.pem",
        "https://sns.eu-west-3.amazonaws.cn/x.pem",
        "https://127.0.0.1/x.pem",
        "ftp://sns.eu-west-3.amazonaws.com/x.pem",
    ] {
        assert!(!is(bad), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing that can be posted makes a reader fail.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in "[ -~]{0,60}") {
        let svix = [("svix-id", "1"), ("svix-timestamp", "1"), ("svix-signature", "v1,AA==")];
        let headers: Headers = svix.into_iter().chain([("content-type", kind.as_str())]).collect();
        let request = Request { headers: &headers, body: &bytes, url: "https://x.example/" };
        for provider in Provider::ALL {
            let _ = provider.read(&headers, &bytes);
            prop_assert!(!signs(*provider) || provider.verify(&request, "whsec_AAAA", 0).is_err());
        }
        let _ = sns::key_of(&bytes);
    }

    /// Nor what is nearly right: a true post with some bytes changed, or cut off.
    #[test]
    fn mangled_posts_are_read_or_refused(
        which in 0_usize..16,
        places in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..6),
        end in any::<u16>(),
    ) {
        let posts = posts();
        let post = &posts[which % posts.len()];
        let mut body = post.body.clone().into_bytes();
        for (place, byte) in places {
            let length = body.len();
            body[usize::from(place) % length] = byte;
        }
        body.truncate(usize::from(end) % (2 * body.len()));
        for provider in Provider::ALL {
            if let Ok(events) = provider.read(&post.headers, &body) {
                prop_assert!(events.len() <= body.len());
            }
            let request = Request { headers: &post.headers, body: &body, url: &post.url };
            let _ = provider.verify(&request, &post.key, post.at);
        }
    }
}
