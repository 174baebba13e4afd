//! Whether a provider's word about somebody is to be believed (OpenID Connect Core 1.0 section 3.1.3.7).
//!
//! In: an ID token, the provider's keys, what was asked for, the time. Out: the number by which the provider knows the person (`sub`),
//! or why it is not believed. Pure. Nothing else of the token is read: no name, no address, nor whether that was ever confirmed.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::clock::{MINUTE, Millis, SECOND};

/// Signatures that are believed: by a key pair of the provider's, never by a secret that both know, and never none.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// By how much two clocks may differ.
const SKEW: Millis = 2 * MINUTE;
/// A token that was made longer ago was not made for this log-in, which may take ten minutes.
const OLDEST: Millis = 15 * MINUTE;
/// Longest number of a person, characters (OpenID Connect Core 1.0 section 2).
const SUBJECT: usize = 255;

/// What a token must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who speaks.
    pub issuer: &'a str,
    /// To whom.
    pub client_id: &'a str,
    /// In answer to which question.
    pub nonce: &'a str,
}

/// Why a token is not believed. For the log: nothing of the token is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// It is no signed token.
    #[error("it is no signed token, or says less than it must")]
    Unreadable,
    /// Not signed by a key pair.
    #[error("it is signed in no way that is believed")]
    Algorithm,
    /// By a key that the provider does not show (any more, or yet).
    #[error("it is signed by a key that the provider does not show")]
    UnknownKey,
    /// By another key than it says.
    #[error("its signature does not fit")]
    Signature,
    /// Another provider's.
    #[error("it is another provider's (`iss`)")]
    Issuer,
    /// For somebody else.
    #[error("it was made for another program (`aud`, `azp`)")]
    Audience,
    /// Over.
    #[error("its time is over (`exp`)")]
    Expired,
    /// From the future, or from long ago.
    #[error("it was made at another time (`iat`, `nbf`): compare the clocks of both machines")]
    Time,
    /// In answer to another question.
    #[error("it answers another log-in (`nonce`)")]
    Nonce,
    /// About nobody.
    #[error("it names nobody (`sub`)")]
    Subject,
}

/// One audience or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether it is us; who is also meant for others must say that it was asked for by us (`azp`).
    fn is(&self, client_id: &str, azp: Option<&str>) -> bool {
        let named = match self {
            Self::One(one) => one == client_id,
            Self::Several(all) => all.iter().any(|one| one == client_id),
        };
        let alone = match self {
            Self::One(_) => true,
            Self::Several(all) => all.len() == 1,
        };
        named && azp.map_or(alone, |azp| azp == client_id)
    }
}

/// What is read of a token. Times are seconds, and may have fractions (RFC 7519 section 2).
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    azp: Option<String>,
}

/// The number by which the provider knows whom the token is about.
///
/// # Errors
/// [`Untrusted`]; after [`Untrusted::UnknownKey`] the provider's keys may be read again, for it may have new ones.
pub fn subject(token: &str, keys: &[Jwk], expected: Expected<'_>, now: Millis) -> Result<String, Untrusted> {
    let claims = signed(token, keys)?;
    if claims.iss != expected.issuer {
        return Err(Untrusted::Issuer);
    }
    if !claims.aud.is(expected.client_id, claims.azp.as_deref()) {
        return Err(Untrusted::Audience);
    }
    let (now, skew) = (seconds(now), seconds(SKEW));
    if claims.exp + skew <= now {
        return Err(Untrusted::Expired);
    }
    let early = claims.iat > now + skew || claims.nbf.is_some_and(|nbf| nbf > now + skew);
    if early || claims.iat < now - seconds(OLDEST) {
        return Err(Untrusted::Time);
    }
    // Not in constant time: whoever could measure it does not hold a token that the provider signed.
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(Untrusted::Nonce);
    }
    if claims.sub.is_empty() || claims.sub.chars().count() > SUBJECT {
        return Err(Untrusted::Subject);
    }
    Ok(claims.sub)
}

fn seconds(millis: Millis) -> f64 {
    millis as f64 / SECOND as f64
}

