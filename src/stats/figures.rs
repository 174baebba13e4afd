//! The numbers that pages, programs and files show.
//!
//! In: a newsletter and a [`Span`], or a digest. Out: [`Figures`], [`OfDigest`]. What is summed comes from some hundred rows, today from
//! its events, the readers of now from their count. All of a large newsletter is some seconds old. No row of a person is read, but for
//! the shares of a newsletter that is small enough to be counted at each look.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::change::{Change, Steps, Sums};
use super::span::{Span, Step};
use super::sql;
pub use super::sql::{Day, Form, Sent, Share};
use super::{day_of, roll};
use crate::app::App;
use crate::ledger::answers::{self, Minute, OfProvider};
use crate::ledger::progress::{self, Progress, Reasons};
use crate::subscribers::{Status, counts};

/// Digests that are shown: three years of a weekly one.
const DIGESTS: i64 = 160;

/// A newsletter over some days.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Readers now: confirmed or paused.
    pub readers: i64,
    /// Whether there are so many people that the numbers may be some seconds old.
    pub is_large: bool,
    /// The first day that is told, and today.
    pub first: i64,
    /// See `first`.
    pub today: i64,
    /// How many days are one.
    pub step: Step,
    /// In order; today is the last, or part of it.
    pub days: Vec<Day>,
    /// What happened in all.
    pub change: Change,
    /// By form, the one that most asked by first.
    pub forms: Vec<Form>,
    /// Parts of the readers, the largest first; those of a large newsletter are of the last day that is summed.
    pub shares: Vec<Share>,
    /// The digests that left, the youngest first.
    pub sent: Vec<Sent>,
}

/// Reads them; of a large newsletter once for all who look within some seconds.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, newsletter_id: i64, span: Span) -> sqlx::Result<Figures> {
    let owned = app.clone();
    let reckon = Box::pin(async move {
        let figures = read(&owned, newsletter_id, span).await?;
        Ok::<_, sqlx::Error>(Arc::new(figures) as Arc<dyn Any + Send + Sync>)
    });
    let figures = app.figures_read.get((newsletter_id, span.as_str()), is_large, reckon).await?;
    match figures.downcast() {
        Ok(figures) => Ok(Arc::unwrap_or_clone(figures)),
        Err(_) => Box::pin(read(app, newsletter_id, span)).await,
    }
}

fn is_large(figures: &Arc<dyn Any + Send + Sync>) -> bool {
    figures.downcast_ref::<Figures>().is_some_and(|figures| figures.is_large)
}

async fn read(app: &App, newsletter_id: i64, span: Span) -> sqlx::Result<Figures> {
    let today = day_of(app.clock.now());
    let first = span.first(today);
    let counts = counts::of(app, newsletter_id).await?;
    let readers = counts.of(Status::Confirmed) + counts.of(Status::Paused);
    let since = Sums::of(&roll::since(app, newsletter_id).await?);
    let stored = sql::days(&app.db, newsletter_id, first).await?;
    let days = with_today(stored, &since, readers, first, today);
    let first = days.first().map_or(today, |day| day.day);
    let step = Step::of(today - first + 1);
    let shares = if counts.are_kept() {
        sql::shares(&app.db, newsletter_id).await?
    } else {
        roll::shares(&sql::groups(&app.db, newsletter_id).await?)
    };
    let mut sent = sql::sent(&app.db, newsletter_id, sql::at(first), DIGESTS).await?;
    for digest in &mut sent {
        digest.people_left += left_since(&since, digest.id);
    }
    Ok(Figures {
        readers,
        is_large: counts.are_kept(),
        first,
        today,
        step,
        change: days.iter().fold(Change::default(), |sum, day| sum.and(day.change())),
        days: in_steps(&days, step),
        forms: forms(sql::forms(&app.db, newsletter_id, first).await?, &since, first),
        shares: largest_first(shares),
        sent,
    })
}

/// The days that are summed, and those since.
fn with_today(mut days: Vec<Day>, since: &Sums, readers: i64, first: i64, today: i64) -> Vec<Day> {
    let next = days.last().map(|day| day.day + 1).or_else(|| since.days.keys().next().copied());
    let mut tail = Vec::new();
    let mut readers = readers;
    for day in (next.unwrap_or(today).max(first)..=today).rev() {
        let change = since.days.get(&day).copied().unwrap_or_default();
        tail.push(Day::new(day, readers, change));
        readers -= change.net();
    }
    days.extend(tail.into_iter().rev());
    days
}

