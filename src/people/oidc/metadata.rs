//! What a provider of log-ins says of itself (OpenID Connect Discovery 1.0 section 3), and the address to send a browser to.
//!
//! In: the bytes of its document, and the issuer that the operator named. Out: [`Metadata`], or the [`Trouble`] with it; the provider's
//! keys ([`keys`]). Pure.

use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::flow::Flow;
use super::trouble::Trouble;
use crate::config::oidc::Oidc;

/// How we show the provider who we are when we redeem a code (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Name and secret in the head of the request.
    Basic,
    /// Name and secret in its body.
    Body,
    /// The name alone: we have no secret.
    Name,
}

/// What we need to know of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Where browsers are sent.
    pub authorization: Url,
    /// Where codes are redeemed.
    pub token: Url,
    /// Where its keys are.
    pub keys: Url,
    /// How we show it who we are.
    pub proof: Proof,
    /// Whether every way back names the provider (RFC 9207 section 3).
    pub names_itself: bool,
}

/// The document, as far as it is read.
#[derive(Debug, Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    jwks_uri: Option<String>,
    response_types_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Where the document of an issuer is: a / at its end counts as part of its name, and not twice (section 4.1).
pub fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

impl Metadata {
    /// Reads the document of the provider that is set.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn read(bytes: &[u8], settings: &Oidc) -> Result<Self, Trouble> {
        let url = address(&settings.issuer);
        let document: Document = serde_json::from_slice(bytes).map_err(|_| Trouble::NotJson { url })?;
        if document.issuer != settings.issuer {
            let said = document.issuer.chars().filter(|c| !c.is_control()).take(300).collect();
            return Err(Trouble::OtherIssuer { issuer: settings.issuer.clone(), said });
        }
        let gives_codes = |types: Vec<String>| types.iter().any(|kind| kind == "code");
        if !document.response_types_supported.is_none_or(gives_codes) {
            return Err(Trouble::NoCode);
        }
        let endpoint = |name: &str, given: Option<String>| endpoint(&settings.issuer, name, given.as_deref());
        Ok(Self {
            authorization: endpoint("authorization_endpoint", document.authorization_endpoint)?,
            token: endpoint("token_endpoint", document.token_endpoint)?,
            keys: endpoint("jwks_uri", document.jwks_uri)?,
            proof: proof(document.token_endpoint_auth_methods_supported.as_deref(), settings)?,
            names_itself: document.authorization_response_iss_parameter_supported,
        })
    }

    /// Where a browser is sent (OpenID Connect Core 1.0 section 3.1.2.1). `back`: where the provider sends it afterwards; `language`: of
    /// the person.
    pub fn way(&self, settings: &Oidc, flow: &Flow, back: &str, language: &str) -> Url {
        let mut url = self.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", back)
            .append_pair("scope", &settings.scope())
            .append_pair("state", &flow.state)
            .append_pair("nonce", &flow.nonce)
            .append_pair("code_challenge", &flow.challenge())
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", language);
        url
    }
}

/// An address that the document gives: https, or on the issuer's own host as the issuer itself.
fn endpoint(issuer: &str, name: &str, given: Option<&str>) -> Result<Url, Trouble> {
    let missing = || Trouble::NoEndpoint { name: name.to_owned() };
    let url = given.and_then(|given| Url::parse(given).ok()).filter(Url::has_host).ok_or_else(missing)?;
    let near = Url::parse(issuer).is_ok_and(|issuer| issuer.scheme() == url.scheme() && issuer.host() == url.host());
    if url.scheme() == "https" || (url.scheme() == "http" && near) {
        Ok(url)
    } else {
        Err(Trouble::InClear { url: url.to_string() })
    }
}

/// The best way that both know; a document that names none means the first (Discovery section 3).
fn proof(known: Option<&[String]>, settings: &Oidc) -> Result<Proof, Trouble> {
    if settings.client_secret_file.is_empty() {
        return Ok(Proof::Name);
    }
    let Some(known) = known else { return Ok(Proof::Basic) };
    let has = |name: &str| known.iter().any(|known| known == name);
    if has("client_secret_basic") {
        Ok(Proof::Basic)
    } else if has("client_secret_post") {
        Ok(Proof::Body)
    } else {
        Err(Trouble::NoWayToProve { known: known.join(", ").chars().filter(|c| !c.is_control()).take(300).collect() })
    }
}

