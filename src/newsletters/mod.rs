//! The publication: its name, language, sender, feeds and schedules. Everything else belongs to one newsletter.
//!
//! In: what an owner says ([`settings`]). Out: [`Newsletter`], [`Schedule`] ([`change`] stores them, [`view`] shows them);
//! [`recurrence`] says when a schedule is next due.

pub mod change;
pub mod recurrence;
pub mod settings;
pub mod sql;
pub mod view;

use crate::clock::Millis;
use crate::db::{from_row, text_enum};

/// A publication. Subscribers, feeds, posts and digests belong to exactly one.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Newsletter {
    /// Inside id.
    pub id: i64,
    /// Name in URLs and on the command line: `[a-z0-9-]{1,63}`.
    pub slug: String,
    /// Title that readers see.
    pub name: String,
    /// Display name of the sender.
    pub from_name: String,
    /// Address of the sender.
    pub from_address: String,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<String>,
    /// Default language, a BCP 47 tag such as `fr`.
    pub language: String,
    /// The blog.
    pub site_url: Option<String>,
    /// One or two sentences for the form page.
    pub description: String,
    /// Who publishes it and where (postal address), for the footer of each mail.
    pub postal: String,
    /// Since when.
    pub created_at: Millis,
}
from_row!(Newsletter {
    id,
    slug,
    name,
    from_name,
    from_address,
    reply_to,
    language,
    site_url,
    description,
    postal,
    created_at
});

text_enum! {
    /// How often a schedule sends.
    pub enum Every {
        /// As soon as a post has settled.
        Post => "post",
        /// Once a day.
        Day => "day",
        /// On some days of each week.
        Week => "week",
        /// Once a month.
        Month => "month",
    }
}

text_enum! {
    /// Who lets a digest go.
    pub enum Approval {
        /// Nobody: it leaves at its slot.
        Auto => "auto",
        /// An editor: it waits for one.
        Hold => "hold",
    }
}

/// A rhythm that a newsletter offers; every subscriber is on one.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Schedule {
    /// Inside id.
    pub id: i64,
    /// Whose.
    pub newsletter_id: i64,
    /// How often.
    pub every: Every,
    /// Which days: a week `monday,thursday`, a month `1`, `last`, `2 tuesday` or `last friday`; else empty.
    pub days: String,
    /// Minutes after midnight in `zone`.
    pub at_minute: i64,
    /// IANA time zone.
    pub zone: String,
    /// Who lets a digest go.
    pub approval: Approval,
    /// No digests while true; each slot is recorded as skipped.
    pub paused: bool,
    /// The next slot is skipped once.
    pub skip_next: bool,
    /// The next slot; `None` for [`Every::Post`].
    pub next_due_at: Option<Millis>,
    /// Since when.
    pub created_at: Millis,
}
from_row!(Schedule {
    id,
    newsletter_id,
    every,
    days,
    at_minute,
    zone,
    approval,
    paused,
    skip_next,
    next_due_at,
    created_at
});
