//! Who may do what with an instance: the people who edit, and the programs that use the API.
//!
//! In: names, secrets, links. Out: who it is ([`accounts`], [`sessions`], [`tokens`]) and what they may do where ([`role`]), or
//! that they are unknown. [`login`] lets them in ([`password`], [`second_factor`], [`delays`] against guessing), so do [`passkeys`]
//! and [`oidc`], a provider of log-ins; [`links`] let them in once ([`joining`]), [`entrance`] finds who is in, [`team`] invites, gives roles and keeps
//! out, [`membership`] does so for one newsletter. Met by `web` (requests) and `cli` (`facteur user`, `facteur token`).

pub mod accounts;
pub mod delays;
pub mod entrance;
pub mod joining;
pub mod letters;
pub mod links;
pub mod login;
pub mod membership;
pub mod oidc;
pub mod passkeys;
pub mod password;
pub mod role;
pub mod second_factor;
pub mod sessions;
pub mod standing;
pub mod team;
pub mod tokens;
pub mod totp;
