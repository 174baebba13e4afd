//! Secrets that must be read again (the key of a second factor), sealed for the database with AES-256-GCM (NIST SP 800-38D).
//!
//! In: a secret, and what it belongs to. Out: text for a column, and back. A sealed secret opens only for what it was sealed for, so
//! that a row copied over another one is worth nothing.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Keys, random};

/// The key that seals.
#[derive(Clone)]
pub(super) struct Seal(Arc<LessSafeKey>);

impl Seal {
    /// From 32 bytes.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes).expect("a SHA-256 has the length of the key");
        Self(Arc::new(LessSafeKey::new(key)))
    }
}

impl Keys {
    /// Seals a secret that belongs to `whose`: a random nonce, the ciphertext, its tag; base64url.
    pub fn seal(&self, whose: &str, secret: &[u8]) -> String {
        let nonce: [u8; NONCE_LEN] = random();
        let mut sealed = secret.to_vec();
        let aad = Aad::from(whose.as_bytes());
        let key = &self.seal.0;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .expect("a few bytes can be sealed");
        URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())
    }

    /// The secret again; `None` when it was sealed for somebody else, by other keys, or was altered.
    pub fn unseal(&self, whose: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, rest) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        let opened = self.seal.0.open_in_place(nonce, Aad::from(whose.as_bytes()), &mut rest).ok()?;
        Some(opened.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_for_its_owner_alone() {
        let keys = Keys::from_secret(b"one");
        let sealed = keys.seal("totp 7", b"0123456789abcdefghij");
        assert!(!sealed.contains("0123456789"));
        assert_eq!(keys.unseal("totp 7", &sealed).unwrap(), b"0123456789abcdefghij");
        assert_ne!(keys.seal("totp 7", b"0123456789abcdefghij"), sealed, "a nonce of its own");
        assert_eq!(keys.unseal("totp 8", &sealed), None);
        assert_eq!(Keys::from_secret(b"two").unseal("totp 7", &sealed), None);
        for wrong in ["", "AAAA", &sealed[1..], &sealed[..sealed.len() - 1], &format!("B{}", &sealed[1..])] {
            if wrong != sealed {
                assert_eq!(keys.unseal("totp 7", wrong), None, "{wrong}");
            }
        }
    }
}
