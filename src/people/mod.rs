//! Who may do what with an instance: today the programs that use the API, each with a token of its own.
//!
//! In: names and secrets. Out: who it is, or that they are unknown. Met by `web` (requests) and `cli` (`facteur token`).

pub mod tokens;