/// The claims of a token that one of these keys has signed.
fn signed(token: &str, keys: &[Jwk]) -> Result<Claims, Untrusted> {
    let header = decode_header(token).map_err(|error| match error.kind() {
        // An algorithm that has no name here, such as `none`.
        ErrorKind::Json(_) => Untrusted::Algorithm,
        _ => Untrusted::Unreadable,
    })?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Untrusted::Algorithm);
    }
    let mut validation = Validation::new(header.alg);
    // The library asks the machine's clock: times, and who it is for, are judged by the caller.
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_aud) = (false, false);
    let mut found = Err(Untrusted::UnknownKey);
    for key in keys.iter().filter(|key| may_have_signed(key, header.alg, header.kid.as_deref())) {
        let Ok(key) = DecodingKey::from_jwk(key) else { continue };
        if key.family() != header.alg.family() {
            continue;
        }
        match decode::<Claims>(token, &key, &validation) {
            Ok(token) => return Ok(token.claims),
            Err(error) => found = Err(of_decoding(&error)),
        }
    }
    found
}

fn of_decoding(error: &jsonwebtoken::errors::Error) -> Untrusted {
    match error.kind() {
        ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm | ErrorKind::InvalidKeyFormat => Untrusted::Signature,
        _ => Untrusted::Unreadable,
    }
}

