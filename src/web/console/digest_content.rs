//! What a digest says, as part of its page: its line in an inbox, its posts, its size, what speaks against sending it.
//!
//! In: a digest. Out: a [`Content`], which `templates/console/digest/content.html` shows beside a `frame`. Of a digest that is frozen
//! nothing is made anew but its mail, for the line in an inbox: a few milliseconds.

use std::time::Duration;

use axum::http::StatusCode;

use super::guard::Editor;
use crate::app::App;
use crate::coded::Told as _;
use crate::digests::preflight::read;
use crate::digests::{Digest, DigestError, Refusal, content, duplicate, edit, sql};
use crate::mails::Composed;
use crate::newsletters::Newsletter;
use crate::people::role::Right;
use crate::views::digest::{self as view, PostLine};
use crate::views::mail::{self, CheckLine, Inbox, Size};
use crate::web::frame::error::Error;

/// How long the line of what has left is kept in memory.
const KEPT: Duration = Duration::from_mins(10);

/// See the module.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a page shows or does not")]
pub struct Content {
    /// The digest's page below the newsletter's: `digests/ID`.
    pub page: String,
    /// Its line in an inbox.
    pub inbox: Inbox,
    /// Its posts, the lead first.
    pub posts: Vec<PostLine>,
    /// How much room its mail takes; while it waits.
    pub size: Option<Size>,
    /// What was found, the blocking first; while it waits.
    pub findings: Vec<CheckLine>,
    /// Whether it was looked at.
    pub looked_at: bool,
    /// Whether something must be mended before it is sent.
    pub blocked: bool,
    /// Why there is nothing to show.
    pub nothing: Option<String>,
    /// Whether its words may be changed by whoever looks.
    pub editable: bool,
    /// Whether its posts may go into a new one.
    pub duplicable: bool,
}

/// The digest of a path, if it is this newsletter's.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn named(app: &App, editor: &Editor, id: &str) -> Result<Digest, Error> {
    let found = sql::by_public_id(&app.db, id).await?;
    found.filter(|digest| digest.newsletter_id == editor.newsletter.id).ok_or(Error::NotFound)
}

/// The page of a digest below the newsletter's.
pub fn page_of(digest: &Digest) -> String {
    format!("digests/{}", digest.public_id)
}

/// The words of a refusal; every other error goes on.
pub fn refused(error: DigestError, editor: &Editor) -> Result<(StatusCode, String), Error> {
    match error {
        DigestError::Refused(why @ (Refusal::Unknown | Refusal::Gone)) => Err(why.into()),
        DigestError::Refused(why) => Ok((StatusCode::CONFLICT, why.words(editor.locale))),
        error => Err(error.into()),
    }
}

/// What a digest says.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, editor: &Editor, digest: &Digest) -> Result<Content, Error> {
    let waits = edit::allowed(digest).is_ok();
    let writes = editor.may(Right::Write);
    let content = bare(editor, digest);
    let duplicable = writes && duplicate::offered(app, digest).await?;
    let content = Content { editable: waits && writes, duplicable, ..content };
    if !waits {
        let inbox = as_let_go(app, editor, digest, content.inbox).await?;
        return Ok(Content { inbox, ..content });
    }
    let looked = match read::of(app, &editor.newsletter, digest).await {
        Ok(looked) => looked,
        Err(error) => {
            let nothing = Some(refused(error, editor)?.1);
            return Ok(Content { nothing, blocked: true, ..content });
        }
    };
    Ok(Content {
        inbox: looked.mail.as_ref().map_or(content.inbox, |made| mail::inbox(&editor.newsletter, made)),
        size: looked.mail.as_ref().map(|made| mail::size(&looked.content, made, editor.locale)),
        posts: view::lines(&looked.content),
        blocked: !looked.blocking().is_empty(),
        findings: mail::check_lines(&looked.findings, editor.locale),
        looked_at: true,
        ..content
    })
}

/// The line in an inbox of a digest that was let go: what stands after the subject is no part of its row. Without a mail, as its row is.
async fn as_let_go(app: &App, editor: &Editor, digest: &Digest, inbox: Inbox) -> Result<Inbox, Error> {
    let made = Box::pin(made(app.clone(), editor.newsletter.clone(), digest.clone()));
    if digest.released_at.is_none() {
        return Ok(made.await?.map_or(inbox, |made| mail::inbox(&editor.newsletter, &made)));
    }
    // The subject of what has left is on record.
    let preheader = async { Ok::<_, DigestError>(made.await?.map(|made| made.preheader).unwrap_or_default()) };
    let preheader = app.preheaders_read.get_for(KEPT, digest.id, |_| true, preheader).await?;
    Ok(Inbox { preheader, ..inbox })
}

/// The mail of a digest in its newsletter's language; `None` where it says nothing any more.
async fn made(app: App, newsletter: Newsletter, digest: Digest) -> Result<Option<Composed>, DigestError> {
    let said = match content::of_digest(&app, &digest).await {
        Ok(said) => said,
        Err(DigestError::Refused(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let date = digest.released_at.unwrap_or_else(|| app.clock.now());
    Ok(content::render(&app, &newsletter, &said, &newsletter.language, date).ok())
}

/// What its row says.
fn bare(editor: &Editor, digest: &Digest) -> Content {
    let newsletter = &editor.newsletter;
    let from = if newsletter.from_name.is_empty() { &newsletter.name } else { &newsletter.from_name };
    let inbox = Inbox { from: from.clone(), subject: digest.subject.clone(), preheader: String::new() };
    let stored = content::stored(digest).map(|content| view::lines(&content));
    Content {
        page: page_of(digest),
        inbox,
        posts: stored.unwrap_or_default(),
        size: None,
        findings: Vec::new(),
        looked_at: false,
        blocked: false,
        nothing: None,
        editable: false,
        duplicable: false,
    }
}
