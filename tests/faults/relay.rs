//! What the relay says of a recipient, of us, or nothing at all (R6 to R11).

use std::path::PathBuf;
use std::time::Duration;

use facteur::clock::{DAY, HOUR, MINUTE};

use super::{Mailing, connections};
use crate::harness::TestApp;
use crate::harness::smtp::faults::Stage;
use crate::harness::smtp::tls::{Authority, Certificate};
use crate::harness::smtp::{Settings, Sink};

#[tokio::test]
async fn r06_greylisting_is_waited_for_and_delays_only_the_one() {
    let mut mailing = Mailing::ready(connections(2), 10).await;
    mailing.app.sink.on(Stage::Rcpt).to("p3@example.org").first(2).reply("451 4.7.1 greylisted, come back");
    mailing.send().await;
    mailing.app.wait_for_mails(9).await;
    mailing.app.idle().await;
    let counts = mailing.counts().await;
    assert_eq!((counts.accepted, counts.deferred), (9, 1), "{counts:?}");
    // 5 min ±10 %, then 15 min ±10 %.
    mailing.app.advance(4 * MINUTE).await;
    mailing.app.idle().await;
    assert_eq!(mailing.app.sink.taken(), 9, "not before its time");
    mailing.app.advance(2 * MINUTE).await;
    mailing.app.idle().await;
    assert_eq!(mailing.app.sink.taken(), 9, "put off once more");
    mailing.app.advance(17 * MINUTE).await;
    mailing.app.wait_for_mails(10).await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
}

#[tokio::test]
async fn r06_who_is_put_off_for_48_hours_is_given_up_and_stays_a_subscriber() {
    let mut mailing = Mailing::ready(connections(2), 5).await;
    mailing.app.sink.on(Stage::Rcpt).to("p2@example.org").reply("450 4.2.1 try later");
    mailing.send().await;
    let begin = mailing.app.clock.now();
    mailing.app.wait_for_mails(4).await;
    mailing.ends(30 * MINUTE).await;
    let took = mailing.app.clock.now() - begin;
    assert!((47 * HOUR..50 * HOUR).contains(&took), "given up after {} h", took / HOUR);
    assert_eq!(mailing.harmed().await, (1, 0));
    let tries = mailing.app.sink.commands().iter().filter(|(_, _, text)| text.contains("<p2@example.org>")).count();
    assert!((8..=20).contains(&tries), "{tries} tries");
    assert_eq!(mailing.app.status_of("p2@example.org").await.as_deref(), Some("confirmed"));
}

#[tokio::test]
async fn r07_a_full_mailbox_waits_a_full_server_said_of_one_waits_too_a_mail_too_big_pauses() {
    let mut mailing = Mailing::ready(connections(1), 10).await;
    mailing.app.sink.on(Stage::Rcpt).to("p4@example.org").first(1).reply("452 4.2.2 mailbox full");
    mailing.app.sink.on(Stage::Rcpt).to("p7@example.org").first(1).reply("452 4.3.1 insufficient system storage");
    mailing.send().await;
    mailing.app.wait_for_mails(8).await;
    mailing.app.idle().await;
    let counts = mailing.counts().await;
    assert_eq!((counts.accepted, counts.deferred), (8, 2), "only those two are put off: {counts:?}");
    mailing.assert_whole(0).await;

    let mut mailing = Mailing::ready(connections(1), 10).await;
    mailing.app.sink.on(Stage::Mail).reply("552 5.3.4 message size exceeds the limit");
    mailing.send().await;
    mailing.until("paused").await;
    assert!(mailing.reason().await.contains("message size exceeds"), "{}", mailing.reason().await);
    let counts = mailing.at_rest().await;
    assert_eq!((counts.queued, counts.refused), (10, 0), "{counts:?}");
}

