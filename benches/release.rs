//! Releasing a digest to a million, and what it leaves in the file.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Options;
use crate::process::Measured;
use crate::sink::Sink;
use crate::table::{Bar, median, row, title};
use crate::world::{World, postgres_server};

pub async fn run(options: &Options) {
    let recipients = if options.quick { 50_000 } else { 1_000_000 };
    title(&format!("Releasing a digest to {recipients}"));
    let (mut ratio, mut seconds, mut wait) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds.min(3) {
        let (bare, ours, longest) = once(None, recipients).await;
        ratio.push(ours / bare);
        seconds.push(ours);
        wait.push(longest);
    }
    row("SQLite: ÷ bare INSERT .. SELECT", median(ratio), Bar::AtMost(2.0), "");
    row("SQLite: s", median(seconds), Bar::AtMost(1.5), "");
    row("SQLite: longest wait of a sign-up meanwhile, ms", median(wait), Bar::AtMost(200.0), "");
    if let Some(server) = postgres_server() {
        let (mut ratio, mut seconds) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds.min(3) {
            let (bare, ours, _) = once(Some(&server), recipients).await;
            ratio.push(ours / bare);
            seconds.push(ours);
        }
        row("PostgreSQL: ÷ bare INSERT .. SELECT", median(ratio), Bar::AtMost(2.0), "");
        row("PostgreSQL: s", median(seconds), Bar::AtMost(5.0), "");
    }
    storage(recipients / 10).await;
}

/// Seconds of the bare statement, seconds of the release by the program, longest wait of another writer in ms.
async fn once(server: Option<&str>, recipients: usize) -> (f64, f64, f64) {
    let world = World::new(server).await;
    world.newsletter(recipients).await;
    world.post().await;
    world.sql("CREATE TABLE bare (digest_id BIGINT NOT NULL, subscriber_id BIGINT NOT NULL, state SMALLINT NOT NULL DEFAULT 0, attempts SMALLINT NOT NULL DEFAULT 0, next_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (digest_id, subscriber_id))").await;
    if server.is_none() {
        world.sql("DROP TABLE bare; CREATE TABLE bare (digest_id BIGINT NOT NULL, subscriber_id BIGINT NOT NULL, state SMALLINT NOT NULL DEFAULT 0, attempts SMALLINT NOT NULL DEFAULT 0, next_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (digest_id, subscriber_id)) WITHOUT ROWID").await;
    }
    let started = Instant::now();
    world.sql("INSERT INTO bare (digest_id, subscriber_id) SELECT 1, id FROM subscriber WHERE schedule_id = 1 AND status = 'confirmed' ORDER BY id").await;
    let bare = started.elapsed().as_secs_f64();
    world.sql("DROP TABLE bare").await;
    let config = world.write_config(&world.config.database.url, 9, 1, "[digests]\nsettle_s = 0\n");
    let mut release = Measured::start(
        Command::new(env!("CARGO_BIN_EXE_facteur"))
            .args(["digest", "send", "bench", "--yes", "--config"])
            .arg(config)
            .stdout(Stdio::null()),
    );
    let mut longest = 0.0_f64;
    while release.child().try_wait().unwrap().is_none() {
        let asked = Instant::now();
        world.app.db.begin().await.unwrap().commit().await.unwrap();
        longest = longest.max(asked.elapsed().as_secs_f64() * 1e3);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let ours = release.started.elapsed().as_secs_f64();
    assert_eq!(world.number("SELECT COUNT(*) FROM delivery").await as usize, recipients);
    world.close().await;
    (bare, ours, longest)
}

/// Bytes a recipient while a digest is open, and after it was sent and packed.
async fn storage(recipients: usize) {
    let world = World::new(None).await;
    world.newsletter(recipients).await;
    world.post().await;
    let sink = Sink::start(recipients as u64, 0, true);
    let config = world.write_config(&world.config.database.url, sink.port, 64, "[digests]\nsettle_s = 0\n");
    let send = Command::new(env!("CARGO_BIN_EXE_facteur"))
        .args(["digest", "send", "bench", "--yes", "--config"])
        .arg(&config)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(send.success());
    let bytes =
        |table: &str| format!("SELECT CAST(COALESCE(SUM(pgsize), 0) AS BIGINT) FROM dbstat WHERE name = '{table}'");
    let open = world.number(&bytes("delivery")).await;
    let worker = Measured::start(
        Command::new(env!("CARGO_BIN_EXE_facteur"))
            .args(["serve", "--roles", "delivery", "--config"])
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    let until = Instant::now() + Duration::from_secs(300);
    while world.number("SELECT COUNT(*) FROM digest WHERE state = 'finished'").await == 0 {
        assert!(Instant::now() < until, "the digest ends");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(worker);
    // A finished digest rests before the worker packs it; here it is packed at once, by the same code.
    let digest = world.number("SELECT id FROM digest").await;
    facteur::delivery::pack::digest(&world.app, digest).await.unwrap();
    let packed = world.number(&bytes("delivery_archive")).await;
    row("bytes a recipient, open", open as f64 / recipients as f64, Bar::AtMost(20.0), "");
    row("bytes a recipient, packed", packed as f64 / recipients as f64, Bar::AtMost(4.0), "");
}
