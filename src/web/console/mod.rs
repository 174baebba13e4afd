//! What editors see: one file a page, each a thin door over verbs of the rooms.
//!
//! In: a request of somebody who is signed in, past the [`guard`]. Out: a page in their language, or 303 to one after an act. Every
//! page works without a script; `GET` shows, `POST` acts. [`routes`] has every route and what it asks for.

pub mod account;
pub mod activity;
pub mod choice;
pub mod device;
pub mod digest_check;
pub mod digest_content;
pub mod digest_edit;
pub mod digest_preview;
pub mod digests;
pub mod doctor;
pub mod draft_closed;
pub mod draft_preview;
pub mod draft_room;
pub mod draft_share;
pub mod drafts;
pub mod forgotten;
pub mod form;
pub mod frame;
pub mod guard;
pub mod home;
pub mod link;
pub mod live;
pub mod login;
pub mod mail;
pub mod member;
pub mod membership;
pub mod oidc;
pub mod passkey_parts;
pub mod passkeys;
pub mod posts;
pub mod reader_letters;
pub mod ready;
pub mod revisions;
pub mod routes;
pub mod schedule;
pub mod second_factor;
pub mod settings;
pub mod signup_form;
pub mod start;
pub mod stats;
pub mod subscribers;
pub mod system;
pub mod team;
pub mod text_revisions;
pub mod texts;
pub mod today;
pub mod tokens;
pub mod topics;
pub mod wall_clock;
pub mod warmup;
pub mod ways;
