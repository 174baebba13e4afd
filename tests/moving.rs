//! WHAT: feeds that are added beside others, moved, removed or rebuilt; posts planned for later. None is swallowed, none comes twice.

use facteur::clock::{DAY, HOUR, MINUTE, Millis};

use crate::feeds::{add_feed, counts, items, poll, put, states, world};
use crate::harness::TestApp;
use crate::harness::feeds::{Item, Page};

#[tokio::test]
async fn the_first_reading_of_a_second_feed_swallows_nothing() {
    let (app, carnet) = world().await;
    let all = items(&app, &["C", "B", "A"]);
    put(&app, &all[1..]);
    poll(&app, &carnet).await;
    // C is published, and the editor adds its category's feed before the first is read again.
    app.clock.advance(5 * MINUTE);
    let old = Item::new("z", "Z", app.clock.now() - 9 * DAY);
    app.feeds.put("/cuisine", Page::rss("Cuisine", &[all[0].clone(), old.clone()]));
    add_feed(&app, &carnet, &app.feeds.url("/cuisine"), 0).await;
    poll(&app, &carnet).await;
    app.clock.advance(5 * MINUTE);
    put(&app, &all);
    poll(&app, &carnet).await;
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new", "Z seen"]);
    // What the second feed had at first, and the first one shows much later, is old.
    app.clock.advance(DAY);
    poll(&app, &carnet).await;
    let mut more = all.clone();
    more.push(old);
    put(&app, &more);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
}

#[tokio::test]
async fn a_second_feed_of_the_same_blog_brings_what_the_first_has_not_read_yet() {
    let (app, carnet) = world().await;
    let all = items(&app, &["C", "B", "A"]);
    put(&app, &all[1..]);
    poll(&app, &carnet).await;
    // Another blog's posts are no news, however young, and say nothing about this one's.
    let other = [Item::new("z", "Z", app.clock.now() - MINUTE), Item::new("y", "Y", app.clock.now() - HOUR)];
    add_feed(&app, &carnet, &app.feeds.put("/autre", Page::rss("Autre", &other)), 0).await;
    app.feeds.put("/feed", Page::status(503));
    poll(&app, &carnet).await;
    add_feed(&app, &carnet, &app.feeds.put("/cuisine", Page::rss("Cuisine", &[all[0].clone(), all[2].clone()])), 0)
        .await;
    poll(&app, &carnet).await;
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new", "Y seen", "Z seen"]);
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
}

#[tokio::test]
async fn a_note_of_two_words_is_known_under_another_title_and_address_by_its_second() {
    let (app, carnet) = world().await;
    let mut all = items(&app, &["B", "A"]);
    for (item, text) in all.iter_mut().zip(["Texte deux", "Texte un"]) {
        item.html = text.to_owned();
    }
    put(&app, &all);
    poll(&app, &carnet).await;
    all[0] = Item {
        guid: "corrige".into(),
        link: "https://blog.example.org/corrige".into(),
        title: "Corrigé".into(),
        ..all[0].clone()
    };
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
}

#[tokio::test]
async fn a_first_reading_that_comes_late_swallows_nothing() {
    let (app, carnet) = world().await;
    app.feeds.put("/feed", Page::status(503));
    poll(&app, &carnet).await;
    app.clock.advance(2 * DAY);
    let now = app.clock.now();
    put(
        &app,
        &[Item::new("c", "C", now - HOUR), Item::new("b", "B", now - 3 * DAY), Item::new("a", "A", now - 4 * DAY)],
    );
    assert_eq!(counts(&app, &carnet).await, (1, 0, 2));
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new"]);
}

#[tokio::test]
async fn a_feed_that_moves_keeps_what_waits_and_repeats_nothing() {
    let (app, carnet) = world().await;
    let mut all = items(&app, &["C", "B", "A"]);
    put(&app, &all[1..]);
    poll(&app, &carnet).await;
    put(&app, &all);
    poll(&app, &carnet).await;
    for item in &mut all {
        item.link = item.link.replace("blog.example.org", "neuf.example.org/2026");
        item.guid.clone_from(&item.link);
    }
    let new = app.feeds.put("/nouveau", Page::rss("Le nouveau blog", &all));
    app.cli(&["feed", "set-url", "carnet", "9", &new]).await.fails(5);
    app.cli(&["feed", "set-url", "carnet", "1", &app.feeds.url("/rien")]).await.fails(3);
    app.cli(&["feed", "set-url", "carnet", "1", &new]).await.ok();
    assert_eq!(counts(&app, &carnet).await, (0, 0, 0));
    assert_eq!(states(&app).await, ["A seen", "B seen", "C new"]);
    assert_eq!(app.texts("SELECT url FROM feed").await.first(), Some(&new));
    add_feed(&app, &carnet, &app.feeds.url("/feed"), 0).await;
    app.cli(&["feed", "set-url", "carnet", &new, &app.feeds.url("/feed")]).await.fails(3);
}

#[tokio::test]
async fn what_waited_in_a_removed_feed_comes_back_with_its_new_address() {
    for renamed in [false, true] {
        let (app, carnet) = world().await;
        let mut all = items(&app, &["C", "B", "A"]);
        put(&app, &all[1..]);
        poll(&app, &carnet).await;
        put(&app, &all);
        poll(&app, &carnet).await;
        let removed = app.cli(&["feed", "remove", "carnet", "1"]).await;
        let said = removed.ok();
        assert!(said.contains("1 waiting post of this feed is not sent"), "{said}");
        assert_eq!(states(&app).await, ["A seen", "B seen", "C gone"]);
        if renamed {
            for item in &mut all {
                item.link = item.link.replace("blog.", "neuf.");
                item.guid.clone_from(&item.link);
            }
        }
        add_feed(&app, &carnet, &app.feeds.put("/nouveau", Page::rss("Le blog", &all)), 0).await;
        poll(&app, &carnet).await;
        assert_eq!(app.texts("SELECT title || ' ' || state FROM post WHERE title = 'C'").await, ["C new"], "{renamed}");
    }
}

