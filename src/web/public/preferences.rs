//! `/preferences/{token}`: one's settings behind a fresh link; behind the link at the foot of a mail, a button that has a fresh one
//! mailed.
//!
//! In: a token, which alone says who is meant; a form. Out: the settings on one page with one button to save them; 303 when they were
//! stored, 422 with what was typed when something cannot stand. A page that was open until its link had expired stores nothing, and
//! keeps what was chosen: it goes along with the letter and stands in the form behind the new link.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Extension, Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use tokio::time::Instant;
use url::form_urlencoded;

use super::settings_form::{self as form, Choice, Judged, Known, Problem, Typed};
use super::{Mark, Note, PREVIEW, frame, gone_link, kept_ip, masked, own_link as link, preview, private, unknown_link};
use crate::app::App;
use crate::db::pg;
use crate::i18n::{Locale, Value};
use crate::keys::{Claim, Purpose};
use crate::subscribers::own_link::{self, Standing};
use crate::subscribers::preferences::{self, Address, SaveError, Saved, Wish};
use crate::subscribers::queue::{self, Queue};
use crate::subscribers::{Status, Subscriber};
use crate::web::frame::error::Error;
use crate::web::frame::input::{Fields, Visitor};
use crate::web::frame::page::{self, Page};

/// Longest of what an expired page keeps, bytes.
const KEPT: usize = 8_000;

#[derive(Template)]
#[template(path = "public/preferences.html")]
struct Settings {
    page: Page,
    title: String,
    action: String,
    /// Of whom, for themselves to know.
    email: String,
    typed: Typed,
    problems: Vec<Problem>,
    notices: Vec<String>,
    is_in: bool,
    /// Where they may subscribe again.
    form: String,
    languages: Vec<Choice>,
    rhythms: Vec<Choice>,
    all_or_some: Vec<Choice>,
    topics: Vec<Choice>,
    pauses: Vec<Choice>,
    others: Vec<Choice>,
    /// Another address, which is to be confirmed.
    waiting: Option<String>,
    data: String,
    erase: String,
    leave: String,
}

impl Settings {
    /// What is wrong with a field.
    fn problem(&self, field: &str) -> Option<&str> {
        let found = self.problems.iter().find(|problem| problem.field == field);
        found.map(|problem| problem.words.as_str())
    }
}

