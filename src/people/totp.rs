//! One-time codes of an app: TOTP (RFC 6238) with HMAC-SHA-1, six digits, 30 seconds; what every authenticator app speaks.
//!
//! In: a secret and a time. Out: whether the typed code is that of now, of the step before or of the one after; the address and the
//! drawing with which an app learns the secret. Codes are ours to judge, not to keep: [`super::second_factor`] does.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};

use crate::clock::{Millis, SECOND};

/// Bytes of a secret (RFC 4226 section 4 recommends 160 bits).
pub const SECRET: usize = 20;
/// Length of a step (RFC 6238 section 5.2 recommends it).
const STEP: Millis = 30 * SECOND;
/// Steps by which a clock may be off, either way.
const SLACK: i64 = 1;

/// The step of an instant.
fn step(at: Millis) -> i64 {
    at.div_euclid(STEP)
}

/// HOTP of a counter, RFC 4226 section 5.3, as a number of `digits` digits.
fn hotp(secret: &[u8], counter: i64, digits: u32) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let code = hmac::sign(&key, &counter.to_be_bytes());
    let code = code.as_ref();
    let offset = usize::from(code[code.len() - 1] & 0xf);
    let four = [code[offset] & 0x7f, code[offset + 1], code[offset + 2], code[offset + 3]];
    u32::from_be_bytes(four) % 10_u32.pow(digits)
}

/// The code of an instant, as an app shows it.
pub fn code(secret: &[u8], at: Millis) -> String {
    format!("{:06}", hotp(secret, step(at), 6))
}

/// The six digits that somebody typed, blanks aside; `None` when it is something else.
pub fn digits(typed: &str) -> Option<u32> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let fits = typed.len() == 6 && typed.bytes().all(|byte| byte.is_ascii_digit());
    if fits { typed.parse().ok() } else { None }
}

/// The step whose code was typed, if it is within the slack. All steps are looked at, so that the time tells nothing.
pub fn matching(secret: &[u8], typed: u32, now: Millis) -> Option<i64> {
    let here = step(now);
    (here - SLACK..=here + SLACK)
        .fold(None, |found, step| if hotp(secret, step, 6) == typed { Some(step) } else { found })
}

/// RFC 4648 base32 without padding: what apps take, and people type.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(LETTERS[((held >> bits) & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(LETTERS[((held << (5 - bits)) & 31) as usize]));
    }
    text
}

/// In groups of four, to be read and typed.
pub fn grouped(text: &str, between: char) -> String {
    text.chars().enumerate().fold(String::new(), |mut out, (at, c)| {
        if at > 0 && at % 4 == 0 {
            out.push(between);
        }
        out.push(c);
        out
    })
}

/// The address that a QR code holds (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).
pub fn uri(secret: &[u8], issuer: &str, account: &str) -> String {
    let (issuer, account) = (percent(issuer), percent(account));
    format!(
        "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
        base32(secret)
    )
}

/// RFC 3986 section 2.3: all but the unreserved; `+` for a blank is not understood by every app.
fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// A QR code as the address of a picture: an SVG of some 16 KB, black on white with its margin.
///
/// # Errors
/// When the text is longer than a QR code can be.
pub fn picture(text: &str) -> anyhow::Result<String> {
    let drawn = QRBuilder::new(text).ecl(ECL::M).build();
    let drawn = drawn.map_err(|error| anyhow::anyhow!("no QR code can be drawn: {error:?}"))?;
    let svg = SvgBuilder::default().margin(4).to_str(&drawn);
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, the rows of SHA-1: eight digits there.
    const VECTORS: [(i64, u32); 6] = [
        (59, 94_287_082),
        (1_111_111_109, 7_081_804),
        (1_111_111_111, 14_050_471),
        (1_234_567_890, 89_005_924),
        (2_000_000_000, 69_279_037),
        (20_000_000_000, 65_353_130),
    ];
    const RFC_SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238() {
        for (second, expected) in VECTORS {
            assert_eq!(hotp(RFC_SECRET, step(second * SECOND), 8), expected, "{second} s");
            assert_eq!(code(RFC_SECRET, second * SECOND), format!("{:06}", expected % 1_000_000));
        }
    }

    #[test]
    fn a_code_is_good_one_step_before_and_after_its_own() {
        let at = 1_111_111_109 * SECOND;
        let typed = digits(&code(RFC_SECRET, at)).unwrap();
        for (off, fits) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = matching(RFC_SECRET, typed, at + off * STEP);
            assert_eq!(found, fits.then_some(step(at)), "{off}");
        }
        assert_eq!(matching(b"another secret of mine", typed, at), None);
    }

    #[test]
    fn six_digits_are_a_code_and_nothing_else_is() {
        assert_eq!(digits(" 081 804\n"), Some(81_804));
        for other in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345", "+12345"] {
            assert_eq!(digits(other), None, "{other}");
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text, "{bytes}");
        }
        assert_eq!(base32(RFC_SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(grouped("MZXW6YTBOI", ' '), "MZXW 6YTB OI");
    }

    #[test]
    fn an_app_is_told_whose_codes_they_are() {
        let uri = uri(RFC_SECRET, "Facteur (lettres.example.org)", "ana+1@example.org");
        assert_eq!(
            uri,
            "otpauth://totp/Facteur%20%28lettres.example.org%29:ana%2B1%40example.org\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Facteur%20%28lettres.example.org%29\
             &algorithm=SHA1&digits=6&period=30"
        );
        let picture = picture(&uri).unwrap();
        let svg = STANDARD.decode(picture.strip_prefix("data:image/svg+xml;base64,").unwrap()).unwrap();
        let svg = String::from_utf8(svg).unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>") && !svg.contains("script"));
        assert!(picture.len() < 40_000, "{} bytes", picture.len());
    }
}
