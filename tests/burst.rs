//! Many letters at once, as after a burst of sign-ups: claimed and recorded together, over all connections that digests leave; and what
//! is promised of one holds of each (promises 1 and 2, fault R1).

use std::collections::HashSet;
use std::time::{Duration, Instant};

use facteur::newsletters::Newsletter;

use crate::harness::smtp::Settings;
use crate::harness::smtp::faults::Stage;
use crate::harness::{PATIENCE, TestApp};

/// Connections that the owner allows; letters have one besides.
const CONNECTIONS: usize = 4;
/// Letters that a reader waits for.
const OPEN: &str = "SELECT COUNT(*) FROM letter WHERE state IN (0, 1, 4)";

/// A world that does not run, with a letter to each of so many readers.
async fn letters_to(readers: usize, latency: Duration) -> (TestApp, Newsletter) {
    let builder =
        TestApp::builder().set("smtp.connections", CONNECTIONS).sink(Settings { latency, ..Settings::default() });
    let app = builder.stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, readers).await;
    app.execute(&format!(
        "INSERT INTO letter (newsletter_id, subscriber_id, kind, language, created_at)
         SELECT newsletter_id, id, 'already', 'fr', {} FROM subscriber",
        app.clock.now()
    ))
    .await;
    (app, carnet)
}

fn addresses(readers: usize) -> HashSet<String> {
    (1..=readers).map(|n| format!("p{n}@example.org")).collect()
}

#[tokio::test]
async fn many_letters_leave_over_the_connections_that_digests_leave() {
    let (mut app, _) = letters_to(300, Duration::from_millis(5)).await;
    app.start().await;
    app.wait_for_mails(300).await;
    app.idle().await;
    let most = app.sink.open_connections().1 as usize;
    assert!(most > 2, "{most} connections at most: they waited for their own");
    assert!(most <= CONNECTIONS + 1, "{most} connections: more than the owner allows");
    assert_eq!(app.number("SELECT COUNT(*) FROM letter WHERE state = 2 AND attempts = 1 AND next_at = 0").await, 300);
    assert_eq!(
        app.number("SELECT COUNT(*) FROM letter WHERE leased_until > 0 OR owner <> '' OR done_at IS NULL").await,
        0
    );
    app.stop().await;
    app.assert_nothing_lost(&addresses(300), 0).await;
}

#[tokio::test]
async fn a_few_letters_leave_over_their_own_connection() {
    let (mut app, _) = letters_to(10, Duration::from_millis(5)).await;
    app.start().await;
    app.wait_for_mails(10).await;
    assert_eq!(app.sink.open_connections().1, 1);
}

#[tokio::test]
async fn a_digest_beside_many_letters_has_connections_too_and_nobody_has_more_than_allowed() {
    let (mut app, carnet) = letters_to(400, Duration::from_millis(5)).await;
    app.post(&carnet, "Des nouvelles du jardin").await;
    app.start().await;
    app.wait_for_mails(40).await;
    let digest = app.send_now(&carnet).await;
    app.wait_for_mails(800).await;
    app.idle().await;
    let most = app.sink.open_connections().1 as usize;
    assert!(most <= CONNECTIONS + 1, "{most} connections: more than the owner allows");
    assert_eq!(app.counts(digest).await.accepted, 400);
    assert!(app.sink.per_recipient().values().all(|mails| *mails == 2), "a letter and a digest each");
}

