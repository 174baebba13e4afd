//! Holds all sending from a database that may not be the one that should send.
//!
//! In: a reason. Out: every digest that runs is paused with the reason [`Reason::Held`], slots that come are recorded as waiting
//! with the same, letters that were asked for before are not sent, until somebody says [`resume`]. Nothing is lost: the
//! posts are in their digests, the rows in the ledger. What a person asks for now (to confirm, to leave) goes on, and an
//! editor may let one digest go (`digest resume`, `digest approve`): that names what is to leave.

use super::{Meaning, sql};
use crate::app::App;
use crate::coded::Stored as _;
use crate::db::generation::{self, Held};
use crate::i18n::{self, Locale, Value};
use crate::keys::random_text;
use crate::reason::{Reason, Why};

/// How the English words begin that say so, where one line must do.
pub const SHORT: &str = "held: ";

/// Why everything is held, for whoever shows it; `None` when nothing is.
///
/// # Errors
/// When the database cannot be read.
pub async fn state(app: &App) -> sqlx::Result<Option<Held>> {
    generation::held(&app.db).await
}

/// The words for a [`Held`] in this language, with what to do.
pub fn in_words(held: &Held, locale: &Locale) -> String {
    locale.format("error-digest-held", &[("why", Value::Text(&why(held).words(locale)))])
}

/// The reason of a [`Held`].
pub fn why(held: &Held) -> Why {
    Why::read(&held.why)
}

/// Holds everything; gives how many digests were paused, `None` when it was held already.
///
/// # Errors
/// When the database cannot be written; then nothing is changed.
pub async fn hold(app: &App, meaning: Meaning, why: &Reason) -> sqlx::Result<Option<u64>> {
    let held = Held { since: app.clock.now(), why: why.stored() };
    let mut tx = app.db.begin().await?;
    if !generation::hold(&mut tx, &held).await? {
        return Ok(None);
    }
    let paused = meaning.mailings.pause_all(&mut tx, &Reason::Held, meaning.act(held.since)).await?;
    sql::hold::keep_letters(&mut tx).await?;
    tx.commit().await?;
    app.wake.now();
    tracing::error!(digests = paused, "{}", in_words(&held, i18n::locale(i18n::FALLBACK)));
    Ok(Some(paused))
}

/// What a [`resume`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Resumed {
    /// Whether anything was held.
    pub was_held: bool,
    /// Digests that go on.
    pub digests: u64,
}

/// Lets everything go on: this database is the one that sends from now on, under a generation of its own.
///
/// # Errors
/// When the database cannot be written; then nothing is changed.
pub async fn resume(app: &App, meaning: Meaning) -> sqlx::Result<Resumed> {
    let mut tx = app.db.begin().await?;
    if !generation::lift(&mut tx).await? {
        return Ok(Resumed { was_held: false, digests: 0 });
    }
    generation::go_on(&app.db, &mut tx, &random_text(12)).await?;
    let digests = meaning.mailings.resume_all(&mut tx, &Reason::Held, meaning.act(app.clock.now())).await?;
    sql::hold::free_letters(&mut tx).await?;
    tx.commit().await?;
    app.wake.now();
    tracing::info!(digests, "everything goes on");
    Ok(Resumed { was_held: true, digests })
}
