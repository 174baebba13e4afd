//! Every change of where a digest stands: the table of what may follow what, and the only statements that do it.
//!
//! ```text
//!            approve               last row           every row terminal
//! waiting ───────────▶ releasing ───────────▶ sending ──────────────────▶ finished
//!    │ skip   ◀─────────── │ could not be       ⇅ paused ──▶ cancelled        │ rows queued again
//!    ▼         rendered    │ rendered           ▲────────────────────────────┘
//! skipped
//! ```
//! A digest that waits may have an instant at which it leaves by itself ([`plan`]); until then it can be stopped.
//!
//! In: an editor's word, a slot, a release, and what the ledger's outcomes mean ([`super::mailings`]), inside their
//! transaction. Out: `digest.state` with its reason, and for each change its row of [`events`]. A statement changes no digest
//! that does not stand where the caller saw it, so that two at once are one after the other.

use crate::clock::Millis;
use crate::coded::{Coded as _, Stored as _};
use crate::db::{Tx, query_as, query_scalar};
use crate::events::{self, About, Actor, Code, Event};
use crate::ledger::DigestState::{self, Cancelled, Finished, Paused, Releasing, Sending, Skipped, Waiting};
use crate::ledger::meaning::Act;
use crate::reason::Reason;

/// From where to where.
const TABLE: &[(DigestState, &[DigestState])] = &[
    (Waiting, &[Releasing, Skipped]),
    (Releasing, &[Sending, Waiting, Skipped, Paused, Cancelled]),
    (Sending, &[Paused, Finished, Cancelled]),
    (Paused, &[Sending, Releasing, Cancelled]),
    (Finished, &[Sending]),
    (Skipped, &[]),
    (Cancelled, &[]),
];

/// Whether one state may follow another.
pub fn may(from: DigestState, to: DigestState) -> bool {
    TABLE.iter().any(|(state, next)| *state == from && next.contains(&to))
}

/// What the event of a change is called. A digest that waited goes because an editor says so, or because nobody stopped it.
fn code(from: Option<DigestState>, to: DigestState, by: Actor) -> Code {
    match (from, to) {
        (_, Waiting) => Code::DigestWaiting,
        (Some(Waiting), Releasing) if by != Actor::System => Code::DigestApproved,
        (None | Some(Waiting), Releasing) => Code::DigestReleased,
        (Some(Finished), Sending) => Code::DigestReopened,
        (Some(Paused), Sending | Releasing) => Code::DigestResumed,
        (_, Releasing | Sending) => Code::DigestSending,
        (_, Paused) => Code::DigestPaused,
        (_, Finished) => Code::DigestFinished,
        (_, Skipped) => Code::DigestSkipped,
        (_, Cancelled) => Code::DigestCancelled,
    }
}

/// Whether no editor wanted this, so that one is told: the mail server refuses the sender, one mail after the other, or calls one
/// address after the other unknown; or the mails, as they are stored, cannot be read, or not be signed.
fn is_trouble(reason: &Reason) -> bool {
    use Reason::{AddressesUnknown, MailsRefused, MailsUnreadable, SenderRefused, SigningKeyUnusable};
    let refused = matches!(reason, SenderRefused { .. } | MailsRefused { .. } | AddressesUnknown { .. });
    refused || matches!(reason, MailsUnreadable { .. } | SigningKeyUnusable { .. })
}

/// Why a change is made.
#[derive(Clone, Copy, Debug)]
pub struct Why<'a> {
    /// As `digest.reason` keeps it; the event bears its code.
    pub reason: Option<&'a Reason>,
    /// By whom, and when.
    pub act: Act,
}

