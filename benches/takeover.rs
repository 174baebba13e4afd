//! How long nothing is sent after `kill -9` of a worker in mid-send: it is started again at once, as a supervisor does, or another
//! worker on the same PostgreSQL takes over.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::Options;
use crate::process::{Measured, facteur};
use crate::sending::released;
use crate::sink::Counting;
use crate::table::{Bar, median, row, skipped, title, worst};
use crate::world::{Relay, World, postgres_server};

/// The whole of it is one batch, so that whoever lives has nothing to send but what the dead one had.
const RECIPIENTS: usize = 1_000;
/// Few, and a slow server, so that the batch lasts for some seconds.
const CONNECTIONS: usize = 4;
const DELAY_MS: u64 = 20;
/// Mails before the kill.
const BEFORE: u64 = 60;
/// What the sink had received of the dead one's last mails is counted within this time.
const TRAILING: Duration = Duration::from_millis(45);
const LONGEST: Duration = Duration::from_mins(2);
/// Milliseconds from the kill to the next mail.
const BAR: f64 = 1_000.0;

pub async fn run(options: &Options) {
    title(&format!("Milliseconds from kill -9 to the next mail, {} rounds", options.rounds));
    measure("SQLite, started again at once", options, None, false).await;
    let Some(server) = postgres_server() else {
        return skipped("takeover on PostgreSQL", "FACTEUR_TEST_DATABASE names no server");
    };
    measure("PostgreSQL, alone, started again at once", options, Some(&server), false).await;
    measure("PostgreSQL, another worker beside it", options, Some(&server), true).await;
}

async fn measure(what: &str, options: &Options, server: Option<&str>, beside: bool) {
    let base = released(server, RECIPIENTS).await;
    let mut waits = Vec::new();
    for _ in 0..options.rounds {
        waits.push(once(&base, beside).await);
    }
    row(what, median(waits.clone()), Bar::AtMost(BAR), &worst(&waits, |wait| *wait));
}

/// One kill.
async fn once(base: &World, beside: bool) -> f64 {
    let world = base.copy().await;
    let sink = Counting::start(DELAY_MS);
    let relay = Relay { port: sink.port, connections: CONNECTIONS, ..Relay::NONE };
    let config = world.write_config(&world.config.database.url, &relay, "");
    let mut killed = worker(&config);
    until(|| sink.accepted() >= BEFORE).await;
    let other = beside.then(|| worker(&config));
    if beside {
        // It is up, and has nothing to do: the only batch is the first one's.
        let begin = Instant::now();
        while world.number("SELECT COUNT(*) FROM worker").await < 2 {
            assert!(begin.elapsed() < LONGEST, "the other worker is up");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    killed.child().kill().unwrap();
    let at = Instant::now();
    killed.child().wait().unwrap();
    let other = other.unwrap_or_else(|| worker(&config));
    tokio::time::sleep(TRAILING).await;
    let so_far = sink.accepted();
    assert!(so_far < RECIPIENTS as u64, "it is killed in mid-send");
    until(|| sink.accepted() > so_far).await;
    let waited = at.elapsed();
    other.stop();
    world.close().await;
    waited.as_secs_f64() * 1e3
}

fn worker(config: &Path) -> Measured {
    Measured::start(facteur(&["serve", "--roles", "delivery", "--config"]).arg(config))
}

async fn until(done: impl Fn() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < LONGEST, "mails come");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
