//! Letters: claiming, recording, giving back. They are few, so each is a row of its own here, with its own lease.

use super::{LEASE, LONGEST_WAIT, lease};
use crate::clock::{DAY, Millis};
use crate::db::{Db, Tx, execute, from_row, in_tx, read, write_now};
use crate::letter::LetterKind;

/// Letters claimed at once: what one connection sends in a few seconds.
pub const CLAIM: i64 = 64;

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

/// Whether a letter is due that may be free; asked before [`claim`], which is a write.
pub async fn any_due(db: &Db, now: Millis) -> sqlx::Result<bool> {
    let sqlite = "SELECT EXISTS (SELECT 1 FROM letter
                  WHERE state IN (0, 1, 4) AND leased_until = 0 AND (next_at <= $1 OR next_at > $2))";
    let postgres = "SELECT EXISTS (SELECT 1 FROM letter
                    WHERE state IN (0, 1, 4) AND (next_at <= $1 OR next_at > $2)
                      AND leased_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT))";
    let text = if db.is_sqlite() { sqlite } else { postgres };
    read!(db, |c| sqlx::query_scalar(text).bind(now).bind(now + LONGEST_WAIT).fetch_one(c))
}

/// Leases the letters that are due and free, oldest first.
pub async fn claim(tx: &mut Tx, owner: &str, now: Millis) -> sqlx::Result<Vec<Claimed>> {
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
    let mut claimed: Vec<Claimed> = in_tx!(tx, |c| sqlx::query_as(text)
        .bind(owner)
        .bind(term)
        .bind(now)
        .bind(now + LONGEST_WAIT)
        .bind(CLAIM)
        .bind(lease::step(owner))
        .fetch_all(c))?;
    claimed.sort_by_key(|letter| letter.id);
    Ok(claimed)
}

/// What a letter needs of its person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Address as stored.
    pub email: String,
    /// What suppressions are looked up by.
    pub email_key: String,
    /// For tokens.
    pub token_version: i64,
    /// Whether they get digests, or would without a pause.
    pub is_reader: bool,
}
from_row!(Person { email, email_key, token_version, is_reader });

/// The person of a letter.
pub async fn person(db: &Db, subscriber_id: i64) -> sqlx::Result<Option<Person>> {
    read!(db, |c| sqlx::query_as(
        "SELECT email, email_key, token_version, status IN ('confirmed', 'paused') AS is_reader
         FROM subscriber WHERE id = $1"
    )
    .bind(subscriber_id)
    .fetch_optional(c))
}

/// Whether this address was suppressed after the letter had been asked for ("this was not me").
pub async fn suppressed_since(db: &Db, newsletter_id: i64, hash: &str, asked_at: Millis) -> sqlx::Result<bool> {
    read!(db, |c| {
        sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM suppression WHERE newsletter_id IN (0, $1) AND address_hash = $2 AND created_at >= $3)"
    )
    .bind(newsletter_id)
    .bind(hash)
    .bind(asked_at)
    .fetch_one(c)
    })
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
    let written = execute!(tx, |c| sqlx::query(
        "UPDATE letter SET state = $3, attempts = COALESCE($4, attempts), next_at = $5, done_at = $6,
             code = COALESCE($7, code), reason = COALESCE($8, reason), words = COALESCE($9, words),
             leased_until = CASE WHEN $10 THEN leased_until ELSE 0 END, owner = CASE WHEN $10 THEN owner ELSE '' END
         WHERE id = $1 AND epoch = $2 AND state IN (0, 1, 4)"
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
    .execute(c))?;
    Ok(written == 1)
}

/// Counts those of these letters, accepted in this transaction, that ask somebody pending to confirm, by the form they came from: the
/// first of each person alone.
pub async fn count_accepted(tx: &mut Tx, ids: &[i64], now: Millis) -> sqlx::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    execute!(tx, |c| async {
        let mut query = sqlx::QueryBuilder::new(
            "INSERT INTO form_letter (newsletter_id, day, form, accepted) SELECT l.newsletter_id, ",
        );
        query.push_bind(now.div_euclid(DAY));
        query.push(
            ", COALESCE(s.origin, ''), COUNT(*) FROM letter l JOIN subscriber s ON s.id = l.subscriber_id
             WHERE l.kind = 'confirm' AND l.state = 2 AND s.status = 'pending' AND NOT EXISTS (
                 SELECT 1 FROM letter e WHERE e.subscriber_id = l.subscriber_id AND e.kind = 'confirm' AND e.state = 2
                    AND (e.done_at < l.done_at OR (e.done_at = l.done_at AND e.id < l.id)))
               AND l.id IN (",
        );
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(*id);
        }
        query.push(
            ") GROUP BY l.newsletter_id, COALESCE(s.origin, '') ORDER BY l.newsletter_id, COALESCE(s.origin, '')
             ON CONFLICT (newsletter_id, day, form) DO UPDATE SET accepted = form_letter.accepted + excluded.accepted",
        );
        // One at a time is the usual case, and worth its place in the connection's memory.
        query.build().persistent(ids.len() == 1).execute(c).await
    })?;
    Ok(())
}

/// Takes over a sum of [`count_accepted`] from elsewhere.
pub async fn adopt_accepted(tx: &mut Tx, newsletter_id: i64, day: i64, form: &str, accepted: i64) -> sqlx::Result<()> {
    execute!(tx, |c| sqlx::query(
        "INSERT INTO form_letter (newsletter_id, day, form, accepted) VALUES ($1, $2, $3, $4)
         ON CONFLICT (newsletter_id, day, form) DO UPDATE SET accepted = excluded.accepted"
    )
    .bind(newsletter_id)
    .bind(day)
    .bind(form)
    .bind(accepted)
    .execute(c))?;
    Ok(())
}

/// The subscriber of a letter, for an address that does not exist.
pub async fn subscriber_of(tx: &mut Tx, id: i64) -> sqlx::Result<Option<i64>> {
    let found: Option<Option<i64>> =
        in_tx!(tx, |c| sqlx::query_scalar("SELECT subscriber_id FROM letter WHERE id = $1")
            .bind(id)
            .fetch_optional(c))?;
    Ok(found.flatten())
}

/// Renews every lease of `owner` and gives the letters that are still its own, with their epochs. PostgreSQL only.
pub async fn renew(db: &Db, owner: &str) -> sqlx::Result<Vec<(i64, i64)>> {
    let Db::Postgres(pool) = db else { return Ok(Vec::new()) };
    sqlx::query_as(
        "UPDATE letter SET leased_until = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $2
         WHERE owner = $1 AND leased_until > 0 AND state IN (0, 1, 4) RETURNING id, epoch",
    )
    .bind(owner)
    .bind(LEASE)
    .fetch_all(pool)
    .await
}

/// Every letter that is leased to `owner`, by id and epoch.
pub async fn of_owner(db: &Db, owner: &str) -> sqlx::Result<Vec<(i64, i64)>> {
    read!(db, |c| sqlx::query_as(
        "SELECT id, epoch FROM letter WHERE owner = $1 AND leased_until > 0 AND state IN (0, 1, 4)"
    )
    .bind(owner)
    .fetch_all(c))
}

/// Gives one letter back: it is claimed anew at once.
pub async fn give_back(db: &Db, id: i64, epoch: i64) -> sqlx::Result<()> {
    write_now!(db, |c| sqlx::query("UPDATE letter SET owner = '', leased_until = 0 WHERE id = $1 AND epoch = $2")
        .bind(id)
        .bind(epoch)
        .execute(c))?;
    Ok(())
}
