//! `/console/n/{newsletter}/drafts/{draft}/ready`: what becomes of a draft that is ready, before it does: a post for the next digests, a
//! letter now or at an hour.
//!
//! In: a draft at the revision that was seen. Out: [`crate::drafts::publish`]'s and [`crate::digests::letter`]'s answers. The button
//! says what it does and to how many; what it did can be taken back until it has left.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::DateTime;

use super::drafts::{find, titled};
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use super::posts::at;
use crate::app::App;
use crate::clock::Millis;
use crate::coded::Told as _;
use crate::digests::letter::{self, Planned};
use crate::digests::posts::{self, Which};
use crate::digests::{self, DigestError, preflight};
use crate::drafts::publish::{self, Published};
use crate::drafts::{Draft, Kind};
use crate::feeds::given::AddError;
use crate::i18n::Value;
use crate::newsletters;
use crate::people::role::Right;
use crate::views::mail::{CheckLine, check_lines};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/draft-ready.html")]
struct Ready {
    frame: Frame,
    id: String,
    revision: i64,
    letter: bool,
    /// With which digests a post leaves, or to how many a letter goes.
    effects: Vec<String>,
    /// Why it cannot leave.
    problem: Option<String>,
    /// What must or should be mended first.
    checks: Vec<CheckLine>,
    may: bool,
    button: String,
    zone: String,
    when: String,
}

/// `GET /console/n/{newsletter}/drafts/{draft}/ready`
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    page(&app, &editor, &draft, None, "").await
}

