//! What cannot be taken back has a breaker: a server that calls everybody unknown destroys no list.

use facteur::clock::MINUTE;

use super::{Mailing, connections};
use crate::harness::smtp::faults::Stage;

const UNKNOWN: &str = "550 5.1.1 User unknown";

/// People in each state.
async fn people(mailing: &Mailing, status: &str) -> i64 {
    mailing.app.with_status(status).await
}

/// A digest to so many, paused because the server knows nobody.
async fn struck(readers: usize) -> Mailing {
    let mut mailing = Mailing::ready(connections(2), readers).await;
    mailing.app.sink.on(Stage::Rcpt).reply(UNKNOWN);
    mailing.send().await;
    mailing.until("paused").await;
    mailing.at_rest().await;
    mailing
}

#[tokio::test]
async fn a_server_that_knows_nobody_marks_nobody() {
    let mailing = struck(120).await;
    assert_eq!((people(&mailing, "confirmed").await, mailing.harmed().await.1), (120, 0));
    assert!(mailing.reason().await.contains("User unknown"), "{}", mailing.reason().await);
    assert!(mailing.counts().await.refused <= 12, "{:?}", mailing.counts().await);
    // Resumed while nothing has changed, it pauses again, and still marks nobody.
    mailing.app.cli(&["digest", "resume", "carnet"]).await.ok();
    mailing.app.advance(6 * MINUTE).await;
    mailing.until("paused").await;
    assert_eq!((people(&mailing, "confirmed").await, mailing.harmed().await.1), (120, 0));
    // Once the server has its table of recipients again, everybody gets the mail.
    mailing.app.sink.heal();
    mailing.app.cli(&["digest", "resume", "carnet"]).await.ok();
    mailing.app.advance(6 * MINUTE).await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
    assert_eq!(people(&mailing, "confirmed").await, 120);
}

#[tokio::test]
async fn an_editor_may_say_that_unknown_addresses_are_dead() {
    let mailing = struck(60).await;
    mailing.app.cli(&["digest", "resume", "carnet", "--accept-bounces"]).await.ok();
    mailing.app.advance(6 * MINUTE).await;
    mailing.ends(MINUTE).await;
    assert_eq!((people(&mailing, "bounced").await, mailing.harmed().await), (60, (60, 60)));
}

#[tokio::test]
async fn an_unknown_address_is_marked_once_the_digest_has_ended_and_not_before() {
    let mut mailing = Mailing::ready(connections(1), 12).await;
    mailing.app.sink.on(Stage::Rcpt).to("p3@example.org").reply(UNKNOWN);
    mailing.app.sink.on(Stage::Rcpt).to("p9@example.org").first(1).reply("450 4.2.0 later");
    mailing.send().await;
    mailing.app.wait_for_mails(10).await;
    mailing.app.idle().await;
    assert_eq!((mailing.counts().await.refused, people(&mailing, "bounced").await), (1, 0), "one is still open");
    mailing.ends(6 * MINUTE).await;
    assert_eq!((people(&mailing, "bounced").await, mailing.harmed().await), (1, (1, 1)));
}

#[tokio::test]
async fn an_unknown_address_is_marked_when_the_window_has_passed() {
    let mut mailing = Mailing::ready(connections(1), 260).await;
    mailing.app.sink.on(Stage::Rcpt).to("p3@example.org").reply(UNKNOWN);
    mailing.app.sink.on(Stage::Rcpt).to("p250@example.org").reply("450 4.2.0 later");
    mailing.send().await;
    mailing.app.wait_for_mails(258).await;
    mailing.app.idle().await;
    let begin = std::time::Instant::now();
    while people(&mailing, "bounced").await == 0 {
        assert!(begin.elapsed() < crate::harness::PATIENCE, "it is not marked while the digest is open");
        tokio::task::yield_now().await;
    }
    assert_eq!(mailing.state().await, "sending");
}

#[tokio::test]
async fn a_quarter_of_unknown_addresses_pauses() {
    let mut mailing = Mailing::ready(connections(1), 120).await;
    for n in (0..120).filter(|n| n % 3 == 0) {
        mailing.app.sink.on(Stage::Rcpt).to(&format!("p{n}@example.org")).reply(UNKNOWN);
    }
    mailing.send().await;
    mailing.until("paused").await;
    mailing.at_rest().await;
    assert_eq!(people(&mailing, "bounced").await, 0);
}
