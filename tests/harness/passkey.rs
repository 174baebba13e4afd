//! An authenticator made of software: it answers the pages that ask for passkeys, as Web Authentication level 3 says, and may be told to lie.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::Answer;

/// What a page asks an authenticator.
#[derive(Clone, Debug)]
pub struct Ask {
    pub challenge: String,
    pub origin: String,
    pub party: String,
    /// Whose key is to be made; empty where one is to be shown.
    pub user: String,
}

impl Ask {
    /// Read from the page, as its script does.
    pub fn of(page: &Answer) -> Self {
        let data = |name: &str| {
            let found = page.body.split(&format!(" data-{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            found.unwrap_or_default().to_owned()
        };
        let ask =
            Self { challenge: data("challenge"), origin: data("origin"), party: data("party"), user: data("user") };
        assert!(!ask.challenge.is_empty(), "nothing is asked here: {}", page.body);
        ask
    }

    fn client(&self, kind: &str) -> Vec<u8> {
        let client = json!({ "type": kind, "challenge": self.challenge, "origin": self.origin, "crossOrigin": false });
        client.to_string().into_bytes()
    }
}

/// One key, and how its authenticator behaves.
pub struct Authenticator {
    pair: EcdsaKeyPair,
    pub id: Vec<u8>,
    /// Whose key it is.
    pub user: Vec<u8>,
    /// How often it signed; it counts from 1 on, and not at all from 0 on.
    pub counter: u32,
    /// Whether its owner was verified.
    pub verifies: bool,
}

/// A field of a form.
pub type Field = (&'static str, String);

impl Authenticator {
    /// With this id for its key.
    pub fn new(id: &[u8]) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self { pair, id: id.to_vec(), user: Vec::new(), counter: 1, verifies: true }
    }

    fn data(&self, party: &str, more: u8) -> Vec<u8> {
        let verified = if self.verifies { 0b100 } else { 0 };
        let host = digest(&SHA256, party.as_bytes());
        [host.as_ref(), &[0b1 | verified | more], &self.counter.to_be_bytes()].concat()
    }

    /// Makes its key: the fields of the form.
    pub fn make(&mut self, ask: &Ask) -> Vec<Field> {
        self.user = URL_SAFE_NO_PAD.decode(&ask.user).unwrap();
        let point = self.pair.public_key().as_ref();
        let key =
            [&b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..], &point[1..33], b"\x22\x58\x20", &point[33..]].concat();
        let length = (self.id.len() as u16).to_be_bytes();
        let data = [&self.data(&ask.party, 0b100_0000)[..], &[0; 16], &length, &self.id, &key].concat();
        let length = (data.len() as u16).to_be_bytes();
        let object = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"[..], &length, &data].concat();
        let fields = [("client", ask.client("webauthn.create")), ("attestation", object)];
        fields.map(|(name, bytes)| (name, URL_SAFE_NO_PAD.encode(bytes))).to_vec()
    }

    /// Shows its key: the fields of the form.
    pub fn show(&mut self, ask: &Ask) -> Vec<Field> {
        self.counter += u32::from(self.counter != 0);
        let (client, data) = (ask.client("webauthn.get"), self.data(&ask.party, 0));
        let signed = [&data[..], digest(&SHA256, &client).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        let fields = [
            ("credential", self.id.clone()),
            ("client", client),
            ("authenticator", data),
            ("signature", signature.as_ref().to_vec()),
            ("user", self.user.clone()),
        ];
        fields.map(|(name, bytes)| (name, URL_SAFE_NO_PAD.encode(bytes))).to_vec()
    }
}

/// As forms are sent.
pub fn borrowed(fields: &[Field]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}
