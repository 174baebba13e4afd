//! Every query of the statistics; those of the monthly letter in [`letter`].

pub mod letter;

use crate::clock::{DAY, Millis};
use crate::db::{Builder, Db, Tx, from_row, query, query_as, query_scalar};
use crate::stats::change::{Change, Sums, Told};

/// Rows in one statement.
const ROWS: usize = 500;

/// How far a newsletter is summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The first day that is not.
    pub next_day: i64,
    /// Events up to this one belong to days before it.
    pub event_id: i64,
}
from_row!(Mark { next_day, event_id });

/// A newsletter's mark; `None` before its first sum.
pub async fn mark(db: &Db, newsletter_id: i64) -> sqlx::Result<Option<Mark>> {
    query_as("SELECT next_day, event_id FROM stat_mark WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .fetch_optional(db.on())
        .await
}

/// Newsletters with days before `until` that are not summed.
pub async fn behind(db: &Db, until: i64) -> sqlx::Result<Vec<i64>> {
    query_scalar(
        "SELECT n.id FROM newsletter n LEFT JOIN stat_mark m ON m.newsletter_id = n.id
         WHERE m.next_day IS NULL OR m.next_day < $1 ORDER BY n.id",
    )
    .bind(until)
    .fetch_all(db.on())
    .await
}

/// Whether a clock that was ahead has summed days that are not over.
pub async fn is_ahead(db: &Db, until: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM stat_mark WHERE next_day > $1)").bind(until).fetch_one(db.on()).await
}

/// Takes such days back.
pub async fn draw_back(tx: &mut Tx, until: i64) -> sqlx::Result<()> {
    for text in [
        "DELETE FROM stat_day WHERE day >= $1",
        "DELETE FROM stat_form WHERE day >= $1",
        "DELETE FROM stat_left WHERE day >= $1",
        "UPDATE stat_mark SET next_day = $1, event_id = 0 WHERE next_day > $1",
    ] {
        query(text).bind(until).execute(tx.on()).await?;
    }
    Ok(())
}

/// Events about people since a day, grouped by what they say.
pub async fn told(db: &Db, newsletter_id: i64, after: i64, since: Millis) -> sqlx::Result<Vec<Told>> {
    query_as(
        "SELECT at / 86400000 AS day, code, parameters, CAST(SUM(count) AS BIGINT) AS people, COUNT(*) AS events
         FROM event WHERE newsletter_id = $1 AND id > $2 AND at >= $3 AND code LIKE 'subscriber.%'
         GROUP BY at / 86400000, code, parameters ORDER BY at / 86400000",
    )
    .bind(newsletter_id)
    .bind(after)
    .bind(since)
    .fetch_all(db.on())
    .await
}

/// The same, and in a first row (`readers`) how many readers there are now, and as its `events` the last event before `until`: one
/// statement sees one state of the database, so that both belong together.
pub async fn told_with_readers(
    db: &Db,
    newsletter_id: i64,
    after: i64,
    since: Millis,
    until: Millis,
) -> sqlx::Result<Vec<Told>> {
    query_as(
        "SELECT CAST(-1 AS BIGINT) AS day, 'readers' AS code, '' AS parameters,
                (SELECT COUNT(*) FROM subscriber WHERE status IN ('confirmed', 'paused')
                    AND schedule_id IN (SELECT id FROM schedule WHERE newsletter_id = $1)) AS people,
                COALESCE((SELECT MIN(id) FROM event WHERE newsletter_id = $1 AND id > $2 AND at >= $4) - 1,
                         (SELECT MAX(id) FROM event WHERE newsletter_id = $1), $2) AS events
         UNION ALL
         SELECT at / 86400000, code, parameters, CAST(SUM(count) AS BIGINT), COUNT(*)
         FROM event WHERE newsletter_id = $1 AND id > $2 AND at >= $3 AND code LIKE 'subscriber.%'
         GROUP BY at / 86400000, code, parameters",
    )
    .bind(newsletter_id)
    .bind(after)
    .bind(since)
    .bind(until)
    .fetch_all(db.on())
    .await
}

