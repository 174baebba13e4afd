//! Sign-ups that are stored together: each is as if it had come alone, whoever else is in its group; and settings that are kept in
//! memory never decide once somebody has changed them, another process too.

use facteur::clock::{MINUTE, SECOND};
use facteur::newsletters::front::{self, Fronts};
use futures_util::future::join_all;
use serde_json::json;

use super::harness::{Answer, Chance, TestApp};
use super::signup::pages;

/// No limit is met by many sign-ups from here.
async fn open() -> TestApp {
    let limits = ["letters_per_hour", "letters_per_hour_domain", "requests_per_hour_network_embedded"];
    let builder = limits.iter().fold(pages(), |builder, key| builder.set(&format!("signup.{key}"), 0));
    builder.set("signup.requests_per_hour_network", 0).spawn().await
}

async fn ask(app: &TestApp, slug: &str, email: &str) -> u16 {
    app.post_form(&format!("/n/{slug}"), &[("email", email), ("lang", "fr")]).await.status
}

/// Has the form shown, sends it as a visitor does, and gives the page that comes.
async fn by_form(app: &TestApp, slug: &str, email: &str) -> Answer {
    let form = app.get(&format!("/n/{slug}?lang=fr")).await.form().fill("email", email);
    app.clock.advance(3 * SECOND);
    app.submit(&format!("/n/{slug}"), &form).await
}

/// The words that somebody consented to.
async fn consented(app: &TestApp, email: &str) -> String {
    let text = format!(
        "SELECT c.text FROM consent c JOIN subscriber s ON s.id = c.subscriber_id WHERE s.email = '{email}' ORDER BY c.id"
    );
    app.texts(&text).await.pop().unwrap_or_default()
}

#[tokio::test]
async fn what_is_written_of_each_is_their_own() {
    let app = open().await;
    app.newsletter("carnet").await;
    let asked = (0..150).map(|n| {
        let app = &app;
        async move {
            let page = format!("https://b{n}.example/x");
            let asked = json!({ "email": format!("p{n}@d{n}.example"), "name": format!("Nom {n}"), "page": page, "lang": "fr" });
            app.post_json("/n/carnet", &asked).await.status
        }
    });
    assert!(join_all(asked).await.iter().all(|status| *status == 202));
    let mut found = app
        .texts(
            "SELECT s.email || ' ' || s.name || ' ' || s.origin || ' ' || c.page || ' ' || l.domain || ' ' || e.parameters
             FROM subscriber s JOIN consent c ON c.subscriber_id = s.id JOIN letter l ON l.subscriber_id = s.id
             JOIN event e ON e.about_id = s.id AND e.about = 'subscriber'",
        )
        .await;
    let mut expected: Vec<String> = (0..150)
        .map(|n| {
            format!(
                "p{n}@d{n}.example Nom {n} b{n}.example https://b{n}.example/x d{n}.example {{\"form\":\"b{n}.example\"}}"
            )
        })
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn one_that_cannot_be_stored_harms_none_of_its_group() {
    let app = open().await;
    app.newsletter("carnet").await;
    // A fault that no rule of ours knows.
    let (make, mend) = if app.app.db.is_sqlite() {
        (
            "CREATE TRIGGER no_bad BEFORE INSERT ON subscriber WHEN NEW.email = 'bad@example.org'
             BEGIN SELECT RAISE(ABORT, 'no'); END",
            "DROP TRIGGER no_bad",
        )
    } else {
        (
            "ALTER TABLE subscriber ADD CONSTRAINT no_bad CHECK (email <> 'bad@example.org')",
            "ALTER TABLE subscriber DROP CONSTRAINT no_bad",
        )
    };
    app.execute(make).await;
    let email = |n: usize| if n == 30 { "bad@example.org".to_owned() } else { format!("p{n}@example.org") };
    let asked = (0..60).map(|n| {
        let app = &app;
        async move { ask(app, "carnet", &email(n)).await }
    });
    let expected: Vec<u16> = (0..60).map(|n| if n == 30 { 500 } else { 303 }).collect();
    assert_eq!(join_all(asked).await, expected);
    assert_eq!(app.with_status("pending").await, 59);
    for table in ["consent", "event WHERE code = 'subscriber.asked'", "letter WHERE state = 0"] {
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM {table}")).await, 59, "{table}");
    }
    app.execute(mend).await;
    assert_eq!(ask(&app, "carnet", "bad@example.org").await, 303);
    assert_eq!(app.letters_queued().await, 60);
}

#[tokio::test]
async fn the_same_address_in_one_group_is_one_person_with_one_letter() {
    let app = open().await;
    app.newsletter("carnet").await;
    let spelled = ["zoe@example.org", "Zoe@example.org", "ZOE@EXAMPLE.ORG"];
    let asked = (0..48).map(|n| {
        let app = &app;
        let email = if n % 2 == 0 { spelled[n % 3].to_owned() } else { format!("p{n}@example.org") };
        async move { ask(app, "carnet", &email).await }
    });
    assert!(join_all(asked).await.iter().all(|status| *status == 303));
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 25);
    assert_eq!(app.letters_queued().await, 25);
    assert_eq!(app.number("SELECT COUNT(*) FROM consent").await, 25);
}

