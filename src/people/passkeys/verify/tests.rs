//! An authenticator of each kind, and what each says when it lies.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};

use super::*;

const CHALLENGE: &str = "3q2-7w";

fn party() -> Party {
    Party { id: "lettres.example.org".to_owned(), origin: "https://lettres.example.org".to_owned() }
}

/// A CBOR byte string of up to 65,535 bytes.
fn text(bytes: &[u8]) -> Vec<u8> {
    [&[0x59], &(bytes.len() as u16).to_be_bytes()[..], bytes].concat()
}

enum Pair {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl Pair {
    fn es256() -> Self {
        Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    fn all() -> [Self; 3] {
        [
            Self::es256(),
            Self::Ed25519(Ed25519KeyPair::generate().unwrap()),
            Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()),
        ]
    }

    fn cose(&self) -> Vec<u8> {
        match self {
            Self::Es256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (text(&point[1..33]), text(&point[33..]));
                [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21][..], &x, &[0x22], &y].concat()
            }
            Self::Ed25519(pair) => {
                [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21][..], &text(pair.public_key().as_ref())].concat()
            }
            Self::Rsa(pair) => {
                let key = pair.public_key();
                let n = text(key.modulus().big_endian_without_leading_zero());
                let e = text(key.exponent().big_endian_without_leading_zero());
                [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &n, &[0x21], &e].concat()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }
}

fn client(kind: &str) -> Value {
    json!({ "type": kind, "challenge": CHALLENGE, "origin": "https://lettres.example.org", "crossOrigin": false, "new": [1] })
}

fn bytes(client: &Value) -> Vec<u8> {
    client.to_string().into_bytes()
}

fn said_by(host: &str, flags: u8, counter: u32) -> Vec<u8> {
    [digest(&SHA256, host.as_bytes()).as_ref(), &[flags], &counter.to_be_bytes()].concat()
}

/// With a new key behind it.
fn with_key(flags: u8, id: &[u8], cose: &[u8]) -> Vec<u8> {
    let length = (id.len() as u16).to_be_bytes();
    [&said_by("lettres.example.org", flags, 0)[..], &[7; 16], &length, id, cose].concat()
}

