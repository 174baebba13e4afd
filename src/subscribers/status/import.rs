//! The changes that an import makes, for some thousand people at a time, each with its event: one row a state, and a count.
//!
//! In: a batch of [`super::super::import`], judged. Out: subscribers and what they consented to. A statement a person takes ten
//! times as long, so each of these takes them all, forked by dialect: PostgreSQL has arrays; SQLite takes new rows as
//! `VALUES`, which costs it a fifth of taking JSON apart.

use sqlx::{AssertSqlSafe, QueryBuilder, Sqlite};

use super::{Status, Verb};
use crate::clock::Millis;
use crate::db::{Db, Tx};
use crate::events::{self, Code, Event};
use crate::subscribers::fold;
use crate::subscribers::import::Import;
use crate::subscribers::import::sort::Person;
use crate::subscribers::import::sql::json;

/// Rows in one statement of SQLite. It allows 32,766 parameters; more than some hundred rows gain nothing.
const ROWS: usize = 500;

/// New subscribers in the form for the database; prepared before the transaction, to keep that short on SQLite.
pub enum NewRows<'a> {
    /// Statements of up to [`ROWS`] rows, and how many each has.
    Sqlite(Vec<(usize, QueryBuilder<Sqlite>)>),
    /// Columns: key, address, name, language, state; and the keys of the names, empty where there is none.
    Postgres([Vec<&'a str>; 5], Vec<String>),
}

impl<'a> NewRows<'a> {
    /// Prepares these people, each with a state, as created `now`.
    pub fn new(db: &Db, import: &Import<'a>, new: &[(&'a Person, Status)], now: Millis) -> Self {
        let language = |person: &Person| -> &'a str { person.language.unwrap_or(import.language) };
        if db.is_sqlite() {
            return Self::Sqlite(new.chunks(ROWS).map(|rows| (rows.len(), sqlite_insert(import, rows, now))).collect());
        }
        let columns = [
            new.iter().map(|(person, _)| person.key.as_str()).collect(),
            new.iter().map(|(person, _)| person.email.as_str()).collect(),
            new.iter().map(|(person, _)| person.name.as_str()).collect(),
            new.iter().map(|(person, _)| language(person)).collect(),
            new.iter().map(|(_, status)| status.as_str()).collect(),
        ];
        Self::Postgres(columns, new.iter().map(|(person, _)| fold::key(&person.name).unwrap_or_default()).collect())
    }
}

fn sqlite_insert(import: &Import<'_>, rows: &[(&Person, Status)], now: Millis) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "INSERT INTO subscriber (origin, email_key, email, name, name_key, language, status, newsletter_id, schedule_id,
                                 created_at, confirmed_at, ended_at, contact_at)
         SELECT 'imported', column1, COALESCE(column2, column1), column3, column4, column5, column6, ",
    );
    query.push_bind(import.newsletter.id).push(", ").push_bind(import.schedule_id).push(", ").push_bind(now);
    query.push(", CASE column6 WHEN 'confirmed' THEN ").push_bind(now);
    query.push(" END, CASE WHEN column6 NOT IN ('pending', 'confirmed') THEN ").push_bind(now);
    query.push(" END, CASE column6 WHEN 'confirmed' THEN ").push_bind(import.consented_at).push(" END FROM (");
    query.push_values(rows, |mut row, (person, status)| {
        let email = (person.email != person.key).then_some(person.email.as_str());
        let name = (!person.name.is_empty()).then_some(person.name.as_str());
        row.push_bind(person.key.as_str()).push_bind(email).push_bind(name);
        row.push_bind(fold::key(&person.name));
        row.push_bind(person.language.unwrap_or(import.language)).push_bind(*status);
    });
    query.push(") WHERE TRUE ON CONFLICT (newsletter_id, email_key) DO NOTHING");
    query
}