#[tokio::test]
async fn a_feed_of_which_all_is_new_is_held_and_a_gap_is_said() {
    let (app, carnet) = world().await;
    put(&app, &items(&app, &["E", "D", "C", "B", "A"]));
    poll(&app, &carnet).await;
    app.clock.advance(20 * DAY);
    put(&app, &items(&app, &["K", "J", "I", "H", "G"]));
    let report = poll(&app, &carnet).await;
    assert_eq!((report.new, report.held), (0, 5));
    assert!(report.warnings[0].contains("may have been missed"), "{:?}", report.warnings);
    assert_eq!(app.texts("SELECT DISTINCT reason FROM post WHERE state = 'held'").await, ["all_new"]);
    assert!(app.number("SELECT gap_at FROM feed").await > 0);
    assert!(poll(&app, &carnet).await.warnings.is_empty());
    // A blog that had nothing, and then begins, is no such thing.
    let jeune = app.newsletter("jeune").await;
    app.feeds.put("/jeune", Page::rss("Jeune", &[]));
    add_feed(&app, &jeune, &app.feeds.url("/jeune"), 0).await;
    poll(&app, &jeune).await;
    app.feeds.put("/jeune", Page::rss("Jeune", &items(&app, &["Z", "Y", "X"])));
    assert_eq!(counts(&app, &jeune).await, (3, 0, 0));
}

#[tokio::test]
async fn a_slug_given_to_a_newer_post_hides_it_not() {
    let (app, carnet) = world().await;
    let mut all = items(&app, &["B", "A"]);
    all[1].guid = "1".into();
    put(&app, &all[1..]);
    poll(&app, &carnet).await;
    // A moves to another slug, and the new post takes the one that it had.
    all[0].guid = "2".into();
    all[0].link = all[1].link.clone();
    all[1].link.push_str("-archives");
    put(&app, &all);
    assert_eq!(counts(&app, &carnet).await, (1, 0, 0));
    assert_eq!(states(&app).await, ["A seen", "B new"]);
}

/// A newsletter whose feed held a post for next month at its first reading, and gets one for next week.
async fn planned(future: &str) -> (TestApp, Vec<String>) {
    let app = TestApp::builder().set("feeds.future", future).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.execute("UPDATE schedule SET every = 'post', next_due_at = NULL").await;
    app.reader(&carnet, "ana@example.org").await;
    add_feed(&app, &carnet, &app.feeds.url("/feed"), 0).await;
    let now = app.clock.now();
    let later = |days: Millis, name: &str| Item::new(name, name, now + days * DAY);
    let old = Item::new("vieux", "Vieux", now - DAY);
    put(&app, &[later(30, "Juillet"), old.clone()]);
    poll(&app, &carnet).await;
    put(&app, &[later(30, "Juillet"), later(7, "Semaine"), old]);
    poll(&app, &carnet).await;
    let mut sent = Vec::new();
    for _ in 0..34 {
        app.advance(DAY).await;
        app.idle().await;
        sent = app.mails_to("ana@example.org").iter().map(|mail| mail.subject()).collect();
        if (app.clock.now() - now) / DAY == 3 {
            let early = if future == "wait" { vec![] } else { vec!["Semaine"] };
            assert_eq!(sent, early, "after three days");
        }
    }
    (app, sent)
}

#[tokio::test]
async fn a_planned_post_leaves_on_its_day_or_at_once_as_the_owner_wants() {
    let (_app, sent) = planned("wait").await;
    assert_eq!(sent, ["Semaine", "Juillet"]);
    let (_app, sent) = planned("send").await;
    assert_eq!(sent, ["Semaine"], "what was there at the first reading is seen");
}

#[tokio::test]
async fn an_editor_may_have_a_planned_post_before_its_day() {
    let (app, carnet) = world().await;
    app.reader(&carnet, "ana@example.org").await;
    put(&app, &[Item::new("plus-tard", "Plus tard", app.clock.now() + 30 * DAY)]);
    poll(&app, &carnet).await;
    app.clock.advance(HOUR);
    app.cli(&["digest", "send", "carnet", "--yes"]).await.fails(4);
    app.cli(&["post", "include", "carnet", "1"]).await.ok();
    app.cli(&["digest", "send", "carnet", "--yes"]).await.ok();
    app.idle().await;
    assert_eq!(app.mail_to("ana@example.org").await.subject(), "Plus tard");
}

#[tokio::test]
async fn no_post_is_used_up_while_nobody_is_there_to_get_it() {
    let (app, carnet) = world().await;
    app.execute("UPDATE schedule SET every = 'post', next_due_at = NULL").await;
    put(&app, &items(&app, &["A"]));
    poll(&app, &carnet).await;
    let mut all = items(&app, &["A"]);
    for name in ["B", "C", "D"] {
        all.insert(0, Item::new(name, name, app.clock.now() - MINUTE));
        put(&app, &all);
        app.advance(DAY).await;
    }
    app.advance(DAY).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 0, "nothing is recorded as sent to nobody");
    let asked = app.feeds.asked().len();
    app.tick().await;
    assert_eq!(app.feeds.asked().len(), asked, "and the feed is not asked at every tick");
    app.reader(&carnet, "ana@example.org").await;
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1, "what waited for days leaves together");
    assert_eq!(app.number("SELECT COUNT(*) FROM digest_post").await, 3);
}
