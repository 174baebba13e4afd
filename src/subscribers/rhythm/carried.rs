//! What those who change their rhythm take along: which posts of the new one they have had, and which the old one still owes them.
//!
//! In: people who were on one schedule a moment ago and are on another now, under the lock of both. Out: rows of `reader_post`. What
//! somebody had is read from the ledger, never guessed: a digest in which they have a row, or the part of it that was theirs.
//!
//! ```text
//!                         had by the person        not had
//! the new one sends it    not to them again        comes with the new one
//! only the old one does   -                        comes with the old one's next digest
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::Move;
use crate::db::{Builder, Tx, query, query_as, query_scalar};
use crate::ledger::sql::received::received;

/// Rows or ids in one statement.
const AT_ONCE: usize = 300;

/// Posts of one person.
type Posts = BTreeSet<i64>;

/// Writes down what these people take along. `moved.ids`: those who were moved.
///
/// # Errors
/// The database's.
pub async fn carry(tx: &mut Tx, moved: Move<'_>) -> sqlx::Result<()> {
    if moved.ids.is_empty() {
        return Ok(());
    }
    let to = pending(tx, moved.newsletter_id, moved.to).await?;
    let from = pending(tx, moved.newsletter_id, moved.from).await?;
    forget(tx, &moved, &to).await?;
    let only_from: Posts = from.difference(&to).copied().collect();
    let about: Posts = to.union(&only_from).copied().collect();
    let got = got(tx, moved.ids, &about).await?;
    let nothing = Posts::new();
    let mut rows = Vec::new();
    for id in moved.ids {
        let own = got.get(id).unwrap_or(&nothing);
        rows.extend(to.intersection(own).map(|post| (*id, *post, None)));
        rows.extend(only_from.difference(own).map(|post| (*id, *post, Some(moved.from))));
    }
    for rows in rows.chunks(AT_ONCE) {
        insert(tx, rows).await?;
    }
    Ok(())
}

/// Posts that a schedule has still to send, as far as is known: no digest of it that is frozen or over has them. A letter of its own
/// is in digests that were made for it, and in no other.
async fn pending(tx: &mut Tx, newsletter_id: i64, schedule_id: i64) -> sqlx::Result<Posts> {
    let posts: Vec<i64> = query_scalar(
        "SELECT p.id FROM post p JOIN schedule s ON s.id = $2
         WHERE p.newsletter_id = $1 AND p.state = 'new' AND p.first_seen_at >= s.created_at
           AND (NOT p.is_letter OR EXISTS (SELECT 1 FROM digest_post d WHERE d.schedule_id = $2 AND d.post_id = p.id))
           AND NOT EXISTS (SELECT 1 FROM digest_post d JOIN digest g ON g.id = d.digest_id
                           WHERE d.schedule_id = $2 AND d.post_id = p.id
                             AND (d.left_out OR g.released_at IS NOT NULL OR g.state IN ('skipped', 'cancelled')))",
    )
    .bind(newsletter_id)
    .bind(schedule_id)
    .fetch_all(tx.on())
    .await?;
    Ok(posts.into_iter().collect())
}

/// What they took along before that is no longer so: posts that they had are looked at anew, and what another rhythm owes them and
/// the new one will bring, it brings.
async fn forget(tx: &mut Tx, moved: &Move<'_>, to: &Posts) -> sqlx::Result<()> {
    for ids in moved.ids.chunks(AT_ONCE) {
        let mut query = Builder::new("DELETE FROM reader_post WHERE (owed_by IS NULL OR owed_by = ");
        query.push_bind(moved.to).push(") AND subscriber_id IN (");
        query.push_binds(ids.iter().copied()).push(")");
        query.build().persistent(false).execute(tx.on()).await?;
    }
    for id in moved.ids {
        // Usually nobody is owed anything.
        let owed = owed(tx, *id).await?;
        for post in owed.into_iter().filter(|post| to.contains(post)) {
            query("DELETE FROM reader_post WHERE subscriber_id = $1 AND post_id = $2")
                .bind(*id)
                .bind(post)
                .execute(tx.on())
                .await?;
        }
    }
    Ok(())
}

async fn owed(tx: &mut Tx, id: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar("SELECT post_id FROM reader_post WHERE subscriber_id = $1").bind(id).fetch_all(tx.on()).await
}

/// Of these posts, those that each of these people had, on whatever rhythm.
async fn got(tx: &mut Tx, ids: &[i64], about: &Posts) -> sqlx::Result<BTreeMap<i64, Posts>> {
    let mut got: BTreeMap<i64, Posts> = BTreeMap::new();
    for (digest_id, posts) in sent_in(tx, about).await? {
        let parts = parts(tx, digest_id, ids).await?;
        for id in received(tx, digest_id, ids).await? {
            let own = got.entry(id).or_default();
            match parts.get(&id) {
                Some(part) => own.extend(posts.intersection(part)),
                None => own.extend(&posts),
            }
        }
    }
    Ok(got)
}

/// The digests that were frozen with some of these posts, each with those that it has.
async fn sent_in(tx: &mut Tx, about: &Posts) -> sqlx::Result<BTreeMap<i64, Posts>> {
    let mut found: BTreeMap<i64, Posts> = BTreeMap::new();
    let about: Vec<i64> = about.iter().copied().collect();
    for posts in about.chunks(AT_ONCE) {
        let mut query = Builder::new(
            "SELECT d.digest_id, d.post_id FROM digest_post d JOIN digest g ON g.id = d.digest_id
                 WHERE g.released_at IS NOT NULL AND NOT d.left_out AND d.post_id IN (",
        );
        query.push_binds(posts.iter().copied()).push(")");
        let rows: Vec<(i64, i64)> = query.build_query_as().persistent(false).fetch_all(tx.on()).await?;
        for (digest_id, post_id) in rows {
            found.entry(digest_id).or_default().insert(post_id);
        }
    }
    Ok(found)
}

/// Of those of these people who got a part of a digest because they had changed their rhythm before: its posts.
async fn parts(tx: &mut Tx, digest_id: i64, ids: &[i64]) -> sqlx::Result<BTreeMap<i64, Posts>> {
    let (Some(lo), Some(hi)) = (ids.iter().min().copied(), ids.iter().max().copied()) else {
        return Ok(BTreeMap::new());
    };
    let rows: Vec<(i64, Option<String>)> = query_as(
        "SELECT r.subscriber_id, p.posts FROM digest_reader r
         LEFT JOIN digest_part p ON p.digest_id = r.digest_id AND p.number = r.number
         WHERE r.digest_id = $1 AND r.subscriber_id BETWEEN $2 AND $3",
    )
    .bind(digest_id)
    .bind(lo)
    .bind(hi)
    .fetch_all(tx.on())
    .await?;
    let posts = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Ok(rows.into_iter().map(|(id, text)| (id, posts(text))).collect())
}

async fn insert(tx: &mut Tx, rows: &[(i64, i64, Option<i64>)]) -> sqlx::Result<u64> {
    let mut query = Builder::new("INSERT INTO reader_post (subscriber_id, post_id, owed_by) ");
    query.push_values(rows, |mut row, (id, post, owed_by)| {
        row.push_bind(*id).push_bind(*post).push_bind(*owed_by);
    });
    query.push(" ON CONFLICT (subscriber_id, post_id) DO UPDATE SET owed_by = excluded.owed_by");
    query.build().persistent(false).execute(tx.on()).await
}
