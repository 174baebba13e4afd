//! A CSV of a million addresses with duplicates: seconds, memory, and how long it keeps other writers out at a time. Beside
//! it, the same rows written by bare statements: one transaction, no rules, no report.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use facteur::db::{Db, Writer};
use sqlx::PgPool;

use crate::Options;
use crate::lock::Probe;
use crate::process::{Measured, Used, facteur};
use crate::table::{Bar, of, row, title, worst};
use crate::world::{Relay, World, postgres_server};

/// The program, the longest time in ms that it held the write lock, and the seconds of the bare statements.
struct Round {
    ours: Used,
    lock: f64,
    bare: f64,
}

pub async fn run(options: &Options) {
    let rows = if options.quick { 50_000 } else { 1_000_000 };
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("people.csv");
    write_csv(&csv, rows);
    measure(options, None, &csv, rows, 10.0).await;
    if let Some(server) = postgres_server() {
        measure(options, Some(&server), &csv, rows, 25.0).await;
    }
}

async fn measure(options: &Options, server: Option<&str>, csv: &Path, rows: usize, most_s: f64) {
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let bare = bare(server, csv, rows).await;
        let (ours, lock) = by_command(server, csv, rows).await;
        rounds.push(Round { ours, lock, bare });
    }
    let database = if server.is_some() { "PostgreSQL" } else { "SQLite FULL" };
    title(&format!("CSV import of {rows} rows, a tenth of them twice, random order, {database}"));
    let seconds = of(&rounds, |r| r.ours.seconds);
    row("`facteur import`, s", seconds, Bar::AtMost(most_s), "");
    let note = format!("{:.2} s", of(&rounds, |r| r.bare));
    row("÷ the same rows by bare statements", of(&rounds, |r| r.ours.seconds / r.bare), Bar::Report, &note);
    row("CPU s/10k", of(&rounds, |r| r.ours.cpu) * 1e4 / rows as f64, Bar::Report, "");
    row("peak MiB", of(&rounds, |r| r.ours.peak_mib), Bar::AtMost(64.0), "");
    if server.is_none() {
        let note = worst(&rounds, |r| r.lock);
        row("write lock held at a time, longest, ms", of(&rounds, |r| r.lock), Bar::AtMost(100.0), &note);
    }
}

async fn empty(server: Option<&str>) -> World {
    let world = World::new(server).await;
    world.newsletter(0).await;
    world
}

async fn stored(world: &World, rows: usize) {
    let stored = world.number("SELECT COUNT(*) FROM subscriber").await;
    assert_eq!(stored as usize, rows - rows / 10, "each person once");
}

async fn by_command(server: Option<&str>, csv: &Path, rows: usize) -> (Used, f64) {
    let world = empty(server).await;
    let config = world.write_config(&world.config.database.url, &Relay::NONE, "");
    let mut import = facteur(&["import", "bench", "--confirmed-elsewhere", "bench"]);
    let import = Measured::start(import.arg(csv).arg("--config").arg(config));
    let mut probe = match server {
        None => Some(Probe::open(&world.config.database.url).await),
        Some(_) => None,
    };
    let used = import
        .until_its_end(Duration::from_mins(10), async || {
            if let Some(probe) = &mut probe {
                probe.ask().await;
            }
        })
        .await;
    stored(&world, rows).await;
    world.close().await;
    (used, probe.map_or(0.0, |probe| probe.longest_ms))
}

/// The fastest that the database takes the file: into a table without an index, then sorted into their places.
async fn bare(server: Option<&str>, csv: &Path, rows: usize) -> f64 {
    let world = empty(server).await;
    let started = Instant::now();
    match &world.app.db {
        Db::Sqlite { write, .. } => bare_sqlite(write, csv).await,
        Db::Postgres(pg) => bare_postgres(pg.pool(), csv).await,
    }
    let seconds = started.elapsed().as_secs_f64();
    stored(&world, rows).await;
    world.close().await;
    seconds
}

const RAW: &str = "CREATE TEMP TABLE raw (email TEXT NOT NULL, name TEXT NOT NULL)";
const PEOPLE: &str = "INSERT INTO subscriber (newsletter_id, email, email_key, name, language, status, schedule_id, created_at, confirmed_at)
     SELECT 1, email, email, name, 'fr', 'confirmed', 1, 0, 0 FROM raw WHERE TRUE ORDER BY email
     ON CONFLICT (newsletter_id, email_key) DO NOTHING";

async fn bare_sqlite(write: &Writer, csv: &Path) {
    let mut tx = write.begin().await.unwrap();
    sqlx::query(RAW).execute(&mut *tx).await.unwrap();
    let mut reader = csv::Reader::from_path(csv).unwrap();
    let mut rows = reader.deserialize::<(String, String)>().map(Result::unwrap);
    loop {
        let some: Vec<(String, String)> = rows.by_ref().take(20_000).collect();
        if some.is_empty() {
            break;
        }
        sqlx::query("INSERT INTO raw SELECT value ->> 0, value ->> 1 FROM json_each($1)")
            .bind(serde_json::to_string(&some).unwrap())
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    sqlx::query(PEOPLE).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn bare_postgres(pool: &PgPool, csv: &Path) {
    let mut tx = pool.begin().await.unwrap();
    sqlx::query(RAW).execute(&mut *tx).await.unwrap();
    let mut copy = tx.copy_in_raw("COPY raw FROM STDIN WITH (FORMAT csv, HEADER)").await.unwrap();
    copy.read_from(tokio::fs::File::open(csv).await.unwrap()).await.unwrap();
    copy.finish().await.unwrap();
    sqlx::query(PEOPLE).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// Addresses in an order that looks random to an index: a multiplicative walk over the numbers.
pub fn write_csv(path: &Path, rows: usize) {
    let people = rows - rows / 10;
    let mut text = String::from("email,name\n");
    for i in 0..rows {
        let n = (i % people).wrapping_mul(2_654_435_761) % 1_000_000_007;
        let _ = writeln!(text, "person.{n}@example{}.test,Personne {n}", n % 97);
    }
    std::fs::write(path, text).unwrap();
}
