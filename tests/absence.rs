//! WHAT: what is not in a feed any more. Taken back is not sent, absent from one copy is; older copies decide nothing; and the
//! record says what happened.

use facteur::clock::{DAY, HOUR, MINUTE, Millis};
use facteur::newsletters::Newsletter;

use crate::feeds::{add_feed, counts, items, poll, put, states, world};
use crate::harness::TestApp;
use crate::harness::feeds::{Item, Page};

/// The newsletter's first reading is done: A and B were there; then C comes.
async fn c_waits() -> (TestApp, Newsletter, Vec<Item>) {
    let (app, carnet) = world().await;
    let all = items(&app, &["C", "B", "A"]);
    put(&app, &all[1..]);
    poll(&app, &carnet).await;
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (1, 0, 0));
    (app, carnet, all)
}

async fn missing(app: &TestApp) -> Vec<String> {
    app.texts("SELECT title FROM post WHERE missing_since IS NOT NULL ORDER BY title").await
}

#[tokio::test]
async fn what_is_missing_once_is_asked_again_in_minutes_and_whole() {
    let (app, carnet, all) = c_waits().await;
    let tagged = |items: &[Item]| Page::rss("Le blog", items).header("etag", "\"1\"");
    app.feeds.put("/feed", tagged(&all[1..]));
    poll(&app, &carnet).await;
    assert_eq!(
        (states(&app).await, missing(&app).await),
        (vec!["A seen", "B seen", "C new"].into_iter().map(str::to_owned).collect(), vec!["C".to_owned()])
    );
    let wait = app.number("SELECT next_poll_at FROM feed").await - app.clock.now();
    assert!((2 * MINUTE..=3 * MINUTE).contains(&wait), "{wait}");
    // Asked at once it says nothing new; and never may a 304 stand for a copy that holds the post.
    poll(&app, &carnet).await;
    assert_eq!(missing(&app).await, ["C"]);
    assert!(!app.feeds.asked().last().unwrap().headers.contains_key("if-none-match"));
    app.feeds.put("/feed", tagged(&all));
    poll(&app, &carnet).await;
    assert_eq!((states(&app).await[2].as_str(), missing(&app).await.len()), ("C new", 0), "only a copy lacked it");
}

#[tokio::test]
async fn a_restored_post_rests_again() {
    let (app, carnet, all) = c_waits().await;
    put(&app, &all[1..]);
    poll(&app, &carnet).await;
    app.clock.advance(HOUR);
    poll(&app, &carnet).await;
    assert_eq!(app.texts("SELECT reason FROM post WHERE state = 'gone'").await, ["vanished"]);
    app.clock.advance(2 * DAY);
    put(&app, &all);
    poll(&app, &carnet).await;
    let rests = app.clock.now() - app.number("SELECT first_seen_at FROM post WHERE state = 'new'").await;
    assert!((0..HOUR).contains(&rests), "{rests}");
}

#[tokio::test]
async fn posts_of_one_second_and_the_last_of_a_small_feed_can_be_taken_back() {
    let (app, carnet) = world().await;
    let at = app.clock.now() - HOUR;
    let seeded: Vec<Item> = ["D", "C", "B", "A"].iter().map(|n| Item::new(n, n, at)).collect();
    put(&app, &seeded[3..]);
    poll(&app, &carnet).await;
    put(&app, &seeded);
    poll(&app, &carnet).await;
    put(&app, &[seeded[0].clone(), seeded[2].clone(), seeded[3].clone()]);
    for _ in 0..2 {
        poll(&app, &carnet).await;
        app.clock.advance(3 * MINUTE);
    }
    assert_eq!(states(&app).await, ["A seen", "B new", "C gone", "D new"]);
    put(&app, &[]);
    for _ in 0..2 {
        poll(&app, &carnet).await;
        app.clock.advance(3 * MINUTE);
    }
    assert_eq!(states(&app).await, ["A seen", "B gone", "C gone", "D gone"], "three posts, and then none");
}

