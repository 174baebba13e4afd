//! A database that goes back in time: noticed, told what this process knows, or held until somebody decides.
//!
//! [`witness`] notices, with the help of the small file that [`marker`] keeps; [`memory`] is what this process has reported of
//! late, [`retell`] says it to the database again.

pub(super) mod marker;
pub(super) mod memory;
pub(super) mod retell;
pub(super) mod witness;
