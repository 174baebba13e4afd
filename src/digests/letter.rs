//! A letter of its own: what an editor wrote, to every confirmed reader, now or at an instant of theirs.
//!
//! In: a draft of kind `letter`. Out: one post that no other digest takes, and for each rhythm that has readers one digest of it,
//! which waits until it leaves ([`super::departure`]); until then it can be taken back. All of it in one transaction: a crash sends to
//! all or to nobody.

use std::sync::Arc;

use crate::app::App;
use crate::clock::{MINUTE, Millis};
use crate::db::Tx;
use crate::drafts::{Draft, publish};
use crate::events::Actor;
use crate::feeds::given::Prepared;
use crate::feeds::{self, Post};
use crate::ledger::{DigestState, hold};
use crate::newsletters::{self, Newsletter, Schedule};

use super::compose::{self, Wish};
use super::departure;
use super::leave::{self, Way};
use super::sql::{self, Audience};
use super::standing::{self, Taken};
use super::{DigestError, Refusal, first};

/// What became of the wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// It leaves at this instant.
    Leaves(Millis),
    /// The draft was changed, sent or thrown away since the editor saw it.
    Changed,
}

/// How many a letter would go to: all who are confirmed.
///
/// # Errors
/// The database's.
pub async fn recipients(app: &App, newsletter_id: i64) -> sqlx::Result<i64> {
    newsletters::sql::confirmed(&app.db, newsletter_id).await
}

/// Lets a letter leave at `at`, or in [`leave::WINDOW`] when that is sooner or not said.
///
/// # Errors
/// [`Refusal::Held`] while everything is held, [`Refusal::Nobody`], [`Refusal::NotGreen`].
pub async fn plan(
    app: &Arc<App>,
    newsletter: &Newsletter,
    draft: &Draft,
    prepared: &Prepared,
    at: Option<Millis>,
    by: Actor,
) -> Result<Planned, DigestError> {
    if let Some(held) = hold::state(app).await? {
        return Err(Refusal::Held { why: hold::why(&held) }.into());
    }
    for schedule in newsletters::sql::schedules(&app.db, newsletter.id).await? {
        first::must_be_green(app, newsletter.id, schedule.id).await?;
    }
    let now = app.clock.now();
    let hour = at.filter(|at| *at > now + leave::WINDOW);
    let (leaves_at, way) = hour.map_or((now + leave::WINDOW, Way::Soon), |hour| (hour, Way::At(hour)));
    let mut tx = app.db.begin().await?;
    // The rhythms before the post: whoever composes takes them in this order.
    let schedules = with_readers(app, &mut tx, newsletter.id).await?;
    if schedules.is_empty() {
        return Err(Refusal::Nobody.into());
    }
    let Some(post_id) = publish::put(&mut tx, draft, prepared, by, now).await? else { return Ok(Planned::Changed) };
    let post = feeds::sql::post_in(&mut tx, newsletter.id, post_id).await?.ok_or(Refusal::Gone)?;
    for schedule in &schedules {
        let wish = Wish { newsletter, schedule, note: None, way, by };
        digest(app, &mut tx, wish, &post, leaves_at).await?;
    }
    tx.commit().await?;
    Ok(Planned::Leaves(leaves_at))
}

/// The rhythms that somebody is on, each held until the end of `tx`.
async fn with_readers(app: &App, tx: &mut Tx, newsletter_id: i64) -> sqlx::Result<Vec<Schedule>> {
    let mut found = Vec::new();
    for schedule in newsletters::sql::schedules(&app.db, newsletter_id).await? {
        let Some(schedule) = sql::hold_schedule(tx, schedule.id).await? else { continue };
        if sql::audience(tx, schedule.id).await? == Audience::Readers {
            found.push(schedule);
        }
    }
    Ok(found)
}

/// One digest of a letter. Planned slots are whole minutes: a letter's is never one, so that it takes no slot's place.
async fn digest(app: &App, tx: &mut Tx, wish: Wish<'_>, post: &Post, leaves_at: Millis) -> Result<i64, DigestError> {
    let begin = leaves_at + Millis::from(leaves_at % MINUTE == 0);
    let made = compose::at(app, tx, wish, std::slice::from_ref(post), begin).await?;
    Ok(made.ok_or_else(|| anyhow::anyhow!("no free slot in these 10 ms; try again"))?)
}

/// Takes a letter back before it leaves: its digests are none, and its draft can be changed again. False when a part of it has left.
///
/// # Errors
/// The database's.
pub async fn take_back(app: &App, draft: &Draft, by: Actor) -> Result<bool, DigestError> {
    let Some(post_id) = draft.post_id else { return Ok(false) };
    let taken = standing::taken(&app.db, &[post_id]).await?;
    if taken.iter().any(|digest| digest.state != DigestState::Waiting) {
        return Ok(false);
    }
    for Taken { public_id, .. } in taken {
        let Some(digest) = sql::by_public_id(&app.db, &public_id).await? else { continue };
        departure::take_back(app, &digest, by).await?;
    }
    Ok(publish::take_back(app, draft, by).await?)
}