#[tokio::test]
async fn an_older_copy_takes_nothing_back_and_edits_nothing() {
    for header in [true, false] {
        let (app, carnet) = world().await;
        let all = items(&app, &["C", "B", "A"]);
        let page = |items: &[Item], minute: u8| {
            let page = Page::rss("Le blog", items);
            let date = format!("Mon, 01 Jun 2026 05:{minute:02}:00 GMT");
            if header {
                return page.header("last-modified", &date);
            }
            let body = String::from_utf8(page.body).unwrap();
            Page::new(
                "application/rss+xml",
                body.replace("<item>", &format!("<lastBuildDate>{date}</lastBuildDate><item>")),
            )
        };
        app.feeds.put("/feed", page(&all[1..], 1));
        poll(&app, &carnet).await;
        app.feeds.put("/feed", page(&all, 2));
        poll(&app, &carnet).await;
        let older = |minute| page(&all[1..], minute);
        for _ in 0..4 {
            app.feeds.put("/feed", older(1));
            poll(&app, &carnet).await;
            app.clock.advance(HOUR);
        }
        assert_eq!((states(&app).await[2].as_str(), missing(&app).await.len()), ("C new", 0), "header: {header}");
        // A server that stays with it for a day is believed: a backup was put back.
        app.clock.advance(DAY);
        for _ in 0..2 {
            poll(&app, &carnet).await;
            app.clock.advance(HOUR);
        }
        assert_eq!(states(&app).await[2], "C gone", "header: {header}");
    }
}

#[tokio::test]
async fn when_nothing_tells_the_age_of_a_copy_its_newest_post_does() {
    let (app, carnet, all) = c_waits().await;
    put(&app, &all[1..]);
    poll(&app, &carnet).await;
    app.clock.advance(10 * MINUTE);
    poll(&app, &carnet).await;
    assert_eq!(states(&app).await[2], "C new", "an older copy looks just so");
    app.clock.advance(HOUR);
    poll(&app, &carnet).await;
    assert_eq!(states(&app).await[2], "C gone");
}

#[tokio::test]
async fn a_post_that_another_feed_still_has_is_not_gone() {
    let (app, carnet) = world().await;
    add_feed(&app, &carnet, &app.feeds.url("/cuisine"), 0).await;
    let all = items(&app, &["C", "B", "A"]);
    let both = |first: &[Item], second: &[Item]| {
        put(&app, first);
        app.feeds.put("/cuisine", Page::rss("Cuisine", second));
    };
    both(&all[1..], &all[1..]);
    poll(&app, &carnet).await;
    both(&all, &all);
    poll(&app, &carnet).await;
    let owner = app.texts("SELECT CAST(feed_id AS TEXT) FROM post WHERE title = 'C'").await;
    let (first, second) = if owner == ["1"] { (&all[1..], &all[..]) } else { (&all[..], &all[1..]) };
    both(first, second);
    for _ in 0..2 {
        poll(&app, &carnet).await;
        app.clock.advance(HOUR);
    }
    assert_eq!(states(&app).await[2], "C new");
    assert_ne!(app.texts("SELECT CAST(feed_id AS TEXT) FROM post WHERE title = 'C'").await, owner);
}

/// What the record of the slot says, and whether it waited.
async fn at_the_slot(taken_back: bool) -> (Vec<String>, bool) {
    let (app, carnet, all) = c_waits().await;
    app.reader(&carnet, "ana@example.org").await;
    app.advance_to("2026-06-08T07:58[Europe/Paris]").await;
    put(&app, &all[1..]);
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    let waited = app.number("SELECT COUNT(*) FROM digest").await == 0;
    if !taken_back {
        put(&app, &all);
    }
    for _ in 0..4 {
        app.advance(3 * MINUTE as Millis).await;
    }
    app.idle().await;
    (app.texts("SELECT state || COALESCE(': ' || reason, '') FROM digest ORDER BY id").await, waited)
}

#[tokio::test]
async fn a_slot_waits_minutes_for_the_second_look_and_the_record_says_vanished() {
    let (records, waited) = at_the_slot(true).await;
    assert_eq!((records, waited), (vec![r#"skipped: {"code":"posts-vanished"}"#.to_owned()], true));
    let (records, waited) = at_the_slot(false).await;
    assert_eq!((records.len(), waited), (1, true));
    assert!(!records[0].starts_with("skipped"), "{records:?}");
}
