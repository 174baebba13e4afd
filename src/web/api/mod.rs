//! `/api/v1`: JSON for programs, with a bearer token, errors after RFC 9457, lists in pages with a cursor.
//!
//! In: a request with `Authorization: Bearer fct_…`. Out: one verb of a stage, rendered. [`token`] says who asks, [`scope`] what they may,
//! [`once`] makes a repeated `POST` one; one file per resource.

pub mod activity;
pub mod archive;
pub mod choices;
pub mod digests;
pub mod doctor;
pub mod events;
pub mod newsletters;
pub mod once;
pub mod posts;
pub mod reader_letters;
pub mod scope;
pub mod sql;
pub mod stats;
pub mod subscribers;
pub mod texts;
pub mod token;
pub mod warmup;

use std::convert::Infallible;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::digests::{DigestError, Refusal};
use crate::i18n::{self, Locale};
use crate::newsletters::Newsletter;
use crate::web::frame::error::{Detail, Error, FieldError};
use crate::web::frame::input::accepted_locale;

/// Longest body, bytes: a post with its text.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// Longest page of a list.
const PAGE_MOST: u16 = 200;

/// The language in which a program wants words for people (`Accept-Language`); English when it does not say.
#[derive(Clone, Copy, Debug)]
pub struct Language(pub &'static Locale);

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(accepted_locale(&parts.headers).unwrap_or_else(|| i18n::locale(i18n::FALLBACK))))
    }
}

/// Which page of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// How many, 1 to 200.
    #[serde(default = "usual_limit")]
    limit: u16,
    /// `next` of the page before.
    #[serde(default)]
    cursor: Option<String>,
    /// What the address of the next page says besides.
    #[serde(skip)]
    besides: String,
}

fn usual_limit() -> u16 {
    50
}

impl Paging {
    /// Reads `?limit=&cursor=`.
    pub fn read(uri: &Uri) -> Result<Self, Error> {
        let read = Query::<Self>::try_from_uri(uri).map(|query| query.0);
        let detail = |why: String| Error::problem(StatusCode::BAD_REQUEST, "invalid-query", why);
        let paging = read.map_err(|error| detail(error.body_text()))?;
        Self::of(paging.limit, paging.cursor, String::new())
    }

    /// A page whose address says something besides: `besides` begins with `&`, or is empty.
    pub fn of(limit: u16, cursor: Option<String>, besides: String) -> Result<Self, Error> {
        if !(1..=PAGE_MOST).contains(&limit) {
            let detail = format!("limit must be 1 to {PAGE_MOST}");
            return Err(Error::problem(StatusCode::BAD_REQUEST, "invalid-query", detail));
        }
        Ok(Self { limit, cursor, besides })
    }

    /// One row more than the page, to know whether there is a next one.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The page, `{"data": […], "next": …}` with a `Link` header (RFC 8288); `cursor` names a row for the next page.
    pub fn page<T, V: Serialize>(
        &self,
        path: &str,
        mut rows: Vec<T>,
        cursor: impl Fn(&T) -> String,
        view: impl FnMut(&T) -> V,
    ) -> Response {
        let more = rows.len() > usize::from(self.limit);
        rows.truncate(usize::from(self.limit));
        let next = rows.last().filter(|_| more).map(cursor);
        let data: Vec<V> = rows.iter().map(view).collect();
        let mut response = Json(serde_json::json!({ "data": data, "next": next })).into_response();
        let link = next.and_then(|next| {
            let query: String =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("cursor", &next).finish();
            let besides = &self.besides;
            HeaderValue::from_str(&format!("<{path}?limit={}&{query}{besides}>; rel=\"next\"", self.limit)).ok()
        });
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

/// Reads a body; none at all is `{}`. Unknown keys are refused by the types themselves.
pub fn body<T: DeserializeOwned>(body: &Bytes) -> Result<T, Error> {
    let text = if body.is_empty() { b"{}".as_slice() } else { body };
    serde_json::from_slice(text).map_err(|error| {
        let said = error.to_string();
        // A word where a number stands is no syntax error, whatever the reader calls it.
        if !error.is_data() && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_err() {
            return Error::problem(StatusCode::BAD_REQUEST, "malformed", format!("the body is not JSON: {said}"));
        }
        let named = said.split('`').nth(1).filter(|_| said.contains("field `")).unwrap_or_default();
        let pointer = if named.is_empty() { String::new() } else { format!("/{named}") };
        let code = if said.starts_with("unknown field") { "unknown-field" } else { "invalid-field" };
        Error::Problem {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code,
            detail: format!("the body does not fit: {said}").into(),
            fields: vec![FieldError { pointer, code, detail: said.into() }],
        }
    })
}

/// The newsletter of a path.
pub async fn newsletter(app: &App, slug: &str) -> Result<Newsletter, Error> {
    let found = crate::newsletters::sql::by_slug(&app.db, slug).await?;
    found.ok_or_else(no_newsletter)
}

/// There is none of this name, or none for whoever asks.
fn no_newsletter() -> Error {
    let detail = "there is no newsletter of this name; GET /api/v1/newsletters lists those there are";
    Error::problem(StatusCode::NOT_FOUND, "newsletter-not-found", detail)
}

/// The same of a digest.
fn no_digest() -> Error {
    Refusal::Unknown.into()
}

impl From<DigestError> for Error {
    fn from(error: DigestError) -> Self {
        match error {
            DigestError::Refused(why) => {
                let (status, code) = kind(&why);
                Self::problem(status, code, Detail::told(why))
            }
            DigestError::Database(error) => error.into(),
            DigestError::Other(error) => error.into(),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        DigestError::from(refusal).into()
    }
}

/// Status and code of a problem; several refusals are one kind for programs.
fn kind(refusal: &Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::Unknown | Refusal::Gone | Refusal::ScheduleGone | Refusal::NewsletterGone => {
            (StatusCode::NOT_FOUND, "digest-not-found")
        }
        Refusal::NoNewPost
        | Refusal::PostsRest { .. }
        | Refusal::DigestWaits { .. }
        | Refusal::PostsRestAndDigestWaits { .. }
        | Refusal::PostsTakenBack { .. }
        | Refusal::SaysNothing { .. }
        | Refusal::NothingLeft { .. } => (StatusCode::CONFLICT, "no-new-post"),
        Refusal::Nobody => (StatusCode::CONFLICT, "nobody-subscribed"),
        Refusal::WrongState { .. }
        | Refusal::Held { .. }
        | Refusal::WentOut { .. }
        | Refusal::TestMode { .. }
        | Refusal::Deleted { .. }
        | Refusal::OnItsWay { .. }
        | Refusal::PauseEnded => (StatusCode::CONFLICT, "wrong-state"),
        Refusal::Blocked { .. } => (StatusCode::CONFLICT, "blocked"),
        Refusal::NotGreen => (StatusCode::CONFLICT, "not-green"),
        Refusal::NotRendered { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "not-rendered"),
        Refusal::TooManyTests { .. } | Refusal::NoAddress { .. } => {
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid-address")
        }
    }
}
