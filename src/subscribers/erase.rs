//! Erases somebody: only a keyed hash stays, so that nobody brings the address back by mistake.
//!
//! In: a subscriber. Out: no row, consent, letter or note, and no id in the ledger or its archive: one anonymous outcome a digest
//! stays there, so that the digest's counts stay right. Mails under way to the person are not sent any more. The id is never used
//! again, so that old links of the person lead to nobody.

use super::{Subscriber, counts, sql, status, suppression};
use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::Actor;
use crate::ledger::pack;

/// Erases `subscriber` inside `tx` and suppresses the address on this newsletter, for `reason`.
pub async fn erase(
    app: &App,
    tx: &mut Tx,
    now: Millis,
    subscriber: &Subscriber,
    reason: &str,
    by: Actor,
) -> sqlx::Result<()> {
    let hash = app.keys.address_hash(&subscriber.email_key);
    suppression::suppress(tx, subscriber.newsletter_id, &hash, reason, now).await?;
    pack::erase(tx, subscriber.id, now).await?;
    sql::forget_letters_to(tx, subscriber).await?;
    sql::forget_in_reasons(tx, subscriber).await?;
    status::erase(tx, subscriber, reason, now, by).await
}

/// Erases somebody who wants it themselves. They may subscribe again, which nobody else can do for them. `false` when somebody else
/// erased them meanwhile.
///
/// # Errors
/// The database's.
pub async fn themselves(app: &App, subscriber_id: i64, by: Actor) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let Some(person) = sql::by_id_in(&mut tx, subscriber_id).await? else { return Ok(false) };
    erase(app, &mut tx, app.clock.now(), &person, suppression::THEMSELVES, by).await?;
    tx.commit().await?;
    counts::changed(app, person.newsletter_id);
    // SQLite's log still holds the rows; when others read it now, it is emptied within the hour.
    app.db.empty_log().await.ok();
    Ok(true)
}
