//! PgBouncer in front of PostgreSQL, the real program where it is installed: what it can bear, and what is refused in which words.

use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Mailing, connections, latency};
use crate::harness::{PATIENCE, TestApp, on_postgres, skip};

/// A PgBouncer of one test's own, before the suite's server; ended when dropped.
struct Bouncer {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Bouncer {
    /// `None` where it is not installed, or the suite runs on SQLite.
    async fn start(settings: &[&str]) -> Option<Self> {
        let server = url::Url::parse(&on_postgres()?).unwrap();
        if version().is_none() {
            skip("", "pgbouncer is not installed");
            return None;
        }
        let folder = crate::harness::folder();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (host, behind) = (server.host_str().unwrap(), server.port().unwrap_or(5432));
        let mut text = format!(
            "[databases]\n* = host={host} port={behind}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\nmax_client_conn = 500\ndefault_pool_size = 20\n"
        );
        for setting in settings {
            writeln!(text, "{setting}").unwrap();
        }
        // `auth_type = any` gives everybody the user that the database names.
        let text = text
            .replace("[pgbouncer]", "[pgbouncer]\nlogfile =")
            .replace(&format!("port={behind}"), &format!("port={behind} user={}", server.username()));
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, text).unwrap();
        Command::new("chmod").arg("-R").arg("a+rX").arg(folder.path()).status().unwrap();
        let child =
            as_nobody().arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let bouncer = Self { child, folder, port };
        let begin = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(begin.elapsed() < PATIENCE, "PgBouncer does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(bouncer)
    }

    /// The way to the database of `app` through it.
    fn to(&self, app: &TestApp) -> String {
        let mut url = url::Url::parse(app.database_url()).unwrap();
        url.set_port(Some(self.port)).unwrap();
        url.into()
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        let _ = &self.folder;
    }
}

/// It refuses to run as root.
fn as_nobody() -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    if !is_root {
        return Command::new("pgbouncer");
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "pgbouncer"]);
    command
}

/// Such as (1, 18).
fn version() -> Option<(u32, u32)> {
    let said = Command::new("pgbouncer").arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut numbers = said.split_whitespace().nth(1)?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[tokio::test]
async fn through_pgbouncer_with_whole_sessions_nothing_is_lost_and_it_needs_no_setting() {
    let Some(bouncer) = Bouncer::start(&["pool_mode = session"]).await else { return };
    let world = TestApp::builder().stopped().spawn().await;
    let mut mailing = Mailing::ready(connections(3).sink(latency(2)).database(&bouncer.to(&world)), 500).await;
    mailing.app.cli(&["newsletter", "list"]).await.ok();
    mailing.send().await;
    mailing.assert_whole(0).await;
    assert_eq!(mailing.app.number("SELECT COUNT(*) FROM worker").await, 1, "a whole session can hold a lock");
    mailing.app.cli(&["fsck"]).await.ok();
}

#[tokio::test]
async fn pgbouncer_that_shares_sessions_is_used_or_refused_by_what_it_can_do() {
    let Some(bouncer) = Bouncer::start(&["pool_mode = transaction"]).await else { return };
    let world = TestApp::builder().stopped().spawn().await;
    if version().unwrap() < (1, 21) {
        return refused(&bouncer, &world, "max_prepared_statements");
    }
    drop(bouncer);
    let Some(bouncer) = Bouncer::start(&["pool_mode = transaction", "max_prepared_statements = 200"]).await else {
        return;
    };
    let mut mailing = Mailing::ready(connections(3).sink(latency(2)).database(&bouncer.to(&world)), 500).await;
    mailing.send().await;
    mailing.assert_whole(0).await;
    assert_eq!(mailing.app.number("SELECT COUNT(*) FROM worker").await, 0, "a session that is shared holds no lock");
    let Some(bouncer) = Bouncer::start(&["pool_mode = transaction", "max_prepared_statements = 0"]).await else {
        return;
    };
    refused(&bouncer, &world, "max_prepared_statements");
}

#[tokio::test]
async fn pgbouncer_that_ends_transactions_after_each_statement_is_refused_in_words() {
    let Some(bouncer) = Bouncer::start(&["pool_mode = statement"]).await else { return };
    let world = TestApp::builder().stopped().spawn().await;
    refused(&bouncer, &world, "pool_mode = statement");
    let output =
        world.command(&["newsletter", "list"]).env("FACTEUR_DATABASE__URL", bouncer.to(&world)).output().unwrap();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("pool_mode = session"));
}

/// `serve` ends at once, and says what to set.
fn refused(bouncer: &Bouncer, world: &TestApp, words: &str) {
    let mut command = world.command(&["serve", "--listen", "127.0.0.1:0"]);
    let output = command.env("FACTEUR_DATABASE__URL", bouncer.to(world)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(words) && said.contains("pool_mode = session"), "{said}");
}
