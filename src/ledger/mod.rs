//! WHO GOT WHAT: a durable row for each recipient of each digest, and for each letter.
//!
//! ```text
//! queued ──▶ started ──▶ accepted | refused
//!    ▲          │  └────▶ deferred(next_at) ──▶ queued again
//!    │          └──(crash)──▶ uncertain ──▶ resend | hold
//!    └ skipped: left, suppressed or cancelled meanwhile
//! ```
//! In: a digest that is released, letters that are asked for ([`letters`]), outcomes. Out: rows for `delivery` to claim, counts
//! and history ([`progress`]) that always add up, a check of the whole ([`check`]), sums of what servers answered ([`answers`]). A finished digest is packed into 2 bytes a
//! recipient ([`pack`], [`packed`]). What an editor changes afterwards: [`cancel`], [`reopen`], [`unknown`] addresses; what
//! keeps mail from leaving: [`alarm`], [`hold`]; what waits in all ([`queue`]); and rows whose day has not come ([`warmup`]). Nothing here sends, and nothing
//! here says what an outcome means for a person or a digest: [`meaning`] asks.
//!
//! While a worker has a batch, `started` and `accepted` stand in the batch's own row, a few bytes a mail ([`reported`]); the
//! rows of the recipients follow when the batch is given back or taken over.

pub mod alarm;
pub mod answers;
pub mod cancel;
pub mod check;
pub mod hold;
pub mod letters;
pub mod mask;
pub mod meaning;
pub mod pack;
pub mod packed;
pub mod progress;
pub mod provider;
pub mod queue;
pub mod reopen;
pub mod reported;
pub mod sql;
pub mod unknown;
pub mod warmup;

pub use meaning::Meaning;

use crate::clock::Millis;
use crate::db::text_enum;
use provider::Provider;

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

/// `released_upto` of a digest whose rows are all written.
pub const RELEASED: i64 = i64::MAX;

/// The state of a delivery, as the small integer in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum State {
    /// Not sent, certain.
    Queued = 0,
    /// Its content may be on the wire.
    Started = 1,
    /// The mail server took it.
    Accepted = 2,
    /// Refused for good.
    Refused = 3,
    /// "Later": tried again at `next_at`.
    Deferred = 4,
    /// Not sent on purpose: left, suppressed or cancelled meanwhile.
    Skipped = 5,
    /// Sent, but no answer came; and `on_uncertain = hold`.
    Uncertain = 6,
}

/// Which row a mail belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A digest's row, in a batch held under `epoch`.
    Digest {
        /// The digest.
        digest_id: i64,
        /// The recipient.
        subscriber_id: i64,
        /// First id of the batch it was claimed in.
        batch_lo: i64,
        /// Epoch of the lease; a row of an older epoch is not recorded.
        epoch: i64,
    },
    /// A letter of its own.
    Letter {
        /// `letter.id`
        id: i64,
        /// Epoch of its lease, as for a batch.
        epoch: i64,
    },
}

/// A batch, whoever has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchKey {
    /// The digest.
    pub digest_id: i64,
    /// First id of its range.
    pub lo: i64,
}

/// A batch under one lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId {
    /// The digest.
    pub digest_id: i64,
    /// First id of its range.
    pub lo: i64,
    /// Rises with each lease ([`sql::lease::step`]); what another epoch reports is not written.
    pub epoch: i64,
}

impl BatchId {
    /// Without the lease.
    pub const fn key(self) -> BatchKey {
        BatchKey { digest_id: self.digest_id, lo: self.lo }
    }
}

/// What a mail is: letters have a connection, limits and alarms of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Digests.
    Digests,
    /// Letters.
    Letters,
}

/// What became of one attempt; SMTP results are values, not errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 250 to the final dot. The server's words are not kept.
    Accepted,
    /// Refused for good.
    Refused {
        /// Reply code.
        code: u16,
        /// `unknown` (the address, to be marked once the breaker's window has passed), `address` (it is marked), `policy`,
        /// `content`, `expired`, `render`, `smtputf8`.
        reason: &'static str,
        /// The server's words.
        words: String,
    },
    /// To be tried again.
    Deferred {
        /// Not before.
        next_at: Millis,
        /// Reply code; 0 when the connection broke before the final dot.
        code: u16,
        /// The server's words.
        words: String,
        /// Whether the attempt counts against the limit of retrying.
        counted: bool,
    },
    /// Not sent on purpose.
    Skipped {
        /// `left`, `suppressed`, `cancelled`, `paused`; `topics`: they chose none of it; `had`: they had all of it on the rhythm that
        /// they were on before.
        reason: &'static str,
    },
    /// No answer to the final dot.
    Uncertain,
}

/// One attempt with its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Which row.
    pub key: Key,
    /// Attempts before this one.
    pub attempts: u16,
    /// Who keeps the mailbox.
    pub provider: Provider,
    /// What became of it.
    pub outcome: Outcome,
}
