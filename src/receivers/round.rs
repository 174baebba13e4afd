//! A mail to a mailbox of the owner's, to see how it arrives: it leaves as every letter of its newsletter does, and comes back by a
//! forward into the intake, or as a file.
//!
//! In: a newsletter and an address. Out: a letter, and a row of `loop_mail` under its Message-ID, which only we can make and so is
//! its token; [`Standing`], until it came back. The address stands in the letter alone, and in no log.

use std::sync::Arc;

use serde_json::json;

use super::results::{self, Found};
use super::sql;
use crate::app::App;
use crate::db::{Db, Tx};
use crate::ledger::State;
use crate::ledger::letters::{self, NewLetter};
use crate::ledger::mask::masked;
use crate::letter::LetterKind;
use crate::newsletters::Newsletter;

/// Characters of what stands before the `@` in a Message-ID of ours.
const LENGTH: usize = 22;

/// A mail that goes round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    letter_id: i64,
    message_id: String,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has not left.
    Waits,
    /// The mail server took it, or nobody knows whether it did.
    Left,
    /// It will not leave; the words, without addresses.
    Refused(String),
    /// It came back.
    Heard(Box<Found>),
}

/// Asks for a mail to this address. `server`: whose results are believed; without it, of whoever wrote the topmost.
///
/// # Errors
/// The database's.
pub async fn ask(app: &App, of: &Newsletter, address: &str, server: Option<&str>) -> sqlx::Result<Round> {
    let now = app.clock.now();
    let command = format!("facteur doctor {} --loop ADDRESS --read FILE", of.slug);
    let parameters = json!({ "event": "doctor_loop", "commands": [command] });
    let letter = NewLetter {
        newsletter_id: of.id,
        subscriber_id: None,
        address: Some(address),
        kind: LetterKind::Notice,
        language: &of.language,
        parameters: &parameters,
    };
    let mut tx = app.db.begin().await?;
    let letter_id = letters::ask(&mut tx, now, &letter).await?;
    let message_id = app.keys.message_id("letter", letter_id, 0);
    sql::ask(&mut tx, &message_id, of.id, letter_id, server.unwrap_or_default(), now).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(Round { letter_id, message_id })
}

/// How far a mail is.
///
/// # Errors
/// The database's.
pub async fn standing(app: &App, round: &Round) -> sqlx::Result<Standing> {
    if let Some((Some(_), heard)) = sql::heard(&app.db, &round.message_id).await? {
        // What only a later version can read says nothing here.
        return Ok(Standing::Heard(Box::new(serde_json::from_str(&heard).unwrap_or_default())));
    }
    let Some((state, words)) = letters::standing(&app.db, round.letter_id).await? else {
        return Ok(Standing::Refused(String::new()));
    };
    Ok(if state == State::Accepted as i64 || state == State::Uncertain as i64 {
        Standing::Left
    } else if state == State::Refused as i64 || state == State::Skipped as i64 {
        Standing::Refused(masked(&words))
    } else {
        Standing::Waits
    })
}

/// A mail that came back and may be one that goes round.
#[derive(Clone, Debug)]
pub struct Back {
    /// What stands before the `@` of its Message-ID.
    message_id: String,
    mail: Arc<[u8]>,
}

impl Back {
    /// Of a mail whose Message-ID has the form of ours.
    pub fn of(mail: &Arc<[u8]>) -> Option<Self> {
        let id = results::read(mail, None).message_id;
        let left = id.split('@').next().unwrap_or_default();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_ours = left.len() == LENGTH && left.bytes().all(fits);
        is_ours.then(|| Self { message_id: left.to_owned(), mail: mail.clone() })
    }
}

/// Whether it is one.
///
/// # Errors
/// The database's.
pub async fn is_ours(db: &Db, back: &Back) -> sqlx::Result<bool> {
    Ok(sql::heard(db, &back.message_id).await?.is_some())
}

/// Notes how a mail arrived that went round; `false` for any other. The first copy counts.
///
/// # Errors
/// The database's.
pub async fn take(app: &App, tx: &mut Tx, back: &Back) -> sqlx::Result<bool> {
    let Some(server) = sql::server(tx, &back.message_id).await? else { return Ok(false) };
    let found = results::read(&back.mail, Some(server.as_str()).filter(|name| !name.is_empty()));
    let heard = serde_json::to_string(&found).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sql::hear(tx, &back.message_id, &heard, app.clock.now()).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    #[test]
    fn a_message_id_of_ours_is_told_by_its_form() {
        let back = |id: &str| Back::of(&format!("Message-ID: <{id}>\r\n\r\n").into_bytes().into());
        let own = Keys::from_secret(b"secret").message_id("letter", 7, 0);
        assert_eq!(back(&format!("{own}@lettres.example.org")).unwrap().message_id, own);
        for other in ["", "@", "1@example.org", "aaaaaaaaaaaaaaaaaaaaa\0@example.org", &format!("{own}x@a.example")] {
            assert!(back(other).is_none(), "{other}");
        }
    }
}