#[tokio::test]
async fn r08_a_policy_refusal_half_way_pauses_the_digest_and_suppresses_nobody() {
    let mut mailing = Mailing::ready(connections(2), 200).await;
    mailing
        .app
        .sink
        .on(Stage::Rcpt)
        .starting_at(101)
        .reply("550 5.7.1 your mail looks like spam, see https://r.example/77");
    mailing.send().await;
    mailing.until("paused").await;
    mailing.at_rest().await;
    let (refused, suppressed) = mailing.harmed().await;
    assert!(refused <= 15 && suppressed == 0, "{refused} refused, {suppressed} suppressed");
    assert!(mailing.reason().await.contains("looks like spam"), "the server's words: {}", mailing.reason().await);
    mailing.app.sink.heal();
    mailing.app.cli(&["digest", "resume", "carnet"]).await.ok();
    mailing.ends(0).await;
    let counts = mailing.counts().await;
    assert_eq!(counts.accepted + counts.refused, 200, "it goes on where it stopped: {counts:?}");
    assert_eq!(counts.refused, refused);
}

#[tokio::test]
async fn r08_only_an_address_that_does_not_exist_is_suppressed() {
    let mut mailing = Mailing::ready(connections(2), 40).await;
    mailing.app.sink.on(Stage::Rcpt).to("p5@example.org").reply("550 5.1.1 no such user");
    mailing.app.sink.on(Stage::Rcpt).to("p6@example.org").reply("550 5.7.1 not from you");
    mailing.app.sink.on(Stage::Rcpt).to("p7@example.org").reply("554 5.7.1 blocked");
    mailing.send().await;
    mailing.ends(0).await;
    assert_eq!(mailing.harmed().await, (3, 1));
    let ended = mailing.app.texts("SELECT email FROM subscriber WHERE status <> 'confirmed'").await;
    assert_eq!(ended, ["p5@example.org"]);
}

#[tokio::test]
async fn r09_a_refusal_of_the_sender_changes_no_recipient() {
    let mut mailing = Mailing::ready(connections(2), 30).await;
    mailing
        .app
        .sink
        .on(Stage::Mail)
        .starting_at(11)
        .reply("550 5.7.515 access denied, sender domain not authenticated");
    mailing.send().await;
    mailing.until("paused").await;
    let counts = mailing.at_rest().await;
    assert_eq!(mailing.harmed().await, (0, 0));
    assert_eq!((counts.queued + counts.accepted, counts.deferred), (30, 0), "{counts:?}");
    mailing.app.sink.heal();
    mailing.app.cli(&["digest", "resume", "carnet"]).await.ok();
    mailing.assert_whole(0).await;
}

#[tokio::test]
async fn r09_a_wrong_password_changes_no_recipient_and_heals() {
    let folder = crate::harness::folder();
    let password: PathBuf = folder.path().join("password");
    std::fs::write(&password, "geheim\n").unwrap();
    let sink = Settings { credentials: Some(("ana".into(), "changed".into())), ..Settings::default() };
    let builder =
        connections(2).sink(sink).set("smtp.username", "ana").set("smtp.password_file", password.to_str().unwrap());
    let mut mailing = Mailing::ready(builder, 10).await;
    mailing.send().await;
    mailing.app.sink.wait_for_command("AUTH").await;
    assert_eq!(mailing.harmed().await, (0, 0));
    assert_eq!(mailing.app.sink.taken(), 0);
    mailing.app.sink.set(|settings| settings.credentials = Some(("ana".into(), "geheim".into())));
    mailing.wakes_up().await;
    mailing.assert_whole(0).await;
}

impl Mailing {
    /// The owner has mended something: what was paused goes on, back-offs run out, however late they begin.
    async fn wakes_up(&self) {
        if self.state().await == "paused" {
            self.app.cli(&["digest", "resume", "carnet"]).await.ok();
        }
        let mut taken = self.app.sink.watch();
        taken.borrow_and_update();
        for _ in 0..200 {
            self.app.advance(6 * MINUTE).await;
            if tokio::time::timeout(Duration::from_millis(250), taken.changed()).await.is_ok() {
                return;
            }
        }
        panic!("it does not wake up: {:?} {}", self.counts().await, self.reason().await);
    }
}

/// A relay with this TLS, as facteur meets it; `tls` is the setting.
async fn met_with(tls: &str, settings: Settings, authority: &Authority) -> Mailing {
    let folder = crate::harness::folder();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, authority.pem()).unwrap();
    let builder = connections(1).sink(settings).set("smtp.tls", tls).set("smtp.tls_ca_file", ca.to_str().unwrap());
    let mut mailing = Mailing::ready(builder, 5).await;
    mailing.kept = Some(folder);
    mailing.send().await;
    mailing
}

