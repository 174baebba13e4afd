//! `/console/n/{newsletter}/topics`: what readers may choose among, a topic a panel, and a form for one more.
//!
//! In: the newsletter's topics and feeds, and a form whose button says what is to be done (`act`) with which (`topic`, its id; `new`
//! for one more). Out: the page; 303 when it was done, 422 with what was typed when it cannot stand.

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
use crate::feeds::{self, Feed};
use crate::newsletters::change::ChangeError;
use crate::newsletters::sql;
use crate::newsletters::topics::{self, MOST, Typed};
use crate::views::choices::{self as view, TopicView};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/topics.html")]
struct Page {
    frame: Frame,
    topics: Vec<Panel>,
    /// Confirmed readers, for whom the counts are.
    confirmed: i64,
}

/// A topic as the page shows it.
struct Panel {
    /// Its id; `new` for a new one.
    id: String,
    /// As stored, for the heading; empty for a new one.
    title: String,
    name: String,
    description: String,
    /// A line each.
    categories: String,
    feeds: Vec<Choice>,
    readers: i64,
    /// The field that cannot stand, and why.
    problem: Option<(String, String)>,
}

impl Panel {
    fn is_new(&self) -> bool {
        self.id == "new"
    }

    /// Why this field cannot stand.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|(wrong, _)| wrong == field).map(|(_, words)| words.as_str())
    }

    /// What is wrong, where no field says it.
    fn refused(&self) -> Option<&str> {
        let known = ["topic", "description", "categories"];
        self.problem.as_ref().filter(|(wrong, _)| !known.contains(&wrong.as_str())).map(|(_, words)| words.as_str())
    }
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    page(&app, &editor, None).await
}

/// `POST`
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    match done(&app, &editor, &form).await {
        Ok(said) => Ok(editor.done("topics", said)),
        Err(ChangeError::Invalid(invalid)) => {
            let problem = (invalid.field.to_owned(), invalid.wrong.words(editor.locale));
            page(&app, &editor, Some((&form, problem))).await
        }
        Err(ChangeError::Refused(wrong) | ChangeError::Taken(wrong) | ChangeError::NoSchedule(wrong)) => {
            page(&app, &editor, Some((&form, (String::new(), wrong.words(editor.locale))))).await
        }
        Err(ChangeError::Database(error)) => Err(error.into()),
    }
}

/// Does what the button says; the sentence that tells of it.
async fn done(app: &App, editor: &Editor, form: &Form) -> Result<&'static str, ChangeError> {
    let id = form.get("topic").and_then(|id| id.parse::<i64>().ok());
    let newsletter = editor.newsletter.id;
    match (form.text("act").as_str(), id) {
        ("remove", Some(id)) => {
            topics::remove(app, newsletter, id).await?;
            Ok("topic-removed")
        }
        (_, Some(id)) => topics::change(app, newsletter, id, &typed(form)).await.map(|_| "topic-saved"),
        (_, None) => topics::add(app, newsletter, &typed(form)).await.map(|_| "topic-added"),
    }
}

fn typed(form: &Form) -> Typed {
    let feeds = form.all("feed").filter_map(|id| id.parse().ok()).take(MOST * 10).collect();
    Typed {
        name: Some(form.text("name")),
        description: Some(form.text("description")),
        categories: Some(form.text("categories")),
        feeds: Some(feeds),
    }
}

async fn page(app: &App, editor: &Editor, wrong: Option<(&Form, (String, String))>) -> Result<Response, Error> {
    let feeds = feeds::sql::feeds(&app.db, editor.newsletter.id).await?;
    let shown = view::topics(app, &editor.newsletter).await?;
    let mut panels: Vec<Panel> = shown.into_iter().map(|topic| panel(topic, &feeds)).collect();
    panels.push(blank(&feeds));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    if let Some((form, problem)) = wrong {
        let id = form.get("topic").unwrap_or("new");
        // One that was removed meanwhile: what was typed would be a new one.
        let place = panels.iter().position(|panel| panel.id == id).unwrap_or(panels.len() - 1);
        refill(&mut panels[place], form);
        panels[place].problem = Some(problem);
    }
    let confirmed = sql::confirmed(&app.db, editor.newsletter.id).await?;
    let frame = editor.frame(app, "console-topics");
    let page = Page { frame: frame.clone(), topics: panels, confirmed };
    frame.answer(status, &page)
}

fn panel(topic: TopicView, feeds: &[Feed]) -> Panel {
    let chosen = |feed: &Feed| topic.feeds.contains(&feed.url);
    Panel {
        id: topic.id.to_string(),
        feeds: feeds.iter().map(|feed| Choice::new(&feed.id, label(feed), chosen(feed))).collect(),
        categories: topic.categories.join("\n"),
        title: topic.name.clone(),
        name: topic.name,
        description: topic.description,
        readers: topic.readers,
        problem: None,
    }
}

fn blank(feeds: &[Feed]) -> Panel {
    Panel {
        id: "new".to_owned(),
        title: String::new(),
        name: String::new(),
        description: String::new(),
        categories: String::new(),
        feeds: feeds.iter().map(|feed| Choice::new(&feed.id, label(feed), false)).collect(),
        readers: 0,
        problem: None,
    }
}

/// A feed by its title, else by its address.
fn label(feed: &Feed) -> String {
    if feed.title.is_empty() { feed.url.clone() } else { feed.title.clone() }
}

/// What was typed, in place of what is stored.
fn refill(panel: &mut Panel, form: &Form) {
    panel.name = form.text("name");
    panel.description = form.text("description");
    panel.categories = form.text("categories");
    let chosen: Vec<&str> = form.all("feed").collect();
    panel.feeds.iter_mut().for_each(|feed| feed.chosen = chosen.contains(&feed.value.as_str()));
}
