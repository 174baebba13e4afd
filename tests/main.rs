//! The only integration test binary: one file a stage, each test in its own world ([`harness::TestApp`]).
//!
//! `FACTEUR_TEST_DATABASE` unset: SQLite, a file a test. A `postgres://…` URL: a database a test on that server
//! (`tests/postgres.sh COMMAND` starts one for the time of a command). `FACTEUR_TEST_LOG=debug` shows the app's log.

#[cfg(test)]
mod absence;
#[cfg(test)]
mod activity;
#[cfg(test)]
mod again;
#[cfg(test)]
mod ahead;
#[cfg(test)]
mod api;
#[cfg(test)]
mod archive;
#[cfg(test)]
mod arrows;
#[cfg(test)]
mod asking;
#[cfg(test)]
mod bounces;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod burst;
#[cfg(test)]
mod choosing;
#[cfg(test)]
mod console;
#[cfg(test)]
mod console_digests;
#[cfg(test)]
mod console_newsletter;
#[cfg(test)]
mod console_posts;
#[cfg(test)]
mod console_preview;
#[cfg(test)]
mod console_subscribers;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod digests;
#[cfg(test)]
mod dkim;
#[cfg(test)]
mod dmarc;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod doubts;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod embeds;
#[cfg(test)]
mod encoding;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod feeds;
#[cfg(test)]
mod first_line;
#[cfg(test)]
mod forgetting;
#[cfg(test)]
mod generation;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod held;
#[cfg(test)]
mod home;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod house;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_bulk;
#[cfg(test)]
mod import_consent;
#[cfg(test)]
mod init;
#[cfg(test)]
mod instance;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod links;
#[cfg(test)]
mod lint;
#[cfg(test)]
mod membership;
#[cfg(test)]
mod mode;
#[cfg(test)]
mod moving;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod oidc_real;
#[cfg(test)]
mod own_data;
#[cfg(test)]
mod parity;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod people;
#[cfg(test)]
mod preferences;
#[cfg(test)]
mod private_feeds;
#[cfg(test)]
mod receivers;
#[cfg(test)]
mod recognition;
#[cfg(test)]
mod relays;
#[cfg(test)]
mod returned;
#[cfg(test)]
mod rhythm;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod shares;
#[cfg(test)]
mod signup;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod speaks;
#[cfg(test)]
mod spoken;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod stats;
mod staying;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod together;
#[cfg(test)]
mod topics;
#[cfg(test)]
mod veto;
#[cfg(test)]
mod warmup;
#[cfg(test)]
mod welcome;
#[cfg(test)]
mod words;
