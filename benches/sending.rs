//! The whole path: ledger → splice → SMTP → recorded, by the real program in a process of its own, beside Debian's
//! `smtp-source`, the barest sender there is (it has no ledger, no recipients, one constant message).

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Options;
use crate::process::Measured;
use crate::sink::{Seen, Sink};
use crate::table::{Bar, median, row, title};
use crate::world::{World, fresh_database, postgres_server};

/// Connections of every sender here.
const CONNECTIONS: usize = 64;

/// One run of one sender.
#[derive(Clone, Debug)]
struct Run {
    rate: f64,
    /// CPU seconds of the sender per 10,000 messages.
    cpu: f64,
    peak_mib: f64,
    seen: Seen,
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
async fn released(server: Option<&str>, recipients: usize) -> World {
    let world = World::new(server).await;
    world.newsletter(recipients).await;
    world.post().await;
    let config = world.write_config(&world.config.database.url, 9, 1, "[digests]\nsettle_s = 0\n");
    let sent = Command::new(env!("CARGO_BIN_EXE_facteur"))
        .args(["digest", "send", "bench", "--yes", "--config"])
        .arg(config)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(sent.success(), "the digest is released");
    assert_eq!(world.number("SELECT COUNT(*) FROM delivery").await as usize, recipients);
    world.close().await;
    world
}

/// How many bytes one message has, so that `smtp-source` sends as many.
fn wire_bytes(world: &World, recipients: usize) -> u64 {
    let run = facteur_sqlite(world, recipients, 0, true, "");
    run.seen.bytes / run.seen.messages
}

fn loopback(options: &Options, base: &World, small: &World, many: usize, bytes: u64) {
    let (mut ours, mut theirs, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        theirs.push(smtp_source(many, bytes, 0));
        ours.push(facteur_sqlite(base, many, 0, true, ""));
        plain.push(facteur_sqlite(small, many / 5, 0, false, ""));
    }
    let of = |runs: &[Run], f: fn(&Run) -> f64| median(runs.iter().map(f).collect());
    let (cpu, rate) = (of(&ours, |r| r.cpu), of(&ours, |r| r.rate));
    let (their_cpu, their_rate) = (of(&theirs, |r| r.cpu), of(&theirs, |r| r.rate));
    title(&format!("Whole path, SQLite FULL, {bytes} bytes, {CONNECTIONS} connections, {many} recipients, loopback"));
    row(
        "CPU a message ÷ smtp-source",
        cpu / their_cpu,
        Bar::AtMost(0.6),
        &format!("{cpu:.3} and {their_cpu:.3} s/10k"),
    );
    row("messages/s ÷ smtp-source", rate / their_rate, Bar::AtLeast(1.8), &format!("{rate:.0} and {their_rate:.0}/s"));
    let trips = |runs: &[Run]| median(runs.iter().map(|r| r.seen.trips as f64 / r.seen.messages as f64).collect());
    row("round trips a message, PIPELINING", trips(&ours), Bar::AtMost(1.05), "");
    row("round trips a message, without", trips(&plain), Bar::AtMost(4.05), "");
    row("peak MiB", of(&ours, |r| r.peak_mib), Bar::AtMost(48.0), "");
}

fn latency(options: &Options, world: &World, many: usize, bytes: u64) {
    const DELAY_MS: u64 = 20;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        theirs.push(smtp_source(many / 4, bytes, DELAY_MS));
        ours.push(facteur_sqlite(world, many, DELAY_MS, true, ""));
    }
    let rate = median(ours.iter().map(|r| r.rate).collect());
    let their_rate = median(theirs.iter().map(|r| r.rate).collect());
    title(&format!("The same at {DELAY_MS} ms a reply, {many} recipients"));
    row("messages/s ÷ smtp-source", rate / their_rate, Bar::AtLeast(3.7), &format!("{rate:.0} and {their_rate:.0}/s"));
    row(
        "messages/s ÷ (connections / delay)",
        rate / (CONNECTIONS as f64 * 1000.0 / DELAY_MS as f64),
        Bar::AtLeast(0.88),
        "",
    );
    row("CPU s/10k", median(ours.iter().map(|r| r.cpu).collect()), Bar::Report, "");
}

