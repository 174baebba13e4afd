//! A kill at any instant of the intake loses no report, whichever way it comes: whoever brought it brings it again, and in the end
//! everybody stands as if nothing had happened.

use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;

use facteur::fault::RETURNED;
use facteur::serve::Roles;

use super::mailbox::report_to;
use super::{Servers, Way, World, standing};
use crate::harness::TestApp;

/// The points that a mail passes on this way.
fn points(way: &str) -> Vec<&'static str> {
    let own = |point: &&&str| point.starts_with(way) || point.starts_with("intake.");
    let points: Vec<_> = RETURNED.iter().filter(own).copied().collect();
    assert!(points.len() >= 3, "{points:?}");
    points
}

/// Readers for so many points.
fn readers(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("p{n}@example.org")).collect()
}

/// A world with a digest to these readers, and its bounce addresses. Nothing comes back into the process of the test.
async fn ready(servers: &Arc<Servers>, way: Way, count: usize) -> (World, Vec<String>) {
    let roles = Roles { schedule: false, bounces: false, ..Roles::ALL };
    let world = World::new(servers, way, |builder| builder.roles(roles)).await;
    let readers = readers(count);
    let addresses = world.sent(&readers.iter().map(String::as_str).collect::<Vec<_>>()).await;
    (world, addresses)
}

/// The same without any server.
async fn alone(count: usize) -> (TestApp, Vec<String>) {
    let app = TestApp::builder().set("smtp.bounce_domain", "bounces.example.org").spawn().await;
    let readers = readers(count);
    app.sent("carnet", &readers.iter().map(String::as_str).collect::<Vec<_>>()).await;
    app.idle().await;
    let mut addresses = Vec::new();
    for reader in &readers {
        addresses.push(app.bounce_address(reader).await);
    }
    (app, addresses)
}

/// How everybody stands, what is told of it, and what is kept of the reports.
async fn state(app: &TestApp) -> [Vec<String>; 3] {
    let events = app.texts("SELECT code || ' ' || CAST(COUNT(*) AS TEXT) FROM event GROUP BY code ORDER BY code").await;
    [standing(app).await, events, app.returned().await]
}

/// The same where each of so many reports came once and nothing was killed.
async fn undisturbed(count: usize) -> [Vec<String>; 3] {
    let (app, addresses) = alone(count).await;
    for address in &addresses {
        assert_eq!(pipe(&app, address, ""), Some(0));
    }
    state(&app).await
}

/// `facteur bounce` with a fault (empty: none); its exit code, `None` when a signal ended it.
fn pipe(app: &TestApp, address: &str, fault: &str) -> Option<i32> {
    let mut command = app.command(&["bounce", "--recipient", address]);
    if !fault.is_empty() {
        command.env("FACTEUR_FAULT", fault);
    }
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(report_to(address).as_bytes()).ok();
    child.wait().unwrap().code()
}

#[tokio::test]
async fn a_killed_pipe_is_run_again_and_nothing_is_lost_or_counted_twice() {
    let points = points("pipe.");
    let (app, addresses) = alone(points.len()).await;
    for (point, address) in points.iter().zip(&addresses) {
        assert_eq!(pipe(&app, address, point), None, "{point}: the mail server is not told that it is stored");
        assert_eq!(pipe(&app, address, ""), Some(0), "{point}");
    }
    assert_eq!(state(&app).await, undisturbed(points.len()).await);
}

#[tokio::test]
async fn a_killed_lmtp_server_gets_the_mail_from_postfix_again() {
    let Some(servers) = Servers::here() else { return };
    let points = points("lmtp.");
    let (world, addresses) = ready(&servers, Way::Socket, points.len()).await;
    for (number, (point, address)) in (1..).zip(points.iter().zip(&addresses)) {
        let mut killed = world.app.server(&["--roles", "bounces"], &[("FACTEUR_FAULT", *point)]);
        world.hand_in(address, &report_to(address)).await;
        assert!(!killed.ended().await.success(), "{point}");
        assert!(killed.said().contains("fault point"), "{point}: {}", killed.said());
        let after = world.app.server(&["--roles", "bounces"], &[]);
        world.until_returned(number).await;
        world.until("SELECT COUNT(*) FROM subscriber WHERE status = 'bounced'", number).await;
        // Until Postfix has its answer: it must not come again to whoever is killed next.
        world.until_logged(address, "status=sent").await;
        drop(after);
    }
    assert_eq!(state(&world.app).await, undisturbed(points.len()).await);
}

#[tokio::test]
async fn a_killed_look_into_the_mailbox_is_repeated() {
    let Some(servers) = Servers::here() else { return };
    let points = points("imap.");
    let (world, addresses) = ready(&servers, Way::Mailbox, points.len()).await;
    assert!(world.look().await.unwrap().only_looked);
    for (number, (point, address)) in (1..).zip(points.iter().zip(&addresses)) {
        world.hand_in(address, &report_to(address)).await;
        world.arrived(1).await;
        let mut killed = world.app.server(&["--roles", "bounces"], &[("FACTEUR_FAULT", *point)]);
        assert!(!killed.ended().await.success(), "{point}");
        assert!(killed.said().contains("fault point"), "{point}: {}", killed.said());
        world.look().await.unwrap();
        world.until_returned(number as i64).await;
        assert_eq!((world.lie_in(""), world.lie_in(".Facteur.Done")), (0, number), "{point}");
    }
    assert_eq!(state(&world.app).await, undisturbed(points.len()).await);
}
