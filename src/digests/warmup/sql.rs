//! Queries on `sender_domain`, `warmup_digest` and `warmup_slice`: this room is their only writer.

use super::Cause;
use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};
use crate::dkim;
use crate::ledger::DigestState;

/// What a domain has sent, and how far its warm-up has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// The domain of `From`, an A-label.
    pub domain: String,
    /// The most readers that one digest, or one day of a warm-up, has had.
    pub most: i64,
    /// Why it warms up; `None`: it does not.
    pub cause: Option<Cause>,
    /// The readers of the largest digest in its warm-up.
    pub goal: i64,
    /// Number of its day, from 1.
    pub day: i64,
    /// When that began.
    pub day_at: Millis,
    /// How many mails it may send on it.
    pub allowance: i64,
    /// How many it has let go.
    pub given: i64,
    /// It may send no more than the day before, because bounces or complaints warn.
    pub is_held: bool,
}
from_row!(Domain { domain, most, cause, goal, day, day_at, allowance, given, is_held });

/// A domain; `None` when it has never sent.
pub async fn domain(db: &Db, domain: &str) -> sqlx::Result<Option<Domain>> {
    query_as("SELECT * FROM sender_domain WHERE domain = $1").bind(domain).fetch_optional(db.on()).await
}

/// A digest of which some waits for a day to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sliced {
    /// The digest.
    pub id: i64,
    /// Where it stands.
    pub state: DigestState,
    /// Its domain.
    pub domain: String,
    /// To how many it goes.
    pub recipients: i64,
    /// For how many the day has come.
    pub given: i64,
    /// On which day of the domain the last of them.
    pub day: i64,
    /// How many of them on that day.
    pub today: i64,
    /// An editor wants no slices.
    pub at_once: bool,
}
from_row!(Sliced { id, state, domain, recipients, given, day, today, at_once });

impl Sliced {
    /// How many wait for their day.
    pub fn waiting(&self) -> i64 {
        (self.recipients - self.given).max(0)
    }
}

const SLICED: &str = "SELECT d.id, d.state, w.domain, d.recipients, w.given, w.day, w.today, w.at_once
                      FROM warmup_digest w JOIN digest d ON d.id = w.digest_id";

/// The digests of a domain of which some waits, in the order in which they are served.
pub async fn open(db: &Db, domain: &str) -> sqlx::Result<Vec<Sliced>> {
    let text = format!("{SLICED} WHERE w.is_open AND w.domain = $1 ORDER BY d.id");
    query_as(sqlx::AssertSqlSafe(text.as_str())).bind(domain).fetch_all(db.on()).await
}

/// A digest, if some of it waits, or an editor wants no slices of it.
pub async fn of_digest(db: &Db, digest_id: i64) -> sqlx::Result<Option<Sliced>> {
    let text = format!("{SLICED} WHERE w.is_open AND w.digest_id = $1");
    query_as(sqlx::AssertSqlSafe(text.as_str())).bind(digest_id).fetch_optional(db.on()).await
}

/// The domains of which something waits; one query a tick, of a table that is empty but for them.
pub async fn open_domains(db: &Db) -> sqlx::Result<Vec<String>> {
    query_scalar("SELECT DISTINCT domain FROM warmup_digest WHERE is_open ORDER BY domain").fetch_all(db.on()).await
}

/// Whether rows of this digest that are written now wait for their day.
pub async fn waits(db: &Db, digest_id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM warmup_digest WHERE digest_id = $1 AND is_open AND NOT at_once)")
        .bind(digest_id)
        .fetch_one(db.on())
        .await
}

/// Whether an editor wants no slices of it.
pub async fn is_at_once(db: &Db, digest_id: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM warmup_digest WHERE digest_id = $1 AND at_once)")
        .bind(digest_id)
        .fetch_one(db.on())
        .await
}

/// How many people of a newsletter came by imports that let them be written to, since the last release of a rhythm; `except`: of
/// another digest. Reads the newsletter's events, so it is asked only where a mailing is far larger than any before.
pub async fn imported(db: &Db, newsletter_id: i64, schedule_id: i64, except: i64) -> sqlx::Result<i64> {
    query_scalar(
        r#"SELECT CAST(COALESCE(SUM(e.count), 0) AS BIGINT) FROM event e
               WHERE e.newsletter_id = $1 AND e.parameters LIKE '%"import":true%'
                 AND (e.code = 'subscriber.confirmed'
                      OR e.code = 'subscriber.imported' AND e.parameters LIKE '%"status":"confirmed"%')
                 AND e.at >= COALESCE((SELECT MAX(d.released_at) FROM digest d
                                       WHERE d.schedule_id = $2 AND d.id <> $3 AND d.recipients > 0), 0)"#,
    )
    .bind(newsletter_id)
    .bind(schedule_id)
    .bind(except)
    .fetch_one(db.on())
    .await
}

