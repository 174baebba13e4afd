//! Test mode, the editor's hand on schedules, and a newsletter that is deleted: over the clock, the command line and the mails.

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use facteur::serve::Roles;

use crate::harness::TestApp;

const MONDAY: &str = "2026-06-08T08:00[Europe/Paris]";
const NEXT_MONDAY: &str = "2026-06-15T08:00[Europe/Paris]";

/// The address of the newsletter's editor.
const EDITOR: &str = "carnet@lettres.example.org";

/// A newsletter in test mode with three readers.
async fn on_trial(app: &TestApp) -> Newsletter {
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 3).await;
    let shown = app.cli(&["newsletter", "set", "carnet", "--mode", "test", "--json"]).await.json();
    assert_eq!(shown["mode"], "test");
    carnet
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn last_digest(app: &TestApp) -> i64 {
    app.number("SELECT MAX(id) FROM digest").await
}

#[tokio::test]
async fn a_digest_on_trial_goes_to_its_editor_alone_and_to_the_readers_once_it_is_live() {
    let app = TestApp::spawn().await;
    let carnet = on_trial(&app).await;
    app.post(&carnet, "Le premier").await;
    app.clock.advance(MINUTE);
    app.post(&carnet, "Le second").await;
    app.advance_to(MONDAY).await;
    app.idle().await;

    let mails = app.mails();
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [EDITOR], "one copy, not three");
    let copy = &mails[0];
    assert!(copy.subject().starts_with("[Test] "), "{}", copy.subject());
    for part in [copy.text(), copy.html()] {
        assert!(on_one_line(&part).contains("serait parti vers 3 abonnés"), "{part}");
    }
    assert!(!copy.source().contains("p1@example.org"), "nothing about a reader");

    let digest = last_digest(&app).await;
    assert_eq!(app.digest_state(digest).await, "skipped");
    assert_eq!(app.digest_reason(digest).await, r#"{"code":"test-mode"}"#);
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 0, "no reader has a row");
    app.cli(&["fsck"]).await.ok();

    // The slot after has nothing new to try.
    app.advance_to(NEXT_MONDAY).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 1);

    let live = app.cli(&["newsletter", "live", "carnet"]).await;
    assert!(live.ok().contains("The newsletter is live"), "{live:?}");
    app.advance_to("2026-06-22T08:00[Europe/Paris]").await;
    app.idle().await;
    let mut to: Vec<String> = app.mails().iter().skip(1).map(|mail| mail.to.clone()).collect();
    to.sort();
    assert_eq!(to, ["p1@example.org", "p2@example.org", "p3@example.org"]);
    let real = app.mails_to("p1@example.org").pop().unwrap();
    assert!(real.text().contains("Le premier") && real.text().contains("Le second"), "{}", real.text());
    assert!(!real.subject().contains("[Test]"));
}

#[tokio::test]
async fn a_digest_of_nobody_can_be_tried_and_approved_like_any_other() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--mode", "test", "--approval", "hold"]).await.ok();
    app.post(&carnet, "Un essai").await;
    app.advance_to(MONDAY).await;
    app.idle().await;
    let digest = last_digest(&app).await;
    assert_eq!(app.digest_state(digest).await, "waiting", "it waits for the editor as it will");
    let id = app.public_id(digest).await;
    app.cli(&["digest", "approve", "carnet", &id]).await.ok();
    app.tick().await;
    app.idle().await;
    assert_eq!(app.digest_state(digest).await, "skipped");
    let copy = app.mails_to(EDITOR).pop().unwrap();
    assert!(on_one_line(&copy.text()).contains("Personne n’est encore abonné"), "{}", copy.text());
}

#[tokio::test]
async fn each_post_is_tried_once_and_then_goes_to_the_readers() {
    let app = TestApp::spawn().await;
    let carnet = on_trial(&app).await;
    app.cli(&["newsletter", "set", "carnet", "--every", "post"]).await.ok();
    app.post(&carnet, "Aussitôt").await;
    for _ in 0..3 {
        app.advance(MINUTE).await;
    }
    app.idle().await;
    assert_eq!(app.mails().len(), 1, "not at every tick");
    app.cli(&["newsletter", "live", "carnet"]).await.ok();
    app.advance(MINUTE).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 4);
    app.advance(HOUR).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 4, "once");
}

