//! Queries on parts of a digest: who chose which topics, who changed their rhythm, the mails of a part.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::db::{Builder, Db, On, Tx, from_row, query, query_as, query_scalar};

/// Under which categories, and from which feed, the posts of a digest came: post, categories, feed.
pub async fn categories(db: &Db, digest_id: i64) -> sqlx::Result<Vec<(i64, String, Option<i64>)>> {
    query_as(
        "SELECT p.id, p.categories, p.feed_id FROM digest_post d JOIN post p ON p.id = d.post_id WHERE d.digest_id = $1"
    )
    .bind(digest_id)
    .fetch_all(db.on()).await
}

/// Topic sets that are each counted by itself; more are counted in one walk.
const FEW_SETS: i64 = 64;
/// Counts that are made at the same time.
const AT_ONCE: usize = 3;

/// The topic sets that confirmed readers of a rhythm chose: a look into an index for each. `None` when they are more than
/// [`FEW_SETS`].
pub async fn topic_sets(db: &Db, schedule_id: i64) -> sqlx::Result<Option<Vec<i64>>> {
    let found: Vec<i64> = query_scalar(
        "WITH RECURSIVE chosen (topics) AS (
             SELECT MIN(topics) FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed' AND topics IS NOT NULL
             UNION ALL
             SELECT (SELECT MIN(s.topics) FROM subscriber s
                     WHERE s.schedule_id = $1 AND s.status = 'confirmed' AND s.topics IS NOT NULL AND s.topics > chosen.topics)
             FROM chosen WHERE chosen.topics IS NOT NULL
         )
         SELECT topics FROM chosen WHERE topics IS NOT NULL LIMIT $2"
    )
    .bind(schedule_id)
    .bind(FEW_SETS + 1)
    .fetch_all(db.on()).await?;
    Ok((found.len() as i64 <= FEW_SETS).then_some(found))
}

/// The topic sets that confirmed readers of a rhythm chose, and how many each, in their order. An index of those who chose at all is walked
/// once; set by set that takes SQLite half as long as grouping (42 and 87 ns a reader), and several walk at the same time.
pub async fn chosen_topics(db: &Db, schedule_id: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    let Some(sets) = topic_sets(db, schedule_id).await? else { return grouped_topics(db, schedule_id).await };
    let each = sets.into_iter().map(|set| async move { Ok((set, count_chosen(db, schedule_id, set).await?)) });
    let counted: sqlx::Result<Vec<(i64, i64)>> = stream::iter(each).buffered(AT_ONCE).try_collect().await;
    Ok(counted?.into_iter().filter(|(_, readers)| *readers > 0).collect())
}

async fn count_chosen(db: &Db, schedule_id: i64, topics: i64) -> sqlx::Result<i64> {
    query_scalar(
        "SELECT COUNT(*) FROM subscriber
         WHERE schedule_id = $1 AND status = 'confirmed' AND topics = $2 AND topics IS NOT NULL",
    )
    .bind(schedule_id)
    .bind(topics)
    .fetch_one(db.on())
    .await
}

async fn grouped_topics(db: &Db, schedule_id: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    query_as(
        "SELECT topics, COUNT(*) FROM subscriber
         WHERE schedule_id = $1 AND status = 'confirmed' AND topics IS NOT NULL GROUP BY topics ORDER BY topics",
    )
    .bind(schedule_id)
    .fetch_all(db.on())
    .await
}

/// A post of a digest that means something else to one reader than to the others of its rhythm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The reader.
    pub subscriber_id: i64,
    /// The post.
    pub post_id: i64,
    /// They are on another rhythm, and this one owes it to them; else they are on this one and had it.
    pub is_owed: bool,
    /// The topics that they chose.
    pub topics: Option<i64>,
    /// Whether they get digests now.
    pub is_confirmed: bool,
}
from_row!(Changed { subscriber_id, post_id, is_owed, topics, is_confirmed });

