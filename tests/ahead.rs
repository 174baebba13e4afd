//! A clock that was ahead for seconds: what it wrote silences nothing once it is right again. On PostgreSQL it writes nothing,
//! when it is the machine's own.

use std::time::Instant;

use facteur::clock::{DAY, HOUR, MINUTE, Millis, SECOND};
use facteur::newsletters::Every;
use facteur::newsletters::settings::Rhythm;

use crate::harness::feeds::{Item, Page};
use crate::harness::smtp::faults::Stage;
use crate::harness::{PATIENCE, TestApp, at_eight, on_postgres};

/// The evening before Monday's slot.
const SUNDAY: &str = "2026-06-07T20:00[Europe/Paris]";
const MONDAY: &str = "2026-06-08T08:00[Europe/Paris]";

fn millis(instant: &str) -> Millis {
    instant.parse::<jiff::Zoned>().unwrap().timestamp().as_millisecond()
}

/// A weekly newsletter and one that sends each post, both of one blog, on Sunday evening.
async fn world() -> TestApp {
    let app = TestApp::builder().set("feeds.poll_s", 900).spawn().await;
    let url = app.feeds.put("/feed", Page::rss("Le blog", &[Item::new("un", "Un", app.clock.now())]));
    let weekly = Rhythm { on: Some("monday".into()), every: Some(Every::Week), ..at_eight() };
    let weekly = app.newsletter_with("weekly", weekly, &[&url]).await;
    let each = app.newsletter_with("each", Rhythm { every: Some(Every::Post), ..Rhythm::default() }, &[&url]).await;
    app.reader(&weekly, "ana@example.org").await;
    app.reader(&each, "bea@example.org").await;
    app.advance_to(SUNDAY).await;
    app
}

fn publish(app: &TestApp, titles: &[&str]) {
    let items: Vec<Item> =
        titles.iter().map(|title| Item::new(&title.to_lowercase(), title, app.clock.now())).collect();
    app.feeds.put("/feed", Page::rss("Le blog", &items));
}

async fn due(app: &TestApp) -> Millis {
    app.number("SELECT next_due_at FROM schedule WHERE every = 'week'").await
}

#[tokio::test]
async fn a_clock_that_was_ahead_for_seconds_takes_no_slot_away_and_lets_no_feed_rest() {
    // (Sooner than 20 hours no slot is met; later than 400 days is the same.)
    for ahead in [20 * HOUR, 3 * DAY, 8 * DAY, 400 * DAY] {
        let app = world().await;
        assert_eq!(due(&app).await, millis(MONDAY));
        app.advance(ahead).await;
        assert!(due(&app).await > millis(MONDAY), "{ahead}: the slot was taken");
        let asked = app.feeds.asked().len();
        app.advance(-ahead).await;
        assert_eq!(due(&app).await, millis(MONDAY), "{ahead}");
        let untrue = format!("SELECT COUNT(*) FROM digest WHERE slot_at > {}", app.clock.now());
        assert_eq!(app.number(&untrue).await, 0, "{ahead}: no slot that has not come is recorded");
        assert!(app.feeds.asked().len() > asked, "{ahead}: the feed rests");
        let rest = app.number("SELECT MAX(next_poll_at) FROM feed").await - app.clock.now();
        assert!(rest <= 17 * MINUTE, "{ahead}: the feed rests for {rest} ms more");
        // What is published then is found at the next poll, and goes out.
        publish(&app, &["Un", "Deux"]);
        app.advance(17 * MINUTE).await;
        app.tick().await;
        app.mail_to("bea@example.org").await;
        app.advance_to(MONDAY).await;
        assert!(app.mail_to("ana@example.org").await.subject().contains("Deux"), "{ahead}");
        app.idle().await;
        let slots = format!("SELECT state FROM digest WHERE slot_at = {}", millis(MONDAY));
        assert_eq!(app.texts(&slots).await.len(), 1, "{ahead}: one record a slot");
    }
}

#[tokio::test]
async fn a_digest_that_was_sent_early_is_not_sent_again_and_the_slot_after_it_holds() {
    let app = world().await;
    publish(&app, &["Un", "Deux"]);
    app.advance(20 * HOUR).await;
    app.mail_to("ana@example.org").await;
    app.idle().await;
    app.advance(-20 * HOUR).await;
    app.advance_to(MONDAY).await;
    publish(&app, &["Un", "Deux", "Trois"]);
    app.advance(17 * MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 2, "the next slot has what came since");
}

