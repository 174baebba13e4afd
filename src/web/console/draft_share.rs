//! `…/drafts/{draft}/share`: links by which others read a draft before it is sent. Making one, and ending one.
//!
//! In: for how many days; which link ends. Out: the page with every link that is open; 303 after an act, 422 with why none was made.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::account::Choice;
use super::drafts::{find, titled};
use super::form::Form;
use super::frame::Frame;
use super::guard::Editor;
use super::posts::at;
use crate::app::App;
use crate::coded::Told as _;
use crate::drafts::{Draft, share};
use crate::i18n::Value;
use crate::people::accounts;
use crate::web::frame::error::Error;

/// Days that a link can be good for.
const DAYS: [i64; 3] = [7, 30, share::LONGEST];

struct Line {
    id: i64,
    address: String,
    made: String,
    ends: String,
}

#[derive(Template)]
#[template(path = "console/draft-share.html")]
struct Page {
    frame: Frame,
    back: String,
    title: String,
    lines: Vec<Line>,
    days: Vec<Choice>,
    problem: Option<String>,
}

fn path_of(draft: &Draft) -> String {
    format!("drafts/{}/share", draft.public_id)
}

/// `GET …/drafts/{draft}/share`
pub async fn show(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    page(&app, &editor, &draft, None).await
}

/// `POST …/drafts/{draft}/share`
pub async fn make(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    let days = form.get("days").and_then(|days| days.parse().ok()).unwrap_or_default();
    match share::make(&app, &draft, days, editor.actor()).await? {
        Ok(_) => Ok(editor.done(&path_of(&draft), "share-made")),
        Err(refusal) => page(&app, &editor, &draft, Some(refusal.words(editor.locale))).await,
    }
}

/// `POST …/drafts/{draft}/share/end`
pub async fn end(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let draft = find(&app, &editor, &id).await?;
    let share = form.get("share").and_then(|share| share.parse().ok()).ok_or(Error::NotFound)?;
    let ended = share::end(&app, &draft, Some(share), editor.actor()).await?;
    Ok(editor.done(&path_of(&draft), if ended > 0 { "share-ended" } else { "nothing-changed" }))
}

async fn page(app: &App, editor: &Editor, draft: &Draft, problem: Option<String>) -> Result<Response, Error> {
    let people: BTreeMap<i64, String> =
        accounts::all(&app.db).await?.into_iter().map(|person| (person.id, person.called().to_owned())).collect();
    let line = |share: share::Share| {
        let made = at(editor, share.created_at);
        let made = ("at", Value::Text(&made));
        Line {
            id: share.id,
            address: share.address(app),
            made: match people.get(&share.created_by) {
                Some(person) => editor.locale.format("share-made-by", &[made, ("person", Value::Text(person))]),
                None => editor.locale.format("share-made-at", &[made]),
            },
            ends: editor.locale.format("share-ends", &[("at", Value::Text(&at(editor, share.expires_at)))]),
        }
    };
    let day = |days: i64| Choice {
        value: days.to_string(),
        label: editor.locale.format("tokens-days", &[("count", days.into())]),
        chosen: days == 30,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = editor.frame(app, "share-title");
    let page = Page {
        back: editor.path(&format!("drafts/{}", draft.public_id)),
        title: titled(editor, &draft.title),
        lines: share::of(&app.db, draft.id, app.clock.now()).await?.into_iter().map(line).collect(),
        days: DAYS.into_iter().map(day).collect(),
        problem,
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}
