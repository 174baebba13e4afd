//! R1 at every commit point: the real binary ends itself at each fault point in turn, as `kill -9` would.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use facteur::clock::MINUTE;
use facteur::fault::POINTS;
use futures_util::{StreamExt as _, stream};

use crate::harness::server::Server;
use crate::harness::{PATIENCE, TestApp};

/// Connections for digests.
const CONNECTIONS: usize = 3;

/// What there is to do for a process: until the digest is finished, or until it is packed (10 minutes later).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Send,
    Pack,
}

impl Work {
    async fn is_done(self, app: &TestApp) -> bool {
        let left = match self {
            Self::Send => "SELECT 1 - COUNT(*) FROM digest WHERE state = 'finished'",
            Self::Pack => "SELECT COUNT(*) FROM delivery",
        };
        app.number(left).await == 0 && app.open_work().await.is_empty()
    }
}

/// A process with this fault works until it is done or dead. Whether the fault was met.
async fn process(app: &TestApp, work: Work, fault: &str) -> bool {
    let mut server = app.server(&[], &[("FACTEUR_FAULT", fault)]);
    let begin = Instant::now();
    while server.runs() && !work.is_done(app).await {
        assert!(begin.elapsed() < PATIENCE, "{fault}, {work:?}: neither dead nor done\n{}", server.said());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let status = end(&mut server).await;
    let met = server.said().contains("fault point");
    assert!(met || status, "{fault}, {work:?}: it ended badly\n{}", server.said());
    met
}

/// Ends it if it still runs; whether it ended well.
async fn end(server: &mut Server) -> bool {
    if server.runs() { server.terminate().await.0.success() } else { server.ended().await.success() }
}

/// Kills at the n-th pass of this point; whether it was met.
async fn killed_at(point: &'static str, pass: u32) -> Option<&'static str> {
    let fault = format!("{point}:{pass}");
    // The limit makes the tokens' commits happen.
    let builder = TestApp::builder().set("smtp.connections", CONNECTIONS).set("smtp.per_day", 100_000);
    let app = builder.stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 50).await;
    let ana = app.reader(&carnet, "ana@example.org").await;
    app.post(&carnet, "Des nouvelles").await;
    app.letter_to(&carnet, ana).await;
    let slot = "2026-06-08T08:00:01[Europe/Paris]".parse::<jiff::Zoned>().unwrap();
    app.clock.set(slot.timestamp().as_millisecond());
    let mut met = None;
    for work in [Work::Send, Work::Pack] {
        if process(&app, work, &fault).await {
            met = Some(point);
            app.leases_run_out().await;
            process(&app, work, "").await;
        }
        app.clock.advance(11 * MINUTE);
    }
    // Ana gets a letter besides; its repeat is bounded like the others'.
    let ids = app.letters();
    let (letters, digests): (Vec<_>, Vec<_>) =
        app.sink.journal().into_iter().partition(|entry| ids.contains(&entry.message_id));
    assert!((1..=2).contains(&letters.len()), "{fault}: {} letters", letters.len());
    let readers = (1..=50).map(|n| format!("p{n}@example.org")).chain(["ana@example.org".to_owned()]).collect();
    let tally = crate::harness::oracle::tally(&digests, &readers);
    assert!(tally.lost == 0 && tally.repeats <= CONNECTIONS, "{fault}: {tally:?}");
    app.cli(&["fsck"]).await.ok();
    met
}

/// So many tests share the points.
const PARTS: usize = 4;

/// Each point of this part, at its first and a later pass.
async fn part(number: usize) {
    let points = || POINTS.iter().skip(number).step_by(PARTS);
    let cases = points().flat_map(|point| [Box::pin(killed_at(point, 1)), Box::pin(killed_at(point, 17))]);
    // They mostly wait, for processes that start and stop.
    let met: HashSet<_> = stream::iter(cases).buffer_unordered(3).filter_map(std::future::ready).collect().await;
    let never: Vec<_> = points().filter(|point| !met.contains(*point)).collect();
    assert!(never.is_empty(), "never met: {never:?}");
}

#[tokio::test]
async fn r01_killed_at_every_commit_point_nobody_is_lost() {
    part(0).await;
}

#[tokio::test]
async fn r01_killed_at_every_commit_point_nobody_is_lost_2() {
    part(1).await;
}

#[tokio::test]
async fn r01_killed_at_every_commit_point_nobody_is_lost_3() {
    part(2).await;
}

#[tokio::test]
async fn r01_killed_at_every_commit_point_nobody_is_lost_4() {
    part(3).await;
}
