//! Passwords: which may be chosen, and how they are kept: Argon2id (RFC 9106) with 19 MiB, two passes, one lane, as a PHC string.
//!
//! In: what somebody typed. Out: what a row keeps of it, and whether it fits what a row keeps. Hashing takes some 30 ms of a core and
//! 19 MiB, so two are under way at most, and few wait ([`Busy`]). For somebody without a password the same work is done: the time
//! of an answer does not tell who has an account.

use std::collections::HashSet;
use std::sync::LazyLock;

use anyhow::Context as _;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use crate::coded::codes;
use crate::keys::random;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most characters: far more than anybody types, and little work to hash.
pub const LONGEST: usize = 256;

/// KiB, passes, lanes (OWASP Password Storage Cheat Sheet; ASVS 5.0 appendix C).
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// What a hash with these parameters begins with; another is made anew when its owner signs in.
const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
/// What nobody's password fits, with the parameters of today: for those who are unknown, or have not chosen one yet.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashings under way at a time: each takes a core and 19 MiB.
static HASHING: Semaphore = Semaphore::const_new(2);
/// Hashings that are under way or wait, at most: the last waits about a second.
static ADMITTED: Semaphore = Semaphore::const_new(64);

codes! {
    /// Why a password may not be chosen.
    pub enum Weak as "password" {
        /// Too few characters.
        TooShort {
            /// As many it must have.
            least: i64,
        } => "too-short",
        /// Too many characters.
        TooLong {
            /// As many it may have.
            most: i64,
        } => "too-long",
        /// One that is tried first, or made of one.
        Common => "common",
        /// Made of the person's own address or name.
        Personal => "personal",
        /// The two that were typed differ.
        Unequal => "unequal",
    }
}

/// Too many people sign in at this moment; nothing was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at this moment")]
pub struct Busy;

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// It is the password.
    pub fits: bool,
    /// What is kept of it was made with other parameters than those of today.
    pub outdated: bool,
}

/// Whether this may be chosen by somebody of this address and name.
///
/// # Errors
/// The first reason why not.
pub fn check(password: &str, email: &str, name: &str) -> Result<(), Weak> {
    let characters = normal(password).chars().count();
    if characters < SHORTEST {
        return Err(Weak::TooShort { least: SHORTEST as i64 });
    }
    if characters > LONGEST {
        return Err(Weak::TooLong { most: LONGEST as i64 });
    }
    if is_common(password) {
        return Err(Weak::Common);
    }
    if is_personal(password, email, name) {
        return Err(Weak::Personal);
    }
    Ok(())
}

/// What a row keeps of a password.
///
/// # Errors
/// [`Busy`], or when the hash cannot be made at all.
pub async fn hash(password: &str) -> anyhow::Result<String> {
    let password = normal(password);
    let made = worked(move || {
        let salt: [u8; 16] = random();
        hasher().hash_password_with_salt(password.as_bytes(), &salt).map(|hash| hash.to_string())
    });
    made.await?.map_err(|error| anyhow::anyhow!("the password cannot be hashed: {error}"))
}

/// Compares what somebody typed with what their row keeps; `None` when there is no row or no password, which takes as long.
///
/// # Errors
/// [`Busy`].
pub async fn judge(kept: Option<String>, password: &str) -> anyhow::Result<Judged> {
    let password = normal(password);
    let outdated = kept.as_ref().is_some_and(|kept| !kept.starts_with(CURRENT));
    let known = kept.is_some();
    let fits = worked(move || {
        let kept = kept.as_deref().unwrap_or(NOBODY);
        let parsed = PasswordHash::new(kept);
        parsed.is_ok_and(|parsed| hasher().verify_password(password.as_bytes(), &parsed).is_ok())
    });
    Ok(Judged { fits: fits.await? && known, outdated })
}

/// Does the work on a thread of its own, when it is its turn.
async fn worked<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    let admitted = ADMITTED.try_acquire().map_err(|_| Busy)?;
    let turn = HASHING.acquire().await.context("hashing has ended")?;
    let done = tokio::task::spawn_blocking(move || {
        // Held by the work itself: whoever asked may have gone away.
        let _held = (admitted, turn);
        work()
    });
    Ok(done.await?)
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, LANES, None).expect("the parameters are within their limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The same characters however a keyboard composes them (NFC, NIST SP 800-63B section 3.1.1.2); blanks stay.
fn normal(password: &str) -> String {
    password.nfc().collect()
}

/// What is tried first: words in lower case, without digits and signs at their ends.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common-passwords.txt").lines().filter(|line| !line.starts_with('#')).collect());

/// Neighbours: the alphabet, digits, rows of keyboards.
const RUNS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "1234567890azertyuiopqsdfghjklmwxcvbn",
    "1234567890qwertyuiopasdfghjklzxcvbnm",
];

/// Characters that every password must have, each counted once.
const DIFFERENT: usize = 5;

