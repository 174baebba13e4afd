//! Leaving: a button behind the link of each mail, the one-click POST of mail programs (RFC 8058), and undo. Afterwards, and never
//! before, a question that nobody has to answer, and a rarer rhythm where there is one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Mark, Note, PREVIEW, Question, frame, kept_ip, masked, nowhere, preview};
use crate::app::App;
use crate::i18n::{Locale, Value};
use crate::keys::Purpose;
use crate::newsletters::{Newsletter, Schedule, words};
use crate::subscribers::departures::{self, Why};
use crate::subscribers::{Status, Subscriber, leave, preferences};
use crate::texts::Text;
use crate::views::departures as departed;
use crate::web::frame::error::Error;
use crate::web::frame::input::{Fields, Visitor};
use crate::web::frame::page::Page;

/// The body of a one-click POST, as urlencoded form or multipart (RFC 8058 section 3.2).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// `GET /unsubscribe/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/unsubscribe/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    let Some(subscriber) = leave::look(&app, &token).await? else {
        return nowhere(&app, visitor.locale_alone(), Purpose::Leave, &token, &path).await;
    };
    if is_gone(&subscriber) {
        return gone(&app, &visitor, &token, &subscriber).await;
    }
    let (page, _) = frame(&app, &visitor, &subscriber, path.clone()).await?;
    leaving(page, &subscriber.email, path).answer()
}

/// The page with the button.
pub(super) fn leaving(page: Page, email: &str, press: String) -> Note {
    let (title, lead) = (page.own(Text::LeaveHeading), page.own(Text::LeaveParagraph));
    let (address, button) = (page.t("fact-address"), page.t("leave-button"));
    Note::new(page, Mark::Door, title, lead).fact(address, masked(email)).button(press, button)
}

/// `POST /unsubscribe/{token}`: leaves at once. Mail programs get a word, people a page.
///
/// Always 200 and never a redirect, even for a link that is not ours.
pub async fn press(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Error> {
    let one_click = fields.get(ONE_CLICK.0) == Some(ONE_CLICK.1);
    let left =
        if token == PREVIEW { None } else { leave::leave(&app, &token, kept_ip(&app, &visitor).as_deref()).await? };
    if one_click {
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "OK\n").into_response());
    }
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/unsubscribe/preview");
    }
    if let Some(subscriber) = left {
        return gone(&app, &visitor, &token, &subscriber).await;
    }
    let page = Page::new(visitor.locale_alone(), format!("/unsubscribe/{token}"));
    Note::new(page.clone(), Mark::Door, page.t("left-title"), page.t("left-lead")).answer()
}

/// `POST /unsubscribe/{token}/undo`
pub async fn undo(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/unsubscribe/{token}");
    if let Some(subscriber) = leave::undo(&app, &token, kept_ip(&app, &visitor).as_deref()).await? {
        let (page, newsletter) = frame(&app, &visitor, &subscriber, path).await?;
        if subscriber.status == Status::Pending {
            let lead = page.say("undone-pending-lead", "newsletter", &newsletter.name);
            return Note::new(page.clone(), Mark::Check, page.own(Text::ReturnedHeading), lead).answer();
        }
        return returned(page).answer();
    }
    still(&app, &visitor, &token, path).await
}

