//! `/console/activity`: what people and programs did in the instance. For its owners.
//!
//! In: which of it (a newsletter, a kind, somebody), from the address: names that are ours, never what was typed. Out: pages; a file with ids
//! and without names, which is noted itself; and, at the press of a button, whether the record is whole.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::account::Choice;
use super::form::Form;
use super::frame::Frame;
use super::guard::Signed;
use super::wall_clock::WallClock;
use crate::app::App;
use crate::coded::Told as _;
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed, Row, Wanted, verify};
use crate::newsletters;
use crate::people::{accounts, tokens};
use crate::views::activity::{self as view, ActivityView, Line, Names};
use crate::web::frame::error::Error;

/// Where the page is.
const PATH: &str = "/console/activity";
/// Rows on a page.
const PAGE: i64 = 50;
/// Rows that are read at a time for a file.
const PIECE: i64 = 1_000;

/// Which of it, as an address says.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    newsletter: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    before: String,
}

impl Asked {
    fn of_form(form: &Form) -> Self {
        let text = |name: &str| form.text(name);
        Self { newsletter: text("newsletter"), kind: text("kind"), who: text("who"), before: String::new() }
    }

    /// The same behind this row.
    fn address(&self, before: i64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("newsletter", &self.newsletter), ("kind", &self.kind), ("who", &self.who)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("before", &before.to_string());
        format!("{PATH}?{}", query.finish())
    }

    /// What is asked of the rows; 404 for who or what is not there.
    async fn wanted(&self, app: &App) -> Result<Wanted<'_>, Error> {
        let newsletter_id = match self.newsletter.as_str() {
            "" => None,
            slug => Some(newsletters::sql::any_by_slug(&app.db, slug).await?.ok_or(Error::NotFound)?.id),
        };
        let actor = match self.who.as_str() {
            "" => None,
            "command" => Some(Actor::Command),
            person => Some(Actor::Person(accounts::by_public_id(&app.db, person).await?.ok_or(Error::NotFound)?.id)),
        };
        let code = Some(self.kind.as_str()).filter(|code| !code.is_empty());
        Ok(Wanted { newsletter_id, actor, code, ..Wanted::default() })
    }
}

/// A row on the page.
struct Entry {
    line: Line,
    when: String,
}

#[derive(Template)]
#[template(path = "console/activity.html")]
struct Page {
    frame: Frame,
    newsletters: Vec<Choice>,
    codes: Vec<Choice>,
    people: Vec<Choice>,
    entries: Vec<Entry>,
    asked: Asked,
    next: Option<String>,
    /// Whether the record is whole, once that was asked.
    verdict: Option<Verdict>,
}

struct Verdict {
    whole: bool,
    lead: String,
    lines: Vec<String>,
    end: String,
}

/// `GET /console/activity`
pub async fn show(State(app): State<Arc<App>>, signed: Signed, Query(asked): Query<Asked>) -> Result<Response, Error> {
    page(&app, &signed, asked, None).await
}

/// `POST /console/activity`: reads the whole record and says whether it is whole.
pub async fn check(State(app): State<Arc<App>>, signed: Signed, form: Form) -> Result<Response, Error> {
    let found = verify::verify(&app.db, None).await?;
    let locale = signed.guest.locale;
    let verdict = Verdict {
        whole: found.faults.is_empty(),
        lead: if found.faults.is_empty() {
            locale.format("activity-whole", &[("count", found.rows.into())])
        } else {
            locale.text("activity-not-whole")
        },
        lines: found.faults.iter().map(|fault| fault.words(locale)).collect(),
        end: format!("{}:{}", found.end.id, found.end.hash),
    };
    page(&app, &signed, Asked::of_form(&form), Some(verdict)).await
}