/// When the oldest event of a newsletter happened.
pub async fn oldest_event(db: &Db, newsletter_id: i64) -> sqlx::Result<Option<Millis>> {
    query_scalar("SELECT MIN(at) FROM event WHERE newsletter_id = $1").bind(newsletter_id).fetch_one(db.on()).await
}

/// Whether a day before this one is summed.
pub async fn has_before(db: &Db, newsletter_id: i64, day: i64) -> sqlx::Result<bool> {
    query_scalar("SELECT EXISTS (SELECT 1 FROM stat_day WHERE newsletter_id = $1 AND day < $2)")
        .bind(newsletter_id)
        .bind(day)
        .fetch_one(db.on())
        .await
}

/// Moves the mark from where it was seen; `false` when another process was quicker.
pub async fn move_mark(tx: &mut Tx, newsletter_id: i64, seen: Option<Mark>, to: Mark) -> sqlx::Result<bool> {
    let moved = match seen {
        None => query(
            "INSERT INTO stat_mark (newsletter_id, next_day, event_id) VALUES ($1, $2, $3)
             ON CONFLICT (newsletter_id) DO NOTHING"
        )
        .bind(newsletter_id)
        .bind(to.next_day)
        .bind(to.event_id)
        .execute(tx.on()).await?,
        Some(seen) => query(
            "UPDATE stat_mark SET next_day = $2, event_id = $3 WHERE newsletter_id = $1 AND next_day = $4 AND event_id = $5"
        )
        .bind(newsletter_id)
        .bind(to.next_day)
        .bind(to.event_id)
        .bind(seen.next_day)
        .bind(seen.event_id)
        .execute(tx.on()).await?,
    };
    Ok(moved == 1)
}

/// Forgets the sums of these days.
pub async fn clear(tx: &mut Tx, newsletter_id: i64, first: i64, until: i64) -> sqlx::Result<()> {
    for text in [
        "DELETE FROM stat_day WHERE newsletter_id = $1 AND day >= $2 AND day < $3",
        "DELETE FROM stat_form WHERE newsletter_id = $1 AND day >= $2 AND day < $3",
        "DELETE FROM stat_left WHERE newsletter_id = $1 AND day >= $2 AND day < $3",
    ] {
        query(text).bind(newsletter_id).bind(first).bind(until).execute(tx.on()).await?;
    }
    Ok(())
}

/// A day, summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// Readers at its end.
    pub readers: i64,
    /// Joined.
    pub joined: i64,
    /// Left.
    pub unsubscribed: i64,
    /// Bounced.
    pub bounced: i64,
    /// Complained.
    pub complained: i64,
    /// Erased.
    pub erased: i64,
}
from_row!(Day { day, readers, joined, unsubscribed, bounced, complained, erased });

impl Day {
    /// With these readers at its end.
    pub const fn new(day: i64, readers: i64, change: Change) -> Self {
        let Change { joined, unsubscribed, bounced, complained, erased } = change;
        Self { day, readers, joined, unsubscribed, bounced, complained, erased }
    }

    /// What happened on it.
    pub const fn change(&self) -> Change {
        let Self { joined, unsubscribed, bounced, complained, erased, .. } = *self;
        Change { joined, unsubscribed, bounced, complained, erased }
    }
}

