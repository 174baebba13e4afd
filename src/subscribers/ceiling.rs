//! The ceilings of `[signup]`: how many letters strangers may cause in an hour, and when letters above the ceiling are sent.
//!
//! In: the letters of the last hour, from the database. Out: room for one more letter, or the instant when it may be sent. Met by
//! [`super::queue`], where sign-ups arrive, and by [`super::held`], when a held letter is due.

use std::collections::HashMap;

use super::sql;
use crate::clock::{HOUR, Millis, SECOND};
use crate::config::Signup;
use crate::db::Db;

/// Domains whose instants are kept before those that have passed are forgotten.
const MOST_DOMAINS: usize = 1000;

/// The letters that strangers may cause within an hour, in all and to each domain.
///
/// Counted in the database, so the limits hold across restarts and several processes; between two counts (a second) each process
/// adds its own letters.
#[derive(Debug)]
pub struct Ceiling {
    /// The operator's limits.
    pub limits: Signup,
    read_at: Millis,
    total: i64,
    domains: HashMap<String, i64>,
    /// The instants planned for the last held letters, in all and by domain.
    planned: Millis,
    planned_to: HashMap<String, Millis>,
}

impl Ceiling {
    /// With these limits; nothing is counted yet.
    pub fn new(limits: Signup) -> Self {
        let (domains, planned_to) = (HashMap::new(), HashMap::new());
        Self { limits, read_at: Millis::MIN, total: 0, domains, planned: 0, planned_to }
    }

    /// Counts anew, once a second at most.
    pub async fn refresh(&mut self, db: &Db, now: Millis) -> sqlx::Result<()> {
        if self.is_old(now) {
            self.count(sql::caused_by_domain(db, now).await?, now);
        }
        Ok(())
    }

    /// Whether it was counted a second ago or earlier, and counts at all.
    pub fn is_old(&self, now: Millis) -> bool {
        let unlimited = self.limits.letters_per_hour == 0 && self.limits.letters_per_hour_domain == 0;
        !unlimited && now.saturating_sub(self.read_at).abs() >= SECOND
    }

    /// Takes over what was counted: letters of the last hour by domain.
    pub fn count(&mut self, domains: Vec<(String, i64)>, now: Millis) {
        self.domains = domains.into_iter().collect();
        self.total = self.domains.values().sum();
        self.read_at = now;
    }

    /// Takes room for one letter, if there is any.
    pub fn take(&mut self, domain: &str) -> bool {
        let below = |count: i64, limit: u32| limit == 0 || count < i64::from(limit);
        let to_domain = self.domains.get(domain).copied().unwrap_or(0);
        if !below(self.total, self.limits.letters_per_hour) || !below(to_domain, self.limits.letters_per_hour_domain) {
            return false;
        }
        self.total += 1;
        self.domains.insert(domain.to_owned(), to_domain + 1);
        true
    }

    /// The instant for a letter without room now: after the letters that wait already, at half the pace of the ceilings, so that
    /// new visitors have the other half.
    pub fn later(&mut self, domain: &str, now: Millis) -> Millis {
        let step = |limit: u32| if limit == 0 { 0 } else { HOUR / i64::from((limit / 2).max(1)) };
        if self.planned_to.len() >= MOST_DOMAINS {
            self.planned_to.retain(|_, at| *at > now);
        }
        let to_domain = self.planned_to.get(domain).copied().unwrap_or(now);
        self.planned = self.planned.max(now) + step(self.limits.letters_per_hour);
        let at = self.planned.max(to_domain.max(now) + step(self.limits.letters_per_hour_domain));
        self.planned_to.insert(domain.to_owned(), at);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_ceiling_holds_for_all_and_for_each_domain() {
        let limits = Signup { letters_per_hour: 3, letters_per_hour_domain: 2, ..Config::default().signup };
        let mut ceiling = Ceiling::new(limits);
        let taken: Vec<bool> = ["a.fr", "a.fr", "a.fr", "b.fr", "c.fr"].map(|domain| ceiling.take(domain)).to_vec();
        assert_eq!(taken, [true, true, false, true, false]);
        let mut open =
            Ceiling::new(Signup { letters_per_hour: 0, letters_per_hour_domain: 0, ..Config::default().signup });
        assert!((0..10_000).all(|_| open.take("a.fr")));
    }

    #[test]
    fn held_letters_leave_at_half_the_pace_each_after_the_one_before() {
        let limits = Signup { letters_per_hour: 20, letters_per_hour_domain: 4, ..Config::default().signup };
        let mut ceiling = Ceiling::new(limits);
        let minutes = |ceiling: &mut Ceiling, domain| ceiling.later(domain, 0) / (HOUR / 60);
        let to_one: Vec<i64> = (0..3).map(|_| minutes(&mut ceiling, "a.fr")).collect();
        assert_eq!(to_one, [30, 60, 90]);
        assert_eq!(minutes(&mut ceiling, "b.fr"), 30, "another domain does not wait behind it");
        assert_eq!(ceiling.later("a.fr", 10 * HOUR), 10 * HOUR + HOUR / 2, "never in the past");
    }
}
