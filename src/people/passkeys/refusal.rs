//! Why a passkey is not taken, in the words of whoever holds it.
//!
//! In: what did not fit. Out: [`Refusal`].

use crate::coded::codes;

codes! {
    /// Why a passkey is not taken.
    pub enum Refusal as "passkey-refusal" {
        /// Browsers offer none at the address of this instance.
        Address => "address",
        /// What the browser sent cannot be read.
        Unreadable => "unreadable",
        /// It answers a question that is old, was answered before, or was put to another browser.
        Challenge => "challenge",
        /// It was asked for by a page that is not ours.
        Origin => "origin",
        /// Nobody's finger, face or PIN was asked for.
        Unverified => "unverified",
        /// A kind of key that was not asked for.
        Kind => "kind",
        /// The signature is not of this key.
        Signature => "signature",
        /// No account has it (any more).
        Unknown => "unknown",
        /// Its account may not be used.
        Shut => "shut",
        /// It signed less often than before: there may be two of it.
        Copied => "copied",
        /// An account has it already.
        Known => "known",
        /// There are enough.
        TooMany {
            /// So many.
            most: i64,
        } => "too-many",
    }
}
