//! A provider of log-ins, asked: what it says of itself, its keys, and who somebody is whose code is redeemed.
//!
//! In: `[oidc]`. Out: the address to send a browser to ([`Provider::way`]), the provider's number for a person
//! ([`Provider::subject`]), or a [`Trouble`], which is logged here, once. Each request takes a few seconds at most, follows no redirect
//! and goes past the guard of `[feeds]`, which is lifted for the issuer's own host: the operator named it. What was read is kept for a
//! while; a provider that did not answer is left alone for a moment, so that strangers who knock cannot make us knock there.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::flow::Flow;
use super::id_token::{self, Expected, Untrusted};
use super::metadata::{self, Metadata, Proof};
use super::trouble::Trouble;
use crate::clock::{Clock, HOUR, MINUTE, Millis, SECOND};
use crate::config::oidc::Oidc;
use crate::config::secret::Secret;
use crate::config::{Config, Feeds};
use crate::net::fetch::{FetchError, Fetcher};

/// Where the provider sends browsers back to.
pub const RETURN: &str = "/console/oidc/return";

/// How long one request may take, seconds: four of them come before the page's own limit of 30.
const PATIENCE: u32 = 6;
/// Longest answer, bytes.
const LONGEST: usize = 512 * 1024;
/// How long what a provider said of itself, and its keys, are kept.
const KEPT: Millis = HOUR;
/// How long one that did not answer is left alone.
const LEFT_ALONE: Millis = 10 * SECOND;
/// For a key that is not among those that are kept, they are read again at most this often.
const KEYS_APART: Millis = MINUTE;

/// The provider of this instance.
#[derive(Debug)]
pub struct Provider {
    settings: Oidc,
    back: String,
    fetcher: Fetcher,
    known: Mutex<Known>,
}

/// What is remembered of it, with when that was, by [`Clock::steady`].
#[derive(Debug, Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Millis)>,
    keys: Option<(Arc<Vec<Jwk>>, Millis)>,
    trouble: Option<(Trouble, Millis)>,
}

/// What became of a code.
#[derive(Debug)]
pub enum Failed {
    /// The provider is at fault, or cannot be reached.
    Trouble(Trouble),
    /// Its word is not to be believed.
    Untrusted(Untrusted),
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// What came back with a browser.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// To be redeemed.
    pub code: &'a str,
    /// Who says so (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// What a code is redeemed for.
#[derive(Debug, Deserialize)]
struct Redeemed {
    id_token: Option<String>,
}

/// Why a code is not redeemed (RFC 6749 section 5.2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refused {
    error: String,
}

impl Provider {
    /// The one that is set; `None` when there is none.
    pub fn of(config: &Config) -> Option<Self> {
        let settings = config.oidc.clone();
        if !settings.is_on() {
            return None;
        }
        let back = format!("{}{RETURN}", config.base_url);
        let fetcher = Fetcher::new(&limits(&config.feeds, &settings), &config.base_url);
        Some(Self { settings, back, fetcher, known: Mutex::default() })
    }

    /// By which its accounts are told from another's.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// What people read.
    pub fn called(&self) -> String {
        self.settings.called()
    }

    /// Where it sends browsers back to: it must know this address.
    pub fn back(&self) -> &str {
        &self.back
    }