/// How everybody stands, what they consented to and what they will be written.
async fn outcome(app: &TestApp) -> Vec<String> {
    let mut found = app
        .texts(
            "SELECT n.slug || ' ' || s.email_key || ' ' || s.status
                    || ' ' || (SELECT COUNT(*) FROM consent c WHERE c.subscriber_id = s.id)
                    || ' ' || (SELECT COUNT(*) FROM event e WHERE e.about_id = s.id AND e.about = 'subscriber')
                    || ' ' || (SELECT COUNT(*) FROM letter l WHERE l.subscriber_id = s.id AND l.state = 0 AND l.kind = 'confirm')
                    || ' ' || (SELECT COUNT(*) FROM letter l WHERE l.subscriber_id = s.id AND l.state = 0 AND l.kind = 'already')
             FROM subscriber s JOIN newsletter n ON n.id = s.newsletter_id",
        )
        .await;
    found.sort();
    found
}

/// Two newsletters, some of whose people are known, and an address that must not be written to.
async fn peopled() -> TestApp {
    let app = open().await;
    for slug in ["carnet", "cahier"] {
        let newsletter = app.newsletter(slug).await;
        for (n, status) in
            ["pending", "confirmed", "paused", "unsubscribed", "bounced", "complained"].iter().enumerate()
        {
            let id = app.reader(&newsletter, &format!("p{n}@example.org")).await;
            app.execute(&format!("UPDATE subscriber SET status = '{status}' WHERE id = {id}")).await;
        }
        let hash = app.app.keys.address_hash("p6@example.org");
        app.execute(&format!("INSERT INTO suppression VALUES ({}, '{hash}', 'test', 0)", newsletter.id)).await;
    }
    app
}

#[tokio::test]
async fn what_comes_together_ends_as_what_comes_one_after_the_other() {
    let (together, apart) = (peopled().await, peopled().await);
    let mut chance = Chance::new(15);
    for round in 0..5 {
        let mut draw = || {
            let (slug, n) = (["carnet", "cahier"][chance.below(2) as usize], chance.below(30));
            (slug, if chance.below(4) == 0 { format!("P{n}@Example.org") } else { format!("p{n}@example.org") })
        };
        let asked: Vec<(&str, String)> = (0..50).map(|_| draw()).collect();
        let at_once = join_all(asked.iter().map(|(slug, email)| ask(&together, slug, email))).await;
        let mut in_order = Vec::new();
        for (slug, email) in &asked {
            in_order.push(ask(&apart, slug, email).await);
        }
        assert_eq!((&at_once, &in_order), (&vec![303; 50], &vec![303; 50]));
        assert_eq!(outcome(&together).await, outcome(&apart).await, "round {round}");
        for app in [&together, &apart] {
            app.clock.advance(6 * MINUTE);
        }
    }
}

