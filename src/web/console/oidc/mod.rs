//! Coming in by a provider of log-ins: the way there and back, linking it to one's account, joining by it.
//!
//! [`door`] sends browsers there and takes them back, [`account`] is the part of `/console/account` that links and unlinks, [`invited`]
//! the button of an invitation. What it all means is judged in `people::oidc`.

pub mod account;
pub mod door;
pub mod invited;
