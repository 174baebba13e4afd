//! Amazon SES: whom the certificate is asked from, and what follows of it.

use std::sync::Mutex;

use futures_util::FutureExt as _;

use super::super::tests::{Post, posts};
use super::*;
use crate::bounces::event::Kind;
use crate::clock::MINUTE;

/// SNS, as far as it is asked: gives one file, or none, and remembers the addresses.
struct Sns {
    file: Option<Vec<u8>>,
    asked: Mutex<Vec<String>>,
}

impl Sns {
    fn with(file: Option<&str>) -> Self {
        Self { file: file.map(|file| file.as_bytes().to_vec()), asked: Mutex::default() }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Fetch for Sns {
    fn get<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        self.asked.lock().unwrap().push(url.as_str().to_owned());
        let file = self.file.clone().ok_or_else(|| "no answer".to_owned());
        Box::pin(async move { file })
    }
}

fn ses() -> Vec<Post> {
    posts().into_iter().filter(|post| post.provider == Provider::AmazonSes).collect()
}

fn certificate() -> String {
    ses()[0].all["certificate"].as_str().unwrap().to_owned()
}

/// What becomes of a body; nothing here waits.
fn judged(body: &str, topic: &str, kept: &Certificates, sns: &Sns, now: Millis) -> Result<Batch, Trouble> {
    of_ses(body.as_bytes(), topic, kept, sns, now).now_or_never().expect("nothing is waited for")
}

fn refused(judged: Result<Batch, Trouble>) -> Refused {
    match judged {
        Err(Trouble::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn both_versions_are_believed_with_a_certificate_that_is_fetched_once() {
    let (sns, kept) = (Sns::with(Some(&certificate())), Certificates::default());
    for post in &ses()[..2] {
        let batch = judged(&post.body, "", &kept, &sns, post.at).unwrap();
        assert_eq!(batch.events[0].kind, Kind::Hard);
        assert_eq!(batch.events.len(), 1);
    }
    assert_eq!(sns.asked(), ["https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"]);
    // After a day it is asked for again.
    judged(&ses()[0].body, "", &kept, &sns, ses()[0].at + DAY).unwrap();
    assert_eq!(sns.asked().len(), 1);
}

#[test]
fn a_subscription_is_confirmed_after_its_proof_and_for_the_named_topic_alone() {
    let (sns, post) = (Sns::with(Some(&certificate())), ses().remove(2));
    let batch =
        judged(&post.body, "arn:aws:sns:eu-west-3:123456789012:retours", &Certificates::default(), &sns, post.at);
    assert!(batch.unwrap().events.is_empty());
    assert_eq!(sns.asked()[1..], [post.all["confirms"].as_str().unwrap()]);
    let elsewhere =
        judged(&post.body, "arn:aws:sns:eu-west-3:123456789012:autre", &Certificates::default(), &sns, post.at);
    assert_eq!(refused(elsewhere), Refused::Origin);
    assert_eq!(sns.asked(), Vec::<String>::new());
    // Forged, it makes nobody ask anything but the certificate.
    let body = post.body.replace("2336412f37", "2336412f38");
    assert_eq!(refused(judged(&body, "", &Certificates::default(), &sns, post.at)), Refused::Forged);
    assert_eq!(sns.asked().len(), 1);
}

#[test]
fn nothing_is_asked_from_elsewhere() {
    let sns = Sns::with(Some(&certificate()));
    for host in ["http://127.0.0.1:9/", "https://sns.eu-west-3.amazonaws.com.example.net/", "https://example.net/?"] {
        for post in ses() {
            let body = post.body.replace("https://sns.eu-west-3.amazonaws.com/Simple", &format!("{host}Simple"));
            assert_ne!(body, post.body);
            assert_eq!(refused(judged(&body, "", &Certificates::default(), &sns, post.at)), Refused::Origin);
        }
    }
    assert_eq!(sns.asked(), Vec::<String>::new());
}

#[test]
fn what_is_forged_stale_or_unsigned_is_refused() {
    let (sns, kept) = (Sns::with(Some(&certificate())), Certificates::default());
    for post in &ses()[..2] {
        let why = |body: &str, now: Millis| refused(judged(body, "", &kept, &sns, now));
        assert_eq!(why(&post.body.replace("@example.org", "@example.com"), post.at), Refused::Forged);
        assert_eq!(why(&post.body, post.at + 3 * DAY + MINUTE), Refused::Stale);
        assert_eq!(why(&post.body.replace("\"SignatureVersion\"", "\"Other\""), post.at), Refused::Unsigned);
        assert_eq!(why(&post.body.replace("\"Signature\"", "\"Other\""), post.at), Refused::Unsigned);
        assert_eq!(why("{\"notificationType\": \"Bounce\"}", post.at), Refused::Unsigned);
        assert_eq!(why("no JSON", post.at), Refused::Unreadable);
    }
}

#[test]
fn a_certificate_that_cannot_be_had_makes_the_message_wait() {
    let post = ses().remove(0);
    for file in [None, Some("no certificate")] {
        let judged = judged(&post.body, "", &Certificates::default(), &Sns::with(file), post.at);
        assert!(matches!(judged, Err(Trouble::Later(_))), "{judged:?}");
    }
    let openssl = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(
        judged(&post.body, "", &Certificates::default(), &Sns::with(Some(openssl)), post.at),
        Err(Trouble::Later(_))
    ));
}
