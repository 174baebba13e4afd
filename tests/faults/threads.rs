//! Connections on several threads (`[smtp] threads`): everybody gets the mail once, a stop, a pause and a restart reach all of them, and no
//! more connections are open than the owner allows. On one thread all other tests of this folder say so.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::{Mailing, connections, latency};
use crate::harness::smtp::faults::Stage;
use crate::harness::smtp::products;
use crate::harness::{Builder, PATIENCE};

/// Connections for digests, on [`THREADS`].
const CONNECTIONS: usize = 9;
const THREADS: usize = 4;

fn spread() -> Builder {
    connections(CONNECTIONS).set("smtp.threads", THREADS)
}

#[tokio::test]
async fn on_several_threads_everybody_gets_it_once() {
    let mut mailing = Mailing::ready(spread(), 2_500).await;
    mailing.send().await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
    let (_, most) = mailing.app.sink.open_connections();
    assert!(most as usize <= CONNECTIONS + 1, "{most} connections, one of them the letters'");
}

#[tokio::test]
async fn a_stop_reaches_all_threads_and_repeats_none() {
    let slow = products::late_dot(Duration::from_millis(800));
    let mut mailing = Mailing::ready(spread().sink(slow).set("smtp.stop_s", 20), 40).await;
    mailing.send().await;
    mailing.app.sink.wait("nobody is at the dot", || mailing.app.sink.taken() >= CONNECTIONS).await;
    assert!(mailing.app.stop().await < Duration::from_secs(20));
    mailing.app.sink.set(|settings| settings.dot_after = Duration::ZERO);
    mailing.app.start().await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
}

#[tokio::test]
async fn a_server_that_breaks_off_on_each_thread_loses_nobody() {
    let mut mailing = Mailing::ready(spread().sink(latency(1)), 300).await;
    mailing.app.sink.on(Stage::Rcpt).first(20).drop_connection();
    mailing.send().await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
}

#[tokio::test]
async fn letters_go_out_beside_a_digest_on_several_threads() {
    let mut mailing = Mailing::ready(spread().sink(latency(5)), 1_500).await;
    mailing.send().await;
    let begin = Instant::now();
    let mut asked = HashSet::new();
    for n in 0..5 {
        let address = format!("letter{n}@example.org");
        let reader = mailing.app.reader(&mailing.carnet, &address).await;
        mailing.app.letter_to(&mailing.carnet, reader).await;
        asked.insert(address);
    }
    for address in &asked {
        mailing.app.mail_to(address).await;
    }
    assert!(begin.elapsed() < PATIENCE);
    mailing.ends(0).await;
}
