//! What is sent next: from open rows of the ledger to mails in memory, ready for a connection.
//!
//! ```text
//! watch ──▶ in_hand ◀── record
//!              ▲
//! claim ──▶ mail, made ──▶ ahead ──▶ ready ──▶ source ──▶ a connection
//! letters ─▶ mails ────────────────▶ ready ──▶ source ──▶ the letters' connection
//! ```
//! [`claim`] leases ranges of recipients, [`letters`] letters (`known` reads what they need, `welcome` what one leads to, `kept` has those
//! rendered that many are told, `letter` makes each); [`mail`] and `made` make them
//! into mails from an [`envelope`]'s sender, `ahead` has them signed; [`ready`] is the queue in memory; [`source`] is what one connection takes from and reports to; [`in_hand`] knows what this process holds;
//! [`watch`] sees who left and what was paused; [`rescue`] keeps leases, and frees those of a process that died; [`alive`] tells
//! whether it did.

mod ahead;
pub(super) mod alive;
pub(super) mod claim;
pub(super) mod envelope;
pub(super) mod in_hand;
mod kept;
mod known;
mod letter;
pub(super) mod letters;
mod made;
pub(super) mod mail;
pub(super) mod ready;
pub(super) mod rescue;
mod sender;
pub(super) mod source;
pub(super) mod watch;
mod welcome;

use std::sync::Arc;

use self::in_hand::InHand;
use super::record::recorder::Recorder;
use super::rewind::memory::Memory;
use crate::app::App;
use crate::ledger::Meaning;

/// What stands around whoever supplies mails.
#[derive(Clone, Debug)]
pub struct Around {
    /// The app of delivery's own thread.
    pub app: Arc<App>,
    /// Who says what outcomes mean.
    pub meaning: Meaning,
    /// Under which name this process leases.
    pub owner: String,
    /// What this process holds.
    pub in_hand: Arc<InHand>,
    /// Records what is not sent.
    pub recorder: Recorder,
    /// What this process has reported of late.
    pub memory: Arc<Memory>,
}
