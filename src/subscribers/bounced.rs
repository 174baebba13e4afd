//! People whose address does not exist, said the mail server: they get no more mail, until that is undone in bulk, because a
//! server that had lost its list of mailboxes says "user unknown" of everybody.
//!
//! This room's answers to [`crate::ledger::meaning`], in the transactions of whoever asks. Who left, complained or was erased
//! meanwhile stays out.

use std::collections::HashSet;

use super::{sql, status, suppression};
use crate::app::App;
use crate::db::Tx;
use crate::events::Actor;
use crate::ledger::meaning::{Answer, Bounced, People};

/// See the module.
#[derive(Debug)]
pub struct Subscribers;

impl People for Subscribers {
    fn gone<'a>(&'a self, app: &'a App, tx: &'a mut Tx, ids: &'a [i64]) -> Answer<'a, ()> {
        Box::pin(async move {
            let now = app.clock.now();
            for (newsletter_id, _, key) in status::bounce(tx, ids, now).await? {
                let hash = app.keys.address_hash(&key);
                suppression::suppress(tx, newsletter_id, &hash, suppression::BOUNCED, now).await?;
            }
            Ok(())
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

    fn bring_back<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        newsletter_id: i64,
        bounced: &'a Bounced,
    ) -> Answer<'a, i64> {
        Box::pin(async move {
            let back = status::revive(tx, newsletter_id, &bounced.gone, app.clock.now(), Actor::System).await?;
            suppression::lift_bounces(tx, newsletter_id, &bounced.hashes).await?;
            Ok(back as i64)
        })
    }
}