/// The keys of a provider that can be read (RFC 7517 section 5); others are left aside, as there may be newer kinds. `None` for what is
/// no set of keys.
pub fn keys(bytes: &[u8]) -> Option<Vec<Jwk>> {
    let set: Value = serde_json::from_slice(bytes).ok()?;
    let keys = set.get("keys")?.as_array()?;
    Some(keys.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::people::oidc::flow::Wish;

    fn settings() -> Oidc {
        Oidc {
            issuer: "https://auth.example.org/town".into(),
            client_id: "lettres & cie".into(),
            client_secret_file: "secret".into(),
            name: String::new(),
            scopes: vec!["openid".into()],
            tls_ca_file: String::new(),
        }
    }

    fn document() -> Value {
        json!({
            "issuer": "https://auth.example.org/town",
            "authorization_endpoint": "https://login.example.org/go?tenant=town",
            "token_endpoint": "https://auth.example.org/token",
            "jwks_uri": "https://auth.example.org/keys",
            "response_types_supported": ["id_token", "code"],
        })
    }

    fn read(document: &Value, settings: &Oidc) -> Result<Metadata, Trouble> {
        Metadata::read(document.to_string().as_bytes(), settings)
    }

    fn with(name: &str, value: Value) -> Value {
        let mut document = document();
        document[name] = value;
        document
    }

    #[test]
    fn a_document_says_where_to_go_and_how() {
        let found = read(&document(), &settings()).unwrap();
        assert_eq!((found.proof, found.names_itself), (Proof::Basic, false));
        assert_eq!(address("https://a.example/x/"), "https://a.example/x/.well-known/openid-configuration");
        let post = with("token_endpoint_auth_methods_supported", json!(["client_secret_post", "private_key_jwt"]));
        assert_eq!(read(&post, &settings()).unwrap().proof, Proof::Body);
        let public = Oidc { client_secret_file: String::new(), ..settings() };
        assert_eq!(read(&post, &public).unwrap().proof, Proof::Name);
        assert!(
            read(&with("authorization_response_iss_parameter_supported", json!(true)), &settings())
                .unwrap()
                .names_itself
        );

        let flow = Flow::begin(Wish::LogIn { next: None }, 0);
        let way = found.way(&settings(), &flow, "https://lettres.example.org/console/oidc/return", "fr");
        let pairs: Vec<(String, String)> = way.query_pairs().into_owned().collect();
        let said = |name: &str| pairs.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value);
        assert_eq!((said("tenant"), said("client_id"), said("scope")), ("town", "lettres & cie", "openid"));
        assert_eq!((said("response_type"), said("code_challenge_method"), said("ui_locales")), ("code", "S256", "fr"));
        assert_eq!((said("state"), said("code_challenge")), (flow.state.as_str(), flow.challenge().as_str()));
        assert!(!way.as_str().contains(&flow.verifier));
    }

    #[test]
    fn a_document_that_does_not_fit_says_what_to_look_at() {
        let code = |document: &Value| crate::coded::Coded::code(&read(document, &settings()).unwrap_err());
        for (document, wanted) in [
            (with("issuer", json!("https://auth.example.org/town/")), "other-issuer"),
            (with("issuer", json!("https://evil.example")), "other-issuer"),
            (with("issuer", Value::Null), "not-json"),
            (with("token_endpoint", Value::Null), "no-endpoint"),
            (with("jwks_uri", json!("keys")), "no-endpoint"),
            (with("token_endpoint", json!("http://auth.example.org/token")), "in-clear"),
            (with("token_endpoint", json!("file:///etc/passwd")), "no-endpoint"),
            (with("token_endpoint", json!("ftp://auth.example.org/token")), "in-clear"),
            (with("response_types_supported", json!(["id_token"])), "no-code"),
            (with("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])), "no-way-to-prove"),
            (json!([]), "not-json"),
        ] {
            assert_eq!(code(&document), wanted, "{document}");
        }
        // On this machine all is in clear, there and nowhere else.
        let near = Oidc { issuer: "http://127.0.0.1:3000".into(), ..settings() };
        let mut local = document();
        for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            local[name] = json!("http://127.0.0.1:3000");
        }
        assert!(read(&local, &near).is_ok());
        local["token_endpoint"] = json!("http://192.0.2.1/token");
        assert_eq!(read(&local, &near).unwrap_err(), Trouble::InClear { url: "http://192.0.2.1/token".into() });
    }

    #[test]
    fn keys_of_later_kinds_are_left_aside() {
        let set = json!({ "keys": [
            { "kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB" },
            { "kty": "OKP", "crv": "X448", "kid": "b", "x": "AAAA" },
            { "kid": 7 },
            "nothing",
        ] });
        let found = keys(set.to_string().as_bytes()).unwrap();
        assert!(found.iter().any(|key| key.common.key_id.as_deref() == Some("a")), "{found:?}");
        assert_eq!(keys(b"{}"), None);
        assert_eq!(keys(b"[]"), None);
    }
}
