//! `/console/n/{newsletter}/posts`: every post with where it stands and why; include, leave out, read the feeds now.
//!
//! In: a shelf and where the last page ended; decisions about posts. Out: pages, and [`crate::feeds::choice`]'s answers.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use super::mail;
use crate::app::App;
use crate::clock::{Millis, timestamp};
use crate::coded::Kept;
use crate::digests::{content, standing};
use crate::drafts;
use crate::feeds::choice::{Choice, choose_all};
use crate::feeds::inbox::{self, Key, Line, Shelf};
use crate::feeds::{self, Feed, Post, poll};
use crate::i18n::Value;
use crate::newsletters;
use crate::people::role::Right;
use crate::views::inbox::{Around, Row, name};
use crate::web::frame::error::Error;

/// Posts on a page.
const PAGE: i64 = 50;
/// Posts that one press of a button may decide on.
const DECIDED: usize = 500;

/// Which page of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    shelf: Option<String>,
    after: Option<String>,
}

/// A shelf to choose.
struct Tab {
    href: String,
    label: String,
    count: i64,
    current: bool,
}

/// A feed and how it fares.
struct FeedLine {
    name: String,
    words: String,
    fails: bool,
}

#[derive(Template)]
#[template(path = "console/posts.html")]
struct List {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    feeds: Vec<FeedLine>,
    shelf: &'static str,
    next: Option<String>,
    writes: bool,
}

/// `GET /console/n/{newsletter}/posts`
pub async fn show(State(app): State<Arc<App>>, editor: Editor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let shelf = asked.shelf.as_deref().and_then(|shelf| shelf.parse::<Shelf>().ok());
    let after = asked.after.as_deref().and_then(|after| after.parse().ok()).unwrap_or(Key::BEGIN);
    let id = editor.newsletter.id;
    let mut lines = inbox::page(&app.db, id, shelf, after, PAGE + 1).await?;
    let more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let frame = editor.frame(&app, "console-posts");
    let base = frame.path("posts");
    let in_shelf = |shelf: Option<Shelf>| shelf.map_or_else(|| base.clone(), |shelf| format!("{base}?shelf={shelf}"));
    let last = lines.last().map(Key::after).filter(|_| more);
    let joint = if shelf.is_some() { '&' } else { '?' };
    let next = last.map(|key| format!("{}{joint}after={key}", in_shelf(shelf)));
    let tabs = tabs(&app, &editor, shelf, in_shelf).await?;
    let feeds = feeds::sql::feeds(&app.db, id).await?;
    let rows = rows(&app, &editor, &feeds, lines).await?;
    let page = List {
        tabs,
        rows,
        feeds: feeds.iter().map(|feed| feed_line(&editor, feed)).collect(),
        shelf: shelf.map_or("", Shelf::as_str),
        next,
        writes: editor.may(Right::Write),
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

async fn tabs(
    app: &App,
    editor: &Editor,
    current: Option<Shelf>,
    href: impl Fn(Option<Shelf>) -> String,
) -> sqlx::Result<Vec<Tab>> {
    let (all, counts) = inbox::counts(&app.db, editor.newsletter.id).await?;
    let tab = |shelf: Option<Shelf>, count: i64| Tab {
        href: href(shelf),
        label: editor.locale.text(&format!("posts-shelf-{}", shelf.map_or("all", Shelf::as_str))),
        count,
        current: shelf == current,
    };
    let shelves = counts.into_iter().map(|(shelf, count)| tab(Some(shelf), count));
    Ok(std::iter::once(tab(None, all)).chain(shelves).collect())
}

async fn rows(app: &App, editor: &Editor, feeds: &[Feed], lines: Vec<Line>) -> sqlx::Result<Vec<Row>> {
    let schedules = newsletters::sql::schedules(&app.db, editor.newsletter.id).await?;
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    let standings = standing::of(app, &schedules, &ids).await?;
    Ok(around(editor, feeds, &schedules, app.clock.now()).rows(lines, &standings))
}

fn around<'a>(
    editor: &'a Editor,
    feeds: &'a [Feed],
    schedules: &'a [newsletters::Schedule],
    now: Millis,
) -> Around<'a> {
    Around { feeds, schedules, zone: &editor.zone, locale: editor.locale, now }
}

fn feed_line(editor: &Editor, feed: &Feed) -> FeedLine {
    let locale = editor.locale;
    let around = around(editor, &[], &[], 0);
    let words = match (&feed.last_error, feed.read_at) {
        (Some(error), _) => locale.format("posts-feed-fails", &[("error", Value::Text(&Kept::words(error, locale)))]),
        (None, Some(at)) => locale.format("feed-read", &[("at", Value::Text(&around.at(at)))]),
        (None, None) => locale.text("feed-unread"),
    };
    FeedLine { name: name(feed), words, fails: feed.last_error.is_some() }
}

