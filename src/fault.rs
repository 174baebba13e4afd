//! Fault points: places where a test may end the process as `kill -9` would. Compiled only with the feature `faults`.
//!
//! In: the environment, `FACTEUR_FAULT=NAME[:N[:kill|panic|stall]]`: at the N-th pass (default 1) of the point NAME the
//! process aborts (`kill`, the default), the task panics, or everything of this thread stands still for 90 s.
//! Out: nothing; [`POINTS`] lists the names so that a test can walk through all of them. `FACTEUR_DOT_MS` shortens the wait
//! for the answer to the final dot.

/// One point before and one after each commit, and each write of the wire. Without the feature: nothing at all.
macro_rules! fault {
    ($name:literal) => {
        #[cfg(feature = "faults")]
        $crate::fault::pass($name);
    };
}
pub(crate) use fault;

/// Every point, in the order in which a mail passes them.
pub const POINTS: &[&str] = &[
    "claim.before_commit",
    "claim.after_commit",
    "record.before_commit",
    "record.after_commit",
    "wire.before_envelope",
    "wire.after_envelope",
    "wire.before_content",
    "wire.after_content",
    "wire.after_reply",
    "release.before_commit",
    "release.after_commit",
    "finish.before_commit",
    "finish.after_commit",
    "pack.before_commit",
    "pack.after_commit",
    "letter.before_commit",
    "letter.after_commit",
    "limit.before_commit",
    "limit.after_commit",
];

/// Points that a command passes and a running server does not.
pub const BY_HAND: &[&str] = &["revive.before_commit", "revive.after_commit"];

/// Points that only what comes back passes, by whichever way.
pub const RETURNED: &[&str] = &[
    "pipe.after_read",
    "lmtp.after_content",
    "imap.after_fetch",
    "intake.before_commit",
    "intake.after_commit",
    "lmtp.after_answer",
    "imap.before_move",
    "imap.after_move",
    "imap.after_mark",
];

/// Points that only who takes over from a dead worker passes, on PostgreSQL.
pub const TAKEN_OVER: &[&str] = &["takeover.before_commit", "takeover.after_commit"];

/// Points that the sums of a day pass.
pub const SUMMED: &[&str] = &["stats.before_commit", "stats.after_commit"];
/// Points that only the question whether somebody stays passes.
pub const STAYING: &[&str] = &[
    "stay.before_plan",
    "stay.after_plan",
    "stay.before_ask",
    "stay.after_ask",
    "stay.before_open",
    "stay.after_open",
    "stay.before_erase",
    "stay.after_erase",
];

/// Whether there is such a point.
#[cfg(feature = "faults")]
fn is_known(name: &str) -> bool {
    [POINTS, BY_HAND, RETURNED, TAKEN_OVER, SUMMED, STAYING].iter().any(|points| points.contains(&name))
}

/// How long the answer to the final dot is waited for: as usual, unless a test wants to see the end of it.
#[cfg(feature = "faults")]
pub fn dot_timeout(usual: std::time::Duration) -> std::time::Duration {
    let wanted = std::env::var("FACTEUR_DOT_MS").ok().and_then(|wish| wish.parse().ok());
    wanted.map_or(usual, std::time::Duration::from_millis)
}

/// As usual.
#[cfg(not(feature = "faults"))]
pub const fn dot_timeout(usual: std::time::Duration) -> std::time::Duration {
    usual
}

/// What happens at a point.
#[cfg(feature = "faults")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Kill,
    Panic,
    Stall,
}

/// Counts a pass; at the wanted one does what the environment says.
#[cfg(feature = "faults")]
pub fn pass(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: LazyLock<Option<(String, u64, Deed)>> =
        LazyLock::new(|| std::env::var("FACTEUR_FAULT").ok().and_then(|wish| parse(&wish)));
    static PASSED: AtomicU64 = AtomicU64::new(0);

    debug_assert!(is_known(name), "{name} is not in POINTS");
    let Some((wanted, at, deed)) = WANTED.as_ref() else { return };
    if wanted != name || PASSED.fetch_add(1, Ordering::Relaxed) + 1 != *at {
        return;
    }
    eprintln!("fault point {name}, pass {at}: {deed:?}");
    match deed {
        Deed::Kill => std::process::abort(),
        Deed::Panic => panic!("fault point {name}"),
        Deed::Stall => std::thread::sleep(std::time::Duration::from_secs(90)),
    }
}

#[cfg(feature = "faults")]
fn parse(wish: &str) -> Option<(String, u64, Deed)> {
    let mut parts = wish.split(':');
    let name = parts.next().filter(|name| is_known(name))?;
    let at = parts.next().map_or(Some(1), |n| n.parse().ok())?;
    let deed = match parts.next() {
        None | Some("kill") => Deed::Kill,
        Some("panic") => Deed::Panic,
        Some("stall") => Deed::Stall,
        Some(_) => return None,
    };
    Some((name.to_owned(), at, deed))
}

#[cfg(all(test, feature = "faults"))]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_read() {
        assert_eq!(parse("record.after_commit"), Some(("record.after_commit".into(), 1, Deed::Kill)));
        assert_eq!(parse("record.after_commit:7:panic"), Some(("record.after_commit".into(), 7, Deed::Panic)));
        assert_eq!(parse("no.such.point"), None);
        assert_eq!(parse("record.after_commit:x"), None);
    }
}
