//! Servers as they really are: what each bears is found out at nobody's cost.

use std::time::{Duration, Instant};

use facteur::clock::MINUTE;

use super::{Mailing, connections};
use crate::harness::TestApp;
use crate::harness::smtp::faults::Stage;
use crate::harness::smtp::{Settings, Sink, products};

/// Far enough that full pipelining is worth a try.
const FAR: Duration = Duration::from_millis(8);
/// No silence of a server may cost more.
const STALL: Duration = Duration::from_secs(10);

async fn through(sink: Settings, readers: usize) -> (Mailing, Duration) {
    let mut mailing = Mailing::ready(connections(4).sink(Settings { latency: FAR, ..sink }), readers).await;
    let began = Instant::now();
    mailing.send().await;
    mailing.ends(MINUTE).await;
    (mailing, began.elapsed())
}

#[tokio::test]
async fn no_known_product_costs_a_reader_two_copies_or_a_digest_a_stall() {
    for sink in [
        products::dovecot_submission(),
        products::courier(),
        products::chasquid(),
        products::haraka(),
        products::opensmtpd(),
        products::exim(),
    ] {
        let banner = sink.banner;
        let (mailing, took) = through(sink, 150).await;
        assert_eq!(mailing.assert_whole(0).await.repeats, 0, "{banner}");
        assert!(took < STALL, "{banner}: {took:?}");
        assert_eq!(mailing.app.sink.queued(), 0, "{banner}: every mail leaves at once");
    }
}

#[tokio::test]
async fn an_unknown_server_that_does_not_bear_the_highest_gear_costs_one_trial_and_is_remembered() {
    for (sink, repeats) in [(products::dovecot_submission(), 1), (products::courier(), 0), (products::haraka(), 0)] {
        let behind = sink.behind_dot;
        let (mut mailing, took) = through(Settings { banner: "ESMTP", ..sink }, 150).await;
        assert!(mailing.assert_whole(1).await.repeats <= repeats, "{behind:?}");
        assert!(took < STALL, "{behind:?}: {took:?}");
        let trips = mailing.app.sink.round_trips();
        assert!(trips >= 2 * 150, "{behind:?}: two round trips a message, {trips}");
        let kept = "SELECT value FROM instance WHERE name LIKE 'lessons %'";
        assert!(mailing.app.texts(kept).await.pop().is_some_and(|lesson| lesson.contains("refused")), "{behind:?}");
        // And after a restart it is not tried again.
        mailing.app.stop().await;
        mailing.app.start().await;
        let again = mailing.app.newsletter("encore").await;
        mailing.app.readers(&again, 30).await;
        mailing.app.post(&again, "Encore").await;
        let digest = mailing.app.send_now(&again).await;
        mailing.app.wait_for_mails(150 + 30).await;
        mailing.app.idle().await;
        assert_eq!(mailing.app.counts(digest).await.accepted, 30);
        assert_eq!(mailing.app.sink.taken(), 180 + repeats, "{behind:?}: no second trial");
    }
}

#[tokio::test]
async fn a_server_that_bears_it_earns_one_round_trip_a_message() {
    let (mailing, _) = through(Settings::default(), 600).await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
    let trips = mailing.app.sink.round_trips();
    assert!(trips < 600 * 13 / 10, "{trips} round trips for 600 mails");
}

#[tokio::test]
async fn one_connection_too_many_for_a_server_that_greets_late_stops_nothing() {
    let late = Settings { greet_after: Duration::from_millis(700), ..products::sendmail() };
    let mut mailing = Mailing::ready(connections(11).sink(late), 200).await;
    mailing.send().await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
    assert!(mailing.app.sink.turned_away() >= 1, "one was too many");
    let health = mailing.app.get("/readyz").await.body;
    assert!(!health.contains("cannot be used"), "{health}");
}

#[tokio::test]
async fn a_server_that_tests_strangers_puts_nobody_off_and_teaches_no_cap() {
    let (mailing, took) = through(products::postscreen(), 100).await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
    assert!(took < Duration::from_mins(1), "{took:?}");
    assert!(mailing.app.sink.connections() < 40, "{} connections", mailing.app.sink.connections());
}

#[tokio::test]
async fn no_byte_line_or_language_of_a_reply_costs_anybody_a_mail() {
    for words in products::SAYINGS {
        let (mailing, _) = through(products::saying(words), 40).await;
        assert_eq!(mailing.assert_whole(0).await.repeats, 0, "{words:?}");
        assert_eq!(mailing.app.sink.taken(), 40, "{words:?}");
    }
}

#[tokio::test]
async fn an_lmtp_server_is_said_to_be_one() {
    let mut mailing = Mailing::ready(connections(1).sink(products::lmtp()), 3).await;
    mailing.send().await;
    mailing.app.sink.wait_for_command("LHLO").await;
    let said = "SELECT value FROM instance WHERE name LIKE 'delivery_alarm%'";
    let begin = Instant::now();
    while !mailing.app.texts(said).await.pop().is_some_and(|words| words.contains("lmtp")) {
        assert!(begin.elapsed() < STALL);
        tokio::task::yield_now().await;
    }
    assert_eq!(mailing.harmed().await, (0, 0));
}

#[tokio::test]
async fn an_orderly_stop_waits_for_slow_dots_and_repeats_none() {
    let slow = products::late_dot(Duration::from_millis(1_200));
    let mut mailing = Mailing::ready(connections(3).sink(slow).set("smtp.stop_s", 20), 12).await;
    mailing.send().await;
    mailing.app.sink.wait("nobody is at the dot", || mailing.app.sink.taken() >= 3).await;
    assert!(mailing.app.stop().await < Duration::from_secs(20));
    mailing.app.sink.set(|settings| settings.dot_after = Duration::ZERO);
    mailing.app.start().await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
}

#[tokio::test]
async fn a_strangers_address_does_not_brake_the_letters_of_others() {
    let said = [
        Some("554 5.7.1 Relay access denied"),
        Some("550 5.7.1 Sender address rejected: blocked"),
        Some("421 4.7.0 try again later"),
        Some("451 4.3.0 later"),
        Some("450 4.1.8 Sender address rejected: Domain not found"),
        Some("553 5.1.8 sender"),
        None,
    ];
    for words in said {
        let app = TestApp::spawn().await;
        let carnet = app.newsletter("carnet").await;
        let rule = app.sink.on(Stage::Rcpt).to("stranger@example.net");
        match words {
            Some(words) => rule.reply(words),
            None => rule.drop_connection(),
        }
        let stranger = app.reader(&carnet, "stranger@example.net").await;
        app.letter_to(&carnet, stranger).await;
        refused_once(&app.sink).await;
        let began = Instant::now();
        for n in 0..8 {
            let reader = app.reader(&carnet, &format!("r{n}@example.org")).await;
            app.letter_to(&carnet, reader).await;
        }
        app.wait_for_mails(8).await;
        assert!(began.elapsed() < Duration::from_secs(15), "{words:?}: {:?}", began.elapsed());
    }
}

async fn refused_once(sink: &Sink) {
    let named = || sink.commands().iter().any(|(_, _, text)| text.contains("stranger@"));
    sink.wait("the stranger's letter is not tried", named).await;
}