async fn page(app: &App, signed: &Signed, asked: Asked, verdict: Option<Verdict>) -> Result<Response, Error> {
    let before = asked.before.parse().unwrap_or(i64::MAX);
    let rows = activity::page(&app.db, asked.wanted(app).await?, before, PAGE + 1).await?;
    let shown = rows.iter().take(PAGE as usize);
    let more = rows.len() as i64 > PAGE;
    let next = shown.clone().next_back().filter(|_| more).map(|last| asked.address(last.id));
    let names = names(app).await?;
    let (locale, clock) = (signed.guest.locale, WallClock::of(app, signed).await?);
    let entries = shown.map(|row| Entry { line: names.line(row, locale), when: clock.when(row.at) }).collect();
    let frame = signed.frame(app, "activity-title");
    let page = Page {
        newsletters: newsletters(app, &asked).await?,
        codes: codes(app, signed, &asked).await?,
        people: people(app, signed, &asked).await?,
        entries,
        next,
        verdict,
        asked,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

/// How people, programs and newsletters are called.
async fn names(app: &App) -> sqlx::Result<Names> {
    let people = accounts::all(&app.db).await?.into_iter().map(|person| (person.id, person.called().to_owned()));
    let tokens = tokens::all(&app.db).await?.into_iter().map(|token| (token.id, token.name));
    let newsletters = newsletters::sql::slugs(&app.db).await?;
    Ok(Names { people: people.collect(), tokens: tokens.collect(), newsletters })
}

fn choice(value: String, label: String, chosen: &str) -> Choice {
    Choice { chosen: value == chosen, value, label }
}

async fn newsletters(app: &App, asked: &Asked) -> sqlx::Result<Vec<Choice>> {
    let slugs = newsletters::sql::slugs(&app.db).await?;
    Ok(slugs.into_values().map(|slug| choice(slug.clone(), slug, &asked.newsletter)).collect())
}

async fn codes(app: &App, signed: &Signed, asked: &Asked) -> sqlx::Result<Vec<Choice>> {
    let codes = activity::codes(&app.db).await?.into_iter();
    let mut choices: Vec<Choice> = codes
        .map(|code| {
            let label = view::what(&code, signed.guest.locale);
            choice(code, label, &asked.kind)
        })
        .collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    Ok(choices)
}

async fn people(app: &App, signed: &Signed, asked: &Asked) -> sqlx::Result<Vec<Choice>> {
    let people = accounts::all(&app.db).await?.into_iter();
    let people = people.map(|person| {
        let called = person.called().to_owned();
        choice(person.public_id, called, &asked.who)
    });
    let command = choice("command".to_owned(), signed.guest.locale.text("activity-actor-command"), &asked.who);
    Ok(people.chain([command]).collect())
}

/// `POST /console/activity/export`: CSV or JSON.
pub async fn export(State(app): State<Arc<App>>, _signed: Signed, form: Form) -> Result<Response, Error> {
    let asked = Asked::of_form(&form);
    let wanted = asked.wanted(&app).await?;
    activity::note_alone(&app.db, app.clock.now(), Act::new(Deed::ActivityExported)).await?;
    let slugs = newsletters::sql::slugs(&app.db).await?;
    let mut rows: Vec<ActivityView> = Vec::new();
    let mut before = i64::MAX;
    loop {
        let piece: Vec<Row> = activity::page(&app.db, wanted, before, PIECE).await?;
        let Some(last) = piece.last() else { break };
        before = last.id;
        rows.extend(piece.iter().map(|row| view::view(row, &slugs)));
    }
    let (kind, name, bytes) = if form.get("format") == Some("json") {
        let text = serde_json::to_vec_pretty(&rows).map_err(anyhow::Error::from)?;
        ("application/json", "attachment; filename=\"activity.json\"", text)
    } else {
        let text = view::csv(&rows).map_err(anyhow::Error::from)?;
        ("text/csv; charset=utf-8", "attachment; filename=\"activity.csv\"", text)
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    Ok((headers, bytes).into_response())
}
