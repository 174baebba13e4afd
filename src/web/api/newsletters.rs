//! `GET /api/v1/newsletters`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use crate::app::App;
use crate::newsletters::sql;
use crate::views::newsletter as view;
use crate::web::frame::error::Error;

use super::token::Caller;
use super::{Language, Paging};

/// The newsletters in the order of their slugs, a page at a time; of a token for one, that one.
pub async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Language(locale): Language,
    uri: Uri,
) -> Result<Response, Error> {
    let paging = Paging::read(&uri)?;
    let after = paging.cursor.as_deref().unwrap_or("");
    let rows = match caller.newsletter_id {
        None => sql::after_slug(&app.db, after, paging.rows()).await?,
        Some(own) => {
            let own = sql::by_id(&app.db, own).await?;
            own.into_iter().filter(|own| own.deleted_at.is_none() && own.slug.as_str() > after).collect()
        }
    };
    let mut views = Vec::with_capacity(rows.len());
    for newsletter in &rows {
        views.push(view::newsletter(&app, newsletter, locale).await?);
    }
    Ok(paging.page(uri.path(), views, |view| view.slug.clone(), Clone::clone))
}
