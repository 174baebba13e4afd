//! Whether what an authenticator says is true: the steps of Web Authentication level 3, sections 7.1 (a new key) and 7.2 (signing in).
//!
//! In: the [`Party`] that we are, and the bytes that a browser sent. Out: what they say ([`Made`], [`Shown`]), or why they say nothing.
//! Whether the challenge in them is ours, whose key it is, and whether its counter fits, is for [`super`] to judge. Who made the
//! authenticator is not asked: any that verifies its user will do, so attestation statements are not read.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minicbor::Decoder;
use serde::Deserialize;

use super::cose::Key;
use super::party::Party;
use super::refusal::Refusal;

/// Longest id of a credential, bytes (section 4).
const ID: usize = 1023;

/// Flags of authenticator data (section 6.1): somebody was there; who they are was verified (by a finger, a face, a PIN); the key may
/// leave its device; it has; a new key follows; extensions follow.
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const MAY_LEAVE: u8 = 1 << 3;
const HAS_LEFT: u8 = 1 << 4;
const NEW_KEY: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;

/// A new key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The challenge that it answers.
    pub challenge: String,
    /// Its id, base64url.
    pub credential: String,
    /// The public key as it came.
    pub key: Vec<u8>,
    /// How often it signed.
    pub counter: i64,
    /// Whether it may be on several devices.
    pub synced: bool,
}

/// A key that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The challenge that it answers.
    pub challenge: String,
    /// How often it signed; 0 where it does not count.
    pub counter: i64,
}

/// What a browser sends of a key that signs in, each field as bytes.
#[derive(Clone, Debug, Default)]
pub struct Assertion {
    /// Of the credential.
    pub id: Vec<u8>,
    /// What the browser says: challenge, origin.
    pub client: Vec<u8>,
    /// What the authenticator says.
    pub authenticator: Vec<u8>,
    /// Over both.
    pub signature: Vec<u8>,
    /// Whose it is, as it was told when the key was made.
    pub user: Vec<u8>,
}

/// What the browser says (section 5.8.1).
#[derive(Deserialize)]
struct Client {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin")]
    cross_origin: Option<bool>,
}

/// What the authenticator says.
struct Said<'a> {
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

/// A new key, from `clientDataJSON` and the attestation object.
///
/// # Errors
/// [`Refusal`].
pub fn made(party: &Party, client: &[u8], object: &[u8]) -> Result<Made, Refusal> {
    let challenge = challenge(party, client, "webauthn.create")?;
    let data = authenticator_data(object).ok_or(Refusal::Unreadable)?;
    let said = said(party, data)?;
    let (id, key) = new_key(&said).ok_or(Refusal::Unreadable)?;
    if Key::read(key).is_none() {
        return Err(Refusal::Kind);
    }
    Ok(Made {
        challenge,
        credential: URL_SAFE_NO_PAD.encode(id),
        key: key.to_vec(),
        counter: said.counter.into(),
        synced: said.flags & MAY_LEAVE != 0,
    })
}

/// A key that is shown, by the public key that is stored of it.
///
/// # Errors
/// [`Refusal`].
pub fn shown(party: &Party, key: &[u8], assertion: &Assertion) -> Result<Shown, Refusal> {
    let challenge = challenge(party, &assertion.client, "webauthn.get")?;
    let said = said(party, &assertion.authenticator)?;
    let signed = [&assertion.authenticator, digest(&SHA256, &assertion.client).as_ref()].concat();
    let key = Key::read(key).ok_or(Refusal::Kind)?;
    if !key.signed(&signed, &assertion.signature) {
        return Err(Refusal::Signature);
    }
    Ok(Shown { challenge, counter: said.counter.into() })
}

/// The challenge that a browser answers, asked by a page of ours and by no frame in another's.
pub fn challenge(party: &Party, client: &[u8], kind: &str) -> Result<String, Refusal> {
    let client: Client = serde_json::from_slice(client).map_err(|_| Refusal::Unreadable)?;
    if client.kind != kind {
        return Err(Refusal::Unreadable);
    }
    if client.origin != party.origin || client.cross_origin == Some(true) {
        return Err(Refusal::Origin);
    }
    Ok(client.challenge)
}

/// What an authenticator says to us, and of somebody it has verified.
fn said<'a>(party: &Party, data: &'a [u8]) -> Result<Said<'a>, Refusal> {
    let (host, rest) = data.split_first_chunk::<32>().ok_or(Refusal::Unreadable)?;
    let (&[flags, counter @ ..], rest) = rest.split_first_chunk::<5>().ok_or(Refusal::Unreadable)?;
    if host != digest(&SHA256, party.id.as_bytes()).as_ref() {
        return Err(Refusal::Origin);
    }
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err(Refusal::Unverified);
    }
    if flags & HAS_LEFT != 0 && flags & MAY_LEAVE == 0 {
        return Err(Refusal::Unreadable);
    }
    Ok(Said { flags, counter: u32::from_be_bytes(counter), rest })
}

/// The authenticator data in an attestation object (section 6.5): a CBOR map.
fn authenticator_data(object: &[u8]) -> Option<&[u8]> {
    let mut decoder = Decoder::new(object);
    let mut data = None;
    for _ in 0..decoder.map().ok()?? {
        match decoder.str().ok()? {
            "authData" => data = Some(decoder.bytes().ok()?),
            _ => decoder.skip().ok()?,
        }
    }
    data.filter(|_| decoder.position() == object.len())
}

/// Id and public key of a new credential (section 6.5.1): 16 bytes of the authenticator's model, the id's length, the id, the key, and
/// extensions where the flags say so; nothing behind.
fn new_key<'a>(said: &Said<'a>) -> Option<(&'a [u8], &'a [u8])> {
    if said.flags & NEW_KEY == 0 {
        return None;
    }
    let (_, rest) = said.rest.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).filter(|_| (1..=ID).contains(&length))?;
    let mut decoder = Decoder::new(rest);
    decoder.skip().ok()?;
    let key = &rest[..decoder.position()];
    if said.flags & EXTENSIONS != 0 {
        decoder.skip().ok()?;
    }
    (decoder.position() == rest.len()).then_some((id, key))
}

#[cfg(test)]
mod tests;
