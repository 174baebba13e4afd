//! The look-ups and plans of an import, for some thousand people at a time; [`crate::subscribers::status`] writes the people.
//!
//! One statement per person takes ten times as long (measured), so each of these statements handles all of a batch, in two
//! dialects: PostgreSQL has arrays, SQLite unpacks JSON.

use std::collections::{HashMap, HashSet};

use super::sort::Person;
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, query, query_as, query_scalar};
use crate::subscribers::Status;

/// Which of these people, sorted by key, are subscribers already, by key.
pub async fn known(db: &Db, newsletter_id: i64, people: &[Person]) -> sqlx::Result<HashMap<String, (i64, Status)>> {
    if let Some(found) = between(db, newsletter_id, people).await? {
        return Ok(by_key(found));
    }
    let keys: Vec<&str> = people.iter().map(|person| person.key.as_str()).collect();
    let rows: Vec<(String, i64, Status)> = match db {
        Db::Sqlite { read, .. } => {
            query_as(
                "SELECT s.email_key, s.id, s.status FROM json_each($2) k
                 CROSS JOIN subscriber s ON s.newsletter_id = $1 AND s.email_key = k.value",
            )
            .bind(newsletter_id)
            .bind(json(&keys))
            .fetch_all(read)
            .await?
        }
        Db::Postgres(pool) => {
            query_as("SELECT email_key, id, status FROM subscriber WHERE newsletter_id = $1 AND email_key = ANY($2)")
                .bind(newsletter_id)
                .bind(&keys)
                .fetch_all(pool)
                .await?
        }
    };
    Ok(by_key(rows))
}

/// Key, id and state of a subscriber.
type Known = (String, i64, Status);

fn by_key(rows: Vec<Known>) -> HashMap<String, (i64, Status)> {
    rows.into_iter().map(|(key, id, status)| (key, (id, status))).collect()
}

const BETWEEN: &str = "SELECT email_key, id, status FROM subscriber
     WHERE newsletter_id = $1 AND email_key BETWEEN $2 AND $3 LIMIT $4";

/// All subscribers from the first of these people to the last, where they are few beside them: a stretch of the index costs far
/// less than a look for each, and nothing while a list is imported for the first time. `None` where they are many.
async fn between(db: &Db, newsletter_id: i64, people: &[Person]) -> sqlx::Result<Option<Vec<Known>>> {
    let (Some(first), Some(last)) = (people.first(), people.last()) else { return Ok(None) };
    let most = people.len() * 2;
    // Planned anew each time: PostgreSQL would keep the plan of when the table was empty.
    let found: Vec<Known> = query_as(BETWEEN)
        .bind(newsletter_id)
        .bind(&first.key)
        .bind(&last.key)
        .bind(most as i64)
        .persistent(false)
        .fetch_all(db.on())
        .await?;
    Ok(Some(found).filter(|found| found.len() < most))
}

/// Which of these people are suppressed. Hashes are only computed where the newsletter has suppressions to compare with.
pub async fn suppressed(app: &App, newsletter_id: i64, people: &[Person]) -> sqlx::Result<Vec<bool>> {
    let any: bool = query_scalar("SELECT EXISTS (SELECT 1 FROM suppression WHERE newsletter_id IN (0, $1))")
        .bind(newsletter_id)
        .fetch_one(app.db.on())
        .await?;
    if !any {
        return Ok(Vec::new());
    }
    let hashes: Vec<String> = people.iter().map(|person| app.keys.address_hash(&person.key)).collect();
    let found: Vec<String> = match &app.db {
        Db::Sqlite { read, .. } => {
            query_scalar(
                "SELECT x.address_hash FROM json_each($2) k
                 JOIN suppression x ON x.newsletter_id IN (0, $1) AND x.address_hash = k.value",
            )
            .bind(newsletter_id)
            .bind(json(&hashes))
            .fetch_all(read)
            .await?
        }
        Db::Postgres(pool) => {
            query_scalar(
                "SELECT address_hash FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = ANY($2)",
            )
            .bind(newsletter_id)
            .bind(&hashes)
            .fetch_all(pool)
            .await?
        }
    };
    let found: HashSet<String> = found.into_iter().collect();
    Ok(hashes.iter().map(|hash| found.contains(hash)).collect())
}

/// Plans letters, each at its time; `is_held`: they wait for the newsletter to go live.
pub async fn plan(tx: &mut Tx, planned: &[(i64, Millis)], is_held: bool) -> sqlx::Result<()> {
    match tx {
        Tx::Sqlite(tx) => query(
            "INSERT INTO planned_letter (subscriber_id, at, is_held) SELECT value ->> 0, value ->> 1, $2 FROM json_each($1)",
        )
        .bind(json(&planned))
        .bind(is_held)
        .execute(&mut **tx)
        .await
        .map(drop),
        Tx::Postgres(tx) => {
            let text = "INSERT INTO planned_letter (subscriber_id, at, is_held) SELECT *, $3 FROM unnest($1, $2)";
            query(text)
                .bind(planned.iter().map(|letter| letter.0).collect::<Vec<_>>())
                .bind(planned.iter().map(|letter| letter.1).collect::<Vec<_>>())
                .bind(is_held)
                .execute(&mut **tx)
                .await
                .map(drop)
        }
    }
}

pub(in crate::subscribers) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers are JSON")
}
