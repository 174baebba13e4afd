//! Queries of a release: to whom a digest goes, what it says for good, how far it has come.

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_scalar};
use crate::ledger::RELEASED;
use crate::newsletters::Newsletter;

/// Rows of confirmed readers of other rhythms to whom a rhythm owes a post that no digest of it has been released with.
macro_rules! owed {
    () => {
        "reader_post r JOIN subscriber s ON s.id = r.subscriber_id
         WHERE r.owed_by = $1 AND s.status = 'confirmed'
           AND NOT EXISTS (SELECT 1 FROM digest_post d JOIN digest g ON g.id = d.digest_id
                           WHERE d.schedule_id = $1 AND d.post_id = r.post_id AND g.released_at IS NOT NULL)"
    };
}

/// To how many a digest of a rhythm would go: its confirmed subscribers, and those of other rhythms to whom it owes a post; in test
/// mode to one, the editor.
pub async fn count_audience(db: &Db, schedule_id: i64) -> sqlx::Result<i64> {
    let test = query_scalar(IN_TEST).bind(schedule_id).fetch_one(db.on()).await?;
    if test {
        return Ok(1);
    }
    let owed: i64 = query_scalar(concat!("SELECT COUNT(DISTINCT r.subscriber_id) FROM ", owed!()))
        .bind(schedule_id)
        .fetch_one(db.on())
        .await?;
    Ok(count_readers(db, schedule_id).await? + owed)
}

/// From so many people on a page is shown a count that may be some seconds old.
const DEAR: i64 = 50_000;

/// To how many a digest of a newsletter's rhythm would go, for a page: a large number is counted at most every few seconds
/// ([`crate::kept`]).
pub async fn audience_shown(app: &App, newsletter: &Newsletter, schedule_id: i64) -> sqlx::Result<i64> {
    if newsletter.is_test() { Ok(1) } else { readers_shown(app, schedule_id).await }
}

/// How many confirmed subscribers are on a rhythm, likewise.
pub async fn readers_shown(app: &App, schedule_id: i64) -> sqlx::Result<i64> {
    let db = app.db.clone();
    let count = async move { count_readers(&db, schedule_id).await };
    app.numbers_counted.get(("audience", schedule_id), |count| *count >= DEAR, count).await
}

/// Whether the newsletter of a schedule is in test mode.
const IN_TEST: &str = "SELECT EXISTS (SELECT 1 FROM newsletter n JOIN schedule s ON s.newsletter_id = n.id
                                      WHERE s.id = $1 AND n.mode = 'test')";

/// How many confirmed subscribers are on a rhythm. Reads an index of ids only: 30 ms for a million on SQLite.
pub async fn count_readers(db: &Db, schedule_id: i64) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed'")
        .bind(schedule_id)
        .fetch_one(db.on())
        .await
}

/// To whom a digest of a rhythm would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// To readers of its own, or in test mode to the editor.
    Readers,
    /// To nobody but readers of other rhythms to whom it owes these posts.
    Owed(Vec<i64>),
    /// To nobody.
    Nobody,
}

/// Whether a digest of a rhythm would go to anybody.
pub async fn has_audience(db: &Db, schedule_id: i64) -> sqlx::Result<bool> {
    let test: bool = query_scalar(IN_TEST).bind(schedule_id).fetch_one(db.on()).await?;
    let readers: bool = query_scalar(ANY_READER).bind(schedule_id).fetch_one(db.on()).await?;
    let owed: bool = query_scalar(concat!("SELECT EXISTS (SELECT 1 FROM ", owed!(), ")"))
        .bind(schedule_id)
        .fetch_one(db.on())
        .await?;
    Ok(test || readers || owed)
}

const ANY_READER: &str = "SELECT EXISTS (SELECT 1 FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed')";

