//! Several workers, of which one stands still, dies, or must not be there (R15).

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use crate::harness::proxy::Proxy;
use crate::harness::server::Server;
use crate::harness::smtp::Settings;
use crate::harness::{Builder, TestApp, on_postgres, on_sqlite};

/// Connections of each worker.
pub(super) const CONNECTIONS: usize = 2;

/// How the mail server of these tests is reached.
pub(super) fn slow() -> Settings {
    Settings { latency: Duration::from_millis(4), keep: 50, ..Settings::default() }
}

/// A world that does not run, with a released digest to so many readers.
async fn released(readers: usize) -> (TestApp, HashSet<String>) {
    released_in(TestApp::builder().sink(slow()), readers).await
}

/// The same, arranged so.
pub(super) async fn released_in(builder: Builder, readers: usize) -> (TestApp, HashSet<String>) {
    let app = builder.set("smtp.connections", CONNECTIONS).stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, readers).await;
    app.post(&carnet, "Des nouvelles").await;
    app.send_now(&carnet).await;
    (app, (1..=readers).map(|n| format!("p{n}@example.org")).collect())
}

/// Waits until the digest has ended.
pub(super) async fn finished(app: &TestApp, within: Duration, workers: &[&Server]) {
    let begin = Instant::now();
    while app.digests_finished().await == 0 {
        let said = || workers.iter().map(|worker| worker.said()).collect::<Vec<_>>().join("\n--\n");
        assert!(begin.elapsed() < within, "not finished within {within:?}: {}\n{}", app.open_work().await, said());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// So many workers say that they live; gives their sessions.
pub(super) async fn until_live(app: &TestApp, workers: usize) -> BTreeSet<String> {
    let begin = Instant::now();
    loop {
        let sessions: BTreeSet<_> = app.texts("SELECT CAST(session AS TEXT) FROM worker").await.into_iter().collect();
        if sessions.len() == workers {
            return sessions;
        }
        assert!(begin.elapsed() < crate::harness::PATIENCE, "{sessions:?} live");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until the only worker is in the middle of its batch; gives its name.
async fn first(app: &TestApp) -> String {
    app.wait_for_mails(50).await;
    if on_sqlite() {
        return app.texts("SELECT owner FROM delivery_batch WHERE leased_until > 0").await.remove(0);
    }
    until_live(app, 1).await;
    app.texts("SELECT owner FROM worker").await.remove(0)
}

/// Much less than the 30 s of leases.
const AT_ONCE: Duration = Duration::from_secs(12);

/// Waits until nothing is leased to the dead one any more.
pub(super) async fn until_taken_over(app: &TestApp, dead: &str, by: &Server, within: Duration) {
    let begin = Instant::now();
    let left = format!("SELECT COUNT(*) FROM delivery_batch WHERE owner = '{dead}' AND leased_until > 1");
    while app.number(&left).await > 0 {
        assert!(begin.elapsed() < within, "its leases are waited for:\n{}", by.said());
        tokio::time::sleep(Duration::from_millis(10)).await;
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
async fn r15_a_killed_worker_is_replaced_by_another_at_once() {
    if on_postgres().is_none() {
        return;
    }
    let (app, readers) = released(1_500).await;
    let mut one = app.server(&["--roles", "delivery"], &[]);
    let dead = first(&app).await;
    let mut two = app.server(&["--roles", "delivery"], &[]);
    until_live(&app, 2).await;
    one.kill();
    until_taken_over(&app, &dead, &two, AT_ONCE).await;
    finished(&app, Duration::from_mins(1), &[&two]).await;
    assert!(two.terminate().await.0.success());
    app.assert_nothing_lost(&readers, CONNECTIONS).await;
}

#[tokio::test]
async fn r01_killed_alone_and_started_again_it_goes_on_at_once() {
    let (app, readers) = released(600).await;
    let mut one = app.server(&["--roles", "delivery"], &[]);
    let dead = first(&app).await;
    one.kill();
    let mut two = app.server(&["--roles", "delivery"], &[]);
    until_taken_over(&app, &dead, &two, AT_ONCE).await;
    finished(&app, Duration::from_mins(1), &[&two]).await;
    assert!(two.terminate().await.0.success());
    app.assert_nothing_lost(&readers, CONNECTIONS).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM worker").await, 0, "who stops in order takes its word back");
}

#[tokio::test]
async fn r15_whoever_dies_while_it_takes_over_is_taken_over_from() {
    if on_postgres().is_none() {
        return;
    }
    for point in facteur::fault::TAKEN_OVER {
        let (app, readers) = released(600).await;
        let mut one = app.server(&["--roles", "delivery"], &[]);
        let dead = first(&app).await;
        one.kill();
        let mut two = app.server(&["--roles", "delivery"], &[("FACTEUR_FAULT", point)]);
        two.ended().await;
        assert!(two.said().contains("fault point"), "{point}\n{}", two.said());
        let mut three = app.server(&["--roles", "delivery"], &[]);
        until_taken_over(&app, &dead, &three, AT_ONCE).await;
        finished(&app, Duration::from_mins(1), &[&three]).await;
        assert!(three.terminate().await.0.success());
        app.assert_nothing_lost(&readers, 2 * CONNECTIONS).await;
    }
}

#[tokio::test]
async fn r15_a_worker_that_lost_its_lock_and_lives_is_not_taken_for_dead() {
    if on_postgres().is_none() {
        return;
    }
    let (app, readers) = released(2_500).await;
    let (mut one, mut two) = (app.server(&["--roles", "delivery"], &[]), app.server(&["--roles", "delivery"], &[]));
    let mut before = until_live(&app, 2).await;
    for n in 1..=4 {
        app.wait_for_mails(n * 150).await;
        // One after the other, so that the other one could judge.
        let which = if n % 2 == 0 { "MAX" } else { "MIN" };
        let session = format!("CAST((SELECT {which}(session) FROM worker) AS INTEGER)");
        let cut = format!("SELECT CAST(CAST(pg_terminate_backend({session}) AS INTEGER) AS BIGINT)");
        app.number(&cut).await;
        let begin = Instant::now();
        while until_live(&app, 2).await == before {
            assert!(begin.elapsed() < crate::harness::PATIENCE, "none is another session");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        before = until_live(&app, 2).await;
    }
    app.wait_for_mails(800).await;
    app.terminate_sessions().await;
    finished(&app, 2 * crate::harness::PATIENCE, &[&one, &two]).await;
    for worker in [&mut one, &mut two] {
        assert!(!worker.said().contains("a worker died"), "{}", worker.said());
        assert!(worker.terminate().await.0.success());
    }
    app.assert_nothing_lost(&readers, 0).await;
}

#[tokio::test]
async fn r15_a_worker_that_is_cut_off_is_replaced_at_once_and_fenced() {
    let Some(server) = on_postgres() else { return };
    let (app, readers) = released(1_500).await;
    let proxy = Proxy::before(url::Url::parse(&server).unwrap().port().unwrap_or(5432)).await;
    let mut behind = url::Url::parse(app.database_url()).unwrap();
    behind.set_host(Some("127.0.0.1")).unwrap();
    behind.set_port(Some(proxy.port)).unwrap();
    let mut one = app.server(&["--roles", "delivery"], &[("FACTEUR_DATABASE__URL", behind.as_str())]);
    let cut_off = first(&app).await;
    let mut two = app.server(&["--roles", "delivery"], &[]);
    until_live(&app, 2).await;
    proxy.close();
    until_taken_over(&app, &cut_off, &two, AT_ONCE).await;
    app.wait_for_mails(readers.len() / 2).await;
    proxy.open();
    finished(&app, Duration::from_mins(2), &[&one, &two]).await;
    for worker in [&mut one, &mut two] {
        assert!(worker.terminate().await.0.success(), "{}", worker.said());
    }
    app.assert_nothing_lost(&readers, CONNECTIONS).await;
}
