//! The changes that an import makes, for some thousand people at a time, each with its event: one row a state, and a count.
//!
//! In: a batch of [`super::super::import`], judged. Out: subscribers, and what those consented to who were there before. A statement a person takes ten
//! times as long, so each of these takes them all, forked by dialect: PostgreSQL has `COPY` ([`super::copy`]) and arrays; SQLite
//! takes new rows as `VALUES` ([`super::rows`]), which costs it a fifth of taking JSON apart.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgConnection};

use super::rows::{Begin, New, NewRows, ROWS, Statement};
use super::{Status, Verb, copy};
use crate::clock::Millis;
use crate::db::{Tx, query, query_as, query_scalar};
use crate::events::{self, Code, Event};
use crate::subscribers::import::Import;
use crate::subscribers::import::sql::json;

/// Writes new subscribers. Somebody who signed up a moment ago is left as they are. Gives id and
/// key of those who are pending now.
///
/// # Errors
/// The database's. On PostgreSQL, with `all_new`, a unique violation when somebody has signed up since: without `all_new`
/// the same takes longer and leaves them out.
pub async fn insert(
    tx: &mut Tx,
    import: &Import<'_>,
    new: &NewRows,
    now: Millis,
    all_new: bool,
) -> sqlx::Result<Vec<(i64, String)>> {
    let inserted = match new {
        NewRows::Sqlite(statements) => insert_sqlite(tx, statements).await?,
        NewRows::Postgres(rows, begin) => {
            let Tx::Postgres(tx) = tx else { unreachable!("rows are made for the database that takes them") };
            if all_new {
                copy::insert(tx, import, (rows, *begin)).await?
            } else {
                insert_postgres(tx, import, rows, *begin).await?
            }
        }
    };
    for (status, count) in inserted.counts {
        tell(tx, import, Code::SubscriberImported, &[], (count, Some(status)), now).await?;
    }
    Ok(inserted.pending)
}

/// What an insertion did.
#[derive(Debug, Default)]
pub struct Inserted {
    /// How many stand in each state.
    pub counts: Vec<(Status, i64)>,
    /// Id and key of each who is pending.
    pub pending: Vec<(i64, String)>,
}

async fn insert_sqlite(tx: &mut Tx, statements: &[Statement]) -> sqlx::Result<Inserted> {
    let Tx::Sqlite(tx) = tx else { unreachable!("rows are made for the database that takes them") };
    // Nobody else writes meanwhile, and an id is never used twice: new subscribers have ids above this one.
    let before: i64 = query_scalar("SELECT COALESCE(MAX(id), 0) FROM subscriber").fetch_one(&mut **tx).await?;
    let mut left_out = 0;
    for statement in statements {
        // Only the statements of the usual length are used again and worth caching on the connection.
        let query = sqlx::query_with(AssertSqlSafe(statement.text.clone()), statement.values.clone());
        let done = query.persistent(statement.rows == ROWS).execute(&mut **tx).await?;
        left_out += (statement.rows as u64).saturating_sub(done.rows_affected());
    }
    let mut inserted = Inserted::default();
    if left_out == 0 {
        let mut counts: BTreeMap<&str, (Status, i64)> = BTreeMap::new();
        for (status, count) in statements.iter().flat_map(|statement| &statement.states) {
            counts.entry(status.as_str()).or_insert((*status, 0)).1 += count;
        }
        inserted.counts = counts.into_values().collect();
    } else {
        let counts = "SELECT status, COUNT(*) FROM subscriber WHERE id > $1 GROUP BY status";
        inserted.counts = query_as(counts).bind(before).fetch_all(&mut **tx).await?;
    }
    if inserted.counts.iter().any(|(status, _)| *status == Status::Pending) {
        let pending = "SELECT id, email_key FROM subscriber WHERE id > $1 AND status = 'pending' ORDER BY id";
        inserted.pending = query_as(pending).bind(before).fetch_all(&mut **tx).await?;
    }
    Ok(inserted)
}

/// As [`copy::insert`], leaving out those who are subscribers by now.
async fn insert_postgres(
    connection: &mut PgConnection,
    import: &Import<'_>,
    new: &[New],
    begin: Begin,
) -> sqlx::Result<Inserted> {
    let texts = |of: fn(&New) -> &str| new.iter().map(of).collect::<Vec<&str>>();
    let rows: Vec<(i64, Option<String>, Status)> = query_as(
        "WITH added AS (
             INSERT INTO subscriber (newsletter_id, email_key, email, name, name_key, language, status, schedule_id,
                                     created_at, confirmed_at, ended_at, contact_at, origin, import_consent_id)
             SELECT $1, email_key, email, NULLIF(name, ''), NULLIF(name_key, ''), language, status, $2, $3,
                    CASE status WHEN 'confirmed' THEN $3 END,
                    CASE WHEN status NOT IN ('pending', 'confirmed') THEN $3 END,
                    CASE status WHEN 'confirmed' THEN $10::bigint END, 'imported',
                    CASE WHEN status IN ('pending', 'confirmed') THEN $11::bigint END
             FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
                  AS new (email_key, email, name, language, status, name_key)
             ON CONFLICT (newsletter_id, email_key) DO NOTHING RETURNING id, email_key, status
         )
         SELECT id, email_key, status FROM added WHERE status = 'pending'
         UNION ALL SELECT COUNT(*), NULL, status FROM added GROUP BY status",
    )
    .bind(import.newsletter.id)
    .bind(import.schedule_id)
    .bind(begin.at)
    .bind(texts(|new| &new.person.key))
    .bind(texts(|new| &new.person.email))
    .bind(texts(|new| &new.person.name))
    .bind(new.iter().map(|new| new.language(import.language)).collect::<Vec<&str>>())
    .bind(texts(|new| new.status.as_str()))
    .bind(texts(|new| new.name_key.as_deref().unwrap_or_default()))
    .bind(import.consented_at)
    .bind(begin.consent_id)
    .fetch_all(connection)
    .await?;
    let mut inserted = Inserted::default();
    for (number, key, status) in rows {
        match key {
            Some(key) => inserted.pending.push((number, key)),
            None => inserted.counts.push((status, number)),
        }
    }
    Ok(inserted)
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
            let consent = query(AssertSqlSafe(text)).bind(import.language).bind(import.proof()).bind(now);
            consent.bind(&ids).execute(&mut **tx).await?;
            let text = format!(
                "UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, origin = 'imported', contact_at = $3
                 WHERE id IN (SELECT value FROM json_each($2)) AND status IN ({from})"
            );
            let raise = query(AssertSqlSafe(text)).bind(now).bind(ids).bind(import.consented_at);
            raise.execute(&mut **tx).await?
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
            let query = query(AssertSqlSafe(text)).bind(now).bind(ids).bind(import.language);
            query.bind(import.proof()).bind(import.consented_at).execute(&mut **tx).await?
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
            let consented = query_scalar(AssertSqlSafe(text)).bind(now).bind(&ids);
            let proofs = consented.fetch_all(&mut **tx).await?;
            let text = format!(
                "UPDATE subscriber SET status = 'unsubscribed', ended_at = $1
                 WHERE id IN (SELECT value FROM json_each($2)) AND status IN ({from})"
            );
            query(AssertSqlSafe(text)).bind(now).bind(ids).execute(&mut **tx).await?;
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
            query_scalar(AssertSqlSafe(text)).bind(now).bind(ids).fetch_all(&mut **tx).await?
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
