//! The form: `GET` shows it, `POST` asks to subscribe. What happens then is the same page for everybody.
//!
//! In: `email`, `name`, `lang`, `page`, and where the form asks them a rhythm and topics ([`super::choosing`]), as form or JSON, from our page or from a plain form on another site. Out: 303 to the
//! page that says "look into your mailbox", or the form again with what was typed and one sentence on what is wrong.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use tokio::time::Instant;

use super::choosing::Choosing;
use super::form::{Again, Form, Stamp};
use super::limits::{Admission, Networks};
use super::{Mark, Note, kept_ip};
use crate::app::App;
use crate::newsletters::front::Front;
use crate::newsletters::{self, Newsletter};
use crate::origin;
use crate::subscribers::address::Email;
use crate::subscribers::asked::Asked;
use crate::subscribers::queue::{self, Queue, QueueError};
use crate::subscribers::{consent, preferences, typo};
use crate::texts::Text;
use crate::web::frame::error::Error;
use crate::web::frame::input::{Fields, Visitor};
use crate::web::frame::page::Page;

/// Longest page address that is kept, characters.
const LONGEST_PAGE: usize = 300;

/// How often the newsletter's settings are read for one request, when they change again and again.
const READS: usize = 3;

/// The field that no human sees; only robots fill it in.
const TRAP: &str = "website";

/// `GET /n/{newsletter}`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    visitor: Visitor,
    uri: Uri,
) -> Result<Response, Error> {
    let mut form = Form::load(&app, &slug, &visitor, None).await?;
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let ask: Vec<String> = query.filter(|(name, _)| name == "ask").map(|(_, ask)| ask.into_owned()).collect();
    form.choosing = Choosing::asked_for(&app, &form.newsletter, &ask.join(",")).await?;
    form.show(&app, "", None).await
}

/// `GET /n/{newsletter}/thanks`: the same for everybody. It names the sender of the letter, to search for in the spam folder.
pub async fn thanks(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let newsletter = newsletters::sql::by_slug(&app.db, &slug).await?.ok_or(Error::NotFound)?;
    let locale = visitor.locale(None, &newsletter.language);
    let texts = newsletters::texts::of(&app.db, newsletter.id).await?;
    let page = Page::new(locale, format!("/n/{slug}/thanks")).of(&newsletter).saying(texts);
    thanked(page, &newsletter).answer()
}

pub(super) fn thanked(page: Page, newsletter: &Newsletter) -> Note {
    let back = format!("/n/{}?lang={}", newsletter.slug, page.lang());
    let (title, lead) = (page.own(Text::ThanksHeading), page.own(Text::ThanksParagraph));
    let (more, fix) = (page.own(Text::ThanksAdvice), page.t("thanks-fix"));
    let (sender, address) = (page.t("thanks-sender"), page.t("fact-address"));
    Note::new(page, Mark::Envelope, title, lead)
        .fact(sender, newsletter.from_name.clone())
        .fact(address, newsletter.from_address.clone())
        .more(more)
        .link(back, fix)
}

