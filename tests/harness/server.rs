//! `facteur serve` as a process of its own, to be killed, stopped, frozen.
//!
//! In: a world that does not run ([`super::Builder::stopped`]). Out: the real binary on the same database, at the test's
//! time, sending to the test's sink. Only this process is ever signalled.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{PATIENCE, TestApp};

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A running `facteur serve`. Dropped, it is killed.
pub struct Server {
    child: Child,
    log: PathBuf,
}

impl TestApp {
    /// Starts `facteur serve` with more arguments and environment.
    pub fn server(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Server {
        let mut command = self.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        command.envs(environment.iter().copied());
        Server::start(command, self.log_file())
    }

    /// The same through a wrapper that `exec`s it, such as `prlimit --nofile=64`.
    pub fn server_under(&self, wrapper: &[&str], arguments: &[&str]) -> Server {
        let inner = self.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        let mut command = Command::new(wrapper[0]);
        command.args(&wrapper[1..]).arg(inner.get_program()).args(inner.get_args());
        command.envs(inner.get_envs().filter_map(|(key, value)| Some((key, value?))));
        Server::start(command, self.log_file())
    }

    fn log_file(&self) -> PathBuf {
        self.folder().join(format!("server-{}.log", NUMBER.fetch_add(1, Ordering::Relaxed)))
    }
}

impl Server {
    fn start(mut command: Command, log: PathBuf) -> Self {
        let file = File::create(&log).unwrap();
        command.stdin(std::process::Stdio::null());
        command.stdout(file.try_clone().unwrap()).stderr(file);
        Self { child: command.spawn().expect("the binary is built"), log }
    }

    /// Everything it said so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its HTTP address, once it listens.
    pub async fn address(&mut self) -> String {
        self.until("it listens", |said| {
            said.split_once("listens on http://").is_some_and(|(_, rest)| rest.contains(['\n', ';']))
        })
        .await;
        let said = self.said();
        let (_, rest) = said.split_once("listens on ").unwrap();
        rest.split([';', '\n']).next().unwrap().trim().to_owned()
    }

    /// Waits until its log is as wanted.
    pub async fn until(&mut self, what: &str, done: impl Fn(&str) -> bool) {
        let begin = Instant::now();
        while !done(&self.said()) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended ({ended:?}) before {what}:\n{}", self.said());
            assert!(begin.elapsed() < PATIENCE, "not after {PATIENCE:?}: {what}\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// `kill -9`; returns when it is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; gives how it ended and how long that took.
    pub async fn terminate(&mut self) -> (ExitStatus, Duration) {
        // Before that it has no handler yet.
        self.until("it is up", |said| said.contains("Ctrl-C stops it")).await;
        self.signal("TERM");
        let begin = Instant::now();
        (self.ended().await, begin.elapsed())
    }

    /// Sends a signal, such as `TERM`, `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(sent.success(), "kill -s {name} {pid}");
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < PATIENCE, "it does not end:\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Whether it runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
