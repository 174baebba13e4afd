//! What is wrong with a provider of log-ins, for whoever keeps the machine: in the log, and from `facteur user provider`.
//!
//! In: nothing. Out: [`Trouble`]: codes with addresses and names of settings; never a secret, a token, or who somebody is.

use super::refusal::Refusal;
use crate::coded::codes;

codes! {
    /// Why a provider cannot be used, or did not do what it was asked for.
    pub enum Trouble as "oidc-trouble" {
        /// No answer came.
        Silent {
            /// Which address was asked.
            url: String,
            /// Why, English.
            why: String,
        } => "silent",
        /// It answered with an error.
        Status {
            /// Which address was asked.
            url: String,
            /// What it answered.
            status: String,
        } => "status",
        /// It answered with something else.
        NotJson {
            /// Which address was asked.
            url: String,
        } => "not-json",
        /// It calls itself something else.
        OtherIssuer {
            /// What is set.
            issuer: String,
            /// What it says.
            said: String,
        } => "other-issuer",
        /// It does not say where to go.
        NoEndpoint {
            /// What is missing, or is no address.
            name: String,
        } => "no-endpoint",
        /// One of its addresses is not https.
        InClear {
            /// Which.
            url: String,
        } => "in-clear",
        /// It does not give codes.
        NoCode => "no-code",
        /// It wants to be shown who we are in a way that is not known here.
        NoWayToProve {
            /// Which ways it knows.
            known: String,
        } => "no-way-to-prove",
        /// It does not know us, or not our secret.
        NotKnown {
            /// Its own code.
            said: String,
        } => "not-known",
        /// It refused for another reason.
        Refused {
            /// Its own code.
            said: String,
        } => "refused",
        /// A code was used, is too old, or was given to somebody else.
        Code => "code",
        /// It gave no word about anybody.
        NoToken => "no-token",
        /// It shows no key that could be read.
        NoKeys => "no-keys",
        /// The file with our secret cannot be used.
        Secret {
            /// Why, English.
            why: String,
        } => "secret",
    }
}

impl Trouble {
    /// What whoever wanted to come in is told.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Silent { .. } | Self::Status { .. } => Refusal::Unreachable,
            Self::Code => Refusal::Denied,
            _ => Refusal::Misfit,
        }
    }
}