/// A digest that is to be stored.
#[derive(Clone, Debug)]
pub struct NewDigest<'a> {
    /// Unguessable.
    pub public_id: &'a str,
    /// Whose.
    pub newsletter_id: i64,
    /// Its rhythm.
    pub schedule_id: i64,
    /// Its slot.
    pub slot_at: Millis,
    /// `waiting`, `releasing` or `skipped`; `finished` of one that is adopted.
    pub state: DigestState,
    /// When it leaves by itself, if it waits.
    pub leaves_at: Option<Millis>,
    /// What an editor should know besides.
    pub note: Option<&'a str>,
    /// So far.
    pub subject: &'a str,
    /// So far, JSON.
    pub content: &'a str,
}

/// Stores a digest and gives its id; `None` when its slot has a record already.
pub async fn open(tx: &mut Tx, new: &NewDigest<'_>, why: Why<'_>) -> sqlx::Result<Option<i64>> {
    let finished = (new.state == Skipped).then_some(why.act.now);
    let id: Option<i64> = query_scalar(
        "INSERT INTO digest (public_id, newsletter_id, schedule_id, slot_at, state, reason, note, subject, content,
            created_at, finished_at, leaves_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (schedule_id, slot_at) DO NOTHING RETURNING id",
    )
    .bind(new.public_id)
    .bind(new.newsletter_id)
    .bind(new.schedule_id)
    .bind(new.slot_at)
    .bind(new.state)
    .bind(why.reason.map(Reason::stored))
    .bind(new.note)
    .bind(new.subject)
    .bind(new.content)
    .bind(why.act.now)
    .bind(finished)
    .bind(new.leaves_at)
    .fetch_optional(tx.on())
    .await?;
    if let Some(id) = id {
        let of = Of { newsletter: new.newsletter_id, schedule: new.schedule_id, digest: id };
        match new.leaves_at {
            Some(at) => leaving(tx, of, at, why).await?,
            None => tell(tx, of, None, new.state, why).await?,
        }
    }
    Ok(id)
}

/// Stores a digest that left at its slot, before there were rows of it, to so many: nobody is told of it.
pub async fn adopt(tx: &mut Tx, new: &NewDigest<'_>, recipients: i64) -> sqlx::Result<i64> {
    query_scalar(
        "INSERT INTO digest (public_id, newsletter_id, schedule_id, slot_at, state, subject, content, recipients,
            created_at, released_at, finished_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4, $4, $4) RETURNING id",
    )
    .bind(new.public_id)
    .bind(new.newsletter_id)
    .bind(new.schedule_id)
    .bind(new.slot_at)
    .bind(new.state)
    .bind(new.subject)
    .bind(new.content)
    .bind(recipients)
    .fetch_one(tx.on())
    .await
}

/// Whose a digest is, by ids.
#[derive(Clone, Copy, Debug)]
struct Of {
    newsletter: i64,
    schedule: i64,
    digest: i64,
}

/// Brings a digest from one state to another; `false` when it does not stand there. One that waits again leaves when an editor
/// says so.
pub async fn turn(tx: &mut Tx, id: i64, from: DigestState, to: DigestState, why: Why<'_>) -> sqlx::Result<bool> {
    debug_assert!(may(from, to), "{from} -> {to}");
    let ended = matches!(to, Skipped | Finished).then_some(why.act.now);
    let found: Option<(i64, i64)> = query_as(
        "UPDATE digest SET state = $3, reason = $4, finished_at = $5,
            leaves_at = CASE WHEN $3 = 'waiting' THEN NULL ELSE leaves_at END
         WHERE id = $1 AND state = $2 RETURNING newsletter_id, schedule_id",
    )
    .bind(id)
    .bind(from)
    .bind(to)
    .bind(why.reason.map(Reason::stored))
    .bind(ended)
    .fetch_optional(tx.on())
    .await?;
    let Some((newsletter, schedule)) = found else { return Ok(false) };
    tell(tx, Of { newsletter, schedule, digest: id }, Some(from), to, why).await?;
    Ok(true)
}

