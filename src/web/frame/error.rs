//! One error for every handler: it answers as a page or as JSON, in the visitor's language, and is logged once.
//!
//! In: the error of a stage or of the router. Out: a bare answer that carries the error; [`crate::web::frame::answer`] renders it,
//! because only there the language and the requested form are known.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::coded::Told;
use crate::i18n::Locale;
use crate::web::frame::page::{self, Page};
use crate::{cause, db};

/// What went wrong.
#[derive(Debug)]
pub enum Error {
    /// No such thing.
    NotFound,
    /// It was there, and was taken away for good.
    Gone,
    /// The body is longer than this route accepts.
    TooLarge,
    /// Too many requests; try again after so many seconds.
    Limited {
        /// Seconds.
        retry_after: u32,
    },
    /// The database is full, gone or busy; nothing was stored.
    Unavailable(anyhow::Error),
    /// No answer came to a write: the change may or may not have been stored.
    InDoubt(anyhow::Error),
    /// A request that cannot be answered, said to a program (RFC 9457).
    Problem {
        /// 4xx.
        status: StatusCode,
        /// A word that programs compare.
        code: &'static str,
        /// What, why, what next.
        detail: Detail,
        /// Which fields.
        fields: Vec<FieldError>,
    },
    /// A mistake of ours.
    Internal(anyhow::Error),
}

/// What a program, and whoever reads its log, is told.
#[derive(Debug)]
pub enum Detail {
    /// In words: English, or the visitor's language where that was known.
    Words(String),
    /// A code of a stage, said in the visitor's language when the answer is dressed.
    Told(Box<dyn Told>),
}

impl Detail {
    /// What a stage says.
    pub fn told(what: impl Told + 'static) -> Self {
        Self::Told(Box::new(what))
    }

    fn words(&self, locale: &Locale) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Told(what) => what.words(locale),
        }
    }
}

impl From<String> for Detail {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Detail {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

/// What is wrong with one field of a request.
#[derive(Debug)]
pub struct FieldError {
    /// JSON pointer into the request (RFC 6901), such as `/email`.
    pub pointer: String,
    /// A word that programs compare.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub detail: Detail,
}

impl Error {
    /// A 4xx for programs.
    pub fn problem(status: StatusCode, code: &'static str, detail: impl Into<Detail>) -> Self {
        Self::Problem { status, code, detail: detail.into(), fields: Vec::new() }
    }

    /// The status it answers with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Limited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::InDoubt(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Problem { status, .. } => *status,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error for a bare answer of the router or a layer.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::TOO_MANY_REQUESTS => Self::Limited { retry_after: 60 },
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable(anyhow::anyhow!("the request took too long")),
            status if status.is_server_error() => Self::Internal(anyhow::anyhow!("answered {status}")),
            StatusCode::METHOD_NOT_ALLOWED => Self::problem(status, "method-not-allowed", ""),
            status => Self::problem(status, "bad-request", ""),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::TooLarge => "too-large",
            Self::Limited { .. } => "limited",
            Self::Unavailable(_) => "unavailable",
            Self::InDoubt(_) => "may-have-been-stored",
            Self::Problem { code, .. } => code,
            Self::Internal(_) => "internal",
        }
    }

    /// Logs, once, what an operator must know; returns the incident code that the log entry has.
    pub fn log(&self, method: &str, route: &str) -> Option<String> {
        let (Self::Internal(error) | Self::Unavailable(error) | Self::InDoubt(error)) = self else {
            return None;
        };
        let incident = crate::keys::random_text(6);
        tracing::error!(incident, method, route, error = %cause::in_words(error), "a request could not be answered");
        Some(incident)
    }

    /// The answer in its final form.
    pub fn render(&self, locale: &'static Locale, path: &str, json: bool, incident: Option<String>) -> Response {
        let status = self.status();
        let mut response = if json {
            self.render_json(locale, incident)
        } else {
            let view = ErrorPage {
                page: Page::new(locale, path),
                title: locale.text(&self.text_key("title")),
                text: self.detail(locale),
                incident,
            };
            page::html(status, locale, &view).unwrap_or_else(|_| status.into_response())
        };
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn render_json(&self, locale: &Locale, incident: Option<String>) -> Response {
        let status = self.status();
        let fields: &[FieldError] = if let Self::Problem { fields, .. } = self { fields } else { &[] };
        let problem = Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: self.code(),
            detail: self.detail(locale),
            errors: fields.iter().map(|field| Field::of(field, locale)).collect(),
            incident,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Ok(tag) = HeaderValue::from_str(locale.tag()) {
            headers.insert(header::CONTENT_LANGUAGE, tag);
        }
        response
    }

    fn detail(&self, locale: &Locale) -> String {
        let said = match self {
            Self::Problem { detail, .. } => Some(detail.words(locale)).filter(|words| !words.is_empty()),
            _ => None,
        };
        said.unwrap_or_else(|| locale.text(&self.text_key("text")))
    }

    /// Statuses with texts of their own; all others share the texts of 400 and 500.
    fn text_key(&self, part: &str) -> String {
        let known = match (self, self.status().as_u16()) {
            (Self::InDoubt(_), _) => return format!("error-in-doubt-{part}"),
            (_, code @ (403 | 404 | 405 | 410 | 413 | 429 | 503)) => code,
            (_, 500..) => 500,
            _ => 400,
        };
        format!("error-{known}-{part}")
    }

    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Limited { retry_after } => Some(*retry_after),
            Self::Unavailable(_) | Self::InDoubt(_) => Some(30),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "public/error.html")]
struct ErrorPage {
    page: Page,
    title: String,
    text: String,
    incident: Option<String>,
}

/// RFC 9457.
#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Field<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<String>,
}

/// A field of [`Problem`].
#[derive(Serialize)]
struct Field<'a> {
    pointer: &'a str,
    code: &'a str,
    detail: String,
}

impl<'a> Field<'a> {
    fn of(error: &'a FieldError, locale: &Locale) -> Self {
        Self { pointer: &error.pointer, code: error.code, detail: error.detail.words(locale) }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        match error.chain().find_map(|cause| cause.downcast_ref::<sqlx::Error>()) {
            Some(cause) if db::is_in_doubt(cause) => Self::InDoubt(error),
            Some(cause) if db::is_unavailable(cause) => Self::Unavailable(error),
            _ => Self::Internal(error),
        }
    }
}
