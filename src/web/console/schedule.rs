//! `/console/n/{newsletter}/schedule`: each rhythm as a sentence that can be changed, its next dates, and an editor's hand on it.
//!
//! In: the newsletter's schedules, and a form whose button says what is to be done (`act`) with which (`number`; `new` for one
//! more). Out: the page; 303 when it was done, 422 with what was typed when it cannot stand.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::{Date, Weekday};

use super::choice::Choice;
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::clock::{self, Millis};
use crate::coded::Told as _;
use crate::digests::{DigestError, Refusal, leave, steer};
use crate::i18n::{Locale, Value};
use crate::newsletters::change::{self, ChangeError, Which};
use crate::newsletters::settings::{Rhythm, Settings};
use crate::newsletters::words::{self, NextDate};
use crate::newsletters::{Approval, Every, Schedule, default_of, offered, sql};
use crate::subscribers::rhythm;
use crate::web::frame::error::Error;

/// Dates that are shown of each rhythm.
const DATES: usize = 3;

#[derive(Template)]
#[template(path = "console/schedule.html")]
struct Page {
    frame: Frame,
    rhythms: Vec<Sentence>,
    zones: Vec<String>,
    /// Whether there is more than one, so that one may go.
    several: bool,
}

/// A rhythm as the page shows it.
struct Sentence {
    /// `1`, `2`, … or `new`.
    number: String,
    /// "every Monday at 8:00 (Europe/Paris)"; empty for a new one.
    words: String,
    every: Vec<Choice>,
    weekdays: Vec<Choice>,
    days: Vec<Choice>,
    at: String,
    zone: String,
    approvals: Vec<Choice>,
    /// What "unless an editor stops it" means for the slots to come.
    notice: Vec<String>,
    dates: Vec<NextDate>,
    /// Its readers: confirmed or paused.
    readers: i64,
    /// People on it, in whatever state.
    people: i64,
    /// Those of them who chose it.
    chosen: i64,
    /// Whether readers may choose it, and whether whoever is new is on it.
    offered: bool,
    is_default: bool,
    /// People who never chose and are on a rhythm that writes more often.
    higher: i64,
    /// "paused until …".
    rests: Option<String>,
    skips: bool,
    others: Vec<Choice>,
    /// The field that cannot stand, and why.
    problem: Option<(String, String)>,
}

impl Sentence {
    fn is_new(&self) -> bool {
        self.number == "new"
    }

    /// Why this field cannot stand.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|(wrong, _)| wrong == field).map(|(_, words)| words.as_str())
    }

    /// What is wrong, where no field says it.
    fn refused(&self) -> Option<&str> {
        let known = ["on", "at", "zone", "pause"];
        self.problem.as_ref().filter(|(wrong, _)| !known.contains(&wrong.as_str())).map(|(_, words)| words.as_str())
    }
}

/// What was typed about one rhythm that cannot stand.
struct Typed<'a> {
    number: String,
    form: &'a Form,
    problem: (String, String),
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    page(&app, &editor, None).await
}

/// `POST`
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let number = form.text("number");
    match done(&app, &editor, &form).await? {
        Ok(said) => Ok(editor.done("schedule", said)),
        Err(problem) => page(&app, &editor, Some(Typed { number, form: &form, problem })).await,
    }
}

/// What was done, as `said-KEY`; or the field that cannot stand, and why.
type Done = Result<&'static str, (String, String)>;

