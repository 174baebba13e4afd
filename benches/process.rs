//! Other processes measured from outside: CPU seconds and peak memory as the kernel accounts them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Clock ticks a second in `/proc/PID/stat`; 100 on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

/// One line about the machine that the figures come from.
pub fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|l| l.strip_prefix("model name")).map_or("", |l| l.trim_start_matches(['\t', ':', ' ']));
    format!(
        "{} × {model}, load {}; medians; ratios count, absolute rates are this machine's",
        std::thread::available_parallelism().map_or(0, usize::from),
        load()
    )
}

/// Average load of the last minute: above 1.5 before the run, other work disturbs it.
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("?").to_owned()
}

/// Where a program is, if it is there: in PATH, or where Debian puts those of administrators.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// `facteur` with these arguments, silent.
pub fn facteur(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_facteur"));
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// CPU seconds so far of all processes of this name, and of their children that have ended.
pub fn cpu_of_all(name: &str) -> f64 {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = processes.filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok());
    let ticks = stats.filter_map(|stat| {
        let (head, rest) = stat.rsplit_once(')')?;
        let is_it = head.split_once('(')?.1 == name;
        let fields = rest.split_whitespace().skip(11).take(4);
        is_it.then(|| fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>())
    });
    ticks.sum::<f64>() / TICKS
}

/// What a process has used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// User and system seconds.
    pub cpu: f64,
    /// Wall seconds from its start to its end.
    pub seconds: f64,
    pub peak_mib: f64,
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

    /// Whether it has ended, without waiting for it: what it has used can still be asked.
    fn has_ended(&self) -> bool {
        self.stat().first().is_none_or(|state| state == "Z")
    }

    /// User and system seconds until now; also of a child that has ended and was not yet waited for.
    pub fn cpu(&self) -> f64 {
        let stat = self.stat();
        let field = |n: usize| stat.get(n).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
        (field(11) + field(12)) / TICKS
    }

    /// CPU seconds of each thread that lives now, to the nanosecond where [`Measured::cpu`] counts hundredths of a second.
    fn threads(&self) -> BTreeMap<String, f64> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).into_iter().flatten().flatten();
        let seconds = tasks.filter_map(|task| {
            let said = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            let nanoseconds: f64 = said.split_whitespace().next()?.parse().ok()?;
            Some((task.file_name().to_string_lossy().into_owned(), nanoseconds / 1e9))
        });
        seconds.collect()
    }

    /// CPU seconds that it uses from now on within this time. A thread that ends meanwhile counts as it was last seen, 50 ms before
    /// at most.
    pub async fn cpu_within(&self, span: Duration) -> f64 {
        let before = self.threads();
        assert!(!before.is_empty(), "the kernel tells the time of each thread (/proc/PID/task/TID/schedstat)");
        let (begin, mut seen) = (Instant::now(), before.clone());
        while begin.elapsed() < span {
            tokio::time::sleep(Duration::from_millis(50)).await;
            seen.extend(self.threads());
        }
        seen.iter().map(|(thread, now)| now - before.get(thread).unwrap_or(&0.0)).sum()
    }

    /// Peak resident memory in MiB; not a number once it has ended.
    pub fn peak_mib(&self) -> f64 {
        self.mib("VmHWM:")
    }

    /// Resident memory in MiB now.
    pub fn resident_mib(&self) -> f64 {
        self.mib("VmRSS:")
    }

    fn mib(&self, key: &str) -> f64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|l| l.strip_prefix(key));
        line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
    }

    /// Waits until it has ended well. Meanwhile `meanwhile` runs again and again, 2 ms apart.
    pub async fn until_its_end(mut self, limit: Duration, mut meanwhile: impl AsyncFnMut()) -> Used {
        let mut used = Used::default();
        while !self.has_ended() {
            assert!(self.started.elapsed() < limit, "the process does not end");
            used.peak_mib = used.peak_mib.max(self.peak_mib());
            meanwhile().await;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        used.seconds = self.started.elapsed().as_secs_f64();
        used.cpu = self.cpu();
        assert!(self.child.wait().unwrap().success(), "the process ends well");
        used
    }

    /// Waits until it has ended, and tells its CPU seconds. The peak of its memory must have been asked before.
    pub fn ended(self, limit: Duration) -> f64 {
        while !self.has_ended() {
            assert!(self.started.elapsed() < limit, "the process does not end");
            std::thread::sleep(Duration::from_millis(2));
        }
        self.cpu()
    }

    /// SIGTERM, and the exit that an orderly stop promises.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let asked = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(asked.elapsed() < Duration::from_mins(1), "it stops in order");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