#[tokio::test]
async fn the_form_works_for_the_editor_and_keeps_the_letters_of_strangers_until_it_is_live() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await.ok();
    let mut pages = Vec::new();
    for email in ["ana@example.org", "Carnet@lettres.example.org"] {
        let answer = app.post_form("/n/carnet", &[("email", email), ("lang", "fr")]).await;
        pages.push((answer.status, answer.header("location").to_owned(), answer.body));
        app.clock.advance(MINUTE);
    }
    assert_eq!(pages[0], pages[1], "nobody learns whose address it is");
    let letter = app.mail_to("Carnet@lettres.example.org").await;
    assert!(!letter.subject().contains("[Test]"), "as a reader would get it: {}", letter.subject());
    app.advance(HOUR).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 1);
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("pending"));
    let shown = app.cli(&["newsletter", "show", "carnet", "--json"]).await.json();
    assert_eq!((&shown["until_live"], &shown["held"]), (&1.into(), &0.into()));
    assert!(
        app.cli(&["newsletter", "show", "carnet"]).await.ok().contains("1 letter waits for the newsletter to go live")
    );

    // Asking again plans no second letter.
    app.post_form("/n/carnet", &[("email", "ana@example.org"), ("lang", "fr")]).await;
    app.cli(&["newsletter", "live", "carnet"]).await.ok();
    app.advance(MINUTE).await;
    app.mail_to("ana@example.org").await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
}

#[tokio::test]
async fn people_who_are_added_or_imported_wait_as_well() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await.ok();
    app.cli(&["subscriber", "add", "carnet", "bea@example.org"]).await.ok();
    let file = app.folder().join("gens.csv");
    std::fs::write(&file, "email\nc1@example.org\nc2@example.org\n").unwrap();
    app.cli(&["import", "carnet", file.to_str().unwrap()]).await.ok();
    for _ in 0..4 {
        app.advance(HOUR).await;
    }
    app.idle().await;
    assert_eq!(app.mails().len(), 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter WHERE is_held").await, 3);

    // The same when the newsletter goes back to being tried before they are all written to.
    app.cli(&["newsletter", "live", "carnet"]).await.ok();
    app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await.ok();
    app.advance(HOUR).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter WHERE is_held").await, 3);
    app.cli(&["newsletter", "live", "carnet"]).await.ok();
    for _ in 0..4 {
        app.advance(HOUR).await;
    }
    app.idle().await;
    let mut to: Vec<String> = app.mails().iter().map(|mail| mail.to.clone()).collect();
    to.sort();
    assert_eq!(to, ["bea@example.org", "c1@example.org", "c2@example.org"]);
    assert_eq!(carnet.slug, "carnet");
}

#[tokio::test]
async fn nothing_under_way_to_readers_falls_into_test_mode_or_leaves_from_it() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 2).await;
    app.post(&carnet, "En route").await;
    let digest = app.send_now(&carnet).await;
    app.idle().await;
    let id = app.public_id(digest).await;
    app.execute(&format!("UPDATE digest SET state = 'paused' WHERE id = {digest}")).await;
    let refused = app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await;
    assert!(refused.fails(4).contains("is on its way"), "{refused:?}");
    app.execute(&format!("UPDATE digest SET state = 'finished' WHERE id = {digest}")).await;
    app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await.ok();
    let refused = app.cli(&["digest", "retry", "carnet", &id]).await;
    assert!(refused.fails(4).contains("test mode"), "{refused:?}");
}

#[tokio::test]
async fn going_live_shows_what_is_still_open() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await.ok();
    let dry = app.cli(&["newsletter", "live", "carnet", "--dry-run", "--json"]).await.json();
    assert_eq!(dry["mode"], "test");
    let done: Vec<(&str, bool)> = dry["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| (check["check"].as_str().unwrap(), check["done"].as_bool().unwrap()))
        .collect();
    let wanted =
        [("sender", true), ("postal", true), ("feed", false), ("form", false), ("rhythm", true), ("test", false)];
    assert_eq!(done, wanted);
    let said = app.cli(&["newsletter", "live", "carnet"]).await;
    assert!(said.ok().contains("open  Form: nobody has tried it"), "{said:?}");
    assert!(
        app.texts("SELECT code FROM event WHERE code LIKE 'newsletter.%' ORDER BY id")
            .await
            .contains(&"newsletter.live".to_owned())
    );
}