#[tokio::test]
async fn what_another_process_changes_holds_for_the_next_sign_up() {
    let app = open().await;
    app.newsletter("carnet").await;
    assert_eq!(by_form(&app, "carnet", "a@example.org").await.status, 200);
    assert!(consented(&app, "a@example.org").await.contains("Le carnet"));
    let before = app.get("/n/carnet?lang=fr").await.form().fill("email", "late@example.org");

    app.cli(&["newsletter", "set", "carnet", "--name", "Le cahier"]).await.ok();
    assert_eq!(by_form(&app, "carnet", "b@example.org").await.status, 200, "its words are those of now");
    assert!(consented(&app, "b@example.org").await.contains("Le cahier"));
    app.clock.advance(3 * SECOND);
    let late = app.submit("/n/carnet", &before).await;
    assert_eq!((late.status, late.body.contains("Le cahier")), (422, true), "nobody consents to words of before");

    app.cli(&["newsletter", "set", "carnet", "--schedule", "new", "--every", "day", "--at", "07:00"]).await.ok();
    app.cli(&["newsletter", "rhythm", "carnet", "2", "--default"]).await.ok();
    assert_eq!(ask(&app, "carnet", "c@example.org").await, 303);
    let newest = "SELECT COUNT(*) FROM subscriber WHERE schedule_id = (SELECT MAX(id) FROM schedule)";
    assert_eq!(app.number(newest).await, 1, "c begins on the rhythm of whoever is new now");
    assert_eq!(by_form(&app, "carnet", "d@example.org").await.status, 200, "and the words say so");

    app.cli(&["newsletter", "text", "set", "carnet", "fr", "thanks.paragraph", "Merci bien."]).await.ok();
    let said = app.post_json("/n/carnet", &json!({ "email": "e@example.org", "lang": "fr" })).await;
    assert_eq!((said.status, &said.json()["message"]), (202, &json!("Merci bien.")));

    app.cli(&["newsletter", "set", "carnet", "--mode", "test"]).await.ok();
    let queued = app.letters_queued().await;
    assert_eq!(ask(&app, "carnet", "f@example.org").await, 303);
    assert_eq!(app.letters_queued().await, queued, "a stranger's letter waits while it is tried out");
    assert_eq!(app.number("SELECT COUNT(*) FROM planned_letter WHERE is_held").await, 1);
}

#[tokio::test]
async fn a_newsletter_that_another_process_renamed_or_deleted_takes_nobody_under_its_old_name() {
    let app = open().await;
    app.newsletter("carnet").await;
    assert_eq!(ask(&app, "carnet", "a@example.org").await, 303);
    app.cli(&["newsletter", "rename", "carnet", "cahier"]).await.ok();
    let led_on = app.post_form("/n/carnet", &[("email", "b@example.org"), ("lang", "fr")]).await;
    assert_eq!((led_on.status, led_on.header("location")), (308, "/n/cahier"));
    assert_eq!(ask(&app, "cahier", "b@example.org").await, 303);
    let trapped = [("email", "robot@example.org"), ("website", "https://x.example")];
    assert_eq!(app.post_form("/n/cahier", &trapped).await.status, 303);
    app.cli(&["newsletter", "delete", "cahier", "--yes"]).await.ok();
    let asked = (0..20).map(|n| {
        let app = &app;
        async move { ask(app, "cahier", &format!("p{n}@example.org")).await }
    });
    assert_eq!(join_all(asked).await, [404; 20]);
    assert_eq!(app.post_form("/n/cahier", &trapped).await.status, 404, "a robot learns nothing by its answer");
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 2);
}

#[tokio::test]
async fn the_mark_of_a_front_is_another_one_after_each_change_that_a_sign_up_depends_on() {
    let app = open().await;
    let carnet = app.newsletter("carnet").await;
    let fronts = Fronts::default();
    for change in [
        "UPDATE newsletter SET name = 'Autre'",
        "UPDATE newsletter SET language = 'en'",
        "UPDATE newsletter SET mode = 'test'",
        "UPDATE schedule SET at_minute = 61",
        "UPDATE schedule SET zone = 'UTC'",
        "UPDATE schedule SET every = 'day', days = ''",
        "INSERT INTO newsletter_text (newsletter_id, locale, key, text, changed_at, changed_by)
         SELECT id, 'fr', 'thanks.paragraph', 'x', 5, 0 FROM newsletter",
        "UPDATE newsletter_text SET text = 'y', changed_at = 6",
        "DELETE FROM newsletter_text",
        "UPDATE newsletter SET slug = 'cahier'",
        "UPDATE newsletter SET slug = 'carnet', deleted_at = 1",
    ] {
        let front = fronts.read(&app.app.db, "carnet").await.unwrap().expect("it is there");
        assert!(fronts.is_present(&app.app.db, &front).await.unwrap(), "before {change}");
        let mut tx = app.app.db.begin().await.unwrap();
        let present = front::present(&mut tx, &[carnet.id]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(present, std::slice::from_ref(&front.mark), "both ways of reading it agree");
        app.execute(change).await;
        assert!(!fronts.is_present(&app.app.db, &front).await.unwrap(), "after {change}");
        assert_eq!(
            fronts.kept("carnet").map(|kept| kept.mark.clone()),
            Some(front.mark.clone()),
            "it is kept until it is read anew"
        );
        if change.contains("'cahier'") {
            assert!(fronts.read(&app.app.db, "carnet").await.unwrap().is_none());
            assert!(fronts.kept("carnet").is_none(), "what is gone is not kept");
            app.execute("UPDATE newsletter SET slug = 'carnet'").await;
        }
    }
    assert!(fronts.read(&app.app.db, "carnet").await.unwrap().is_none(), "it is deleted");
}
