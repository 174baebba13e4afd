//! `/api/v1/newsletters/{slug}/archive`, `…/archive/pages`, `…/slug` and `/api/v1/digests/{id}/archive`: who may read on the web what was
//! sent. `PUT` says how it shall be, and may be repeated.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::app::App;
use crate::digests::Digest;
use crate::digests::archive::{Line, change, sql};
use crate::newsletters::change::ChangeError;
use crate::newsletters::{self, Visibility, rename};
use crate::views::archive as view;
use crate::views::newsletter as newsletter_view;
use crate::web::frame::error::{Detail, Error, FieldError};

use super::token::Caller;
use super::{Language, Paging, body, newsletter};

/// Where a newsletter's archive is, and who may read it.
pub async fn show(State(app): State<Arc<App>>, _caller: Caller, Path(slug): Path<String>) -> Result<Response, Error> {
    let newsletter = newsletter(&app, &slug).await?;
    Ok(Json(view::archive(&app, &newsletter)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenBody {
    visibility: Visibility,
}

/// Opens or closes it.
pub async fn open(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(slug): Path<String>,
    said: Bytes,
) -> Result<Response, Error> {
    let wish: OpenBody = body(&said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let changed = change::open(&app, &newsletter, wish.visibility).await?;
    Ok(Json(view::archive(&app, &changed)).into_response())
}

/// Its pages, whoever may see them, the youngest first.
pub async fn pages(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let newsletter = newsletter(&app, &slug).await?;
    let paging = Paging::read(&uri)?;
    let before = match &paging.cursor {
        None => i64::MAX,
        Some(id) => super::digests::find(&app, id).await?.id,
    };
    let rows = sql::all(&app.db, newsletter.id, before, paging.rows()).await?;
    let shown = |line: &Line| view::page(&app, &newsletter, line);
    Ok(paging.page(uri.path(), rows, |line| line.public_id.clone(), shown))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RenameBody {
    slug: String,
}

/// Gives a newsletter another short name; its former addresses lead on.
pub async fn name(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path(slug): Path<String>,
    said: Bytes,
) -> Result<Response, Error> {
    let wish: RenameBody = body(&said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let renamed = rename::rename(&app, &newsletter, &wish.slug).await.map_err(refused)?;
    Ok(Json(newsletter_view::newsletter(&app, &renamed, locale).await?).into_response())
}

fn refused(error: ChangeError) -> Error {
    let (status, code, why) = match error {
        ChangeError::Invalid(invalid) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", invalid.wrong),
        ChangeError::Taken(why) => (StatusCode::CONFLICT, "slug-taken", why),
        ChangeError::Refused(why) | ChangeError::NoSchedule(why) => (StatusCode::CONFLICT, "refused", why),
        ChangeError::Database(error) => return error.into(),
    };
    let field = FieldError { pointer: "/slug".to_owned(), code, detail: Detail::told(why.clone()) };
    Error::Problem { status, code, detail: Detail::told(why), fields: vec![field] }
}

/// The page of a digest; 404 before it is sent.
pub async fn page(State(app): State<Arc<App>>, _caller: Caller, Path(id): Path<String>) -> Result<Response, Error> {
    let digest = super::digests::find(&app, &id).await?;
    shown(&app, &digest).await
}

/// Who may see a page.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wished {
    /// As the newsletter.
    Newsletter,
    Public,
    Link,
    Off,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageBody {
    /// What is not said stays.
    #[serde(default)]
    visibility: Option<Wished>,
    #[serde(default)]
    withdrawn: Option<bool>,
}

/// Says who may see the page of a digest, also before it is sent; withdraws it, or puts it back.
pub async fn choose(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Path(id): Path<String>,
    said: Bytes,
) -> Result<Response, Error> {
    let wish: PageBody = body(&said)?;
    let digest = super::digests::find(&app, &id).await?;
    match wish.withdrawn {
        Some(true) => change::withdraw(&app, &digest).await?,
        Some(false) => change::put_back(&app, &digest).await?,
        None => {}
    }
    if let Some(visibility) = wish.visibility {
        let visibility = match visibility {
            Wished::Newsletter => None,
            Wished::Public => Some(Visibility::Public),
            Wished::Link => Some(Visibility::Link),
            Wished::Off => Some(Visibility::Off),
        };
        change::show(&app, &digest, visibility).await?;
    }
    if digest.released_at.is_none() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    shown(&app, &digest).await
}

async fn shown(app: &App, digest: &Digest) -> Result<Response, Error> {
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?.ok_or(Error::NotFound)?;
    let line = sql::of_digest(&app.db, digest).await?.ok_or_else(|| {
        let detail = "this digest has no page: it was not sent";
        Error::problem(StatusCode::NOT_FOUND, "no-page", detail)
    })?;
    Ok(Json(view::page(app, &newsletter, &line)).into_response())
}
