//! Rows of a digest that is not for all of its rhythm alike: its parts, and who has nothing of it.

use std::collections::HashMap;

use super::{NOT_THEIRS, WARMING};
use crate::db::{Builder, Db, Tx, query_as, query_scalar};

/// Writes rows for readers of other rhythms to whom a digest brings what it owes them; whoever has nothing of it after all, because of
/// their topics, is skipped. Reader, and whether they have nothing. With `warms` the others wait for their day, as in
/// [`super::release::rows`]. Gives how many.
pub async fn owed(tx: &mut Tx, digest_id: i64, readers: &[(i64, bool)], warms: bool) -> sqlx::Result<u64> {
    let due = if warms { WARMING } else { 0 };
    let mut written = 0;
    for readers in readers.chunks(300) {
        let mut query = Builder::new("INSERT INTO delivery (digest_id, subscriber_id, state, next_at) ");
        query.push_values(readers, |mut row, (subscriber_id, has_nothing)| {
            let (state, next_at) = if *has_nothing { (5_i16, NOT_THEIRS) } else { (0, due) };
            row.push_bind(digest_id).push_bind(*subscriber_id).push_bind(state).push_bind(next_at);
        });
        written += query.build().persistent(false).execute(tx.on()).await?;
    }
    Ok(written)
}

/// What `digest_part`, `digest_part_mail` and `digest_reader` hold of a digest.
#[derive(Clone, Debug, Default)]
pub struct StoredParts {
    /// Number, and ids of its posts as JSON.
    pub parts: Vec<(i64, String)>,
    /// Number, language, bytes.
    pub mails: Vec<(i64, String, Vec<u8>)>,
    /// Reader, and number; 0 for nothing.
    pub readers: HashMap<i64, i64>,
}

/// Reads them; nothing for most digests.
pub async fn stored(db: &Db, digest_id: i64) -> sqlx::Result<StoredParts> {
    let parts: Vec<(i64, String)> =
        query_as("SELECT number, posts FROM digest_part WHERE digest_id = $1 ORDER BY number")
            .bind(digest_id)
            .fetch_all(db.on())
            .await?;
    let readers: Vec<(i64, i64)> = query_as("SELECT subscriber_id, number FROM digest_reader WHERE digest_id = $1")
        .bind(digest_id)
        .fetch_all(db.on())
        .await?;
    let mails = if parts.is_empty() {
        Vec::new()
    } else {
        query_as("SELECT number, language, mail FROM digest_part_mail WHERE digest_id = $1")
            .bind(digest_id)
            .fetch_all(db.on())
            .await?
    };
    Ok(StoredParts { parts, mails, readers: readers.into_iter().collect() })
}

/// The topics that people with an id in this range chose. On SQLite they travel as one value, as [`super::claim::recipients`] do.
pub async fn topics(db: &Db, (lo, hi): (i64, i64)) -> sqlx::Result<HashMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = match db {
        Db::Sqlite { read, .. } => {
            let text: String = query_scalar(
                "SELECT json_group_array(json_array(id, topics)) FROM subscriber
                 WHERE id BETWEEN $1 AND $2 AND topics IS NOT NULL",
            )
            .bind(lo)
            .bind(hi)
            .fetch_one(read)
            .await?;
            serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?
        }
        Db::Postgres(pool) => {
            query_as("SELECT id, topics FROM subscriber WHERE id BETWEEN $1 AND $2 AND topics IS NOT NULL")
                .bind(lo)
                .bind(hi)
                .fetch_all(pool)
                .await?
        }
    };
    Ok(rows.into_iter().collect())
}

/// How many rows of a digest were skipped because their readers chose none of its topics. Reads every open row: 0.2 s for a million
/// on SQLite.
pub async fn left_out(db: &Db, digest_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM delivery WHERE digest_id = $1 AND state = 5 AND next_at = $2")
        .bind(digest_id)
        .bind(NOT_THEIRS)
        .fetch_one(db.on())
        .await
}
