//! Deletes personal data after its time: people who never confirmed, visitors' IP addresses, old letters and events (GDPR
//! article 5(1)(e)).
//!
//! In: `[privacy]` and the clock; called at every tick of the scheduler. Out: deleted rows, in slices of [`SLICE`], so that sign-ups
//! and a running mailing continue meanwhile. Once an hour each kind is searched for; rows left over by one slice are deleted at
//! the next tick. People who left are kept: deleting them would let an import bring them back.

use std::collections::BTreeMap;

use super::{import, status};
use crate::app::App;
use crate::clock::{DAY, HOUR, Millis, timestamp};
use crate::db::{Builder, Db, from_row, query, query_as, query_scalar};
use crate::events;
use crate::ledger::pack;

/// Most rows of a kind that one transaction deletes.
const SLICE: i64 = 500;

/// Name of the stored instant of the last complete search.
const LOOKED: &str = "forgotten_at";

/// Whether a search is due: the last complete one is an hour ago, or the clock was set back since.
pub async fn is_due(app: &App) -> sqlx::Result<bool> {
    let looked: Option<String> =
        query_scalar("SELECT value FROM instance WHERE name = $1").bind(LOOKED).fetch_optional(app.db.on()).await?;
    let looked = looked.and_then(|at| at.parse::<Millis>().ok());
    Ok(looked.is_none_or(|at| !(at..at + HOUR).contains(&app.clock.now())))
}

/// Deletes one slice of each kind. When no slice was full, the work is done for an hour.
pub async fn slice(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let privacy = &app.config.privacy;
    let mut most = 0;
    if privacy.forget_unconfirmed_days > 0 {
        let days = i64::from(app.config.signup.confirm_days) + i64::from(privacy.forget_unconfirmed_days);
        most = most.max(unconfirmed(app, now, now - days * DAY).await?);
    }
    if privacy.forget_ips_months > 0 {
        most = most.max(ips(app, months_before(now, privacy.forget_ips_months)).await?);
    }
    if privacy.forget_letters_months > 0 {
        most = most.max(letters(app, months_before(now, privacy.forget_letters_months)).await?);
    }
    if privacy.forget_events_months > 0 {
        most = most.max(events::forget(&app.db, months_before(now, privacy.forget_events_months), SLICE).await?);
    }
    import::upload::forget(&app.db, now).await?;
    if most < SLICE {
        looked(app, now).await?;
        app.db.empty_log().await?;
    }
    Ok(())
}

/// The same day and time so many calendar months ago.
pub(super) fn months_before(now: Millis, months: u32) -> Millis {
    let now = timestamp(now).to_zoned(jiff::tz::TimeZone::UTC);
    let before = now.checked_sub(jiff::Span::new().months(i64::from(months)));
    before.map_or(Millis::MIN, |before| before.timestamp().as_millisecond())
}

async fn looked(app: &App, now: Millis) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    query("INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(LOOKED)
        .bind(now.to_string())
        .execute(tx.on())
        .await?;
    tx.commit().await
}

/// Somebody to erase.
struct Unconfirmed {
    id: i64,
    newsletter_id: i64,
    /// When they left, if they did and did not undo it.
    left_at: Option<Millis>,
    /// Whether they were ever subscribed, so that digests may contain them.
    was_in: bool,
}
from_row!(Unconfirmed { id, newsletter_id, left_at, was_in });

