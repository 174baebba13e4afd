//! What an outcome means for a person or a digest. The ledger decides neither: it asks, inside its own transaction.
//!
//! Two traits, so that neither the ledger nor `delivery` knows the rooms that own people and digests. [`digests::MEANING`] is
//! what the program runs with; `serve` hands it to `delivery`, verbs of an editor hand it to the ledger.
//!
//! [`digests::MEANING`]: crate::digests::MEANING

use std::fmt;

use futures_util::future::BoxFuture;

use crate::app::App;
use crate::clock::Millis;
use crate::db::Tx;
use crate::events::Actor;
use crate::reason::Reason;

/// An answer that comes inside a transaction.
pub type Answer<'a, T> = BoxFuture<'a, sqlx::Result<T>>;

/// Who says what outcomes mean.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// For people.
    pub people: &'static dyn People,
    /// For digests.
    pub mailings: &'static dyn Mailings,
    /// Who causes it, for the record.
    pub by: Actor,
}

impl Meaning {
    /// The same, caused by somebody.
    #[must_use]
    pub const fn by(self, by: Actor) -> Self {
        Self { by, ..self }
    }

    /// Who causes it, and when.
    pub const fn act(self, now: Millis) -> Act {
        Act { by: self.by, now }
    }
}

/// Who causes something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    /// By whom.
    pub by: Actor,
    /// When.
    pub now: Millis,
}

/// People whose bounces may be undone.
#[derive(Debug, Default)]
pub struct Bounced {
    /// Who may be written to again, in order.
    pub ids: Vec<i64>,
    /// Those of them who do not get digests now.
    pub gone: Vec<i64>,
    /// By what their addresses are suppressed.
    pub hashes: Vec<String>,
}

impl Bounced {
    /// Whether this one may be written to again.
    pub fn may(&self, id: i64) -> bool {
        self.ids.binary_search(&id).is_ok()
    }
}

/// What outcomes mean for people.
pub trait People: fmt::Debug + Send + Sync {
    /// The mail server says that these people's addresses do not exist: no mail goes to them any more. Whoever does not get
    /// digests is left as they are; gives how many did. `ids` in order.
    fn gone<'a>(&'a self, app: &'a App, tx: &'a mut Tx, ids: &'a [i64]) -> Answer<'a, usize>;

    /// Of these people of a newsletter those whose bounce may be undone: not who left, complained or was erased meanwhile.
    fn bounced<'a>(&'a self, app: &'a App, tx: &'a mut Tx, newsletter_id: i64, ids: &'a [i64]) -> Answer<'a, Bounced>;

    /// They get digests again; gives how many did not.
    fn bring_back<'a>(&'a self, tx: &'a mut Tx, newsletter_id: i64, bounced: &'a Bounced, act: Act) -> Answer<'a, i64>;
}

/// What outcomes mean for digests. Whoever calls holds the digest's row where the call is about one digest.
pub trait Mailings: fmt::Debug + Send + Sync {
    /// An editor is needed before more of it is sent; `false` when it does not send.
    fn pause<'a>(&'a self, tx: &'a mut Tx, digest_id: i64, reason: &'a Reason, act: Act) -> Answer<'a, bool>;

    /// No row of it is open: a digest that sends is finished, a cancelled one has ended. `false` when it was neither.
    fn end<'a>(&'a self, tx: &'a mut Tx, digest_id: i64, act: Act) -> Answer<'a, bool>;

    /// Rows of it are open again: a finished one sends again, a cancelled one is swept once more; a paused one stays.
    fn reopen<'a>(&'a self, tx: &'a mut Tx, digest_id: i64, act: Act) -> Answer<'a, ()>;

    /// Nothing is sent any more: pauses all that run, for this reason; gives how many.
    fn pause_all<'a>(&'a self, tx: &'a mut Tx, reason: &'a Reason, act: Act) -> Answer<'a, u64>;

    /// Lets all go on that were paused, or kept waiting, for this reason; gives how many.
    fn resume_all<'a>(&'a self, tx: &'a mut Tx, reason: &'a Reason, act: Act) -> Answer<'a, u64>;
}
