//! A PostgreSQL server of one test's own, to be stopped and started under load (`tests/postgres.sh --steered`).

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::on_postgres;

/// A server that runs; gone when dropped.
pub struct Cluster {
    child: Child,
    tell: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
    /// Of its first database.
    pub url: String,
}

impl Cluster {
    /// Starts one; `None` while the suite runs on SQLite.
    #[track_caller]
    pub fn start() -> Option<Self> {
        Self::start_at("")
    }

    /// The same; it listens at this address too, for [`super::network`].
    #[track_caller]
    pub fn start_at(address: &str) -> Option<Self> {
        on_postgres()?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres.sh");
        let mut command = Command::new(script);
        command.env("FACTEUR_TEST_POSTGRES_ALSO", address);
        command.arg("--steered").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (tell, said) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut cluster = Self { child, tell, said, url: String::new() };
        cluster.url = cluster.answer();
        assert!(cluster.url.starts_with("postgres://"), "no server: {}", cluster.url);
        Some(cluster)
    }

    /// `stop fast`, `stop immediate` or `start`; returns when it is done.
    pub fn steer(&mut self, what: &str) {
        writeln!(self.tell.as_mut().unwrap(), "{what}").unwrap();
        assert_eq!(self.answer(), "done", "{what}");
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.tell.take()); // the script reads the end of its input and cleans up
        self.child.wait().ok();
    }
}