/// No mail and no password has left in clear.
fn nothing_in_clear(sink: &Sink) {
    for (connection, tls, command) in sink.commands() {
        let verb = command.split(' ').next().unwrap_or_default();
        assert!(tls || ["EHLO", "HELO", "STARTTLS", "QUIT"].contains(&verb), "connection {connection}: {command}");
    }
}

#[tokio::test]
async fn r10_good_certificates_work_both_ways() {
    let authority = Authority::new();
    let server = authority.server(Certificate::Good);
    let starttls = Settings { starttls: Some(server.clone()), ..Settings::default() };
    let mailing = met_with("starttls", starttls, &authority).await;
    mailing.assert_whole(0).await;
    nothing_in_clear(&mailing.app.sink);
    let implicit = Settings { implicit_tls: Some(server), ..Settings::default() };
    let mailing = met_with("tls", implicit, &authority).await;
    mailing.assert_whole(0).await;
    assert!(mailing.app.mails().iter().all(|mail| mail.tls));
}

#[tokio::test]
async fn r10_tls_that_cannot_be_trusted_fails_closed_and_keeps_the_queue() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let good = authority.server(Certificate::Good);
    let bad = [
        Settings { starttls: Some(authority.server(Certificate::Expired)), ..Settings::default() },
        Settings { starttls: Some(authority.server(Certificate::WrongName)), ..Settings::default() },
        Settings { starttls: Some(stranger.server(Certificate::Good)), ..Settings::default() },
        Settings::default(), // STARTTLS is not offered (stripped on the way)
    ];
    for (case, settings) in bad.into_iter().enumerate() {
        let mailing = met_with("starttls", settings, &authority).await;
        mailing.app.in_fast_time(mailing.app.sink.wait_for_connections(2)).await;
        assert_eq!(mailing.app.sink.taken(), 0, "case {case}");
        nothing_in_clear(&mailing.app.sink);
        assert_eq!(mailing.harmed().await, (0, 0), "case {case}");
        mailing.app.sink.set(|settings| settings.starttls = Some(good.clone()));
        mailing.wakes_up().await;
        mailing.assert_whole(0).await;
    }
    let offered = Settings { starttls: Some(good.clone()), ..Settings::default() };
    let mailing = met_with("starttls", offered, &authority).await;
    mailing.app.sink.on(Stage::StartTls).first(3).reply("454 4.7.0 TLS not available");
    mailing.assert_whole(0).await;
    nothing_in_clear(&mailing.app.sink);
}

#[tokio::test]
async fn r11_a_relay_down_for_hours_loses_nothing_and_is_not_stormed() {
    let mut mailing = Mailing::ready(connections(4), 100).await;
    mailing.app.sink.go_down();
    mailing.send().await;
    for _ in 0..12 {
        mailing.app.advance(10 * MINUTE).await;
    }
    let counts = mailing.counts().await;
    assert_eq!((counts.recipients, counts.refused, counts.deferred), (100, 0, 0), "{counts:?}");
    mailing.app.sink.come_up();
    mailing.wakes_up().await;
    assert_eq!(mailing.assert_whole(0).await.repeats, 0);
    let (_, most) = mailing.app.sink.open_connections();
    assert!(most <= 5, "{most} connections at once: four for digests, one for letters");
}

#[tokio::test]
async fn r11_a_relay_that_goes_away_in_mid_send_and_comes_back() {
    let mut mailing = Mailing::ready(connections(4).sink(super::latency(2)), 400).await;
    mailing.send().await;
    mailing.app.wait_for_mails(50).await;
    mailing.app.sink.go_down();
    let taken = mailing.app.sink.taken();
    mailing.app.advance(HOUR).await;
    mailing.app.sink.come_up();
    mailing.wakes_up().await;
    // What was between dot and answer when the relay died may have been taken: one a connection.
    mailing.assert_whole(4).await;
    assert!(taken < 400, "it was cut in mid send");
    assert!(mailing.app.clock.now() < TestApp::BEGINNING + DAY);
}
