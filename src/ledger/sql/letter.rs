//! Letters: claiming, recording, giving back. Each is a row of its own, with its own lease; those that wait together are claimed in one
//! statement, and what many of them became (started, accepted) is written in one.

use std::collections::{BTreeMap, HashMap};

use super::{LEASE, LONGEST_WAIT, lease};
use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::letter::LetterKind;

/// A letter that was just claimed, with its newsletter and its person (if it goes to one).
#[derive(Clone, Debug)]
pub struct Claimed {
    /// `letter.id`
    pub id: i64,
    /// Epoch of our lease.
    pub epoch: i64,
    /// On whose behalf.
    pub newsletter_id: i64,
    /// To whom.
    pub subscriber_id: Option<i64>,
    /// To whom, when not to a subscriber.
    pub address: Option<String>,
    /// Which.
    pub kind: LetterKind,
    /// In which language.
    pub language: String,
    /// With what, JSON.
    pub parameters: String,
    /// State before the claim: 1 means that its content may have gone out.
    pub state: i64,
    /// Attempts before.
    pub attempts: i64,
    /// When it was asked for.
    pub created_at: Millis,
}
from_row!(Claimed {
    id,
    epoch,
    newsletter_id,
    subscriber_id,
    address,
    kind,
    language,
    parameters,
    state,
    attempts,
    created_at
});

/// Whether a letter is due that may be free; asked before [`claim`], which is a write. The first in the order of their index: asked for
/// any, PostgreSQL would rather read the table, whose open letters are the last.
pub async fn any_due(db: &Db, now: Millis) -> sqlx::Result<bool> {
    let sqlite = "SELECT id FROM letter
                  WHERE state IN (0, 1, 4) AND leased_until = 0 AND (next_at <= $1 OR next_at > $2)
                  ORDER BY next_at, id LIMIT 1";
    let postgres = "SELECT id FROM letter
                    WHERE state IN (0, 1, 4) AND (next_at <= $1 OR next_at > $2)
                      AND leased_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
                    ORDER BY next_at, id LIMIT 1";
    let text = if db.is_sqlite() { sqlite } else { postgres };
    let found: Option<i64> = query_scalar(text).bind(now).bind(now + LONGEST_WAIT).fetch_optional(db.on()).await?;
    Ok(found.is_some())
}

/// Leases letters that are due and free, `most` of them, oldest first.
pub async fn claim(tx: &mut Tx, owner: &str, now: Millis, most: i64) -> sqlx::Result<Vec<Claimed>> {
    let sqlite = "UPDATE letter SET epoch = epoch + $6, owner = $1, leased_until = $2
         WHERE id IN (SELECT id FROM letter
                      WHERE state IN (0, 1, 4) AND leased_until = 0 AND (next_at <= $3 OR next_at > $4)
                      ORDER BY next_at, id LIMIT $5)
         RETURNING id, epoch, newsletter_id, subscriber_id, address, kind, language, parameters, state, attempts, created_at";
    // The outer condition is asked again when another worker was quicker: it then has a lease in the future.
    let postgres = "UPDATE letter
         SET epoch = epoch + $6, owner = $1, leased_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $2
         WHERE id IN (SELECT id FROM letter
                      WHERE state IN (0, 1, 4) AND (next_at <= $3 OR next_at > $4)
                        AND leased_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
                      ORDER BY next_at, id LIMIT $5)
           AND state IN (0, 1, 4) AND leased_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
         RETURNING id, epoch, newsletter_id, subscriber_id, address, kind, language, parameters, state, attempts, created_at";
    let (text, term) = if matches!(tx, Tx::Sqlite(_)) { (sqlite, i64::MAX) } else { (postgres, LEASE) };
    let mut claimed: Vec<Claimed> = query_as(text)
        .bind(owner)
        .bind(term)
        .bind(now)
        .bind(now + LONGEST_WAIT)
        .bind(most)
        .bind(lease::step(owner))
        .fetch_all(tx.on())
        .await?;
    claimed.sort_by_key(|letter| letter.id);
    Ok(claimed)
}

