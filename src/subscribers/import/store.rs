//! Writing a batch of imported people: who is new, who is in already, who must be kept out.
//!
//! In: at most [`BATCH`] people sorted by key. Out: one transaction, short enough that sign-ups go on beside it (SQLite has
//! one writer). The bulk statements are forked by dialect, `json_each` against `unnest`: a statement a row takes ten times
//! as long (research/performance.md section 9).

use std::collections::HashMap;

use super::plan::Pace;
use super::sort::Person;
use super::words::Standing;
use super::{Counts, Import};
use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, Tx, read};
use crate::subscribers::Status;
use crate::subscribers::address::domain_of;

/// People a transaction.
pub const BATCH: usize = 10_000;

/// What becomes of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// A new row in this state.
    New(Status),
    /// A pending row becomes confirmed: its consent was had elsewhere.
    Raise(i64),
    /// Nothing changes.
    Already,
    /// Nothing changes, and they stay out.
    KeptOut(&'static str),
}

/// The rules: an import never lifts an ended state or a suppression, and never ends what is in already.
fn judge(person: &Person, known: Option<(i64, Status)>, suppressed: bool, confirmed: bool) -> Fate {
    let wanted = person.standing <= Standing::Pending;
    match known {
        _ if person.standing == Standing::Unclear => Fate::KeptOut("unclear"),
        _ if suppressed => Fate::KeptOut("suppressed"),
        Some((_, status)) if wanted && is_ended(status) => Fate::KeptOut(status.as_str()),
        Some((id, Status::Pending)) if confirmed && person.standing == Standing::Active => Fate::Raise(id),
        Some(_) => Fate::Already,
        None => Fate::New(match person.standing {
            Standing::Active if confirmed => Status::Confirmed,
            Standing::Active | Standing::Pending | Standing::Unclear => Status::Pending,
            Standing::Bounced => Status::Bounced,
            Standing::Unsubscribed => Status::Unsubscribed,
            Standing::Complained => Status::Complained,
        }),
    }
}

fn is_ended(status: Status) -> bool {
    matches!(status, Status::Unsubscribed | Status::Bounced | Status::Complained)
}

/// Judges and, unless this is a dry run, writes a batch.
pub async fn batch(
    app: &App,
    import: &Import<'_>,
    people: &[Person],
    pace: &mut Pace,
    counts: &mut Counts,
) -> sqlx::Result<()> {
    let newsletter_id = import.newsletter.id;
    let known = known(&app.db, newsletter_id, people).await?;
    let suppressed = suppressed(app, newsletter_id, people).await?;
    let fates: Vec<Fate> = people
        .iter()
        .enumerate()
        .map(|(place, person)| {
            let known = known.get(person.key.as_str()).copied();
            judge(person, known, suppressed.get(place) == Some(&true), import.confirmed_elsewhere.is_some())
        })
        .collect();
    if !import.dry_run {
        write(app, import, people, &fates, pace).await?;
    }
    for (person, fate) in people.iter().zip(&fates) {
        counts.people += 1;
        counts.repeated += person.repeated;
        match fate {
            Fate::New(status) => *counts.added.entry(status.as_str()).or_default() += 1,
            Fate::Raise(_) => counts.raised += 1,
            Fate::Already => counts.already += 1,
            Fate::KeptOut(reason) => *counts.kept_out.entry(reason).or_default() += 1,
        }
    }
    Ok(())
}

async fn write(app: &App, import: &Import<'_>, people: &[Person], fates: &[Fate], pace: &mut Pace) -> sqlx::Result<()> {
    let new: Vec<(&Person, Status)> = people
        .iter()
        .zip(fates)
        .filter_map(|(person, fate)| if let Fate::New(status) = fate { Some((person, *status)) } else { None })
        .collect();
    let raised: Vec<i64> =
        fates.iter().filter_map(|fate| if let Fate::Raise(id) = fate { Some(*id) } else { None }).collect();
    if new.is_empty() && raised.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let added = insert(&mut tx, import, &new, now).await?;
    raise(&mut tx, &raised, now).await?;
    let consented = added.iter().filter(|added| !is_ended(added.status)).map(|added| added.id).chain(raised);
    consents(&mut tx, import, &consented.collect::<Vec<_>>(), now).await?;
    let pending: Vec<&Added<'_>> = added.iter().filter(|added| added.status == Status::Pending).collect();
    plan(&mut tx, &pending, pace).await?;
    tx.commit().await
}

/// Who of these is there, by key.
async fn known(db: &Db, newsletter_id: i64, people: &[Person]) -> sqlx::Result<HashMap<String, (i64, Status)>> {
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

/// Which of these are suppressed; empty when nobody is. Hashes are only made where there is something to compare with.
async fn suppressed(app: &App, newsletter_id: i64, people: &[Person]) -> sqlx::Result<Vec<bool>> {
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
    let found: std::collections::HashSet<String> = found.into_iter().collect();
    Ok(hashes.iter().map(|hash| found.contains(hash)).collect())
}

/// A row that was written.
struct Added<'a> {
    id: i64,
    status: Status,
    domain: &'a str,
}

