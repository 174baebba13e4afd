//! Coming in by a provider of log-ins (OpenID Connect): who has an account there that is linked to one here needs no password.
//!
//! In: a browser that wants to go there ([`flow`] says what it takes along), or comes back. Out: a session ([`visit`]), a link, or
//! why not ([`refusal`]). [`provider`] asks the provider itself, and [`metadata`] reads what it says of itself; [`id_token`] judges its
//! word about somebody; [`identity`] keeps whose account there is whose here. An account is known by the provider's address and its
//! own number for the person, never by a mail address: whoever can choose an address there must not become somebody here. A link is made
//! by somebody who is signed in, or with an invitation in hand, and by nobody else.

pub mod flow;
pub mod id_token;
pub mod identity;
pub mod metadata;
pub mod provider;
pub mod refusal;
pub mod trouble;
pub mod visit;
