//! `[database]`: where the data lives, and what a power cut may cost.
//!
//! In: the file, read by [`super::load`]. Out: [`Database`]. Met by `db`, which opens it, and by delivery.

use serde::Deserialize;

/// Where the data lives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://…`
    pub url: String,
    /// File with the password that goes into `url`; empty for none.
    pub password_file: String,
    /// PostgreSQL connections.
    pub connections: u32,
    /// MiB that must be free on the disk of an SQLite file for sending to continue; 0: not checked.
    pub min_free_mib: u32,
    /// Folder for this machine's record of its progress in a PostgreSQL database; empty for the usual one.
    pub state_dir: String,
    /// What a power cut may cost, with SQLite.
    pub power_loss: PowerLoss,
}

/// What a power cut, or a crash of the system, may cost. A kill of the process costs the same with each.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PowerLoss {
    /// No more than a kill: content leaves when the disk has what says so.
    Strict,
    /// What left since the last sync is repeated too: a digest's content leaves after the commit, and the disk follows
    /// ([`crate::db::syncs`]).
    #[serde(rename = "5ms")]
    FiveMs,
}

impl PowerLoss {
    /// The word for it in the configuration and in `/readyz`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::FiveMs => "5ms",
        }
    }
}
