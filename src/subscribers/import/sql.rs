//! The queries that store imported people, some thousand at a time.
//!
//! One statement per person takes ten times as long (measured), so each of these statements handles all of a batch, in two
//! dialects: PostgreSQL has arrays; SQLite gets new rows as `VALUES`, which costs it a fifth of parsing JSON.

use std::collections::{HashMap, HashSet};

use sqlx::{QueryBuilder, Sqlite};

use super::Import;
use super::sort::Person;
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, read};
use crate::subscribers::Status;

/// Rows in one statement of SQLite. It allows 32,766 parameters; more than some hundred rows gain nothing.
const ROWS: usize = 500;

/// Which of these people are subscribers already, by key.
pub async fn known(db: &Db, newsletter_id: i64, people: &[Person]) -> sqlx::Result<HashMap<String, (i64, Status)>> {
    let keys: Vec<&str> = people.iter().map(|person| person.key.as_str()).collect();
    let rows: Vec<(String, i64, Status)> = match db {
        Db::Sqlite { read, .. } => {
            sqlx::query_as(
                "SELECT s.email_key, s.id, s.status FROM json_each($2) k
                 CROSS JOIN subscriber s ON s.newsletter_id = $1 AND s.email_key = k.value",
            )
            .bind(newsletter_id)
            .bind(json(&keys))
            .fetch_all(read)
            .await?
        }
        Db::Postgres(pool) => {
            sqlx::query_as(
                "SELECT email_key, id, status FROM subscriber WHERE newsletter_id = $1 AND email_key = ANY($2)",
            )
            .bind(newsletter_id)
            .bind(&keys)
            .fetch_all(pool)
            .await?
        }
    };
    Ok(rows.into_iter().map(|(key, id, status)| (key, (id, status))).collect())
}

/// Which of these people are suppressed. Hashes are only computed where the newsletter has suppressions to compare with.
pub async fn suppressed(app: &App, newsletter_id: i64, people: &[Person]) -> sqlx::Result<Vec<bool>> {
    let any: bool = read!(&app.db, |c| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM suppression WHERE newsletter_id IN (0, $1))"
    )
    .bind(newsletter_id)
    .fetch_one(c))?;
    if !any {
        return Ok(Vec::new());
    }
    let hashes: Vec<String> = people.iter().map(|person| app.keys.address_hash(&person.key)).collect();
    let found: Vec<String> = match &app.db {
        Db::Sqlite { read, .. } => {
            sqlx::query_scalar(
                "SELECT x.address_hash FROM json_each($2) k
                 JOIN suppression x ON x.newsletter_id IN (0, $1) AND x.address_hash = k.value",
            )
            .bind(newsletter_id)
            .bind(json(&hashes))
            .fetch_all(read)
            .await?
        }
        Db::Postgres(pool) => {
            sqlx::query_scalar(
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

/// New subscribers in the form for the database; prepared before the transaction, to keep that short on SQLite.
pub enum NewRows<'a> {
    /// Statements of up to [`ROWS`] rows, and how many each has.
    Sqlite(Vec<(usize, QueryBuilder<Sqlite>)>),
    /// Columns: key, address, name, language, state.
    Postgres([Vec<&'a str>; 5]),
}

impl<'a> NewRows<'a> {
    /// Prepares these people, each with a state, as created `now`.
    pub fn new(db: &Db, import: &Import<'a>, new: &[(&'a Person, Status)], now: Millis) -> Self {
        let language = |person: &Person| -> &'a str { person.language.unwrap_or(import.language) };
        if db.is_sqlite() {
            return Self::Sqlite(new.chunks(ROWS).map(|rows| (rows.len(), sqlite_insert(import, rows, now))).collect());
        }
        Self::Postgres([
            new.iter().map(|(person, _)| person.key.as_str()).collect(),
            new.iter().map(|(person, _)| person.email.as_str()).collect(),
            new.iter().map(|(person, _)| person.name.as_str()).collect(),
            new.iter().map(|(person, _)| language(person)).collect(),
            new.iter().map(|(_, status)| status.as_str()).collect(),
        ])
    }
}

fn sqlite_insert(import: &Import<'_>, rows: &[(&Person, Status)], now: Millis) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "INSERT INTO subscriber (origin, email_key, email, name, language, status, newsletter_id, schedule_id,
                                 created_at, confirmed_at, ended_at)
         SELECT 'imported', column1, COALESCE(column2, column1), column3, column4, column5, ",
    );
    query.push_bind(import.newsletter.id).push(", ").push_bind(import.schedule_id).push(", ").push_bind(now);
    query.push(", CASE column5 WHEN 'confirmed' THEN ").push_bind(now);
    query.push(" END, CASE WHEN column5 NOT IN ('pending', 'confirmed') THEN ").push_bind(now).push(" END FROM (");
    query.push_values(rows, |mut row, (person, status)| {
        let email = (person.email != person.key).then_some(person.email.as_str());
        let name = (!person.name.is_empty()).then_some(person.name.as_str());
        row.push_bind(person.key.as_str()).push_bind(email).push_bind(name);
        row.push_bind(person.language.unwrap_or(import.language)).push_bind(*status);
    });
    query.push(") WHERE TRUE ON CONFLICT (newsletter_id, email_key) DO NOTHING");
    query
}

