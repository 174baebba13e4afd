//! What a row says of somebody whose address does not exist.

/// Reasons of rows that say that the address does not exist.
pub const REASONS: &[&str] = &["address", "unknown"];
