//! The whole path: ledger → splice → SMTP → recorded, by the real program in a process of its own, beside Debian's
//! `smtp-source`, the barest sender there is (it has no ledger, no recipients, one constant message).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Options;
use crate::base::knows_auto;
use crate::floor;
use crate::process::{Measured, facteur, program};
use crate::sink::{Seen, Sink};
use crate::syncs;
use crate::table::{Bar, of, row, skipped, title};
use crate::world::{Relay, World, fresh_database, postgres_server};

/// Connections of every sender here.
pub const CONNECTIONS: usize = 64;

/// One run of one sender.
#[derive(Clone, Debug)]
pub struct Run {
    pub rate: f64,
    /// CPU seconds of the sender per 10,000 messages.
    pub cpu: f64,
    pub peak_mib: f64,
    pub seen: Seen,
}

pub async fn run(options: &Options) {
    let many = if options.quick { 10_000 } else { 100_000 };
    let base = released(None, many).await;
    let small = released(None, many / 5).await;
    let bytes = wire_bytes(&base, many);
    loopback(options, &base, &small, many, bytes);
    latency(options, &small, many / 5, bytes);
    if let Some(server) = postgres_server() {
        postgres(options, &server, &base, many).await;
    }
    memory(&base, many, options).await;
}

/// A world whose digest is released and not yet sent.
pub async fn released(server: Option<&str>, recipients: usize) -> World {
    let world = World::new(server).await;
    world.newsletter(recipients).await;
    world.post().await;
    world.release(recipients).await;
    world.close().await;
    world
}

/// How many bytes one message has, so that `smtp-source` sends as many.
fn wire_bytes(world: &World, recipients: usize) -> u64 {
    let run = facteur_sqlite(world, recipients, Way::default());
    run.seen.bytes / run.seen.messages
}

fn loopback(options: &Options, base: &World, small: &World, many: usize, bytes: u64) {
    let (mut ours, mut theirs, mut plain, mut auto) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut floor, mut unsynced) = (Vec::new(), Vec::new());
    let library = syncs::library(base.folder.path());
    let by_itself = if knows_auto(Path::new(env!("CARGO_BIN_EXE_facteur"))) { "auto" } else { "full" };
    for _ in 0..options.rounds {
        theirs.push(smtp_source(many, bytes, 0));
        ours.push(facteur_sqlite(base, many, Way::default()));
        plain.push(facteur_sqlite(small, many / 5, Way { pipelining: false, ..Way::default() }));
        auto.push(facteur_sqlite(base, many, Way { gear: by_itself, ..Way::default() }));
        floor.push(floor::run(many, bytes));
        unsynced.extend(library.as_ref().map(|library| syncs::send(base, many, library, "strict", 0)));
    }
    title(&format!(
        "Whole path, SQLite FULL, {bytes} bytes, {CONNECTIONS} connections, {many} recipients, loopback, pipelining = \"full\""
    ));
    beside(&ours, &theirs, Bar::AtMost(0.32), Bar::AtLeast(3.2));
    least(&ours, &floor, &unsynced);
    let trips = |runs: &[Run]| of(runs, |r| r.seen.trips as f64 / r.seen.messages as f64);
    row("round trips a message, PIPELINING", trips(&ours), Bar::AtMost(1.05), "");
    row("round trips a message, without", trips(&plain), Bar::AtMost(4.05), "");
    let note = format!("round trips a message {:.3}", trips(&auto));
    row(&format!("pipelining = {by_itself:?}, CPU s/10k"), of(&auto, |r| r.cpu), Bar::Report, &note);
}

