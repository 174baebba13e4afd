//! What a passkey signs, so that its answer is worth something here, now and once.
//!
//! In: the value of a browser's cookie. Out: a challenge for that browser alone, good for five minutes. It is signed by the instance
//! instead of being stored, so a page that shows one changes nothing, every process knows it, and a restart forgets none; what is stored
//! is that one was answered.

use aws_lc_rs::digest::{SHA256, digest};

use super::refusal::Refusal;
use super::sql;
use crate::app::App;
use crate::clock::{MINUTE, Millis};
use crate::db::Tx;
use crate::keys::{Claim, Purpose, random};
use crate::people::sessions;

/// How long a challenge is good.
pub const LASTS: Millis = 5 * MINUTE;
/// How long an answered one is remembered: longer than it is good, should the clock be set back.
const KNOWN: Millis = 4 * LASTS;

/// A challenge for whoever has this cookie: base64url, as browsers repeat it.
pub fn make(app: &App, purpose: Purpose, cookie: &str) -> String {
    let claim = Claim { subject: bound(cookie), version: i64::from_be_bytes(random()), issued_at: app.clock.now() };
    app.keys.sign(purpose, claim)
}

/// The browser in a claim: 64 bits of the hash of what it alone knows.
fn bound(cookie: &str) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&digest(&SHA256, cookie.as_bytes()).as_ref()[..8]);
    i64::from_be_bytes(first)
}

/// Whether a challenge is one of ours, for this and for this browser, and still good.
///
/// # Errors
/// [`Refusal::Challenge`].
pub fn judge(app: &App, purpose: Purpose, cookie: &str, challenge: &str) -> Result<(), Refusal> {
    let claim = app.keys.verify(purpose, challenge).ok_or(Refusal::Challenge)?;
    let good = claim.subject == bound(cookie) && (0..LASTS).contains(&(app.clock.now() - claim.issued_at));
    if good { Ok(()) } else { Err(Refusal::Challenge) }
}

/// Notes that it was answered; `false` when it was before.
pub async fn take(tx: &mut Tx, challenge: &str, now: Millis) -> sqlx::Result<bool> {
    sql::forget_answered(tx, now - KNOWN).await?;
    sql::answer(tx, &sessions::hash(challenge), now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_bound_to_its_browser() {
        assert_eq!(bound("one"), bound("one"));
        assert_ne!(bound("one"), bound("other"));
    }
}