/// Stores days, and of the sums what belongs to days before `until`.
pub async fn store(tx: &mut Tx, newsletter_id: i64, days: &[Day], sums: &Sums, until: i64) -> sqlx::Result<()> {
    for days in days.chunks(ROWS) {
        let mut query = Builder::new(
            "INSERT INTO stat_day (newsletter_id, day, readers, joined, unsubscribed, bounced, complained, erased) ",
        );
        query.push_values(days, |mut row, day| {
            row.push_bind(newsletter_id).push_bind(day.day).push_bind(day.readers).push_bind(day.joined);
            row.push_bind(day.unsubscribed).push_bind(day.bounced).push_bind(day.complained).push_bind(day.erased);
        });
        query.build().persistent(false).execute(tx.on()).await?;
    }
    let forms: Vec<_> = sums.forms.iter().filter(|((day, _), _)| *day < until).collect();
    for forms in forms.chunks(ROWS) {
        let mut query = Builder::new("INSERT INTO stat_form (newsletter_id, day, form, asked, confirmed) ");
        query.push_values(forms, |mut row, ((day, form), steps)| {
            row.push_bind(newsletter_id).push_bind(*day).push_bind(form.as_str());
            row.push_bind(steps.asked).push_bind(steps.confirmed);
        });
        query.build().persistent(false).execute(tx.on()).await?;
    }
    for ((day, digest_id), people) in sums.left.iter().filter(|((day, _), _)| *day < until) {
        // A digest that is deleted takes its number along.
        query(
            "INSERT INTO stat_left (newsletter_id, day, digest_id, people)
             SELECT $1, $2, id, $4 FROM digest WHERE id = $3 AND newsletter_id = $1",
        )
        .bind(newsletter_id)
        .bind(*day)
        .bind(*digest_id)
        .bind(*people)
        .execute(tx.on())
        .await?;
    }
    Ok(())
}

/// Readers that have something in common.
#[derive(Clone, Debug)]
pub struct Group {
    /// Language of pages and mails.
    pub language: String,
    /// Where they came from, empty when it is unknown.
    pub origin: String,
    /// Their rhythm.
    pub schedule_id: i64,
    /// How many.
    pub readers: i64,
}
from_row!(Group { language, origin, schedule_id, readers });

/// The readers of a newsletter in groups: reads a row for each of them.
pub async fn groups(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Group>> {
    query_as(
        "SELECT language, COALESCE(origin, '') AS origin, schedule_id, COUNT(*) AS readers FROM subscriber
         WHERE newsletter_id = $1 AND status IN ('confirmed', 'paused')
         GROUP BY language, COALESCE(origin, ''), schedule_id",
    )
    .bind(newsletter_id)
    .fetch_all(db.on())
    .await
}

/// A part of the readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// `language`, `origin` or `schedule`.
    pub kind: String,
    /// Which.
    pub name: String,
    /// How many.
    pub readers: i64,
}
from_row!(Share { kind, name, readers });

/// Stores the parts of a newsletter's readers instead of those before.
pub async fn store_shares(tx: &mut Tx, newsletter_id: i64, shares: &[Share]) -> sqlx::Result<()> {
    query("DELETE FROM stat_share WHERE newsletter_id = $1").bind(newsletter_id).execute(tx.on()).await?;
    for shares in shares.chunks(ROWS) {
        let mut query = Builder::new("INSERT INTO stat_share (newsletter_id, kind, name, readers) ");
        query.push_values(shares, |mut row, share| {
            row.push_bind(newsletter_id).push_bind(share.kind.as_str()).push_bind(share.name.as_str());
            row.push_bind(share.readers);
        });
        query.build().persistent(false).execute(tx.on()).await?;
    }
    Ok(())
}

/// The stored parts.
pub async fn shares(db: &Db, newsletter_id: i64) -> sqlx::Result<Vec<Share>> {
    query_as("SELECT kind, name, readers FROM stat_share WHERE newsletter_id = $1")
        .bind(newsletter_id)
        .fetch_all(db.on())
        .await
}

/// Days that are summed, from `first` on, in order.
pub async fn days(db: &Db, newsletter_id: i64, first: i64) -> sqlx::Result<Vec<Day>> {
    query_as(
        "SELECT day, readers, joined, unsubscribed, bounced, complained, erased FROM stat_day
         WHERE newsletter_id = $1 AND day >= $2 ORDER BY day",
    )
    .bind(newsletter_id)
    .bind(first)
    .fetch_all(db.on())
    .await
}

