//! Queues a letter: a row in `letter`, written in the transaction of the change that it announces.
//!
//! In: the recipient, the kind and its parameters. Out: a row; `delivery` sends it on the connection for letters. Letters in doubt
//! wait for an editor ([`settle`]).

use super::State;
use crate::app::App;
use crate::clock::Millis;
use crate::db::given::{self, Given, Words};
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::events::activity::{self, Act, Deed};
use crate::letter::LetterKind;

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

/// How many letters of a newsletter are in doubt: sent, and no answer came.
pub async fn in_doubt(db: &Db, newsletter_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM letter WHERE newsletter_id = $1 AND state = 6")
        .bind(newsletter_id)
        .fetch_one(db.on())
        .await
}

/// A letter's state, as a number of [`State`], and what the mail server last said of it.
pub async fn standing(db: &Db, id: i64) -> sqlx::Result<Option<(i64, String)>> {
    query_as("SELECT state, COALESCE(words, '') FROM letter WHERE id = $1").bind(id).fetch_optional(db.on()).await
}

/// A letter in doubt.
#[derive(Clone, Debug)]
pub struct Doubtful {
    /// Which.
    pub kind: LetterKind,
    /// To whom.
    pub address: String,
    /// When it was asked for.
    pub created_at: Millis,
    /// When its answer was given up.
    pub done_at: Option<Millis>,
}
from_row!(Doubtful { kind, address, created_at, done_at });

/// A newsletter's letters in doubt, the oldest first.
pub async fn doubtful(db: &Db, newsletter_id: i64, limit: i64) -> sqlx::Result<Vec<Doubtful>> {
    query_as(
        "SELECT letter.kind AS kind, COALESCE(letter.address, subscriber.email, '') AS address,
                letter.created_at AS created_at, letter.done_at AS done_at
         FROM letter LEFT JOIN subscriber ON subscriber.id = letter.subscriber_id
         WHERE letter.newsletter_id = $1 AND letter.state = 6 ORDER BY letter.id LIMIT $2",
    )
    .bind(newsletter_id)
    .bind(limit)
    .fetch_all(db.on())
    .await
}

/// Decides about them: they are sent again, with the same Message-ID, or taken for accepted. Gives how many there were. What is sent
/// again was asked for a millisecond later: processes know a letter by that instant, and would say again what became of it.
pub async fn settle(app: &App, newsletter_id: i64, again: bool) -> sqlx::Result<u64> {
    let (to, now) = (if again { State::Queued } else { State::Accepted }, app.clock.now());
    let mut tx = app.db.begin().await?;
    let settled = query(
        "UPDATE letter SET state = $2, next_at = $3, attempts = 0, done_at = CASE WHEN $2 = 0 THEN NULL ELSE done_at END,
             created_at = CASE WHEN $2 = 0 THEN created_at + 1 ELSE created_at END
         WHERE newsletter_id = $1 AND state = 6"
    )
    .bind(newsletter_id)
    .bind(to as i64)
    .bind(now)
    .execute(tx.on()).await?;
    if settled > 0 {
        let act = Act::new(Deed::LettersSettled).at(newsletter_id).with("again", again).with("letters", settled);
        activity::note(&mut tx, now, act).await?;
    }
    tx.commit().await?;
    app.wake.now();
    Ok(settled)
}

/// Queues a letter, which is sent once `tx` is committed. Returns its id.
pub async fn ask(tx: &mut Tx, now: Millis, letter: &NewLetter<'_>) -> sqlx::Result<i64> {
    let parameters = letter.parameters.to_string();
    query_scalar(
        "INSERT INTO letter (newsletter_id, subscriber_id, address, kind, language, parameters, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(letter.newsletter_id)
    .bind(letter.subscriber_id)
    .bind(letter.address)
    .bind(letter.kind)
    .bind(letter.language)
    .bind(&parameters)
    .bind(now)
    .fetch_one(tx.on())
    .await
}

/// A letter that a stranger caused by typing an address: counted against limits, or held back by one.
#[derive(Clone, Debug)]
pub struct CausedLetter<'a> {
    /// On behalf of.
    pub newsletter_id: i64,
    /// To whom; `None` when nobody is known.
    pub subscriber_id: Option<i64>,
    /// Which.
    pub kind: LetterKind,
    /// In which language.
    pub language: &'a str,
    /// With what, as JSON text.
    pub parameters: &'a str,
    /// `Ok`: to addresses of this domain. `Err`: not sent, and why.
    pub fate: Result<&'a str, &'static str>,
}

/// The state of a letter that was not sent on purpose.
const SKIPPED: i64 = State::Skipped as i64;

const INSERT: Words<'_> = Words {
    before: "INSERT INTO letter (newsletter_id, subscriber_id, kind, language, parameters, domain, state, words, created_at, done_at)
         SELECT newsletter_id, subscriber_id, kind, language, parameters, domain, state, words, $1,
                CASE WHEN words IS NOT NULL THEN $2 END FROM ",
    after: "",
};

/// Writes letters that strangers caused, in one statement for [`given::MOST`] of them. A letter that is held back gets a row too: the
/// row records why nothing came, and it makes both cases the same amount of work.
pub async fn ask_caused(tx: &mut Tx, now: Millis, letters: &[CausedLetter<'_>]) -> sqlx::Result<()> {
    for letters in letters.chunks(given::MOST) {
        let given = Given::of(letters).numbers("newsletter_id", |letter| letter.newsletter_id);
        let given = given.numbers("subscriber_id", |letter| letter.subscriber_id);
        let given = given.texts("kind", |letter| letter.kind.as_str()).texts("language", |letter| letter.language);
        let given = given.texts("parameters", |letter| letter.parameters);
        let given = given.texts("domain", |letter| letter.fate.unwrap_or_default());
        let given = given.numbers("state", |letter| if letter.fate.is_ok() { 0 } else { SKIPPED });
        given.texts("words", |letter| letter.fate.err()).execute(tx, INSERT, &[now, now]).await?;
    }
    Ok(())
}
