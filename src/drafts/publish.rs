//! A draft becomes a post, or a letter of its own; taken back, it is a draft again.
//!
//! In: a draft at the revision that its editor saw. Out: a post that [`crate::feeds::given`] stores, in one transaction with the
//! draft's mark, so that a crash leaves neither without the other. A draft can be taken back as long as no digest holds its post.

use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::{self, About, Actor, Code, Event};
use crate::feeds::given::{self, AddError, Prepared};

use super::{Draft, Kind, sql, text};

/// What became of a wish to publish.
#[derive(Clone, Debug)]
pub enum Published {
    /// It is a post now, or was already.
    Done(Draft),
    /// It was changed or thrown away since the editor saw it.
    Changed(Draft),
    /// There is none in this newsletter.
    NoSuchDraft,
}

/// Makes a draft a post, which leaves with the next digest of each rhythm.
///
/// # Errors
/// [`AddError::Invalid`] when it has no title.
pub async fn publish(
    app: &App,
    newsletter_id: i64,
    public_id: &str,
    revision: i64,
    by: Actor,
) -> Result<Published, AddError> {
    let Some(draft) = sql::by_public_id(&app.db, newsletter_id, public_id).await? else {
        return Ok(Published::NoSuchDraft);
    };
    if draft.published_at.is_some() {
        return Ok(Published::Done(draft));
    }
    if draft.revision != revision || !draft.is_open() {
        return Ok(Published::Changed(draft));
    }
    let prepared = prepare(app, &draft).await?;
    let mut tx = app.db.begin().await?;
    if put(&mut tx, &draft, &prepared, by, app.clock.now()).await?.is_some() {
        tx.commit().await?;
    } else {
        drop(tx);
    }
    Ok(match sql::by_public_id(&app.db, newsletter_id, public_id).await? {
        None => Published::NoSuchDraft,
        Some(now) if now.published_at.is_some() => Published::Done(now),
        Some(now) => Published::Changed(now),
    })
}

/// What a draft says, ready to be stored as a post.
///
/// # Errors
/// [`AddError::Invalid`] when it has no title.
pub async fn prepare(app: &App, draft: &Draft) -> Result<Prepared, AddError> {
    let mut new = text::post_of(app, draft.newsletter_id, &draft.title, &draft.body).await?;
    new.guid = Some(format!("draft-{}-{}", draft.public_id, draft.revision));
    given::prepare(&new, app.clock.now())
}

/// Stores it as a post in this transaction, and gives the post; `None` when the draft is not as `seen` any more: then nothing may
/// be committed.
///
/// # Errors
/// The database's.
pub async fn put(tx: &mut Tx, seen: &Draft, prepared: &Prepared, by: Actor, now: Millis) -> sqlx::Result<Option<i64>> {
    let (post_id, _) = given::put(tx, seen.newsletter_id, prepared).await?;
    if seen.kind == Kind::Letter {
        given::keep_apart(tx, post_id).await?;
    }
    if !sql::publish(tx, seen, post_id, now).await? {
        return Ok(None);
    }
    tell(tx, seen, post_id, Code::PostPublished, by, now).await?;
    Ok(Some(post_id))
}

/// Makes a published draft an open one again, and its post nothing; false when a digest holds the post, or nothing was published.
///
/// # Errors
/// The database's.
pub async fn take_back(app: &App, draft: &Draft, by: Actor) -> sqlx::Result<bool> {
    let Some(post_id) = draft.post_id else { return Ok(false) };
    let mut tx = app.db.begin().await?;
    if !given::take_back(&mut tx, post_id).await? {
        return Ok(false);
    }
    sql::open_again(&mut tx, draft.id).await?;
    tell(&mut tx, draft, post_id, Code::PostTakenBack, by, app.clock.now()).await?;
    tx.commit().await?;
    Ok(true)
}

async fn tell(tx: &mut Tx, draft: &Draft, post_id: i64, code: Code, by: Actor, now: Millis) -> sqlx::Result<()> {
    let event = Event::new(draft.newsletter_id, code, About::Post(post_id), by).with("kind", draft.kind.as_str());
    events::note(tx, now, &event).await
}
