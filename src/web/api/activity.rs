//! `GET /api/v1/activity`: what people and programs did, the newest first, with ids and without names. For tokens of the whole instance
//! that may manage.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;

use crate::app::App;
use crate::events::activity::{self, Wanted};
use crate::newsletters;
use crate::views::activity as view;
use crate::web::frame::error::Error;

use super::token::Caller;
use super::{Paging, newsletter, usual_limit};

/// Which of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default = "usual_limit")]
    limit: u16,
    cursor: Option<String>,
    newsletter: Option<String>,
    code: Option<String>,
}

/// What the address of the next page says besides its cursor.
fn besides(asked: &Asked) -> String {
    let mut said = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("newsletter", &asked.newsletter), ("code", &asked.code)] {
        said.extend_pairs(value.iter().map(|value| (name, value)));
    }
    Some(said.finish()).filter(|said| !said.is_empty()).map_or_else(String::new, |said| format!("&{said}"))
}

/// A page of it.
pub async fn list(State(app): State<Arc<App>>, _caller: Caller, uri: Uri) -> Result<Response, Error> {
    let wrong = |why: String| Error::problem(StatusCode::BAD_REQUEST, "invalid-query", why);
    let asked = Query::<Asked>::try_from_uri(&uri).map_err(|error| wrong(error.body_text()))?.0;
    let before = match &asked.cursor {
        None => i64::MAX,
        Some(cursor) => cursor.parse().map_err(|_| wrong("cursor must be `next` of the page before".to_owned()))?,
    };
    let newsletter_id = match &asked.newsletter {
        None => None,
        Some(slug) => Some(newsletter(&app, slug).await?.id),
    };
    let besides = besides(&asked);
    let paging = Paging::of(asked.limit, asked.cursor, besides)?;
    let wanted = Wanted { newsletter_id, code: asked.code.as_deref(), ..Wanted::default() };
    let rows = activity::page(&app.db, wanted, before, paging.rows()).await?;
    let slugs = newsletters::sql::slugs(&app.db).await?;
    Ok(paging.page(uri.path(), rows, |row| row.id.to_string(), |row| view::view(row, &slugs)))
}
