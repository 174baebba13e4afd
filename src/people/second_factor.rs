//! The second factor of a person: codes of an app, and ten recovery codes for the day the telephone is lost.
//!
//! In: a person, what they typed. Out: whether it fits; each code fits once. The secret is sealed with a key of the instance, recovery
//! codes are stored as hashes. It is never by mail: mail that does not leave keeps nobody out.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::accounts::Person;
use super::totp;
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_as, query_scalar};
use crate::events::activity::{self, Act, Deed};
use crate::keys::random;

/// Recovery codes of a person.
pub const CODES: usize = 10;
/// Bytes of a recovery code: 80 bits, which nobody guesses, so a plain hash keeps it.
const CODE: usize = 10;

/// A secret that waits for its first right code. Nothing is stored of it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// For the form: the secret, sealed for this person.
    pub sealed: String,
    /// For who cannot photograph the code: base32 in groups of four.
    pub secret: String,
    /// The QR code, as the address of a picture.
    pub picture: String,
    /// What the QR code holds; on a telephone it opens the app.
    pub uri: String,
}

/// A new secret for somebody.
pub fn offer(app: &App, person: &Person) -> anyhow::Result<Offer> {
    let secret: [u8; totp::SECRET] = random();
    offered(app, person, &secret)
}

/// The offer that a form brought back; `None` when it is not one of this person's.
pub fn offer_again(app: &App, person: &Person, sealed: &str) -> anyhow::Result<Option<Offer>> {
    let secret = app.keys.unseal(&offered_to(person.id), sealed);
    secret.map(|secret| offered(app, person, &secret)).transpose()
}

fn offered(app: &App, person: &Person, secret: &[u8]) -> anyhow::Result<Offer> {
    let host = url::Url::parse(&app.config.base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let issuer = host.map_or_else(|| "Facteur".to_owned(), |host| format!("Facteur ({host})").replace(':', "."));
    let uri = totp::uri(secret, &issuer, &person.email);
    Ok(Offer {
        sealed: app.keys.seal(&offered_to(person.id), secret),
        secret: totp::grouped(&totp::base32(secret), ' '),
        picture: totp::picture(&uri)?,
        uri,
    })
}

fn offered_to(person_id: i64) -> String {
    format!("totp offered {person_id}")
}

fn kept_for(person_id: i64) -> String {
    format!("totp {person_id}")
}

/// Turns the factor on with the first right code of an offered secret; gives the recovery codes, which are not shown again. `None`
/// when the code does not fit, or a factor is on already.
pub async fn turn_on(app: &App, person_id: i64, sealed: &str, typed: &str) -> sqlx::Result<Option<Vec<String>>> {
    let now = app.clock.now();
    let Some(secret) = app.keys.unseal(&offered_to(person_id), sealed) else { return Ok(None) };
    let Some(step) = totp::digits(typed).and_then(|typed| totp::matching(&secret, typed, now)) else { return Ok(None) };
    let mut tx = app.db.begin().await?;
    let turned = query("UPDATE person SET totp_secret = $2, totp_step = $3 WHERE id = $1 AND totp_secret IS NULL")
        .bind(person_id)
        .bind(app.keys.seal(&kept_for(person_id), &secret))
        .bind(step)
        .execute(tx.on())
        .await?;
    if turned == 0 {
        return Ok(None);
    }
    let codes = renew_codes(&mut tx, person_id).await?;
    activity::note(&mut tx, now, Act::new(Deed::SecondFactorOn).about("person", person_id)).await?;
    tx.commit().await?;
    Ok(Some(codes))
}

/// Turns it off: the password alone lets them in. `false` when it was not on.
pub async fn turn_off(tx: &mut Tx, person_id: i64) -> sqlx::Result<bool> {
    let turned = query("UPDATE person SET totp_secret = NULL, totp_step = 0 WHERE id = $1 AND totp_secret IS NOT NULL")
        .bind(person_id)
        .execute(tx.on())
        .await?;
    forget_codes(tx, person_id).await?;
    Ok(turned == 1)
}

/// New recovery codes in place of all before, as they are shown once: `abcd-efgh-ijkl-mnop`.
pub async fn renew_codes(tx: &mut Tx, person_id: i64) -> sqlx::Result<Vec<String>> {
    forget_codes(tx, person_id).await?;
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let random: [u8; CODE] = random();
        let code = totp::grouped(&totp::base32(&random).to_lowercase(), '-');
        query("INSERT INTO recovery_code (person_id, hash) VALUES ($1, $2)")
            .bind(person_id)
            .bind(hash(&code))
            .execute(tx.on())
            .await?;
        codes.push(code);
    }
    Ok(codes)
}

async fn forget_codes(tx: &mut Tx, person_id: i64) -> sqlx::Result<u64> {
    query("DELETE FROM recovery_code WHERE person_id = $1").bind(person_id).execute(tx.on()).await
}

/// Whether six digits are a code of this person's app that was not used before; it is used from then on.
pub async fn code_fits(app: &App, tx: &mut Tx, person_id: i64, typed: u32) -> sqlx::Result<bool> {
    let kept: Option<Option<String>> =
        query_scalar("SELECT totp_secret FROM person WHERE id = $1").bind(person_id).fetch_optional(tx.on()).await?;
    let secret = kept.flatten().and_then(|sealed| app.keys.unseal(&kept_for(person_id), &sealed));
    let Some(step) = secret.and_then(|secret| totp::matching(&secret, typed, app.clock.now())) else {
        return Ok(false);
    };
    let used = query("UPDATE person SET totp_step = $2 WHERE id = $1 AND totp_step < $2")
        .bind(person_id)
        .bind(step)
        .execute(tx.on())
        .await?;
    Ok(used == 1)
}

/// Whether it is one of this person's recovery codes that was not used before; it is used from then on.
pub async fn recovery_fits(tx: &mut Tx, person_id: i64, typed: &str, now: Millis) -> sqlx::Result<bool> {
    let used = query("UPDATE recovery_code SET used_at = $3 WHERE person_id = $1 AND hash = $2 AND used_at IS NULL")
        .bind(person_id)
        .bind(hash(typed))
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(used == 1)
}

/// What is stored of a recovery code, however it was typed: blanks, dashes and case aside, `0` and `1` for the letters they look like.
fn hash(code: &str) -> String {
    let letter = |c: char| match c.to_ascii_uppercase() {
        '0' => 'O',
        '1' => 'I',
        other => other,
    };
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(letter).collect();
    URL_SAFE_NO_PAD.encode(digest(&SHA256, plain.as_bytes()))
}

/// Whether somebody has a second factor, and how many recovery codes are left to them.
pub async fn state(db: &Db, person_id: i64) -> sqlx::Result<(bool, i64)> {
    query_as(
        "SELECT totp_secret IS NOT NULL,
                (SELECT COUNT(*) FROM recovery_code r WHERE r.person_id = p.id AND r.used_at IS NULL)
         FROM person p WHERE p.id = $1",
    )
    .bind(person_id)
    .fetch_one(db.on())
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let code = "ab2o-efgi-ijkl-mnop";
        for typed in ["AB2OEFGIIJKLMNOP", " ab20 efg1 1jkl mnop ", "ab2o–efgi–ijkl–mnop"] {
            assert_eq!(hash(typed), hash(code), "{typed}");
        }
        assert_ne!(hash("ab2o-efgi-ijkl-mnoq"), hash(code));
    }
}
