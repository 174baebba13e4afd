//! Takes aggregate reports: each once, of our domains alone, so many a week.
//!
//! In: what was read of an attachment, inside the transaction that stores the mail. Out: sums by week, reporter and source; what is
//! not taken is counted, and nobody is told: a report is text that anybody can write, and its sender is a machine.

use std::collections::BTreeSet;

use super::refused::Refused;
use super::report::Report;
use super::sql;
use crate::app::App;
use crate::clock::{DAY, Millis, SECOND};
use crate::db::{Db, Tx};

/// Reports about one domain and week; some hundred servers send one a day.
const MOST_A_WEEK: i64 = 2_000;
/// The time of a report may lie so far in the future: clocks differ.
const AHEAD: Millis = 2 * DAY;
/// Or so long ago: what is older is not kept either.
const BEHIND: Millis = 366 * DAY;

/// The Monday, 0:00 UTC, of an instant's week; the first day of 1970 was a Thursday.
pub fn week_of(at: Millis) -> Millis {
    let days = at.div_euclid(DAY);
    (days - (days + 3).rem_euclid(7)) * DAY
}

/// Takes a report, or counts that it was not taken.
///
/// # Errors
/// The database's.
pub async fn take(app: &App, tx: &mut Tx, report: &Result<Report, Refused>) -> sqlx::Result<()> {
    let now = app.clock.now();
    let why = match report {
        Ok(report) => store(tx, now, report).await?,
        Err(why) => Some(*why),
    };
    match why {
        Some(why) => sql::refused(tx, week_of(now), why).await,
        None => Ok(()),
    }
}

/// `None`: it is stored, now or before.
async fn store(tx: &mut Tx, now: Millis, report: &Report) -> sqlx::Result<Option<Refused>> {
    let begins = report.begins * SECOND;
    if !(now - BEHIND..=now + AHEAD).contains(&begins) {
        return Ok(Some(Refused::Broken));
    }
    let domains = domains(&sql::senders_in(tx).await?, report);
    if domains.is_empty() {
        return Ok(Some(Refused::Foreign));
    }
    let week = week_of(begins);
    if sql::is_known(tx, report).await? {
        return Ok(None);
    }
    if sql::reports(tx, week, &report.domain).await? >= MOST_A_WEEK {
        return Ok(Some(Refused::TooMany));
    }
    // Another process may have stored the same a moment ago.
    if !sql::insert(tx, week, report, now).await? {
        return Ok(None);
    }
    for domain in domains {
        let mut sources = report.sources(&domain);
        // Rows that several processes add to are met in the same order by all.
        sources.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        for (source, mails) in sources {
            sql::add(tx, week, &domain, &report.org, &source, &mails).await?;
        }
    }
    Ok(None)
}

/// Whether a report is about a domain that a newsletter here sends from.
///
/// # Errors
/// The database's.
pub async fn is_ours(db: &Db, report: &Report) -> sqlx::Result<bool> {
    Ok(!domains(&sql::senders(db).await?, report).is_empty())
}

/// The domains of these senders that the policy of a report speaks for, in order, each once.
fn domains(senders: &[String], report: &Report) -> BTreeSet<String> {
    let all = senders.iter().filter_map(|address| domain_of(address));
    all.filter(|domain| speaks_for(&report.domain, domain)).collect()
}

/// A policy speaks for its domain and for those below.
fn speaks_for(policy: &str, domain: &str) -> bool {
    domain == policy || domain.strip_suffix(policy).is_some_and(|below| below.ends_with('.'))
}

/// The domain of an address, as name servers know it.
fn domain_of(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    idna::domain_to_ascii(domain.trim_end_matches('.')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        for (instant, monday) in [
            ("2026-06-07T23:59:59Z", "2026-06-01T00:00:00Z"),
            ("2026-06-08T00:00:00Z", "2026-06-08T00:00:00Z"),
            ("1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z"),
        ] {
            assert_eq!(week_of(at(instant)), at(monday), "{instant}");
        }
    }

    #[test]
    fn a_policy_speaks_for_its_domain_and_those_below() {
        assert!(speaks_for("example.org", "example.org") && speaks_for("example.org", "lettres.example.org"));
        assert!(!speaks_for("example.org", "badexample.org") && !speaks_for("lettres.example.org", "example.org"));
        assert_eq!(domain_of("carnet@Société.example").as_deref(), Some("xn--socit-esab.example"));
        assert_eq!(domain_of("nobody"), None);
    }
}