#[tokio::test]
async fn a_pause_until_a_day_ends_by_itself() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 1).await;
    let past = app.cli(&["newsletter", "schedule", "carnet", "--pause-until", "2026-05-01"]).await;
    assert!(past.fails(4).contains("has come already"), "{past:?}");
    let paused = app.cli(&["newsletter", "schedule", "carnet", "--pause-until", "2026-06-15", "--json"]).await.json();
    assert_eq!(paused["schedule"]["paused_until"], "2026-06-14T22:00:00Z", "when the day begins in Paris");
    app.post(&carnet, "Attend").await;
    app.advance_to(MONDAY).await;
    assert_eq!(app.texts("SELECT reason FROM digest").await, [r#"{"code":"schedule-paused"}"#]);
    app.advance_to(NEXT_MONDAY).await;
    app.idle().await;
    assert_eq!(app.mails_to("p1@example.org").len(), 1, "awake again, with what had waited");
    let shown = app.cli(&["newsletter", "show", "carnet", "--json"]).await.json();
    assert_eq!(
        (&shown["schedules"][0]["paused"], &shown["schedules"][0]["paused_until"]),
        (&false.into(), &serde_json::Value::Null)
    );
}

#[tokio::test]
async fn the_next_dates_name_a_change_of_the_clocks() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    app.advance_to("2026-10-20T12:00[Europe/Paris]").await;
    let said = app.cli(&["newsletter", "schedule", "carnet"]).await;
    let said = said.ok();
    assert!(said.starts_with("every Monday at 8:00 (Europe/Paris)"), "{said}");
    assert!(said.contains("Monday 26 October 2026, 8:00") && said.contains("Monday 9 November 2026, 8:00"), "{said}");
    assert!(said.contains("clocks go back by 60 minutes"), "{said}");
    let skips = app.cli(&["newsletter", "schedule", "carnet", "--skip-next"]).await;
    assert!(skips.ok().contains("next slot skipped"), "{skips:?}");
    assert!(!app.cli(&["newsletter", "schedule", "carnet", "--keep-next"]).await.ok().contains("skipped"));
}

#[tokio::test]
async fn a_schedule_goes_once_nobody_is_on_it() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 3).await;
    let only = app.cli(&["newsletter", "schedule", "carnet", "1", "--remove"]).await;
    assert!(only.fails(4).contains("one schedule at least"), "{only:?}");
    app.post(&carnet, "Avant").await;
    app.send_now(&carnet).await;
    app.idle().await;
    app.cli(&["newsletter", "set", "carnet", "--schedule", "new", "--every", "month"]).await.ok();
    let used = app.cli(&["newsletter", "schedule", "carnet", "1", "--remove"]).await;
    assert!(used.fails(4).contains("3 people are on this schedule"), "{used:?}");
    let moved = app.cli(&["newsletter", "schedule", "carnet", "1", "--move-readers-to", "2", "--json"]).await.json();
    assert_eq!((&moved["moved"], &moved["stay"], &moved["releasing"]), (&3.into(), &0.into(), &false.into()));
    app.cli(&["newsletter", "schedule", "carnet", "1", "--remove"]).await.ok();
    let shown = app.cli(&["newsletter", "show", "carnet", "--json"]).await.json();
    assert_eq!(shown["schedules"].as_array().unwrap().len(), 1);
    assert_eq!(
        app.cli(&["digest", "list", "carnet", "--json"]).await.json().as_array().unwrap().len(),
        1,
        "its digest stays"
    );
    // Who comes now is on the schedule that is left.
    app.post_form("/n/carnet", &[("email", "neu@example.org"), ("lang", "fr")]).await;
    let on = app.texts("SELECT s.every FROM subscriber p JOIN schedule s ON s.id = p.schedule_id WHERE p.email = 'neu@example.org'").await;
    assert_eq!(on, ["month"]);
    app.advance_to(MONDAY).await;
    let slots = "SELECT COUNT(*) FROM digest WHERE schedule_id = (SELECT MIN(id) FROM schedule)";
    assert_eq!(app.number(slots).await, 1, "a removed schedule has no slots");
    app.idle().await;
}

#[tokio::test]
async fn a_deleted_newsletter_is_silent_comes_back_and_is_gone_after_three_days() {
    let app = TestApp::spawn().await;
    let (carnet, autre) = (app.newsletter("carnet").await, app.newsletter("autre").await);
    app.readers(&carnet, 3).await;
    app.reader(&autre, "zoe@example.org").await;
    app.post(&carnet, "Un").await;
    app.send_now(&carnet).await;
    app.idle().await;
    let asked = app.cli(&["newsletter", "delete", "carnet"]).await;
    assert!(asked.fails(2).contains("--yes"), "{asked:?}");
    app.cli(&["newsletter", "delete", "carnet", "--yes"]).await.ok();
    assert_eq!(app.get("/n/carnet").await.status, 404);
    assert_eq!(app.post_form("/n/carnet", &[("email", "neu@example.org")]).await.status, 404);
    app.cli(&["newsletter", "show", "carnet"]).await.fails(5);
    app.post(&carnet, "Deux").await;
    app.advance_to("2026-06-02T08:00[Europe/Paris]").await;
    app.idle().await;
    let before = app.mails().len();
    app.cli(&["newsletter", "restore", "carnet"]).await.ok();
    assert_eq!(app.get("/n/carnet").await.status, 200);
    app.advance_to(MONDAY).await;
    app.idle().await;
    assert_eq!(app.mails().len(), before + 3, "it sends again");

    app.cli(&["newsletter", "delete", "carnet", "--yes"]).await.ok();
    app.advance(3 * DAY - HOUR).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 4);
    app.advance(2 * HOUR).await;
    app.tick().await;
    assert_eq!(app.texts("SELECT slug FROM newsletter").await, ["autre"]);
    assert_eq!(app.people().await, ["zoe@example.org confirmed"]);
    let digests = format!("digest WHERE newsletter_id <> {}", autre.id);
    for table in [&*digests, "delivery", "delivery_note", "delivery_archive", "delivery_batch", "post", "letter"] {
        let left = app.number(&format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!(left, 0, "{table}");
    }
    app.cli(&["newsletter", "restore", "carnet"]).await.fails(5);
    app.cli(&["fsck"]).await.ok();
    app.newsletter("carnet").await;
}