/// Writes new subscribers and their consents. Somebody who signed up a moment ago stays as they are. Returns id and key of
/// everybody now pending.
pub async fn insert(
    tx: &mut Tx,
    import: &Import<'_>,
    rows: NewRows<'_>,
    now: Millis,
) -> sqlx::Result<Vec<(i64, String)>> {
    match (tx, rows) {
        (Tx::Sqlite(tx), NewRows::Sqlite(statements)) => {
            // Nobody else writes meanwhile, and an id is never used twice: new subscribers have ids above this one.
            let before: i64 =
                sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM subscriber").fetch_one(&mut **tx).await?;
            for (rows, mut statement) in statements {
                // Only the statement of the usual length is used again and worth caching on the connection.
                statement.build().persistent(rows == ROWS).execute(&mut **tx).await?;
            }
            sqlx::query(
                "INSERT INTO consent (subscriber_id, kind, language, proof, at)
                 SELECT id, 'imported', $1, $2, $3 FROM subscriber
                 WHERE id > $4 AND status IN ('pending', 'confirmed') ORDER BY id",
            )
            .bind(import.language)
            .bind(import.proof())
            .bind(now)
            .bind(before)
            .execute(&mut **tx)
            .await?;
            sqlx::query_as("SELECT id, email_key FROM subscriber WHERE id > $1 AND status = 'pending' ORDER BY id")
                .bind(before)
                .fetch_all(&mut **tx)
                .await
        }
        (Tx::Postgres(tx), NewRows::Postgres([keys, emails, names, languages, states])) => {
            sqlx::query_as(
                "WITH added AS (
                     INSERT INTO subscriber (newsletter_id, email_key, email, name, language, status, schedule_id,
                                             created_at, confirmed_at, ended_at, origin)
                     SELECT $1, email_key, email, NULLIF(name, ''), language, status, $2, $3,
                            CASE status WHEN 'confirmed' THEN $3 END,
                            CASE WHEN status NOT IN ('pending', 'confirmed') THEN $3 END, 'imported'
                     FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                          AS new (email_key, email, name, language, status)
                     ON CONFLICT (newsletter_id, email_key) DO NOTHING RETURNING id, email_key, status
                 ), consented AS (
                     INSERT INTO consent (subscriber_id, kind, language, proof, at)
                     SELECT id, 'imported', $9, $10, $3 FROM added WHERE status IN ('pending', 'confirmed')
                 )
                 SELECT id, email_key FROM added WHERE status = 'pending'",
            )
            .bind(import.newsletter.id)
            .bind(import.schedule_id)
            .bind(now)
            .bind(keys)
            .bind(emails)
            .bind(names)
            .bind(languages)
            .bind(states)
            .bind(import.language)
            .bind(import.proof())
            .fetch_all(&mut **tx)
            .await
        }
        _ => unreachable!("rows are made for the database that takes them"),
    }
}