fn object(data: &[u8]) -> Vec<u8> {
    [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"[..], &text(data)].concat()
}

fn assertion(pair: &Pair, client: &Value, data: Vec<u8>) -> Assertion {
    let client = bytes(client);
    let signature = pair.sign(&[&data[..], digest(&SHA256, &client).as_ref()].concat());
    Assertion { id: vec![9], client, authenticator: data, signature, user: Vec::new() }
}

const FINE: u8 = PRESENT | VERIFIED;

#[test]
fn a_key_of_each_kind_is_made_and_signs() {
    let others = Pair::all().map(|pair| pair.cose());
    for pair in Pair::all() {
        let data = with_key(FINE | NEW_KEY | MAY_LEAVE | HAS_LEFT, b"an id", &pair.cose());
        let made = made(&party(), &bytes(&client("webauthn.create")), &object(&data)).unwrap();
        assert_eq!((made.challenge.as_str(), made.credential.as_str()), (CHALLENGE, "YW4gaWQ"));
        assert!(made.synced && made.key == pair.cose() && made.counter == 0);

        let data = said_by("lettres.example.org", FINE, 7);
        let assertion = assertion(&pair, &client("webauthn.get"), data);
        let wanted = Shown { challenge: CHALLENGE.to_owned(), counter: 7 };
        assert_eq!(shown(&party(), &made.key, &assertion), Ok(wanted));
        for at in 0..assertion.signature.len() {
            let mut other = assertion.clone();
            other.signature[at] ^= 1;
            assert_eq!(shown(&party(), &made.key, &other), Err(Refusal::Signature), "byte {at}");
        }
        for other in &others {
            assert_eq!(shown(&party(), other, &assertion), Err(Refusal::Signature), "of another key");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_for_its_own_reason() {
    let pair = Pair::es256();
    let with = |name: &str, value: Value| {
        let mut client = client("webauthn.get");
        client[name] = value;
        client
    };
    let plain = || said_by("lettres.example.org", FINE, 1);
    for (client, data, refusal) in [
        (with("origin", json!("https://lettres.example.org:8443")), plain(), Refusal::Origin),
        (with("origin", json!("http://lettres.example.org")), plain(), Refusal::Origin),
        (with("origin", json!("https://evil.example")), plain(), Refusal::Origin),
        (with("crossOrigin", json!(true)), plain(), Refusal::Origin),
        (with("type", json!("webauthn.create")), plain(), Refusal::Unreadable),
        (with("challenge", json!(7)), plain(), Refusal::Unreadable),
        (client("webauthn.get"), said_by("evil.example", FINE, 1), Refusal::Origin),
        (client("webauthn.get"), said_by("lettres.example.org", PRESENT, 1), Refusal::Unverified),
        (client("webauthn.get"), said_by("lettres.example.org", VERIFIED, 1), Refusal::Unverified),
        (client("webauthn.get"), said_by("lettres.example.org", FINE | HAS_LEFT, 1), Refusal::Unreadable),
        (client("webauthn.get"), plain()[..36].to_vec(), Refusal::Unreadable),
    ] {
        let assertion = assertion(&pair, &client, data);
        assert_eq!(shown(&party(), &pair.cose(), &assertion), Err(refusal), "{client}");
    }
    // What was signed is not what is shown.
    let mut assertion = assertion(&pair, &client("webauthn.get"), plain());
    assertion.authenticator[36] = 2;
    assert_eq!(shown(&party(), &pair.cose(), &assertion), Err(Refusal::Signature));
    assertion.client = Vec::new();
    assert_eq!(shown(&party(), &pair.cose(), &assertion), Err(Refusal::Unreadable));
}

#[test]
fn a_key_that_is_not_whole_is_none() {
    let pair = Pair::es256();
    let (cose, client) = (pair.cose(), bytes(&client("webauthn.create")));
    let whole = FINE | NEW_KEY;
    let made = |data: &[u8]| made(&party(), &client, &object(data));
    assert!(made(&with_key(whole, b"an id", &cose)).is_ok());
    assert!(made(&with_key(whole, &[1; ID], &cose)).is_ok(), "the longest id");
    // Extensions: a map behind the key.
    let more = [&cose[..], b"\xa1\x64uvmm\xf5"].concat();
    assert!(made(&with_key(whole | EXTENSIONS, b"an id", &more)).is_ok());
    for (data, refusal) in [
        (with_key(whole, b"an id", &more), Refusal::Unreadable),
        (with_key(whole | EXTENSIONS, b"an id", &cose), Refusal::Unreadable),
        (with_key(FINE, b"an id", &cose), Refusal::Unreadable),
        (with_key(whole, b"", &cose), Refusal::Unreadable),
        (with_key(whole, &[1; ID + 1], &cose), Refusal::Unreadable),
        (with_key(whole, b"an id", &cose[..cose.len() - 1]), Refusal::Unreadable),
        (with_key(whole, b"an id", b"\xa0"), Refusal::Kind),
        (with_key(NEW_KEY | PRESENT, b"an id", &cose), Refusal::Unverified),
        (Vec::new(), Refusal::Unreadable),
    ] {
        assert_eq!(made(&data), Err(refusal), "{data:?}");
    }
    // A point that is not on the curve, an unknown algorithm, text in place of bytes.
    for (at, value) in [(20, cose[20] ^ 1), (4, 0x25), (8, 0x79)] {
        let mut other = cose.clone();
        other[at] = value;
        assert!(made(&with_key(whole, b"an id", &other)).is_err(), "byte {at}");
    }
    for object in [&b""[..], b"\xa0", b"\xa1\x68authData\x01", b"\xff\xff", b"\xbf\xff", b"\x9f", b"\xa3\x63fmt"] {
        let refused = super::made(&party(), &client, object);
        assert_eq!(refused, Err(Refusal::Unreadable), "{object:?}");
    }
}

/// No bytes make it panic, or read for long.
#[test]
fn any_bytes_are_answered() {
    let pair = Pair::es256();
    let fine = object(&with_key(FINE | NEW_KEY, b"an id", &pair.cose()));
    let client = bytes(&client("webauthn.create"));
    for at in 0..fine.len() {
        for value in [0, 0x1b, 0x3b, 0x5b, 0x5f, 0x7b, 0x9b, 0x9f, 0xbb, 0xbf, 0xdb, 0xfb, 0xff, fine[at] ^ 1] {
            let mut other = fine.clone();
            other[at] = value;
            drop(made(&party(), &client, &other));
            drop(made(&party(), &client, &other[..at]));
        }
    }
}
