//! The public key of a passkey, as authenticators write it (COSE_Key, RFC 9052 section 7 and RFC 9053 section 7), and its signatures.
//!
//! In: the bytes of a key. Out: [`Key`], of one of the three kinds that are asked for, and whether it made a signature. The signatures
//! themselves are judged by `aws-lc-rs`.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use minicbor::Decoder;
use minicbor::data::Type;

/// ECDSA on P-256 with SHA-256, Ed25519, RSA with SHA-256: every authenticator has one of them
/// (<https://www.iana.org/assignments/cose/>), the best first.
pub const ALGORITHMS: [i64; 3] = [-8, -7, -257];

/// Length of a coordinate of both curves, bytes.
const COORDINATE: usize = 32;

/// A public key.
#[derive(Debug)]
pub struct Key(ParsedPublicKey);

/// What the fields of a key say.
#[derive(Default)]
struct Fields<'a> {
    kind: i64,
    algorithm: i64,
    curve: i64,
    n: &'a [u8],
    /// `x`, or RSA's `e`.
    second: &'a [u8],
    y: &'a [u8],
}

impl Key {
    /// `None`: no key, or of no kind that was asked for.
    pub fn read(cose: &[u8]) -> Option<Self> {
        let fields = fields(cose)?;
        let key = match (fields.kind, fields.algorithm, fields.curve) {
            (2, -7, 1) if fields.second.len() == COORDINATE && fields.y.len() == COORDINATE => {
                let point = [&[4], fields.second, fields.y].concat();
                ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
            }
            (1, -8, 6) if fields.second.len() == COORDINATE => ParsedPublicKey::new(&ED25519, fields.second),
            (3, -257, 0) => {
                let key = RsaPublicKeyComponents { n: fields.n, e: fields.second };
                key.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            }
            _ => return None,
        };
        key.ok().map(Self)
    }

    /// Whether it signed this.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

/// The fields of a map without anything behind it; the labels are those of RFC 9053 section 7.
fn fields(cose: &[u8]) -> Option<Fields<'_>> {
    let mut decoder = Decoder::new(cose);
    let mut fields = Fields::default();
    for _ in 0..decoder.map().ok()?? {
        match decoder.i64().ok()? {
            1 => fields.kind = decoder.i64().ok()?,
            3 => fields.algorithm = decoder.i64().ok()?,
            -1 if decoder.datatype().ok()? == Type::Bytes => fields.n = decoder.bytes().ok()?,
            -1 => fields.curve = decoder.i64().ok()?,
            -2 => fields.second = decoder.bytes().ok()?,
            -3 => fields.y = decoder.bytes().ok()?,
            _ => decoder.skip().ok()?,
        }
    }
    (decoder.position() == cose.len()).then_some(fields)
}
