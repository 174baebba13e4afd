//! How much room a draft takes in its mail, beside the field that it is typed into and above its preview: so that nobody learns it only
//! when it is published.
//!
//! In: a stored draft, or a post that what was typed would be. Out: [`Room`], in the words of whoever reads.

use super::drafts::titled;
use super::guard::Editor;
use crate::app::App;
use crate::coded::Told as _;
use crate::digests::preflight::Check;
use crate::digests::preflight::draft::{self as judge, Judged};
use crate::drafts::{Draft, Kind, publish};
use crate::feeds::Post;
use crate::feeds::given::AddError;
use crate::i18n::Locale;
use crate::views::mail;
use crate::web::frame::error::Error;

/// What a draft takes.
#[derive(Clone, Debug, Default)]
pub struct Room {
    /// "12 kB of 90", unless a part of it does not fit.
    pub size: Option<String>,
    /// What does not fit, and what to do.
    pub lines: Vec<String>,
}

/// Of a draft as it is stored, with a title or still without.
pub(super) async fn of(app: &App, editor: &Editor, draft: &Draft) -> Result<Room, Error> {
    if draft.body.trim().is_empty() {
        return Ok(Room::default());
    }
    let named = Draft { title: titled(editor, &draft.title), ..draft.clone() };
    let prepared = match publish::prepare(app, &named).await {
        Err(AddError::Invalid { why, .. }) => {
            return Ok(Room { size: None, lines: vec![why.words(editor.locale)] });
        }
        prepared => prepared?,
    };
    let judged = judged(app, editor, draft.kind, prepared.as_post(draft.newsletter_id)).await?;
    Ok(of_judged(&judged, editor.locale))
}

/// What speaks against it, and the mail that it makes.
pub(super) async fn judged(app: &App, editor: &Editor, kind: Kind, post: Post) -> Result<Judged, Error> {
    let zone = editor.zone.iana_name().unwrap_or("UTC");
    Ok(judge::of(app, &editor.newsletter, kind, post, zone).await?)
}

/// Of what was judged.
pub(super) fn of_judged(judged: &Judged, locale: &Locale) -> Room {
    let speaks = |check: &Check| {
        matches!(check, Check::Cut | Check::Size { .. } | Check::Lost { .. } | Check::LostBeside { .. })
    };
    let about_room = judged.findings.iter().filter(|finding| speaks(&finding.check));
    let lines: Vec<String> = about_room.map(|finding| finding.check.words(locale)).collect();
    let size = judged.mail.as_ref().filter(|made| made.weight.lost.is_empty());
    let size = size.map(|made| mail::size(&judged.content, made, locale).words);
    Room { size, lines }
}
