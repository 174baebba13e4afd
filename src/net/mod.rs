//! HTTP out: bytes from other people's servers, within limits, never from inside.
//!
//! [`fetch`] asks and reads, [`guard`] judges each address and each hop, [`look`] asks whether a link leads somewhere, [`tls`] encrypts
//! connections to mail servers. Met by
//! `feeds` and `digests`; it is handed on in
//! [`App`](crate::app::App).

pub mod fetch;
pub mod guard;
pub mod look;
pub mod tls;
