//! `facteur newsletter live | schedule | delete | restore`: an editor's hand on a newsletter and its schedules.

use std::io::{IsTerminal as _, Write as _};

use jiff::civil::Date;
use serde_json::json;

use crate::app::App;
use crate::cli::digest;
use crate::clock::{Millis, rfc3339, zone};
use crate::digests::{DigestError, mode, removal, steer};
use crate::events::Actor;
use crate::newsletters::{KEPT, Mode, Newsletter, Schedule, change, offered, sql, words};
use crate::subscribers::rhythm;
use crate::views::checklist::{self, Check};

use super::{Context, Fault};

/// Arguments of `facteur newsletter schedule`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The newsletter's short name (its slug).
    slug: String,
    /// Which schedule: its number in `newsletter show`.
    #[arg(default_value_t = 1)]
    number: usize,
    /// What is done with it; without any of these, its next three dates are shown.
    #[command(flatten)]
    act: Act,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
#[expect(clippy::struct_excessive_bools, reason = "a flag each, of which one is given")]
struct Act {
    /// Send nothing until `--resume`; slots that pass are recorded as skipped, posts wait.
    #[arg(long)]
    pause: bool,
    /// Send nothing before this day begins, such as 2026-09-01; then go on by itself.
    #[arg(long, value_name = "DAY")]
    pause_until: Option<Date>,
    /// End a pause.
    #[arg(long)]
    resume: bool,
    /// Leave the next slot out; its posts wait for the one after.
    #[arg(long)]
    skip_next: bool,
    /// Take `--skip-next` back.
    #[arg(long)]
    keep_next: bool,
    /// Move everybody who is on it to this other schedule.
    #[arg(long, value_name = "NUMBER")]
    move_readers_to: Option<usize>,
    /// Remove it. Nobody may be on it: see `--move-readers-to`.
    #[arg(long)]
    remove: bool,
}

/// Sets the mode; a refusal in the reader's language.
pub async fn set_mode(app: &App, context: &Context, of: &Newsletter, to: Mode) -> anyhow::Result<Newsletter> {
    mode::set(app, of, to, Actor::Command).await.map_err(|error| fault(context, error))
}

fn fault(context: &Context, error: DigestError) -> anyhow::Error {
    digest::fault(context, error)
}

/// Goes live, after what is open was shown.
pub async fn live(app: &App, context: &Context, slug: &str, dry_run: bool) -> anyhow::Result<()> {
    let found = context.newsletter(app, slug).await?;
    let checks = checklist::of(app, &found).await?;
    let after = if dry_run { found } else { set_mode(app, context, &found, Mode::Live).await? };
    let locale = context.print_locale();
    let shown: Vec<_> = checks.iter().map(|check| check.json(locale)).collect();
    context.show(&json!({ "slug": after.slug, "mode": after.mode, "checks": shown }), || {
        let mark = |check: &Check| locale.text(if check.is_done { "cli-live-done" } else { "cli-live-open" });
        let lines = checks.iter().map(|check| format!("{:<4}  {}", mark(check), check.words(locale)));
        let said = if dry_run { "newsletter-stays" } else { "newsletter-is-live" };
        lines.chain([locale.text(said)]).collect::<Vec<_>>().join("\n")
    })
}

/// Steers one schedule, and shows its next dates.
pub async fn schedule(app: &App, context: &Context, args: Args) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &args.slug).await?;
    let found = one(app, context, &newsletter, args.number).await?;
    let act = &args.act;
    let done = match act {
        Act { pause: true, .. } => steer::pause_schedule(app, &found, true).await,
        Act { resume: true, .. } => steer::pause_schedule(app, &found, false).await,
        Act { pause_until: Some(day), .. } => steer::pause_schedule_until(app, &found, begins(*day, &found)?).await,
        Act { skip_next: true, .. } => steer::skip_next(app, &found, true).await,
        Act { keep_next: true, .. } => steer::skip_next(app, &found, false).await,
        _ => Ok(()),
    };
    done.map_err(|error| fault(context, error))?;
    if let Some(number) = act.move_readers_to {
        let to = one(app, context, &newsletter, number).await?;
        let moved = rhythm::move_all(app, &found, &to).await?;
        let stay = offered::chosen_by(&app.db, found.id).await?;
        let shown = json!({ "moved": moved.moved, "stay": stay, "releasing": moved.is_releasing });
        return context.show(&shown, || {
            let key = match (moved.is_releasing, stay) {
                (true, _) => "cli-schedule-releasing",
                (false, 0) => "cli-schedule-moved",
                (false, _) => "cli-schedule-moved-not-all",
            };
            let (moved, number) = (moved.moved.to_string(), number.to_string());
            said!(context.locale, key, moved = &moved, number = &number, count = stay)
        });
    }
    if act.remove {
        change::remove_schedule(app, &found).await.map_err(|error| super::fault(context, error))?;
        let number = args.number.to_string();
        return context.show(&json!({ "removed": args.number }), || {
            said!(context.locale, "cli-schedule-removed", number = &number)
        });
    }
    let now = one(app, context, &newsletter, args.number).await?;
    dates(app, context, &now)
}