/// Writes new subscribers and what they consented to. Somebody who signed up a moment ago is left as they are. Gives id and
/// key of those who are pending now.
pub async fn insert(
    tx: &mut Tx,
    import: &Import<'_>,
    rows: NewRows<'_>,
    now: Millis,
) -> sqlx::Result<Vec<(i64, String)>> {
    let found = match rows {
        NewRows::Sqlite(statements) => insert_sqlite(tx, import, statements, now).await?,
        NewRows::Postgres(columns, names) => insert_postgres(tx, import, columns, names, now).await?,
    };
    let mut pending = Vec::new();
    for (number, key, status) in found {
        match key {
            Some(key) => pending.push((number, key)),
            None => tell(tx, import, Code::SubscriberImported, &[], (number, Some(status)), now).await?,
        }
    }
    Ok(pending)
}

/// What an insertion gives: id and key of each who is pending, and without a key how many stand in each state.
type Inserted = Vec<(i64, Option<String>, Status)>;

async fn insert_sqlite(
    tx: &mut Tx,
    import: &Import<'_>,
    statements: Vec<(usize, QueryBuilder<Sqlite>)>,
    now: Millis,
) -> sqlx::Result<Inserted> {
    let Tx::Sqlite(tx) = tx else { unreachable!("rows are made for the database that takes them") };
    // Nobody else writes meanwhile, and an id is never used twice: new subscribers have ids above this one.
    let before: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM subscriber").fetch_one(&mut **tx).await?;
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
    sqlx::query_as(
        "SELECT id, email_key, status FROM subscriber WHERE id > $1 AND status = 'pending'
         UNION ALL SELECT COUNT(*), NULL, status FROM subscriber WHERE id > $1 GROUP BY status",
    )
    .bind(before)
    .fetch_all(&mut **tx)
    .await
}

async fn insert_postgres(
    tx: &mut Tx,
    import: &Import<'_>,
    [keys, emails, names, languages, states]: [Vec<&str>; 5],
    name_keys: Vec<String>,
    now: Millis,
) -> sqlx::Result<Inserted> {
    let Tx::Postgres(tx) = tx else { unreachable!("rows are made for the database that takes them") };
    sqlx::query_as(
        "WITH added AS (
             INSERT INTO subscriber (newsletter_id, email_key, email, name, name_key, language, status, schedule_id,
                                     created_at, confirmed_at, ended_at, contact_at, origin)
             SELECT $1, email_key, email, NULLIF(name, ''), NULLIF(name_key, ''), language, status, $2, $3,
                    CASE status WHEN 'confirmed' THEN $3 END,
                    CASE WHEN status NOT IN ('pending', 'confirmed') THEN $3 END,
                    CASE status WHEN 'confirmed' THEN $12::bigint END, 'imported'
             FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $11::text[])
                  AS new (email_key, email, name, language, status, name_key)
             ON CONFLICT (newsletter_id, email_key) DO NOTHING RETURNING id, email_key, status
         ), consented AS (
             INSERT INTO consent (subscriber_id, kind, language, proof, at)
             SELECT id, 'imported', $9, $10, $3 FROM added WHERE status IN ('pending', 'confirmed')
         )
         SELECT id, email_key, status FROM added WHERE status = 'pending'
         UNION ALL SELECT COUNT(*), NULL, status FROM added GROUP BY status",
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
    .bind(name_keys)
    .bind(import.consented_at)
    .fetch_all(&mut **tx)
    .await
}

/// Tells what was done to these people, or without ids to `count` that are new.
async fn tell(
    tx: &mut Tx,
    import: &Import<'_>,
    code: Code,
    ids: &[i64],
    (count, status): (i64, Option<Status>),
    now: Millis,
) -> sqlx::Result<()> {
    if count == 0 {
        return Ok(());
    }
    let event = Event { count, ..Event::people(import.newsletter.id, code, ids, import.by) };
    let event = status.map_or(event.clone(), |status| event.with("status", status.as_str()));
    events::note(tx, now, &event.with("import", true)).await
}

