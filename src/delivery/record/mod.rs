//! The one writer of outcomes: takes all that wait, writes them in one commit, then answers all of them.
//!
//! [`recorder`] is the task, [`group`] turns what waits into lines of the ledger and back into answers.

pub(super) mod group;
pub(super) mod recorder;