/// CPU, rate and memory beside `smtp-source`.
fn beside(ours: &[Run], theirs: &[Run], cpu_bar: Bar, rate_bar: Bar) {
    let (cpu, their_cpu) = (of(ours, |r| r.cpu), of(theirs, |r| r.cpu));
    let (rate, their_rate) = (of(ours, |r| r.rate), of(theirs, |r| r.rate));
    row("CPU a message ÷ smtp-source", cpu / their_cpu, cpu_bar, "");
    row("CPU s/10k", cpu, Bar::Report, &format!("smtp-source {their_cpu:.3}"));
    row("messages/s ÷ smtp-source", rate / their_rate, rate_bar, &format!("{rate:.0} and {their_rate:.0}/s"));
    let their_peak = of(theirs, |r| r.peak_mib);
    row("peak MiB", of(ours, |r| r.peak_mib), Bar::AtMost(48.0), &format!("smtp-source {their_peak:.1}"));
}

/// Beside one write and one read a mail, and beside a disk that costs nothing.
fn least(ours: &[Run], floor: &[Run], unsynced: &[Run]) {
    let (cpu, rate) = (of(ours, |r| r.cpu), of(ours, |r| r.rate));
    let (floor_cpu, floor_rate) = (of(floor, |r| r.cpu), of(floor, |r| r.rate));
    let note = format!("floor {floor_cpu:.3} s/10k");
    row("CPU a message ÷ one write and one read of it", cpu / floor_cpu, Bar::AtMost(1.7), &note);
    row("messages/s ÷ the same", rate / floor_rate, Bar::Report, &format!("floor {floor_rate:.0}/s"));
    if unsynced.is_empty() {
        return skipped("syncs that do nothing", "no C compiler is here (apt-get install gcc)");
    }
    let without = of(unsynced, |r| r.rate);
    let note = format!("{without:.0}/s, {:.3} CPU s/10k", of(unsynced, |r| r.cpu));
    row("messages/s ÷ with syncs that do nothing", rate / without, Bar::AtLeast(0.92), &note);
}

fn latency(options: &Options, world: &World, many: usize, bytes: u64) {
    const DELAY_MS: u64 = 20;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        theirs.push(smtp_source(many / 4, bytes, DELAY_MS));
        ours.push(facteur_sqlite(world, many, Way { delay_ms: DELAY_MS, ..Way::default() }));
    }
    title(&format!("The same at {DELAY_MS} ms a reply, {many} recipients"));
    beside(&ours, &theirs, Bar::Report, Bar::AtLeast(3.7));
    let delay = of(&ours, |r| r.seen.delay_ms);
    let most = CONNECTIONS as f64 * 1000.0 / delay;
    let note = format!("the sink's own timer made it {delay:.2} ms");
    row("messages/s ÷ (connections / delay)", of(&ours, |r| r.rate) / most, Bar::AtLeast(0.93), &note);
}

async fn postgres(options: &Options, server: &str, base: &World, many: usize) {
    let world = released(Some(server), many).await;
    let (mut one, mut two, mut sqlite) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        sqlite.push(facteur_sqlite(base, many, Way::default()));
        one.push(facteur_postgres(&world, server, many, 1).await);
        two.push(facteur_postgres(&world, server, many, 2).await);
    }
    let sqlite = of(&sqlite, |r| r.rate);
    title("The same on PostgreSQL (CPU without the database server's)");
    for (name, runs, least) in [("1 worker", one, 0.6), ("2 workers", two, 0.9)] {
        let rate = of(&runs, |r| r.rate);
        row(&format!("{name}, messages/s ÷ SQLite's"), rate / sqlite, Bar::AtLeast(least), &format!("{rate:.0}/s"));
        row(&format!("{name}, CPU s/10k"), of(&runs, |r| r.cpu), Bar::Report, "");
        row(&format!("{name}, peak MiB"), of(&runs, |r| r.peak_mib), Bar::AtMost(48.0), "of the larger");
    }
}

async fn memory(base: &World, many: usize, options: &Options) {
    let huge = if options.quick { 50_000 } else { 1_000_000 };
    let big = released(None, huge).await;
    let few = released(None, 10_000).await;
    let at_huge = facteur_sqlite(&big, huge, Way::default());
    let at_few = facteur_sqlite(&few, 10_000, Way::default());
    let at_base = facteur_sqlite(base, many, Way::default());
    title(&format!("Peak memory while sending, {CONNECTIONS} connections, one run each"));
    row(&format!("MiB at {huge} recipients"), at_huge.peak_mib, Bar::AtMost(48.0), &format!("{:.0}/s", at_huge.rate));
    row(
        &format!("at {huge} ÷ at 10000"),
        at_huge.peak_mib / at_few.peak_mib,
        Bar::AtMost(1.5),
        &format!("{:.1} MiB at {many}", at_base.peak_mib),
    );
}