/// Begins a warm-up with this figure; `false` when the domain is in one.
pub async fn begin(tx: &mut Tx, domain: &str, cause: Cause, figure: i64, now: Millis) -> sqlx::Result<bool> {
    let begun = query(
        "INSERT INTO sender_domain (domain, cause, day, day_at, allowance) VALUES ($1, $2, 1, $3, $4)
             ON CONFLICT (domain) DO UPDATE SET cause = excluded.cause, day = 1, day_at = excluded.day_at,
                 allowance = excluded.allowance, given = 0, goal = 0, is_held = FALSE
             WHERE sender_domain.cause IS NULL",
    )
    .bind(domain)
    .bind(cause)
    .bind(now)
    .bind(figure)
    .execute(tx.on())
    .await?;
    Ok(begun == 1)
}

/// A digest to so many joins the warm-up of its domain.
pub async fn join(tx: &mut Tx, domain: &str, digest_id: i64, readers: i64) -> sqlx::Result<()> {
    query("UPDATE sender_domain SET goal = $2 WHERE domain = $1 AND goal < $2")
        .bind(domain)
        .bind(readers)
        .execute(tx.on())
        .await?;
    query("INSERT INTO warmup_digest (digest_id, domain) VALUES ($1, $2) ON CONFLICT (digest_id) DO NOTHING")
        .bind(digest_id)
        .bind(domain)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// All rows of a digest were written, and none is to wait: what its domain has sent, and what that takes of a day of its warm-up.
pub async fn sent(tx: &mut Tx, domain: &str, digest_id: i64) -> sqlx::Result<()> {
    query(
        "INSERT INTO sender_domain (domain, most) SELECT $1, recipients FROM digest WHERE id = $2
             ON CONFLICT (domain) DO UPDATE SET
                 most = CASE WHEN excluded.most > sender_domain.most THEN excluded.most ELSE sender_domain.most END,
                 given = CASE WHEN sender_domain.cause IS NULL THEN 0 ELSE sender_domain.given + excluded.most END",
    )
    .bind(domain)
    .bind(digest_id)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Takes a domain's row until the end of `tx`; `false` when it does not stand any more where it was seen: another process gives too.
pub async fn hold(tx: &mut Tx, seen: &Domain) -> sqlx::Result<bool> {
    let held = query(
        "UPDATE sender_domain SET given = given
         WHERE domain = $1 AND cause IS NOT NULL AND day = $2 AND day_at = $3 AND given = $4",
    )
    .bind(&seen.domain)
    .bind(seen.day)
    .bind(seen.day_at)
    .bind(seen.given)
    .execute(tx.on())
    .await?;
    Ok(held == 1)
}

/// Another day of a domain whose row is held.
pub async fn set_day(tx: &mut Tx, next: &Domain) -> sqlx::Result<()> {
    query("UPDATE sender_domain SET day = $2, day_at = $3, allowance = $4, given = $5, is_held = $6 WHERE domain = $1")
        .bind(&next.domain)
        .bind(next.day)
        .bind(next.day_at)
        .bind(next.allowance)
        .bind(next.given)
        .bind(next.is_held)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// So many of a digest may go today; of a domain whose row is held.
pub async fn give(tx: &mut Tx, domain: &Domain, digest_id: i64, count: i64, now: Millis) -> sqlx::Result<()> {
    query(
        "UPDATE sender_domain SET given = given + $2, most = CASE WHEN given + $2 > most THEN given + $2 ELSE most END
         WHERE domain = $1",
    )
    .bind(&domain.domain)
    .bind(count)
    .execute(tx.on())
    .await?;
    query(
        "UPDATE warmup_digest SET given = given + $2, opened_at = $3,
                 today = CASE WHEN day = $4 THEN today + $2 ELSE $2 END, day = $4
             WHERE digest_id = $1",
    )
    .bind(digest_id)
    .bind(count)
    .bind(now)
    .bind(domain.day)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// So many of a digest may go, whatever its domain may send today.
pub async fn give_beyond(tx: &mut Tx, digest_id: i64, count: i64, now: Millis) -> sqlx::Result<()> {
    query("UPDATE warmup_digest SET given = given + $2, today = today + $2, opened_at = $3 WHERE digest_id = $1")
        .bind(digest_id)
        .bind(count)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// The number of the slice that holds the rest.
pub const LAST_DAY: i64 = 1 << 40;
/// Where the slice ends that holds everybody who was in none before.
pub const EVERYBODY: (i64, i64) = (-1, 0);

/// Notes from when the mails of a slice date, and where it ends: whom the last of it is confirmed since, and their id. What a kill cut
/// short keeps its date.
pub async fn date(tx: &mut Tx, digest_id: i64, day: i64, last: (i64, i64), now: Millis) -> sqlx::Result<()> {
    query(
        "INSERT INTO warmup_slice (digest_id, day, at, confirmed_at, subscriber_id) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (digest_id, day) DO UPDATE SET confirmed_at = excluded.confirmed_at,
                 subscriber_id = excluded.subscriber_id",
    )
    .bind(digest_id)
    .bind(day)
    .bind(now)
    .bind(last.0)
    .bind(last.1)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Nothing of this digest waits any more.
pub async fn close(db: &Db, digest_id: i64) -> sqlx::Result<u64> {
    db.write_now(query("UPDATE warmup_digest SET is_open = FALSE WHERE digest_id = $1 AND is_open").bind(digest_id))
        .await
}

/// An editor wants no slices of a digest; `false` when one has said so. `before`: nothing of it is released yet, so that it need not
/// be in a warm-up.
pub async fn want_at_once(tx: &mut Tx, digest_id: i64, domain: &str, before: bool) -> sqlx::Result<bool> {
    let changed = if before {
        query(
            "INSERT INTO warmup_digest (digest_id, domain, at_once) VALUES ($1, $2, TRUE)
             ON CONFLICT (digest_id) DO UPDATE SET at_once = TRUE WHERE NOT warmup_digest.at_once",
        )
        .bind(digest_id)
        .bind(domain)
        .execute(tx.on())
        .await?
    } else {
        query("UPDATE warmup_digest SET at_once = TRUE WHERE digest_id = $1 AND is_open AND NOT at_once")
            .bind(digest_id)
            .execute(tx.on())
            .await?
    };
    Ok(changed == 1)
}

/// A domain warms up no more: it is taken for one that has sent to `known` at least. `false` when that is so already.
pub async fn end(tx: &mut Tx, domain: &str, known: i64) -> sqlx::Result<bool> {
    let ended = query(
        "INSERT INTO sender_domain (domain, most) VALUES ($1, $2)
             ON CONFLICT (domain) DO UPDATE SET cause = NULL, is_held = FALSE,
                 most = CASE WHEN excluded.most > sender_domain.most THEN excluded.most ELSE sender_domain.most END
             WHERE sender_domain.cause IS NOT NULL OR sender_domain.most < excluded.most",
    )
    .bind(domain)
    .bind(known)
    .execute(tx.on())
    .await?;
    Ok(ended == 1)
}

/// How much a newsletter's digests that were served since `since` had let go, how many of those addresses do not exist, and how many
/// of those readers complained; a row a digest. Answers of the mail server while it took them count as reports do.
pub async fn came_back(tx: &mut Tx, domain: &str, since: Millis) -> sqlx::Result<Vec<(i64, i64, i64)>> {
    query_as(
        "SELECT w.given,
                    (SELECT COUNT(*) FROM returned r WHERE r.digest_id = w.digest_id AND r.kind = 'hard')
                    + (SELECT COUNT(*) FROM delivery_note n WHERE n.digest_id = w.digest_id
                                                              AND n.reason IN ('unknown', 'address')),
                    (SELECT COUNT(*) FROM returned r WHERE r.digest_id = w.digest_id AND r.kind = 'complaint')
             FROM warmup_digest w WHERE w.domain = $1 AND w.opened_at >= $2",
    )
    .bind(domain)
    .bind(since)
    .fetch_all(tx.on())
    .await
}

/// The newsletters whose sender has this domain, in order.
pub async fn newsletters(tx: &mut Tx, domain: &str) -> sqlx::Result<Vec<i64>> {
    let senders: Vec<(i64, String)> =
        query_as("SELECT id, from_address FROM newsletter ORDER BY id").fetch_all(tx.on()).await?;
    Ok(senders.into_iter().filter(|(_, address)| dkim::domain_of(address) == domain).map(|(id, _)| id).collect())
}