/// Does what the button says; the sentence that tells of it, or the field that is wrong and why.
async fn done(app: &Arc<App>, editor: &Editor, form: &Form) -> Result<Done, Error> {
    let schedules = sql::schedules(&app.db, editor.newsletter.id).await?;
    let of_number = |name: &str| {
        let index = form.get(name)?.parse::<usize>().ok()?.checked_sub(1)?;
        schedules.get(index)
    };
    let act = form.text("act");
    if act == "save" {
        let which = match form.get("number") {
            Some("new") => Which::New,
            number => Which::Number(number.and_then(|number| number.parse().ok()).unwrap_or(0)),
        };
        return saved(app, editor, which, &typed(form)).await;
    }
    let Some(schedule) = of_number("number") else { return Err(Error::NotFound) };
    let steered = match act.as_str() {
        "offer" | "withhold" => {
            return judged(editor, change::offer(app, schedule, act == "offer").await.map(|()| "schedule-offered"));
        }
        "default" => return made_default(app, editor, schedule, form.has("lower")).await,
        "skip" => steer::skip_next(app, schedule, true).await.map(|()| "schedule-skips"),
        "keep" => steer::skip_next(app, schedule, false).await.map(|()| "schedule-keeps"),
        "pause" => steer::pause_schedule(app, schedule, true).await.map(|()| "schedule-paused"),
        "resume" => steer::pause_schedule(app, schedule, false).await.map(|()| "schedule-resumed"),
        "pause-until" => paused_until(app, schedule, form).await,
        "remove" => return removed(app, editor, schedule).await,
        "move" => {
            let Some(to) = of_number("to") else { return Err(Error::NotFound) };
            let moved = rhythm::move_all(app, schedule, to).await?;
            let stay = offered::chosen_by(&app.db, schedule.id).await?;
            Ok(match (moved.is_releasing, stay) {
                (true, _) => "schedule-releasing",
                (false, 0) => "schedule-moved",
                (false, _) => "schedule-moved-not-all",
            })
        }
        _ => return Err(Error::NotFound),
    };
    match steered {
        Ok(said) => Ok(Ok(said)),
        Err(DigestError::Refused(why)) => Ok(Err(("pause".to_owned(), why.words(editor.locale)))),
        Err(error) => Err(error.into()),
    }
}

async fn paused_until(app: &App, schedule: &Schedule, form: &Form) -> Result<&'static str, DigestError> {
    let day: Option<Date> = form.get("until").and_then(|day| day.parse().ok());
    let begins = day.and_then(|day| day.to_zoned(clock::zone(&schedule.zone)).ok());
    let Some(begins) = begins else { return Err(Refusal::PauseEnded.into()) };
    steer::pause_schedule_until(app, schedule, begins.timestamp().as_millisecond()).await?;
    Ok("schedule-paused")
}

/// Whoever is new is on it; with `lower` also those who never chose and are written to more often.
async fn made_default(app: &App, editor: &Editor, schedule: &Schedule, lower: bool) -> Result<Done, Error> {
    let made = change::make_default(app, schedule).await;
    if made.is_err() || !lower {
        return judged(editor, made.map(|()| "schedule-default"));
    }
    let moved = rhythm::lower_all(app, schedule).await?;
    Ok(Ok(if moved.is_releasing { "schedule-releasing" } else { "schedule-lowered" }))
}

async fn removed(app: &App, editor: &Editor, schedule: &Schedule) -> Result<Done, Error> {
    judged(editor, change::remove_schedule(app, schedule).await.map(|()| "schedule-removed"))
}

async fn saved(app: &App, editor: &Editor, which: Which, rhythm: &Rhythm) -> Result<Done, Error> {
    let plan = change::set(app, &editor.newsletter, &Settings::default(), which, rhythm, &[]).await;
    let stored = match plan {
        Ok(plan) => plan.store(app).await.map(|_| "schedule-saved"),
        Err(error) => Err(error),
    };
    judged(editor, stored)
}

fn judged(editor: &Editor, stored: Result<&'static str, ChangeError>) -> Result<Done, Error> {
    let locale = editor.locale;
    match stored {
        Ok(said) => Ok(Ok(said)),
        Err(ChangeError::Invalid(invalid)) => Ok(Err((invalid.field.to_owned(), invalid.wrong.words(locale)))),
        Err(ChangeError::Refused(wrong) | ChangeError::Taken(wrong)) => Ok(Err((String::new(), wrong.words(locale)))),
        Err(ChangeError::NoSchedule(_)) => Err(Error::NotFound),
        Err(ChangeError::Database(error)) => Err(error.into()),
    }
}

