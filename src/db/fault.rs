//! Distinguishes a database that cannot be used at the moment from a mistake of ours, and describes what is wrong.
//!
//! In: an error of the driver. Out: whether trying again may help, whether a failed write may have been stored all the same, and
//! two descriptions: [`words`] for the log and the command line, [`kind`] for strangers, without any name.

use std::borrow::Cow;
use std::io;

use sqlx::error::DatabaseError;

/// Errors for which the driver has no case. They travel inside [`sqlx::Error::Io`], so that code that does not know them treats
/// them as an unreachable database.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A write was sent, but no answer says whether it was stored.
    #[error("no answer came to a write, so it may or may not have been stored: {0}")]
    InDoubt(String),
    /// No connection could be opened.
    #[error("{words}")]
    Unreachable {
        /// See [`kind`].
        kind: &'static str,
        /// See [`words`].
        words: String,
    },
    /// The file of an SQLite database is not where it was opened.
    #[error("{0}")]
    Gone(String),
    /// A sync of SQLite's log failed: nothing that is written from now on can be made durable.
    #[error("the disk did not keep what was written: {0}")]
    Unsynced(String),
}

impl From<Trouble> for sqlx::Error {
    fn from(trouble: Trouble) -> Self {
        Self::Io(io::Error::other(trouble))
    }
}

/// The [`Trouble`] inside `error`, if there is one.
fn trouble(error: &sqlx::Error) -> Option<&Trouble> {
    match error {
        sqlx::Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// Whether trying again later may help: the database is gone, full, read-only, busy, locked, out of connections, refuses a
/// password that is being changed, or a pooler is being set up anew.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_unavailable_code(&code)),
        _ => false,
    }
}

/// Connection, authorization, rolled back to be tried again, resources, operator intervention, system error.
const PASSING_CLASSES: &[&str] = &["08", "28", "40", "53", "57", "58"];
/// Read-only; a transaction or its connection ended for its length (`idle_in_transaction_session_timeout`,
/// `transaction_timeout`); a lock not obtained in time; a prepared statement that a pooler has forgotten, or has twice.
const PASSING: &[&str] = &["25006", "25P03", "25P04", "55P03", "42P05", "26000"];

/// SQLite's (extended) result codes are numbers, PostgreSQL's SQLSTATEs have five characters
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn is_unavailable_code(code: &str) -> bool {
    if code.len() == 5 {
        return PASSING_CLASSES.iter().any(|class| code.starts_with(class)) || PASSING.contains(&code);
    }
    // BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN (https://sqlite.org/rescode.html).
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}

/// Whether the same transaction may succeed when repeated at once: this one was rolled back because of another one.
pub fn is_worth_another_try(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| matches!(code.as_str(), "40001" | "40P01" | "42P05" | "26000"))
}

/// Whether a pooler in front of the server mixed up prepared statements.
pub fn is_forgetful_pooler(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| matches!(code.as_str(), "42P05" | "26000"))
}

/// Whether a sync of SQLite's log failed ([`Trouble::Unsynced`]).
pub fn is_unsynced(error: &sqlx::Error) -> bool {
    matches!(trouble(error), Some(Trouble::Unsynced(_)))
}

/// Whether a failed write may have been stored. On SQLite also after a failed sync (SQLITE_IOERR_FSYNC, …_DIR_FSYNC).
pub fn is_in_doubt(error: &sqlx::Error) -> bool {
    matches!(trouble(error), Some(Trouble::InDoubt(_) | Trouble::Unsynced(_)))
        || code(error).is_some_and(|code| code == "1034" || code == "1290")
}

/// Turns the error of a COMMIT, or of a statement that is its own transaction, into [`Trouble::InDoubt`], unless the server
/// answered that nothing was stored.
pub fn of_commit(error: sqlx::Error) -> sqlx::Error {
    let unknown = match &error {
        sqlx::Error::Io(_) => trouble(&error).is_none(),
        sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_unknown_code(&code)),
        _ => false,
    };
    if unknown { Trouble::InDoubt(words(&error)).into() } else { error }
}

/// A session may end (class 57P), and a connection (08) or a system (58, XX) may fail, before or after the commit; every other
/// error of a COMMIT means that the transaction was rolled back.
fn is_unknown_code(code: &str) -> bool {
    code.len() == 5 && ["08", "57P", "58", "XX"].iter().any(|class| code.starts_with(class))
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(DatabaseError::code).map(Cow::into_owned)
}

