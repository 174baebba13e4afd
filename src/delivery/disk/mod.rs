//! Room on the disk for what is promised.
//!
//! [`space`] halts sending before the disk is full; [`reserve`] is a file that is given up when it is full all the same.

pub(super) mod reserve;
pub mod space;
