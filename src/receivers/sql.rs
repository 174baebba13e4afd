//! Every query on `dmarc_report`, `dmarc_source`, `dmarc_refused` and `loop_mail`: this room is their only writer.

use super::refused::Refused;
use super::report::{Mails, Report};
use crate::clock::Millis;
use crate::db::{Db, Tx, from_row, query, query_as, query_scalar};

const SENDERS: &str = "SELECT DISTINCT from_address FROM newsletter WHERE deleted_at IS NULL";

/// The addresses that newsletters send from.
pub async fn senders(db: &Db) -> sqlx::Result<Vec<String>> {
    query_scalar(SENDERS).fetch_all(db.on()).await
}

/// The same inside a transaction.
pub async fn senders_in(tx: &mut Tx) -> sqlx::Result<Vec<String>> {
    query_scalar(SENDERS).fetch_all(tx.on()).await
}

/// Whether this report was stored before.
pub async fn is_known(tx: &mut Tx, report: &Report) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM dmarc_report WHERE org = $1 AND report_id = $2 AND domain = $3)")
        .bind(&report.org)
        .bind(&report.id)
        .bind(&report.domain)
        .fetch_one(tx.on())
        .await
}

/// How many reports of this policy and week are stored.
pub async fn reports(tx: &mut Tx, week: Millis, domain: &str) -> sqlx::Result<i64> {
    query_scalar("SELECT COUNT(*) FROM dmarc_report WHERE week = $1 AND domain = $2")
        .bind(week)
        .bind(domain)
        .fetch_one(tx.on())
        .await
}

/// Notes that a report came; `false` when it is there already.
pub async fn insert(tx: &mut Tx, week: Millis, report: &Report, now: Millis) -> sqlx::Result<bool> {
    let inserted = query(
        "INSERT INTO dmarc_report (org, report_id, domain, week, received_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org, report_id, domain) DO NOTHING",
    )
    .bind(&report.org)
    .bind(&report.id)
    .bind(&report.domain)
    .bind(week)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(inserted == 1)
}

/// Adds the mails of one source.
pub async fn add(
    tx: &mut Tx,
    week: Millis,
    domain: &str,
    reporter: &str,
    source: &str,
    mails: &Mails,
) -> sqlx::Result<u64> {
    query(
        "INSERT INTO dmarc_source (week, domain, reporter, source, mails, dkim, spf, passed, quarantined, rejected)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (week, domain, reporter, source) DO UPDATE SET
             mails = dmarc_source.mails + excluded.mails, dkim = dmarc_source.dkim + excluded.dkim,
             spf = dmarc_source.spf + excluded.spf, passed = dmarc_source.passed + excluded.passed,
             quarantined = dmarc_source.quarantined + excluded.quarantined,
             rejected = dmarc_source.rejected + excluded.rejected",
    )
    .bind(week)
    .bind(domain)
    .bind(reporter)
    .bind(source)
    .bind(mails.all)
    .bind(mails.dkim)
    .bind(mails.spf)
    .bind(mails.passed)
    .bind(mails.quarantined)
    .bind(mails.rejected)
    .execute(tx.on())
    .await
}

