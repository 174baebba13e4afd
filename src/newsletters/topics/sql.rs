//! Every query on topics.

use crate::clock::Millis;
use crate::db::{Db, FromRow, On, Row, Tx, query, query_as, query_scalar};
use crate::newsletters::Schedule;

use super::Topic;

async fn topics(on: On<'_>, newsletter_id: i64, is_removed: bool) -> sqlx::Result<Vec<Topic>> {
    query_as(
        "SELECT id, newsletter_id, bit, name, description, categories FROM topic
         WHERE newsletter_id = $1 AND (removed_at IS NOT NULL) = $2 ORDER BY id",
    )
    .bind(newsletter_id)
    .bind(is_removed)
    .fetch_all(on)
    .await
}

/// The topics of a newsletter, the oldest first.
pub async fn of(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Topic>> {
    topics(db.on(), newsletter_id, false).await
}

/// One of what readers may choose among.
enum Choosable {
    Rhythm(Schedule),
    Topic(Topic),
}

impl FromRow for Choosable {
    fn from_row(row: &Row) -> sqlx::Result<Self> {
        let bit: Option<i64> = row.named("bit")?;
        match bit {
            Some(_) => Topic::from_row(row).map(Self::Topic),
            None => Schedule::from_row(row).map(Self::Rhythm),
        }
    }
}

/// The rhythms and the topics of a newsletter, each the oldest first, in one statement: a page that readers ask for while digests leave
/// has one turn less to wait for.
pub async fn with_rhythms(db: &Db, newsletter_id: i64) -> sqlx::Result<(Vec<Schedule>, Vec<Topic>)> {
    let rows: Vec<Choosable> = query_as(
        "SELECT id, newsletter_id, every, days, at_minute, zone, approval, paused, paused_until, skip_next,
                    next_due_at, created_at, removed_at, offered, is_default,
                    CAST(NULL AS BIGINT) AS bit, CAST(NULL AS TEXT) AS name, CAST(NULL AS TEXT) AS description,
                    CAST(NULL AS TEXT) AS categories
             FROM schedule WHERE newsletter_id = $1 AND removed_at IS NULL
             UNION ALL
             SELECT id, newsletter_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                    bit, name, description, categories
             FROM topic WHERE newsletter_id = $1 AND removed_at IS NULL
             ORDER BY id",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await?;
    let (mut rhythms, mut topics) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Choosable::Rhythm(rhythm) => rhythms.push(rhythm),
            Choosable::Topic(topic) => topics.push(topic),
        }
    }
    Ok((rhythms, topics))
}

/// The topics of a newsletter, inside a transaction.
pub async fn of_in(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Vec<Topic>> {
    topics(tx.on(), newsletter_id, false).await
}

/// Those that were removed.
pub(super) async fn removed(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Vec<Topic>> {
    topics(tx.on(), newsletter_id, true).await
}

/// Which feeds belong to a topic whole: topic, feed.
pub async fn feeds(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    query_as(
        "SELECT f.topic_id, f.feed_id FROM topic_feed f JOIN topic t ON t.id = f.topic_id
         WHERE t.newsletter_id = $1 AND t.removed_at IS NULL ORDER BY f.topic_id, f.feed_id",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}

/// The first bit that no topic of this newsletter ever had.
pub(super) async fn next_bit(tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COALESCE(MAX(bit), -1) + 1 FROM topic WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .fetch_one(tx.on())
        .await
}

/// Stores a new one; gives its id.
pub(super) async fn insert(tx: &mut Tx, topic: &Topic, now: Millis) -> sqlx::Result<i64> {
    query_scalar(
        "INSERT INTO topic (newsletter_id, bit, name, description, categories, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
    )
    .bind(topic.newsletter_id)
    .bind(topic.bit)
    .bind(&topic.name)
    .bind(&topic.description)
    .bind(&topic.categories)
    .bind(now)
    .fetch_one(tx.on())
    .await
}

/// Stores a changed one, or one that is there again.
pub(super) async fn update(tx: &mut Tx, topic: &Topic) -> sqlx::Result<u64> {
    query("UPDATE topic SET name = $2, description = $3, categories = $4, removed_at = NULL WHERE id = $1")
        .bind(topic.id)
        .bind(&topic.name)
        .bind(&topic.description)
        .bind(&topic.categories)
        .execute(tx.on())
        .await
}

/// Marks one removed.
pub(super) async fn remove(tx: &mut Tx, newsletter_id: i64, id: i64, now: Millis) -> sqlx::Result<bool> {
    let removed = query("UPDATE topic SET removed_at = $3 WHERE id = $2 AND newsletter_id = $1 AND removed_at IS NULL")
        .bind(newsletter_id)
        .bind(id)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(removed == 1)
}

/// No feed belongs to it whole any more.
pub(super) async fn clear_feeds(tx: &mut Tx, topic_id: i64) -> sqlx::Result<u64> {
    query("DELETE FROM topic_feed WHERE topic_id = $1").bind(topic_id).execute(tx.on()).await
}

/// A feed of its newsletter belongs to it whole; another's does not.
pub(super) async fn insert_feed(tx: &mut Tx, topic: &Topic, feed_id: i64) -> sqlx::Result<u64> {
    query(
        "INSERT INTO topic_feed (topic_id, feed_id) SELECT $1, id FROM feed WHERE id = $2 AND newsletter_id = $3
         ON CONFLICT DO NOTHING",
    )
    .bind(topic.id)
    .bind(feed_id)
    .bind(topic.newsletter_id)
    .execute(tx.on())
    .await
}

/// The sets that confirmed readers of a newsletter chose, and how many each; whoever wants everything is in none.
pub async fn chosen(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    query_as(
        "SELECT topics, COUNT(*) FROM subscriber
         WHERE schedule_id IN (SELECT id FROM schedule WHERE newsletter_id = $1) AND status = 'confirmed'
           AND topics IS NOT NULL
         GROUP BY topics ORDER BY topics",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}
