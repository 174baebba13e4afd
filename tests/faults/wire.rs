//! What happens on one connection: answers that do not come, come late, come wrong (R3 to R5).

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Mailing, connections, latency};
use crate::harness::smtp::Settings;
use crate::harness::smtp::faults::Stage;

#[tokio::test]
async fn r03_a_drop_after_the_dot_is_sent_again_with_the_same_bytes() {
    let mut mailing = Mailing::ready(connections(2), 40).await;
    mailing.app.sink.on(Stage::Dot).nth(5).stored().drop_connection();
    mailing.app.sink.on(Stage::Dot).nth(12).stored().half_close();
    mailing.app.sink.on(Stage::Dot).nth(20).drop_connection();
    mailing.send().await;
    let tally = mailing.assert_whole(2).await;
    assert_eq!(tally.repeats, 2, "both were taken the first time");
}

#[tokio::test]
async fn r03_on_uncertain_hold_leaves_the_doubt_to_an_editor() {
    let mut mailing = Mailing::ready(connections(1).set("smtp.on_uncertain", "hold"), 20).await;
    mailing.app.sink.on(Stage::Dot).nth(5).stored().drop_connection();
    mailing.send().await;
    mailing.app.wait_for_mails(20).await;
    mailing.app.idle().await;
    let counts = mailing.counts().await;
    assert_eq!((counts.accepted, counts.uncertain, counts.recipients), (19, 1, 20), "{counts:?}");
    let tally = mailing.app.assert_nothing_lost(&mailing.readers, 0).await;
    assert_eq!(tally.mails, 20);
}

#[tokio::test]
async fn r03_an_answer_to_the_dot_that_does_not_come_in_time_is_doubt_and_the_connection_is_left() {
    for (policy, accepted, repeats) in [("resend", 20, 1), ("hold", 19, 0)] {
        let builder = connections(1).set("smtp.on_uncertain", policy).stopped();
        let mut mailing = Mailing::ready(builder, 20).await;
        mailing.app.sink.on(Stage::Dot).nth(5).stored().hang();
        mailing.send().await;
        let mut server = mailing.app.server(&["--roles", "delivery"], &[("FACTEUR_DOT_MS", "500")]);
        mailing.until("finished").await;
        server.terminate().await;
        let counts = mailing.counts().await;
        assert_eq!((counts.accepted, counts.uncertain), (accepted, 20 - accepted), "{policy}: {counts:?}");
        let tally = mailing.app.assert_nothing_lost(&mailing.readers, repeats).await;
        assert_eq!(tally.repeats, repeats, "{policy}");
        let mails = mailing.app.mails();
        let (before, after) = (mails[4].connection, mails[5].connection);
        assert!(mails[..5].iter().all(|mail| mail.connection == before), "{policy}");
        assert!(after > before && mails[5..].iter().all(|mail| mail.connection == after), "{policy}");
        let said = mailing.app.sink.commands();
        let polite = said.iter().any(|(number, _, text)| *number == before && text == "QUIT");
        assert!(!polite, "{policy}: nobody reads what a connection says that is out of step");
    }
}

#[tokio::test]
async fn r03_garbage_instead_of_the_answer_to_the_dot_is_doubt_not_refusal() {
    let mut mailing = Mailing::ready(connections(2), 30).await;
    mailing.app.sink.on(Stage::Dot).nth(3).stored().garbage();
    mailing.app.sink.on(Stage::Dot).nth(9).stored().long_line(250);
    mailing.app.sink.on(Stage::Dot).nth(15).stored().many_lines(250, 300);
    mailing.send().await;
    mailing.assert_whole(3).await;
}

#[tokio::test]
async fn r04_servers_that_hang_hold_up_nobody_else() {
    let mut mailing = Mailing::ready(connections(6), 300).await;
    // Five of the first connections answer the dot never; whoever is left does the work.
    mailing.app.sink.on(Stage::Dot).connections(1..=5).hang();
    mailing.send().await;
    // Each hanging connection holds one mail at the dot and may hold the one after it.
    mailing.app.wait_for_mails(300 - 2 * 5).await;
    let ana = mailing.app.reader(&mailing.carnet, "ana@example.org").await;
    let letter = mailing.app.letter_to(&mailing.carnet, ana).await;
    mailing.app.mail_to("ana@example.org").await;
    assert!(letter > 0);
    mailing.app.sink.heal();
    mailing.app.sink.cut();
    mailing.ends(0).await;
    let mut readers = mailing.readers.clone();
    readers.insert("ana@example.org".into());
    mailing.app.assert_nothing_lost(&readers, 5).await;
}

