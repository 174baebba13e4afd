//! Facteur turns a blog into a newsletter. This page is the map of its rooms: the way of a mail.
//!
//! ```text
//! visitor ──▶ subscribers ──▶            ┌▶ letters ──▶ delivery ──▶ SMTP server
//!                           digests ─────┘      ▲
//! blog ─────▶ feeds ──────▶                     │
//!                  templates, locales ──────────┘
//! ```
//!
//! | room | question | in → out |
//! | --- | --- | --- |
//! | [`newsletters`] | which publication | settings and schedules; recurrence → next instant |
//! | [`subscribers`] | WHO | a form → pending → confirmed → left; tokens; import, export, erasure |
//! | [`feeds`] | WHAT | a URL → posts, known once, cleaned |
//! | [`digests`] | WHEN | a due slot and posts → one digest → released rows of the ledger |
//! | [`letters`] | SAYS | posts and texts → MIME once, with holes per person. Pure |
//! | [`delivery`] | HOW | ledger rows → SMTP → recorded outcome |
//! | [`events`] | NEWS | whatever happens → one row in the transaction that makes it true |
//! | [`views`] | | rows → what people are shown: data and text keys |
//! | [`web`] | DOORS | HTTP → one verb of a stage → page or JSON |
//! | [`cli`] | DOORS | arguments → one verb of a stage → text or JSON |
//! | [`demo`] | | the whole loop on one loopback port |
//!
//! Ground: [`db`] (both databases), [`config`], [`clock`], [`coded`], [`app`] (start and stop), [`fault`], [`i18n`], [`markup`],
//! [`phrase`], [`reason`], [`telemetry`].
//! A stage never imports `web` or `cli`, and knows only the stages before it in the picture.

pub mod app;
pub mod cause;
pub mod cli;
pub mod clock;
pub mod coded;
pub mod config;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod digests;
pub mod events;
pub mod fault;
pub mod feeds;
pub mod i18n;
pub mod keys;
pub mod ledger;
pub mod letter;
pub mod mails;
pub mod markup;
pub mod net;
pub mod newsletters;
pub mod origin;
pub mod phrase;
pub mod reason;
pub mod serve;
pub mod subscribers;
pub mod telemetry;
pub mod views;
pub mod web;