/// The steps of one form over some days.
#[derive(Clone, Debug)]
pub struct Form {
    /// Which.
    pub form: String,
    /// Asked.
    pub asked: i64,
    /// Their letter was accepted.
    pub accepted: i64,
    /// Their page was opened.
    pub opened: i64,
    /// Confirmed.
    pub confirmed: i64,
}
from_row!(Form { form, asked, accepted, opened, confirmed });

/// Forms with what happened to them from `first` on, as far as it is summed; letters and pages up to now.
pub async fn forms(db: &Db, newsletter_id: i64, first: i64) -> sqlx::Result<Vec<Form>> {
    query_as(
        "SELECT form, CAST(SUM(asked) AS BIGINT) AS asked, CAST(SUM(accepted) AS BIGINT) AS accepted,
                CAST(SUM(opened) AS BIGINT) AS opened, CAST(SUM(confirmed) AS BIGINT) AS confirmed FROM (
             SELECT form, asked, 0 AS accepted, 0 AS opened, confirmed FROM stat_form
             WHERE newsletter_id = $1 AND day >= $2
             UNION ALL
             SELECT form, 0, accepted, 0, 0 FROM form_letter WHERE newsletter_id = $1 AND day >= $2
             UNION ALL
             SELECT form, 0, 0, opened, 0 FROM form_page WHERE newsletter_id = $1 AND day >= $2
         ) AS steps GROUP BY form ORDER BY form",
    )
    .bind(newsletter_id)
    .bind(first)
    .fetch_all(db.on())
    .await
}

/// A digest that left, with what followed.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Inside id.
    pub id: i64,
    /// Id outside.
    pub public_id: String,
    /// Its subject.
    pub subject: String,
    /// When it was released.
    pub released_at: Millis,
    /// To how many.
    pub recipients: i64,
    /// How many left, as far as it is summed.
    pub people_left: i64,
    /// Addresses that do not exist, by what came back.
    pub bounced: i64,
    /// Complaints.
    pub complained: i64,
}
from_row!(Sent { id, public_id, subject, released_at, recipients, people_left, bounced, complained });

/// The last digests since an instant, the youngest first.
pub async fn sent(db: &Db, newsletter_id: i64, since: Millis, most: i64) -> sqlx::Result<Vec<Sent>> {
    query_as(
        "SELECT d.id AS id, d.public_id AS public_id, d.subject AS subject, d.released_at AS released_at,
                d.recipients AS recipients,
                CAST(COALESCE((SELECT SUM(l.people) FROM stat_left l WHERE l.digest_id = d.id), 0) AS BIGINT) AS people_left,
                COALESCE(r.hard, 0) AS bounced, COALESCE(r.complaints, 0) AS complained
         FROM digest d LEFT JOIN returned_count r ON r.digest_id = d.id
         WHERE d.newsletter_id = $1 AND d.released_at >= $2 AND d.recipients > 0 ORDER BY d.id DESC LIMIT $3"
    )
    .bind(newsletter_id)
    .bind(since)
    .bind(most)
    .fetch_all(db.on()).await
}

/// One of them.
pub async fn sent_one(db: &Db, digest_id: i64) -> sqlx::Result<Option<Sent>> {
    query_as(
        "SELECT d.id AS id, d.public_id AS public_id, d.subject AS subject, d.released_at AS released_at,
                d.recipients AS recipients,
                CAST(COALESCE((SELECT SUM(l.people) FROM stat_left l WHERE l.digest_id = d.id), 0) AS BIGINT) AS people_left,
                COALESCE(r.hard, 0) AS bounced, COALESCE(r.complaints, 0) AS complained
         FROM digest d LEFT JOIN returned_count r ON r.digest_id = d.id
         WHERE d.id = $1 AND d.released_at IS NOT NULL"
    )
    .bind(digest_id)
    .fetch_optional(db.on()).await
}

/// The first instant of a day.
pub const fn at(day: i64) -> Millis {
    day.saturating_mul(DAY)
}