/// A description for the log and the command line, with the server's words and code.
pub fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => match error.code() {
            Some(code) => format!("{} ({code})", error.message()),
            None => error.message().to_owned(),
        },
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::PoolTimedOut => "no connection to the database became free in time".to_owned(),
        sqlx::Error::PoolClosed => "the database is closed".to_owned(),
        other => other.to_string(),
    }
}

/// A description for strangers, without the name of a user, a server or a file.
pub fn kind(error: &sqlx::Error) -> &'static str {
    match (trouble(error), error) {
        (Some(Trouble::Unreachable { kind, .. }), _) => kind,
        (Some(Trouble::Gone(_)), _) => "its file was moved, replaced or removed",
        (Some(Trouble::InDoubt(_)), _) => "no answer to a write",
        (Some(Trouble::Unsynced(_)), _) => "the disk is failing",
        (None, sqlx::Error::Database(error)) => error.code().map_or("failed", |code| kind_of_code(&code)),
        (None, sqlx::Error::Io(error)) => match error.kind() {
            io::ErrorKind::ConnectionRefused => "connection refused",
            io::ErrorKind::TimedOut => "no answer",
            _ => "no connection",
        },
        (None, sqlx::Error::Tls(_)) => "TLS failed",
        (None, sqlx::Error::PoolTimedOut) => "no connection became free in time",
        _ => "failed",
    }
}

fn kind_of_code(code: &str) -> &'static str {
    if let (true, Ok(number)) = (code.len() < 5, code.parse::<u32>()) {
        return match number & 0xff {
            5 | 6 => "busy",
            8 => "read-only",
            10 => "the disk is failing",
            11 | 26 => "damaged",
            13 => "the disk is full",
            14 => "its file cannot be opened",
            _ => "failed",
        };
    }
    match code {
        "53300" => "too many connections",
        "53100" => "the disk is full",
        "25006" => "read-only",
        "3D000" => "there is no such database",
        "55P03" => "locked",
        "57014" => "the server's time limit was reached",
        "42P05" | "26000" => "a pooler mixes up prepared statements",
        _ if code.starts_with("28") => "the user or password is refused",
        _ if code.starts_with("53") => "out of resources",
        _ if code.starts_with("57P") => "the server is stopping or starting",
        _ if code.starts_with("08") => "no connection",
        _ => "failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_never_taken_for_our_mistake() {
        let sqlite = ["13", "778", "5", "261"];
        let class_28 = ["28000", "28P01"];
        let postgres = [
            "08006", "08P01", "25006", "25P03", "25P04", "26000", "40001", "40P01", "42P05", "53100", "53200", "53300",
            "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "58030",
        ];
        for code in sqlite.iter().chain(&class_28).chain(&postgres) {
            assert!(is_unavailable_code(code), "{code}");
        }
        for code in ["2067", "19", "1", "23505", "42P01", "22P05", "25P02", "55000"] {
            assert!(!is_unavailable_code(code), "{code}");
        }
        assert!(is_unavailable(&sqlx::Error::PoolTimedOut));
        assert!(!is_unavailable(&sqlx::Error::RowNotFound));
    }

    #[test]
    fn a_commit_without_an_answer_is_never_told_as_not_stored() {
        let reset = || sqlx::Error::Io(io::Error::from(io::ErrorKind::ConnectionReset));
        for lost in [reset(), sqlx::Error::WorkerCrashed, sqlx::Error::Protocol("cut".into())] {
            let told = of_commit(lost);
            assert!(is_in_doubt(&told) && is_unavailable(&told), "{told}");
        }
        for code in ["08006", "08P01", "57P01", "58030", "XX000"] {
            assert!(is_unknown_code(code), "{code}");
        }
        for code in ["40001", "23505", "23503", "55P03", "57014", "53100", "13", "5"] {
            assert!(!is_unknown_code(code), "{code} was rolled back");
        }
        let unreachable = Trouble::Unreachable { kind: "connection refused", words: "none".into() }.into();
        assert!(!is_in_doubt(&of_commit(unreachable)), "nothing was sent");
    }
}