/// Several days as one: the readers of the last, what happened on all.
fn in_steps(days: &[Day], step: Step) -> Vec<Day> {
    let mut steps: Vec<Day> = Vec::new();
    for day in days {
        let begin = step.begin(day.day);
        match steps.last_mut().filter(|last| step.begin(last.day) == begin) {
            Some(last) => *last = Day::new(last.day, day.readers, last.change().and(day.change())),
            None => steps.push(*day),
        }
    }
    steps
}

fn forms(stored: Vec<Form>, since: &Sums, first: i64) -> Vec<Form> {
    let mut forms: BTreeMap<String, Form> = stored.into_iter().map(|form| (form.form.clone(), form)).collect();
    for ((_, name), Steps { asked, confirmed }) in since.forms.iter().filter(|((day, _), _)| *day >= first) {
        let none = || Form { form: name.clone(), asked: 0, accepted: 0, opened: 0, confirmed: 0 };
        let form = forms.entry(name.clone()).or_insert_with(none);
        form.asked += asked;
        form.confirmed += confirmed;
    }
    let mut forms: Vec<Form> = forms.into_values().collect();
    forms.sort_by_key(|form| std::cmp::Reverse((form.asked, form.confirmed)));
    forms
}

fn left_since(since: &Sums, digest_id: i64) -> i64 {
    since.left.iter().filter(|((_, id), _)| *id == digest_id).map(|(_, people)| people).sum()
}

fn largest_first(mut shares: Vec<Share>) -> Vec<Share> {
    shares.sort_by(|a, b| a.kind.cmp(&b.kind).then(b.readers.cmp(&a.readers)).then(a.name.cmp(&b.name)));
    shares
}

/// What became of one digest.
#[derive(Clone, Debug)]
pub struct OfDigest {
    /// Which, and who left by it.
    pub sent: Sent,
    /// Its rows by state.
    pub progress: Progress,
    /// Why mails were not plainly accepted.
    pub reasons: Reasons,
    /// What servers answered, in order of time.
    pub minutes: Vec<Minute>,
    /// What they answered by mailbox provider.
    pub providers: Vec<OfProvider>,
    /// How many were accepted, or refused, of whom no sum knows when and where: what a kill took.
    pub unknown: i64,
}

/// Reads it; `None` for a digest that has not left.
///
/// # Errors
/// The database's.
pub async fn of_digest(app: &App, newsletter_id: i64, digest_id: i64) -> anyhow::Result<Option<OfDigest>> {
    let Some(mut sent) = sql::sent_one(&app.db, digest_id).await? else { return Ok(None) };
    let Some((progress, reasons)) = progress::shown(app, digest_id).await? else { return Ok(None) };
    sent.people_left += left_since(&Sums::of(&roll::since(app, newsletter_id).await?), digest_id);
    let providers = answers::providers(&app.db, digest_id).await?;
    let known: i64 = providers.iter().map(|of| of.accepted + of.refused).sum();
    let unknown = (progress.counts.accepted + progress.counts.refused - known).max(0);
    let minutes = answers::minutes(&app.db, digest_id).await?;
    Ok(Some(OfDigest { sent, progress, reasons, minutes, providers, unknown }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(joined: i64, unsubscribed: i64) -> Change {
        Change { joined, unsubscribed, ..Change::default() }
    }

    #[test]
    fn today_follows_the_days_that_are_summed() {
        let stored = vec![Day::new(8, 10, change(1, 0)), Day::new(9, 12, change(2, 0))];
        let mut since = Sums::default();
        since.days.insert(11, change(3, 1));
        let days = with_today(stored, &since, 14, 0, 11);
        let found: Vec<_> = days.iter().map(|day| (day.day, day.readers)).collect();
        assert_eq!(found, [(8, 10), (9, 12), (10, 12), (11, 14)]);
        assert_eq!(with_today(Vec::new(), &Sums::default(), 5, i64::MIN, 11).len(), 1, "today there always is");
        assert_eq!(with_today(Vec::new(), &since, 5, 11, 12).len(), 2);
    }

    #[test]
    fn a_step_has_the_readers_of_its_last_day_and_what_happened_on_all() {
        // 2026-06-01, a Monday.
        let days: Vec<Day> = (0..9).map(|n| Day::new(20_605 + n, 100 + n, change(1, 0))).collect();
        let weeks = in_steps(&days, Step::Week);
        let found: Vec<_> = weeks.iter().map(|day| (day.day - 20_605, day.readers, day.joined)).collect();
        assert_eq!(found, [(0, 106, 7), (7, 108, 2)]);
        assert_eq!(in_steps(&days, Step::Day).len(), 9);
    }
}
