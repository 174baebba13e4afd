//! Our own SMTP client (RFC 5321): bytes on a socket, and nothing of the ledger.
//!
//! In: a relay's settings, envelopes, message bytes. Out: replies, matched in order. It is what Facteur exists for: one
//! write per step on a socket without delay, a time-out at each step, and a connection that is dropped when it cannot be
//! trusted any more. Met by `session`, which knows what the replies mean for a mail.

pub mod reply;
