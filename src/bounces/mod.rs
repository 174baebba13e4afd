//! BACK: what comes back after a mail was accepted.
//!
//! In: a mail to one of our bounce addresses, or a provider's web hook ([`hooks`]). Out: what it says, about which mail and which address.
//!
//! [`read`] understands a mail: pure, no database, no network.

pub mod event;
pub mod explain;
pub mod hooks;
pub mod read;
