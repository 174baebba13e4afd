//! What a digest leaves in the SQLite file: while it is open, and after it was sent and packed.

use std::time::{Duration, Instant};

use crate::Options;
use crate::process::{Measured, facteur};
use crate::sink::Sink;
use crate::table::{Bar, row, title};
use crate::world::{Relay, World};
use facteur::digests::MEANING;

/// A size does not vary, so one run is enough.
pub async fn run(options: &Options) {
    let recipients = if options.quick { 10_000 } else { 100_000 };
    let world = World::new(None).await;
    world.newsletter(recipients).await;
    world.post().await;
    world.release(recipients).await;
    let open = pages(&world, "delivery").await;
    send(&world, recipients).await;
    // A finished digest rests before the worker packs it; here it is packed at once, by the same code.
    let digest = world.number("SELECT id FROM digest").await;
    facteur::ledger::pack::digest(&world.app, MEANING, digest).await.unwrap();
    assert_eq!(world.number("SELECT COUNT(*) FROM delivery").await, 0, "all is packed");
    assert_eq!(world.number("SELECT SUM(LENGTH(outcomes)) FROM delivery_archive").await as usize, recipients);
    let packed = pages(&world, "delivery_archive").await + pages(&world, "delivery_note").await;
    world.close().await;
    title(&format!("Storage of a digest to {recipients}, SQLite, whole pages, indexes and notes included"));
    row("bytes a recipient, open", open / recipients as f64, Bar::AtMost(20.0), "");
    row("bytes a recipient, packed", packed / recipients as f64, Bar::AtMost(4.0), "");
}

/// Bytes of the pages of a table and its indexes that are in use; an empty table's first page counts as nothing.
async fn pages(world: &World, table: &str) -> f64 {
    if world.number(&format!("SELECT COUNT(*) FROM {table}")).await == 0 {
        return 0.0;
    }
    let own = format!("SELECT name FROM sqlite_master WHERE tbl_name = '{table}' AND rootpage > 0");
    let sum = format!("SELECT CAST(COALESCE(SUM(pgsize), 0) AS BIGINT) FROM dbstat WHERE name IN ({own})");
    world.number(&sum).await as f64
}

async fn send(world: &World, recipients: usize) {
    let sink = Sink::start(recipients as u64, 0, true);
    let relay = Relay { port: sink.port, connections: 64, ..Relay::NONE };
    let config = world.write_config(&world.config.database.url, &relay, "");
    let worker = Measured::start(facteur(&["serve", "--roles", "delivery", "--config"]).arg(config));
    let until = Instant::now() + Duration::from_mins(5);
    while world.number("SELECT COUNT(*) FROM digest WHERE state = 'finished'").await == 0 {
        assert!(Instant::now() < until, "the digest ends");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    worker.stop();
}
