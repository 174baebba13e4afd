//! What a browser takes along to a provider of log-ins and brings back: the questions whose answers only it can have.
//!
//! In: what it wants there. Out: a [`Flow`], sealed for a cookie of this browser, and back. Nothing is stored until the browser comes
//! back: `state` ties its way back to its way there (RFC 6749 section 10.12), `nonce` the provider's word to this log-in, and the
//! code verifier the code to whoever asked for it (RFC 7636).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::clock::{MINUTE, Millis};
use crate::keys::{Keys, random_text};

/// How long a way there and back may take.
pub const LASTS: Millis = 10 * MINUTE;
/// What a sealed flow belongs to.
const SEALED_FOR: &str = "oidc flow";

/// What somebody wants at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// To come in.
    LogIn {
        /// Where to afterwards: a path of the console.
        next: Option<String>,
    },
    /// To link their account there to theirs here.
    Link {
        /// `person.id`
        person_id: i64,
        /// The session in which they want it.
        session: String,
    },
    /// To join with an invitation.
    Join {
        /// Its token.
        invitation: String,
    },
}

/// One way there and back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// What comes back as it went.
    pub state: String,
    /// What the provider must repeat in its word.
    pub nonce: String,
    /// What only this browser knows of the code (RFC 7636 section 4.1).
    pub verifier: String,
    /// What for.
    pub wish: Wish,
    /// Since when.
    pub begun_at: Millis,
}

impl Flow {
    /// A new one: 256 random bits each.
    pub fn begin(wish: Wish, now: Millis) -> Self {
        Self { state: random_text(32), nonce: random_text(32), verifier: random_text(32), wish, begun_at: now }
    }

    /// The value of the browser's cookie.
    pub fn sealed(&self, keys: &Keys) -> String {
        // Texts and numbers have no form that JSON lacks.
        keys.seal(SEALED_FOR, &serde_json::to_vec(self).unwrap_or_default())
    }

    /// The flow of a cookie, as long as it may last.
    pub fn open(keys: &Keys, cookie: &str, now: Millis) -> Option<Self> {
        let flow: Self = serde_json::from_slice(&keys.unseal(SEALED_FOR, cookie)?).ok()?;
        (0..LASTS).contains(&(now - flow.begun_at)).then_some(flow)
    }

    /// Whether what came back is what went; compared in constant time.
    pub fn fits(&self, state: &str) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(self.state.as_bytes(), state.as_bytes()).is_ok()
    }

    /// The challenge for the provider (RFC 7636 section 4.2, S256).
    pub fn challenge(&self) -> String {
        hashed(&self.verifier)
    }

    /// What is stored of a flow that came back.
    pub fn mark(&self) -> String {
        hashed(&self.state)
    }
}

fn hashed(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_opens_here_in_time_and_unaltered() {
        let keys = Keys::from_secret(b"one");
        let flow = Flow::begin(Wish::Join { invitation: "abc".into() }, 1_000);
        let cookie = flow.sealed(&keys);
        assert!(cookie.len() < 1_000 && !cookie.contains(&flow.state), "{cookie}");
        assert_eq!(Flow::open(&keys, &cookie, 1_000).as_ref(), Some(&flow));
        assert_eq!(Flow::open(&keys, &cookie, 1_000 + LASTS - 1).as_ref(), Some(&flow));
        assert_eq!(Flow::open(&keys, &cookie, 1_000 + LASTS), None);
        assert_eq!(Flow::open(&keys, &cookie, 999), None);
        assert_eq!(Flow::open(&Keys::from_secret(b"two"), &cookie, 1_000), None);
        assert_eq!(Flow::open(&keys, &keys.seal("totp 7", b"{}"), 1_000), None);
        assert!(flow.fits(&flow.state) && !flow.fits(&flow.nonce) && !flow.fits(""));
        let other = Flow::begin(Wish::LogIn { next: None }, 1_000);
        assert!(flow.state != other.state && flow.nonce != other.nonce && flow.verifier != other.verifier);
    }

    /// The example of RFC 7636 appendix B.
    #[test]
    fn the_challenge_is_that_of_the_specification() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let flow = Flow { verifier, ..Flow::begin(Wish::LogIn { next: None }, 0) };
        assert_eq!(flow.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(Flow::begin(Wish::LogIn { next: None }, 0).verifier.len(), 43, "as short as it may be");
    }
}
