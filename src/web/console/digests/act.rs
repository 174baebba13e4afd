//! `POST …/digests/{digest}/{act}`: one verb of `digests` each; `GET` of those that ask once more.
//!
//! In: a form that says in `seen` where its editor saw the digest. Out: 303 to the digest, or 409 with its page as it is now and what
//! happened in the meantime.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::super::form::Form;
use super::super::frame::Frame;
use super::super::guard::Editor;
use super::{find, page};
use crate::app::App;
use crate::clock::{timestamp, zone};
use crate::coded::Told as _;
use crate::digests::steer::{self, Doubt, Unknown};
use crate::digests::warmup::word;
use crate::digests::{Digest, DigestError, departure, edit};
use crate::events::{self, About};
use crate::i18n::Value;
use crate::ledger::{DigestState, progress};
use crate::newsletters;
use crate::views::digest::act::{self as acts, Act, Button, Since};
use crate::views::digest::page as view;
use crate::web::frame::error::Error;

/// The page that asks once more.
#[derive(Template)]
#[template(path = "console/digest/ask.html")]
struct Ask {
    frame: Frame,
    id: String,
    subject: String,
    seen: String,
    button: Button,
    /// Why it cannot be done where the digest stands now.
    problem: Option<String>,
}

/// The act at the end of a path.
fn act_of(uri: &Uri) -> Result<Act, Error> {
    let last = uri.path().rsplit('/').next().unwrap_or_default();
    last.parse().map_err(|_| Error::NotFound)
}

/// A page with one button, such as a letter links to.
pub async fn ask(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    uri: Uri,
) -> Result<Response, Error> {
    let (act, digest) = (act_of(&uri)?, find(&app, &editor, &id).await?);
    let known = view::known(&app, &editor.newsletter, &digest).await?;
    let possible = acts::is_possible(act, &digest, &known);
    let problem = if possible { None } else { Some(meanwhile(&app, &editor, &digest).await?) };
    let button = acts::button(act, &digest, &known, editor.locale);
    let frame = editor.frame(&app, "console-digests").titled(button.label.clone());
    let seen = acts::seen(&digest, known.revision);
    let page = Ask { frame: frame.clone(), id: digest.public_id, subject: digest.subject, seen, button, problem };
    frame.answer(StatusCode::OK, &page)
}

/// Does it.
pub async fn press(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    uri: Uri,
    form: Form,
) -> Result<Response, Error> {
    let (act, digest) = (act_of(&uri)?, find(&app, &editor, &id).await?);
    let home = format!("digests/{}", digest.public_id);
    let revision = edit::sql::words(&app.db, digest.id).await?.revision;
    match form.get("seen").map_or(Since::Nothing, |seen| acts::since(act, seen, &digest, revision)) {
        Since::Nothing => {}
        Since::State if acts::is_done(act, &digest) => return Ok(editor.done(&home, "digest-already")),
        Since::State => return late(&app, &editor, &digest, None).await,
        Since::Words => {
            let problem = Some(editor.locale.text("digest-meanwhile-edited"));
            return page::answer(&app, &editor, &digest, StatusCode::CONFLICT, problem).await;
        }
    }
    let done = run(&app, &editor, &digest, act, &form).await;
    progress::changed(&app, digest.id);
    match done {
        Ok(Done { said, count }) => Ok(editor.done_with(&home, said, count)),
        Err(DigestError::Refused(why)) => {
            let words = why.words(editor.locale);
            late(&app, &editor, &find(&app, &editor, &id).await?, Some(&words)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The sentence after an act.
struct Done {
    said: &'static str,
    count: i64,
}

async fn run(app: &Arc<App>, editor: &Editor, digest: &Digest, act: Act, form: &Form) -> Result<Done, DigestError> {
    let by = editor.actor();
    let done = |said| Ok(Done { said, count: 0 });
    match act {
        Act::Approve => {
            // Approved twice, it is on its way already.
            let waited = digest.state == DigestState::Waiting;
            let said = if waited { "digest-approved" } else { "digest-already" };
            departure::approve(app, digest, by).await.and(done(said))
        }
        Act::Stop => departure::take_back(app, digest, by).await.and(done("digest-stopped")),
        Act::Skip => {
            let back = form.get("posts") != Some("drop");
            let said = if back { "digest-skipped-back" } else { "digest-skipped" };
            steer::skip(app, digest, back, by).await.and(done(said))
        }
        Act::Pause => steer::pause(app, digest, by).await.and(done("digest-paused")),
        Act::Resume => steer::resume(app, digest, Unknown::TryLater, by).await.and(done("digest-resumed")),
        Act::Dead => steer::resume(app, digest, Unknown::AreDead, by).await.and(done("digest-resumed")),
        Act::Cancel => steer::cancel(app, digest, by).await.and(done("digest-cancelled")),
        Act::Retry | Act::Revive => {
            let revived = steer::retry(app, digest, act == Act::Revive, false, by).await?;
            Ok(Done { said: "digest-retried", count: revived.rows })
        }
        Act::Again => {
            let count = steer::decide(app, digest, Doubt::SendAgain, by).await?;
            Ok(Done { said: "digest-again", count })
        }
        Act::Settle => {
            let count = steer::decide(app, digest, Doubt::TakeForAccepted, by).await?;
            Ok(Done { said: "digest-settled", count })
        }
        Act::AtOnce => {
            let waits = digest.state == DigestState::Waiting;
            let said = if waits { "digest-at-once-waiting" } else { "digest-at-once" };
            word::at_once(app, digest, by).await.and(done(said))
        }
    }
}

/// The page as it is now, and why the button did nothing.
async fn late(app: &App, editor: &Editor, digest: &Digest, refused: Option<&str>) -> Result<Response, Error> {
    let happened = meanwhile(app, editor, digest).await?;
    let problem = match refused {
        Some(words) => editor
            .locale
            .format("digest-refused", &[("why", Value::Text(words)), ("meanwhile", Value::Text(&happened))]),
        None => happened,
    };
    page::answer(app, editor, digest, StatusCode::CONFLICT, Some(problem)).await
}

/// See [`events::Code::DigestEdited`].
const EDITED: &str = events::Code::DigestEdited.as_str();

/// What happened last to a digest, and when.
async fn meanwhile(app: &App, editor: &Editor, digest: &Digest) -> Result<String, Error> {
    // An edit does not move it: who edits is told by the revision.
    let last = events::of(&app.db, About::Digest(digest.id)).await?.into_iter().rfind(|row| row.code != EDITED);
    let Some(last) = last else { return Ok(editor.locale.text("digest-meanwhile")) };
    let schedule = newsletters::sql::schedule(&app.db, digest.schedule_id).await?;
    let zone = schedule.map_or_else(|| editor.zone.clone(), |schedule| zone(&schedule.zone));
    let zoned = timestamp(last.at).to_zoned(zone);
    let (date, time) = (editor.locale.date(&zoned), editor.locale.time(&zoned));
    let key = format!("digest-meanwhile-{}", last.code.trim_start_matches("digest."));
    let key = if editor.locale.has(&key) { key } else { "digest-meanwhile".to_owned() };
    Ok(editor.locale.format(&key, &[("date", Value::Text(&date)), ("time", Value::Text(&time))]))
}
