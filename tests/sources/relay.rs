//! A relay that takes every mail, and reports later that the next hop did not; and mails that go round in a loop.

use std::sync::Arc;

use super::{Servers, Way, World, hand_in};
use crate::harness::smtp::Sink;
use crate::harness::smtp::faults::Stage;

/// Sends a digest through Postfix, which takes all of it.
async fn sent_through(world: &World, readers: &[String]) {
    let newsletter = world.app.newsletter("carnet").await;
    for reader in readers {
        world.app.reader(&newsletter, reader).await;
    }
    world.app.post(&newsletter, "Des nouvelles du jardin").await;
    world.app.send_now(&newsletter).await;
    world.until("SELECT COUNT(*) FROM digest WHERE state = 'finished'", 1).await;
}

#[tokio::test]
async fn who_the_next_hop_refuses_after_the_relay_took_the_mail_is_marked_with_the_relays_report() {
    let Some(servers) = Servers::here() else { return };
    let hop = Sink::start();
    let [good, dead, late] = ["good", "dead", "late"].map(|name| format!("{name}@h{}.hop.test", hop.port()));
    hop.on(Stage::Rcpt).to(&dead).reply("550 5.1.1 no such user here");
    hop.on(Stage::Rcpt).to(&late).first(3).reply("451 4.7.1 greylisted, come back");
    hop.on(Stage::Rcpt).to(&late).reply("550 5.1.1 no such user here");
    let world = World::new(&servers, Way::Pipe, |builder| builder.set("smtp.port", servers.smtp)).await;
    let readers = [good.clone(), dead.clone(), late.clone()];
    sent_through(&world, &readers).await;
    world.hand_over();
    // One report each, and one that `late` takes longer, which says nothing of the address.
    world.until("SELECT COUNT(*) FROM returned WHERE kind = 'hard'", 2).await;
    world.until("SELECT COUNT(*) FROM returned WHERE kind = 'passing'", 1).await;
    for reader in [&dead, &late] {
        assert_eq!(world.app.status_of(reader).await.as_deref(), Some("bounced"));
        let proof = format!(
            "SELECT source || ' ' || state || ' ' || status || ' ' || words FROM returned WHERE kind = 'hard' AND subscriber_id = {}",
            world.app.id_of(reader).await
        );
        let proof = world.app.texts(&proof).await;
        assert_eq!(proof.len(), 1, "{proof:?}");
        assert!(proof[0].starts_with("pipe done 5.1.1 ") && proof[0].contains("no such user"), "{proof:?}");
    }
    assert_eq!(world.app.status_of(&good).await.as_deref(), Some("confirmed"));
    assert_eq!(hop.per_recipient().get(&good), Some(&1));
    assert_eq!(world.app.texts("SELECT code FROM event WHERE code = 'subscriber.bounced'").await.len(), 2);
}

#[tokio::test]
async fn a_mail_loop_ends_and_marks_nobody() {
    let Some(servers) = Servers::here() else { return };
    let hop = Arc::new(Sink::start());
    let loops = format!("ana@h{}.hop.test", hop.port());
    // What Facteur tells the editor comes back in the same way.
    let editor = format!("carnet@h{}.hop.test", hop.port());
    let world = World::new(&servers, Way::Port, |builder| builder.set("smtp.port", servers.smtp)).await;
    let (smtp, known) = (servers.smtp, hop.clone());
    let forwarder = tokio::spawn(async move {
        let mut taken = known.watch();
        let mut returned = 0;
        loop {
            let mails = known.mails();
            for mail in &mails[returned..] {
                hand_in(smtp, &mail.from, &mail.from, &mail.source()).await;
            }
            returned = mails.len();
            if taken.changed().await.is_err() {
                return;
            }
        }
    });
    let newsletter = world.app.newsletter("carnet").await;
    world.app.cli(&["newsletter", "set", "carnet", "--reply-to", &editor]).await.ok();
    let round = "bea@round.test".to_owned();
    for reader in [&loops, &round] {
        world.app.reader(&newsletter, reader).await;
    }
    world.app.post(&newsletter, "Des nouvelles du jardin").await;
    world.app.send_now(&newsletter).await;
    // One mail came back as it was; the other went round until Postfix had enough of it, and reported that.
    world.until_returned(2).await;
    // A person's words that go round with them reach the editor once, although the notice comes back too.
    let address = hop.mails()[0].from.clone();
    let words = crate::returned::answer(&address);
    world.hand_in(&address, &words).await;
    world.until("SELECT COUNT(*) FROM returned WHERE kind = 'answer'", 1).await;
    world.app.idle().await;
    world.until_returned(4).await;
    hop.meanwhile(200).await;
    forwarder.abort();
    assert_eq!(hop.taken(), 2, "a digest and a notice");
    assert_eq!(world.app.number("SELECT COUNT(*) FROM returned").await, 4, "{:?}", world.app.returned().await);
    assert_eq!(world.app.number("SELECT COUNT(*) FROM returned WHERE kind IN ('hard', 'complaint', 'leave')").await, 0);
    assert_eq!(world.app.with_status("confirmed").await, 2);
    assert!(world.app.suppressions().await.is_empty());
    assert_eq!(world.app.number("SELECT COUNT(*) FROM letter").await, 1);
}
