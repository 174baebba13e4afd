//! Closed rows that are opened again: beside the end of a mailing, in slices, over a kill; a digest's bounces undone; digests
//! that ended too early. No open row is ever left behind, and nobody is lost.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use facteur::db::Tx;
use facteur::digests::steer as editor;
use facteur::digests::steer::Doubt;
use facteur::digests::{Digest, sql};
use facteur::events::Actor;
use facteur::ledger::count::Counts;
use facteur::ledger::sql::{lease, pack as sql_pack};
use facteur::ledger::{pack, reopen};
use facteur::newsletters::Newsletter;
use facteur::subscribers;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::smtp::Settings;
use crate::harness::smtp::faults::Stage;
use crate::harness::{Answer, Builder, Chance, PATIENCE, TestApp, on_postgres, postgres};
use facteur::digests::MEANING;

/// A world that does not send yet, with a digest that was released to so many.
async fn released(builder: Builder, readers: usize) -> (TestApp, Newsletter, i64) {
    let app = builder.stopped().spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, readers).await;
    app.post(&carnet, "Des nouvelles").await;
    let digest = app.send_now(&carnet).await;
    (app, carnet, digest)
}

/// The digest has come to its end: the addresses that the condition names were refused for this reason, the others are accepted.
async fn ended(app: &TestApp, digest: i64, refused: &str, reason: &str) {
    let those = format!("subscriber_id IN (SELECT id FROM subscriber WHERE {refused})");
    app.execute(&format!("UPDATE delivery SET state = 2, attempts = 1 WHERE digest_id = {digest}")).await;
    app.execute(&format!("UPDATE delivery SET state = 3 WHERE digest_id = {digest} AND {those}")).await;
    app.execute(&format!(
        "INSERT INTO delivery_note (digest_id, subscriber_id, at, code, reason, words)
         SELECT digest_id, subscriber_id, 0, 550, '{reason}', 'no' FROM delivery WHERE digest_id = {digest} AND state = 3"
    ))
    .await;
    app.execute(&format!(
        "UPDATE digest SET state = 'finished', finished_at = {}, claimed_upto = (SELECT MAX(subscriber_id) FROM delivery)
         WHERE id = {digest}",
        app.clock.now()
    ))
    .await;
}

fn addresses(numbers: impl IntoIterator<Item = usize>) -> HashSet<String> {
    numbers.into_iter().map(|n| format!("p{n}@example.org")).collect()
}

