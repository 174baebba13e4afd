//! What this machine has for tests: a quick place for their files, other programs, the corpus. What is not there is said.
//!
//! In: the environment. Out: [`folder`], and a line for each test that cannot run here ([`skip`]): at once on stderr, past
//! the capture of test output, and in the file `FACTEUR_TEST_SKIPPED`, which `make test` prints at its end.

use std::io::Write as _;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::postgres;

/// Room and memory that the place in memory must leave free, in bytes.
const ROOM: u64 = 2 << 30;
const MEMORY: u64 = 4 << 30;

/// In memory where there is plenty: tests write and sync all the time, and nothing they write is to outlast the machine.
/// A real disk would only be waited for. `TMPDIR` names another place.
static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let roomy = std::env::var_os("TMPDIR").is_none() && room(memory) >= ROOM && free_memory() >= MEMORY;
    if roomy { memory.to_owned() } else { std::env::temp_dir() }
});

/// A folder of one test, gone at its end.
pub fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("facteur-test-").tempdir_in(&*PLACE).unwrap()
}

fn room(folder: &Path) -> u64 {
    rustix::fs::statvfs(folder).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn free_memory() -> u64 {
    let said = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = said.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kibibytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kibibytes.unwrap_or_default() << 10
}

/// Says loudly that the calling test, or this part of it, does not run here, and why.
#[track_caller]
pub fn skip(what: &str, why: &str) {
    let database = if postgres().is_some() { "PostgreSQL" } else { "SQLite" };
    let thread = std::thread::current();
    // With one thread for all tests it has no test's name.
    let place = Location::caller();
    let test = thread.name().filter(|name| *name != "main").map_or_else(|| place.to_string(), str::to_owned);
    let what = if what.is_empty() { String::new() } else { format!(" ({what})") };
    let line = format!("SKIPPED on {database}: {test}{what}: {why}\n");
    // In one write each, so that lines of several tests do not mix.
    std::io::stderr().write_all(line.as_bytes()).ok();
    if let Some(list) = std::env::var_os("FACTEUR_TEST_SKIPPED") {
        let file = std::fs::File::options().append(true).create(true).open(list);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the list of skipped tests can be written");
    }
}

/// Whether the suite runs on SQLite; if not, the calling test says that it is skipped.
#[track_caller]
pub fn on_sqlite() -> bool {
    let here = postgres().is_none();
    if !here {
        skip("", "it is about the file of SQLite");
    }
    here
}

/// The PostgreSQL server that the suite runs on; without one, the calling test says that it is skipped.
#[track_caller]
pub fn on_postgres() -> Option<String> {
    let server = postgres();
    if server.is_none() {
        skip("", "it wants PostgreSQL (tests/postgres.sh)");
    }
    server
}

/// The folder of real feeds, mails and lists beside the project, if it is there: `FACTEUR_CORPUS`, else `../shared/corpus`.
#[track_caller]
pub fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("FACTEUR_CORPUS").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    skip("", &format!("the corpus is not at {} (FACTEUR_CORPUS names another place)", folder.display()));
    None
}
