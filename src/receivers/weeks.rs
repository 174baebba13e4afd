//! Who sent as a domain, week by week, and what receivers made of it.
//!
//! In: a domain. Out: [`Weeks`], the newest first, each with its largest sources.

use super::refused::Refused;
use super::report::Mails;
use super::reports::week_of;
use super::sql;
use crate::app::App;
use crate::clock::{DAY, Millis};

/// Weeks that are shown.
const SHOWN: i64 = 8;
/// Sources of a week that are shown.
const SOURCES: i64 = 10;

/// What reports of some weeks say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weeks {
    /// The newest first; none without a report.
    pub weeks: Vec<Week>,
    /// How many reports were not taken in the same time, by reason.
    pub refused: Vec<(Refused, i64)>,
}

/// One week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// Monday, 0:00 UTC.
    pub begins_at: Millis,
    /// Who reported.
    pub reporters: i64,
    /// All mails.
    pub mails: Mails,
    /// Those of the largest sources, the largest first: an address or a network; empty for all others of a long report.
    pub sources: Vec<(String, Mails)>,
}

/// Of the last weeks of a domain.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, domain: &str) -> sqlx::Result<Weeks> {
    let since = week_of(app.clock.now()) - (SHOWN - 1) * 7 * DAY;
    let sources = sql::sources(&app.db, domain, since, SOURCES).await?;
    let week = |row: sql::WeekRow| {
        let own = sources.iter().filter(|source| source.week == row.week);
        let sources = own.map(|source| (source.source.clone(), source.mails())).collect();
        Week { begins_at: row.week, reporters: row.reporters, mails: row.mails(), sources }
    };
    let weeks = sql::weeks(&app.db, domain, since).await?.into_iter().map(week).collect();
    let refused = sql::refused_since(&app.db, since).await?;
    let known = |(reason, count): (String, i64)| Some((reason.parse().ok()?, count));
    Ok(Weeks { weeks, refused: refused.into_iter().filter_map(known).collect() })
}
