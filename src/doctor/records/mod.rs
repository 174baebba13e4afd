//! What the records of mail say: text → their parts. Pure; whatever stands there, nothing panics.
//!
//! In: the text of a `TXT` record. Out: [`spf`] (RFC 7208), [`dkim`] (RFC 6376 section 3.6.1), [`dmarc`] (RFC 9989), the last two over
//! one list of [`tags`].

pub mod dkim;
pub mod dmarc;
pub mod spf;
pub mod tags;