/// Whether more than `most` are on a rhythm; looks at no more than that.
pub async fn exceeds(db: &Db, schedule_id: i64, most: i64) -> sqlx::Result<bool> {
    let next: Option<i64> = query_scalar(
        "SELECT id FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed' ORDER BY id LIMIT 1 OFFSET $2",
    )
    .bind(schedule_id)
    .bind(most)
    .fetch_optional(db.on())
    .await?;
    Ok(next.is_some())
}

/// To whom it would go, inside a transaction.
pub async fn audience(tx: &mut Tx, schedule_id: i64) -> sqlx::Result<Audience> {
    let test: bool = query_scalar(IN_TEST).bind(schedule_id).fetch_one(tx.on()).await?;
    let readers: bool = query_scalar(ANY_READER).bind(schedule_id).fetch_one(tx.on()).await?;
    if test || readers {
        return Ok(Audience::Readers);
    }
    let owed: Vec<i64> =
        query_scalar(concat!("SELECT DISTINCT r.post_id FROM ", owed!())).bind(schedule_id).fetch_all(tx.on()).await?;
    Ok(if owed.is_empty() { Audience::Nobody } else { Audience::Owed(owed) })
}

/// Whether it would go to anybody, inside a transaction.
pub async fn any_audience(tx: &mut Tx, schedule_id: i64) -> sqlx::Result<bool> {
    Ok(audience(tx, schedule_id).await? != Audience::Nobody)
}

/// The lowest id of a rhythm's confirmed subscribers above `above`.
pub async fn next_recipient(db: &Db, schedule_id: i64, above: i64) -> sqlx::Result<Option<i64>> {
    query_scalar("SELECT MIN(id) FROM subscriber WHERE schedule_id = $1 AND status = 'confirmed' AND id > $2")
        .bind(schedule_id)
        .bind(above)
        .fetch_one(db.on())
        .await
}

/// Freezes a digest; false when another process has, or when it is no longer to be released.
pub async fn freeze(tx: &mut Tx, id: i64, subject: &str, content: &str, now: Millis) -> sqlx::Result<bool> {
    let changed = query(
        "UPDATE digest SET subject = $2, content = $3, released_at = $4
         WHERE id = $1 AND state = 'releasing' AND released_at IS NULL",
    )
    .bind(id)
    .bind(subject)
    .bind(content)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(changed == 1)
}

/// Stores the mail of one language.
pub async fn insert_variant(tx: &mut Tx, digest_id: i64, language: &str, mail: &[u8]) -> sqlx::Result<u64> {
    query("INSERT INTO digest_variant (digest_id, language, mail) VALUES ($1, $2, $3)")
        .bind(digest_id)
        .bind(language)
        .bind(mail)
        .execute(tx.on())
        .await
}

/// Claims the next range of a release: moves `released_upto` from `from` to `upto`; false when another process did.
pub async fn advance_release(tx: &mut Tx, id: i64, from: i64, upto: i64) -> sqlx::Result<bool> {
    let changed =
        query("UPDATE digest SET released_upto = $3 WHERE id = $1 AND state = 'releasing' AND released_upto = $2")
            .bind(id)
            .bind(from)
            .bind(upto)
            .execute(tx.on())
            .await?;
    Ok(changed == 1)
}

/// Adds to the count of recipients.
pub async fn add_recipients(tx: &mut Tx, id: i64, count: i64) -> sqlx::Result<u64> {
    query("UPDATE digest SET recipients = recipients + $2 WHERE id = $1").bind(id).bind(count).execute(tx.on()).await
}

/// Notes that every row of a digest is written.
pub async fn all_written(tx: &mut Tx, id: i64) -> sqlx::Result<u64> {
    query("UPDATE digest SET released_upto = $2 WHERE id = $1").bind(id).bind(RELEASED).execute(tx.on()).await
}

/// Whether every row of a digest is written.
pub async fn is_written(tx: &mut Tx, id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT released_upto = $2 FROM digest WHERE id = $1").bind(id).bind(RELEASED).fetch_one(tx.on()).await
}
