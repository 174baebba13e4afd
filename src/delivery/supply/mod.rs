//! What is sent next: from open rows of the ledger to mails in memory, ready for a connection.
//!
//! ```text
//! watch ──▶ in_hand ◀── record
//!              ▲
//! claim ──▶ mail, made ──▶ ready ──▶ source ──▶ a connection
//! letters ─▶ mails ──────▶ ready ──▶ source ──▶ the letters' connection
//! ```
//! [`claim`] leases ranges of recipients, [`letters`] single letters; [`mail`] and `made` make them into mails; [`ready`] is the
//! queue in memory; [`source`] is what one connection takes from and reports to; [`in_hand`] knows what this process holds;
//! [`watch`] sees who left and what was paused; [`rescue`] keeps leases, and frees those of a process that died.

pub mod claim;
pub mod in_hand;
pub mod letters;
mod made;
pub mod mail;
pub mod ready;
pub mod rescue;
mod sender;
pub mod source;
pub mod watch;