async fn postgres(options: &Options, server: &str, base: &World, many: usize) {
    let world = released(Some(server), many).await;
    let (mut one, mut two, mut sqlite) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        sqlite.push(facteur_sqlite(base, many, 0, true, "").rate);
        one.push(facteur_postgres(&world, server, many, 1).await);
        two.push(facteur_postgres(&world, server, many, 2).await);
    }
    let sqlite = median(sqlite);
    title("The same on PostgreSQL");
    row(
        "1 worker, messages/s ÷ SQLite's",
        median(one.clone()) / sqlite,
        Bar::AtLeast(0.6),
        &format!("{:.0}/s", median(one)),
    );
    row(
        "2 workers, messages/s ÷ SQLite's",
        median(two.clone()) / sqlite,
        Bar::AtLeast(0.9),
        &format!("{:.0}/s", median(two)),
    );
}

async fn memory(base: &World, many: usize, options: &Options) {
    let huge = if options.quick { 50_000 } else { 1_000_000 };
    let big = released(None, huge).await;
    let few = released(None, 10_000).await;
    let at_huge = facteur_sqlite(&big, huge, 0, true, "");
    let at_few = facteur_sqlite(&few, 10_000, 0, true, "");
    let at_base = facteur_sqlite(base, many, 0, true, "");
    title(&format!("Peak memory while sending, {CONNECTIONS} connections"));
    row(&format!("MiB at {huge} recipients"), at_huge.peak_mib, Bar::AtMost(48.0), &format!("{:.0}/s", at_huge.rate));
    row(
        &format!("at {huge} ÷ at 10000"),
        at_huge.peak_mib / at_few.peak_mib,
        Bar::AtMost(1.5),
        &format!("{:.1} MiB at {many}", at_base.peak_mib),
    );
}

/// `facteur serve --roles delivery` on a copy of the released database.
fn facteur_sqlite(world: &World, recipients: usize, delay_ms: u64, pipelining: bool, more: &str) -> Run {
    let file = world.folder.path().join("run.db");
    for end in ["", "-wal", "-shm", ".lock"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    std::fs::copy(world.file(), &file).unwrap();
    let sink = Sink::start(recipients as u64, delay_ms, pipelining);
    let config = world.write_config(&format!("sqlite://{}", file.display()), sink.port, CONNECTIONS, more);
    sent(vec![worker(&config)], sink, recipients)
}

/// `workers` processes on one copy of the released PostgreSQL database: messages a second.
async fn facteur_postgres(world: &World, server: &str, recipients: usize, workers: usize) -> f64 {
    let url = fresh_database(server, "facteur_bench_run", Some("facteur_bench")).await;
    let sink = Sink::start(recipients as u64, 0, true);
    let config = world.write_config(&url, sink.port, CONNECTIONS / workers, "");
    sent((0..workers).map(|_| worker(&config)).collect(), sink, recipients).rate
}

fn worker(config: &Path) -> Measured {
    Measured::start(
        Command::new(env!("CARGO_BIN_EXE_facteur"))
            .args(["serve", "--roles", "delivery", "--config"])
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    )
}

fn sent(workers: Vec<Measured>, mut sink: Sink, recipients: usize) -> Run {
    let seen = sink.seen();
    let cpu: f64 = workers.iter().map(Measured::cpu).sum();
    let peak_mib = workers.iter().map(Measured::peak_mib).fold(0.0, f64::max);
    for mut worker in workers {
        ended_orderly(&mut worker);
    }
    Run { rate: recipients as f64 / seen.seconds, cpu: cpu * 1e4 / recipients as f64, peak_mib, seen }
}

/// SIGTERM, and the exit that an orderly stop promises.
fn ended_orderly(worker: &mut Measured) {
    let pid = worker.child().id().to_string();
    let _ = Command::new("kill").args(["-TERM", &pid]).status();
    let until = Instant::now() + Duration::from_secs(30);
    while worker.child().try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "the worker stops within 30 s");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn smtp_source(messages: usize, bytes: u64, delay_ms: u64) -> Run {
    let mut sink = Sink::start(messages as u64, delay_ms, true);
    let program = ["/usr/sbin/smtp-source", "/usr/bin/smtp-source"].into_iter().find(|p| Path::new(p).exists());
    let program = program.expect("smtp-source: apt-get install postfix");
    let source = Measured::start(Command::new(program).args([
        "-d",
        "-s",
        &CONNECTIONS.to_string(),
        "-m",
        &messages.to_string(),
        "-l",
        &bytes.to_string(),
        "-f",
        "a@news.example",
        "-t",
        "b@example.test",
        &format!("127.0.0.1:{}", sink.port),
    ]));
    let seen = sink.seen();
    let peak_mib = source.peak_mib();
    let (cpu, _) = source.ended(Duration::from_secs(300));
    Run { rate: messages as f64 / seen.seconds, cpu: cpu * 1e4 / messages as f64, peak_mib, seen }
}