#[tokio::test]
async fn what_is_wrong_with_one_letter_of_a_group_stops_no_other() {
    let (mut app, carnet) = letters_to(60, Duration::ZERO).await;
    let (now, hash) = (app.clock.now(), app.app.keys.address_hash("p9@example.org"));
    app.execute(&format!(
        "INSERT INTO letter (newsletter_id, address, kind, language, parameters, created_at)
         VALUES ({}, 'editor@lettres.example.org', 'notice', 'fr', '{{\"event\": \"nonsense\"}}', {now})",
        carnet.id
    ))
    .await;
    app.execute(&format!(
        "INSERT INTO suppression (newsletter_id, address_hash, reason, created_at) VALUES ({}, '{hash}', 'not_me', {now})",
        carnet.id
    ))
    .await;
    app.execute("DELETE FROM subscriber WHERE email = 'p11@example.org'").await;
    app.sink.on(Stage::Rcpt).to("p7@example.org").reply("550 5.1.1 no such user");
    app.sink.on(Stage::Rcpt).to("p8@example.org").first(1).reply("451 4.2.0 later");
    app.start().await;
    app.wait_for_mails(56).await;
    let settled = "SELECT CAST(state AS TEXT) || ' ' || COALESCE(reason, '') FROM letter WHERE state <> 2 ORDER BY 1";
    let begin = Instant::now();
    while app.texts(settled).await != ["3 render", "3 unknown", "4 deferred", "5 suppressed"] {
        assert!(begin.elapsed() < PATIENCE, "{:?}", app.texts(settled).await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM letter WHERE state = 2").await, 56);
    let (reached, mut expected) = (app.sink.per_recipient(), addresses(60));
    expected.retain(|address| !["p7", "p8", "p9", "p11"].map(|who| format!("{who}@example.org")).contains(address));
    assert_eq!(reached.keys().cloned().collect::<HashSet<_>>(), expected);
    assert!(reached.values().all(|mails| *mails == 1));
}

#[tokio::test]
async fn killed_in_the_middle_of_a_group_no_letter_is_lost_and_few_are_repeated() {
    for point in [
        "letter.before_commit:1",
        "letter.after_commit:1",
        "record.before_commit:3",
        "record.after_commit:3",
        "wire.before_content:20",
        "wire.after_content:20",
        "wire.after_reply:40",
    ] {
        let (app, _) = letters_to(150, Duration::from_millis(2)).await;
        let mut server = app.server(&[], &[("FACTEUR_FAULT", point)]);
        let begin = Instant::now();
        while server.runs() && app.number(OPEN).await > 0 {
            assert!(begin.elapsed() < PATIENCE, "{point}: neither dead nor done\n{}", server.said());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(server.said().contains("fault point"), "{point} was never reached");
        server.ended().await;
        let started = app.number("SELECT COUNT(*) FROM letter WHERE state = 1").await;
        assert!(started <= CONNECTIONS as i64 + 1, "{point}: {started} letters were started at once");
        app.leases_run_out().await;
        let mut again = app.server(&[], &[]);
        while app.number(OPEN).await > 0 {
            assert!(begin.elapsed() < 2 * PATIENCE, "{point}\n{}", again.said());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        again.terminate().await;
        let tally = app.assert_nothing_lost(&addresses(150), CONNECTIONS + 1).await;
        assert!(tally.mails <= 150 + CONNECTIONS + 1, "{point}: {tally:?}");
    }
}

#[tokio::test]
async fn stopped_in_order_in_the_middle_no_letter_is_lost_or_repeated() {
    let (app, _) = letters_to(300, Duration::from_millis(2)).await;
    for mails in [40, 160] {
        let mut server = app.server(&[], &[]);
        let begin = Instant::now();
        while app.sink.taken() < mails {
            assert!(begin.elapsed() < PATIENCE && server.runs(), "{}", server.said());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let (status, _) = server.terminate().await;
        assert!(status.success(), "{}", server.said());
        let held = "SELECT COUNT(*) FROM letter WHERE state = 1 OR (state IN (0, 4) AND leased_until > 0)";
        assert_eq!(app.number(held).await, 0, "letters are left as started, or leased to nobody");
    }
    let mut server = app.server(&[], &[]);
    let begin = Instant::now();
    while app.number(OPEN).await > 0 {
        assert!(begin.elapsed() < PATIENCE, "{}", server.said());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.terminate().await;
    app.assert_nothing_lost(&addresses(300), 0).await;
}
