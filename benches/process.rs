//! Other processes measured from outside: CPU seconds and peak memory as the kernel accounts them.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Clock ticks a second in `/proc/PID/stat`; 100 on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

/// One line about the machine that the figures come from.
pub fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|l| l.strip_prefix("model name")).map_or("", |l| l.trim_start_matches(['\t', ':', ' ']));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "{} × {model}, load {}; medians; ratios count, absolute rates are this machine's",
        std::thread::available_parallelism().map_or(0, usize::from),
        load.split(' ').next().unwrap_or("?")
    )
}

/// A child that is ended when dropped, and can be asked what it has used.
pub struct Measured {
    child: Child,
    pub started: Instant,
}

impl Measured {
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).spawn().unwrap_or_else(|e| panic!("cannot start {command:?}: {e}"));
        Self { child, started: Instant::now() }
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap_or_default()
    }

    fn stat(&self) -> Vec<String> {
        let stat = self.proc("stat");
        let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        after.split_whitespace().map(str::to_owned).collect()
    }

    /// User and system seconds until now; also of a child that has ended and was not yet waited for.
    pub fn cpu(&self) -> f64 {
        let stat = self.stat();
        let field = |n: usize| stat.get(n).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
        (field(11) + field(12)) / TICKS
    }

    /// Peak resident memory in MiB.
    pub fn peak_mib(&self) -> f64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
    }

    /// Waits until the child has ended, then tells its CPU seconds and wall seconds.
    pub fn ended(mut self, limit: Duration) -> (f64, f64) {
        while self.stat().first().is_some_and(|s| s != "Z") {
            assert!(self.started.elapsed() < limit, "the process does not end");
            std::thread::sleep(Duration::from_millis(2));
        }
        let wall = self.started.elapsed().as_secs_f64();
        let cpu = self.cpu();
        let _ = self.child.wait();
        (cpu, wall)
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
