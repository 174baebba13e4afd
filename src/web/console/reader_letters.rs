//! `/console/n/{newsletter}/reader-letters`: the welcome to whoever has confirmed, and whether silent readers are asked to stay.
//!
//! In: the newsletter, and a form whose button says which of both is meant (`act`). Out: the page; 303 when it was stored, 422 with what was
//! typed when it cannot stand.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::choice::Choice;
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::coded::Told as _;
use crate::newsletters::change::ChangeError;
use crate::newsletters::settings::Invalid;
use crate::newsletters::staying::{self, Period};
use crate::newsletters::welcome::{self, Brings, Welcome};
use crate::views::reader_letters as view;
use crate::web::frame::error::Error;

/// The newest posts that are offered beside the chosen ones.
const OFFERED: i64 = 20;

#[derive(Template)]
#[template(path = "console/reader-letters.html")]
struct Page {
    frame: Frame,
    brings: Vec<Choice>,
    posts: Vec<Choice>,
    /// Most posts that may be chosen.
    most: i64,
    asks: Vec<Choice>,
    months: String,
    days: String,
    /// How the questions stand.
    standing: Vec<String>,
    welcome_problem: Option<String>,
    staying_problem: Option<String>,
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    page(&app, &editor, None).await
}

/// `POST`
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let newsletter = editor.newsletter.id;
    let done = match form.text("act").as_str() {
        "welcome" => welcome::set(&app, newsletter, welcomed(&form).as_ref()).await,
        "staying" => staying::set(&app, newsletter, period(&form)).await,
        _ => return Err(Error::NotFound),
    };
    match done {
        Ok(()) => Ok(editor.done("reader-letters", "settings-saved")),
        Err(ChangeError::Database(error)) => Err(error.into()),
        Err(
            ChangeError::Refused(wrong)
            | ChangeError::Taken(wrong)
            | ChangeError::NoSchedule(wrong)
            | ChangeError::Invalid(Invalid { wrong, .. }),
        ) => page(&app, &editor, Some((&form, wrong.words(editor.locale)))).await,
    }
}

/// The welcome as the form has it; `None` for none.
fn welcomed(form: &Form) -> Option<Welcome> {
    let brings: Brings = form.text("brings").parse().ok()?;
    Some(Welcome { brings, posts: form.all("post").filter_map(|id| id.parse().ok()).collect() })
}

/// The period as the form has it; what is no number fits no bounds.
fn period(form: &Form) -> Option<Period> {
    let number = |name: &str| form.text(name).trim().parse().unwrap_or(-1);
    (form.text("asks") == "yes").then(|| Period { months: number("months"), days: number("days") })
}

async fn page(app: &App, editor: &Editor, wrong: Option<(&Form, String)>) -> Result<Response, Error> {
    let newsletter = &editor.newsletter;
    let typed = |act: &str| wrong.as_ref().filter(|(form, _)| form.text("act") == act);
    let stored = welcome::of(&app.db, newsletter.id).await?;
    let welcome = typed("welcome").map_or(stored, |(form, _)| welcomed(form));
    let candidates = welcome::candidates(&app.db, newsletter.id, OFFERED).await?;
    let chosen = welcome.as_ref().map(|welcome| welcome.posts.clone()).unwrap_or_default();
    let shown = view::of(app, newsletter).await?.staying;
    let number = |name: &str, stored: Option<i64>, usual: i64| match typed("staying") {
        Some((form, _)) => form.text(name),
        None => stored.unwrap_or(usual).to_string(),
    };
    let asks = typed("staying").map_or(shown.asks, |(form, _)| form.text("asks") == "yes");
    let problem = |act: &str| typed(act).map(|(_, words)| words.clone());
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = editor.frame(app, "reader-letters-title");
    let page = Page {
        brings: brings(editor, welcome.as_ref().map(|welcome| welcome.brings)),
        posts: candidates
            .into_iter()
            .map(|post| Choice::new(&post.id, titled(editor, post.title), chosen.contains(&post.id)))
            .collect(),
        most: i64::try_from(welcome::MOST).unwrap_or(i64::MAX),
        asks: [("yes", true), ("no", false)]
            .map(|(value, is)| Choice::new(value, editor.locale.text(&format!("staying-{value}")), is == asks))
            .into(),
        months: number("months", shown.months, staying::USUAL.months),
        days: number("days", shown.days, staying::USUAL.days),
        standing: view::staying_lines(&shown, editor.locale),
        welcome_problem: problem("welcome"),
        staying_problem: problem("staying"),
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

/// What a welcome may bring, and that there is none.
fn brings(editor: &Editor, chosen: Option<Brings>) -> Vec<Choice> {
    let none = Choice::new("off", editor.locale.text("welcome-off"), chosen.is_none());
    let some = Brings::ALL.iter().map(|brings| {
        Choice::new(brings.as_str(), editor.locale.text(&format!("welcome-{brings}")), chosen == Some(*brings))
    });
    std::iter::once(none).chain(some).collect()
}

fn titled(editor: &Editor, title: String) -> String {
    if title.trim().is_empty() { editor.locale.text("drafts-untitled") } else { title }
}
