//! Letters beside a big digest, and a process short of everything (R25, R28).

use std::time::{Duration, Instant};

use super::{Mailing, connections, latency};
use crate::harness::TestApp;

#[tokio::test]
async fn r25_letters_leave_while_a_digest_is_at_its_limit() {
    let mut mailing = Mailing::ready(connections(2).set("smtp.per_second", 5).sink(latency(20)), 2_000).await;
    mailing.send().await;
    mailing.app.wait_for_mails(10).await;
    let mut slowest = Duration::ZERO;
    for n in 0..5 {
        let begin = Instant::now();
        let address = format!("new{n}@example.org");
        let id = mailing.app.reader(&mailing.carnet, &address).await;
        mailing.app.letter_to(&mailing.carnet, id).await;
        mailing.app.mail_to(&address).await;
        slowest = slowest.max(begin.elapsed());
    }
    assert!(slowest < Duration::from_secs(10), "a letter took {slowest:?}");
    assert!(mailing.counts().await.queued > 1_000, "the digest is still under way");
    mailing.app.cli(&["digest", "cancel", "carnet", "--yes"]).await;
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
