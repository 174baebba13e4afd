//! `/n/{newsletter}/archive…`: what was sent, for everybody: the list, a year, a page a digest, the latest, the feed, the sitemap, a
//! search.
//!
//! In: a path. Out: pages that are the same for everybody, so that whoever stands between may keep them and ask whether they still
//! stand ([`kept`]); in the newsletter's language, or in the one that `?lang=` names, never in the browser's. No cookie, no script, and
//! nothing from elsewhere but the pictures of posts. What is not to be seen answers 404 at every address alike, what was withdrawn 410.

mod feed;
mod kept;
mod pages;

use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};

pub use kept::Pages;

use kept::Made;

use crate::app::App;
use crate::digests::archive::sql;
use crate::i18n::Locale;
use crate::newsletters::{self, Newsletter, Visibility};
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;

/// Every day there can be.
const ALWAYS: (&str, &str) = ("", "9999-99-99");
/// Characters of a digest's id outside.
const ID: usize = 16;

/// `GET /n/{newsletter}/archive`, with `?q=` a search in it.
pub async fn list(
    State(app): State<Arc<App>>,
    Extension(pages): Extension<Arc<Pages>>,
    Path(slug): Path<String>,
    visitor: Visitor,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if let Some(typed) = typed(&uri) {
        return pages::search(&app, &slug, visitor.asked, &typed).await;
    }
    shown(&app, &pages, &headers, key(&uri, &visitor), pages::list(&app, &slug, visitor.asked)).await
}

/// `GET /n/{newsletter}/archive/{page}`: a year, or the page of a digest.
pub async fn page(
    State(app): State<Arc<App>>,
    Extension(pages): Extension<Arc<Pages>>,
    Path((slug, name)): Path<(String, String)>,
    visitor: Visitor,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    // PostgreSQL takes no NUL in a text.
    if name.contains('\0') {
        return Err(Error::NotFound);
    }
    let key = key(&uri, &visitor);
    if name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return shown(&app, &pages, &headers, key, pages::year(&app, &slug, &name, visitor.asked)).await;
    }
    let answer = shown(&app, &pages, &headers, key, pages::issue(&app, &slug, &name, visitor.asked)).await;
    // The link of a test copy, whose digest is not sent yet.
    if matches!(answer, Err(Error::NotFound)) && is_to_come(&app, &slug, &name).await? {
        return super::preview(visitor.locale_alone(), uri.path());
    }
    answer
}

/// `GET /n/{newsletter}/archive/latest`: leads to the youngest page.
pub async fn latest(State(app): State<Arc<App>>, Path(slug): Path<String>) -> Result<Response, Error> {
    let newsletter = public(&app, &slug).await?;
    let (from, upto) = ALWAYS;
    let found = sql::listed(&app.db, newsletter.id, from, upto, 1).await?.pop().ok_or(Error::NotFound)?;
    Ok(Redirect::temporary(&path(&newsletter, &found.address)).into_response())
}

/// `GET /n/{newsletter}/feed.xml`: Atom, with all of each page.
pub async fn feed(
    State(app): State<Arc<App>>,
    Extension(pages): Extension<Arc<Pages>>,
    Path(slug): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    shown(&app, &pages, &headers, uri.path().to_owned(), feed::atom(&app, &slug)).await
}

/// `GET /n/{newsletter}/sitemap.xml`
pub async fn sitemap(
    State(app): State<Arc<App>>,
    Extension(pages): Extension<Arc<Pages>>,
    Path(slug): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    shown(&app, &pages, &headers, uri.path().to_owned(), feed::sitemap(&app, &slug)).await
}

/// A page as it was kept, else made and kept.
async fn shown(
    app: &App,
    pages: &Pages,
    headers: &HeaderMap,
    key: String,
    make: impl Future<Output = Result<Made, Error>>,
) -> Result<Response, Error> {
    if let Some(kept) = pages.get(app, &key) {
        return Ok(kept.answer(headers));
    }
    // Before anything is read: what changes meanwhile makes it old.
    let changes = app.pages_changed.count();
    let page = make.await?;
    Ok(pages.keep(key, page, changes).answer(headers))
}

/// What tells two answers apart: where, and in which language.
fn key(uri: &Uri, visitor: &Visitor) -> String {
    format!("{}?{}", uri.path(), visitor.asked.map_or("", Locale::tag))
}

/// What is searched.
fn typed(uri: &Uri) -> Option<String> {
    let query = uri.query()?;
    url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, typed)| typed.into_owned())
}

/// The newsletter, if its archive is open to anybody at all.
async fn open(app: &App, slug: &str) -> Result<Newsletter, Error> {
    let found = newsletters::sql::by_slug(&app.db, slug).await?;
    found.filter(|newsletter| newsletter.archive != Visibility::Off).ok_or(Error::NotFound)
}

/// The newsletter, if its archive is open to everybody.
async fn public(app: &App, slug: &str) -> Result<Newsletter, Error> {
    let found = open(app, slug).await?;
    Some(found).filter(|newsletter| newsletter.archive == Visibility::Public).ok_or(Error::NotFound)
}

async fn is_to_come(app: &App, slug: &str, address: &str) -> Result<bool, Error> {
    let Ok(newsletter) = open(app, slug).await else { return Ok(false) };
    let id = address.len().checked_sub(ID).and_then(|at| address.get(at..));
    match id {
        Some(id) => Ok(sql::is_to_come(&app.db, newsletter.id, id).await?),
        None => Ok(false),
    }
}

/// The path of a page.
fn path(newsletter: &Newsletter, address: &str) -> String {
    format!("/n/{}/archive/{address}", newsletter.slug)
}
