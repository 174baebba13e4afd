//! HTTP out: bytes from other people's servers, within limits, never from inside.
//!
//! [`fetch`] asks and reads, [`guard`] judges each address and each hop, [`look`] asks whether a link leads somewhere, [`reach`] how
//! a server answers at all, [`dns`] what stands in the domain name system; [`submit`] posts what one program says to another, [`tls`]
//! encrypts connections to mail servers. Met by `feeds`, `digests`, `delivery`, `bounces`, `people` and `doctor`; it is handed on in
//! [`App`](crate::app::App).

pub mod dns;
pub mod fetch;
pub mod guard;
pub mod look;
pub mod reach;
pub mod submit;
pub mod tls;
