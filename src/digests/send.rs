//! An editor's "send now": a digest of what waits, its slot is now.
//!
//! In: a schedule. Out: one digest, released. Under the schedule's lock, so a double click, two editors or fifty parallel
//! requests make one digest: who comes second finds no post waiting and is given the digest that has just taken them.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::app::App;
use crate::clock::{MINUTE, Millis, SECOND};
use crate::feeds::Post;
use crate::ledger::hold;
use crate::newsletters::{Newsletter, Schedule};

use super::posts::{self, Which};
use super::{Digest, DigestError, compose, release, sql};

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
/// [`DigestError::NoPost`], [`DigestError::Nobody`].
pub async fn prospect(app: &Arc<App>, schedule: &Schedule, which: Which) -> Result<Prospect, DigestError> {
    posts::read_feeds(app, schedule.newsletter_id).await;
    let posts = posts::waiting(app, schedule, which).await?;
    if posts.is_empty() {
        return Err(DigestError::NoPost(what_rests(app, schedule).await?));
    }
    let recipients = release::count(app, schedule).await?;
    if recipients == 0 {
        return Err(DigestError::Nobody);
    }
    let all = posts::waiting(app, schedule, Which::All).await?;
    Ok(Prospect { resting: all.len().saturating_sub(posts.len()), posts, recipients })
}

/// Sends what waits on a schedule now, to everybody who is on it.
///
/// # Errors
/// [`DigestError::NoPost`], [`DigestError::Nobody`], [`DigestError::Render`].
pub async fn send(
    app: &Arc<App>,
    newsletter: &Newsletter,
    schedule: &Schedule,
    which: Which,
) -> Result<Sent, DigestError> {
    let made = make(app, newsletter, schedule, which).await?;
    Ok(Sent { digest: release::run(app, made.digest.id).await?, made: made.made })
}

/// Makes a digest of what waits on a schedule, to be released by [`release::run`] or by the next tick.
///
/// # Errors
/// [`DigestError::NoPost`], [`DigestError::Nobody`], [`DigestError::WrongState`] while everything is held.
pub async fn make(
    app: &Arc<App>,
    newsletter: &Newsletter,
    schedule: &Schedule,
    which: Which,
) -> Result<Sent, DigestError> {
    if let Some(held) = hold::state(app).await? {
        return Err(DigestError::WrongState(hold::in_words(&held)));
    }
    let note = posts::read_feeds(app, newsletter.id).await;
    let mut tx = app.db.begin().await?;
    let held = sql::hold_schedule(&mut tx, schedule.id).await?;
    let schedule = held.ok_or_else(|| DigestError::NotFound("the schedule is gone".to_owned()))?;
    let taken = sql::take_posts(&mut tx, posts::wanted(app, &schedule, which)).await?;
    if taken.is_empty() {
        let just_made = sql::latest_sent(&mut tx, schedule.id).await?;
        drop(tx);
        return match just_made.filter(|digest| (app.clock.now() - digest.created_at).abs() <= SAME_WISH) {
            Some(digest) => Ok(Sent { digest, made: false }),
            None => Err(DigestError::NoPost(what_rests(app, &schedule).await?)),
        };
    }
    if !sql::any_audience(&mut tx, schedule.id).await? {
        return Err(DigestError::Nobody);
    }
    let made = compose::now(app, &mut tx, newsletter, &schedule, &taken, note.as_deref()).await?;
    let made = made.ok_or_else(|| anyhow::anyhow!("no free slot in these 10 ms; try again"))?;
    tx.commit().await?;
    let digest = sql::by_id(&app.db, made).await?;
    Ok(Sent { digest: digest.ok_or_else(|| anyhow::anyhow!("the digest is gone"))?, made: true })
}

/// Why nothing waits, for the message: posts that rest, and a digest that waits for approval.
async fn what_rests(app: &App, schedule: &Schedule) -> Result<String, DigestError> {
    let mut said = String::new();
    let all = posts::waiting(app, schedule, Which::All).await?;
    let now = app.clock.now();
    let resting = |post: &&Post| post.first_seen_at + posts::rest(app) > now;
    if let Some(next) = all.iter().filter(resting).map(|post| post.first_seen_at + posts::rest(app) - now).min() {
        let (count, wait) = (all.iter().filter(resting).count(), next / SECOND + 1);
        said = match count {
            1 => format!(": 1 rests so that it can be taken back, for {wait} s more"),
            _ => format!(": {count} rest so that they can be taken back, the first for {wait} s more"),
        };
    }
    let open = sql::open(&app.db, schedule.newsletter_id).await?;
    let waits = open.iter().find(|d| d.schedule_id == schedule.id && d.state == crate::ledger::DigestState::Waiting);
    if let Some(digest) = waits {
        let _ = write!(said, "; digest {} waits for approval", digest.public_id);
    }
    Ok(said)
}
