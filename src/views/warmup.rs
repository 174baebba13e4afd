//! A warm-up as people are shown it: how a digest leaves, day by day, before it is sent and while it leaves.
//!
//! In: a plan. Out: [`PlanView`], which is its own JSON, and its words.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::app::App;
use crate::clock::{Millis, rfc3339};
use crate::digests::warmup::show::{self, Plan};
use crate::digests::warmup::{Cause, sql};
use crate::digests::{Digest, first};
use crate::dkim;
use crate::i18n::{Locale, Value};
use crate::newsletters::{self, Newsletter};

use super::today::when;

/// Slices whose figures are told; of more the last is told besides.
const TOLD: usize = 6;

/// How a digest leaves in slices.
#[derive(Clone, Debug, Serialize)]
pub struct PlanView {
    /// The sender's domain.
    pub domain: String,
    /// Why it warms up.
    pub cause: Cause,
    /// To how many it goes.
    pub readers: i64,
    /// Number of the domain's day, while it leaves.
    pub day: Option<i64>,
    /// On which day the last slice leaves.
    pub days: i64,
    /// How many left today, or leave; 0 before it is sent.
    pub today: i64,
    /// How many left so far, or leave.
    pub given: i64,
    /// Today's slice is no larger than yesterday's, because bounces or complaints warn.
    pub held: bool,
    /// The slices to come, as far as is known now.
    pub slices: Vec<SliceView>,
    /// When the last of them leaves.
    pub ends_at: Option<String>,
    /// All of that in words.
    pub words: String,
}

/// A slice that is to come.
#[derive(Clone, Debug, Serialize)]
pub struct SliceView {
    /// When.
    pub at: String,
    /// How many.
    pub count: i64,
}

/// A plan in this language, on this clock.
pub fn view(plan: &Plan, now: Millis, zone: &TimeZone, locale: &Locale) -> PlanView {
    let running = plan.running;
    PlanView {
        domain: plan.domain.clone(),
        cause: plan.cause,
        readers: plan.readers,
        day: running.map(|running| running.day),
        days: running.map_or(plan.slices.len() as i64, |running| running.days),
        today: running.map_or(0, |running| running.today),
        given: running.map_or(0, |running| running.given),
        held: running.is_some_and(|running| running.is_held),
        slices: plan.slices.iter().map(|slice| SliceView { at: rfc3339(slice.at), count: slice.count }).collect(),
        ends_at: plan.ends_at().map(rfc3339),
        words: words(plan, now, zone, locale),
    }
}

/// The same in a sentence or two.
pub fn words(plan: &Plan, now: Millis, zone: &TimeZone, locale: &Locale) -> String {
    let ends = plan.ends_at().map(|at| when(at, now, zone, locale)).unwrap_or_default();
    let Some(running) = plan.running else {
        let figures: Vec<String> = plan.slices.iter().take(TOLD).map(|slice| slice.count.to_string()).collect();
        let more = if plan.slices.len() > TOLD { ", …" } else { "" };
        let figures = format!("{}{more}", figures.join(", "));
        let variables = [
            ("domain", Value::Text(&plan.domain)),
            ("count", Value::Count(plan.slices.len() as i64)),
            ("figures", Value::Text(&figures)),
            ("ends", Value::Text(&ends)),
        ];
        return locale.format(&format!("warmup-plan-{}", plan.cause), &variables);
    };
    let numbers =
        [running.day, running.days, running.today, running.given, plan.readers].map(|number| number.to_string());
    let [day, days, today, given, readers] = &numbers;
    let variables = [
        ("domain", Value::Text(&plan.domain)),
        ("day", Value::Text(day)),
        ("days", Value::Text(days)),
        ("today", Value::Text(today)),
        ("given", Value::Text(given)),
        ("readers", Value::Text(readers)),
        ("ends", Value::Text(&ends)),
    ];
    let said = locale.format("warmup-runs", &variables);
    if running.is_held { format!("{said} {}", locale.text("warmup-held")) } else { said }
}

