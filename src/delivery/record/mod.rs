//! The one writer of outcomes: takes all that wait, writes them in one commit, then answers all of them.
//!
//! [`recorder`] is the task, [`lines`] turns what waits into lines of the ledger and back into answers,
//! [`posts`] brings answers to connections on other threads.

pub(super) mod lines;
pub(super) mod posts;
pub(super) mod recorder;