/// What a letter needs of its person.
#[derive(Clone, Debug)]
pub struct Person {
    /// `subscriber.id`
    pub id: i64,
    /// Address as stored.
    pub email: String,
    /// What suppressions are looked up by.
    pub email_key: String,
    /// For tokens.
    pub token_version: i64,
    /// Whether they get digests, or would without a pause.
    pub is_reader: bool,
}
from_row!(Person { id, email, email_key, token_version, is_reader });

/// One list as one value: binding each would compile a new statement for each length.
fn list<T: serde::Serialize>(values: &[T]) -> String {
    serde_json::json!(values).to_string()
}

/// The persons of these letters, by id; who was erased is not among them.
pub async fn people(db: &Db, ids: &[i64]) -> sqlx::Result<HashMap<i64, Person>> {
    macro_rules! people {
        ($ids:literal) => {
            concat!(
                "SELECT id, email, email_key, token_version, status IN ('confirmed', 'paused') AS is_reader
                 FROM subscriber WHERE id ",
                $ids
            )
        };
    }
    let found: Vec<Person> = match db {
        Db::Sqlite { read, .. } => {
            let query = query_as(people!("IN (SELECT value FROM json_each($1))"));
            query.bind(list(ids)).fetch_all(read).await?
        }
        Db::Postgres(pool) => query_as(people!("= ANY($1)")).bind(ids).fetch_all(pool).await?,
    };
    Ok(found.into_iter().map(|person| (person.id, person)).collect())
}

/// Since when these addresses are suppressed, for these newsletters or for all: newsletter (0 for all), hash, instant.
pub async fn suppressed(db: &Db, newsletters: &[i64], hashes: &[String]) -> sqlx::Result<Vec<(i64, String, Millis)>> {
    match db {
        Db::Sqlite { read, .. } => {
            query_as(
                "SELECT newsletter_id, address_hash, created_at FROM suppression
                 WHERE newsletter_id IN (SELECT value FROM json_each($1))
                   AND address_hash IN (SELECT value FROM json_each($2))",
            )
            .bind(list(newsletters))
            .bind(list(hashes))
            .fetch_all(read)
            .await
        }
        Db::Postgres(pool) => {
            query_as(
                "SELECT newsletter_id, address_hash, created_at FROM suppression
                 WHERE newsletter_id = ANY($1) AND address_hash = ANY($2)",
            )
            .bind(newsletters)
            .bind(hashes)
            .fetch_all(pool)
            .await
        }
    }
}

/// What is written about a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `letter.id`
    pub id: i64,
    /// Epoch of our lease.
    pub epoch: i64,
    /// The new state.
    pub state: i64,
    /// Attempts now; `None` leaves them.
    pub attempts: Option<i64>,
    /// Not before.
    pub next_at: Millis,
    /// Reply code, one word, the server's words.
    pub note: Option<(i64, &'static str, String)>,
}

/// Writes one line; `false` when the lease is another worker's or the letter is not open any more. What is not started
/// gives its lease back.
pub async fn record(tx: &mut Tx, line: &Line, now: Millis) -> sqlx::Result<bool> {
    let open = matches!(line.state, 0 | 1 | 4);
    let (code, reason, words) = match &line.note {
        Some((code, reason, words)) => (Some(*code), Some(*reason), Some(words.as_str())),
        None => (None, None, None),
    };
    let written = query(
        "UPDATE letter SET state = $3, attempts = COALESCE($4, attempts), next_at = $5, done_at = $6,
             code = COALESCE($7, code), reason = COALESCE($8, reason), words = COALESCE($9, words),
             leased_until = CASE WHEN $10 THEN leased_until ELSE 0 END, owner = CASE WHEN $10 THEN owner ELSE '' END
         WHERE id = $1 AND epoch = $2 AND state IN (0, 1, 4)",
    )
    .bind(line.id)
    .bind(line.epoch)
    .bind(line.state)
    .bind(line.attempts)
    .bind(line.next_at)
    .bind((!open).then_some(now))
    .bind(code)
    .bind(reason)
    .bind(words)
    .bind(line.state == 1)
    .execute(tx.on())
    .await?;
    Ok(written == 1)
}

/// Letters that became the same under one epoch, and nothing is to be said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Same {
    /// Epoch of our lease.
    pub epoch: i64,
    /// Started or accepted.
    pub state: i64,
    /// Attempts now; `None` leaves them.
    pub attempts: Option<i64>,
    /// `letter.id`
    pub ids: Vec<i64>,
}