/// `POST /n/{newsletter}`
pub async fn ask(
    State(app): State<Arc<App>>,
    Extension(networks): Extension<Arc<Networks>>,
    Extension(queue): Extension<Arc<Queue>>,
    Path(slug): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Error> {
    let mut asking =
        Asking { app, networks, queue, visitor, headers, fields, arrived: Instant::now(), admission: None };
    // What was kept of the newsletter serves those alone whose sign-up is stored; everybody else is judged by what is read now.
    if let Some(front) = asking.queue.fronts.kept(&slug)
        && let Some(response) = asking.with(front, true).await?
    {
        return Ok(response);
    }
    for _ in 0..READS {
        let front = asking.queue.fronts.read(&asking.app.db, &slug).await?.ok_or(Error::NotFound)?;
        if let Some(response) = asking.with(front, false).await? {
            return Ok(response);
        }
    }
    Err(QueueError::Changed.into())
}

/// One request to subscribe.
struct Asking {
    app: Arc<App>,
    networks: Arc<Networks>,
    queue: Arc<Queue>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
    arrived: Instant,
    /// What its network is granted: asked for once, however often the settings change meanwhile.
    admission: Option<Admission>,
}

impl Asking {
    /// The answer by these settings; none when they do not hold any more, or may not (`is_old`) where nothing is stored.
    async fn with(&mut self, front: Arc<Front>, is_old: bool) -> Result<Option<Response>, Error> {
        let mut form = Form::kept(front, &self.visitor, self.fields.get("lang"));
        form.choosing = Choosing::sent(&self.app, &form.newsletter, &self.fields).await?;
        match self.ask(&form).await {
            Ok(Ok(response)) => Ok(Some(response)),
            Ok(Err(_)) if is_old => Ok(None),
            Ok(Err(again)) => form.show(&self.app, self.typed(), Some(&again)).await.map(Some),
            Err(Trouble::Queue(QueueError::Changed)) => Ok(None),
            Err(Trouble::Queue(error)) => Err(error.into()),
            Err(Trouble::Other(error)) => Err(error),
        }
    }

    fn typed(&self) -> &str {
        self.fields.get("use").or(self.fields.get("email")).unwrap_or_default()
    }

    /// Judges what was typed, and has it stored; else says why the form is shown once more.
    async fn ask(&mut self, form: &Form) -> Result<Result<Response, Again>, Trouble> {
        let email = match Email::from_typed(self.typed()) {
            Ok(email) => email,
            Err(error) => return Ok(Err(Again::Wrong(error))),
        };
        let choices = match form.choosing.judged() {
            Ok(choices) => choices,
            Err(refused) => return Ok(Err(Again::Choice(refused))),
        };
        let stamp = form.judge_stamp(&self.app, self.fields.get("stamp")).await?;
        if stamp == Stamp::Stale {
            return Ok(Err(Again::Stale));
        }
        let meant = typo::suggestion(email.as_str());
        if let Some(meant) =
            meant.clone().filter(|_| !self.visitor.json && self.fields.get("hint") != Some(self.typed()))
        {
            return Ok(Err(Again::Hint(meant)));
        }
        let admission = *self.admission.get_or_insert_with(|| match self.fields.get(TRAP) {
            Some(_) => Admission::Full,
            None => self.networks.admit(self.visitor.ip, matches!(stamp, Stamp::Ours(_)), self.app.clock.now()),
        });
        if admission == Admission::Full {
            tracing::debug!(newsletter.id = form.newsletter.id, "a request to subscribe was passed over");
            self.pass_over(form).await?;
        } else {
            if let Err(error) = self.queue.door.judge(&email).await {
                return Ok(Err(Again::Wrong(error)));
            }
            let asked = asked(&self.app, form, &self.visitor, &self.headers, &self.fields, (email, stamp));
            self.queue.ask(Asked { not_before: admission.not_before(), choices, ..asked }).await?;
        }
        Ok(Ok(done(form, self.visitor.json, meant.as_deref())))
    }

    /// Nothing is stored, and it looks as if it were.
    async fn pass_over(&self, form: &Form) -> Result<(), Trouble> {
        if let Some(front) = &form.front
            && !self.queue.fronts.is_present(&self.app.db, front).await?
        {
            return Err(QueueError::Changed.into());
        }
        queue::keep_pace(self.arrived).await;
        Ok(())
    }
}

/// Why there is no answer yet.
enum Trouble {
    Queue(QueueError),
    Other(Error),
}

impl From<QueueError> for Trouble {
    fn from(error: QueueError) -> Self {
        Self::Queue(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Other(error.into())
    }
}

/// The same for everybody.
fn done(form: &Form, json: bool, meant: Option<&str>) -> Response {
    let locale = form.locale;
    if json {
        let mut said = json!({ "status": "asked", "message": form.say(Text::ThanksParagraph) });
        if let Some(meant) = meant {
            said["hint"] = json!({ "domain": meant, "message": form.question(meant) });
        }
        let language = [(header::CONTENT_LANGUAGE, locale.tag())];
        return (StatusCode::ACCEPTED, language, Json(said)).into_response();
    }
    Redirect::to(&format!("/n/{}/thanks?lang={}", form.newsletter.slug, locale.tag())).into_response()
}

fn asked(
    app: &App,
    form: &Form,
    visitor: &Visitor,
    headers: &HeaderMap,
    fields: &Fields,
    (email, stamp): (Email, Stamp),
) -> Asked {
    let (text, text_version, page) = match stamp {
        Stamp::Ours(text) => {
            let version = consent::version(consent::fingerprint(&text));
            (text, version, Some(form.address(app)))
        }
        Stamp::Lasting(text) => {
            let version = consent::version(consent::fingerprint(&text));
            (text, version, embedding_page(headers, fields))
        }
        _ => (String::new(), "embedded".to_owned(), embedding_page(headers, fields)),
    };
    Asked {
        newsletter_id: form.newsletter.id,
        address_hash: app.keys.address_hash(email.key()),
        email,
        name: fields.get("name").and_then(preferences::tidy_name),
        language: form.locale.tag().to_owned(),
        text,
        text_version,
        origin: page.as_deref().and_then(origin::of_page),
        page,
        ip: kept_ip(app, visitor),
        not_before: None,
        front: form.front.clone(),
        choices: None,
    }
}

/// The page with the form, as the browser sends it; without query and fragment, which may name the visitor.
fn embedding_page(headers: &HeaderMap, fields: &Fields) -> Option<String> {
    let referer = || headers.get(header::REFERER).or(headers.get(header::ORIGIN))?.to_str().ok();
    let mut page = url::Url::parse(fields.get("page").or_else(referer)?).ok()?;
    page.set_query(None);
    page.set_fragment(None);
    let web = matches!(page.scheme(), "http" | "https") && page.username().is_empty();
    web.then(|| page.as_str().chars().take(LONGEST_PAGE).collect())
}

impl From<QueueError> for Error {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Unavailable(_) | QueueError::Changed => Self::Unavailable(error.into()),
            QueueError::InDoubt(_) => Self::InDoubt(error.into()),
            QueueError::Failed(_) => Self::Internal(error.into()),
        }
    }
}
