//! `POST …/digests/{digest}/archive`: who may see a digest's page on the web, and whether it is withdrawn; and the part of the digest's page
//! that says so.
//!
//! In: a digest. Out: a [`Panel`] for `templates/console/digest/archive.html`, none for a slot without a mailing and none for who may
//! not send; 303 after an act. An act that was done already is done once more, which changes nothing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::choice;
use super::super::form::Form;
use super::super::guard::Editor;
use super::find;
use crate::app::App;
use crate::digests::Digest;
use crate::digests::archive::{self, Choice, Line, Standing, change, sql};
use crate::ledger::DigestState;
use crate::newsletters::Visibility;
use crate::people::role::Right;
use crate::views::archive as view;
use crate::web::frame::error::Error;

/// The page of a digest, as its editor sees it.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Its address, once there is one.
    pub address: Option<String>,
    /// Whether it leads somewhere.
    pub is_open: bool,
    /// How it is answered, in words.
    pub standing: String,
    /// Who may see it.
    pub choices: Vec<choice::Choice>,
    /// Whether it was sent.
    pub is_sent: bool,
    /// Whether it is withdrawn.
    pub is_withdrawn: bool,
}

/// The panel of a digest.
pub(super) async fn of(app: &App, editor: &Editor, digest: &Digest) -> Result<Option<Panel>, Error> {
    if digest.state == DigestState::Skipped || !editor.may(Right::Send) {
        return Ok(None);
    }
    let line = sql::of_digest(&app.db, digest).await?;
    let choice = match &line {
        Some(Line { visibility, withdrawn_at, .. }) => Choice { visibility: *visibility, withdrawn_at: *withdrawn_at },
        None => sql::choice(&app.db, digest.id).await?,
    };
    let standing = line.as_ref().map(|line| archive::standing(&editor.newsletter, line));
    let words = match standing {
        Some(standing) => view::standing(standing, editor.locale),
        None => editor.locale.text("archive-page-to-come"),
    };
    let own = |visibility: Option<Visibility>| {
        let name = visibility.map_or("newsletter", Visibility::as_str);
        choice::Choice::new(name, editor.locale.text(&format!("archive-show-{name}")), choice.visibility == visibility)
    };
    let address = line.map(|line| archive::url(&app.config.base_url, &editor.newsletter, &line.address));
    Ok(Some(Panel {
        address,
        is_open: matches!(standing, Some(Standing::Public | Standing::Link)),
        standing: words,
        choices: std::iter::once(None).chain(Visibility::ALL.iter().copied().map(Some)).map(own).collect(),
        is_sent: digest.released_at.is_some(),
        is_withdrawn: choice.withdrawn_at.is_some(),
    }))
}

/// `act`: `show` (with `visibility`), `withdraw`, `put-back`.
pub async fn press(
    State(app): State<Arc<App>>,
    editor: Editor,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Error> {
    let digest = find(&app, &editor, &id).await?;
    let said = match form.get("act") {
        Some("show") => {
            let visibility = match form.get("visibility").ok_or(Error::NotFound)? {
                "newsletter" => None,
                word => Some(word.parse::<Visibility>().map_err(|_| Error::NotFound)?),
            };
            change::show(&app, &digest, visibility).await?;
            "archive-page-saved"
        }
        Some("withdraw") => {
            change::withdraw(&app, &digest).await?;
            "archive-page-withdrawn"
        }
        Some("put-back") => {
            change::put_back(&app, &digest).await?;
            "archive-page-back"
        }
        _ => return Err(Error::NotFound),
    };
    Ok(editor.done(&format!("digests/{}", digest.public_id), said))
}
