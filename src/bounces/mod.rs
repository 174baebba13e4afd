//! BACK: what comes back of the mails that were sent, understood and kept until it is acted on.
//!
//! In: what others tell: providers by their web hooks ([`hooks`]). Out: an [`event::Event`] each, stored once by
//! [`returned::accept`] for whoever decides what follows for a person. Met by `web` and `cli`, which hand in, and by `views`.

pub mod event;
pub mod hooks;
pub mod returned;
pub mod sql;
