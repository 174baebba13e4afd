//! R1 at every commit point: the real binary ends itself at each fault point in turn, as `kill -9` would.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use facteur::delivery::fault::POINTS;

use crate::harness::server::Server;
use crate::harness::{PATIENCE, TestApp};

/// Connections for digests.
const CONNECTIONS: usize = 3;

/// Waits until the server has ended or the digest is finished and nothing is left to do.
async fn over(app: &TestApp, server: &mut Server, what: &str) {
    let begin = Instant::now();
    while server.runs() {
        let done = app.number("SELECT COUNT(*) FROM digest WHERE state = 'finished'").await == 1;
        if done && app.open_work().await.is_empty() {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "{what}: neither dead nor done\n{}", server.said());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn r01_killed_at_every_commit_point_nobody_is_lost() {
    let mut reached = HashSet::new();
    for point in POINTS {
        for pass in [1, 17] {
            let app = TestApp::builder().set("smtp.connections", CONNECTIONS).stopped().spawn().await;
            let carnet = app.newsletter("carnet").await;
            app.readers(&carnet, 50).await;
            let ana = app.reader(&carnet, "ana@example.org").await;
            app.post(&carnet, "Des nouvelles").await;
            app.letter_to(&carnet, ana).await;
            let slot = "2026-06-08T08:00:01[Europe/Paris]".parse::<jiff::Zoned>().unwrap();
            app.clock.set(slot.timestamp().as_millisecond());
            let fault = format!("{point}:{pass}");
            let mut server = app.server(&[], &[("FACTEUR_FAULT", &fault)]);
            over(&app, &mut server, &fault).await;
            if server.said().contains("fault point") {
                reached.insert(*point);
            }
            if !server.runs() {
                app.leases_run_out().await;
                server = app.server(&[], &[]);
                over(&app, &mut server, &fault).await;
            }
            let (status, _) = server.terminate().await;
            assert!(status.success(), "{fault}\n{}", server.said());
            // Ana gets a letter besides; its repeat is bounded like the others'.
            let ids = app.letters();
            let (letters, digests): (Vec<_>, Vec<_>) =
                app.sink.journal().into_iter().partition(|entry| ids.contains(&entry.message_id));
            assert!((1..=2).contains(&letters.len()), "{fault}: {} letters", letters.len());
            let readers = (1..=50).map(|n| format!("p{n}@example.org")).chain(["ana@example.org".to_owned()]).collect();
            let tally = crate::harness::oracle::tally(&digests, &readers);
            assert!(tally.lost == 0 && tally.repeats <= CONNECTIONS, "{fault}: {tally:?}");
            app.cli(&["fsck"]).await.ok();
        }
    }
    let never: Vec<_> = POINTS.iter().filter(|point| !reached.contains(*point)).collect();
    assert!(never.is_empty(), "never reached: {never:?}");
}
