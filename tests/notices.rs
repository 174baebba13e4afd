//! Letters to the editor: one a cause, one more when it is over, none for what happened before, whoever asks and how often.

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::digests::{MEANING, notice};
use facteur::ledger::hold;
use facteur::newsletters::Newsletter;
use facteur::newsletters::settings::Rhythm;
use facteur::reason::Reason;

use crate::harness::feeds::{Item, Page};
use crate::harness::smtp::faults::Stage;
use crate::harness::{PATIENCE, TestApp, at_eight};

/// What the newsletter `carnet` answers from, where its editor reads.
const EDITOR: &str = "carnet@lettres.example.org";

/// What the letters to the editor are about, in order; asked for in the database, sent or not.
async fn told(app: &TestApp) -> Vec<String> {
    let letters = "SELECT parameters FROM letter WHERE kind = 'notice' ORDER BY id";
    let event =
        |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap()["event"].as_str().unwrap().to_owned();
    app.texts(letters).await.into_iter().map(event).collect()
}

/// Several processes look at the same time, twice.
async fn all_look(app: &TestApp) {
    for _ in 0..2 {
        let (one, two, three) = tokio::join!(notice::tell(&app.app), notice::tell(&app.app), notice::tell(&app.app));
        one.and(two).and(three).unwrap();
    }
}

async fn until(app: &TestApp, state: &str) {
    let begin = std::time::Instant::now();
    while app.texts("SELECT state FROM digest ORDER BY id DESC LIMIT 1").await != [state] {
        assert!(begin.elapsed() < PATIENCE, "never {state}");
        tokio::task::yield_now().await;
    }
}

/// A digest to sixty that the mail server stops with this answer.
async fn stopped(reply: &str) -> (TestApp, Newsletter) {
    let app = TestApp::builder().set("smtp.connections", 1).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 60).await;
    app.post(&carnet, "Un").await;
    app.sink.on(Stage::Rcpt).reply(reply);
    app.send_now(&carnet).await;
    until(&app, "paused").await;
    app.sink.heal();
    (app, carnet)
}

#[tokio::test]
async fn a_digest_that_the_mail_server_stops_is_told_once_and_once_more_when_it_goes_on() {
    for (reply, cause, event) in [
        ("550 5.7.1 your mail looks like spam", "mails-refused", "digest_paused"),
        ("550 5.1.1 no such user", "addresses-unknown", "digest_unknown"),
    ] {
        let (app, _) = stopped(reply).await;
        assert!(told(&app).await.is_empty(), "asked for at a tick");
        Box::pin(all_look(&app)).await;
        assert_eq!(told(&app).await, [event]);
        let paused = format!(
            "SELECT COUNT(*) FROM event WHERE code = 'digest.paused' AND is_open AND parameters LIKE '%{cause}%'"
        );
        assert_eq!(app.number(&paused).await, 1);
        app.cli(&["digest", "resume", "carnet"]).await.ok();
        Box::pin(all_look(&app)).await;
        assert_eq!(told(&app).await, [event, "digest_resumed"]);
        app.advance(10 * MINUTE).await;
        app.idle().await;
        let letters = app.mails_to(EDITOR);
        assert_eq!(letters.len(), 2, "{letters:?}");
        assert!(letters[0].subject().contains("en pause"), "{}", letters[0].subject());
        assert!(letters[0].source().contains("facteur digest resume carnet"), "{}", letters[0].source());
        assert!(letters[1].subject().contains("a repris"), "{}", letters[1].subject());
        // A second fault is a cause of its own.
        assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE is_open OR is_untold").await, 0);
    }
}

#[tokio::test]
async fn what_was_over_before_anybody_looked_is_not_told() {
    let (app, _) = stopped("550 5.7.1 blocked").await;
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    Box::pin(all_look(&app)).await;
    assert!(told(&app).await.is_empty());
}

#[tokio::test]
async fn what_an_editor_does_is_not_told_to_the_editor() {
    let app = TestApp::builder().stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 3).await;
    app.post(&carnet, "Un").await;
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.cli(&["digest", "cancel", "carnet", "--yes"]).await.ok();
    app.cli(&["digest", "skip", "carnet"]).await.ok();
    app.advance(8 * DAY).await;
    app.cli(&["hold"]).await.ok();
    app.tick().await;
    assert!(told(&app).await.is_empty(), "{:?}", told(&app).await);
    let codes = "SELECT code || ' ' || actor FROM event WHERE code LIKE 'digest.%' ORDER BY id";
    assert_eq!(
        app.texts(codes).await,
        [
            "digest.released command",
            "digest.sending system",
            "digest.paused command",
            "digest.resumed command",
            "digest.cancelled command",
            "digest.skipped system",
        ]
    );
}