/// Confirms the people whose consent the import proves.
pub async fn raise(tx: &mut Tx, import: &Import<'_>, ids: &[i64], now: Millis) -> sqlx::Result<()> {
    match tx {
        Tx::Sqlite(tx) => {
            let ids = json(&ids);
            sqlx::query(
                "INSERT INTO consent (subscriber_id, kind, language, proof, at)
                 SELECT id, 'imported', $1, $2, $3 FROM subscriber
                 WHERE id IN (SELECT value FROM json_each($4)) AND status = 'pending'",
            )
            .bind(import.language)
            .bind(import.proof())
            .bind(now)
            .bind(&ids)
            .execute(&mut **tx)
            .await?;
            sqlx::query(
                "UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, origin = 'imported'
                 WHERE id IN (SELECT value FROM json_each($2)) AND status = 'pending'",
            )
            .bind(now)
            .bind(ids)
            .execute(&mut **tx)
            .await
            .map(drop)
        }
        Tx::Postgres(tx) => sqlx::query(
            "WITH raised AS (
                 UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, origin = 'imported'
                 WHERE id = ANY($2) AND status = 'pending' RETURNING id
             )
             INSERT INTO consent (subscriber_id, kind, language, proof, at)
             SELECT id, 'imported', $3, $4, $1 FROM raised",
        )
        .bind(now)
        .bind(ids)
        .bind(import.language)
        .bind(import.proof())
        .execute(&mut **tx)
        .await
        .map(drop),
    }
}

/// Ends the subscriptions of people who must not be written to, as if the owner had unsubscribed them.
pub async fn end(tx: &mut Tx, ids: &[i64], now: Millis) -> sqlx::Result<()> {
    match tx {
        Tx::Sqlite(tx) => {
            let ids = json(&ids);
            sqlx::query(
                "INSERT INTO consent (subscriber_id, kind, language, proof, at)
                 SELECT id, 'left', language, 'owner ' || status, $1 FROM subscriber
                 WHERE id IN (SELECT value FROM json_each($2)) AND status IN ('pending', 'confirmed', 'paused')",
            )
            .bind(now)
            .bind(&ids)
            .execute(&mut **tx)
            .await?;
            sqlx::query(
                "UPDATE subscriber SET status = 'unsubscribed', ended_at = $1
                 WHERE id IN (SELECT value FROM json_each($2)) AND status IN ('pending', 'confirmed', 'paused')",
            )
            .bind(now)
            .bind(ids)
            .execute(&mut **tx)
            .await
            .map(drop)
        }
        Tx::Postgres(tx) => sqlx::query(
            "WITH before AS (
                 SELECT id, language, status FROM subscriber
                 WHERE id = ANY($2) AND status IN ('pending', 'confirmed', 'paused') ORDER BY id FOR UPDATE
             ), ended AS (
                 UPDATE subscriber s SET status = 'unsubscribed', ended_at = $1 FROM before WHERE s.id = before.id
             )
             INSERT INTO consent (subscriber_id, kind, language, proof, at)
             SELECT id, 'left', language, 'owner ' || status, $1 FROM before",
        )
        .bind(now)
        .bind(ids)
        .execute(&mut **tx)
        .await
        .map(drop),
    }
}

/// Plans letters, each at its time.
pub async fn plan(tx: &mut Tx, planned: &[(i64, Millis)]) -> sqlx::Result<()> {
    match tx {
        Tx::Sqlite(tx) => sqlx::query(
            "INSERT INTO planned_letter (subscriber_id, at) SELECT value ->> 0, value ->> 1 FROM json_each($1)",
        )
        .bind(json(&planned))
        .execute(&mut **tx)
        .await
        .map(drop),
        Tx::Postgres(tx) => sqlx::query("INSERT INTO planned_letter (subscriber_id, at) SELECT * FROM unnest($1, $2)")
            .bind(planned.iter().map(|letter| letter.0).collect::<Vec<_>>())
            .bind(planned.iter().map(|letter| letter.1).collect::<Vec<_>>())
            .execute(&mut **tx)
            .await
            .map(drop),
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers are JSON")
}
