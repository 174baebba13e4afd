//! `/api/v1/newsletters/{slug}/digests` and `/api/v1/digests/{id}`: send, watch and steer digests.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::app::App;
use crate::digests::posts::Which;
use crate::digests::steer::{self, Doubt, Unknown};
use crate::digests::warmup::word;
use crate::digests::{Digest, Refusal, approve, departure, release, send as sending, sql};
use crate::events::Actor;
use crate::ledger::reopen::Revived;
use crate::newsletters::{self, Newsletter};
use crate::phrase;
use crate::views::digest::{self as view, DigestView};
use crate::web::frame::error::Error;

use super::once::{Done, Request};
use super::token::Caller;
use super::{Language, Paging, body, newsletter};

/// How long an answer waits for a release; a longer release continues by itself, and the digest's state says so.
const RELEASE_WAIT: Duration = Duration::from_secs(10);

/// The digests of a newsletter, the youngest first, skipped slots too.
pub async fn list(
    State(app): State<Arc<App>>,
    _caller: Caller,
    Language(locale): Language,
    Path(slug): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let newsletter = newsletter(&app, &slug).await?;
    let paging = Paging::read(&uri)?;
    let before = match &paging.cursor {
        None => i64::MAX,
        Some(id) => find(&app, id).await?.id,
    };
    let schedules = view::schedule_ids(&app, &newsletter).await?;
    let rows = sql::before(&app.db, newsletter.id, before, paging.rows()).await?;
    let show = |digest: &Digest| view::show(&newsletter, &schedules, digest, locale);
    Ok(paging.page(uri.path(), rows, |digest| digest.public_id.clone(), show))
}

/// One digest with its counts.
pub async fn show(
    State(app): State<Arc<App>>,
    _caller: Caller,
    language: Language,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let digest = find(&app, &id).await?;
    Ok(Json(in_full(&app, &digest, language).await?).into_response())
}

/// What a "send now" may say.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SendBody {
    /// On which of the newsletter's schedules.
    #[serde(default = "first")]
    schedule: usize,
    /// Include posts still in their waiting period.
    #[serde(default)]
    unsettled: bool,
}

fn first() -> usize {
    1
}

/// Sends what waits now: 201 with the digest, 200 with the one that another request has just made.
pub async fn send(
    State(app): State<Arc<App>>,
    caller: Caller,
    language: Language,
    Path(slug): Path<String>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let by = Actor::Token(caller.token_id);
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let wish: SendBody = body(&said)?;
    let newsletter = newsletter(&app, &slug).await?;
    let task = app.clone();
    request.once(&app, Box::pin(async move { send_now(&task, &newsletter, wish, (language, by)).await })).await
}

async fn send_now(
    app: &Arc<App>,
    newsletter: &Newsletter,
    wish: SendBody,
    (language, by): (Language, Actor),
) -> Result<Done, Error> {
    let mut schedules = newsletters::sql::schedules(&app.db, newsletter.id).await?;
    if wish.schedule == 0 || wish.schedule > schedules.len() {
        let detail = format!(
            "the newsletter has {}; `schedule` counts from 1",
            phrase::count(schedules.len(), "schedule", "schedules")
        );
        return Err(Error::problem(StatusCode::UNPROCESSABLE_ENTITY, "schedule-not-found", detail));
    }
    let schedule = schedules.swap_remove(wish.schedule - 1);
    let which = if wish.unsettled { Which::All } else { Which::SettledOrGiven };
    let made = sending::make(app, newsletter, &schedule, which, by).await?;
    let digest = released(app, &made.digest).await?;
    let status = if made.made { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answer(app, &digest, status, None, language).await?.at(format!("/api/v1/digests/{}", digest.public_id)))
}

/// Releases a digest, to its end if that does not take long.
async fn released(app: &Arc<App>, digest: &Digest) -> Result<Digest, Error> {
    let (task, id) = (app.clone(), digest.id);
    let release = tokio::spawn(async move { release::run(&task, id).await });
    match tokio::time::timeout(RELEASE_WAIT, release).await {
        Ok(ended) => Ok(ended.map_err(|error| Error::Internal(error.into()))??),
        Err(_) => find(app, &digest.public_id).await,
    }
}

