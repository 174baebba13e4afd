//! An older `facteur` beside the present one: each sends the same digest from a database that it made itself, both as
//! processes from outside, by turns. What counts is the ratio, present ÷ base; below 1 the present one needs less.
//!
//! Both are given `pipelining = "full"`; one more line has the default, `auto` (`full` to a program that does not know it).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Options;
use crate::bulk::QUIET;
use crate::instructions::serving;
use crate::process::{Measured, program};
use crate::sending::{CONNECTIONS, Run, sent};
use crate::sink::Sink;
use crate::table::{Bar, median, of, row, skipped, title};

/// Messages of the two runs whose difference gives the instructions of one message.
const FEW: usize = 2_000;
const MANY: usize = 10_000;

/// A program and an instance of its own, its digest released and not yet sent.
struct Instance {
    program: PathBuf,
    folder: tempfile::TempDir,
    recipients: usize,
    /// What it must be told so that nothing but the digest is its work.
    quiet: &'static str,
}

/// Whether a program takes `pipelining = "auto"`.
pub fn knows_auto(program: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("facteur.toml");
    std::fs::write(&config, text(&folder.path().join("facteur.db"), 9, "auto")).unwrap();
    tell(program, &config, &["config", "show"]).is_ok()
}

fn text(database: &Path, port: u16, pipelining: &str) -> String {
    format!(
        "base_url = \"https://news.example\"\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"sqlite://{}\"\n\
         [smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nconnections = {CONNECTIONS}\npipelining = \"{pipelining}\"\n\
         [digests]\nsettle_s = 0\n[log]\nlevel = \"warn\"\n",
        database.display()
    )
}

/// Runs a command; else gives what it says.
pub fn tell(program: &Path, config: &Path, args: &[&str]) -> Result<(), String> {
    let done = Command::new(program).arg("--config").arg(config).args(args).stdin(Stdio::null()).output().unwrap();
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}

impl Instance {
    /// Set up by the commands that an operator types.
    fn new(program: &Path, recipients: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut made = Self { program: program.to_owned(), folder, recipients, quiet: QUIET };
        std::fs::create_dir(made.at("live")).unwrap();
        if tell(program, &made.config(9, "full"), &["config", "show"]).is_err() {
            made.quiet = "";
        }
        let config = made.config(9, "full");
        let rows = (1..=recipients).map(|n| format!("user{n}@example{}.test", n % 7));
        let lines: Vec<String> = std::iter::once("email".to_owned()).chain(rows).collect();
        std::fs::write(made.at("readers.csv"), lines.join("\n")).unwrap();
        let paragraph = "Le facteur passe chaque matin, quel que soit le temps, et dépose dans la boîte ce que le village écrit.\n\n";
        std::fs::write(made.at("post.md"), format!("# Le facteur\n\n{}", paragraph.repeat(60))).unwrap();
        let (readers, post) = (made.at("readers.csv"), made.at("post.md"));
        let from = "Carnet <carnet@news.example>";
        let steps: [&[&str]; 4] = [
            &[
                "newsletter",
                "add",
                "bench",
                "--name",
                "Carnet",
                "--from",
                from,
                "--language",
                "fr",
                "--every",
                "week",
                "--zone",
                "UTC",
                "--postal",
                "1 rue du Banc",
            ],
            &["import", "bench", readers.to_str().unwrap(), "--confirmed-elsewhere", "list of the bench"],
            &["post", "add", "bench", post.to_str().unwrap()],
            &["digest", "send", "bench", "--yes"],
        ];
        for step in steps {
            tell(program, &config, step).unwrap_or_else(|said| panic!("{} {step:?}: {said}", program.display()));
        }
        std::fs::rename(made.at("live"), made.at("released")).unwrap();
        made
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn config(&self, port: u16, pipelining: &str) -> PathBuf {
        let path = self.at("facteur.toml");
        let text = text(&self.at("live/facteur.db"), port, pipelining) + self.quiet;
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Everything that lies beside the database is as it was after the release, at the same place.
    fn rewind(&self) {
        let (live, released) = (self.at("live"), self.at("released"));
        std::fs::remove_dir_all(&live).ok();
        std::fs::create_dir(&live).unwrap();
        for file in std::fs::read_dir(released).unwrap().map(Result::unwrap) {
            let copy = live.join(file.file_name());
            std::fs::copy(file.path(), &copy).unwrap();
            std::fs::File::open(&copy).unwrap().sync_all().unwrap();
        }
    }

    /// One digest to the sink.
    fn send(&self, pipelining: &str) -> Run {
        self.rewind();
        let sink = Sink::start(self.recipients as u64, 0, true);
        let config = self.config(sink.port, pipelining);
        let mut command = Command::new(&self.program);
        command.args(["serve", "--roles", "delivery", "--config"]).arg(config);
        let worker = Measured::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
        sent(vec![worker], sink, self.recipients)
    }

    /// User instructions of one digest.
    fn count(&self) -> f64 {
        self.rewind();
        let mut sink = Sink::start(self.recipients as u64, 0, true);
        let config = self.config(sink.port, "full");
        serving(&self.program, &config, &self.at("counts"), &mut sink, "delivery")
    }
}

pub fn run(options: &Options, base: &Path) {
    let present = Path::new(env!("CARGO_BIN_EXE_facteur"));
    println!("\nbase: {} ({})\npresent: {} ({})", base.display(), version(base), present.display(), version(present));
    let many = if options.quick { 10_000 } else { 100_000 };
    let pair = [Instance::new(base, many), Instance::new(present, many)];
    sending(options, &pair, "full", ["full", "full"]);
    let gears = [base, present].map(|program| if knows_auto(program) { "auto" } else { "full" });
    sending(options, &pair, "auto", gears);
    instructions(options, base, present);
}

/// What it says of itself.
pub fn version(program: &Path) -> String {
    let said = Command::new(program).arg("--version").output().unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}

/// Both by turns; who begins changes each round.
pub fn by_turns<T>(rounds: usize, mut one: impl FnMut(usize) -> T) -> [Vec<T>; 2] {
    let mut runs = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for turn in 0..2 {
            let which = (round + turn) % 2;
            runs[which].push(one(which));
        }
    }
    runs
}

fn sending(options: &Options, pair: &[Instance; 2], name: &str, gears: [&str; 2]) {
    let [base, present] = by_turns(options.rounds, |which| pair[which].send(gears[which]));
    let (many, [theirs, ours]) = (pair[0].recipients, gears);
    title(&format!(
        "Present ÷ base, pipelining = {name:?} (base is given {theirs:?}, present {ours:?}), {many} recipients, SQLite FULL, {CONNECTIONS} connections, {} rounds",
        options.rounds
    ));
    let cpu: Vec<f64> = base.iter().map(|run| run.cpu).collect();
    let noise = noise(&cpu);
    let (median_base, median_present) = (of(&base, |r| r.cpu), of(&present, |r| r.cpu));
    let note = format!(
        "{median_present:.3} and {median_base:.3} s/10k; noise of the base's own rounds ± {:.1} %",
        noise * 100.0
    );
    // Two gears are two protocols: near a server `auto` stays at two round trips, which cost what they cost.
    let bar = if theirs == ours { Bar::AtMost(((1.0 + noise) * 1e3).round() / 1e3) } else { Bar::Report };
    row("CPU a message", ratio(&base, &present, |r| r.cpu), bar, &note);
    let note = format!("{:.0} and {:.0}/s", of(&present, |r| r.rate), of(&base, |r| r.rate));
    row("messages/s", ratio(&base, &present, |r| r.rate), Bar::Report, &note);
    let trips = |run: &Run| run.seen.trips as f64 / run.seen.messages as f64;
    let note = format!("{:.3} and {:.3}", of(&present, trips), of(&base, trips));
    row("round trips a message", ratio(&base, &present, trips), Bar::Report, &note);
    let note = format!("{:.1} and {:.1} MiB", of(&present, |r| r.peak_mib), of(&base, |r| r.peak_mib));
    row("peak memory", ratio(&base, &present, |r| r.peak_mib), Bar::Report, &note);
}

/// Median of the ratios of each round.
pub fn ratio<R>(base: &[R], present: &[R], figure: impl Fn(&R) -> f64) -> f64 {
    median(base.iter().zip(present).map(|(base, present)| figure(present) / figure(base)).collect())
}

/// Half the width of the middle half of some figures, as a share of their median.
pub fn noise(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quarter = sorted.len() / 4;
    (sorted[sorted.len() - 1 - quarter] - sorted[quarter]) / 2.0 / median(sorted)
}

fn instructions(options: &Options, base: &Path, present: &Path) {
    if program("valgrind").is_none() {
        return skipped("user instructions a message", "valgrind is not here (apt-get install valgrind)");
    }
    let pairs = [base, present].map(|program| [FEW, MANY].map(|recipients| Instance::new(program, recipients)));
    let [base, present] = by_turns(options.rounds, |which| {
        let [few, many] = &pairs[which];
        (many.count() - few.count()) / (MANY - FEW) as f64
    });
    title(&format!(
        "Present ÷ base, user instructions a message (callgrind, {MANY} − {FEW} messages), pipelining = \"full\""
    ));
    let ratios = base.iter().zip(&present).map(|(base, present)| present / base).collect();
    let note = format!("{:.0} and {:.0}", median(present), median(base));
    row("user instructions a message", median(ratios), Bar::AtMost(1.01), &note);
}
