//! The strip on top of every page, Facteur's own included: six steps, what to do next, and the demo's time.
//!
//! In: an answer on its way out. Out: the same, with the strip before the page's head. Facteur's templates know
//! nothing of it, so the pages shown are those that `facteur serve` shows.

use std::sync::Arc;

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::tour::{Action, CONSOLE, Tour};
use super::{Demo, SLUG};
use crate::i18n::{self, Locale};
use crate::web::frame::assets;

/// Longest page that gets the strip, bytes.
const PAGE_LIMIT: usize = 4 * 1024 * 1024;

/// Where the strip goes: before the page's own head.
const BEFORE: &str = "<header class=\"masthead";

#[derive(Template)]
#[template(path = "demo/strip.html")]
struct Strip<'a> {
    locale: &'a Locale,
    tour: Tour,
    /// Whether the page is the one that the next step leads to.
    here: bool,
}

impl Strip<'_> {
    fn t(&self, key: &str) -> String {
        self.locale.text(key)
    }
}

/// Where everything that was sent can be read.
pub fn archive() -> String {
    format!("/n/{SLUG}/archive")
}

/// The layer. Pages are asked for whole, and as they are: what a browser has kept of one has a strip of before.
pub async fn strip(State(demo): State<Arc<Demo>>, mut request: Request, next: Next) -> Response {
    for name in [header::ACCEPT_ENCODING, header::IF_NONE_MATCH] {
        request.headers_mut().remove(name);
    }
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let tag = response.headers().get(header::CONTENT_LANGUAGE).and_then(|tag| tag.to_str().ok());
    let locale = tag.and_then(i18n::known).unwrap_or(demo.language);
    let (mut head, body) = response.into_parts();
    head.headers.remove(header::ETAG);
    let Ok(bytes) = to_bytes(body, PAGE_LIMIT).await else {
        return Response::from_parts(head, Body::empty());
    };
    let page = String::from_utf8_lossy(&bytes);
    let page = match with_strip(&demo, locale, &path, &page).await {
        Ok(page) => page,
        Err(error) => {
            tracing::error!(error = %format!("{error:#}"), "the strip could not be made");
            page.into_owned()
        }
    };
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(page.len()));
    Response::from_parts(head, Body::from(page))
}

async fn with_strip(demo: &Demo, locale: &Locale, path: &str, page: &str) -> anyhow::Result<String> {
    let (Some(head_end), Some(start)) = (page.find("</head>"), page.find(BEFORE)) else { return Ok(page.to_owned()) };
    if path.ends_with("/thanks") {
        // The letter that the page speaks of has arrived when the page says so.
        demo.settle().await?;
    }
    let mut tour = demo.tour(locale).await?;
    let pressing = pressing(&tour.key, path);
    if let Some(hint) = pressing {
        tour.hint = locale.text(hint);
    }
    if path == "/console/login" {
        // The editor of the demo has no password, and is signed out when the clock has moved far enough.
        tour.hint = locale.text("demo-hint-login");
        tour.current = None;
        tour.action = Action { label: locale.text("demo-action-wait"), href: CONSOLE.to_owned(), acts: true };
    }
    let here = pressing.is_some() || tour.action.href.split(['?', '#']).next() == Some(path);
    let strip = Strip { locale, tour, here }.render()?;
    let style = format!("<link rel=\"stylesheet\" href=\"{}\">\n", assets::path("demo.css"));
    Ok([&page[..head_end], &style, &page[head_end..start], &strip, &page[start..]].concat())
}

/// On a page that a mail's link led to, what remains is a button of its own: key of the hint.
fn pressing(step: &str, path: &str) -> Option<&'static str> {
    match step {
        "2" if path.starts_with("/confirm/") => Some("demo-hint-2-press"),
        "6" if path.starts_with("/unsubscribe/") => Some("demo-hint-6-press"),
        "undo" if path.starts_with("/unsubscribe/") => Some("demo-hint-undo-press"),
        _ => None,
    }
}
