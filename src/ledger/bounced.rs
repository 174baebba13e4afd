//! People whose bounce is undone in bulk: a server that had lost its list of mailboxes says "user unknown" of everybody.
//!
//! In: who was refused in a digest because of their address. Out: whom of them it may be sent to again, and, in the same
//! transaction, those who had bounced get digests again and their addresses are no longer suppressed. Who left, complained
//! or was erased meanwhile stays out.

use std::collections::HashSet;

use super::sql::reopen;
use crate::app::App;
use crate::db::Tx;

/// Reasons of rows that say that the address does not exist.
pub const REASONS: &[&str] = &["address", "unknown"];

/// See the module.
#[derive(Debug)]
pub struct Bounced {
    /// Who may be written to again, in order.
    ids: Vec<i64>,
    /// Those of them who do not get digests now.
    gone: Vec<i64>,
    /// By what their addresses are suppressed.
    hashes: Vec<String>,
}

impl Bounced {
    /// Of these people of a newsletter those whose bounce may be undone.
    pub async fn of(app: &App, tx: &mut Tx, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<Self> {
        let people = reopen::people(tx, newsletter_id, ids).await?;
        let hashes: Vec<String> = people.iter().map(|(_, key, _)| app.keys.address_hash(key)).collect();
        let out: HashSet<String> = reopen::kept_out(tx, newsletter_id, &hashes).await?.into_iter().collect();
        let mut may = Self { ids: Vec::new(), gone: Vec::new(), hashes: Vec::new() };
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
    pub async fn bring_back(&self, tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<i64> {
        let back = reopen::bring_back(tx, &self.gone).await?;
        reopen::lift(tx, newsletter_id, &self.hashes).await?;
        Ok(back as i64)
    }
}