/// `POST /unsubscribe/{token}/reason`: why they left, if they want to say so.
pub async fn reason(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Error> {
    let path = format!("/unsubscribe/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    let why: Option<Why> = fields.get("answer").and_then(|answer| answer.parse().ok());
    if let Some(why) = why {
        departures::say(&app, &token, why).await?;
    }
    still(&app, &visitor, &token, path).await
}

/// `POST /unsubscribe/{token}/rather`: back, on the rarest rhythm.
pub async fn rather(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let path = format!("/unsubscribe/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    if let Some(subscriber) = preferences::rather(&app, &token, kept_ip(&app, &visitor).as_deref()).await? {
        let (page, _) = frame(&app, &visitor, &subscriber, path).await?;
        return returned(page).answer();
    }
    still(&app, &visitor, &token, path).await
}

/// How whoever is behind a link stands, when there was nothing to do.
async fn still(app: &App, visitor: &Visitor, token: &str, path: String) -> Result<Response, Error> {
    let Some(subscriber) = leave::look(app, token).await? else {
        return nowhere(app, visitor.locale_alone(), Purpose::Leave, token, &path).await;
    };
    // Nothing to undo: pressed twice, or too long ago.
    if is_gone(&subscriber) {
        return gone(app, visitor, token, &subscriber).await;
    }
    let (page, _) = frame(app, visitor, &subscriber, path).await?;
    returned(page).answer()
}

pub(super) fn returned(page: Page) -> Note {
    let (title, lead) = (page.own(Text::ReturnedHeading), page.own(Text::ReturnedParagraph));
    Note::new(page, Mark::Check, title, lead)
}

fn is_gone(subscriber: &Subscriber) -> bool {
    matches!(subscriber.status, Status::Unsubscribed | Status::Bounced | Status::Complained)
}

/// "It is done", with a button to undo it while that is possible, else a link to the form.
pub(super) async fn gone(
    app: &App,
    visitor: &Visitor,
    token: &str,
    subscriber: &Subscriber,
) -> Result<Response, Error> {
    let path = format!("/unsubscribe/{token}");
    let (page, newsletter) = frame(app, visitor, subscriber, path.clone()).await?;
    let undo = leave::before_leaving(app, subscriber).await?.map(|_| format!("{path}/undo"));
    let said = departures::of_person(&app.db, subscriber.id).await?;
    let rarer = if undo.is_some() { preferences::rarer(app, subscriber).await? } else { None };
    let may_say = subscriber.status == Status::Unsubscribed && undo.is_some();
    let (thanks, locale) = (page.t("left-why-thanks"), page.locale());
    let mut note = left(page, &newsletter, undo);
    if let Some(rarest) = rarer {
        note = less_often(note, &newsletter, &rarest, format!("{path}/rather"), locale);
    }
    note = match said {
        Some(_) => note.more(thanks),
        None if may_say => note.question(why(format!("{path}/reason"), locale)),
        None => note,
    };
    note.answer()
}

/// The offer of a rarer rhythm.
fn less_often(note: Note, newsletter: &Newsletter, rarest: &Schedule, action: String, locale: &Locale) -> Note {
    let rhythm = words::rhythm(rarest, locale);
    let variables = [("newsletter", Value::Text(&newsletter.name)), ("rhythm", Value::Text(&rhythm))];
    let offer = locale.format("left-rather", &variables);
    note.quiet_button(action, locale.format("left-rather-button", &variables)).more(offer)
}

/// The question, which nobody has to answer.
fn why(action: String, locale: &Locale) -> Question {
    let answer = |why: &Why| (why.to_string(), departed::why(why.as_str(), locale));
    Question {
        action,
        legend: locale.text("left-why"),
        help: locale.text("left-why-help"),
        answers: Why::ALL.iter().map(answer).collect(),
        button: locale.text("left-why-button"),
    }
}

/// The same page; `undo`: where its button leads.
pub(super) fn left(page: Page, newsletter: &Newsletter, undo: Option<String>) -> Note {
    let (title, lead) = (page.own(Text::LeftHeading), page.own(Text::LeftParagraph));
    let Some(undo) = undo else {
        let form = format!("/n/{}?lang={}", newsletter.slug, page.lang());
        let to_the_form = page.t("to-the-form");
        return Note::new(page, Mark::Door, title, lead).link(form, to_the_form);
    };
    let (lead, button) = (format!("{lead} {}", page.t("left-mistake")), page.t("undo-button"));
    Note::new(page, Mark::Door, title, lead).quiet_button(undo, button)
}
