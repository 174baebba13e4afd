//! An editor's hand on what runs: skip, pause, resume, cancel, test.
//!
//! In: a schedule or a digest. Out: its changed state, if it still stood where the editor saw it; the rows of a digest
//! follow by themselves, for delivery asks for its state before each batch and each message.

use serde_json::json;

use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::Actor;
use crate::events::activity::{self, Act as Done, Deed, Fields};
use crate::i18n;
use crate::ledger::letters::{self, NewLetter};
use crate::ledger::meaning::Act;
use crate::ledger::reopen::{self, Closed, Revived};
use crate::ledger::sql::lock;
use crate::ledger::{progress, unknown};
use crate::letter::LetterKind;
use crate::mails::DigestContent;
use crate::newsletters::{Newsletter, Schedule};
use crate::reason::Reason;
use crate::subscribers::address::{AddressError, Email};

use super::transition::{self, Why};
use super::{Digest, DigestError, MEANING, Refusal, Rule, mode, sql};
use crate::ledger::DigestState;

/// Addresses that one call may send a test to.
pub const TEST_ADDRESSES: usize = 5;

/// Leaves the next slot of a schedule out (or takes that back). Its posts wait for the slot after.
pub async fn skip_next(app: &App, schedule: &Schedule, skip: bool) -> Result<(), DigestError> {
    steer(app, schedule, |now| Schedule { skip_next: skip, ..now }).await
}

/// Lets a schedule rest, or wakes it. Slots that pass meanwhile are recorded as skipped; posts wait.
pub async fn pause_schedule(app: &App, schedule: &Schedule, paused: bool) -> Result<(), DigestError> {
    steer(app, schedule, |now| Schedule { paused, paused_until: None, ..now }).await
}

/// Lets a schedule rest until an instant, when a tick wakes it.
///
/// # Errors
/// [`Refusal::PauseEnded`] when that has come already.
pub async fn pause_schedule_until(app: &App, schedule: &Schedule, until: Millis) -> Result<(), DigestError> {
    if until <= app.clock.now() {
        return Err(Refusal::PauseEnded.into());
    }
    steer(app, schedule, |now| Schedule { paused: true, paused_until: Some(until), ..now }).await
}

