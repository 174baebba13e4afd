//! What may follow what: the verbs of a subscription, where somebody may stand before each, and where after it.
//!
//! In: nothing. Out: [`Verb`], whose table the statements of [`super`] take their conditions from.

use crate::subscribers::Status::{self, Bounced, Complained, Confirmed, Paused, Pending, Unsubscribed};

/// What can happen to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Somebody new sends the form.
    Ask,
    /// An owner adds an address, or brings one back.
    Add,
    /// A file brings somebody new.
    Import,
    /// The button behind the link in the letter.
    Confirm,
    /// A file vouches for somebody who is pending.
    Vouch,
    /// Wants nothing for a while.
    Pause,
    /// Wants mails again, or the while is over.
    Resume,
    /// By a link, by an owner, or by a list of people who must not be written to.
    Leave,
    /// A leave is taken back.
    Undo,
    /// The address does not exist.
    Bounce,
    /// That was the server's mistake.
    Revive,
    /// Reported our mail as unwanted.
    Complain,
    /// An operator says why whoever complained may be asked again.
    Pardon,
    /// A person's wish to be forgotten.
    Erase,
    /// Nobody confirmed in time.
    Forget,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Ask,
        Self::Add,
        Self::Import,
        Self::Confirm,
        Self::Vouch,
        Self::Pause,
        Self::Resume,
        Self::Leave,
        Self::Undo,
        Self::Bounce,
        Self::Revive,
        Self::Complain,
        Self::Pardon,
        Self::Erase,
        Self::Forget,
    ];

    /// Where somebody may stand before it; [`Verb::creates`] says whether they may be unknown.
    ///
    /// | verb | from | to |
    /// | --- | --- | --- |
    /// | ask | unknown | pending |
    /// | add | unknown, pending, unsubscribed, bounced | pending, confirmed |
    /// | import | unknown | pending, confirmed, unsubscribed, bounced, complained |
    /// | confirm | pending; unsubscribed, bounced or complained before the link was issued | confirmed |
    /// | vouch | pending | confirmed |
    /// | pause | confirmed, paused | paused |
    /// | resume | paused | confirmed |
    /// | leave | pending, confirmed, paused | unsubscribed |
    /// | undo | unsubscribed | what it was before: pending, confirmed, paused |
    /// | bounce | confirmed, paused | bounced |
    /// | revive | bounced | confirmed |
    /// | complain | pending, confirmed, paused, unsubscribed, bounced | complained |
    /// | pardon | complained | unsubscribed |
    /// | erase | any | unknown |
    /// | forget | pending | unknown; unsubscribed, whoever had left before |
    pub const fn from(self) -> &'static [Status] {
        match self {
            Self::Ask | Self::Import => &[],
            Self::Add => &[Pending, Unsubscribed, Bounced],
            Self::Confirm => &[Pending, Unsubscribed, Bounced, Complained],
            Self::Vouch | Self::Forget => &[Pending],
            Self::Leave => &[Pending, Confirmed, Paused],
            Self::Undo => &[Unsubscribed],
            Self::Bounce | Self::Pause => &[Confirmed, Paused],
            Self::Resume => &[Paused],
            Self::Revive => &[Bounced],
            Self::Complain => &[Pending, Confirmed, Paused, Unsubscribed, Bounced],
            Self::Pardon => &[Complained],
            Self::Erase => Status::ALL,
        }
    }

    /// Where somebody may stand after it.
    pub const fn to(self) -> &'static [Status] {
        match self {
            Self::Ask => &[Pending],
            Self::Add => &[Pending, Confirmed],
            Self::Import => &[Pending, Confirmed, Unsubscribed, Bounced, Complained],
            Self::Confirm | Self::Vouch | Self::Revive | Self::Resume => &[Confirmed],
            Self::Pause => &[Paused],
            Self::Leave | Self::Forget | Self::Pardon => &[Unsubscribed],
            Self::Complain => &[Complained],
            Self::Undo => &[Pending, Confirmed, Paused],
            Self::Bounce => &[Bounced],
            Self::Erase => &[],
        }
    }

    /// Whether it makes a row.
    pub const fn creates(self) -> bool {
        matches!(self, Self::Ask | Self::Add | Self::Import)
    }

    /// Whether it may delete the row.
    pub const fn deletes(self) -> bool {
        matches!(self, Self::Erase | Self::Forget)
    }

    /// [`Verb::from`] as a list in SQL.
    pub(super) fn sql(self) -> String {
        let words: Vec<String> = self.from().iter().map(|status| format!("'{status}'")).collect();
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDED: [Status; 3] = [Unsubscribed, Bounced, Complained];

    fn may(verb: Verb, from: Status, to: Status) -> bool {
        verb.from().contains(&from) && verb.to().contains(&to)
    }

    #[test]
    fn whoever_ended_comes_back_by_their_own_button_an_owner_or_a_servers_mistake() {
        let back = |verb: &Verb| {
            ENDED.iter().any(|ended| [Pending, Confirmed, Paused].iter().any(|to| may(*verb, *ended, *to)))
        };
        let found: Vec<Verb> = Verb::ALL.into_iter().filter(back).collect();
        assert_eq!(found, [Verb::Add, Verb::Confirm, Verb::Undo, Verb::Revive]);
        let of_complained: Vec<Verb> = Verb::ALL.into_iter().filter(|verb| verb.from().contains(&Complained)).collect();
        assert_eq!(
            of_complained,
            [Verb::Confirm, Verb::Pardon, Verb::Erase],
            "their own button, or an operator who says why"
        );
    }

    #[test]
    fn one_who_is_in_is_lowered_by_a_pause_by_leaving_bouncing_and_erasure_alone() {
        let ends =
            |verb: &Verb| verb.from().contains(&Confirmed) && (verb.deletes() || !verb.to().contains(&Confirmed));
        let found: Vec<Verb> = Verb::ALL.into_iter().filter(ends).collect();
        assert_eq!(found, [Verb::Pause, Verb::Leave, Verb::Bounce, Verb::Complain, Verb::Erase]);
        assert_eq!(Verb::Resume.from(), [Paused], "and a pause ends for nobody who has left");
    }

    #[test]
    fn the_list_in_sql_is_that_of_the_table() {
        assert_eq!(Verb::Leave.sql(), "'pending', 'confirmed', 'paused'");
        assert!(Verb::ALL.into_iter().all(|verb| verb.creates() || !verb.sql().is_empty()));
    }
}