    /// Where to send a browser.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn way(&self, clock: &Clock, flow: &Flow, language: &str) -> Result<Url, Trouble> {
        let metadata = self.metadata(clock).await?;
        Ok(metadata.way(&self.settings, flow, &self.back, language))
    }

    /// What it says of itself, and whether it shows keys: for whoever sets it up.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn look(&self, clock: &Clock) -> Result<(Arc<Metadata>, usize), Trouble> {
        self.secret()?;
        let metadata = self.metadata(clock).await?;
        let keys = self.keys(clock, &metadata, false).await?;
        Ok((metadata, keys.len()))
    }

    /// Redeems a code, and gives the provider's number for whoever came back.
    ///
    /// # Errors
    /// [`Failed`], logged.
    pub async fn subject(&self, clock: &Clock, flow: &Flow, answer: Answer<'_>) -> Result<String, Failed> {
        let metadata = self.metadata(clock).await?;
        self.spoke(&metadata, answer.issuer)?;
        let token = self.redeem(&metadata, flow, answer.code).await.inspect_err(said)?;
        let expected =
            Expected { issuer: &self.settings.issuer, client_id: &self.settings.client_id, nonce: &flow.nonce };
        let keys = self.keys(clock, &metadata, false).await?;
        let mut judged = id_token::subject(&token, &keys, expected, clock.now());
        if judged == Err(Untrusted::UnknownKey) {
            let keys = self.keys(clock, &metadata, true).await?;
            judged = id_token::subject(&token, &keys, expected, clock.now());
        }
        judged.map_err(|why| {
            tracing::warn!(%why, "the word of the provider of log-ins ([oidc]) about somebody is not believed");
            Failed::Untrusted(why)
        })
    }

    /// Whether it was the provider that sent the browser back, as far as that is said (RFC 9207 section 2.4).
    fn spoke(&self, metadata: &Metadata, issuer: Option<&str>) -> Result<(), Failed> {
        let fits = issuer.map_or(!metadata.names_itself, |issuer| issuer == self.settings.issuer);
        if fits {
            return Ok(());
        }
        tracing::warn!("a browser came back from another provider of log-ins than [oidc] issuer (`iss`)");
        Err(Failed::Untrusted(Untrusted::Issuer))
    }

    async fn metadata(&self, clock: &Clock) -> Result<Arc<Metadata>, Trouble> {
        let mut known = self.known.lock().await;
        let now = clock.steady();
        if let Some((metadata, at)) = &known.metadata
            && now - at < KEPT
        {
            return Ok(metadata.clone());
        }
        left_alone(&known, now)?;
        match self.read_metadata(clock.now()).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                (known.metadata, known.trouble) = (Some((metadata.clone(), now)), None);
                Ok(metadata)
            }
            Err(trouble) => {
                said(&trouble);
                known.trouble = Some((trouble.clone(), clock.steady()));
                Err(trouble)
            }
        }
    }

    async fn read_metadata(&self, now: Millis) -> Result<Metadata, Trouble> {
        let address = metadata::address(&self.settings.issuer);
        let url = Url::parse(&address).map_err(|_| Trouble::NoEndpoint { name: address })?;
        Metadata::read(&self.read(&url, now).await?, &self.settings)
    }

    /// Its keys; `anew`: also when they are kept, but not too often.
    async fn keys(&self, clock: &Clock, metadata: &Metadata, anew: bool) -> Result<Arc<Vec<Jwk>>, Trouble> {
        let mut known = self.known.lock().await;
        let (now, kept) = (clock.steady(), if anew { KEYS_APART } else { KEPT });
        if let Some((keys, at)) = &known.keys
            && now - at < kept
        {
            return Ok(keys.clone());
        }
        left_alone(&known, now)?;
        let read = self.read(&metadata.keys, clock.now()).await;
        let read = read.and_then(|bytes| metadata::keys(&bytes).filter(|keys| !keys.is_empty()).ok_or(Trouble::NoKeys));
        match read {
            Ok(keys) => {
                let keys = Arc::new(keys);
                known.keys = Some((keys.clone(), now));
                Ok(keys)
            }
            Err(trouble) => {
                said(&trouble);
                known.trouble = Some((trouble.clone(), clock.steady()));
                Err(trouble)
            }
        }
    }

    async fn read(&self, url: &Url, now: Millis) -> Result<Vec<u8>, Trouble> {
        match self.fetcher.get_directly(url, now).await {
            Ok(body) => Ok(body.bytes),
            Err(error) => Err(of_fetching(url, &error)),
        }
    }

    /// The provider's word, for a code (OpenID Connect Core 1.0 section 3.1.3).
    async fn redeem(&self, metadata: &Metadata, flow: &Flow, code: &str) -> Result<String, Trouble> {
        let secret = self.secret()?;
        let form = self.form(metadata, flow, code, secret.as_ref());
        let shown = secret.filter(|_| metadata.proof == Proof::Basic);
        let authorization = shown.map(|secret| basic(&self.settings.client_id, &secret));
        let sent = self.fetcher.submit(&metadata.token, form, authorization.as_deref()).await;
        let (status, bytes) = sent.map_err(|error| of_fetching(&metadata.token, &error))?;
        if !status.is_success() {
            return Err(of_refusing(&metadata.token, status, &bytes));
        }
        let not_json = |_| Trouble::NotJson { url: metadata.token.to_string() };
        let redeemed: Redeemed = serde_json::from_slice(&bytes).map_err(not_json)?;
        redeemed.id_token.ok_or(Trouble::NoToken)
    }

    fn form(&self, metadata: &Metadata, flow: &Flow, code: &str, secret: Option<&Secret>) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.back)
            .append_pair("code_verifier", &flow.verifier);
        if metadata.proof != Proof::Basic {
            form.append_pair("client_id", &self.settings.client_id);
        }
        if let Some(secret) = secret.filter(|_| metadata.proof == Proof::Body) {
            form.append_pair("client_secret", secret.expose());
        }
        form.finish()
    }

    /// Our secret, read when it is used; `None` for a public client.
    fn secret(&self) -> Result<Option<Secret>, Trouble> {
        Secret::read(&self.settings.client_secret_file)
            .map_err(|unusable| Trouble::Secret { why: unusable.to_string() })
    }
}