/// The rhythm as the form says it: days of a week and days of a month are fields of their own, and only those that fit count.
fn typed(form: &Form) -> Rhythm {
    let every: Option<Every> = form.get("every").and_then(|every| every.parse().ok());
    let on = match every {
        Some(Every::Week) => Some(form.all("weekday").collect::<Vec<_>>().join(",")),
        Some(Every::Month) => Some(form.text("day")),
        _ => None,
    };
    let at = form.get("at").filter(|_| every != Some(Every::Post)).map(|at| at.chars().take(5).collect());
    let approval: Option<Approval> = form.get("approval").and_then(|approval| approval.parse().ok());
    Rhythm { every, on, at, zone: form.get("zone").map(str::to_owned), approval }
}

async fn page(app: &App, editor: &Editor, wrong: Option<Typed<'_>>) -> Result<Response, Error> {
    let schedules = sql::schedules(&app.db, editor.newsletter.id).await?;
    let mut rhythms = Vec::with_capacity(schedules.len() + 1);
    let mut counts = Vec::with_capacity(schedules.len());
    for schedule in &schedules {
        counts.push(On {
            readers: sql::readers_on_schedule(&app.db, schedule.id).await?,
            people: sql::people_on_schedule(&app.db, schedule.id).await?,
            chosen: offered::chosen_by(&app.db, schedule.id).await?,
        });
    }
    for index in 0..schedules.len() {
        rhythms.push(sentence(app, editor.locale, &schedules, &counts, index));
    }
    let usual = change::usual_rhythm(app, editor.newsletter.id, &schedules, app.clock.now());
    rhythms.push(blank(&usual, editor.locale));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    if let Some(Typed { number, form, problem }) = wrong
        && let Some(sentence) = rhythms.iter_mut().find(|sentence| sentence.number == number)
    {
        refill(sentence, form, editor.locale);
        sentence.problem = Some(problem);
    }
    let zones = clock::zones();
    let frame = editor.frame(app, "console-schedule");
    let page = Page { frame: frame.clone(), rhythms, zones, several: schedules.len() > 1 };
    frame.answer(status, &page)
}

/// Who is on a rhythm.
struct On {
    /// Confirmed or paused.
    readers: i64,
    /// In whatever state.
    people: i64,
    /// Those of them who chose it.
    chosen: i64,
}

/// A rhythm of these; `counts`: who is on each.
fn sentence(app: &App, locale: &Locale, all: &[Schedule], counts: &[On], index: usize) -> Sentence {
    let schedule = &all[index];
    let On { readers, people, chosen } = counts[index];
    let higher = all.iter().zip(counts).filter(|(other, _)| other.often() > schedule.often());
    let higher = higher.map(|(_, on)| on.people - on.chosen).sum();
    let others = all.iter().enumerate().filter(|(other, _)| *other != index);
    let others = others.map(|(other, to)| Choice::new(&(other + 1), words::exact(to, locale), false)).collect();
    let rests = schedule.paused.then(|| match schedule.paused_until {
        Some(until) => {
            let day = locale.date(&clock::timestamp(until).to_zoned(clock::zone(&schedule.zone)));
            locale.format("schedule-paused-until", &[("date", Value::Text(&day))])
        }
        None => locale.text("schedule-paused"),
    });
    Sentence {
        number: (index + 1).to_string(),
        words: words::exact(schedule, locale),
        dates: words::next_dates(schedule, app.clock.now(), DATES, locale),
        notice: notice(schedule, app.clock.now(), locale),
        readers,
        people,
        chosen,
        offered: schedule.offered,
        is_default: default_of(all).is_some_and(|default| default.id == schedule.id),
        higher,
        rests,
        skips: schedule.skip_next,
        others,
        ..blank(schedule, locale)
    }
}

