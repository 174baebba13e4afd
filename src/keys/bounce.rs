//! The token of an envelope sender (VERP): whom, and which mailing, a report that comes back is about.
//!
//! In: a subscriber and a digest. Out: lower-case base32 for `b-TOKEN@…`, and back from what forwarders make of such an address:
//! servers fold case, and SRS writes `SRS0=…=…=bounces.example.org=b-TOKEN@forwarder`. The code in the token tells ours from
//! whatever else stands there. Tokens of earlier versions ([`Purpose::Bounce`], base64url) stay valid.

use aws_lc_rs::hmac;

use super::digits::{self, number, push_code, push_number};
use super::{Keys, Purpose};

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounced {
    /// Whom; 0 for somebody who is no subscriber.
    pub subscriber_id: i64,
    /// Which digest; 0 for a letter.
    pub digest_id: i64,
}

/// Bytes of the code: 80 bits.
const CODE: usize = 10;
/// The same in digits.
const CODE_DIGITS: usize = CODE * 8 / 5;
/// The longest token that any two ids can make; up to 33 million subscribers and a million digests it has 26 characters.
pub const LONGEST: usize = 1 + 13 + 13 + CODE_DIGITS;
/// The longest token of earlier versions.
const LONGEST_BEFORE: usize = 64;

impl Keys {
    /// The token for this: 17 to [`LONGEST`] characters of `[a-z2-7]`.
    pub fn bounce_token(&self, about: Bounced) -> String {
        let mut token = Vec::with_capacity(LONGEST);
        token.push(0);
        push_number(&mut token, about.subscriber_id);
        token[0] = digits::of(token.len() - 1);
        push_number(&mut token, about.digest_id);
        let code = self.bounce_code(&token);
        push_code(&mut token, &code);
        token.into_iter().map(char::from).collect()
    }

    /// What the token says, if it is ours; in whatever case it comes.
    pub fn read_bounce_token(&self, token: &str) -> Option<Bounced> {
        self.read_digits(&token.to_ascii_lowercase()).or_else(|| {
            let claim = self.verify(Purpose::Bounce, token)?;
            Some(Bounced { subscriber_id: claim.subject, digest_id: claim.version })
        })
    }

    /// What a mail to this address is about; `None` when no token of ours is in it.
    pub fn bounced(&self, recipient: &str) -> Option<Bounced> {
        candidates(recipient).into_iter().find_map(|token| self.read_bounce_token(token))
    }

    fn read_digits(&self, token: &str) -> Option<Bounced> {
        let (said, code) = token.as_bytes().split_at_checked(token.len().checked_sub(CODE_DIGITS)?)?;
        let mut expected = Vec::with_capacity(CODE_DIGITS);
        push_code(&mut expected, &self.bounce_code(said));
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected, code).ok()?;
        let (&length, numbers) = said.split_first()?;
        let (subscriber, digest) = numbers.split_at_checked(usize::from(digits::value(length)?))?;
        Some(Bounced { subscriber_id: number(subscriber)?, digest_id: number(digest)? })
    }

    fn bounce_code(&self, said: &[u8]) -> [u8; CODE] {
        let mut context = hmac::Context::with_key(&self.token);
        context.update(&[Purpose::Bounce as u8]);
        // What a token of earlier versions says ends in a zero, which is no digit: no code is valid for both.
        context.update(b"verp");
        context.update(said);
        let mut code = [0; CODE];
        code.copy_from_slice(&context.sign().as_ref()[..CODE]);
        code
    }
}

/// What is most likely the token in a recipient's address; only [`Keys::bounced`] knows whether it is ours.
pub fn token_from_recipient(recipient: &str) -> Option<&str> {
    candidates(recipient).into_iter().next()
}

