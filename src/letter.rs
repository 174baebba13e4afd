//! Which letters there are: mails of their own to one person, beside digests. A plain type that several rooms share.
//!
//! Asked for by stages ([`crate::ledger::letters`]), written by [`crate::mails`], sent by `delivery`.

use crate::clock::{MINUTE, Millis};
use crate::db::text_enum;

/// How long the link of [`LetterKind::PasswordReset`] is good, in milliseconds: a letter that leaves later would bring a dead one.
pub const RESET_LASTS: Millis = 15 * MINUTE;

text_enum! {
    /// The letters there are.
    pub enum LetterKind {
        /// "Please confirm". Parameters: `days` until its link expires.
        Confirm => "confirm",
        /// "You are already in". No parameters.
        Already => "already",
        /// "Please confirm your new address", to that address. Parameters: `days` until its link expires.
        Change => "change",
        /// "Here is the link to your settings", good for a day. Parameters: `wish`, what somebody had chosen on a page whose link had
        /// expired, for the form behind the new one; perhaps none.
        Link => "link",
        /// "Another address was asked for", to the present one. No parameters.
        Moving => "moving",
        /// "Welcome", to whoever has confirmed. Parameters: `rhythm` (in words), and what it leads to: `digest` (its id) or `posts`
        /// (their ids), of which the posts are read when it leaves; perhaps none.
        Welcome => "welcome",
        /// "Do you wish to stay?", to whoever was silent for long. Parameters: `days` to answer.
        Stay => "stay",
        /// To an editor. Parameters: `event` (`digest_waiting`: waits for approval; `digest_leaving`: leaves at `time`
        /// unless stopped; `digest_failed`: could not be rendered; other rooms may add events), `subject` (of the digest),
        /// `slot` (text in the newsletter's language), `joined` (how many subscribed), `page` (where in the console), `posts`
        /// (titles), `recipients` (count), `reason` (what went wrong, may be empty), `links` (what for and where, without
        /// tokens), `commands` (lines to type).
        Notice => "notice",
        /// A digest's test copy to an address. Parameters: `content`, a `mails::DigestContent`. Looks like the digest,
        /// says that it is a test, its leave link leads nowhere.
        Test => "test",
        /// To somebody who is to edit. Parameters: `link` (a [`crate::keys::Claim`], of which the token is made when the letter
        /// leaves), `days` until it expires, `by` (who invites, as they are called).
        Invitation => "invitation",
        /// To somebody who edits and forgot their password. Parameters: `link` as above, `minutes` until it expires.
        PasswordReset => "password_reset",
        /// To somebody who edits, and whose account has one more way in. Parameters: `way` (a [`NewWay`]), `called` (what its owner
        /// calls a passkey, or what the provider is called).
        NewWay => "new_way",
    }
}

text_enum! {
    /// The ways into an account whose owner is told of a new one.
    pub enum NewWay {
        /// A passkey.
        Passkey => "passkey",
        /// An account at a provider of log-ins.
        Provider => "provider",
    }
}
