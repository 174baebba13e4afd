//! Letters beside a big digest, and a process short of everything (R25, R28).

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use facteur::clock::Clock;

use super::{Mailing, connections, latency};
use crate::harness::TestApp;
use crate::harness::mail::Mail;

/// Letters asked for, and the time between two.
const LETTERS: usize = 80;
const BETWEEN: Duration = Duration::from_millis(100);
/// Mails a second that the relay takes: the digest takes what the letters leave.
const PER_SECOND: usize = 14;

#[tokio::test]
async fn r25_letters_leave_within_a_minute_while_a_digest_is_at_its_limit() {
    let builder = connections(2).set("smtp.per_second", PER_SECOND).sink(latency(5));
    let mut mailing = Mailing::ready(builder, 2_000).await;
    mailing.send().await;
    mailing.app.wait_for_mails(PER_SECOND).await;
    let (before, begin) = (mailing.app.sink.taken(), Instant::now());
    let mut asked = HashMap::new();
    let mut next = tokio::time::interval(BETWEEN);
    for n in 0..LETTERS {
        next.tick().await;
        let address = format!("new{n}@example.org");
        let id = mailing.app.reader(&mailing.carnet, &address).await;
        asked.insert(address, Clock::system().now());
        mailing.app.letter_to(&mailing.carnet, id).await;
    }
    let is_letter = |mail: &&Arc<Mail>| asked.contains_key(&mail.to);
    let mails = mailing.app.wait_until("the letters", |mails| mails.iter().filter(is_letter).count() == LETTERS).await;
    let (took, rest) = (begin.elapsed().as_secs_f64(), mailing.counts().await);
    let mut waits: Vec<i64> = mails.iter().filter(is_letter).map(|mail| mail.at - asked[&mail.to]).collect();
    waits.sort_unstable();
    let [half, most] = [50, 99].map(|percent| waits[(LETTERS * percent).div_ceil(100) - 1]);
    let digest = mails.len() - before - LETTERS;
    writeln!(
        std::io::stderr(),
        "R25: {LETTERS} letters beside a digest at {PER_SECOND}/s: p50 {half} ms, p99 {most} ms; {digest} mails of the digest meanwhile"
    )
    .ok();
    assert!(most <= 60_000, "the 99th of a hundred letters took {most} ms");
    assert!(rest.queued > 1_000 && digest > 0, "the digest is under way: {digest} meanwhile, {rest:?}");
    let rate = (mails.len() - before) as f64 / took;
    assert!(rate > 0.8 * PER_SECOND as f64, "{rate:.1} a second: the digest was not at its limit");
    mailing.app.cli(&["digest", "cancel", "carnet", "--yes"]).await.ok();
}

#[tokio::test]
async fn r28_a_panic_in_a_task_does_not_end_the_work_silently() {
    for point in [
        "record.after_commit:20:panic",
        "wire.after_reply:20:panic",
        "claim.after_commit:1:panic",
        "letter.after_commit:1:panic",
    ] {
        let app = TestApp::builder().stopped().spawn().await;
        let carnet = app.newsletter("carnet").await;
        app.readers(&carnet, 60).await;
        app.post(&carnet, "Des nouvelles").await;
        app.send_now(&carnet).await;
        let ana = app.reader(&carnet, "ana@example.org").await;
        app.letter_to(&carnet, ana).await;
        let readers = (1..=60).map(|n| format!("p{n}@example.org")).chain(["ana@example.org".to_owned()]).collect();
        let mut server = app.server(&[], &[("FACTEUR_FAULT", point)]);
        // Either it goes on to the end, or it ends with an error and the next start goes on.
        let begin = Instant::now();
        let open = "SELECT (SELECT COUNT(*) FROM digest WHERE state <> 'finished') + (SELECT COUNT(*) FROM letter WHERE state IN (0, 1, 4))";
        while server.runs() && app.number(open).await > 0 {
            assert!(begin.elapsed() < crate::harness::PATIENCE, "{point}: it stands still\n{}", server.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(server.said().contains("fault point"), "{point} was never reached");
        if !server.runs() {
            let status = server.ended().await;
            assert!(!status.success(), "{point}: it ended as if all were well");
            app.leases_run_out().await;
            let mut again = app.server(&[], &[]);
            while app.number(open).await > 0 {
                assert!(begin.elapsed() < 2 * crate::harness::PATIENCE, "{point}\n{}", again.said());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            again.terminate().await;
        }
        app.assert_nothing_lost(&readers, 4).await;
    }
}

#[tokio::test]
async fn r28_without_file_descriptors_it_answers_late_and_does_not_hang() {
    let app = TestApp::builder().stopped().spawn().await;
    let mut server = app.server_under(&["prlimit", "--nofile=64"], &[]);
    let address = server.address().await;
    let host = address.trim_start_matches("http://").to_owned();
    // More connections than it may have files, all idle.
    let mut held = Vec::new();
    for _ in 0..150 {
        let wait = tokio::time::timeout(Duration::from_secs(5), tokio::net::TcpStream::connect(&host));
        if let Ok(Ok(stream)) = wait.await {
            held.push(stream);
        }
    }
    assert!(server.runs(), "{}", server.said());
    drop(held);
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
    let answer = http.get(format!("{address}/healthz")).send().await;
    assert!(answer.is_ok_and(|answer| answer.status() == 200), "{}", server.said());
    let (status, _) = server.terminate().await;
    assert!(status.success(), "{}", server.said());
}