/// When a day begins on the schedule's clock.
fn begins(day: Date, schedule: &Schedule) -> anyhow::Result<Millis> {
    Ok(day.to_zoned(zone(&schedule.zone))?.timestamp().as_millisecond())
}

fn dates(app: &App, context: &Context, schedule: &Schedule) -> anyhow::Result<()> {
    let locale = context.print_locale();
    let dates = words::next_dates(schedule, app.clock.now(), 3, locale);
    let line = |date: &words::NextDate| match &date.note {
        Some(note) => format!("  {}\n      {note}", date.words),
        None => format!("  {}", date.words),
    };
    let shown: Vec<_> = dates.iter().map(|date| json!({ "at": rfc3339(date.at), "note": date.note })).collect();
    let view = crate::views::newsletter::schedule(1, schedule, locale);
    context.show(&json!({ "schedule": view, "dates": shown }), || {
        let first = match (schedule.paused, schedule.skip_next) {
            (true, _) => format!("{} ({})", view.words, locale.text("schedule-paused")),
            (false, true) => format!("{} ({})", view.words, locale.text("schedule-skips")),
            (false, false) => view.words.clone(),
        };
        [first].into_iter().chain(dates.iter().map(line)).collect::<Vec<_>>().join("\n")
    })
}

/// The schedule of this number.
pub(super) async fn one(app: &App, context: &Context, of: &Newsletter, number: usize) -> anyhow::Result<Schedule> {
    let schedules = sql::schedules(&app.db, of.id).await?;
    let found = number.checked_sub(1).and_then(|index| schedules.get(index)).cloned();
    found.ok_or_else(|| super::fault(context, change::no_schedule(number, schedules.len())))
}

/// Deletes it, once somebody said so.
pub async fn delete(app: &App, context: &Context, slug: &str, yes: bool) -> anyhow::Result<()> {
    let found = context.newsletter(app, slug).await?;
    let readers = sql::confirmed(&app.db, found.id).await?;
    if !yes && !is_meant(context, &found, readers)? {
        return Err(Fault::refused(context.locale.text("cli-newsletter-not-deleted")));
    }
    let deleted = removal::delete(app, &found, Actor::Command).await.map_err(|error| fault(context, error))?;
    let until = rfc3339(deleted.deleted_at.unwrap_or_default() + KEPT);
    context.show(&json!({ "slug": slug, "removed_at": until }), || {
        said!(context.locale, "cli-newsletter-gone", slug = slug, until = &until)
    })
}

/// Asks on a terminal; elsewhere `--yes` must say it.
fn is_meant(context: &Context, newsletter: &Newsletter, readers: i64) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Fault::usage(context.locale.text("cli-say-yes")));
    }
    let readers = readers.to_string();
    eprint!("{} ", said!(context.locale, "cli-newsletter-delete", slug = &newsletter.slug, readers = &readers));
    std::io::stderr().flush()?;
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed)?;
    Ok(typed.trim() == newsletter.slug)
}

/// Takes a deleted newsletter back.
pub async fn restore(app: &App, context: &Context, slug: &str) -> anyhow::Result<()> {
    let found = sql::any_by_slug(&app.db, slug).await?;
    let found =
        found.ok_or_else(|| Fault::not_found(said!(context.locale, "cli-newsletter-not-there", slug = slug)))?;
    let back = removal::restore(app, &found, Actor::Command).await.map_err(|error| fault(context, error))?;
    context.show(&json!({ "slug": back.slug, "mode": back.mode }), || {
        said!(context.locale, "cli-newsletter-back", slug = slug)
    })
}
