//! WHEN: a due slot and the posts that wait → one digest → rows of the ledger.
//!
//! ```text
//!            approve               last row           every row terminal
//! waiting ───────────▶ releasing ───────────▶ sending ──────────────────▶ finished
//!    │ skip                                   ⇅ paused ──▶ cancelled
//!    ▼
//! skipped (also: no new post, nobody to send to, late)
//! ```

pub mod schedule;
pub mod sql;

use crate::clock::Millis;
use crate::db::{from_row, text_enum};

text_enum! {
    /// Where a digest stands.
    pub enum DigestState {
        /// Composed; an editor must let it go.
        Waiting => "waiting",
        /// Its rows are being written.
        Releasing => "releasing",
        /// Its rows are being sent.
        Sending => "sending",
        /// Stopped for a while, by an editor or by the mail server's refusals.
        Paused => "paused",
        /// No row is open.
        Finished => "finished",
        /// Its slot passed without a mailing; `reason` says why.
        Skipped => "skipped",
        /// An editor cancelled what was left of it.
        Cancelled => "cancelled",
    }
}

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
    pub reason: Option<String>,
    /// In the newsletter's own language.
    pub subject: String,
    /// The posts as frozen, JSON of `letters::DigestContent`.
    pub content: String,
    /// How many rows were released.
    pub recipients: i64,
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
    subject,
    content,
    recipients,
    created_at,
    released_at,
    finished_at
});
