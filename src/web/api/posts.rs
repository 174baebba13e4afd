//! `POST /api/v1/newsletters/{slug}/posts`: a post that no feed brings.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::clock::rfc3339;
use crate::coded::Told;
use crate::feeds::NewPost;
use crate::feeds::given::{self, AddError, Wrong};
use crate::i18n::Locale;
use crate::web::frame::error::{Detail, Error, FieldError};

use super::once::{Done, Request};
use super::token::Caller;
use super::{body, newsletter};

/// Takes a post: 201, or 200 when it was there already.
pub async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(slug): Path<String>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let new: NewPost = body(&said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let task = app.clone();
    let act = async move {
        let added = given::add(&task, newsletter.id, new).await?;
        let post = &added.post;
        let shown = json!({
            "guid": post.guid,
            "title": post.title,
            "url": post.url,
            "state": post.state,
            "first_seen_at": rfc3339(post.first_seen_at),
        });
        Ok(Done::new(if added.created { StatusCode::CREATED } else { StatusCode::OK }, &shown))
    };
    request.once(&app, Box::pin(act)).await
}

impl From<AddError> for Error {
    fn from(error: AddError) -> Self {
        match error {
            AddError::Invalid { field, why } => Self::Problem {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                code: "invalid-field",
                detail: Detail::told(OfField { field, why: why.clone() }),
                fields: vec![FieldError {
                    pointer: format!("/{field}"),
                    code: "invalid-field",
                    detail: Detail::told(why),
                }],
            },
            AddError::Database(error) => error.into(),
        }
    }
}

/// What is wrong with a field, after its name.
#[derive(Debug)]
struct OfField {
    field: &'static str,
    why: Wrong,
}

impl Told for OfField {
    fn words(&self, locale: &Locale) -> String {
        format!("{}: {}", self.field, self.why.words(locale))
    }
}
