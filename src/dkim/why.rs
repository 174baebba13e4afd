//! Why a step of a key is not taken, and what is wrong with its record: codes, whose words stand in `locales/`.
//!
//! In: nothing. Out: [`Why`] and [`Wrong`]. Met by [`super::rotate`], [`super::record`] and `facteur dkim`.

use crate::coded::codes;

codes! {
    /// Why a step is not taken.
    pub enum Why as "dkim-why" {
        /// What was typed is no domain.
        NoDomain {
            /// What was typed.
            typed: String,
        } => "no-domain",
        /// What was typed is no selector.
        NoSelector {
            /// What was typed.
            typed: String,
            /// Characters at most.
            most: usize,
        } => "no-selector",
        /// No name is free today.
        ManyKeys {
            /// Whose.
            domain: String,
        } => "many-keys",
        /// Another key has this name.
        Taken {
            /// Whose.
            domain: String,
            /// Which.
            selector: String,
        } => "taken",
        /// No key has this name.
        NoSuchKey {
            /// Whose.
            domain: String,
            /// Which.
            selector: String,
        } => "no-such-key",
        /// No key waits for a step.
        NoneWaits {
            /// Whose.
            domain: String,
        } => "none-waits",
        /// It signs already.
        Signs {
            /// Whose.
            domain: String,
            /// Which.
            selector: String,
        } => "signs",
        /// It has signed, and does not again.
        HasSigned {
            /// Whose.
            domain: String,
            /// Which.
            selector: String,
        } => "has-signed",
        /// It signs, and nobody takes over.
        Needed {
            /// Whose.
            domain: String,
            /// Which.
            selector: String,
        } => "needed",
        /// Mails that it signed are on their way.
        OnTheirWay {
            /// Which.
            selector: String,
            /// Until when.
            until: String,
        } => "on-their-way",
        /// Another command took this step.
        JustTaken => "just-taken",
    }
}

codes! {
    /// What is wrong with the record of a key.
    pub enum Wrong as "dkim-record" {
        /// Nothing is there.
        Missing => "missing",
        /// RFC 6376 section 3.6.2.2: what happens then is undefined.
        Several {
            /// So many.
            count: usize,
        } => "several",
        /// It says something else.
        Other {
            /// What.
            text: String,
        } => "other",
        /// Another key.
        Key => "key",
        /// `p=` is empty.
        Withdrawn => "withdrawn",
    }
}
