//! Signatures: whether whoever holds the key wrote these bytes. Pure; compared in constant time.
//!
//! In: a key, the signed bytes, a signature as a header has it. Out: [`Refused::Forged`], or nothing. Met by each provider that signs.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{UnparsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::request::Refused;

/// HMAC (RFC 2104) of the parts, one after the other.
pub fn hmac(algorithm: hmac::Algorithm, key: &[u8], parts: &[&[u8]], signature: &[u8]) -> Result<(), Refused> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(algorithm, key));
    for part in parts {
        context.update(part);
    }
    equal(context.sign().as_ref(), signature)
}

/// A signature by a public key, DER (SubjectPublicKeyInfo, RFC 5280 section 4.1).
pub fn public(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &[u8],
    said: &[u8],
    signature: &[u8],
) -> Result<(), Refused> {
    UnparsedPublicKey::new(algorithm, key).verify(said, signature).map_err(|_| Refused::Forged)
}

/// Whether two secrets are the same, in a time that tells nothing but their length.
pub fn equal(one: &[u8], other: &[u8]) -> Result<(), Refused> {
    verify_slices_are_equal(one, other).map_err(|_| Refused::Forged)
}

/// A signature in base64 (RFC 4648 section 4).
pub fn base64(text: &str) -> Result<Vec<u8>, Refused> {
    STANDARD.decode(text.trim()).map_err(|_| Refused::Forged)
}

/// A signature in hexadecimal digits.
pub fn hex(text: &str) -> Result<Vec<u8>, Refused> {
    let text = text.trim().as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| Some((digit(*pair.first()?)? << 4) | digit(*pair.get(1)?)?);
    text.chunks(2).map(pair).collect::<Option<_>>().ok_or(Refused::Forged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hmac_fits_its_key_and_bytes_alone() {
        // RFC 4231 section 4.3.
        let tag = hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843").unwrap();
        let fits =
            |key: &[u8], said: &[u8], tag: &[u8]| hmac(hmac::HMAC_SHA256, key, &[said, b" for nothing?"], tag).is_ok();
        assert!(fits(b"Jefe", b"what do ya want", &tag));
        assert!(!fits(b"jefe", b"what do ya want", &tag) && !fits(b"Jefe", b"what do ya wanT", &tag));
        assert!(!fits(b"Jefe", b"what do ya want", &tag[..16]) && !fits(b"Jefe", b"what do ya want", b""));
    }

    #[test]
    fn what_is_no_hex_or_base64_is_forged() {
        assert_eq!(hex("00fF"), Ok(vec![0, 255]));
        for text in ["0", "0g", "é", "0 "] {
            assert_eq!(hex(text), Err(Refused::Forged), "{text}");
        }
        assert!(base64("?").is_err() && base64("AAA").is_err());
    }
}
