//! `/console/n/{newsletter}/stats`: growth, sign-ups by form, parts of the readers, digests and what followed; and the switch of the
//! monthly letter. `…/stats/{table}.csv`: the same as files. `…/digests/{digest}/stats`: what became of one digest.
//!
//! In: the newsletter, `?span=30d`. Out: a page whose plots are drawings in it, each with its table behind it, or a file.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::digests::find;
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::i18n::{Locale, Value};
use crate::people::role::Right;
use crate::stats::letter;
use crate::stats::span::{Span, Step as Days};
use crate::views::stats::csv::{self, OfDigest, Table};
use crate::views::stats::draw::{self, Plots, Timeline};
use crate::views::stats::plot;
use crate::views::stats::{self as view, DigestView, FormView, MinuteView, ShareView, StatsView};
use crate::web::frame::error::Error;

/// Forms and parts that are drawn; the table and the file have all.
const DRAWN: usize = 8;

/// Over which days.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    span: String,
}

impl Asked {
    /// A year, unless it says another.
    fn span(&self) -> Span {
        self.span.parse().unwrap_or(Span::Year)
    }
}

/// A way to other days.
struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// A number with its bar.
struct Step {
    words: String,
    svg: String,
}

/// Numbers under one title.
struct Part {
    title: &'static str,
    steps: Vec<Step>,
}

/// The steps of a form.
struct Funnel {
    name: String,
    steps: Vec<Step>,
}

/// How kinds of bars look.
struct Keys {
    filled: String,
    hatched: String,
    outlined: String,
    mark: String,
}

impl Keys {
    fn new() -> Self {
        Self {
            filled: plot::key("filled"),
            hatched: plot::key("hatched"),
            outlined: plot::key("outlined"),
            mark: plot::stroke(),
        }
    }
}

#[derive(Template)]
#[template(path = "console/stats.html")]
struct Page {
    frame: Frame,
    v: StatsView,
    patterns: &'static str,
    keys: Keys,
    tabs: Vec<Tab>,
    plots: Plots,
    from: String,
    until: String,
    readers_high: String,
    readers_low: String,
    left_high: String,
    funnels: Vec<Funnel>,
    parts: Vec<Part>,
    means_growth: Vec<String>,
    means_forms: Vec<String>,
    means_shares: String,
    means_left: String,
    step_caption: &'static str,
    file: String,
    query: String,
    /// Whether the monthly letter is on; `None` for whoever may not switch it.
    letter: Option<bool>,
}

impl Page {
    /// A day of the table in words.
    fn day(&self, iso: &str) -> String {
        draw::day(iso, self.frame.locale())
    }
}

/// `GET …/stats`
pub async fn show(State(app): State<Arc<App>>, editor: Editor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let (span, locale) = (asked.span(), editor.locale);
    let v = view::newsletter(&app, &editor.newsletter, span, locale).await?;
    let letter =
        if editor.may(Right::Settings) { Some(letter::is_on(&app.db, editor.newsletter.id).await?) } else { None };
    let frame = editor.frame(&app, "console-stats");
    let plots = draw::newsletter(&v, locale);
    let [from, until] = draw::ends(&v, locale);
    let means = |names: &[&str]| names.iter().map(|name| v.meanings.get(*name).cloned().unwrap_or_default()).collect();
    let page = Page {
        frame: frame.clone(),
        patterns: plot::PATTERNS,
        keys: Keys::new(),
        tabs: tabs(&editor, span),
        readers_high: plots.readers.high.to_string(),
        readers_low: plots.readers.low.to_string(),
        left_high: plots.left.as_ref().map_or_else(String::new, |plot| plot.high.to_string()),
        plots,
        from,
        until,
        funnels: v.forms.iter().take(DRAWN).map(|form| funnel(form, locale)).collect(),
        parts: [("stats-schedules", &v.schedules), ("stats-languages", &v.languages), ("stats-origins", &v.origins)]
            .into_iter()
            .map(|(title, shares)| part(title, shares, v.readers, locale))
            .collect(),
        means_growth: means(&["readers", "joined", "gone", "day"]),
        means_forms: means(&["asked", "accepted", "opened", "confirmed"]),
        means_shares: locale.text("stats-means-shares"),
        means_left: locale.text("stats-means-left"),
        step_caption: match v.step {
            Days::Day => "stats-by-day",
            Days::Week => "stats-by-week",
            Days::Month => "stats-by-month",
        },
        file: format!("{}/", editor.path("stats")),
        query: format!("?span={span}"),
        letter,
        v,
    };
    frame.answer(StatusCode::OK, &page)
}