/// Waits until nothing of a cancelled digest is open.
async fn swept(app: &TestApp, digest: i64) -> Counts {
    let begin = Instant::now();
    loop {
        let counts = app.counts(digest).await;
        if counts.open() == 0 {
            return counts;
        }
        assert!(begin.elapsed() < PATIENCE, "it is not swept: {counts:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until so many statements wait for another's lock.
async fn waiting(app: &TestApp, statements: i64) {
    let begin = Instant::now();
    let waiting =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while app.number(waiting).await < statements {
        assert!(begin.elapsed() < PATIENCE, "{statements} statements do not meet");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_end_that_is_under_way_strands_nothing_that_is_queued_again() {
    // SQLite has one writer: an end beside a retry cannot be there.
    if on_postgres().is_none() {
        return;
    }
    for doubtful in [false, true] {
        let (mut app, _, digest) = released(TestApp::builder(), 300).await;
        ended(&app, digest, "email <> 'p300@example.org'", "expired").await;
        let closed = if doubtful { 6 } else { 3 };
        app.execute(&format!("UPDATE delivery SET state = {closed} WHERE state = 3")).await;
        app.execute("UPDATE digest SET state = 'sending', finished_at = NULL").await;
        // The retry has the digest and stands at one of its rows; the end of the mailing comes and waits for the digest.
        let mut row = app.app.db.begin().await.unwrap();
        let Tx::Postgres(tx) = &mut row else { unreachable!() };
        sqlx::query("SELECT 1 FROM delivery WHERE state <> 2 ORDER BY subscriber_id DESC LIMIT 1 FOR UPDATE")
            .execute(&mut **tx)
            .await
            .unwrap();
        let other = app.app.clone();
        let retry = tokio::spawn(async move {
            if doubtful {
                reopen::resolve_doubts(&other, MEANING, digest, true).await
            } else {
                reopen::retry_failed(&other, MEANING, digest).await
            }
        });
        waiting(&app, 1).await;
        app.start().await;
        waiting(&app, 2).await;
        drop(row);
        assert_eq!(retry.await.unwrap().unwrap(), 299);
        app.wait_for_mails(299).await;
        app.idle().await;
        assert_eq!(app.digest_state(digest).await, "finished");
        assert_eq!(app.counts(digest).await.accepted, 300);
        app.assert_nothing_lost(&addresses(1..300), 0).await;
    }
}

/// One of the things that editors and workers do to a digest, whatever comes of it.
async fn disturb(app: &TestApp, digest: &Digest, what: u64) {
    let app = &app.app;
    match what {
        0 | 1 => drop(editor::retry(app, digest, false, false, Actor::Command).await),
        2 => drop(editor::decide(app, digest, Doubt::SendAgain, Actor::Command).await),
        3 => drop(editor::decide(app, digest, Doubt::TakeForAccepted, Actor::Command).await),
        4 => drop(editor::pause(app, digest, Actor::Command).await),
        5 | 6 => drop(editor::resume(app, digest, editor::Unknown::TryLater, Actor::Command).await),
        7 => drop(pack::digest(app, MEANING, digest.id).await),
        8 | 9 => drop(lease::finish(&app.db, MEANING, digest.id, app.clock.now()).await),
        10 => drop(lease::recover_strays(&app.db, digest.id).await),
        _ => drop(editor::cancel(app, digest, Actor::Command).await),
    }
}

/// A digest that three disturb at once while it is sent, each in an order of its own.
async fn disturbed(app: &TestApp, carnet: &Newsletter, chance: &mut Chance, round: u64) -> Digest {
    app.post(carnet, &format!("Des nouvelles {round}")).await;
    app.sink.heal();
    for _ in 0..6 {
        let address = format!("p{}@example.org", chance.below(40) + 1);
        match chance.below(2) {
            0 => app.sink.on(Stage::Rcpt).to(&address).first(2).reply("550 5.7.1 policy"),
            _ => app.sink.on(Stage::Dot).to(&address).first(1).stored().drop_connection(),
        }
    }
    let id = app.send_now(carnet).await;
    let digest = sql::by_id(&app.app.db, id).await.unwrap().unwrap();
    let kinds = if round.is_multiple_of(3) { 12 } else { 11 };
    let scripts: Vec<Vec<u64>> = (0..4).map(|_| (0..8).map(|_| chance.below(kinds)).collect()).collect();
    join_all(scripts.into_iter().map(|script| {
        let digest = &digest;
        async move {
            for what in script {
                disturb(app, digest, what).await;
            }
        }
    }))
    .await;
    digest
}

/// What is closed for a reason that may have passed is sent, and the digest comes to its end.
async fn to_its_end(app: &TestApp, digest: &Digest) {
    let begin = Instant::now();
    loop {
        let now = sql::by_id(&app.app.db, digest.id).await.unwrap().unwrap();
        editor::resume(&app.app, &now, editor::Unknown::TryLater, Actor::Command).await.ok();
        editor::retry(&app.app, &now, false, false, Actor::Command).await.ok();
        editor::decide(&app.app, &now, Doubt::SendAgain, Actor::Command).await.ok();
        app.idle().await;
        let counts = app.counts(digest.id).await;
        let (done, ended) = (counts.refused + counts.uncertain + counts.open() == 0, now.finished_at.is_some());
        if app.digest_state(digest.id).await == "cancelled" && counts.open() == 0 && ended || done && ended {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "{now:?} {counts:?}");
    }
}

/// So many digests, one after the other, in a world of its own.
async fn disturbed_rounds(seed: u64, rounds: u64) {
    let builder = TestApp::builder().set("smtp.connections", 2).set("smtp.on_uncertain", "hold");
    let app = builder.set("smtp.pipelining", "envelope").spawn().await;
    let carnet = app.newsletter("carnet").await;
    app.readers(&carnet, 40).await;
    let mut chance = Chance::new(seed);
    for round in 0..rounds {
        let before = app.sink.journal().len();
        let digest = disturbed(&app, &carnet, &mut chance, round).await;
        to_its_end(&app, &digest).await;
        let counts = app.counts(digest.id).await;
        assert_eq!((counts.recipients, counts.open()), (40, 0), "seed {seed}, round {round}: {counts:?}");
        if app.digest_state(digest.id).await == "finished" {
            let got: HashSet<String> = app.sink.journal()[before..].iter().map(|entry| entry.rcpt.clone()).collect();
            assert_eq!((counts.accepted, got), (40, addresses(1..=40)), "seed {seed}, round {round}: {counts:?}");
        }
        app.cli(&["fsck"]).await.ok();
    }
}

#[tokio::test]
async fn whatever_happens_to_a_digest_at_once_no_row_stays_open_and_nobody_is_lost() {
    let rounds = if postgres().is_some() { 12 } else { 4 };
    join_all([20_261_129, 4, 60_001].map(|seed| disturbed_rounds(seed, rounds))).await;
}

#[tokio::test]
async fn a_retry_that_is_killed_between_two_slices_goes_on_where_it_was() {
    for packed in [false, true] {
        let (app, _, digest) = released(TestApp::builder(), 45_000).await;
        ended(&app, digest, "email <> 'p7@example.org'", "expired").await;
        if packed {
            pack::digest(&app.app, MEANING, digest).await.unwrap();
        }
        let tried = app.cli(&["digest", "retry", "carnet", "--dry-run", "--json"]).await.json();
        assert_eq!((tried["retried"].as_i64(), app.digest_state(digest).await.as_str()), (Some(44_999), "finished"));
        let mut command = app.command(&["digest", "retry", "carnet"]);
        command.env("FACTEUR_FAULT", "revive.after_commit:1");
        assert!(!tokio::task::spawn_blocking(move || command.output().unwrap().status.success()).await.unwrap());
        let queued = app.counts(digest).await.queued;
        assert!((19_999..=20_000).contains(&queued), "packed: {packed}, {queued}");
        assert_eq!(app.digest_state(digest).await, "sending", "what is queued is sent, also when nobody runs it again");
        app.cli(&["fsck"]).await.ok();
        let rest = app.cli(&["digest", "retry", "carnet", "--json"]).await.json()["retried"].as_i64().unwrap();
        let counts = app.counts(digest).await;
        assert_eq!((queued + rest, counts.queued, counts.accepted), (44_999, 44_999, 1), "packed: {packed}");
        let batches = app.number("SELECT COUNT(*) FROM delivery_batch").await;
        assert!((45..=47).contains(&batches), "{batches} batches");
        app.cli(&["fsck"]).await.ok();
        app.execute("DELETE FROM delivery").await;
    }
}

/// A digest of 30 as an earlier build left it when the server did not know ten of them: refused, bounced, suppressed. Of
/// those p2 left, p3 complained, p4 was erased, and p5 was brought back by hand.
async fn bounced(packed: bool) -> (TestApp, i64) {
    let (app, carnet, digest) = released(TestApp::builder(), 30).await;
    let ten: Vec<String> = (1..=10).map(|n| format!("'p{n}@example.org'")).collect();
    let ten = format!("email IN ({})", ten.join(", "));
    ended(&app, digest, &ten, "address").await;
    app.execute(&format!("UPDATE subscriber SET status = 'bounced', ended_at = {} WHERE {ten}", app.clock.now())).await;
    for n in 1..=10 {
        let hash = app.app.keys.address_hash(&format!("p{n}@example.org"));
        app.execute(&format!(
            "INSERT INTO suppression (newsletter_id, address_hash, reason, created_at)
             VALUES ({}, '{hash}', 'bounced', 1)",
            carnet.id
        ))
        .await;
    }
    if packed {
        pack::digest(&app.app, MEANING, digest).await.unwrap();
    }
    app.execute("UPDATE subscriber SET status = 'unsubscribed' WHERE email = 'p2@example.org'").await;
    app.execute("UPDATE subscriber SET status = 'complained' WHERE email = 'p3@example.org'").await;
    let hash = app.app.keys.address_hash("p3@example.org");
    app.execute(&format!("UPDATE suppression SET reason = 'complained' WHERE address_hash = '{hash}'")).await;
    app.cli(&["subscriber", "erase", "carnet", "p4@example.org", "--yes"]).await.ok();
    app.execute("UPDATE subscriber SET status = 'confirmed', ended_at = NULL WHERE email = 'p5@example.org'").await;
    let hash = app.app.keys.address_hash("p5@example.org");
    app.execute(&format!("DELETE FROM suppression WHERE address_hash = '{hash}'")).await;
    (app, digest)
}

/// Seven are written to, six of them were called bounced; whoever has a reason of their own stays out.
async fn are_back(app: &mut TestApp, digest: i64) {
    app.start().await;
    app.idle().await;
    let back = addresses([1, 5, 6, 7, 8, 9, 10]);
    app.assert_nothing_lost(&back, 0).await;
    let counts = app.counts(digest).await;
    assert_eq!((counts.recipients, counts.accepted), (30, 27), "{counts:?}");
    let out = app.texts("SELECT status FROM subscriber WHERE status <> 'confirmed' ORDER BY id").await;
    assert_eq!(out, ["unsubscribed", "complained"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM subscriber WHERE ended_at IS NOT NULL").await, 2);
    let mut left = app.suppressions().await;
    left.sort();
    assert_eq!(left, ["bounced", "complained", "erased"], "of p2, of p3, and of who was erased");
}

#[tokio::test]
async fn a_digests_bounces_are_undone_and_nobody_with_another_reason_is_written_to() {
    for packed in [false, true] {
        let (mut app, digest) = bounced(packed).await;
        let id = app.public_id(digest).await;
        assert_eq!(
            app.cli(&["digest", "retry", "carnet", "--json"]).await.json()["retried"],
            0,
            "those are no bounces"
        );
        let tried = app.cli(&["digest", "retry", "carnet", "--bounced", "--dry-run", "--json"]).await.json();
        let expected =
            |dry_run: bool| json!({ "dry_run": dry_run, "id": id, "retried": 7, "brought_back": 6, "kept_out": 2 });
        assert_eq!(tried, expected(true), "packed: {packed}");
        assert_eq!(app.with_status("bounced").await, 6, "only tried");
        let done = app.cli(&["digest", "retry", "carnet", "--bounced", "--json"]).await.json();
        assert_eq!(done, expected(false), "packed: {packed}");
        are_back(&mut app, digest).await;
        let said = app.cli(&["digest", "retry", "carnet", "--bounced"]).await;
        assert!(said.ok().contains("nobody to bring back") && said.ok().contains("2 stay out"), "{}", said.stdout);
        app.cli(&["digest", "retry", "carnet", "--bounced", "--doubtful"]).await.fails(2);
    }
}

/// Steers over the API.
async fn act(app: &TestApp, digest: &str, action: &str, body: &Value) -> Answer {
    let name = format!("test{}", app.number("SELECT COUNT(*) FROM api_token").await);
    let token = app.cli(&["token", "create", &name, "--json"]).await.json()["token"].clone();
    let request = app.request(Method::POST, &format!("/api/v1/digests/{digest}/{action}"));
    app.send(request.bearer_auth(token.as_str().unwrap()).body(body.to_string())).await
}

#[tokio::test]
async fn the_api_undoes_bounces_too() {
    for packed in [false, true] {
        let (mut app, digest) = bounced(packed).await;
        let id = app.public_id(digest).await;
        app.start().await;
        assert_eq!(act(&app, &id, "retry", &json!({ "bounced": true, "doubtful": true })).await.status, 422);
        let answer = act(&app, &id, "retry", &json!({ "bounced": true })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let said = answer.json();
        assert_eq!((said["retried"].as_i64(), said["brought_back"].as_i64()), (Some(7), Some(6)), "{said}");
        app.stop().await;
        are_back(&mut app, digest).await;
    }
}

#[tokio::test]
async fn bounces_of_a_cancelled_digest_are_undone_and_nothing_of_it_is_sent() {
    for packed in [false, true] {
        let (mut app, digest) = bounced(packed).await;
        app.execute("UPDATE digest SET state = 'cancelled'").await;
        let said = app.cli(&["digest", "retry", "carnet", "--bounced"]).await;
        assert!(said.ok().starts_with("6 people who bounced are subscribed again"), "{}", said.stdout);
        app.start().await;
        app.idle().await;
        assert_eq!(app.sink.taken(), 0);
        assert_eq!(app.with_status("confirmed").await, 27);
        assert_eq!(app.counts(digest).await.recipients, 30);
        app.cli(&["fsck"]).await.ok();
    }
}

#[tokio::test]
async fn a_digest_that_ended_with_open_rows_is_repaired() {
    // In batches of theirs, in none, and where batches alone were left behind.
    for (open, batches) in [(true, true), (true, false), (false, true)] {
        let (mut app, _, digest) = released(TestApp::builder(), 50).await;
        ended(&app, digest, "email IN ('p3@example.org', 'p40@example.org')", "expired").await;
        if open {
            app.execute("UPDATE delivery SET state = 0 WHERE state = 3").await;
        }
        if batches {
            app.execute(&format!("INSERT INTO delivery_batch (digest_id, lo, hi) VALUES ({digest}, 1, 1000)")).await;
        }
        let found = app.cli(&["fsck"]).await;
        assert!(found.fails(3).contains("fsck --repair"), "{}", found.stderr);
        assert_eq!(app.digest_state(digest).await, "finished", "looking changes nothing");
        let repaired = app.cli(&["fsck", "--repair"]).await;
        assert!(repaired.ok().contains("repaired: the digest resumes"), "{}", repaired.stdout);
        app.start().await;
        app.idle().await;
        assert_eq!(app.digest_state(digest).await, "finished");
        assert_eq!(app.sink.taken(), if open { 2 } else { 0 });
        let again = app.cli(&["fsck", "--repair"]).await;
        assert!(!again.ok().contains("repaired"), "{}", again.stdout);
    }
}

#[tokio::test]
async fn what_a_cancelled_digest_left_open_is_swept_after_a_repair() {
    let (mut app, _, digest) = released(TestApp::builder(), 50).await;
    ended(&app, digest, "email = 'p3@example.org'", "expired").await;
    app.execute("UPDATE delivery SET state = 0 WHERE state = 3").await;
    app.execute("UPDATE digest SET state = 'cancelled'").await;
    app.cli(&["fsck"]).await.fails(3);
    app.cli(&["fsck", "--repair"]).await.ok();
    app.start().await;
    let counts = swept(&app, digest).await;
    assert_eq!((app.sink.taken(), counts.skipped), (0, 1));
}

#[tokio::test]
async fn a_digest_that_has_just_ended_with_open_rows_goes_on_by_itself_and_an_old_one_waits_for_a_person() {
    for (age, goes_on) in [(20 * 60_000, true), (3 * 24 * 3_600_000, false)] {
        let (mut app, _, digest) = released(TestApp::builder(), 50).await;
        ended(&app, digest, "email = 'p3@example.org'", "expired").await;
        app.execute("UPDATE delivery SET state = 0 WHERE state = 3").await;
        app.execute(&format!("UPDATE digest SET finished_at = finished_at - {age}")).await;
        let packed = pack::digest(&app.app, MEANING, digest).await;
        assert_eq!(packed.is_ok(), goes_on);
        assert_eq!(app.digest_state(digest).await, if goes_on { "sending" } else { "finished" });
        if goes_on {
            app.start().await;
            app.wait_for_mails(1).await;
            app.idle().await;
        }
        app.execute("DELETE FROM delivery").await;
    }
}

#[tokio::test]
async fn what_may_have_gone_out_is_not_called_skipped_when_its_digest_is_cancelled() {
    // In a batch, and before the first one was made.
    for in_batch in [true, false] {
        let (mut app, _, digest) = released(TestApp::builder(), 50).await;
        for (address, state) in [("p3@example.org", 4), ("p4@example.org", 0)] {
            let those = format!("subscriber_id = (SELECT id FROM subscriber WHERE email = '{address}')");
            app.execute(&format!("UPDATE delivery SET state = {state}, attempts = 1 WHERE {those}")).await;
            app.execute(&format!(
                "INSERT INTO delivery_note (digest_id, subscriber_id, at, reason)
                 SELECT digest_id, subscriber_id, 0, 'doubt' FROM delivery WHERE {those}"
            ))
            .await;
        }
        if in_batch {
            app.execute("UPDATE digest SET claimed_upto = (SELECT MAX(subscriber_id) FROM delivery)").await;
            app.execute(&format!("INSERT INTO delivery_batch (digest_id, lo, hi) VALUES ({digest}, 1, 1000)")).await;
        }
        app.cli(&["digest", "cancel", "carnet", "--yes"]).await.ok();
        app.start().await;
        let counts = swept(&app, digest).await;
        assert_eq!((counts.uncertain, counts.skipped), (2, 48), "in a batch: {in_batch}, {counts:?}");
    }
}

#[tokio::test]
async fn nor_when_it_lies_with_a_connection_then() {
    let sink = Settings { latency: Duration::from_millis(5), ..Settings::default() };
    let (mut app, _, digest) = released(TestApp::builder().set("smtp.connections", 1).sink(sink), 300).await;
    app.execute(&format!(
        "INSERT INTO delivery_note (digest_id, subscriber_id, at, reason)
         SELECT {digest}, id, 0, 'doubt' FROM subscriber WHERE email = 'p290@example.org'"
    ))
    .await;
    app.start().await;
    app.wait_for_mails(20).await;
    app.cli(&["digest", "cancel", "carnet", "--yes"]).await.ok();
    let counts = swept(&app, digest).await;
    assert_eq!((counts.uncertain, counts.accepted + counts.skipped), (1, 299), "{counts:?}");
    assert!(counts.skipped > 0, "the test is too slow to say anything");
}

#[tokio::test]
async fn people_erased_at_once_are_all_gone_from_a_packed_digest() {
    let (app, _, digest) = released(TestApp::builder(), 60).await;
    ended(&app, digest, "email = 'p60@example.org'", "expired").await;
    pack::digest(&app.app, MEANING, digest).await.unwrap();
    let people = app.texts("SELECT CAST(id AS TEXT) FROM subscriber ORDER BY id LIMIT 30").await;
    let app = &app;
    join_all(people.iter().map(|id| async move {
        let person = subscribers::sql::by_id(&app.app.db, id.parse().unwrap()).await.unwrap().unwrap();
        let mut tx = app.app.db.begin().await.unwrap();
        subscribers::erase::erase(&app.app, &mut tx, app.clock.now(), &person, "erased", Actor::Command).await.unwrap();
        tx.commit().await.unwrap();
    }))
    .await;
    app.cli(&["fsck"]).await.ok();
    let chunks = sql_pack::chunks(&app.app.db, digest, 0).await.unwrap();
    let named: usize = chunks.into_iter().map(|chunk| chunk.into_chunk().1.ids.len()).sum();
    assert_eq!(named, 30, "an id a person, of those who stayed");
}
