//! Every query on the activity. The only statements on this table are inserts and reads.

use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_as, query_scalar};

use super::chain::{Head, Row, hash};
use super::{Act, Actor};

/// Adds these to the end of the chain, whose row is held until the commit.
pub(super) async fn add(tx: &mut Tx, now: Millis, acts: &[Act]) -> sqlx::Result<()> {
    if acts.is_empty() {
        return Ok(());
    }
    let mut head = take_head(tx).await?;
    for act in acts {
        let row = row_of(act, now, head.id + 1);
        let hash = hash(&head.hash, &row);
        insert(tx, &Row { hash: hash.clone(), ..row }).await?;
        head = Head { id: head.id + 1, hash };
    }
    query("UPDATE instance SET value = $1 WHERE name = 'activity'").bind(head.stored()).execute(tx.on()).await?;
    Ok(())
}

/// The end of the chain, held until the commit: on PostgreSQL the next who adds waits here. When rows stand behind the end that is
/// noted, the next is numbered behind them, and [`super::verify`] tells that they do not fit.
async fn take_head(tx: &mut Tx) -> sqlx::Result<Head> {
    let stored: String = query_scalar(
        "INSERT INTO instance (name, value) VALUES ('activity', '0 ')
         ON CONFLICT (name) DO UPDATE SET value = instance.value RETURNING value",
    )
    .fetch_one(tx.on())
    .await?;
    let newest: i64 = query_scalar("SELECT COALESCE(MAX(id), 0) FROM activity").fetch_one(tx.on()).await?;
    let head = Head::read(&stored).unwrap_or_default();
    Ok(Head { id: head.id.max(newest), ..head })
}

fn row_of(act: &Act, at: Millis, id: i64) -> Row {
    let (actor, actor_id) = act.actor.parts();
    Row {
        id,
        at,
        actor: actor.to_owned(),
        actor_id,
        newsletter_id: act.newsletter_id,
        code: act.code.to_owned(),
        about: act.about.0.to_owned(),
        about_id: act.about.1,
        count: act.count,
        parameters: serde_json::Value::Object(act.parameters.clone()).to_string(),
        hash: String::new(),
    }
}

async fn insert(tx: &mut Tx, row: &Row) -> sqlx::Result<u64> {
    query(
        "INSERT INTO activity (id, at, actor, actor_id, newsletter_id, code, about, about_id, count, parameters, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(row.id)
    .bind(row.at)
    .bind(&row.actor)
    .bind(row.actor_id)
    .bind(row.newsletter_id)
    .bind(&row.code)
    .bind(&row.about)
    .bind(row.about_id)
    .bind(row.count)
    .bind(&row.parameters)
    .bind(&row.hash)
    .execute(tx.on())
    .await
}

/// Which rows are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// In one newsletter.
    pub newsletter_id: Option<i64>,
    /// By one actor, see [`Actor::parts`].
    pub actor: Option<Actor>,
    /// Of one code.
    pub code: Option<&'a str>,
    /// Not before this instant.
    pub from: Option<Millis>,
    /// Before this instant.
    pub until: Option<Millis>,
}

/// Rows before number `before`, the newest first.
pub async fn page(db: &Db, wanted: Wanted<'_>, before: i64, most: i64) -> sqlx::Result<Vec<Row>> {
    let (actor, actor_id) = wanted.actor.map(Actor::parts).unzip();
    // PostgreSQL takes no NUL, and no code has one.
    let code = wanted.code.filter(|code| !code.contains('\0'));
    query_as(
        "SELECT id, at, actor, actor_id, newsletter_id, code, about, about_id, count, parameters, hash FROM activity
         WHERE id < $1 AND ($2 IS NULL OR newsletter_id = $2) AND ($3 IS NULL OR (actor = $3 AND actor_id = $4))
           AND ($5 IS NULL OR code = $5) AND ($6 IS NULL OR at >= $6) AND ($7 IS NULL OR at < $7)
         ORDER BY id DESC LIMIT $8",
    )
    .bind(before)
    .bind(wanted.newsletter_id)
    .bind(actor)
    .bind(actor_id)
    .bind(code)
    .bind(wanted.from)
    .bind(wanted.until)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// One row.
pub async fn by_id(db: &Db, id: i64) -> sqlx::Result<Option<Row>> {
    query_as(
        "SELECT id, at, actor, actor_id, newsletter_id, code, about, about_id, count, parameters, hash FROM activity
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(db.on())
    .await
}

/// Rows behind number `after`, the oldest first.
pub(super) async fn behind(db: &Db, after: i64, most: i64) -> sqlx::Result<Vec<Row>> {
    query_as(
        "SELECT id, at, actor, actor_id, newsletter_id, code, about, about_id, count, parameters, hash FROM activity
         WHERE id > $1 ORDER BY id LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(db.on())
    .await
}

/// The codes that there are rows of, for a filter: found by one step in the index each.
pub async fn codes(db: &Db) -> sqlx::Result<Vec<String>> {
    query_scalar(
        "WITH RECURSIVE found(code) AS (
             SELECT MIN(code) FROM activity
             UNION ALL
             SELECT (SELECT MIN(a.code) FROM activity a WHERE a.code > found.code) FROM found WHERE found.code IS NOT NULL)
         SELECT code FROM found WHERE code IS NOT NULL ORDER BY code"
    )
    .fetch_all(db.on()).await
}

/// The end of the chain as it is noted; `None` when nobody notes it.
pub async fn head(db: &Db) -> sqlx::Result<Option<Head>> {
    let stored: Option<String> =
        query_scalar("SELECT value FROM instance WHERE name = 'activity'").fetch_optional(db.on()).await?;
    Ok(stored.and_then(|stored| Head::read(&stored)))
}
