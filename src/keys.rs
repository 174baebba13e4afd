//! Links that act: HMAC-SHA-256 over (purpose, subscriber, version, time), base64url, one purpose each.
//!
//! In: the instance's key and a subscriber. Out: tokens for URLs and back; keyed hashes of addresses; message ids.
//! A token for one purpose is not valid for another; comparison takes constant time. Leave tokens never expire.

use std::fmt;

use anyhow::Context as _;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::Millis;
use crate::db::{Db, execute, read};

/// What a link may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Confirm a subscription. Carries its time of issue.
    Confirm = 1,
    /// Leave, and undo it.
    Leave = 2,
    /// Change one's settings.
    Preferences = 3,
    /// "This was not me, never write again".
    NotMe = 4,
    /// An address bounces are sent to (VERP).
    Bounce = 5,
    /// The time-stamp in our own sign-up page.
    Form = 6,
}

/// The contents of a valid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The subscriber (or newsletter, for [`Purpose::Form`]).
    pub subject: i64,
    /// The subscriber's `token_version` when it was issued.
    pub version: i64,
    /// When it was issued; 0 for tokens that never expire.
    pub issued_at: Millis,
}

/// Bytes of the code in a token: 128 bits (RFC 2104 section 5 allows half of SHA-256).
const CODE: usize = 16;

/// The keys of this instance. Never printed.
#[derive(Clone)]
pub struct Keys {
    token: hmac::Key,
    address: hmac::Key,
    message: hmac::Key,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// Derives the keys from the instance's secret.
    pub fn from_secret(secret: &[u8]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let derive = |label: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, label).as_ref());
        Self { token: derive(b"token"), address: derive(b"address"), message: derive(b"message") }
    }

    /// Reads the instance's secret, creating it at the first start. It is stored in the database, so that links keep working
    /// after a backup is restored.
    pub async fn load(db: &Db) -> anyhow::Result<Self> {
        if let Some(secret) = secret(db).await? {
            return Ok(Self::from_secret(secret.as_bytes()));
        }
        let fresh = random_text(32);
        let mut tx = db.begin().await?;
        execute!(&mut tx, |c| sqlx::query(
            "INSERT INTO instance (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING"
        )
        .bind(&fresh)
        .execute(c))?;
        tx.commit().await?;
        let secret = secret(db).await?.context("the instance has no secret")?;
        Ok(Self::from_secret(secret.as_bytes()))
    }

    /// A token for a URL, 40 to 52 characters of `[A-Za-z0-9_-]`.
    pub fn sign(&self, purpose: Purpose, claim: Claim) -> String {
        let mut token = Vec::with_capacity(40);
        for number in [claim.subject, claim.version, claim.issued_at] {
            push_number(&mut token, number);
        }
        let code = self.code(purpose, &token);
        token.extend_from_slice(&code);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// What the token claims, if it is ours and of this purpose. Whether it has expired, or its version is
    /// still the subscriber's, is for the caller to judge.
    pub fn verify(&self, purpose: Purpose, token: &str) -> Option<Claim> {
        if token.len() > 100 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, code) = bytes.split_at_checked(bytes.len().checked_sub(CODE)?)?;
        let expected = self.code(purpose, said);
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected, code).ok()?;
        let mut rest = said;
        let mut next = || take_number(&mut rest);
        let claim = Claim { subject: next()?, version: next()?, issued_at: next()? };
        rest.is_empty().then_some(claim)
    }

    /// The keyed hash that an address is suppressed by.
    pub fn address_hash(&self, email_key: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.address, email_key.as_bytes()))
    }

    /// The left part of a Message-ID: the same for the same mail, telling nothing.
    pub fn message_id(&self, kind: &str, mail: i64, recipient: i64) -> String {
        let code = hmac::sign(&self.message, format!("{kind} {mail} {recipient}").as_bytes());
        URL_SAFE_NO_PAD.encode(&code.as_ref()[..CODE])
    }

    fn code(&self, purpose: Purpose, said: &[u8]) -> [u8; CODE] {
        let mut context = hmac::Context::with_key(&self.token);
        context.update(&[purpose as u8]);
        context.update(said);
        let mut code = [0; CODE];
        code.copy_from_slice(&context.sign().as_ref()[..CODE]);
        code
    }
}

async fn secret(db: &Db) -> sqlx::Result<Option<String>> {
    read!(db, |c| sqlx::query_scalar("SELECT value FROM instance WHERE name = 'secret'").fetch_optional(c))
}

/// Random bytes as base64url, for secrets and unguessable ids.
pub fn random_text(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    // The system's own: aws-lc-rs would first gather entropy by itself, a tenth of a second at each start.
    getrandom::fill(&mut random).expect("the system's random source answers");
    URL_SAFE_NO_PAD.encode(random)
}

/// Appends a number as LEB128 (7 bits a byte, least first).
fn push_number(out: &mut Vec<u8>, number: i64) {
    let mut left = number as u64;
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number as i64);
        }
    }
    None
}
