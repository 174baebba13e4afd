//! The page behind the link of the confirmation letter: one big button, or why there is nothing to press.

use std::sync::Arc;

use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use tokio::time::Instant;

use super::limits::{Admission, Networks};
use super::{Mark, Note, PREVIEW, frame, kept_ip, masked, newsletter_of, nowhere, preview, unknown_link};
use crate::app::App;
use crate::i18n::{Locale, Value};
use crate::keys::{Claim, Purpose};
use crate::newsletters::{self, Newsletter, Schedule, words};
use crate::subscribers::Subscriber;
use crate::subscribers::address::Email;
use crate::subscribers::asked::Asked;
use crate::subscribers::confirm::{self, Pressed, Standing};
use crate::subscribers::opened;
use crate::subscribers::queue::{self, Queue};
use crate::texts::{Hole, Text};
use crate::web::frame::error::Error;
use crate::web::frame::input::Visitor;
use crate::web::frame::page::Page;

/// `GET /confirm/{token}`
pub async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, Error> {
    let path = format!("/confirm/{token}");
    if token == PREVIEW {
        return preview(visitor.locale_alone(), &path);
    }
    let standing = confirm::look(&app, &token).await?;
    if let Standing::Open(subscriber) = &standing {
        opened::note(&app, subscriber);
    }
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
            opened::note(&app, &subscriber);
            let newsletter = newsletter_of(&app, &subscriber).await?;
            consented(&app, &token, visitor.locale_of(&subscriber.language), &newsletter, &subscriber).await?
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
        Standing::Unknown => nowhere(app, visitor.locale_alone(), Purpose::Confirm, token, &path).await,
        Standing::Open(subscriber) => ask(app, visitor, token, &subscriber).await,
        Standing::Confirmed(subscriber) => {
            let (page, newsletter) = frame(app, visitor, &subscriber, path).await?;
            let locale = page.locale();
            with_next(app, confirmed_before(page), locale, &newsletter, &subscriber).await?.answer()
        }
        Standing::Expired(subscriber) => {
            let (page, _) = frame(app, visitor, &subscriber, path).await?;
            expired(page, token, app.config.signup.confirm_days).answer()
        }
        Standing::Ended(subscriber) => {
            let (page, newsletter) = frame(app, visitor, &subscriber, path).await?;
            ended(page, &newsletter).answer()
        }
    }
}

async fn ask(app: &App, visitor: &Visitor, token: &str, subscriber: &Subscriber) -> Result<Response, Error> {
    let path = format!("/confirm/{token}");
    let (page, newsletter) = frame(app, visitor, subscriber, path.clone()).await?;
    let lead = consented(app, token, page.locale(), &newsletter, subscriber).await?;
    let claim = Claim { subject: subscriber.id, version: subscriber.token_version, issued_at: 0 };
    let refuse = format!("/not-me/{}?lang={}", app.keys.sign(Purpose::NotMe, claim), page.lang());
    last_step(page, lead, &subscriber.email, path, refuse).answer()
}

/// The page with the button: what it agrees to, and the address that it is about.
pub(super) fn last_step(page: Page, lead: String, email: &str, press: String, refuse: String) -> Note {
    let (title, button) = (page.own(Text::LastStepHeading), page.own(Text::LastStepButton));
    let (address, not_you, never) = (page.t("fact-address"), page.t("confirm-not-you"), page.t("confirm-refuse"));
    Note::new(page, Mark::Envelope, title, lead)
        .fact(address, masked(email))
        .button(press, button)
        .more(not_you)
        .link(refuse, never)
}

pub(super) fn confirmed_before(page: Page) -> Note {
    let (title, lead) = (page.own(Text::ConfirmedBeforeHeading), page.own(Text::ConfirmedBeforeParagraph));
    Note::new(page, Mark::Check, title, lead)
}

pub(super) fn expired(page: Page, token: &str, days: u32) -> Note {
    let days = [(Hole::Days, Value::Count(i64::from(days)))];
    let (title, lead) = (page.own(Text::ExpiredHeading), page.own_with(Text::ExpiredParagraph, &days));
    let button = page.own(Text::ExpiredButton);
    Note::new(page, Mark::Envelope, title, lead).button(format!("/confirm/{token}/again"), button)
}

pub(super) fn ended(page: Page, newsletter: &Newsletter) -> Note {
    let form = format!("/n/{}?lang={}", newsletter.slug, page.lang());
    let (title, lead, to_the_form) =
        (page.own(Text::EndedHeading), page.own(Text::EndedParagraph), page.t("to-the-form"));
    Note::new(page, Mark::Door, title, lead).link(form, to_the_form)
}

pub(super) fn welcomed(page: Page) -> Note {
    let (title, lead) = (page.own(Text::ConfirmedHeading), page.own(Text::ConfirmedParagraph));
    Note::new(page, Mark::Check, title, lead)
}

async fn welcome(app: &App, visitor: &Visitor, token: &str, subscriber: &Subscriber) -> Result<Response, Error> {
    let (page, newsletter) = frame(app, visitor, subscriber, format!("/confirm/{token}")).await?;
    let (locale, advice) = (page.locale(), page.own(Text::ConfirmedAdvice));
    with_next(app, welcomed(page), locale, &newsletter, subscriber).await?.more(advice).answer()
}

/// What the button agrees to; stored with the consent.
async fn consented(
    app: &App,
    token: &str,
    locale: &Locale,
    newsletter: &Newsletter,
    subscriber: &Subscriber,
) -> Result<String, Error> {
    let wished = confirm::wished(app, token, subscriber).await?.rhythm;
    Ok(agreed(locale, newsletter, schedule(app, newsletter, subscriber, wished).await?))
}

/// The same for one rhythm.
pub(super) fn agreed(locale: &Locale, newsletter: &Newsletter, schedule: Option<Schedule>) -> String {
    let rhythm = schedule.map_or_else(|| locale.text("rhythm-post"), |schedule| words::rhythm(&schedule, locale));
    let variables = [("newsletter", Value::Text(&newsletter.name)), ("rhythm", Value::Text(&rhythm))];
    locale.format("confirm-lead", &variables)
}

/// The rhythm that they chose with the form, if they may, else the one that they are on.
async fn schedule(
    app: &App,
    newsletter: &Newsletter,
    subscriber: &Subscriber,
    wished: Option<i64>,
) -> Result<Option<Schedule>, Error> {
    let schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    let chosen = schedules.iter().find(|schedule| schedule.offered && Some(schedule.id) == wished);
    let own = || schedules.iter().find(|schedule| schedule.id == subscriber.schedule_id);
    Ok(chosen.or_else(own).or(newsletters::default_of(&schedules)).cloned())
}

async fn with_next(
    app: &App,
    note: Note,
    locale: &Locale,
    newsletter: &Newsletter,
    subscriber: &Subscriber,
) -> Result<Note, Error> {
    let schedule = schedule(app, newsletter, subscriber, None).await?;
    let next = schedule.filter(|schedule| !schedule.paused).and_then(|schedule| words::next(&schedule, locale));
    Ok(match next {
        Some(next) => note.more(next),
        None => note,
    })
}