async fn changed_on(on: On<'_>, digest_id: i64, schedule_id: i64) -> sqlx::Result<Vec<Changed>> {
    query_as(
            "SELECT r.subscriber_id, r.post_id, r.owed_by IS NOT NULL AS is_owed, s.topics, s.status = 'confirmed' AS is_confirmed
             FROM digest_post d
             JOIN reader_post r ON r.post_id = d.post_id
             JOIN subscriber s ON s.id = r.subscriber_id
             WHERE d.digest_id = $1 AND NOT d.left_out
               AND (r.owed_by = $2 AND s.schedule_id <> $2 OR r.owed_by IS NULL AND s.schedule_id = $2)
             ORDER BY r.subscriber_id, r.post_id"
        )
        .bind(digest_id)
        .bind(schedule_id)
        .fetch_all(on).await
}

/// See [`Changed`]; usually there are none, and an index of posts says so.
pub async fn changed(db: &Db, digest_id: i64, schedule_id: i64) -> sqlx::Result<Vec<Changed>> {
    changed_on(db.on(), digest_id, schedule_id).await
}

/// The same under the schedule's lock.
pub async fn changed_in(tx: &mut Tx, digest_id: i64, schedule_id: i64) -> sqlx::Result<Vec<Changed>> {
    changed_on(tx.on(), digest_id, schedule_id).await
}

/// Stores a part. `posts`: their ids as JSON.
pub async fn insert_part(
    tx: &mut Tx,
    (digest_id, number): (i64, i64),
    posts: &str,
    readers: i64,
    is_topics: bool,
) -> sqlx::Result<u64> {
    query("INSERT INTO digest_part (digest_id, number, posts, readers, is_topics) VALUES ($1, $2, $3, $4, $5)")
        .bind(digest_id)
        .bind(number)
        .bind(posts)
        .bind(readers)
        .bind(is_topics)
        .execute(tx.on())
        .await
}

/// Stores the mail of a part in one language.
pub async fn insert_part_mail(
    tx: &mut Tx,
    (digest_id, number): (i64, i64),
    language: &str,
    mail: &[u8],
) -> sqlx::Result<u64> {
    query("INSERT INTO digest_part_mail (digest_id, number, language, mail) VALUES ($1, $2, $3, $4)")
        .bind(digest_id)
        .bind(number)
        .bind(language)
        .bind(mail)
        .execute(tx.on())
        .await
}

/// Notes which parts readers get who changed their rhythm: reader, number.
pub async fn insert_readers(tx: &mut Tx, digest_id: i64, readers: &[(i64, i64)]) -> sqlx::Result<()> {
    for readers in readers.chunks(300) {
        let mut query = Builder::new("INSERT INTO digest_reader (digest_id, subscriber_id, number) ");
        query.push_values(readers, |mut row, (subscriber_id, number)| {
            row.push_bind(digest_id).push_bind(*subscriber_id).push_bind(*number);
        });
        query.build().persistent(false).execute(tx.on()).await?;
    }
    Ok(())
}

/// A part as it is shown.
#[derive(Clone, Debug)]
pub struct PartRow {
    /// From 1 on.
    pub number: i64,
    /// Ids of its posts, JSON.
    pub posts: String,
    /// How many got it, when it was released.
    pub readers: i64,
    /// Whether topics made it; else changes of rhythm.
    pub is_topics: bool,
}
from_row!(PartRow { number, posts, readers, is_topics });

/// The parts of a digest.
pub async fn parts(db: &Db, digest_id: i64) -> sqlx::Result<Vec<PartRow>> {
    query_as("SELECT number, posts, readers, is_topics FROM digest_part WHERE digest_id = $1 ORDER BY number")
        .bind(digest_id)
        .fetch_all(db.on())
        .await
}

/// Sets what an editor should know of a digest besides.
pub async fn set_note(tx: &mut Tx, digest_id: i64, note: Option<&str>) -> sqlx::Result<u64> {
    query("UPDATE digest SET note = $2 WHERE id = $1").bind(digest_id).bind(note).execute(tx.on()).await
}
