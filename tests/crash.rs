//! The real binary, killed at any instant and started again: nobody is lost, repeats stay within the connections that
//! were open, and carry the same bytes (promises 1 and 2, fault R1); an orderly stop repeats none (R16).
//!
//! `FACTEUR_SOAK_KILLS=300` (`make soak`) kills so often instead of 20 times, with as many more readers.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::harness::server::Server;
use crate::harness::smtp::Settings;
use crate::harness::{Chance, PATIENCE, TestApp, on_sqlite};

/// Connections of the digest lane in these tests.
const CONNECTIONS: usize = 4;

/// How often to kill.
fn kills() -> usize {
    std::env::var("FACTEUR_SOAK_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// A world that does not run, with a released digest to so many readers; gives their addresses.
async fn digest_to(readers: usize, latency: Duration, power_loss: &str) -> (TestApp, HashSet<String>) {
    let sink = Settings { latency, keep: 50, ..Settings::default() };
    let builder = TestApp::builder().set("smtp.connections", CONNECTIONS).set("database.power_loss", power_loss);
    let app = builder.sink(sink).stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, readers).await;
    app.post(&carnet, "Des nouvelles du jardin").await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    (app, (1..=readers).map(|n| format!("p{n}@example.org")).collect())
}

impl TestApp {
    async fn finished(&self) -> bool {
        self.digests_finished().await == 1
    }

    /// Waits until the digest is finished or the sink has taken so many mails.
    async fn finished_or(&self, mails: usize, server: &mut Server) -> bool {
        let begin = Instant::now();
        let (mut taken, mut since) = (self.sink.taken(), Instant::now());
        loop {
            if self.sink.taken() >= mails {
                return false;
            }
            if self.finished().await {
                return true;
            }
            if self.sink.taken() != taken {
                (taken, since) = (self.sink.taken(), Instant::now());
            }
            assert!(server.runs(), "it ended by itself:\n{}", server.said());
            assert!(
                since.elapsed() < PATIENCE,
                "stuck at {taken} mails for {PATIENCE:?} ({:?} in all):\n{}",
                begin.elapsed(),
                server.said()
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

#[tokio::test]
async fn killed_at_random_instants_nobody_is_lost_and_repeats_stay_bounded() {
    killed_at_random_instants("strict").await;
}

/// What a power cut would cost more, a kill does not.
#[tokio::test]
async fn killed_while_syncs_follow_apart_it_repeats_no_more() {
    if on_sqlite() {
        killed_at_random_instants("5ms").await;
    }
}

async fn killed_at_random_instants(power_loss: &str) {
    let kills = kills();
    let (app, readers) = digest_to(250 * kills, Duration::from_millis(1), power_loss).await;
    let mut chance = Chance::new(20_261_123);
    let mut done = 0;
    while done < kills {
        let mut server = app.server(&["--roles", "delivery,schedule"], &[]);
        // Mostly at some mail, sometimes at some millisecond, which may be while it starts.
        if chance.below(4) == 0 {
            tokio::time::sleep(Duration::from_millis(chance.below(500))).await;
        } else if app.finished_or(app.sink.taken() + chance.below(300) as usize, &mut server).await {
            break;
        }
        server.kill();
        done += 1;
        let open = app.counts(1).await.started;
        assert!(open <= CONNECTIONS as i64, "{open} mails were started at once");
        app.leases_run_out().await;
    }
    assert!(done >= kills / 2, "the digest was over after {done} kills");
    let mut server = app.server(&[], &[]);
    app.finished_or(usize::MAX, &mut server).await;
    let (status, took) = server.terminate().await;
    assert!(status.success() && took < Duration::from_secs(30), "{status} after {took:?}\n{}", server.said());
    let tally = app.assert_nothing_lost(&readers, CONNECTIONS * done).await;
    println!("{power_loss}: {done} kills, {} readers: {tally:?}, bound {}", readers.len(), CONNECTIONS * done);
}

#[tokio::test]
async fn stopped_in_order_in_mid_send_nothing_is_lost_or_repeated() {
    let stops = (kills() / 4).max(5);
    let (app, readers) = digest_to(300 * stops, Duration::from_millis(1), "strict").await;
    let mut chance = Chance::new(7);
    for _ in 0..stops {
        let mut server = app.server(&["--roles", "delivery,schedule"], &[]);
        if app.finished_or(app.sink.taken() + 1 + chance.below(250) as usize, &mut server).await {
            break;
        }
        let (status, took) = server.terminate().await;
        assert!(status.success(), "{status}\n{}", server.said());
        assert!(took < Duration::from_secs(30), "the stop took {took:?}");
        assert_eq!(app.counts(1).await.started, 0, "mails are left as started by an orderly stop");
        // Claims are given back at once: no lease to wait for.
        assert_eq!(app.number("SELECT COUNT(*) FROM delivery_batch WHERE leased_until > 0 AND owner <> ''").await, 0);
    }
    let mut server = app.server(&[], &[]);
    app.finished_or(usize::MAX, &mut server).await;
    server.terminate().await;
    app.assert_nothing_lost(&readers, 0).await;
}
