//! When somebody was last in contact: by something that they did themselves, and that we know of.
//!
//! In: a sign-up, a confirmation, settings that were saved, a leave taken back, another address confirmed, an answer by mail, the button
//! of the letter that asks whether they stay; or an editor who was told. Out: `subscriber.contact_at`, and no open question
//! ([`super::staying`]). That a mail was opened is not known here and never counts. What only somebody who types an address does (the
//! form once more, "send me my link") is no contact: anybody could.

use crate::clock::Millis;
use crate::db::{Tx, query};

/// Notes a contact now, in `tx`; `true` when it ends a question whether they stay.
///
/// # Errors
/// The database's.
pub async fn touch(tx: &mut Tx, subscriber_id: i64, now: Millis) -> sqlx::Result<bool> {
    // The person before the question: whoever erases somebody takes them in this order, too.
    query("UPDATE subscriber SET contact_at = $2 WHERE id = $1").bind(subscriber_id).bind(now).execute(tx.on()).await?;
    let ended =
        query("DELETE FROM stay_question WHERE subscriber_id = $1").bind(subscriber_id).execute(tx.on()).await?;
    Ok(ended == 1)
}
