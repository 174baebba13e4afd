//! The ledger through the outside: nobody is lost or written to twice, answers of the server have their consequence, an
//! editor's hand reaches what is under way, and every digest adds up at the end.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use facteur::clock::{HOUR, MINUTE, SECOND};
use facteur::db::Db;
use facteur::ledger::progress::{self, Counts};
use facteur::ledger::{check, pack, reopen};
use facteur::newsletters::Newsletter;

use crate::harness::smtp::Settings;
use crate::harness::smtp::faults::Stage;
use crate::harness::{Builder, PATIENCE, TestApp, on_sqlite};
use facteur::digests::MEANING;

/// A world with so many readers and a post; nothing is sent yet.
async fn carnet(builder: Builder, readers: usize) -> (TestApp, Newsletter) {
    let app = builder.spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.readers(&newsletter, readers).await;
    app.post(&newsletter, "Des nouvelles du jardin").await;
    (app, newsletter)
}

fn everyone(readers: usize) -> HashSet<String> {
    (1..=readers).map(|n| format!("p{n}@example.org")).collect()
}

fn slow(millis: u64) -> Settings {
    Settings { latency: Duration::from_millis(millis), keep: 50, ..Settings::default() }
}

impl TestApp {
    /// Counts, which must add up at every moment.
    async fn sums(&self, digest: i64) -> Counts {
        let counts = self.counts(digest).await;
        let recipients = self.number(&format!("SELECT recipients FROM digest WHERE id = {digest}")).await;
        assert_eq!(counts.recipients, recipients, "{counts:?} does not add up");
        counts
    }

