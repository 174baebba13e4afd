//! Links that act: HMAC-SHA-256 over (purpose, subscriber, version, time), base64url, one purpose each.
//!
//! In: a subscriber and what a link may do. Out: tokens for URLs and back. A token for one purpose is not valid for another;
//! comparison takes constant time. Leave tokens never expire, and have a form of their own ([`super::leave`]).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{CODE, Keys};
use crate::clock::Millis;

/// What a link may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Confirm a subscription. Carries its time of issue.
    Confirm = 1,
    /// Leave, and undo it. Carries the digest in whose mail it stands, 0 for a letter, where others carry their time.
    Leave = 2,
    /// Change one's settings. Carries the time of the letter that it stands in.
    Preferences = 3,
    /// "This was not me, never write again".
    NotMe = 4,
    /// An address bounces are sent to (VERP), as earlier versions wrote it: see [`super::bounce`].
    Bounce = 5,
    /// The time-stamp in our own sign-up page.
    Form = 6,
    /// Lets one of the people who edit in once: see `people::links`.
    Person = 7,
    /// Says of a browser that somebody has signed in with it before.
    Device = 8,
    /// Confirm another address. Carries the time at which its letter was asked for.
    Address = 20,
    /// End the monthly letter of a newsletter.
    Month = 21,
    /// Have a fresh link of [`Purpose::Preferences`] mailed: the settings link at the foot of each mail, which never expires.
    Settings = 31,
    /// Read all that is stored about oneself. Carries the time of its letter.
    Data = 32,
    /// Have all that is stored about oneself erased. Carries the time of its letter.
    Erase = 33,
    /// Stay, or leave: in the letter that asks. Carries the time of its letter, and never expires.
    Stay = 38,
    /// Keep one's address: in the notice that another one was asked for. Carries the time at which that was.
    Keep = 34,
    /// Read a draft without an account. Names the share, and carries the time at which it was made.
    Share = 40,
    /// What a new passkey signs: given to a browser whose owner typed their password. See `people::passkeys::challenge`.
    PasskeyMade = 41,
    /// What a passkey signs to sign in.
    PasskeyAsked = 42,
}

/// The contents of a valid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Claim {
    /// The subscriber (the newsletter for [`Purpose::Form`] and [`Purpose::Month`], a person for [`Purpose::Person`] and
    /// [`Purpose::Device`], a share for [`Purpose::Share`], a browser for passkeys).
    pub subject: i64,
    /// The subscriber's `token_version` when it was issued; at random for [`Purpose::Person`] and for passkeys, so that no two are equal.
    pub version: i64,
    /// When it was issued; 0 for tokens that never expire (a digest's id for [`Purpose::Leave`]).
    pub issued_at: Millis,
}

impl Keys {
    /// A token for a URL, 26 to 60 characters of `[A-Za-z0-9_-]`.
    pub fn sign(&self, purpose: Purpose, claim: Claim) -> String {
        if purpose == Purpose::Leave {
            return self.leave_token(claim);
        }
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
        if purpose == Purpose::Leave
            && let Some(claim) = self.read_leave_token(token)
        {
            return Some(claim);
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

    fn code(&self, purpose: Purpose, said: &[u8]) -> [u8; CODE] {
        let mut context = hmac::Context::with_key(&self.token);
        context.update(&[purpose as u8]);
        context.update(said);
        let mut code = [0; CODE];
        code.copy_from_slice(&context.sign().as_ref()[..CODE]);
        code
    }
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