/// Whether a key is the one that a token names, and made for such signatures (RFC 7517 section 4).
fn may_have_signed(key: &Jwk, algorithm: Algorithm, id: Option<&str>) -> bool {
    let common = &key.common;
    let named = id.is_none_or(|id| common.key_id.as_deref() == Some(id));
    let signs = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    named && signs && common.key_algorithm.is_none_or(|own| own == KeyAlgorithm::from(algorithm))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
        RsaPublicKeyComponents,
    };
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;

    const NOW: Millis = 1_780_293_600_000;
    const EXPECTED: Expected<'static> =
        Expected { issuer: "https://auth.example.org", client_id: "facteur", nonce: "n-1" };

    struct Keys {
        rsa: RsaKeyPair,
        elliptic: EcdsaKeyPair,
    }

    impl Keys {
        fn new() -> Self {
            let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
            Self { rsa, elliptic: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap() }
        }

        fn shown(&self) -> Vec<Jwk> {
            let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public_key());
            let point = self.elliptic.public_key().as_ref();
            let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
            let keys = [
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "r", "n": text(&n), "e": text(&e) }),
                json!({ "kty": "EC", "crv": "P-256", "kid": "e", "x": text(&point[1..33]), "y": text(&point[33..]) }),
                json!({ "kty": "AKP", "alg": "ML-DSA-44", "kid": "later", "pub": "AAAA" }),
            ];
            keys.into_iter().map(|key| serde_json::from_value(key).unwrap()).collect()
        }

        fn token(&self, header: &Value, claims: &Value) -> String {
            let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let said = format!("{}.{}", text(header), text(claims));
            let random = SystemRandom::new();
            let signature = if header["alg"] == "ES256" {
                self.elliptic.sign(&random, said.as_bytes()).unwrap().as_ref().to_vec()
            } else {
                let mut signature = vec![0; self.rsa.public_modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &random, said.as_bytes(), &mut signature).unwrap();
                signature
            };
            format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
        }
    }

    fn good() -> Value {
        json!({ "iss": "https://auth.example.org", "sub": "42", "aud": "facteur", "nonce": "n-1",
                "exp": NOW / SECOND + 300, "iat": NOW / SECOND - 1 })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = good();
        claims[name] = value;
        claims
    }

    #[test]
    fn what_the_provider_signed_for_this_log_in_is_believed() {
        let keys = Keys::new();
        let shown = keys.shown();
        for header in [
            json!({ "alg": "RS256", "kid": "r" }),
            json!({ "alg": "ES256", "kid": "e", "typ": "JWT" }),
            json!({ "alg": "RS256" }),
            json!({ "alg": "ES256" }),
        ] {
            let token = keys.token(&header, &good());
            assert_eq!(subject(&token, &shown, EXPECTED, NOW).as_deref(), Ok("42"), "{header}");
        }
        let header = json!({ "alg": "RS256", "kid": "r" });
        for claims in [
            with("aud", json!(["facteur"])),
            with("azp", json!("facteur")),
            with("exp", json!(NOW / SECOND - 60)),
            with("iat", json!((NOW / SECOND) as f64 + 0.5)),
            with("email_verified", json!(false)),
            with("email", json!("ana@example.org")),
        ] {
            let token = keys.token(&header, &claims);
            assert_eq!(subject(&token, &shown, EXPECTED, NOW).as_deref(), Ok("42"), "{claims}");
        }
        let mut several = with("aud", json!(["facteur", "other"]));
        several["azp"] = json!("facteur");
        assert_eq!(subject(&keys.token(&header, &several), &shown, EXPECTED, NOW).as_deref(), Ok("42"));
    }

    #[test]
    fn nothing_else_is() {
        let keys = Keys::new();
        let shown = keys.shown();
        let header = json!({ "alg": "RS256", "kid": "r" });
        let refused = |token: &str| subject(token, &shown, EXPECTED, NOW).unwrap_err();
        for (claims, why) in [
            (with("iss", json!("https://auth.example.org/")), Untrusted::Issuer),
            (with("aud", json!("other")), Untrusted::Audience),
            (with("aud", json!([])), Untrusted::Audience),
            (with("aud", json!(["facteur", "other"])), Untrusted::Audience),
            (with("azp", json!("other")), Untrusted::Audience),
            (with("exp", json!(NOW / SECOND - 121)), Untrusted::Expired),
            (with("iat", json!(NOW / SECOND + 121)), Untrusted::Time),
            (with("iat", json!(NOW / SECOND - 901)), Untrusted::Time),
            (with("nbf", json!(NOW / SECOND + 121)), Untrusted::Time),
            (with("nonce", json!("n-2")), Untrusted::Nonce),
            (with("nonce", Value::Null), Untrusted::Nonce),
            (with("sub", json!("")), Untrusted::Subject),
            (with("sub", json!("x".repeat(256))), Untrusted::Subject),
            (with("sub", json!(42)), Untrusted::Unreadable),
            (with("exp", Value::Null), Untrusted::Unreadable),
            (with("iat", json!("now")), Untrusted::Unreadable),
        ] {
            assert_eq!(refused(&keys.token(&header, &claims)), why, "{claims}");
        }
    }

    #[test]
    fn no_signature_and_no_other_key_is() {
        let keys = Keys::new();
        let shown = keys.shown();
        let refused = |token: &str| subject(token, &shown, EXPECTED, NOW).unwrap_err();
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let whole = keys.token(&json!({ "alg": "RS256", "kid": "r" }), &good());
        let (said, signature) = whole.rsplit_once('.').unwrap();
        let (_, claims) = said.split_once('.').unwrap();
        for (token, why) in [
            (format!("{}.{claims}.", text(&json!({ "alg": "none" }))), Untrusted::Algorithm),
            (format!("{}.{claims}.{signature}", text(&json!({ "alg": "none", "kid": "r" }))), Untrusted::Algorithm),
            (format!("{}.{claims}.{signature}", text(&json!({ "alg": "HS256", "kid": "r" }))), Untrusted::Algorithm),
            (format!("{said}."), Untrusted::Signature),
            (said.to_owned(), Untrusted::Unreadable),
            (String::new(), Untrusted::Unreadable),
            ("a.b.c".to_owned(), Untrusted::Unreadable),
            (keys.token(&json!({ "alg": "RS256", "kid": "gone" }), &good()), Untrusted::UnknownKey),
            (keys.token(&json!({ "alg": "RS256", "kid": "e" }), &good()), Untrusted::UnknownKey),
            (keys.token(&json!({ "alg": "RS256", "kid": "later" }), &good()), Untrusted::UnknownKey),
            (keys.token(&json!({ "alg": "RS512", "kid": "r" }), &good()), Untrusted::UnknownKey),
            (keys.token(&json!({ "alg": "PS256" }), &good()), Untrusted::UnknownKey),
            (Keys::new().token(&json!({ "alg": "RS256", "kid": "r" }), &good()), Untrusted::Signature),
            (Keys::new().token(&json!({ "alg": "ES256", "kid": "e" }), &good()), Untrusted::Signature),
            (Keys::new().token(&json!({ "alg": "ES256" }), &good()), Untrusted::Signature),
            (
                keys.token(&json!({ "alg": "RS256", "kid": "r", "crit": ["exp"], "exp": 1 }), &good()),
                Untrusted::Unreadable,
            ),
        ] {
            assert_eq!(refused(&token), why, "{token}");
        }
        for at in (0..signature.len()).step_by(37) {
            let mut altered = signature.as_bytes().to_vec();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(refused(&format!("{said}.{}", String::from_utf8(altered).unwrap())), Untrusted::Signature);
        }
        // A secret that both know is no signature of the provider's, also when its key is shown.
        let secret: Jwk =
            serde_json::from_value(json!({ "kty": "oct", "kid": "o", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0" }))
                .unwrap();
        let token = keys.token(&json!({ "alg": "HS256", "kid": "o" }), &good());
        assert_eq!(subject(&token, &[secret], EXPECTED, NOW), Err(Untrusted::Algorithm));
    }
}