    async fn until_sums(&self, digest: i64, what: &str, done: impl Fn(&Counts) -> bool) -> Counts {
        let begin = Instant::now();
        loop {
            let counts = self.sums(digest).await;
            if done(&counts) {
                return counts;
            }
            assert!(begin.elapsed() < PATIENCE, "waited for {what}: {counts:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Moves the clock by such steps, and lets time fly, until the digest has ended; 0: it ends by itself.
    async fn to_the_end(&self, digest: i64, step: i64) {
        let ended = Box::pin(self.ended(digest, step));
        if step > 0 { self.in_fast_time(ended).await } else { ended.await }
    }

    async fn ended(&self, digest: i64, step: i64) {
        let begin = Instant::now();
        while self.number(&format!("SELECT COUNT(*) FROM digest WHERE id = {digest} AND finished_at IS NOT NULL")).await
            == 0
        {
            assert!(begin.elapsed() < PATIENCE, "{:?} {}", self.counts(digest).await, self.digest_state(digest).await);
            self.clock.advance(step);
            self.wake();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Batches that are leased, and counts, while the app does not run.
    async fn offline(&self, digest: i64) -> (i64, Counts) {
        let config = facteur::config::Config::load(Some(&self.folder().join("facteur.toml"))).unwrap();
        let app = facteur::app::App::open(config, self.clock.clone()).await.unwrap();
        let leased = "SELECT COUNT(*) FROM delivery_batch WHERE leased_until > 0";
        let batches = match &app.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(leased).fetch_one(read).await,
            Db::Postgres(pool) => sqlx::query_scalar(leased).fetch_one(pool).await,
        };
        let counts = progress::counts(&app, digest).await.unwrap();
        app.db.close().await;
        (batches.unwrap(), counts)
    }
}

#[tokio::test]
async fn a_digest_of_several_batches_reaches_everyone_once_and_becomes_small() {
    let (app, newsletter) = carnet(TestApp::builder().sink(slow(0)), 2_500).await;
    let digest = app.send_now(&newsletter).await;
    app.to_the_end(digest, 0).await;
    let tally = app.assert_nothing_lost(&everyone(2_500), 0).await;
    assert_eq!(tally.mails, 2_500);
    let counts = app.sums(digest).await;
    assert_eq!((counts.accepted, counts.open()), (2_500, 0));
    assert_eq!(app.digest_state(digest).await, "finished");
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery_batch").await, 0);

    pack::digest(&app.app, MEANING, digest).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM delivery").await, 0);
    assert_eq!(app.sums(digest).await, counts, "packed or not, it is the same");
    let bytes = app.number("SELECT CAST(SUM(LENGTH(ids) + LENGTH(outcomes)) AS BIGINT) FROM delivery_archive").await;
    assert!(bytes <= 4 * 2_500, "{bytes} bytes for 2,500 recipients");
    let received = progress::of_subscriber(&app.app, app.id_of("p1700@example.org").await).await.unwrap();
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].digest_id, received[0].state), (digest, "accepted"));
    app.cli(&["fsck"]).await.ok();
}

#[tokio::test]
async fn several_digests_share_fairly() {
    let (app, carnet) = carnet(TestApp::builder().set("smtp.connections", 1).sink(slow(2)), 3_000).await;
    let small = app.newsletter("petit").await;
    for n in 1..=5 {
        app.reader(&small, &format!("q{n}@example.org")).await;
    }
    app.post(&small, "Peu de choses").await;
    let big = app.send_now(&carnet).await;
    app.wait_for_mails(5).await;
    let other = app.send_now(&small).await;
    app.to_the_end(other, 0).await;
    let counts = app.sums(big).await;
    assert!(counts.queued > 0, "the small one did not wait for the end of the big one: {counts:?}");
    app.cli(&["digest", "cancel", "carnet", "--yes"]).await;
}

#[tokio::test]
async fn who_left_or_is_suppressed_is_skipped_with_a_reason() {
    let (app, newsletter) = carnet(TestApp::builder().stopped(), 10).await;
    let digest = app.send_now(&newsletter).await;
    app.execute("UPDATE subscriber SET status = 'unsubscribed', ended_at = 1 WHERE email = 'p3@example.org'").await;
    app.execute("UPDATE subscriber SET status = 'paused' WHERE email = 'p4@example.org'").await;
    for (address, newsletter) in [("p5@example.org", newsletter.id), ("p6@example.org", 0)] {
        let hash = app.app.keys.address_hash(address);
        app.execute(&format!("INSERT INTO suppression VALUES ({newsletter}, '{hash}', 'complained', 1)")).await;
    }
    let mut app = app;
    app.start().await;
    app.to_the_end(digest, 0).await;
    let counts = app.sums(digest).await;
    assert_eq!((counts.accepted, counts.skipped), (6, 4));
    let reasons = progress::reasons(&app.app, digest).await.unwrap();
    assert_eq!(
        reasons.skipped,
        [("left".to_owned(), 1), ("paused".to_owned(), 1), ("suppressed".to_owned(), 2)].into()
    );
    pack::digest(&app.app, MEANING, digest).await.unwrap();
    assert_eq!(progress::reasons(&app.app, digest).await.unwrap().skipped, reasons.skipped, "packed or not");
    app.assert_nothing_lost(
        &everyone(10).into_iter().filter(|a| !["p3@", "p4@", "p5@", "p6@"].iter().any(|p| a.starts_with(p))).collect(),
        0,
    )
    .await;
}

#[tokio::test]
async fn later_is_tried_again_and_an_address_that_is_gone_is_suppressed() {
    let (app, newsletter) = carnet(TestApp::builder(), 8).await;
    app.sink.on(Stage::Rcpt).to("p2@example.org").first(1).reply("451 4.7.1 greylisted");
    app.sink.on(Stage::Rcpt).to("p5@example.org").reply("550 5.1.1 <p5@example.org>: no such user");
    app.sink.on(Stage::Rcpt).to("p6@example.org").reply("550 5.7.1 policy");
    let digest = app.send_now(&newsletter).await;
    let counts = app.until_sums(digest, "one deferred", |c| c.deferred == 1 && c.queued + c.started == 0).await;
    assert_eq!((counts.accepted, counts.refused), (5, 2));
    // Told as soon as the batch is given back.
    let begin = Instant::now();
    let next = loop {
        if let Some(next) = progress::progress(&app.app, digest, None).await.unwrap().unwrap().next_attempt_at {
            break next;
        }
        assert!(begin.elapsed() < PATIENCE, "it never says when it goes on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let wait = next - app.clock.now();
    assert!((4 * MINUTE..6 * MINUTE).contains(&wait), "{wait}");
    app.to_the_end(digest, MINUTE).await;
    assert_eq!(app.sums(digest).await.accepted, 6);
    assert_eq!(app.status_of("p5@example.org").await.as_deref(), Some("bounced"));
    assert_eq!(
        app.status_of("p6@example.org").await.as_deref(),
        Some("confirmed"),
        "policy is not the address's fault"
    );
    assert_eq!(app.suppressions().await.len(), 1);
    let reasons = progress::reasons(&app.app, digest).await.unwrap();
    assert_eq!(reasons.refused, [("address".to_owned(), 1), ("policy".to_owned(), 1)].into());
    assert!(reasons.words.iter().any(|w| w.words.contains("no such user")), "{:?}", reasons.words);
    assert!(reasons.words.iter().all(|w| !w.words.contains('@')), "no address is shown: {:?}", reasons.words);
}

#[tokio::test]
async fn a_pause_takes_effect_within_a_second_and_nothing_is_repeated_after_it() {
    let (app, newsletter) = carnet(TestApp::builder().set("smtp.connections", 2).sink(slow(4)), 800).await;
    let digest = app.send_now(&newsletter).await;
    app.wait_for_mails(30).await;
    app.cli(&["digest", "pause", "carnet"]).await.ok();
    let paused_at = app.clock.machine();
    let counts = app.until_sums(digest, "nothing in hand", |c| c.started == 0).await;
    let taken = app.sink.taken();
    app.sink.meanwhile(100).await;
    assert_eq!(app.sink.taken(), taken, "it went on after the pause");
    let last = app.mails().iter().map(|mail| mail.at).max().unwrap_or_default();
    assert!(last - paused_at <= 1_000, "the pause took {} ms", last - paused_at);
    assert!(counts.queued > 0 && counts.skipped == 0, "{counts:?}");
    app.cli(&["digest", "resume", "carnet"]).await.ok();
    app.to_the_end(digest, 0).await;
    app.assert_nothing_lost(&everyone(800), 0).await;
}

#[tokio::test]
async fn cancelling_skips_the_rest_and_the_digest_still_adds_up() {
    let (app, newsletter) = carnet(TestApp::builder().set("smtp.connections", 2).sink(slow(4)), 3_000).await;
    let digest = app.send_now(&newsletter).await;
    app.wait_for_mails(30).await;
    app.cli(&["digest", "cancel", "carnet", "--yes"]).await.ok();
    app.to_the_end(digest, 0).await;
    let counts = app.sums(digest).await;
    assert_eq!(app.digest_state(digest).await, "cancelled");
    assert_eq!((counts.accepted as usize, counts.open()), (app.sink.taken(), 0));
    assert_eq!(counts.accepted + counts.skipped, 3_000);
    let skipped = progress::reasons(&app.app, digest).await.unwrap().skipped;
    assert_eq!(skipped, [("cancelled".to_owned(), counts.skipped)].into());
    pack::digest(&app.app, MEANING, digest).await.unwrap();
    assert_eq!(progress::reasons(&app.app, digest).await.unwrap().skipped, skipped);
    app.cli(&["fsck"]).await.ok();
}

#[tokio::test]
async fn a_digest_cancelled_while_nobody_sends_is_swept_at_the_next_start() {
    let (mut app, newsletter) = carnet(TestApp::builder().stopped(), 50).await;
    let digest = app.send_now(&newsletter).await;
    app.cli(&["digest", "cancel", "carnet", "--yes"]).await.ok();
    app.start().await;
    app.to_the_end(digest, 0).await;
    assert_eq!(app.sums(digest).await.skipped, 50);
    assert_eq!(app.sink.taken(), 0);
}

#[tokio::test]
async fn the_failed_are_sent_again_when_an_editor_says_so() {
    for packed in [false, true] {
        let (app, newsletter) = carnet(TestApp::builder().set("smtp.connections", 1), 40).await;
        for n in [7, 20, 33] {
            app.sink.on(Stage::Rcpt).to(&format!("p{n}@example.org")).first(1).reply("550 5.7.1 policy");
        }
        app.sink.on(Stage::Rcpt).to("p9@example.org").reply("550 5.1.1 no such user");
        let digest = app.send_now(&newsletter).await;
        app.to_the_end(digest, 0).await;
        assert_eq!(app.sums(digest).await.refused, 4);
        if packed {
            pack::digest(&app.app, MEANING, digest).await.unwrap();
        }
        assert_eq!(reopen::retry_failed(&app.app, MEANING, digest).await.unwrap(), 3);
        app.to_the_end(digest, 0).await;
        let counts = app.sums(digest).await;
        assert_eq!((counts.accepted, counts.refused), (39, 1), "packed: {packed}");
        pack::digest(&app.app, MEANING, digest).await.unwrap();
        assert_eq!(app.sums(digest).await, counts);
        let gone = HashSet::from(["p9@example.org".to_owned()]);
        app.assert_nothing_lost(&everyone(40).difference(&gone).cloned().collect(), 0).await;
        assert_eq!(reopen::retry_failed(&app.app, MEANING, digest).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_mail_whose_answer_was_lost_is_sent_again_alike_or_held() {
    let (app, newsletter) = carnet(TestApp::builder().set("smtp.connections", 1), 20).await;
    app.sink.on(Stage::Dot).to("p8@example.org").first(1).stored().drop_connection();
    let digest = app.send_now(&newsletter).await;
    app.to_the_end(digest, SECOND).await;
    assert_eq!(app.assert_nothing_lost(&everyone(20), 1).await.repeats, 1);
    assert_eq!(progress::reasons(&app.app, digest).await.unwrap().maybe_twice, 1);

    for again in [true, false] {
        let builder = TestApp::builder().set("smtp.connections", 1).set("smtp.on_uncertain", "hold");
        let (app, newsletter) = carnet(builder, 20).await;
        app.sink.on(Stage::Dot).to("p8@example.org").first(1).stored().drop_connection();
        let digest = app.send_now(&newsletter).await;
        app.to_the_end(digest, SECOND).await;
        let counts = app.sums(digest).await;
        assert_eq!((counts.accepted, counts.uncertain), (19, 1), "held for an editor");
        assert_eq!(reopen::resolve_doubts(&app.app, MEANING, digest, again).await.unwrap(), 1);
        app.to_the_end(digest, SECOND).await;
        assert_eq!(app.sums(digest).await.accepted, 20);
        assert_eq!(app.assert_nothing_lost(&everyone(20), 1).await.repeats, usize::from(again));
    }
}

#[tokio::test]
async fn a_person_is_erased_from_open_and_packed_digests_and_sums_stay() {
    let (app, newsletter) = carnet(TestApp::builder(), 30).await;
    let first = app.send_now(&newsletter).await;
    app.to_the_end(first, 0).await;
    pack::digest(&app.app, MEANING, first).await.unwrap();
    app.post(&newsletter, "Encore des nouvelles").await;
    let second = app.send_now(&newsletter).await;
    app.to_the_end(second, 0).await;
    app.sink.go_down();
    app.post(&newsletter, "Et encore").await;
    let third = app.send_now(&newsletter).await;
    let person = app.id_of("p12@example.org").await;
    assert_eq!(progress::of_subscriber(&app.app, person).await.unwrap().len(), 3);
    let mut tx = app.app.db.begin().await.unwrap();
    pack::erase(&mut tx, person, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(progress::of_subscriber(&app.app, person).await.unwrap().is_empty());
    for (digest, accepted) in [(first, 30), (second, 30), (third, 0)] {
        assert_eq!(app.sums(digest).await.accepted, accepted);
    }
    app.sink.come_up();
    app.to_the_end(third, SECOND).await;
    let counts = app.sums(third).await;
    assert_eq!((counts.accepted, counts.skipped), (29, 1));
    app.cli(&["fsck"]).await.ok();
}

#[tokio::test]
async fn letters_go_on_a_connection_of_their_own() {
    let builder = TestApp::builder().set("smtp.connections", 1).sink(slow(20));
    let (app, newsletter) = carnet(builder, 2_000).await;
    let digest = app.send_now(&newsletter).await;
    app.wait_for_mails(5).await;
    let ana = app.reader(&newsletter, "ana@example.org").await;
    let begin = Instant::now();
    app.letter_to(&newsletter, ana).await;
    app.mail_to("ana@example.org").await;
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert!(app.sums(digest).await.queued > 1_000);
    while app.number("SELECT COUNT(*) FROM letter WHERE state = 2 AND done_at IS NOT NULL").await == 0 {
        assert!(begin.elapsed() < PATIENCE, "the letter was never recorded");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app.cli(&["digest", "cancel", "carnet", "--yes"]).await;
}

#[tokio::test]
async fn a_letter_is_tried_for_a_day_and_one_that_cannot_be_made_stops_no_other() {
    let (app, newsletter) = carnet(TestApp::builder(), 2).await;
    let (one, two) = (app.id_of("p1@example.org").await, app.id_of("p2@example.org").await);
    app.sink.on(Stage::Rcpt).to("p1@example.org").reply("451 later");
    app.execute(&format!(
        "INSERT INTO letter (newsletter_id, subscriber_id, kind, language, parameters, created_at)
         VALUES ({}, {two}, 'notice', 'fr', '{{\"event\": 5}}', {})",
        newsletter.id,
        app.clock.now()
    ))
    .await;
    app.letter_to(&newsletter, one).await;
    app.letter_to(&newsletter, two).await;
    app.mail_to("p2@example.org").await;
    let begin = (Instant::now(), app.clock.now());
    while app.number("SELECT COUNT(*) FROM letter WHERE done_at IS NULL").await > 0 {
        assert!(begin.0.elapsed() < PATIENCE);
        app.clock.advance(15 * MINUTE);
        app.wake();
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let took = app.clock.now() - begin.1;
    assert!((23 * HOUR..26 * HOUR).contains(&took), "given up after {} h", took / HOUR);
    let reasons = app.texts("SELECT reason FROM letter WHERE state = 3 ORDER BY reason").await;
    assert_eq!(reasons, ["expired", "render"]);
}

#[tokio::test]
async fn limits_hold_over_a_restart() {
    let builder = TestApp::builder().set("smtp.per_hour", 40).set("smtp.connections", 3);
    let (mut app, newsletter) = carnet(builder, 100).await;
    let digest = app.send_now(&newsletter).await;
    app.wait_for_mails(38).await;
    app.stop().await;
    app.start().await;
    let ana = app.reader(&newsletter, "ana@example.org").await;
    app.letter_to(&newsletter, ana).await;
    app.mail_to("ana@example.org").await;
    app.sink.meanwhile(500).await;
    assert_eq!(app.sink.taken(), 38 + 1, "40 an hour, of which 2 are kept for letters");
    app.clock.advance(62 * MINUTE);
    app.wait_for_mails(39 + 38).await;
    app.to_the_end(digest, 20 * MINUTE).await;
}

#[tokio::test]
async fn a_rate_a_second_is_kept() {
    let took = async |builder: Builder| {
        let (app, newsletter) = carnet(builder.sink(slow(0)), 120).await;
        let begin = Instant::now();
        let digest = app.send_now(&newsletter).await;
        app.to_the_end(digest, 0).await;
        begin.elapsed().as_secs_f64()
    };
    let free = took(TestApp::builder()).await;
    let paced = took(TestApp::builder().set("smtp.per_second", 40)).await;
    assert!(paced > 2.5, "120 mails at 40 a second took {paced} s");
    assert!(paced < 9.0 + 3.0 * free, "120 mails at 40 a second took {paced} s; without a limit {free} s");
}

#[tokio::test]
async fn a_second_sender_on_the_same_file_is_told_to_wait() {
    if !on_sqlite() {
        return;
    }
    let app = TestApp::spawn().await;
    app.wake();
    // The app in this process holds the lock as soon as it has begun to send.
    let begin = Instant::now();
    let lock = app.folder().join("facteur.db.lock");
    while !lock.exists() {
        assert!(begin.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let refused = app.cli(&["serve", "--roles", "delivery"]).await;
    assert_eq!(refused.code, 75, "{}", refused.stderr);
    assert!(refused.stderr.contains("another Facteur sends from"), "{}", refused.stderr);
}

#[tokio::test]
async fn fsck_finds_what_does_not_add_up() {
    let (app, newsletter) = carnet(TestApp::builder(), 12).await;
    let digest = app.send_now(&newsletter).await;
    app.to_the_end(digest, 0).await;
    let rules = async || {
        let mut rules: Vec<_> = check::check(&app.app).await.unwrap().problems.into_iter().map(|p| p.rule).collect();
        rules.sort_unstable();
        rules
    };
    assert!(rules().await.is_empty());
    let three = format!("WHERE digest_id = {digest} AND subscriber_id = {}", app.id_of("p3@example.org").await);
    app.execute(&format!("UPDATE delivery SET state = 0 {three}")).await;
    assert_eq!(rules().await, ["ended"]);
    app.execute(&format!("UPDATE delivery SET state = 9 {three}")).await;
    assert_eq!(rules().await, ["state"]);
    app.execute(&format!("DELETE FROM delivery {three}")).await;
    assert_eq!(rules().await, ["sum"]);
    let said = app.cli(&["fsck", "--json"]).await;
    assert_eq!(said.code, 3);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(report["problems"][0]["rule"], "sum");
    app.execute(&format!(
        "INSERT INTO delivery (digest_id, subscriber_id, state) VALUES ({digest}, {}, 2)",
        app.id_of("p3@example.org").await
    ))
    .await;
    pack::digest(&app.app, MEANING, digest).await.unwrap();
    assert!(rules().await.is_empty());
    app.execute("UPDATE delivery_archive SET hi = hi + 1").await;
    assert!(rules().await.contains(&"chunk"));
}

#[tokio::test]
async fn rows_that_fell_out_of_every_batch_are_found_and_sent() {
    let (mut app, newsletter) = carnet(TestApp::builder().stopped(), 30).await;
    let digest = app.send_now(&newsletter).await;
    // As if a batch had been deleted by hand.
    app.execute(&format!("UPDATE digest SET claimed_upto = 1000000 WHERE id = {digest}")).await;
    app.start().await;
    app.to_the_end(digest, 0).await;
    app.assert_nothing_lost(&everyone(30), 0).await;
}

#[tokio::test]
async fn an_orderly_stop_repeats_nobody_and_gives_batches_back() {
    let builder = TestApp::builder().set("smtp.connections", 3).sink(slow(3));
    let (mut app, newsletter) = carnet(builder, 1_200).await;
    let digest = app.send_now(&newsletter).await;
    for n in 1..=4 {
        app.wait_for_mails(n * 150).await;
        let took = app.stop().await;
        assert!(took < Duration::from_secs(10), "{took:?}");
        let (batches, counts) = app.offline(digest).await;
        assert_eq!((batches, counts.started), (0, 0), "batches are given back, what was under way is recorded");
        app.start().await;
    }
    app.to_the_end(digest, 0).await;
    app.assert_nothing_lost(&everyone(1_200), 0).await;
}
