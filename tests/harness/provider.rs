//! A provider of log-ins (OpenID Connect) on loopback, which lets everybody in at once as whoever the test says, and lies as told.
//!
//! In: `Provider::start(&clock)`; `provider.settings(builder)` names it to the app. Out: what a browser would be sent back with
//! ([`Provider::visit`]). It keeps to the protocol on its side: codes are good once, and only with the verifier of their challenge, the
//! redirect address and the secret. It signs by `aws-lc-rs` itself, so that nothing here judges with what judges there.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use facteur::clock::{Clock, SECOND};
use serde_json::{Value, json};

use super::Builder;

/// What the provider calls the app, and the secret it gave.
pub const CLIENT: &str = "facteur & cie";
pub const SECRET: &str = "s3cret: à l'aube+%";

/// RSA keys take a while to make: one for all.
static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// A key pair, under a name.
pub enum Key {
    Rsa(&'static str),
    Elliptic(&'static str, Box<EcdsaKeyPair>),
}

impl Key {
    pub fn rsa(name: &'static str) -> Self {
        Self::Rsa(name)
    }

    pub fn elliptic(name: &'static str) -> Self {
        Self::Elliptic(name, Box::new(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()))
    }

    fn header(&self) -> Value {
        match self {
            Self::Rsa(name) => json!({ "alg": "RS256", "typ": "JWT", "kid": name }),
            Self::Elliptic(name, _) => json!({ "alg": "ES256", "kid": name }),
        }
    }

    fn shown(&self) -> Value {
        match self {
            Self::Rsa(name) => {
                let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(RSA.public_key());
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": name, "n": text(&n), "e": text(&e) })
            }
            Self::Elliptic(name, key) => {
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "kid": name, "x": text(&point[1..33]), "y": text(&point[33..]) })
            }
        }
    }

    fn sign(&self, said: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(_) => {
                let mut signature = vec![0; RSA.public_modulus_len()];
                RSA.sign(&RSA_PKCS1_SHA256, &random, said, &mut signature).unwrap();
                signature
            }
            Self::Elliptic(_, key) => key.sign(&random, said).unwrap().as_ref().to_vec(),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Changes the head and the claims of a token before it is signed; head `{"alg":"none"}` is not signed at all.
pub type Lie = Box<dyn Fn(&mut Value, &mut Value) + Send>;

/// How it behaves.
pub struct Manner {
    /// Its number for whoever comes.
    pub subject: String,
    /// What it shows and signs with.
    pub key: Key,
    /// Signs with this one instead, which it does not show.
    pub hidden: Option<Key>,
    /// About the token.
    pub lie: Option<Lie>,
    /// What it calls itself, where that is not its address.
    pub called: Option<String>,
    /// Whether it names itself on the way back (RFC 9207), and by which name.
    pub names_itself: Option<String>,
    /// Status of every answer, where it answers nothing.
    pub down: Option<u16>,
    /// Sends everybody back with this error.
    pub refuses: Option<&'static str>,
}

/// A code that was given.
struct Code {
    nonce: String,
    challenge: String,
    back: String,
    used: bool,
}

struct Inner {
    manner: Manner,
    codes: HashMap<String, Code>,
    asked: BTreeMap<String, usize>,
    issuer: String,
    clock: Clock,
}

/// A running provider; ends with the test's runtime.
#[derive(Clone)]
pub struct Provider {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

impl Provider {
    /// Starts one that signs with RSA.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let manner = Manner {
            subject: "4711".to_owned(),
            key: Key::rsa("first"),
            hidden: None,
            lie: None,
            called: None,
            names_itself: None,
            down: None,
            refuses: None,
        };
        let inner = Inner {
            manner,
            codes: HashMap::new(),
            asked: BTreeMap::new(),
            issuer: format!("http://{address}"),
            clock: Clock::system(),
        };
        let inner = Arc::new(Mutex::new(inner));
        let router = Router::new().fallback(answer).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, inner }
    }

    /// What it is called.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The app knows it; `folder`: where the secret lies.
    pub fn settings(&self, builder: Builder, folder: &std::path::Path) -> Builder {
        let secret = folder.join("oidc-secret");
        std::fs::write(&secret, SECRET).unwrap();
        builder
            .set("oidc.issuer", self.issuer())
            .set("oidc.client_id", CLIENT)
            .set("oidc.client_secret_file", secret.display().to_string())
            .set("oidc.name", "La mairie")
    }

    /// Tells the time by this clock from now on.
    pub fn by(&self, clock: &Clock) {
        self.inner.lock().unwrap().clock = clock.clone();
    }