fn tabs(editor: &Editor, shown: Span) -> Vec<Tab> {
    let tab = |span: &Span| Tab {
        href: format!("{}?span={span}", editor.path("stats")),
        label: editor.locale.text(&format!("stats-span-{span}")),
        current: *span == shown,
    };
    Span::ALL.iter().map(tab).collect()
}

fn funnel(form: &FormView, locale: &Locale) -> Funnel {
    let steps =
        [("asked", form.asked), ("accepted", form.accepted), ("opened", form.opened), ("confirmed", form.confirmed)];
    let most = steps.iter().map(|(_, value)| *value).max().unwrap_or(0);
    let step = |(key, value): &(&str, i64)| Step {
        words: locale.format(&format!("stats-step-{key}"), &[("count", Value::Count(*value))]),
        svg: plot::lying(*value, most, if *key == "confirmed" { "filled" } else { "hatched" }),
    };
    Funnel { name: form.name.clone(), steps: steps.iter().map(step).collect() }
}

fn part(title: &'static str, shares: &[ShareView], all: i64, locale: &Locale) -> Part {
    let step = |share: &ShareView| {
        let percent = if all > 0 { (share.readers * 100 + all / 2) / all } else { 0 };
        let percent = percent.to_string();
        let variables = [
            ("name", Value::Text(&share.name)),
            ("count", Value::Count(share.readers)),
            ("percent", Value::Text(&percent)),
        ];
        Step { words: locale.format("stats-share", &variables), svg: plot::lying(share.readers, all, "filled") }
    };
    Part { title, steps: shares.iter().take(DRAWN).map(step).collect() }
}

/// `POST …/stats`: whether editors get the monthly letter.
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let on = match form.get("letter") {
        Some("yes") => true,
        Some("no") => false,
        _ => return Err(Error::NotFound),
    };
    letter::switch(&app, editor.newsletter.id, on).await?;
    Ok(editor.done("stats", if on { "stats-letter-begins" } else { "stats-letter-ends" }))
}

/// `GET …/stats/{table}.csv`
pub async fn file(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let table: Table = name.strip_suffix(".csv").and_then(|name| name.parse().ok()).ok_or(Error::NotFound)?;
    let v = view::newsletter(&app, &editor.newsletter, asked.span(), editor.locale).await?;
    as_file(&format!("{}-{name}", editor.newsletter.slug), csv::newsletter(&v, table)?)
}

/// A file to be kept, under a name of ours.
pub fn as_file(name: &str, bytes: Vec<u8>) -> Result<Response, Error> {
    let name = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(anyhow::Error::from)?),
    ];
    Ok((headers, bytes).into_response())
}

#[derive(Template)]
#[template(path = "console/digest/stats.html")]
struct DigestPage {
    frame: Frame,
    v: DigestView,
    patterns: &'static str,
    keys: Keys,
    timeline: Option<Timeline>,
    from: String,
    until: String,
    rows: Vec<(String, MinuteView)>,
    file: String,
}

/// `GET …/digests/{digest}/stats`
pub async fn digest(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let digest = find(&app, &editor, &id).await?;
    let v = view::digest(&app, &digest, editor.locale).await?.ok_or(Error::NotFound)?;
    let at = |minute: i64| draw::minute(minute, &editor.zone, editor.locale);
    let ends = v.timeline.first().zip(v.timeline.last()).map(|(first, last)| (at(first.minute), at(last.minute + 1)));
    let (from, until) = ends.unwrap_or_default();
    let title = editor.locale.format("stats-digest-title", &[("subject", Value::Text(&v.sent.subject))]);
    let frame = editor.frame(&app, "console-digests").titled(title);
    let page = DigestPage {
        frame: frame.clone(),
        patterns: plot::PATTERNS,
        keys: Keys::new(),
        timeline: draw::digest(&v, editor.locale),
        from,
        until,
        rows: v.timeline.iter().map(|row| (at(row.minute), row.clone())).collect(),
        file: format!("{}/", editor.path(&format!("digests/{id}/stats"))),
        v,
    };
    frame.answer(StatusCode::OK, &page)
}

/// `GET …/digests/{digest}/stats/{table}.csv`
pub async fn digest_file(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id, name)): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let table: OfDigest = name.strip_suffix(".csv").and_then(|name| name.parse().ok()).ok_or(Error::NotFound)?;
    let digest = find(&app, &editor, &id).await?;
    let v = view::digest(&app, &digest, editor.locale).await?.ok_or(Error::NotFound)?;
    as_file(&format!("{}-{id}-{name}", editor.newsletter.slug), csv::digest(&v, table)?)
}
