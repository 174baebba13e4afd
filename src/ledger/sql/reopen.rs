//! Closed rows of a digest that get another state. Ids travel [`AT_ONCE`] in a statement; their range stands beside them,
//! because without it PostgreSQL's planner may read the whole ledger.

use crate::db::{Tx, in_tx};

/// Ids in one statement.
pub const AT_ONCE: usize = 1_000;

/// Rows after `after` in this closed state, with the reason of their note; a thousand at most.
pub async fn closed_rows(
    tx: &mut Tx,
    digest_id: i64,
    state: i64,
    after: i64,
) -> sqlx::Result<Vec<(i64, Option<String>)>> {
    in_tx!(tx, |c| sqlx::query_as(
        "SELECT d.subscriber_id, n.reason FROM delivery d
         LEFT JOIN delivery_note n ON n.digest_id = d.digest_id AND n.subscriber_id = d.subscriber_id
         WHERE d.digest_id = $1 AND d.subscriber_id > $2 AND d.state = $3 ORDER BY d.subscriber_id LIMIT 1000"
    )
    .bind(digest_id)
    .bind(after)
    .bind(state)
    .fetch_all(c))
}

/// People after `after` who had left when their turn came and who are back now; a thousand at most.
pub async fn returned(tx: &mut Tx, digest_id: i64, after: i64) -> sqlx::Result<Vec<i64>> {
    in_tx!(tx, |c| {
        sqlx::query_scalar(
        "SELECT n.subscriber_id FROM delivery_note n
         JOIN delivery d ON d.digest_id = n.digest_id AND d.subscriber_id = n.subscriber_id
         JOIN subscriber s ON s.id = n.subscriber_id
         WHERE n.digest_id = $1 AND n.subscriber_id > $2 AND n.reason = 'left' AND d.state = 5 AND s.status = 'confirmed'
         ORDER BY n.subscriber_id LIMIT 1000"
    )
    .bind(digest_id)
    .bind(after)
    .fetch_all(c)
    })
}

/// Open rows after `after`, in order.
pub async fn open_rows(tx: &mut Tx, digest_id: i64, after: i64, most: i64) -> sqlx::Result<Vec<i64>> {
    in_tx!(tx, |c| sqlx::query_scalar(
        "SELECT subscriber_id FROM delivery WHERE digest_id = $1 AND subscriber_id > $2 AND state IN (0, 4)
         ORDER BY subscriber_id LIMIT $3"
    )
    .bind(digest_id)
    .bind(after)
    .bind(most)
    .fetch_all(c))
}

/// Gives closed rows another state: queued, or accepted. `ids` in order. Gives how many there were.
pub async fn set_state(tx: &mut Tx, digest_id: i64, ids: &[i64], from: i64, to: i64) -> sqlx::Result<u64> {
    let mut changed = 0;
    for ids in ids.chunks(AT_ONCE) {
        changed += in_tx!(tx, |c| async {
            let mut query = sqlx::QueryBuilder::new("UPDATE delivery SET attempts = 0, next_at = 0, state = CAST(");
            query.push_bind(to).push(" AS SMALLINT) WHERE state = ").push_bind(from);
            query.push(" AND digest_id = ").push_bind(digest_id);
            query.push(" AND subscriber_id BETWEEN ").push_bind(ids[0]);
            query.push(" AND ").push_bind(ids[ids.len() - 1]).push(" AND subscriber_id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            query.build().persistent(false).execute(c).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(changed)
}

/// Puts rows back that were packed, queued.
pub async fn insert_rows(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<()> {
    for ids in ids.chunks(AT_ONCE) {
        in_tx!(tx, |c| async {
            let mut query = sqlx::QueryBuilder::new("INSERT INTO delivery (digest_id, subscriber_id) ");
            query.push_values(ids, |mut row, id| {
                row.push_bind(digest_id).push_bind(*id);
            });
            query.push(" ON CONFLICT (digest_id, subscriber_id) DO NOTHING");
            query.build().persistent(false).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Forgets why these rows were not plainly accepted. `ids` in order.
pub async fn drop_notes(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<()> {
    for ids in ids.chunks(AT_ONCE) {
        in_tx!(tx, |c| async {
            let mut query = sqlx::QueryBuilder::new("DELETE FROM delivery_note WHERE digest_id = ");
            query.push_bind(digest_id).push(" AND subscriber_id BETWEEN ").push_bind(ids[0]);
            query.push(" AND ").push_bind(ids[ids.len() - 1]).push(" AND subscriber_id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            query.build().persistent(false).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// People of a newsletter who bounced, or who get digests: id, address key, and whether they bounced.
pub async fn people(tx: &mut Tx, newsletter_id: i64, ids: &[i64]) -> sqlx::Result<Vec<(i64, String, bool)>> {
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
pub async fn kept_out(tx: &mut Tx, newsletter_id: i64, hashes: &[String]) -> sqlx::Result<Vec<String>> {
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
pub async fn bring_back(tx: &mut Tx, ids: &[i64]) -> sqlx::Result<u64> {
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
pub async fn lift(tx: &mut Tx, newsletter_id: i64, hashes: &[String]) -> sqlx::Result<()> {
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
