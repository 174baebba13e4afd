//! What people do while it sends: double clicks, leaving; and what one of them is (R17, R19 to R21).

use std::collections::HashSet;

use facteur::clock::{DAY, HOUR};
use facteur::keys::{Claim, Purpose};
use serde_json::json;

use super::{Mailing, connections, latency};
use crate::harness::TestApp;

#[tokio::test]
async fn r17_a_clock_that_jumps_a_year_sends_nothing_twice() {
    for jump in [365 * DAY, -365 * DAY] {
        let mut mailing = Mailing::ready(connections(2).sink(latency(2)), 150).await;
        mailing.send().await;
        mailing.app.wait_for_mails(30).await;
        mailing.app.advance(jump).await;
        mailing.app.wait_for_mails(60).await;
        mailing.app.advance(-jump).await;
        mailing.assert_whole(0).await;
        let sent = mailing.app.number("SELECT COUNT(*) FROM digest WHERE state NOT IN ('skipped')").await;
        assert_eq!(sent, 1, "no digest of a slot that a jump has invented");
    }
}

#[tokio::test]
async fn r17_a_jump_over_many_slots_catches_up_once_at_most() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.reader(&carnet, "ana@example.org").await;
    app.post(&carnet, "Un").await;
    // Ten Mondays and a few hours later: the last slot is within twelve hours, the others are too late.
    app.advance_to("2026-08-10T10:00[Europe/Paris]").await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    let slots = app.texts("SELECT state FROM digest ORDER BY slot_at").await;
    assert_eq!(slots.iter().filter(|state| *state != "skipped").count(), 1, "{slots:?}");
    app.advance(-60 * DAY).await;
    app.post(&carnet, "Deux").await;
    app.tick().await;
    app.advance(59 * DAY).await;
    app.idle().await;
    assert_eq!(app.mails_to("ana@example.org").len(), 1, "a clock set back makes no slot twice");
}

