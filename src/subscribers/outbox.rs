//! Asking for a letter: a row in `letter`, written in the transaction that makes it true.
//!
//! In: who, which kind, with what. Out: nothing leaves here; `delivery` sends it on its own connection.

use crate::clock::Millis;
use crate::db::{Tx, in_tx, text_enum};

text_enum! {
    /// The letters there are.
    pub enum LetterKind {
        /// "Please confirm".
        Confirm => "confirm",
        /// "You are already in".
        Already => "already",
        /// "Here is your link".
        Link => "link",
        /// To an editor. Parameters: `event` (`digest_waiting`: waits for approval; `digest_failed`: could not be
        /// rendered; other rooms may add events), `subject` (of the digest), `slot` (text in the newsletter's language),
        /// `posts` (titles), `recipients` (count), `reason` (what went wrong, may be empty), `commands` (lines to type).
        Notice => "notice",
        /// A digest's test copy to an address. Parameters: `content`, a `letters::DigestContent`. Looks like the digest,
        /// says that it is a test, its leave link leads nowhere.
        Test => "test",
    }
}

/// A letter to be sent.
#[derive(Clone, Debug)]
pub struct NewLetter<'a> {
    /// On behalf of.
    pub newsletter_id: i64,
    /// To whom; `None` when `address` says it.
    pub subscriber_id: Option<i64>,
    /// To whom, when it is not a subscriber.
    pub address: Option<&'a str>,
    /// Which.
    pub kind: LetterKind,
    /// In which language.
    pub language: &'a str,
    /// With what, as JSON.
    pub parameters: &'a serde_json::Value,
}

/// Asks for a letter; it leaves once `tx` is committed. Gives its id.
pub async fn ask(tx: &mut Tx, now: Millis, letter: &NewLetter<'_>) -> sqlx::Result<i64> {
    let parameters = letter.parameters.to_string();
    in_tx!(tx, |c| sqlx::query_scalar(
        "INSERT INTO letter (newsletter_id, subscriber_id, address, kind, language, parameters, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id"
    )
    .bind(letter.newsletter_id)
    .bind(letter.subscriber_id)
    .bind(letter.address)
    .bind(letter.kind)
    .bind(letter.language)
    .bind(&parameters)
    .bind(now)
    .fetch_one(c))
}