/// `POST /console/n/{newsletter}/posts`: include or leave out the posts whose boxes are ticked.
pub async fn decide(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let (choice, said) = match form.get("choice") {
        Some("include") => (Choice::Include, "posts-included"),
        Some("skip") => (Choice::Skip, "posts-skipped"),
        _ => return Err(Error::problem(StatusCode::BAD_REQUEST, "malformed", "")),
    };
    let back = back(&form);
    let ids: Vec<i64> = form.all("post").filter_map(|id| id.parse().ok()).take(DECIDED).collect();
    if ids.is_empty() {
        return Ok(editor.done(&back, "posts-none-ticked"));
    }
    let chosen = choose_all(&app, editor.newsletter.id, &ids, choice, editor.actor()).await?;
    if chosen.is_empty() {
        return Err(Error::NotFound);
    }
    Ok(editor.done_with(&back, said, chosen.len() as i64))
}

/// The page where the button was: one post's, or a shelf.
fn back(form: &Form) -> String {
    if let Some(id) = form.get("back").and_then(|id| id.parse::<i64>().ok()) {
        return format!("posts/{id}");
    }
    let shelf = form.get("shelf").and_then(|shelf| shelf.parse::<Shelf>().ok());
    shelf.map_or_else(|| "posts".to_owned(), |shelf| format!("posts?shelf={shelf}"))
}

/// `POST /console/n/{newsletter}/posts/read`: reads the feeds now.
pub async fn read(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    let report = poll::newsletter(&app, editor.newsletter.id).await?;
    Ok(match (report.errors.is_empty(), report.new + report.held) {
        (false, _) => editor.done_with("posts", "posts-read-failed", report.errors.len() as i64),
        (true, 0) => editor.done("posts", "posts-read-nothing"),
        (true, found) => editor.done_with("posts", "posts-read", found as i64),
    })
}

#[derive(Template)]
#[template(path = "console/post.html")]
struct One {
    frame: Frame,
    row: Row,
    url: Option<String>,
    author: Option<String>,
    seen: String,
    draft: Option<String>,
    writes: bool,
}

/// `GET /console/n/{newsletter}/posts/{post}`
pub async fn one(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let line = inbox::line(&app.db, editor.newsletter.id, id).await?.ok_or(Error::NotFound)?;
    let feeds = feeds::sql::feeds(&app.db, editor.newsletter.id).await?;
    let (url, author, seen) = (line.url.clone(), line.author.clone(), line.first_seen_at);
    let row = rows(&app, &editor, &feeds, vec![line]).await?.pop().ok_or(Error::NotFound)?;
    let frame = editor.frame(&app, "console-posts").titled(&row.title);
    let writes = editor.may(Right::Write);
    let draft = drafts::sql::of_post(&app.db, id).await?.filter(|_| writes).map(|draft| draft.public_id);
    let page = One {
        row,
        url: url.filter(|url| url.starts_with("http://") || url.starts_with("https://")),
        author,
        seen: around(&editor, &[], &[], 0).at(seen),
        draft,
        writes,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

/// `GET /console/n/{newsletter}/posts/{post}/mail`: the post as a mail would show it alone.
pub async fn as_mail(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let post = feeds::sql::post(&app.db, editor.newsletter.id, id).await?.ok_or(Error::NotFound)?;
    alone(&app, &editor, post).await
}

/// A mail with this post alone, in the newsletter's language, for a frame of one of our pages.
pub(super) async fn alone(app: &App, editor: &Editor, post: Post) -> Result<Response, Error> {
    let newsletter = &editor.newsletter;
    let zone = editor.zone.iana_name().unwrap_or("UTC");
    let said = content::of_posts(vec![post], zone);
    match content::render(app, newsletter, &said, &newsletter.language, app.clock.now()) {
        Ok(made) => Ok(mail::framed(made.html)),
        Err(error) => Err(Error::Internal(anyhow::anyhow!("a post could not be made a mail: {error}"))),
    }
}

/// The day and hour of an instant, for a list.
pub(super) fn at(editor: &Editor, at: Millis) -> String {
    let zoned = timestamp(at).to_zoned(editor.zone.clone());
    let (date, time) = (editor.locale.date(&zoned), editor.locale.time(&zoned));
    editor.locale.format("when", &[("date", Value::Text(&date)), ("time", Value::Text(&time))])
}
