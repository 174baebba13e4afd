//! Postfix hands over by a pipe and by LMTP, with the lines of the manual.

use super::{Servers, Way, World};
use crate::returned::{dead, full};

#[tokio::test]
async fn postfix_pipes_reports_to_facteur() {
    let Some(servers) = Servers::here() else { return };
    let world = World::new(&servers, Way::Pipe, |builder| builder).await;
    let addresses = world.sent(&["ana@example.org", "bea@example.org", "cleo@example.org"]).await;
    world.hand_over();
    world.hand_in(&addresses[0], &dead("somebody@example.com")).await;
    let (local, domain) = addresses[1].split_once('@').unwrap();
    world.hand_in(&format!("{}@{domain}", local.to_uppercase()), &full("somebody@example.com")).await;
    world.until_returned(2).await;
    let kinds = world.app.texts("SELECT source || ' ' || kind || ' ' || state FROM returned ORDER BY kind").await;
    assert_eq!(kinds, ["pipe hard done", "pipe soft done"]);
    let people = ["ana@example.org bounced", "bea@example.org confirmed", "cleo@example.org confirmed"];
    assert_eq!(world.app.people().await, people);
    world.until_logged(&addresses[0], "delivered via facteur service").await;
}

#[tokio::test]
async fn what_the_pipe_cannot_store_postfix_keeps_and_brings_again() {
    let Some(servers) = Servers::here() else { return };
    let world = World::new(&servers, Way::Pipe, |builder| builder).await;
    let addresses = world.sent(&["ana@example.org"]).await;
    world.hand_over();
    // Settings that nobody can read: the command ends with 75 before it knows where the database is.
    let settings = world.app.folder().join("facteur.toml");
    let good = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{good}\n[")).unwrap();
    world.hand_in(&addresses[0], &dead("ana@example.org")).await;
    world.until_logged(&addresses[0], "status=deferred").await;
    std::fs::write(&settings, good).unwrap();
    world.until_returned(1).await;
    assert_eq!(world.app.status_of("ana@example.org").await.as_deref(), Some("bounced"));
}

/// Reports arrive; what comes while Facteur is stopped arrives afterwards.
async fn by_lmtp(way: Way) {
    let Some(servers) = Servers::here() else { return };
    let mut world = World::new(&servers, way, |builder| builder).await;
    let addresses = world.sent(&["ana@example.org", "bea@example.org"]).await;
    world.hand_in(&addresses[0], &dead("ana@example.org")).await;
    world.until_returned(1).await;
    world.until_logged(&addresses[0], "250 2.0.0 stored").await;
    world.app.stop().await;
    world.hand_in(&addresses[1], &dead("bea@example.org")).await;
    world.until_logged(&addresses[1], "status=deferred").await;
    world.app.start().await;
    world.until_returned(2).await;
    assert_eq!(world.app.with_status("bounced").await, 2);
    assert_eq!(world.app.texts("SELECT DISTINCT source FROM returned").await, ["lmtp"]);
}

#[tokio::test]
async fn postfix_hands_reports_over_by_lmtp_to_a_socket_and_keeps_them_while_nobody_listens() {
    by_lmtp(Way::Socket).await;
}

#[tokio::test]
async fn postfix_hands_reports_over_by_lmtp_to_a_port_and_keeps_them_while_nobody_listens() {
    by_lmtp(Way::Port).await;
}