    /// Changes how it behaves.
    pub fn now(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut self.inner.lock().unwrap().manner);
    }

    /// From now on it lets people in as this one.
    pub fn is(&self, subject: &str) {
        self.now(|manner| subject.clone_into(&mut manner.subject));
    }

    /// From now on its tokens have another claim.
    pub fn claims(&self, name: &'static str, value: Value) {
        self.now(|manner| {
            manner.lie = Some(Box::new(move |_, claims| {
                if value.is_null() {
                    claims.as_object_mut().unwrap().remove(name);
                } else {
                    claims[name] = value.clone();
                }
            }));
        });
    }

    /// From now on it says the truth.
    pub fn honest(&self) {
        self.now(|manner| (manner.lie, manner.hidden) = (None, None));
    }

    /// How often this path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.inner.lock().unwrap().asked.get(path).copied().unwrap_or_default()
    }

    /// What a browser that is sent there is sent back with: the address, path and query.
    pub async fn visit(&self, address: &str) -> String {
        assert!(address.starts_with(&self.issuer()), "{address}");
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let answer = client.get(address).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        back.strip_prefix(super::BASE_URL).expect("back to the app").to_owned()
    }
}

async fn answer(State(inner): State<Arc<Mutex<Inner>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let said = request.headers().get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    let body = to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let mut inner = inner.lock().unwrap();
    *inner.asked.entry(path.clone()).or_default() += 1;
    if let Some(status) = inner.manner.down {
        return StatusCode::from_u16(status).unwrap().into_response();
    }
    let form = |bytes: &[u8]| url::form_urlencoded::parse(bytes).into_owned().collect::<HashMap<String, String>>();
    match path.as_str() {
        "/.well-known/openid-configuration" => axum::Json(inner.document()).into_response(),
        "/keys" => axum::Json(json!({ "keys": [inner.manner.key.shown()] })).into_response(),
        "/authorize" => inner.authorize(&form(query.as_bytes())),
        "/token" => inner.token(&form(&body), said.as_deref()),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Inner {
    fn document(&self) -> Value {
        let (issuer, manner) = (&self.issuer, &self.manner);
        json!({
            "issuer": manner.called.as_ref().unwrap_or(issuer),
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "authorization_response_iss_parameter_supported": manner.names_itself.is_some(),
        })
    }

    fn authorize(&mut self, asked: &HashMap<String, String>) -> Response {
        let said = |name: &str| asked.get(name).cloned().unwrap_or_default();
        assert_eq!((said("response_type"), said("client_id")), ("code".to_owned(), CLIENT.to_owned()));
        assert_eq!((said("scope"), said("code_challenge_method")), ("openid".to_owned(), "S256".to_owned()));
        assert!(said("state").len() >= 43 && said("nonce").len() >= 43 && said("code_challenge").len() == 43);
        let mut back = url::Url::parse(&said("redirect_uri")).unwrap();
        let code = format!("code-{}", self.codes.len());
        {
            let mut pairs = back.query_pairs_mut();
            pairs.append_pair("state", &said("state"));
            match self.manner.refuses {
                Some(error) => pairs.append_pair("error", error),
                None => pairs.append_pair("code", &code),
            };
            if let Some(name) = &self.manner.names_itself {
                pairs.append_pair("iss", name);
            }
        }
        let given =
            Code { nonce: said("nonce"), challenge: said("code_challenge"), back: said("redirect_uri"), used: false };
        self.codes.insert(code, given);
        Redirect::to(back.as_str()).into_response()
    }

    fn token(&mut self, form: &HashMap<String, String>, authorization: Option<&str>) -> Response {
        let refused = |error: &str| (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": error }))).into_response();
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let proof = format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET))));
        if authorization != Some(proof.as_str()) {
            return refused("invalid_client");
        }
        let said = |name: &str| form.get(name).cloned().unwrap_or_default();
        assert_eq!(said("grant_type"), "authorization_code");
        let challenge = text(digest(&SHA256, said("code_verifier").as_bytes()).as_ref());
        let Some(code) = self.codes.get_mut(&said("code")) else { return refused("invalid_grant") };
        if code.used || code.challenge != challenge || code.back != said("redirect_uri") {
            return refused("invalid_grant");
        }
        code.used = true;
        let nonce = code.nonce.clone();
        axum::Json(json!({ "access_token": "unused", "token_type": "Bearer", "id_token": self.signed(&nonce) }))
            .into_response()
    }

    fn signed(&self, nonce: &str) -> String {
        let (manner, now) = (&self.manner, self.clock.now() / SECOND);
        let key = manner.hidden.as_ref().unwrap_or(&manner.key);
        let mut header = key.header();
        let mut claims = json!({
            "iss": self.issuer, "sub": manner.subject, "aud": CLIENT, "nonce": nonce, "iat": now, "exp": now + 300,
        });
        if let Some(lie) = &manner.lie {
            lie(&mut header, &mut claims);
        }
        let said = format!("{}.{}", text(header.to_string().as_bytes()), text(claims.to_string().as_bytes()));
        let signature = if header["alg"] == "none" { String::new() } else { text(&key.sign(said.as_bytes())) };
        format!("{said}.{signature}")
    }
}
