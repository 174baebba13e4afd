//! Erases somebody: only a keyed hash stays, so that nobody brings the address back by mistake.
//!
//! In: a subscriber. Out: no row, consent, letter or note, and no id in the ledger or its archive: one anonymous outcome a digest
//! stays there, so that the digest's counts stay right. Mails under way to the person are not sent any more. The id is never used
//! again, so that old links of the person lead to nobody.

use super::{Subscriber, sql, status, suppression};
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
