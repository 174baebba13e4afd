//! The page behind the link of the confirmation letter: one big button, or why there is nothing to press.

use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use tokio::time::Instant;

use super::limits::{Admission, Networks};
use super::{Mark, Note, PREVIEW, frame, kept_ip, masked, newsletter_of, preview, unknown_link};
use crate::app::App;
use crate::i18n::{Locale, Value};
use crate::keys::{Claim, Purpose};
use crate::newsletters::{self, Newsletter, Schedule, words};
use crate::subscribers::Subscriber;
use crate::subscribers::address::Email;
use crate::subscribers::asked::Asked;
use crate::subscribers::confirm::{self, Pressed, Standing};
use crate::subscribers::queue::{self, Queue};
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;

/// `GET /confirm/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/confirm/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    let standing = confirm::look(&app, &token).await?;
    answer(&app, &visitor, &token, standing).await
}

/// `POST /confirm/{token}`
pub async fn press(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    if token == PREVIEW {
        return preview(visitor.locale_alone(), "/confirm/preview");
    }
    // The words above the button, for the record.
    let shown = match confirm::look(&app, &token).await? {
        Standing::Open(subscriber) => {
            let newsletter = newsletter_of(&app, &subscriber).await?;
            consented(&app, visitor.locale_of(&subscriber.language), &newsletter, &subscriber).await?
        }
        other => return answer(&app, &visitor, &token, other).await,
    };
    match confirm::confirm(&app, &token, kept_ip(&app, &visitor).as_deref(), &shown).await? {
        Pressed::Now(subscriber) => welcome(&app, &visitor, &token, &subscriber).await,
        Pressed::Not(standing) => answer(&app, &visitor, &token, standing).await,
    }
}

/// `POST /confirm/{token}/again`: a new letter instead of a link that has expired, under the rules of the form.
pub async fn again(
    State(app): State<Arc<App>>,
    Extension(networks): Extension<Arc<Networks>>,
    Extension(queue): Extension<Arc<Queue>>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let arrived = Instant::now();
    let subscriber = match confirm::look(&app, &token).await? {
        Standing::Unknown => return unknown_link(visitor.locale_alone(), "/"),
        Standing::Open(subscriber)
        | Standing::Confirmed(subscriber)
        | Standing::Expired(subscriber)
        | Standing::Ended(subscriber) => subscriber,
    };
    let newsletter = newsletter_of(&app, &subscriber).await?;
    match subscriber.email.parse::<Email>() {
        Ok(email) => match networks.admit(visitor.ip, true, app.clock.now()) {
            Admission::Full => queue::keep_pace(arrived).await,
            admission => {
                let ip = kept_ip(&app, &visitor);
                queue.ask(Asked::again(&app, &subscriber, email, ip, admission.not_before())).await?;
            }
        },
        Err(_) => queue::keep_pace(arrived).await,
    }
    let language = visitor.locale_of(&subscriber.language).tag();
    Ok(Redirect::to(&format!("/n/{}/thanks?lang={language}", newsletter.slug)).into_response())
}

async fn answer(app: &App, visitor: &Visitor, token: &str, standing: Standing) -> Result<Response, Error> {
    let path = format!("/confirm/{token}");
    match standing {
        Standing::Unknown => unknown_link(visitor.locale_alone(), &path),
        Standing::Open(subscriber) => ask(app, visitor, token, &subscriber).await,
        Standing::Confirmed(subscriber) => {
            let (page, newsletter) = frame(app, visitor, &subscriber, path).await?;
            let lead = page.say("confirm-already-lead", "newsletter", &newsletter.name);
            let note = Note::new(page.clone(), Mark::Check, page.t("confirm-already-title"), lead);
            with_next(app, note, page.locale(), &newsletter, &subscriber).await?.answer()
        }
        Standing::Expired(subscriber) => {
            let (page, _) = frame(app, visitor, &subscriber, path).await?;
            let days = i64::from(app.config.signup.confirm_days);
            let lead = page.count("confirm-expired-lead", "days", days);
            let note = Note::new(page.clone(), Mark::Envelope, page.t("confirm-expired-title"), lead);
            note.button(format!("/confirm/{token}/again"), page.t("confirm-again-button")).answer()
        }
        Standing::Ended(subscriber) => {
            let (page, newsletter) = frame(app, visitor, &subscriber, path).await?;
            let lead = page.say("confirm-ended-lead", "newsletter", &newsletter.name);
            let form = format!("/n/{}?lang={}", newsletter.slug, page.lang());
            let note = Note::new(page.clone(), Mark::Door, page.t("confirm-ended-title"), lead);
            note.link(form, page.t("to-the-form")).answer()
        }
    }
}

async fn ask(app: &App, visitor: &Visitor, token: &str, subscriber: &Subscriber) -> Result<Response, Error> {
    let path = format!("/confirm/{token}");
    let (page, newsletter) = frame(app, visitor, subscriber, path.clone()).await?;
    let lead = consented(app, page.locale(), &newsletter, subscriber).await?;
    let claim = Claim { subject: subscriber.id, version: subscriber.token_version, issued_at: 0 };
    let refuse = format!("/not-me/{}?lang={}", app.keys.sign(Purpose::NotMe, claim), page.lang());
    Note::new(page.clone(), Mark::Envelope, page.t("confirm-title"), lead)
        .fact(page.t("fact-address"), masked(&subscriber.email))
        .button(path, page.t("confirm-button"))
        .more(page.t("confirm-not-you"))
        .link(refuse, page.t("confirm-refuse"))
        .answer()
}

async fn welcome(app: &App, visitor: &Visitor, token: &str, subscriber: &Subscriber) -> Result<Response, Error> {
    let (page, newsletter) = frame(app, visitor, subscriber, format!("/confirm/{token}")).await?;
    let lead = page.say("confirmed-lead", "newsletter", &newsletter.name);
    let note = Note::new(page.clone(), Mark::Check, page.t("confirmed-title"), lead);
    with_next(app, note, page.locale(), &newsletter, subscriber).await?.more(page.t("confirmed-more")).answer()
}

/// What the button agrees to; stored with the consent.
async fn consented(
    app: &App,
    locale: &Locale,
    newsletter: &Newsletter,
    subscriber: &Subscriber,
) -> Result<String, Error> {
    let schedule = schedule(app, newsletter, subscriber).await?;
    let rhythm = schedule.map_or_else(|| locale.text("rhythm-post"), |schedule| words::rhythm(&schedule, locale));
    let variables = [("newsletter", Value::Text(&newsletter.name)), ("rhythm", Value::Text(&rhythm))];
    Ok(locale.format("confirm-lead", &variables))
}

async fn schedule(app: &App, newsletter: &Newsletter, subscriber: &Subscriber) -> Result<Option<Schedule>, Error> {
    let schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    let own = schedules.iter().find(|schedule| schedule.id == subscriber.schedule_id);
    Ok(own.or(schedules.first()).cloned())
}

async fn with_next(
    app: &App,
    note: Note,
    locale: &Locale,
    newsletter: &Newsletter,
    subscriber: &Subscriber,
) -> Result<Note, Error> {
    let schedule = schedule(app, newsletter, subscriber).await?;
    let next = schedule.filter(|schedule| !schedule.paused).and_then(|schedule| words::next(&schedule, locale));
    Ok(match next {
        Some(next) => note.more(next),
        None => note,
    })
}