#[tokio::test]
async fn r04_a_server_that_answers_late_or_byte_by_byte_is_slow_and_no_more() {
    let mut mailing = Mailing::ready(connections(4), 40).await;
    for stage in [Stage::Banner, Stage::Ehlo, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Dot] {
        mailing.app.sink.on(stage).first(3).trickle(Duration::from_millis(10));
        mailing.app.sink.on(stage).nth(2).delay(Duration::from_millis(300));
    }
    mailing.send().await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
}

#[tokio::test]
async fn r05_a_server_that_closes_after_n_mails_costs_nothing_but_connections() {
    for (after, said) in [(1, false), (1, true), (7, false), (7, true)] {
        let sink = Settings { close_after: Some((after, said)), ..Settings::default() };
        let mut mailing = Mailing::ready(connections(3).sink(sink), 60).await;
        mailing.send().await;
        let tally = mailing.assert_whole(0).await;
        assert_eq!(tally.repeats, 0, "after {after}, said {said}");
        assert!(mailing.app.sink.connections() >= 60 / after);
    }
}

#[tokio::test]
async fn r05_a_421_anywhere_fails_nobody() {
    let mut mailing = Mailing::ready(connections(3), 60).await;
    let sink = &mailing.app.sink;
    sink.on(Stage::Banner).nth(2).reply("421 4.3.2 not now");
    sink.on(Stage::Ehlo).nth(3).reply("421 4.3.2 not now");
    sink.on(Stage::Mail).nth(10).reply("421 4.7.0 too many");
    sink.on(Stage::Rcpt).nth(20).reply("421 4.7.0 too many");
    sink.on(Stage::Data).nth(30).reply("421 4.7.0 too many");
    mailing.send().await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
    assert_eq!(mailing.harmed().await, (0, 0));
}

#[tokio::test]
async fn r05_a_server_that_says_it_closes_after_each_mail_is_met_with_fewer() {
    // After three closes at the same count, the connection is left by ourselves one mail before: no more envelopes lost.
    let sink = Settings { close_after: Some((10, false)), ..latency(1) };
    let mut mailing = Mailing::ready(connections(1).sink(sink), 200).await;
    mailing.send().await;
    mailing.assert_whole(0).await;
    let quits = mailing.app.sink.commands().iter().filter(|(_, _, text)| text == "QUIT").count();
    assert!(quits >= 10, "{quits} of {} connections were ended by us", mailing.app.sink.connections());
}

#[tokio::test]
async fn r05_a_server_that_closes_after_2500_mails_is_learned_and_nobody_notices() {
    closes_after_2500(false).await;
}

#[tokio::test]
async fn r05_a_server_that_says_it_closes_after_2500_mails_is_learned_and_nobody_notices() {
    closes_after_2500(true).await;
}

async fn closes_after_2500(said: bool) {
    let sink = Settings { close_after: Some((2_500, said)), keep: 0, synced: false, ..Settings::default() };
    let mut mailing = Mailing::ready(connections(1).sink(sink), 10_100).await;
    mailing.send().await;
    mailing.ends(0).await;
    let counts = mailing.counts().await;
    assert_eq!((counts.accepted, mailing.reason().await), (10_100, String::new()), "said {said}: {counts:?}");
    assert_eq!(mailing.app.assert_nothing_lost(&mailing.readers, 0).await.repeats, 0);
    let mut taken = BTreeMap::<u64, usize>::new();
    for mail in mailing.app.mails() {
        *taken.entry(mail.connection).or_default() += 1;
    }
    // Three closes at the same count make a rule: from then on we leave one mail earlier, politely.
    let taken: Vec<usize> = taken.into_values().collect();
    assert_eq!(taken, [2_500, 2_500, 2_500, 2_499, 101], "said {said}");
}