impl Same {
    /// Those of these lines that can be written together, and the others.
    pub fn of(lines: &[Line]) -> (Vec<Self>, Vec<&Line>) {
        let (mut alike, mut others) = (BTreeMap::<_, Vec<i64>>::new(), Vec::new());
        for line in lines {
            if matches!(line.state, 1 | 2) && line.note.is_none() && line.next_at == 0 {
                alike.entry((line.epoch, line.state, line.attempts)).or_default().push(line.id);
            } else {
                others.push(line);
            }
        }
        let alike = alike.into_iter();
        (alike.map(|((epoch, state, attempts), ids)| Self { epoch, state, attempts, ids }).collect(), others)
    }
}

/// Writes what these letters became, as [`record`] does of one; gives the ids of those whose lease is ours and that are open.
pub async fn record_same(tx: &mut Tx, same: &Same, now: Millis) -> sqlx::Result<Vec<i64>> {
    // The plus keeps SQLite from reading the whole index of open letters.
    macro_rules! same {
        ($ids:literal) => {
            concat!(
                "UPDATE letter SET state = $2, attempts = COALESCE($3, attempts), next_at = 0, done_at = $4,
                     leased_until = CASE WHEN $5 THEN leased_until ELSE 0 END, owner = CASE WHEN $5 THEN owner ELSE '' END
                 WHERE epoch = $1 AND +state IN (0, 1, 4) AND id ",
                $ids,
                " RETURNING id"
            )
        };
    }
    let is_started = same.state == 1;
    let done_at = (!is_started).then_some(now);
    match tx {
        Tx::Sqlite(tx) => {
            let query = query_scalar(same!("IN (SELECT value FROM json_each($6))")).bind(same.epoch);
            let query = query.bind(same.state).bind(same.attempts).bind(done_at).bind(is_started);
            query.bind(list(&same.ids)).fetch_all(&mut **tx).await
        }
        Tx::Postgres(tx) => {
            let query = query_scalar(same!("= ANY($6)")).bind(same.epoch);
            let query = query.bind(same.state).bind(same.attempts).bind(done_at).bind(is_started);
            query.bind(&same.ids).fetch_all(&mut **tx).await
        }
    }
}

/// Locks the rows of these lines in the order that every writer of several follows, so that two never wait for each other in a
/// circle. SQLite has one writer, and needs none.
pub async fn lock(tx: &mut Tx, lines: &[Line]) -> sqlx::Result<()> {
    let (Tx::Postgres(tx), 2..) = (tx, lines.len()) else { return Ok(()) };
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    let query = query("SELECT id FROM letter WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE");
    query.bind(ids).execute(&mut **tx).await?;
    Ok(())
}

