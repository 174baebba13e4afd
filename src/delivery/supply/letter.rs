//! One letter, made into a mail for its person. Pure but for the keys.
//!
//! In: a letter, its person, its [`Variant`]. Out: a [`Mail`] with the tokens of its links. Met by [`super::letters`].

use std::sync::Arc;

use super::envelope::{ReturnPath, envelope_from};
use crate::app::App;
use crate::delivery::Mail;
use crate::keys::{Bounced, Claim, Purpose};
use crate::ledger::Key;
use crate::ledger::sql::letter::{Claimed, Person};
use crate::letter::LetterKind;
use crate::mails::{Sender, Variant};

/// Which row a letter is.
pub(super) fn key(letter: &Claimed) -> Key {
    Key::Letter { id: letter.id, epoch: letter.epoch }
}

/// The mail of a letter to this address.
pub(super) fn mail(
    app: &App,
    letter: &Claimed,
    person: Option<&Person>,
    address: String,
    sender: &Sender,
    variant: Arc<Variant>,
) -> Mail {
    let keys = &app.keys;
    let subject = letter.subscriber_id.unwrap_or_default();
    let version = person.map_or(0, |person| person.token_version);
    let token = |purpose, issued_at| match person {
        Some(_) => keys.sign(purpose, Claim { subject, version, issued_at }),
        None => String::new(),
    };
    let action = match letter.kind {
        LetterKind::Confirm => token(Purpose::Confirm, letter.created_at),
        LetterKind::Change => token(Purpose::Address, letter.created_at),
        LetterKind::Moving => token(Purpose::Keep, letter.created_at),
        LetterKind::Link => token(Purpose::Preferences, letter.created_at),
        LetterKind::Stay => token(Purpose::Stay, letter.created_at),
        LetterKind::Invitation | LetterKind::PasswordReset => {
            link_of(letter).map_or_else(String::new, |claim| keys.sign(Purpose::Person, claim))
        }
        // What ends the monthly letter; other notices have no place for it.
        LetterKind::Notice => {
            keys.sign(Purpose::Month, Claim { subject: letter.newsletter_id, version: 0, issued_at: 0 })
        }
        _ => token(Purpose::Settings, 0),
    };
    let (path, about) = (ReturnPath::of(&app.config.smtp), Bounced { subscriber_id: subject, digest_id: 0 });
    Mail {
        key: key(letter),
        newsletter_id: letter.newsletter_id,
        attempts: letter.attempts.clamp(0, i64::from(u16::MAX)) as u16,
        since: letter.created_at,
        envelope_from: envelope_from(keys, path.as_ref(), &sender.from_address, about),
        address,
        variant,
        message_id: keys.message_id("letter", letter.id, 0),
        leave: token(Purpose::Leave, 0),
        action,
        not_me: token(Purpose::NotMe, 0),
        signature: Box::default(),
    }
}

/// What the link of a person who edits is made of: the row does not hold the link itself.
fn link_of(letter: &Claimed) -> Option<Claim> {
    let mut parameters: serde_json::Value = serde_json::from_str(&letter.parameters).ok()?;
    serde_json::from_value(parameters.get_mut("link")?.take()).ok()
}