/// What may be a token in this address, the likeliest first: what stands behind `b-`, then what stands last.
fn candidates(recipient: &str) -> Vec<&str> {
    let local = recipient.rsplit_once('@').map_or(recipient, |(local, _)| local);
    let in_word = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    let words = || local.rsplit(move |char: char| !in_word(char));
    let marked = words().filter_map(|word| word.split_at_checked(2));
    let marked = marked.filter(|(mark, _)| mark.eq_ignore_ascii_case("b-")).map(|(_, token)| token);
    let last = words().filter_map(|word| word.rsplit(['-', '_']).next());
    let fits = |token: &&str| (CODE_DIGITS + 1..=LONGEST_BEFORE).contains(&token.len());
    marked.chain(last).chain(words()).filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Claim;

    const ANA: Bounced = Bounced { subscriber_id: 421_337, digest_id: 7 };

    fn keys() -> Keys {
        Keys::from_secret(b"secret")
    }

    /// The token of earlier versions for the same.
    fn before(about: Bounced) -> String {
        let claim = Claim { subject: about.subscriber_id, version: about.digest_id, issued_at: 0 };
        keys().sign(Purpose::Bounce, claim)
    }

    #[test]
    fn a_token_comes_back_and_is_short() {
        for (subscriber_id, digest_id, most) in [
            (0, 0, 17),
            (1, 0, 18),
            (31, 32, 20),
            (33_554_431, 1_048_575, 26),
            (1_000_000_000, 32_767, 26),
            (i64::MAX, i64::MAX, LONGEST),
        ] {
            let about = Bounced { subscriber_id, digest_id };
            let token = keys().bounce_token(about);
            assert!(token.len() <= most && token.bytes().all(|byte| digits::value(byte).is_some()), "{token}");
            assert_eq!(keys().read_bounce_token(&token), Some(about));
            assert_eq!(keys().read_bounce_token(&token.to_ascii_uppercase()), Some(about));
            assert_eq!(Keys::from_secret(b"other").read_bounce_token(&token), None);
        }
    }

    #[test]
    fn no_other_token_is_ours() {
        let token = keys().bounce_token(ANA);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'a' { b'b' } else { b'a' };
            assert_eq!(keys().read_bounce_token(std::str::from_utf8(&changed).unwrap()), None, "{at}");
            assert_eq!(keys().read_bounce_token(&token[at + 1..]), None, "{at}");
        }
        for wrong in ["", "b-", "é", &"a".repeat(26), &"7".repeat(500), &token.replace('a', "0")] {
            if *wrong != token {
                assert_eq!(keys().read_bounce_token(wrong), None, "{wrong}");
            }
        }
    }

    #[test]
    fn it_lives_through_what_servers_do_to_an_address() {
        for token in [keys().bounce_token(ANA), before(ANA)] {
            for address in [
                format!("b-{token}@bounces.example.org"),
                format!("bonjour+{token}@example.org"),
                format!("lettres-de-la-mairie+{token}@example.org"),
                format!("SRS0=HhHh=TT=bounces.example.org=b-{token}@forwarder.example"),
                format!("SRS0+abcd=XY=example.org=bonjour+{token}@forwarder.example"),
                format!("SRS1=qq=first.example==HhHh=TT=bounces.example.org=b-{token}@second.example"),
                format!("prvs=1234ab56cd=b-{token}@bounces.example.org"),
                format!("list-bounces+b-{token}=bounces.averylongnamewithoutanyhyphen.example@lists.example"),
                format!("b-{token}"),
            ] {
                assert_eq!(keys().bounced(&address), Some(ANA), "{address}");
            }
        }
        let token = keys().bounce_token(ANA);
        for address in [
            format!("bonjour+{token}@example.org"),
            format!("B-{}@BOUNCES.EXAMPLE.ORG", token.to_uppercase()),
            format!("srs0=hhhh=tt=bounces.example.org=b-{token}@forwarder.example"),
            format!("bonjour-{token}@example.org"),
            format!("Bonjour_{}@example.org", token.to_uppercase()),
        ] {
            assert_eq!(keys().bounced(&address), Some(ANA), "{address}");
            assert!(
                token_from_recipient(&address).is_some_and(|found| found.eq_ignore_ascii_case(&token)),
                "{address}"
            );
        }
        for nobody in ["", "@", "ana@example.org", "b-@example.org", "b-aaaaaaaaaaaaaaaaaaaaaaaaaa@example.org"] {
            assert_eq!(keys().bounced(nobody), None, "{nobody}");
        }
        assert_eq!(token_from_recipient("ana@example.org"), None);
    }

    #[test]
    fn twenty_characters_before_it_leave_a_local_part_that_servers_take() {
        let longest = keys().bounce_token(Bounced { subscriber_id: i64::MAX, digest_id: i64::MAX });
        assert!(longest.len() + 20 <= 64, "RFC 5321 section 4.5.3.1.1");
        assert_eq!(LONGEST, crate::config::TOKEN_LENGTH, "what the configuration leaves room for");
    }
}