/// Counts those of these letters, accepted in this transaction, that ask somebody pending to confirm, by the form they came from: the
/// first of each person alone.
pub async fn count_accepted(tx: &mut Tx, ids: &[i64], now: Millis) -> sqlx::Result<()> {
    macro_rules! count {
        ($letters:literal, $ids:literal) => {
            concat!(
                "INSERT INTO form_letter (newsletter_id, day, form, accepted)
                 SELECT l.newsletter_id, CAST($1 AS BIGINT), COALESCE(s.origin, ''), COUNT(*) FROM ",
                $letters,
                " WHERE l.kind = 'confirm' AND l.state = 2 AND s.status = 'pending' AND NOT EXISTS (
                     SELECT 1 FROM letter e WHERE e.subscriber_id = l.subscriber_id AND e.kind = 'confirm' AND e.state = 2
                        AND (e.done_at < l.done_at OR (e.done_at = l.done_at AND e.id < l.id)))",
                $ids,
                " GROUP BY l.newsletter_id, COALESCE(s.origin, '') ORDER BY l.newsletter_id, COALESCE(s.origin, '')
                 ON CONFLICT (newsletter_id, day, form) DO UPDATE SET accepted = form_letter.accepted + excluded.accepted"
            )
        };
    }
    if ids.is_empty() {
        return Ok(());
    }
    let day = now.div_euclid(DAY);
    match tx {
        // In this order, whatever SQLite's planner thinks of other indexes.
        Tx::Sqlite(tx) => {
            let text = count!(
                "json_each($2) j CROSS JOIN letter l ON l.id = j.value CROSS JOIN subscriber s ON s.id = l.subscriber_id",
                ""
            );
            query(text).bind(day).bind(list(ids)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let text = count!("letter l JOIN subscriber s ON s.id = l.subscriber_id", " AND l.id = ANY($2)");
            query(text).bind(day).bind(ids).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Takes over a sum of [`count_accepted`] from elsewhere.
pub async fn adopt_accepted(tx: &mut Tx, newsletter_id: i64, day: i64, form: &str, accepted: i64) -> sqlx::Result<()> {
    query(
        "INSERT INTO form_letter (newsletter_id, day, form, accepted) VALUES ($1, $2, $3, $4)
         ON CONFLICT (newsletter_id, day, form) DO UPDATE SET accepted = excluded.accepted",
    )
    .bind(newsletter_id)
    .bind(day)
    .bind(form)
    .bind(accepted)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// The subscriber of a letter, for an address that does not exist.
pub async fn subscriber_of(tx: &mut Tx, id: i64) -> sqlx::Result<Option<i64>> {
    let found: Option<Option<i64>> =
        query_scalar("SELECT subscriber_id FROM letter WHERE id = $1").bind(id).fetch_optional(tx.on()).await?;
    Ok(found.flatten())
}

/// Renews every lease of `owner` and gives the letters that are still its own, with their epochs. PostgreSQL only.
pub async fn renew(db: &Db, owner: &str) -> sqlx::Result<Vec<(i64, i64)>> {
    let Db::Postgres(pool) = db else { return Ok(Vec::new()) };
    query_as(
        // Locked in the recorder's order: see [`lock`].
        "WITH mine AS MATERIALIZED (
             SELECT id FROM letter WHERE owner = $1 AND leased_until > 0 AND state IN (0, 1, 4)
             ORDER BY id FOR NO KEY UPDATE)
         UPDATE letter l SET leased_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $2
         FROM mine WHERE l.id = mine.id RETURNING l.id, l.epoch",
    )
    .bind(owner)
    .bind(LEASE)
    .fetch_all(pool)
    .await
}

/// Every letter that is leased to `owner`, by id and epoch.
pub async fn of_owner(db: &Db, owner: &str) -> sqlx::Result<Vec<(i64, i64)>> {
    query_as("SELECT id, epoch FROM letter WHERE owner = $1 AND leased_until > 0 AND state IN (0, 1, 4)")
        .bind(owner)
        .fetch_all(db.on())
        .await
}

/// Gives these letters back, each by id and epoch: they are claimed anew at once.
pub async fn give_back(db: &Db, letters: &mut [(i64, i64)]) -> sqlx::Result<()> {
    if letters.is_empty() {
        return Ok(());
    }
    // In the order of [`lock`].
    letters.sort_unstable();
    let mut tx = db.begin().await?;
    for (id, epoch) in letters.iter() {
        query("UPDATE letter SET owner = '', leased_until = 0 WHERE id = $1 AND epoch = $2")
            .bind(*id)
            .bind(*epoch)
            .execute(tx.on())
            .await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: i64, epoch: i64, state: i64) -> Line {
        Line { id, epoch, state, attempts: (state == 2).then_some(1), next_at: 0, note: None }
    }

    #[test]
    fn what_became_the_same_is_written_together_and_nothing_else() {
        let deferred = Line { next_at: 9, note: Some((451, "deferred", "later".into())), ..line(5, 7, 4) };
        let again = Line { attempts: Some(2), ..line(6, 7, 2) };
        let lines = [line(1, 7, 2), line(2, 7, 1), deferred.clone(), line(3, 7, 2), line(4, 8, 1), again];
        let (same, others) = Same::of(&lines);
        let of = |epoch, state, attempts, ids: &[i64]| Same { epoch, state, attempts, ids: ids.to_vec() };
        assert_eq!(
            same,
            [of(7, 1, None, &[2]), of(7, 2, Some(1), &[1, 3]), of(7, 2, Some(2), &[6]), of(8, 1, None, &[4])]
        );
        assert_eq!(others, [&deferred]);
    }
}