async fn page(
    app: &App,
    editor: &Editor,
    draft: &Draft,
    problem: Option<String>,
    when: &str,
) -> Result<Response, Error> {
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = editor.frame(app, "draft-ready-title").titled(titled(editor, &draft.title));
    let letter = draft.kind == Kind::Letter;
    let recipients = letter::recipients(app, editor.newsletter.id).await?;
    let effects = if letter {
        vec![frame.count("draft-ready-letter-effect", "count", recipients)]
    } else {
        effects(app, editor).await?
    };
    let missing = (draft.title.is_empty()).then(|| frame.t("draft-ready-no-title"));
    let empty = draft.body.trim().is_empty().then(|| frame.t("draft-ready-no-body"));
    let checks = checks(app, editor, draft).await?;
    let whole = draft.is_open() && !draft.title.is_empty() && !draft.body.trim().is_empty();
    let clean = !checks.iter().any(|line| line.blocks);
    let page = Ready {
        id: draft.public_id.clone(),
        revision: draft.revision,
        letter,
        effects,
        problem: problem.or(missing).or(empty),
        may: whole && clean && (!letter || editor.may(Right::Send)),
        checks,
        button: if letter {
            frame.count("draft-ready-send", "count", recipients)
        } else {
            frame.t("draft-ready-publish")
        },
        zone: editor.zone.iana_name().unwrap_or("UTC").to_owned(),
        when: when.to_owned(),
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

/// What the list before sending says of a draft; nothing as long as it has no title.
async fn checks(app: &App, editor: &Editor, draft: &Draft) -> Result<Vec<CheckLine>, Error> {
    let prepared = match publish::prepare(app, draft).await {
        Err(AddError::Invalid { .. }) => return Ok(Vec::new()),
        prepared => prepared?,
    };
    let zone = editor.zone.iana_name().unwrap_or("UTC");
    let judged =
        preflight::draft::of(app, &editor.newsletter, draft.kind, prepared.as_post(draft.newsletter_id), zone).await?;
    Ok(check_lines(&judged.findings, editor.locale))
}

/// What must be mended in a draft before it leaves, in one line.
async fn blocked(app: &App, editor: &Editor, draft: &Draft) -> Result<Option<String>, Error> {
    let blocking = checks(app, editor, draft).await?.into_iter().filter(|line| line.blocks);
    let words: Vec<String> = blocking.map(|line| line.words).collect();
    Ok((!words.is_empty()).then(|| words.join("; ")))
}

/// With which digest a post of now leaves on each rhythm.
async fn effects(app: &App, editor: &Editor) -> sqlx::Result<Vec<String>> {
    let (mut said, now) = (Vec::new(), app.clock.now());
    for schedule in newsletters::sql::schedules(&app.db, editor.newsletter.id).await? {
        let people = digests::sql::audience_shown(app, &editor.newsletter, schedule.id).await?;
        let people = editor.locale.format("today-people", &[("count", Value::Count(people))]);
        let key = match schedule.next_due_at {
            _ if schedule.paused => "draft-effect-paused",
            Some(_) => "draft-effect",
            None => "draft-effect-alone",
        };
        let waiting = posts::waiting(app, &schedule, Which::All).await?;
        // It rests first, like any other.
        let own = now + posts::rest(app);
        let rested: Vec<Millis> = waiting.iter().map(|post| posts::rested_at(app, post)).chain([own]).collect();
        let when = posts::slot_of(&schedule, &rested, own, now).map(|slot| at(editor, slot)).unwrap_or_default();
        said.push(editor.locale.format(key, &[("when", Value::Text(&when)), ("people", Value::Text(&people))]));
    }
    Ok(said)
}

fn revision(form: &Form) -> i64 {
    form.get("revision").and_then(|revision| revision.parse().ok()).unwrap_or(0)
}

/// `POST /console/n/{newsletter}/drafts/{draft}/publish`: the draft is a post.
pub async fn publish(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    if draft.kind != Kind::Post {
        return Err(Error::NotFound);
    }
    if draft.is_open()
        && draft.revision == revision(&form)
        && let Some(words) = blocked(&app, &editor, &draft).await?
    {
        return page(&app, &editor, &draft, Some(words), "").await;
    }
    match publish::publish(&app, editor.newsletter.id, &id, revision(&form), editor.actor()).await {
        Ok(Published::Done(draft)) => Ok(editor.done(&format!("drafts/{}", draft.public_id), "draft-published")),
        Ok(Published::Changed(_)) => Ok(editor.done(&format!("drafts/{id}/ready"), "draft-changed")),
        Ok(Published::NoSuchDraft) => Err(Error::NotFound),
        Err(AddError::Invalid { why, .. }) => page(&app, &editor, &draft, Some(why.words(editor.locale)), "").await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /console/n/{newsletter}/drafts/{draft}/send`: the letter leaves, in a minute or at an hour.
pub async fn send(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    if draft.kind != Kind::Letter {
        return Err(Error::NotFound);
    }
    let when = form.text("when");
    let chosen = form.get("leaves") == Some("later");
    let leaves_at = if chosen { instant(&editor, &when).filter(|at| *at >= app.clock.now()) } else { None };
    if chosen && leaves_at.is_none() {
        return page(&app, &editor, &draft, Some(editor.locale.text("draft-ready-no-time")), &when).await;
    }
    if draft.published_at.is_some() {
        return Ok(editor.done(&format!("drafts/{id}"), "draft-sent"));
    }
    if draft.revision != revision(&form) || !draft.is_open() {
        return Ok(editor.done(&format!("drafts/{id}/ready"), "draft-changed"));
    }
    let prepared = match publish::prepare(&app, &draft).await {
        Err(AddError::Invalid { why, .. }) => {
            return page(&app, &editor, &draft, Some(why.words(editor.locale)), &when).await;
        }
        prepared => prepared?,
    };
    if let Some(words) = blocked(&app, &editor, &draft).await? {
        return page(&app, &editor, &draft, Some(words), &when).await;
    }
    match letter::plan(&app, &editor.newsletter, &draft, &prepared, leaves_at, editor.actor()).await {
        Ok(Planned::Leaves(_)) if chosen => Ok(editor.done(&format!("drafts/{id}"), "draft-planned")),
        Ok(Planned::Leaves(_)) => Ok(editor.done(&format!("drafts/{id}"), "draft-sent")),
        Ok(Planned::Changed) => Ok(editor.done(&format!("drafts/{id}/ready"), "draft-changed")),
        Err(DigestError::Refused(refusal)) => {
            page(&app, &editor, &draft, Some(refusal.words(editor.locale)), &when).await
        }
        Err(error) => Err(Error::from(error)),
    }
}

/// An instant as a form gives it, on the newsletter's clock (HTML section 2.3.5.5: `2026-06-08T08:00`).
fn instant(editor: &Editor, when: &str) -> Option<Millis> {
    let local: DateTime = when.trim().parse().ok()?;
    let zoned = local.to_zoned(editor.zone.clone()).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// `POST /console/n/{newsletter}/drafts/{draft}/take-back`: the post is a draft again.
pub async fn take_back(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    if draft.kind != Kind::Post {
        return Err(Error::NotFound);
    }
    let done = publish::take_back(&app, &draft, editor.actor()).await?;
    Ok(taken_back(&editor, &id, done || draft.is_open()))
}

/// `POST /console/n/{newsletter}/drafts/{draft}/stop`: the letter does not leave, and is a draft again.
pub async fn stop(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    if draft.kind != Kind::Letter {
        return Err(Error::NotFound);
    }
    match letter::take_back(&app, &draft, editor.actor()).await {
        Ok(done) => Ok(taken_back(&editor, &id, done || draft.is_open())),
        Err(DigestError::Refused(_)) => Ok(taken_back(&editor, &id, false)),
        Err(error) => Err(Error::from(error)),
    }
}

fn taken_back(editor: &Editor, id: &str, done: bool) -> Response {
    editor.done(&format!("drafts/{id}"), if done { "draft-taken-back" } else { "draft-left" })
}
