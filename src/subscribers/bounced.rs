//! People whose address does not exist, said the mail server: they get no more mail, until that is undone in bulk, because a
//! server that had lost its list of mailboxes says "user unknown" of everybody.
//!
//! This room's answers to [`crate::ledger::meaning`], in the transactions of whoever asks. Who left, complained or was erased
//! meanwhile stays out.

use std::collections::HashSet;

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Tx, execute, in_tx};
use crate::ledger::meaning::{Answer, Bounced, People};

/// Ids or hashes in one statement.
const AT_ONCE: usize = 1_000;

/// See the module.
#[derive(Debug)]
pub struct Subscribers;

impl People for Subscribers {
    fn gone<'a>(&'a self, app: &'a App, tx: &'a mut Tx, subscriber_id: i64) -> Answer<'a, ()> {
        Box::pin(async move {
            let now = app.clock.now();
            if let Some((newsletter_id, email_key)) = bounce(tx, subscriber_id, now).await? {
                let hash = app.keys.address_hash(&email_key);
                suppress(tx, newsletter_id, &hash, now).await?;
            }
            Ok(())
        })
    }

    fn bounced<'a>(&'a self, app: &'a App, tx: &'a mut Tx, newsletter_id: i64, ids: &'a [i64]) -> Answer<'a, Bounced> {
        Box::pin(async move {
            let people = people(tx, newsletter_id, ids).await?;
            let hashes: Vec<String> = people.iter().map(|(_, key, _)| app.keys.address_hash(key)).collect();
            let out: HashSet<String> = kept_out(tx, newsletter_id, &hashes).await?.into_iter().collect();
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
        _app: &'a App,
        tx: &'a mut Tx,
        newsletter_id: i64,
        bounced: &'a Bounced,
    ) -> Answer<'a, i64> {
        Box::pin(async move {
            let back = bring_back(tx, &bounced.gone).await?;
            lift(tx, newsletter_id, &bounced.hashes).await?;
            Ok(back as i64)
        })
    }
}

/// The address does not exist: the person gets no more mail. Gives whose newsletter and which address key, to be
/// suppressed; `None` when the person is not one that gets digests.
async fn bounce(tx: &mut Tx, subscriber_id: i64, now: Millis) -> sqlx::Result<Option<(i64, String)>> {
    in_tx!(tx, |c| sqlx::query_as(
        "UPDATE subscriber SET status = 'bounced', ended_at = $2 WHERE id = $1 AND status IN ('confirmed', 'paused')
         RETURNING newsletter_id, email_key"
    )
    .bind(subscriber_id)
    .bind(now)
    .fetch_optional(c))
}

/// This address must not be written to any more.
async fn suppress(tx: &mut Tx, newsletter_id: i64, address_hash: &str, now: Millis) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO suppression (newsletter_id, address_hash, reason, created_at) VALUES ($1, $2, 'bounced', $3)
         ON CONFLICT (newsletter_id, address_hash) DO NOTHING"
    )
    .bind(newsletter_id)
    .bind(address_hash)
    .bind(now)
    .execute(c))?;
    Ok(())
}

/// People of a newsletter who bounced, or who get digests: id, address key, and whether they bounced.
async fn people(tx: &mut Tx, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<Vec<(i64, String, bool)>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        found.extend::<Vec<(i64, String, bool)>>(in_tx!(tx, |c| async {
            let mut query = sqlx::QueryBuilder::new(
                "SELECT id, email_key, status = 'bounced' FROM subscriber
                 WHERE status IN ('bounced', 'confirmed') AND newsletter_id = ",
            );
            query.push_bind(newsletter_id).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(") ORDER BY id");
            query.build_query_as().persistent(false).fetch_all(c).await
        })?);
    }
    Ok(found)
}

/// Of these addresses those that must not be written to for another reason than a bounce here.
async fn kept_out(tx: &mut Tx, newsletter_id: i64, hashes: &[String]) -> sqlx::Result<Vec<String>> {
    let mut found = Vec::new();
    for hashes in hashes.chunks(AT_ONCE) {
        found.extend::<Vec<String>>(in_tx!(tx, |c| async {
            let mut query = sqlx::QueryBuilder::new("SELECT address_hash FROM suppression WHERE (newsletter_id = 0");
            query.push(" OR (reason <> 'bounced' AND newsletter_id = ").push_bind(newsletter_id);
            query.push(")) AND address_hash IN (");
            let mut list = query.separated(", ");
            for hash in hashes {
                list.push_bind(hash.clone());
            }
            query.push(")");
            query.build_query_scalar().persistent(false).fetch_all(c).await
        })?);
    }
    Ok(found)
}

/// People who bounced get digests again; gives how many there were.
async fn bring_back(tx: &mut Tx, ids: &[i64]) -> sqlx::Result<u64> {
    let mut back = 0;
    for ids in ids.chunks(AT_ONCE) {
        back += in_tx!(tx, |c| async {
            let mut query = sqlx::QueryBuilder::new(
                "UPDATE subscriber SET status = 'confirmed', ended_at = NULL WHERE status = 'bounced' AND id IN (",
            );
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            query.build().persistent(false).execute(c).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(back)
}

/// Lifts the bounces of these addresses.
async fn lift(tx: &mut Tx, newsletter_id: i64, hashes: &[String]) -> sqlx::Result<()> {
    for hashes in hashes.chunks(AT_ONCE) {
        in_tx!(tx, |c| async {
            let mut query = sqlx::QueryBuilder::new("DELETE FROM suppression WHERE reason = 'bounced'");
            query.push(" AND newsletter_id = ").push_bind(newsletter_id).push(" AND address_hash IN (");
            let mut list = query.separated(", ");
            for hash in hashes {
                list.push_bind(hash.clone());
            }
            query.push(")");
            query.build().persistent(false).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}
