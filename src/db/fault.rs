//! Tells a database that cannot be used now from a mistake of ours.

/// Whether trying again later may help: the database is gone, full, read-only, busy or out of connections.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_unavailable_code(&code)),
        _ => false,
    }
}

/// SQLite's (extended) result codes are numbers, PostgreSQL's SQLSTATEs have five characters.
fn is_unavailable_code(code: &str) -> bool {
    if code.len() == 5 {
        // Connection, resources, operator intervention, system error, rolled back to be tried again, read-only.
        return ["08", "53", "57", "58", "40"].iter().any(|class| code.starts_with(class)) || code == "25006";
    }
    // BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN (https://sqlite.org/rescode.html).
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_may_mend_and_a_broken_rule_may_not() {
        for code in ["13", "778", "5", "261", "53100", "57P01", "08006", "40001"] {
            assert!(is_unavailable_code(code), "{code}");
        }
        for code in ["2067", "19", "1", "23505", "42P01"] {
            assert!(!is_unavailable_code(code), "{code}");
        }
        assert!(is_unavailable(&sqlx::Error::PoolTimedOut));
        assert!(!is_unavailable(&sqlx::Error::RowNotFound));
    }
}
