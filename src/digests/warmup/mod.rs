//! Warm-up: a sender that large receivers do not know begins with few mails and sends more each day.
//!
//! ```text
//! release ── begin: whether ──▶ rows that wait ── daily: a day's slice ──▶ rows that are due ──▶ the last slice: over
//!                                                   ▲ grows, unless bounces or complaints warn
//! ```
//! In: a digest that is released ([`begin`]), the tick ([`daily`]), an editor's word ([`word`]). Out: rows of the ledger that are due
//! day by day ([`crate::ledger::warmup`]), the newest confirmed first; the plan of it for whoever looks ([`show`], [`plan`]). What a
//! domain has sent is kept in `sender_domain`, whatever newsletter it was.
//!
//! A readership that fits into the first day's figure never waits. Everybody has a row from the release on; what happens to a row, a
//! person or a digest meanwhile happens as always.

pub mod begin;
pub mod daily;
pub mod plan;
pub mod show;
pub mod sql;
pub mod word;

use crate::db::text_enum;

text_enum! {
    /// Why a domain warms up.
    pub enum Cause {
        /// It has never sent to more than a first day's figure from here.
        New => "new",
        /// So many people were imported that it is about to send far more than it did.
        Import => "import",
    }
}