/// Counts a report that was not taken.
pub async fn refused(tx: &mut Tx, week: Millis, why: Refused) -> sqlx::Result<()> {
    query(
        "INSERT INTO dmarc_refused (week, reason, reports) VALUES ($1, $2, 1)
         ON CONFLICT (week, reason) DO UPDATE SET reports = dmarc_refused.reports + 1",
    )
    .bind(week)
    .bind(why)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// How many reports were not taken since a week, by reason.
pub async fn refused_since(db: &Db, week: Millis) -> sqlx::Result<Vec<(String, i64)>> {
    query_as(
        "SELECT reason, CAST(SUM(reports) AS BIGINT) FROM dmarc_refused WHERE week >= $1 GROUP BY reason ORDER BY reason"
    )
    .bind(week)
    .fetch_all(db.on()).await
}

/// A week of a domain.
#[derive(Clone, Debug)]
pub struct WeekRow {
    /// Its Monday.
    pub week: Millis,
    /// Who reported.
    pub reporters: i64,
    mails: i64,
    dkim: i64,
    spf: i64,
    passed: i64,
    quarantined: i64,
    rejected: i64,
}
from_row!(WeekRow { week, reporters, mails, dkim, spf, passed, quarantined, rejected });

/// A source in a week.
#[derive(Clone, Debug)]
pub struct SourceRow {
    /// The week's Monday.
    pub week: Millis,
    /// An address or a network.
    pub source: String,
    mails: i64,
    dkim: i64,
    spf: i64,
    passed: i64,
    quarantined: i64,
    rejected: i64,
}
from_row!(SourceRow { week, source, mails, dkim, spf, passed, quarantined, rejected });

/// The counts of a row.
macro_rules! counts {
    ($name:ident) => {
        impl $name {
            /// Its counts.
            pub fn mails(&self) -> Mails {
                let Self { mails: all, dkim, spf, passed, quarantined, rejected, .. } = *self;
                Mails { all, dkim, spf, passed, quarantined, rejected }
            }
        }
    };
}
counts!(WeekRow);
counts!(SourceRow);

/// The sums of a query, under the names of [`WeekRow`] and [`SourceRow`].
const SUMS: &str =
    "CAST(SUM(mails) AS BIGINT) AS mails, CAST(SUM(dkim) AS BIGINT) AS dkim, CAST(SUM(spf) AS BIGINT) AS spf,
    CAST(SUM(passed) AS BIGINT) AS passed, CAST(SUM(quarantined) AS BIGINT) AS quarantined,
    CAST(SUM(rejected) AS BIGINT) AS rejected";

/// Weeks of a domain, the newest first.
pub async fn weeks(db: &Db, domain: &str, since: Millis) -> sqlx::Result<Vec<WeekRow>> {
    let text = format!(
        "SELECT week, COUNT(DISTINCT reporter) AS reporters, {SUMS} FROM dmarc_source
         WHERE domain = $1 AND week >= $2 GROUP BY week ORDER BY week DESC"
    );
    query_as(sqlx::AssertSqlSafe(text.as_str())).bind(domain).bind(since).fetch_all(db.on()).await
}

/// The largest sources of each week, the newest week and the largest source first.
pub async fn sources(db: &Db, domain: &str, since: Millis, most: i64) -> sqlx::Result<Vec<SourceRow>> {
    let text = format!(
        "SELECT week, source, mails, dkim, spf, passed, quarantined, rejected FROM (
             SELECT week, source, {SUMS}, ROW_NUMBER() OVER (PARTITION BY week ORDER BY SUM(mails) DESC, source) AS place
             FROM dmarc_source WHERE domain = $1 AND week >= $2 GROUP BY week, source) AS ranked
         WHERE place <= $3 ORDER BY week DESC, place"
    );
    query_as(sqlx::AssertSqlSafe(text.as_str())).bind(domain).bind(since).bind(most).fetch_all(db.on()).await
}

/// Notes that a mail goes round.
pub async fn ask(
    tx: &mut Tx,
    message_id: &str,
    newsletter_id: i64,
    letter_id: i64,
    server: &str,
    now: Millis,
) -> sqlx::Result<u64> {
    query("INSERT INTO loop_mail (message_id, newsletter_id, letter_id, server, asked_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(message_id)
        .bind(newsletter_id)
        .bind(letter_id)
        .bind(server)
        .bind(now)
        .execute(tx.on())
        .await
}

/// What is known of a mail that goes round: when it came back, and how it had arrived; `None` for none of ours.
pub async fn heard(db: &Db, message_id: &str) -> sqlx::Result<Option<(Option<Millis>, String)>> {
    query_as("SELECT heard_at, heard FROM loop_mail WHERE message_id = $1")
        .bind(message_id)
        .fetch_optional(db.on())
        .await
}

/// Whose results are believed of the mail that goes round under this Message-ID; `None` when there is none.
pub async fn server(tx: &mut Tx, message_id: &str) -> sqlx::Result<Option<String>> {
    query_scalar("SELECT server FROM loop_mail WHERE message_id = $1").bind(message_id).fetch_optional(tx.on()).await
}

/// Notes how it arrived, the first time.
pub async fn hear(tx: &mut Tx, message_id: &str, heard: &str, now: Millis) -> sqlx::Result<u64> {
    query("UPDATE loop_mail SET heard = $2, heard_at = $3 WHERE message_id = $1 AND heard_at IS NULL")
        .bind(message_id)
        .bind(heard)
        .bind(now)
        .execute(tx.on())
        .await
}

/// Rows that time makes forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Old {
    /// Reports.
    Report,
    /// Their sums.
    Source,
    /// What was not taken.
    Refused,
    /// Mails that went round.
    Round,
}

impl Old {
    /// All.
    pub const ALL: &'static [Self] = &[Self::Report, Self::Source, Self::Refused, Self::Round];
}

/// Forgets rows of before `until`, some at a time; gives how many.
pub async fn forget(tx: &mut Tx, old: Old, until: Millis, most: i64) -> sqlx::Result<u64> {
    let text = match old {
        Old::Report => {
            "DELETE FROM dmarc_report WHERE (org, report_id, domain) IN (
                 SELECT org, report_id, domain FROM dmarc_report WHERE week < $1 LIMIT $2)"
        }
        Old::Source => {
            "DELETE FROM dmarc_source WHERE (week, domain, reporter, source) IN (
                 SELECT week, domain, reporter, source FROM dmarc_source WHERE week < $1 LIMIT $2)"
        }
        Old::Refused => {
            "DELETE FROM dmarc_refused WHERE (week, reason) IN (
                 SELECT week, reason FROM dmarc_refused WHERE week < $1 LIMIT $2)"
        }
        Old::Round => {
            "DELETE FROM loop_mail WHERE message_id IN (
                 SELECT message_id FROM loop_mail WHERE asked_at < $1 LIMIT $2)"
        }
    };
    query(text).bind(until).bind(most).execute(tx.on()).await
}