/// How the sink is reached.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub delay_ms: u64,
    pub pipelining: bool,
    pub tls: bool,
    /// `[smtp] pipelining`.
    pub gear: &'static str,
}

impl Default for Way {
    fn default() -> Self {
        Self { delay_ms: 0, pipelining: true, tls: false, gear: "full" }
    }
}

/// `facteur serve --roles delivery` on a copy of the released database.
pub fn facteur_sqlite(world: &World, recipients: usize, way: Way) -> Run {
    let certificate = world.folder.path().join("certificate.pem");
    let sink = if way.tls {
        Sink::secure(recipients as u64, &certificate)
    } else {
        Sink::start(recipients as u64, way.delay_ms, way.pipelining)
    };
    let certificate = way.tls.then_some(certificate.as_path());
    let config =
        config_of_copy(world, &Relay { port: sink.port, connections: CONNECTIONS, certificate, pipelining: way.gear });
    sent(vec![worker(&config)], sink, recipients)
}

/// The configuration of a process that works on a copy of the released SQLite database.
pub fn config_of_copy(world: &World, relay: &Relay<'_>) -> PathBuf {
    let file = world.folder.path().join("run.db");
    for end in ["", "-wal", "-shm", ".lock", ".generation"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    std::fs::copy(world.file(), &file).unwrap();
    world.write_config(&format!("sqlite://{}", file.display()), relay, "")
}

/// `workers` processes on one copy of the released PostgreSQL database.
async fn facteur_postgres(world: &World, server: &str, recipients: usize, workers: usize) -> Run {
    let url = fresh_database(server, "facteur_bench_run", Some("facteur_bench")).await;
    let sink = Sink::start(recipients as u64, 0, true);
    let relay = Relay { port: sink.port, connections: CONNECTIONS / workers, ..Relay::NONE };
    let config = world.write_config(&url, &relay, "");
    sent((0..workers).map(|_| worker(&config)).collect(), sink, recipients)
}

fn worker(config: &Path) -> Measured {
    Measured::start(facteur(&["serve", "--roles", "delivery", "--config"]).arg(config))
}

pub fn sent(workers: Vec<Measured>, mut sink: Sink, recipients: usize) -> Run {
    let seen = sink.seen();
    let cpu: f64 = workers.iter().map(Measured::cpu).sum();
    let peak_mib = workers.iter().map(Measured::peak_mib).fold(0.0, f64::max);
    workers.into_iter().for_each(Measured::stop);
    Run { rate: recipients as f64 / seen.seconds, cpu: cpu * 1e4 / recipients as f64, peak_mib, seen }
}

/// Debian's sender, as many connections, as many bytes a message.
fn smtp_source(messages: usize, bytes: u64, delay_ms: u64) -> Run {
    let mut sink = Sink::start(messages as u64, delay_ms, true);
    let program = program("smtp-source").expect("smtp-source: apt-get install postfix");
    let [connections, messages_, bytes] = [CONNECTIONS as u64, messages as u64, bytes].map(|n| n.to_string());
    let to = format!("127.0.0.1:{}", sink.port);
    let options =
        ["-d", "-s", &connections, "-m", &messages_, "-l", &bytes, "-f", "a@news.example", "-t", "b@example.test"];
    let source = Measured::start(Command::new(program).args(options).arg(to));
    let seen = sink.seen();
    let peak_mib = source.peak_mib();
    let cpu = source.ended(Duration::from_mins(5));
    Run { rate: messages as f64 / seen.seconds, cpu: cpu * 1e4 / messages as f64, peak_mib, seen }
}
