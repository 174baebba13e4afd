//! The mail lint: the rules for every mail that is sent (D1 to D33), checked on the bytes of one message.
//!
//! In: a message as it goes over the wire, with CRLF and without the final dot. Out: findings; our own mails must have none. Met by
//! `facteur mail lint`, by the preview, and by the test harness, which calls it on every mail that any test sends. Rules for bulk
//! mail apply to mails with `List-Id` or `List-Unsubscribe`; every other mail of ours is a letter that a program wrote
//! (`Auto-Submitted`).
//!
//! [`RULES`] names each rule.

pub mod broken;
mod bytes;
mod head;
mod links;
mod parts;
mod signature;

pub use links::is_shortener;

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, PartType};

use super::markup::{self, Piece};
use crate::coded::Told;
use crate::i18n::{Locale, Value};
use broken::Broken;

/// The rules, one a line, for people.
pub const RULES: &str = r#"The rules, by the ids in the findings:
  D1       each header exactly once, none that only others may write (RFC 5322 section 3.6)
  D2       `Date` with a numeric zone (section 3.3)
  D3       `Message-ID` opaque, under the domain of `From` (section 3.6.4)
  D4       one `From`; not a free mail provider's domain
  D5       envelope sender within RFC 5321 section 4.5.3.1 (--from)
  D6       one recipient, the same as in the envelope
  D7, D8   one-click unsubscribe (RFC 8058 section 3.1, RFC 2369 section 3.2)
  D9       one-click unsubscribing is covered by a DKIM signature of From's domain (RFC 8058 section 4; where a mail is signed, or
           with --signed)
  D10      a signature covers what readers see and act on, From against a second one; no l=, relaxed/relaxed, with t= (RFC 6376)
  D11      a signature by an RSA key of 2048 bits or more, with SHA-256 (RFC 8301); Ed25519 besides (RFC 8463)
  D13      `List-Id`, `List-Post: NO`, an address for questions (RFC 2919, RFC 2369)
  D14      letters have `Auto-Submitted: auto-generated` (RFC 3834 section 5)
  D15      `Feedback-ID` names the kind of mail and contains no personal data; `CFBL-Address` is signed for (RFC 9477)
  D16      a confirmation has "this was not me" and links nowhere else
  D17      text part first, HTML last, both UTF-8; the text has every link (RFC 2046 section 5.1.4)
  D18      CRLF, 7 bit, line lengths (RFC 5322 section 2.1.1, 2045 section 6.7, 2047 section 2)
  D19      no line starts with a dot, so that none needs stuffing
  D20      at most 300 KiB, no attachment; a letter may bring PNG pictures that its HTML shows
  D21      HTML part at most 90 KiB encoded: Gmail clips at about 102
  D22      an unsubscribe link at the top and one at the end
  D25      a preheader of 40 to 110 characters, hidden, first in the HTML part, and not the subject again
  D26      no script, form, frame, data: or style sheet from elsewhere
  D27      links are https, show their true target, and are not shortened
  D28      no picture that reports who opened the mail
  D29      the recipient's address appears in `To` only
  D30      the mail says who writes, whom to contact, and since when the reader is subscribed
  D32      domains as A-labels, headers ASCII (RFC 6532 is not needed)
  D33      no CR, LF or NUL smuggled into a header"#;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must not leave.
    Error,
    /// Worth a look; often the post's own doing.
    Warning,
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `D1` to `D33`.
    pub id: &'static str,
    /// What and where, without the recipient's address.
    pub broken: Broken,
    /// How bad.
    pub severity: Severity,
}

impl Finding {
    /// Whether the mail must not leave.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Told for Finding {
    fn words(&self, locale: &Locale) -> String {
        let key = if self.is_error() { "cli-mail-error" } else { "cli-mail-warning" };
        locale.format(key, &[("id", Value::Text(self.id)), ("what", Value::Text(&self.broken.words(locale)))])
    }
}

/// Checks one message. No finding of [`Severity::Error`] for any mail of ours.
pub fn check(message: &[u8]) -> Vec<Finding> {
    check_all(message, false)
}

/// The same of a message that must be signed (D9).
pub fn check_signed(message: &[u8]) -> Vec<Finding> {
    check_all(message, true)
}

fn check_all(message: &[u8], signed: bool) -> Vec<Finding> {
    let mut findings = Findings::default();
    bytes::check(message, &mut findings);
    match Mail::read(message) {
        Some(mail) => {
            head::check(&mail, &mut findings);
            parts::check(&mail, &mut findings);
            links::check(&mail, &mut findings);
            signature::check(&mail, signed, &mut findings);
        }
        None => findings.error("D1", Broken::NoMail),
    }
    findings.0
}