/// What a mailing on this rhythm would be held to, before anybody sends it: that it waits for the doctor, that it leaves in slices.
///
/// # Errors
/// The database's.
pub async fn before(
    app: &App,
    newsletter: &Newsletter,
    schedule_id: i64,
    zone: &TimeZone,
    locale: &Locale,
) -> sqlx::Result<Before> {
    let plan = show::before(app, newsletter, schedule_id, 0).await?;
    let waits = first::stands_against(app, newsletter.id, schedule_id).await?;
    Ok(Before {
        warmup: plan.map(|plan| view(&plan, app.clock.now(), zone, locale)),
        doctor: waits.then(|| {
            let above = app.config.doctor.first_digest_above;
            locale.format("warmup-doctor", &[("count", Value::Count(above))])
        }),
    })
}

/// See [`before`].
#[derive(Clone, Debug)]
pub struct Before {
    /// How it would leave; `None`: at once.
    pub warmup: Option<PlanView>,
    /// That it waits for the doctor, in words.
    pub doctor: Option<String>,
}

impl Before {
    /// What there is to say, a line each.
    pub fn lines(&self) -> Vec<String> {
        self.doctor.iter().cloned().chain(self.warmup.iter().map(|plan| plan.words.clone())).collect()
    }
}

/// A digest's plan; `None`: it leaves at once, or all of it has left.
///
/// # Errors
/// The database's.
pub async fn of_digest(
    app: &App,
    newsletter: &Newsletter,
    digest: &Digest,
    zone: &TimeZone,
    locale: &Locale,
) -> sqlx::Result<Option<PlanView>> {
    let plan = show::of_digest(app, newsletter, digest).await?;
    Ok(plan.map(|plan| view(&plan, app.clock.now(), zone, locale)))
}

/// How a newsletter's sender stands.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// The newsletter's short name.
    pub newsletter: String,
    /// The sender's domain.
    pub domain: String,
    /// Why it warms up; `None`: it does not.
    pub cause: Option<Cause>,
    /// The most readers that one digest, or one day of a warm-up, has had.
    pub most: i64,
    /// All of that in words.
    pub words: String,
    /// The digests that leave in slices, or would.
    pub digests: Vec<OfDigest>,
    /// What the rhythms would send next, in their order.
    pub schedules: Vec<Option<PlanView>>,
}

/// A digest with its plan.
#[derive(Clone, Debug, Serialize)]
pub struct OfDigest {
    /// Its id outside.
    pub id: String,
    /// Its subject.
    pub subject: String,
    /// How it leaves.
    #[serde(flatten)]
    pub plan: PlanView,
}

/// Reads it.
///
/// # Errors
/// The database's.
pub async fn of_newsletter(
    app: &App,
    newsletter: &Newsletter,
    zone: &TimeZone,
    locale: &Locale,
) -> sqlx::Result<Standing> {
    let now = app.clock.now();
    let domain = dkim::domain_of(&newsletter.from_address);
    let known = sql::domain(&app.db, &domain).await?;
    let plans = show::of_newsletter(app, newsletter).await?;
    let digests = plans.iter().map(|(digest, plan)| OfDigest {
        id: digest.public_id.clone(),
        subject: digest.subject.clone(),
        plan: view(plan, now, zone, locale),
    });
    let mut schedules = Vec::new();
    for schedule in newsletters::sql::schedules(&app.db, newsletter.id).await? {
        let plan = show::before(app, newsletter, schedule.id, 0).await?;
        schedules.push(plan.map(|plan| view(&plan, now, zone, locale)));
    }
    let most = known.as_ref().map_or(0, |domain| domain.most);
    let cause = known.as_ref().and_then(|domain| domain.cause);
    let key = match (app.config.warmup.first_day, cause) {
        (0, None) => "warmup-off",
        (_, None) if most == 0 => "warmup-unknown",
        (_, None) => "warmup-none",
        (_, Some(_)) => "warmup-goes-on",
    };
    let figures = [most, known.as_ref().map_or(0, |domain| domain.allowance), app.config.warmup.first_day];
    let [most_words, allowance, first_day] = figures.map(|figure| figure.to_string());
    let variables = [
        ("domain", Value::Text(&domain)),
        ("most", Value::Text(&most_words)),
        ("allowance", Value::Text(&allowance)),
        ("first", Value::Text(&first_day)),
    ];
    Ok(Standing {
        newsletter: newsletter.slug.clone(),
        words: locale.format(key, &variables),
        cause,
        most,
        digests: digests.collect(),
        schedules,
        domain,
    })
}