/// When the digest of a slot is made that editors may stop, and what becomes of a slot that is nearer than that.
fn notice(schedule: &Schedule, now: Millis, locale: &Locale) -> Vec<String> {
    if schedule.approval != Approval::Veto {
        return Vec::new();
    }
    let near = schedule.next_due_at.filter(|due| due - now < leave::NOTICE && leave::lead(schedule) > 0);
    let late = near.map(|due| {
        let time = |at| locale.time(&clock::timestamp(at).to_zoned(clock::zone(&schedule.zone)));
        let (slot, at) = (time(due), time(leave::after_notice(due, now)));
        locale.format("schedule-veto-near", &[("slot", Value::Text(&slot)), ("time", Value::Text(&at))])
    });
    std::iter::once(locale.text("schedule-veto")).chain(late).collect()
}

/// The form of a rhythm, under `new`.
fn blank(schedule: &Schedule, locale: &Locale) -> Sentence {
    let chosen: Vec<&str> = schedule.days.split(',').collect();
    let week = schedule.every == Every::Week;
    Sentence {
        number: "new".to_owned(),
        words: String::new(),
        every: Every::ALL
            .iter()
            .map(|every| Choice::new(every, words::every(*every, locale), *every == schedule.every))
            .collect(),
        weekdays: weekdays()
            .map(|day| {
                let key = word(day);
                Choice::new(key, words::weekday(day, locale), week && chosen.contains(&key))
            })
            .collect(),
        days: month_days(&schedule.days, locale),
        at: format!("{:02}:{:02}", schedule.at_minute / 60, schedule.at_minute % 60),
        zone: schedule.zone.clone(),
        approvals: Approval::ALL
            .iter()
            .map(|approval| {
                Choice::new(approval, locale.text(&format!("approval-{approval}")), *approval == schedule.approval)
            })
            .collect(),
        notice: Vec::new(),
        dates: Vec::new(),
        readers: 0,
        people: 0,
        chosen: 0,
        offered: false,
        is_default: false,
        higher: 0,
        rests: None,
        skips: false,
        others: Vec::new(),
        problem: None,
    }
}

/// What was typed, in place of what is stored.
fn refill(sentence: &mut Sentence, form: &Form, locale: &Locale) {
    if form.get("every").is_none() {
        return;
    }
    let (every, approval, weekdays) =
        (form.text("every"), form.text("approval"), form.all("weekday").collect::<Vec<_>>());
    sentence.every.iter_mut().for_each(|choice| choice.chosen = choice.value == every);
    sentence.approvals.iter_mut().for_each(|choice| choice.chosen = choice.value == approval);
    sentence.weekdays.iter_mut().for_each(|choice| choice.chosen = weekdays.contains(&choice.value.as_str()));
    sentence.days = month_days(&form.text("day"), locale);
    sentence.at = form.text("at");
    sentence.zone = form.text("zone");
}

/// The days of a month that a rhythm may have: numbers, the last, and each weekday's first to fourth and last.
fn month_days(chosen: &str, locale: &Locale) -> Vec<Choice> {
    let numbers = (1..=31).map(|day: i64| {
        let words = locale.format("schedule-month-day", &[("day", Value::Count(day))]);
        Choice::new(&day, words, chosen == day.to_string())
    });
    let last = Choice::new("last", locale.text("schedule-month-last"), chosen == "last");
    let nth = ["1", "2", "3", "4", "last"].into_iter().flat_map(|nth| {
        weekdays().map(move |day| {
            let value = format!("{nth} {}", word(day));
            let (nth, day) = (locale.text(&format!("ordinal-{nth}")), words::weekday(day, locale));
            let words =
                locale.format("schedule-month-nth", &[("nth", Value::Text(&nth)), ("weekday", Value::Text(&day))]);
            let is_chosen = chosen == value;
            Choice::new(&value, words, is_chosen)
        })
    });
    numbers.chain([last]).chain(nth).collect()
}

fn weekdays() -> impl Iterator<Item = Weekday> {
    (0..7).filter_map(|day| Weekday::from_monday_zero_offset(day).ok())
}

/// As schedules store it.
fn word(day: Weekday) -> &'static str {
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        [usize::from(day.to_monday_zero_offset().unsigned_abs())]
}