#[tokio::test]
async fn a_slot_that_an_editor_wanted_left_out_stays_so() {
    let app = world().await;
    app.cli(&["digest", "skip", "weekly", "--next"]).await.ok();
    app.advance(8 * DAY).await;
    app.advance(-8 * DAY).await;
    publish(&app, &["Un", "Deux"]);
    app.advance(17 * MINUTE).await;
    app.advance_to(MONDAY).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 0);
    app.advance_to("2026-06-15T08:00[Europe/Paris]").await;
    app.mail_to("ana@example.org").await;
    app.idle().await;
}

#[tokio::test]
async fn a_slot_called_too_late_by_a_clock_ahead_is_still_caught_up() {
    let app = world().await;
    publish(&app, &["Un", "Deux"]);
    app.advance(17 * MINUTE).await;
    // Nothing ran over the slot; the start comes with a clock of three days later, which is right a moment after.
    app.clock.set(millis(MONDAY) + HOUR + 3 * DAY);
    app.tick().await;
    assert_eq!(app.texts("SELECT reason FROM digest WHERE state = 'skipped'").await, [r#"{"code":"too-late"}"#]);
    app.advance(-3 * DAY).await;
    app.mail_to("ana@example.org").await;
    app.idle().await;
    assert_eq!(due(&app).await, millis("2026-06-15T08:00[Europe/Paris]"));
}

#[tokio::test]
async fn a_post_and_a_rhythm_made_by_a_clock_ahead_do_not_wait_for_it() {
    let app = TestApp::builder().set("digests.settle_s", 900).spawn().await;
    app.clock.advance(400 * DAY);
    let each = app.newsletter_with("each", Rhythm { every: Some(Every::Post), ..Rhythm::default() }, &[]).await;
    app.reader(&each, "bea@example.org").await;
    app.post(&each, "Un").await;
    app.advance(-400 * DAY).await;
    app.advance(16 * MINUTE).await;
    app.mail_to("bea@example.org").await;
    app.idle().await;
}

#[tokio::test]
async fn people_imported_by_a_clock_ahead_are_asked_when_it_is_right() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    let list = app.folder().join("list.csv");
    let import = async |text: &str| {
        std::fs::write(&list, text).unwrap();
        app.cli(&["import", "carnet", list.to_str().unwrap()]).await.ok();
    };
    import("email\nana@example.org\n").await;
    app.clock.advance(30 * DAY);
    import("email\nbea@example.org\nlea@example.net\n").await;
    app.advance(-30 * DAY).await;
    app.mail_to("ana@example.org").await;
    for _ in 0..3 {
        app.advance(HOUR).await;
    }
    app.mail_to("bea@example.org").await;
    app.mail_to("lea@example.net").await;
}

#[tokio::test]
async fn what_was_put_off_by_a_clock_ahead_is_tried_when_it_is_right() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 20).await;
    let luc = app.reader(&carnet, "luc@example.org").await;
    app.post(&carnet, "Un").await;
    app.sink.on(Stage::Rcpt).to("p3@example.org").first(1).reply("451 4.2.0 later");
    app.sink.on(Stage::Rcpt).to("luc@example.org").first(2).reply("451 4.2.0 later");
    app.clock.advance(20 * HOUR);
    app.letter_to(&carnet, luc).await;
    app.send_now(&carnet).await;
    let begin = Instant::now();
    let put_off = "SELECT (SELECT COUNT(*) FROM delivery_note) + (SELECT COUNT(*) FROM letter WHERE state = 4)";
    while app.number(put_off).await < 3 {
        assert!(begin.elapsed() < PATIENCE, "{}", app.open_work().await);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    app.clock.advance(-20 * HOUR);
    // (Without a further turn of the clock.)
    app.mail_to("p3@example.org").await;
    app.mail_to("luc@example.org").await;
}

#[tokio::test]
async fn a_machine_whose_clock_is_ahead_of_the_servers_releases_and_skips_nothing() {
    if on_postgres().is_none() {
        return;
    }
    let app = world().await;
    publish(&app, &["Un", "Deux"]);
    let (asked, records) = (app.feeds.asked().len(), "SELECT COUNT(*) FROM digest");
    for wrong in [2 * MINUTE, 20 * HOUR, 400 * DAY] {
        app.clock.go_wrong(wrong);
        app.tick().await;
        assert_eq!((app.number(records).await, app.feeds.asked().len()), (0, asked), "{wrong}");
        assert_eq!(due(&app).await, millis(MONDAY), "{wrong}");
        app.clock.go_wrong(-wrong);
    }
    // Less than a minute is how clocks are; behind is late, and harms nothing.
    for wrong in [30 * SECOND, -DAY] {
        app.clock.go_wrong(wrong);
        app.advance(17 * MINUTE).await;
        assert!(app.feeds.asked().len() > asked, "{wrong}");
        app.clock.go_wrong(-wrong);
    }
    app.advance_to(MONDAY).await;
    app.mail_to("ana@example.org").await;
    app.idle().await;
}
