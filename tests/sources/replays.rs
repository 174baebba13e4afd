//! The same reports once, three times, in another order and among forged ones: how everybody stands is the same.

use std::sync::Arc;

use super::{Servers, Way, World, standing};
use crate::harness::Chance;
use crate::returned::{complaint, dead, full, report};

/// Readers of the digest. Of the six dead ones three copies each would look like a burst if reports were counted, not people.
const READERS: usize = 14;
/// The first so many are reported.
const REPORTED: usize = 10;

/// A world with its digest sent, and what comes back of it: recipient and mail.
async fn reported(servers: &Arc<Servers>) -> (World, Vec<String>, Vec<(String, String)>) {
    let world = World::new(servers, Way::Socket, |builder| builder).await;
    let readers: Vec<String> = (1..=READERS).map(|n| format!("p{n}@example.org")).collect();
    let readers: Vec<&str> = readers.iter().map(String::as_str).collect();
    let addresses = world.sent(&readers).await;
    let original = world.app.mail_to("p6@example.org").await.source();
    let absent = format!(
        "From: p7@example.org\r\nTo: {}\r\nSubject: Absence\r\nAuto-Submitted: auto-replied\r\n\
         Date: Mon, 2 Mar 2026 09:00:00 +0100\r\n\r\nJe suis absent.\r\n",
        addresses[6]
    );
    let delayed =
        report("p8@example.org", "4.4.1", "connection timed out").replace("Action: failed", "Action: delayed");
    let mut mails: Vec<String> = (1..=4).map(|n| dead(&format!("p{n}@example.org"))).collect();
    mails.extend([full("p5@example.org"), complaint(&original), absent, delayed]);
    let mut reports: Vec<(String, String)> = addresses.iter().cloned().zip(mails).collect();
    // Two each about the last two: what weighs more holds, whichever comes first.
    reports.push((addresses[8].clone(), dead("p9@example.org")));
    reports.push((addresses[8].clone(), complaint(&world.app.mail_to("p9@example.org").await.source())));
    reports.push((addresses[9].clone(), full("p10@example.org")));
    reports.push((addresses[9].clone(), dead("p10@example.org")));
    (world, addresses, reports)
}

/// How everybody stands after these were brought, in this order.
async fn brought(world: &World, reports: &[(String, String)]) -> Vec<String> {
    for (to, mail) in reports {
        world.hand_in(to, mail).await;
    }
    world.until_returned(reports.len() as i64).await;
    world.app.idle().await;
    standing(&world.app).await
}

fn shuffled<T>(mut things: Vec<T>, seed: u64) -> Vec<T> {
    let mut chance = Chance::new(seed);
    for at in (1..things.len()).rev() {
        things.swap(at, chance.below(at as u64 + 1) as usize);
    }
    things
}

#[tokio::test]
async fn copies_another_order_and_forged_reports_change_nothing() {
    let Some(servers) = Servers::here() else { return };
    let (world, _, reports) = reported(&servers).await;
    let once = brought(&world, &reports).await;
    assert!(once.contains(&"p4@example.org bounced".into()) && once.contains(&"p6@example.org complained".into()));
    assert!(once.contains(&"p5@example.org confirmed".into()) && once.contains(&"days 2".into()), "{once:?}");
    assert!(once.contains(&"p9@example.org complained".into()) && once.contains(&"p10@example.org bounced".into()));

    let (world, _, reports) = reported(&servers).await;
    assert_eq!(brought(&world, &[&reports[..], &reports, &reports].concat()).await, once, "three times");

    for seed in [1, 20_261_130] {
        let (world, _, reports) = reported(&servers).await;
        let twice = shuffled([&reports[..], &reports].concat(), seed);
        assert_eq!(brought(&world, &twice).await, once, "in the order of seed {seed}");
    }

    let (world, addresses, mut reports) = reported(&servers).await;
    for (at, address) in addresses.iter().enumerate().skip(REPORTED) {
        let (local, domain) = address.split_once('@').unwrap();
        let last = if local.ends_with('a') { "b" } else { "a" };
        let changed = format!("{}{last}", &local[..local.len() - 1]);
        let victim = format!("p{}@example.org", at + 1);
        for to in [changed.as_str(), "b-nonsense", &victim.replace('@', "="), &format!("SRS0=x=y=z={changed}")] {
            reports.push((format!("{to}@{domain}"), dead(&victim)));
            reports.push((format!("{to}@{domain}"), report(&victim, "5.2.2", "552 5.2.2 mailbox full")));
        }
    }
    assert_eq!(brought(&world, &shuffled(reports, 3)).await, once, "among forged ones");
}
