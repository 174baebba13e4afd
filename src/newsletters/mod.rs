//! The publication: its name, language, sender, feeds and schedules. Everything else belongs to one newsletter.
//!
//! In: an owner's [`settings`]. Out: [`Newsletter`], [`Schedule`] ([`change`] stores them); [`listed`] says which newsletters
//! the home page shows to visitors, [`recurrence`] says when a schedule is next due, [`words`] in whose words. [`texts`]: what its letters
//! and pages say in the owner's own words, [`text_history`] what they said before; [`topics`]: what readers may choose among;
//! [`rename`]: another short name, the former one leads to it. [`welcome`], [`staying`]: letters that it may send to whoever has
//! confirmed, and to whoever is silent. [`front`]: what its form is made of, kept in memory.

pub mod change;
pub mod form;
pub mod front;
pub mod logo;
pub mod offered;
pub mod recurrence;
pub mod rename;
pub mod settings;
pub mod sql;
pub mod staying;
pub mod text_history;
pub mod texts;
pub mod topics;
pub mod welcome;
pub mod words;
pub mod wrong;

use crate::clock::{DAY, Millis};
use crate::coded::{Parameter, Said};
use crate::db::{from_row, text_enum};
use crate::i18n::Locale;

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
    /// Address for replies, when not the sender's.
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
    /// Whether the home page shows it.
    pub listed: Listed,
    /// Whether the settings of other newsletters' readers offer it.
    pub in_preferences: bool,
    /// To whom its mails go.
    pub mode: Mode,
    /// An editor deleted it then; removed for good [`KEPT`] later.
    pub deleted_at: Option<Millis>,
    /// A picture above each mail.
    pub logo_url: Option<String>,
    /// How wide mails show it, pixels; `None` for a picture elsewhere.
    pub logo_width: Option<i64>,
    /// How high.
    pub logo_height: Option<i64>,
    /// What it says to those who do not see it; empty: the newsletter's name.
    pub logo_alt: String,
    /// `#rrggbb`, for buttons and links.
    pub colour: Option<String>,
    /// A few words at the foot of each digest.
    pub footer: String,
    /// Who may read on the web what was sent.
    pub archive: Visibility,
}

/// How long a deleted newsletter can be taken back.
pub const KEPT: Millis = 3 * DAY;

impl Newsletter {
    /// Where its editor is written to: notices, and what test mode keeps from readers.
    pub fn editor(&self) -> &str {
        self.reply_to.as_deref().unwrap_or(&self.from_address)
    }

    /// Whether letters to this address (by its key) leave in test mode too: an editor's own.
    pub fn is_editors(&self, email_key: &str) -> bool {
        let own = [Some(self.from_address.as_str()), self.reply_to.as_deref()];
        own.into_iter().flatten().any(|address| address.eq_ignore_ascii_case(email_key))
    }

    /// Whether it tries things out: see [`Mode::Test`].
    pub fn is_test(&self) -> bool {
        self.mode == Mode::Test
    }
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
    created_at,
    listed,
    in_preferences,
    mode,
    deleted_at,
    logo_url,
    logo_width,
    logo_height,
    logo_alt,
    colour,
    footer,
    archive
});

text_enum! {
    /// To whom a newsletter's mails go.
    pub enum Mode {
        /// To its readers.
        Live => "live",
        /// Digests go to the editor alone, marked, one mail each; their posts stay unsent for the readers. Letters go to the
        /// addresses of the editors; those to anybody else wait until it goes live.
        Test => "test",
    }
}

text_enum! {
    /// Who may read on the web what a newsletter has sent.
    pub enum Visibility {
        /// Everybody: it is listed, searched, has a feed and a sitemap.
        Public => "public",
        /// Whoever has the address of a page; nothing lists it.
        Link => "link",
        /// Nobody: there is nothing at any of its addresses.
        Off => "off",
    }
}

text_enum! {
    /// Whether the home page shows a newsletter to visitors. [`listed`] decides.
    pub enum Listed {
        /// Always.
        Yes => "yes",
        /// Never: only people who have its address find it.
        No => "no",
        /// Only while no other newsletter may be shown.
        Alone => "alone",
    }
}

/// The newsletters that the home page shows. A newsletter that is not listed does not affect the others.
pub fn listed(mut all: Vec<Newsletter>) -> Vec<Newsletter> {
    all.retain(|newsletter| newsletter.listed != Listed::No);
    let alone = all.len() == 1;
    all.retain(|newsletter| newsletter.listed == Listed::Yes || alone);
    all
}

text_enum! {
    /// How often a schedule sends.
    pub enum Every {
        /// As soon as a post's waiting period is over.
        Post => "post",
        /// Once a day.
        Day => "day",
        /// On some days of each week.
        Week => "week",
        /// Once a month.
        Month => "month",
    }
}

