//! HOW: ledger rows → SMTP → recorded outcome.
//!
//! ```text
//! queued ──▶ started ──▶ accepted | refused
//!    ▲          │  └────▶ deferred(next_at) ──▶ queued again
//!    │          └──(crash)──▶ uncertain ──▶ resend | hold
//!    └ skipped: left, suppressed or cancelled meanwhile
//! ```
//! While a worker has a batch, `started` and `accepted` are told of in the batch's own row, a few bytes a mail
//! ([`progress`]); the rows of the ledger follow when the batch is given back or taken over.
//!
//! The promise: after a crash at any instant nobody is lost, and at most one message per open connection is repeated,
//! with the same bytes. The gate that makes it true: no byte of a message leaves before the commit that marks it as started.

pub mod alarms;
pub mod archive;
pub mod ballast;
pub mod board;
pub mod bounced;
pub mod bounces;
pub mod breaker;
pub mod claim;
pub mod control;
pub mod entry;
pub mod fault;
pub mod fsck;
pub mod generation;
pub mod hand;
pub mod health;
pub mod hold;
pub mod lane;
pub mod learned;
pub mod lessons;
pub mod letters;
pub mod limits;
mod made;
pub mod marker;
pub mod mask;
pub mod memory;
pub mod pack;
pub mod person;
pub mod preflight;
pub mod progress;
pub mod recorder;
pub mod relay;
pub mod replies;
pub mod rescue;
pub mod retell;
pub mod retry;
pub mod revive;
pub mod room;
pub mod roster;
mod run;
pub mod senders;
pub mod session;
pub mod shelf;
pub mod smtp;
pub mod sql;
pub mod status;
pub mod watch;

pub use run::run;

use std::sync::Arc;

use crate::clock::Millis;
use crate::letters::{Person, Variant};

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

/// One mail that is due now, in the hands of a connection.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its row.
    pub key: Key,
    /// On whose behalf.
    pub newsletter_id: i64,
    /// Attempts before this one.
    pub attempts: u16,
    /// First asked to be sent (release or letter), for the end of retrying.
    pub since: Millis,
    /// `MAIL FROM`.
    pub envelope_from: String,
    /// `RCPT TO`, exactly as stored.
    pub address: String,
    /// The bytes, with holes.
    pub variant: Arc<Variant>,
    /// Left part of the Message-ID.
    pub message_id: String,
    /// Token of the leave link.
    pub leave: String,
    /// Token of the letter's own link.
    pub action: String,
    /// Token of "this was not me".
    pub not_me: String,
}

impl Mail {
    /// What fills the holes.
    pub fn person(&self) -> Person<'_> {
        Person {
            address: &self.address,
            message_id: &self.message_id,
            leave: &self.leave,
            action: &self.action,
            not_me: &self.not_me,
        }
    }

    /// The message in pieces, dot-safe, ending in CRLF, without the final dot.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.variant.parts(self.person())
    }

    /// Appends the message.
    pub fn splice(&self, out: &mut Vec<u8>) {
        self.parts().for_each(|part| out.extend_from_slice(part));
    }
}

/// What became of one attempt; SMTP results are values, not errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 250 to the final dot, with the server's words (its queue id).
    Accepted {
        /// At most 512 bytes, printable.
        words: String,
    },
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
        /// `left`, `suppressed`, `cancelled`.
        reason: &'static str,
    },
    /// No answer to the final dot.
    Uncertain,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A mail of digest 1 to `userN@example.org`, in the batch that begins at 1.
    pub(crate) fn mail(subscriber_id: i64) -> Mail {
        Mail {
            key: Key::Digest { digest_id: 1, subscriber_id, batch_lo: 1, epoch: 1 },
            newsletter_id: 1,
            attempts: 0,
            since: 0,
            envelope_from: "carnet@example.org".into(),
            address: format!("user{subscriber_id}@example.org"),
            variant: Arc::new(Variant::new(vec![(b"\r\n".to_vec(), None)])),
            message_id: format!("id{subscriber_id}"),
            leave: String::new(),
            action: String::new(),
            not_me: String::new(),
        }
    }
}
