//! `…/digests/send`: what "send now" would do, and doing it. It leaves in a minute, and can be taken back until then.
//!
//! In: a rhythm (`schedule`, its number), whether posts that still rest go too (`unsettled`), and the posts that were shown: nothing
//! else leaves. Out: 303 to the digest, or the page with what stands against it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::super::form::Form;
use super::super::frame::Frame;
use super::super::guard::Editor;
use crate::app::App;
use crate::coded::Told as _;
use crate::digests::posts::Which;
use crate::digests::{DigestError, send};
use crate::newsletters::{self, Schedule};
use crate::views::digest::sending::{self, Sending};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/digest/send.html")]
struct Page {
    frame: Frame,
    sending: Sending,
    /// Its number, and whether resting posts go too.
    number: i64,
    unsettled: bool,
    /// The other rhythms.
    others: Vec<i64>,
    problem: Option<String>,
}

/// Which rhythm, and which of the posts that wait.
#[derive(Clone, Copy, Debug)]
struct Wish {
    number: i64,
    unsettled: bool,
}

impl Wish {
    fn read<'a>(get: impl Fn(&str) -> Option<std::borrow::Cow<'a, str>>) -> Self {
        let number = get("schedule").and_then(|number| number.parse().ok()).unwrap_or(1);
        Self { number, unsettled: get("unsettled").is_some_and(|value| value == "1") }
    }

    fn which(self) -> Which {
        if self.unsettled { Which::All } else { Which::SettledOrGiven }
    }
}

/// Shows what would be sent.
pub async fn show(State(app): State<Arc<App>>, editor: Editor, uri: Uri) -> Result<Response, Error> {
    let wish = Wish::read(|name| {
        let mut pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value)
    });
    answer(&app, &editor, wish, StatusCode::OK, None).await
}

/// Sends it.
pub async fn press(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let wish = Wish::read(|name| form.get(name).map(Into::into));
    let (schedule, _) = schedule(&app, &editor, wish.number).await?;
    let shown: Vec<i64> = form.all("post").filter_map(|id| id.parse().ok()).collect();
    if shown.is_empty() {
        return answer(&app, &editor, wish, StatusCode::UNPROCESSABLE_ENTITY, None).await;
    }
    match send::soon(&app, &editor.newsletter, &schedule, wish.which(), &shown, editor.actor()).await {
        Ok(sent) => {
            let said = if sent.made { "digest-sent-soon" } else { "digest-already" };
            Ok(editor.done(&format!("digests/{}", sent.digest.public_id), said))
        }
        Err(DigestError::Refused(why)) => {
            let words = why.words(editor.locale);
            answer(&app, &editor, wish, StatusCode::CONFLICT, Some(words)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The rhythm of a number, and how many there are.
async fn schedule(app: &App, editor: &Editor, number: i64) -> Result<(Schedule, i64), Error> {
    let all = newsletters::sql::schedules(&app.db, editor.newsletter.id).await?;
    let count = all.len() as i64;
    let found = number
        .checked_sub(1)
        .and_then(|index| usize::try_from(index).ok())
        .and_then(|index| all.into_iter().nth(index));
    Ok((found.ok_or(Error::NotFound)?, count))
}

async fn answer(
    app: &App,
    editor: &Editor,
    wish: Wish,
    status: StatusCode,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (schedule, count) = schedule(app, editor, wish.number).await?;
    let sending = sending::sending(app, &editor.newsletter, &schedule, wish.which(), editor.locale).await?;
    let frame = editor.frame(app, "digest-send-title");
    let others = (1..=count).filter(|number| *number != wish.number).collect();
    let page = Page { frame: frame.clone(), sending, number: wish.number, unsettled: wish.unsettled, others, problem };
    frame.answer(status, &page)
}