/// Writes new rows. Somebody who signed up a moment ago is left as they are, and not in the answer.
async fn insert<'a>(
    tx: &mut Tx,
    import: &Import<'a>,
    new: &[(&'a Person, Status)],
    now: Millis,
) -> sqlx::Result<Vec<Added<'a>>> {
    let language = |person: &Person| -> &'a str { person.language.unwrap_or(import.language) };
    let rows: Vec<(i64, String)> = match tx {
        Tx::Sqlite(tx) => {
            let rows: Vec<_> = new
                .iter()
                .map(|(person, status)| (&person.email, &person.key, &person.name, language(person), status.as_str()))
                .collect();
            sqlx::query_as(
                "INSERT INTO subscriber (newsletter_id, email, email_key, name, language, status, schedule_id,
                                         created_at, confirmed_at, ended_at, origin)
                 SELECT $1, value ->> 0, value ->> 1, NULLIF(value ->> 2, ''), value ->> 3, value ->> 4, $2, $3,
                        CASE value ->> 4 WHEN 'confirmed' THEN $3 END,
                        CASE WHEN value ->> 4 NOT IN ('pending', 'confirmed') THEN $3 END, 'imported'
                 FROM json_each($4) WHERE TRUE
                 ON CONFLICT (newsletter_id, email_key) DO NOTHING RETURNING id, email_key",
            )
            .bind(import.newsletter.id)
            .bind(import.schedule_id)
            .bind(now)
            .bind(json(&rows))
            .fetch_all(&mut **tx)
            .await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_as(
                "INSERT INTO subscriber (newsletter_id, email, email_key, name, language, status, schedule_id,
                                         created_at, confirmed_at, ended_at, origin)
                 SELECT $1, email, email_key, NULLIF(name, ''), language, status, $2, $3,
                        CASE status WHEN 'confirmed' THEN $3 END,
                        CASE WHEN status NOT IN ('pending', 'confirmed') THEN $3 END, 'imported'
                 FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                      AS new (email, email_key, name, language, status)
                 ON CONFLICT (newsletter_id, email_key) DO NOTHING RETURNING id, email_key",
            )
            .bind(import.newsletter.id)
            .bind(import.schedule_id)
            .bind(now)
            .bind(new.iter().map(|(person, _)| person.email.as_str()).collect::<Vec<_>>())
            .bind(new.iter().map(|(person, _)| person.key.as_str()).collect::<Vec<_>>())
            .bind(new.iter().map(|(person, _)| person.name.as_str()).collect::<Vec<_>>())
            .bind(new.iter().map(|(person, _)| language(person)).collect::<Vec<_>>())
            .bind(new.iter().map(|(_, status)| status.as_str()).collect::<Vec<_>>())
            .fetch_all(&mut **tx)
            .await?
        }
    };
    let mut by_key: HashMap<&str, (&'a Person, Status)> =
        new.iter().map(|(person, status)| (person.key.as_str(), (*person, *status))).collect();
    let added = rows.iter().filter_map(|(id, key)| {
        let (person, status) = by_key.remove(key.as_str())?;
        Some(Added { id: *id, status, domain: domain_of(person.key.as_str()) })
    });
    Ok(added.collect())
}

async fn raise(tx: &mut Tx, ids: &[i64], now: Millis) -> sqlx::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => sqlx::query(
            "UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, origin = 'imported'
             WHERE id IN (SELECT value FROM json_each($2)) AND status = 'pending'",
        )
        .bind(now)
        .bind(json(&ids))
        .execute(&mut **tx)
        .await
        .map(drop),
        Tx::Postgres(tx) => sqlx::query(
            "UPDATE subscriber SET status = 'confirmed', confirmed_at = $1, origin = 'imported'
             WHERE id = ANY($2) AND status = 'pending'",
        )
        .bind(now)
        .bind(ids)
        .execute(&mut **tx)
        .await
        .map(drop),
    }
}

async fn consents(tx: &mut Tx, import: &Import<'_>, ids: &[i64], now: Millis) -> sqlx::Result<()> {
    let proof = import.confirmed_elsewhere.unwrap_or("asked by letter");
    match tx {
        Tx::Sqlite(tx) => sqlx::query(
            "INSERT INTO consent (subscriber_id, kind, language, proof, at)
             SELECT value, 'imported', $1, $2, $3 FROM json_each($4)",
        )
        .bind(import.language)
        .bind(proof)
        .bind(now)
        .bind(json(&ids))
        .execute(&mut **tx)
        .await
        .map(drop),
        Tx::Postgres(tx) => sqlx::query(
            "INSERT INTO consent (subscriber_id, kind, language, proof, at)
             SELECT id, 'imported', $1, $2, $3 FROM unnest($4) AS ids (id)",
        )
        .bind(import.language)
        .bind(proof)
        .bind(now)
        .bind(ids)
        .execute(&mut **tx)
        .await
        .map(drop),
    }
}

/// Plans confirmation letters, each at its time.
async fn plan(tx: &mut Tx, pending: &[&Added<'_>], pace: &mut Pace) -> sqlx::Result<()> {
    if pending.is_empty() {
        return Ok(());
    }
    let planned: Vec<(i64, Millis)> = pending.iter().map(|added| (added.id, pace.next(added.domain))).collect();
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
