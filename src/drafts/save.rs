//! Saving: each save says from which revision it began, and an older one is refused.
//!
//! In: what was typed. Out: the draft at its next revision, or the stored one beside which the typed text must be shown. A save of
//! what is stored already changes nothing, so a double click, a repeated request and a second tab with the same text are no
//! conflict.

use crate::app::App;
use crate::coded::codes;
use crate::events::Actor;
use crate::events::activity::{self, Act, Deed};
use crate::keys::random_text;

use super::{Draft, Kind, sql};

/// Most characters of a title.
pub const TITLE: usize = 300;
/// Most bytes of a text: Markdown of more makes no mail.
pub const BODY: usize = 512 * 1024;

codes! {
    /// Why a text is not saved.
    pub enum Wrong as "wrong-draft" {
        /// The title is too long.
        Title {
            /// Characters that fit.
            most: usize,
        } => "title",
        /// The text is too long.
        Body {
            /// Kilobytes that fit.
            most: usize,
        } => "body",
    }
}

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// On one line.
    pub title: String,
    /// Markdown with `\n` as the end of a line.
    pub body: String,
}

impl Typed {
    /// As it is stored: browsers end lines with CRLF (HTML, section 4.10.21.7).
    pub fn new(title: &str, body: &str) -> Self {
        let title = title.replace(char::is_control, " ").trim().to_owned();
        Self { title, body: body.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "") }
    }

    /// Whether it can be stored.
    ///
    /// # Errors
    /// When it is too long.
    pub fn check(&self) -> Result<(), Wrong> {
        if self.title.chars().count() > TITLE {
            return Err(Wrong::Title { most: TITLE });
        }
        if self.body.len() > BODY {
            return Err(Wrong::Body { most: BODY / 1024 });
        }
        Ok(())
    }

    fn is_of(&self, draft: &Draft) -> bool {
        self.title == draft.title && self.body == draft.body
    }
}

/// What became of a save.
#[derive(Clone, Debug)]
pub enum Saved {
    /// The draft says what was typed.
    Done(Draft),
    /// It was changed since, and stands as given here; what was typed is not stored.
    Stale(Draft),
    /// It was published or thrown away since; what was typed is not stored.
    Closed(Draft),
    /// There is none in this newsletter.
    NoSuchDraft,
}

/// Begins a draft with what was typed.
///
/// # Errors
/// The database's.
pub async fn create(app: &App, newsletter_id: i64, kind: Kind, typed: &Typed, by: Actor) -> sqlx::Result<Draft> {
    let now = app.clock.now();
    let new = Draft {
        id: 0,
        public_id: random_text(12),
        newsletter_id,
        kind,
        title: typed.title.clone(),
        body: typed.body.clone(),
        revision: 1,
        author_id: by.person(),
        created_at: now,
        changed_at: now,
        published_at: None,
        post_id: None,
        deleted_at: None,
    };
    let mut tx = app.db.begin().await?;
    let draft = sql::insert(&mut tx, &new).await?;
    sql::keep(&mut tx, &draft).await?;
    tx.commit().await?;
    Ok(draft)
}

/// Saves what was typed into a draft that stood at revision `from` when the typing began.
///
/// # Errors
/// The database's.
pub async fn save(
    app: &App,
    newsletter_id: i64,
    public_id: &str,
    typed: &Typed,
    from: i64,
    by: Actor,
) -> sqlx::Result<Saved> {
    let mut tx = app.db.begin().await?;
    let Some(stored) = sql::by_public_id_in(&mut tx, newsletter_id, public_id).await? else {
        return Ok(Saved::NoSuchDraft);
    };
    if !stored.is_open() {
        return Ok(Saved::Closed(stored));
    }
    if typed.is_of(&stored) {
        return Ok(Saved::Done(stored));
    }
    let seen = Draft { revision: from, ..stored };
    let now = app.clock.now();
    if let Some(saved) = sql::update(&mut tx, &seen, &typed.title, &typed.body, by.person(), now).await? {
        sql::keep(&mut tx, &saved).await?;
        tx.commit().await?;
        return Ok(Saved::Done(saved));
    }
    // Read again: on PostgreSQL another save may have been committed since the look above.
    Ok(match sql::by_public_id_in(&mut tx, newsletter_id, public_id).await? {
        None => Saved::NoSuchDraft,
        Some(stored) if !stored.is_open() => Saved::Closed(stored),
        Some(stored) if typed.is_of(&stored) => Saved::Done(stored),
        Some(stored) => Saved::Stale(stored),
    })
}

/// Throws a draft away, for [`super::KEPT`]; false when there is no such open draft.
///
/// # Errors
/// The database's.
pub async fn delete(app: &App, newsletter_id: i64, public_id: &str) -> sqlx::Result<bool> {
    set_deleted(app, newsletter_id, public_id, true).await
}

/// Brings a draft back that was thrown away; false when there is none.
///
/// # Errors
/// The database's.
pub async fn restore(app: &App, newsletter_id: i64, public_id: &str) -> sqlx::Result<bool> {
    set_deleted(app, newsletter_id, public_id, false).await
}

async fn set_deleted(app: &App, newsletter_id: i64, public_id: &str, away: bool) -> sqlx::Result<bool> {
    let at = away.then(|| app.clock.now());
    let mut tx = app.db.begin().await?;
    let done = sql::set_deleted(&mut tx, newsletter_id, public_id, at).await?;
    if let Some(draft) = sql::by_public_id_in(&mut tx, newsletter_id, public_id).await?.filter(|_| done) {
        let deed = if away { Deed::DraftDeleted } else { Deed::DraftRestored };
        activity::note(&mut tx, app.clock.now(), Act::new(deed).at(newsletter_id).about("draft", draft.id)).await?;
    }
    tx.commit().await?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_send_is_stored_as_it_was_typed() {
        let typed = Typed::new("  Un\ntitre\u{202f}! ", "a\r\nb\rc\n\0");
        assert_eq!(typed, Typed { title: "Un titre\u{202f}!".into(), body: "a\nb\nc\n".into() });
    }

    #[test]
    fn what_is_too_long_is_told_with_what_fits() {
        let long = Typed { title: "é".repeat(TITLE + 1), body: String::new() };
        assert!(matches!(long.check(), Err(Wrong::Title { most: TITLE })));
        let long = Typed { title: "é".repeat(TITLE), body: "a".repeat(BODY + 1) };
        assert!(matches!(long.check(), Err(Wrong::Body { most: 512 })));
        assert!(Typed { body: "a".repeat(BODY), ..Typed::default() }.check().is_ok());
    }
}
