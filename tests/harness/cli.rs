//! The real binary, on the same database and at the same time as the app.

use std::process::Command;

use facteur::clock::Clock;
use serde_json::Value;

use super::TestApp;

/// What a command said.
#[derive(Clone, Debug)]
pub struct Output {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// Asserts success; gives stdout.
    pub fn ok(&self) -> &str {
        assert_eq!(self.code, 0, "exit {}\nstdout: {}\nstderr: {}", self.code, self.stdout, self.stderr);
        &self.stdout
    }

    /// Asserts this exit code; gives stderr.
    pub fn fails(&self, code: i32) -> &str {
        assert_eq!(self.code, code, "exit {}\nstdout: {}\nstderr: {}", self.code, self.stdout, self.stderr);
        &self.stderr
    }

    /// Asserts success; gives stdout as JSON.
    pub fn json(&self) -> Value {
        let text = self.ok();
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }
}

impl TestApp {
    /// Runs `facteur ARGUMENTS --config …`.
    pub async fn cli(&self, arguments: &[&str]) -> Output {
        self.cli_with_input(arguments, "").await
    }

    /// The same, with this on its standard input.
    pub async fn cli_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        let input = input.to_owned();
        tokio::task::spawn_blocking(move || run(&mut command, &input)).await.unwrap()
    }

    /// The command, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_facteur"));
        let offset = self.clock.now() - Clock::system().now();
        command.args(arguments).arg("--config").arg(self.config_path());
        command.env("FACTEUR_CLOCK_OFFSET_MS", offset.to_string()).env("NO_COLOR", "1").env("LC_ALL", "C");
        command
    }
}

/// Runs a command to its end with this input.
fn run(command: &mut Command, input: &str) -> Output {
    use std::io::Write as _;
    use std::process::Stdio;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary is built");
    // A command that does not read its input closes it; that is no fault.
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    let done = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Output { code: done.status.code().unwrap_or(-1), stdout: text(&done.stdout), stderr: text(&done.stderr) }
}
