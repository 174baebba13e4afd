//! The token of a link that leaves: lower-case base32, because the same token stands in the address that one leaves by writing to
//! (`List-Unsubscribe`), and some mail servers fold the case of addresses.
//!
//! In: a subscriber, their version, the digest in whose mail the link stands. Out: a token, and back in whatever case it comes. Tokens of earlier versions (base64url,
//! [`super::token`]) stay valid: no link in a mail ever dies.

use aws_lc_rs::hmac;

use super::digits::{self, number, push_code, push_number};
use super::{Claim, Keys, Purpose};

/// Bytes of the code: 120 bits.
const CODE: usize = 15;
/// The same in digits.
const CODE_DIGITS: usize = CODE * 8 / 5;
/// Added to the first digit of a token that names a digest: no number has so many digits.
const OF_DIGEST: usize = 16;

impl Keys {
    /// The token for this subscriber and version, 26 to 51 characters of `[a-z2-7]`, and up to 14 more with a digest (where others
    /// carry their time, for it never expires).
    pub(super) fn leave_token(&self, claim: Claim) -> String {
        let mut token = vec![0];
        push_number(&mut token, claim.subject);
        let length = token.len() - 1;
        if claim.issued_at == 0 {
            token[0] = digits::of(length);
        } else {
            token[0] = digits::of(OF_DIGEST + length);
            let at = token.len();
            token.push(0);
            push_number(&mut token, claim.issued_at);
            token[at] = digits::of(token.len() - at - 1);
        }
        push_number(&mut token, claim.version);
        let code = self.leave_code(&token);
        push_code(&mut token, &code);
        token.into_iter().map(char::from).collect()
    }

    /// What the token claims, if it is ours and of this form.
    pub(super) fn read_leave_token(&self, token: &str) -> Option<Claim> {
        let token = token.to_ascii_lowercase().into_bytes();
        let (said, code) = token.split_at_checked(token.len().checked_sub(CODE_DIGITS)?)?;
        let mut expected = Vec::with_capacity(CODE_DIGITS);
        push_code(&mut expected, &self.leave_code(said));
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected, code).ok()?;
        let (&length, numbers) = said.split_first()?;
        let length = usize::from(digits::value(length)?);
        let (subject, mut version) = numbers.split_at_checked(length % OF_DIGEST)?;
        let mut digest: &[u8] = &[];
        if length >= OF_DIGEST {
            let (&length, numbers) = version.split_first()?;
            (digest, version) = numbers.split_at_checked(usize::from(digits::value(length)?))?;
        }
        Some(Claim { subject: number(subject)?, version: number(version)?, issued_at: number(digest)? })
    }

    fn leave_code(&self, said: &[u8]) -> [u8; CODE] {
        let mut context = hmac::Context::with_key(&self.token);
        context.update(&[Purpose::Leave as u8]);
        // What a token of earlier versions says ends in a zero, which is no digit: no code is valid for both.
        context.update(b"fold");
        context.update(said);
        let mut code = [0; CODE];
        code.copy_from_slice(&context.sign().as_ref()[..CODE]);
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: Claim = Claim { subject: 421_337, version: 7, issued_at: 0 };

    fn keys() -> Keys {
        Keys::from_secret(b"secret")
    }

    #[test]
    fn a_token_comes_back_in_any_case_and_is_short() {
        for (subject, version, most) in [(1, 0, 26), (1, 1, 27), (33_554_431, 31, 31), (i64::MAX, i64::MAX, 51)] {
            let claim = Claim { subject, version, issued_at: 0 };
            let token = keys().sign(Purpose::Leave, claim);
            assert!(token.len() <= most && token.bytes().all(|byte| digits::value(byte).is_some()), "{token}");
            for token in [token.clone(), token.to_ascii_uppercase()] {
                assert_eq!(keys().verify(Purpose::Leave, &token), Some(claim), "{token}");
                assert_eq!(Keys::from_secret(b"other").verify(Purpose::Leave, &token), None);
                for other in [Purpose::Confirm, Purpose::Preferences, Purpose::NotMe, Purpose::Bounce] {
                    assert_eq!(keys().verify(other, &token), None, "{other:?}");
                }
            }
        }
    }

    #[test]
    fn a_token_names_the_digest_in_whose_mail_it_stands() {
        for (subject, version, digest, most) in
            [(1, 0, 1, 28), (421_337, 7, 31, 32), (33_554_431, 31, 1_000, 34), (i64::MAX, i64::MAX, i64::MAX, 65)]
        {
            let claim = Claim { subject, version, issued_at: digest };
            let token = keys().sign(Purpose::Leave, claim);
            assert!(token.len() <= most && token.bytes().all(|byte| digits::value(byte).is_some()), "{token}");
            assert_eq!(keys().verify(Purpose::Leave, &token.to_ascii_uppercase()), Some(claim), "{token}");
            assert_ne!(token, keys().sign(Purpose::Leave, Claim { issued_at: 0, ..claim }));
        }
    }

    #[test]
    fn a_token_of_earlier_versions_stays_valid_and_its_case_counts() {
        let earlier = "2dsZBwCUxH38VI8KzG7VDBTqDajr";
        assert_eq!(keys().verify(Purpose::Leave, earlier), Some(ANA));
        assert_eq!(keys().verify(Purpose::Leave, &earlier.to_ascii_lowercase()), None);
        assert_ne!(keys().sign(Purpose::Leave, ANA), earlier);
    }

    #[test]
    fn no_other_token_is_ours() {
        let token = keys().sign(Purpose::Leave, ANA);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'a' { b'b' } else { b'a' };
            assert_eq!(keys().verify(Purpose::Leave, std::str::from_utf8(&changed).unwrap()), None, "{at}");
            assert_eq!(keys().verify(Purpose::Leave, &token[at + 1..]), None, "{at}");
        }
        for wrong in ["", "é", &"a".repeat(30), &"7".repeat(100), &"7".repeat(500)] {
            assert_eq!(keys().verify(Purpose::Leave, wrong), None, "{wrong}");
        }
    }
}
