//! SMTP: connections to mail servers, what their replies mean, and how each server does.
//!
//! [`session`] sends mail after mail over one connection of [`smtp`], for what [`contract`] hands it. [`replies`] says what a
//! reply means and for whom; [`breaker`], [`senders`] and [`health`] keep one reply from deciding for many. A [`relay`] is one
//! server of the configuration, [`live`] how many connections it has; [`balance`] says which of several is next; [`learned`] is what a server taught us, and
//! [`lessons`] keeps it over a restart.

pub(super) mod balance;
pub(super) mod breaker;
pub mod contract;
pub(super) mod health;
pub(super) mod learned;
pub(super) mod lessons;
pub mod live;
pub mod relay;
pub(super) mod replies;
pub(super) mod senders;
pub mod session;
pub(super) mod smtp;