async fn steer(app: &App, schedule: &Schedule, change: impl Fn(Schedule) -> Schedule) -> Result<(), DigestError> {
    let mut tx = app.db.begin().await?;
    let now = sql::hold_schedule(&mut tx, schedule.id).await?;
    let now = now.ok_or(Refusal::ScheduleGone)?;
    let then = change(now.clone());
    sql::steer_schedule(&mut tx, &then).await?;
    let fields = Fields::between(&now, &then, &["paused_until", "next_due_at"]);
    if !fields.is_empty() {
        let done = Done::new(Deed::ScheduleChanged).at(then.newsletter_id).about("schedule", then.id);
        activity::note(&mut tx, app.clock.now(), done.changed(fields)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Lets a waiting digest go unsent. Its posts are not sent on this rhythm any more, unless `give_back`: then they wait for
/// the next digest.
///
/// # Errors
/// [`Refusal::WrongState`] when it does not wait.
pub async fn skip(app: &App, digest: &Digest, give_back: bool, by: Actor) -> Result<Digest, DigestError> {
    let mut tx = app.db.begin().await?;
    let why = Why { reason: Some(&Reason::SkippedByEditor), act: Act { by, now: app.clock.now() } };
    if transition::turn(&mut tx, digest.id, DigestState::Waiting, DigestState::Skipped, why).await? {
        if give_back {
            sql::give_posts_back(&mut tx, digest.id).await?;
        }
        tx.commit().await?;
        return again(app, digest).await;
    }
    drop(tx);
    unless(app, digest, DigestState::Skipped, Rule::Skip).await
}

/// Stops a digest for a while, as an editor wants: no further message of it begins.
///
/// # Errors
/// [`Refusal::WrongState`] when nothing of it runs.
pub async fn pause(app: &App, digest: &Digest, by: Actor) -> Result<Digest, DigestError> {
    let mut tx = app.db.begin().await?;
    for from in [DigestState::Sending, DigestState::Releasing] {
        // A digest that is not frozen yet has nothing to stop; it is in a moment.
        let frozen = from == DigestState::Sending || digest.released_at.is_some();
        let why = Why { reason: Some(&Reason::PausedByEditor), act: Act { by, now: app.clock.now() } };
        if frozen && transition::turn(&mut tx, digest.id, from, DigestState::Paused, why).await? {
            tx.commit().await?;
            return again(app, digest).await;
        }
    }
    drop(tx);
    unless(app, digest, DigestState::Paused, Rule::Pause).await
}

/// What an editor makes of addresses that the mail server called unknown before a digest was paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They are tried again later.
    TryLater,
    /// They are dead, and so are those of this digest that the server does not know from now on.
    AreDead,
}

/// Lets a paused digest go on. What was not released yet is by [`super::release::run`] or the next tick.
///
/// # Errors
/// [`Refusal::WrongState`] when it is at its end or waits for approval.
pub async fn resume(app: &App, digest: &Digest, unknown: Unknown, by: Actor) -> Result<Digest, DigestError> {
    mode::must_be_live(app, digest).await?;
    if digest.state == DigestState::Paused {
        // Before it goes on, so that its end does not come between.
        match unknown {
            Unknown::TryLater => unknown::try_later(app, digest.id).await?,
            Unknown::AreDead => {
                sql::accept_bounces(&app.db, digest.id).await?;
                unknown::mark_all(app, MEANING.by(by), digest.id).await?
            }
        };
    }
    let mut tx = app.db.begin().await?;
    if go_on(&mut tx, digest.id, Why { reason: None, act: Act { by, now: app.clock.now() } }).await? {
        tx.commit().await?;
        app.wake.now();
        return again(app, digest).await;
    }
    drop(tx);
    unless(app, digest, DigestState::Sending, Rule::Resume).await
}

/// From where its release or its sending stood.
async fn go_on(tx: &mut Tx, id: i64, why: Why<'_>) -> sqlx::Result<bool> {
    // Nobody moves it meanwhile.
    if lock::lock(tx, id).await?.is_none() {
        return Ok(false);
    }
    let to = if sql::is_written(tx, id).await? { DigestState::Sending } else { DigestState::Releasing };
    transition::turn(tx, id, DigestState::Paused, to, why).await
}

/// Ends a digest for good: what is not sent yet is not sent.
///
/// # Errors
/// [`Refusal::WrongState`] when nothing of it runs.
pub async fn cancel(app: &App, digest: &Digest, by: Actor) -> Result<Digest, DigestError> {
    let mut tx = app.db.begin().await?;
    for from in [DigestState::Sending, DigestState::Paused, DigestState::Releasing] {
        let frozen = from != DigestState::Releasing || digest.released_at.is_some();
        let why = Why { reason: Some(&Reason::CancelledByEditor), act: Act { by, now: app.clock.now() } };
        if frozen && transition::turn(&mut tx, digest.id, from, DigestState::Cancelled, why).await? {
            tx.commit().await?;
            app.wake.now();
            return again(app, digest).await;
        }
    }
    drop(tx);
    unless(app, digest, DigestState::Cancelled, Rule::Cancel).await
}

/// Queues again those whom the mail server refused: for a reason that is not their address, or, with `bounced`, because of
/// their address, which undoes their bounce. With `dry_run` it says what it would do.
///
/// # Errors
/// [`Refusal::WrongState`] when the digest was never released; when it was cancelled, unless bounces are undone.
pub async fn retry(
    app: &App,
    digest: &Digest,
    bounced: bool,
    dry_run: bool,
    by: Actor,
) -> Result<Revived, DigestError> {
    mode::must_be_live(app, digest).await?;
    let undoes = bounced && digest.state == DigestState::Cancelled && digest.released_at.is_some();
    if !undoes && !SENT.contains(&digest.state) {
        return unless(app, digest, DigestState::Sending, Rule::Retry).await.map(|_| Revived::default());
    }
    let of = if bounced { Closed::Bounced } else { Closed::Failed };
    Ok(match (dry_run, bounced) {
        (true, _) => reopen::try_retry(app, MEANING, digest.id, of).await?,
        (false, true) => reopen::retry_bounced(app, MEANING.by(by), digest.id).await?,
        (false, false) => {
            Revived { rows: reopen::retry_failed(app, MEANING.by(by), digest.id).await?, ..Revived::default() }
        }
    })
}

/// States in which a digest has been given to the mail server, in part at least, and is not ended for good.
const SENT: &[DigestState] = &[DigestState::Sending, DigestState::Paused, DigestState::Finished];

/// What an editor makes of mails in doubt: sent, and no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// They go out again, with the same bytes: some may arrive twice.
    SendAgain,
    /// They are taken for accepted: some may never have arrived.
    TakeForAccepted,
}

/// How many mails of a digest are in doubt.
///
/// # Errors
/// [`Refusal::WrongState`] when [`decide`] would refuse them: a cancelled digest's can only be taken for accepted.
pub async fn in_doubt(app: &App, digest: &Digest, doubt: Doubt) -> Result<i64, DigestError> {
    let cancelled = digest.state == DigestState::Cancelled && doubt == Doubt::TakeForAccepted;
    if !cancelled && !SENT.contains(&digest.state) {
        let rule = match doubt {
            Doubt::SendAgain => Rule::Retry,
            Doubt::TakeForAccepted => Rule::Settle,
        };
        return Err(wrong_state(digest, rule));
    }
    Ok(progress::counts(app, digest.id).await?.uncertain)
}

/// Decides about the mails in doubt; gives their count.
///
/// # Errors
/// See [`in_doubt`].
pub async fn decide(app: &App, digest: &Digest, doubt: Doubt, by: Actor) -> Result<i64, DigestError> {
    if in_doubt(app, digest, doubt).await? == 0 {
        return Ok(0);
    }
    if doubt == Doubt::SendAgain {
        mode::must_be_live(app, digest).await?;
    }
    Ok(reopen::resolve_doubts(app, MEANING.by(by), digest.id, doubt == Doubt::SendAgain).await?)
}

/// Asks for test copies of a digest to these addresses, in a language; they leave with the letters.
///
/// # Errors
/// [`Refusal::TooManyTests`], [`Refusal::NoAddress`]: when there are more than [`TEST_ADDRESSES`], or one cannot be written to.
pub async fn test(
    app: &App,
    newsletter: &Newsletter,
    content: &DigestContent,
    language: &str,
    addresses: &[String],
) -> Result<(), DigestError> {
    if addresses.len() > TEST_ADDRESSES {
        return Err(Refusal::TooManyTests { most: TEST_ADDRESSES }.into());
    }
    let judged: Result<Vec<Email>, AddressError> = addresses.iter().map(|typed| Email::from_typed(typed)).collect();
    let addresses = judged.map_err(|why| Refusal::NoAddress { why })?;
    // What cannot be rendered is better said now than found in the log of the letters.
    super::content::render(app, newsletter, content, language, app.clock.now())?;
    let parameters = json!({ "content": content });
    let mut tx = app.db.begin().await?;
    for address in &addresses {
        let letter = NewLetter {
            newsletter_id: newsletter.id,
            subscriber_id: None,
            address: Some(address.as_str()),
            kind: LetterKind::Test,
            language: i18n::locale(language).tag(),
            parameters: &parameters,
        };
        letters::ask(&mut tx, app.clock.now(), &letter).await?;
    }
    let done = Done::new(Deed::DigestTested).at(newsletter.id).counting(addresses.len());
    activity::note(&mut tx, app.clock.now(), done).await?;
    tx.commit().await?;
    app.wake.now();
    Ok(())
}

async fn again(app: &App, digest: &Digest) -> Result<Digest, DigestError> {
    let found = sql::by_id(&app.db, digest.id).await?;
    Ok(found.ok_or(Refusal::Gone)?)
}

pub(super) fn wrong_state(digest: &Digest, rule: Rule) -> DigestError {
    Refusal::WrongState { id: digest.public_id.clone(), state: digest.state, rule }.into()
}

/// The digest when it stands where it should already (a second press of the same button), else the error.
async fn unless(app: &App, digest: &Digest, wished: DigestState, rule: Rule) -> Result<Digest, DigestError> {
    let found = again(app, digest).await?;
    if found.state == wished {
        return Ok(found);
    }
    Err(wrong_state(&found, rule))
}