/// People whose last letter, or first request, is older than `before` and for whom none is planned.
async fn unconfirmed_people(db: &Db, before: Millis) -> sqlx::Result<Vec<Unconfirmed>> {
    query_as(
        "SELECT s.id, s.newsletter_id, s.confirmed_at IS NOT NULL AS was_in,
                (SELECT MAX(x.at) FROM consent x WHERE x.subscriber_id = s.id AND x.kind = 'left' AND NOT EXISTS (
                     SELECT 1 FROM consent u WHERE u.subscriber_id = s.id AND u.kind = 'undone' AND u.id > x.id)) AS left_at
         FROM subscriber s
         WHERE s.status = 'pending' AND s.created_at < $1
           AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.subscriber_id = s.id AND l.domain <> '' AND l.created_at >= $1)
           AND NOT EXISTS (SELECT 1 FROM consent a WHERE a.subscriber_id = s.id AND a.at >= $1)
           AND NOT EXISTS (SELECT 1 FROM planned_letter p WHERE p.subscriber_id = s.id)
         ORDER BY s.created_at LIMIT $2"
    )
    .bind(before)
    .bind(SLICE)
    .fetch_all(db.on()).await
}

/// Erases people who never confirmed. People who had left before, and were brought back without confirming, go back to having left.
async fn unconfirmed(app: &App, now: Millis, before: Millis) -> sqlx::Result<i64> {
    let found = unconfirmed_people(&app.db, before).await?;
    if found.is_empty() {
        return Ok(0);
    }
    let mut piece = app.db.begin_piece().await?;
    let tx = &mut piece.tx;
    let mut forgotten: BTreeMap<i64, i64> = BTreeMap::new();
    for person in &found {
        if !status::hold_pending(tx, person.id).await? {
            continue; // confirmed a moment ago
        }
        *forgotten.entry(person.newsletter_id).or_default() += 1;
        if person.was_in && person.left_at.is_none() {
            pack::erase(tx, person.id, now).await?;
        }
        status::forget(tx, person.id, person.left_at).await?;
    }
    status::forgotten(tx, &forgotten, now).await?;
    piece.commit().await?;
    tracing::info!(people = forgotten.values().sum::<i64>(), "forgot people who never confirmed");
    Ok(found.len() as i64)
}

async fn ips(app: &App, before: Millis) -> sqlx::Result<i64> {
    let any: bool = query_scalar("SELECT EXISTS (SELECT 1 FROM consent WHERE ip IS NOT NULL AND at < $1)")
        .bind(before)
        .fetch_one(app.db.on())
        .await?;
    if !any {
        return Ok(0);
    }
    let mut piece = app.db.begin_piece().await?;
    let gone = query(
        "UPDATE consent SET ip = NULL
         WHERE id IN (SELECT id FROM consent WHERE ip IS NOT NULL AND at < $1 ORDER BY at LIMIT $2)",
    )
    .bind(before)
    .bind(SLICE)
    .execute(piece.tx.on())
    .await?;
    piece.commit().await?;
    tracing::info!(addresses = gone, "forgot IP addresses of long ago");
    Ok(gone as i64)
}

/// Deletes finished letters. The letter from which a pending person's time is counted is deleted together with the person.
async fn letters(app: &App, before: Millis) -> sqlx::Result<i64> {
    let old: Vec<i64> = query_scalar(
        "SELECT l.id FROM letter l WHERE l.created_at < $1 AND l.state NOT IN (0, 1, 4) AND NOT EXISTS (
             SELECT 1 FROM subscriber s WHERE s.id = l.subscriber_id AND s.status = 'pending')
         ORDER BY l.created_at LIMIT $2",
    )
    .bind(before)
    .bind(SLICE)
    .fetch_all(app.db.on())
    .await?;
    if old.is_empty() {
        return Ok(0);
    }
    let mut piece = app.db.begin_piece().await?;
    let mut query = Builder::new("DELETE FROM letter WHERE id IN (");
    query.push_binds(old.iter().copied()).push(")");
    query.build().persistent(false).execute(piece.tx.on()).await.map(drop)?;
    piece.commit().await?;
    tracing::info!(letters = old.len(), "forgot letters of long ago");
    Ok(old.len() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        assert_eq!(months_before(at("2027-02-28T06:00:00Z"), 12), at("2026-02-28T06:00:00Z"));
        assert_eq!(months_before(at("2026-03-31T06:00:00Z"), 1), at("2026-02-28T06:00:00Z"));
    }
}
