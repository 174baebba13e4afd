//! The contract between the ledger and the wire: what a connection receives, and what it reports.
//!
//! ```text
//! Source::next ──▶ connection ──▶ Record::record(done, started) ──▶ (commit) ──▶ content leaves
//!       ▲               │  └────▶ Alarm: what concerns more than one mail
//!       └── give_back ──┘
//! ```
//! The ledger (claims, leases, limits, recorder) implements [`Source`] and [`Record`] and handles [`Alarm`]s; the wire
//! (`session`) calls them. One `Source` belongs to one lane (digests or letters) of one relay.

use futures_util::future::BoxFuture;

use super::live::Whose;
use crate::delivery::Mail;
use crate::ledger::alarm::Why;
use crate::ledger::{Done, Key, Lane};

/// Where a connection gets its next mail.
pub trait Source: Send + Sync + 'static {
    /// Waits for a mail that is due now and allowed by the limits. `None`: nothing more will come (stop).
    ///
    /// The wire polls it to its end, also past idle time-outs; it drops it only when the whole task is dropped.
    /// Boxed: of one type, whatever a source waits for.
    fn next(&self) -> BoxFuture<'_, Option<Mail>>;

    /// A mail that is due and allowed this instant, without waiting, for sending its envelope ahead. After a stop: `None`.
    fn try_next(&self) -> Option<Mail>;

    /// Asked just before `MAIL`, and once more before the content leaves: must this mail not be sent any more?
    ///
    /// Called once or twice for each mail: a look into memory, no query. A stop is no reason: what has its envelope on
    /// the wire is finished.
    fn withdrawn(&self, key: &Key) -> Option<Withdrawn>;

    /// Whether an editor said of this digest that addresses which the server does not know are dead: no breaker then.
    fn takes_bounces(&self, _digest_id: i64) -> bool {
        false
    }

    /// Whose connection this is: whether it may open beside others.
    fn whose(&self) -> Whose {
        Whose::Letters
    }

    /// Takes back a mail that was never recorded as started; it is as due as it was, and costs no token of the limits.
    /// One that [`Source::withdrawn`] returned is not handed out again while that reason lasts.
    ///
    /// (What was recorded as started and then not sent comes back as [`crate::ledger::Outcome::Deferred`] with `counted: false`; with
    /// `next_at` not in the future that means: queued, as if it had never been started.)
    fn give_back(&self, mail: Mail);
}

/// Why a mail must not be sent any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// Never: the wire records [`crate::ledger::Outcome::Skipped`] with this reason (`left`, `suppressed`, `cancelled`).
    Skip(&'static str),
    /// Not now (paused, lease lost): the wire gives it back untouched.
    Return,
}

/// The one recorder.
pub trait Record: Send + Sync + 'static {
    /// Writes, in one commit, what became of one mail and that the content of another is about to leave; resolves after it.
    ///
    /// `done` is written if its own lease still holds and
    /// dropped if not (another worker owns the row then); the error tells of `started` alone.
    ///
    /// # Errors
    /// See [`RecordError`]: the mail in `started` must not be sent.
    fn record(&self, done: Option<Done>, started: Option<Key>) -> impl Future<Output = Result<(), RecordError>> + Send;
}

/// Why the content of a mail must not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The lease is gone: the row is another worker's now. The wire forgets the mail and goes on.
    #[error("the lease of this batch is gone")]
    Fenced,
    /// Nothing can be written, and trying again has been given up. The wire ends the connection and its task.
    #[error("the ledger cannot be written")]
    Lost,
}

/// A finding of one connection that concerns more than one mail. No row has been changed when it is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The server refuses this digest's sender for good, said of two of its mails: pause it, and show the words.
    PauseSender {
        /// The digest.
        digest_id: i64,
        /// The server's words, at most 512 printable bytes.
        words: String,
    },
    /// Refusals one after another: pause this digest, and show the server's words.
    PausePolicy {
        /// The digest.
        digest_id: i64,
        /// The server's words, at most 512 printable bytes.
        words: String,
    },
    /// Addresses that do not exist, one after another: pause this digest before anybody is marked by it.
    PauseBounces {
        /// The digest.
        digest_id: i64,
        /// The server's words, at most 512 printable bytes.
        words: String,
    },
    /// The breaker's window has passed over these refusals: the addresses are gone.
    Gone {
        /// The digest.
        digest_id: i64,
        /// Whose rows.
        subscribers: Vec<i64>,
    },
    /// A receiver says that we come too fast (421, 4.7.x, 4.3.2 to a recipient): slow down for its domain.
    SlowDown {
        /// Right side of the recipient's address, lower case.
        domain: String,
        /// The server's words, at most 512 printable bytes.
        words: String,
    },
    /// The server cannot be used now (unreachable, TLS fault, "later"). The wire waits 1, 2, 4 … 300 s and tries again
    /// by itself; this is to be shown.
    Trouble {
        /// Whose connections met it.
        lane: Lane,
        /// What happened; a server's words are at most 512 printable bytes.
        why: Why,
    },
    /// The server takes mail again after [`Alarm::Trouble`].
    Recovered {
        /// Whose connections.
        lane: Lane,
    },
}

/// Where alarms go: the receiver is in the hands of the ledger's run loop.
pub type Alarms = tokio::sync::mpsc::UnboundedSender<Alarm>;
