//! One's own data, behind links that a page of settings made: all that is stored to read ([`show`]) and as JSON ([`file()`]), and its
//! erasure. Each has a token of its own, no older than the letter that led there.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;

use super::preferences::{elsewhere, expired};
use super::{Mark, Note, PREVIEW, frame, masked, preview, private};
use crate::app::App;
use crate::clock;
use crate::db::pg;
use crate::events::Actor;
use crate::i18n::{self, Locale};
use crate::keys::{Claim, Purpose};
use crate::newsletters::{self, Newsletter};
use crate::phrase;
use crate::subscribers::own_link::{self, Standing};
use crate::subscribers::{Subscriber, erase};
use crate::views::person::{self, Timeline};
use crate::views::subscriber::{WholeView, labelled, whole};
use crate::views::{Fact, departures};
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::{self, Page};

#[derive(Template)]
#[template(path = "public/data.html")]
struct Data {
    page: Page,
    title: String,
    lead: String,
    facts: Vec<Fact>,
    happened: Timeline,
    file: String,
    erase: String,
    back: String,
}

/// `GET /data/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/data/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    // It only reads: on one connection.
    let page = Box::pin(shown(&app, &visitor, &token, path));
    app.lender.page(pg::reading(page)).await
}

async fn shown(app: &App, visitor: &Visitor, token: &str, path: String) -> Result<Response, Error> {
    let (person, claim) = match own_link::behind(app, Purpose::Data, token).await? {
        Standing::Fresh(person, claim) => (person, claim),
        other => return late(app, visitor, other, &path).await,
    };
    let (page, newsletter) = frame(app, visitor, &person, path.clone()).await?;
    let told = whole(app, &newsletter.slug, &person, page.locale()).await?;
    let zone = zone_of(app, &newsletter).await?;
    let link = |path: &str, purpose| format!("{path}/{}?lang={}", app.keys.sign(purpose, claim), page.lang());
    let template = Data {
        title: page.t("data-title"),
        lead: page.say("data-lead", "newsletter", &newsletter.name),
        facts: facts(&told, page.locale(), &zone),
        happened: person::timeline(&told.history, &zone, page.locale()),
        file: format!("{path}/data.json"),
        erase: link("/erase", Purpose::Erase),
        back: link("/preferences", Purpose::Preferences),
        page,
    };
    let locale = template.page.locale();
    Ok(private(page::html(StatusCode::OK, locale, &template)?))
}

/// `GET /data/{token}/data.json`
pub async fn file(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/data/{token}");
    let (person, _) = match own_link::behind(&app, Purpose::Data, &token).await? {
        Standing::Fresh(person, claim) => (person, claim),
        other => return late(&app, &visitor, other, &path).await,
    };
    let newsletter = newsletters::sql::by_id(&app.db, person.newsletter_id).await?.ok_or(Error::NotFound)?;
    let told = whole(&app, &newsletter.slug, &person, i18n::locale(i18n::FALLBACK)).await?;
    let text = serde_json::to_string_pretty(&told).map_err(anyhow::Error::from)?;
    let name = format!("attachment; filename=\"{}.json\"", newsletter.slug);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(anyhow::Error::from)?),
    ];
    Ok((headers, text).into_response())
}

/// `GET /erase/{token}`: asks once more.
pub async fn ask_erase(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let path = format!("/erase/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    let person = match own_link::behind(&app, Purpose::Erase, &token).await? {
        Standing::Fresh(person, _) => person,
        other => return late(&app, &visitor, other, &path).await,
    };
    let (page, newsletter) = frame(&app, &visitor, &person, path.clone()).await?;
    let lead = page.say("erase-lead", "newsletter", &newsletter.name);
    Note::new(page.clone(), Mark::Door, page.t("erase-title"), lead)
        .fact(page.t("fact-address"), masked(&person.email))
        .button(path, page.t("erase-button"))
        .more(page.t("erase-stays"))
        .private()
        .answer()
}

/// `POST /erase/{token}`
pub async fn forget(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let path = format!("/erase/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    let person = match own_link::behind(&app, Purpose::Erase, &token).await? {
        Standing::Fresh(person, _) => person,
        other => return late(&app, &visitor, other, &path).await,
    };
    let (page, newsletter) = frame(&app, &visitor, &person, path).await?;
    erase::themselves(&app, person.id, Actor::Visitor).await?;
    let lead = page.say("erased-lead", "newsletter", &newsletter.name);
    Note::new(page.clone(), Mark::Check, page.t("erased-title"), lead).more(page.t("erase-stays")).private().answer()
}

/// Behind a link that leads to no data (any more).
async fn late(app: &App, visitor: &Visitor, standing: Standing, path: &str) -> Result<Response, Error> {
    match standing {
        Standing::Expired(person) => anew(app, visitor, &person).await,
        other => elsewhere(visitor.locale_alone(), path, &other),
    }
}

/// The button that has a fresh link mailed is that of the settings.
async fn anew(app: &App, visitor: &Visitor, person: &Subscriber) -> Result<Response, Error> {
    let claim = Claim { subject: person.id, version: person.token_version, issued_at: 0 };
    let path = format!("/preferences/{}", app.keys.sign(Purpose::Settings, claim));
    expired(app, visitor, person, path, None).await
}

async fn zone_of(app: &App, newsletter: &Newsletter) -> Result<TimeZone, Error> {
    let schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    Ok(schedules.first().map_or(TimeZone::UTC, |schedule| clock::zone(&schedule.zone)))
}

/// What is stored, a line each.
fn facts(told: &WholeView, locale: &Locale, zone: &TimeZone) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact { label: locale.text(key), value };
    let status = locale.text(&format!("subscriber-status-{}", told.subscriber.status));
    let mut facts = vec![fact("fact-address", told.subscriber.email.clone()), fact("label-state", status)];
    facts.extend(labelled(told, zone, locale));
    facts.extend(told.origin.clone().map(|origin| fact("data-origin", origin)));
    facts.extend(told.address_waiting.clone().map(|email| fact("own-waiting", email)));
    facts.extend(told.left_because.map(|why| fact("data-left-because", departures::why(why.as_str(), locale))));
    facts.extend(told.mailbox_full_on.iter().map(|day| fact("data-mailbox-full", day.clone())));
    let kept_out = told.kept_out.iter().map(|kept| {
        let key = format!("cli-kept-out-{}", kept.reason);
        let reason = if locale.has(&key) { locale.text(&key) } else { kept.reason.clone() };
        fact("data-kept-out", format!("{} {reason}", phrase::retold(&kept.since, zone)))
    });
    facts.extend(kept_out);
    let back = told.returned.iter().map(|back| {
        let line = format!("{} {} {} {}", phrase::retold(&back.at, zone), back.kind, back.status, back.words);
        fact("data-returned", line.trim().to_owned())
    });
    facts.extend(back);
    facts
}
