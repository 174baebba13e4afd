//! `/demo/mail`: the mailbox. Each mail as HTML (in a sandboxed frame), as text, its headers, its bytes, and what the
//! mail lint says of it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::super::mailbox::{Caught, Parts};
use super::super::tour::when;
use super::super::{Demo, guard};
use crate::coded::Told as _;
use crate::i18n::Locale;
use crate::mails::lint;
use crate::web::frame::error::Error;
use crate::web::frame::page::Page;

/// What may stand in the frame: a mail's own styles and pictures, no script. Links lead out of the frame when pressed.
const FRAME_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; \
    form-action 'none'; sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox; \
    img-src data: ";

/// The page around it holds the frame.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

#[derive(Template)]
#[template(path = "demo/mailbox.html")]
struct List {
    page: Page,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "demo/mail.html")]
struct One {
    page: Page,
    lines: Vec<Line>,
    mail: Caught,
    parts: Parts,
    at: String,
    show: Show,
    findings: Vec<Broken>,
}

/// A rule that the mail breaks, in words.
struct Broken {
    id: &'static str,
    what: String,
}

struct Line {
    number: usize,
    from: String,
    to: String,
    subject: String,
    at: String,
    unread: bool,
    current: bool,
}

/// How a mail is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// As a mail program shows it.
    #[default]
    Html,
    /// The same, as wide as a telephone.
    Phone,
    /// The plain text part.
    Text,
    /// The headers, decoded.
    Headers,
    /// What the lint says.
    Check,
}

impl Show {
    const ALL: [Self; 5] = [Self::Html, Self::Phone, Self::Text, Self::Headers, Self::Check];

    fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Phone => "phone",
            Self::Text => "text",
            Self::Headers => "headers",
            Self::Check => "check",
        }
    }

    /// Key of its name.
    fn label(self) -> &'static str {
        match self {
            Self::Html => "demo-show-html",
            Self::Phone => "demo-show-phone",
            Self::Text => "demo-show-text",
            Self::Headers => "demo-show-headers",
            Self::Check => "demo-show-check",
        }
    }

    fn framed(self) -> bool {
        matches!(self, Self::Html | Self::Phone)
    }
}

/// `?show=`
#[derive(Deserialize)]
pub struct How {
    #[serde(default)]
    show: Show,
}

/// `GET /demo/mail`: waits for mails that are on their way.
pub async fn list(State(demo): State<Arc<Demo>>, headers: HeaderMap) -> Result<Response, Error> {
    let locale = guard::locale(&headers);
    demo.settle().await?;
    super::html(locale, &List { page: Page::new(locale, "/demo/mail"), lines: lines(&demo, locale, None) })
}

/// `GET /demo/mail/{number}`
pub async fn show(
    State(demo): State<Arc<Demo>>,
    Path(number): Path<usize>,
    Query(how): Query<How>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let locale = guard::locale(&headers);
    let mail = demo.mailbox.find(number).ok_or(Error::NotFound)?;
    demo.mailbox.open_mail(number);
    let parts = mail.parts();
    let show = if parts.html.is_none() && how.show.framed() { Show::Text } else { how.show };
    let to = mail.recipients.first().map_or("", String::as_str);
    let found = lint::check_envelope(&mail.sender, to, mail.message.as_bytes());
    let view = One {
        page: Page::new(locale, format!("/demo/mail/{number}")),
        lines: lines(&demo, locale, Some(number)),
        at: when(locale, mail.at),
        findings: found.iter().map(|found| Broken { id: found.id, what: found.broken.words(locale) }).collect(),
        mail,
        parts,
        show,
    };
    let mut response = super::html(locale, &view)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    Ok(response)
}

/// `GET /demo/mail/{number}/html`: the HTML part alone, for the frame.
pub async fn html(State(demo): State<Arc<Demo>>, Path(number): Path<usize>) -> Result<Response, Error> {
    let html = demo.mailbox.find(number).and_then(|mail| mail.parts().html).ok_or(Error::NotFound)?;
    let policy = HeaderValue::from_str(&format!("{FRAME_POLICY}{}", demo.base_url)).map_err(anyhow::Error::from)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("SAMEORIGIN")),
    ];
    Ok((headers, leading_out(&html)).into_response())
}

/// `GET /demo/mail/{number}/raw`: the bytes, as they came over the wire.
pub async fn raw(State(demo): State<Arc<Demo>>, Path(number): Path<usize>) -> Result<Response, Error> {
    let mail = demo.mailbox.find(number).ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], mail.message).into_response())
}

/// Newest first.
fn lines(demo: &Demo, locale: &Locale, current: Option<usize>) -> Vec<Line> {
    let line = |mail: &Caught| {
        let parts = mail.parts();
        Line {
            number: mail.number,
            from: parts.from,
            to: mail.recipients.join(", "),
            subject: parts.subject,
            at: when(locale, mail.at),
            unread: !mail.opened,
            current: current == Some(mail.number),
        }
    };
    demo.mailbox.all().iter().rev().map(line).collect()
}

/// Links of the mail open in the whole window: the pages they lead to cannot be framed.
fn leading_out(html: &str) -> String {
    let base = "<base target=\"_top\">";
    match html.find("<head>") {
        Some(at) => format!("{}{base}{}", &html[..at + 6], &html[at + 6..]),
        None => format!("{base}{html}"),
    }
}