fn is_common(password: &str) -> bool {
    let plain: String = password.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    if plain.chars().collect::<HashSet<_>>().len() < DIFFERENT || is_run(&plain) {
        return true;
    }
    let (inner, clear) = (core(&plain), unmasked(&plain));
    [inner, &unmasked(inner), core(&clear)].iter().any(|core| {
        let unit = unit(core);
        COMMON.contains(unit) || is_run(unit) || (unit.len() < core.len() && unit.chars().count() <= 4)
    })
}

/// Whether it goes along a row of neighbours, either way.
fn is_run(text: &str) -> bool {
    let back: String = text.chars().rev().collect();
    text.chars().count() >= 4
        && RUNS.iter().any(|run| {
            let long = run.repeat(2 + text.len() / run.len());
            long.contains(text) || long.contains(&back)
        })
}

/// Without digits and signs at both ends; all of it when nothing is left.
fn core(text: &str) -> &str {
    let core = text.trim_matches(|c: char| !c.is_alphabetic());
    if core.is_empty() { text } else { core }
}

/// The letters that digits and signs stand for, as in `p@ssw0rd`; without the accents that French passwords drop or keep.
fn unmasked(text: &str) -> String {
    let letter = |c: char| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).map(letter).collect()
}

/// The shortest part that the whole is a repetition of.
fn unit(text: &str) -> &str {
    let repeats = |part: &str| text.len().is_multiple_of(part.len()) && part.repeat(text.len() / part.len()) == text;
    let ends = text.char_indices().skip(1).map(|(at, _)| at);
    ends.map(|end| &text[..end]).find(|part| repeats(part)).unwrap_or(text)
}

/// Whether it is the address, a part of it or the name, with digits and signs around.
fn is_personal(password: &str, email: &str, name: &str) -> bool {
    let bare = |text: &str| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let core = bare(core(&password.to_lowercase()));
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let site = domain.split('.').next().unwrap_or_default();
    let own = [email, local, domain, site, name].map(bare);
    own.iter().any(|own| own.chars().count() >= 3 && (core == *own || unit(&core) == own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weak(password: &str) -> Option<Weak> {
        check(password, "ana.lopez@estuaire.example", "Ana Lopez").err()
    }

    #[test]
    fn the_length_is_counted_in_characters() {
        assert_eq!(weak("grue-hêtre7"), Some(Weak::TooShort { least: 12 }));
        assert_eq!(weak("grue-hêtre 7"), None);
        assert_eq!(weak(&"bac du Pellerin ".repeat(4)), None, "64 and more are welcome");
        assert_eq!(weak(&"aé".repeat(129)), Some(Weak::TooLong { most: 256 }));
        // Composed or not, the same eleven characters.
        assert_eq!(weak("grue-he\u{302}tre7"), Some(Weak::TooShort { least: 12 }));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for common in [
            "motdepasse2026",
            "Motdepasse123!",
            "P@ssw0rd2026!",
            "passwordpassword",
            "123456789012",
            "987654321098",
            "azertyuiop123",
            "qwertyuiop[]12",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "abcdefghijkl",
            "zyxwvutsrqponm",
            "Administrateur1",
            "bonjourbonjour",
            "2026-2026-2026",
        ] {
            assert_eq!(weak(common), Some(Weak::Common), "{common}");
        }
        for good in
            ["correct horse battery", "la brume recouvrait", "k7#Vq2!mZt0p", "bonjour les courlis", "Xa9-Xa9-Yb8-Qr"]
        {
            assert_eq!(weak(good), None, "{good}");
        }
    }

    #[test]
    fn ones_own_name_is_no_password() {
        for own in
            ["ana.lopez@estuaire.example", "AnaLopez2026!", "12 Ana Lopez 34", "estuaire2026!", "analopezanalopez"]
        {
            assert_eq!(weak(own), Some(Weak::Personal), "{own}");
        }
        assert_eq!(weak("le chat d'Ana Lopez dort"), None);
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_fits_again() {
        let kept = hash("grue et hêtre 7").await.unwrap();
        assert!(kept.starts_with(CURRENT) && !kept.contains("grue"), "{kept}");
        assert_eq!(kept.rsplit('$').map(str::len).take(2).collect::<Vec<_>>(), [43, 22], "32 bytes, and 16 of salt");
        let judged = judge(Some(kept.clone()), "grue et he\u{302}tre 7").await.unwrap();
        assert_eq!(judged, Judged { fits: true, outdated: false });
        assert!(!judge(Some(kept.clone()), "grue et hêtre 8").await.unwrap().fits);
        assert!(!judge(None, "grue et hêtre 7").await.unwrap().fits);
        assert!(!judge(Some("of another program".to_owned()), "grue et hêtre 7").await.unwrap().fits);
        assert!(PasswordHash::new(NOBODY).is_ok(), "as much work as a known one");
        assert_ne!(hash("grue et hêtre 7").await.unwrap(), kept, "a salt of its own");
    }

    #[tokio::test]
    async fn weaker_parameters_of_another_day_are_called_outdated() {
        let params = Params::new(8_192, 1, 1, None).unwrap();
        let old = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let kept = old.hash_password_with_salt(b"grue et hetre 7", &[7; 16]).unwrap().to_string();
        assert_eq!(judge(Some(kept), "grue et hetre 7").await.unwrap(), Judged { fits: true, outdated: true });
    }
}
