//! The pages in a real browser: Debian's chromium, driven over WebDriver, judged by axe-core, with and without scripts.
//!
//! `tests/browser.sh fetch` brings what it needs; where that is missing, the tests say so. On SQLite alone: what differs between the
//! databases is not in the browser.

pub mod atlas;
mod chromium;
mod digests;
mod journey;
mod judge;
mod pages;
mod passkeys;
mod plots;
mod world;