/// Checks one message with the envelope it travels in: D5 and D6 besides.
pub fn check_envelope(sender: &str, recipient: &str, message: &[u8]) -> Vec<Finding> {
    let mut found = check(message);
    found.extend(of_envelope(sender, recipient, message));
    found
}

/// D5 and D6 alone.
pub fn of_envelope(sender: &str, recipient: &str, message: &[u8]) -> Vec<Finding> {
    let mut findings = Findings::default();
    if let Some(mail) = Mail::read(message) {
        head::check_envelope(&mail, sender, recipient, &mut findings);
    }
    findings.0
}

/// What was found so far.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, id: &'static str, broken: Broken) {
        self.0.push(Finding { id, broken, severity: Severity::Error });
    }

    fn warn(&mut self, id: &'static str, broken: Broken) {
        self.0.push(Finding { id, broken, severity: Severity::Warning });
    }
}

/// A message taken apart for the rules.
struct Mail<'a> {
    /// Header fields in their order: name as written, value unfolded.
    fields: Vec<(String, String)>,
    parsed: Message<'a>,
    /// The decoded text part.
    text: Option<Cow<'a, str>>,
    /// The decoded HTML part, in pieces.
    html: Option<Vec<Piece>>,
    /// Links of the HTML part: address, shown text, place in the pieces.
    links: Vec<Link>,
}

struct Link {
    href: String,
    shown: String,
    at: usize,
}

impl<'a> Mail<'a> {
    fn read(message: &'a [u8]) -> Option<Self> {
        let parsed = MessageParser::default().parse(message)?;
        let body =
            |wanted: fn(&PartType<'a>) -> Option<Cow<'a, str>>| parsed.parts.iter().find_map(|part| wanted(&part.body));
        let text = body(|part| if let PartType::Text(text) = part { Some(text.clone()) } else { None });
        let html = body(|part| if let PartType::Html(html) = part { Some(html.clone()) } else { None });
        let html = html.map(|html| markup::pieces(&html));
        let links = html.as_deref().map(find_links).unwrap_or_default();
        Some(Self { fields: fields(message), parsed, text, html, links })
    }

    /// The values of a header.
    fn values(&self, name: &str) -> Vec<&str> {
        let same = |known: &&(String, String)| known.0.eq_ignore_ascii_case(name);
        self.fields.iter().filter(same).map(|(_, value)| value.trim()).collect()
    }

    /// The value of a header that appears once.
    fn value(&self, name: &str) -> Option<&str> {
        self.values(name).first().copied()
    }

    /// Sent to many, as opposed to a letter.
    fn is_bulk(&self) -> bool {
        self.value("List-Id").is_some() || self.value("List-Unsubscribe").is_some()
    }

    /// The one address of `To`.
    fn to(&self) -> Option<&str> {
        self.parsed.to()?.first()?.address()
    }

    /// The address of `From`.
    fn from(&self) -> Option<&str> {
        self.parsed.from()?.first()?.address()
    }

    /// The URLs of `List-Unsubscribe`.
    fn leave_urls(&self) -> Vec<&str> {
        let value = self.value("List-Unsubscribe").unwrap_or_default();
        value.split(',').map(|url| url.trim().trim_start_matches('<').trim_end_matches('>')).collect()
    }

    /// The web address of `List-Unsubscribe`.
    fn leave_link(&self) -> Option<&str> {
        self.leave_urls().into_iter().find(|url| url.starts_with("http"))
    }
}

/// Header fields: name as written, value unfolded (RFC 5322 section 2.2.3).
fn fields(message: &[u8]) -> Vec<(String, String)> {
    let end = memchr::memmem::find(message, b"\r\n\r\n").unwrap_or(message.len());
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in String::from_utf8_lossy(&message[..end]).split("\r\n") {
        match fields.last_mut() {
            Some((_, value)) if line.starts_with([' ', '\t']) => value.push_str(line),
            _ => {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                fields.push((name.trim_end().to_owned(), value.to_owned()));
            }
        }
    }
    fields
}

fn find_links(pieces: &[Piece]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut open = false;
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Open(element) if element.name == "a" => {
                open = element.get("href").is_some();
                if let Some(href) = element.get("href") {
                    links.push(Link { href: href.to_owned(), shown: String::new(), at });
                }
            }
            Piece::Close(name) if name == "a" => open = false,
            Piece::Text(text) if open => {
                if let Some(link) = links.last_mut() {
                    link.shown.push_str(text);
                }
            }
            _ => {}
        }
    }
    links
}

/// The part of an address after its last `@`.
fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Whether `http` is fine: tests and the demo run on this machine.
fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
