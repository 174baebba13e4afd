//! An editor's decision about posts: include them, or skip them.
//!
//! In: posts of a newsletter. Out: the posts in their new state, or why they cannot change. Posts frozen in a digest stay in it.

use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::{self, About, Actor, Code, Event};

use super::news::reason;
use super::{Post, PostState, sql};

/// The two decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The post may be sent although it was held, seen, skipped or gone, still rests, or is planned for later.
    Include,
    /// The post is not sent.
    Skip,
}

/// The result of a decision.
#[derive(Debug)]
pub enum Chosen {
    /// The post has the decided state now (or had it already).
    Done(Box<Post>),
    /// There is no such post in this newsletter.
    NoSuchPost,
}

/// Applies a decision. Repeating it changes nothing.
///
/// # Errors
/// The database's.
pub async fn choose(app: &App, newsletter_id: i64, post_id: i64, choice: Choice, by: Actor) -> sqlx::Result<Chosen> {
    let chosen = choose_all(app, newsletter_id, &[post_id], choice, by).await?.pop();
    Ok(chosen.map_or(Chosen::NoSuchPost, |post| Chosen::Done(Box::new(post))))
}

/// Applies one decision to several posts at once, and gives those that are the newsletter's.
///
/// # Errors
/// The database's; then nothing is decided.
pub async fn choose_all(
    app: &App,
    newsletter_id: i64,
    posts: &[i64],
    choice: Choice,
    by: Actor,
) -> sqlx::Result<Vec<Post>> {
    let (now, mut chosen) = (app.clock.now(), Vec::new());
    let mut tx = app.db.begin().await?;
    for id in posts {
        let Some(before) = sql::post_in(&mut tx, newsletter_id, *id).await? else { continue };
        apply(&mut tx, &before, choice, by, now).await?;
        chosen.extend(sql::post_in(&mut tx, newsletter_id, *id).await?);
    }
    tx.commit().await?;
    Ok(chosen)
}

async fn apply(tx: &mut Tx, post: &Post, choice: Choice, by: Actor, now: Millis) -> sqlx::Result<()> {
    let (from, to, code) = match choice {
        Choice::Include => (PostState::ALL, PostState::New, Code::PostIncluded),
        Choice::Skip => (&[PostState::New, PostState::Held][..], PostState::Skipped, Code::PostSkipped),
    };
    let decided = post.state == to && post.reason.as_deref() == Some(reason::EDITOR);
    if !decided && sql::set_state(tx, post.id, from, to, Some(reason::EDITOR)).await? {
        events::note(tx, now, &Event::new(post.newsletter_id, code, About::Post(post.id), by)).await?;
    }
    Ok(())
}
