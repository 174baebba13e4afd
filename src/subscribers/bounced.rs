//! People whose address does not exist, and those of whom a server said so by mistake: this room's answers to
//! [`crate::ledger::meaning`], inside the transactions of whoever asks.
//!
//! In: ids. Out: state `bounced`, the address suppressed; or, because a server that had lost its list of mailboxes says
//! "user unknown" of everybody, whom of them it may be sent to again, and those who had bounced get digests again and their
//! addresses are no longer suppressed. Who left, complained or was erased meanwhile stays out.

use std::collections::HashSet;

use super::{AT_ONCE, sql, status, suppression};
use crate::app::App;
use crate::db::Tx;
use crate::ledger::meaning::{Act, Answer, Bounced, People};

/// See the module.
#[derive(Debug)]
pub struct Subscribers;

/// These people's addresses do not exist, and each was reported by itself: the same as [`People::gone`], with an event in the history
/// of each. `ids` in order, none twice.
///
/// # Errors
/// The database's.
pub async fn each(app: &App, tx: &mut Tx, ids: &[i64]) -> sqlx::Result<()> {
    let now = app.clock.now();
    for ids in ids.chunks(AT_ONCE) {
        let bounced = status::many::bounce(tx, ids, now).await?;
        let hashes = bounced.iter().map(|(newsletter_id, _, key)| (*newsletter_id, app.keys.address_hash(key)));
        suppression::suppress_all(tx, &hashes.collect::<Vec<_>>(), suppression::BOUNCED, now).await?;
    }
    Ok(())
}

impl People for Subscribers {
    fn gone<'a>(&'a self, app: &'a App, tx: &'a mut Tx, ids: &'a [i64]) -> Answer<'a, usize> {
        Box::pin(async move {
            let now = app.clock.now();
            let bounced = status::bounce(tx, ids, now).await?;
            for (newsletter_id, _, key) in &bounced {
                let hash = app.keys.address_hash(key);
                suppression::suppress(tx, *newsletter_id, &hash, suppression::BOUNCED, now).await?;
            }
            Ok(bounced.len())
        })
    }

    fn bounced<'a>(&'a self, app: &'a App, tx: &'a mut Tx, newsletter_id: i64, ids: &'a [i64]) -> Answer<'a, Bounced> {
        Box::pin(async move {
            let people = sql::bounced_or_in(tx, newsletter_id, ids).await?;
            let hashes: Vec<String> = people.iter().map(|(_, key, _)| app.keys.address_hash(key)).collect();
            let out: HashSet<String> = suppression::kept_out(tx, newsletter_id, &hashes).await?.into_iter().collect();
            let mut may = Bounced::default();
            for ((id, _, bounced), hash) in people.into_iter().zip(hashes).filter(|(_, hash)| !out.contains(hash)) {
                may.ids.push(id);
                may.hashes.push(hash);
                if bounced {
                    may.gone.push(id);
                }
            }
            may.ids.sort_unstable();
            Ok(may)
        })
    }

    fn bring_back<'a>(&'a self, tx: &'a mut Tx, newsletter_id: i64, bounced: &'a Bounced, act: Act) -> Answer<'a, i64> {
        Box::pin(async move {
            let back = status::revive(tx, newsletter_id, &bounced.gone, act.now, act.by).await?;
            suppression::lift_bounces(tx, newsletter_id, &bounced.hashes).await?;
            Ok(back as i64)
        })
    }
}
