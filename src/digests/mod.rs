//! WHEN: a due slot and the posts that wait → one digest → rows of the ledger.
//!
//! ```text
//!            approve               last row           every row terminal
//! waiting ───────────▶ releasing ───────────▶ sending ──────────────────▶ finished
//!    │ skip   ◀─────────── │ could not be       ⇅ paused ──▶ cancelled
//!    ▼         rendered    │ rendered
//! skipped (also: no new post, nobody to send to, late)
//! ```
//! A digest that nobody has to approve starts as `releasing`; one that waits may leave by itself ([`leave`]). In: a due slot
//! ([`schedule`], [`compose`]) or an editor's word ([`send`], [`approve`], [`steer`]). Out: frozen content, one mail a language, rows
//! in the ledger ([`release`]). [`letter`] makes one of what an editor wrote, [`standing`] says where posts stand. [`ahead`] mends what a clock that was ahead has written; [`content`] is what a digest says, [`edit`]
//! what its editor wants it to say, [`preflight`] what speaks against sending it, [`dry_run`] what the next slot would send,
//! [`duplicate`] a second try; [`parts`] what some of its readers get instead of the whole; [`first`] has the first to many wait for
//! the doctor, [`warmup`] has those of a new sender leave in growing slices; [`archive`] keeps what was sent as pages.

pub mod ahead;
pub mod approve;
pub mod archive;
pub mod compose;
pub mod content;
pub mod departure;
pub mod dry_run;
pub mod duplicate;
pub mod edit;
mod error;
pub mod first;
pub mod leave;
pub mod letter;
pub mod mailings;
pub mod missed;
pub mod mode;
pub mod noted;
pub mod notice;
pub mod parts;
pub mod posts;
pub mod preflight;
pub mod release;
pub mod removal;
pub mod schedule;
pub mod send;
pub mod sql;
pub mod standing;
pub mod steer;
pub mod transition;
pub mod warmup;

pub use error::{DigestError, Refusal, Rule};

use crate::clock::Millis;
use crate::db::from_row;
use crate::events::Actor;
use crate::ledger::DigestState;
use crate::ledger::Meaning;
use crate::reason::Why;
use crate::subscribers;

/// What outcomes mean for people and digests: what the ledger and `delivery` are handed.
pub const MEANING: Meaning =
    Meaning { people: &subscribers::bounced::Subscribers, mailings: &mailings::Digests, by: Actor::System };

/// One mailing: a schedule, a slot, posts; frozen when released.
#[derive(Clone, Debug)]
pub struct Digest {
    /// Inside id.
    pub id: i64,
    /// Unguessable id for the API and URLs.
    pub public_id: String,
    /// Whose.
    pub newsletter_id: i64,
    /// Which rhythm.
    pub schedule_id: i64,
    /// The planned instant it belongs to.
    pub slot_at: Millis,
    /// Where it stands.
    pub state: DigestState,
    /// Why skipped, paused or cancelled.
    pub reason: Option<Why>,
    /// What an editor should know besides, such as a feed that could not be read.
    pub note: Option<String>,
    /// In the newsletter's own language.
    pub subject: String,
    /// The posts as frozen, JSON of `letters::DigestContent`.
    pub content: String,
    /// How many rows were released.
    pub recipients: i64,
    /// The subscriber id that the release has reached; [`crate::ledger::RELEASED`] once every row is written.
    pub released_upto: i64,
    /// When it leaves by itself while it waits; also when it would have, once it went. What it says is then fixed.
    pub leaves_at: Option<Millis>,
    /// Composed.
    pub created_at: Millis,
    /// Frozen; also the Date of every mail of it.
    pub released_at: Option<Millis>,
    /// Its last row was done.
    pub finished_at: Option<Millis>,
}
from_row!(Digest {
    id,
    public_id,
    newsletter_id,
    schedule_id,
    slot_at,
    state,
    reason,
    note,
    subject,
    content,
    recipients,
    released_upto,
    leaves_at,
    created_at,
    released_at,
    finished_at
});
