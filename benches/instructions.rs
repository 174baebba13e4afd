//! User instructions a message, counted by valgrind: a figure that other work on the machine hardly touches. Each is the
//! difference between two runs of different length, so that start and stop cancel out.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Options;
use crate::process::{Measured, program};
use crate::sending::{CONNECTIONS, config_of_copy, released};
use crate::sink::Sink;
use crate::table::{Bar, of, row, skipped, title};
use crate::world::{Relay, World};

/// Messages of the two runs.
pub const FEW: usize = 2_000;
pub const MANY: usize = 6_000;

pub async fn run(options: &Options) {
    if program("valgrind").is_none() {
        return skipped("user instructions a message", "valgrind is not here (apt-get install valgrind)");
    }
    let (few, many) = (released(None, FEW).await, released(None, MANY).await);
    let (mut whole, mut splice) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        whole.push(a_message(sending(&few, FEW, "delivery"), sending(&many, MANY, "delivery")));
        splice.push(a_message(splicing(few.folder.path(), FEW), splicing(few.folder.path(), MANY)));
    }
    title(&format!("User instructions a message (callgrind), ({MANY} − {FEW} messages)"));
    let what = format!("whole path, SQLite FULL, {CONNECTIONS} connections");
    row(&what, of(&whole, |n| *n), Bar::AtMost(120_000.0), "");
    row("splice alone", of(&splice, |n| *n), Bar::Report, "");
}

pub fn a_message(few: f64, many: f64) -> f64 {
    (many - few) / (MANY - FEW) as f64
}

/// The program with these roles while it sends a released digest.
pub fn sending(world: &World, recipients: usize, roles: &str) -> f64 {
    let mut sink = Sink::start(recipients as u64, 0, true);
    let config = config_of_copy(world, &Relay { port: sink.port, connections: CONNECTIONS, ..Relay::NONE });
    serving(Path::new(env!("CARGO_BIN_EXE_facteur")), &config, &world.folder.path().join("counts"), &mut sink, roles)
}

/// All user instructions of a program with these roles that sends what the sink waits for.
pub fn serving(program: &Path, config: &Path, counts: &Path, sink: &mut Sink, roles: &str) -> f64 {
    let mut command = counted(counts, program.to_str().unwrap());
    let worker = Measured::start(command.args(["serve", "--roles", roles, "--config"]).arg(config));
    sink.seen();
    worker.stop();
    total(counts)
}

/// Nothing but `times` splices.
fn splicing(folder: &Path, times: usize) -> f64 {
    let counts = folder.join("counts");
    let own = std::env::current_exe().unwrap();
    let done = counted(&counts, own.to_str().unwrap()).args(["--splice", &times.to_string()]).status().unwrap();
    assert!(done.success(), "valgrind runs it");
    total(&counts)
}

pub fn counted(counts: &Path, program: &str) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", &format!("--callgrind-out-file={}", counts.display()), program]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// All instructions of a run, as callgrind's file ends with them.
pub fn total(counts: &Path) -> f64 {
    let text = std::fs::read_to_string(counts).expect("callgrind leaves its counts");
    let line = text.lines().rev().find_map(|line| line.strip_prefix("totals:")).expect("callgrind's totals");
    line.trim().parse().unwrap()
}