#[tokio::test]
async fn r19_fifty_requests_at_once_make_one_digest() {
    let app = TestApp::spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 20).await;
    app.post(&carnet, "Un seul").await;
    let token = app.cli(&["token", "create", "test", "--json"]).await.json()["token"].as_str().unwrap().to_owned();
    let ask = |n: usize| {
        let request = app.request(reqwest::Method::POST, "/api/v1/newsletters/carnet/digests");
        let request =
            request.header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
        // Half of them are one program that tries again, half are different clicks.
        let key = if n.is_multiple_of(2) { "the-same".to_owned() } else { format!("click-{n}") };
        app.send(request.header("idempotency-key", key).body(json!({}).to_string()))
    };
    let answers = futures_util::future::join_all((0..50).map(ask)).await;
    let ids: HashSet<String> = answers
        .iter()
        .filter(|answer| answer.status < 300)
        .map(|answer| answer.json()["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    let codes: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(ids.len(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| *code < 300 || *code == 409), "{codes:?}");
    assert_eq!(app.number("SELECT COUNT(*) FROM digest").await, 1);
    app.idle().await;
    let readers: HashSet<String> = (1..=20).map(|n| format!("p{n}@example.org")).collect();
    app.assert_nothing_lost(&readers, 0).await;
}

#[tokio::test]
async fn r20_who_leaves_during_a_send_is_not_written_to_any_more() {
    let mut mailing = Mailing::ready(connections(1).sink(latency(5)), 300).await;
    mailing.send().await;
    mailing.app.wait_for_mails(10).await;
    let mut gone = HashSet::new();
    for n in [150, 200, 250, 280, 290] {
        let id = mailing.app.id_of(&format!("p{n}@example.org")).await;
        let token = mailing.app.app.keys.sign(Purpose::Leave, Claim { subject: id, version: 1, issued_at: 0 });
        let link = format!("/unsubscribe/{token}");
        let answer = mailing.app.post_form(&link, &[("List-Unsubscribe", "One-Click")]).await;
        assert_eq!(answer.status, 200);
        let address = format!("p{n}@example.org");
        assert_eq!(mailing.app.mails_to(&address).len(), 0, "the test is too slow to say anything");
        gone.insert(address);
    }
    mailing.ends(0).await;
    let counts = mailing.counts().await;
    assert_eq!((counts.accepted, counts.skipped, counts.recipients), (295, 5, 300), "{counts:?}");
    let stayed = mailing.readers.difference(&gone).cloned().collect();
    mailing.app.assert_nothing_lost(&stayed, 0).await;
}

/// The leave link of a reader.
async fn leave_link(app: &TestApp, address: &str) -> String {
    let id = app.id_of(address).await;
    format!("/unsubscribe/{}", app.app.keys.sign(Purpose::Leave, Claim { subject: id, version: 1, issued_at: 0 }))
}

#[tokio::test]
async fn r20_who_leaves_and_is_back_before_their_turn_misses_nothing() {
    let mut mailing = Mailing::ready(connections(1).sink(latency(5)), 400).await;
    mailing.send().await;
    mailing.app.wait_for_mails(21).await;
    let (undone, confirmed) = ("p380@example.org", "p390@example.org");
    let link = leave_link(&mailing.app, undone).await;
    let left = mailing.app.post_form(&link, &[]).await;
    mailing.app.post_form(&leave_link(&mailing.app, confirmed).await, &[]).await;
    // Long enough for the sender to have heard that they left.
    mailing.app.wait_for_mails(150).await;
    mailing.app.submit(&link, &left.forms()[0]).await;
    mailing.app.post_form("/n/carnet", &[("email", confirmed), ("lang", "fr")]).await;
    let letter = mailing.app.mail_to(confirmed).await.link("/confirm/");
    let page = mailing.app.get(&letter).await;
    mailing.app.submit(&letter, &page.form()).await;
    for address in [undone, confirmed] {
        let back = format!("SELECT COUNT(*) FROM subscriber WHERE status = 'confirmed' AND email = '{address}'");
        assert_eq!(mailing.app.number(&back).await, 1, "{address}");
    }
    assert_eq!(mailing.app.mails_to(undone).len(), 0, "the test is too slow to say anything");
    mailing.ends(0).await;
    let counts = mailing.counts().await;
    assert_eq!((counts.accepted, counts.skipped), (400, 0), "{counts:?}");
    assert_eq!((mailing.app.mails_to(undone).len(), mailing.app.mails_to(confirmed).len()), (1, 2));
}

#[tokio::test]
async fn r20_whose_turn_came_while_they_were_out_gets_it_when_they_are_back_in_time() {
    let mut mailing = Mailing::ready(connections(1).sink(latency(5)).stopped(), 300).await;
    mailing.send().await;
    let status = |to: &str| format!("UPDATE subscriber SET status = '{to}' WHERE email = 'p5@example.org'");
    mailing.app.execute(&status("unsubscribed")).await;
    mailing.app.start().await;
    mailing.app.wait_for_mails(50).await;
    let skipped = "SELECT COUNT(*) FROM delivery WHERE state = 5";
    assert_eq!(mailing.app.number(skipped).await, 1, "the batch was made without them");
    mailing.app.execute(&status("confirmed")).await;
    assert!(mailing.app.sink.taken() < 300, "the test is too slow to say anything");
    mailing.assert_whole(0).await;
}

#[tokio::test]
async fn r20_who_is_erased_during_a_send_is_not_written_to_any_more() {
    let mut mailing = Mailing::ready(connections(1).sink(latency(5)), 800).await;
    mailing.send().await;
    mailing.app.wait_for_mails(10).await;
    let gone: HashSet<_> = [700, 790].map(|n| format!("p{n}@example.org")).into();
    for address in &gone {
        // By another process, which the sender hears of from the database alone.
        mailing.app.cli(&["subscriber", "erase", "carnet", address, "--yes"]).await.ok();
        assert_eq!(mailing.app.mails_to(address).len(), 0, "the test is too slow to say anything");
    }
    mailing.ends(0).await;
    let counts = mailing.counts().await;
    assert_eq!((counts.accepted, counts.skipped, counts.recipients), (798, 2, 800), "{counts:?}");
    let stayed = mailing.readers.difference(&gone).cloned().collect();
    mailing.app.assert_nothing_lost(&stayed, 0).await;
}

#[tokio::test]
async fn r21_a_reader_who_cannot_be_written_to_stops_nobody_else() {
    let mut mailing = Mailing::ready(connections(2), 50).await;
    // What no door lets in, but an old import may have left behind.
    for (n, poison) in [(7, "nul\u{1}byte@example.org"), (8, "two lines@example.org"), (9, "no-at-sign"), (10, "")] {
        mailing
            .app
            .execute(&format!("UPDATE subscriber SET email = '{poison}' WHERE email = 'p{n}@example.org'"))
            .await;
    }
    mailing.send().await;
    mailing.ends(HOUR).await;
    let counts = mailing.counts().await;
    assert_eq!((counts.recipients, counts.accepted), (50, 46), "{counts:?}");
    assert_eq!(counts.refused + counts.skipped, 4, "each with its reason, none silently: {counts:?}");
    let reasons = mailing.app.texts("SELECT reason FROM delivery_note").await;
    assert!(reasons.len() == 4 && reasons.iter().all(|reason| !reason.is_empty()), "{reasons:?}");
}
