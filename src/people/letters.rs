//! The letters of accounts: an invitation, a link for a forgotten password, word of a new way in.
//!
//! In: a person and their link, or what the way is called. Out: a letter asked for, on behalf of a newsletter of theirs, else of the first one; none when there is
//! no newsletter yet, for then there is nobody to send it as. The letter's row names the link, and does not hold its token: that is
//! made again when the letter leaves.

use serde_json::json;

use super::links::Kind;
use crate::clock::{DAY, MINUTE, Millis};
use crate::db::{Db, Tx, from_row, query_as, query_scalar};
use crate::keys::Claim;
use crate::ledger::letters::{NewLetter, ask};
use crate::letter::{LetterKind, NewWay};

/// Whom a letter goes to, and on whose behalf.
struct To {
    email: String,
    language: String,
    newsletter_id: Option<i64>,
}
from_row!(To { email, language, newsletter_id });

/// Whether letters of accounts can leave: whether there is a newsletter.
pub async fn can_leave(db: &Db) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM newsletter WHERE deleted_at IS NULL)").fetch_one(db.on()).await
}

/// "You are invited". `by`: who invites, as they are called. `false` when no letter can leave.
pub async fn invitation(tx: &mut Tx, person_id: i64, by: &str, link: Claim, now: Millis) -> sqlx::Result<bool> {
    let parameters = json!({ "link": link, "days": Kind::Invite.lasts() / DAY, "by": by });
    letter(tx, person_id, LetterKind::Invitation, &parameters, now).await
}

/// "Choose a new password". `false` when no letter can leave.
pub async fn password_reset(tx: &mut Tx, person_id: i64, link: Claim, now: Millis) -> sqlx::Result<bool> {
    let parameters = json!({ "link": link, "minutes": Kind::Reset.lasts() / MINUTE });
    letter(tx, person_id, LetterKind::PasswordReset, &parameters, now).await
}

/// "There is one more way into your account". `called`: what its owner calls it. `false` when no letter can leave.
pub async fn new_way(tx: &mut Tx, person_id: i64, way: NewWay, called: &str, now: Millis) -> sqlx::Result<bool> {
    letter(tx, person_id, LetterKind::NewWay, &json!({ "way": way, "called": called }), now).await
}

async fn letter(
    tx: &mut Tx,
    person_id: i64,
    kind: LetterKind,
    parameters: &serde_json::Value,
    now: Millis,
) -> sqlx::Result<bool> {
    let to: Option<To> = query_as(
        "SELECT p.email, p.language,
                COALESCE((SELECT MIN(n.id) FROM newsletter n JOIN person_role r ON r.newsletter_id = n.id
                          WHERE r.person_id = p.id AND n.deleted_at IS NULL),
                         (SELECT MIN(n.id) FROM newsletter n WHERE n.deleted_at IS NULL)) AS newsletter_id
         FROM person p WHERE p.id = $1",
    )
    .bind(person_id)
    .fetch_optional(tx.on())
    .await?;
    let Some(To { email, language, newsletter_id: Some(newsletter_id) }) = to else { return Ok(false) };
    let letter =
        NewLetter { newsletter_id, subscriber_id: None, address: Some(&email), kind, language: &language, parameters };
    ask(tx, now, &letter).await?;
    Ok(true)
}
