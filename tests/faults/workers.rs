//! Several workers, of which one stands still, dies, or must not be there (R15).

use std::time::{Duration, Instant};

use crate::harness::server::Server;
use crate::harness::smtp::Settings;
use crate::harness::{TestApp, on_postgres, on_sqlite};

/// Connections of each worker.
const CONNECTIONS: usize = 2;

/// A world that does not run, with a released digest to so many readers.
async fn released(readers: usize) -> (TestApp, std::collections::HashSet<String>) {
    let sink = Settings { latency: Duration::from_millis(4), keep: 50, ..Settings::default() };
    let app = TestApp::builder().set("smtp.connections", CONNECTIONS).sink(sink).stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, readers).await;
    app.post(&carnet, "Des nouvelles").await;
    app.send_now(&carnet).await;
    (app, (1..=readers).map(|n| format!("p{n}@example.org")).collect())
}

async fn finished(app: &TestApp, within: Duration, workers: &[&Server]) {
    let begin = Instant::now();
    while app.digests_finished().await == 0 {
        let said = || workers.iter().map(|worker| worker.said()).collect::<Vec<_>>().join("\n--\n");
        assert!(begin.elapsed() < within, "not finished within {within:?}: {}\n{}", app.open_work().await, said());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn r15_a_second_worker_on_sqlite_is_refused_with_a_clear_error() {
    if !on_sqlite() {
        return;
    }
    let (app, readers) = released(300).await;
    let mut first = app.server(&["--roles", "delivery"], &[]);
    app.wait_for_mails(10).await;
    let mut second = app.server(&["--roles", "delivery"], &[]);
    let status = second.ended().await;
    assert!(!status.success(), "two workers on one file");
    assert!(second.said().contains("another"), "the error says why: {}", second.said());
    finished(&app, crate::harness::PATIENCE, &[&first]).await;
    first.terminate().await;
    app.assert_nothing_lost(&readers, 0).await;
}

#[tokio::test]
async fn r15_two_workers_share_a_digest_and_write_to_nobody_twice() {
    if on_postgres().is_none() {
        return;
    }
    // More than one batch of a thousand, so that there is something to share.
    let (app, readers) = released(4_000).await;
    let (mut one, mut two) = (app.server(&["--roles", "delivery"], &[]), app.server(&["--roles", "delivery"], &[]));
    finished(&app, 2 * crate::harness::PATIENCE, &[&one, &two]).await;
    assert!(app.sink.connections() >= 2 * CONNECTIONS as u64, "both have worked");
    for worker in [&mut one, &mut two] {
        assert!(worker.terminate().await.0.success());
    }
    app.assert_nothing_lost(&readers, 0).await;
}

#[tokio::test]
async fn r15_a_worker_that_stands_still_is_replaced_within_a_minute_and_fenced() {
    if on_postgres().is_none() {
        return;
    }
    let (app, readers) = released(1_500).await;
    let (mut one, mut two) = (app.server(&["--roles", "delivery"], &[]), app.server(&["--roles", "delivery"], &[]));
    app.wait_for_mails(300).await;
    one.signal("STOP");
    // What stands between dot and answer at the frozen one is in doubt until its answer cannot come any more (10 min);
    // everything else of its batches must have been sent by the other.
    let begin = Instant::now();
    while app.sink.per_recipient().len() < readers.len() - CONNECTIONS {
        assert!(begin.elapsed() < Duration::from_secs(75), "{} of {}", app.sink.per_recipient().len(), readers.len());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    one.signal("CONT");
    finished(&app, Duration::from_mins(2), &[&one, &two]).await;
    for worker in [&mut one, &mut two] {
        assert!(worker.terminate().await.0.success());
    }
    app.assert_nothing_lost(&readers, CONNECTIONS).await;
}

#[tokio::test]
async fn r15_a_killed_worker_is_replaced_by_another_within_a_minute() {
    if on_postgres().is_none() {
        return;
    }
    let (app, readers) = released(1_500).await;
    let (mut one, mut two) = (app.server(&["--roles", "delivery"], &[]), app.server(&["--roles", "delivery"], &[]));
    app.wait_for_mails(300).await;
    one.kill();
    let begin = Instant::now();
    while app.sink.per_recipient().len() < readers.len() - CONNECTIONS {
        assert!(begin.elapsed() < Duration::from_secs(75), "{} of {}", app.sink.per_recipient().len(), readers.len());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // The rows that the dead one had started are in doubt; see above. Their time passes at once here.
    two.terminate().await;
    let mut last = app.server(&["--roles", "delivery"], &[]);
    finished(&app, Duration::from_mins(1), &[&last]).await;
    assert!(last.terminate().await.0.success());
    app.assert_nothing_lost(&readers, CONNECTIONS).await;
}