/// The limits of a request to the provider.
fn limits(feeds: &Feeds, settings: &Oidc) -> Feeds {
    let host = Url::parse(&settings.issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
    let mut limits = feeds.clone();
    limits.allow_hosts.extend(host);
    limits.tls_ca_file.clone_from(&settings.tls_ca_file);
    (limits.timeout_s, limits.max_bytes, limits.max_redirects) = (PATIENCE, LONGEST, 0);
    limits
}

/// The trouble of a moment ago.
fn left_alone(known: &Known, now: Millis) -> Result<(), Trouble> {
    match &known.trouble {
        Some((trouble, at)) if now - at < LEFT_ALONE => Err(trouble.clone()),
        _ => Ok(()),
    }
}

fn said(trouble: &Trouble) {
    tracing::warn!(%trouble, "the provider of log-ins ([oidc]) cannot be used");
}

fn of_fetching(url: &Url, error: &FetchError) -> Trouble {
    let url = url.to_string();
    match error {
        FetchError::Gone => Trouble::Status { url, status: "410".to_owned() },
        FetchError::Status { status, .. } => Trouble::Status { url, status: status.as_u16().to_string() },
        FetchError::Timeout(seconds) => Trouble::Silent { url, why: format!("no complete answer within {seconds} s") },
        FetchError::TooLarge(bytes) => Trouble::Silent { url, why: format!("its answer is larger than {bytes} bytes") },
        other => Trouble::Silent { url, why: other.to_string() },
    }
}

/// What an answer means that is no success.
fn of_refusing(url: &Url, status: reqwest::StatusCode, bytes: &[u8]) -> Trouble {
    let Refused { error } = serde_json::from_slice(bytes).unwrap_or_default();
    let said: String = error.chars().filter(char::is_ascii_graphic).take(100).collect();
    match said.as_str() {
        "" => Trouble::Status { url: url.to_string(), status: status.as_u16().to_string() },
        "invalid_grant" => Trouble::Code,
        "invalid_client" | "unauthorized_client" => Trouble::NotKnown { said },
        "server_error" | "temporarily_unavailable" => Trouble::Status { url: url.to_string(), status: said },
        _ => Trouble::Refused { said },
    }
}

/// RFC 6749 section 2.3.1: both are encoded as in a form before they are joined.
fn basic(client_id: &str, secret: &Secret) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret.expose()))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coded::Coded as _;

    #[test]
    fn refusals_say_whose_turn_it_is() {
        let url = Url::parse("https://auth.example.org/token").unwrap();
        let of = |status, body: &str| of_refusing(&url, status, body.as_bytes()).code();
        let bad = reqwest::StatusCode::BAD_REQUEST;
        assert_eq!(of(bad, r#"{"error":"invalid_grant","error_description":"used"}"#), "code");
        assert_eq!(of(bad, r#"{"error":"invalid_client"}"#), "not-known");
        assert_eq!(of(bad, r#"{"error":"invalid_request"}"#), "refused");
        assert_eq!(of(bad, r#"{"error":7}"#), "status");
        assert_eq!(of(reqwest::StatusCode::BAD_GATEWAY, "<html>"), "status");
    }

    #[test]
    fn the_guard_is_lifted_for_the_issuer_alone() {
        let mut config = Config::default();
        assert!(Provider::of(&config).is_none());
        config.base_url = "https://lettres.example.org".into();
        config.oidc.issuer = "http://127.0.0.1:8080/realms/town".into();
        let provider = Provider::of(&config).unwrap();
        let judged = |url: &str| provider.fetcher.judge(&Url::parse(url).unwrap()).is_ok();
        assert!(judged("http://127.0.0.1:8080/x") && judged("https://login.example.org/token"));
        assert!(
            !judged("http://10.0.0.1/")
                && !judged("https://login.example.org:8443/")
                && !judged("http://169.254.169.254/")
        );
        assert_eq!(provider.back(), "https://lettres.example.org/console/oidc/return");
    }

    #[test]
    fn name_and_secret_are_encoded_before_they_are_joined() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "p:s +é%").unwrap();
        let secret = Secret::read(path.to_str().unwrap()).unwrap().unwrap();
        let said = STANDARD.decode(basic("a:b", &secret).strip_prefix("Basic ").unwrap()).unwrap();
        assert_eq!(String::from_utf8(said).unwrap(), "a%3Ab:p%3As+%2B%C3%A9%25");
    }
}
