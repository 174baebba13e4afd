//! What every door over HTTP shares.
//!
//! In: a request. Out: [`input`] reads it, [`page`] is the frame of a page, [`error`] what went wrong, [`answer`] what every
//! answer gets, [`assets`] our own files, [`routing`] how handlers become routes.

pub mod answer;
pub mod assets;
pub mod error;
pub mod input;
pub mod page;
pub mod routing;
