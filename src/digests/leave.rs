//! When a digest that waits leaves by itself: a minute after an editor's "send now" or "approve" in the console, in which it can be
//! taken back; at its slot with `Approval::Veto`, an hour after the editors were told, unless one stops it. [`super::departure`] does
//! all that.
//!
//! In: a rhythm, a slot, a digest. Out: `digest.leaves_at`. From the moment that a digest has such an instant, what it says is fixed
//! ([`super::content::of_digest`]).
//!
//! A slot with a veto is composed [`NOTICE`] before it comes ([`lead`]), or later, as soon as something has rested; only when the slot
//! comes is it recorded that nothing has. Who could not stop it for a whole [`NOTICE`] gets one from the letter on: when it was composed
//! late or caught up, when a veto was chosen less than an hour before, when the machine was off or everything was held at the slot.

use crate::app::App;
use crate::clock::{HOUR, MINUTE, Millis};
use crate::db::Tx;
use crate::ledger::DigestState;
use crate::ledger::meaning::Act;
use crate::newsletters::{Approval, Schedule};
use crate::reason::{Reason, Why as Stored};

use super::transition::{self, Why};
use super::{Digest, sql};

/// How long what an editor lets go in the console can be taken back.
pub const WINDOW: Millis = MINUTE;
/// How long editors have to stop a digest that leaves by itself, from when they are told.
pub const NOTICE: Millis = HOUR;

/// What a tick, and feeds that are slow to read, may take of it.
const TICK: Millis = MINUTE;

/// When a digest leaves whose editors are told now: at its slot, but not before their time is over.
pub fn after_notice(slot_at: Millis, now: Millis) -> Millis {
    if slot_at + TICK >= now + NOTICE { slot_at } else { now + NOTICE }
}

/// How long before its slot a schedule's digest is composed. What rests or is left out is recorded when the slot comes, so that
/// an editor may think again until then.
pub fn lead(schedule: &Schedule) -> Millis {
    if schedule.paused || schedule.skip_next { 0 } else { notice(schedule) }
}

/// The same for any slot to come, whatever is wanted of the next one.
pub fn notice(schedule: &Schedule) -> Millis {
    if schedule.approval == Approval::Veto { NOTICE } else { 0 }
}

/// How a digest goes on that is composed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is released.
    Now,
    /// An editor has sent it, and may take it back for a moment.
    Soon,
    /// An editor has chosen its hour, and may take it back until then.
    At(Millis),
    /// It waits for an editor.
    Hold,
    /// It waits for its slot, and for an editor who stops it.
    Veto,
}

impl From<Approval> for Way {
    fn from(approval: Approval) -> Self {
        match approval {
            Approval::Auto => Self::Now,
            Approval::Hold => Self::Hold,
            Approval::Veto => Self::Veto,
        }
    }
}

impl Way {
    /// Why a digest of this slot waits, if it does for a reason; and until when.
    pub fn waits(self, slot_at: Millis, now: Millis) -> (Option<Reason>, Option<Millis>) {
        match self {
            Self::Now | Self::Hold => (None, None),
            Self::Soon => (Some(Reason::SentByEditor), Some(now + WINDOW)),
            Self::At(hour) => (Some(Reason::PlannedByEditor), Some(hour)),
            Self::Veto => (Some(Reason::UnlessStopped), Some(after_notice(slot_at, now))),
        }
    }
}

/// Whether an editor has let it go, and it leaves in a moment or at its hour.
pub fn is_on_its_way(digest: &Digest) -> bool {
    let editors = [Reason::SentByEditor, Reason::PlannedByEditor, Reason::ApprovedByEditor];
    digest.leaves_at.is_some() && matches!(&digest.reason, Some(Stored::Known(reason)) if editors.contains(reason))
}

/// Whether it leaves by itself unless an editor stops it.
pub fn may_be_stopped(digest: &Digest) -> bool {
    digest.reason == Some(Stored::Known(Reason::UnlessStopped))
}

/// The digest of a slot that is still to come, composed already; `None` when there is none.
///
/// # Errors
/// The database's.
pub async fn coming(app: &App, schedule: &Schedule) -> sqlx::Result<Option<Digest>> {
    let open = sql::open(&app.db, schedule.newsletter_id).await?;
    Ok(open.into_iter().find(|digest| digest.schedule_id == schedule.id && may_be_stopped(digest)))
}

/// Lets a waiting digest leave by itself, and has the editors told: their time begins.
///
/// # Errors
/// The database's.
pub async fn with_notice(tx: &mut Tx, id: i64, slot_at: Millis, act: Act) -> sqlx::Result<()> {
    let why = Why { reason: Some(&Reason::UnlessStopped), act };
    transition::plan(tx, id, Some(after_notice(slot_at, act.now)), why).await.map(drop)
}

/// The letter is asked for now: gives when the digest leaves, later than planned if the letter is. `None` when it waits no more.
///
/// # Errors
/// The database's.
pub async fn told(tx: &mut Tx, id: i64, now: Millis) -> sqlx::Result<Option<Digest>> {
    let Some(digest) = sql::hold_digest(tx, id).await? else { return Ok(None) };
    let Some(planned) = digest.leaves_at.filter(|_| digest.state == DigestState::Waiting && may_be_stopped(&digest))
    else {
        return Ok(None);
    };
    let wanted = after_notice(digest.slot_at, now);
    if wanted - planned <= MINUTE {
        return Ok(Some(digest));
    }
    sql::redate(tx, id, planned, wanted).await?;
    Ok(Some(Digest { leaves_at: Some(wanted), ..digest }))
}

/// The latest instant at which a right clock would let it leave.
pub fn latest(digest: &Digest, now: Millis) -> Millis {
    let planned = digest.leaves_at.filter(|_| digest.reason == Some(Stored::Known(Reason::PlannedByEditor)));
    match planned {
        Some(hour) => hour,
        None if may_be_stopped(digest) => after_notice(digest.slot_at, now),
        None => now + WINDOW,
    }
}
