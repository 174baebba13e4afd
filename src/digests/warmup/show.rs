//! The plan of a warm-up, for whoever looks: before a digest is sent, and while it leaves.
//!
//! In: a rhythm, or a digest. Out: how many leave on which day, as far as is known now: as if nothing warned, and nobody joined or
//! left. Changes nothing.

use super::begin::{Of, Pace, pace};
use super::sql::{Domain, Sliced};
use super::{Cause, plan, sql};
use crate::app::App;
use crate::clock::{DAY, Millis};
use crate::digests::{Digest, sql as of_digests};
use crate::dkim;
use crate::ledger::DigestState;
use crate::newsletters::Newsletter;

/// A slice that is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// When; not before now.
    pub at: Millis,
    /// Which day of the digest's plan, from 0.
    pub day: i64,
    /// How many.
    pub count: i64,
}

/// How a digest leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The sender's domain.
    pub domain: String,
    /// Why it warms up.
    pub cause: Cause,
    /// To how many it goes.
    pub readers: i64,
    /// What is known of it once it leaves.
    pub running: Option<Running>,
    /// What is to come, the first being today's when something leaves today.
    pub slices: Vec<Slice>,
}

/// A digest that leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Number of the domain's day.
    pub day: i64,
    /// On which the last slice leaves.
    pub days: i64,
    /// How many left today, or leave.
    pub today: i64,
    /// How many left so far, or leave.
    pub given: i64,
    /// Today's slice is no larger than yesterday's, because bounces or complaints warn.
    pub is_held: bool,
}

impl Plan {
    /// When the last slice leaves; `None`: nothing is to come.
    pub fn ends_at(&self) -> Option<Millis> {
        self.slices.last().map(|slice| slice.at)
    }
}

/// How a digest of this rhythm would leave now; `None`: at once. `digest_id` 0: one that is not made yet.
///
/// # Errors
/// The database's.
pub async fn before(
    app: &App,
    newsletter: &Newsletter,
    schedule_id: i64,
    digest_id: i64,
) -> sqlx::Result<Option<Plan>> {
    let now = app.clock.now();
    let of = Of { schedule_id, digest_id, is_look: true };
    let (domain, cause, readers, slices) = match pace(app, newsletter, of).await? {
        Pace::AtOnce => return Ok(None),
        Pace::Begins { cause, figure, readers } => {
            let figures = Figures { left: figure, next: plan::grown(figure), today: now };
            (dkim::domain_of(&newsletter.from_address), cause, readers, spread(figures, 0, readers, now))
        }
        Pace::Joins { domain, readers } => {
            let others = sql::open(&app.db, &domain.domain).await?.iter().map(Sliced::waiting).sum();
            let slices = spread(Figures::of(&domain, now), others, readers, now);
            let cause = domain.cause.unwrap_or(Cause::New);
            (domain.domain, cause, readers, slices)
        }
    };
    Ok(Some(Plan { domain, cause, readers, running: None, slices }))
}

/// How a digest leaves, or would when it waits; `None`: at once, or all of it has left.
///
/// # Errors
/// The database's.
pub async fn of_digest(app: &App, newsletter: &Newsletter, digest: &Digest) -> sqlx::Result<Option<Plan>> {
    if digest.state == DigestState::Waiting {
        return before(app, newsletter, digest.schedule_id, digest.id).await;
    }
    match sql::of_digest(&app.db, digest.id).await? {
        Some(sliced) => running(app, sliced).await,
        None => Ok(None),
    }
}

async fn running(app: &App, digest: Sliced) -> sqlx::Result<Option<Plan>> {
    let runs = matches!(digest.state, DigestState::Sending | DigestState::Paused | DigestState::Releasing);
    let Some(domain) = sql::domain(&app.db, &digest.domain).await? else { return Ok(None) };
    let Some(cause) = domain.cause.filter(|_| runs && !digest.at_once) else { return Ok(None) };
    let now = app.clock.now();
    let served = sql::open(&app.db, &digest.domain).await?;
    let others = served.iter().filter(|other| other.id < digest.id && !other.at_once).map(Sliced::waiting).sum();
    let slices = spread(Figures::of(&domain, now), others, digest.waiting(), now);
    let further = slices.last().map_or(0, |slice| slice.day);
    let is_today = digest.day == domain.day && now < domain.day_at + DAY;
    let running = Running {
        day: domain.day,
        days: domain.day + further,
        today: if is_today { digest.today } else { 0 },
        given: digest.given,
        is_held: domain.is_held,
    };
    Ok(Some(Plan { domain: domain.domain, cause, readers: digest.recipients, running: Some(running), slices }))
}

/// The plans of a newsletter: of its digests that leave in slices, and of what each rhythm would send next.
///
/// # Errors
/// The database's.
pub async fn of_newsletter(app: &App, newsletter: &Newsletter) -> sqlx::Result<Vec<(Digest, Plan)>> {
    let open = of_digests::open(&app.db, newsletter.id).await?;
    plans(app, newsletter, open).await
}

/// The plans of those of these digests that leave in slices, or would.
///
/// # Errors
/// The database's.
pub async fn plans(app: &App, newsletter: &Newsletter, digests: Vec<Digest>) -> sqlx::Result<Vec<(Digest, Plan)>> {
    let mut plans = Vec::new();
    for digest in digests {
        if let Some(plan) = of_digest(app, newsletter, &digest).await? {
            plans.push((digest, plan));
        }
    }
    Ok(plans)
}

/// What a domain may send today and tomorrow.
#[derive(Clone, Copy, Debug)]
struct Figures {
    left: i64,
    next: i64,
    /// When its day began.
    today: Millis,
}

impl Figures {
    fn of(domain: &Domain, now: Millis) -> Self {
        let next = plan::grown(domain.allowance);
        if now < domain.day_at + DAY {
            return Self { left: domain.allowance - domain.given, next, today: domain.day_at };
        }
        let left = if domain.given > 0 { next } else { domain.allowance };
        Self { left, next: plan::grown(left), today: now }
    }
}

/// When `own` mails leave, behind `others`.
fn spread(figures: Figures, mut others: i64, own: i64, now: Millis) -> Vec<Slice> {
    let all = plan::days(figures.left, figures.next, others + own);
    let mut slices = Vec::new();
    for (day, figure) in (0..).zip(all) {
        let theirs = others.min(figure);
        others -= theirs;
        if figure > theirs {
            slices.push(Slice { at: (figures.today + day * DAY).max(now), day, count: figure - theirs });
        }
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_later_leaves_behind_the_others() {
        let figures = Figures { left: 100, next: 1_000, today: 5 };
        let counts = |others, own| {
            spread(figures, others, own, 7).into_iter().map(|slice| (slice.day, slice.count)).collect::<Vec<_>>()
        };
        assert_eq!(counts(0, 600), [(0, 100), (1, 500)]);
        assert_eq!(counts(300, 900), [(1, 800), (2, 100)]);
        assert!(counts(0, 0).is_empty());
        let slices = spread(figures, 0, 600, 7);
        assert_eq!((slices[0].at, slices[1].at), (7, 5 + DAY));
    }
}
