//! What a relay may be given holds over two workers and a restart (limits of `[smtp]`).

use std::time::{Duration, Instant};

use crate::harness::server::Server;
use crate::harness::smtp::Settings;
use crate::harness::{Builder, PATIENCE, TestApp, postgres};

/// Milliseconds of a minute, and of the slot by which its window is cut.
const MINUTE: i64 = 60_000;
const SLOT: i64 = 2_000;

/// Connections of each worker.
const CONNECTIONS: usize = 4;

/// A world that does not run, with a released digest of several batches, so that there is something to share.
async fn released(builder: Builder) -> TestApp {
    let sink = Settings { keep: 20, ..Settings::default() };
    let app = builder.set("smtp.connections", CONNECTIONS).sink(sink).stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 6_000).await;
    app.post(&carnet, "Des nouvelles").await;
    app.send_now(&carnet).await;
    app
}

/// As many workers as the database bears.
fn workers(app: &TestApp) -> Vec<Server> {
    let count = if postgres().is_some() { 2 } else { 1 };
    (0..count).map(|_| app.server(&["--roles", "delivery"], &[])).collect()
}

async fn stop(workers: Vec<Server>) {
    for mut worker in workers {
        assert!(worker.terminate().await.0.success(), "{}", worker.said());
    }
}

/// All of them send: one alone has fewer connections.
async fn at_work(app: &TestApp, workers: &[Server]) {
    let begin = Instant::now();
    while app.sink.open_connections().0 as usize <= (workers.len() - 1) * CONNECTIONS {
        assert!(begin.elapsed() < PATIENCE, "{:?} connections", app.sink.open_connections());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Ends a worker and puts another in its place.
async fn replace(app: &TestApp, workers: &mut Vec<Server>) {
    stop(vec![workers.remove(0)]).await;
    workers.push(app.server(&["--roles", "delivery"], &[]));
}

async fn taken(app: &TestApp, n: usize) {
    let begin = Instant::now();
    while app.sink.taken() < n {
        assert!(begin.elapsed() < PATIENCE, "{} of {n}", app.sink.taken());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Passes the time in which workers that may send would: all of them are up, a letter that was asked for since has come,
/// and others had leisure to send hundreds.
async fn barrier(app: &TestApp, workers: &mut [Server]) {
    for worker in workers {
        worker.until("it is up", |said| said.contains("Ctrl-C stops it")).await;
    }
    let newsletter = facteur::newsletters::sql::by_slug(&app.app.db, "carnet").await.unwrap().unwrap();
    let address = format!("letter-after-{}@example.org", app.sink.taken());
    let reader = app.reader(&newsletter, &address).await;
    app.letter_to(&newsletter, reader).await;
    app.mail_to(&address).await;
    app.sink.meanwhile(1_000).await;
}

/// When the sink took its mails. It and the limits read the machine's clock, with one offset between them.
fn times(app: &TestApp) -> Vec<i64> {
    app.mails().iter().map(|mail| mail.at).collect()
}

/// Most mails in any window of this many milliseconds.
fn most_within(times: &[i64], span: i64) -> usize {
    let inside = |from: &i64| times.iter().filter(|at| (*from..from + span).contains(*at)).count();
    times.iter().map(inside).max().unwrap_or_default()
}

#[tokio::test]
async fn a_limit_per_second_holds_over_two_workers_and_a_restart() {
    const LIMIT: usize = 40;
    let app = released(TestApp::builder().set("smtp.per_second", LIMIT)).await;
    let mut running = workers(&app);
    at_work(&app, &running).await;
    taken(&app, 3 * LIMIT).await;
    replace(&app, &mut running).await;
    taken(&app, 9 * LIMIT).await;
    let count = running.len();
    stop(running).await;
    let times = times(&app);
    let (second, five) = (most_within(&times, 1_000), most_within(&times, 5_000));
    // The bucket holds a tenth of a second, and each worker fetches a quarter of a second ahead.
    let ahead = LIMIT / 10 + count * LIMIT / 4;
    assert!(second <= LIMIT + ahead, "{second} in one second with {count} worker(s)");
    assert!(five <= 5 * LIMIT + ahead, "{five} in five seconds with {count} worker(s)");
    assert!(five >= 5 * LIMIT / 2, "{five} in five seconds: less than half of what is allowed");
}

#[tokio::test]
async fn a_limit_per_minute_holds_over_two_workers_and_restarts() {
    const LIMIT: usize = 200;
    // A twentieth is kept for letters.
    const DIGESTS: usize = LIMIT - LIMIT / 20;
    let app = released(TestApp::builder().set("smtp.per_minute", LIMIT)).await;
    let mut running = workers(&app);
    at_work(&app, &running).await;
    taken(&app, DIGESTS / 2).await;
    replace(&app, &mut running).await;
    taken(&app, DIGESTS - 2 * running.len()).await;
    replace(&app, &mut running).await;
    // Whoever counts anew sends on at once, before a letter that is asked for now.
    barrier(&app, &mut running).await;
    stop(running).await;
    let first = app.sink.taken();
    assert!(first - 1 <= DIGESTS, "{first} in one minute, with a letter");

    app.clock.advance(MINUTE + SLOT);
    let mut running = workers(&app);
    taken(&app, first + DIGESTS - 2 * running.len()).await;
    barrier(&app, &mut running).await;
    stop(running).await;
    let second = app.sink.taken() - first - 1;
    assert!(second <= DIGESTS, "{second} in the minute after");
}
