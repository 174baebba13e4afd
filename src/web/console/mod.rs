//! What editors see: one file a page, each a thin door over verbs of the rooms.
//!
//! In: a request of somebody who is signed in, past the [`guard`]. Out: a page in their language, or 303 to one after an act. Every
//! page works without a script; `GET` shows, `POST` acts. [`routes`] has every route and what it asks for.

pub mod form;
pub mod frame;
pub mod guard;
pub mod home;
pub mod routes;
pub mod subscribers;
pub mod today;
