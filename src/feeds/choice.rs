//! An editor's decision about a post: include it, or skip it.
//!
//! In: a post of a newsletter. Out: the post in its new state, or why it cannot change. Posts frozen in a digest stay in it.

use crate::app::App;
use crate::db::Tx;

use super::news::reason;
use super::{Post, PostState, sql};

/// The two decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The post may be sent although it was held, seen, skipped or gone, or is planned for later.
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
pub async fn choose(app: &App, newsletter_id: i64, post_id: i64, choice: Choice) -> sqlx::Result<Chosen> {
    let mut tx = app.db.begin().await?;
    if sql::post_in(&mut tx, newsletter_id, post_id).await?.is_none() {
        return Ok(Chosen::NoSuchPost);
    }
    apply(&mut tx, post_id, choice).await?;
    let post = sql::post_in(&mut tx, newsletter_id, post_id).await?;
    tx.commit().await?;
    Ok(post.map_or(Chosen::NoSuchPost, |post| Chosen::Done(Box::new(post))))
}

async fn apply(tx: &mut Tx, post_id: i64, choice: Choice) -> sqlx::Result<bool> {
    let (from, to) = match choice {
        Choice::Include => (PostState::ALL, PostState::New),
        Choice::Skip => (&[PostState::New, PostState::Held][..], PostState::Skipped),
    };
    sql::set_state(tx, post_id, from, to, Some(reason::EDITOR)).await
}
