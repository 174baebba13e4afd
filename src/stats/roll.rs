//! Sums days that are over, each in one transaction, and sums again what events still tell.
//!
//! In: the clock, events. Out: rows of `stat_day`, `stat_form`, `stat_left`, `stat_share`, and the mark of how far they go. A kill leaves
//! the mark where it was, and the same days are summed once more. What is stored of a day depends on nothing but its events and on how
//! many readers there are: from now, going back through what happened since, so that no error grows from day to day.

use std::collections::BTreeMap;

use super::change::{Change, Sums, Told};
use super::sql::{self, Day, Group, Mark, Share};
use super::{day_of, span};
use crate::app::App;
use crate::clock::{DAY, HOUR, Millis};
use crate::fault::fault;
use crate::ledger::answers;
use crate::subscribers::opened;

/// A day is summed when it has been over for so long: every transaction that was begun on it has ended.
pub const SETTLED: Millis = HOUR;

/// Sums every day of every newsletter that is over.
///
/// # Errors
/// The database's.
pub async fn due(app: &App) -> sqlx::Result<()> {
    let until = until(app);
    if sql::is_ahead(&app.db, until).await? {
        let mut tx = app.db.begin().await?;
        sql::draw_back(&mut tx, until).await?;
        tx.commit().await?;
    }
    let behind = sql::behind(&app.db, until).await?;
    for newsletter_id in &behind {
        let seen = sql::mark(&app.db, *newsletter_id).await?;
        let from = seen.map(|mark| mark.next_day);
        let after = seen.map_or(0, |mark| mark.event_id);
        sum(app, *newsletter_id, seen, Days { from, after, until }).await?;
    }
    if !behind.is_empty() {
        opened::forget(app).await?;
        answers::thin(&app.db, app.clock.now() - DAY).await?;
    }
    Ok(())
}

/// What [`rebuild`] did.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Rebuilt {
    /// The first day that was summed again, `2026-06-01`; `None`: there was nothing to sum.
    pub from: Option<String>,
    /// How many days.
    pub days: usize,
}

/// Sums again all days of a newsletter whose events are kept; earlier days stay as they are stored.
///
/// # Errors
/// The database's. `None`: another process sums it at this moment.
pub async fn rebuild(app: &App, newsletter_id: i64) -> sqlx::Result<Option<Rebuilt>> {
    let until = until(app);
    let seen = sql::mark(&app.db, newsletter_id).await?;
    let mut from = None;
    if let Some(oldest) = sql::oldest_event(&app.db, newsletter_id).await?.map(day_of) {
        // Of the first day that is left, part may be forgotten.
        let is_whole = !sql::has_before(&app.db, newsletter_id, oldest).await?;
        from = Some(if is_whole { oldest } else { oldest + 1 });
    }
    let Some(from) = from.filter(|from| *from < until) else {
        return Ok(Some(Rebuilt { from: None, days: 0 }));
    };
    let days = sum(app, newsletter_id, seen, Days { from: Some(from), after: 0, until }).await?;
    let rebuilt = |days| Rebuilt { from: Some(span::date(from).to_string()), days };
    Ok(days.map(rebuilt))
}