/// `approve`, `stop`, `skip`, `pause`, `resume`, `cancel`, `retry`, `settle` or `at-once`.
pub async fn steer(
    State(app): State<Arc<App>>,
    caller: Caller,
    language: Language,
    Path((id, action)): Path<(String, String)>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    said: Bytes,
) -> Result<Response, Error> {
    let by = Actor::Token(caller.token_id);
    let request = Request::read(caller, &method, &uri, &headers, &said)?;
    let Some(action) = Action::read(&action, &said)? else { return Err(Error::NotFound) };
    let digest = find(&app, &id).await?;
    let task = app.clone();
    let act = async move {
        let (digest, revived) = action.act(&task, &digest, by).await?;
        answer(&task, &digest, StatusCode::OK, revived, language).await
    };
    request.once(&app, Box::pin(act)).await
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Approve,
    Stop,
    Skip { give_back: bool },
    Pause,
    Resume(Unknown),
    Cancel,
    Retry { bounced: bool },
    Decide(Doubt),
    AtOnce,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SkipBody {
    /// Let the posts wait for the next digest instead of skipping them.
    #[serde(default)]
    give_back: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RetryBody {
    /// Retry mails in doubt instead of refused recipients.
    #[serde(default)]
    doubtful: bool,
    /// Retry recipients whose address was refused instead, and undo their bounce.
    #[serde(default)]
    bounced: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResumeBody {
    /// Treat addresses that the mail server calls unknown as dead, instead of trying them again later.
    #[serde(default)]
    accept_bounces: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoBody {}

impl Action {
    fn read(name: &str, said: &Bytes) -> Result<Option<Self>, Error> {
        let action = match name {
            "skip" => return Ok(Some(Self::Skip { give_back: body::<SkipBody>(said)?.give_back })),
            "retry" => {
                return match body::<RetryBody>(said)? {
                    RetryBody { doubtful: true, bounced: true } => Err(Error::problem(
                        StatusCode::UNPROCESSABLE_ENTITY,
                        "one-kind",
                        "either `doubtful` or `bounced`: a retry is for one kind of recipients".to_owned(),
                    )),
                    RetryBody { doubtful: true, .. } => Ok(Some(Self::Decide(Doubt::SendAgain))),
                    RetryBody { bounced, .. } => Ok(Some(Self::Retry { bounced })),
                };
            }
            "resume" => {
                let dead = body::<ResumeBody>(said)?.accept_bounces;
                return Ok(Some(Self::Resume(if dead { Unknown::AreDead } else { Unknown::TryLater })));
            }
            "approve" => Self::Approve,
            "stop" => Self::Stop,
            "pause" => Self::Pause,
            "cancel" => Self::Cancel,
            "settle" => Self::Decide(Doubt::TakeForAccepted),
            "at-once" => Self::AtOnce,
            _ => return Ok(None),
        };
        body::<NoBody>(said)?;
        Ok(Some(action))
    }

    /// The digest after the action; for a retry also what it did.
    async fn act(self, app: &Arc<App>, digest: &Digest, by: Actor) -> Result<(Digest, Option<Revived>), Error> {
        let mut revived = None;
        let changed = match self {
            Self::Approve => approve::allow(app, digest, by).await?,
            Self::Stop => departure::take_back(app, digest, by).await?,
            Self::Skip { give_back } => steer::skip(app, digest, give_back, by).await?,
            Self::Pause => steer::pause(app, digest, by).await?,
            Self::Resume(unknown) => steer::resume(app, digest, unknown, by).await?,
            Self::Cancel => steer::cancel(app, digest, by).await?,
            Self::AtOnce => word::at_once(app, digest, by).await?,
            Self::Retry { bounced } => {
                revived = Some(steer::retry(app, digest, bounced, false, by).await?);
                find(app, &digest.public_id).await?
            }
            Self::Decide(doubt) => {
                let rows = steer::decide(app, digest, doubt, by).await?;
                if doubt == Doubt::SendAgain {
                    revived = Some(Revived { rows, ..Revived::default() });
                }
                find(app, &digest.public_id).await?
            }
        };
        Ok((released(app, &changed).await?, revived))
    }
}

async fn answer(
    app: &App,
    digest: &Digest,
    status: StatusCode,
    revived: Option<Revived>,
    language: Language,
) -> Result<Done, Error> {
    let shown = in_full(app, digest, language).await?;
    let mut shown = serde_json::to_value(shown).map_err(|error| Error::Internal(error.into()))?;
    if let Some(Revived { rows, brought_back, kept_out }) = revived {
        shown["retried"] = rows.into();
        shown["brought_back"] = brought_back.into();
        shown["kept_out"] = kept_out.into();
    }
    Ok(Done::new(status, &shown))
}

/// The digest of an id outside.
pub(super) async fn find(app: &App, id: &str) -> Result<Digest, Error> {
    let found = sql::by_public_id(&app.db, id).await?;
    Ok(found.ok_or(Refusal::Unknown)?)
}

async fn in_full(app: &App, digest: &Digest, Language(locale): Language) -> Result<DigestView, Error> {
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?.ok_or(Error::NotFound)?;
    Ok(view::in_full(app, &newsletter, digest, locale).await?)
}