/// Says when a digest that waits leaves by itself, or with `None` that it waits for an editor; `false` when it does not wait.
pub async fn plan(tx: &mut Tx, id: i64, leaves_at: Option<Millis>, why: Why<'_>) -> sqlx::Result<bool> {
    let found: Option<(i64, i64)> = query_as(
        "UPDATE digest SET leaves_at = $2, reason = $3 WHERE id = $1 AND state = 'waiting'
         RETURNING newsletter_id, schedule_id",
    )
    .bind(id)
    .bind(leaves_at)
    .bind(why.reason.map(Reason::stored))
    .fetch_optional(tx.on())
    .await?;
    let Some((newsletter, schedule)) = found else { return Ok(false) };
    let of = Of { newsletter, schedule, digest: id };
    match leaves_at {
        Some(at) => leaving(tx, of, at, why).await?,
        None => tell(tx, of, Some(Waiting), Waiting, why).await?,
    }
    Ok(true)
}

/// The news that a digest leaves by itself. Where no editor wanted it now, the editors are told.
async fn leaving(tx: &mut Tx, of: Of, at: Millis, why: Why<'_>) -> sqlx::Result<()> {
    let approved = why.reason == Some(&Reason::ApprovedByEditor);
    let code = if approved { Code::DigestApproved } else { Code::DigestLeaving };
    let event = Event::new(of.newsletter, code, About::Digest(of.digest), why.act.by).with("leaves", at);
    let event = why.reason.map_or(event.clone(), |reason| event.with("cause", reason.code()));
    events::note(tx, why.act.now, &Event { untold: why.reason == Some(&Reason::UnlessStopped), ..event }).await
}

async fn tell(tx: &mut Tx, of: Of, from: Option<DigestState>, to: DigestState, why: Why<'_>) -> sqlx::Result<()> {
    let event = Event::new(of.newsletter, code(from, to, why.act.by), About::Digest(of.digest), why.act.by);
    let event = why.reason.map_or(event.clone(), |reason| event.with("cause", reason.code()));
    match to {
        Paused if why.reason.is_some_and(is_trouble) => {
            events::begin(tx, why.act.now, &Event { untold: true, ..event }).await?;
        }
        _ if from == Some(Paused) => {
            // Once it was the mail server that had stopped it, the editor is told that it goes on.
            let over = Event { untold: to != Cancelled, ..event.clone() };
            if !events::end(tx, why.act.now, Code::DigestPaused, &over).await? {
                events::note(tx, why.act.now, &event).await?;
            }
        }
        _ => events::note(tx, why.act.now, &event).await?,
    }
    if to == Sending {
        let back = Event::new(of.newsletter, Code::ScheduleBack, About::Schedule(of.schedule), Actor::System);
        events::end(tx, why.act.now, Code::ScheduleMissed, &Event { untold: true, ..back }).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_follows_what_is_over_but_a_finished_digest_whose_rows_are_queued_again() {
        for state in [Finished, Skipped, Cancelled] {
            let next: Vec<_> = DigestState::ALL.iter().filter(|to| may(state, **to)).collect();
            assert_eq!(next, if state == Finished { vec![&Sending] } else { vec![] }, "{state}");
        }
    }

    #[test]
    fn every_state_stands_in_the_table_and_each_way_has_a_name_of_its_own() {
        for state in DigestState::ALL {
            assert!(TABLE.iter().any(|(from, _)| from == state), "{state}");
        }
        let by = Actor::Command;
        let names: Vec<Code> =
            TABLE.iter().flat_map(|(from, to)| to.iter().map(|to| code(Some(*from), *to, by))).collect();
        assert!(names.contains(&Code::DigestApproved) && names.contains(&Code::DigestResumed));
        assert_eq!(code(Some(Releasing), Sending, by), Code::DigestSending);
        assert_eq!(code(Some(Finished), Sending, by), Code::DigestReopened);
        assert_eq!(code(None, Releasing, Actor::System), Code::DigestReleased);
        assert_eq!(code(Some(Waiting), Releasing, Actor::System), Code::DigestReleased, "nobody stopped it");
    }
}
