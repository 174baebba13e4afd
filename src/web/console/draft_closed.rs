//! The page of a draft that cannot be changed (any more): what became of it, where it went, and whether it can still be taken back.
//!
//! In: a draft that was published or thrown away. Out: its page; the button is there only as long as it does something.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::drafts::{title_of, titled};
use super::frame::Frame;
use super::guard::Editor;
use super::posts::at;
use crate::app::App;
use crate::clock::Millis;
use crate::digests::standing::{self, Taken};
use crate::drafts::{Draft, KEPT, Kind};
use crate::i18n::Value;
use crate::ledger::DigestState;
use crate::newsletters;
use crate::people::role::Right;
use crate::views::inbox::{Around, InDigest};
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/draft-closed.html")]
struct Closed {
    frame: Frame,
    id: String,
    fate: String,
    letter: bool,
    deleted: bool,
    post: Option<i64>,
    /// The digests that hold it.
    digests: Vec<InDigest>,
    may_take_back: bool,
}

/// The page.
pub(super) async fn closed(app: &App, editor: &Editor, draft: Draft) -> Result<Response, Error> {
    let say = |key: &str, instant: Millis| editor.locale.format(key, &[("at", Value::Text(&at(editor, instant)))]);
    let fate = match (draft.published_at, draft.deleted_at) {
        (Some(published), _) => say("drafts-published", published),
        (None, deleted) => say("drafts-deleted", deleted.unwrap_or(draft.changed_at) + KEPT),
    };
    let taken = match draft.post_id {
        Some(post_id) => standing::taken(&app.db, &[post_id]).await?,
        None => Vec::new(),
    };
    let schedules = newsletters::sql::schedules(&app.db, editor.newsletter.id).await?;
    let now = app.clock.now();
    let around = Around { feeds: &[], schedules: &schedules, zone: &editor.zone, locale: editor.locale, now };
    let frame = editor.frame(app, title_of(draft.kind)).titled(titled(editor, &draft.title));
    let page = Closed {
        fate,
        letter: draft.kind == Kind::Letter,
        deleted: draft.deleted_at.is_some(),
        post: draft.post_id,
        may_take_back: may_take_back(editor, &draft, &taken),
        digests: taken.iter().map(|taken| around.in_digest(taken)).collect(),
        id: draft.public_id,
        frame: frame.clone(),
    };
    frame.answer(StatusCode::OK, &page)
}

/// As [`crate::drafts::publish::take_back`] and [`crate::digests::letter::take_back`] will decide: no digest holds the post, or no part
/// of the letter has left.
fn may_take_back(editor: &Editor, draft: &Draft, taken: &[Taken]) -> bool {
    match draft.kind {
        _ if draft.post_id.is_none() => false,
        Kind::Post => taken.is_empty(),
        Kind::Letter => editor.may(Right::Send) && taken.iter().all(|digest| digest.state == DigestState::Waiting),
    }
}
