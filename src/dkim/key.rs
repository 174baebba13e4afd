//! A private key: made, read, and what it signs with. The cryptography is that of `aws-lc-rs`.
//!
//! In: PKCS#8. Out: a [`PrivateKey`], which never shows what is secret but as the PEM of its own file.

use std::fmt;

use anyhow::{Context as _, bail};
use aws_lc_rs::digest::Digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `rsa-sha256` (RFC 6376 section 3.3.1), 2048 bits (RFC 8301 section 3.2).
    Rsa,
    /// `ed25519-sha256` (RFC 8463): a second signature, for whoever knows it.
    Ed25519,
}

impl Algorithm {
    /// `a=` of a signature.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "rsa-sha256",
            Self::Ed25519 => "ed25519-sha256",
        }
    }

    /// `k=` of a record.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }
}

/// A private key. `{:?}` shows how it signs.
pub struct PrivateKey(Inner);

enum Inner {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.algorithm().name())
    }
}

impl PrivateKey {
    /// A new one. RSA takes some tenths of a second.
    ///
    /// # Errors
    /// When the library cannot make one.
    pub fn generate(algorithm: Algorithm) -> anyhow::Result<Self> {
        let made = match algorithm {
            Algorithm::Rsa => RsaKeyPair::generate(KeySize::Rsa2048).map(|key| Inner::Rsa(Box::new(key))),
            Algorithm::Ed25519 => Ed25519KeyPair::generate().map(|key| Inner::Ed25519(Box::new(key))),
        };
        Ok(Self(made.with_context(|| format!("no key for {} could be made", algorithm.name()))?))
    }

    /// The keys in a PEM file.
    ///
    /// # Errors
    /// When one of them is damaged, of another kind, or RSA of less than 2048 bits; when there is none.
    pub fn all_from_pem(pem: &[u8]) -> anyhow::Result<Vec<Self>> {
        let found: Result<Vec<_>, _> = PrivatePkcs8KeyDer::pem_slice_iter(pem).collect();
        let found = found.context("this is not a PEM file of private keys (PKCS#8)")?;
        if found.is_empty() {
            bail!("it holds no private key (PEM, -----BEGIN PRIVATE KEY-----)");
        }
        found.iter().map(|key| Self::from_pkcs8(key.secret_pkcs8_der())).collect()
    }

    fn from_pkcs8(der: &[u8]) -> anyhow::Result<Self> {
        if let Ok(key) = Ed25519KeyPair::from_pkcs8(der) {
            return Ok(Self(Inner::Ed25519(Box::new(key))));
        }
        match RsaKeyPair::from_pkcs8(der) {
            Ok(key) => Ok(Self(Inner::Rsa(Box::new(key)))),
            Err(error) => bail!("neither an Ed25519 key nor an RSA key of 2048 bits or more ({error})"),
        }
    }

    /// Itself as PEM, for its file alone.
    ///
    /// # Errors
    /// When the library cannot write it.
    pub fn to_pem(&self) -> anyhow::Result<String> {
        let der: Pkcs8V1Der<'_> = match &self.0 {
            Inner::Rsa(key) => key.as_der(),
            Inner::Ed25519(key) => key.as_der(),
        }
        .context("the key cannot be written")?;
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
        Ok(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")))
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        match self.0 {
            Inner::Rsa(_) => Algorithm::Rsa,
            Inner::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// `p=` of its record: SubjectPublicKeyInfo for RSA (as in RFC 6376 appendix C), the 32 bytes for Ed25519 (RFC 8463 section 4.2).
    ///
    /// # Errors
    /// When the library cannot write it.
    pub fn public(&self) -> anyhow::Result<String> {
        match &self.0 {
            Inner::Rsa(key) => {
                let der: PublicKeyX509Der<'_> =
                    key.public_key().as_der().context("the public key cannot be written")?;
                Ok(STANDARD.encode(der.as_ref()))
            }
            Inner::Ed25519(key) => Ok(STANDARD.encode(key.public_key().as_ref())),
        }
    }

    /// The signature of what has this SHA-256. Ed25519 signs the hash itself (RFC 8463 section 3). The same every time.
    ///
    /// # Errors
    /// When the library fails, which a key that was read does not make it do.
    pub fn sign(&self, digest: &Digest) -> anyhow::Result<Vec<u8>> {
        match &self.0 {
            Inner::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign_digest(&RSA_PKCS1_SHA256, digest, &mut signature).context("the RSA key does not sign")?;
                Ok(signature)
            }
            Inner::Ed25519(key) => {
                Ok(key.try_sign(digest.as_ref()).context("the Ed25519 key does not sign")?.as_ref().to_vec())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_file() {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"said");
        let keys = [Algorithm::Rsa, Algorithm::Ed25519].map(|algorithm| PrivateKey::generate(algorithm).unwrap());
        let file: String = keys.iter().map(|key| key.to_pem().unwrap()).collect();
        assert!(file.lines().all(|line| line.len() <= 64));
        let read = PrivateKey::all_from_pem(file.as_bytes()).unwrap();
        assert_eq!(read.len(), 2);
        for (key, read) in keys.iter().zip(&read) {
            assert_eq!(key.algorithm(), read.algorithm());
            assert_eq!(key.public().unwrap(), read.public().unwrap());
            assert_eq!(key.sign(&digest).unwrap(), read.sign(&digest).unwrap());
            assert!(!format!("{key:?}").contains(&key.to_pem().unwrap()[40..60]));
        }
        assert_eq!(STANDARD.decode(keys[1].public().unwrap()).unwrap().len(), 32);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for wrong in ["", "text", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            assert!(PrivateKey::all_from_pem(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