#[tokio::test]
async fn what_is_on_its_way_stops_when_its_newsletter_is_deleted() {
    // Nobody delivers: the digest stays where it is.
    let app = TestApp::builder().roles(Roles { web: true, ..Roles::NONE }).spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 2).await;
    app.post(&carnet, "En route").await;
    let digest = app.send_now(&carnet).await;
    assert_eq!(app.digest_state(digest).await, "sending");
    let refused = app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await;
    assert!(refused.fails(4).contains("is on its way"), "{refused:?}");
    app.cli(&["newsletter", "delete", "carnet", "--yes"]).await.ok();
    assert_eq!(app.digest_state(digest).await, "paused");
    assert_eq!(app.digest_reason(digest).await, r#"{"code":"newsletter-deleted"}"#);
    app.cli(&["newsletter", "restore", "carnet"]).await.ok();
    assert_eq!(app.digest_state(digest).await, "paused", "an editor resumes it");
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    assert_eq!(app.digest_state(digest).await, "sending");
}

#[tokio::test]
async fn a_brand_shows_in_the_mails_and_its_colour_can_be_read() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    for wrong in [["--colour", "jaune"], ["--logo", "http://example.org/logo.png"]] {
        app.cli(&[&["newsletter", "set", "carnet"], &wrong[..]].concat()).await.fails(2);
    }
    let brand =
        ["--colour", "ffd700", "--logo", "https://blog.example.org/logo.png", "--footer", "Merci de nous lire."];
    app.cli(&[&["newsletter", "set", "carnet"], &brand[..]].concat()).await.ok();
    let carnet = Newsletter { colour: Some("#ffd700".into()), ..carnet };
    app.post(&carnet, "En couleur").await;
    app.send_now(&carnet).await;
    let mail = app.mail_to("ana@example.org").await;
    let html = mail.html();
    assert!(html.contains("https://blog.example.org/logo.png") && html.contains("Merci de nous lire."), "{html}");
    assert!(mail.text().contains("Merci de nous lire."));
    assert!(
        !html.contains("#1d4e89") && !html.contains("color:#ffd700"),
        "our blue is gone, and yellow on white is mended"
    );
    app.idle().await;
}

#[tokio::test]
async fn a_letter_that_test_mode_held_back_is_said_to_leave_once_it_is_live() {
    let app = TestApp::spawn().await;
    app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await.ok();
    assert_eq!(app.post_form("/n/carnet", &[("email", "ana@example.org"), ("lang", "fr")]).await.status, 303);
    app.advance(MINUTE).await;
    let words = app.cli(&["subscriber", "show", "carnet", "ana@example.org"]).await;
    assert!(words.ok().contains("waits for the newsletter to go live"), "{}", words.stdout);
    let owner = app.console(Role::Owner, Some("carnet")).await;
    assert!(!owner.get("/console/n/carnet").await.words().contains("confirmation letter"), "it is told with test mode");
    assert_eq!(owner.post("/console/n/carnet/live", &[("mode", "live")]).await.status, 303);
    // Before the next tick.
    let words = owner.get("/console/n/carnet").await.words();
    assert!(words.contains("1 confirmation letter that waited, for the newsletter to go live"), "{words}");
    assert!(words.contains("leaves within a minute") && !words.contains("held back"), "{words}");
    let french = owner.get("/console/n/carnet?lang=fr").await.words();
    assert!(french.contains("part dans la minute"), "{french}");
    let shown = app.cli(&["newsletter", "show", "carnet"]).await;
    assert!(shown.ok().contains("leaves within a minute") && !shown.stdout.contains("[signup]"), "{}", shown.stdout);
    app.tick().await;
    app.mail_to("ana@example.org").await;
    assert!(!owner.get("/console/n/carnet").await.words().contains("confirmation letter"));
}
