//! `/console/n/{newsletter}/digests/{digest}/check`: what speaks against sending a digest, and whether its links lead somewhere.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::digest_content::{self, named, page_of};
use super::frame::Frame;
use super::guard::Editor;
use crate::app::App;
use crate::digests::preflight::links::{self, Link};
use crate::digests::preflight::read::{self, Preflight};
use crate::people::role::Right;
use crate::views::mail::{self, CheckLine, LinkLine, Size};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/digest/check.html")]
struct Page {
    frame: Frame,
    below: String,
    nothing: Option<String>,
    findings: Vec<CheckLine>,
    blocked: i64,
    size: Option<Size>,
    links: Vec<LinkLine>,
    links_in_short: String,
    may_look: bool,
}

/// `GET …/check`: with what was seen of its links within the last minute.
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    page(&app, &editor, &id, false).await
}

/// `POST …/check`: asks whether its links lead somewhere, and shows the same page.
pub async fn look(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    page(&app, &editor, &id, true).await
}

async fn page(app: &App, editor: &Editor, id: &str, look: bool) -> Result<Response, Error> {
    let digest = named(app, editor, id).await?;
    let frame = editor.frame(app, "digest-checks-title");
    let page = match read::of(app, &editor.newsletter, &digest).await {
        Ok(looked) => {
            let seen = if look { links::look(app, &looked.content).await } else { links::known(app, &looked.content) };
            found(&frame, editor, page_of(&digest), looked, &seen)
        }
        Err(error) => {
            let (_, words) = digest_content::refused(error, editor)?;
            Page { nothing: Some(words), ..empty(frame.clone(), page_of(&digest)) }
        }
    };
    frame.answer(StatusCode::OK, &page)
}

fn found(frame: &Frame, editor: &Editor, below: String, mut looked: Preflight, seen: &[Link]) -> Page {
    looked.findings.extend(links::findings(seen));
    Page {
        blocked: looked.blocking().len() as i64,
        findings: mail::check_lines(&looked.findings, editor.locale),
        size: looked.mail.as_ref().map(|made| mail::size(&looked.content, made, editor.locale)),
        links: mail::link_lines(seen, editor.locale),
        links_in_short: mail::links_in_short(seen, editor.locale),
        may_look: editor.may(Right::Write),
        ..empty(frame.clone(), below)
    }
}

fn empty(frame: Frame, below: String) -> Page {
    Page {
        frame,
        below,
        nothing: None,
        findings: Vec::new(),
        blocked: 0,
        size: None,
        links: Vec::new(),
        links_in_short: String::new(),
        may_look: false,
    }
}
