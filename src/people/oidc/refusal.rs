//! Why somebody who came back from a provider of log-ins is not let in, or not linked.
//!
//! In: nothing. Out: [`Refusal`], whose code stands in the address of the page that explains it; its words, and what to do, stand in
//! `locales/`.

use crate::coded::codes;

codes! {
    /// Why nothing came of it: a title for the page that says what to do.
    pub enum Refusal as "oidc-refusal" {
        /// It did not begin in this browser, or too long ago.
        NotOurs => "not-ours",
        /// This way back was used already.
        Used => "used",
        /// They said no at the provider, or it did.
        Denied => "denied",
        /// The provider does not answer.
        Unreachable => "unreachable",
        /// What the provider says does not fit what is set here.
        Misfit => "misfit",
        /// The provider's word is not to be believed.
        Untrusted => "untrusted",
        /// No account is linked to theirs.
        NotLinked => "not-linked",
        /// Their account is closed.
        Disabled => "disabled",
        /// Too many tries in vain.
        Wait => "wait",
        /// Their session ended meanwhile, or another person's began.
        SignedOut => "signed-out",
        /// Another account is linked to this one of the provider's.
        Taken => "taken",
        /// Theirs is linked to another one of the provider's.
        HasAnother => "has-another",
        /// Their invitation was used, or its time is over.
        InvitationOver => "invitation-over",
        /// Without a password it is the only way in.
        OnlyWay => "only-way",
    }
}

impl Refusal {
    /// Every one whose page can be asked for.
    pub const ALL: [Self; 14] = [
        Self::NotOurs,
        Self::Used,
        Self::Denied,
        Self::Unreachable,
        Self::Misfit,
        Self::Untrusted,
        Self::NotLinked,
        Self::Disabled,
        Self::Wait,
        Self::SignedOut,
        Self::Taken,
        Self::HasAnother,
        Self::InvitationOver,
        Self::OnlyWay,
    ];
}
