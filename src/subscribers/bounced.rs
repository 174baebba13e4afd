//! People whose address does not exist, and those of whom a server said so by mistake.
//!
//! In: ids, from whoever records what a mail server answered, inside that transaction. Out: [`gone`]: state `bounced`, the
//! address suppressed. [`Revivable`]: a server that had lost its list of mailboxes says "user unknown" of everybody; whom of
//! them it may be sent to again, and, in the same transaction, those who had bounced get digests again and their addresses
//! are no longer suppressed. Who left, complained or was erased meanwhile stays out.

use std::collections::HashSet;

use super::{sql, status, suppression};
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::Actor;
use crate::keys::Keys;

/// No mail goes to these people any more. `ids` in order; whoever does not get digests is left as they are. Gives how many
/// did.
pub async fn gone(tx: &mut Tx, keys: &Keys, ids: &[i64], now: Millis) -> sqlx::Result<usize> {
    let bounced = status::bounce(tx, ids, now).await?;
    for (newsletter_id, _, key) in &bounced {
        suppression::suppress(tx, *newsletter_id, &keys.address_hash(key), suppression::BOUNCED, now).await?;
    }
    Ok(bounced.len())
}

/// See the module.
#[derive(Debug)]
pub struct Revivable {
    newsletter_id: i64,
    /// Who may be written to again, in order.
    ids: Vec<i64>,
    /// Those of them who do not get digests now.
    gone: Vec<i64>,
    /// By what their addresses are suppressed.
    hashes: Vec<String>,
}

impl Revivable {
    /// Of these people of a newsletter those whose bounce may be undone.
    pub async fn of(tx: &mut Tx, keys: &Keys, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<Self> {
        let people = sql::bounced_or_in(tx, newsletter_id, ids).await?;
        let hashes: Vec<String> = people.iter().map(|(_, key, _)| keys.address_hash(key)).collect();
        let out: HashSet<String> = suppression::kept_out(tx, newsletter_id, &hashes).await?.into_iter().collect();
        let mut may = Self { newsletter_id, ids: Vec::new(), gone: Vec::new(), hashes: Vec::new() };
        for ((id, _, bounced), hash) in people.into_iter().zip(hashes).filter(|(_, hash)| !out.contains(hash)) {
            may.ids.push(id);
            may.hashes.push(hash);
            if bounced {
                may.gone.push(id);
            }
        }
        may.ids.sort_unstable();
        Ok(may)
    }

    /// Whether this one may be written to again.
    pub fn may(&self, id: i64) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// They get digests again; gives how many did not.
    pub async fn bring_back(&self, tx: &mut Tx, now: Millis, by: Actor) -> sqlx::Result<i64> {
        let back = status::revive(tx, self.newsletter_id, &self.gone, now, by).await?;
        suppression::lift_bounces(tx, self.newsletter_id, &self.hashes).await?;
        Ok(back as i64)
    }
}