/// Takes over a history that was summed elsewhere, oldest day first: nothing that happened up to now is counted besides it, and readers
/// go back from those of now.
///
/// # Errors
/// The database's.
pub async fn adopt(app: &App, newsletter_id: i64, sums: &Sums) -> sqlx::Result<()> {
    let until = until(app);
    let seen = sql::mark(&app.db, newsletter_id).await?;
    let told = sql::told_with_readers(&app.db, newsletter_id, 0, sql::at(until), i64::MAX).await?;
    let Some((readers, event_id)) = told.iter().find(|row| row.day < 0).map(|row| (row.people, row.events)) else {
        return Ok(());
    };
    let rows = in_days(sums, readers, Days { from: None, after: 0, until });
    let first = rows.first().map_or(until, |row| row.day);
    let mut tx = app.db.begin().await?;
    if sql::move_mark(&mut tx, newsletter_id, seen, Mark { next_day: until, event_id }).await? {
        sql::clear(&mut tx, newsletter_id, first, until).await?;
        sql::store(&mut tx, newsletter_id, &rows, sums, until).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The first day that is not over.
pub(super) fn until(app: &App) -> i64 {
    day_of(app.clock.now() - SETTLED)
}

/// Which days are summed.
#[derive(Clone, Copy, Debug)]
struct Days {
    /// The first; `None`: that of the first event.
    from: Option<i64>,
    /// No event up to this one belongs to them.
    after: i64,
    /// The first that is not summed.
    until: i64,
}

/// Gives how many; `None` when another process was quicker.
async fn sum(app: &App, newsletter_id: i64, seen: Option<Mark>, days: Days) -> sqlx::Result<Option<usize>> {
    let since = days.from.map_or(0, sql::at);
    let mut told = sql::told_with_readers(&app.db, newsletter_id, days.after, since, sql::at(days.until)).await?;
    // The row of readers is told apart by its day.
    let (mut readers, mut event_id) = (0, days.after);
    told.retain(|row| {
        if row.day < 0 {
            (readers, event_id) = (row.people, row.events);
        }
        row.day >= 0
    });
    let sums = Sums::of(&told);
    let rows = in_days(&sums, readers, days);
    let shares = shares(&sql::groups(&app.db, newsletter_id).await?);
    let first = rows.first().map_or(days.until, |row| row.day);
    let mut piece = app.db.begin_piece().await?;
    let tx = &mut piece.tx;
    if !sql::move_mark(tx, newsletter_id, seen, Mark { next_day: days.until, event_id }).await? {
        return Ok(None);
    }
    sql::clear(tx, newsletter_id, first, days.until).await?;
    sql::store(tx, newsletter_id, &rows, &sums, days.until).await?;
    sql::store_shares(tx, newsletter_id, &shares).await?;
    fault!("stats.before_commit");
    piece.commit().await?;
    fault!("stats.after_commit");
    Ok(Some(rows.len()))
}

/// A row for each day, also those on which nothing happened: readers go back from those of now.
fn in_days(sums: &Sums, readers: i64, days: Days) -> Vec<Day> {
    let first = days.from.or_else(|| sums.days.keys().next().copied()).unwrap_or(days.until);
    let since: i64 = sums.days.range(days.until..).map(|(_, change)| change.net()).sum();
    let mut readers = readers - since;
    let mut rows: Vec<Day> = (first..days.until)
        .rev()
        .map(|day| {
            let change: Change = sums.days.get(&day).copied().unwrap_or_default();
            let row = Day::new(day, readers, change);
            readers -= change.net();
            row
        })
        .collect();
    rows.reverse();
    rows
}

/// The parts of the readers by language, origin and rhythm.
pub(super) fn shares(groups: &[Group]) -> Vec<Share> {
    let mut parts: BTreeMap<(&str, String), i64> = BTreeMap::new();
    for group in groups {
        let names = [
            ("language", group.language.clone()),
            ("origin", group.origin.clone()),
            ("schedule", group.schedule_id.to_string()),
        ];
        for key in names {
            *parts.entry(key).or_default() += group.readers;
        }
    }
    parts.into_iter().map(|((kind, name), readers)| Share { kind: kind.to_owned(), name, readers }).collect()
}

/// What happened since the last day that is summed: the day that runs, and for an hour the one before.
///
/// # Errors
/// The database's.
pub async fn since(app: &App, newsletter_id: i64) -> sqlx::Result<Vec<Told>> {
    let mark = sql::mark(&app.db, newsletter_id).await?;
    let (after, from) = mark.map_or((0, 0), |mark| (mark.event_id, sql::at(mark.next_day)));
    let db = app.db.clone();
    let read = async move {
        let told = sql::told(&db, newsletter_id, after, from).await?;
        Ok::<_, sqlx::Error>(serde_json::to_value(told).unwrap_or_default())
    };
    let told = app.days_counted.get(newsletter_id, is_dear, read).await?;
    Ok(serde_json::from_value(told).unwrap_or_default())
}

/// So many events take some milliseconds to be counted.
const DEAR: i64 = 5_000;

fn is_dear(told: &serde_json::Value) -> bool {
    let rows = told.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(|row| row["events"].as_i64()).sum::<i64>() > DEAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_of_each_day_go_back_from_those_of_now() {
        let change = |joined, unsubscribed| Change { joined, unsubscribed, ..Change::default() };
        let mut sums = Sums::default();
        sums.days.extend([(10, change(5, 0)), (12, change(0, 2)), (13, change(4, 0))]);
        let rows = in_days(&sums, 17, Days { from: None, after: 0, until: 13 });
        let found: Vec<_> = rows.iter().map(|row| (row.day, row.readers)).collect();
        assert_eq!(found, [(10, 15), (11, 15), (12, 13)], "17 now, 4 of them since");
        assert!(in_days(&Sums::default(), 3, Days { from: None, after: 0, until: 13 }).is_empty());
        let rows = in_days(&Sums::default(), 3, Days { from: Some(11), after: 0, until: 13 });
        assert_eq!(rows.len(), 2, "a day without events is a day");
    }
}
