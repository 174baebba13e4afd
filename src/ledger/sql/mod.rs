//! Every query on the ledger, cut by what it is for. Each text stands once, with `$1`, for both databases; it forks only
//! where bulk values travel (`json_each` / `unnest`) and where a lease is reckoned (on PostgreSQL by the database's clock).

pub mod alarm;
pub mod batch;
pub mod cancel;
pub mod check;
pub mod claim;
pub mod hold;
pub mod lease;
pub mod letter;
pub mod lock;
pub mod pack;
pub mod parts;
pub mod progress;
pub mod received;
pub mod record;
pub mod release;
pub mod removal;
pub mod reopen;
pub mod retell;
pub mod unknown;
pub mod warmup;
pub mod watch;
pub mod worker;

/// How long a lease lasts on PostgreSQL, in milliseconds. On SQLite the lock file proves that we are alone, so a lease
/// lasts until the next start.
pub const LEASE: i64 = 30_000;

/// A wait longer than this was written by a clock that has been set back since: such a row is due.
pub const LONGEST_WAIT: i64 = 24 * 3_600_000;

/// `next_at` of a row that was skipped at the release because its reader chose none of the digest's topics: it needs no note.
pub const NOT_THEIRS: i64 = 1;

/// `next_at` of a queued row whose day has not come ([`super::warmup`]), and `due_at` of a batch that holds no other: no instant,
/// but later than any. Such a row is open like every other, and no claim reads it.
pub const WARMING: i64 = 1 << 62;
