//! Amazon SNS: the envelope in which SES posts, and its proof. Pure: who asks hands in the certificate.
//!
//! Source: docs.aws.amazon.com/sns, "Verifying the signatures of Amazon SNS messages" and "Parsing Amazon SNS message formats": names and
//! values of certain fields, a line each, are signed with RSA (PKCS #1 v1.5), SHA-1 in version 1, SHA-256 in version 2, by a
//! certificate whose address stands in the message. So that address decides: it is asked for only over https at a host of SNS
//! ([`is_of_sns`]). The certificate file holds no chain; that it came over TLS from that host is its proof.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::ParsedCertificate;
use serde::Deserialize;
use url::{Host, Url};

use super::request::{Refused, is_recent};
use super::{json, proof};
use crate::clock::{DAY, Millis};

/// The default policy of SNS gives up within an hour; an owner's own may try for longer.
const WINDOW: Millis = 3 * DAY;

/// A message of SNS.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Message {
    r#type: String,
    #[serde(rename = "MessageId")]
    id: String,
    #[serde(rename = "Message")]
    content: String,
    timestamp: String,
    #[serde(default)]
    topic_arn: String,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    signature_version: String,
    #[serde(default)]
    signature: String,
    #[serde(default, rename = "SigningCertURL")]
    certificate: String,
    #[serde(default)]
    token: Option<String>,
    #[serde(default, rename = "SubscribeURL")]
    subscribe: Option<String>,
}

impl Message {
    /// Reads the body of a post.
    ///
    /// # Errors
    /// When it is no message of SNS.
    pub fn read(body: &[u8]) -> Result<Self, Refused> {
        serde_json::from_slice(body).map_err(|_| Refused::Unreadable)
    }

    /// Names it, also when SNS sends it again.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it was first sent.
    pub fn at(&self) -> Option<Millis> {
        json::instant_of(&self.timestamp)
    }

    /// What it carries.
    pub fn text(&self) -> &str {
        &self.content
    }

    /// The topic it comes from.
    pub fn topic(&self) -> &str {
        &self.topic_arn
    }

    /// Whether it carries an event, not a word about the subscription itself.
    pub fn is_notification(&self) -> bool {
        self.r#type == "Notification"
    }

    /// The address that confirms the subscription, of a message that asks for it.
    ///
    /// # Errors
    /// When that is elsewhere.
    pub fn confirmation(&self) -> Result<Option<Url>, Refused> {
        if self.r#type != "SubscriptionConfirmation" {
            return Ok(None);
        }
        of_sns(self.subscribe.as_deref().unwrap_or_default()).map(Some)
    }

    /// The address of the certificate that signed it.
    ///
    /// # Errors
    /// When that is elsewhere, or nothing was signed.
    pub fn certificate(&self) -> Result<Url, Refused> {
        if self.signature.is_empty() || self.certificate.is_empty() {
            return Err(Refused::Unsigned);
        }
        of_sns(&self.certificate).ok().filter(|url| url.path().rsplit('.').next() == Some("pem")).ok_or(Refused::Origin)
    }

    /// Whether the holder of this public key (DER, SubjectPublicKeyInfo) signed it, not long ago.
    ///
    /// # Errors
    /// When it is not known to have.
    pub fn verify(&self, key: &[u8], now: Millis) -> Result<(), Refused> {
        let signature = proof::base64(&self.signature)?;
        let said = self.signed();
        match self.signature_version.as_str() {
            "1" => proof::public(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, key, said.as_bytes(), &signature)?,
            "2" => proof::public(&RSA_PKCS1_2048_8192_SHA256, key, said.as_bytes(), &signature)?,
            _ => return Err(Refused::Unsigned),
        }
        is_recent(self.at().ok_or(Refused::Stale)?, now, WINDOW)
    }

    /// What is signed: names and values in the order of their names.
    fn signed(&self) -> String {
        let event = self.is_notification();
        let fields = [
            ("Message", Some(self.content.as_str())),
            ("MessageId", Some(self.id.as_str())),
            ("Subject", self.subject.as_deref().filter(|_| event)),
            ("SubscribeURL", self.subscribe.as_deref().filter(|_| !event)),
            ("Timestamp", Some(self.timestamp.as_str())),
            ("Token", self.token.as_deref().filter(|_| !event)),
            ("TopicArn", Some(self.topic_arn.as_str())),
            ("Type", Some(self.r#type.as_str())),
        ];
        let lines = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}\n{}\n", value?)));
        lines.collect()
    }
}

/// The public key (DER, SubjectPublicKeyInfo) in a certificate file.
pub fn key_of(pem: &[u8]) -> Option<Vec<u8>> {
    let certificate = CertificateDer::from_pem_slice(pem).ok()?;
    let parsed = ParsedCertificate::try_from(&certificate).ok()?;
    Some(parsed.subject_public_key_info().to_vec())
}

fn of_sns(text: &str) -> Result<Url, Refused> {
    Url::parse(text).ok().filter(is_of_sns).ok_or(Refused::Origin)
}

/// Whether an address is SNS's own: https at its usual port, the whole host `sns.REGION.amazonaws.com` (in China with `.cn`), nobody's
/// name or password in it.
pub fn is_of_sns(url: &Url) -> bool {
    let Some(Host::Domain(host)) = url.host() else { return false };
    let host = host.strip_suffix(".cn").unwrap_or(host);
    let region = host.strip_prefix("sns.").and_then(|rest| rest.strip_suffix(".amazonaws.com")).unwrap_or_default();
    let named = region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let bare = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    url.scheme() == "https" && bare && named && (3..=32).contains(&region.len())
}
