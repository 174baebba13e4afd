//! Forgetting somebody: everything goes but a keyed hash, so that nobody brings the address back by mistake.
//!
//! In: a subscriber. Out: no row, consent, letter, note; open deliveries are skipped. A ledger row or its archive keeps the
//! bare id, which leads nowhere from now on and is never used again.

use super::{Subscriber, sql};
use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;

/// Erases `subscriber` inside `tx` and suppresses the address on this newsletter, for `reason`.
pub async fn erase(app: &App, tx: &mut Tx, now: Millis, subscriber: &Subscriber, reason: &str) -> sqlx::Result<()> {
    let hash = app.keys.address_hash(&subscriber.email_key);
    sql::suppress(tx, subscriber.newsletter_id, &hash, reason, now).await?;
    sql::skip_open_deliveries(tx, subscriber.id).await?;
    sql::forget_notes(tx, subscriber).await?;
    sql::forget_letters_to(tx, subscriber).await?;
    sql::delete(tx, subscriber.id).await
}
