//! Pages of a newsletter under a short name that it had before lead to those under its present one: 301, and 308 for forms, which keep
//! what was typed (RFC 9110 section 15.4).
//!
//! In: a request below `/n/` to which nothing answered. Out: where its page is now, or the same answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::app::App;
use crate::newsletters::rename;
use crate::web::frame::error::Error;

/// The layer.
pub async fn lead_on(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    // Apart, so that every other request is the smaller by it.
    match Box::pin(present(&app, &uri)).await {
        Ok(Some(to)) => {
            let reads = method == Method::GET || method == Method::HEAD;
            let status = if reads { StatusCode::MOVED_PERMANENTLY } else { StatusCode::PERMANENT_REDIRECT };
            (status, [(header::LOCATION, to)]).into_response()
        }
        Ok(None) => response,
        Err(error) => Error::from(error).into_response(),
    }
}

/// The same path under the present name of a newsletter that had this one.
async fn present(app: &App, uri: &Uri) -> sqlx::Result<Option<String>> {
    let Some(below) = uri.path().strip_prefix("/n/") else { return Ok(None) };
    let (former, rest) = below.split_at(below.find('/').unwrap_or(below.len()));
    let Some(slug) = rename::present_slug(&app.db, former).await? else { return Ok(None) };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Some(format!("/n/{slug}{rest}{query}")))
}
