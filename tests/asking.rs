//! Asking changes nothing for who left or bounced: only the button in the mailbox does, and it lifts no more than a bounce.

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::keys::{Claim, Purpose};
use facteur::newsletters::Newsletter;
use serde_json::json;

use super::harness::{Answer, TestApp};
use super::signup::{everything, pages};

const ANA: &str = "ana@example.org";

/// A world with a reader `ana@example.org`, whose name and origin are known.
async fn with_ana() -> (TestApp, Newsletter, i64) {
    let app = pages().set("signup.requests_per_hour_network_embedded", 0).spawn().await;
    let newsletter = app.newsletter("carnet").await;
    let id = app.reader(&newsletter, ANA).await;
    app.execute("UPDATE subscriber SET name = 'Ana', origin = 'blog.example.org'").await;
    app.clock.advance(DAY);
    (app, newsletter, id)
}

fn token(app: &TestApp, purpose: Purpose, subject: i64, issued_at: i64) -> String {
    app.app.keys.sign(purpose, Claim { subject, version: 1, issued_at })
}

/// The confirmation link in the newest letter to this subscriber.
async fn link(app: &TestApp, id: i64) -> String {
    let at = app
        .number(&format!(
            "SELECT MAX(created_at) FROM letter WHERE kind = 'confirm' AND state = 0 AND subscriber_id = {id}"
        ))
        .await;
    format!("/confirm/{}", token(app, Purpose::Confirm, id, at))
}

/// All of the row that asking could change.
async fn row(app: &TestApp) -> String {
    let row = "SELECT status || ' ' || COALESCE(CAST(ended_at AS TEXT), '-') || ' ' || language || ' ' ||
               COALESCE(name, '-') || ' ' || COALESCE(origin, '-') || ' ' || email FROM subscriber ORDER BY id";
    app.texts(row).await.join(",")
}

/// A stranger's or the person's own: from here it looks the same.
async fn typed(app: &TestApp) -> Answer {
    let asked = json!({ "email": ANA, "lang": "en", "name": "Somebody", "page": "https://www.other.example/a" });
    let answer = app.post_json("/n/carnet", &asked).await;
    app.clock.advance(10 * MINUTE);
    answer
}

#[tokio::test]
async fn asking_never_erases_a_leave() {
    for by_link in [true, false] {
        let (app, _, id) = with_ana().await;
        let leave = format!("/unsubscribe/{}", token(&app, Purpose::Leave, id, 0));
        if by_link {
            app.post_form(&leave, &[]).await;
        } else {
            app.cli(&["subscriber", "unsubscribe", "carnet", ANA]).await.ok();
        }
        app.clock.advance(HOUR);
        let left = row(&app).await;
        assert!(left.starts_with("unsubscribed ") && !left.contains(" - "), "{left}");
        for round in 0..2 {
            assert_eq!(typed(&app).await.status, 202);
            app.post_form("/n/carnet", &[("email", "ANA@example.org"), ("lang", "fr")]).await;
            app.clock.advance(10 * MINUTE);
            assert_eq!(row(&app).await, left, "round {round}");
            let import = ["import", "carnet", "-", "--confirmed-elsewhere", "ancien site", "--json"];
            let report = app.cli_with_input(&import, "email\nana@example.org\n").await.json();
            assert_eq!(report["kept_out"], json!({ "unsubscribed": 1 }), "{report}");
            let add = ["subscriber", "add", "carnet", ANA, "--confirmed-elsewhere", "papier"];
            assert!(app.cli(&add).await.fails(4).contains("unsubscribed"));
            assert_eq!(row(&app).await, left, "round {round}");
            app.clock.advance(DAY);
        }
        assert!(
            app.number("SELECT COUNT(*) FROM letter WHERE kind = 'confirm' AND state = 0").await > 0,
            "they are asked"
        );
        if by_link {
            app.post_form(&format!("{leave}/undo"), &[]).await;
            assert_eq!(row(&app).await, "confirmed - fr Ana blog.example.org ana@example.org", "the undo is not lost");
        }
    }
}

#[tokio::test]
async fn only_the_button_brings_back_who_left_and_with_what_they_typed() {
    let (app, _, id) = with_ana().await;
    let old = format!("/confirm/{}", token(&app, Purpose::Confirm, id, app.clock.now() - HOUR));
    app.post_form(&format!("/unsubscribe/{}", token(&app, Purpose::Leave, id, 0)), &[]).await;
    app.clock.advance(HOUR);
    let left = row(&app).await;
    typed(&app).await;
    // A link from before the leave is worth nothing, also after somebody has asked.
    assert!(app.get(&old).await.forms().is_empty());
    app.post_form(&old, &[]).await;
    assert_eq!(row(&app).await, left);
    let fresh = link(&app, id).await;
    let page = app.get(&fresh).await;
    assert_eq!(row(&app).await, left, "looking changes nothing");
    assert_eq!(app.submit(&fresh, &page.form()).await.status, 200);
    assert_eq!(row(&app).await, "confirmed - en Somebody other.example ana@example.org");
    assert_eq!(app.texts("SELECT kind FROM consent ORDER BY id").await, ["left", "asked", "confirmed"]);
    // And once more: leaving ends what that link could do.
    app.post_form(&format!("/unsubscribe/{}", token(&app, Purpose::Leave, id, 0)), &[]).await;
    app.post_form(&fresh, &[]).await;
    assert!(row(&app).await.starts_with("unsubscribed "));
}

