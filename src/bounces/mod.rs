//! BACK: what comes back after a mail was accepted.
//!
//! In: a mail to one of our bounce addresses, or a provider's web hook. Out: what it says, about which mail and which address. Met by
//! those who take such mails in, and by `facteur bounce explain`.
//!
//! [`read`] understands a mail: pure, no database, no network.

pub mod explain;
pub mod read;
