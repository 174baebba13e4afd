//! Plans when the confirmation letters of an import are sent: at half the limits of `[signup]`, so that visitors keep the rest.
//!
//! In: imported people. Out: an instant for each in `planned_letter`; at every tick of the scheduler [`ask_due`] queues the
//! letters that are due. The letters of a later import follow those of an earlier one.

use std::collections::HashMap;

use crate::app::App;
use crate::clock::{HOUR, Millis};
use crate::config::Signup;
use crate::db::{Builder, Db, Tx, from_row, query, query_scalar};
use crate::ledger::letters::{self, CausedLetter};
use crate::letter::LetterKind;
use crate::subscribers::address::domain_of;

/// Letters queued in one transaction.
const AT_ONCE: i64 = 500;

/// Plans instants.
#[derive(Debug)]
pub struct Pace {
    step: Millis,
    step_domain: Millis,
    next: Millis,
    domains: HashMap<String, Millis>,
}

impl Pace {
    /// From `begin` on.
    pub fn new(limits: &Signup, begin: Millis) -> Self {
        let step = |ceiling: u32| if ceiling == 0 { 0 } else { HOUR / i64::from((ceiling / 2).max(1)) };
        Self {
            step: step(limits.letters_per_hour),
            step_domain: step(limits.letters_per_hour_domain),
            next: begin,
            domains: HashMap::new(),
        }
    }

    /// The instant for one more letter to this domain.
    pub fn next(&mut self, domain: &str) -> Millis {
        let at = self.domains.get(domain).copied().unwrap_or(self.next).max(self.next);
        if self.step_domain > 0 {
            self.domains.insert(domain.to_owned(), at + self.step_domain);
        }
        self.next += self.step;
        at
    }
}

/// The last instant for which a letter is planned; 0 when none is.
pub async fn planned_until(db: &Db) -> sqlx::Result<Millis> {
    query_scalar("SELECT COALESCE(MAX(at), 0) FROM planned_letter WHERE asked_at IS NULL AND NOT is_held")
        .fetch_one(db.on())
        .await
}

/// Somebody whose time has come.
struct Due {
    id: i64,
    newsletter_id: i64,
    email_key: String,
    language: String,
}
from_row!(Due { id, newsletter_id, email_key, language });

/// Longest time until the next planned letter: one follows another within an hour; the rest is room for people who were erased
/// in between.
const FURTHEST: Millis = 2 * HOUR;

/// Moves a whole plan to now when it was made while the clock was ahead, or continues such a plan.
async fn draw_back(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let next: Option<Millis> =
        query_scalar("SELECT MIN(at) FROM planned_letter WHERE NOT is_held").fetch_one(app.db.on()).await?;
    let Some(next) = next.filter(|next| *next > now + FURTHEST) else { return Ok(()) };
    let mut tx = app.db.begin().await?;
    let moved = query(
        "UPDATE planned_letter SET at = at - $1 WHERE (SELECT MIN(at) FROM planned_letter WHERE NOT is_held) = $2",
    )
    .bind(next - now)
    .bind(next)
    .execute(tx.on())
    .await?;
    tx.commit().await?;
    tracing::warn!(
        letters = moved,
        "letters were planned too far ahead (was the clock wrong?); they are sent from now on"
    );
    Ok(())
}

/// Queues the letters that are due. People who have confirmed, left or got a letter meanwhile get none.
pub async fn ask_due(app: &App) -> sqlx::Result<()> {
    draw_back(app).await?;
    let parameters = serde_json::json!({ "days": app.config.signup.confirm_days }).to_string();
    loop {
        let now = app.clock.now();
        let any: bool = query_scalar(
            "SELECT EXISTS (SELECT 1 FROM planned_letter WHERE at <= $1 AND asked_at IS NULL AND NOT is_held)",
        )
        .bind(now)
        .fetch_one(app.db.on())
        .await?;
        if !any {
            return Ok(());
        }
        let mut tx = app.db.begin().await?;
        let due = take_due(&mut tx, now).await?;
        let letters: Vec<_> = due.iter().map(|due| letter(due, &parameters)).collect();
        letters::ask_caused(&mut tx, now, &letters).await?;
        tx.commit().await?;
        app.wake.now();
    }
}

fn letter<'a>(due: &'a Due, parameters: &'a str) -> CausedLetter<'a> {
    CausedLetter {
        newsletter_id: due.newsletter_id,
        subscriber_id: Some(due.id),
        kind: LetterKind::Confirm,
        language: &due.language,
        parameters,
        fate: Ok(domain_of(&due.email_key)),
    }
}

/// Removes the due people from the plan; returns those of them to write to.
async fn take_due(tx: &mut Tx, now: Millis) -> sqlx::Result<Vec<Due>> {
    let taken: Vec<i64> = query_scalar(
        "DELETE FROM planned_letter
         WHERE subscriber_id IN (SELECT subscriber_id FROM planned_letter WHERE at <= $1 AND asked_at IS NULL AND NOT is_held
                                 ORDER BY at LIMIT $2)
         RETURNING subscriber_id"
    )
    .bind(now)
    .bind(AT_ONCE)
    .fetch_all(tx.on()).await?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Builder::new(
            "SELECT id, newsletter_id, email_key, language FROM subscriber s
             WHERE status = 'pending' AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.subscriber_id = s.id AND l.domain <> '')
             AND id IN (",
        );
    query.push_binds(taken.iter().copied());
    query.push(") ORDER BY id");
    query.build_query_as().persistent(false).fetch_all(tx.on()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn letters_keep_below_half_of_both_ceilings() {
        let limits = Signup { letters_per_hour: 200, letters_per_hour_domain: 20, ..Config::default().signup };
        let mut pace = Pace::new(&limits, 1000);
        let times: Vec<(usize, Millis)> = (0..300).map(|i| (i % 20, pace.next(&format!("d{}.fr", i % 20)))).collect();
        assert_eq!(times[0].1, 1000);
        for hour in 0..10 {
            let window = 1000 + hour * HOUR..1000 + (hour + 1) * HOUR;
            let within = || times.iter().filter(|(_, at)| window.contains(at)).map(|(domain, _)| *domain);
            assert!(within().count() <= 105, "{}", within().count());
            assert!((0..20).all(|domain| within().filter(|other| *other == domain).count() <= 10));
        }
        let unlimited = Signup { letters_per_hour: 0, letters_per_hour_domain: 0, ..Config::default().signup };
        let mut pace = Pace::new(&unlimited, 7);
        assert!((0..100).all(|_| pace.next("a.fr") == 7));
    }
}