/// Confirms the people whose consent the import proves.
pub async fn vouch(tx: &mut Tx, import: &Import<'_>, ids: &[i64], now: Millis) -> sqlx::Result<()> {
    let from = Verb::Vouch.sql();
    let changed = match tx {
        Tx::Sqlite(tx) => {
            let ids = json(&ids);
            let text = format!(
                "INSERT INTO consent (subscriber_id, kind, language, proof, at)
                 SELECT id, 'imported', $1, $2, $3 FROM subscriber
                 WHERE id IN (SELECT value FROM json_each($4)) AND status IN ({from})"
            );
            let consent = sqlx::query(AssertSqlSafe(text)).bind(import.language).bind(import.proof()).bind(now);
            consent.bind(&ids).execute(&mut **tx).await?;
            let text = format!(
                "UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, origin = 'imported', contact_at = $3
                 WHERE id IN (SELECT value FROM json_each($2)) AND status IN ({from})"
            );
            let raise = sqlx::query(AssertSqlSafe(text)).bind(now).bind(ids).bind(import.consented_at);
            raise.execute(&mut **tx).await?.rows_affected()
        }
        Tx::Postgres(tx) => {
            let text = format!(
                "WITH raised AS (
                     UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, origin = 'imported', contact_at = $5
                     WHERE id = ANY($2) AND status IN ({from}) RETURNING id
                 )
                 INSERT INTO consent (subscriber_id, kind, language, proof, at)
                 SELECT id, 'imported', $3, $4, $1 FROM raised"
            );
            let query = sqlx::query(AssertSqlSafe(text)).bind(now).bind(ids).bind(import.language);
            query.bind(import.proof()).bind(import.consented_at).execute(&mut **tx).await?.rows_affected()
        }
    };
    tell(tx, import, Code::SubscriberConfirmed, ids, (changed as i64, None), now).await
}

/// Ends the subscriptions of people who must not be written to, as if the owner had unsubscribed them: an event for each state that
/// some of them were in.
pub async fn end(tx: &mut Tx, import: &Import<'_>, ids: &[i64], now: Millis) -> sqlx::Result<()> {
    let from = Verb::Leave.sql();
    // `owner STATUS` of each.
    let proofs: Vec<String> = match tx {
        Tx::Sqlite(tx) => {
            let ids = json(&ids);
            let text = format!(
                "INSERT INTO consent (subscriber_id, kind, language, proof, at)
                 SELECT id, 'left', language, 'owner ' || status, $1 FROM subscriber
                 WHERE id IN (SELECT value FROM json_each($2)) AND status IN ({from}) RETURNING proof"
            );
            let consented = sqlx::query_scalar(AssertSqlSafe(text)).bind(now).bind(&ids);
            let proofs = consented.fetch_all(&mut **tx).await?;
            let text = format!(
                "UPDATE subscriber SET status = 'unsubscribed', ended_at = $1
                 WHERE id IN (SELECT value FROM json_each($2)) AND status IN ({from})"
            );
            sqlx::query(AssertSqlSafe(text)).bind(now).bind(ids).execute(&mut **tx).await?;
            proofs
        }
        Tx::Postgres(tx) => {
            let text = format!(
                "WITH before AS (
                     SELECT id, language, status FROM subscriber
                     WHERE id = ANY($2) AND status IN ({from}) ORDER BY id FOR UPDATE
                 ), ended AS (
                     UPDATE subscriber s SET status = 'unsubscribed', ended_at = $1 FROM before WHERE s.id = before.id
                 )
                 INSERT INTO consent (subscriber_id, kind, language, proof, at)
                 SELECT id, 'left', language, 'owner ' || status, $1 FROM before RETURNING proof"
            );
            sqlx::query_scalar(AssertSqlSafe(text)).bind(now).bind(ids).fetch_all(&mut **tx).await?
        }
    };
    for from in Verb::Leave.from() {
        let count = proofs.iter().filter(|proof| proof.strip_prefix("owner ") == Some(from.as_str())).count() as i64;
        if count > 0 {
            let about = if count as usize == ids.len() { ids } else { &[] };
            let event = Event { count, ..Event::people(import.newsletter.id, Code::SubscriberLeft, about, import.by) };
            events::note(tx, now, &event.with("from", from.as_str()).with("import", true)).await?;
        }
    }
    Ok(())
}
