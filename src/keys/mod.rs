//! The keys of an instance: what only it can say again.
//!
//! In: the instance's secret, made at its first start and kept in the database. Out: [`Keys`]: tokens for links ([`token`]; for
//! leaving: [`leave`]), keyed hashes of addresses, message ids ([`message_id`]), tokens of envelope senders ([`bounce`]), secrets
//! sealed for the database ([`seal`]); and random bytes.

pub mod bounce;
mod digits;
mod leave;
mod message_id;
mod seal;
mod token;

pub use bounce::{Bounced, token_from_recipient};
pub use token::{Claim, Purpose};

use std::fmt;

use anyhow::Context as _;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::db::{Db, query, query_scalar};

/// Bytes of the code in a token: 128 bits (RFC 2104 section 5 allows half of SHA-256).
const CODE: usize = 16;

/// The keys of this instance. Never printed.
#[derive(Clone)]
pub struct Keys {
    token: hmac::Key,
    address: hmac::Key,
    message: hmac::Key,
    page: hmac::Key,
    seal: seal::Seal,
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
        Self {
            token: derive(b"token"),
            address: derive(b"address"),
            message: derive(b"message"),
            page: derive(b"page"),
            seal: seal::Seal::new(hmac::sign(&root, b"seal").as_ref()),
        }
    }

    /// Reads the instance's secret, creating it at the first start. It is stored in the database, so that links keep working
    /// after a backup is restored.
    pub async fn load(db: &Db) -> anyhow::Result<Self> {
        if let Some(secret) = secret(db).await? {
            return Ok(Self::from_secret(secret.as_bytes()));
        }
        let fresh = random_text(32);
        let mut tx = db.begin().await?;
        query("INSERT INTO instance (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING")
            .bind(&fresh)
            .execute(tx.on())
            .await?;
        tx.commit().await?;
        let secret = secret(db).await?.context("the instance has no secret")?;
        Ok(Self::from_secret(secret.as_bytes()))
    }

    /// The code that forms of a browser's own pages carry, by the value of its cookie: another site knows neither.
    pub fn page_code(&self, cookie: &str) -> String {
        URL_SAFE_NO_PAD.encode(&hmac::sign(&self.page, cookie.as_bytes()).as_ref()[..CODE])
    }

    /// Whether this is the code of [`Self::page_code`]; compared in constant time.
    pub fn is_page_code(&self, cookie: &str, code: &str) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(self.page_code(cookie).as_bytes(), code.as_bytes()).is_ok()
    }

    /// The keyed hash that an address is suppressed by.
    pub fn address_hash(&self, email_key: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.address, email_key.as_bytes()))
    }
}

async fn secret(db: &Db) -> sqlx::Result<Option<String>> {
    query_scalar("SELECT value FROM instance WHERE name = 'secret'").fetch_optional(db.on()).await
}

/// Random bytes as base64url, for secrets and unguessable ids.
pub fn random_text(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    fill(&mut random);
    URL_SAFE_NO_PAD.encode(random)
}

/// Random bytes.
pub fn random<const N: usize>() -> [u8; N] {
    let mut random = [0; N];
    fill(&mut random);
    random
}

fn fill(bytes: &mut [u8]) {
    // The system's own: aws-lc-rs would first gather entropy by itself, a tenth of a second at each start.
    getrandom::fill(bytes).expect("the system's random source answers");
}
