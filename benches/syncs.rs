//! What a slow disk costs: sending where each sync takes 5 ms, with `[database] power_loss = "5ms"` and without, beside syncs that
//! do nothing. A library between the program and its disk (`tests/harness/syncs.c`) takes the place of the disk's own syncs, so
//! that it is the same on every machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Options;
use crate::process::{Measured, facteur};
use crate::sending::{CONNECTIONS, Run, config_of_copy, released, sent};
use crate::sink::Sink;
use crate::table::{Bar, of, row, skipped, title};
use crate::world::{Relay, World};

/// Microseconds that a slow sync takes: what a disk that turns, or a small machine in a cloud, needs.
const SLOW_US: u32 = 5_000;

pub async fn run(options: &Options) {
    let many = if options.quick { 10_000 } else { 100_000 };
    let world = released(None, many).await;
    let Some(library) = library(world.folder.path()) else {
        return skipped("sending with slow syncs", "no C compiler is here (apt-get install gcc)");
    };
    let send = |power_loss, sync_us| send(&world, many, &library, power_loss, sync_us);
    let (mut none, mut apart, mut strict, mut apart_none) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        none.push(send("strict", 0));
        apart.push(send("5ms", SLOW_US));
        strict.push(send("strict", SLOW_US));
        apart_none.push(send("5ms", 0));
    }
    title(&format!(
        "Syncs of {} ms, SQLite, {CONNECTIONS} connections, {many} recipients, loopback, pipelining = \"full\"",
        SLOW_US / 1000
    ));
    let [none, apart, strict, apart_none] = [none, apart, strict, apart_none].map(|runs| {
        let (rate, cpu) = (of(&runs, |r| r.rate), of(&runs, |r| r.cpu));
        (rate, format!("{rate:.0}/s, {cpu:.3} CPU s/10k"))
    });
    let beside = |ours: &str, theirs: &str| format!("{ours}; {theirs}");
    row(
        "power_loss = 5ms ÷ strict with syncs that do nothing",
        apart.0 / none.0,
        Bar::AtLeast(0.9),
        &beside(&apart.1, &none.1),
    );
    row("power_loss = 5ms ÷ strict", apart.0 / strict.0, Bar::AtLeast(3.0), &beside(&apart.1, &strict.1));
    row("the same with syncs that do nothing", apart_none.0 / none.0, Bar::Report, &beside(&apart_none.1, &none.1));
}

/// The library, compiled; `None` without a compiler.
pub fn library(folder: &Path) -> Option<PathBuf> {
    let library = folder.join("syncs.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/syncs.c");
    let made = Command::new("cc").args(["-O2", "-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
    made.is_ok_and(|made| made.success()).then_some(library)
}

/// One digest to the sink, each sync taking so long.
pub fn send(world: &World, recipients: usize, library: &Path, power_loss: &str, sync_us: u32) -> Run {
    let sink = Sink::start(recipients as u64, 0, true);
    let config = config_of_copy(world, &Relay { port: sink.port, connections: CONNECTIONS, ..Relay::NONE });
    let mut command = facteur(&["serve", "--roles", "delivery", "--config"]);
    command.arg(config).env("FACTEUR_DATABASE__POWER_LOSS", power_loss);
    command.env("LD_PRELOAD", library).env("SYNCS_US", sync_us.to_string());
    sent(vec![Measured::start(&mut command)], sink, recipients)
}
