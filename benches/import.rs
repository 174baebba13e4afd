//! A CSV of a million addresses with duplicates: seconds, memory, and the longest that a writer had to wait.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Options;
use crate::process::Measured;
use crate::table::{Bar, median, row, title};
use crate::world::{World, postgres_server};

pub async fn run(options: &Options) {
    let rows = if options.quick { 50_000 } else { 1_000_000 };
    let rounds = options.rounds.min(3);
    title(&format!("CSV import of {rows} rows, a tenth of them twice, random order"));
    let (mut seconds, mut memory, mut lock) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (s, m, l) = once(None, rows).await;
        seconds.push(s);
        memory.push(m);
        lock.push(l);
    }
    row("SQLite, s", median(seconds), Bar::AtMost(10.0), "");
    row("SQLite, peak MiB", median(memory), Bar::AtMost(64.0), "");
    row("SQLite, longest wait of another writer, ms", median(lock), Bar::AtMost(100.0), "");
    if let Some(server) = postgres_server() {
        let mut seconds = Vec::new();
        for _ in 0..rounds {
            seconds.push(once(Some(&server), rows).await.0);
        }
        row("PostgreSQL, s", median(seconds), Bar::AtMost(25.0), "");
    }
}

async fn once(server: Option<&str>, rows: usize) -> (f64, f64, f64) {
    let world = World::new(server).await;
    world.newsletter(0).await;
    let csv = world.folder.path().join("people.csv");
    write_csv(&csv, rows);
    let config = world.write_config(&world.config.database.url, 9, 1, "");
    let mut importer = Measured::start(
        Command::new(env!("CARGO_BIN_EXE_facteur"))
            .args(["import", "bench"])
            .arg(&csv)
            .args(["--confirmed-elsewhere", "bench", "--config"])
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    let (mut longest, mut peak) = (0.0_f64, 0.0_f64);
    while importer.child().try_wait().unwrap().is_none() {
        peak = peak.max(importer.peak_mib());
        let asked = Instant::now();
        world.app.db.begin().await.unwrap().commit().await.unwrap();
        longest = longest.max(asked.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let seconds = importer.started.elapsed().as_secs_f64();
    let stored = world.number("SELECT COUNT(*) FROM subscriber").await;
    assert_eq!(stored as usize, rows - rows / 10, "each person once");
    world.close().await;
    (seconds, peak, longest)
}

/// Addresses in an order that looks random to an index: a multiplicative walk over the numbers.
fn write_csv(path: &std::path::Path, rows: usize) {
    let people = rows - rows / 10;
    let mut text = String::from("email,name\n");
    for i in 0..rows {
        let n = (i % people).wrapping_mul(2_654_435_761) % 1_000_000_007;
        let _ = writeln!(text, "person.{n}@example{}.test,Personne {n}", n % 97);
    }
    std::fs::write(path, text).unwrap();
}