#[tokio::test]
async fn a_link_that_is_too_old_offers_a_new_letter_to_who_left_too() {
    let (app, _, id) = with_ana().await;
    app.post_form(&format!("/unsubscribe/{}", token(&app, Purpose::Leave, id, 0)), &[]).await;
    app.clock.advance(HOUR);
    typed(&app).await;
    let stale = link(&app, id).await;
    app.clock.advance(8 * DAY);
    let page = app.get(&stale).await;
    assert!(page.words().contains("plus de 7 jours"), "{}", page.words());
    app.submit(&stale, &page.form()).await;
    assert!(row(&app).await.starts_with("unsubscribed "));
    app.post_form(&link(&app, id).await, &[]).await;
    assert!(row(&app).await.starts_with("confirmed "));
}

#[tokio::test]
async fn a_bounce_is_lifted_by_the_button_and_by_nothing_before_it() {
    for everywhere in [false, true] {
        let app = TestApp::spawn().await;
        let newsletter = app.newsletter("carnet").await;
        let id = app.reader(&newsletter, ANA).await;
        let now = app.clock.now();
        let hash = app.app.keys.address_hash(ANA);
        let of = if everywhere { 0 } else { newsletter.id };
        app.execute(&format!("UPDATE subscriber SET status = 'bounced', ended_at = {now}")).await;
        app.execute(&format!("INSERT INTO suppression VALUES ({of}, '{hash}', 'bounced', {now})")).await;
        app.clock.advance(DAY);
        app.post_form("/n/carnet", &[("email", ANA), ("lang", "fr")]).await;
        let letter = app.mail_to(ANA).await;
        assert!(row(&app).await.starts_with("bounced "), "asking changes no state");
        assert_eq!(app.suppressions().await, ["bounced"]);
        app.clock.advance(MINUTE);
        let path = letter.link("/confirm/");
        let page = app.get(&path).await;
        app.submit(&path, &page.form()).await;
        assert!(row(&app).await.starts_with("confirmed - "), "{}", row(&app).await);
        assert!(app.suppressions().await.is_empty());
        app.post(&newsletter, "Retour").await;
        app.send_now(&newsletter).await;
        app.wait_for_mails(2).await;
        assert_eq!(app.mails_to(ANA).len(), 2, "{id} gets digests again");
    }
}

#[tokio::test]
async fn asking_lifts_no_complaint_no_erasure_and_no_wish_to_be_left_alone() {
    // Whoever complained comes back by their own button, as long as their row is there.
    for reason in ["complained", "erased", "not-me", "an owner's own word"] {
        for known in [true, false] {
            let app = pages().spawn().await;
            let newsletter = app.newsletter("carnet").await;
            if known {
                app.reader(&newsletter, ANA).await;
                app.execute("UPDATE subscriber SET status = 'complained', ended_at = 1").await;
            }
            let (hash, quoted) = (app.app.keys.address_hash(ANA), reason.replace('\'', "''"));
            app.execute(&format!("INSERT INTO suppression VALUES ({}, '{hash}', '{quoted}', 0)", newsletter.id)).await;
            app.clock.advance(DAY);
            typed(&app).await;
            let asked = known && reason == "complained";
            assert_eq!(app.letters_queued().await, i64::from(asked), "{reason}");
            assert_eq!(app.suppressions().await, [reason]);
            assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, i64::from(known));
        }
    }
}

#[tokio::test]
async fn an_erasure_outlives_a_bounce_before_it() {
    let (app, newsletter, _) = with_ana().await;
    let hash = app.app.keys.address_hash(ANA);
    app.execute("UPDATE subscriber SET status = 'bounced', ended_at = 1").await;
    app.execute(&format!("INSERT INTO suppression VALUES ({}, '{hash}', 'bounced', 1)", newsletter.id)).await;
    app.cli(&["subscriber", "erase", "carnet", ANA, "--yes"]).await.ok();
    assert_eq!(app.suppressions().await, ["erased"]);
    typed(&app).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 0);
}

#[tokio::test]
async fn not_me_keeps_out_who_had_left_and_pressing_twice_takes_no_undo_away() {
    let (app, _, id) = with_ana().await;
    let refuse = format!("/not-me/{}", token(&app, Purpose::NotMe, id, 0));
    for _ in 0..2 {
        app.post_form(&refuse, &[]).await;
        assert!(row(&app).await.starts_with("unsubscribed "), "left, with an undo, however often it is pressed");
    }
    app.clock.advance(HOUR);
    typed(&app).await;
    app.post_form(&refuse, &[]).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber").await, 0);
    assert_eq!(app.suppressions().await, ["not-me"]);
    let before = everything(&app).await;
    typed(&app).await;
    let after = everything(&app).await;
    assert_eq!(
        after.iter().filter(|line| !line.starts_with("confirm 5")).collect::<Vec<_>>(),
        before.iter().collect::<Vec<_>>()
    );
}