#[tokio::test]
async fn a_lost_slot_is_told_once_until_a_digest_is_sent_again() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 2).await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    assert!(told(&app).await.is_empty(), "no new post is no loss");
    // Nobody ticks for two weeks, and not on the day of the slot either.
    for _ in 0..2 {
        app.clock.advance(9 * DAY);
        app.tick().await;
    }
    app.tick().await;
    assert_eq!(told(&app).await, ["digest_skipped"]);
    app.post(&carnet, "Un").await;
    app.advance(HOUR).await;
    app.advance_to("2026-06-29T08:00[Europe/Paris]").await;
    app.idle().await;
    app.tick().await;
    assert_eq!(told(&app).await, ["digest_skipped", "digest_back"]);
    app.idle().await;
    let letters = app.mails_to(EDITOR);
    assert!(letters[0].source().contains("trop tard") || letters[0].subject().contains("pas eu lieu"), "{letters:?}");
}

/// A newsletter with a feed that was read once.
async fn with_feed(hold_above: i64) -> (TestApp, Newsletter) {
    let app = TestApp::builder().set("feeds.hold_above", hold_above).spawn().await;
    let feed = app.feeds.url("/feed");
    let rhythm = Rhythm { on: Some("monday".into()), ..at_eight() };
    let carnet = app.newsletter_with("carnet", rhythm, &[&feed]).await;
    put(&app, &["A"]);
    app.tick().await;
    (app, carnet)
}

fn put(app: &TestApp, names: &[&str]) {
    let newest = app.clock.now() - HOUR;
    let items: Vec<Item> = names
        .iter()
        .enumerate()
        .map(|(n, name)| Item::new(&name.to_lowercase(), name, newest - n as i64 * HOUR))
        .collect();
    app.feeds.put("/feed", Page::rss("Le blog", &items));
}

#[tokio::test]
async fn posts_that_are_held_are_told_once_and_once_more_when_all_are_decided() {
    let (app, _) = with_feed(2).await;
    app.advance(DAY).await;
    put(&app, &["F", "E", "D", "C", "B", "A"]);
    app.advance(2 * HOUR).await;
    app.advance(2 * HOUR).await;
    assert!(app.number("SELECT COUNT(*) FROM post WHERE state = 'held'").await > 0);
    assert_eq!(told(&app).await, ["posts_held"]);
    let held = app.texts("SELECT CAST(id AS TEXT) FROM post WHERE state = 'held' ORDER BY id").await;
    let (last, most) = held.split_last().unwrap();
    for id in most {
        app.cli(&["post", "include", "carnet", id]).await.ok();
    }
    app.tick().await;
    assert_eq!(told(&app).await, ["posts_held"], "one still waits");
    app.cli(&["post", "skip", "carnet", last]).await.ok();
    app.tick().await;
    app.tick().await;
    assert_eq!(told(&app).await, ["posts_held", "posts_decided"]);
    app.idle().await;
    let letter = app.mails_to(EDITOR).remove(0);
    assert!(letter.subject().contains("attendent votre avis"), "{}", letter.subject());
}

#[tokio::test]
async fn a_feed_that_fails_for_a_day_is_told_and_so_is_its_recovery() {
    let (app, _) = with_feed(50).await;
    app.feeds.put("/feed", Page::new("text/plain", b"nothing here".to_vec()));
    for _ in 0..20 {
        app.advance(3 * HOUR).await;
    }
    assert_eq!(told(&app).await, ["feed_failing"]);
    put(&app, &["B", "A"]);
    app.cli(&["feed", "poll", "carnet"]).await.ok();
    app.tick().await;
    app.tick().await;
    assert_eq!(told(&app).await, ["feed_failing", "feed_recovered"]);
}

#[tokio::test]
async fn a_database_that_is_held_says_so_once_and_when_it_goes_on() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    hold::hold(&app.app, MEANING, &Reason::DatabaseForgot).await.unwrap();
    assert_eq!(hold::hold(&app.app, MEANING, &Reason::DatabaseOther).await.unwrap(), None);
    Box::pin(all_look(&app)).await;
    assert_eq!(told(&app).await, ["sending_held"]);
    app.cli(&["resume", "--yes"]).await.ok();
    Box::pin(all_look(&app)).await;
    assert_eq!(told(&app).await, ["sending_held", "sending_resumed"]);
    app.idle().await;
    assert_eq!(app.mails_to(EDITOR).len(), 2, "also while everything else was held, of {}", carnet.slug);
}

#[tokio::test]
async fn a_notice_outlives_whoever_was_to_ask_for_it() {
    let (mut app, _) = stopped("550 5.7.1 blocked").await;
    app.stop().await;
    app.start().await;
    app.tick().await;
    assert_eq!(told(&app).await, ["digest_paused"]);
    app.stop().await;
    app.start().await;
    app.tick().await;
    app.idle().await;
    assert_eq!(app.mails_to(EDITOR).len(), 1);
}

#[tokio::test]
async fn nobody_is_told_of_what_happened_before_the_upgrade() {
    let (app, _) = stopped("550 5.7.1 blocked").await;
    // As an earlier version left it: the state, and nothing else.
    app.execute("DELETE FROM event").await;
    app.tick().await;
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.tick().await;
    assert!(told(&app).await.is_empty());
}