/// `GET /preferences/{token}`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
    uri: Uri,
) -> Result<Response, Error> {
    let path = format!("/preferences/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    // It only reads, and by few statements: on one connection.
    let page = Box::pin(shown(&app, &visitor, &uri, &token, path));
    app.lender.page(pg::reading(page)).await
}

async fn shown(app: &App, visitor: &Visitor, uri: &Uri, token: &str, path: String) -> Result<Response, Error> {
    let Some(claim) = app.keys.verify(Purpose::Preferences, token) else {
        return match own_link::open(app, token).await? {
            Standing::Foot(person) => foot(app, visitor, &person, path).await,
            other => elsewhere(visitor.locale_alone(), &path, &other),
        };
    };
    let known = Known::load(app, claim.subject, Some(claim.issued_at)).await?;
    let person = known.as_ref().map(|known| known.person.clone());
    match (own_link::judged(app, claim, person), known) {
        (Standing::Fresh(_, claim), Some(known)) => {
            let page = of(&known, visitor, path);
            let mut notices = said(uri, &known, page.locale());
            let stored = Typed::stored(&known);
            let kept = if notices.is_empty() { kept(&known, &stored) } else { None };
            notices.extend(kept.is_some().then(|| page.t("own-kept")));
            settings(app, page, claim, &known, kept.unwrap_or(stored), vec![], notices)
        }
        (Standing::Expired(person), _) => expired(app, visitor, &person, path, None).await,
        (other, _) => elsewhere(visitor.locale_alone(), &path, &other),
    }
}

/// `POST /preferences/{token}`: saves, or has a fresh link mailed.
pub async fn press(
    State(app): State<Arc<App>>,
    Extension(queue): Extension<Arc<Queue>>,
    Path(token): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Error> {
    let (path, arrived) = (format!("/preferences/{token}"), Instant::now());
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    match own_link::open(&app, &token).await? {
        Standing::Fresh(person, claim) => {
            let answer = save(&app, &queue, &visitor, &fields, (person.id, claim), path).await;
            // A wish for another address must not tell by its time whether that one is known.
            queue::keep_pace(arrived).await;
            answer
        }
        Standing::Foot(person) => mailed(&app, &visitor, &person, None).await,
        Standing::Expired(person) => match fields.get("act") {
            Some("link") => mailed(&app, &visitor, &person, wish_of(&fields).as_ref()).await,
            _ => expired(&app, &visitor, &person, path, Some(&fields)).await,
        },
        other => elsewhere(visitor.locale_alone(), &path, &other),
    }
}

/// The page of what is known: none of its words can be the owner's own.
fn of(known: &Known, visitor: &Visitor, path: String) -> Page {
    Page::new(visitor.locale_of(&known.person.language), path).of(&known.newsletter)
}

/// What is told of the form that was saved a moment ago.
fn said(uri: &Uri, known: &Known, locale: &Locale) -> Vec<String> {
    let query = uri.query().unwrap_or_default();
    let has = |name: &str| form_urlencoded::parse(query.as_bytes()).any(|(found, _)| found == name);
    let mut said = Vec::new();
    if has("saved") {
        said.push(locale.text("own-saved"));
    }
    if has("moving") && known.waiting.is_some() {
        said.push(locale.text("own-moving"));
    }
    if has("kept-out") {
        let contact = known.newsletter.editor();
        said.push(locale.format("own-kept-out", &[("address", Value::Text(contact))]));
    }
    said
}

/// What was chosen on a page that was open for too long, where that is not what stands.
fn kept(known: &Known, stored: &Typed) -> Option<Typed> {
    let typed: Typed = serde_json::from_value(known.wish.clone()?).ok()?;
    // It is saved over what stands now.
    let typed = Typed { seen: stored.seen.clone(), ..typed };
    (typed != *stored).then_some(typed)
}

async fn save(
    app: &App,
    queue: &Queue,
    visitor: &Visitor,
    fields: &Fields,
    (person, claim): (i64, Claim),
    path: String,
) -> Result<Response, Error> {
    let known = Known::load(app, person, Some(claim.issued_at)).await?.ok_or(Error::NotFound)?;
    let page = of(&known, visitor, path.clone());
    let typed = Typed::sent(fields, &known);
    let judged = match typed.judged(&known, &queue.door, page.locale(), app.clock.now()).await {
        Ok(judged) => judged,
        Err(problems) => return settings(app, page, claim, &known, typed, problems, vec![]),
    };
    let (ip, locale) = (kept_ip(app, visitor), page.locale());
    match preferences::save(app, claim, wish(&judged, ip.as_deref())).await {
        Ok(saved) => Ok(Redirect::to(&format!("{path}?{}", told(&saved))).into_response()),
        Err(SaveError::Refused(refused)) => {
            let problem = Problem::of(&refused, locale);
            // What stands may be new.
            let known = Known::load(app, person, None).await?.ok_or(Error::NotFound)?;
            let seen = Typed::stored(&known).seen;
            settings(app, page, claim, &known, Typed { seen, ..typed }, vec![problem], vec![])
        }
        Err(SaveError::Capped) => {
            let problem = Problem { field: "email", words: page.t("own-capped") };
            settings(app, page, claim, &known, typed, vec![problem], vec![])
        }
        Err(SaveError::Void) => elsewhere(locale, &path, &Standing::Void),
        Err(SaveError::Database(error)) => Err(error.into()),
    }
}

fn wish<'a>(judged: &'a Judged, ip: Option<&'a str>) -> Wish<'a> {
    Wish {
        name: judged.name.as_deref(),
        language: &judged.language,
        choices: judged.choices.as_ref(),
        seen: judged.seen.as_deref(),
        address: match &judged.address {
            Some(another) => Address::Another(another),
            None if judged.take_back => Address::TakeBack,
            None => Address::Stays,
        },
        others: &judged.others,
        ip,
    }
}

/// What the next page says, as its query.
fn told(saved: &Saved) -> String {
    let moving = if saved.address { "&moving=1" } else { "" };
    let kept_out = if saved.kept_out.is_empty() { "" } else { "&kept-out=1" };
    format!("saved=1{moving}{kept_out}")
}

fn settings(
    app: &App,
    page: Page,
    claim: Claim,
    known: &Known,
    typed: Typed,
    problems: Vec<Problem>,
    notices: Vec<String>,
) -> Result<Response, Error> {
    let (locale, person) = (page.locale(), &known.person);
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let heading = page.say("own-title", "newsletter", &known.newsletter.name);
    // Their links are as old as the one that led here, so that they work no longer than it.
    let link = |path: &str, purpose| format!("{path}/{}?lang={}", app.keys.sign(purpose, claim), page.lang());
    let leave = app.keys.sign(Purpose::Leave, Claim { issued_at: 0, ..claim });
    let template = Settings {
        title: if problems.is_empty() { heading } else { page.say("error-prefix", "title", &heading) },
        action: format!("/preferences/{}?lang={}", app.keys.sign(Purpose::Preferences, claim), page.lang()),
        email: masked(&person.email),
        is_in: known.choices.is_some() || person.status == Status::Pending,
        form: format!("/n/{}?lang={}", known.newsletter.slug, page.lang()),
        languages: form::languages(&typed),
        rhythms: form::rhythms(known, &typed, locale),
        all_or_some: form::all_or_some(known, &typed, locale),
        topics: form::topics(known, &typed),
        pauses: form::pauses(known, &typed, locale),
        others: form::of_others(known, &typed, locale),
        waiting: known.waiting.as_ref().map(|waiting| masked(&waiting.email)),
        data: link("/data", Purpose::Data),
        erase: link("/erase", Purpose::Erase),
        leave: format!("/unsubscribe/{leave}?lang={}", page.lang()),
        typed,
        problems,
        notices,
        page,
    };
    Ok(private(page::html(status, locale, &template)?))
}

/// A fresh link is on its way, as far as anybody learns.
async fn mailed(
    app: &App,
    visitor: &Visitor,
    person: &Subscriber,
    wish: Option<&serde_json::Value>,
) -> Result<Response, Error> {
    own_link::mail_to(app, person, wish).await?;
    Ok(link::asked(visitor, visitor.locale_of(&person.language)))
}

/// Behind the link at the foot of a mail, which may have been forwarded.
async fn foot(app: &App, visitor: &Visitor, person: &Subscriber, path: String) -> Result<Response, Error> {
    let (page, newsletter) = frame(app, visitor, person, path.clone()).await?;
    let lead = page.say("foot-lead", "newsletter", &newsletter.name);
    Note::new(page.clone(), Mark::Envelope, page.t("foot-title"), lead)
        .fact(page.t("fact-address"), masked(&person.email))
        .button(path, page.t("foot-button"))
        .more(page.t("foot-more"))
        .answer()
}

/// Behind a fresh link that is not fresh any more; with the form that was sent, when one was.
pub(super) async fn expired(
    app: &App,
    visitor: &Visitor,
    person: &Subscriber,
    path: String,
    fields: Option<&Fields>,
) -> Result<Response, Error> {
    let (page, _) = frame(app, visitor, person, path.clone()).await?;
    let (title, label) = (page.t("own-expired-title"), page.t("foot-button"));
    let mut hidden = vec![("act".to_owned(), "link".to_owned())];
    let Some(fields) = fields else {
        let lead = page.t("own-expired-lead");
        return Note::new(page, Mark::Envelope, title, lead).button_with(path, label, hidden).answer();
    };
    let kept = wish_sent(app, person, fields).await?;
    hidden.push(("wish".to_owned(), kept));
    let lead = page.t("own-expired-kept");
    let note = Note::new(page, Mark::Envelope, title, lead).button_with(path, label, hidden);
    note.answer_with(StatusCode::UNPROCESSABLE_ENTITY)
}

/// What was chosen, as the page of an expired link carries it on.
async fn wish_sent(app: &App, person: &Subscriber, fields: &Fields) -> Result<String, Error> {
    let known = Known::load(app, person.id, None).await?.ok_or(Error::NotFound)?;
    let typed = Typed::sent(fields, &known);
    Ok(serde_json::to_string(&typed).map_err(anyhow::Error::from)?)
}

/// The same, as it comes back: only what it may hold, and no more than that.
fn wish_of(fields: &Fields) -> Option<serde_json::Value> {
    let text = fields.get("wish").filter(|text| text.len() <= KEPT)?;
    let typed: Typed = serde_json::from_str(text).ok()?;
    serde_json::to_value(typed).ok()
}

/// Behind a link that leads to no settings.
pub(super) fn elsewhere(locale: &'static Locale, path: &str, standing: &Standing) -> Result<Response, Error> {
    match standing {
        Standing::Gone => gone_link(locale, path),
        Standing::Void => {
            let page = Page::new(locale, path);
            let (title, lead) = (page.t("own-void-title"), page.t("own-void-lead"));
            let (href, again) = (format!("/link?lang={}", page.lang()), page.t("link-title"));
            Note::new(page, Mark::Lost, title, lead).link(href, again).answer_with(StatusCode::NOT_FOUND)
        }
        _ => unknown_link(locale, path),
    }
}
