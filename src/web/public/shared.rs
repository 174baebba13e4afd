//! `/shared/{token}`: a draft that somebody hands over to be read before it is sent: a page with the mail that it would be, in a frame.
//! Without an account; nothing can be pressed. Search engines are told to look away.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::tz::TimeZone;

use super::{Mark, Note, PREVIEW};
use crate::app::App;
use crate::clock::{Millis, timestamp, zone};
use crate::digests::content;
use crate::drafts::{Draft, share, text};
use crate::feeds::given;
use crate::i18n::{Locale, Value};
use crate::newsletters::{self, Newsletter};
use crate::web::console::mail::framed;
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::{self, Page};

/// The mail stands in a frame of this host.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'none'; \
                      frame-ancestors 'none'; base-uri 'none'";

#[derive(Template)]
#[template(path = "public/shared.html")]
struct Shared {
    page: Page,
    title: String,
    lead: String,
    saved: String,
    ends: String,
    /// Where the mail is.
    mail: String,
}

/// A draft by its token, with its newsletter and that one's clock.
struct Found {
    share: share::Share,
    draft: Draft,
    newsletter: Newsletter,
    zone: TimeZone,
}

async fn found(app: &App, token: &str) -> Result<Option<Found>, Error> {
    let Some((share, draft)) = share::open(app, token).await? else { return Ok(None) };
    let newsletter = newsletters::sql::by_id(&app.db, draft.newsletter_id).await?;
    let Some(newsletter) = newsletter.filter(|newsletter| newsletter.deleted_at.is_none()) else { return Ok(None) };
    let schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    let zone = schedules.first().map_or(TimeZone::UTC, |schedule| zone(&schedule.zone));
    Ok(Some(Found { share, draft, newsletter, zone }))
}

/// `GET /shared/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/shared/{token}");
    let Some(found) = found(&app, &token).await? else { return over(visitor.locale_alone(), &path) };
    let locale = visitor.locale(None, &found.newsletter.language);
    let at = |instant: Millis| {
        let zoned = timestamp(instant).to_zoned(found.zone.clone());
        let (date, time) = (locale.date(&zoned), locale.time(&zoned));
        locale.format("when", &[("date", Value::Text(&date)), ("time", Value::Text(&time))])
    };
    let page = Page::new(locale, path.clone()).of(&found.newsletter);
    let shared = Shared {
        title: titled(&found.draft, locale),
        lead: page.say("shared-lead", "newsletter", &found.newsletter.name),
        saved: page.say("drafts-changed", "at", &at(found.draft.changed_at)),
        ends: page.say("share-ends", "at", &at(found.share.expires_at)),
        mail: format!("{path}/mail"),
        page,
    };
    let mut response = page::html(StatusCode::OK, locale, &shared)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(unseen(response))
}

/// `GET /shared/{token}/mail`: what stands in the frame.
pub async fn mail(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let Some(found) = found(&app, &token).await? else {
        return over(visitor.locale_alone(), &format!("/shared/{token}"));
    };
    let Found { draft, newsletter, zone, .. } = found;
    let locale = visitor.locale(None, &newsletter.language);
    let new = text::post_of(&app, newsletter.id, &titled(&draft, locale), &draft.body).await?;
    let now = app.clock.now();
    let post = given::prepare(&new, now)?.as_post(newsletter.id);
    let said = content::of_posts(vec![post], zone.iana_name().unwrap_or("UTC"));
    let made = content::render(&app, &newsletter, &said, &newsletter.language, now)?;
    // Whoever reads along has no links of their own: behind these stands what such a page is for.
    Ok(unseen(framed(made.html.replace("/…\"", &format!("/{PREVIEW}\"")))))
}

fn titled(draft: &Draft, locale: &Locale) -> String {
    if draft.title.is_empty() { locale.text("drafts-untitled") } else { draft.title.clone() }
}

/// For a link that was ended, is over, or never was: nothing tells which.
fn over(locale: &'static Locale, path: &str) -> Result<Response, Error> {
    let page = Page::new(locale, path);
    let (title, lead) = (page.t("shared-over-title"), page.t("shared-over-lead"));
    Note::new(page, Mark::Lost, title, lead).answer_with(StatusCode::NOT_FOUND)
}

/// Told to search engines in the head of the answer, too.
fn unseen(mut response: Response) -> Response {
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}
