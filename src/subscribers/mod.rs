//! WHO: a visitor becomes a subscriber, consents, leaves.
//!
//! ```text
//!            confirm            leave
//! pending ───────────▶ confirmed ───▶ unsubscribed, bounced ──(asks again, confirms)──▶ confirmed
//!                      ⇅ paused       complained: the same, and no editor brings back
//! ```
//! In: forms, links, files. Out: rows that digests are released to, and letters asked for in the same transaction
//! ([`crate::ledger::letters`]). Nothing public lowers a state or tells whether an address is known.

pub mod add;
pub mod address;
pub mod again;
pub mod asked;
pub mod audience;
pub mod beside;
pub mod bounced;
pub mod bulk;
pub mod by_hand;
pub mod ceiling;
pub mod choices;
pub mod complained;
pub mod confirm;
pub mod consent;
pub mod contact;
pub mod counts;
pub mod departures;
pub mod door;
pub mod erase;
pub mod export;
pub mod fold;
pub mod forget;
pub mod full;
pub mod growth;
pub mod held;
pub mod import;
pub mod joined;
pub mod leave;
pub mod list;
pub mod new_address;
pub mod not_me;
pub mod opened;
pub mod others;
pub mod own_address;
pub mod own_link;
pub mod own_page;
pub mod pages;
pub mod pause;
pub mod preferences;
pub mod queue;
pub mod refold;
pub mod rhythm;
pub mod signup;
pub mod sql;
pub mod status;
pub mod staying;
pub mod suppression;
pub mod typo;
mod welcome;
pub mod wished;

use crate::clock::Millis;
use crate::db::{from_row, text_enum};

/// Ids or hashes in one statement.
const AT_ONCE: usize = 1_000;

text_enum! {
    /// Where a subscriber stands; [`status`] alone changes it.
    pub enum Status {
        /// Asked, not confirmed.
        Pending => "pending",
        /// Gets digests.
        Confirmed => "confirmed",
        /// Confirmed, gets nothing for a while.
        Paused => "paused",
        /// Left.
        Unsubscribed => "unsubscribed",
        /// The address does not exist any more.
        Bounced => "bounced",
        /// Reported our mail as unwanted.
        Complained => "complained",
    }
}

/// One address on one newsletter.
#[derive(Clone, Debug)]
pub struct Subscriber {
    /// Inside id.
    pub id: i64,
    /// Whose.
    pub newsletter_id: i64,
    /// As given; mail goes to exactly this.
    pub email: String,
    /// The key for look-ups: domain as lower-case A-label, local part in lower case.
    pub email_key: String,
    /// As given, if at all.
    pub name: Option<String>,
    /// Language of pages and mails for this person.
    pub language: String,
    /// Their state.
    pub status: Status,
    /// The rhythm they are on.
    pub schedule_id: i64,
    /// Raised to make every older link void.
    pub token_version: i64,
    /// First asked.
    pub created_at: Millis,
    /// Last confirmed.
    pub confirmed_at: Option<Millis>,
    /// Left, bounced or complained.
    pub ended_at: Option<Millis>,
    /// Where the subscription came from; see [`crate::origin`].
    pub origin: Option<String>,
}
from_row!(Subscriber {
    id,
    newsletter_id,
    email,
    email_key,
    name,
    language,
    status,
    schedule_id,
    token_version,
    created_at,
    confirmed_at,
    ended_at,
    origin
});
