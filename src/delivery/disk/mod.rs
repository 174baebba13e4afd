//! Room on the disk for what is promised.
//!
//! [`halt`] halts sending before the disk is full; [`reserve`] is a file that is given up when it is full all the same.

pub mod halt;
pub(super) mod reserve;