impl Parameter for Every {
    fn said(&self, locale: &Locale) -> Said<'_> {
        Said::Text(locale.text(&format!("every-{self}")).into())
    }
}

text_enum! {
    /// Who approves a digest.
    pub enum Approval {
        /// Nobody: a digest is sent at its slot.
        Auto => "auto",
        /// An editor: a digest waits for approval.
        Hold => "hold",
        /// An editor may stop it: a digest is composed an hour before its slot, and sent unless one does.
        Veto => "veto",
    }
}

/// A rhythm that a newsletter offers; every subscriber is on one.
#[expect(clippy::struct_excessive_bools, reason = "each is a column that holds of a rhythm or not")]
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
    /// Who approves a digest.
    pub approval: Approval,
    /// No digests while true; each slot is recorded as skipped.
    pub paused: bool,
    /// While paused: when it wakes by itself, if it does.
    pub paused_until: Option<Millis>,
    /// The next slot is skipped once.
    pub skip_next: bool,
    /// The next slot; `None` for [`Every::Post`].
    pub next_due_at: Option<Millis>,
    /// Since when.
    pub created_at: Millis,
    /// Since when there is no such rhythm any more: nobody was on it, and its digests stay.
    pub removed_at: Option<Millis>,
    /// Readers may choose it themselves.
    pub offered: bool,
    /// Whoever is new is on it; without one, on the newsletter's first.
    pub is_default: bool,
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
    paused_until,
    skip_next,
    next_due_at,
    created_at,
    removed_at,
    offered,
    is_default
});

impl Schedule {
    /// Digests in four weeks at most, to compare rhythms by; one without slots sends more often than any other.
    pub fn often(&self) -> i64 {
        match self.every {
            Every::Post => i64::MAX,
            Every::Day => 28,
            Every::Week => 4 * self.days.split(',').filter(|day| !day.trim().is_empty()).count().max(1) as i64,
            Every::Month => 1,
        }
    }
}

/// The rhythm of whoever is new: the default, else the first there is.
pub fn default_of(schedules: &[Schedule]) -> Option<&Schedule> {
    schedules.iter().find(|schedule| schedule.is_default).or(schedules.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(all: &[(&str, Listed)]) -> Vec<String> {
        let all = all.iter().map(|(slug, listed)| Newsletter { listed: *listed, ..settings::blank(slug, 0).unwrap() });
        listed(all.collect()).into_iter().map(|newsletter| newsletter.slug).collect()
    }

    #[test]
    fn the_bare_host_shows_what_the_owner_listed_or_the_only_one() {
        use Listed::{Alone, No, Yes};
        assert_eq!(shown(&[]), [""; 0]);
        assert_eq!(shown(&[("a", Alone)]), ["a"]);
        assert_eq!(shown(&[("a", No)]), [""; 0]);
        assert_eq!(shown(&[("a", Alone), ("b", Alone)]), [""; 0]);
        assert_eq!(shown(&[("a", Yes), ("b", Alone)]), ["a"]);
        assert_eq!(shown(&[("a", Yes), ("b", Yes), ("c", No)]), ["a", "b"]);
    }

    #[test]
    fn rhythms_are_compared_by_how_often_they_write_at_most() {
        let of = |every, days: &str| Schedule { every, days: days.to_owned(), ..settings::usual_rhythm(1, 0) }.often();
        let all = [
            of(Every::Post, ""),
            of(Every::Day, ""),
            of(Every::Week, "monday,wednesday,friday"),
            of(Every::Week, "monday"),
            of(Every::Month, "last"),
        ];
        assert!(all.is_sorted_by(|more, fewer| more > fewer), "{all:?}");
        assert_eq!(of(Every::Week, "monday"), of(Every::Week, "friday"));
        let first = Schedule { id: 1, ..settings::usual_rhythm(1, 0) };
        let second = Schedule { id: 2, is_default: true, ..first.clone() };
        assert_eq!(default_of(&[first.clone(), second]).map(|schedule| schedule.id), Some(2));
        assert_eq!(default_of(&[first]).map(|schedule| schedule.id), Some(1));
        assert!(default_of(&[]).is_none());
    }

    #[test]
    fn one_that_is_not_listed_changes_nothing_that_is_shown() {
        use Listed::{Alone, No, Yes};
        for others in [&[][..], &[("a", Alone)], &[("a", Yes)], &[("a", Yes), ("b", Alone)], &[("a", No)]] {
            let with = [others, &[("hidden", No)]].concat();
            assert_eq!(shown(&with), shown(others), "{others:?}");
        }
    }
}
