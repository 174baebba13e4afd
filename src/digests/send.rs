//! An editor's "send now": a digest of what waits, its slot is now.
//!
//! In: a schedule. Out: one digest, released, or such as can be taken back for a moment ([`soon`]). Under the schedule's lock, so a double click, two editors or fifty parallel
//! requests make one digest: who comes second finds no post waiting and is given the digest that has just taken them.

use std::sync::Arc;

use crate::app::App;
use crate::clock::{MINUTE, Millis, SECOND};
use crate::events::Actor;
use crate::feeds::Post;
use crate::ledger::DigestState;
use crate::ledger::hold;
use crate::newsletters::{Newsletter, Schedule};

use super::compose::Wish;
use super::leave::Way;
use super::posts::{self, Which};
use super::preflight::read;
use super::{Digest, DigestError, Refusal, compose, first, release, sql};

/// How long after a digest another "send now" without any new post is taken for the same wish.
const SAME_WISH: Millis = MINUTE;

/// What a "send now" would do.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// The posts, the lead first.
    pub posts: Vec<Post>,
    /// To how many it would go.
    pub recipients: i64,
    /// Posts that are left out because they still rest, so that they can be taken back.
    pub resting: usize,
}

/// What a "send now" did.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The digest.
    pub digest: Digest,
    /// False when another call had just made it.
    pub made: bool,
}

/// Reads the feeds once more and says what would be sent, and to how many. Changes nothing but what the feeds say.
///
/// # Errors
/// [`Refusal::NoNewPost`] and its kind, [`Refusal::Nobody`], [`Refusal::Blocked`], [`Refusal::NotRendered`].
pub async fn prospect(
    app: &Arc<App>,
    newsletter: &Newsletter,
    schedule: &Schedule,
    which: Which,
) -> Result<Prospect, DigestError> {
    posts::read_feeds(app, schedule.newsletter_id).await;
    let posts = posts::waiting(app, schedule, which).await?;
    if posts.is_empty() {
        return Err(nothing_waits(app, schedule).await?.into());
    }
    let recipients = release::count(app, schedule).await?;
    if recipients == 0 {
        return Err(Refusal::Nobody.into());
    }
    read::posts_must_pass(app, newsletter, schedule, posts.clone())?;
    let all = posts::waiting(app, schedule, Which::All).await?;
    Ok(Prospect { resting: all.len().saturating_sub(posts.len()), posts, recipients })
}

/// Sends what waits on a schedule now, to everybody who is on it.
///
/// # Errors
/// Those of [`make`].
pub async fn send(
    app: &Arc<App>,
    newsletter: &Newsletter,
    schedule: &Schedule,
    which: Which,
    by: Actor,
) -> Result<Sent, DigestError> {
    let made = make(app, newsletter, schedule, which, by).await?;
    Ok(Sent { digest: release::run(app, made.digest.id).await?, made: made.made })
}

/// Makes a digest of what waits on a schedule, to be released by [`release::run`] or by the next tick.
///
/// # Errors
/// [`Refusal::NoNewPost`] and its kind, [`Refusal::Nobody`], [`Refusal::Held`] while everything is held, [`Refusal::NotGreen`],
/// [`Refusal::Blocked`], [`Refusal::NotRendered`].
pub async fn make(
    app: &Arc<App>,
    newsletter: &Newsletter,
    schedule: &Schedule,
    which: Which,
    by: Actor,
) -> Result<Sent, DigestError> {
    made(app, newsletter, schedule, which, None, by).await
}

/// Like [`make`], but it leaves in [`super::leave::WINDOW`] by itself, and can be taken back until then. Of the posts that wait only
/// those leave that were `shown`, by their ids: what has come since waits for the next.
///
/// # Errors
/// As [`make`].
pub async fn soon(
    app: &Arc<App>,
    newsletter: &Newsletter,
    schedule: &Schedule,
    which: Which,
    shown: &[i64],
    by: Actor,
) -> Result<Sent, DigestError> {
    made(app, newsletter, schedule, which, Some(shown), by).await
}

async fn made(
    app: &Arc<App>,
    newsletter: &Newsletter,
    schedule: &Schedule,
    which: Which,
    shown: Option<&[i64]>,
    by: Actor,
) -> Result<Sent, DigestError> {
    if let Some(held) = hold::state(app).await? {
        return Err(Refusal::Held { why: hold::why(&held) }.into());
    }
    first::must_be_green(app, newsletter.id, schedule.id).await?;
    let note = posts::read_feeds(app, newsletter.id).await;
    let mut wanted = posts::waiting(app, schedule, which).await?;
    wanted.retain(|post| shown.is_none_or(|shown| shown.contains(&post.id)));
    // What comes after this look waits for the next.
    let looked: Vec<i64> = wanted.iter().map(|post| post.id).collect();
    if !wanted.is_empty() {
        read::posts_must_pass(app, newsletter, schedule, wanted)?;
    }
    let mut tx = app.db.begin().await?;
    let held = sql::hold_schedule(&mut tx, schedule.id).await?;
    let schedule = held.ok_or(Refusal::ScheduleGone)?;
    let mut taken = sql::take_posts(&mut tx, posts::wanted(app, &schedule, which)).await?;
    taken.retain(|post| looked.contains(&post.id));
    if taken.is_empty() {
        let just_made = sql::latest_sent(&mut tx, schedule.id).await?;
        drop(tx);
        return match just_made.filter(|digest| (app.clock.now() - digest.created_at).abs() <= SAME_WISH) {
            Some(digest) => Ok(Sent { digest, made: false }),
            None => Err(nothing_waits(app, &schedule).await?.into()),
        };
    }
    if !sql::any_audience(&mut tx, schedule.id).await? {
        return Err(Refusal::Nobody.into());
    }
    let way = if shown.is_some() { Way::Soon } else { Way::Now };
    let wish = Wish { newsletter, schedule: &schedule, note: note.as_deref(), way, by };
    let made = compose::now(app, &mut tx, wish, &taken).await?;
    let made = made.ok_or_else(|| anyhow::anyhow!("no free slot in these 10 ms; try again"))?;
    tx.commit().await?;
    let digest = sql::by_id(&app.db, made).await?;
    Ok(Sent { digest: digest.ok_or_else(|| anyhow::anyhow!("the digest is gone"))?, made: true })
}

/// Why nothing waits: posts that rest, and a digest that waits for approval.
async fn nothing_waits(app: &App, schedule: &Schedule) -> Result<Refusal, DigestError> {
    let all = posts::waiting(app, schedule, Which::All).await?;
    let now = app.clock.now();
    let rests: Vec<Millis> =
        all.iter().map(|post| post.first_seen_at + posts::rest(app) - now).filter(|left| *left > 0).collect();
    let open = sql::open(&app.db, schedule.newsletter_id).await?;
    let waits = open.into_iter().find(|d| d.schedule_id == schedule.id && d.state == DigestState::Waiting);
    let (count, seconds) = (rests.len(), rests.iter().min().map(|left| left / SECOND + 1));
    Ok(match (seconds, waits.map(|digest| digest.public_id)) {
        (None, None) => Refusal::NoNewPost,
        (None, Some(id)) => Refusal::DigestWaits { id },
        (Some(seconds), None) => Refusal::PostsRest { count, seconds },
        (Some(seconds), Some(id)) => Refusal::PostsRestAndDigestWaits { count, seconds, id },
    })
}
