//! Who may do what with an instance: the people who edit, and the programs that use the API.
//!
//! In: names, secrets, links. Out: who it is ([`accounts`], [`sessions`], [`tokens`]) and what they may do where ([`role`]), or
//! that they are unknown. Met by `web` (requests) and `cli` (`facteur user`, `facteur token`).

pub mod accounts;
pub mod role;
pub mod sessions;
pub mod tokens;
