//! Facteur turns a blog into a newsletter. This page is the map of its rooms: the way of a mail.
//!
//! ```text
//! visitor ──▶ subscribers ──▶            ┌▶ mails ──▶ ledger ──▶ delivery ──▶ SMTP server
//!                           digests ─────┘              ▲  │        │
//! blog ─────▶ feeds ──────▶                             │  └▶ events ─▶ notices to editors
//!                                                       └── outcomes: what they mean, people and digests say
//! ```
//!
//! | room | question | in → out |
//! | --- | --- | --- |
//! | [`newsletters`] | which publication | settings and schedules; recurrence → next instant |
//! | [`subscribers`] | WHO | a form → pending → confirmed → left; import, export, erasure |
//! | [`feeds`] | WHAT | a URL → posts, known once, cleaned |
//! | [`digests`] | WHEN | a due slot and posts → one digest → released rows of the ledger |
//! | [`mails`] | SAYS | posts and texts → MIME once, with holes per person. Pure |
//! | [`drafts`] | WRITES | what editors type, and their pictures → posts |
//! | [`ledger`] | WHO GOT WHAT | a row for each recipient and letter; counts, history, packing, corrections |
//! | [`delivery`] | HOW | ledger rows → SMTP → recorded outcome |
//! | [`bounces`] | BACK | what comes back, by mail or by a provider's post → whose it is, and what follows |
//! | [`receivers`] | HEARD | what receivers report of mails that bear our domain → who sends as us and passes, week by week |
//! | [`doctor`] | SEES | what mail needs besides us: DNS, the mail server, the public address → lines |
//! | [`events`] | NEWS | one row for what happened, in the transaction that makes it true |
//! | [`stats`] | SUM | events → what happened over months, told by the day |
//! | [`people`] | | who may do what: the tokens of programs |
//! | [`views`] | | rows → what people are shown: data and text keys |
//! | [`web`] | DOORS | HTTP → one verb of a stage → page or JSON |
//! | [`cli`] | DOORS | arguments → one verb of a stage → text or JSON |
//! | [`serve`] | | starts and stops the roles of a process |
//! | [`demo`] | | the whole loop on one loopback port |
//!
//! Ground: [`app`] (what a verb is handed), [`db`] (both databases), [`config`], [`clock`], [`keys`] (tokens, address hashes, message
//! ids), [`dkim`] (keys that sign mails), [`net`] (HTTP out), [`reason`] and [`coded`] (what is said in the reader's language),
//! [`refusal`] (what a refusal is about), [`fault`] (points where tests fail), [`cause`] and [`os_error`]
//! (errors in words), [`i18n`], [`letter`], [`origin`], [`markup`], [`phrase`], [`telemetry`], [`texts`] (an owner's own words).
//! Which room may know which stands in `docs/architecture.md`, and a test keeps it.

pub mod app;
pub mod bounces;
pub mod cause;
pub mod cli;
pub mod clock;
pub mod coded;
pub mod colour;
pub mod config;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod digests;
pub mod dkim;
pub mod doctor;
pub mod drafts;
pub mod events;
pub mod fault;
pub mod feeds;
pub mod i18n;
pub mod kept;
pub mod keys;
pub mod ledger;
pub mod letter;
pub mod mails;
pub mod markup;
pub mod net;
pub mod newsletters;
pub mod origin;
pub mod os_error;
pub mod people;
pub mod phrase;
pub mod reason;
pub mod receivers;
pub mod refusal;
pub mod serve;
pub mod stats;
pub mod subscribers;
pub mod telemetry;
pub mod texts;
pub mod views;
pub mod web;
