//! `/console/n/{newsletter}/digests…`: every slot by state, a page for each digest, "send now", and a button for each act.
//!
//! In: somebody who may see a newsletter; to act, who may send. Out: pages, 303 after an act, events while a digest leaves. A button
//! that came too late is answered with the page as it is now, and what happened in the meantime.

pub mod act;
pub mod archive;
pub mod letters;
pub mod list;
pub mod page;
pub mod send;

use crate::app::App;
use crate::digests::{Digest, sql};
use crate::web::frame::error::Error;

use super::guard::Editor;

/// The digest of an id outside, if it is this newsletter's.
pub(super) async fn find(app: &App, editor: &Editor, id: &str) -> Result<Digest, Error> {
    let found = sql::by_public_id(&app.db, id).await?;
    found.filter(|digest| digest.newsletter_id == editor.newsletter.id).ok_or(Error::NotFound)
}
