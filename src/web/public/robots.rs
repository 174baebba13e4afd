//! `/robots.txt` and `/sitemap.xml`: where search engines begin (RFC 9309, <https://www.sitemaps.org/protocol.html>).
//!
//! In: the newsletters that the home page shows and whose archive is public. Out: the sitemap of each. Nothing is forbidden to robots:
//! what must not be listed says so itself (`noindex`), and is read only by whoever may look. A newsletter that is not listed is not
//! named here, whoever may read its archive.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::app::App;
use crate::newsletters::{self, Visibility};
use crate::web::frame::error::Error;

/// Whoever comes may look at anything.
const ANYTHING: &str = "User-agent: *\nDisallow:\n";

#[derive(Template)]
#[template(path = "public/sitemaps.xml")]
struct Sitemaps {
    addresses: Vec<String>,
}

/// `GET /robots.txt`
pub async fn robots(State(app): State<Arc<App>>) -> Result<Response, Error> {
    let text = if sitemaps(&app).await?.is_empty() {
        ANYTHING.to_owned()
    } else {
        format!("{ANYTHING}\nSitemap: {}/sitemap.xml\n", app.config.base_url)
    };
    Ok(of_kind("text/plain; charset=utf-8", text))
}

/// `GET /sitemap.xml`: leads to the sitemap of each archive; 404 where there is none, for a list of sitemaps has one at least.
pub async fn sitemap(State(app): State<Arc<App>>) -> Result<Response, Error> {
    let addresses = sitemaps(&app).await?;
    if addresses.is_empty() {
        return Err(Error::NotFound);
    }
    let text = Sitemaps { addresses }.render().map_err(anyhow::Error::from)?;
    Ok(of_kind("application/xml; charset=utf-8", text))
}

/// The sitemaps of the archives that everybody may find.
async fn sitemaps(app: &App) -> sqlx::Result<Vec<String>> {
    let listed = newsletters::listed(newsletters::sql::not_hidden(&app.db).await?);
    let public = listed.into_iter().filter(|newsletter| newsletter.archive == Visibility::Public);
    Ok(public.map(|newsletter| format!("{}/n/{}/sitemap.xml", app.config.base_url, newsletter.slug)).collect())
}

/// Asked for anew each time: an archive that is closed is named nowhere from then on.
fn of_kind(kind: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}
