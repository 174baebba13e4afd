//! Several mail servers: shares by weight, and what happens when one goes away and comes back.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use facteur::newsletters::Newsletter;

use crate::harness::smtp::{Settings, Sink};
use crate::harness::{Builder, PATIENCE, TestApp};

fn slow() -> Settings {
    Settings { latency: Duration::from_millis(2), keep: 10_000, ..Settings::default() }
}

/// A world with the sink of `[smtp]`, and a second server with this weight.
async fn two(weight: u32, second: &Sink, readers: usize) -> (TestApp, Newsletter) {
    let app = beside(TestApp::builder().sink(slow()), weight, second).spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, readers).await;
    app.post(&newsletter, "Deux facteurs").await;
    (app, newsletter)
}

fn beside(builder: Builder, weight: u32, second: &Sink) -> Builder {
    builder
        .set("relay.second.host", "127.0.0.1")
        .set("relay.second.port", second.port())
        .set("relay.second.tls", "none")
        .set("relay.second.weight", weight)
}

/// Waits until both together have taken so many.
async fn taken(app: &TestApp, second: &Sink, n: usize) {
    let begin = Instant::now();
    while app.sink.taken() + second.taken() < n {
        assert!(begin.elapsed() < PATIENCE, "{} and {} of {n}", app.sink.taken(), second.taken());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Copies per recipient, over both servers.
fn copies(app: &TestApp, second: &Sink) -> HashMap<String, usize> {
    let mut copies = second.per_recipient();
    for (to, count) in app.sink.per_recipient() {
        *copies.entry(to).or_default() += count;
    }
    copies
}

#[tokio::test]
async fn several_servers_share_by_weight_and_each_reader_gets_one_mail() {
    let second = Sink::start_with(slow(), None);
    // Four connections there, and one here.
    let (app, newsletter) = two(100, &second, 1_000).await;
    let digest = app.send_now(&newsletter).await;
    taken(&app, &second, 1_000).await;
    app.idle().await;
    assert!(copies(&app, &second).values().all(|copies| *copies == 1));
    assert_eq!(app.counts(digest).await.accepted, 1_000);
    let (here, there) = (app.sink.taken() as f64, second.taken() as f64);
    assert!((2.0..8.0).contains(&(there / here)), "{here} here, {there} there");
    assert!(app.sink.open_connections().1 <= 2 && second.open_connections().1 <= 5, "one more each for letters");
}

#[tokio::test]
async fn a_stand_by_takes_over_when_the_first_goes_down_and_hands_back_when_it_comes_up() {
    let second = Sink::start_with(slow(), None);
    let (app, newsletter) = two(0, &second, 1_600).await;
    let digest = app.send_now(&newsletter).await;
    app.wait_for_mails(200).await;
    assert_eq!(second.taken(), 0, "it stands by");
    app.sink.go_down();
    second.wait("the stand-by does not take over", || second.taken() >= 200).await;
    let (before, since) = (app.sink.taken(), second.taken());
    app.sink.come_up();
    app.in_fast_time(app.idle()).await;
    assert!(app.sink.taken() > before, "the first takes mail again");
    assert!(second.taken() >= since && second.taken() < 1_600 - before, "and the stand-by rests");
    let copies = copies(&app, &second);
    assert_eq!(copies.len(), 1_600, "nobody is lost");
    let repeats: usize = copies.values().map(|copies| copies - 1).sum();
    assert!(repeats <= 5, "at most what was on the open connections: {repeats}");
    assert_eq!(app.counts(digest).await.accepted, 1_600);
}

#[tokio::test]
async fn letters_do_not_wait_for_a_server_that_is_down() {
    let second = Sink::start_with(slow(), None);
    let (app, newsletter) = two(1, &second, 1).await;
    app.sink.go_down();
    let reader = app.number("SELECT id FROM subscriber").await;
    let begin = Instant::now();
    for n in 1..=5 {
        app.letter_to(&newsletter, reader).await;
        taken(&app, &second, n).await;
    }
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert_eq!(app.sink.taken(), 0);
    app.sink.come_up();
}

#[tokio::test]
async fn a_second_server_without_an_address_is_refused_with_its_place() {
    let app = TestApp::builder().stopped().spawn().await;
    let path = app.folder().join("wrong.toml");
    std::fs::write(&path, "base_url = \"https://news.example.org\"\n[relay.second]\nport = 2525\n").unwrap();
    let error = facteur::config::Config::load(Some(&path)).unwrap_err().to_string();
    assert!(error.contains("[relay.second] has no host; name the mail server"), "{error}");
}
